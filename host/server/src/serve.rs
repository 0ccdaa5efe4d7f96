//! The server as a whole: its routes, and listening.

use std::future::Future;
use std::net::SocketAddr;

use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::app::App;
use crate::{assets, page};

/// Everything that the server answers.
#[must_use]
pub fn router(app: &App) -> Router {
    Router::new()
        .route("/assets/{mark}/{name}", get(assets::serve))
        .merge(page::routes(app))
        .with_state(app.clone())
}

/// Answers requests until `shutdown`.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve(
    app: &App,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(shutdown)
        .await
}
