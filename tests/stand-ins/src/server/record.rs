//! What was asked, as it was asked: paths and queries stay percent-encoded.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// One request as it came in.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// `GET`, `POST` …
    pub method: String,
    /// The path as sent, percent-encoded.
    pub path: String,
    /// The query as sent, without the question mark; empty when there is none.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
}

impl Recorded {
    /// A header's first value as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The first value of a query parameter, decoded.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(&self.body).ok()
    }
}

#[derive(Debug, Default)]
pub(super) struct Records {
    all: Mutex<Vec<Recorded>>,
    in_flight: AtomicUsize,
    most: AtomicUsize,
}

/// Counts a request as under way until dropped.
pub(super) struct UnderWay<'a>(&'a AtomicUsize);

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Records {
    pub(super) fn enter(&self) -> UnderWay<'_> {
        let now = self.in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        UnderWay(&self.in_flight)
    }

    pub(super) fn add(&self, parts: &Parts, body: Bytes) {
        self.all.lock().expect("no panic while held").push(Recorded {
            method: parts.method.to_string(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: parts.headers.clone(),
            body,
        });
    }

    pub(super) fn all(&self) -> Vec<Recorded> {
        self.all.lock().expect("no panic while held").clone()
    }

    pub(super) fn clear(&self) {
        self.all.lock().expect("no panic while held").clear();
    }

    pub(super) fn most_in_flight(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}
