//! Files that arrive.

use std::path::PathBuf;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use futures_util::stream;
use samklang_server::{DeskError, Role, STOP_WITHIN};

use crate::stage::{Stage, Told, UPLOAD, request};

fn address(file: &str) -> String {
    format!("/api/v1/tenants/nordvik/connections/sis/inbox/{file}")
}

async fn put(stage: &Stage, token: &str, file: &str, body: impl Into<Body>) -> Told {
    stage
        .ask(
            request(Method::PUT, token, &address(file))
                .body(body.into())
                .unwrap(),
        )
        .await
}

/// Whatever lies in the inbox and beside it.
fn lies(stage: &Stage) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![stage.desk.inbox_of("nordvik", "sis").parent().unwrap().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path)
            } else {
                files.push(path)
            }
        }
    }
    files
}

#[tokio::test]
async fn a_file_arrives_whole_and_is_noted() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let told = put(&stage, &ola, "elever%202026.csv", "id;navn\n1;Åse\n").await;
    assert_eq!((told.status, told.text().as_str()), (StatusCode::CREATED, ""));
    let path = stage.desk.inbox_of("nordvik", "sis").join("elever 2026.csv");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "id;navn\n1;Åse\n");
    assert_eq!(
        put(&stage, &ola, "elever%202026.csv", "newer").await.status,
        StatusCode::NO_CONTENT
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "newer");
    assert_eq!(lies(&stage), [path]);
    let notes = stage.desk.calls().into_iter().filter(|call| call.deed == "note");
    let notes: Vec<String> = notes.map(|call| call.detail).collect();
    assert_eq!(
        notes[1],
        r#"file-arrived {"connection":"sis","file":"elever 2026.csv","octets":5}"#
    );
    assert_eq!(notes.len(), 2);
}

#[tokio::test]
async fn a_file_that_is_there_stays_when_that_is_asked() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let keep = async |body: &'static str| {
        let asked = request(Method::PUT, &ola, &address("a.csv")).header("if-none-match", "*");
        stage.ask(asked.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(keep("1").await.status, StatusCode::CREATED);
    let told = keep("2").await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (412, "there-already")
    );
    assert_eq!(
        std::fs::read(stage.desk.inbox_of("nordvik", "sis").join("a.csv")).unwrap(),
        b"1"
    );
}

#[tokio::test]
async fn names_that_lead_elsewhere_are_refused() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    for name in [
        "..%2F..%2Fetc%2Fpasswd",
        "%2Fetc%2Fpasswd",
        ".hidden",
        "a%5Cb",
        "a%00b",
        "%2e%2e",
        &"a".repeat(256),
    ] {
        let told = put(&stage, &ola, name, "x").await;
        assert_eq!(
            (told.status.as_u16(), told.problem().as_str()),
            (400, "bad-request"),
            "{name}"
        );
    }
    assert_eq!(lies(&stage), Vec::<PathBuf>::new());
}

#[tokio::test]
async fn a_file_that_is_too_long_leaves_nothing() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let told = put(&stage, &ola, "a.csv", vec![b'x'; UPLOAD as usize]).await;
    assert_eq!(told.status, StatusCode::CREATED, "just so long: {}", told.text());
    let told = put(&stage, &ola, "b.csv", vec![b'x'; UPLOAD as usize + 1]).await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (413, "too-large")
    );
    assert_eq!(lies(&stage).len(), 1);
}

#[tokio::test]
async fn a_file_that_breaks_off_leaves_nothing() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let pieces = [
        Ok(Bytes::from_static(b"the first half")),
        Err(std::io::Error::other("the connection was reset")),
    ];
    let told = put(&stage, &ola, "a.csv", Body::from_stream(stream::iter(pieces))).await;
    assert_eq!(
        (told.status.as_u16(), told.problem().as_str()),
        (400, "bad-request")
    );
    assert_eq!(lies(&stage), Vec::<PathBuf>::new());
    assert!(!stage.desk.calls().iter().any(|call| call.deed == "note"));
}

/// A note that cannot be kept is told, and keeps nothing from going on: the file lies there, and nobody would look for it again.
#[tokio::test]
async fn what_waits_goes_on_though_the_journal_fails() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let desk = std::sync::Arc::clone(&stage.desk);
    // Nothing but the note is asked of the program once the file arrives.
    let piece = stream::once(async move {
        desk.fail_next(DeskError::Failed("the journal is full".to_owned()));
        Ok::<_, std::io::Error>(Bytes::from_static(b"whole"))
    });
    let told = put(&stage, &ola, "a.csv", Body::from_stream(piece)).await;
    assert_eq!(told.problem(), "failed");
    assert_eq!(lies(&stage).len(), 1);
    let goes_on = async {
        while !stage.desk.calls().iter().any(|call| call.deed == "run") {
            tokio::task::yield_now().await;
        }
    };
    let soon = tokio::time::timeout(std::time::Duration::from_secs(10), goes_on);
    soon.await.expect("nothing goes on");
    stage.app.runner().stop(STOP_WITHIN).await;
}

#[tokio::test]
async fn a_connection_that_takes_no_files_says_so() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let path = "/api/v1/tenants/nordvik/connections/ad/inbox/a.csv";
    let told = stage
        .ask(request(Method::PUT, &ola, path).body(Body::from("x")).unwrap())
        .await;
    assert_eq!((told.status.as_u16(), told.problem().as_str()), (422, "refused"));
}

#[tokio::test]
async fn whoever_may_see_everything_fetches_a_file_and_the_journal_tells() {
    let stage = Stage::new().await;
    let ola = stage.person_in("nordvik", Role::Operator).await;
    let ada = stage.person_in("nordvik", Role::Administrator).await;
    let body = "id;navn\n1;Åse\n".repeat(6_000);
    let put = put(&stage, &ola, "%C3%98st%202026.csv", body.clone()).await;
    assert_eq!(put.status, StatusCode::CREATED, "{}", put.text());
    let told = stage.get(&ola, &address("%C3%98st%202026.csv")).await;
    assert_eq!(told.problem(), "forbidden", "it is about everybody");
    let told = stage.get(&ada, &address("%C3%98st%202026.csv")).await;
    assert_eq!(told.status, StatusCode::OK);
    assert!(told.text() == body, "it comes whole, piece by piece");
    assert_eq!(
        told.header("content-disposition"),
        Some("attachment; filename*=UTF-8''%C3%98st%202026%2Ecsv")
    );
    let calls = stage.desk.calls();
    let last = calls.iter().rfind(|call| call.deed == "note").unwrap();
    assert!(
        last.detail.contains("file-taken") && last.detail.contains("Øst 2026.csv"),
        "{}",
        last.detail
    );
    let elsewhere =
        request(Method::GET, &ada, &address("%C3%98st%202026.csv")).header("sec-fetch-site", "cross-site");
    let told = stage.ask(elsewhere.body(Body::empty()).unwrap()).await;
    assert_eq!(told.problem(), "csrf", "a link elsewhere has nobody fetch it");
    std::os::unix::fs::symlink(
        "/etc/hostname",
        stage.desk.inbox_of("nordvik", "sis").join("elsewhere"),
    )
    .unwrap();
    for nothing in ["elsewhere", "none.csv", "..", "%2e%2e%2fsamklang.toml"] {
        let told = stage.get(&ada, &address(nothing)).await;
        assert_eq!(told.status, StatusCode::NOT_FOUND, "{nothing}: {}", told.text());
    }
}
