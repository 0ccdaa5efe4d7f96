//! Who asks, and the tenants at a glance.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::AtTenant;
use super::extract::Query;
use super::listed::Listed;
use crate::access::{Guest, In, Role, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::run::work;
use crate::view::{Page, Part, TenantSummary, Work};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(who_am_i))
        .routes(routes!(list_tenants))
        .routes(routes!(get_tenant))
        .routes(routes!(get_work))
}

/// Who asks.
#[derive(Debug, Serialize, ToSchema)]
struct Caller {
    /// The name that decisions and the journal keep.
    who: String,
    /// What the person is called.
    title: String,
    /// The role in all tenants.
    everywhere: Option<Role>,
    /// The roles by tenant.
    roles: BTreeMap<String, Role>,
}

/// Who asks, and as what where
#[utoipa::path(get, path = "/caller", tag = "tenants", responses((status = OK, body = Caller)))]
async fn who_am_i(State(app): State<App>, guest: Guest) -> Json<Caller> {
    let tenants = app.desk().tenants().await;
    let roles = tenants
        .iter()
        .filter_map(|plan| Some((plan.name.clone(), guest.role_in(&plan.name)?)));
    Json(Caller {
        who: guest.who().to_owned(),
        title: guest.title().to_owned(),
        everywhere: guest.everywhere(),
        roles: roles.collect(),
    })
}

/// The tenants where you have a role, by name
#[utoipa::path(
    get, path = "/tenants", tag = "tenants", params(Part), responses((status = OK, body = Page<TenantSummary>))
)]
async fn list_tenants(
    State(app): State<App>,
    guest: Guest,
    OriginalUri(asked): OriginalUri,
    Query(part): Query<Part>,
) -> Result<Listed<TenantSummary>, Problem> {
    let size = usize::try_from(part.size(100)).unwrap_or(usize::MAX);
    let after = part.after.as_deref().unwrap_or_default();
    let mut plans: Vec<_> = app.desk().tenants().await;
    plans.retain(|plan| guest.role_in(&plan.name).is_some() && plan.name.as_str() > after);
    plans.sort_by(|one, other| one.name.cmp(&other.name));
    let more = plans.len() > size;
    plans.truncate(size);
    let next = plans.last().filter(|_| more).map(|plan| plan.name.clone());
    let within = plans.iter().map(|plan| guest.within::<Viewer>(&plan.name));
    let mut items = app
        .desk()
        .summaries(&within.collect::<Result<Vec<_>, _>>()?)
        .await?;
    items.iter_mut().for_each(|summary| app.runner().fill_in(summary));
    Ok(Listed::new(Page { items, next }, &asked))
}

/// A tenant at a glance
#[utoipa::path(
    get, path = "/tenants/{tenant}", tag = "tenants", params(AtTenant), responses((status = OK, body = TenantSummary))
)]
async fn get_tenant(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<TenantSummary>, Problem> {
    let mut summary = app.desk().summary(&at).await?;
    app.runner().fill_in(&mut summary);
    Ok(Json(summary))
}

/// What the server does by itself in a tenant, and what it could not do
#[utoipa::path(
    get, path = "/tenants/{tenant}/work", tag = "tenants", params(AtTenant), responses((status = OK, body = Work))
)]
async fn get_work(State(app): State<App>, In(at): In<Viewer>) -> Json<Work> {
    Json(work(&app, &at).await)
}
