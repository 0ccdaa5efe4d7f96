//! The plan as a file for a spreadsheet.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, StatusCode};
use futures_util::StreamExt as _;
use samklang_server::{DeskError, Role};
use tower::ServiceExt as _;

use super::{Reader, asked, at, cast};
use crate::stage::Stage;

fn rows(file: &str, mark: u8) -> Vec<Vec<String>> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(mark)
        .has_headers(false)
        .from_reader(file.as_bytes());
    let rows = reader
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect());
    rows.collect()
}

#[tokio::test]
async fn every_operation_is_in_the_file_once_in_the_readers_words() {
    let stage = Stage::new().await;
    let mut wanted = Vec::new();
    stage.desk.change(cast().name, |truth| {
        truth.operations[0].key = "=HYPERLINK(\"http://example.org\")".to_owned();
        truth.operations[1].reason = "one; two, three\nfour \"five\"".to_owned();
        truth.operations[2].reason = "\t=1".to_owned();
        wanted = truth.operations.iter().map(|one| one.id.clone()).collect();
    });
    let reader = Reader::new(&stage, Role::Viewer).await;
    for (language, mark, head, create) in [
        ("da", b';', "Modtagersystem", "Opret"),
        ("nb", b';', "Mottakersystem", "Opprett"),
        ("sv", b';', "Mottagarsystem", "Skapa"),
        ("es", b';', "Destino", "Crear"),
        ("en", b',', "Target", "Create"),
    ] {
        let told = reader.read_in(&at("/plan.csv"), language).await;
        assert_eq!(told.status, StatusCode::OK);
        assert_eq!(told.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(
            told.header("content-disposition"),
            Some("attachment; filename=\"nordvik-plan.csv\"")
        );
        let text = told.text();
        let text = text.strip_prefix('\u{feff}').expect("Excel needs the mark");
        let rows = rows(text, mark);
        assert_eq!(rows[0][0], head);
        assert!(rows.iter().all(|row| row.len() == 9));
        let ids: Vec<_> = rows[1..].iter().map(|row| row[8].clone()).collect();
        assert_eq!(ids, wanted);
        assert_eq!(rows[1][2], create);
        assert_eq!(rows[1][3], "'=HYPERLINK(\"http://example.org\")");
        assert_eq!(rows[2][7], "one; two, three\nfour \"five\"");
        assert_eq!(rows[3][7], "'\t=1");
    }
}

#[tokio::test]
async fn the_file_holds_what_is_chosen_on_the_page() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let page = reader.read(&at("/plan?target=ad&action=create")).await.text();
    assert!(page.contains("/plan.csv?target=ad&amp;action=create\""), "{page}");
    let told = reader.read(&at("/plan.csv?target=ad&action=create")).await;
    let rows = rows(&told.text(), b',');
    assert!(rows.len() > 50);
    assert!(rows[1..].iter().all(|row| row[0] == "ad" && row[2] == "Create"));
}

#[tokio::test]
async fn a_page_is_asked_for_when_the_one_before_is_out() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    stage.desk.forget_calls();
    let request = reader.request(Method::GET, &at("/plan.csv"), "da");
    let from = ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000)));
    let request = request.extension(from).body(Body::empty()).unwrap();
    let response = stage.router().oneshot(request).await.unwrap();
    let mut body = response.into_body().into_data_stream();
    let head = body.next().await.unwrap().unwrap();
    assert!(head.starts_with(b"\xef\xbb\xbfModtagersystem;"));
    assert_eq!(asked(&stage, "operations").len(), 1);
    let lines = body.next().await.unwrap().unwrap();
    assert_eq!(lines.iter().filter(|octet| **octet == b'\n').count(), 500);
    assert_eq!(asked(&stage, "operations").len(), 1);
    // A part that cannot be had breaks the file off: what is there is not taken for all.
    stage
        .desk
        .fail_next(DeskError::Failed("the disk is full; make room".to_owned()));
    assert!(body.next().await.unwrap().is_err());
}

#[tokio::test]
async fn a_file_that_cannot_begin_is_a_problem_and_no_file() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let told = reader.read(&at("/plan.csv?after=nonsense")).await;
    assert_eq!(
        told.status,
        StatusCode::OK,
        "a place in the list is not the file's to take"
    );
    stage.desk.change(cast().name, |truth| truth.operations.clear());
    let told = reader.read(&at("/plan.csv")).await;
    assert_eq!(rows(&told.text(), b',').len(), 1);
}

#[tokio::test]
async fn the_plan_is_leafed_through_to_its_end() {
    let stage = Stage::new().await;
    let reader = Reader::new(&stage, Role::Viewer).await;
    let (mut address, mut lines, mut pages) = (at("/plan"), 0, 0);
    loop {
        let page = reader.read(&address).await.text();
        lines += page.matches(" is in ").count();
        pages += 1;
        let next = super::between(&page, "href=\"", "\"");
        let Some(next) = next.into_iter().find(|link| link.contains("after=")) else {
            break;
        };
        address = next.replace("&amp;", "&");
    }
    assert_eq!((lines, pages), (640, 7));
}
