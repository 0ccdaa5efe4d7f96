//! Searching persons, units and whatever else the catalogue holds.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::asked::{Asked, said};
use super::leaf::{Leaf, view};
use crate::access::{In, Viewer};
use crate::app::App;
use crate::problem::Problem;

/// How many entities are shown. Whoever finds more searches more exactly.
const MOST: u32 = 50;

/// What is searched for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Search {
    /// A name, a part of one, a key, a user name, a UUID.
    q: Option<String>,
    /// What was done before.
    done: Option<String>,
}

pub(super) async fn search(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(asked): Asked<Search>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let text = asked.q.unwrap_or_default();
    let text = text.trim();
    let mut found = Vec::new();
    if !text.is_empty() {
        found = app.desk().find(&at, text, MOST + 1).await?;
    }
    let more = found.get(MOST as usize).is_some();
    found.truncate(MOST as usize);
    let done = said(asked.done, &["forgotten"]);
    leaf.show_in(
        &at,
        "people.html",
        context! { q => text, found => view(&found), more, done },
    )
    .await
}
