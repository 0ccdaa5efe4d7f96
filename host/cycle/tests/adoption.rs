//! What a target holds already is looked at before anything is made there: a directory whose accounts are found by employee number, or else by
//! user name, and what persons decide about those that no rule can tell.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use samklang_core::Value;
use samklang_core::absence::Absence;
use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::{Action, Description, Writable};
use samklang_core::mapping::{MappingSource, Mappings};
use samklang_core::matching::{CaseKind, CaseRecord, CaseState, Choice, Side};
use samklang_core::plan::{Create, Policies, Policy, Removal, Update};
use samklang_core::port::Store as _;
use samklang_cycle::{Ended, Kept, Tenant, absences};
use samklang_store::Answered;
use uuid::Uuid;
use world::World;

const SCHOOL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
display_name = "{{ name }}"
username = "{{ mail }}"
national_id = "{{ number }}"
"#;

const RULES: &str = r#"match = ["number", "id"]"#;

/// A directory whose accounts keep their key.
fn directory() -> Description {
    let mut description = world::description();
    for class in &mut description.classes {
        for attribute in class.attributes.iter_mut().filter(|one| one.name == "id") {
            attribute.writable = Writable::OnCreate;
            attribute.required = true;
        }
    }
    description
}

/// The directory's mapping with these rules and attributes.
fn room(rules: &str, name: &str) -> String {
    format!(
        r#"
[outbound.person]
entity = "person"
key = "{{{{ username }}}}"
{rules}
[outbound.person.attributes]
name = {name}
number = "{{{{ national_id }}}}"
"#
    )
}

fn tenant(rules: &str, name: &str, policy: Policy) -> Tenant {
    let mut tenant = world::tenant(SCHOOL, "", world::ROOM);
    let source: MappingSource = toml::from_str(&room(rules, name)).unwrap();
    let outbound = Mappings::compile_outbound(&source, &directory(), &tenant.vocabulary).unwrap();
    let connection = tenant.connections.get_mut("room").unwrap();
    connection.mappings.outbound = outbound;
    connection.policy = Policies {
        all: policy,
        classes: [].into(),
    };
    tenant
}

