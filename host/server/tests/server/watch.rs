//! What whoever runs the server may ask without signing in.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use samklang_egress::Secret;
use samklang_server::{DeskError, Metrics, STOP_WITHIN, ServerSettings};

use crate::stage::{Stage, Told, request, settings};

async fn ask(stage: &Stage, path: &str) -> Told {
    stage.ask(Request::get(path).body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn it_lives_at_once_and_is_ready_when_what_runs_by_itself_is_at_work() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "/health/live").await.status, StatusCode::OK);
    let ready = "/health/ready";
    assert_eq!(ask(&stage, ready).await.status, StatusCode::SERVICE_UNAVAILABLE);
    stage.app.runner().start();
    while ask(&stage, ready).await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
    stage
        .desk
        .fail_next(DeskError::Failed("the disk of the database is full".into()));
    let told = ask(&stage, ready).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!told.text().contains("disk"), "the log says why: {}", told.text());
    stage.app.runner().stop(STOP_WITHIN).await;
}

#[tokio::test]
async fn metrics_are_for_those_who_may() {
    let stage = Stage::new().await;
    assert_eq!(ask(&stage, "/metrics").await.status, StatusCode::NOT_FOUND);

    let stage = Stage::with(ServerSettings {
        metrics: Metrics::Token(Secret::new("much to count".into())),
        ..settings()
    })
    .await;
    assert_eq!(ask(&stage, "/metrics").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        stage.get("much to coun", "/metrics").await.status,
        StatusCode::UNAUTHORIZED
    );
    assert_eq!(
        stage.get("much to count", "/metrics").await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn metrics_tell_of_tenants_and_requests_and_of_nobody() {
    let stage = Stage::with(ServerSettings {
        metrics: Metrics::Open,
        ..settings()
    })
    .await;
    stage.desk.forget_calls();
    ask(&stage, "/metrics").await;
    let looks = stage
        .desk
        .calls()
        .into_iter()
        .filter(|call| call.deed == "summaries");
    let looks: Vec<String> = looks.map(|call| call.detail).collect();
    assert_eq!(
        looks,
        ["2"],
        "all tenants are looked at together, however many there are"
    );
    ask(&stage, "/health/live").await;
    ask(&stage, "/somewhere/ola.nordmann@example.org").await;
    let odd = Method::from_bytes(b"FROBNICATE").unwrap();
    let odd = request(odd, "none", "/health/live").body(Body::empty()).unwrap();
    stage.ask(odd).await;
    let text = ask(&stage, "/metrics").await.text();
    for line in [
        r#"samklang_requests_total{method="GET",route="/health/live",status="200"} 1"#,
        r#"samklang_requests_total{method="other",route="/health/live",status="405"} 1"#,
        "samklang_tasks_at_work 0",
        "# EOF",
    ] {
        assert!(text.lines().any(|told| told == line), "{line} is not in\n{text}");
    }
    assert!(
        text.contains(r#"samklang_tenant_waits{tenant="nordvik""#),
        "{text}"
    );
    assert!(!text.contains("ola.nordmann"), "{text}");
}
