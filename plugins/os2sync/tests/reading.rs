//! Reading back: the hierarchy job, single objects, the check.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod server;

use std::cell::Cell;

use samklang_os2sync::Os2sync;
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Collected, Request, Response};
use serde_json::{Value as Json, json};
use server::{id, serve};

/// Starts the job with this text, is not ready so many times, and then gives the answer once.
fn job(start: String, not_ready: u32, status: u16, result: Json) -> impl Fn(&Request) -> Response {
    let looks = Cell::new(0);
    move |request: &Request| match request.path() {
        "/api/hierarchy" => Response::new(200).with_body(start.clone()),
        path => {
            assert_eq!(path, format!("/api/hierarchy/{}", id("f1")));
            looks.set(looks.get() + 1);
            if looks.get() == not_ready + 1 {
                Response::of_json(status, &result)
            } else {
                Response::new(404)
            }
        }
    }
}

fn hierarchy() -> Json {
    json!({"Created": "2026-03-02T10:01:22.5+01:00", "Result": {
        "OUs": [{"Uuid": id("C1"), "Name": "Dagtilbud", "ParentOU": id("C0")}, {"Uuid": id("c0"), "Name": "Kommunen", "ParentOU": null}],
        "Users": [
            {"Uuid": id("a1"), "UserId": "annehj", "Name": "Anne Hjorth", "Positions": [{"Uuid": id("C1"), "Name": "Pædagog"}, {"Uuid": id("c0"), "Name": "Leder"}], "Email": null, "Telephone": "12345678", "Status": 1},
            {"Uuid": id("a2"), "UserId": "gone", "Name": "Bo", "Positions": [], "Email": null, "Telephone": null, "Status": 2}]},
        "Status": 0})
}

fn read(
    settings: Json,
    classes: &'static [&str],
    answer: impl Fn(&Request) -> Response + 'static,
) -> (Result<Collected, Error>, Vec<server::Sent>) {
    serve(settings, answer, |connector: &Os2sync| {
        testing::try_read(connector, classes, Extent::Full)
    })
}