async fn world_of(rules: &str, policy: Policy) -> World {
    let world = World::of(tenant(rules, r#""{{ display_name }}""#, policy)).await;
    world
        .systems
        .with("room", |system| system.description = Some(directory()));
    world
}

async fn world() -> World {
    world_of(RULES, Policy::default()).await
}

/// Somebody at the school.
fn pupil(world: &World, key: &str, name: &str, username: &str, number: &str) {
    world.put(
        "school",
        "person",
        key,
        &[("name", name), ("mail", username), ("number", number)],
    );
}

/// An account that is there already.
fn account(world: &World, key: &str, name: &str, number: &str) {
    let mut attributes = vec![("name", name)];
    attributes.extend(Some(("number", number)).filter(|(_, number)| !number.is_empty()));
    world.put("room", "person", key, &attributes);
}

async fn run(world: &World) -> Vec<(Action, String)> {
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done, "{report:#?}");
    let mut applied: Vec<(Action, String)> = world
        .applied()
        .into_iter()
        .map(|(action, _, key)| (action, key))
        .collect();
    applied.sort_by(|one, other| one.1.cmp(&other.1));
    applied
}

fn done(action: Action, key: &str) -> (Action, String) {
    (action, key.to_owned())
}

async fn entity(world: &World, key: &str) -> Uuid {
    let object = ObjectRef {
        connection: "school".to_owned(),
        class: "person".to_owned(),
        key: key.to_owned(),
    };
    world.store().await.links(&[object]).await.unwrap()[0].entity
}

/// The account that stands for somebody.
async fn account_of(world: &World, key: &str) -> Option<String> {
    let id = entity(world, key).await;
    let shadows = world.store().await.shadows_of("room", &[id]).await.unwrap();
    assert!(shadows.len() < 2, "{shadows:?}");
    shadows.into_iter().next().map(|shadow| shadow.key)
}

fn names(world: &World) -> Vec<(String, String)> {
    world
        .objects("room")
        .into_iter()
        .map(|((_, key), attributes)| {
            let name = attributes
                .get("name")
                .and_then(Value::as_text)
                .unwrap_or_default();
            (key, name.to_owned())
        })
        .collect()
}

async fn open(world: &World) -> Vec<CaseRecord> {
    world.store().await.cases(&[CaseState::Open], 99).await.unwrap()
}

async fn the_case(world: &World) -> CaseRecord {
    let mut cases = open(world).await;
    assert_eq!(cases.len(), 1, "{cases:?}");
    cases.remove(0)
}

/// Why somebody has no account.
async fn why(world: &World, key: &str) -> Absence {
    let id = entity(world, key).await;
    let store = world.store().await;
    let entity = store.entities(&[id]).await.unwrap().remove(0);
    let cases = store.cases(&[CaseState::Open], 9).await.unwrap();
    let kept = Kept {
        operations: &[],
        findings: &[],
        cases: &cases,
        stale: false,
    };
    let mut answers = absences(&store, &world.tenant, 0, "room", &entity, &kept)
        .await
        .unwrap();
    answers.remove(0).1
}

async fn events(world: &World, entity: Uuid, event: &str) -> Vec<serde_json::Value> {
    let journal = world.store().await.journal(entity, 99).await.unwrap();
    journal
        .into_iter()
        .filter(|entry| entry.event == event)
        .map(|entry| entry.detail)
        .collect()
}

/// Anna answers a case as the command does.
async fn decide(world: &World, case: &CaseRecord, choice: Choice, key: Option<&str>) {
    let decided = Answered {
        choice,
        entity: case.entity,
        who: "anna",
        reason: "I know them",
        at: 7,
    };
    let about = ObjectRef {
        key: key.map_or_else(|| case.object.key.clone(), str::to_owned),
        ..case.object.clone()
    };
    let store = world.store().await;
    assert!(store.decide_case(case, &about, &decided, key).await.unwrap());
}

#[tokio::test]
async fn an_account_is_found_by_employee_number_or_else_by_user_name_and_then_linked() {
    let world = world().await;
    pupil(&world, "1", "Kari Nord", "kari", "n1");
    pupil(&world, "2", "Ola Lund", "ola", "n2");
    pupil(&world, "3", "Siri Dal", "siri", "n3");
    account(&world, "knord", "Kari", "n1");
    account(&world, "ola", "Ola", "");
    account(&world, "service", "Printer", "");
    assert_eq!(
        run(&world).await,
        [
            done(Action::Update, "knord"),
            done(Action::Update, "ola"),
            done(Action::Create, "siri"),
        ]
    );
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("knord"));
    assert_eq!(account_of(&world, "2").await.as_deref(), Some("ola"));
    assert_eq!(world.objects("room").len(), 4, "nobody has two accounts");
    let kari = entity(&world, "1").await;
    let adopted = events(&world, kari, "adopted").await;
    assert_eq!(adopted.len(), 1);
    assert_eq!(adopted[0]["object"], "room/person/knord");
    assert_eq!(adopted[0]["rule"], "number");
    assert!(!adopted[0].to_string().contains("n1"));
    assert_eq!(run(&world).await, []);
    // The link stays, whatever the values become.
    pupil(&world, "1", "Kari Nord", "kari2", "n99");
    assert_eq!(run(&world).await, [done(Action::Update, "knord")]);
    assert_eq!(open(&world).await, []);
}

#[tokio::test]
async fn what_differs_in_case_alone_is_asked_before_a_second_is_made() {
    for choice in [Choice::Link, Choice::Create, Choice::Ignore] {
        let world = world().await;
        pupil(&world, "1", "Carlos", "carlos", "n1");
        pupil(&world, "2", "Ola", "ola", "n2");
        account(&world, "Carlos", "Carlos P", "");
        for _ in 0..2 {
            run(&world).await;
            let case = the_case(&world).await;
            assert_eq!((case.kind, case.side), (CaseKind::NearMiss, Side::Target));
            assert_eq!(case.entity, Some(entity(&world, "1").await));
            let candidate = &case.candidates[0];
            assert_eq!((candidate.key.as_deref(), candidate.near), (Some("Carlos"), true));
            assert_eq!(candidate.differs[0].attribute, "name");
            assert_eq!(
                names(&world),
                [
                    ("Carlos".to_owned(), "Carlos P".to_owned()),
                    ("ola".to_owned(), "Ola".to_owned())
                ],
                "no second one was made, and the rest goes on"
            );
        }
        let case = the_case(&world).await;
        let key = (choice == Choice::Link).then_some("Carlos");
        decide(&world, &case, choice, key).await;
        let expected = match choice {
            Choice::Link => vec![done(Action::Update, "Carlos")],
            Choice::Create => vec![done(Action::Create, "carlos")],
            _ => Vec::new(),
        };
        assert_eq!(run(&world).await, expected, "{choice:?}");
        for _ in 0..2 {
            assert_eq!(run(&world).await, [], "{choice:?}");
            assert_eq!(open(&world).await, [], "{choice:?}");
        }
        let carlos = entity(&world, "1").await;
        assert_eq!(events(&world, carlos, "case-decided").await.len(), 1);
        let adopted = events(&world, carlos, "adopted").await;
        assert_eq!(adopted.len(), usize::from(choice == Choice::Link));
        if choice == Choice::Ignore {
            // An answer is for the candidates that the person saw.
            account(&world, "CARLOS", "Another", "");
            run(&world).await;
            run(&world).await;
            assert_eq!(the_case(&world).await.candidates.len(), 2);
        }
    }
}

