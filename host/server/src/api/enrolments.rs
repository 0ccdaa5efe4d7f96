//! Enrolment of targets.

use axum::Json;
use axum::extract::State;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{AtConnection, AtTenant};
use super::extract::{self, Path};
use crate::access::{Approver, In, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::run::enrolments;
use crate::view::{Enrolled, Enrolment, EnrolmentWish};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_enrolments))
        .routes(routes!(enrol))
}

/// The targets that want to be enrolled, each with its newest check
#[utoipa::path(
    get, path = "/tenants/{tenant}/enrolments", tag = "enrolments", params(AtTenant),
    responses((status = OK, body = Vec<Enrolment>))
)]
async fn list_enrolments(
    State(app): State<App>,
    In(at): In<Viewer>,
) -> Result<Json<Vec<Enrolment>>, Problem> {
    Ok(Json(enrolments(&app, &at).await?))
}

/// Enrols a target for good
#[utoipa::path(
    post, path = "/tenants/{tenant}/enrolments/{connection}", tag = "enrolments", params(AtTenant, AtConnection),
    request_body = EnrolmentWish, responses((status = OK, body = Enrolled))
)]
async fn enrol(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtConnection>,
    extract::Json(wish): extract::Json<EnrolmentWish>,
) -> Result<Json<Enrolled>, Problem> {
    Ok(Json(
        app.desk().enrol(&at, place.connection.as_str(), &wish).await?,
    ))
}
