//! What faults of the server become, and what a check finds.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod sdl;
mod server;

use samklang_os2mo::{Os2mo, Settings};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Response};
use serde_json::{Value as Json, json};
use server::{id, page, serve};

/// What a read of persons ends in.
fn fails_with(answer: Json) -> Error {
    let settings = json!({"url": "https://mo.example"});
    let read = |connector: &Os2mo| testing::try_read(connector, &["employee"], Extent::Full).map(|_| ());
    serve(settings, move |_, _| answer.clone(), read).0.unwrap_err()
}

fn context(key: &str) -> Json {
    json!({"data": null, "errors": [{"message": format!("ErrorCodes.{key} for 0101901234"), "path": ["persons"],
        "extensions": {"error_context": {"error": true, "status": 400, "error_key": key, "description": "about 0101901234"}}}]})
}

#[test]
fn a_token_that_is_not_taken_is_unauthorised() {
    let error = fails_with(json!({"data": null, "errors": [{"message": "User is not authenticated"}]}));
    assert!(matches!(error, Error::Unauthorised(_)), "{error:?}");
}

#[test]
fn a_missing_role_is_named() {
    let refused = |path: Json| json!({"message": "No policy approved the access", "path": path});
    let relation = json!(["persons", "objects", 0, "validities", 0, "addresses_response"]);
    let other = json!({"message": "boom", "path": ["persons"]});
    let error = fails_with(json!({"data": null, "errors": [other, refused(relation)]}));
    assert!(
        matches!(&error, Error::Unauthorised(text) if text.contains("read_address")),
        "{error:?}"
    );
    let error = fails_with(json!({"data": null, "errors": [refused(json!(["persons"]))]}));
    assert!(
        matches!(&error, Error::Unauthorised(text) if text.contains("read_employee")),
        "{error:?}"
    );
}

#[test]
fn faults_are_told_apart_by_their_key() {
    assert!(matches!(
        fails_with(context("E_FORBIDDEN")),
        Error::Unauthorised(_)
    ));
    assert!(matches!(
        fails_with(context("E_UNAUTHORIZED")),
        Error::Unauthorised(_)
    ));
    assert!(matches!(
        fails_with(context("E_INTERNAL_ERROR")),
        Error::Unreachable(_)
    ));
    assert!(matches!(
        fails_with(context("E_INVALID_UUID")),
        Error::Internal(_)
    ));
    assert!(matches!(
        fails_with(context("E_ORG_UNCONFIGURED")),
        Error::InvalidData { .. }
    ));
}

#[test]
fn no_error_repeats_what_may_be_personal() {
    let resolver = json!({"data": null, "errors": [{"message": "0101901234 is no CPR", "path": ["persons", "objects", 3, "validities", 0, "cpr_number"]}]});
    for error in [
        fails_with(context("E_UNKNOWN")),
        fails_with(context("V_CPR_NOT_VALID")),
        fails_with(resolver),
    ] {
        assert!(!error.to_string().contains("0101901234"), "{error}");
    }
}

#[test]
fn a_query_that_the_server_does_not_know_is_unsupported() {
    let error = fails_with(
        json!({"data": null, "errors": [{"message": "Cannot query field 'persons' on type 'Query'.", "locations": [{"line": 2, "column": 3}]}]}),
    );
    assert!(
        matches!(&error, Error::Unsupported(text) if text.contains("persons") && text.contains("version 29")),
        "{error:?}"
    );
}

#[test]
fn statuses_outside_graphql_keep_their_meaning() {
    let status = |status: u16| {
        let connector = Os2mo::open(
            serde_json::from_value::<Settings>(json!({"url": "https://mo.example", "version": 25})).unwrap(),
        )
        .unwrap();
        let read = || testing::try_read(&connector, &["unit"], Extent::Full).map(|_| ());
        testing::with_http(move |_| Response::new(status), read).unwrap_err()
    };
    assert!(matches!(status(401), Error::Unauthorised(_)));
    assert!(matches!(status(502), Error::Unreachable(_)));
    let Error::InvalidSettings(faults) = status(404) else {
        panic!("404")
    };
    assert_eq!(faults[0].pointer, "/version");
}

