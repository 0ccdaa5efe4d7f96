//! The strictness of the OS2sync stand-in: what it answers, in which order, and what it keeps to itself.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod client;

use std::time::Duration;

use client::client;
use reqwest::blocking::Response;
use samklang_stand_ins::os2sync::Pace;
use samklang_stand_ins::{Fault, Os2sync};
use serde_json::{Value, json};

const ANNE: &str = "3f0c8a52-0000-4000-8000-0000000000a1";
const BO: &str = "3f0c8a52-0000-4000-8000-0000000000a2";
const UNIT: &str = "3f0c8a52-0000-4000-8000-0000000000c1";
const CVR: &str = "11111111";

fn user(uuid: &str) -> Value {
    json!({"Uuid": uuid, "UserId": "annehj", "Person": {"Name": "Anne Hjorth"}, "Email": "anne@kommune.example",
           "Positions": [{"Name": "Pædagog", "OrgUnitUuid": UNIT}]})
}

fn post(server: &Os2sync, path: &str, body: &Value) -> Response {
    let url = format!("{}/{path}", server.api_url());
    client().post(url).header("Cvr", CVR).json(body).send().unwrap()
}

fn get(server: &Os2sync, path: &str) -> Response {
    client()
        .get(format!("{}/{path}", server.api_url()))
        .header("Cvr", CVR)
        .send()
        .unwrap()
}

fn delete(server: &Os2sync, path: &str) -> Response {
    client()
        .delete(format!("{}/{path}", server.api_url()))
        .header("Cvr", CVR)
        .send()
        .unwrap()
}

fn start() -> Os2sync {
    Os2sync::builder().start_blocking().unwrap()
}

#[test]
fn a_200_means_queued_and_failures_stay_invisible() {
    let server = start();
    let echo: Value = post(&server, "user", &user(ANNE)).json().unwrap();
    assert_eq!(echo["Status"], 0);
    assert!(
        echo.as_object().unwrap().contains_key("Landline"),
        "nulls are written"
    );
    assert_eq!(get(&server, &format!("user/{ANNE}")).status(), 404);
    let mut long = user(BO);
    long["Person"]["Name"] = json!("x".repeat(101));
    assert_eq!(post(&server, "user", &long).status(), 200);
    let round = server.run_scheduler();
    assert_eq!((round.users, round.failed, round.left), (1, 1, 0));
    assert_eq!(server.failures().len(), 1);
    let found: Value = get(&server, &format!("user/{ANNE}")).json().unwrap();
    assert_eq!((&found["Status"], &found["IsRobot"]), (&json!(1), &json!(false)));
    assert_eq!(get(&server, "user/all").json::<Value>().unwrap(), json!([ANNE]));
    assert_eq!(get(&server, &format!("user/{BO}")).status(), 404);
}

#[test]
fn deletion_is_soft_and_passiver_is_not() {
    let server = start();
    assert_eq!(
        delete(&server, &format!("user/{BO}")).status(),
        200,
        "unknown uuids are queued too"
    );
    post(&server, "user", &user(ANNE));
    server.drain();
    delete(&server, &format!("user/{ANNE}"));
    server.drain();
    let found: Value = get(&server, &format!("user/{ANNE}")).json().unwrap();
    assert_eq!((&found["Status"], &found["Positions"]), (&json!(2), &json!([])));
    assert_eq!(get(&server, "user/all").json::<Value>().unwrap(), json!([]));
    post(&server, "user", &user(ANNE));
    server.drain();
    assert!(server.user(ANNE).unwrap().active, "an update revives");
    assert_eq!(
        post(&server, &format!("user/passiver/{ANNE}"), &Value::Null).status(),
        200
    );
    server.drain();
    assert_eq!(get(&server, &format!("user/{ANNE}")).status(), 404);
}

#[test]
fn refusals_come_in_order_with_their_texts() {
    let server = start();
    let mut body = json!({"Person": {}});
    let mut steps = vec![
        ("Person.Name is null or empty", "Person", json!({"Name": "Anne"})),
        ("UserId is null or empty", "UserId", json!("annehj")),
        ("Uuid is null empty", "Uuid", json!(ANNE)),
        (
            "Positions is null or empty",
            "Positions",
            json!([{"Name": "Pædagog"}]),
        ),
        (
            "Position Name or OrgUnitUUID is null",
            "Positions",
            json!([{"name": "Pædagog", "orgunituuid": UNIT}]),
        ),
    ]
    .into_iter();
    for (text, field, value) in &mut steps {
        let refusal = post(&server, "user", &body);
        assert_eq!(refusal.status(), 400);
        assert_eq!(refusal.text().unwrap(), text);
        body[field] = value;
    }
    assert_eq!(
        post(&server, "USER/", &body).status(),
        200,
        "routes and names in any case"
    );
    assert_eq!(
        post(&server, "orgUnit", &json!({})).text().unwrap(),
        "name is null"
    );
    assert_eq!(
        post(&server, "orgUnit", &json!({"Name": "Dagtilbud"}))
            .text()
            .unwrap(),
        "uuid is null"
    );
    let quoted = client()
        .post(format!("{}/orgUnit", server.api_url()))
        .header("Cvr", CVR)
        .header("Accept", "application/json")
        .json(&json!({}))
        .send()
        .unwrap();
    assert_eq!(quoted.text().unwrap(), "\"name is null\"");
    body["Person"] = json!({"Name": "Anne", "Cpr": "010101-0101"});
    assert_eq!(
        post(&server, "user", &body).status(),
        400,
        "a dash makes 11 characters"
    );
}

