use std::collections::BTreeMap;

use samklang_core::Value;
use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::matching::MatchValue;
use samklang_core::port::{
    ChangeKind, Counts, CycleState, Drafted, Keys as _, OperationState, Reconciled, StepState, Store,
};
use samklang_store::{ConnectorRecord, Decided, Decision, Ruling, TenantStore};

use crate::material::{
    entity, entry, id, import, keep, link, object, planned, settled, staged, steps, write,
};
use crate::place::{Place, tenant};

async fn halt(store: &TenantStore, cycle: i64, position: u32) {
    store
        .settle_step(
            cycle,
            position,
            StepState::Halted,
            Counts::default(),
            Some("{}"),
            5,
        )
        .await
        .unwrap();
    store.set_cycle(cycle, CycleState::Halted, 5).await.unwrap();
    store.release_lease().await.unwrap();
}

/// A decision about whatever waits.
async fn decide(store: &TenantStore, verdict: Ruling, reason: &str, who: &str, now: i64) -> Decided {
    let decision = Decision {
        verdict,
        who,
        reason,
        digest: None,
    };
    store.decide_halt(&decision, now).await.unwrap()
}

fn done(cycle: i64, position: u32) -> Decided {
    Decided::Done { cycle, position }
}

pub async fn releasing_a_halt(place: &Place) {
    let (_installation, store) = tenant(place).await;
    assert_eq!(
        decide(&store, Ruling::Release, "?", "anna", 1).await,
        Decided::Nothing
    );
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    halt(&store, cycle, 2).await;
    assert_eq!(
        decide(&store, Ruling::Release, "the school year begins", "anna", 6).await,
        done(cycle, 2)
    );
    assert_eq!(store.steps(cycle).await.unwrap()[2].state, StepState::Released);
    assert_eq!(store.cycles(1).await.unwrap()[0].state, CycleState::Running);
    assert_eq!(
        decide(&store, Ruling::Release, "again", "anna", 7).await,
        Decided::Nothing,
        "a release is for once"
    );
    assert_eq!(
        decide(&store, Ruling::Reject, "too late", "bo", 7).await,
        Decided::Nothing
    );
    assert_eq!(store.begin_cycle(&steps(), 8).await.unwrap().cycle, cycle);
    let decisions = store.decisions(cycle).await.unwrap();
    assert_eq!(decisions.len(), 1);
    assert_eq!(
        (decisions[0].position, decisions[0].verdict.as_str()),
        (2, "released")
    );
    assert_eq!(
        (decisions[0].reason.as_str(), decisions[0].who.as_str()),
        ("the school year begins", "anna")
    );
    assert_eq!(decisions[0].at, 6);
}

pub async fn rejecting_an_import(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    store.begin_import(cycle, "hr").await.unwrap();
    store
        .stage("hr", &[staged("person", "a", ChangeKind::Removed)])
        .await
        .unwrap();
    store
        .settle_import("hr", Counts::default(), &BTreeMap::new(), None)
        .await
        .unwrap();
    halt(&store, cycle, 0).await;
    assert_eq!(
        decide(&store, Ruling::Reject, "half a file", "anna", 6).await,
        done(cycle, 0)
    );
    assert!(store.staged("hr", 9).await.unwrap().is_empty());
    assert_eq!(store.snapshot_size("hr").await.unwrap()["person"], 1);
    assert_eq!(store.steps(cycle).await.unwrap()[0].state, StepState::Rejected);
    let ended = store.cycles(1).await.unwrap();
    assert_eq!((ended[0].state, ended[0].ended), (CycleState::Rejected, Some(6)));
    assert!(!store.begin_cycle(&steps(), 7).await.unwrap().resumed);
    assert_eq!(store.decisions(cycle).await.unwrap()[0].verdict, "rejected");
}

pub async fn rejecting_a_comparison(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    for connection in ["hr", "school"] {
        store.begin_import(cycle, connection).await.unwrap();
        store
            .stage(connection, &[staged("person", "a", ChangeKind::Added)])
            .await
            .unwrap();
    }
    // The second step has no connection: what halts there is about every import of the cycle.
    halt(&store, cycle, 1).await;
    assert_eq!(
        decide(&store, Ruling::Reject, "half a file", "anna", 6).await,
        done(cycle, 1)
    );
    for connection in ["hr", "school"] {
        assert!(store.staged(connection, 9).await.unwrap().is_empty());
        assert_eq!(store.import(connection).await.unwrap(), None);
    }
}

