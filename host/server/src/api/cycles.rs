//! Cycles, and having something run.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{AtConnection, AtConnector, AtCycle, AtEntity, AtTenant};
use super::checking;
use super::extract::{self, Bounded, Path, Query};
use super::listed::Listed;
use crate::access::{Administrator, In, Operator, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::Task;
use crate::view::{BuildTrialWish, Cycle, Errand, LinkJobWish, Night, ObjectErrand, Page, Part};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_cycles))
        .routes(routes!(newest_cycle))
        .routes(routes!(get_cycle))
        .routes(routes!(run))
        .routes(routes!(run_errand))
        .routes(routes!(fetch_object))
        .routes(routes!(check_enrolment))
        .routes(routes!(run_link_job))
        .routes(routes!(try_build))
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

/// Has one object of a source seen to now, also one that has not been read yet
#[utoipa::path(
    post, path = "/tenants/{tenant}/objects/errands", tag = "entities", params(AtTenant),
    request_body = ObjectErrand, responses((status = ACCEPTED, body = Accepted))
)]
async fn fetch_object(
    State(app): State<App>,
    In(at): In<Operator>,
    extract::Json(errand): extract::Json<ObjectErrand>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    // That no source has such objects is told now, not when the errand has failed.
    let object = app.desk().source_object(&at, &errand.object).await?;
    let task = Task::Fetch {
        object,
        reason: errand.reason,
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
    checking::enrolment(&app, &at, place.connection.as_str()).await?;
    Ok(accepted(&at))
}

/// Has what a target holds already matched with the entities that have nothing there, and linked
///
/// Nothing is written to the target. What came of it is told by `link-job` beside it.
#[utoipa::path(
    post, path = "/tenants/{tenant}/connections/{connection}/link-jobs", tag = "connections",
    params(AtTenant, AtConnection), request_body = LinkJobWish, responses((status = ACCEPTED, body = Accepted))
)]
async fn run_link_job(
    State(app): State<App>,
    In(at): In<Operator>,
    Path(place): Path<AtConnection>,
    extract::Json(wish): extract::Json<LinkJobWish>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let connection = place.connection.as_str();
    // That there is such a connection is told now, not when the job has failed.
    app.desk().link_job(&at.lower(), connection).await?;
    let LinkJobWish {
        class,
        dry_run,
        reason,
    } = wish;
    let task = Task::LinkJob {
        target: connection.to_owned(),
        class,
        dry_run,
        reason,
    };
    begin(&app, &at, task).await
}

/// Has it worked out what another build would change in the next plan
///
/// The plan is made with the build that runs and with the other one, each on a copy of what is kept. Nothing is kept, and nothing sent. What
/// came of it is told by `trial` beside it.
#[utoipa::path(
    post, path = "/tenants/{tenant}/connectors/{connector}/trials", tag = "connectors",
    params(AtTenant, AtConnector), request_body = BuildTrialWish, responses((status = ACCEPTED, body = Accepted))
)]
async fn try_build(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtConnector>,
    extract::Json(wish): extract::Json<BuildTrialWish>,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    let connector = place.connector.as_str();
    // That there is no such connector or build is told now, not when the trial has failed.
    app.desk().build_trial(&at, connector).await?;
    let build = app.desk().inspect_build(&wish.digest).await?.build;
    if build.name != connector {
        let detail = format!("that is a build of `{}`, and not of `{connector}`", build.name);
        return Err(Problem::new(Kind::Refused, detail));
    }
    let task = Task::TryBuild {
        connector: build.name,
        digest: build.digest,
    };
    begin(&app, &at.lower(), task).await
}

async fn begin(
    app: &App,
    at: &Within<Operator>,
    task: Task,
) -> Result<(StatusCode, Json<Accepted>), Problem> {
    app.runner().ask(at.clone(), task).await?;
    Ok(accepted(at))
}

/// That something runs as soon as nothing else does, and where it is followed.
fn accepted(at: &Within<Operator>) -> (StatusCode, Json<Accepted>) {
    let follow = format!("/api/v1/tenants/{}/news", at.tenant());
    (StatusCode::ACCEPTED, Json(Accepted { follow }))
}
