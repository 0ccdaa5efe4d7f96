//! Who may do what in a tenant, or in all of them, for those who give roles there.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use minijinja::context;
use samklang_store::{Role, Scope};
use serde::Deserialize;
use uuid::Uuid;

use super::deeds;
use super::guest::Guest;
use super::shape::{LinkRequest, MadeLink, PromiseRequest, RoleRequest};
use crate::app::App;
use crate::page::{Leaf, view, zone_of};
use crate::problem::{Kind, Problem};

/// Changes that the page shows.
const CHANGES: u32 = 50;

/// Which tenant is to be shown.
#[derive(Deserialize)]
pub(super) struct Shown {
    #[serde(default)]
    tenant: Option<String>,
}

pub(super) async fn show(
    State(app): State<App>,
    guest: Guest,
    leaf: Leaf,
    Query(shown): Query<Shown>,
) -> Result<Response, Problem> {
    page(&app, &guest, &leaf, shown.tenant.as_deref(), None).await
}

async fn page(
    app: &App,
    guest: &Guest,
    leaf: &Leaf,
    tenant: Option<&str>,
    made: Option<MadeLink>,
) -> Result<Response, Problem> {
    let plans = app.desk().tenants().await;
    let mut places: Vec<String> = plans
        .iter()
        .map(|plan| plan.name.clone())
        .filter(|name| guest.role_in(name) == Some(Role::Administrator))
        .collect();
    if guest.everywhere() == Some(Role::Administrator) {
        places.insert(0, Scope::All.as_str().to_owned());
    }
    let nowhere = || Problem::new(Kind::Forbidden, "this takes the role administrator in a tenant");
    let chosen = match tenant {
        Some(tenant) => tenant,
        None => places.first().ok_or_else(nowhere)?,
    };
    let staff = deeds::staff(app, guest, chosen).await?;
    let changes = deeds::changes(app, guest, chosen, None, CHANGES).await?;
    let titles = super::titles(app, leaf, &plans);
    let chosen_plans = plans
        .iter()
        .filter(|plan| chosen == Scope::All.as_str() || plan.name == chosen);
    let content = context! {
        chosen,
        zone => zone_of(chosen_plans),
        titles,
        staff => view(&staff),
        changes => view(&changes),
        roles => super::offered(Some(Role::Administrator)),
        provider => app.gate().provider().map(super::provider::Provider::title),
        made => made.as_ref().map(view),
        self_ => guest.person().to_string(),
        places => &places,
    };
    leaf.show("access.html", content)
}

fn back(tenant: &str) -> Response {
    let query: String = url::form_urlencoded::byte_serialize(tenant.as_bytes()).collect();
    Redirect::to(&format!("/access?tenant={query}")).into_response()
}

/// A role that is set by the form.
#[derive(Deserialize)]
pub(super) struct SetRole {
    tenant: String,
    person: Uuid,
    /// A role, or `none`.
    role: String,
}

pub(super) async fn set_role(
    State(app): State<App>,
    guest: Guest,
    Form(form): Form<SetRole>,
) -> Result<Response, Problem> {
    let role = match form.role.as_str() {
        "none" => None,
        word => Some(
            word.parse::<Role>()
                .map_err(|cause| Problem::new(Kind::BadRequest, cause.to_string()))?,
        ),
    };
    let wish = RoleRequest {
        tenant: form.tenant,
        person: form.person,
        role,
    };
    deeds::set_role(&app, &guest, &wish).await?;
    Ok(back(&wish.tenant))
}

pub(super) async fn promise(
    State(app): State<App>,
    guest: Guest,
    Form(wish): Form<PromiseRequest>,
) -> Result<Response, Problem> {
    deeds::promise(&app, &guest, &wish).await?;
    Ok(back(&wish.tenant))
}

/// The tenant that a form is about.
#[derive(Deserialize)]
pub(super) struct About {
    tenant: String,
}

pub(super) async fn take_promise(
    State(app): State<App>,
    guest: Guest,
    Path(id): Path<i64>,
    Form(about): Form<About>,
) -> Result<Response, Problem> {
    deeds::take_promise(&app, &guest, &about.tenant, id).await?;
    Ok(back(&about.tenant))
}

pub(super) async fn revoke_token(
    State(app): State<App>,
    guest: Guest,
    Path(id): Path<i64>,
    Form(about): Form<About>,
) -> Result<Response, Problem> {
    deeds::revoke_of(&app, &guest, &about.tenant, id).await?;
    Ok(back(&about.tenant))
}

/// Makes a link. The page tells its address, and no address leads there again.
pub(super) async fn make_link(
    State(app): State<App>,
    guest: Guest,
    leaf: Leaf,
    Form(wish): Form<LinkRequest>,
) -> Result<Response, Problem> {
    let made = deeds::make_link(&app, &guest, &wish).await?;
    page(&app, &guest, &leaf, Some(&wish.tenant), Some(made)).await
}

/// Whether somebody is to be shut out.
#[derive(Deserialize)]
pub(super) struct ShutOut {
    tenant: String,
    out: bool,
}

pub(super) async fn shut_out(
    State(app): State<App>,
    guest: Guest,
    Path(person): Path<Uuid>,
    Form(form): Form<ShutOut>,
) -> Result<Response, Problem> {
    deeds::shut_out(&app, &guest, person, form.out).await?;
    Ok(back(&form.tenant))
}
