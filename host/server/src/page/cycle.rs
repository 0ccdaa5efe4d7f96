//! The cycle as its steps: what is done, what waits, since when and for whom, and what the reader may do about it.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use minijinja::{Value, context};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::form::Mishap;
use super::leaf::{Leaf, view};
use super::person::download;
use crate::access::{In, Role, Viewer, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::run::work;
use crate::view::{Cycle, HaltTrip};

/// How many of the exceeded limits stand with the steps; the page of the halt has all.
const TRIPS: usize = 4;

/// What the page can say was done.
const DONE: [&str; 5] = ["cycle", "plan", "file", "file-replaced", "promotion"];

/// What the address adds.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    done: Option<String>,
}

/// The newest cycle.
pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Query(asked): Query<Asked>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let done = asked.done.filter(|done| DONE.contains(&done.as_str()));
    page(&app, &leaf, &at, done, None).await
}

/// An older one.
pub(super) async fn older(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path((_, cycle)): Path<(String, String)>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let number = numbered(&cycle)?;
    let scene = scene(&app, &at, Some(number)).await?;
    let scene = scene.ok_or_else(|| absent(&cycle))?;
    leaf.show_in(&at, "cycle.html", context! { ..scene.content() })
        .await
}

/// What happened in a cycle, step by step, as a file to send to support. It holds no word of a connector's and no decision, which could be
/// about a person.
pub(super) async fn log(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path((_, cycle)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let number = numbered(&cycle)?;
    let told = app.desk().cycle(&at, Some(number)).await?;
    let mut told = told.ok_or_else(|| absent(&cycle))?;
    told.steps.iter_mut().for_each(|step| step.note = None);
    let waits = told.waits.map(|wait| {
        json!({
            "reference": format!("{}/{number}/{}", at.tenant(), wait.position + 1), "position": wait.position, "kind": wait.kind,
            "connection": wait.connection, "look": wait.look, "code": wait.code, "fault": wait.fault, "since": wait.since,
            "usual": wait.usual, "not_before": wait.not_before, "owner": wait.owner,
        })
    });
    let connections = app.desk().connections(&at).await?;
    let connections = connections.iter().map(|one| {
        json!({
            "name": one.name, "connector": one.connector, "version": one.version, "digest": one.digest, "role": one.role,
        })
    });
    let log = json!({
        "tenant": at.tenant(), "version": env!("CARGO_PKG_VERSION"), "cycle": told.summary, "waits": waits, "steps": told.steps,
        "connections": connections.collect::<Vec<_>>(),
    });
    download(&format!("samklang-{}-{number}.json", at.tenant()), &log)
}

/// The number in an address.
fn numbered(cycle: &str) -> Result<i64, Problem> {
    cycle.parse().map_err(|_| absent(cycle))
}

fn absent(cycle: &str) -> Problem {
    Problem::new(
        Kind::Absent,
        format!("there is no cycle {cycle}: see the history"),
    )
}

/// The page of the newest cycle, with a form that was not taken.
pub(super) async fn page(
    app: &App,
    leaf: &Leaf,
    at: &Within<Viewer>,
    done: Option<String>,
    mishap: Option<&Mishap>,
) -> Result<Response, Problem> {
    let scene = scene(app, at, None).await?;
    let content = match &scene {
        Some(scene) => scene.content(),
        None => context! { cycle => (), newest => true },
    };
    let connections = if at.role() >= Role::Operator {
        app.desk().connections(at).await?
    } else {
        Vec::new()
    };
    let inboxes: Vec<_> = connections.iter().filter(|one| one.inbox).collect();
    let sources: Vec<_> = connections.iter().filter(|one| one.role != "target").collect();
    let around = context! {
        inboxes => view(&inboxes),
        most => app.settings().upload,
        sources => view(&sources),
        next => view(&app.runner().next(at.tenant())),
        work => view(&work(app, at).await),
        mishap => view(&mishap),
        done,
    };
    let page = leaf
        .show_in(at, "cycle.html", context! { ..content, ..around })
        .await?;
    Ok(match mishap {
        Some(mishap) => mishap.on(page),
        None => page,
    })
}

/// A cycle, with what its page takes from elsewhere.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    pub(super) cycle: Cycle,
    newest: bool,
    trips: Vec<Tripped>,
}

/// A limit that is exceeded, and by which system.
#[derive(Debug, Clone, Serialize)]
struct Tripped {
    system: String,
    trip: HaltTrip,
}

impl Scene {
    /// What the template of the steps shows.
    pub(super) fn content(&self) -> Value {
        context! {
            cycle => view(&self.cycle),
            newest => self.newest,
            trips => view(&self.trips),
        }
    }
}

/// Looks at a cycle, the newest when none is named.
pub(super) async fn scene(app: &App, at: &Within<Viewer>, id: Option<i64>) -> Result<Option<Scene>, Problem> {
    let Some(cycle) = app.desk().cycle(at, id).await? else {
        return Ok(None);
    };
    let halted = id.is_none() && cycle.waits.as_ref().is_some_and(|wait| wait.code == "guard");
    let halt = if halted { app.desk().halt(at).await? } else { None };
    let trips = halt.into_iter().flat_map(|halt| halt.parts).flat_map(|part| {
        let system = part.system;
        part.trips.into_iter().map(move |trip| Tripped {
            system: system.clone(),
            trip,
        })
    });
    Ok(Some(Scene {
        cycle,
        newest: id.is_none(),
        trips: trips.take(TRIPS).collect(),
    }))
}
