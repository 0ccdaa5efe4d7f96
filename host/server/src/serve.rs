//! The server as a whole: its routes, and what lies around them.

use axum::Router;
use axum::middleware;
use axum::routing::get;

use crate::app::App;
use crate::{api, assets, page, watch};

/// Everything that the server answers.
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/assets/{mark}/{name}", get(assets::serve))
        .merge(api::routes(app))
        .merge(page::routes(app))
        .merge(watch::routes())
        .layer(middleware::from_fn_with_state(app.clone(), watch::measure))
        .with_state(app.clone())
}
