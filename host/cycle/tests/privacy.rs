//! What a whole cycle leaves behind for whoever has the database file or reads what the program says, and how absences are explained
//! from what is kept.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

mod world;

use std::collections::BTreeSet;

use samklang_core::absence::Absence;
use samklang_cycle::{Ended, Kept, absences};
use samklang_store::{Installation, TenantStore, Wanted, Worker};
use world::World;

/// A target that takes identity numbers.
const ROOM: &str = r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
[outbound.team.attributes]
name = "{{ name }}"
[outbound.person]
entity = "person"
when = "{{ engagements }}"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
number = "{{ national_id }}"
"#;

fn number(person: u32) -> String {
    format!("0101701{person:04}")
}

/// A school of persons with identity numbers, in a store in a file.
async fn world(persons: u32) -> (World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("truth.db").display());
    let mut world = World::with("", ROOM).await;
    world.installation = Installation::open(&url, Worker::new("test")).await.unwrap();
    world.school(persons);
    for person in 0..persons {
        let key = format!("p{person}");
        let name = format!("Person {person}");
        world.put(
            "school",
            "person",
            &key,
            &[("name", &name), ("number", &number(person))],
        );
    }
    (world, folder)
}

async fn why(world: &World, store: &TenantStore, name: &str) -> Absence {
    let entity = store.find_entities(name, 2).await.unwrap().remove(0);
    let operations = store.operations_of(entity.id, 99).await.unwrap();
    let findings = store.findings(99).await.unwrap();
    let kept = Kept {
        operations: &operations,
        findings: &findings,
        cases: &[],
        stale: store.awaits_plan("room", entity.id).await.unwrap(),
    };
    let mut answers = absences(store, &world.tenant, 0, "room", &entity, &kept)
        .await
        .unwrap();
    assert_eq!(answers.len(), 1, "{answers:?}");
    answers.remove(0).1
}

/// A target whose mapping uses the name alone.
const NAMES_ONLY: &str = r#"
[outbound.person]
entity = "person"
when = "{{ engagements }}"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
"#;

#[tokio::test]
async fn a_connector_is_handed_only_what_its_mapping_uses() {
    let world = World::with("", NAMES_ONLY).await;
    world.school(12);
    for person in 0..12 {
        let name = format!("Person {person}");
        let told = [
            ("name", name.as_str()),
            ("number", &number(person)),
            ("mail", "p@example.org"),
        ];
        world.put("school", "person", &format!("p{person}"), &told);
    }
    assert_eq!(world.run().await.ended, Ended::Done);
    let kept = world.systems.with("room", |room| room.objects.clone());
    assert_eq!(kept.len(), 12);
    for ((class, key), attributes) in kept {
        let names: Vec<&String> = attributes.keys().collect();
        assert_eq!(names, ["name"], "{class}/{key}");
    }
}

#[tokio::test]
async fn no_identity_number_lies_in_the_open_after_a_full_run() {
    let (world, folder) = world(40).await;
    world.systems.with("room", |room| {
        room.misdeeds.refuses = BTreeSet::from(["p3".to_owned()]);
        room.misdeeds.echoes = true;
    });
    let mut said = String::new();
    let first = world.run().await;
    assert_eq!(first.ended, Ended::Done);
    said.push_str(&format!("{first:?}"));
    // A second night: somebody gets another number, somebody is gone.
    world.put(
        "school",
        "person",
        "p5",
        &[("name", "Person 5"), ("number", &number(999))],
    );
    world.take("school", "person", "p6");
    said.push_str(&format!("{:?}", world.run().await));
    let store = world.store().await;
    let findings = store.findings(999).await.unwrap();
    assert!(
        findings.iter().any(|finding| finding.message.contains("••••••")),
        "{findings:?}"
    );
    said.push_str(&format!("{findings:?}"));
    for entry in store.journal_entries(&Wanted::default(), 9_999).await.unwrap() {
        said.push_str(&format!("{entry:?}"));
    }
    said.push_str(&format!("{:?}", why(&world, &store, "Person 3").await));
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!(verdict.found, 0, "{verdict:?}");
    assert!(verdict.entries > 40, "{verdict:?}");
    world.installation.close().await;
    let mut octets = Vec::new();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        octets.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(octets.len() > 50_000, "the database is there");
    let kept = String::from_utf8_lossy(&octets);
    for person in (0..40).chain([999]) {
        assert!(
            !kept.contains(&number(person)),
            "the number of person {person} lies in the database"
        );
        assert!(
            !said.contains(&number(person)),
            "the number of person {person} is said"
        );
    }
    assert!(!kept.contains("Person 1"), "names are sealed as well");
}

#[tokio::test]
async fn an_absence_is_explained_by_the_first_condition_that_fails() {
    let (world, _folder) = world(6).await;
    world.systems.with("room", |room| {
        room.misdeeds.refuses = BTreeSet::from(["p3".to_owned()]);
        room.misdeeds.echoes = true;
    });
    world.take("school", "place", "p4-a");
    world.run().await;
    let store = world.store().await;
    let Absence::Present { key, .. } = why(&world, &store, "Person 1").await else {
        panic!()
    };
    assert_eq!(key, "p1");
    assert_eq!(why(&world, &store, "Person 4").await, Absence::OutOfScope);
    let refused = why(&world, &store, "Person 3").await;
    let words = refused.says();
    assert!(matches!(refused, Absence::Refused { .. }), "{refused:?}");
    assert!(
        words.contains("that name is not allowed for ••••••") && !words.contains(&number(3)),
        "{words}"
    );
    world.take("school", "person", "p1");
    world.take("school", "place", "p1-0");
    world.run().await;
    assert_eq!(why(&world, &store, "Person 1").await, Absence::Gone);
}
