//! One person now, by the same path as everybody.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]
#![allow(dead_code, reason = "the world is shared with the other tests of cycles")]

mod world;

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::Action;
use samklang_cycle::{Ended, Errand, ErrandError, Quiet, Report, Worker};
use uuid::Uuid;
use world::World;

async fn errand(world: &World, errand: &Errand) -> Result<Report, ErrandError> {
    let store = world.store().await;
    let worker = Worker {
        store: &store,
        connectors: &world.systems,
        clock: &world.clock,
        tenant: &world.tenant,
        progress: &Quiet,
    };
    worker.run_errand(errand).await
}

async fn person(world: &World, name: &str) -> Uuid {
    world.store().await.find_entities(name, 2).await.unwrap()[0].id
}

fn object(class: &str, key: &str) -> Errand {
    Errand {
        object: Some(ObjectRef {
            connection: "school".to_owned(),
            class: class.to_owned(),
            key: key.to_owned(),
        }),
        ..Errand::default()
    }
}

fn keys(world: &World) -> Vec<(Action, String)> {
    world
        .applied()
        .into_iter()
        .map(|(action, _, key)| (action, key))
        .collect()
}

#[tokio::test]
async fn one_person_is_synchronised_and_nobody_else() {
    let world = World::new().await;
    world.school(6);
    world.run().await;
    world.applied();
    world.put(
        "school",
        "person",
        "p1",
        &[("name", "New Name"), ("number", "n1")],
    );
    world.put("school", "person", "p2", &[("name", "Not Yet"), ("number", "n2")]);
    let one = Errand {
        entity: Some(person(&world, "Person 1").await),
        ..Errand::default()
    };
    assert_eq!(errand(&world, &one).await.unwrap().ended, Ended::Done);
    assert_eq!(keys(&world), [(Action::Update, "p1".to_owned())]);
    assert_eq!(errand(&world, &one).await.unwrap().ended, Ended::Done);
    assert_eq!(keys(&world), [], "again changes nothing");
    world.run().await;
    assert_eq!(
        keys(&world),
        [(Action::Update, "p2".to_owned())],
        "the rest follows in its cycle"
    );
}

#[tokio::test]
async fn somebody_new_is_fetched_by_the_key() {
    let world = World::new().await;
    world.school(2);
    world.run().await;
    world.applied();
    world.put("school", "person", "p9", &[("name", "Joiner"), ("number", "n9")]);
    world.put("school", "place", "p9-a", &[("person", "p9"), ("team", "a")]);
    errand(&world, &object("person", "p9")).await.unwrap();
    assert_eq!(keys(&world), [], "nobody has a place for the joiner yet");
    errand(&world, &object("place", "p9-a")).await.unwrap();
    assert_eq!(keys(&world), [(Action::Create, "p9".to_owned())]);
    world.run().await;
    assert_eq!(keys(&world), []);
}

#[tokio::test]
async fn what_a_source_does_not_answer_with_is_not_taken_away() {
    let world = World::new().await;
    world.school(4);
    world.run().await;
    world.applied();
    let one = Errand {
        entity: Some(person(&world, "Person 1").await),
        ..Errand::default()
    };
    world.take("school", "person", "p1");
    errand(&world, &one).await.unwrap();
    assert_eq!(keys(&world), [], "the next whole read decides");
    world.take("school", "place", "p1-0");
    world.run().await;
    assert_eq!(keys(&world), [(Action::Delete, "p1".to_owned())]);
}

#[tokio::test]
async fn an_errand_does_not_overtake_a_cycle_that_waits() {
    let world = World::new().await;
    world.school(3);
    world.run().await;
    let id = person(&world, "Person 1").await;
    world.systems.with("school", |system| system.objects.clear());
    assert!(matches!(world.run().await.ended, Ended::Waiting(_)));
    let one = Errand {
        entity: Some(id),
        ..Errand::default()
    };
    assert!(matches!(
        errand(&world, &one).await,
        Err(ErrandError::Unfinished { .. })
    ));
    assert!(
        matches!(world.run().await.ended, Ended::Waiting(_)),
        "it still waits"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_errand_that_is_cut_off_anywhere_is_finished_by_the_next_run() {
    let mut cut_off = 0;
    for polls in (0_usize..).map(|step| step + step * step / 10) {
        let world = World::new().await;
        world.school(4);
        world.run().await;
        world.put(
            "school",
            "person",
            "p1",
            &[("name", "New Name"), ("number", "n1")],
        );
        let one = Errand {
            entity: Some(person(&world, "Person 1").await),
            ..Errand::default()
        };
        let finished = {
            let store = world.store().await;
            let worker = Worker {
                store: &store,
                connectors: &world.systems,
                clock: &world.clock,
                tenant: &world.tenant,
                progress: &Quiet,
            };
            let mut run = pin!(worker.run_errand(&one));
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
        world.applied();
        assert_eq!(world.run().await.ended, Ended::Done, "after {polls} polls");
        assert_eq!(
            world.objects("room")[&("person".to_owned(), "p1".to_owned())]["name"],
            samklang_core::Value::Text("New Name".to_owned()),
            "after {polls} polls"
        );
        world.applied();
        world.run().await;
        assert_eq!(keys(&world), [], "after {polls} polls");
    }
    assert!(cut_off > 5, "it was cut off at {cut_off} points only");
}
