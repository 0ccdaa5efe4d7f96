//! Guards in whole cycles: what halts leaves everything as it was, and goes on only as a person decided.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use std::pin::pin;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll, Waker};

use samklang_core::guard::{Change, FirstImport, Limit, Limits, Proposal, Subject};
use samklang_core::mapping::{MappingSource, Mappings, Vocabulary};
use samklang_core::port::{Guarding as _, Store as _, WindowState};
use samklang_cycle::{Ended, Mode, Quiet, Stop, Worker};
use samklang_store::{Decided, Ruling};
use world::World;

#[track_caller]
fn waiting(ended: &Ended) -> &Stop {
    match ended {
        Ended::Waiting(stop) => stop,
        other => panic!("it does not wait: {other:?}"),
    }
}

fn proposal(stop: &Stop) -> Proposal {
    serde_json::from_value(stop.detail["proposal"].clone()).unwrap()
}

/// A world whose school tells where its persons belong: their mail is their school, their places their year.
async fn schools() -> World {
    let mut world = World::new().await;
    let description = samklang_core::port::Connectors::describe(&world.systems, "school").unwrap();
    let mut source: MappingSource = toml::from_str(world::SCHOOL).unwrap();
    let person = source.inbound.get_mut("person").unwrap();
    person.cell = Some("{{ mail }}".to_owned());
    person.year = Some("{{ places }}".to_owned());
    let mut vocabulary = Vocabulary::default();
    let inbound = Mappings::compile_inbound(&source, &description, &mut vocabulary).unwrap();
    world
        .tenant
        .connections
        .get_mut("school")
        .unwrap()
        .mappings
        .inbound = inbound;
    world
}

fn pupil(world: &World, number: u32, school: &str, year: u32) {
    let (key, name, id) = (
        format!("p{number}"),
        format!("Person {number}"),
        format!("n{number}"),
    );
    let year = if year == 0 {
        String::new()
    } else {
        year.to_string()
    };
    let attributes = [
        ("name", name.as_str()),
        ("number", &id),
        ("mail", school),
        ("places", &year),
    ];
    world.put("school", "person", &key, &attributes);
}

/// Seven years of so many pupils each, and as many teachers; everybody in one team, so that the room wants them.
fn whole_school(world: &World, each: u32) {
    world.put("school", "team", "a", &[("name", "Whole"), ("parent", "")]);
    for number in 0..each * 8 {
        pupil(world, number, "north", number / each);
        let (key, person) = (format!("p{number}-a"), format!("p{number}"));
        world.put("school", "place", &key, &[("person", &person), ("team", "a")]);
    }
}

/// The school year turns: the top year leaves, everybody else moves up, and new ones come.
fn turn(world: &World, each: u32) {
    for number in 0..each * 8 {
        match number / each {
            0 => {}
            7 => {
                world.take("school", "person", &format!("p{number}"));
                world.take("school", "place", &format!("p{number}-a"));
            }
            year => pupil(world, number, "north", year + 1),
        }
    }
    for number in each * 8..each * 9 {
        pupil(world, number, "north", 1);
    }
}

#[tokio::test]
async fn half_of_the_persons_replaced_by_others_halts_and_changes_nothing() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    let (before, catalogue) = (world.objects("room"), world.store().await.counts().await.unwrap());
    for number in 0..50 {
        world.take("school", "person", &format!("p{number}"));
        let (name, id) = (format!("Other {number}"), format!("other{number}"));
        world.put("school", "person", &id, &[("name", &name), ("number", &id)]);
    }
    let report = world.run().await;
    let stop = waiting(&report.ended);
    assert_eq!(
        stop.message,
        "the guard halted the import: school: 50 of 100 objects of class `person` would be removed (50 %, limit 20 and 5 %)"
    );
    assert_eq!(world.objects("room"), before);
    let after = world.store().await.counts().await.unwrap();
    assert_eq!(
        (after.entities, after.objects),
        (catalogue.entities, catalogue.objects)
    );
    let sample = &proposal(stop).parts["school"].sample;
    assert!(
        sample
            .iter()
            .any(|sample| sample.change == Change::Removed && sample.after.is_empty())
    );
    let shown = serde_json::to_string(sample).unwrap();
    assert!(shown.contains("Person 0") && !shown.contains("\"n0\""), "{shown}");
}

