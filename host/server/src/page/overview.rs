//! All tenants at a glance.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use futures_util::stream::{self, StreamExt as _};
use minijinja::context;

use super::leaf::{Leaf, view};
use crate::access::{Guest, Viewer};
use crate::app::App;
use crate::desk::TenantPlan;
use crate::problem::Problem;
use crate::view::TenantSummary;

/// How many tenants are looked at at once.
const AT_ONCE: usize = 8;

pub(super) async fn show(State(app): State<App>, guest: Guest, leaf: Leaf) -> Result<Response, Problem> {
    let summaries = summaries(&app, &guest).await?;
    leaf.show("overview.html", context! { tenants => view(&summaries) })
}

/// The tenants where the guest has a role, those that wait for a person first.
async fn summaries(app: &App, guest: &Guest) -> Result<Vec<TenantSummary>, Problem> {
    let plans: Vec<Arc<TenantPlan>> = app
        .desk()
        .tenants()
        .await
        .into_iter()
        .filter(|plan| guest.role_in(&plan.name).is_some())
        .collect();
    let mut summaries: Vec<TenantSummary> = stream::iter(plans)
        .map(|plan| async move {
            let at = guest.within::<Viewer>(&plan.name)?;
            let mut summary = app.desk().summary(&at).await?;
            summary.running = app.runner().is_running(&plan.name);
            summary.next = app.runner().next(&plan.name);
            Ok::<_, Problem>(summary)
        })
        .buffered(AT_ONCE)
        .collect::<Vec<_>>()
        .await
        .into_iter()
        .collect::<Result<_, _>>()?;
    summaries.sort_by_key(|summary| {
        (
            summary.waits.is_none() && summary.broken.is_none(),
            summary.title.clone(),
        )
    });
    Ok(summaries)
}
