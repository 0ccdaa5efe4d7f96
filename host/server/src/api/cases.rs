//! Questions that a person answers.

use axum::Json;
use axum::extract::{OriginalUri, State};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{AtCase, AtTenant, Reason};
use super::extract::{self, Bounded, Listing, Path};
use super::listed::Listed;
use crate::access::{Approver, In, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Case, CaseAnswer, Page, Part, Question};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_cases))
        .routes(routes!(get_case))
        .routes(routes!(answer_case, undo_case))
}

/// Which questions.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// Also those that are closed.
    #[serde(default)]
    #[param(required = false)]
    all: bool,
}

impl Bounded for Wanted {
    fn flaw(&self) -> Option<String> {
        None
    }
}

/// Questions, newest first
#[utoipa::path(
    get, path = "/tenants/{tenant}/cases", tag = "cases", params(AtTenant, Wanted, Part),
    responses((status = OK, body = Page<Question>))
)]
async fn list_cases(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Listing(Wanted { all }, part): Listing<Wanted>,
) -> Result<Listed<Question>, Problem> {
    let page = app.desk().cases(&at, all, &part).await?;
    Ok(Listed::new(page, &asked))
}

/// A question with its candidates
#[utoipa::path(
    get, path = "/tenants/{tenant}/cases/{case}", tag = "cases", params(AtTenant, AtCase),
    responses((status = OK, body = Case))
)]
async fn get_case(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtCase>,
) -> Result<Json<Case>, Problem> {
    Ok(Json(app.desk().case(&at, place.case.0).await?))
}

/// Answers a question
#[utoipa::path(
    post, path = "/tenants/{tenant}/cases/{case}/answer", tag = "cases", params(AtTenant, AtCase),
    request_body = CaseAnswer, responses((status = OK, body = Case))
)]
async fn answer_case(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtCase>,
    extract::Json(answer): extract::Json<CaseAnswer>,
) -> Result<Json<Case>, Problem> {
    Ok(Json(app.desk().answer_case(&at, place.case.0, &answer).await?))
}

/// Takes an answer back, as long as no cycle has followed it
#[utoipa::path(
    delete, path = "/tenants/{tenant}/cases/{case}/answer", tag = "cases", params(AtTenant, AtCase),
    request_body = Reason, responses((status = OK, body = Case))
)]
async fn undo_case(
    State(app): State<App>,
    In(at): In<Approver>,
    Path(place): Path<AtCase>,
    extract::Json(wish): extract::Json<Reason>,
) -> Result<Json<Case>, Problem> {
    Ok(Json(app.desk().undo_case(&at, place.case.0, &wish.reason).await?))
}
