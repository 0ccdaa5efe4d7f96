//! Operations become one import, and what Canvas says of it becomes outcomes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is the report"
)]

mod canned;

use std::time::Duration;

use canned::{World, canvas, lines, put, remove, within, world};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{Method, Response, check_description};
use serde_json::json;

fn user(key: &str) -> Operation {
    put(
        "users",
        key,
        json!({ "login_id": format!("login-{key}"), "full_name": "Kari \"K\" Nord" }),
    )
}

fn apply(world: World, operations: &[Operation]) -> (Result<Vec<Outcome>, Error>, World) {
    within(world, || canvas(json!({})).apply(operations))
}

#[test]
fn description_can_be_right() {
    check_description::<samklang_canvas::Canvas>();
}

#[test]
fn run_is_one_zip_of_files_named_by_type() {
    let operations = [
        put(
            "enrollments",
            "proposal",
            json!({ "section_id": "s1", "user_id": "u1", "role": "student" }),
        ),
        user("u1"),
        put("accounts", "school", json!({ "name": "Skolen" })),
        put(
            "courses",
            "c1",
            json!({ "short_name": "7A", "long_name": "Klasse 7A\nNorsk", "account_id": "school" }),
        ),
        put("sections", "s1", json!({ "course_id": "c1", "name": "7A" })),
        put(
            "terms",
            "t1",
            json!({ "name": "2026", "start_date": "2026-08-01T00:00:00Z" }),
        ),
        put("groups", "g1", json!({ "name": "Lag", "course_id": "c1" })),
        put(
            "group_memberships",
            "proposal",
            json!({ "group_id": "g1", "user_id": "u1" }),
        ),
    ];
    let (outcomes, world) = apply(world(), &operations);
    let keys = [
        "section|s1|u1|student",
        "u1",
        "school",
        "c1",
        "s1",
        "t1",
        "g1",
        "g1|u1",
    ];
    assert_eq!(outcomes.unwrap(), keys.map(Outcome::done));

    let files = world.files();
    let file = |name: &str| lines(&files[name]);
    assert_eq!(
        file("accounts.csv"),
        [
            "account_id,parent_account_id,name,status",
            "school,,Skolen,active"
        ]
    );
    assert_eq!(
        file("terms.csv"),
        [
            "term_id,name,status,start_date",
            "t1,2026,active,2026-08-01T00:00:00Z"
        ]
    );
    let courses = [
        "course_id,short_name,long_name,account_id,status",
        "c1,7A,Klasse 7A Norsk,school,active",
    ];
    assert_eq!(file("courses.csv"), courses);
    assert_eq!(
        file("sections.csv"),
        ["section_id,course_id,name,status", "s1,c1,7A,active"]
    );
    assert_eq!(
        file("users.csv"),
        [
            "user_id,login_id,full_name,status",
            "u1,login-u1,Kari \"K\" Nord,active"
        ]
    );
    assert_eq!(
        file("enrollments.csv"),
        ["section_id,user_id,role,status", "s1,u1,student,active"]
    );
    assert_eq!(
        file("groups.csv"),
        ["group_id,name,course_id,status", "g1,Lag,c1,available"]
    );
    assert_eq!(
        file("groups_membership.csv"),
        ["group_id,user_id,status", "g1,u1,accepted"]
    );
    assert_eq!(files.len(), 8);

    let request = world.requests(Method::Post)[0];
    assert_eq!(request.header("content-type"), Some("application/zip"));
    assert_eq!(request.query("override_sis_stickiness").as_deref(), Some("false"));
    assert_eq!(request.query("import_type").as_deref(), Some("instructure_csv"));
    assert_eq!(request.query("batch_mode"), None);
    assert_eq!(request.query("diffing_data_set_identifier"), None);
}

#[test]
fn same_operations_give_the_same_import() {
    let operations = [
        user("u1"),
        user("u2"),
        remove("enrollments", "section|s1|u1|student"),
    ];
    let first = apply(world(), &operations);
    let second = apply(world(), &operations);
    assert_eq!(first.0.unwrap(), second.0.unwrap());
    assert_eq!(first.1.files(), second.1.files());
}

