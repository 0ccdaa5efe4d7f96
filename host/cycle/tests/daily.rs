//! What a target gets in a day: no more than its limit, what takes access away first, and the rest on the days after as it was planned.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::collections::BTreeMap;
use std::pin::pin;
use std::task::{Context, Poll};

use samklang_core::Value;
use samklang_core::connector::Action;
use samklang_core::port::{Counts, Daily as _, OperationState, StepRecord};
use samklang_cycle::{Ended, Errand, Mode, Quiet, Report, Stop, StopCode, Worker};
use samklang_store::Ruling;
use world::{DAY, World};

/// Persons who need no team, so that nothing but the limit orders them.
const ROOM: &str = r#"
[outbound.person]
entity = "person"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
"#;

async fn limited(room: &str, limit: u32) -> World {
    let mut world = World::with("", room).await;
    world.tenant.connections.get_mut("room").unwrap().daily_operations = Some(limit);
    world
}

fn export(report: &Report) -> &StepRecord {
    let step = report.steps.iter().find(|step| step.spec.kind == "export");
    step.unwrap()
}

fn counts(report: &Report) -> Counts {
    export(report).counts
}

fn note(report: &Report) -> Option<Stop> {
    export(report).message.as_deref().and_then(Stop::parse)
}

fn actions(world: &World) -> Vec<(Action, String)> {
    let applied = world.applied().into_iter();
    applied.map(|(action, _, key)| (action, key)).collect()
}

fn people(world: &World, numbers: std::ops::Range<u32>) {
    numbers.for_each(|number| world.school_person(number));
}

async fn held(world: &World) -> u64 {
    world.store().await.held_over("room").await.unwrap()
}

#[tokio::test]
async fn what_is_over_the_limit_is_told_and_sent_on_the_next_days() {
    let world = limited(world::ROOM, 5).await;
    world.school(9);
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done, "the night ends");
    assert_eq!((counts(&report).planned, counts(&report).done), (11, 5));
    let told = note(&report).unwrap();
    assert_eq!(told.code, StopCode::DailyLimit);
    assert!(
        told.message
            .starts_with("room gets 5 operations a day; 6 that are planned wait for another day"),
        "{}",
        told.message
    );
    let first = actions(&world);
    assert_eq!(
        first[..2],
        ["a", "0"].map(|team| (Action::Create, team.to_owned())),
        "what is referred to comes before what refers"
    );
    // Again on the same day: nothing is sent, and what is held over stays.
    let again = world.run().await;
    assert_eq!((counts(&again).planned, counts(&again).done), (6, 0));
    assert_eq!((actions(&world), held(&world).await), (vec![], 6));
    world.pass(DAY);
    let second = world.run().await;
    assert_eq!((counts(&second).done, held(&world).await), (5, 1));
    world.pass(DAY);
    let third = world.run().await;
    assert_eq!((counts(&third).done, note(&third)), (1, None));
    assert_eq!(world.objects("room").len(), 11);
    let sent = actions(&world);
    assert_eq!(sent.len(), 6, "once each: {sent:?}");
    world.pass(DAY);
    assert_eq!(counts(&world.run().await).planned, 0);
}

#[tokio::test]
async fn what_takes_access_away_goes_first() {
    let mut world = limited(ROOM, 100).await;
    people(&world, 10..20);
    world.run().await;
    world.applied();
    for gone in ["p11", "p12", "p13"] {
        world.take("school", "person", gone);
    }
    people(&world, 0..5);
    world.tenant.connections.get_mut("room").unwrap().daily_operations = Some(4);
    world.pass(DAY);
    world.run().await;
    let mut sent = actions(&world);
    sent.sort_by_key(|(action, key)| (*action != Action::Delete, key.clone()));
    let deleted: Vec<_> = sent
        .iter()
        .filter(|(action, _)| *action == Action::Delete)
        .map(|(_, key)| key.as_str())
        .collect();
    assert_eq!(deleted, ["p11", "p12", "p13"]);
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert_eq!(held(&world).await, 4);
}

#[tokio::test]
async fn what_moves_meanwhile_is_planned_anew_and_nothing_else() {
    let world = limited(ROOM, 2).await;
    people(&world, 0..6);
    world.run().await;
    let made: Vec<String> = actions(&world).into_iter().map(|(_, key)| key).collect();
    let mut waits = (0..6).map(|number| format!("p{number}"));
    let mut waits: Vec<String> = waits.by_ref().filter(|key| !made.contains(key)).collect();
    let (goes, changes) = (waits.remove(0), waits.remove(0));
    world.take("school", "person", &goes);
    world.put(
        "school",
        "person",
        &changes,
        &[("name", "Changed"), ("number", "n9")],
    );
    for _ in 0..3 {
        world.pass(DAY);
        world.run().await;
    }
    let objects = world.objects("room");
    let name = |key: &str| {
        let object = objects.get(&("person".to_owned(), key.to_owned()));
        object.map(|object| object["name"].clone())
    };
    assert_eq!(name(&goes), None, "nobody is made who has gone meanwhile");
    assert_eq!(name(&changes), Some(Value::Text("Changed".to_owned())));
    let sent = actions(&world);
    assert_eq!(sent.len(), 3, "{sent:?}");
    assert!(sent.iter().all(|(action, _)| *action == Action::Create));
    assert_eq!(held(&world).await, 0);
    // What waited can be explained by the night that planned it.
    let store = world.store().await;
    let waited = store.find_entities(&waits[0], 1).await.unwrap().remove(0);
    let operation = store.operations_of(waited.id, 1).await.unwrap().remove(0);
    assert_eq!((operation.planned_in, operation.state), (1, OperationState::Done));
    assert!(operation.cycle > 1);
}