#[test]
fn unreadable_bodies_fall_over() {
    let server = start();
    for body in [
        Value::Null,
        json!({"UserId": "a"}),
        json!({"Person": null}),
        json!({"Person": {"Name": 1}}),
        json!([]),
    ] {
        assert_eq!(post(&server, "user", &body).status(), 500, "{body}");
    }
    let unit = json!({"Uuid": UNIT, "Name": "Dagtilbud", "Type": "OFFICE"});
    assert_eq!(post(&server, "orgUnit", &unit).status(), 500);
    let empty = client()
        .post(format!("{}/user", server.api_url()))
        .header("Cvr", CVR)
        .send()
        .unwrap();
    assert_eq!(empty.status(), 500);
    assert_eq!(get(&server, "user").status(), 405);
    assert!(server.queue().is_empty());
}

#[test]
fn key_and_municipality() {
    let server = Os2sync::builder()
        .api_key("right")
        .cvr("22222222")
        .start_blocking()
        .unwrap();
    let wrong = post(&server, "user", &user(ANNE));
    assert_eq!(
        (wrong.status().as_u16(), wrong.text().unwrap().as_str()),
        (401, "")
    );
    let url = format!("{}/user", server.api_url());
    let right = client()
        .post(&url)
        .header("apikey", "right")
        .header("Cvr", CVR)
        .json(&user(ANNE))
        .send()
        .unwrap();
    assert_eq!(right.status(), 200);
    assert_eq!(
        server.queue()[0].cvr,
        "22222222",
        "the installation's own beats the header"
    );
    let open = start();
    let without = client()
        .get(format!("{}/user/all", open.api_url()))
        .send()
        .unwrap();
    assert_eq!(without.status(), 401);
    assert_eq!(
        client()
            .get(format!("{}/manage/health", open.url()))
            .send()
            .unwrap()
            .status(),
        200
    );
    let other = Os2sync::builder()
        .municipality("33333333")
        .start_blocking()
        .unwrap();
    assert_eq!(
        post(&other, "user", &user(ANNE)).status(),
        200,
        "an unknown one is not turned away at the door"
    );
    assert_eq!(other.run_scheduler().failed, 1);
}

#[test]
fn hierarchies_are_read_once() {
    let server = Os2sync::builder()
        .hierarchy(Pace::Polls(2))
        .start_blocking()
        .unwrap();
    post(&server, "user", &user(ANNE));
    post(&server, "orgUnit", &json!({"Uuid": UNIT, "Name": "Dagtilbud"}));
    server.drain();
    let bare = get(&server, "hierarchy").text().unwrap();
    assert_eq!(bare.len(), 36);
    let job = format!("hierarchy/{bare}");
    assert_eq!(get(&server, &job).status(), 404);
    let url = format!("{}/{job}", server.api_url());
    let result: Value = client().get(url).send().unwrap().json().unwrap();
    assert_eq!(result["Status"], 0);
    assert_eq!(result["Result"]["Users"][0]["Positions"][0]["Uuid"], UNIT);
    assert_eq!(result["Result"]["OUs"][0]["ParentOU"], Value::Null);
    assert_eq!(get(&server, &job).status(), 404);
    assert_eq!(get(&server, "hierarchy/nonsense").status(), 400);
    server.fail_hierarchies(1);
    let url = format!("{}/hierarchy", server.api_url());
    let quoted = client()
        .get(&url)
        .header("Cvr", CVR)
        .header("Accept", "application/json")
        .send()
        .unwrap();
    let id: String = quoted.json().unwrap();
    get(&server, &format!("hierarchy/{id}"));
    let failed: Value = get(&server, &format!("hierarchy/{id}")).json().unwrap();
    assert_eq!((&failed["Status"], &failed["Result"]), (&json!(1), &Value::Null));
    let unread = get(&server, "hierarchy").text().unwrap();
    get(&server, &format!("hierarchy/{unread}"));
    server.advance(Duration::from_secs(3601));
    assert_eq!(get(&server, &format!("hierarchy/{unread}")).status(), 404);
}