#[tokio::test]
async fn several_and_those_of_others_are_asked_until_the_ground_goes_away() {
    let world = world().await;
    pupil(&world, "1", "Kari", "kari", "n1");
    account(&world, "a", "Kari", "n1");
    account(&world, "b", "Kari", "n1");
    assert_eq!(run(&world).await, []);
    let case = the_case(&world).await;
    assert_eq!((case.kind, case.candidates.len()), (CaseKind::Ambiguous, 2));
    assert_eq!(case.candidates[0].agrees, ["name", "number"]);
    assert_eq!(why(&world, "1").await, Absence::Asked { case: case.id });
    world.take("room", "person", "b");
    run(&world).await;
    assert_eq!(run(&world).await, []);
    assert_eq!(open(&world).await, []);
    let withdrawn = world.store().await.case(case.id).await.unwrap().unwrap();
    assert_eq!(withdrawn.state, CaseState::Withdrawn);
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("a"));
    // Somebody else who has the user name of an account that stands for her.
    pupil(&world, "2", "Kari Lund", "a", "n2");
    assert_eq!(run(&world).await, []);
    let case = the_case(&world).await;
    assert_eq!(case.kind, CaseKind::LinkedToAnother);
    assert_eq!(
        case.candidates[0].holder,
        Some(entity(&world, "1").await.to_string())
    );
    // The account turns out to be the second one's: it moves, and the first one gets an account of her own.
    decide(&world, &case, Choice::Link, Some("a")).await;
    run(&world).await;
    run(&world).await;
    assert_eq!(account_of(&world, "2").await.as_deref(), Some("a"));
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("kari"));
    assert_eq!(run(&world).await, []);
    assert_eq!(open(&world).await, []);
}