#[tokio::test]
async fn what_a_person_let_pass_is_not_asked_again_on_each_day() {
    let mut world = limited(ROOM, 100).await;
    people(&world, 0..80);
    world.run().await;
    world.applied();
    for number in 0..30 {
        world.take("school", "person", &format!("p{number}"));
    }
    world.tenant.connections.get_mut("room").unwrap().daily_operations = Some(12);
    world.pass(DAY);
    assert!(
        matches!(world.run().await.ended, Ended::Waiting(_)),
        "the import halts"
    );
    world.decide(Ruling::Release, "they moved").await;
    assert!(
        matches!(world.run().await.ended, Ended::Waiting(_)),
        "and the plan"
    );
    world.decide(Ruling::Release, "they moved").await;
    assert_eq!(counts(&world.run().await).done, 12);
    for left in [6, 0] {
        world.pass(DAY);
        let report = world.run().await;
        assert_eq!(report.ended, Ended::Done, "nobody is asked about it again");
        assert_eq!(held(&world).await, left);
    }
    assert_eq!(world.objects("room").len(), 50);
}

#[tokio::test]
async fn one_person_now_is_done_now_and_not_again() {
    let world = limited(ROOM, 2).await;
    people(&world, 0..4);
    world.run().await;
    let made: Vec<String> = actions(&world).into_iter().map(|(_, key)| key).collect();
    let key = (0..4)
        .map(|number| format!("p{number}"))
        .find(|key| !made.contains(key))
        .unwrap();
    let store = world.store().await;
    let entity = store.find_entities(&key, 1).await.unwrap().remove(0);
    let worker = Worker {
        store: &store,
        connectors: &world.systems,
        clock: &world.clock,
        tenant: &world.tenant,
        progress: &Quiet,
    };
    let errand = Errand {
        entity: Some(entity.id),
        object: None,
        targets: Default::default(),
    };
    worker.run_errand(&errand).await.unwrap();
    assert_eq!(
        actions(&world),
        [(Action::Create, key)],
        "whatever the limit, and nobody else"
    );
    assert_eq!(held(&world).await, 1);
    world.pass(DAY);
    world.run().await;
    assert_eq!(actions(&world).len(), 1);
    assert_eq!(world.objects("room").len(), 4);
}

/// Runs for so many polls and drops the run where it is; answers whether it had ended.
async fn cut_off(world: &World, polls: u32) -> bool {
    let store = world.store().await;
    let worker = Worker {
        store: &store,
        connectors: &world.systems,
        clock: &world.clock,
        tenant: &world.tenant,
        progress: &Quiet,
    };
    let mut run = pin!(worker.run(Mode::Run));
    let mut polled = 0;
    std::future::poll_fn(|context: &mut Context<'_>| {
        polled += 1;
        match run.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(done.is_ok()),
            Poll::Pending if polled >= polls => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

#[tokio::test]
async fn a_run_that_is_cut_off_anywhere_sends_nothing_twice_and_no_more_than_the_limit() {
    for polls in (1..).step_by(13) {
        let world = limited(ROOM, 3).await;
        people(&world, 0..5);
        world.run().await;
        world.pass(DAY);
        people(&world, 5..8);
        world.put("school", "person", "p0", &[("name", "Changed"), ("number", "n0")]);
        let first = world.applied().len();
        let ended = cut_off(&world, polls).await;
        let today = world.run().await;
        assert_eq!(today.ended, Ended::Done, "cut off after {polls}");
        let mut sent = world.applied();
        assert!(sent.len() <= 3, "cut off after {polls}: {sent:?}");
        for _ in 0..3 {
            world.pass(DAY);
            world.run().await;
        }
        sent.extend(world.applied());
        assert_eq!((first, held(&world).await), (3, 0));
        let mut made: BTreeMap<&String, u32> = BTreeMap::new();
        for (_, _, key) in &sent {
            *made.entry(key).or_default() += 1;
        }
        assert_eq!(world.objects("room").len(), 8, "cut off after {polls}");
        assert!(
            made.values().all(|count| *count == 1),
            "cut off after {polls}: {sent:?}"
        );
        if ended {
            assert!(polls > 50, "a night takes more than {polls} polls");
            break;
        }
    }
}