#[tokio::test]
async fn one_school_that_loses_its_pupils_halts_though_it_is_few_of_all() {
    let world = schools().await;
    for number in 0..600 {
        pupil(&world, number, if number < 60 { "small" } else { "large" }, 0);
    }
    world.run().await;
    for number in 0..24 {
        world.take("school", "person", &format!("p{number}"));
    }
    let report = world.run().await;
    let trips = &proposal(waiting(&report.ended)).parts["school"].trips;
    assert_eq!(trips.len(), 1);
    assert_eq!(
        trips[0].to_string(),
        "24 of 60 objects of class `person` in `small` would be removed (40 %, limit 20 and 5 %)"
    );
}

async fn places(world: &World) -> Vec<(String, samklang_core::guard::Place, u64)> {
    world.store().await.baseline("school").await.unwrap()
}

#[tokio::test]
async fn cells_that_are_told_in_another_way_are_counted_anew() {
    let mut world = World::new().await;
    for number in 0..60 {
        pupil(&world, number, if number < 30 { "small" } else { "large" }, 3);
    }
    world.run().await;
    assert_eq!(places(&world).await.len(), 1, "nothing told of cells");
    world.tenant = schools().await.tenant;
    world.run().await;
    let counted = places(&world).await;
    let told: Vec<_> = counted
        .iter()
        .map(|(_, place, objects)| (place.cell.as_str(), place.year, *objects))
        .collect();
    assert_eq!(told, [("large", Some(3), 30), ("small", Some(3), 30)]);
    pupil(&world, 0, "large", 4);
    world.take("school", "person", "p1");
    world.run().await;
    let counted = places(&world).await;
    let told: Vec<_> = counted
        .iter()
        .map(|(_, place, objects)| (place.cell.as_str(), place.year, *objects))
        .collect();
    assert_eq!(
        told,
        [
            ("large", Some(3), 30),
            ("small", Some(3), 28),
            ("large", Some(4), 1)
        ]
    );
}

#[tokio::test]
async fn the_baseline_is_what_was_accepted_last_not_what_was_received_last() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    waiting(&world.run().await.ended);
    world.decide(Ruling::Reject, "half a file").await;
    // Ten fewer than what was rejected, fifty fewer than what was accepted.
    for number in 40..50 {
        world.take("school", "person", &format!("p{number}"));
    }
    let report = world.run().await;
    assert!(
        waiting(&report.ended).message.contains("50 of 100"),
        "{:?}",
        report.ended
    );
}

#[tokio::test]
async fn what_arrives_while_halted_replaces_the_proposal() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    let first = proposal(waiting(&world.run().await.ended)).digest();
    assert_eq!(
        proposal(waiting(&world.run().await.ended)).digest(),
        first,
        "the same again"
    );
    for number in 0..10 {
        world.school_person(number);
    }
    let second = world.run().await;
    assert!(waiting(&second.ended).message.contains("30 of 100"));
    assert_ne!(proposal(waiting(&second.ended)).digest(), first);
    // Whoever looked at the former proposal does not decide about this one.
    let decision = samklang_store::Decision {
        verdict: Ruling::Release,
        who: "anna",
        reason: "seen",
        digest: Some(&first),
    };
    let decided = world.store().await.decide_halt(&decision, 1).await.unwrap();
    assert_eq!(decided, Decided::Replaced);
    // What is whole again passes by itself.
    world.school(100);
    let third = world.run().await;
    assert_eq!(third.ended, Ended::Done);
    assert_eq!(third.cycle, second.cycle);
}

#[tokio::test]
async fn to_edit_a_limit_releases_nothing() {
    let mut world = World::new().await;
    world.school(100);
    world.run().await;
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    waiting(&world.run().await.ended);
    let wide = Limits {
        removed: Limit {
            count: 1000,
            percent: 100,
            hard_percent: None,
        },
        ..Limits::of(Subject::Person)
    };
    for name in ["school", "room"] {
        let guard = &mut world.tenant.connections.get_mut(name).unwrap().guard;
        guard.limits.insert(Subject::Person, wide.clone());
    }
    waiting(&world.run().await.ended);
    // What is read anew and differs is judged by the new limits.
    world.take("school", "person", "p40");
    assert_eq!(world.run().await.ended, Ended::Done);
}

