//! What goes wrong, one by one: quarantine with its clock, a target that refuses in proportion, outcomes that are not known.

#![allow(clippy::unwrap_used, reason = "test support: a panic is the report")]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use samklang_core::Value;
use samklang_core::connector::Action;
use samklang_core::port::{Counts, CycleState, Store};
use samklang_cycle::{Ended, Report, StopCode};
use world::{DAY, World};

fn export(report: &Report) -> Counts {
    report
        .steps
        .iter()
        .find(|step| step.spec.kind == "export")
        .unwrap()
        .counts
}

#[tokio::test]
async fn what_is_refused_has_a_clock_that_grows_and_leaves_when_it_succeeds() {
    let world = World::new().await;
    world.school(3);
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.insert("p1".to_owned()));
    world.run().await;
    let listed = world.store().await.quarantined(9).await.unwrap();
    assert_eq!((listed.len(), listed[0].failures, listed[0].due), (1, 1, 0));
    assert!(
        listed[0].finding.remedy.contains("mend the value"),
        "{}",
        listed[0].finding.remedy
    );
    assert_eq!(export(&world.run().await).refused, 1, "at once in the next cycle");
    assert_eq!(
        export(&world.run().await).planned,
        0,
        "and then not before its time"
    );
    for (minutes, failures) in [(15, 3), (60, 4), (240, 5), (20 * 60, 6), (20 * 60, 7)] {
        world.pass(minutes * 60_000 - 1);
        assert_eq!(export(&world.run().await).planned, 0, "{minutes}");
        world.pass(1);
        assert_eq!(export(&world.run().await).refused, 1, "{minutes}");
        assert_eq!(
            world.store().await.quarantined(9).await.unwrap()[0].failures,
            failures
        );
    }
    // A person who mended it need not wait.
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.clear());
    assert_eq!(world.store().await.retry(None).await.unwrap(), 1);
    assert_eq!(export(&world.run().await).done, 1);
    assert!(world.store().await.quarantined(9).await.unwrap().is_empty());
    assert!(world.store().await.findings(9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_change_at_its_source_is_tried_at_once_whatever_the_clock_says() {
    let world = World::new().await;
    world.school(3);
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.insert("p1".to_owned()));
    for _ in 0..3 {
        world.run().await;
    }
    world
        .systems
        .with("room", |system| system.misdeeds.refuses.clear());
    world.put("school", "person", "p1", &[("name", "Mended"), ("number", "n1")]);
    assert_eq!(export(&world.run().await).done, 1);
    assert!(world.store().await.quarantined(9).await.unwrap().is_empty());
}

fn refuse(world: &World, persons: std::ops::Range<u32>) {
    world.systems.with("room", |system| {
        system.misdeeds.refuses = persons.map(|number| format!("p{number}")).collect();
    });
}

#[tokio::test]
async fn a_target_that_refuses_in_proportion_is_left_alone_and_tried_with_a_few() {
    let world = World::new().await;
    world.school(100);
    refuse(&world, 0..100);
    let report = world.run().await;
    let Ended::Failed(stop) = &report.ended else {
        panic!("{report:?}")
    };
    assert_eq!(stop.code, StopCode::Breaker);
    assert!(
        stop.message.contains("put off to the next cycle"),
        "{}",
        stop.message
    );
    assert_eq!(
        world.store().await.cycles(1).await.unwrap()[0].state,
        CycleState::Incomplete
    );
    let refused = world.store().await.quarantined(200).await.unwrap().len();
    // Four calls of ten operations are under way at a time.
    assert!((18..=40).contains(&refused), "{refused}: the rest was not sent");
    // It has not come round: a few tell.
    world.pass(DAY);
    let again = world.run().await;
    assert!(!again.resumed, "a new cycle has begun");
    assert!(matches!(again.ended, Ended::Failed(_)));
    let tried = world.store().await.quarantined(200).await.unwrap();
    assert!(tried.iter().filter(|one| one.failures > 1).count() <= 5);
    // It has.
    refuse(&world, 0..0);
    world.pass(DAY);
    let better = world.run().await;
    assert_eq!(better.ended, Ended::Done);
    assert_eq!(world.objects("room").len(), 102);
    assert!(world.store().await.quarantined(9).await.unwrap().is_empty());
    assert_eq!(export(&world.run().await).planned, 0);
}

#[tokio::test]
async fn a_quarter_refused_is_no_reason_to_stop() {
    let world = World::new().await;
    world.school(40);
    refuse(&world, 0..10);
    let report = world.run().await;
    assert_eq!(report.ended, Ended::Done);
    assert_eq!(export(&report).refused, 10);
}

#[tokio::test]
async fn an_unknown_outcome_is_read_back_whatever_the_operation() {
    let world = World::new().await;
    world.school(4);
    let lose = |world: &World| {
        world
            .systems
            .with("room", |system| system.misdeeds.answer_lost = true);
    };
    let once = |world: &World, action: Action, key: &str| {
        let applied = world.applied();
        let count = applied
            .iter()
            .filter(|(done, _, of)| *done == action && of == key)
            .count();
        assert_eq!(count, 1, "{action:?} of {key}: {applied:?}");
    };
    lose(&world);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    assert_eq!(world.run().await.ended, Ended::Done);
    once(&world, Action::Create, "p1");
    world.put("school", "person", "p1", &[("name", "Changed"), ("number", "n1")]);
    lose(&world);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    assert_eq!(world.run().await.ended, Ended::Done);
    once(&world, Action::Update, "p1");
    assert_eq!(
        world.objects("room")[&("person".to_owned(), "p1".to_owned())]["name"],
        Value::Text("Changed".to_owned())
    );
    world.take("school", "person", "p1");
    world.take("school", "place", "p1-0");
    lose(&world);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    assert_eq!(world.run().await.ended, Ended::Done);
    once(&world, Action::Delete, "p1");
    assert_eq!(export(&world.run().await).planned, 0);
}

#[tokio::test]
async fn what_was_sent_in_vain_is_planned_anew_on_the_ground_of_today() {
    let world = World::new().await;
    world.school(4);
    world.run().await;
    world.take("school", "person", "p1");
    world.take("school", "place", "p1-0");
    world
        .systems
        .with("room", |system| system.misdeeds.request_lost = true);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    // Before anybody knows what became of it, the person is back.
    world.school(4);
    world.applied();
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(world.applied(), [], "nobody is removed who has a place");
    // Who is not back is removed.
    world.take("school", "person", "p2");
    world.take("school", "place", "p2-a");
    world
        .systems
        .with("room", |system| system.misdeeds.request_lost = true);
    assert!(matches!(world.run().await.ended, Ended::Failed(_)));
    assert_eq!(world.run().await.ended, Ended::Done);
    let removed = (Action::Delete, "person".to_owned(), "p2".to_owned());
    assert_eq!(world.applied(), [removed]);
    assert_eq!(export(&world.run().await).planned, 0);
}

#[tokio::test]
async fn what_cannot_be_mapped_waits_alone_and_comes_back_when_its_time_comes() {
    let world = World::with("", BY_MAIL).await;
    world.school(2);
    world.put("school", "person", "p1", &[("name", "One"), ("number", "n1")]);
    world.put(
        "school",
        "person",
        "p0",
        &[("name", "Nil"), ("number", "n0"), ("mail", "nil@example.org")],
    );
    assert_eq!(world.run().await.ended, Ended::Done);
    assert_eq!(world.objects("room").len(), 1);
    let listed = world.store().await.quarantined(9).await.unwrap();
    assert_eq!((listed.len(), listed[0].finding.code.as_str()), (1, "mapping"));
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "One"), ("number", "n1"), ("mail", "one@example.org")],
    );
    world.run().await;
    assert_eq!(world.objects("room").len(), 2);
    assert!(world.store().await.quarantined(9).await.unwrap().is_empty());
}

const BY_MAIL: &str = r#"
[outbound.person]
entity = "person"
key = "{{ email }}"
[outbound.person.attributes]
name = "{{ display_name }}"
"#;