#[test]
fn settings_are_sent_every_time() {
    let settings = json!({ "authentication_provider_id": "saml", "override_stickiness": true });
    let own = put(
        "users",
        "u2",
        json!({ "login_id": "b", "authentication_provider_id": "7" }),
    );
    let (outcomes, world) = within(world(), || canvas(settings).apply(&[user("u1"), own]));
    assert_eq!(outcomes.unwrap().len(), 2);
    let header = "user_id,login_id,authentication_provider_id,full_name,status";
    let rows = [
        header,
        "u1,login-u1,saml,Kari \"K\" Nord,active",
        "u2,b,7,,active",
    ];
    assert_eq!(lines(&world.files()["users.csv"]), rows);
    assert_eq!(
        world.requests(Method::Post)[0]
            .query("override_sis_stickiness")
            .as_deref(),
        Some("true")
    );
}

#[test]
fn removal_is_explicit_and_clears_nothing() {
    let there = || {
        world()
            .answer(
                "/users/sis_user_id:NO%2F7%2Ea",
                json!({ "sis_user_id": "NO/7.a", "login_id": "kari" }),
            )
            .answer(
                "/users/sis_user_id:NO%2F7%2Ea/logins",
                json!([{ "sis_user_id": "NO/7.a", "workflow_state": "active" }]),
            )
            .answer(
                "/sections/sis_section_id:s1",
                json!({ "sis_section_id": "s1", "sis_course_id": "c1", "name": "7A" }),
            )
            .answer("/groups/sis_group_id:g1", json!({ "name": "Lag" }))
    };
    let operations = [
        remove("users", "NO/7.a"),
        remove("users", "long-gone"),
        remove("sections", "s1"),
        remove("enrollments", "course|c1|u1|teacher"),
        remove("groups", "g1"),
        remove("group_memberships", "g2|u1"),
    ];
    for (settings, user, enrollment) in [
        (json!({}), "suspended", "deleted"),
        (
            json!({ "delete": "deleted", "delete_enrollment": "completed" }),
            "deleted",
            "completed",
        ),
    ] {
        let (outcomes, world) = within(there(), || canvas(settings).apply(&operations));
        let outcomes = outcomes.unwrap();
        assert_eq!(outcomes[0], Outcome::done("NO/7.a"));
        assert_eq!(
            outcomes[1],
            Outcome::Unchanged,
            "what is not there need not be removed"
        );
        assert!(
            outcomes[2..]
                .iter()
                .all(|outcome| matches!(outcome, Outcome::Done(_)))
        );
        let files = world.files();
        let file = |name: &str| lines(&files[name]);
        assert_eq!(
            file("users_removed.csv"),
            ["user_id,login_id,status".into(), format!("NO/7.a,kari,{user}")]
        );
        assert_eq!(
            file("sections_removed.csv"),
            ["section_id,course_id,name,status", "s1,c1,7A,deleted"]
        );
        let enrollments = [
            "course_id,user_id,role,status".into(),
            format!("c1,u1,teacher,{enrollment}"),
        ];
        assert_eq!(file("enrollments_removed.csv"), enrollments);
        assert_eq!(
            file("groups_removed.csv"),
            ["group_id,name,status", "g1,Lag,deleted"]
        );
        assert_eq!(
            file("groups_membership_removed.csv"),
            ["group_id,user_id,status", "g2,u1,deleted"]
        );
        assert_eq!(files.len(), 5);
    }
}

#[test]
fn suspended_user_need_not_be_suspended_again() {
    let there = world()
        .answer(
            "/users/sis_user_id:u1",
            json!({ "sis_user_id": "u1", "login_id": "kari" }),
        )
        .answer(
            "/users/sis_user_id:u1/logins",
            json!([{ "sis_user_id": "u1", "workflow_state": "suspended" }]),
        );
    let (outcomes, world) = apply(there, &[remove("users", "u1")]);
    assert_eq!(outcomes.unwrap(), [Outcome::Unchanged]);
    assert!(
        world.requests(Method::Post).is_empty(),
        "there is nothing to import"
    );
}

