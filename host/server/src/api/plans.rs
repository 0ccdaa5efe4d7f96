//! What would happen in the targets.

use axum::Json;
use axum::extract::{OriginalUri, State};
use jiff::civil::Date;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{self, AtTenant, Code, Name};
use super::extract::{Bounded, Listing, Path, Query};
use super::listed::Listed;
use crate::access::{In, Viewer};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::{Forecast, OperationStory, Page, Part, Plan, PlannedOperation};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get_plan))
        .routes(routes!(list_operations))
        .routes(routes!(get_forecast))
        .routes(routes!(list_forecast))
        .routes(routes!(explain_operation))
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

/// Which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Until {
    /// The day until which is looked.
    #[param(
        format = "date",
        min_length = 10,
        max_length = 10,
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    )]
    day: String,
}

impl Bounded for Until {
    fn flaw(&self) -> Option<String> {
        bounds::day("day", &self.day)
    }
}

/// What the days until another one would bring, in numbers
///
/// It is worked out from what begins and ends in the catalogue as it is now. Nothing is read, sent or kept.
#[utoipa::path(
    get, path = "/tenants/{tenant}/forecast", tag = "plans", params(AtTenant, Until),
    responses((status = OK, body = Forecast))
)]
async fn get_forecast(
    State(app): State<App>,
    In(at): In<Viewer>,
    Query(until): Query<Until>,
) -> Result<Json<Forecast>, Problem> {
    Ok(Json(app.desk().forecast(&at, date(&until.day)?).await?))
}

/// Which operations of which day.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct WantedUntil {
    /// The day until which is looked.
    #[param(
        format = "date",
        min_length = 10,
        max_length = 10,
        pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
    )]
    day: String,
    /// Of this target.
    target: Option<Name>,
    /// Of this action, such as `create`.
    #[param(min_length = 1, max_length = 63, pattern = r"\S")]
    action: Option<String>,
}

impl Bounded for WantedUntil {
    fn flaw(&self) -> Option<String> {
        let action = self.action.as_deref();
        bounds::day("day", &self.day)
            .or_else(|| action.and_then(|action| bounds::text("action", action, 1, 63)))
    }
}

/// The operations that the days until another one would bring
#[utoipa::path(
    get, path = "/tenants/{tenant}/forecast/operations", tag = "plans", params(AtTenant, WantedUntil, Part),
    responses((status = OK, body = Page<PlannedOperation>))
)]
async fn list_forecast(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Listing(WantedUntil { day, target, action }, part): Listing<WantedUntil>,
) -> Result<Listed<PlannedOperation>, Problem> {
    let (day, target) = (date(&day)?, target.as_ref().map(Name::as_str));
    let page = app
        .desk()
        .forecast_operations(&at, day, target, action.as_deref(), &part)
        .await?;
    Ok(Listed::new(page, &asked))
}

/// A day that was looked at already.
fn date(day: &str) -> Result<Date, Problem> {
    day.parse()
        .map_err(|cause: jiff::Error| Problem::new(Kind::BadRequest, cause.to_string()))
}

/// An operation of a tenant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AtOperation {
    /// The identity of the operation.
    operation: Code,
}

/// Why an operation was planned, and what became of it
#[utoipa::path(
    get, path = "/tenants/{tenant}/operations/{operation}", tag = "plans", params(AtTenant, AtOperation),
    responses((status = OK, body = OperationStory))
)]
async fn explain_operation(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtOperation>,
) -> Result<Json<OperationStory>, Problem> {
    Ok(Json(
        app.desk()
            .explain_operation(&at, place.operation.as_str())
            .await?,
    ))
}
