//! The server as a whole: its routes, and what lies around them.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::app::App;
use crate::{access, api, assets, page, watch};

/// The longest body that is taken where no route says otherwise, in octets.
const BODY: usize = 1 << 20;

/// Everything that the server answers.
pub fn router(app: &App) -> Router {
    Router::new()
        .merge(api::routes(app))
        .merge(page::routes(app))
        .fallback(page::absent)
        .layer(from_fn_with_state(app.clone(), access::enter))
        .merge(watch::routes())
        .route("/assets/{mark}/{name}", get(assets::serve))
        .layer(from_fn_with_state(app.clone(), watch::measure))
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(app.clone(), access::dress))
        .with_state(app.clone())
}