#[test]
fn what_goes_with_its_whole_has_no_row() {
    let there = || {
        let section = json!({ "sis_section_id": "s1", "sis_course_id": "c1", "name": "7A" });
        let user = json!({ "sis_user_id": "u2", "login_id": "ole" });
        world()
            .answer("/sections/sis_section_id:s1", section)
            .answer("/groups/sis_group_id:g1", json!({ "name": "Lag" }))
            .answer("/users/sis_user_id:u2", user)
            .answer("/users/sis_user_id:u2/logins", json!([]))
    };
    let operations = [
        remove("enrollments", "section|s1|u1|student"),
        remove("enrollments", "section|s2|u2|student"),
        remove("group_memberships", "g1|u1"),
        remove("sections", "s1"),
        remove("groups", "g1"),
        remove("users", "u2"),
    ];
    let done = operations
        .each_ref()
        .map(|operation| Outcome::done(&operation.key));
    let (outcomes, seen) = apply(there(), &operations);
    assert_eq!(outcomes.unwrap(), done);
    let files: Vec<_> = seen.files().into_keys().collect();
    // A suspended user keeps enrollments, so theirs is removed by itself.
    assert_eq!(
        files,
        [
            "enrollments_removed.csv",
            "groups_removed.csv",
            "sections_removed.csv",
            "users_removed.csv"
        ]
    );
    assert_eq!(
        lines(&seen.files()["enrollments_removed.csv"])[1],
        "s2,u2,student,deleted"
    );

    let (outcomes, seen) = within(there(), || {
        canvas(json!({ "delete": "deleted" })).apply(&operations)
    });
    assert_eq!(outcomes.unwrap(), done);
    assert!(!seen.files().contains_key("enrollments_removed.csv"));

    let (outcomes, _) = apply(
        world(),
        &operations[..1]
            .iter()
            .chain(&operations[3..4])
            .cloned()
            .collect::<Vec<_>>(),
    );
    assert_eq!(
        outcomes.unwrap(),
        [Outcome::Unchanged, Outcome::Unchanged],
        "the section went before"
    );

    let refused = World {
        states: vec!["imported_with_messages"],
        messages: vec![json!([{ "file": "sections_removed.csv", "row": 2, "message": "no" }])],
        ..there()
    };
    let (outcomes, _) = apply(
        refused,
        &[
            remove("enrollments", "section|s1|u1|student"),
            remove("sections", "s1"),
        ],
    );
    let outcomes = outcomes.unwrap();
    assert!(matches!(outcomes[0], Outcome::RetryLater(_)), "{outcomes:?}");
    assert_eq!(outcomes[1], Outcome::rejected("", "no"));
}

#[test]
fn refused_removal_of_what_is_not_there_is_no_fault() {
    let message = |file: &str, row: u8| json!({ "file": file, "row": row, "message": "referenced a non-existent section" });
    let told = World {
        states: vec!["imported_with_messages"],
        messages: vec![json!([
            message("enrollments_removed.csv", 2),
            message("enrollments_removed.csv", 3),
            message("groups_membership_removed.csv", 2),
        ])],
        ..world()
    };
    let there = json!([{ "sis_section_id": "s2", "sis_user_id": "u1", "role": "StudentEnrollment", "enrollment_state": "active" }]);
    let told = told
        .answer("/users/sis_user_id:u1", json!({ "sis_user_id": "u1" }))
        .answer("/users/sis_user_id:u1/enrollments", there);
    let operations = [
        remove("enrollments", "section|s1|u1|student"),
        remove("enrollments", "section|s2|u1|student"),
        remove("group_memberships", "g1|u1"),
    ];
    let outcomes = apply(told, &operations).0.unwrap();
    assert_eq!(outcomes[0], Outcome::Unchanged);
    assert_eq!(
        outcomes[1],
        Outcome::rejected("", "referenced a non-existent section"),
        "this one is there"
    );
    assert_eq!(outcomes[2], Outcome::Unchanged);
}

#[test]
fn enrollment_that_moves_is_another_enrollment() {
    let desired = json!({ "section_id": "s2", "user_id": "u1", "role": "student" });
    let moved = Operation {
        action: Action::Update,
        ..put("enrollments", "section|s1|u1|student", desired)
    };
    let (outcomes, world) = apply(world(), &[moved]);
    assert_eq!(outcomes.unwrap(), [Outcome::done("section|s2|u1|student")]);
    let files = world.files();
    assert_eq!(lines(&files["enrollments.csv"])[1], "s2,u1,student,active");
    assert_eq!(
        lines(&files["enrollments_removed.csv"])[1],
        "s1,u1,student,deleted"
    );
}

#[test]
fn parents_come_before_children() {
    let account = |key: &str, parent: &str| {
        put(
            "accounts",
            key,
            json!({ "name": key, "parent_account_id": parent }),
        )
    };
    let operations = [
        account("c", "b"),
        account("b", "a"),
        account("a", ""),
        account("x", "y"),
        account("y", "x"),
    ];
    let (outcomes, world) = apply(world(), &operations);
    assert_eq!(
        outcomes.unwrap()[0],
        Outcome::done("c"),
        "outcomes keep the order of the operations"
    );
    let keys: Vec<_> = world.files()["accounts.csv"]
        .iter()
        .skip(1)
        .map(|row| row[0].clone())
        .collect();
    assert_eq!(keys[..3], ["a", "b", "c"]);
}

