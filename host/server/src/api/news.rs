//! What goes on in a tenant, while it goes on.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream, StreamExt as _};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::AtTenant;
use crate::access::{In, Viewer};
use crate::app::App;
use crate::run::News;

/// How long one answer goes on. Whoever listens comes again, and whether they still may is looked up anew.
const LASTS: Duration = Duration::from_secs(15 * 60);
/// How often something is sent where there is nothing to tell, so that nobody on the way takes the connection for dead.
const STILL_THERE: Duration = Duration::from_secs(20);

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(follow_news))
}

/// What goes on in a tenant, as server-sent events
///
/// `changed`: something about the cycle changed, look again; the first event is one. `count`: a step has counted so far, as JSON with `position`
/// and `counts`. It ends after a quarter of an hour: come again.
#[utoipa::path(
    get, path = "/tenants/{tenant}/news", tag = "cycles", params(AtTenant),
    responses((status = OK, content_type = "text/event-stream", body = String))
)]
async fn follow_news(
    State(app): State<App>,
    In(at): In<Viewer>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>> + use<>> {
    let news = app.runner().listen(at.tenant());
    let until = Instant::now() + LASTS;
    let first = stream::once(async { Ok(changed()) });
    let rest = stream::unfold(news, move |mut news| async move {
        let event = tokio::time::timeout_at(until, next(&mut news)).await.ok()??;
        Some((Ok(event), news))
    });
    let ended = async move { app.runner().stopped().await };
    Sse::new(first.chain(rest).take_until(Box::pin(ended))).keep_alive(KeepAlive::new().interval(STILL_THERE))
}

async fn next(news: &mut Receiver<News>) -> Option<Event> {
    match news.recv().await {
        Ok(News::Count(count)) => Event::default().event("count").json_data(count).ok(),
        // Whoever fell back is told to look again.
        Ok(News::Changed) | Err(RecvError::Lagged(_)) => Some(changed()),
        Err(RecvError::Closed) => None,
    }
}

fn changed() -> Event {
    Event::default().event("changed").data("{}")
}
