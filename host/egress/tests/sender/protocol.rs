//! HTTP/2, and answers that come compressed.

use axum::Router;
use axum::body::Body;
use axum::response::IntoResponse;
use http::{HeaderMap, Version, header};
use http_body_util::BodyExt as _;
use samklang_egress::{BodyError, EgressLimits, Patience};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::serve_tls;

use crate::{World, get, request, serve};

#[tokio::test]
async fn http_2_is_spoken_where_the_server_offers_it() {
    let server = Identity::new("server", KeyKind::P256);
    let origin = serve_tls(
        Router::new().fallback(async |version: Version| format!("{version:?}")),
        &server,
        &[],
    )
    .await;
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let sender = world.sender(&origin);
    let both = futures_util::future::join(get(&sender, &origin), get(&sender, &origin)).await;
    assert_eq!(
        (both.0.unwrap().1, both.1.unwrap().1),
        ("HTTP/2.0".to_owned(), "HTTP/2.0".to_owned())
    );
    // Without TLS nothing is agreed on.
    let plain = serve(Router::new().fallback(async |version: Version| format!("{version:?}"))).await;
    assert_eq!(
        get(&World::new().sender(&plain), &plain).await.unwrap().1,
        "HTTP/1.1"
    );
}

/// A mebibyte of zeros, made by gzip.
const BOMB: &[u8] = include_bytes!("zeros.gz");

#[tokio::test]
async fn nothing_is_decompressed_so_that_no_answer_grows() {
    let origin = serve(Router::new().fallback(async |headers: HeaderMap| {
        let asked = headers
            .get(header::ACCEPT_ENCODING)
            .map_or("nothing", |value| value.to_str().unwrap())
            .to_owned();
        let headers = [
            (header::CONTENT_ENCODING, "gzip".to_owned()),
            (header::SERVER, asked),
        ];
        (headers, Body::from(BOMB)).into_response()
    }))
    .await;
    let sender = World::new().sender(&origin);
    let mut asked = request(http::Method::GET, &origin, "");
    for wish in [None, Some("gzip")] {
        if let Some(wish) = wish {
            asked
                .headers_mut()
                .insert(header::ACCEPT_ENCODING, wish.parse().unwrap());
        }
        let answer = sender.send(asked.clone(), Patience::default()).await.unwrap();
        // The host asks for no compression by itself; what a connector asks for is its own to unpack, in its own memory.
        assert_eq!(answer.headers()["server"], wish.unwrap_or("nothing"));
        assert_eq!(answer.headers()["content-encoding"], "gzip");
        assert_eq!(answer.into_body().collect().await.unwrap().to_bytes(), BOMB);
    }
    let small = EgressLimits {
        response_octets: 1000,
        ..EgressLimits::default()
    };
    let answer = World::new()
        .sender_with(&origin, None, small)
        .send(asked, Patience::default())
        .await
        .unwrap();
    assert!(
        matches!(
            answer.into_body().collect().await,
            Err(BodyError::TooLarge { limit: 1000 })
        ),
        "counted as it arrives"
    );
}