#[tokio::test]
async fn a_release_is_for_once_and_kept_with_who_and_why() {
    let world = World::new().await;
    world.school(200);
    world.run().await;
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    let cycle = world.run().await.cycle;
    world.decide(Ruling::Release, "they moved").await;
    waiting(&world.run().await.ended);
    world
        .decide(Ruling::Release, "they moved, also from the room")
        .await;
    assert_eq!(world.run().await.ended, Ended::Done);
    for number in 40..80 {
        world.take("school", "person", &format!("p{number}"));
    }
    waiting(&world.run().await.ended);
    let decisions = world.store().await.decisions(cycle).await.unwrap();
    assert_eq!(decisions.len(), 2);
    let one = &decisions[0];
    assert_eq!(
        (one.who.as_str(), one.reason.as_str(), one.verdict.as_str()),
        ("anna", "they moved", "released")
    );
    assert!(one.digest.is_some());
    assert_eq!(one.counts.as_ref().unwrap()["school"][0]["count"], 40);
}

#[tokio::test]
async fn above_a_hard_limit_two_different_persons_decide() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    world.systems.with("school", |system| system.objects.clear());
    let report = world.run().await;
    let stop = waiting(&report.ended);
    assert!(
        stop.message.contains("nothing at all would be left of "),
        "{}",
        stop.message
    );
    assert!(stop.remedy.contains("two different persons"), "{}", stop.remedy);
    let release = |who| world.decide_as(Ruling::Release, who, "we close");
    assert!(matches!(release("anna").await, Decided::OneOfTwo { .. }));
    waiting(&world.run().await.ended);
    assert_eq!(release("Anna").await, Decided::SamePerson);
    assert!(matches!(release("bo").await, Decided::Done { .. }));
    let report = world.run().await;
    assert!(
        waiting(&report.ended)
            .message
            .contains("the guard halted the plan")
    );
}

#[tokio::test]
async fn a_delivery_that_is_marked_as_bad_is_not_taken_again() {
    let world = World::new().await;
    world.school(100);
    world.run().await;
    for number in 0..40 {
        world.take("school", "person", &format!("p{number}"));
    }
    waiting(&world.run().await.ended);
    world.decide(Ruling::RejectSource, "a test file").await;
    let report = world.run().await;
    let Ended::Failed(stop) = &report.ended else {
        panic!("{report:?}")
    };
    assert_eq!(
        stop.message,
        "school: what is delivered was marked as bad before: a test file"
    );
    world.school(99);
    assert_eq!(world.run().await.ended, Ended::Done);
}

#[tokio::test]
async fn what_is_older_than_what_was_accepted_halts() {
    let world = World::new().await;
    world.school(10);
    let deliver = |at| world.systems.with("school", |system| system.delivered = Some(at));
    deliver(1000);
    world.run().await;
    deliver(900);
    assert_eq!(
        world.run().await.ended,
        Ended::Done,
        "the same content does no harm"
    );
    world.put("school", "person", "p1", &[("name", "Former"), ("number", "n1")]);
    let report = world.run().await;
    let stop = waiting(&report.ended);
    assert!(
        stop.message
            .contains("the delivery is older than the one accepted before"),
        "{}",
        stop.message
    );
    waiting(&world.run().await.ended);
    deliver(1100);
    assert_eq!(world.run().await.ended, Ended::Done);
}

#[tokio::test]
async fn a_first_import_passes_until_a_target_was_written_or_as_configured() {
    let mut world = World::new().await;
    world
        .tenant
        .connections
        .get_mut("school")
        .unwrap()
        .guard
        .first_import = Some(FirstImport::Approve);
    world.school(4);
    let report = world.run().await;
    assert_eq!(
        waiting(&report.ended).message,
        "the guard halted the import: school: its first import has to be approved"
    );
    assert!(world.objects("room").is_empty());
    world.decide(Ruling::Release, "this is our school").await;
    assert_eq!(world.run().await.ended, Ended::Done);
    assert!(!world.objects("room").is_empty());
    // A source that joins once a target has been written is approved, too, unless the tenant says otherwise.
    let payroll =
        "[inbound.person]\nentity = \"person\"\n[inbound.person.attributes]\ndisplay_name = \"{{ name }}\"\n";
    let room = world.tenant.connections.remove("room").unwrap();
    let joined = World::with(payroll, world::ROOM).await.tenant;
    world.tenant = joined;
    world.tenant.connections.insert("room".to_owned(), room);
    world.put("payroll", "person", "x", &[("name", "Somebody")]);
    let report = world.run().await;
    assert!(
        waiting(&report.ended)
            .message
            .contains("payroll: its first import has to be approved")
    );
}

