//! What is over its time, through whole cycles: who is gone is erased on the day, and never who is there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::pin::pin;
use std::task::{Context, Poll};

use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::plan::{Policies, Policy, Removal};
use samklang_core::port::Store as _;
use samklang_core::retention::{Kept, Period};
use samklang_cycle::{Ended, Mode, Quiet, Worker, erase, overdue};
use samklang_store::Wanted;
use world::{DAY, ROOM, World};

const PERSON: Kept = Kept::Gone(EntityKind::Person);

async fn known(world: &World, name: &str) -> Vec<Entity> {
    world.store().await.find_entities(name, 2).await.unwrap()
}

/// A school in which somebody has left.
async fn left() -> World {
    let mut world = World::with("", ROOM).await;
    world.tenant.retention.periods.insert(PERSON, Period::days(30));
    world.school(4);
    world.run().await;
    world.take("school", "person", "p1");
    world.take("school", "place", "p1-0");
    world.run().await;
    world
}

#[tokio::test]
async fn who_is_gone_is_erased_when_the_time_is_over() {
    let world = left().await;
    let gone = known(&world, "Person 1").await.remove(0);
    assert_eq!(gone.state, EntityState::Gone);
    world.pass(30 * DAY - 1);
    world.run().await;
    assert_eq!(known(&world, "Person 1").await.len(), 1, "not a moment sooner");
    world.pass(1);
    assert_eq!(world.run().await.ended, Ended::Done);
    assert!(known(&world, "Person 1").await.is_empty());
    let store = world.store().await;
    let wanted = Wanted {
        entity: Some(gone.id),
        ..Wanted::default()
    };
    let entries = store.journal_entries(&wanted, 9).await.unwrap();
    assert_eq!(entries[0].event, "erased");
    assert!(entries[0].cycle.is_some() && entries[0].who == "cycle");
    assert!(entries.len() > 2 && entries[1..].iter().all(|entry| entry.detail.is_none()));
    assert_eq!(store.verify_journal().await.unwrap().found, 0);
    assert!(store.operations_of(gone.id, 9).await.unwrap().is_empty());
    for there in ["Person 0", "Person 2", "Person 3"] {
        let there = known(&world, there).await.remove(0);
        let told = store.journal(there.id, 9).await.unwrap();
        assert!(told.iter().all(|entry| !entry.detail.is_null()), "{told:?}");
        assert!(!store.operations_of(there.id, 9).await.unwrap().is_empty());
    }
    // Who comes back after that is there as if for the first time, and the target as it was.
    world.school(4);
    world.applied();
    world.run().await;
    assert_eq!(known(&world, "Person 1").await[0].state, EntityState::Active);
    assert_eq!(world.objects("room").len(), 6);
}

#[tokio::test]
async fn whom_a_target_holds_stays_until_it_lets_go() {
    let mut world = World::with("", ROOM).await;
    world.tenant.retention.periods.insert(PERSON, Period::days(30));
    let keeps = Policy {
        delete: Removal::Keep,
        ..Policy::default()
    };
    world.tenant.connections.get_mut("room").unwrap().policy = Policies {
        all: keeps,
        ..Policies::default()
    };
    world.school(2);
    world.run().await;
    world.take("school", "person", "p1");
    world.take("school", "place", "p1-0");
    world.run().await;
    world.pass(40 * DAY);
    world.run().await;
    assert_eq!(
        known(&world, "Person 1").await[0].state,
        EntityState::Gone,
        "what is known of an object that stands in a target is how it will ever go"
    );
    world.tenant.connections.get_mut("room").unwrap().policy = Policies::default();
    world.pass(DAY);
    world.run().await;
    assert!(
        known(&world, "Person 1").await.is_empty(),
        "once it has been taken away"
    );
}

#[tokio::test]
async fn history_goes_and_what_is_there_stays_as_it_is() {
    let mut world = World::with("", ROOM).await;
    for kept in Kept::HISTORY {
        world.tenant.retention.periods.insert(kept, Period::days(10));
    }
    world.school(3);
    world.run().await;
    let before = (world.objects("room"), known(&world, "Person 0").await);
    world.pass(11 * DAY);
    world.applied();
    world.run().await;
    assert_eq!((world.objects("room"), known(&world, "Person 0").await), before);
    let store = world.store().await;
    let id = before.1[0].id;
    assert!(store.operations_of(id, 9).await.unwrap().is_empty());
    let told = store
        .journal_entries(
            &Wanted {
                entity: Some(id),
                ..Wanted::default()
            },
            9,
        )
        .await
        .unwrap();
    assert!(!told.is_empty() && told.iter().all(|entry| entry.detail.is_none()));
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!(verdict.found, 0, "{verdict:?}");
    // Nothing is sent because of it, and the next change is worked as ever.
    world.run().await;
    assert_eq!(world.applied(), []);
    world.put("school", "person", "p0", &[("name", "Changed"), ("number", "n0")]);
    world.run().await;
    assert_eq!(world.applied().len(), 1);
}

#[tokio::test]
async fn for_ever_is_for_ever_and_a_person_may_ask_for_it() {
    let mut world = left().await;
    world.tenant.retention.periods.insert(PERSON, Period::Forever);
    world.pass(10_000 * DAY);
    world.run().await;
    assert_eq!(known(&world, "Person 1").await.len(), 1);
    assert!(overdue(&world.tenant, 0).iter().all(|due| due.kept != PERSON));
    world.tenant.retention.periods.insert(PERSON, Period::days(30));
    let store = world.store().await;
    store
        .hold(world.clock.0.load(std::sync::atomic::Ordering::Relaxed))
        .await
        .unwrap();
    let erased = erase(&store, &world.clock, &world.tenant, ("anna", None))
        .await
        .unwrap();
    store.release_lease().await.unwrap();
    assert_eq!(erased[&PERSON].count, 1);
    assert!(known(&world, "Person 1").await.is_empty());
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
async fn a_night_that_is_cut_off_anywhere_erases_once_and_accounts_for_it() {
    for polls in (1..).step_by(11) {
        let world = left().await;
        world.pass(30 * DAY);
        let ended = cut_off(&world, polls).await;
        assert_eq!(world.run().await.ended, Ended::Done, "cut off after {polls}");
        assert!(
            known(&world, "Person 1").await.is_empty(),
            "cut off after {polls}"
        );
        let verdict = world.store().await.verify_journal().await.unwrap();
        assert_eq!(verdict.found, 0, "cut off after {polls}: {verdict:?}");
        if ended {
            assert!(polls > 50, "a night takes more than {polls} polls");
            break;
        }
    }
}
