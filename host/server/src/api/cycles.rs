//! Cycles, and having something run.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{AtConnection, AtCycle, AtEntity, AtTenant};
use super::extract::{self, Bounded, Path, Query};
use super::listed::Listed;
use crate::access::{In, Operator, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::{Cycle, Errand, Night, Page, Part};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_cycles))
        .routes(routes!(newest_cycle))
        .routes(routes!(get_cycle))
        .routes(routes!(run))
        .routes(routes!(run_errand))
        .routes(routes!(check_enrolment))
}

/// The cycles in numbers, newest first
#[utoipa::path(
    get, path = "/tenants/{tenant}/cycles", tag = "cycles", params(AtTenant, Part),
    responses((status = OK, body = Page<Night>))
)]
async fn list_cycles(
    State(app): State<App>,
    In(at): In<Viewer>,
    OriginalUri(asked): OriginalUri,
    Query(part): Query<Part>,
) -> Result<Listed<Night>, Problem> {
    Ok(Listed::new(app.desk().history(&at, &part).await?, &asked))
}

/// The newest cycle
///
/// It is absent (404) before the first.
#[utoipa::path(
    get, path = "/tenants/{tenant}/cycle", tag = "cycles", params(AtTenant), responses((status = OK, body = Cycle))
)]
async fn newest_cycle(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<Cycle>, Problem> {
    let cycle = app.desk().cycle(&at, None).await?;
    let absent = || {
        Problem::new(
            Kind::Absent,
            "no cycle has run yet: have one run by `POST …/runs`",
        )
    };
    cycle.map(Json).ok_or_else(absent)
}

/// A cycle
#[utoipa::path(
    get, path = "/tenants/{tenant}/cycles/{cycle}", tag = "cycles", params(AtTenant, AtCycle),
    responses((status = OK, body = Cycle))
)]
async fn get_cycle(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtCycle>,
) -> Result<Json<Cycle>, Problem> {
    let number = place.cycle.0;
    let cycle = app.desk().cycle(&at, Some(number)).await?;
    let absent = || {
        Problem::new(
            Kind::Absent,
            format!("there is no cycle {number}: the list of cycles names them"),
        )
    };
    cycle.map(Json).ok_or_else(absent)
}

/// What is to run.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunWish {
    /// What.
    task: RunKind,
}

/// What runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum RunKind {
    /// The cycle, or the rest of one that stopped.
    Cycle,
    /// The cycle up to its plans.
    Plan,
}

impl Bounded for RunWish {
    fn flaw(&self) -> Option<String> {
        None
    }
}

/// What became of the wish.
#[derive(Debug, Serialize, ToSchema)]
struct Accepted {
    /// Where it can be followed.
    follow: String,
}

/// Has the cycle run, or up to its plans
///
/// It runs as soon as nothing else runs in the tenant. Follow it by `news`.
#[utoipa::path(
    post, path = "/tenants/{tenant}/runs", tag = "cycles", params(AtTenant), request_body = RunWish,
    responses((status = ACCEPTED, body = Accepted))
)]
async fn run(
    State(app): State<App>,
    In(at): In<Operator>,
    extract::Json(wish): extract::Json<RunWish>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let task = match wish.task {
        RunKind::Cycle => Task::Cycle,
        RunKind::Plan => Task::Plan,
    };
    begin(&app, &at, task).await
}

/// Has one entity seen to now
#[utoipa::path(
    post, path = "/tenants/{tenant}/entities/{entity}/errands", tag = "entities", params(AtTenant, AtEntity),
    request_body = Errand, responses((status = ACCEPTED, body = Accepted))
)]
async fn run_errand(
    State(app): State<App>,
    In(at): In<Operator>,
    Path(place): Path<AtEntity>,
    extract::Json(errand): extract::Json<Errand>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let Errand {
        target,
        distribute,
        reason,
    } = errand;
    // That there is such an entity is told now, not when the errand has failed.
    app.desk().entity(&at.lower(), place.entity).await?;
    let task = Task::Errand {
        entity: place.entity,
        target,
        distribute,
        reason,
    };
    begin(&app, &at, task).await
}

/// Has a target checked before its enrolment
#[utoipa::path(
    post, path = "/tenants/{tenant}/enrolments/{connection}/checks", tag = "enrolments",
    params(AtTenant, AtConnection), responses((status = ACCEPTED, body = Accepted))
)]
async fn check_enrolment(
    State(app): State<App>,
    In(at): In<Operator>,
    Path(place): Path<AtConnection>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let connection = place.connection.as_str();
    let known = app.desk().enrolments(&at.lower()).await?;
    if !known.iter().any(|target| target.connection == connection) {
        let detail = format!(
            "there is no target `{connection}` that wants to be enrolled: the list of enrolments names them"
        );
        return Err(Problem::new(Kind::Absent, detail));
    }
    let task = Task::CheckEnrolment {
        connection: connection.to_owned(),
    };
    begin(&app, &at, task).await
}

async fn begin(
    app: &App,
    at: &Within<Operator>,
    task: Task,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    app.runner().ask(at.clone(), task).await?;
    let follow = format!("/api/v1/tenants/{}/news", at.tenant());
    Ok((StatusCode::ACCEPTED, Json(Accepted { follow })))
}
