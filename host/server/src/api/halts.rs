//! What a guard has halted, and announced promotions.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{self, AtTenant, NewPromotion};
use super::extract::{self, Bounded, Listing};
use super::listed::Listed;
use crate::access::{Approver, In, Viewer};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::{Halt, HaltChange, Page, Part, Promotion, Ruling, Verdict};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_halt))
        .routes(routes!(list_halted_changes))
        .routes(routes!(decide))
        .routes(routes!(list_promotions, announce_promotion))
}

/// What a guard has halted in the newest cycle
///
/// It is absent (404) when nothing waits for a decision.
#[utoipa::path(
    get, path = "/tenants/{tenant}/halt", tag = "halts", params(AtTenant), responses((status = OK, body = Halt))
)]
async fn get_halt(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<Halt>, Problem> {
    let halt = app.desk().halt(&at).await?;
    halt.map(Json)
        .ok_or_else(|| Problem::new(Kind::Absent, "nothing waits for a decision"))
}

/// A text to look for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Search {
    /// What the key, the cell or a value holds; all changes when nothing is said.
    #[serde(default)]
    #[param(required = false, max_length = 200)]
    text: String,
}

impl Bounded for Search {
    fn flaw(&self) -> Option<String> {
        bounds::text("text", &self.text, 0, 200)
    }
}

/// All that was halted, or what of it holds a text
///
/// A part may be empty and yet have a `next`: so far nothing was found, and there is more to look through.
#[utoipa::path(
    get, path = "/tenants/{tenant}/halt/changes", tag = "halts", params(AtTenant, Search, Part),
    responses((status = OK, body = Page<HaltChange>))
)]
async fn list_halted_changes(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Listing(Search { text }, part): Listing<Search>,
) -> Result<Listed<HaltChange>, Problem> {
    let search = app.desk().halted_changes(&at, text.trim(), &part).await?;
    Ok(Listed::new(search.found, &asked))
}

/// Decides about what is halted
///
/// The decision is about what has the digest that you looked at, once. The cycle goes on by itself.
#[utoipa::path(
    post, path = "/tenants/{tenant}/halt/decision", tag = "halts", params(AtTenant), request_body = Verdict,
    responses((status = OK, body = Ruling))
)]
async fn decide(
    State(app): State<App>,
    In(at): In<Approver>,
    extract::Json(verdict): extract::Json<Verdict>,
) -> Result<Json<Ruling>, Problem> {
    let ruling = app.desk().decide(&at, &verdict).await?;
    app.runner().wake(at.tenant());
    Ok(Json(ruling))
}

/// School-year promotions that were announced
#[utoipa::path(
    get, path = "/tenants/{tenant}/promotions", tag = "halts", params(AtTenant),
    responses((status = OK, body = Vec<Promotion>))
)]
async fn list_promotions(
    State(app): State<App>,
    In(at): In<Viewer>,
) -> Result<Json<Vec<Promotion>>, Problem> {
    Ok(Json(app.desk().promotions(&at).await?))
}

/// Announces a school-year promotion
#[utoipa::path(
    post, path = "/tenants/{tenant}/promotions", tag = "halts", params(AtTenant), request_body = NewPromotion,
    responses((status = CREATED, body = Promotion))
)]
async fn announce_promotion(
    State(app): State<App>,
    In(at): In<Approver>,
    extract::Json(wish): extract::Json<NewPromotion>,
) -> Result<(StatusCode, Json<Promotion>), Problem> {
    let connection = wish.connection.as_str().to_owned();
    let promotion = app.desk().announce(&at, &connection, &wish.wish()).await?;
    Ok((StatusCode::CREATED, Json(promotion)))
}
