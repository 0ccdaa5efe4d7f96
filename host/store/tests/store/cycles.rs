use std::time::Duration;

use samklang_core::port::{Counts, CycleKind, CycleState, StepSpec, StepState, Store, StoreError};
use samklang_store::Worker;

use crate::material::{keep, named, planned, settled, shadow, staged, steps};
use crate::place::{Place, keys, tenant};

pub async fn a_cycle_begins_once_and_is_taken_up(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let first = store.begin_cycle(&steps(), 100).await.unwrap();
    assert!(!first.resumed);
    let again = store.begin_cycle(&steps()[..1], 200).await.unwrap();
    assert_eq!((again.cycle, again.resumed), (first.cycle, true));
    assert_eq!(
        store.steps(first.cycle).await.unwrap().len(),
        3,
        "the steps stay as they were"
    );
    store
        .set_cycle(first.cycle, CycleState::Failed, 300)
        .await
        .unwrap();
    store.release_lease().await.unwrap();
    let again = store.begin_cycle(&steps(), 400).await.unwrap();
    assert_eq!((again.cycle, again.resumed), (first.cycle, true));
    let cycles = store.cycles(10).await.unwrap();
    assert_eq!(cycles.len(), 1);
    assert_eq!(
        (cycles[0].state, cycles[0].started, cycles[0].ended),
        (CycleState::Running, 100, None)
    );
}

pub async fn a_halted_cycle_stays_halted(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store
        .settle_step(cycle, 0, StepState::Halted, Counts::default(), None, 2)
        .await
        .unwrap();
    store.set_cycle(cycle, CycleState::Halted, 2).await.unwrap();
    store.release_lease().await.unwrap();
    assert!(store.begin_cycle(&steps(), 3).await.unwrap().resumed);
    assert_eq!(store.cycles(1).await.unwrap()[0].state, CycleState::Halted);
    store
        .settle_step(cycle, 0, StepState::Released, Counts::default(), None, 4)
        .await
        .unwrap();
    store.begin_cycle(&steps(), 5).await.unwrap();
    assert_eq!(store.cycles(1).await.unwrap()[0].state, CycleState::Running);
}

pub async fn steps_are_kept(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.begin_step(cycle, 1, 10).await.unwrap();
    store.begin_step(cycle, 1, 20).await.unwrap();
    let counts = Counts {
        read: 5,
        added: 4,
        changed: 3,
        removed: 2,
        planned: 1,
        done: 6,
        refused: 7,
    };
    let kept = store.steps(cycle).await.unwrap();
    assert_eq!(
        (kept[1].state, kept[1].attempt, kept[1].started),
        (StepState::Running, 2, Some(20))
    );
    store
        .settle_step(cycle, 1, StepState::Failed, counts, Some("{\"why\":1}"), 30)
        .await
        .unwrap();
    let kept = store.steps(cycle).await.unwrap();
    assert_eq!(
        kept.iter().map(|step| step.spec.clone()).collect::<Vec<_>>(),
        steps()
    );
    assert_eq!(
        kept.iter().map(|step| step.position).collect::<Vec<_>>(),
        [0, 1, 2]
    );
    assert_eq!(kept[0].state, StepState::Pending);
    assert_eq!(
        (kept[1].state, kept[1].counts, kept[1].ended),
        (StepState::Failed, counts, Some(30))
    );
    assert_eq!(kept[1].message.as_deref(), Some("{\"why\":1}"));
}

pub async fn an_end_makes_room_for_the_next(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let first = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.set_cycle(first, CycleState::Done, 5).await.unwrap();
    let second = store.begin_cycle(&steps(), 6).await.unwrap();
    assert!(!second.resumed && second.cycle > first);
    let cycles = store.cycles(1).await.unwrap();
    assert_eq!(cycles[0].id, second.cycle, "newest first, as many as asked for");
    assert_eq!(store.cycles(9).await.unwrap()[1].ended, Some(5));
}

