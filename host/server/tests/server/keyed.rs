//! Idempotency keys.

use axum::body::Body;
use axum::http::{Method, StatusCode, header};
use samklang_server::{DeskError, Role};
use samklang_store::Scope;
use serde_json::{Value, json};

use crate::stage::{Stage, Told, request};

const KEY: &str = "8e03978e-40d5-43e8-bc93-6894a57f9324";
const PATH: &str = "/api/v1/tenants/nordvik/promotions";

async fn send(stage: &Stage, token: &str, key: &str, body: &Value) -> Told {
    let request = request(Method::POST, token, PATH)
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key);
    stage
        .ask(request.body(Body::from(body.to_string())).unwrap())
        .await
}

fn wish() -> Value {
    json!({"connection": "sis", "reason": "a new year"})
}

fn announced(stage: &Stage) -> usize {
    stage
        .desk
        .calls()
        .iter()
        .filter(|call| call.deed == "announce")
        .count()
}

#[tokio::test]
async fn the_same_request_is_done_once() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    let first = send(&stage, &anna, KEY, &wish()).await;
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (StatusCode::CREATED, None)
    );
    let again = send(&stage, &anna, &format!("\"{KEY}\""), &wish()).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (StatusCode::CREATED, Some("true"))
    );
    assert_eq!(
        (again.json(), again.header("content-type")),
        (first.json(), first.header("content-type"))
    );
    assert_eq!(announced(&stage), 1);
}

#[tokio::test]
async fn another_request_with_the_key_is_refused() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    send(&stage, &anna, KEY, &wish()).await;
    let told = send(
        &stage,
        &anna,
        KEY,
        &json!({"connection": "hr", "reason": "a new year"}),
    )
    .await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (422, "key-reused")
    );
    assert_eq!(announced(&stage), 1);
}

#[tokio::test]
async fn a_key_is_its_guest_s_own() {
    let stage = Stage::new().await;
    for _ in 0..2 {
        let somebody = stage.person_in("nordvik", Role::Approver).await;
        let told = send(&stage, &somebody, KEY, &wish()).await;
        assert_eq!(told.header("idempotency-replayed"), None);
    }
    assert_eq!(announced(&stage), 2);
}

#[tokio::test]
async fn what_failed_may_be_tried_again_and_what_was_refused_stays_so() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    stage
        .desk
        .fail_next(DeskError::Failed("the disk is full".to_owned()));
    assert_eq!(send(&stage, &anna, KEY, &wish()).await.problem(), "failed");
    assert_eq!(
        send(&stage, &anna, KEY, &wish()).await.status,
        StatusCode::CREATED
    );
    let other = "0c1d7c0e-0d7e-4a87-9a63-3a2f4f0a8f11";
    stage.desk.fail_next(DeskError::Refused("not now".to_owned()));
    assert_eq!(send(&stage, &anna, other, &wish()).await.problem(), "refused");
    let again = send(&stage, &anna, other, &wish()).await;
    assert_eq!(
        (again.problem().as_str(), again.header("idempotency-replayed")),
        ("refused", Some("true"))
    );
    assert_eq!(announced(&stage), 3);
}

#[tokio::test]
async fn a_key_that_is_none_is_told() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    let told = send(&stage, &anna, "1", &wish()).await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (400, "bad-request")
    );
    assert_eq!(announced(&stage), 0);
}

#[tokio::test]
async fn a_request_that_is_at_work_is_not_done_twice() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    let (one, other) = (wish(), wish());
    let (one, other) = tokio::join!(send(&stage, &anna, KEY, &one), send(&stage, &anna, KEY, &other));
    assert_eq!(announced(&stage), 1);
    for told in [one, other] {
        let replayed = told.header("idempotency-replayed").is_some();
        match told.status {
            StatusCode::CREATED => {}
            _ => assert_eq!((told.problem().as_str(), replayed), ("moved", false)),
        }
    }
}

#[tokio::test]
async fn a_key_changes_nothing_where_nothing_acts() {
    let stage = Stage::new().await;
    let anna = stage.person_in("nordvik", Role::Approver).await;
    send(&stage, &anna, KEY, &wish()).await;
    for (method, path, status) in [
        (Method::PATCH, PATH, StatusCode::METHOD_NOT_ALLOWED),
        (
            Method::POST,
            "/api/v1/tenants/nordvik/plan",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (Method::GET, PATH, StatusCode::OK),
    ] {
        let request = request(method, &anna, path).header("idempotency-key", KEY);
        assert_eq!(
            stage.ask(request.body(Body::empty()).unwrap()).await.status,
            status,
            "{path}"
        );
    }
}

/// The secrets of tokens and links are told once: whoever repeats the request, with the same session and key, is told that it was done and
/// nothing of the secret. A day long it would otherwise lie there for whoever gets at the key.
#[tokio::test]
async fn a_secret_is_told_once() {
    let stage = Stage::new().await;
    let anna = stage
        .browser("Anna", Scope::tenant("nordvik"), Role::Administrator)
        .await;
    for (path, key, secret, wish) in [
        (
            "/api/v1/tokens",
            KEY,
            "secret",
            json!({"name": "delivery", "tenant": "nordvik", "role": "operator", "days": 30}),
        ),
        (
            "/api/v1/access/links",
            "0c1d7c0e-0d7e-4a87-9a63-3a2f4f0a8f11",
            "address",
            json!({"tenant": "nordvik", "role": "viewer"}),
        ),
    ] {
        let send = async || {
            let request = anna
                .request(Method::POST, path)
                .header(header::CONTENT_TYPE, "application/json")
                .header("idempotency-key", key);
            stage
                .ask(request.body(Body::from(wish.to_string())).unwrap())
                .await
        };
        let first = send().await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
        let told = first.json()[secret].as_str().unwrap().to_owned();
        let again = send().await;
        assert_eq!(
            (
                again.status.as_u16(),
                again.problem().as_str(),
                again.header("idempotency-replayed")
            ),
            (409, "moved", Some("true"))
        );
        assert!(!again.text().contains(&told), "{}", again.text());
    }
    let access = stage.store.access();
    let made = access.tokens_for(&Scope::tenant("nordvik")).await.unwrap();
    assert_eq!(made.len(), 1, "it was done once");
}
