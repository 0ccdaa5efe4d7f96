//! Which object stands for which entity: rules, situations, cases, and what persons decide.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use samklang_core::Value;
use samklang_core::catalogue::{Entity, EntityKind, ObjectRef};
use samklang_core::matching::{CaseKind, CaseRecord, CaseState, Choice};
use samklang_core::port::{Cases as _, Store as _};
use samklang_cycle::Ended;
use samklang_store::Answered;
use uuid::Uuid;
use world::World;

/// Persons with the given rules.
fn persons(rules: &str) -> String {
    format!(
        r#"
[inbound.person]
entity = "person"
{rules}
[inbound.person.attributes]
display_name = "{{{{ name }}}}"
email = "{{{{ mail }}}}"
national_id = "{{{{ number }}}}"
"#
    )
}

const ROOM: &str = r#"
[outbound.person]
entity = "person"
key = "{{ id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
"#;

/// A school whose persons match by number, and a payroll with these rules.
async fn world(rules: &str) -> World {
    World::of(world::tenant(
        &persons(r#"match = ["national_id"]"#),
        &persons(rules),
        ROOM,
    ))
    .await
}

fn person(world: &World, system: &str, key: &str, name: &str, number: &str, mail: &str) {
    let mut attributes = vec![("name", name)];
    attributes.extend(
        [("number", number), ("mail", mail)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty()),
    );
    world.put(system, "person", key, &attributes);
}

async fn run(world: &World) {
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done);
}

fn object(system: &str, key: &str) -> ObjectRef {
    ObjectRef {
        connection: system.to_owned(),
        class: "person".to_owned(),
        key: key.to_owned(),
    }
}

/// The entity that an object stands for, and why.
async fn stands_for(world: &World, system: &str, key: &str) -> Option<(Uuid, String)> {
    let links = world.store().await.links(&[object(system, key)]).await.unwrap();
    links.into_iter().next().map(|link| (link.entity, link.rule))
}

async fn entity(world: &World, system: &str, key: &str) -> Uuid {
    stands_for(world, system, key).await.unwrap().0
}

async fn open(world: &World) -> Vec<CaseRecord> {
    world.store().await.cases(&[CaseState::Open], 99).await.unwrap()
}

async fn the_case(world: &World) -> CaseRecord {
    let mut cases = open(world).await;
    assert_eq!(cases.len(), 1, "{cases:?}");
    cases.remove(0)
}

async fn events(world: &World, entity: Uuid) -> Vec<String> {
    let journal = world.store().await.journal(entity, 99).await.unwrap();
    journal.into_iter().map(|entry| entry.event).rev().collect()
}

fn decided(choice: Choice, entity: Option<Uuid>) -> Answered<'static> {
    Answered {
        choice,
        entity,
        who: "anna",
        reason: "I know them",
        at: 7,
    }
}

async fn decide(world: &World, choice: Choice, entity: Option<Uuid>) {
    let case = the_case(world).await;
    let done = world
        .store()
        .await
        .decide_case(&case, &case.object, &decided(choice, entity), None)
        .await
        .unwrap();
    assert!(done);
}

async fn entities(world: &World, ids: &[Uuid]) -> Vec<Entity> {
    world.store().await.entities(ids).await.unwrap()
}

