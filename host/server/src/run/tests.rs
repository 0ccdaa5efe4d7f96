//! What runs, by a clock that tests turn.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use samklang_store::Installation;
use uuid::Uuid;

use super::material::{HandClock, Stage, stopped, store};
use super::*;
use crate::access::{Operator, Role, Within};
use crate::desk::DeskError;
use crate::view::Moment;

const EVENING: &str = "2026-06-30T20:00:00Z";

fn anna(tenant: &str) -> Within<Operator> {
    Within::admit(tenant, "anna", Role::Operator).unwrap()
}

fn errand(number: u128) -> Task {
    Task::Errand {
        entity: Uuid::from_u128(number),
        target: None,
        distribute: false,
        reason: "new today".into(),
    }
}

struct World {
    clock: HandClock,
    store: Installation,
    stage: Arc<Stage>,
}

impl World {
    async fn new(now: &str, tenants: &[&str]) -> Self {
        let clock = HandClock::at(now);
        Self {
            stage: Stage::new(clock.clone(), tenants),
            store: store().await,
            clock,
        }
    }

    /// A runner whose supervisor is at work.
    async fn started(&self, at_once: usize) -> Runner {
        let runner = self.stage.runner(&self.store, at_once);
        runner.start();
        self.clock.quiet(&runner).await;
        runner
    }
}

#[tokio::test]
async fn one_task_at_a_time_in_a_tenant() {
    let World { clock, store, stage } = World::new(EVENING, &["nordvik", "solborg"]).await;
    let runner = stage.runner(&store, 4);
    stage.hold();
    runner.begin(anna("nordvik"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    assert_eq!(
        runner.begin(anna("nordvik"), Task::Cycle).await,
        Err(Busy::Already)
    );
    runner.begin(anna("nordvik"), errand(1)).await.unwrap();
    runner.begin(anna("nordvik"), errand(2)).await.unwrap();
    assert_eq!(runner.begin(anna("nordvik"), errand(1)).await, Err(Busy::Already));
    runner.begin(anna("solborg"), Task::Cycle).await.unwrap();
    stage.until_at_work(2).await;
    assert_eq!(stage.story(), ["nordvik cycle", "solborg cycle"]);
    assert!(runner.is_running("nordvik") && !runner.is_running("elsewhere"));
    assert_eq!(runner.numbers(), (2, 2, 0));
    runner.start();
    while !runner.is_alive() {
        tokio::task::yield_now().await;
    }
    let kept = store.schedule().wanted().await.unwrap();
    assert_eq!(
        kept.len(),
        4,
        "nothing of it is taken for what a former server left"
    );
    stage.let_go();
    clock.quiet(&runner).await;
    assert_eq!(
        stage.story(),
        [
            "nordvik cycle",
            "solborg cycle",
            "nordvik errand",
            "nordvik errand"
        ]
    );
    assert!(stage.ran().iter().all(|ran| ran.who == "anna"));
    assert!(!runner.is_running("nordvik"));
}

#[tokio::test]
async fn whoever_asks_just_when_the_same_ends_is_not_refused() {
    let World { store, stage, .. } = World::new(EVENING, &["nordvik"]).await;
    let runner = stage.runner(&store, 4);
    let ask = || {
        let runner = runner.clone();
        tokio::spawn(async move { runner.ask(anna("nordvik"), Task::Cycle).await })
    };
    stage.hold();
    stage.linger(true);
    assert_eq!(ask().await.unwrap(), Ok(()));
    stage.until_at_work(1).await;
    assert_eq!(ask().await.unwrap(), Err(Busy::Already), "it is at work");
    stage.let_go();
    let may_end = || runner.lane("nordvik", |lane| lane.may_end(&Task::Cycle));
    while !may_end() {
        tokio::task::yield_now().await;
    }
    let (goes_on, ends) = (ask(), ask());
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(
        !goes_on.is_finished() && !ends.is_finished(),
        "that is not known yet"
    );
    runner.rest("nordvik", false);
    runner.tell("nordvik", News::Changed);
    assert_eq!(
        goes_on.await.unwrap(),
        Err(Busy::Already),
        "it was between two steps"
    );
    assert_eq!(ends.await.unwrap(), Err(Busy::Already));

    runner.rest("nordvik", true);
    let (first, second) = (ask(), ask());
    stage.linger(false);
    let ends = [first.await.unwrap(), second.await.unwrap()];
    assert!(ends.contains(&Ok(())), "{ends:?}");
    stage.until_begun(2).await;
    assert_eq!(stage.story(), ["nordvik cycle", "nordvik cycle"]);
}

#[tokio::test]
async fn there_are_so_many_places_and_a_cycle_that_waits_has_none() {
    let world = World::new(EVENING, &["a", "b", "c"]).await;
    let (stage, runner) = (&world.stage, world.started(1).await);
    stage.ends("a", [stopped("fault", Some("waiting-for-data"))]);
    stage.hold();
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    runner.begin(anna("b"), Task::Cycle).await.unwrap();
    runner.begin(anna("c"), Task::Cycle).await.unwrap();
    assert_eq!(runner.numbers(), (1, 2, 0));
    stage.let_go();
    world.clock.quiet(&runner).await;
    assert_eq!(stage.story().len(), 3);
    assert_eq!(runner.numbers(), (0, 0, 1));
}

#[tokio::test]
async fn what_data_or_time_may_mend_is_tried_again_by_itself() {
    let world = World::new(EVENING, &["a", "b", "c"]).await;
    let (stage, runner) = (&world.stage, world.started(4).await);
    for _ in 0..3 {
        stage.ends("a", [stopped("fault", Some("waiting-for-data"))]);
        stage.ends("b", [Err(DeskError::Failed("the store does not answer".into()))]);
        stage.ends("c", [stopped("guard", None)]);
    }
    for tenant in ["a", "b", "c"] {
        runner.begin(anna(tenant), Task::Cycle).await.unwrap();
    }
    world.clock.quiet(&runner).await;
    assert!(runner.last_error("b").is_some() && runner.last_error("a").is_none());
    let first = stage.ran()[0].at;
    assert_eq!(runner.tries_again("a"), Some(Moment(first + 60_000)));
    world.clock.pass(&runner, 30).await;
    let of = |tenant: &str| -> Vec<i64> {
        let ran = stage.ran().into_iter().filter(|ran| ran.tenant == tenant);
        ran.map(|ran| (ran.at - first) / 60_000).collect()
    };
    assert_eq!(of("a"), [0, 1, 3, 7], "after one minute, two, four");
    assert_eq!(of("b"), [0, 1, 3, 7]);
    assert_eq!(of("c"), [0], "a person decides");
    assert_eq!(runner.last_error("b"), None, "it could be run at last");
    assert_eq!(runner.tries_again("c"), None);
}

#[tokio::test]
async fn a_system_that_asks_for_a_pause_gets_it() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(4).await);
    let now = world.clock.now();
    let mut busy = material::wait("fault", Some("rate-limited"));
    busy.not_before = Some(Moment(now + 20 * 60_000));
    stage.ends("a", [Ok(RunEnd::Stopped(Box::new(busy)))]);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    world.clock.quiet(&runner).await;
    assert_eq!(runner.tries_again("a"), Some(Moment(now + 20 * 60_000)));
    world.clock.pass(&runner, 19).await;
    assert_eq!(stage.ran().len(), 1);
    world.clock.pass(&runner, 1).await;
    assert_eq!(stage.ran().len(), 2);
}