pub async fn an_errand_is_never_the_newest_cycle(place: &Place) {
    let (installation, store) = tenant(place).await;
    let newest = || async {
        let newest = store.newest_cycle().await.unwrap();
        let glances = installation.glances(None).await.unwrap();
        let seen = glances.values().next().and_then(|glance| glance.cycle.clone());
        assert_eq!(seen, newest, "both ways to look see the same");
        newest.map(|cycle| (cycle.id, cycle.kind))
    };
    let night = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store
        .settle_step(night, 2, StepState::Failed, Counts::default(), Some("{}"), 2)
        .await
        .unwrap();
    store.set_cycle(night, CycleState::Incomplete, 3).await.unwrap();
    let asked = |kind: &str, connection: Option<&str>| StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    };
    let errand = [asked("fetch", Some("hr")), asked("reconcile", None)];
    let errand = store.begin_cycle(&errand, 4).await.unwrap().cycle;
    assert_eq!(
        newest().await,
        Some((errand, CycleKind::Errand)),
        "what has not ended stands in the way of others, and is seen"
    );
    assert_eq!(store.newest_for_all().await.unwrap().unwrap().id, night);
    store.set_cycle(errand, CycleState::Done, 5).await.unwrap();
    assert_eq!(newest().await, Some((night, CycleKind::Whole)));
    let linking = [asked("feedback", Some("mo")), asked("link-tried", Some("mo"))];
    let linking = store.begin_cycle(&linking, 6).await.unwrap().cycle;
    store.set_cycle(linking, CycleState::Done, 7).await.unwrap();
    assert_eq!(newest().await, Some((night, CycleKind::Whole)));
    let glances = installation.glances(None).await.unwrap();
    let glance = glances.values().next().unwrap();
    assert_eq!(
        glance.cycle.as_ref().map(|cycle| cycle.state),
        Some(CycleState::Incomplete)
    );
    assert_eq!(
        glance.stopped.as_ref().map(|step| step.position),
        Some(2),
        "what failed in the night is still told"
    );
    let listed: Vec<_> = store
        .cycles(9)
        .await
        .unwrap()
        .into_iter()
        .map(|cycle| (cycle.id, cycle.kind))
        .collect();
    assert_eq!(
        listed,
        [
            (linking, CycleKind::Link),
            (errand, CycleKind::Errand),
            (night, CycleKind::Whole)
        ],
        "each is listed as what it is"
    );
}

pub async fn a_living_holder_keeps_the_lease(place: &Place) {
    let (installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1_000).await.unwrap();
    let other = installation
        .with_worker(Worker::new("second"))
        .tenant("aarhus", &keys())
        .await
        .unwrap();
    let refused = other.begin_cycle(&steps(), 2_000).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::Busy { holder } if holder == "first"),
        "{refused}"
    );
    store.renew_lease(50_000).await.unwrap();
    assert!(
        other.begin_cycle(&steps(), 70_000).await.is_err(),
        "it was renewed until 110 000"
    );
    store.release_lease().await.unwrap();
    assert!(other.begin_cycle(&steps(), 70_001).await.unwrap().resumed);
}

pub async fn an_expired_or_dead_holder_loses_it(place: &Place) {
    let (installation, store) = tenant(place).await;
    let short = Worker::new("short").lease(Duration::from_millis(10));
    let short = installation
        .with_worker(short)
        .tenant("aarhus", &keys())
        .await
        .unwrap();
    let cycle = short.begin_cycle(&steps(), 1_000).await.unwrap().cycle;
    assert!(store.begin_cycle(&steps(), 1_009).await.is_err());
    assert_eq!(store.begin_cycle(&steps(), 1_010).await.unwrap().cycle, cycle);
    let late = short.renew_lease(1_011).await.unwrap_err();
    assert!(matches!(late, StoreError::LeaseLost));
    // The holder `first` is found dead, so its lease is worth nothing.
    let heir = Worker::new("heir").alive_when(|holder| holder != "first");
    let heir = installation
        .with_worker(heir)
        .tenant("aarhus", &keys())
        .await
        .unwrap();
    assert_eq!(heir.begin_cycle(&steps(), 1_012).await.unwrap().cycle, cycle);
    assert!(matches!(
        store.renew_lease(1_013).await.unwrap_err(),
        StoreError::LeaseLost
    ));
}

