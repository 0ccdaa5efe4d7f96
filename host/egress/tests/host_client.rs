//! Requests of the host itself, against real servers on loopback.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::response::Redirect;
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use samklang_egress::{Egress, HostClient, HostError, HostLimits, SendError, Surroundings};

async fn serve(app: Router) -> String {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

fn client(limits: HostLimits) -> HostClient {
    let surroundings = Surroundings {
        lookup: Arc::new(|_| Box::pin(async { Ok(vec![IpAddr::V4(Ipv4Addr::LOCALHOST)]) })),
        ..Surroundings::default()
    };
    let egress = Egress::with_surroundings(&[], surroundings).unwrap();
    egress.host_client(limits).unwrap()
}

fn to(url: String) -> Request<Bytes> {
    Request::get(url).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn what_is_sent_arrives_and_what_is_answered_comes_back() {
    let origin = serve(Router::new().route(
        "/hook",
        post(async |headers: HeaderMap, body: String| {
            let kind = headers["content-type"].to_str().unwrap().to_owned();
            (StatusCode::ACCEPTED, format!("{kind}: {body}"))
        }),
    ))
    .await;
    let request = Request::post(format!("{origin}/hook"))
        .header("content-type", "text/plain")
        .body(Bytes::from_static(b"hello"))
        .unwrap();
    let answer = client(HostLimits::default()).send(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(answer.body().as_ref(), b"text/plain: hello");
}

#[tokio::test]
async fn a_redirect_is_handed_back() {
    let origin = serve(
        Router::new()
            .route("/", get(async || Redirect::temporary("/elsewhere")))
            .route("/elsewhere", get(async || "followed")),
    )
    .await;
    let answer = client(HostLimits::default())
        .send(to(format!("{origin}/")))
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::TEMPORARY_REDIRECT);
}

#[tokio::test]
async fn an_answer_is_bounded_in_size_and_in_time() {
    let origin = serve(
        Router::new()
            .route("/large", get(async || "x".repeat(2000)))
            .route("/never", get(std::future::pending::<String>)),
    )
    .await;
    let client = client(HostLimits {
        wait: Duration::from_millis(200),
        response_octets: 1000,
    });
    let large = client.send(to(format!("{origin}/large"))).await.unwrap_err();
    assert!(matches!(large, HostError::Body { .. }), "{large}");
    let never = client.send(to(format!("{origin}/never"))).await.unwrap_err();
    assert!(
        matches!(never, HostError::Send(SendError::TimedOut { .. })),
        "{never}"
    );
}

#[tokio::test]
async fn a_name_does_not_lead_to_this_machine() {
    let client = client(HostLimits::default());
    for url in ["http://hooks.example.org/", "http://169.254.169.254/latest"] {
        let error = client.send(to(url.to_owned())).await.unwrap_err();
        assert!(
            matches!(error, HostError::Send(SendError::Refused(_))),
            "{url}: {error}"
        );
    }
    let error = client
        .send(to("ftp://example.org/".to_owned()))
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Address(_)), "{error}");
}
