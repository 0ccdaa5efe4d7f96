//! Streams that keep a page up to date: their events, how they begin, and whether who reads them still may.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::Stream;

use crate::access::{self, Asks, Viewer, Within};
use crate::app::App;

/// What happens within this time is shown at once.
pub(super) const TOGETHER: Duration = Duration::from_millis(500);
/// How often something is sent where there is nothing to tell, so that nobody on the way takes the connection for dead.
pub(super) const STILL_THERE: Duration = Duration::from_secs(15);
/// How often it is looked up whether the reader still may, and whether time alone changed something, such as who is late.
pub(super) const AGAIN: Duration = Duration::from_secs(60);

/// What says that the connection lives, and nothing else.
pub(super) const NOTHING: Bytes = Bytes::from_static(b":\n\n");

/// An answer that goes on for as long as there are events.
pub(super) fn answer<E>(events: impl Stream<Item = Result<Bytes, E>> + Send + 'static) -> Response
where
    E: Into<axum::BoxError> + 'static,
{
    let said = [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        // Asks proxies of the common kind to hand each event on at once.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (said, Body::from_stream(events)).into_response()
}

/// An event (HTML, 9.2.6).
pub(super) fn event(name: &str, text: &str) -> Bytes {
    let lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
    let data: String = lines.map(|line| format!("data: {line}\n")).collect();
    let data = if data.is_empty() {
        "data:\n".to_owned()
    } else {
        data
    };
    Bytes::from(format!("event: {name}\n{data}\n"))
}

/// Whether somebody who watches still may.
pub(super) enum Still {
    /// As before.
    Same,
    /// With another role, or nobody can tell: whoever comes again is shown what belongs to it.
    Otherwise,
    /// No more.
    Gone,
}

/// Looks whether somebody who watches still may.
pub(super) async fn still(app: &App, headers: &HeaderMap, at: &Within<Viewer>) -> Still {
    match access::whoever(app, headers, Asks::Page).await {
        Ok(Some(guest)) => match guest.role_in(at.tenant()) {
            Some(role) if role == at.role() => Still::Same,
            Some(_) => Still::Otherwise,
            None => Still::Gone,
        },
        Ok(None) => Still::Gone,
        Err(_) => Still::Otherwise,
    }
}