#[tokio::test]
async fn an_account_that_two_would_have_is_the_ones_who_comes_first_and_asked_for_the_other() {
    let world = world_of(r#"match = ["name"]"#, Policy::default()).await;
    pupil(&world, "1", "Kari", "kari1", "n1");
    pupil(&world, "2", "Kari", "kari2", "n2");
    account(&world, "k", "Kari", "");
    assert_eq!(run(&world).await, [done(Action::Update, "k")]);
    assert_eq!(the_case(&world).await.kind, CaseKind::LinkedToAnother);
    assert_eq!(run(&world).await, []);
}

#[tokio::test]
async fn a_key_that_no_rule_vouches_for_is_asked_about_and_never_taken_over() {
    let world = world_of(r#"match = ["number"]"#, Policy::default()).await;
    pupil(&world, "1", "Kari", "kari", "n1");
    account(&world, "kari", "Another Kari", "n7");
    assert_eq!(run(&world).await, []);
    let case = the_case(&world).await;
    assert_eq!(
        (case.kind, case.candidates[0].rule.as_str()),
        (CaseKind::Found, "id")
    );
    decide(&world, &case, Choice::Create, None).await;
    assert_eq!(run(&world).await, []);
    let findings = world.store().await.findings(9).await.unwrap();
    assert_eq!(findings[0].code, "key-taken", "it cannot be made under that key");
}

#[tokio::test]
async fn whoever_has_an_account_keeps_the_name_that_it_has() {
    let unique = r#"{ unique = ["{{ display_name | lower }}", "{{ display_name | lower }}{{ n }}"] }"#;
    let world = World::of(tenant(r#"match = ["number"]"#, unique, Policy::default())).await;
    world
        .systems
        .with("room", |system| system.description = Some(directory()));
    pupil(&world, "1", "Kari", "k1", "n1");
    pupil(&world, "2", "Kari", "k2", "n2");
    account(&world, "x", "kari", "n1");
    assert_eq!(run(&world).await, [done(Action::Create, "k2")]);
    assert_eq!(
        names(&world),
        [
            ("k2".to_owned(), "kari2".to_owned()),
            ("x".to_owned(), "kari".to_owned())
        ]
    );
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("x"));
}

#[tokio::test]
async fn each_policy_has_its_own_way_with_what_is_found() {
    for (create, update, applied, linked) in [
        (Create::Always, Update::All, vec![done(Action::Update, "x")], true),
        (
            Create::Always,
            Update::Linked,
            vec![done(Action::Update, "x")],
            true,
        ),
        (Create::Always, Update::Never, vec![], true),
        (Create::Never, Update::All, vec![done(Action::Update, "x")], true),
        (Create::Never, Update::Linked, vec![], false),
        (Create::OnRequest, Update::Linked, vec![], false),
    ] {
        let policy = Policy {
            create,
            update,
            ..Policy::default()
        };
        let world = world_of(RULES, policy).await;
        pupil(&world, "1", "Kari", "kari", "n1");
        account(&world, "x", "Old name", "n1");
        assert_eq!(run(&world).await, applied, "{create:?} {update:?}");
        let of = account_of(&world, "1").await;
        assert_eq!(of.is_some(), linked, "{create:?} {update:?}");
        assert_eq!(open(&world).await, []);
    }
}

#[tokio::test]
async fn a_changed_rule_finds_what_was_there_before_it() {
    let mut world = world_of(r#"match = [{ by = "id", none = "ignore" }]"#, Policy::default()).await;
    pupil(&world, "1", "Kari", "kari", "n1");
    account(&world, "x", "Kari", "n1");
    assert_eq!(run(&world).await, []);
    world.tenant = tenant(RULES, r#""{{ display_name }}""#, Policy::default());
    run(&world).await;
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("x"));
    assert_eq!(world.objects("room").len(), 1);
}

#[tokio::test]
async fn what_a_person_links_and_separates_in_a_target_stays_so() {
    let world = world().await;
    pupil(&world, "1", "Kari", "kari", "n1");
    account(&world, "x", "Kari", "n1");
    account(&world, "y", "Kari", "");
    run(&world).await;
    let kari = entity(&world, "1").await;
    let object = |key: &str| ObjectRef {
        connection: "room".to_owned(),
        class: "person".to_owned(),
        key: key.to_owned(),
    };
    let said = |choice| Answered {
        choice,
        entity: Some(kari),
        who: "anna",
        reason: "I know them",
        at: 7,
    };
    // It is another account.
    let store = world.store().await;
    store.rule(&object("y"), &said(Choice::Link)).await.unwrap();
    drop(store);
    assert_eq!(run(&world).await, [done(Action::Update, "y")]);
    assert_eq!(run(&world).await, []);
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("y"));
    assert_eq!(events(&world, kari, "unlinked").await.len(), 1);
    assert_eq!(events(&world, kari, "adopted").await.len(), 2);
    // Neither is.
    let store = world.store().await;
    for key in ["x", "y"] {
        store.rule(&object(key), &said(Choice::Apart)).await.unwrap();
    }
    drop(store);
    assert_eq!(run(&world).await, [done(Action::Create, "kari")]);
    assert_eq!(run(&world).await, []);
    assert_eq!(account_of(&world, "1").await.as_deref(), Some("kari"));
}

#[tokio::test]
async fn who_goes_is_asked_about_and_the_answer_is_followed_once() {
    let policy = Policy {
        delete: Removal::Ask,
        ..Policy::default()
    };
    for (choice, applied) in [
        (Choice::Delete, vec![done(Action::Delete, "kari")]),
        (Choice::Detach, vec![]),
        (Choice::Keep, vec![]),
    ] {
        let world = world_of(RULES, policy).await;
        pupil(&world, "1", "Kari", "kari", "n1");
        for number in 2..5 {
            let key = number.to_string();
            pupil(&world, &key, "Somebody", &format!("u{key}"), &format!("n{key}"));
        }
        run(&world).await;
        let kari = entity(&world, "1").await;
        world.take("school", "person", "1");
        let mut opened = 0;
        for _ in 0..2 {
            assert_eq!(run(&world).await, [], "{choice:?}");
            let case = the_case(&world).await;
            assert_eq!(
                (case.kind, case.object.key.as_str(), case.name.as_str()),
                (CaseKind::Removal, "kari", "Kari")
            );
            assert!(opened == 0 || opened == case.id, "it is asked once");
            opened = case.id;
        }
        // Who comes back is not asked about any more.
        pupil(&world, "1", "Kari", "kari", "n1");
        run(&world).await;
        assert_eq!(open(&world).await, []);
        world.take("school", "person", "1");
        world.pass(world::DAY);
        run(&world).await;
        let case = the_case(&world).await;
        decide(&world, &case, choice, Some("kari")).await;
        assert_eq!(run(&world).await, applied, "{choice:?}");
        for _ in 0..2 {
            assert_eq!(run(&world).await, [], "{choice:?}: and once is enough");
            assert_eq!(open(&world).await, []);
        }
        let decided = events(&world, kari, "case-decided").await;
        assert_eq!(decided.len(), 1);
        assert_eq!(decided[0]["choice"], choice.as_str());
        let there = world.objects("room").keys().any(|(_, key)| key == "kari");
        assert_eq!(there, choice != Choice::Delete);
        let shadows = world.store().await.shadows_of("room", &[kari]).await.unwrap();
        assert_eq!(shadows.len(), usize::from(choice == Choice::Keep));
        let kept = world.store().await.case(case.id).await.unwrap().unwrap();
        assert_eq!((kept.state, kept.choice), (CaseState::Decided, Some(choice)));
    }
}
