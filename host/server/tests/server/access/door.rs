//! Cookies, links, sessions, where forms are from, and how often somebody may knock.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use samklang_server::Role;
use samklang_store::SessionTimes;

use super::visitor::House;

#[tokio::test]
async fn a_session_is_kept_in_a_cookie_that_nobody_else_gets_at() {
    let house = House::new().await;
    let link = house.link("nordvik", Role::Viewer).await;
    let told = house.visitor().post(&link, &[("name", "Anna")]).await;
    let cookies = told.set_cookie();
    assert_eq!(cookies.len(), 1, "{cookies:?}");
    assert!(cookies[0].starts_with("__Host-samklang="));
    for part in ["; HttpOnly", "; Secure", "; SameSite=Lax", "; Path=/"] {
        assert!(cookies[0].contains(part), "{part}: {}", cookies[0]);
    }
    assert!(!cookies[0].contains("Domain"), "{}", cookies[0]);

    // On this machine alone, without TLS, a browser would not keep such a cookie.
    let house = House::at("http://127.0.0.1:8080", None).await;
    let link = house.link("nordvik", Role::Viewer).await;
    let told = house.visitor().post(&link, &[("name", "Anna")]).await;
    let cookie = told.set_cookie()[0];
    assert!(
        cookie.starts_with("samklang=") && !cookie.contains("Secure"),
        "{cookie}"
    );
}

#[tokio::test]
async fn every_answer_says_how_it_may_be_used() {
    let house = House::new().await;
    let told = house.visitor().get("/sign-in").await;
    let policy = told.header("content-security-policy");
    assert!(
        policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-store"),
        ("strict-transport-security", "max-age=31536000"),
    ] {
        assert_eq!(told.header(name), value, "{name}");
    }
    assert!(told.header("permissions-policy").contains("camera=()"));
    let house = House::at("http://127.0.0.1:8080", None).await;
    let told = house.visitor().get("/sign-in").await;
    assert_eq!(told.header("strict-transport-security"), "");
}

#[tokio::test]
async fn a_link_is_used_by_its_button_and_once() {
    let house = House::new().await;
    let link = house.link("*", Role::Administrator).await;
    for _ in 0..3 {
        let told = house.visitor().get(&link).await;
        assert_eq!(told.status, StatusCode::OK);
        assert!(told.body.contains("name=\"name\""), "looking uses nothing up");
    }
    let told = house.visitor().post(&link, &[("name", "  ")]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut anna = house.visitor();
    let told = anna.post(&link, &[("name", "Anna")]).await;
    assert_eq!((told.status, told.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(anna.get("/").await.status, StatusCode::OK);
    let told = house.visitor().post(&link, &[("name", "Bo")]).await;
    assert_eq!(told.status, StatusCode::GONE);
    assert!(told.set_cookie().is_empty());
    assert_eq!(house.visitor().get(&link).await.status, StatusCode::GONE);
}

#[tokio::test]
async fn what_is_not_of_the_session_is_refused() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Viewer).await;
    let own = anna.csrf().await.unwrap();
    let mut bo = house.came("Bo", "nordvik", Role::Viewer).await;
    let other = bo.csrf().await.unwrap();
    assert_ne!(own, other);
    let refused = [
        ("same-origin", ""),
        ("same-origin", other.as_str()),
        ("cross-site", own.as_str()),
        ("same-site", own.as_str()),
        ("none", own.as_str()),
    ];
    for (site, csrf) in refused {
        let told = anna.post_from(site, "/sign-out", &[("csrf", csrf)]).await;
        assert_eq!(told.status, StatusCode::FORBIDDEN, "{site} {csrf}");
    }
    // An older browser says only the origin.
    for (origin, status) in [
        ("https://evil.example", StatusCode::FORBIDDEN),
        ("null", StatusCode::FORBIDDEN),
        ("https://samklang.example", StatusCode::SEE_OTHER),
    ] {
        let request = Request::post("/sign-out")
            .header(header::ORIGIN, origin)
            .header("x-csrf-token", &own)
            .body(Body::empty())
            .unwrap();
        assert_eq!(anna.send(request).await.status, status, "{origin}");
    }
    assert!(anna.cookies.is_empty(), "signed out by the last one");
    let told = house
        .visitor()
        .post_from("cross-site", "/sign-in/link/x", &[("name", "Anna")])
        .await;
    assert_eq!(
        told.status,
        StatusCode::FORBIDDEN,
        "nobody is signed in by another site"
    );
}

#[tokio::test]
async fn a_form_with_files_carries_the_token_first() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Viewer).await;
    let csrf = anna.csrf().await.unwrap();
    let form = |csrf: &str| {
        let big = "x".repeat(100_000);
        format!(
            "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n--b\r\nContent-Disposition: form-data; \
             name=\"file\"; filename=\"a\"\r\n\r\n{big}\r\n--b--\r\n"
        )
    };
    for (csrf, status) in [
        ("", StatusCode::FORBIDDEN),
        ("0", StatusCode::FORBIDDEN),
        (csrf.as_str(), StatusCode::SEE_OTHER),
    ] {
        let request = Request::post("/sign-out")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=b")
            .header("sec-fetch-site", "same-origin")
            .body(Body::from(form(csrf)))
            .unwrap();
        assert_eq!(anna.send(request).await.status, status, "{csrf}");
    }
}