pub async fn rejecting_a_plan(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    keep(&store, vec![write(entity(1, EntityKind::Person, &[]))], &["mo"]).await;
    let drafted = Drafted {
        operations: vec![planned("a", None, 1)],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    halt(&store, cycle, 2).await;
    decide(&store, Ruling::Reject, "too many", "anna", 6).await;
    assert!(store.drafted("mo").await.unwrap().is_empty());
    let dropped = store
        .operations("mo", &[OperationState::Dropped], 9)
        .await
        .unwrap();
    assert_eq!(dropped.len(), 1);
    assert!(store.planned(cycle, "mo").await.unwrap().is_empty());
    assert_eq!(
        store.stale("mo", None, 9).await.unwrap(),
        [id(1)],
        "the next cycle plans anew"
    );
}

pub async fn people_find_entities(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let named = |number: u8, name: &str| {
        let mut entity = entity(number, EntityKind::Person, &[]);
        entity
            .values
            .insert("display_name".to_owned(), Value::Text(name.to_owned()));
        write(entity)
    };
    let mut anna = named(3, "Anna Østergård");
    let key = store.matching();
    anna.matches = vec![MatchValue::of("username", &["Anna".to_owned()], key)];
    let entities = vec![named(1, "Joanna \"Jo\" Holm"), named(2, "100% Bo"), anna];
    let batch = Reconciled {
        entities,
        links: vec![link(object("hr", "person", "4711"), 2)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    for (text, found) in [
        ("anna", vec![3, 1]),
        ("ANNA", vec![3, 1]),
        ("4711", vec![2]),
        ("østergård", vec![3]),
        ("ØSTERGÅRD", vec![3]),
        ("\"jo\"", vec![1]),
        ("0% b", vec![2]),
        ("0_ b", vec![]),
        ("display_name", vec![]),
        ("entity", vec![1, 2, 3]),
        (" ", vec![]),
        (id(2).to_string().as_str(), vec![2]),
    ] {
        let answer = store.find_entities(text, 9).await.unwrap();
        let answer: Vec<_> = answer.iter().map(|entity| entity.id).collect();
        assert_eq!(answer, found.into_iter().map(id).collect::<Vec<_>>(), "{text}");
    }
    assert_eq!(store.find_entities("entity", 2).await.unwrap().len(), 2);
}

pub async fn histories_and_counts(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(
        &store,
        cycle,
        &[
            staged("person", "a", ChangeKind::Added),
            staged("unit", "u", ChangeKind::Added),
        ],
    )
    .await;
    let mut gone = entity(2, EntityKind::Person, &[]);
    gone.state = EntityState::Gone;
    let entities = [
        entity(1, EntityKind::Person, &[]),
        gone,
        entity(3, EntityKind::Unit, &[]),
    ]
    .map(write)
    .into();
    let journal = vec![
        entry(cycle, 1, "created"),
        entry(cycle, 2, "gone"),
        entry(cycle, 1, "changed"),
    ];
    let links = vec![link(object("hr", "person", "a"), 1)];
    let batch = Reconciled {
        entities,
        journal,
        links,
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let events: Vec<String> = store
        .journal(id(1), 9)
        .await
        .unwrap()
        .into_iter()
        .map(|entry| entry.event)
        .collect();
    assert_eq!(events, ["changed", "created"]);
    assert_eq!(store.journal(id(1), 1).await.unwrap().len(), 1);
    let counts = store.counts().await.unwrap();
    let entities = [
        (EntityKind::Unit, EntityState::Active, 1),
        (EntityKind::Person, EntityState::Active, 1),
        (EntityKind::Person, EntityState::Gone, 1),
    ];
    assert_eq!(counts.entities, entities);
    assert_eq!(counts.objects, BTreeMap::from([("hr".to_owned(), 2)]));
}

pub async fn operations_are_paged(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let operations = vec![
        planned("c", Some(1), 2),
        planned("b", None, 1),
        planned("a", Some(1), 1),
    ];
    store
        .draft(
            cycle,
            "mo",
            &Drafted {
                operations,
                ..Drafted::default()
            },
        )
        .await
        .unwrap();
    store.settle_plan("mo").await.unwrap();
    store
        .settle("mo", &[settled("a", OperationState::Done)])
        .await
        .unwrap();
    let ids = |records: Vec<samklang_core::port::OperationRecord>| {
        records
            .into_iter()
            .map(|record| record.operation.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(
        ids(store.operations_in(cycle, "mo", &[], None, 2).await.unwrap()),
        ["b", "a"]
    );
    assert_eq!(
        ids(store.operations_in(cycle, "mo", &[], Some("a"), 2).await.unwrap()),
        ["c"]
    );
    let states = [OperationState::Planned, OperationState::Sent];
    assert_eq!(
        ids(store.operations_in(cycle, "mo", &states, None, 9).await.unwrap()),
        ["b", "c"]
    );
    assert!(
        store
            .operations_in(cycle + 1, "mo", &[], None, 9)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        ids(store.operations_of(id(1), 9).await.unwrap()),
        ["a", "c"],
        "newest first"
    );
    assert_eq!(store.operations_of(id(1), 1).await.unwrap().len(), 1);
}

fn build(name: &str, version: &str, digest: &str, installed: i64) -> ConnectorRecord {
    ConnectorRecord {
        digest: digest.to_owned(),
        name: name.to_owned(),
        version: version.to_owned(),
        description: "{\"name\":\"x\"}".to_owned(),
        size: 123_456,
        installed,
        origin: "x.wasm".to_owned(),
        signature: None,
        signer: None,
    }
}

pub async fn builds_lie_side_by_side(place: &Place) {
    let installation = place.open().await;
    let (old, new) = (build("csv", "0.1.0", "d1", 1), build("csv", "0.2.0", "d2", 2));
    let canvas = ConnectorRecord {
        signature: Some("untrusted comment: x".to_owned()),
        signer: Some("vendor".to_owned()),
        ..build("canvas", "1.0.0", "d3", 3)
    };
    for one in [&old, &new, &canvas] {
        installation.register_connector(one).await.unwrap();
    }
    assert_eq!(
        installation.connectors().await.unwrap(),
        [canvas.clone(), old.clone(), new.clone()]
    );
    let rebuilt = build("csv", "0.1.0", "d4", 4);
    installation.register_connector(&rebuilt).await.unwrap();
    installation.register_connector(&old).await.unwrap();
    assert_eq!(
        installation.connectors().await.unwrap(),
        [canvas, new, rebuilt, old],
        "what is added again is the last one"
    );
    assert_eq!(installation.remove_connector("d4").await.unwrap(), []);
    assert_eq!(installation.connectors().await.unwrap().len(), 3);
}

pub async fn a_connection_runs_the_build_that_it_was_given_last(place: &Place) {
    let (installation, store) = tenant(place).await;
    for digest in ["d1", "d2"] {
        installation
            .register_connector(&build("csv", "0.1.0", digest, 1))
            .await
            .unwrap();
    }
    let builds = |digest: &str| BTreeMap::from([("sd".to_owned(), digest.to_owned())]);
    assert!(store.active().await.unwrap().is_empty());
    store.activate(&builds("d1"), "kari", "first", 5).await.unwrap();
    store.begin_with(&builds("d1")).await.unwrap();
    assert!(
        store.running_builds().await.unwrap().is_empty(),
        "no cycle has begun"
    );
    store.begin_cycle(&steps(), 6).await.unwrap();
    assert_eq!(store.running_builds().await.unwrap(), builds("d1"));
    // While the cycle is not finished another build is given; the cycle keeps its own, and nothing takes either out.
    store.activate(&builds("d2"), "ola", "newer", 7).await.unwrap();
    store.begin_with(&builds("d2")).await.unwrap();
    assert_eq!(store.running_builds().await.unwrap(), builds("d1"));
    let active = store.active().await.unwrap().remove("sd").unwrap();
    assert_eq!(
        (active.digest.as_str(), active.who.as_str(), active.at),
        ("d2", "ola", 7)
    );
    let given: Vec<String> = store
        .activations("sd")
        .await
        .unwrap()
        .into_iter()
        .map(|record| record.digest)
        .collect();
    assert_eq!(given, ["d2", "d1"]);
    for digest in ["d1", "d2"] {
        let run = installation.remove_connector(digest).await.unwrap();
        assert_eq!(run.len(), 1, "{digest} {run:?}");
        assert_eq!(run[0].1, "sd");
    }
}

pub async fn tenants_are_seen_at_a_glance(place: &Place) {
    let (installation, store) = tenant(place).await;
    assert!(installation.glances(None).await.unwrap().is_empty());
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.begin_step(cycle, 0, 2).await.unwrap();
    store
        .settle_step(cycle, 0, StepState::Done, Counts::default(), None, 3)
        .await
        .unwrap();
    halt(&store, cycle, 1).await;
    let glances = installation.glances(None).await.unwrap();
    assert_eq!(glances.len(), 1);
    let (name, glance) = glances.iter().next().unwrap();
    assert_eq!(
        glance.cycle.as_ref().map(|cycle| cycle.state),
        Some(CycleState::Halted)
    );
    let stopped = glance.stopped.as_ref().unwrap();
    assert_eq!((stopped.position, stopped.state), (1, StepState::Halted));
    assert_eq!((glance.ready, glance.cases), (Some(3), 0));
    assert_eq!(&installation.glances(Some(name)).await.unwrap(), &glances);
    assert!(installation.glances(Some("nobody")).await.unwrap().is_empty());
    assert!(installation.size().await.unwrap() > 0);
    installation.answers().await.unwrap();
}
