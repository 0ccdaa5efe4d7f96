//! What is sent, in which order, and what the answers become.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod server;

use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Request, Response};
use serde_json::{Value as Json, json};
use server::{id, operation, serve, user};

fn ok(_: &Request) -> Response {
    Response::new(200)
}

fn apply_one(
    settings: Json,
    operation: Operation,
    answer: impl Fn(&Request) -> Response + 'static,
) -> (Outcome, Vec<server::Sent>) {
    let (outcomes, sent) = serve(settings, answer, |connector| {
        connector.apply(&[operation]).unwrap()
    });
    let [outcome] = outcomes.try_into().unwrap();
    (outcome, sent)
}

fn refused(class: &str, settings: Json, desired: Json) -> String {
    let operation = operation(Action::Update, class, &id("a1"), desired);
    let (outcome, sent) = apply_one(settings, operation, ok);
    assert!(sent.is_empty(), "it was sent all the same");
    let Outcome::Rejected(rejection) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(!rejection.message.is_empty());
    rejection.attribute.unwrap_or_default()
}

#[test]
fn a_user_is_sent_whole_and_queued() {
    let desired = user(json!({"Cpr": "010190-1234", "Email": "a@k.example", "IsRobot": false}));
    let (outcome, sent) = apply_one(
        json!({}),
        operation(Action::Create, "user", &id("A1"), desired),
        ok,
    );
    assert_eq!(outcome, Outcome::queued(id("a1")));
    let (method, path, body) = &sent[0];
    assert_eq!(
        (method.as_str(), path.as_str()),
        ("POST", "/api/user?priority=10")
    );
    assert_eq!(body["Uuid"], json!(id("a1")));
    assert_eq!(
        body["Person"],
        json!({"Name": "Anne Hjorth", "Cpr": "0101901234", "Uuid": null})
    );
    assert_eq!(
        body["Positions"],
        json!([{"Name": "Pædagog", "OrgUnitUuid": id("c1"), "StartDate": "2026-02-01"}])
    );
    assert_eq!(
        (&body["Email"], &body["PhoneNumber"]),
        (&json!("a@k.example"), &Json::Null)
    );
}

#[test]
fn a_unit_is_sent_whole_with_priority_and_cache_as_set() {
    let settings = json!({"priority": 7, "bypass_cache": true});
    let desired = json!({"Name": "Dagtilbud", "ParentOrgUnitUuid": id("C0"), "Tasks": [id("D2"), id("d1")], "Ean": null});
    let (outcome, sent) = apply_one(
        settings,
        operation(Action::Update, "orgUnit", &id("c1"), desired),
        ok,
    );
    assert_eq!(outcome, Outcome::queued(id("c1")));
    let (_, path, body) = &sent[0];
    assert_eq!(path, "/api/orgUnit?priority=7&bypassCache=true");
    assert_eq!(
        (&body["ParentOrgUnitUuid"], &body["Tasks"]),
        (&json!(id("c0")), &json!([id("d1"), id("d2")]))
    );
}

#[test]
fn units_come_before_users_and_parents_before_children() {
    let unit = |key: &str, parent: Json| {
        operation(
            Action::Create,
            "orgUnit",
            &id(key),
            json!({"Name": key, "ParentOrgUnitUuid": parent}),
        )
    };
    let operations = [
        operation(Action::Delete, "orgUnit", &id("c9"), json!({})),
        operation(Action::Create, "user", &id("a1"), user(json!({}))),
        unit("c3", json!(id("C2"))),
        operation(Action::Delete, "user", &id("a9"), json!({})),
        unit("c2", json!(id("c1"))),
        unit("c1", Json::Null),
    ];
    let (outcomes, sent) = serve(json!({}), ok, |connector| connector.apply(&operations).unwrap());
    let paths: Vec<_> = sent
        .iter()
        .map(|(_, path, body)| body["Uuid"].as_str().unwrap_or(path).to_owned())
        .collect();
    let expected = [
        id("c1"),
        id("c2"),
        id("c3"),
        id("a1"),
        format!("/api/user/{}", id("a9")),
        format!("/api/orgUnit/{}", id("c9")),
    ];
    assert_eq!(paths, expected);
    let keys: Vec<_> = operations
        .iter()
        .map(|operation| Outcome::queued(&operation.key))
        .collect();
    assert_eq!(outcomes, keys, "outcomes stay in the order of the operations");
}