#[test]
fn what_cannot_be_a_row_is_refused_by_itself() {
    let operations = [
        put("users", "u1", json!({ "full_name": "No Login" })),
        put("enrollments", "p", json!({ "user_id": "u1", "role": "student" })),
        put("users", "u2", json!({ "login_id": "b", "status": "asleep" })),
        put("users", "u3", json!({ "login_id": "c", "password": "secret" })),
        put("users", "u4", json!({ "login_id": ["a"] })),
        put("rooms", "r1", json!({})),
        user("u5"),
        user("u5"),
    ];
    let (outcomes, world) = apply(world(), &operations);
    let outcomes = outcomes.unwrap();
    let at_fault: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Rejected(rejection) => rejection.attribute.as_deref().unwrap_or("-"),
            Outcome::Done(_) => "done",
            Outcome::RetryLater(_) => "later",
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        at_fault,
        [
            "login_id",
            "section_id",
            "status",
            "password",
            "login_id",
            "-",
            "done",
            "later"
        ]
    );
    assert_eq!(world.files()["users.csv"].len(), 2);
}

#[test]
fn nothing_is_sent_while_an_import_is_under_way() {
    let busy = World {
        importing: vec![json!({ "id": 6, "workflow_state": "importing" })],
        ..world()
    };
    let (outcomes, world) = apply(busy, &[user("u1"), user("u2")]);
    for outcome in outcomes.unwrap() {
        let Outcome::RetryLater((pause, why)) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(pause >= 60_000 && why.contains("import 6"), "{why}");
    }
    assert!(world.requests(Method::Post).is_empty());
}

#[test]
fn import_is_watched_at_growing_intervals() {
    let states = [
        "created",
        "importing",
        "importing",
        "importing",
        "cleanup_batch",
        "imported",
    ];
    let slow = World {
        states: states.to_vec(),
        ..world()
    };
    let settings = json!({ "poll_seconds": 4, "poll_seconds_max": 9 });
    let (outcomes, world) = within(slow, || canvas(settings).apply(&[user("u1")]));
    assert_eq!(outcomes.unwrap(), [Outcome::done("u1")]);
    let looks = world
        .asked
        .iter()
        .filter(|(_, request)| request.path().ends_with("/sis_imports/7"));
    let times: Vec<_> = looks.map(|(time, _)| time.rsplit_once("T").unwrap().1).collect();
    assert_eq!(
        times,
        [
            "00:00:04Z",
            "00:00:10Z",
            "00:00:19Z",
            "00:00:28Z",
            "00:00:37Z",
            "00:00:46Z"
        ]
    );
}

#[test]
fn import_that_takes_too_long_is_taken_over() {
    let endless = World {
        states: vec!["importing"],
        ..world()
    };
    let (outcomes, world) = within(endless, || {
        canvas(json!({ "import_minutes": 2 })).apply(&[user("u1")])
    });
    assert_eq!(outcomes.unwrap(), [Outcome::queued("u1")]);
    assert_eq!(world.asked.last().unwrap().0, "2026-08-01T00:02:00Z");
}

#[test]
fn message_reaches_the_operation_of_its_row() {
    let message = |file: &str, row: serde_json::Value, text: &str| json!({ "sis_import_id": "7", "file": file, "row": row, "message": text });
    let told = World {
        states: vec!["imported_with_messages"],
        messages: vec![
            json!([message("users.csv", json!(3), "No login_id given for user u2")]),
            json!([
                message("users.csv", json!("4"), "first"),
                message("users.csv", json!(4), "second")
            ]),
            json!([
                message("sections.csv", json!(null), "Malformed CSV"),
                message("users.csv", json!(99), "no such row")
            ]),
        ],
        ..world()
    };
    let section = put("sections", "s1", json!({ "course_id": "c1", "name": "7A" }));
    let course = put("courses", "c1", json!({ "short_name": "7A", "long_name": "7A" }));
    let (outcomes, _) = apply(
        told,
        &[
            section.clone(),
            user("u1"),
            user("u2"),
            course.clone(),
            user("u3"),
        ],
    );
    let expected = [
        Outcome::queued("s1"),
        Outcome::queued("u1"),
        Outcome::rejected("", "No login_id given for user u2"),
        Outcome::done("c1"),
        Outcome::rejected("", "first"),
    ];
    assert_eq!(outcomes.unwrap(), expected);
}

