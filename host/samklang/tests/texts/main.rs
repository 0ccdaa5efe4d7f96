//! What the program prints of a tenant whose night did not go smoothly, held against the texts beside this file. Whoever changes a text sees
//! it in the difference; `SAMKLANG_TEXTS=write` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

#[path = "../../../cycle/tests/world/mod.rs"]
mod world;

use std::path::Path;
use std::process::Command;

use samklang_core::Value;
use samklang_core::connector::Action;
use samklang_core::reconcile::Override;
use samklang_store::{Installation, Worker};
use world::World;

/// Holds a text against what is kept under that name.
#[track_caller]
fn told(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/texts/{name}.txt"));
    if std::env::var("SAMKLANG_TEXTS").is_ok_and(|word| word == "write") {
        std::fs::write(&path, text).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        text,
        kept,
        "{} says something else; when that is meant, SAMKLANG_TEXTS=write writes it anew",
        path.display()
    );
}

/// Calls the program in a folder; answers the command and what it printed.
fn called(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_samklang"))
        .args(arguments)
        .current_dir(folder)
        .env("SAMKLANG_HOME", folder.join("home"))
        .env("TZ", "UTC")
        .env("COLUMNS", "120")
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap();
    let printed = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
    format!(
        "$ samklang {}\n{}{}\n",
        arguments.join(" "),
        printed[0],
        printed[1]
    )
}

const PAYROLL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id", "email"]
[inbound.person.attributes]
display_name = "{{ name }}"
email = "{{ mail }}"
national_id = "{{ number }}"
"#;

/// A tenant's folder, and a world whose truth lies in its database: two sources and a target, after a night in which one object was refused,
/// one matched but for its spelling, and somebody set a name by hand.
async fn nordvik(folder: &Path) -> World {
    called(folder, &["init", "nordvik"]);
    std::fs::write(folder.join("nordvik/tenant.key"), "07".repeat(32) + "\n").unwrap();
    std::fs::create_dir_all(folder.join("home")).unwrap();
    let mut world = World::of(world::tenant(world::SCHOOL, PAYROLL, world::ROOM)).await;
    let url = format!("sqlite:{}", folder.join("home/samklang.db").display());
    world.installation = Installation::open(&url, Worker::new("test")).await.unwrap();
    // A day in 2026, so that times read as they would.
    world.pass(1_767_225_600_000);
    world.school(60);
    let mail = |key: &str, number: &str, mail: &str| {
        let attributes = [("name", "From Payroll"), ("number", number), ("mail", mail)];
        world.put("payroll", "person", key, &attributes);
    };
    mail("w1", "n1", "one@example.org");
    mail("w2", "n200", "Two@Example.org");
    world.put(
        "school",
        "person",
        "p2",
        &[
            ("name", "Person 2"),
            ("number", "n2"),
            ("mail", "two@example.org"),
        ],
    );
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.insert("p4".to_owned()));
    world.run().await;
    let store = world.store().await;
    let person = store.find_entities("Person 1", 99).await.unwrap();
    let person = person
        .iter()
        .find(|one| one.values["display_name"] == Value::Text("Person 1".to_owned()));
    let set = Override {
        entity: person.unwrap().id,
        attribute: "display_name".to_owned(),
        value: Value::Text("Another Name".to_owned()),
        until: None,
        who: "anna".to_owned(),
        reason: "as they wish".to_owned(),
        at: 1_767_225_600_000,
    };
    store.set_override(&set).await.unwrap();
    drop(store);
    world.run().await;
    world
}

#[tokio::test]
async fn what_a_night_that_did_not_go_smoothly_prints() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let world = nordvik(folder).await;
    let mut text = String::new();
    text += &called(folder, &["case", "list", "nordvik"]);
    text += &called(folder, &["case", "show", "nordvik", "1"]);
    text += &called(folder, &["quarantine", "list", "nordvik"]);
    text += &called(folder, &["explain", "nordvik", "one@example.org"]);
    text += &called(folder, &["explain", "nordvik", "w2"]);
    text += &called(folder, &["explain", "nordvik", "nobody"]);
    let store = world.store().await;
    let renamed = store.find_entities("Another Name", 2).await.unwrap();
    let operations = store.operations_of(renamed[0].id, 9).await.unwrap();
    let update = operations
        .iter()
        .find(|one| one.operation.action == Action::Update)
        .unwrap();
    let id = update.operation.id.clone();
    drop(store);
    text += &called(folder, &["explain", "nordvik", "--operation", &id]);
    for number in 0..30 {
        world.take("school", "person", &format!("p{number}"));
    }
    world.run().await;
    text += &called(folder, &["status", "nordvik"]);
    told("night", &text);
}
