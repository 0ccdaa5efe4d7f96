//! A server that keeps what is posted to it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use http::{HeaderMap, StatusCode};
use tokio::task::JoinHandle;

/// How long a call may be under way.
const PATIENCE: Duration = Duration::from_secs(90);

/// A call that was received.
#[derive(Debug, Clone)]
pub struct Call {
    /// Its headers.
    pub headers: HeaderMap,
    /// Its octets, which are what is signed.
    pub body: Bytes,
}

/// A running server. It ends with this value.
#[derive(Debug)]
pub struct WebhookReceiver {
    url: String,
    calls: Arc<Mutex<Vec<Call>>>,
    serving: JoinHandle<()>,
}

impl WebhookReceiver {
    /// Starts one.
    pub async fn start() -> Self {
        let calls: Arc<Mutex<Vec<Call>>> = Arc::default();
        let kept = Arc::clone(&calls);
        let routes = Router::new().route(
            "/hook",
            post(async move |headers: HeaderMap, body: Bytes| {
                kept.lock().unwrap().push(Call { headers, body });
                StatusCode::NO_CONTENT
            }),
        );
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let serving = tokio::spawn(async move {
            axum::serve(listener, routes).await.unwrap();
        });
        Self { url, calls, serving }
    }

    /// Where to post to.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What was received so far.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    /// Waits until that many were received.
    pub async fn arrive(&self, number: usize) -> Vec<Call> {
        let since = tokio::time::Instant::now();
        loop {
            let calls = self.calls();
            if calls.len() >= number {
                return calls;
            }
            assert!(
                since.elapsed() < PATIENCE,
                "waited in vain for {number} calls: {calls:?}"
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

impl Drop for WebhookReceiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