#[test]
fn failed_import_refuses_its_rows_and_leaves_the_rest_for_later() {
    let failed = World {
        states: vec!["failed_with_messages"],
        messages: vec![json!([{ "file": "users.csv", "row": 2, "message": "Improper status for user u1" }])],
        ..world()
    };
    let (outcomes, _) = apply(failed, &[user("u1"), user("u2")]);
    let outcomes = outcomes.unwrap();
    assert_eq!(
        outcomes[0],
        Outcome::rejected("failed_with_messages", "Improper status for user u1")
    );
    assert!(matches!(&outcomes[1], Outcome::RetryLater((pause, _)) if *pause == 600_000));
}

#[test]
fn failure_that_names_no_row_ends_the_call() {
    for state in ["failed", "aborted", "failed_with_messages"] {
        let failed = World {
            states: vec![state],
            ..world()
        };
        let Error::InvalidData { place, cause } = apply(failed, &[user("u1")]).0.unwrap_err() else {
            panic!("{state}")
        };
        assert!(
            place.contains("import 7") && cause.contains(state),
            "{place}: {cause}"
        );
    }
}

#[test]
fn rate_limit_is_told_apart_from_a_missing_permission() {
    let limited = || Response::new(403).with_body("403 Forbidden (Rate Limit Exceeded)\n");
    let patient = World {
        first: vec![limited(), Response::new(429)],
        ..world()
    };
    let (outcomes, seen) = apply(patient, &[user("u1")]);
    assert_eq!(outcomes.unwrap(), [Outcome::done("u1")]);
    assert_eq!(
        seen.asked[2].0, "2026-08-01T00:00:15Z",
        "each pause is twice as long"
    );

    let stubborn = World {
        first: (0..6).map(|_| limited()).collect(),
        ..world()
    };
    let Error::RateLimited(pause) = apply(stubborn, &[user("u1")]).0.unwrap_err() else {
        panic!("rate limit")
    };
    assert!(pause > Duration::from_secs(60));

    let why = json!({ "status": "unauthorized", "errors": [{ "message": "user not authorized to perform that action" }] });
    for status in [401, 403] {
        let refused = World {
            first: vec![Response::of_json(status, &why)],
            ..world()
        };
        let (outcomes, seen) = apply(refused, &[user("u1")]);
        let Error::Unauthorised(text) = outcomes.unwrap_err() else {
            panic!("{status}")
        };
        assert!(
            text.contains("permission: user not authorized to perform that action"),
            "{text}"
        );
        assert_eq!(seen.asked.len(), 1);
    }
    let why = json!({ "errors": [{ "message": "Invalid access token." }] });
    let token = Response::of_json(401, &why).with_header("WWW-Authenticate", "Bearer realm=\"canvas-lms\"");
    let Error::Unauthorised(text) = apply(
        World {
            first: vec![token],
            ..world()
        },
        &[user("u1")],
    )
    .0
    .unwrap_err() else {
        panic!("token")
    };
    assert!(text.contains("token") && !text.contains("permission"), "{text}");
}

#[test]
fn account_that_takes_no_imports_is_a_setting() {
    let idle = Response::of_json(200, &json!({ "sis_imports": [] }));
    let refusal = Response::of_json(
        400,
        &json!({ "errors": ["SIS imports can only be executed on root accounts"] }),
    );
    let Error::InvalidSettings(settings) = apply(
        World {
            first: vec![idle, refusal],
            ..world()
        },
        &[user("u1")],
    )
    .0
    .unwrap_err() else {
        panic!("settings")
    };
    assert_eq!(settings[0].pointer, "/account");
}

#[test]
fn zip_is_never_packed_tighter_than_canvas_allows() {
    let operations: Vec<_> = (0..3000)
        .map(|i| {
            put(
                "users",
                &format!("u{i}"),
                json!({ "login_id": "same", "full_name": "x".repeat(900) }),
            )
        })
        .collect();
    let (outcomes, world) = apply(world(), &operations);
    assert_eq!(outcomes.unwrap().len(), 3000);
    let size: usize = world.files()["users.csv"]
        .iter()
        .map(|row| row.join(",").len() + 1)
        .sum();
    let packed = world.requests(Method::Post)[0].body.len();
    assert!(size < packed * 100, "{size} in {packed}");
}
