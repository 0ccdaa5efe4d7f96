//! Who is believed, for how long somebody stays who has left, and what a person sets by hand, through whole cycles.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use samklang_core::Value;
use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::connector::Action;
use samklang_core::plan::{Policies, Policy, Stage, Stages};
use samklang_core::port::Lives as _;
use samklang_core::reconcile::{BY_HAND, Order, Override};
use samklang_cycle::{Ended, Mode, Quiet, Worker};
use uuid::Uuid;
use world::{DAY, World};

const PAYROLL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id"]
[inbound.person.attributes]
national_id = "{{ number }}"
email = "{{ mail }}"
display_name = "{{ name }}"
"#;

const ROOM: &str = r#"
[outbound.person]
entity = "person"
key = "{{ national_id }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
[outbound.person.overwrite]
mail = "when-present"
[outbound.person.deactivated]
name = "gone: {{ display_name }}"
"#;

fn mail(world: &World, key: &str) -> Option<String> {
    let object = world
        .objects("room")
        .get(&("person".to_owned(), key.to_owned()))
        .cloned()
        .unwrap();
    object.get("mail").and_then(Value::as_text).map(str::to_owned)
}

fn name(world: &World, key: &str) -> String {
    let object = world
        .objects("room")
        .get(&("person".to_owned(), key.to_owned()))
        .cloned()
        .unwrap();
    object["name"].as_text().unwrap().to_owned()
}

fn people(world: &World, system: &str, count: u32) {
    for number in 1..=count {
        world.put(
            system,
            "person",
            &format!("p{number}"),
            &[
                ("name", &format!("Person {number}")),
                ("number", &format!("n{number}")),
            ],
        );
    }
}

async fn entity(world: &World, key: &str) -> samklang_core::catalogue::Entity {
    world.store().await.find_entities(key, 2).await.unwrap().remove(0)
}

fn actions(world: &World) -> Vec<(Action, String)> {
    world
        .applied()
        .into_iter()
        .map(|(action, _, key)| (action, key))
        .collect()
}

#[tokio::test]
async fn an_attribute_follows_its_own_order_of_sources_and_a_change_of_it_is_worked_in() {
    let mut world = World::with(PAYROLL, ROOM).await;
    world.put(
        "school",
        "person",
        "p1",
        &[
            ("name", "School"),
            ("number", "n1"),
            ("mail", "school@example.org"),
        ],
    );
    world.put(
        "payroll",
        "person",
        "77",
        &[
            ("name", "Payroll"),
            ("number", "n1"),
            ("mail", "payroll@example.org"),
        ],
    );
    world.run().await;
    assert_eq!(mail(&world, "n1").as_deref(), Some("school@example.org"));
    let order = |only| Order {
        from: vec!["payroll".to_owned()],
        only,
    };
    let orders = world
        .tenant
        .ownership
        .attributes
        .entry(EntityKind::Person)
        .or_default();
    orders.insert("email".to_owned(), order(false));
    world.run().await;
    assert_eq!(mail(&world, "n1").as_deref(), Some("payroll@example.org"));
    assert_eq!(name(&world, "n1"), "School", "the others are as they were");
    // The owner has none: the next is heard, unless the owner alone has a say.
    world.put(
        "payroll",
        "person",
        "77",
        &[("name", "Payroll"), ("number", "n1")],
    );
    world.run().await;
    assert_eq!(mail(&world, "n1").as_deref(), Some("school@example.org"));
    let orders = world
        .tenant
        .ownership
        .attributes
        .entry(EntityKind::Person)
        .or_default();
    orders.insert("email".to_owned(), order(true));
    world.run().await;
    assert!(!entity(&world, "p1").await.values.contains_key("email"));
    assert_eq!(
        mail(&world, "n1").as_deref(),
        Some("school@example.org"),
        "the target keeps what it has"
    );
}

async fn set(world: &World, value: &str, until: Option<i64>) -> Uuid {
    let id = entity(world, "p1").await.id;
    let set = Override {
        entity: id,
        attribute: "display_name".to_owned(),
        value: Value::Text(value.to_owned()),
        until,
        who: "kari".to_owned(),
        reason: "the register is wrong".to_owned(),
        at: 5,
    };
    world.store().await.set_override(&set).await.unwrap();
    id
}

