//! Unique names, scopes by units and days in whole cycles.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "test support: a panic is the report, and the world has more than is used here"
)]

mod world;

use std::collections::BTreeSet;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use samklang_core::Value;
use samklang_core::port::Connectors as _;
use samklang_cycle::{Ended, Mode, Quiet, Worker, forecast};
use world::World;

/// A source whose places carry their first and last day in their key.
const PAYROLL: &str = r#"
[inbound.team]
entity = "unit"
[inbound.team.attributes]
uuid = "{{ id }}"
name = "{{ name }}"
parent = { reference = "team", key = "{{ parent }}" }
[inbound.person]
entity = "person"
[inbound.person.attributes]
uuid = "{{ id }}"
given_name = "{{ name }}"
[inbound.place]
entity = "engagement"
[inbound.place.attributes]
person = { reference = "person", key = "{{ person }}" }
unit = { reference = "team", key = "{{ team }}" }
begin = "{{ (id | split('|') | list)[1] }}"
end = "{{ (id | split('|') | list)[2] }}"
"#;

const NAMES: &str = r#"
[outbound.person]
entity = "person"
key = "{{ uuid }}"
[outbound.person.attributes]
name = { unique = ["{{ given_name | lower }}"], scope = "username" }
mail = "{{ allotted('username') }}@k.example"
"#;

fn person(world: &World, key: &str, name: &str) {
    world.put("payroll", "person", key, &[("name", name)]);
}

fn text(world: &World, key: &str, attribute: &str) -> Option<String> {
    let objects = world.objects("room");
    let object = objects.get(&("person".to_owned(), key.to_owned()))?;
    object.get(attribute).and_then(Value::as_text).map(str::to_owned)
}

fn names(world: &World) -> BTreeSet<String> {
    world
        .objects("room")
        .values()
        .filter_map(|object| object.get("name").and_then(Value::as_text).map(str::to_owned))
        .collect()
}

#[tokio::test]
async fn a_name_is_unique_stays_and_is_known_to_other_fields() {
    let world = World::with(PAYROLL, NAMES).await;
    for key in ["p1", "p2", "p3"] {
        person(&world, key, "Anne");
    }
    world.run().await;
    assert_eq!(
        names(&world),
        BTreeSet::from(["anne", "anne2", "anne3"].map(str::to_owned))
    );
    let before = text(&world, "p1", "name").unwrap();
    assert_eq!(text(&world, "p1", "mail").unwrap(), format!("{before}@k.example"));
    world.applied();
    person(&world, "p1", "Berit");
    person(&world, "p4", "Anne");
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(
        text(&world, "p1", "name").unwrap(),
        before,
        "it stays when the person is renamed"
    );
    assert_eq!(text(&world, "p4", "name").unwrap(), "anne4");
    assert_eq!(world.applied().len(), 1, "only the new person is sent");
}

#[tokio::test]
async fn accounts_of_the_target_keep_their_names_and_nobody_else_gets_them() {
    let world = World::with(PAYROLL, NAMES).await;
    world.put("room", "person", "p9", &[("name", "Anne")]);
    world.put("room", "person", "stranger", &[("name", "ANNE2")]);
    for key in ["p1", "p9"] {
        person(&world, key, "Anne");
    }
    world.run().await;
    assert_eq!(
        text(&world, "p9", "name").unwrap(),
        "Anne",
        "it has that account already"
    );
    assert_eq!(
        text(&world, "p1", "name").unwrap(),
        "anne3",
        "the second name is a stranger's"
    );
}

#[tokio::test]
async fn the_name_of_someone_who_is_gone_is_kept_from_others() {
    let world = World::with(PAYROLL, NAMES).await;
    for (key, name) in [("p1", "Anne"), ("p2", "Bent"), ("p3", "Carl"), ("p4", "Dina")] {
        person(&world, key, name);
    }
    world.run().await;
    world.take("payroll", "person", "p1");
    assert_eq!(world.run().await.ended, Ended::Done);
    person(&world, "p5", "Anne");
    world.run().await;
    assert_eq!(text(&world, "p5", "name").unwrap(), "anne2");
    person(&world, "p1", "Anne");
    world.run().await;
    assert_eq!(
        text(&world, "p1", "name").unwrap(),
        "anne",
        "whoever returns has it again"
    );
    world.take("payroll", "person", "p1");
    world.run().await;
    let year = 366 * 24 * 60 * 60 * 1000;
    world.clock.0.fetch_add(year, Ordering::Relaxed);
    person(&world, "p6", "Anne");
    world.run().await;
    assert_eq!(
        text(&world, "p6", "name").unwrap(),
        "anne",
        "a year later it is free"
    );
}

#[tokio::test]
async fn names_are_the_same_wherever_a_run_is_cut_off() {
    let fill = |world: &World| {
        for number in 0..6 {
            person(
                world,
                &format!("p{number}"),
                if number % 2 == 0 { "Anne" } else { "Bent" },
            );
        }
        world.put("room", "person", "stranger", &[("name", "bent")]);
    };
    let expected = World::with(PAYROLL, NAMES).await;
    fill(&expected);
    expected.run().await;
    let mut cut_off = 0;
    for polls in (0_usize..).map(|step| step + step * step / 20) {
        let world = World::with(PAYROLL, NAMES).await;
        fill(&world);
        if finishes_within(&world, polls).await {
            break;
        }
        cut_off += 1;
        assert_eq!(world.run().await.ended, Ended::Done, "after {polls} polls");
        assert_eq!(
            world.objects("room"),
            expected.objects("room"),
            "after {polls} polls"
        );
    }
    assert!(cut_off > 10, "it was cut off at {cut_off} points only");
}

