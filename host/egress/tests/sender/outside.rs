//! What goes out, what comes back, and what does neither.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Request;
use http::{HeaderMap, Method, Uri, header};
use http_body_util::{BodyExt, StreamBody};
use samklang_egress::{BodyError, EgressLimits, Patience, SendError};

use crate::{World, get, request, send, serve, text};

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_but_for_what_is_the_hosts() {
    let origin = serve(Router::new().fallback(
        async |method: Method, uri: Uri, headers: HeaderMap, body: String| {
            let mut names: Vec<&str> = headers.keys().map(|name| name.as_str()).collect();
            names.sort_unstable();
            format!("{method} {uri} {} {}", names.join(","), body)
        },
    ))
    .await;
    let sender = World::new().sender(&origin);
    let mut request = request(Method::POST, &format!("{origin}/a%20b?c=d&c=e"), "the body");
    for (name, value) in [
        ("x-own", "1"),
        ("connection", "keep-alive, x-hop"),
        ("x-hop", "1"),
        ("cookie", "stolen"),
        ("authorization", "stolen"),
        ("proxy-authorization", "stolen"),
        ("host", "elsewhere.example.org"),
        ("te", "trailers"),
    ] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    let answer = sender.send(request, Patience::default()).await.unwrap();
    assert_eq!(
        text(answer).await,
        "POST /a%20b?c=d&c=e accept,content-length,host,user-agent,x-own the body"
    );
    let traffic = sender.record().traffic();
    assert_eq!((traffic.requests, traffic.repeats, traffic.sent), (1, 0, 8));
    assert_eq!(traffic.received, 72, "{traffic:?}");
}

#[tokio::test]
async fn a_redirect_is_handed_on_and_its_target_checked_like_any_other() {
    let origin = serve(Router::new().fallback(async || {
        (
            http::StatusCode::FOUND,
            [
                (header::LOCATION, "http://127.0.0.1:9/"),
                (header::SET_COOKIE, "session=1"),
            ],
        )
    }))
    .await;
    let sender = World::new().sender(&origin);
    let answer = send(&sender, Method::GET, &origin).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!(answer.headers()["location"], "http://127.0.0.1:9/");
    assert!(
        !answer.headers().contains_key("set-cookie"),
        "a session's cookie is a secret"
    );
    assert!(matches!(
        get(&sender, "http://127.0.0.1:9/").await,
        Err(SendError::Refused(_))
    ));
}

/// A body that knows how much of it was read.
fn counted(
    parts: usize,
) -> (
    Arc<AtomicUsize>,
    StreamBody<impl futures_core::Stream<Item = Frame> + Send>,
) {
    let read = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&read);
    let parts = (0..parts).map(move |_| {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok(http_body::Frame::data(Bytes::from_static(&[0; 1024])))
    });
    (read, StreamBody::new(Parts(parts)))
}

type Frame = Result<http_body::Frame<Bytes>, Infallible>;

struct Parts<I>(I);