#[tokio::test]
async fn a_value_set_by_hand_comes_first_until_its_day() {
    let world = World::with("", ROOM).await;
    people(&world, "school", 3);
    world.run().await;
    set(&world, "By Hand", Some(DAY)).await;
    world.run().await;
    assert_eq!(name(&world, "n1"), "By Hand");
    let known = entity(&world, "p1").await;
    let from = &known.provenance["display_name"];
    assert_eq!((from.connection.as_str(), from.class.as_str()), (BY_HAND, "kari"));
    // What the source says meanwhile is kept for later.
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "From School"), ("number", "n1")],
    );
    world.run().await;
    assert_eq!(name(&world, "n1"), "By Hand");
    world.pass(DAY);
    world.run().await;
    assert_eq!(name(&world, "n1"), "From School");
    let events: Vec<String> = world
        .store()
        .await
        .journal(known.id, 20)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.event)
        .collect();
    for event in ["overridden", "override-ended"] {
        assert!(
            events.iter().any(|kept| kept == event),
            "{event} is not in {events:?}"
        );
    }
    world.applied();
    world.run().await;
    assert_eq!(actions(&world), []);
}

#[tokio::test]
async fn a_value_set_by_hand_is_taken_back() {
    let world = World::with("", ROOM).await;
    people(&world, "school", 2);
    world.run().await;
    let id = set(&world, "By Hand", None).await;
    world.run().await;
    let store = world.store().await;
    assert!(
        store
            .remove_override(id, "display_name", ("kari", "mended"), 9)
            .await
            .unwrap()
    );
    assert!(
        !store
            .remove_override(id, "display_name", ("kari", "mended"), 9)
            .await
            .unwrap()
    );
    world.run().await;
    assert_eq!(name(&world, "n1"), "Person 1");
}

#[tokio::test]
async fn who_leaves_has_a_time_of_grace_and_returns_as_the_same() {
    let mut world = World::with("", ROOM).await;
    world.tenant.ownership.grace.insert(EntityKind::Person, 30 * DAY);
    people(&world, "school", 3);
    world.run().await;
    let id = entity(&world, "p1").await.id;
    world.applied();
    let state = async |world: &World| {
        let store = world.store().await;
        let life = store.lives(&[id]).await.unwrap().remove(0);
        (
            samklang_core::port::Store::entities(&store, &[id]).await.unwrap()[0].state,
            life,
        )
    };
    world.take("school", "person", "p1");
    world.run().await;
    let (now, life) = state(&world).await;
    assert_eq!((now, life.due), (EntityState::Leaving, Some(30 * DAY)));
    assert!(
        life.cause
            .to_string()
            .contains("school/person/p1 does not name it"),
        "{}",
        life.cause
    );
    assert_eq!(actions(&world), [], "nothing is taken away yet");
    // Back in time.
    people(&world, "school", 3);
    world.pass(DAY);
    world.run().await;
    let (now, life) = state(&world).await;
    assert_eq!((now, life.since, life.due), (EntityState::Active, DAY, None));
    assert_eq!(actions(&world), []);
    // Away until the end.
    world.take("school", "person", "p1");
    world.run().await;
    world.pass(30 * DAY - 1);
    world.run().await;
    assert_eq!(state(&world).await.0, EntityState::Leaving);
    world.pass(1);
    world.run().await;
    let (now, life) = state(&world).await;
    assert_eq!(
        (now, life.cause.to_string().as_str()),
        (EntityState::Gone, "its time of grace is over")
    );
    assert_eq!(actions(&world), [(Action::Delete, "n1".to_owned())]);
    people(&world, "school", 3);
    world.run().await;
    assert_eq!(entity(&world, "p1").await.id, id);
    assert_eq!(actions(&world), [(Action::Create, "n1".to_owned())]);
}

/// A room in which nobody is removed at once.
async fn patient() -> World {
    let mut world = World::with("", ROOM).await;
    world.tenant.connections.get_mut("room").unwrap().policy = Policies {
        all: Policy {
            gone: Some(Stages {
                suspected: 0,
                disable_after: Some(7 * DAY),
                remove_after: Some(90 * DAY),
            }),
            ..Policy::default()
        },
        ..Policies::default()
    };
    people(&world, "school", 3);
    world.run().await;
    world.applied();
    world
}

#[tokio::test]
async fn an_object_passes_through_its_stages_by_the_clock_alone() {
    let world = patient().await;
    let id = entity(&world, "p1").await.id;
    world.take("school", "person", "p1");
    world.run().await;
    assert_eq!(actions(&world), []);
    let stage = async || world.store().await.leaving_of(id).await.unwrap()[0].1.stage;
    assert_eq!(stage().await, Stage::Suspected);
    world.pass(6 * DAY);
    world.run().await;
    assert_eq!(actions(&world), []);
    world.pass(DAY);
    world.run().await;
    assert_eq!(actions(&world), [(Action::Update, "n1".to_owned())]);
    assert_eq!(name(&world, "n1"), "gone: Person 1");
    assert_eq!(stage().await, Stage::Disabled);
    world.run().await;
    assert_eq!(actions(&world), []);
    // Back: enabled again, the same object.
    people(&world, "school", 3);
    world.run().await;
    assert_eq!(actions(&world), [(Action::Update, "n1".to_owned())]);
    assert_eq!(name(&world, "n1"), "Person 1");
    assert!(world.store().await.leaving_of(id).await.unwrap().is_empty());
    world.take("school", "person", "p1");
    world.run().await;
    world.pass(90 * DAY);
    world.run().await;
    assert_eq!(actions(&world), [(Action::Delete, "n1".to_owned())]);
    assert!(world.store().await.leaving_of(id).await.unwrap().is_empty());
    world.run().await;
    assert_eq!(actions(&world), []);
}