#[tokio::test]
async fn a_file_or_a_decision_makes_it_go_on_at_once() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(4).await);
    runner.wake("a");
    world.clock.quiet(&runner).await;
    assert!(stage.ran().is_empty(), "nothing waits");

    stage.ends(
        "a",
        [stopped("fault", Some("waiting-for-data")), stopped("guard", None)],
    );
    runner.begin(anna("a"), Task::Plan).await.unwrap();
    world.clock.quiet(&runner).await;
    runner.wake("a");
    world.clock.quiet(&runner).await;
    let story = stage.story();
    assert_eq!(
        story,
        ["a plan", "a plan"],
        "what was asked for goes on, and no more than that"
    );
    runner.wake("a");
    world.clock.quiet(&runner).await;
    assert_eq!(stage.story().len(), 3, "after a decision");

    stage.ends("a", [stopped("fault", Some("waiting-for-data"))]);
    stage.hold();
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    runner.wake("a");
    stage.let_go();
    world.clock.quiet(&runner).await;
    assert_eq!(
        stage.story().len(),
        5,
        "what arrives while it is at work is looked at after"
    );
    world.clock.pass(&runner, 60).await;
    assert_eq!(stage.story().len(), 5, "and it is done");
}

#[tokio::test]
async fn what_another_process_left_waiting_is_woken_too() {
    let World { store, stage, .. } = World::new(EVENING, &["a"]).await;
    let runner = stage.runner(&store, 4);
    stage.show("a", |summary| {
        summary.waits = Some(material::wait("guard", None));
        summary.cycle.as_mut().unwrap().ended = None;
    });
    runner.wake("a");
    stage.until_begun(1).await;
    assert_eq!(stage.story(), ["a cycle"]);
}

