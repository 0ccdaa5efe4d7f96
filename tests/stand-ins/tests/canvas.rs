//! The strictness of the Canvas stand-in: detection, order, messages, memory, modes, paging and the rate limit.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod client;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use client::client;
use reqwest::blocking::{Response, multipart};
use samklang_stand_ins::Canvas;
use samklang_stand_ins::canvas::schema::FILE_TYPES;
use samklang_stand_ins::canvas::{Class, Pace, Permissions, RateLimit, TOKEN};
use serde_json::{Value, json};

const USERS: &str = "user_id,login_id,full_name,email,status\n";

fn zipped(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in files {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn get(canvas: &Canvas, path: &str) -> Response {
    client()
        .get(format!("{}/api/v1/{path}", canvas.url()))
        .bearer_auth(TOKEN)
        .send()
        .unwrap()
}

fn send(canvas: &Canvas, query: &str, files: &[(&str, &str)]) -> Response {
    let part = multipart::Part::bytes(zipped(files)).file_name("sis.zip");
    let url = format!("{}/api/v1/accounts/self/sis_imports.json?{query}", canvas.url());
    client()
        .post(url)
        .bearer_auth(TOKEN)
        .multipart(multipart::Form::new().part("attachment", part))
        .send()
        .unwrap()
}

/// Imports and gives the import as it ended.
fn import(canvas: &Canvas, query: &str, files: &[(&str, &str)]) -> Value {
    let started: Value = send(canvas, query, files).json().unwrap();
    assert_eq!(started["workflow_state"], "created", "{started}");
    get(canvas, &format!("accounts/self/sis_imports/{}", started["id"]))
        .json()
        .unwrap()
}

fn start() -> Canvas {
    Canvas::builder().start_blocking().unwrap()
}

#[test]
fn files_are_known_by_header_and_processed_in_order() {
    let canvas = start();
    let done = import(
        &canvas,
        "",
        &[
            ("1.csv", "section_id,user_id,role,status\nS1,U1,student,active\n"),
            (
                "2.csv",
                "\u{feff}USER_ID, login_id,full_name,email,status\nU1,anne, Anne Hjorth ,a@b.example,active\n",
            ),
            ("3.csv", "section_id,course_id,name,status\nS1,C1,1A,active\n"),
            (
                "4.csv",
                "course_id,short_name,long_name,status\nC1,MAT,Math,active\n",
            ),
            ("__MACOSX/5.csv", "nonsense\n"),
            (".hidden", "x"),
        ],
    );
    assert_eq!(done["workflow_state"], "imported", "{done}");
    assert_eq!(
        done["data"]["supplied_batches"],
        json!(["course", "section", "user", "enrollment"])
    );
    assert_eq!(done["data"]["running_immediately"], true);
    assert_eq!(
        canvas.record(Class::User, "U1").unwrap().text("name"),
        Some("Anne Hjorth")
    );
    assert_eq!(canvas.record(Class::Course, "C1").unwrap().state, "unpublished");
    let found: Value = get(&canvas, "courses/sis_course_id:C1/enrollments")
        .json()
        .unwrap();
    assert_eq!(found[0]["type"], "StudentEnrollment");
    assert_eq!(found[0]["sis_user_id"], "U1");
    let bad = import(
        &canvas,
        "",
        &[
            ("x.csv", "a,b\n1,2\n"),
            ("y.csv", "user_id,login_id,status\nU2,\"b\" o,active\n"),
        ],
    );
    assert_eq!(bad["workflow_state"], "failed_with_messages");
    let errors = [
        json!(["x.csv", "Couldn't find Canvas CSV import headers"]),
        json!(["y.csv", "Malformed CSV"]),
    ];
    assert_eq!(bad["processing_errors"], json!(errors));
}

#[test]
fn rows_are_checked_and_messages_capped() {
    let canvas = start();
    let mut users = USERS.to_owned() + "\n,x,X,,active\nU2,,X,,active\nU3,c,X,,gone\n";
    for at in 0..30 {
        writeln!(users, "B{at},,X,,active").unwrap();
    }
    let done = import(&canvas, "", &[("users.csv", &users)]);
    assert_eq!(done["workflow_state"], "imported_with_messages");
    let shown = done["processing_warnings"].as_array().unwrap();
    assert_eq!(shown.len(), 25);
    assert_eq!(shown[0], json!(["users.csv", "No user_id given for a user"]));
    assert_eq!(shown[1][1], "No login_id given for user U2");
    assert_eq!(shown[2][1], "Improper status for user U3");
    assert!(shown[24][1].as_str().unwrap().starts_with("and 9 more"));
    let csv = client()
        .get(done["errors_attachment"]["url"].as_str().unwrap())
        .send()
        .unwrap()
        .text()
        .unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("sis_import_id,file,message,row"));
    assert_eq!(
        lines.next(),
        Some("1,users.csv,No user_id given for a user,3"),
        "blank rows count"
    );
    assert_eq!(lines.count(), 32);
    let errors: Value = get(
        &canvas,
        "accounts/self/sis_imports/1/sis_import_errors?per_page=100",
    )
    .json()
    .unwrap();
    assert_eq!(errors["sis_import_errors"].as_array().unwrap().len(), 33);
}

#[test]
fn what_people_edit_sticks() {
    let canvas = start();
    let row = |name: &str| format!("{USERS}U1,anne,{name},,active\n");
    import(&canvas, "", &[("users.csv", &row("Anne"))]);
    canvas.edit_in_ui("U1", "name", "Annie");
    let name = || {
        canvas
            .record(Class::User, "U1")
            .unwrap()
            .text("name")
            .unwrap()
            .to_owned()
    };
    let done = import(&canvas, "", &[("users.csv", &row("Anna"))]);
    assert_eq!(
        (done["workflow_state"].as_str(), name().as_str()),
        (Some("imported"), "Annie")
    );
    import(
        &canvas,
        "override_sis_stickiness=true&clear_sis_stickiness=true",
        &[("users.csv", &row("Anna"))],
    );
    assert_eq!(name(), "Anna");
    import(&canvas, "", &[("users.csv", &row("Ann"))]);
    assert_eq!(name(), "Ann");
}

#[test]
fn logins_are_claimed_once_and_removed_with_what_hangs_on_them() {
    let canvas = start();
    let two = format!("{USERS}U1,anne,A,,active\nU2,ANNE,B,,active\n");
    let done = import(&canvas, "", &[("users.csv", &two)]);
    let text = "An existing Canvas user with the SIS ID U1 has already claimed U2's user_id requested login information, \
                skipping";
    assert_eq!(done["processing_warnings"][0][1], text);
    import(
        &canvas,
        "update_sis_id_if_login_claimed=true",
        &[("users.csv", &format!("{USERS}U2,anne,B,,active\n"))],
    );
    assert!(canvas.record(Class::User, "U1").is_none());
    import(
        &canvas,
        "",
        &[
            (
                "c.csv",
                "course_id,short_name,long_name,status\nC1,M,Math,active\n",
            ),
            ("e.csv", "course_id,user_id,role,status\nC1,U2,teacher,active\n"),
        ],
    );
    let suspended = format!("{USERS}U2,anne,B,,suspended\n");
    import(&canvas, "", &[("users.csv", &suspended)]);
    assert_eq!(canvas.enrollments()[0].state, "active");
    let deleted = format!("{USERS}U2,anne,B,,deleted\n");
    import(&canvas, "skip_deletes=1", &[("users.csv", &deleted)]);
    assert_eq!(canvas.record(Class::Login, "U2").unwrap().state, "suspended");
    import(&canvas, "", &[("users.csv", &deleted)]);
    assert_eq!(canvas.enrollments()[0].state, "deleted");
}

#[test]
fn diffs_choose_their_base_and_are_blind_to_other_changes() {
    let canvas = start();
    let file = |names: &[&str]| {
        let rows: String = names
            .iter()
            .map(|name| format!("{name},{name},{name},,active\n"))
            .collect();
        USERS.to_owned() + &rows
    };
    let diff = "diffing_data_set_identifier=a&change_threshold=60";
    let first = import(&canvas, diff, &[("users.csv", &file(&["U1", "U2", "U3"]))]);
    assert_eq!(first["diffed_against_import_id"], Value::Null);
    canvas.edit_in_ui("U1", "status", "deleted");
    let second = import(&canvas, diff, &[("users.csv", &file(&["U1", "U2"]))]);
    assert_eq!(
        (
            &second["diffed_against_import_id"],
            &second["data"]["counts"]["users"]
        ),
        (&json!(1), &json!(1))
    );
    assert_eq!(canvas.record(Class::Login, "U3").unwrap().state, "deleted");
    assert_eq!(
        canvas.record(Class::Login, "U1").unwrap().state,
        "deleted",
        "the diff does not see it"
    );
    for _ in 0..5 {
        let many: Vec<String> = (0..50).map(|at| format!("M{at}")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let over = import(&canvas, diff, &[("users.csv", &file(&many))]);
        assert_eq!(over["diffing_threshold_exceeded"], true);
        assert_eq!(over["workflow_state"], "imported_with_messages");
    }
    let sixth = import(&canvas, diff, &[("users.csv", &file(&["U1"]))]);
    assert_eq!(sixth["workflow_state"], "failed_with_messages");
    let remaster = format!("{diff}&diffing_remaster_data_set=true");
    import(&canvas, &remaster, &[("users.csv", &file(&["U1", "U2"]))]);
    let empty = import(&canvas, diff, &[("users.csv", &file(&["U1", "U2"]))]);
    assert_eq!(
        (&empty["workflow_state"], &empty["diffed_against_import_id"]),
        (&json!("imported"), &json!(9))
    );
    assert_eq!(empty["data"]["counts"]["users"], 0);
}

#[test]
fn batches_sweep_within_their_threshold() {
    let canvas = start();
    let courses = |ids: &[&str]| {
        let rows: String = ids
            .iter()
            .map(|id| format!("{id},{id},{id},T1,active\n"))
            .collect();
        "course_id,short_name,long_name,term_id,status\n".to_owned() + &rows
    };
    let term = ("t.csv", "term_id,name,status\nT1,Spring,active\n");
    let refused = send(&canvas, "batch_mode=1&batch_mode_term_id=sis_term_id:T1", &[term]);
    let text = "Batch mode specified, but the given batch_mode_term_id cannot be found.";
    assert_eq!(
        (refused.status().as_u16(), refused.json().ok()),
        (400, Some(json!({"message": text})))
    );
    import(
        &canvas,
        "",
        &[term, ("c.csv", &courses(&["C1", "C2", "C3", "C4"]))],
    );
    let batch = "batch_mode=1&batch_mode_term_id=sis_term_id:T1&change_threshold=50";
    let over = import(&canvas, batch, &[("c.csv", &courses(&["C1"]))]);
    assert_eq!(over["workflow_state"], "aborted");
    assert!(canvas.record(Class::Course, "C4").unwrap().is_live());
    let done = import(&canvas, batch, &[("c.csv", &courses(&["C1", "C2"]))]);
    assert_eq!(done["data"]["counts"]["batch_courses_deleted"], 2);
    assert!(!canvas.record(Class::Course, "C4").unwrap().is_live());
}

#[test]
fn imports_go_one_by_one_and_can_be_aborted() {
    let canvas = Canvas::builder()
        .pace(Pace::Every(Duration::from_secs(60)))
        .start_blocking()
        .unwrap();
    let users = format!("{USERS}U1,anne,A,,active\n");
    for _ in 0..3 {
        send(&canvas, "", &[("users.csv", &users)]);
    }
    canvas.advance(Duration::from_secs(61));
    assert_eq!(canvas.import_states(), ["importing", "created", "created"]);
    let running: Value = get(&canvas, "accounts/self/sis_imports/importing")
        .json()
        .unwrap();
    assert_eq!(running["sis_imports"][0]["id"], 1);
    let abort = format!("{}/api/v1/accounts/self/sis_imports/1/abort", canvas.url());
    client().put(abort).bearer_auth(TOKEN).send().unwrap();
    canvas.advance(Duration::from_secs(500));
    assert_eq!(
        canvas.import_states(),
        ["aborted", "created", "created"],
        "the next waits ten minutes"
    );
    canvas.advance(Duration::from_secs(230));
    assert_eq!(canvas.import_states(), ["aborted", "imported", "created"]);
}

#[test]
fn pages_have_opaque_links_and_no_last() {
    let canvas = Canvas::builder().large_ids().start_blocking().unwrap();
    let rows: String = (0..150).map(|at| format!("U{at},u{at},N,,active\n")).collect();
    import(&canvas, "", &[("users.csv", &(USERS.to_owned() + &rows))]);
    let mut next = Some(format!(
        "{}/api/v1/accounts/self/users?per_page=500",
        canvas.url()
    ));
    let mut sizes = Vec::new();
    while let Some(url) = next {
        let page = client().get(url).bearer_auth(TOKEN).send().unwrap();
        let links = page.headers()["link"].to_str().unwrap().to_owned();
        assert!(!links.contains("rel=\"last\""));
        next = links
            .split(',')
            .find(|link| link.contains("rel=\"next\""))
            .map(|link| {
                link.split_once('<')
                    .unwrap()
                    .1
                    .split_once('>')
                    .unwrap()
                    .0
                    .to_owned()
            });
        sizes.push(page.json::<Value>().unwrap().as_array().unwrap().len());
    }
    assert_eq!(sizes, [100, 51]);
    assert_eq!(get(&canvas, "accounts/self/users?page=2").status(), 400);
    let strings = client()
        .get(format!("{}/api/v1/users/sis_user_id:U1", canvas.url()))
        .bearer_auth(TOKEN)
        .header("Accept", "application/json+canvas-string-ids")
        .send()
        .unwrap();
    assert!(strings.json::<Value>().unwrap()["id"].as_str().unwrap().len() > 16);
}

#[test]
fn sis_ids_come_encoded_and_only_to_those_who_may_see_them() {
    let few = Permissions {
        read_sis: false,
        import_sis: false,
        manage_sis: false,
        read: true,
    };
    let canvas = Canvas::builder().token("few", few).start_blocking().unwrap();
    import(
        &canvas,
        "",
        &[("users.csv", &format!("{USERS}NO/7.a,anne,A,,active\n"))],
    );
    let found = get(&canvas, "users/sis_user_id:NO%2F7%2Ea");
    assert_eq!(found.json::<Value>().unwrap()["sis_user_id"], "NO/7.a");
    let missing = get(&canvas, "users/sis_user_id:NO%2F7.a");
    assert_eq!(missing.status(), 404);
    let ask = |token: &str, path: &str| {
        client()
            .get(format!("{}/api/v1/{path}", canvas.url()))
            .bearer_auth(token)
            .send()
            .unwrap()
    };
    let plain: Value = ask("few", "users/sis_login_id:anne").json().unwrap();
    assert!(plain.get("sis_user_id").is_none());
    let refused = ask("few", "accounts/self/sis_imports");
    assert_eq!(refused.status(), 401);
    assert!(refused.headers().get("www-authenticate").is_none());
    let unknown = ask("wrong", "accounts/self");
    assert_eq!(unknown.status(), 401);
    assert!(unknown.headers().get("www-authenticate").is_some());
    assert_eq!(
        unknown.json::<Value>().unwrap(),
        json!({"errors": [{"message": "Invalid access token."}]})
    );
}

#[test]
fn too_many_requests_get_403_until_the_bucket_leaks() {
    let limit = RateLimit {
        quota: 100.0,
        leak: 1.0,
        cost: 40.0,
        preflight: 0.0,
    };
    let canvas = Canvas::builder()
        .rate_limit(Some(limit))
        .start_blocking()
        .unwrap();
    for _ in 0..3 {
        assert_eq!(get(&canvas, "accounts/self").status(), 200);
    }
    let refused = get(&canvas, "accounts/self");
    assert_eq!(refused.status(), 403);
    assert!(
        refused
            .text()
            .unwrap()
            .contains("403 Forbidden (Rate Limit Exceeded)")
    );
    canvas.advance(Duration::from_secs(60));
    let answer = get(&canvas, "accounts/self");
    assert_eq!(answer.status(), 200);
    assert!(answer.headers().contains_key("x-rate-limit-remaining"));
}

#[test]
fn requests_that_make_no_sense_are_refused() {
    let canvas = start();
    let url = format!("{}/api/v1/accounts/self/sis_imports", canvas.url());
    let form = multipart::Form::new().text("import_type", "instructure_csv");
    let refused = client()
        .post(&url)
        .bearer_auth(TOKEN)
        .multipart(form)
        .send()
        .unwrap();
    assert_eq!(refused.status(), 400);
    assert_eq!(
        refused.json::<Value>().unwrap(),
        json!({"error": true, "error_message": "Missing attachment"})
    );
    let raw = |kind: &str| {
        client()
            .post(&url)
            .bearer_auth(TOKEN)
            .header("Content-Type", kind)
            .body("user_id,login_id")
    };
    assert_eq!(raw("text/csv; charset=latin1").send().unwrap().status(), 400);
    assert_eq!(raw("text/csv; charset=utf-8").send().unwrap().status(), 200);
    let users = format!("{USERS}U1,a,A,,active\n");
    for query in [
        "diffing_drop_status=gone",
        "multi_term_batch_mode=1",
        "diffing_user_remove_status=completed",
    ] {
        assert_eq!(
            send(&canvas, query, &[("users.csv", &users)]).status(),
            400,
            "{query}"
        );
    }
    import(
        &canvas,
        "",
        &[(
            "a.csv",
            "account_id,parent_account_id,name,status\nA1,,School,active\n",
        )],
    );
    let below = format!("{}/api/v1/accounts/sis_account_id:A1/sis_imports", canvas.url());
    let refused = client().post(below).bearer_auth(TOKEN).body("x").send().unwrap();
    let text = "SIS imports can only be executed on root accounts";
    assert_eq!(
        (refused.status().as_u16(), refused.json().ok()),
        (400, Some(json!({"errors": [text]})))
    );
}

#[test]
fn sis_ids_change_before_anything_else() {
    let canvas = start();
    import(
        &canvas,
        "",
        &[("users.csv", &format!("{USERS}U1,anne,A,,active\n"))],
    );
    let done = import(
        &canvas,
        "",
        &[
            ("users.csv", &format!("{USERS}N1,anne,Anne,,active\n")),
            ("change.csv", "old_id,new_id,type\nU1,N1,user\nU9,N9,user\n"),
        ],
    );
    assert_eq!(done["data"]["counts"]["error_count"], 0);
    assert_eq!(
        canvas.record(Class::User, "N1").unwrap().text("name"),
        Some("Anne")
    );
    assert_eq!(canvas.import_messages(2).len(), 1);
}

#[test]
fn a_hundred_thousand_rows_are_no_trouble() {
    let canvas = start();
    let mut users = USERS.to_owned();
    for at in 0..100_000 {
        writeln!(users, "U{at},login{at},Name {at},u{at}@school.example,active").unwrap();
    }
    let done = import(&canvas, "", &[("users.csv", &users)]);
    assert_eq!(
        (&done["workflow_state"], &done["data"]["counts"]["users"]),
        (&json!("imported"), &json!(100_000))
    );
}

#[test]
fn columns_and_values_are_those_of_the_published_tables() {
    let folder = std::env::var_os("SAMKLANG_SCHEMAS").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas"),
        PathBuf::from,
    );
    let Ok(text) = std::fs::read_to_string(folder.join("canvas/sis_csv_columns.json")) else {
        println!(
            "no schemas in {}: columns were not checked; set SAMKLANG_SCHEMAS",
            folder.display()
        );
        return;
    };
    let published: Value = serde_json::from_str(&text).unwrap();
    let files = published["files"].as_object().unwrap();
    assert_eq!(files.len(), FILE_TYPES.len());
    for kind in &FILE_TYPES {
        let file = &files[kind.file];
        let flags = |flags: &str| {
            if flags.starts_with("any") {
                flags.to_owned()
            } else {
                flags.replace('e', "")
            }
        };
        let theirs: BTreeMap<&str, String> = file["columns"]
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, f)| (name.as_str(), flags(f.as_str().unwrap())))
            .collect();
        let ours: BTreeMap<&str, String> = kind
            .columns
            .iter()
            .map(|&(name, flags)| (name, flags.to_owned()))
            .collect();
        assert_eq!(ours, theirs, "{}", kind.file);
        let mut values = json!(kind.values.iter().copied().collect::<BTreeMap<_, _>>());
        if kind.name == "enrollment" {
            values["role"] = file["enums"]["role"].clone();
        }
        assert_eq!(&values, file.get("enums").unwrap_or(&json!({})), "{}", kind.file);
    }
    let order = published["import_order"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str);
    let known: Vec<&str> = order
        .filter(|name| FILE_TYPES.iter().any(|kind| kind.name == *name))
        .collect();
    let ours: Vec<&str> = FILE_TYPES
        .iter()
        .map(|kind| kind.name)
        .take(known.len())
        .collect();
    assert_eq!(ours, known);
}
