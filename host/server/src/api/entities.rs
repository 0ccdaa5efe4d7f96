//! Persons, units and whatever else the catalogue holds.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{self, AtEntity, AtTarget, AtTenant, Reason};
use super::extract::{self, Bounded, Path, Query};
use crate::access::{Administrator, Approver, In, Viewer, from_here};
use crate::app::App;
use crate::desk;
use crate::problem::Problem;
use crate::view::{Entity, Explanation, LinkWish, Linked, Match, OverrideWish};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(find_entities))
        .routes(routes!(get_entity))
        .routes(routes!(explain_target))
        .routes(routes!(set_by_hand))
        .routes(routes!(link, unlink))
        .routes(routes!(export_person))
        .routes(routes!(forget_person))
}

/// What to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Sought {
    /// A name, a user name, a key or an identity.
    #[param(min_length = 1, max_length = 200, pattern = r"\S")]
    text: String,
    /// How many, at most 100; 20 when nothing is said.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl Bounded for Sought {
    fn flaw(&self) -> Option<String> {
        bounds::text("text", &self.text, 1, 200).or_else(|| {
            self.limit
                .filter(|limit| !(1..=100).contains(limit))
                .map(|limit| format!("`limit` has to be 1 to 100, and is {limit}"))
        })
    }
}

/// Entities that a text may mean
#[utoipa::path(
    get, path = "/tenants/{tenant}/entities", tag = "entities", params(AtTenant, Sought),
    responses((status = OK, body = Vec<Match>))
)]
async fn find_entities(
    State(app): State<App>,
    In(at): In<Viewer>,
    Query(sought): Query<Sought>,
) -> Result<Json<Vec<Match>>, Problem> {
    let limit = sought.limit.unwrap_or(20);
    Ok(Json(app.desk().find(&at, sought.text.trim(), limit).await?))
}

/// Everything about one entity
#[utoipa::path(
    get, path = "/tenants/{tenant}/entities/{entity}", tag = "entities", params(AtTenant, AtEntity),
    responses((status = OK, body = Entity))
)]
async fn get_entity(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtEntity>,
) -> Result<Json<Entity>, Problem> {
    Ok(Json(app.desk().entity(&at, place.entity).await?))
}

/// Why an entity has no object in a target, or what it has there
#[utoipa::path(
    get, path = "/tenants/{tenant}/entities/{entity}/targets/{target}", tag = "entities", params(AtTenant, AtTarget),
    responses((status = OK, body = Explanation))
)]
async fn explain_target(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtTarget>,
) -> Result<Json<Explanation>, Problem> {
    Ok(Json(
        app.desk()
            .explain_target(&at, place.entity, place.target.as_str())
            .await?,
    ))
}

/// Sets an attribute by hand, or takes that back
#[utoipa::path(
    post, path = "/tenants/{tenant}/entities/{entity}/overrides", tag = "entities", params(AtTenant, AtEntity),
    request_body = OverrideWish, responses((status = NO_CONTENT))
)]
async fn set_by_hand(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtEntity>,
    extract::Json(wish): extract::Json<OverrideWish>,
) -> Result<StatusCode, Problem> {
    app.desk().set_by_hand(&at, place.entity, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says that an object stands for an entity
///
/// The next cycle follows it, and no rule undoes it, also when the object goes and comes back.
#[utoipa::path(
    post, path = "/tenants/{tenant}/entities/{entity}/links", tag = "entities", params(AtTenant, AtEntity),
    request_body = LinkWish, responses((status = OK, body = Linked))
)]
async fn link(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtEntity>,
    extract::Json(wish): extract::Json<LinkWish>,
) -> Result<Json<Linked>, Problem> {
    Ok(Json(app.desk().link(&at, place.entity, &wish).await?))
}

/// Says that an object does not stand for the entity that it stands for
///
/// The next cycle follows it, and no rule undoes it, also when the object goes and comes back.
#[utoipa::path(
    delete, path = "/tenants/{tenant}/entities/{entity}/links", tag = "entities", params(AtTenant, AtEntity),
    request_body = LinkWish, responses((status = OK, body = Linked))
)]
async fn unlink(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtEntity>,
    extract::Json(wish): extract::Json<LinkWish>,
) -> Result<Json<Linked>, Problem> {
    Ok(Json(app.desk().unlink(&at, place.entity, &wish).await?))
}

/// Everything that is kept about a person, and what is of the person
#[utoipa::path(
    get, path = "/tenants/{tenant}/entities/{entity}/export", tag = "entities", params(AtTenant, AtEntity),
    responses((status = OK, body = Value))
)]
async fn export_person(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtEntity>,
    headers: HeaderMap,
) -> Result<Json<Value>, Problem> {
    // It is noted, so that no link elsewhere may lead here.
    from_here(&app, &headers)?;
    Ok(Json(app.desk().export_person(&at, place.entity).await?))
}

/// Forgets a person who is gone
#[utoipa::path(
    post, path = "/tenants/{tenant}/entities/{entity}/forget", tag = "entities", params(AtTenant, AtEntity),
    request_body = Reason, responses((status = OK, body = Value))
)]
async fn forget_person(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtEntity>,
    extract::Json(wish): extract::Json<Reason>,
) -> Result<Json<Value>, Problem> {
    Ok(Json(
        desk::forget_person(app.desk().as_ref(), &at, place.entity, &wish.reason).await?,
    ))
}