#[test]
fn the_hierarchy_is_waited_for_and_gives_its_own_columns() {
    let (collected, sent) = read(
        json!({}),
        &["orgUnit", "user"],
        job(format!("\"{}\"", id("F1")), 3, 200, hierarchy()),
    );
    let collected = collected.unwrap();
    assert_eq!(sent.len(), 5);
    assert_eq!(
        collected.completion.objects,
        [("orgUnit".to_owned(), 2), ("user".to_owned(), 1)]
    );
    let columns = |class: &str| {
        collected.class(class)[0]
            .iter()
            .map(|(name, _)| name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(columns("orgUnit"), ["Uuid", "Name", "ParentOrgUnitUuid"]);
    assert_eq!(
        columns("user"),
        [
            "Uuid",
            "UserId",
            "Name",
            "Email",
            "PhoneNumber",
            "HierarchyPositions"
        ]
    );
    assert_eq!(
        collected.column("orgUnit", "ParentOrgUnitUuid"),
        [Value::Text(id("c0")), Value::Absent]
    );
    let [Value::Structure(positions)] = &collected.column("user", "HierarchyPositions")[..] else {
        panic!("positions")
    };
    let positions: Json = serde_json::from_str(positions).unwrap();
    assert_eq!(
        positions,
        json!([{"Name": "Leder", "OrgUnitUuid": id("c0")}, {"Name": "Pædagog", "OrgUnitUuid": id("c1")}])
    );
}

#[test]
fn units_alone_need_no_users() {
    let answer = job(id("f1"), 0, 200, hierarchy());
    let checked = move |request: &Request| {
        let only = request.header("onlyOUs");
        assert_eq!(only, (request.path() == "/api/hierarchy").then_some("true"));
        answer(request)
    };
    let collected = read(json!({}), &["orgUnit"], checked).0.unwrap();
    assert_eq!(collected.completion.objects, [("orgUnit".to_owned(), 2)]);
}

#[test]
fn a_job_that_fails_is_never_an_empty_answer() {
    let failed = job(
        id("f1"),
        1,
        200,
        json!({"Created": "2026-03-02T10:01:22.5+01:00", "Result": null, "Status": 1}),
    );
    assert!(matches!(
        read(json!({}), &["user"], failed).0,
        Err(Error::Unreachable(_))
    ));
    let empty = job(id("f1"), 0, 200, json!({"Result": null, "Status": 0}));
    assert!(matches!(
        read(json!({}), &["user"], empty).0,
        Err(Error::InvalidData { .. })
    ));
    let strange = job("accepted".into(), 0, 200, hierarchy());
    assert!(matches!(
        read(json!({}), &["user"], strange).0,
        Err(Error::InvalidData { .. })
    ));
}

#[test]
fn waiting_ends_and_grows() {
    let (result, sent) = read(
        json!({"hierarchy_wait_seconds": 120}),
        &["user"],
        job(id("f1"), 10_000, 200, hierarchy()),
    );
    let Err(Error::Unreachable(text)) = result else {
        panic!("{result:?}")
    };
    assert!(
        text.contains("120 s") && text.contains("/hierarchy_wait_seconds"),
        "{text}"
    );
    assert!(
        (5..=12).contains(&sent.len()),
        "{} looks in two minutes",
        sent.len()
    );
}

#[test]
fn a_fault_while_waiting_is_waited_out() {
    let looks = Cell::new(0);
    let answer = move |request: &Request| {
        if request.path() == "/api/hierarchy" {
            return Response::new(200).with_body(id("f1"));
        }
        looks.set(looks.get() + 1);
        if looks.get() == 1 {
            Response::new(502)
        } else {
            Response::of_json(200, &hierarchy())
        }
    };
    assert!(read(json!({}), &["user"], answer).0.is_ok());
}

#[test]
fn a_wrong_key_ends_the_read() {
    assert!(matches!(
        read(json!({}), &["user"], |_| Response::new(401)).0,
        Err(Error::Unauthorised(_))
    ));
    let since = serve(
        json!({}),
        |_| panic!("asked"),
        |connector| testing::try_read(connector, &["user"], Extent::Since("x".into())).map(|_| ()),
    );
    assert!(matches!(since.0, Err(Error::Unsupported(_))));
}

#[test]
fn single_objects_are_read_live() {
    let answer = |request: &Request| {
        let user = |status: i64| {
            json!({"Uuid": id("a1"), "ShortKey": "ah", "UserId": "annehj", "PhoneNumber": null, "Landline": null, "Email": "a@k.example",
            "RacfID": null, "Location": null, "FMKID": null, "Status": status, "IsRobot": false, "Timestamp": "2026-03-02T09:55:00.1234567+01:00",
            "Positions": [{"Name": "P", "OrgUnitUuid": id("C2"), "StartDate": "2026-02-01", "StopDate": null}, {"Name": "A", "OrgUnitUuid": id("c1"), "StartDate": null, "StopDate": null}],
            "Person": {"Name": "Anne Hjorth", "Cpr": "0101901234", "Uuid": null}})
        };
        match request.path().rsplit('/').next() {
            Some(key) if key == id("a1") => Response::of_json(200, &user(1)),
            Some(key) if key == id("a2") => Response::of_json(200, &user(2)),
            _ => Response::new(404),
        }
    };
    let keys = [id("A1"), id("a2"), id("a3"), "annehj".to_owned()];
    let (objects, sent) = serve(json!({}), answer, |connector| {
        connector.get("user", &keys).unwrap()
    });
    assert_eq!(sent.len(), 3);
    let [anne] = &objects[..] else {
        panic!("{objects:?}")
    };
    assert_eq!(
        (anne.key.as_str(), anne.text("Name"), anne.text("Cpr")),
        (id("a1").as_str(), Some("Anne Hjorth"), Some("0101901234"))
    );
    let Some(Value::Structure(positions)) = anne.value("Positions") else {
        panic!("positions")
    };
    let positions: Json = serde_json::from_str(positions).unwrap();
    assert_eq!(
        positions,
        json!([{"Name": "A", "OrgUnitUuid": id("c1")}, {"Name": "P", "OrgUnitUuid": id("c2"), "StartDate": "2026-02-01"}])
    );
    let unit = json!({"Uuid": id("c1"), "Name": "Dagtilbud", "ParentOrgUnitUuid": id("C0"), "Type": "DEPARTMENT", "Tasks": null, "ItSystems": [id("D1")], "Timestamp": "x"});
    let (objects, _) = serve(
        json!({}),
        move |_| Response::of_json(200, &unit),
        |connector| connector.get("orgUnit", &[id("c1")]).unwrap(),
    );
    assert_eq!(
        (objects[0].text("ParentOrgUnitUuid"), objects[0].text("Type")),
        (Some(id("c0").as_str()), Some("DEPARTMENT"))
    );
    assert_eq!(objects[0].value("ItSystems"), Some(&Value::Texts(vec![id("d1")])));
    let failed = serve(
        json!({}),
        |_| Response::new(400).with_body("no FK"),
        |connector| connector.get("user", &[id("a1")]),
    )
    .0;
    assert!(matches!(failed, Err(Error::InvalidData { .. })));
}

#[test]
fn a_check_tells_what_is_wrong() {
    let check = |health: u16, user: u16| {
        let answer = move |request: &Request| {
            Response::new(if request.path() == "/manage/health" {
                health
            } else {
                user
            })
        };
        let findings = serve(json!({}), answer, |connector| connector.check().unwrap()).0;
        findings
            .into_iter()
            .map(|finding| (finding.severity, finding.message))
            .next_back()
            .unwrap()
    };
    assert_eq!(check(200, 404).0, Severity::Note);
    assert!(matches!(check(200, 401), (Severity::Failure, text) if text.contains("key")));
    assert!(matches!(check(200, 400), (Severity::Failure, text) if text.contains("FK Organisation")));
    assert!(matches!(check(503, 404), (Severity::Failure, text) if text.contains("in order")));
}
