//! Who somebody is and what they may do where. Nothing gets at a tenant but by a [`Within`], and only this room makes one, after it has
//! looked the person's role up: there is no way to name a tenant without being somebody in it.

mod account;
mod cookie;
mod csrf;
pub(crate) mod deeds;
mod door;
mod gate;
mod guest;
mod limit;
mod link;
mod provider;
pub(crate) mod shape;
mod sign_in;
mod staff;
mod within;

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::{get, post};
use ring::hmac;
use samklang_store::{Scope, SessionTimes};

pub(crate) use csrf::from_here;
pub(crate) use door::{Asks, dress, enter, whoever};
pub use gate::GateError;
pub(crate) use gate::{Gate, keep_swept};
pub(crate) use guest::Entry;
pub use guest::Guest;
pub(crate) use guest::In;
pub use link::{first_link, one_time_link};
pub use samklang_store::Role;
pub use within::{Administrator, Approver, AtLeast, Includes, Operator, Viewer, Within};

use crate::app::App;
use crate::desk::TenantPlan;
use crate::page::Leaf;

const HOUR: i64 = 3_600_000;

/// How long a session lasts: twelve hours, and one hour without a request.
const TIMES: SessionTimes = SessionTimes {
    whole: 12 * HOUR,
    idle: HOUR,
};

/// Compares secrets without telling by the time it takes where they differ.
pub(crate) fn is_same(given: &[u8], expected: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, expected);
    let tag = hmac::sign(&key, expected);
    hmac::verify(&key, given, tag.as_ref()).is_ok()
}

/// The words of the roles that somebody with this one may pass on.
fn offered(most: Option<Role>) -> Vec<&'static str> {
    Role::ALL
        .into_iter()
        .filter(|role| Some(*role) <= most)
        .map(Role::as_str)
        .collect()
}

/// What people call tenants, and all of them together.
fn titles(app: &App, leaf: &Leaf, plans: &[Arc<TenantPlan>]) -> BTreeMap<String, String> {
    let everywhere = app.texts().say(leaf.language(), "everywhere", None);
    plans
        .iter()
        .map(|plan| (plan.name.clone(), plan.title.clone()))
        .chain([(Scope::All.as_str().to_owned(), everywhere)])
        .collect()
}

/// The pages of this room.
pub(crate) fn pages() -> Router<App> {
    Router::new()
        .route("/sign-in", get(sign_in::show))
        .route("/sign-in/go", get(sign_in::go))
        .route("/sign-in/callback", get(sign_in::callback))
        .route(
            "/sign-in/link/{secret}",
            get(sign_in::link).post(sign_in::use_link),
        )
        .route("/sign-out", get(sign_in::is_out).post(sign_in::out))
        .route("/account", get(account::show))
        .route("/account/tokens", post(account::make_token))
        .route("/account/tokens/{id}/revoke", post(account::revoke_token))
        .route("/account/sessions/{id}/end", post(account::end_session))
        .route("/access", get(staff::show))
        .route("/access/role", post(staff::set_role))
        .route("/access/promise", post(staff::promise))
        .route("/access/promise/{id}/take", post(staff::take_promise))
        .route("/access/tokens/{id}/revoke", post(staff::revoke_token))
        .route("/access/link", post(staff::make_link))
        .route("/access/persons/{person}/shut-out", post(staff::shut_out))
}
