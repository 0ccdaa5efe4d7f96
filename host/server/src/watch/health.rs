//! Whether the server lives, is ready, and how it fares, for whoever runs it.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::access::{Viewer, Within, is_same};
use crate::app::App;
use crate::settings::Metrics;
use crate::watch::Standing;

/// What metrics are written in (OpenMetrics 1.0.0).
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The addresses of this room.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/health/live", get(async || "alive\n"))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
}

/// Ready when the store answers and what runs by itself is at work.
async fn ready(State(app): State<App>) -> Response {
    let fault = match app.desk().ready().await {
        Err(error) => Some(error.to_string()),
        Ok(()) if !app.runner().is_alive() => Some("what runs by itself is not at work".to_owned()),
        Ok(()) => None,
    };
    match fault {
        None => (StatusCode::OK, "ready\n").into_response(),
        Some(fault) => {
            tracing::warn!(fault, "the server is not ready");
            // Whoever asks may be anybody; the log says why.
            (StatusCode::SERVICE_UNAVAILABLE, "not ready: look at the log\n").into_response()
        }
    }
}

async fn metrics(State(app): State<App>, headers: HeaderMap) -> Response {
    match &app.settings().metrics {
        Metrics::Off => return StatusCode::NOT_FOUND.into_response(),
        Metrics::Open => {}
        Metrics::Token(token) => {
            let given = headers
                .get(header::AUTHORIZATION)
                .and_then(|value| value.to_str().ok());
            let given = given.and_then(|value| value.strip_prefix("Bearer "));
            if !given.is_some_and(|given| is_same(given.as_bytes(), token.reveal().as_bytes())) {
                let challenge = [(header::WWW_AUTHENTICATE, "Bearer")];
                return (StatusCode::UNAUTHORIZED, challenge).into_response();
            }
        }
    }
    match app.meters().text(&standing(&app).await) {
        Ok(text) => ([(header::CONTENT_TYPE, OPEN_METRICS)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics cannot be written");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// How tenants fare just now.
async fn standing(app: &App) -> Standing {
    let (at_work, in_turn, waiting) = app.runner().numbers();
    let mut standing = Standing {
        at_work,
        in_turn,
        waiting,
        ..Standing::default()
    };
    let plans = app.desk().tenants().await;
    let all: Vec<Within<Viewer>> = plans
        .iter()
        .map(|plan| Within::by_schedule(&plan.name).lower())
        .collect();
    let summaries = app.desk().summaries(&all).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the tenants cannot be looked at, so that nothing of them is measured");
        Vec::new()
    });
    for summary in summaries {
        standing.states.extend(summary.cycle.map(|cycle| cycle.state));
        standing
            .waits
            .extend(summary.waits.map(|wait| (summary.name, wait.owner)));
    }
    standing
}
