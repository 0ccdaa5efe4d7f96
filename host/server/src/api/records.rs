//! What is kept: the journal, what is set aside, what is over its time, and what support needs.

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::bounds::{self, AtTenant};
use super::extract::{self, Bounded, Listing, Query};
use super::listed::Listed;
use crate::access::{Guest, In, Operator, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Erased, JournalEntry, JournalVerdict, Page, Part, Quarantined, Subject};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_journal))
        .routes(routes!(verify_journal))
        .routes(routes!(list_findings))
        .routes(routes!(list_quarantine))
        .routes(routes!(retry_quarantine))
        .routes(routes!(get_retention))
        .routes(routes!(apply_retention))
        .routes(routes!(get_support))
}

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// About this entity.
    entity: Option<Uuid>,
}

impl Bounded for Wanted {
    fn flaw(&self) -> Option<String> {
        None
    }
}

/// Entries of the journal, newest first
#[utoipa::path(
    get, path = "/tenants/{tenant}/journal", tag = "records", params(AtTenant, Wanted, Part),
    responses((status = OK, body = Page<JournalEntry>))
)]
async fn list_journal(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Listing(Wanted { entity }, part): Listing<Wanted>,
) -> Result<Listed<JournalEntry>, Problem> {
    let page = app.desk().journal(&at, entity, &part).await?;
    Ok(Listed::new(page, &asked))
}

/// Whether the journal is as it was written
#[utoipa::path(
    get, path = "/tenants/{tenant}/journal/verdict", tag = "records", params(AtTenant),
    responses((status = OK, body = JournalVerdict))
)]
async fn verify_journal(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<JournalVerdict>, Problem> {
    Ok(Json(app.desk().verify_journal(&at).await?))
}

/// Objects that a person should see to, newest first
#[utoipa::path(
    get, path = "/tenants/{tenant}/findings", tag = "records", params(AtTenant, Part),
    responses((status = OK, body = Page<Subject>))
)]
async fn list_findings(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Query(part): Query<Part>,
) -> Result<Listed<Subject>, Problem> {
    Ok(Listed::new(app.desk().findings(&at, &part).await?, &asked))
}

/// Objects that are set aside
#[utoipa::path(
    get, path = "/tenants/{tenant}/quarantine", tag = "records", params(AtTenant, Part),
    responses((status = OK, body = Page<Quarantined>))
)]
async fn list_quarantine(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Query(part): Query<Part>,
) -> Result<Listed<Quarantined>, Problem> {
    Ok(Listed::new(app.desk().quarantine(&at, &part).await?, &asked))
}

/// What is to be tried again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Retry {
    /// The object, as `connection/class/key`; none for all that is set aside.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    object: Option<String>,
}

impl Bounded for Retry {
    fn flaw(&self) -> Option<String> {
        bounds::maybe("object", self.object.as_deref())
    }
}

/// What is tried again.
#[derive(Debug, Serialize, ToSchema)]
struct Retried {
    /// How many objects.
    objects: u64,
}

/// Has what is set aside tried again in the next cycle
#[utoipa::path(
    post, path = "/tenants/{tenant}/quarantine/retry", tag = "records", params(AtTenant), request_body = Retry,
    responses((status = OK, body = Retried))
)]
async fn retry_quarantine(
    State(app): State<App>,
    In(at): In<Operator>,
    extract::Json(wish): extract::Json<Retry>,
) -> Result<Json<Retried>, Problem> {
    let objects = app.desk().retry(&at, wish.object.as_deref()).await?;
    Ok(Json(Retried { objects }))
}

/// What is over its time
#[utoipa::path(
    get, path = "/tenants/{tenant}/retention", tag = "records", params(AtTenant),
    responses((status = OK, body = Value))
)]
async fn get_retention(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<Value>, Problem> {
    Ok(Json(app.desk().retention(&at).await?))
}

/// Erases what is over its time now, as the end of the day's first cycle does
///
/// Not while a cycle runs (409).
#[utoipa::path(
    post, path = "/tenants/{tenant}/retention/apply", tag = "records", params(AtTenant),
    responses((status = OK, body = Vec<Erased>))
)]
async fn apply_retention(State(app): State<App>, In(at): In<Operator>) -> Result<Json<Vec<Erased>>, Problem> {
    Ok(Json(app.desk().erase(&at).await?))
}

/// What support needs to know of the installation, without personal data
///
/// For whoever has a role in all tenants.
#[utoipa::path(get, path = "/support", tag = "records", responses((status = OK, body = Value)))]
async fn get_support(State(app): State<App>, guest: Guest) -> Result<Json<Value>, Problem> {
    guest.looks_everywhere()?;
    Ok(Json(app.desk().support().await?))
}
