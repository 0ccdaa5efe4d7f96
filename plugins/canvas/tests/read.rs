//! What is in Canvas is read back by class, page by page, as far as it came from SIS.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is the report"
)]

mod canned;

use canned::{World, canvas, within, world};
use samklang_sdk::Severity;
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{Response, read_all, try_read};
use serde_json::json;

const CLASSES: [&str; 6] = ["accounts", "terms", "courses", "sections", "users", "enrollments"];

fn school() -> World {
    let enrollment = |user: &str, role: &str, state: &str| {
        json!({ "sis_section_id": "s1", "sis_course_id": "c1", "sis_user_id": user, "role": role, "type": "StudentEnrollment",
            "enrollment_state": state, "associated_user_id": null, "limit_privileges_to_course_section": false })
    };
    world()
        .answer(
            "/accounts/self/sub_accounts",
            json!([{ "id": "2", "name": "Skolen", "parent_account_id": "1", "sis_account_id": "school" },
                { "id": "3", "name": "Avdeling", "parent_account_id": "2", "sis_account_id": "dept", "integration_id": "i" },
                { "id": 4, "name": "By hand", "parent_account_id": 2, "sis_account_id": null }]),
        )
        .answer("/accounts/self/terms", json!([{ "id": "1", "name": "Default", "sis_term_id": null },
            { "id": "2", "name": "2026", "sis_term_id": "t1", "start_at": "2026-08-01T00:00:00Z", "end_at": null }]))
        .answer("/accounts/self/courses", json!([{ "id": "10", "name": "Klasse 7A", "course_code": "7A", "sis_course_id": "c1",
            "account_id": "3", "workflow_state": "available", "term": { "sis_term_id": "t1" } }]))
        .answer("/accounts/self/courses", json!([{ "id": "11", "name": "By hand", "course_code": "X", "sis_course_id": null,
            "account_id": "3", "workflow_state": "unpublished" }]))
        .answer("/courses/10/sections", json!([{ "id": "20", "name": "7A", "sis_section_id": "s1", "sis_course_id": "c1" },
            { "id": "21", "name": "Default", "sis_section_id": null, "sis_course_id": "c1" }]))
        .answer("/accounts/self/logins", json!([{ "sis_user_id": "u2", "workflow_state": "suspended" },
            { "sis_user_id": "u1", "workflow_state": "active" }]))
        .answer("/accounts/self/users", json!([{ "id": "9007199254740993", "name": "Kari Nord", "sortable_name": "Nord, Kari",
            "short_name": "Kari", "sis_user_id": "u1", "login_id": "kari", "email": "kari@example.org" }]))
        .answer("/accounts/self/users", json!([{ "id": "31", "name": "Ole", "sis_user_id": "u2", "login_id": "ole" },
            { "id": "1", "name": "Admin", "sis_user_id": null, "login_id": "admin" }]))
        .answer("/courses/10/enrollments", json!([enrollment("u1", "StudentEnrollment", "active"),
            enrollment("u1", "TeacherEnrollment", "inactive")]))
        .answer("/courses/10/enrollments", json!([enrollment("u2", "Vikar", "invited"), enrollment("", "Vikar", "active")]))
}

#[test]
fn everything_that_came_from_sis_is_read() {
    let (read, world) = within(school(), || read_all(&canvas(json!({})), &CLASSES));
    let column = |class: &str, column: &str| -> Vec<String> {
        let values = read.column(class, column);
        values
            .iter()
            .map(|value| value.as_text().unwrap_or("-").to_owned())
            .collect()
    };
    assert_eq!(column("accounts", "account_id"), ["school", "dept"]);
    assert_eq!(column("accounts", "parent_account_id"), ["-", "school"]);
    assert_eq!(column("terms", "start_date"), ["2026-08-01T00:00:00Z"]);
    assert_eq!(column("courses", "course_id"), ["c1"]);
    assert_eq!(column("courses", "account_id"), ["dept"]);
    assert_eq!(column("courses", "term_id"), ["t1"]);
    assert_eq!(column("courses", "status"), ["published"]);
    assert_eq!(column("sections", "section_id"), ["s1"]);
    assert_eq!(
        column("users", "user_id"),
        ["u1"],
        "a suspended user is a removed one"
    );
    assert_eq!(column("users", "email"), ["kari@example.org"]);
    let keys = [
        "section|s1|u1|student",
        "section|s1|u1|teacher",
        "section|s1|u2|Vikar",
    ];
    assert_eq!(column("enrollments", "enrollment_id"), keys);
    assert_eq!(column("enrollments", "status"), ["active", "inactive", "active"]);
    assert_eq!(read.completion.cursor, None);
    for (_, request) in &world.asked {
        assert_eq!(
            request.header("accept"),
            Some("application/json+canvas-string-ids")
        );
        let first = request.query("page").is_none();
        assert!(
            !first || request.query("per_page").as_deref() == Some("100"),
            "{}",
            request.url
        );
    }
    assert!(
        !world
            .asked
            .iter()
            .any(|(_, request)| request.path().contains("/courses/11/")),
        "made by hand"
    );
}

#[test]
fn suspended_user_is_there_where_removal_deletes() {
    let settings = json!({ "delete": "deleted" });
    let (read, _) = within(school(), || read_all(&canvas(settings), &["users"]));
    assert_eq!(
        read.column("users", "status"),
        ["active", "suspended"].map(Value::from)
    );
}