#[tokio::test]
async fn a_cycle_that_has_come_to_its_end_is_not_begun_anew() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(4).await);
    stage.ends("a", [stopped("guard", None)]);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    world.clock.quiet(&runner).await;
    assert_eq!(runner.numbers(), (0, 0, 1));
    // Somebody rejects it.
    stage.show("a", |summary| {
        summary.cycle.as_mut().unwrap().ended = Some(Moment(1))
    });
    runner.wake("a");
    world.clock.quiet(&runner).await;
    assert_eq!(stage.story().len(), 1);
    while runner.numbers() != (0, 0, 0) {
        tokio::task::yield_now().await;
    }

    stage.ends_all.store(true, Ordering::Relaxed);
    stage.ends("a", [stopped("fault", Some("unreachable"))]);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    world.clock.quiet(&runner).await;
    world.clock.pass(&runner, 60).await;
    assert_eq!(
        stage.story().len(),
        2,
        "a target that failed waits for the next cycle"
    );
    assert_eq!(world.store.schedule().wanted().await.unwrap(), []);
}

/// When tasks were begun, to the minute.
fn times(stage: &Stage) -> Vec<String> {
    let ran = stage.ran().into_iter();
    ran.map(|ran| Moment(ran.at / 60_000 * 60_000).to_string())
        .collect()
}

#[tokio::test]
async fn the_schedule_begins_cycles_and_what_was_missed_is_caught_up_once() {
    let world = World::new("2026-03-27T20:00:00Z", &["a", "b"]).await;
    let (stage, clock) = (&world.stage, &world.clock);
    stage.configure("a", |plan| plan.schedule = vec!["30 2 * * *".into()]);
    let runner = world.started(4).await;
    assert_eq!(runner.next("a").unwrap().to_string(), "2026-03-28T01:30:00Z");
    assert_eq!(runner.next("b"), None);
    clock.pass(&runner, 60 * 60).await;
    assert_eq!(
        times(stage),
        [
            "2026-03-28T01:30:00Z",
            "2026-03-29T01:00:00Z",
            "2026-03-30T00:30:00Z"
        ],
        "on the 29th the hour from two to three is skipped"
    );
    assert!(stage.ran().iter().all(|ran| ran.who == "samklang"));
    assert!(runner.is_alive());
    runner.stop(STOP_WITHIN).await;

    clock.turn(60 * 24 * 3);
    assert!(!runner.is_alive());
    let runner = world.started(4).await;
    assert_eq!(stage.ran().len(), 4, "three were missed: one is caught up");
    runner.stop(STOP_WITHIN).await;
    let runner = world.started(4).await;
    assert_eq!(stage.ran().len(), 4, "and once only");

    stage.configure("a", |plan| plan.schedule = vec!["0 12 * * *".into()]);
    stage.configure("b", |plan| plan.schedule = vec!["*/5 * * * *".into()]);
    clock.pass(&runner, 2).await;
    let noon = runner.next("a").unwrap().to_string();
    assert!(noon.ends_with("T10:00:00Z"), "a change is noticed: {noon}");
    assert!(runner.next("b").is_some());
}

/// Who changes the time of the nightly cycle at ten in the morning, or gives a tenant a schedule again after weeks without one, has missed
/// nothing that would be caught up, neither while the server runs nor when it was stopped for that.
#[tokio::test]
async fn a_schedule_that_is_changed_counts_from_then_on() {
    let world = World::new("2026-06-30T20:00:00Z", &["a"]).await;
    let (stage, clock) = (&world.stage, &world.clock);
    let schedule = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|words| (*words).to_owned()).collect();
        stage.configure("a", |plan| plan.schedule = words);
    };
    schedule(&["30 2 * * *"]);
    let mut runner = world.started(4).await;
    clock.pass(&runner, 60 * 12).await;
    assert_eq!(times(stage), ["2026-07-01T00:30:00Z"]);
    let mut during = true;
    for (words, next) in [
        (&["0 6 * * *"][..], "2026-07-02T04:00:00Z"),
        (&["0 7 * * *"], "2026-07-02T05:00:00Z"),
    ] {
        if during {
            schedule(words);
            clock.pass(&runner, 2).await;
        } else {
            runner.stop(STOP_WITHIN).await;
            schedule(words);
            runner = world.started(4).await;
        }
        during = false;
        assert_eq!(stage.ran().len(), 1, "{words:?}");
        assert_eq!(runner.next("a").unwrap().to_string(), next);
    }
    schedule(&[]);
    clock.pass(&runner, 2).await;
    runner.stop(STOP_WITHIN).await;
    clock.turn(60 * 24 * 21);
    schedule(&["0 7 * * *"]);
    let runner = world.started(4).await;
    clock.pass(&runner, 2).await;
    assert_eq!(stage.ran().len(), 1, "{:?}", times(stage));
    assert!(runner.next("a").is_some());
}

