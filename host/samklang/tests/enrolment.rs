//! What `samklang enrol` shows, called as a person calls it.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::path::Path;
use std::process::Command;

use samklang_core::enrolment::{Category, EnrolmentResult, Finding, Numbers, Reason};
use samklang_core::key::{Keyring, TenantKey};
use samklang_core::port::Enrolments as _;
use samklang_store::{Installation, Worker};

/// Runs the program; answers its exit code and what it shows.
fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_samklang"))
        .args(arguments)
        .current_dir(folder)
        .env("SAMKLANG_HOME", folder.join("home"))
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap();
    let shown = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(shown).unwrap())
}

fn finding(category: Category, reason: Reason, name: &str, key: &str) -> Finding {
    Finding {
        category,
        class: "users".to_owned(),
        name: name.to_owned(),
        target_key: Some(key.to_owned()),
        source_key: None,
        reason,
        target: None,
        source: None,
        needs_attention: category == Category::UserNotSyncable,
    }
}

fn result(blocking: bool) -> EnrolmentResult {
    let mut findings = vec![finding(
        Category::UserNotSyncable,
        Reason::UserOnlyInTarget,
        "Nils Berg",
        "a9",
    )];
    if blocking {
        findings.push(Finding {
            target: Some("team".to_owned()),
            source: Some("afdeling".to_owned()),
            ..finding(Category::UnitBlocking, Reason::UnitTypeDiffers, "Team Nord", "c7")
        });
    }
    EnrolmentResult {
        units: Numbers {
            checked: 212,
            ok: 212 - u64::from(blocking),
            blocking: u64::from(blocking),
            needs_attention: 0,
        },
        users: Numbers {
            checked: 840,
            ok: 839,
            blocking: 1,
            needs_attention: 1,
        },
        findings,
        ground: "g".to_owned(),
    }
}

/// A tenant's folder, and the keys that its data is kept with.
fn place() -> (tempfile::TempDir, Keyring) {
    let folder = tempfile::tempdir().unwrap();
    let (code, shown) = run(folder.path(), &["init", "nordvik"]);
    assert_eq!(code, 0, "{shown}");
    let key = std::fs::read_to_string(folder.path().join("nordvik/tenant.key")).unwrap();
    let key = TenantKey::parse(&key).unwrap();
    (folder, Keyring::new(key, Vec::new()))
}

async fn keep(folder: &Path, keys: &Keyring, outcome: &Result<EnrolmentResult, String>) {
    std::fs::create_dir_all(folder.join("home")).unwrap();
    let url = format!("sqlite:{}", folder.join("home/samklang.db").display());
    let installation = Installation::open(&url, Worker::new("test")).await.unwrap();
    let store = installation.tenant("nordvik", keys).await.unwrap();
    store.keep_check("canvas", 0, 61_000, outcome).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_is_read_by_category_and_tells_the_way_on() {
    let (folder, keys) = place();
    let show = |more: &[&str]| {
        run(
            folder.path(),
            &[&["enrol", "show", "nordvik", "canvas"], more].concat(),
        )
    };
    let (code, shown) = show(&[]);
    assert_eq!(code, 0, "{shown}");
    assert_eq!(
        shown,
        "canvas is not enrolled; nothing is written to it\nit has not been checked: samklang enrol check nordvik canvas\n"
    );
    keep(folder.path(), &keys, &Ok(result(true))).await;
    let (_, shown) = show(&[]);
    let from = shown.find("CHECKED").unwrap();
    let lines: Vec<&str> = shown[from..].lines().map(str::trim_end).collect();
    assert_eq!(
        lines.join("\n"),
        "\
CHECKED CORRESPOND DO NOT
units     212        211      1
users     840        839      1

units that stand in the way
NAME      KEY WHY              TARGET SOURCE
Team Nord c7  its type differs team   afdeling

users who are left out
NAME      KEY WHY                                          TARGET SOURCE
Nils Berg a9  only the target has it; active in the target

canvas cannot be enrolled yet: have the units corrected in the source or in the target, then check again: samklang enrol check nordvik canvas"
    );
    let (_, shown) = show(&["--category", "unit_blocking"]);
    assert!(
        shown.contains("Team Nord") && !shown.contains("Nils Berg"),
        "{shown}"
    );
    let (_, json) = show(&["--json", "--category", "user_not_syncable"]);
    let document: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(document["check"]["enrollable"], false);
    assert_eq!(document["check"]["findings"].as_array().unwrap().len(), 1);
    assert_eq!(document["check"]["findings"][0]["reason"], "user_only_in_target");
    assert_eq!(document["check"]["users"]["needs_attention"], 1);

    keep(folder.path(), &keys, &Ok(result(false))).await;
    let (_, shown) = show(&[]);
    for part in [
        "1 users would be left out, 1 of them active in the target; wait if they shall keep their access",
        "It is final: samklang enrol confirm nordvik canvas --acknowledge 1 --final --reason TEXT",
    ] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    keep(folder.path(), &keys, &Err("canvas: the line is dead".to_owned())).await;
    let (_, shown) = show(&[]);
    assert!(
        shown.contains("failed: canvas: the line is dead") && !shown.contains("can be enrolled"),
        "{shown}"
    );
}

#[test]
fn nobody_confirms_by_accident() {
    let (folder, _) = place();
    let (code, shown) = run(
        folder.path(),
        &["enrol", "confirm", "nordvik", "canvas", "--reason", "agreed"],
    );
    assert_eq!(code, 2, "{shown}");
    assert!(
        shown.contains("enrolment of canvas is final: it cannot be undone"),
        "{shown}"
    );
    let (code, shown) = run(folder.path(), &["enrol", "undo", "nordvik", "canvas"]);
    assert_eq!(code, 2, "{shown}");
    assert!(shown.contains("unrecognized subcommand"), "{shown}");
}
