//! The objects that a person should see to, one by one.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;
use serde::Deserialize;

use super::asked::{Asked, further};
use super::form::root;
use super::leaf::{Leaf, view};
use crate::access::{In, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::view::Part;

/// Objects on a page.
const OBJECTS: u32 = 50;

/// What the page is asked for.
#[derive(Debug, Default, Deserialize)]
pub(super) struct View {
    after: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(asked): Asked<View>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let part = Part {
        after: asked.after.clone(),
        limit: Some(OBJECTS),
    };
    let findings = app.desk().findings(&at, &part).await?;
    let here = format!("{}/findings", root(at.tenant()));
    let content = context! {
        findings => view(&findings.items),
        first => asked.after.is_some().then_some(&here),
        next => findings.next.map(|next| further(&here, &[("after", &next)])),
    };
    leaf.show_in(&at, "findings.html", content).await
}