/// Two servers of one installation, such as during an update: a night is begun by one of them.
#[tokio::test]
async fn two_processes_begin_a_cycle_once() {
    let world = World::new("2026-06-30T20:00:00Z", &["a"]).await;
    let (stage, clock) = (&world.stage, &world.clock);
    stage.configure("a", |plan| plan.schedule = vec!["30 2 * * *".into()]);
    let (one, other) = (world.started(4).await, world.started(4).await);
    for _ in 0..60 * 24 * 2 {
        clock.turn(1);
        clock.quiet(&one).await;
        clock.quiet(&other).await;
    }
    assert_eq!(times(stage), ["2026-07-01T00:30:00Z", "2026-07-02T00:30:00Z"]);
    assert_eq!(one.next("a"), other.next("a"));
}

/// Something else holds the tenant when its time comes. A cycle that has come to its end meanwhile, by whomever, is the night's: none is
/// begun after it. Where it was none, such as an errand of a command, the night is still to come.
#[tokio::test]
async fn what_another_process_has_done_meanwhile_is_not_done_again() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(4).await);
    let moved = || Err(DeskError::Moved("another worker has it".into()));
    stage.show("a", |summary| summary.cycle.as_mut().unwrap().id = 7);
    stage.ends("a", [moved(), moved()]);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    world.clock.quiet(&runner).await;
    assert_eq!(stage.ran().len(), 1);
    world.clock.pass(&runner, 1).await;
    assert_eq!(stage.ran().len(), 2, "the newest is the one of yesterday");
    stage.show("a", |summary| {
        let cycle = summary.cycle.as_mut().unwrap();
        (cycle.id, cycle.ended) = (8, Some(Moment(2)));
    });
    world.clock.pass(&runner, 60).await;
    assert_eq!(stage.ran().len(), 2, "the other process has run it");
    assert_eq!(runner.numbers(), (0, 0, 0));
    assert_eq!(world.store.schedule().wanted().await.unwrap(), []);

    // It is open when this one was to begin, and is broken off: this one goes on with it.
    stage.show("a", |summary| {
        let cycle = summary.cycle.as_mut().unwrap();
        (cycle.id, cycle.ended) = (9, None);
    });
    stage.ends("a", [moved()]);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    world.clock.quiet(&runner).await;
    world.clock.pass(&runner, 60).await;
    assert_eq!(stage.ran().len(), 4);
}

#[tokio::test]
async fn the_end_of_the_server_settles_tasks_and_the_next_one_takes_them_up() {
    let world = World::new(EVENING, &["a", "b"]).await;
    let (stage, runner) = (&world.stage, world.started(1).await);
    stage.hold();
    runner.begin(anna("a"), Task::Plan).await.unwrap();
    stage.until_at_work(1).await;
    runner.begin(anna("b"), Task::Cycle).await.unwrap();
    runner.begin(anna("b"), errand(1)).await.unwrap();
    runner.stop(STOP_WITHIN).await;
    assert_eq!(stage.story(), ["a plan"], "what waited for a place was not begun");
    assert_eq!(runner.begin(anna("a"), Task::Cycle).await, Err(Busy::Stopping));

    stage.let_go();
    let runner = world.started(1).await;
    let mut story = stage.story();
    story.sort();
    assert_eq!(
        story,
        ["a plan", "a plan", "b cycle", "b errand"],
        "as they were wanted"
    );
    runner.stop(STOP_WITHIN).await;
    world.started(1).await;
    assert_eq!(stage.ran().len(), 4, "what is done is not begun again");
}

