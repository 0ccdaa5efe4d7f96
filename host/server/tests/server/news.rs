//! News while something runs.

use axum::body::Body;
use axum::http::Method;
use http_body_util::BodyExt as _;
use samklang_server::Role;
use serde_json::json;
use tower::ServiceExt as _;

use crate::stage::{Stage, request};

#[tokio::test]
async fn whoever_listens_hears_of_a_run() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let mut asked = request(Method::GET, &ola, "/api/v1/tenants/nordvik/news")
        .body(Body::empty())
        .unwrap();
    let from = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
    asked.extensions_mut().insert(axum::extract::ConnectInfo(from));
    let response = stage.router().oneshot(asked).await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut body = response.into_body();
    let mut heard = String::new();
    let told = stage
        .post(&ola, "/api/v1/tenants/nordvik/runs", &json!({"task": "cycle"}))
        .await;
    assert_eq!(told.status.as_u16(), 202, "{}", told.text());
    assert_eq!(told.json()["follow"], "/api/v1/tenants/nordvik/news");
    while heard.matches("event: changed").count() < 3 {
        let frame = body.frame().await.unwrap().unwrap();
        heard.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
    }
    assert!(heard.starts_with("event: changed\ndata: {}\n\n"), "{heard}");
}

#[tokio::test]
async fn the_same_run_is_asked_for_once() {
    let stage = Stage::new().await;
    stage.desk.hold();
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let run = json!({"task": "cycle"});
    assert_eq!(
        stage
            .post(&ola, "/api/v1/tenants/nordvik/runs", &run)
            .await
            .status
            .as_u16(),
        202
    );
    let again = stage.post(&ola, "/api/v1/tenants/nordvik/runs", &run).await;
    assert_eq!((again.status.as_u16(), again.problem().as_str()), (409, "moved"));
    stage.desk.let_go();
}
