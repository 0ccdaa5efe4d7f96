//! Proxies that the operator names, and what passes through them.

use std::sync::{Arc, Mutex};

use axum::Router;
use http::HeaderMap;
use samklang_egress::{EgressLimits, ProxySettings, SecretReference, SendError};
use samklang_stand_ins::identity::{Identity, KeyKind};
use samklang_stand_ins::tls::serve_tls;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::proof::secret_file;
use crate::{World, get, serve};

/// A proxy that tunnels to this machine whatever the name, and keeps the heads of what it was asked.
async fn proxy(status: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let heads = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&heads);
    tokio::spawn(async move {
        loop {
            let (mut socket, _) = listener.accept().await.unwrap();
            let kept = Arc::clone(&kept);
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    let mut octet = [0];
                    if socket.read(&mut octet).await.unwrap_or(0) == 0 {
                        return;
                    }
                    head.push(octet[0]);
                }
                let head = String::from_utf8(head).unwrap();
                kept.lock().unwrap().push(head.clone());
                if !head.starts_with("CONNECT") || status != "200 OK" {
                    let answer =
                        format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                    let _ = socket.write_all(answer.as_bytes()).await;
                    return;
                }
                let port: u16 = head
                    .split(' ')
                    .nth(1)
                    .unwrap()
                    .rsplit(':')
                    .next()
                    .unwrap()
                    .parse()
                    .unwrap();
                let mut onward = tokio::net::TcpStream::connect(("127.0.0.1", port)).await.unwrap();
                socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
                let _ = tokio::io::copy_bidirectional(&mut socket, &mut onward).await;
            });
        }
    });
    (format!("http://{address}"), heads)
}

fn through(url: &str, account: Option<(&str, SecretReference)>) -> ProxySettings {
    ProxySettings::new(url, account.map(|(name, password)| (name.to_owned(), password))).unwrap()
}

#[tokio::test]
async fn what_goes_over_tls_goes_through_the_proxy_encrypted() {
    let server = Identity::new("server", KeyKind::P256);
    let origin = serve_tls(
        Router::new().fallback(async |headers: HeaderMap| format!("{}", headers.len())),
        &server,
        &[],
    )
    .await;
    let (url, heads) = proxy("200 OK").await;
    let world = World::with(&[server.certificate_pem()], [127, 0, 0, 1].into());
    let password = secret_file("pr0xy");
    let settings = through(&url, Some(("samklang", password.clone())));
    let sender = world
        .any_sender(&origin, None, EgressLimits::default(), Some(&settings))
        .unwrap();
    assert_eq!(
        get(&sender, &format!("{origin}/persons/0101701234"))
            .await
            .unwrap()
            .0,
        200
    );
    let head = heads.lock().unwrap().remove(0);
    let port = origin.rsplit(':').next().unwrap();
    assert!(
        head.starts_with(&format!("CONNECT localhost:{port} HTTP/1.1\r\n")),
        "{head}"
    );
    let account = format!(
        "Basic {}",
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "samklang:pr0xy")
    );
    assert!(
        head.to_lowercase().contains("proxy-authorization") && head.contains(&account),
        "{head}"
    );
    assert!(
        !head.contains("0101701234"),
        "the proxy sees a name and nothing else: {head}"
    );

    // A password that was changed is taken up by the next step.
    let SecretReference::File(path) = &password else {
        panic!()
    };
    std::fs::write(path, "changed").unwrap();
    let sender = world
        .any_sender(&origin, None, EgressLimits::default(), Some(&settings))
        .unwrap();
    get(&sender, &origin).await.unwrap();
    let account = format!(
        "Basic {}",
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "samklang:changed")
    );
    assert!(heads.lock().unwrap().remove(0).contains(&account));
}

#[tokio::test]
async fn a_proxy_widens_nothing() {
    let (url, heads) = proxy("200 OK").await;
    let settings = through(&url, None);
    // Not granted, an address that is never reached, and a name that leads to one.
    let inside = World::with(&[], [169, 254, 169, 254].into());
    for (world, granted, target) in [
        (&World::new(), "https://a.example.org", "https://b.example.org/"),
        (
            &World::new(),
            "https://169.254.169.254",
            "https://169.254.169.254/",
        ),
        (&inside, "https://a.example.org", "https://a.example.org/"),
    ] {
        let sender = world
            .any_sender(granted, None, EgressLimits::default(), Some(&settings))
            .unwrap();
        let error = get(&sender, target).await.unwrap_err();
        assert!(matches!(error, SendError::Refused(_)), "{target}: {error}");
        assert_eq!(sender.record().traffic().refused, 1);
    }
    assert!(heads.lock().unwrap().is_empty(), "the proxy was never asked");
}

#[tokio::test]
async fn the_address_of_the_proxy_itself_is_filtered() {
    let origin = serve(Router::new().fallback(async || "")).await;
    let inside = World::with(&[], [169, 254, 169, 254].into());
    let settings = through("http://proxy.example.org:3128", None);
    let sender = inside
        .any_sender(&origin, None, EgressLimits::default(), Some(&settings))
        .unwrap();
    let error = get(&sender, &origin).await.unwrap_err();
    assert!(
        matches!(&error, SendError::Refused(refusal) if refusal.code() == "address-prohibited"),
        "{error}"
    );
    assert!(error.to_string().contains("proxy.example.org"), "{error}");
}

#[tokio::test]
async fn a_proxy_that_wants_another_account_says_so_and_nothing_is_handed_on() {
    let (url, _) = proxy("407 Proxy Authentication Required").await;
    let settings = through(&url, None);
    for origin in ["https://localhost:1", "http://localhost:1"] {
        let world = World::new();
        let sender = world
            .any_sender(origin, None, EgressLimits::default(), Some(&settings))
            .unwrap();
        let error = get(&sender, origin).await.unwrap_err();
        assert!(matches!(&error, SendError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("proxy"), "{error}");
    }
}