#[tokio::test]
async fn what_differs_in_case_alone_is_asked_and_not_merged() {
    let world = world(r#"match = ["email"]"#).await;
    person(&world, "school", "1", "Carlos", "n1", "Carlos@x");
    person(&world, "payroll", "9", "Carlos P", "", "carlos@x");
    person(&world, "payroll", "8", "Bo", "", "bo@x");
    run(&world).await;
    let case = the_case(&world).await;
    assert_eq!((case.kind, case.object.key.as_str()), (CaseKind::NearMiss, "9"));
    let candidate = &case.candidates[0];
    assert!(candidate.near);
    assert_eq!(
        (candidate.rule.as_str(), candidate.name.as_str()),
        ("email", "Carlos")
    );
    let differs: Vec<&str> = candidate
        .differs
        .iter()
        .map(|one| one.attribute.as_str())
        .collect();
    assert_eq!(differs, ["display_name", "email"]);
    assert_eq!(stands_for(&world, "payroll", "9").await, None);
    assert!(
        stands_for(&world, "payroll", "8").await.is_some(),
        "the rest goes on"
    );
    assert_eq!(world.objects("room").len(), 2, "no second Carlos was made");
    run(&world).await;
    assert_eq!(the_case(&world).await, case, "it is asked once");
}

#[tokio::test]
async fn a_rule_may_fold() {
    let world = world(r#"match = [{ by = "display_name", fold = true }]"#).await;
    person(&world, "school", "1", "Bjørn Kjær", "n1", "");
    person(&world, "payroll", "9", "BJOERN KJAER", "", "b@x");
    run(&world).await;
    let (id, rule) = stands_for(&world, "payroll", "9").await.unwrap();
    assert_eq!(id, entity(&world, "school", "1").await);
    assert_eq!(rule, "matched:display_name, folded");
}

#[tokio::test]
async fn rules_are_tried_in_order_over_what_other_sources_say() {
    // The school does not match by mail, yet its mail is found.
    let world = world(r#"match = ["national_id", { by = ["display_name", "email"] }]"#).await;
    person(&world, "school", "1", "Kari", "n1", "kari@x");
    person(&world, "school", "2", "Kari", "n2", "other@x");
    person(&world, "payroll", "8", "Somebody", "n2", "");
    person(&world, "payroll", "9", "Kari", "n9", "kari@x");
    run(&world).await;
    let (by_number, rule) = stands_for(&world, "payroll", "8").await.unwrap();
    assert_eq!(by_number, entity(&world, "school", "2").await);
    assert_eq!(rule, "matched:national_id");
    let (by_both, rule) = stands_for(&world, "payroll", "9").await.unwrap();
    assert_eq!(by_both, entity(&world, "school", "1").await);
    assert_eq!(rule, "matched:display_name+email");
}

#[tokio::test]
async fn each_answer_of_a_rule_is_followed() {
    for (rules, linked, case) in [
        (r#"match = ["email"]"#, true, None),
        (
            r#"match = ["email"]
            unmatched = "ignore""#,
            false,
            None,
        ),
        (
            r#"match = ["email"]
            unmatched = "case""#,
            false,
            Some(CaseKind::Absent),
        ),
        (
            r#"match = [{ by = "email", none = "ignore" }, "display_name"]"#,
            false,
            None,
        ),
        (
            r#"match = [{ by = "email", none = "case" }, "display_name"]"#,
            false,
            Some(CaseKind::Absent),
        ),
        (
            r#"match = [{ by = "email", none = "create" }, { by = "display_name", one = "case" }]"#,
            true,
            None,
        ),
        (
            r#"match = ["email", { by = "display_name", one = "case" }]"#,
            false,
            Some(CaseKind::Found),
        ),
    ] {
        let world = world(rules).await;
        person(&world, "school", "1", "Kari", "n1", "kari@x");
        person(&world, "payroll", "9", "Kari", "", "unheard-of@x");
        run(&world).await;
        assert_eq!(
            stands_for(&world, "payroll", "9").await.is_some(),
            linked,
            "{rules}"
        );
        let kinds: Vec<CaseKind> = open(&world).await.iter().map(|case| case.kind).collect();
        assert_eq!(kinds, Vec::from_iter(case), "{rules}");
    }
}

#[tokio::test]
async fn several_are_a_case_until_the_ground_goes_away() {
    let world = world(r#"match = ["email"]"#).await;
    person(&world, "school", "1", "Kari", "n1", "shared@x");
    person(&world, "school", "2", "Ola", "n2", "shared@x");
    person(&world, "payroll", "9", "Kari", "n9", "shared@x");
    run(&world).await;
    let case = the_case(&world).await;
    assert_eq!((case.kind, case.candidates.len()), (CaseKind::Ambiguous, 2));
    assert!(
        case.candidates
            .iter()
            .any(|one| one.agrees.contains(&"display_name".to_owned()))
    );
    let number = case.candidates[0]
        .differs
        .iter()
        .find(|one| one.attribute == "national_id")
        .unwrap();
    assert_eq!(
        (number.object.as_str(), number.candidate.as_str()),
        (Some("••••••"), Some("••••••"))
    );
    person(&world, "school", "2", "Ola", "n2", "ola@x");
    run(&world).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(
        entity(&world, "payroll", "9").await,
        entity(&world, "school", "1").await
    );
    let withdrawn = world.store().await.case(case.id).await.unwrap().unwrap();
    assert_eq!(withdrawn.state, CaseState::Withdrawn);
}

#[tokio::test]
async fn a_person_decides_a_case() {
    for choice in [Choice::Link, Choice::Create, Choice::Ignore] {
        let world = world(r#"match = ["email"]"#).await;
        person(&world, "school", "1", "Carlos", "n1", "Carlos@x");
        person(&world, "payroll", "9", "Carlos P", "", "carlos@x");
        run(&world).await;
        let carlos = entity(&world, "school", "1").await;
        let case = the_case(&world).await;
        decide(&world, choice, (choice == Choice::Link).then_some(carlos)).await;
        for _ in 0..2 {
            run(&world).await;
            assert_eq!(open(&world).await, [], "{choice:?}");
            let stands_for = stands_for(&world, "payroll", "9").await;
            match choice {
                Choice::Link => assert_eq!(stands_for, Some((carlos, "decided:anna".to_owned()))),
                Choice::Create => {
                    let (id, rule) = stands_for.unwrap();
                    assert_ne!(id, carlos);
                    assert_eq!(rule, "decided:new");
                }
                _ => assert_eq!(stands_for, None),
            }
        }
        let kept = world.store().await.case(case.id).await.unwrap().unwrap();
        assert_eq!(
            (kept.state, kept.choice, kept.who.as_deref()),
            (CaseState::Decided, Some(choice), Some("anna"))
        );
        if choice == Choice::Link {
            assert_eq!(
                events(&world, carlos).await,
                ["created", "linked", "changed"][..2]
            );
        }
        if choice == Choice::Ignore {
            // An answer is for the candidates that the person saw.
            person(&world, "school", "2", "Carla", "n2", "CARLOS@x");
            run(&world).await;
            run(&world).await;
            assert_eq!(the_case(&world).await.candidates.len(), 2);
        }
    }
}

#[tokio::test]
async fn what_a_person_links_and_separates_stays_so() {
    let world = world(r#"match = ["national_id"]"#).await;
    person(&world, "school", "1", "Kari", "n1", "k@x");
    person(&world, "payroll", "9", "Kari", "n1", "");
    person(&world, "payroll", "8", "Ola", "n8", "");
    run(&world).await;
    let kari = entity(&world, "school", "1").await;
    let ola = entity(&world, "payroll", "8").await;
    assert_eq!(entity(&world, "payroll", "9").await, kari);
    let store = world.store().await;
    store
        .rule(&object("payroll", "9"), &decided(Choice::Apart, Some(kari)))
        .await
        .unwrap();
    store
        .rule(&object("payroll", "8"), &decided(Choice::Link, Some(kari)))
        .await
        .unwrap();
    drop(store);
    for _ in 0..2 {
        run(&world).await;
        let apart = entity(&world, "payroll", "9").await;
        assert!(apart != kari && apart != ola, "no rule links them again");
        assert_eq!(entity(&world, "payroll", "8").await, kari);
    }
    assert_eq!(
        events(&world, kari)
            .await
            .iter()
            .filter(|event| *event == "unlinked")
            .count(),
        1
    );
    assert_eq!(
        events(&world, kari)
            .await
            .iter()
            .filter(|event| *event == "linked")
            .count(),
        1
    );
    assert_eq!(world.objects("room").len(), 2);
    // An object that made an entity and is separated from it gets another one.
    let store = world.store().await;
    store
        .rule(&object("school", "1"), &decided(Choice::Apart, Some(kari)))
        .await
        .unwrap();
    drop(store);
    run(&world).await;
    assert_ne!(entity(&world, "school", "1").await, kari);
    // And a later word takes an earlier one back.
    let store = world.store().await;
    store
        .rule(&object("school", "1"), &decided(Choice::Link, Some(kari)))
        .await
        .unwrap();
    drop(store);
    run(&world).await;
    assert_eq!(entity(&world, "school", "1").await, kari);
}

#[tokio::test]
async fn a_new_key_for_the_same_person_keeps_the_entity() {
    for in_one_import in [true, false] {
        let world = world("").await;
        person(&world, "school", "old", "Kari", "n1", "");
        person(&world, "school", "2", "Ola", "n2", "");
        run(&world).await;
        let kari = entity(&world, "school", "old").await;
        world.applied();
        world.take("school", "person", "old");
        if !in_one_import {
            run(&world).await;
            assert_eq!(world.applied().len(), 1, "she is gone from the target");
        }
        person(&world, "school", "new", "Kari", "n1", "");
        run(&world).await;
        assert_eq!(entity(&world, "school", "new").await, kari);
        let journal = world.store().await.journal(kari, 99).await.unwrap();
        let rekeyed = journal.iter().find(|entry| entry.event == "rekeyed").unwrap();
        assert_eq!(rekeyed.detail["from"], "school/person/old");
        assert_eq!(rekeyed.detail["to"], "school/person/new");
        assert!(!rekeyed.detail.to_string().contains("n1"));
        if in_one_import {
            assert_eq!(world.applied(), [], "nothing that counts has changed");
        }
    }
}

#[tokio::test]
async fn a_key_that_overlaps_is_asked_until_the_old_one_is_gone() {
    let world = world("").await;
    person(&world, "school", "old", "Kari", "n1", "");
    person(&world, "school", "2", "Ola", "n2", "");
    run(&world).await;
    let kari = entity(&world, "school", "old").await;
    person(&world, "school", "new", "Kari", "n1", "");
    run(&world).await;
    assert_eq!(the_case(&world).await.kind, CaseKind::LinkedToAnother);
    world.take("school", "person", "old");
    run(&world).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(entity(&world, "school", "new").await, kari);
    assert!(events(&world, kari).await.contains(&"rekeyed".to_owned()));
}

#[tokio::test]
async fn a_temporary_number_becomes_the_real_one() {
    // Under its own key the pupil simply has another number.
    let world = world(r#"match = ["national_id"]"#).await;
    person(&world, "school", "1", "Amina", "150310999999", "");
    run(&world).await;
    let amina = entity(&world, "school", "1").await;
    person(&world, "school", "1", "Amina", "15031054321", "");
    person(&world, "payroll", "9", "Amina", "15031054321", "");
    run(&world).await;
    run(&world).await;
    assert_eq!(
        entity(&world, "payroll", "9").await,
        amina,
        "she is found by the new number at once"
    );
    assert_eq!(world.objects("room").len(), 1);
}

#[tokio::test]
async fn a_number_that_turns_out_to_be_anothers_is_asked() {
    let world = world(r#"match = ["national_id"]"#).await;
    person(&world, "school", "1", "Amina", "150310999999", "");
    person(&world, "payroll", "9", "Amina A", "15031054321", "");
    run(&world).await;
    let (temporary, real) = (
        entity(&world, "school", "1").await,
        entity(&world, "payroll", "9").await,
    );
    assert_ne!(temporary, real);
    person(&world, "school", "1", "Amina", "15031054321", "");
    for _ in 0..2 {
        run(&world).await;
        let case = the_case(&world).await;
        assert_eq!(
            (case.kind, case.candidates[0].entity),
            (CaseKind::Twin, Some(real))
        );
        assert_eq!(
            entity(&world, "school", "1").await,
            temporary,
            "the link stays until somebody decides"
        );
    }
    decide(&world, Choice::Link, Some(real)).await;
    run(&world).await;
    assert_eq!(open(&world).await, []);
    assert_eq!(entity(&world, "school", "1").await, real);
    assert_eq!(world.objects("room").len(), 1);
    let gone = entities(&world, &[temporary]).await;
    assert_eq!(gone[0].state, samklang_core::catalogue::EntityState::Gone);
}

#[tokio::test]
async fn a_changed_rule_is_for_everybody_at_once() {
    let mut world = world(
        r#"match = ["national_id"]
unmatched = "ignore""#,
    )
    .await;
    person(&world, "school", "1", "Kari", "n1", "kari@x");
    person(&world, "payroll", "9", "Kari", "", "kari@x");
    run(&world).await;
    assert_eq!(stands_for(&world, "payroll", "9").await, None);
    world.tenant = world::tenant(
        &persons(r#"match = ["national_id"]"#),
        &persons(r#"match = ["email"]"#),
        ROOM,
    );
    run(&world).await;
    assert_eq!(
        entity(&world, "payroll", "9").await,
        entity(&world, "school", "1").await
    );
}

#[tokio::test]
async fn no_identity_number_stands_in_the_index() {
    let world = world("").await;
    person(&world, "school", "1", "Kari", "01017012345", "");
    run(&world).await;
    let store = world.store().await;
    let found = store.find_entities("01017012345", 9).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        found[0].values["national_id"],
        Value::Text("01017012345".to_owned())
    );
    let held = store
        .candidates(EntityKind::Person, "national_id", &["01017012345".to_owned()])
        .await
        .unwrap();
    assert!(held.is_empty(), "it is kept as a hash");
}
