//! The ground all stand-ins are built on: a server on 127.0.0.1 with a record of every request and faults on demand.
//!
//! Each server runs on a thread and a runtime of its own, so a test may block its own thread on a connector. Dropping the
//! handle stops it: open answers get half a second, then their connections are cut. Faults are applied before a stand-in
//! sees the request (except [`Fault::AnswerLost`]), and the record holds every request, faulted or not.
//! This module knows no system and must never hold a rule of one.

mod faults;
mod line;
mod record;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use faults::Fault;
use faults::Faults;
use line::{Cut, Line, Lines};
pub use record::Recorded;
use record::Records;

/// How long answers under way may take once a server is told to stop.
const GRACE: Duration = Duration::from_millis(500);

/// A running server. Stops when dropped.
#[derive(Debug)]
pub struct StandIn {
    address: SocketAddr,
    shared: Arc<Shared>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    records: Records,
    faults: Mutex<Faults>,
}

impl StandIn {
    /// Serves `router` on 127.0.0.1 at `port`, or at a free one for 0, and returns when it answers.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start(port: u16, router: Router) -> std::io::Result<Self> {
        Self::start_with(port, router, async {})
    }

    /// As [`StandIn::start`], with a task of the stand-in's own (a scheduler that ticks) that ends with the server.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start_with(
        port: u16,
        router: Router,
        beside: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let service = router
            .layer(from_fn_with_state(Arc::clone(&shared), watch))
            .into_make_service_with_connect_info::<Cut>();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::Builder::new()
            .name(format!("stand-in {}", address.port()))
            .spawn(move || {
                runtime.block_on(async move {
                    let listener = Lines(TcpListener::from_std(listener).expect("a bound listener"));
                    let (closing, closed) = oneshot::channel::<()>();
                    let serving = axum::serve(listener, service).with_graceful_shutdown(async {
                        let _ = closed.await;
                    });
                    let serving = tokio::spawn(async move { serving.await });
                    let beside = tokio::spawn(beside);
                    let _ = stopped.await;
                    beside.abort();
                    let _ = closing.send(());
                    let _ = tokio::time::timeout(GRACE, serving).await;
                });
                runtime.shutdown_background();
            })?;
        Ok(Self {
            address,
            shared,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `http://127.0.0.1:port`, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it answers on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.shared.records.all()
    }

    /// Empties the record of requests.
    pub fn forget_requests(&self) {
        self.shared.records.clear();
    }

    /// The most requests that were ever under way at one time.
    #[must_use]
    pub fn most_in_flight(&self) -> usize {
        self.shared.records.most_in_flight()
    }

    /// Lets the next `n` requests meet `fault`. Several calls queue up behind each other.
    pub fn fail_next(&self, n: usize, fault: Fault) {
        self.fail_next_on("", n, fault);
    }

    /// As [`StandIn::fail_next`], for requests whose `METHOD /path?query` contains `part`.
    pub fn fail_next_on(&self, part: &str, n: usize, fault: Fault) {
        self.shared
            .faults
            .lock()
            .expect("no panic while held")
            .add(part, n, fault);
    }

    /// Forgets faults that have not been met yet.
    pub fn heal(&self) {
        self.shared.faults.lock().expect("no panic while held").clear();
    }
}

impl Drop for StandIn {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Records the request, then lets it meet its fault or the stand-in.
async fn watch(
    State(shared): State<Arc<Shared>>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    request: Request,
    next: Next,
) -> Response {
    let _under_way = shared.records.enter();
    let (parts, body) = request.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        cut.now();
        return Body::empty().into_response();
    };
    shared.records.add(&parts, bytes.clone());
    let request_line = format!("{} {}", parts.method, parts.uri);
    let fault = shared
        .faults
        .lock()
        .expect("no panic while held")
        .take(&request_line);
    let request = Request::from_parts(parts, Body::from(bytes));
    match fault {
        None => next.run(request).await,
        Some(Fault::Status(status, headers, body)) => faults::answer(status, &headers, body),
        Some(Fault::Slow(wait)) => {
            tokio::time::sleep(wait).await;
            next.run(request).await
        }
        Some(Fault::Reset) => {
            cut.now();
            Body::empty().into_response()
        }
        Some(Fault::AnswerLost) => {
            next.run(request).await;
            cut.now();
            Body::empty().into_response()
        }
    }
}

impl axum::extract::connect_info::Connected<axum::serve::IncomingStream<'_, Lines>> for Cut {
    fn connect_info(stream: axum::serve::IncomingStream<'_, Lines>) -> Self {
        let line: &Line = stream.io();
        line.cut()
    }
}