#[test]
fn a_class_or_a_cursor_that_is_not_there_is_unsupported() {
    let settings = json!({"url": "https://mo.example"});
    let read = |connector: &Os2mo| {
        let leave = testing::try_read(connector, &["leave"], Extent::Full).map(|_| ());
        (
            leave,
            testing::try_read(connector, &["unit"], Extent::Since("x".into())).map(|_| ()),
        )
    };
    let ((leave, since), _) = serve(settings, |_, _| panic!("asked"), read);
    assert!(matches!(
        (leave, since),
        (Err(Error::Unsupported(_)), Err(Error::Unsupported(_)))
    ));
}

fn findings(settings: Json, answer: impl Fn(&str, &Json) -> Json + 'static) -> Vec<(Severity, String)> {
    let (findings, _) = serve(settings, answer, |connector| connector.check().unwrap());
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Note || !finding.remedy.is_empty())
    );
    findings
        .into_iter()
        .map(|finding| (finding.severity, finding.message))
        .collect()
}

const ROLES: [&str; 10] = [
    "read_address",
    "read_class",
    "read_employee",
    "read_engagement",
    "read_facet",
    "read_itsystem",
    "read_ituser",
    "read_kle",
    "read_manager",
    "read_org_unit",
];

#[test]
fn a_check_names_the_roles_that_are_missing() {
    let settings = json!({"url": "https://mo.example"});
    let answer = |_: &str, _: &Json| json!({"data": {"me": {"roles": &ROLES[2..]}, "version": {"mo_version": "30.1.0"}}});
    let found = findings(settings, answer);
    assert_eq!(
        found[0],
        (
            Severity::Note,
            "OS2MO 30.1.0 answers in GraphQL version 29".into()
        )
    );
    let missing: Vec<_> = found[1..]
        .iter()
        .map(|(severity, text)| (*severity, text.as_str()))
        .collect();
    assert_eq!(
        missing,
        [
            (Severity::Failure, "the client lacks the role read_address"),
            (Severity::Failure, "the client lacks the role read_class")
        ]
    );
}

#[test]
fn a_check_finds_that_the_root_is_not_there() {
    let settings = json!({"url": "https://mo.example", "root_unit": id("c0")});
    let answer = |operation: &str, _: &Json| match operation {
        "CanIConnect" => json!({"data": {"me": {"roles": ROLES}, "version": {"mo_version": null}}}),
        _ => json!({"data": page("org_units", json!([]), None)}),
    };
    let found = findings(settings, answer);
    assert!(
        matches!(&found[1], (Severity::Failure, text) if text.contains(&id("c0"))),
        "{found:?}"
    );
}

#[test]
fn a_check_of_an_older_version_asks_for_the_first_of_each_class() {
    let settings = json!({"url": "https://mo.example", "version": 22});
    let answer = |operation: &str, variables: &Json| {
        if operation == "CanIConnect" {
            return json!({"data": {"version": {"mo_version": "20.0.0"}}});
        }
        assert_eq!(variables["limit"], json!(1));
        match operation {
            "ManagerPage" => {
                json!({"data": null, "errors": [{"message": "No policy approved the access", "path": ["managers"]}]})
            }
            _ => json!({"data": {}}),
        }
    };
    let found = findings(settings, answer);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        matches!(&found[1], (Severity::Failure, text) if text.contains("read_manager")),
        "{found:?}"
    );
}

#[test]
fn a_check_says_that_nothing_answers() {
    let found = findings(
        json!({"url": "https://mo.example"}),
        |_, _| json!({"data": null, "errors": [{"message": "User is not authenticated"}]}),
    );
    assert!(matches!(&found[..], [(Severity::Failure, _)]), "{found:?}");
}