pub async fn a_lost_lease_stops_every_write(place: &Place) {
    let (installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.begin_import(cycle, "hr").await.unwrap();
    store.draft(cycle, "mo", &Default::default()).await.unwrap();
    let heir = installation
        .with_worker(Worker::new("heir").alive_when(|_| false))
        .tenant("aarhus", &keys())
        .await
        .unwrap();
    heir.begin_cycle(&steps(), 2).await.unwrap();
    let person = [staged("person", "a", samklang_core::port::ChangeKind::Added)];
    let drafted = samklang_core::port::Drafted {
        operations: vec![planned("a", None, 1)],
        ..Default::default()
    };
    let put = [samklang_core::port::ShadowWrite::Put(shadow("a", None))];
    let done = [settled("a", samklang_core::port::OperationState::Done)];
    let state = CycleState::Done;
    let batch = samklang_core::port::Reconciled::default();
    let answers = [
        store.renew_lease(3).await,
        store.begin_step(cycle, 0, 3).await,
        store
            .settle_step(cycle, 0, StepState::Done, Counts::default(), None, 3)
            .await,
        store.set_cycle(cycle, state, 3).await,
        store.begin_import(cycle, "hr").await,
        store.stage("hr", &person).await,
        store
            .stage_missing("hr", &["person".to_owned()], &|_| false)
            .await
            .map(|_| ()),
        store
            .settle_import("hr", Counts::default(), &Default::default(), None)
            .await,
        store.accept_import("hr", &Default::default()).await,
        store.discard_import("hr").await,
        store.remap("hr", "person", 1, "thing", "print").await,
        store.restale("mo", &[], "thing", "print").await,
        store.recall(&Default::default(), 0).await,
        store.keep_reconciled(&batch, &[]).await,
        store.widen_stale("mo").await,
        store.discard_drafts("mo").await,
        store.draft(cycle, "mo", &drafted).await,
        store.settle_plan("mo").await,
        store.resume_deferred("mo").await,
        store.mark_sent("mo", &["a".to_owned()]).await,
        store.settle("mo", &done).await,
        store.observe("mo", &put, &[]).await,
        store.release_lease().await,
    ];
    for (place, answer) in answers.into_iter().enumerate() {
        assert!(
            matches!(answer, Err(StoreError::LeaseLost)),
            "write {place}: {answer:?}"
        );
    }
    assert!(heir.staged("hr", 9).await.unwrap().is_empty());
    assert_eq!(heir.fingerprint("thing").await.unwrap(), None);
    assert!(
        heir.shadows("mo", "users", &["a".to_owned()])
            .await
            .unwrap()
            .is_empty()
    );
    heir.stage("hr", &person).await.unwrap();
    assert_eq!(named("a").len(), 4);
}

pub async fn a_store_that_began_nothing_writes_nothing(place: &Place) {
    let (_installation, store) = tenant(place).await;
    assert!(matches!(
        store.renew_lease(1).await.unwrap_err(),
        StoreError::LeaseLost
    ));
    assert!(matches!(
        store.begin_import(1, "hr").await.unwrap_err(),
        StoreError::LeaseLost
    ));
    assert_eq!(store.import("hr").await.unwrap(), None);
    store.begin_cycle(&steps(), 1).await.unwrap();
    keep(&store, Vec::new(), &["mo"]).await;
    store.release_lease().await.unwrap();
    assert!(matches!(
        store.renew_lease(1).await.unwrap_err(),
        StoreError::LeaseLost
    ));
}