impl<I: Iterator<Item = Frame> + Unpin> futures_core::Stream for Parts<I> {
    type Item = Frame;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Frame>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_read_to_its_end() {
    let sender = World::new().sender("http://127.0.0.1:1");
    let (read, body) = counted(7);
    let request = http::Request::post("http://127.0.0.1:2/").body(body).unwrap();
    assert!(matches!(
        sender.send(request, Patience::default()).await,
        Err(SendError::Refused(_))
    ));
    assert_eq!(read.load(Ordering::Relaxed), 7);
    assert_eq!(sender.record().traffic().refused, 1);
    assert_eq!(sender.record().take_refusals().len(), 1);
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_not_sent() {
    let limits = EgressLimits {
        request_octets: 3 << 10,
        ..EgressLimits::default()
    };
    let sender = World::new().sender_with("http://127.0.0.1:1", None, limits);
    let (read, body) = counted(7);
    let request = http::Request::post("http://127.0.0.1:1/").body(body).unwrap();
    assert!(matches!(
        sender.send(request, Patience::default()).await,
        Err(SendError::TooLarge { limit: 3072 })
    ));
    assert_eq!(read.load(Ordering::Relaxed), 7);
    assert_eq!(sender.record().traffic().requests, 0);
}

#[tokio::test]
async fn an_answer_beyond_its_bound_ends_early() {
    let origin = serve(Router::new().fallback(async || "x".repeat(5000))).await;
    let limits = EgressLimits {
        response_octets: 4999,
        ..EgressLimits::default()
    };
    let answer = send(
        &World::new().sender_with(&origin, None, limits),
        Method::GET,
        &origin,
    )
    .await
    .unwrap();
    assert!(matches!(
        answer.into_body().collect().await,
        Err(BodyError::TooLarge { limit: 4999 })
    ));
}

#[tokio::test]
async fn silence_is_not_waited_for_for_ever() {
    let origin = serve(
        Router::new()
            .route("/never", axum::routing::get(std::future::pending::<()>))
            .fallback(async || {
                let parts = [Ok::<_, Infallible>(Bytes::from_static(b"begun"))];
                Body::new(StreamBody::new(Begun(
                    parts.into_iter().map(|part| part.map(http_body::Frame::data)),
                )))
            }),
    )
    .await;
    let sender = World::new().sender(&origin);
    let short = Some(Duration::from_millis(50));
    let patience = Patience {
        connect: short,
        answer: short,
        silence: short,
    };
    let never = sender
        .send(request(Method::GET, &format!("{origin}/never"), ""), patience)
        .await;
    assert!(matches!(never, Err(SendError::TimedOut { after, .. }) if after == Duration::from_millis(100)));
    assert_eq!(
        sender.record().traffic().repeats,
        0,
        "a slow server is not helped by more requests"
    );
    let begun = sender
        .send(request(Method::GET, &format!("{origin}/begun"), ""), patience)
        .await
        .unwrap();
    assert!(matches!(
        begun.into_body().collect().await,
        Err(BodyError::Silence { .. })
    ));
}

/// Begins, and never goes on.
struct Begun<I>(I);

impl<I: Iterator<Item = Frame> + Unpin> futures_core::Stream for Begun<I> {
    type Item = Frame;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Frame>> {
        self.0.next().map_or(std::task::Poll::Pending, |part| {
            std::task::Poll::Ready(Some(part))
        })
    }
}

#[tokio::test]
async fn a_name_that_leads_inside_is_refused_when_it_is_resolved() {
    for (address, kind) in [
        (IpAddr::from([127, 0, 0, 1]), "loopback"),
        (IpAddr::from([169, 254, 169, 254]), "cloud metadata"),
        ("::ffff:127.0.0.1".parse().unwrap(), "loopback"),
        ("64:ff9b::7f00:1".parse().unwrap(), "loopback"),
    ] {
        let sender = World::with(&[], address).sender("http://inside.example.org:8083");
        let Err(SendError::Refused(refusal)) = get(&sender, "http://inside.example.org:8083/").await else {
            panic!("{address} was let through");
        };
        assert_eq!(refusal.code(), "address-prohibited");
        assert!(
            refusal
                .to_string()
                .contains(&format!("stands for {address}, a {kind} address")),
            "{refusal}"
        );
        assert_eq!(sender.record().traffic().refused, 1);
    }
}

#[tokio::test]
async fn a_literal_address_is_judged_though_nothing_is_resolved() {
    for origin in [
        "http://169.254.169.254",
        "http://[::ffff:127.0.0.1]:80",
        "http://0.0.0.0",
        "http://[::]:8080",
    ] {
        let sender = World::new().sender(origin);
        assert!(
            matches!(
                get(&sender, &format!("{origin}/")).await,
                Err(SendError::Refused(_))
            ),
            "{origin}"
        );
    }
}

#[tokio::test]
async fn localhost_is_reached_where_it_is_named() {
    let origin = serve(Router::new().fallback(async || "here"))
        .await
        .replace("127.0.0.1", "localhost");
    assert_eq!(
        get(&World::new().sender(&origin), &origin).await.unwrap(),
        (200, "here".to_owned())
    );
}

#[tokio::test]
async fn a_certificate_is_verified_and_an_authority_can_be_added() {
    let (origin, authority) = tls_server().await;
    // The name resolves to 127.0.0.1, which `localhost` may.
    let Err(SendError::Untrusted { cause, .. }) = get(&World::new().sender(&origin), &origin).await else {
        panic!("an unknown authority was believed");
    };
    assert!(cause.contains("certificate"), "{cause}");
    let believing = World::with(&[authority], [127, 0, 0, 1].into());
    assert_eq!(
        get(&believing.sender(&origin), &origin).await.unwrap(),
        (200, "ok".to_owned())
    );
}

/// Answers any request over TLS, with a certificate of its own authority.
async fn tls_server() -> (String, String) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certified.cert.der().clone()], key)
            .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            // A client that does not believe the certificate goes away.
            let Ok(mut socket) = acceptor.accept(socket).await else {
                continue;
            };
            let mut request = [0; 4096];
            if socket.read(&mut request).await.is_ok_and(|octets| octets > 0) {
                socket
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok")
                    .await
                    .unwrap();
                socket.shutdown().await.unwrap();
            }
        }
    });
    (format!("https://localhost:{port}"), certified.cert.pem())
}

#[tokio::test]
async fn requests_are_spread_where_a_system_bears_only_so_many() {
    let origin = serve(Router::new().fallback(async |_: Request| "ok")).await;
    let world = World::new();
    let needs = [crate::need()];
    let grants = samklang_egress::GrantSettings {
        http: vec![origin.clone()],
        ..Default::default()
    };
    let grants = samklang_egress::Grants::new(
        "lms",
        "canvas",
        &needs,
        &serde_json::json!({ "url": origin }),
        &grants,
    )
    .unwrap();
    let credentials = samklang_egress::Credentials::default();
    let sender = world
        .egress
        .sender(grants, credentials, EgressLimits::default(), Some(2), None)
        .unwrap();
    for _ in 0..3 {
        get(&sender, &origin).await.unwrap();
    }
    let pauses = world.pauses();
    assert_eq!(pauses.len(), 2, "the first goes at once: {pauses:?}");
    // No time passes in pauses here, so that they add up.
    assert!(
        pauses[0] <= 500 && pauses[1] > pauses[0] && pauses[1] <= 1000,
        "{pauses:?}"
    );
}
