//! Whatever a request is refused for - by the server or by the framework beneath it - is told as a problem to programs and as a page to
//! people. The routes are the router's own, so that a new one is walked by itself.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use samklang_server::Role;
use samklang_store::Scope;

use crate::routes::{address, routes};
use crate::stage::{Stage, Told, request};

/// Holds an answer against its kind, and says whether it is a refusal.
fn refusal(at: &str, told: &Told) -> Option<StatusCode> {
    if told.status.as_u16() < 400 {
        return None;
    }
    let path = at.split(' ').nth(1).unwrap();
    if path == "/api" || path.starts_with("/api/") {
        told.problem();
        return Some(told.status);
    }
    let text = told.text();
    assert_eq!(
        told.header("content-type"),
        Some("text/html; charset=utf-8"),
        "{at}: {text}"
    );
    assert!(text.contains("<html lang=\"da\">"), "{at}: {text}");
    assert!(text.contains("<h1>"), "{at}: {text}");
    Some(told.status)
}

/// What is wrong with a request, beside its address.
const BODIES: [(&str, &str); 6] = [
    ("", ""),
    ("text/plain", "hello"),
    ("application/json", "{\"reason\": "),
    ("application/x-www-form-urlencoded", "reason=%FF&tenant"),
    ("multipart/form-data", "no boundary is named"),
    ("multipart/form-data; boundary=x", "--x\r\nthis is no part"),
];

#[tokio::test]
async fn every_refusal_is_told_as_its_reader_needs_it() {
    let stage = Stage::new().await;
    let staff = stage.person("Staff", Scope::All, Role::Administrator).await;
    let ask = async |method: &Method, path: &str, media: &str, body: Body| {
        let asked = request(method.clone(), &staff, path)
            .header(header::ACCEPT_LANGUAGE, "da")
            .header(header::CONTENT_TYPE, media);
        let told = stage.ask(asked.body(body).unwrap()).await;
        refusal(&format!("{method} {path} as {media:?}"), &told)
    };
    let mut seen = std::collections::BTreeMap::<(bool, u16), usize>::new();
    let mut note = |path: &str, status: Option<StatusCode>| {
        if let Some(status) = status {
            *seen
                .entry((path.starts_with("/api"), status.as_u16()))
                .or_default() += 1;
        }
    };
    let beside = ["/health", "/metrics", "/assets"];
    for (route, methods) in routes(&stage) {
        if beside.iter().any(|room| route.starts_with(room)) {
            continue;
        }
        let good = address(&route);
        // A stream is answered without an end.
        let endless = route.contains("/live") || route.ends_with("/news");
        let crooked = [
            route.replace("{tenant}", "nordvik"),
            route.clone(),
            format!(
                "{}?limit=x&after=&all=maybe&text=%FF&usage=x&given=x&first=x",
                route
            ),
        ];
        let crooked = crooked.map(|path| {
            let mut whole = String::new();
            let mut rest = path.as_str();
            while let Some((before, after)) = rest.split_once('{') {
                whole.push_str(before);
                whole.push_str("%FF");
                rest = after.split_once('}').unwrap().1;
            }
            whole + rest
        });
        // What is answered to `HEAD` is the same without its body.
        for method in methods.iter().filter(|method| **method != Method::HEAD) {
            for (media, body) in BODIES {
                let paths = crooked.iter().chain((!endless).then_some(&good));
                for path in paths.filter(|path| !endless || path.contains("%FF")) {
                    note(path, ask(method, path, media, Body::from(body)).await);
                }
            }
            if *method == Method::POST {
                for media in ["application/json", "application/x-www-form-urlencoded"] {
                    let long = Body::from(format!("reason={}", "x".repeat(3 << 20)));
                    note(&good, ask(method, &good, media, long).await);
                }
            }
        }
        if !methods.is_empty() && !methods.contains(&Method::PATCH) {
            let status = ask(&Method::PATCH, &good, "", Body::empty()).await;
            // Whoever knocks so often waits before anything else.
            if !good.starts_with("/sign-in/") {
                assert_eq!(status, Some(StatusCode::METHOD_NOT_ALLOWED), "PATCH {good}");
            }
            note(&good, status);
        }
    }
    for path in [
        "/nowhere",
        "/t",
        "/t/nordvik/nowhere",
        "/t/nordvik/people/x/y/z",
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/",
        "/api/v1/nowhere",
        "/api/v2/tenants",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let status = ask(&method, path, "", Body::empty()).await;
            assert_eq!(status, Some(StatusCode::NOT_FOUND), "{method} {path}");
        }
    }
    for api in [false, true] {
        for status in [400, 404, 405, 413] {
            assert!(
                seen.contains_key(&(api, status)),
                "nothing was refused with {status}: {seen:?}"
            );
        }
    }
}

#[tokio::test]
async fn a_page_says_which_methods_there_are() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Viewer).await;
    let told = stage
        .ask(
            request(Method::PUT, &anna, "/t/nordvik/cases")
                .body(Body::empty())
                .unwrap(),
        )
        .await;
    assert_eq!(told.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(told.header("allow"), Some("GET,HEAD"));
}
