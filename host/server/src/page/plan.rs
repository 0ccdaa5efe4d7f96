//! What would happen in the targets, or did: in numbers, and operation by operation with its reason.

use std::collections::BTreeSet;

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

/// Operations on a page.
const LINES: u32 = 100;

/// Which operations are wanted.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Filter {
    target: Option<String>,
    action: Option<String>,
    after: Option<String>,
}

impl Filter {
    /// The target that is meant, if one is.
    pub(super) fn target(&self) -> Option<&str> {
        self.target.as_deref().filter(|target| !target.is_empty())
    }

    /// The action that is meant, if one is.
    pub(super) fn action(&self) -> Option<&str> {
        self.action.as_deref().filter(|action| !action.is_empty())
    }
}

pub(super) async fn show(
    State(app): State<App>,
    In(at): In<Viewer>,
    Asked(asked): Asked<Filter>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    let plan = app.desk().plan(&at).await?;
    let part = Part {
        after: asked.after.clone(),
        limit: Some(LINES),
    };
    let (target, action) = (asked.target(), asked.action());
    let operations = app.desk().operations(&at, target, action, &part).await?;
    let page = format!("{}/plan", root(at.tenant()));
    let here = |address: &str, after: &str| {
        let questions = [
            ("target", target.unwrap_or_default()),
            ("action", action.unwrap_or_default()),
            ("after", after),
        ];
        further(address, &questions)
    };
    let targets: BTreeSet<&str> = plan.counts.iter().map(|count| count.target.as_str()).collect();
    let actions: BTreeSet<&str> = plan.counts.iter().map(|count| count.action.as_str()).collect();
    let total: u64 = plan.counts.iter().map(|count| count.count).sum();
    let content = context! {
        plan => view(&plan),
        targets => view(&targets),
        actions => view(&actions),
        total,
        target,
        action,
        operations => view(&operations.items),
        first => asked.after.is_some().then(|| here(&page, "")),
        next => operations.next.map(|next| here(&page, &next)),
        csv => here(&format!("{page}.csv"), ""),
    };
    leaf.show_in(&at, "plan.html", content).await
}