async fn finishes_within(world: &World, polls: usize) -> bool {
    let store = world.store().await;
    let worker = Worker {
        store: &store,
        connectors: &world.systems,
        clock: &world.clock,
        tenant: &world.tenant,
        progress: &Quiet,
    };
    let mut run = pin!(worker.run(Mode::Run));
    for _ in 0..polls {
        if let Poll::Ready(report) = run.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            report.unwrap();
            return true;
        }
        tokio::task::yield_now().await;
    }
    false
}

const BELOW: &str = r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
scope = { below = ["a"], not_below = ["closed"] }
[outbound.team.attributes]
name = "{{ name }}"
[outbound.person]
entity = "person"
when = "{{ engagements | within('a') }}"
scope = { not_below = ["closed"] }
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ given_name }}"
"#;

fn keys(world: &World) -> Vec<String> {
    world.objects("room").into_keys().map(|(_, key)| key).collect()
}

#[tokio::test]
async fn a_unit_that_moves_takes_everything_below_it_along() {
    let world = World::with(PAYROLL, BELOW).await;
    let team =
        |key: &str, parent: &str| world.put("payroll", "team", key, &[("name", key), ("parent", parent)]);
    for (key, parent) in [
        ("a", ""),
        ("b", ""),
        ("c", "a"),
        ("d", "c"),
        ("e", "d"),
        ("closed", "a"),
    ] {
        team(key, parent);
    }
    for (key, at) in [("p1", "e"), ("p2", "b"), ("p3", "a"), ("p4", "closed")] {
        person(&world, key, key);
        world.put(
            "payroll",
            "place",
            &format!("{key}-{at}||"),
            &[("person", key), ("team", at)],
        );
    }
    world.run().await;
    assert_eq!(keys(&world), ["p1", "p3", "a", "c", "d", "e"]);
    team("c", "b");
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(
        keys(&world),
        ["p3", "a"],
        "what lies three levels below has left with it"
    );
    team("c", "a");
    team("b", "e");
    world.run().await;
    assert_eq!(keys(&world), ["p1", "p2", "p3", "a", "b", "c", "d", "e"]);
    world.applied();
    world.run().await;
    assert_eq!(world.applied(), []);
}

const DAYS: &str = r#"
[outbound.person]
entity = "person"
when = "{{ engagements | current }}"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ given_name }}"
"#;

const DAY: i64 = 24 * 60 * 60 * 1000;

#[tokio::test]
async fn what_begins_and_ends_is_looked_at_on_its_day() {
    let world = World::with(PAYROLL, DAYS).await;
    world.put("payroll", "team", "a", &[("name", "a"), ("parent", "")]);
    // The clock stands at 1 January 1970.
    for (key, span) in [
        ("p1", "|1970-01-03|1970-01-04"),
        ("p2", "|1960-01-01|1970-01-01"),
        ("p3", "||"),
    ] {
        person(&world, key, key);
        world.put(
            "payroll",
            "place",
            &format!("{key}{span}"),
            &[("person", key), ("team", "a")],
        );
    }
    world.run().await;
    assert_eq!(keys(&world), ["p2", "p3"]);
    let days = [("p3", 1), ("p1 p3", 2), ("p1 p3", 3), ("p3", 4)];
    for (expected, day) in days {
        world.clock.0.store(day * DAY + 1, Ordering::Relaxed);
        assert_eq!(world.run().await.ended, Ended::Done);
        assert_eq!(keys(&world).join(" "), expected, "on day {day}");
    }
    world.clock.0.store(9 * DAY, Ordering::Relaxed);
    world.applied();
    let report = world.run().await;
    let export = report
        .steps
        .iter()
        .find(|step| step.spec.kind == "export")
        .unwrap();
    assert_eq!(
        (world.applied(), export.counts.read),
        (Vec::new(), 0),
        "nothing is due, nothing is looked at"
    );
}

#[tokio::test]
async fn the_plan_of_another_day_can_be_seen_and_is_not_kept() {
    let world = World::with(PAYROLL, DAYS).await;
    world.put("payroll", "team", "a", &[("name", "a"), ("parent", "")]);
    for (key, span) in [
        ("p1", "|1970-02-01|"),
        ("p2", "|1960-01-01|1970-01-15"),
        ("p3", "||"),
    ] {
        person(&world, key, key);
        world.put(
            "payroll",
            "place",
            &format!("{key}{span}"),
            &[("person", key), ("team", "a")],
        );
    }
    world.run().await;
    let store = world.store().await;
    let plan = |day: &str| {
        let day = day.parse().unwrap();
        let (store, world) = (&store, &world);
        async move {
            let mut seen = Vec::new();
            forecast(
                store,
                &|name| world.systems.describe(name).ok(),
                &world.tenant,
                0,
                day,
                |target, planned| {
                    let operation = &planned.operation;
                    seen.push(format!(
                        "{target} {} {}",
                        operation.action.as_str(),
                        operation.key
                    ));
                },
            )
            .await
            .unwrap();
            seen.sort_unstable();
            seen
        }
    };
    assert_eq!(plan("1970-01-15").await, Vec::<String>::new());
    assert_eq!(plan("1970-01-16").await, ["room delete p2"]);
    assert_eq!(plan("1970-02-01").await, ["room create p1", "room delete p2"]);
    world.applied();
    world.run().await;
    assert_eq!(world.applied(), [], "nothing of it was kept");
}