/// A night on which a clock runs out, an override ends, a request waits and an object is due again.
async fn eve() -> World {
    let mut world = patient().await;
    world.tenant.ownership.grace.insert(EntityKind::Person, DAY);
    world.take("school", "person", "p2");
    set(&world, "By Hand", Some(8 * DAY)).await;
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.insert("n3".to_owned()));
    world.put("school", "person", "p3", &[("name", "Refused"), ("number", "n3")]);
    world.run().await;
    world.pass(DAY);
    world.run().await;
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.clear());
    world.pass(7 * DAY);
    world.applied();
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_night_of_clocks_that_is_cut_off_anywhere_ends_like_an_undisturbed_one() {
    let undisturbed = eve().await;
    assert_eq!(undisturbed.run().await.ended, Ended::Done);
    let expected = undisturbed.objects("room");
    assert_eq!(name(&undisturbed, "n1"), "Person 1");
    assert_eq!(name(&undisturbed, "n2"), "gone: Person 2");
    assert_eq!(name(&undisturbed, "n3"), "Refused");
    let mut cut_off = 0;
    for polls in (0_usize..).map(|step| step + step * step / 20) {
        let world = eve().await;
        let finished = {
            let store = world.store().await;
            let worker = Worker {
                store: &store,
                connectors: &world.systems,
                clock: &world.clock,
                tenant: &world.tenant,
                progress: &Quiet,
            };
            let mut run = pin!(worker.run(Mode::Run));
            let mut finished = false;
            for _ in 0..polls {
                if let Poll::Ready(report) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                    report.unwrap();
                    finished = true;
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_micros(200)).await;
            }
            finished
        };
        if finished {
            break;
        }
        cut_off += 1;
        assert_eq!(world.run().await.ended, Ended::Done, "after {polls} polls");
        world.run().await;
        assert_eq!(world.objects("room"), expected, "after {polls} polls");
        world.applied();
        world.run().await;
        assert_eq!(actions(&world), [], "after {polls} polls");
        assert!(
            world.store().await.quarantined(9).await.unwrap().is_empty(),
            "after {polls} polls"
        );
    }
    assert!(cut_off > 8, "it was cut off at {cut_off} points only");
}

/// A room whose updates put the whole object in place, and that shows the mail in a look at a single object only.
fn whole(world: &World) -> samklang_core::connector::Description {
    let mut whole = world::description();
    for class in &mut whole.classes {
        class.replaces = true;
    }
    world.systems.with("room", |room| {
        room.description = Some(whole.clone());
        room.hides = ["mail".to_owned()].into();
    });
    whole
}

#[tokio::test]
async fn what_an_update_would_take_away_is_looked_at_before_and_stays() {
    let mut world = World::with("", ROOM).await;
    let description = whole(&world);
    let source: samklang_core::mapping::MappingSource = toml::from_str(ROOM).unwrap();
    world
        .tenant
        .connections
        .get_mut("room")
        .unwrap()
        .mappings
        .outbound =
        samklang_core::mapping::Mappings::compile_outbound(&source, &description, &world.tenant.vocabulary)
            .unwrap();
    people(&world, "school", 2);
    // One is there before the first night, with a mail that no list shows.
    world.put(
        "room",
        "person",
        "n2",
        &[("name", "Old"), ("mail", "own@example.org")],
    );
    world.run().await;
    assert_eq!(mail(&world, "n2").as_deref(), Some("own@example.org"));
    assert_eq!(name(&world, "n2"), "Person 2");
    world.put(
        "room",
        "person",
        "n1",
        &[("name", "Person 1"), ("mail", "later@example.org")],
    );
    world.put("school", "person", "p1", &[("name", "Renamed"), ("number", "n1")]);
    world.applied();
    world.run().await;
    assert_eq!(name(&world, "n1"), "Renamed");
    assert_eq!(mail(&world, "n1").as_deref(), Some("later@example.org"));
    assert_eq!(actions(&world), [(Action::Update, "n1".to_owned())]);
    world.run().await;
    assert_eq!(actions(&world), [], "what the room keeps makes no work");
    world.put(
        "school",
        "person",
        "p1",
        &[
            ("name", "Renamed"),
            ("number", "n1"),
            ("mail", "school@example.org"),
        ],
    );
    world.run().await;
    assert_eq!(
        mail(&world, "n1").as_deref(),
        Some("school@example.org"),
        "a value that is there wins"
    );
}
