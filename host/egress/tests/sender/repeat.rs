//! What is repeated, after which pauses, and what is not.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::response::IntoResponse;
use http::{HeaderMap, Method, StatusCode, header};
use samklang_egress::SendError;

use crate::{World, get, send, serve};

/// Fails this often with this status, then answers with the number of times it was asked.
async fn shaky(failures: u32, status: u16, retry_after: Option<&'static str>) -> (String, Arc<AtomicU32>) {
    let asked = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&asked);
    let app = Router::new().fallback(move |body: String| async move {
        let count = counter.fetch_add(1, Ordering::SeqCst) + 1;
        let mut headers = HeaderMap::new();
        if let Some(wish) = retry_after {
            headers.insert(header::RETRY_AFTER, wish.parse().unwrap());
        }
        let status = if count > failures {
            StatusCode::OK
        } else {
            StatusCode::from_u16(status).unwrap()
        };
        (status, headers, format!("{count} {body}")).into_response()
    });
    (serve(app).await, asked)
}

#[tokio::test]
async fn what_is_safe_is_repeated_with_its_body_after_growing_pauses() {
    let (origin, _) = shaky(2, 503, None).await;
    let world = World::new();
    let sender = world.sender(&origin);
    let answer = send(&sender, Method::PUT, &origin).await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), crate::text(answer).await.as_str()),
        (200, "3 the body")
    );
    assert_eq!(world.pauses(), [500, 1000]);
    let traffic = sender.record().traffic();
    assert_eq!(
        (traffic.requests, traffic.repeats, traffic.sent),
        (1, 2, 24),
        "each time counts"
    );
}

#[tokio::test]
async fn what_is_not_safe_is_sent_once() {
    let (origin, asked) = shaky(9, 503, None).await;
    let world = World::new();
    assert_eq!(
        send(&world.sender(&origin), Method::POST, &origin)
            .await
            .unwrap()
            .status(),
        503
    );
    assert_eq!((asked.load(Ordering::SeqCst), world.pauses().len()), (1, 0));
}

#[tokio::test]
async fn the_last_answer_is_handed_on_when_the_attempts_are_used_up() {
    let (origin, asked) = shaky(9, 502, None).await;
    let world = World::new();
    assert_eq!(
        get(&world.sender(&origin), &origin).await.unwrap(),
        (502, "4 ".to_owned())
    );
    assert_eq!(
        (asked.load(Ordering::SeqCst), world.pauses()),
        (4, vec![500, 1000, 2000])
    );
}

#[tokio::test]
async fn a_wish_for_a_pause_is_granted_up_to_a_bound() {
    let world = World::new();
    let (origin, _) = shaky(1, 429, Some("7")).await;
    assert_eq!(get(&world.sender(&origin), &origin).await.unwrap().0, 200);
    // The tests' clock stands at the beginning of 2026.
    let (origin, _) = shaky(1, 503, Some("Thu, 01 Jan 2026 00:00:09 GMT")).await;
    assert_eq!(get(&world.sender(&origin), &origin).await.unwrap().0, 200);
    assert_eq!(world.pauses(), [7000, 9000]);
    let (origin, asked) = shaky(1, 429, Some("3600")).await;
    assert_eq!(
        get(&world.sender(&origin), &origin).await.unwrap().0,
        429,
        "the connector can tell the cycle"
    );
    assert_eq!((asked.load(Ordering::SeqCst), world.pauses().len()), (1, 2));
}

#[tokio::test]
async fn any_method_is_repeated_when_no_connection_came_about() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let world = World::new();
    let error = send(&world.sender(&origin), Method::POST, &origin)
        .await
        .err()
        .unwrap();
    assert!(matches!(&error, SendError::Unreachable { .. }), "{error}");
    assert!(
        error
            .to_string()
            .starts_with(&format!("{origin} cannot be reached: ")),
        "{error}"
    );
    assert_eq!(world.pauses(), [500, 1000, 2000]);
}

#[tokio::test]
async fn a_broken_connection_is_tried_again_only_where_it_is_safe() {
    // Takes the request and hangs up.
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let taken = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&taken);
    tokio::spawn(async move {
        loop {
            use tokio::io::AsyncReadExt;
            let (mut socket, _) = listener.accept().await.unwrap();
            let _octets = socket.read(&mut [0; 1024]).await;
            counter.fetch_add(1, Ordering::SeqCst);
        }
    });
    let world = World::new();
    for (method, attempts) in [(Method::POST, 1), (Method::DELETE, 4)] {
        taken.store(0, Ordering::SeqCst);
        let error = send(&world.sender(&origin), method.clone(), &origin)
            .await
            .err()
            .unwrap();
        assert!(matches!(error, SendError::Broken { .. }), "{method}: {error}");
        assert_eq!(taken.load(Ordering::SeqCst), attempts, "{method}");
    }
}