#[test]
fn units_go_before_users_and_priority_before_age() {
    let server = start();
    post(&server, "user?priority=20", &user(ANNE));
    let mut newer = user(ANNE);
    newer["Email"] = json!("newer@kommune.example");
    post(&server, "user?priority=1", &newer);
    for at in 0..3 {
        post(
            &server,
            "user?priority=5",
            &user(&format!("3f0c8a52-0000-4000-8000-00000000001{at}")),
        );
    }
    post(
        &server,
        "orgUnit?priority=99",
        &json!({"Uuid": UNIT, "Name": "Dagtilbud"}),
    );
    assert_eq!(server.queue()[0].uuid, UNIT);
    server.run_scheduler();
    let found = server.user(ANNE).unwrap();
    assert_eq!(
        found.user.text("Email"),
        Some("anne@kommune.example"),
        "the old row of low urgency came last"
    );
    for email in ["a@kommune.example", "b@kommune.example"] {
        newer["Email"] = json!(email);
        post(&server, "user", &newer);
    }
    let round = server.run_scheduler();
    assert_eq!(
        (round.users, round.superseded),
        (1, 1),
        "only the newest row of a first batch is kept"
    );
}

#[test]
fn identical_updates_are_skipped_unless_bypassed() {
    let server = start();
    for path in ["user", "user", "user?bypassCache=true"] {
        post(&server, path, &user(ANNE));
        server.drain();
    }
    assert_eq!(server.successes(), 3);
    post(&server, "user", &user(ANNE));
    assert_eq!(server.run_scheduler().skipped, 1);
    post(&server, "user?bypassCache=true", &user(ANNE));
    assert_eq!(server.run_scheduler().users, 1);
}

#[test]
fn state_is_full_and_some_fields_are_ignored() {
    let server = start();
    post(&server, "user", &user(ANNE));
    server.drain();
    let mut less = user(ANNE);
    less.as_object_mut().unwrap().remove("Email");
    post(&server, "user", &less);
    server.drain();
    assert_eq!(server.user(ANNE).unwrap().user.text("Email"), None);
    let unit = json!({"Uuid": UNIT.to_uppercase(), "Name": "Dagtilbud", "SOR": "1", "PayoutUnitUuid": UNIT,
                      "Tasks": [ANNE], "ContactPlaces": [ANNE], "PostSecondary": "x"});
    post(&server, "orgUnit", &unit);
    server.drain();
    let found: Value = get(&server, &format!("orgUnit/{UNIT}")).json().unwrap();
    assert_eq!(found["Tasks"], json!([ANNE]));
    assert_eq!(found["ContactPlaces"], json!([]));
    for field in ["SOR", "PayoutUnitUuid", "PostSecondary"] {
        assert_eq!(found[field], Value::Null, "{field}");
    }
    assert!(found.get("Status").is_none(), "units have no status");
    assert_eq!(found["Type"], "DEPARTMENT");
}

#[test]
fn cleanup_compares_case_and_all() {
    let server = start();
    post(&server, "user", &user(ANNE));
    server.drain();
    let dry: Value = post(&server, "user/cleanup?dryrun=true", &json!([BO]))
        .json()
        .unwrap();
    assert_eq!(dry, json!([BO]));
    assert!(server.queue().is_empty());
    assert_eq!(server.cleanup_log(), [format!("dry run: delete {ANNE}")]);
    post(&server, "user/cleanup", &json!([ANNE]));
    assert!(server.queue().is_empty());
    post(&server, "user/cleanup", &json!([ANNE.to_uppercase()]));
    assert_eq!(server.queue()[0].priority, 12, "an upper-case list deletes");
    server.drain();
    assert!(!server.user(ANNE).unwrap().active);
}

#[test]
fn an_unreachable_fk_keeps_rows_and_pauses() {
    let server = start();
    server.set_fk_reachable(false);
    post(&server, "user", &user(ANNE));
    for pause in [30, 60, 120, 120] {
        let round = server.run_scheduler();
        assert_eq!((round.left, round.pause), (1, Some(Duration::from_secs(pause))));
    }
    assert_eq!(server.queue()[0].priority, 20);
    assert_eq!(get(&server, &format!("user/{ANNE}")).status(), 400);
    server.set_fk_reachable(true);
    server.drain();
    assert!(server.user(ANNE).is_some());
}

#[test]
fn faults_befall_requests() {
    let server = start();
    server.fail_next(1, Fault::status(503));
    assert_eq!(post(&server, "user", &user(ANNE)).status(), 503);
    assert!(server.queue().is_empty());
    let url = format!("{}/user", server.api_url());
    let send = || client().post(&url).header("Cvr", CVR).json(&user(ANNE)).send();
    server.fail_next(1, Fault::Reset);
    assert!(send().is_err());
    assert!(server.queue().is_empty());
    server.fail_next(1, Fault::AnswerLost);
    assert!(send().is_err());
    assert_eq!(server.queue().len(), 1, "the work was done");
    assert!(send().is_ok());
    let requests = server.requests();
    assert_eq!(requests.len(), 4);
    assert_eq!(
        (requests[0].path.as_str(), requests[0].header("cvr")),
        ("/api/user", Some(CVR))
    );
    assert_eq!(requests[0].json().unwrap()["Uuid"], ANNE);
}
