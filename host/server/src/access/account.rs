//! One's own account: roles, sessions, tokens.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use minijinja::context;

use super::deeds;
use super::guest::Guest;
use super::shape::{MadeToken, TokenRequest};
use crate::app::App;
use crate::page::{Leaf, view};
use crate::problem::Problem;

/// For how long tokens are offered, in days.
const DAYS: [u16; 4] = [30, 90, 180, 365];

pub(super) async fn show(State(app): State<App>, guest: Guest, leaf: Leaf) -> Result<Response, Problem> {
    page(&app, &guest, &leaf, None).await
}

async fn page(app: &App, guest: &Guest, leaf: &Leaf, made: Option<MadeToken>) -> Result<Response, Problem> {
    let me = deeds::me(guest);
    let plans = app.desk().tenants().await;
    let titles = super::titles(app, leaf, &plans);
    // Tokens are offered where the guest has a role: everywhere means in each tenant, too.
    let mut places: Vec<String> = plans
        .iter()
        .filter(|plan| guest.role_in(&plan.name).is_some())
        .map(|plan| plan.name.clone())
        .collect();
    if guest.everywhere().is_some() {
        places.insert(0, "*".to_owned());
    }
    let content = context! {
        me => view(&me),
        sessions => view(&deeds::own_sessions(app, guest).await?),
        tokens => view(&deeds::own_tokens(app, guest).await?),
        made => made.as_ref().map(view),
        titles,
        places,
        roles => super::offered(deeds::greatest(guest)),
        days => DAYS,
    };
    leaf.show("account.html", content)
}

/// Makes a token. The page tells its secret, and no address leads there again.
pub(super) async fn make_token(
    State(app): State<App>,
    guest: Guest,
    leaf: Leaf,
    Form(wish): Form<TokenRequest>,
) -> Result<Response, Problem> {
    let made = deeds::make_token(&app, &guest, &wish).await?;
    page(&app, &guest, &leaf, Some(made)).await
}

pub(super) async fn revoke_token(
    State(app): State<App>,
    guest: Guest,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    deeds::revoke_own(&app, &guest, id).await?;
    Ok(Redirect::to("/account").into_response())
}

pub(super) async fn end_session(
    State(app): State<App>,
    guest: Guest,
    Path(id): Path<i64>,
) -> Result<Response, Problem> {
    match deeds::end_own(&app, &guest, id).await {
        // It is over already, as was wished.
        Err(problem) if problem.code() == "absent" => {}
        ended => ended?,
    }
    Ok(Redirect::to("/account").into_response())
}