#[tokio::test]
async fn an_announced_promotion_passes_once() {
    let world = schools().await;
    whole_school(&world, 40);
    world.run().await;
    let store = world.store().await;
    store
        .announce_promotion("school", (0, 5_000), "anna", "august", 0)
        .await
        .unwrap();
    // An ordinary night does not use it up.
    pupil(&world, 0, "north", 0);
    world.put(
        "school",
        "person",
        "p0",
        &[("name", "New Name"), ("number", "n0"), ("mail", "north")],
    );
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(store.promotions(9).await.unwrap()[0].state, WindowState::Open);
    turn(&world, 40);
    let report = world.run().await;
    // The import passed; what it takes from the target is the plan's affair.
    assert!(
        waiting(&report.ended)
            .message
            .starts_with("the guard halted the plan"),
        "{report:?}"
    );
    let used = &store.promotions(9).await.unwrap()[0];
    assert_eq!(
        (used.state, used.used_in),
        (WindowState::Used, Some(report.cycle))
    );
    world.decide(Ruling::Reject, "not yet").await;
    for number in 40..120 {
        world.take("school", "person", &format!("p{number}"));
    }
    assert!(
        waiting(&world.run().await.ended)
            .message
            .starts_with("the guard halted the import")
    );
}

#[tokio::test]
async fn a_promotion_that_was_not_announced_is_released_as_one() {
    let world = schools().await;
    whole_school(&world, 40);
    world.run().await;
    turn(&world, 40);
    let report = world.run().await;
    assert!(waiting(&report.ended).remedy.contains("--as promotion"));
    world.decide(Ruling::ReleaseAsPromotion, "august").await;
    assert!(
        waiting(&world.run().await.ended)
            .message
            .starts_with("the guard halted the plan")
    );
    let decisions = world.store().await.decisions(report.cycle).await.unwrap();
    assert_eq!(decisions[0].verdict, "released-as-promotion");
}

#[tokio::test]
async fn a_window_expires_and_never_lets_an_empty_delivery_pass() {
    let world = schools().await;
    whole_school(&world, 40);
    world.run().await;
    let store = world.store().await;
    store
        .announce_promotion("school", (0, 5_000), "anna", "august", 0)
        .await
        .unwrap();
    world.systems.with("school", |system| system.objects.clear());
    let report = world.run().await;
    assert!(
        waiting(&report.ended).message.contains(
            "a promotion was announced, but a promotion does not explain this: nothing at all would be left of "
        ),
        "{report:?}"
    );
    let decided = world
        .decide_as(Ruling::ReleaseAsPromotion, "anna", "august")
        .await;
    assert!(matches!(decided, Decided::NoPromotion(_)), "{decided:?}");
    world.decide(Ruling::Reject, "empty").await;
    world.clock.0.store(5_000, Ordering::Relaxed);
    whole_school(&world, 40);
    turn(&world, 40);
    waiting(&world.run().await.ended);
    assert_eq!(store.promotions(9).await.unwrap()[0].state, WindowState::Expired);
}

/// Polls a run this often and then drops it where it stands.
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
        tokio::time::sleep(std::time::Duration::from_micros(200)).await;
    }
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_cut_off_while_it_halts_or_is_released_ends_the_same() {
    let mut cut_off = 0;
    for released in [false, true] {
        for polls in (0_usize..).map(|step| step * 7 + step * step / 4) {
            let world = World::new().await;
            world.school(100);
            world.run().await;
            for number in 0..30 {
                world.take("school", "person", &format!("p{number}"));
            }
            if released {
                waiting(&world.run().await.ended);
                world.decide(Ruling::Release, "they moved").await;
            }
            let finished = finishes_within(&world, polls).await;
            let report = world.run().await;
            let message = &waiting(&report.ended).message;
            let expected = if released {
                "the guard halted the plan"
            } else {
                "the guard halted the import"
            };
            assert!(
                message.starts_with(expected),
                "after {polls} polls, released {released}: {message}"
            );
            let digest = proposal(waiting(&report.ended)).digest();
            let kept = world.store().await;
            let position = kept
                .steps(report.cycle)
                .await
                .unwrap()
                .iter()
                .find(|step| step.state == samklang_core::port::StepState::Halted)
                .unwrap()
                .position;
            let whole = kept.proposal(report.cycle, position).await.unwrap().unwrap();
            assert_eq!(whole.digest(), digest);
            assert!(
                !whole.parts.values().all(|part| part.sample.is_empty()),
                "examples are kept"
            );
            if finished {
                break;
            }
            cut_off += 1;
        }
    }
    assert!(cut_off > 10, "it was cut off at {cut_off} points only");
}