#[test]
fn states_that_removal_leads_to_are_not_asked_for() {
    for (end, states) in [
        ("deleted", 4),
        ("completed", 3),
        ("inactive", 3),
        ("deleted_last_completed", 3),
    ] {
        let settings = json!({ "delete_enrollment": end });
        let (_, world) = within(school(), || read_all(&canvas(settings), &["enrollments"]));
        let (_, request) = world
            .asked
            .iter()
            .find(|(_, request)| request.path().ends_with("/enrollments"))
            .unwrap();
        assert_eq!(
            request.url.matches("state%5B%5D=").count(),
            states,
            "{}",
            request.url
        );
        assert!(!request.url.contains(&format!("={end}")), "{}", request.url);
    }
}

#[test]
fn page_that_fails_ends_the_read() {
    let mut broken = school();
    broken.answers.remove("/courses/10/enrollments");
    let (read, _) = within(broken, || {
        try_read(&canvas(json!({})), &["users", "enrollments"], Extent::Full)
    });
    assert!(read.is_err());
    let broken = World {
        first: vec![Response::new(502)],
        ..school()
    };
    let (read, _) = within(broken, || try_read(&canvas(json!({})), &["users"], Extent::Full));
    assert!(matches!(read, Err(Error::Unreachable(_))));
}

#[test]
fn changes_cannot_be_read() {
    let (read, _) = within(school(), || {
        try_read(&canvas(json!({})), &["users"], Extent::Since("x".into()))
    });
    assert!(matches!(read, Err(Error::ResyncRequired(_))));
}

#[test]
fn single_objects_are_fetched_by_their_keys() {
    let there = school()
        .answer(
            "/users/sis_user_id:u1",
            json!({ "sis_user_id": "u1", "login_id": "kari", "name": "Kari Nord" }),
        )
        .answer(
            "/users/sis_user_id:u1/logins",
            json!([{ "sis_user_id": "u1", "workflow_state": "active" }]),
        )
        .answer(
            "/users/sis_user_id:u1/enrollments",
            json!([{ "sis_section_id": "s1", "sis_course_id": "c1",
            "sis_user_id": "u1", "role": "TaEnrollment", "enrollment_state": "active" }]),
        )
        .answer(
            "/courses/sis_course_id:c1",
            json!({ "id": "10", "sis_course_id": "c1", "workflow_state": "deleted" }),
        )
        .answer(
            "/accounts/sis_account_id:dept",
            json!({ "id": "3", "parent_account_id": "2", "sis_account_id": "dept" }),
        )
        .answer(
            "/accounts/self/terms/sis_term_id:t1",
            json!({ "id": "2", "name": "2026", "sis_term_id": "t1" }),
        );
    let canvas = canvas(json!({}));
    let get = |class: &str, keys: &[&str]| {
        let keys: Vec<_> = keys.iter().map(|key| (*key).to_owned()).collect();
        canvas.get(class, &keys).unwrap()
    };
    let ((), _) = within(there, || {
        let users = get("users", &["nobody", "u1"]);
        assert_eq!(users.len(), 1);
        assert_eq!(
            (users[0].key.as_str(), users[0].text("full_name")),
            ("u1", Some("Kari Nord"))
        );
        assert!(
            get("courses", &["c1"]).is_empty(),
            "a deleted course is still answered for"
        );
        assert_eq!(
            get("accounts", &["dept"])[0].text("parent_account_id"),
            Some("school")
        );
        assert_eq!(get("terms", &["t1"])[0].text("name"), Some("2026"));
        let keys = [
            "section|s1|u1|ta",
            "section|s1|u1|student",
            "section|s1|u9|ta",
            "nonsense",
        ];
        let enrollments = get("enrollments", &keys);
        assert_eq!(enrollments.len(), 1);
        assert_eq!(enrollments[0].key, keys[0]);
    });
}

#[test]
fn check_finds_what_would_fail() {
    let check = |world: World| within(world, || canvas(json!({})).check()).0.unwrap();
    let failures = |findings: &[Finding]| -> Vec<String> {
        let failures = findings
            .iter()
            .filter(|finding| finding.severity == Severity::Failure);
        failures
            .map(|finding| format!("{} {}", finding.message, finding.remedy))
            .collect()
    };
    let root = || json!({ "id": "1", "name": "Kommune", "parent_account_id": null });
    let fine = world()
        .answer("/accounts/self", root())
        .answer("/accounts/self/users", json!([{ "sis_user_id": null }]));
    let findings = check(fine);
    assert!(failures(&findings).is_empty(), "{findings:?}");
    assert!(findings[0].message.contains("Kommune"));

    let sub = json!({ "id": "2", "name": "Skolen", "parent_account_id": "1" });
    let blind = world()
        .answer("/accounts/self", sub)
        .answer("/accounts/self/users", json!([{ "id": "1" }]));
    let found = failures(&check(blind));
    assert!(
        found[0].contains("root account") && found[1].contains("Read SIS data"),
        "{found:?}"
    );

    let denied = || Response::of_json(401, &json!({ "errors": [{ "message": "user not authorized" }] }));
    let first = vec![Response::of_json(200, &root()), denied(), denied()];
    let found = failures(&check(World { first, ..world() }));
    assert!(
        found[0].contains("Import SIS data") && found[1].contains("list of users"),
        "{found:?}"
    );

    let token = denied().with_header("WWW-Authenticate", "Bearer");
    let found = failures(&check(World {
        first: vec![token],
        ..world()
    }));
    assert!(found.len() == 1 && found[0].contains("access token"), "{found:?}");
    let found = failures(&check(World {
        first: vec![Response::new(404)],
        ..world()
    }));
    assert!(
        found.len() == 1 && found[0].contains("no such account"),
        "{found:?}"
    );
}
