//! What support needs to know of the installation, for those who administer all of it.

use axum::extract::State;
use axum::response::Response;
use minijinja::context;

use super::leaf::{Leaf, view};
use super::person::download;
use crate::access::{Guest, Role};
use crate::app::App;
use crate::problem::{Kind, Problem};

/// Lets administrators of all tenants go on.
fn admit(guest: &Guest) -> Result<(), Problem> {
    if guest.everywhere() == Some(Role::Administrator) {
        return Ok(());
    }
    Err(Problem::new(
        Kind::Forbidden,
        "this takes the role administrator in all tenants: ask somebody who has it",
    ))
}

pub(super) async fn show(State(app): State<App>, guest: Guest, leaf: Leaf) -> Result<Response, Problem> {
    admit(&guest)?;
    let support = app.desk().support().await?;
    leaf.show("support.html", context! { support => view(&support) })
}

pub(super) async fn file(State(app): State<App>, guest: Guest) -> Result<Response, Problem> {
    admit(&guest)?;
    download("samklang-support.json", &app.desk().support().await?)
}