#[tokio::test]
async fn a_session_that_is_over_or_ended_is_nobodys() {
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Viewer).await;
    let person = house
        .access()
        .holders(&samklang_store::Scope::tenant("nordvik"))
        .await
        .unwrap()[0]
        .0
        .id;
    let hour = 3_600_000;
    let times = SessionTimes {
        whole: 12 * hour,
        idle: hour,
    };
    for (begun, counts) in [
        (house.now() - 13 * hour, false),
        (house.now() - hour - 1, false),
        (house.now() - hour / 2, true),
    ] {
        let secret = house.access().begin_session(person, times, begun).await.unwrap();
        let mut visitor = house.visitor();
        visitor
            .cookies
            .insert("__Host-samklang".to_owned(), secret.tell().to_owned());
        let status = visitor.get("/account").await.status;
        assert_eq!(status == StatusCode::OK, counts, "{status}");
    }
    let former = anna.clone();
    let told = anna.post("/sign-out", &[]).await;
    assert_eq!(told.location(), "/sign-out");
    assert!(anna.cookies.is_empty());
    assert_ne!(
        former.clone().get("/account").await.status,
        StatusCode::OK,
        "it is ended here, too"
    );
    assert_eq!(anna.get("/sign-out").await.status, StatusCode::OK);
}

/// People of an office come from one address, and all of them in the same minute. None of them failed, so none of them waits.
#[tokio::test]
async fn who_comes_in_keeps_nobody_out() {
    let house = House::new().await;
    for number in 0..40 {
        house
            .came(&format!("Anna {number}"), "nordvik", Role::Viewer)
            .await;
    }
    let told = house.visitor().get("/sign-in/link/guess").await;
    assert_eq!(told.status, StatusCode::GONE);
}

#[tokio::test]
async fn a_page_that_is_left_open_keeps_nobody_signed_in() {
    const MINUTE: i64 = 60_000;
    let house = House::new().await;
    let mut anna = house.came("Anna", "nordvik", Role::Viewer).await;
    house.clock.turn(50 * MINUTE);
    assert_eq!(anna.get("/t/nordvik").await.status, StatusCode::OK);
    house.clock.turn(50 * MINUTE);
    assert_eq!(
        anna.get("/t/nordvik").await.status,
        StatusCode::OK,
        "a person has looked"
    );

    house.clock.turn(50 * MINUTE);
    for path in [
        "/t/nordvik/live",
        "/t/nordvik/live/enrolment",
        "/api/v1/tenants/nordvik/news",
    ] {
        let stream = Request::get(path).header(header::ACCEPT, "text/event-stream");
        let taken_up = anna.open(stream.body(Body::empty()).unwrap()).await;
        assert_eq!(taken_up.status(), StatusCode::OK, "{path}");
    }
    let part = Request::get("/t/nordvik/enrolment").header("x-by-itself", "yes");
    assert_eq!(
        anna.send(part.body(Body::empty()).unwrap()).await.status,
        StatusCode::OK
    );
    let page = Request::get("/t/nordvik/enrolment").header("x-by-itself", "yes");
    let page = anna.send(page.body(Body::empty()).unwrap()).await.body;
    assert!(page.contains("hx-headers='{\"x-by-itself\":\"yes\"}'"), "{page}");
    house.clock.turn(11 * MINUTE);
    assert_eq!(anna.get("/t/nordvik").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn who_knocks_too_often_waits() {
    let house = House::new().await;
    let mut knocking = house.visitor();
    let mut waited = None;
    for _ in 0..30 {
        let told = knocking.get("/sign-in/link/guess").await;
        if told.status == StatusCode::TOO_MANY_REQUESTS {
            waited = Some(told);
            break;
        }
        assert_eq!(told.status, StatusCode::GONE);
    }
    let seconds: u64 = waited.unwrap().header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    let mut other = house.visitor();
    other.from = ([192, 0, 2, 2], 1).into();
    assert_eq!(other.get("/sign-in/link/guess").await.status, StatusCode::GONE);
    // What a visitor says of being passed on is not believed.
    let request = Request::get("/sign-in/link/guess")
        .header("x-forwarded-for", "198.51.100.1")
        .body(Body::empty())
        .unwrap();
    assert_eq!(knocking.send(request).await.status, StatusCode::TOO_MANY_REQUESTS);
}
