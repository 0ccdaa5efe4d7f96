//! The cycles that were: how much changed each night, and what the connectors used.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::{Deserialize, Serialize};

use super::asked::{Asked, further};
use super::chart::Chart;
use super::form::root;
use super::leaf::{Leaf, view};
use crate::access::{In, Viewer, Within};
use crate::app::App;
use crate::problem::Problem;
use crate::view::{Night, Part, Usage};

/// Cycles on a page: a month.
const NIGHTS: u32 = 30;

/// The kind of cycle that is for everybody.
const WHOLE: &str = "whole";

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    after: Option<String>,
    /// The cycle whose usage is shown connection by connection.
    usage: Option<i64>,
}

/// What a connection used in a cycle.
#[derive(Serialize)]
struct Used {
    connection: String,
    system: String,
    usage: Usage,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(asked): Asked<View>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let part = Part {
        after: asked.after.clone(),
        limit: Some(NIGHTS),
    };
    let nights = app.desk().history(&at, &part).await?;
    let used = match asked.usage {
        Some(cycle) => Some(used(&app, &at, cycle).await?),
        None => None,
    };
    // What a person wanted done in between is listed as what it is; the nights are drawn.
    let drawn: Vec<&Night> = nights
        .items
        .iter()
        .filter(|night| night.summary.kind == WHOLE)
        .collect();
    let page = format!("{}/history", root(at.tenant()));
    let here = asked.after.as_deref().unwrap_or_default();
    let content = context! {
        chart => view(&Chart::of(&drawn)),
        drawn => drawn.len(),
        nights => view(&nights.items),
        used => view(&used),
        used_in => asked.usage,
        here => further(&page, &[("after", here)]),
        first => (!here.is_empty()).then_some(&page),
        next => nights.next.map(|next| further(&page, &[("after", &next)])),
    };
    leaf.show_in(&at, "history.html", content).await
}

/// What each connection used in a cycle, all its steps together.
async fn used(app: &App, at: &Within<Viewer>, cycle: i64) -> Result<Vec<Used>, Problem> {
    let steps = app.desk().cycle(at, Some(cycle)).await?.map(|cycle| cycle.steps);
    let mut used: BTreeMap<String, Used> = BTreeMap::new();
    for step in steps.unwrap_or_default() {
        let Some(connection) = step.connection else {
            continue;
        };
        let of_it = used.entry(connection.clone()).or_insert_with(|| Used {
            system: step.system.unwrap_or_else(|| connection.clone()),
            connection,
            usage: Usage::default(),
        });
        let (sum, more) = (&mut of_it.usage, &step.usage);
        sum.cpu_us += more.cpu_us;
        sum.peak_memory = sum.peak_memory.max(more.peak_memory);
        sum.requests += more.requests;
        sum.refused += more.refused;
        sum.sent += more.sent;
        sum.received += more.received;
    }
    Ok(used.into_values().collect())
}