#[test]
fn a_circle_of_parents_does_not_hang() {
    let unit = |key: &str, parent: &str| {
        operation(
            Action::Create,
            "orgUnit",
            &id(key),
            json!({"Name": key, "ParentOrgUnitUuid": id(parent)}),
        )
    };
    let operations = [unit("c1", "c2"), unit("c2", "c1")];
    let (outcomes, _) = serve(json!({}), ok, |connector| connector.apply(&operations).unwrap());
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn operations_on_one_object_keep_their_order() {
    let operations = [
        operation(Action::Delete, "user", &id("a1"), json!({})),
        operation(Action::Create, "user", &id("A1"), user(json!({}))),
    ];
    let (_, sent) = serve(json!({}), ok, |connector| connector.apply(&operations).unwrap());
    assert_eq!((sent[0].0.as_str(), sent[1].0.as_str()), ("DELETE", "POST"));
}

#[test]
fn what_a_user_breaks_is_named() {
    let attribute = |change: Json| refused("user", json!({}), user(change));
    assert_eq!(attribute(json!({"UserId": null})), "UserId");
    assert_eq!(attribute(json!({"Name": " "})), "Name");
    assert_eq!(attribute(json!({"Name": "x".repeat(101)})), "Name");
    assert_eq!(attribute(json!({"Cpr": "12345"})), "Cpr");
    assert_eq!(attribute(json!({"ShortKey": "x".repeat(51)})), "ShortKey");
    assert_eq!(attribute(json!({"Email": "x".repeat(201)})), "Email");
    assert_eq!(attribute(json!({"PersonUuid": "none"})), "PersonUuid");
    let position = |position: Json| attribute(json!({"Positions": [position]}));
    assert_eq!(attribute(json!({"Positions": null})), "Positions");
    assert_eq!(position(json!({"OrgUnitUuid": id("c1")})), "Positions");
    assert_eq!(position(json!({"Name": "P"})), "Positions");
    assert_eq!(position(json!({"Name": "P", "OrgUnitUuid": "c1"})), "Positions");
    assert_eq!(
        position(json!({"Name": "P", "OrgUnitUuid": id("c1"), "StartDate": "2026-02-30"})),
        "Positions"
    );
    assert_eq!(
        position(json!({"Name": "P", "OrgUnitUuid": id("c1"), "StartDate": "2026-02-01T00:00:00"})),
        "Positions"
    );
    assert_eq!(
        position(
            json!({"Name": "P", "OrgUnitUuid": id("c1"), "StartDate": "2026-02-02", "StopDate": "2026-02-01"})
        ),
        "Positions"
    );
}

#[test]
fn what_a_unit_breaks_is_named() {
    let attribute = |desired: Json| refused("orgUnit", json!({}), desired);
    assert_eq!(attribute(json!({})), "Name");
    assert_eq!(attribute(json!({"Name": "x".repeat(201)})), "Name");
    assert_eq!(attribute(json!({"Name": "U", "Type": "OFFICE"})), "Type");
    assert_eq!(
        attribute(json!({"Name": "U", "PostSecondary": "P"})),
        "PostSecondary"
    );
    assert_eq!(
        attribute(json!({"Name": "U", "ManagerUuid": "anne"})),
        "ManagerUuid"
    );
    assert_eq!(
        attribute(json!({"Name": "U", "ParentOrgUnitUuid": id("A1")})),
        "ParentOrgUnitUuid"
    );
    assert_eq!(attribute(json!({"Name": "U", "ItSystems": ["x"]})), "ItSystems");
    let root = json!({"root_unit": id("c0")});
    assert_eq!(
        refused("orgUnit", root, json!({"Name": "U"})),
        "ParentOrgUnitUuid"
    );
}

#[test]
fn a_key_that_is_no_uuid_is_refused_and_needs_no_removal() {
    let (outcome, _) = apply_one(
        json!({}),
        operation(Action::Create, "user", "annehj", user(json!({}))),
        ok,
    );
    assert!(matches!(outcome, Outcome::Rejected(Rejection { attribute: Some(name), .. }) if name == "Uuid"));
    let (outcome, sent) = apply_one(
        json!({}),
        operation(Action::Delete, "user", "annehj", json!({})),
        ok,
    );
    assert_eq!((outcome, sent.len()), (Outcome::Unchanged, 0));
}

#[test]
fn a_value_of_the_wrong_kind_is_that_objects_fault_alone() {
    let operations = [
        operation(
            Action::Create,
            "user",
            &id("a1"),
            user(json!({"IsRobot": "0101901234"})),
        ),
        operation(Action::Create, "user", &id("a2"), user(json!({}))),
    ];
    let (outcomes, _) = serve(json!({}), ok, |connector| connector.apply(&operations).unwrap());
    assert!(
        matches!(&outcomes[0], Outcome::Rejected(rejection) if !rejection.message.contains("0101901234")),
        "{outcomes:?}"
    );
    assert_eq!(outcomes[1], Outcome::queued(id("a2")));
}

#[test]
fn a_removal_is_what_the_settings_say() {
    let sent = |settings: Json| {
        apply_one(
            settings,
            operation(Action::Delete, "orgUnit", &id("C1"), json!({})),
            ok,
        )
        .1[0]
            .clone()
    };
    assert_eq!(
        sent(json!({})),
        ("DELETE".into(), format!("/api/orgUnit/{}", id("c1")), Json::Null)
    );
    assert_eq!(
        sent(json!({"delete": "passivate"})),
        (
            "POST".into(),
            format!("/api/orgUnit/passiver/{}", id("c1")),
            Json::Null
        )
    );
    let (outcome, sent) = apply_one(
        json!({"root_unit": id("C1")}),
        operation(Action::Delete, "orgUnit", &id("c1"), json!({})),
        ok,
    );
    assert!(
        matches!(outcome, Outcome::Rejected(_)) && sent.is_empty(),
        "the root is never removed"
    );
    let gone = apply_one(
        json!({}),
        operation(Action::Delete, "user", &id("a1"), json!({})),
        |_| Response::new(404),
    )
    .0;
    assert_eq!(gone, Outcome::Unchanged);
}

#[test]
fn a_400_names_its_attribute() {
    let create = || operation(Action::Create, "user", &id("a1"), user(json!({})));
    let (outcome, _) = apply_one(json!({}), create(), |_| {
        Response::new(400).with_body("\"UserId is null or empty\"")
    });
    assert_eq!(
        outcome,
        Outcome::rejected_for("UserId", "400", "UserId is null or empty")
    );
    let (outcome, _) = apply_one(json!({}), create(), |_| {
        Response::new(400).with_body("truncated value: '0101901234'")
    });
    assert!(
        matches!(&outcome, Outcome::Rejected(rejection) if rejection.attribute.is_none() && !rejection.message.contains("0101"))
    );
}

#[test]
fn a_500_concerns_one_object_and_a_401_all() {
    let operations = [
        operation(Action::Create, "user", &id("a1"), user(json!({}))),
        operation(Action::Create, "user", &id("a2"), user(json!({}))),
    ];
    let apply = |first: u16, second: u16| {
        let answer = move |request: &Request| {
            Response::new(if request.json::<Json>()["Uuid"] == json!(id("a1")) {
                first
            } else {
                second
            })
        };
        serve(json!({}), answer, |connector| connector.apply(&operations))
    };
    let outcomes = apply(500, 200).0.unwrap();
    assert!(matches!(outcomes[0], Outcome::RetryLater(_)), "{outcomes:?}");
    assert_eq!(outcomes[1], Outcome::queued(id("a2")));
    let (result, sent) = apply(401, 401);
    assert!(matches!(result, Err(Error::Unauthorised(_))), "{result:?}");
    assert_eq!(sent.len(), 1, "nothing more is sent after that");
    let outcomes = apply(200, 503).0.unwrap();
    assert_eq!(
        outcomes[0],
        Outcome::queued(id("a1")),
        "what was taken over stays so"
    );
    assert!(matches!(outcomes[1], Outcome::RetryLater(_)), "{outcomes:?}");
    assert!(matches!(apply(404, 404).0, Err(Error::InvalidSettings(_))));
}

#[test]
fn the_description_is_right() {
    testing::check_description::<samklang_os2sync::Os2sync>();
    let description = samklang_os2sync::Os2sync::describe();
    let unit = &description.classes[0];
    let to_user = unit
        .attributes
        .iter()
        .find(|attribute| attribute.refers_to.as_deref() == Some("user"));
    assert!(
        unit.name == "orgUnit" && to_user.is_none(),
        "units must be sendable before users"
    );
}
