//! What support needs to know of the installation, for those who have a role in all tenants.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;

use super::leaf::{Leaf, view};
use super::person::download;
use crate::access::Guest;
use crate::app::App;
use crate::problem::Problem;

pub(super) async fn show(State(app): State<App>, guest: Guest, leaf: Leaf) -> Result<Response, Problem> {
    guest.looks_everywhere()?;
    let support = app.desk().support().await?;
    leaf.show("support.html", context! { support => view(&support) })
}

pub(super) async fn file(State(app): State<App>, guest: Guest) -> Result<Response, Problem> {
    guest.looks_everywhere()?;
    download("samklang-support.json", &app.desk().support().await?)
}
