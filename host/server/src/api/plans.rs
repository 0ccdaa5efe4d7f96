//! What would happen in the targets.

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{self, AtTenant, Name};
use super::extract::{Bounded, Listing};
use super::listed::Listed;
use crate::access::{In, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Page, Part, Plan, PlannedOperation};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_plan))
        .routes(routes!(list_operations))
}

/// The plans of the newest cycle, in numbers
#[utoipa::path(
    get, path = "/tenants/{tenant}/plan", tag = "plans", params(AtTenant), responses((status = OK, body = Plan))
)]
async fn get_plan(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<Plan>, Problem> {
    Ok(Json(app.desk().plan(&at).await?))
}

/// Which operations.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Of this target.
    target: Option<Name>,
    /// Of this action, such as `create`.
    #[param(min_length = 1, max_length = 63, pattern = r"\S")]
    action: Option<String>,
}

impl Bounded for Wanted {
    fn flaw(&self) -> Option<String> {
        let action = self.action.as_deref();
        action.and_then(|action| bounds::text("action", action, 1, 63))
    }
}

/// The operations of the newest plans
#[utoipa::path(
    get, path = "/tenants/{tenant}/plan/operations", tag = "plans", params(AtTenant, Wanted, Part),
    responses((status = OK, body = Page<PlannedOperation>))
)]
async fn list_operations(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Listing(Wanted { target, action }, part): Listing<Wanted>,
) -> Result<Listed<PlannedOperation>, Problem> {
    let target = target.as_ref().map(Name::as_str);
    let page = app
        .desk()
        .operations(&at, target, action.as_deref(), &part)
        .await?;
    Ok(Listed::new(page, &asked))
}
