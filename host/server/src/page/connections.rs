//! The connections: what each is, may reach and used, what lies in its inbox, and the builds of the connectors.

use std::collections::BTreeSet;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};

use super::asked::{Asked, said};
use super::form::{Mishap, Typed, onwards, root};
use super::given::Given;
use super::leaf::{Leaf, view};
use crate::access::{Administrator, In, Operator, Role, Viewer, Within};
use crate::api::checking;
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Activated, Build, BuildWish, Connection, Finding, Installed};

/// What this page says after a deed.
const DEEDS: [&str; 4] = ["file", "file-replaced", "build", "build-back"];

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    done: Option<String>,
    /// The activation that led here.
    given: Option<i64>,
}

/// What was done or found before the page is shown.
#[derive(Default)]
struct Before<'a> {
    done: Option<String>,
    /// What an activation came to.
    given: Option<Vec<Activated>>,
    findings: Option<Vec<Finding>>,
    mishap: Option<&'a Mishap>,
}

/// A connector of the tenant and its builds.
#[derive(Serialize)]
struct Connector<'a> {
    name: &'a str,
    connections: Vec<&'a Connection>,
    /// No connection of it can be given another build.
    fixed: bool,
    installed: Vec<&'a Installed>,
    given: Vec<&'a Build>,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Extension(given): Extension<Given>,
    Asked(asked): Asked<View>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let before = Before {
        done: said(asked.done, &DEEDS),
        given: asked.given.and_then(|id| given.get(at.tenant(), id)),
        ..Before::default()
    };
    page(&app, &at, &leaf, before).await
}

async fn page(app: &App, at: &Within<Viewer>, leaf: &Leaf, before: Before<'_>) -> Result<Response, Problem> {
    let connections = app.desk().connections(at).await?;
    let installed = app.desk().installed().await?.into_iter();
    let installed: Vec<_> = installed
        .map(|build| build.told(at.role() >= Role::Administrator))
        .collect();
    let builds = app.desk().builds(at).await?;
    let names: BTreeSet<&str> = connections.iter().map(|each| each.connector.as_str()).collect();
    let connectors: Vec<_> = names
        .into_iter()
        .map(|name| {
            let own: Vec<_> = connections.iter().filter(|each| each.connector == name).collect();
            Connector {
                name,
                fixed: own.iter().all(|each| each.fixed),
                installed: installed.iter().filter(|each| each.name == name).collect(),
                given: builds
                    .iter()
                    .filter(|build| own.iter().any(|each| each.name == build.connection))
                    .collect(),
                connections: own,
            }
        })
        .collect();
    let content = context! {
        connections => view(&connections),
        connectors => view(&connectors),
        findings => view(&before.findings),
        done => before.done,
        activated => view(&before.given),
        mishap => view(&before.mishap),
        most => app.settings().upload,
    };
    leaf.show_in(at, "connections.html", content).await
}

/// The address of the page.
pub(super) fn address(at: &Within<Viewer>) -> String {
    format!("{}/connections", root(at.tenant()))
}

/// The page with a form that was not taken.
pub(super) async fn again(
    app: &App,
    at: &Within<Viewer>,
    leaf: Leaf,
    mishap: Mishap,
) -> Result<Response, Problem> {
    let leaf = leaf.at(&address(at));
    let before = Before {
        mishap: Some(&mishap),
        ..Before::default()
    };
    Ok(mishap.on(page(app, at, &leaf, before).await?))
}

/// Asks every system, and shows what it says. Nothing of that is kept, so it is shown at once.
pub(super) async fn check(
    State(app): State<App>,
    In(at): In<Operator>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let viewer = at.lower();
    match checking::systems(&app, &at).await {
        Ok(findings) => {
            let before = Before {
                findings: Some(findings),
                ..Before::default()
            };
            page(&app, &viewer, &leaf.at(&address(&viewer)), before).await
        }
        Err(error) => {
            let mishap = Typed::default().mishap("check", &error);
            again(&app, &viewer, leaf, mishap).await
        }
    }
}

/// Has a connector's connections run a build, or go back to the one before.
pub(super) async fn build(
    State(app): State<App>,
    In(at): In<Administrator>,
    Extension(given): Extension<Given>,
    leaf: Leaf,
    typed: Typed,
) -> Result<Response, Problem> {
    let viewer = at.lower();
    let back = typed.get("back").is_some();
    let connector = typed.needed("connector")?.to_owned();
    let sent = async {
        let digest = if back {
            None
        } else {
            Some(typed.needed("digest")?.to_owned())
        };
        let wish = BuildWish {
            digest,
            reason: typed.reason()?,
        };
        Ok::<_, Problem>(app.desk().give_build(&at, &connector, &wish).await?)
    };
    match sent.await {
        Ok(activated) => {
            let deed = if back { "build-back" } else { "build" };
            let id = given.keep(at.tenant(), activated, app.now());
            Ok(onwards(&format!("{}?done={deed}&given={id}", address(&viewer))))
        }
        Err(problem) => {
            let form = if back { "build-back" } else { "build" };
            let mishap = typed.mishap(format!("{form}:{connector}"), &problem);
            again(&app, &viewer, leaf, mishap).await
        }
    }
}