#[tokio::test]
async fn what_waits_its_turn_is_taken_up_in_order_for_those_who_asked() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(1).await);
    let check = Task::CheckEnrolment {
        connection: "canvas".into(),
    };
    let bo = Within::<Operator>::admit("a", "bo", Role::Operator).unwrap();
    stage.hold();
    runner.begin(anna("a"), Task::Plan).await.unwrap();
    stage.until_at_work(1).await;
    runner.begin(bo.clone(), errand(1)).await.unwrap();
    runner.begin(anna("a"), check.clone()).await.unwrap();
    runner.begin(bo, Task::Cycle).await.unwrap();
    assert_eq!(
        runner.begin(anna("a"), errand(1)).await,
        Err(Busy::Already),
        "it is kept once"
    );
    let kept = world.store.schedule().wanted().await.unwrap();
    assert_eq!(kept.len(), 4, "{kept:?}");
    // Nothing is said to the runner, which stays at work: its machine has lost its power.
    let stage = Stage::new(world.clock.clone(), &["a"]);
    let runner = stage.runner(&world.store, 1);
    runner.start();
    world.clock.quiet(&runner).await;
    let ran = stage.ran().into_iter().map(|ran| (ran.who, ran.task));
    let ran: Vec<(String, Task)> = ran.collect();
    let who = |who: &str, task| (who.to_owned(), task);
    assert_eq!(
        ran,
        [
            who("anna", Task::Plan),
            who("bo", errand(1)),
            who("anna", check),
            who("bo", Task::Cycle),
        ]
    );
    assert_eq!(world.store.schedule().wanted().await.unwrap(), []);
}

#[tokio::test]
async fn an_errand_that_was_cut_off_leaves_a_cycle_that_is_taken_up_once() {
    let world = World::new(EVENING, &["a"]).await;
    let (stage, runner) = (&world.stage, world.started(1).await);
    stage.hold();
    runner.begin(anna("a"), errand(1)).await.unwrap();
    stage.until_at_work(1).await;
    // Its cycle has begun.
    stage.show("a", |summary| summary.cycle.as_mut().unwrap().ended = None);
    runner.stop(STOP_WITHIN).await;
    stage.let_go();

    let runner = world.started(1).await;
    assert_eq!(
        stage.story(),
        ["a errand", "a cycle"],
        "the errand itself would be refused"
    );
    assert!(stage.ran().iter().all(|ran| ran.who == "anna"));
    runner.stop(STOP_WITHIN).await;
    world.started(1).await;
    assert_eq!(stage.ran().len(), 2);
}

#[tokio::test]
async fn what_is_wanted_of_a_tenant_that_is_away_waits_for_it() {
    let world = World::new(EVENING, &["a", "b"]).await;
    let (stage, runner) = (&world.stage, world.started(1).await);
    stage.hold();
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    runner.begin(anna("b"), errand(1)).await.unwrap();
    runner.stop(STOP_WITHIN).await;
    stage.let_go();

    let without = Stage::new(world.clock.clone(), &["a"]);
    let runner = without.runner(&world.store, 1);
    runner.start();
    world.clock.quiet(&runner).await;
    assert_eq!(without.story(), ["a cycle"]);
    without.add("b");
    world.clock.pass(&runner, 2).await;
    assert_eq!(without.story(), ["a cycle", "b errand"]);
}

#[tokio::test]
async fn a_task_that_does_not_stop_is_broken_off() {
    let World { store, stage, .. } = World::new(EVENING, &["a"]).await;
    let runner = stage.runner(&store, 1);
    stage.hold();
    stage.deaf.store(true, Ordering::Relaxed);
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    runner.stop(Duration::from_millis(20)).await;
    stage.until_at_work(0).await;
    let kept = store.schedule().wanted().await.unwrap();
    assert_eq!(kept.len(), 1, "the next server takes it up");
    assert!(kept[0].begun.is_some() && kept[0].who == "anna", "{kept:?}");
}

#[tokio::test]
async fn who_listens_is_told_a_few_numbers_a_second() {
    let World { store, stage, .. } = World::new(EVENING, &["a"]).await;
    let runner = stage.runner(&store, 1);
    let mut news = runner.listen("a");
    stage.hold();
    runner.begin(anna("a"), Task::Cycle).await.unwrap();
    stage.until_at_work(1).await;
    let mut told = Vec::new();
    while !matches!(told.last(), Some(News::Count(_))) {
        told.push(news.recv().await.unwrap());
    }
    stage.until_counted(1_000).await;
    while let Ok(item) = news.try_recv() {
        told.push(item);
    }
    let counts = told.iter().filter_map(|item| match item {
        News::Count(count) => Some(count.position),
        News::Changed => None,
    });
    let counts: Vec<u32> = counts.collect();
    assert!(
        (1..=20).contains(&counts.len()),
        "of a thousand: {}",
        counts.len()
    );
    assert!(counts.iter().all(|position| *position == 7));
    assert!(told.contains(&News::Changed));
}
