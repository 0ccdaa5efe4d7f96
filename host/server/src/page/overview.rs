//! All tenants at a glance.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::response::Response;
use minijinja::context;

use super::leaf::{Leaf, view};
use crate::access::{Guest, Viewer};
use crate::app::App;
use crate::problem::Problem;
use crate::view::TenantSummary;

pub(super) async fn show(State(app): State<App>, guest: Guest, leaf: Leaf) -> Result<Response, Problem> {
    let summaries = summaries(&app, &guest).await?;
    let plans = app.desk().tenants().await;
    let zones: BTreeMap<&str, &str> = plans
        .iter()
        .filter_map(|plan| Some((plan.name.as_str(), plan.zone.iana_name()?)))
        .collect();
    leaf.show(
        "overview.html",
        context! { tenants => view(&summaries), zones => view(&zones) },
    )
}

/// The tenants where the guest has a role, those that wait for a person first.
async fn summaries(app: &App, guest: &Guest) -> Result<Vec<TenantSummary>, Problem> {
    let plans = app.desk().tenants().await;
    let mine = plans.iter().filter(|plan| guest.role_in(&plan.name).is_some());
    let mine = mine.map(|plan| guest.within::<Viewer>(&plan.name));
    let mut summaries = app
        .desk()
        .summaries(&mine.collect::<Result<Vec<_>, _>>()?)
        .await?;
    summaries
        .iter_mut()
        .for_each(|summary| app.runner().fill_in(summary));
    summaries.sort_by_key(|summary| {
        (
            summary.waits.is_none() && summary.broken.is_none(),
            summary.title.clone(),
        )
    });
    Ok(summaries)
}
