use std::collections::BTreeMap;

use samklang_core::catalogue::EntityKind;
use samklang_core::connector::Action;
use samklang_core::port::{
    Drafted, FindingRecord, OperationState, Planned, Request, ShadowState, ShadowWrite, Store, Targets,
};
use samklang_store::TenantStore;

use crate::material::{entity, entry, finding, id, keep, object, planned, settled, shadow, steps, write};
use crate::place::{Place, tenant};

async fn draft(store: &TenantStore, cycle: i64, operations: Vec<Planned>) {
    let drafted = Drafted {
        operations,
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
}

async fn ids(store: &TenantStore, states: &[OperationState]) -> Vec<String> {
    let operations = store.operations("mo", states, 99).await.unwrap();
    operations.into_iter().map(|record| record.operation.id).collect()
}

pub async fn widening_goes_one_hop_and_no_further(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    // 1 <- 2 <- 3 units by parent; 10 and 11 persons engaged in 2 and 3 by 20 and 21; 30 a unit far away with person 12 as manager.
    let around = vec![
        write(entity(1, EntityKind::Unit, &[])),
        write(entity(3, EntityKind::Unit, &[("parent", 2)])),
        write(entity(10, EntityKind::Person, &[])),
        write(entity(11, EntityKind::Person, &[])),
        write(entity(12, EntityKind::Person, &[])),
        write(entity(20, EntityKind::Engagement, &[("unit", 2), ("person", 10)])),
        write(entity(21, EntityKind::Engagement, &[("unit", 3), ("person", 11)])),
        write(entity(30, EntityKind::Unit, &[("manager", 12)])),
    ];
    keep(&store, around, &[]).await;
    keep(
        &store,
        vec![write(entity(2, EntityKind::Unit, &[("parent", 1)]))],
        &["mo"],
    )
    .await;
    for _ in 0..2 {
        store.widen_stale("mo").await.unwrap();
        let stale = store.stale("mo", None, 99).await.unwrap();
        assert_eq!(
            stale,
            [1, 2, 3, 10, 20].map(id),
            "a hop each way, and who is engaged in the unit"
        );
    }
    // What was widened becomes stale by itself.
    store.observe("mo", &[], &[id(3)]).await.unwrap();
    store.widen_stale("mo").await.unwrap();
    assert_eq!(
        store.stale("mo", None, 99).await.unwrap(),
        [1, 2, 3, 10, 11, 20, 21].map(id)
    );
    store.widen_stale("a target nobody knows").await.unwrap();
}

pub async fn stale_entities_come_in_order(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let numbers = [200, 3, 127, 128, 0, 255];
    store.observe("mo", &[], &numbers.map(id)).await.unwrap();
    assert_eq!(
        store.stale("mo", None, 4).await.unwrap(),
        [0, 3, 127, 128].map(id)
    );
    assert_eq!(
        store.stale("mo", Some(id(128)), 4).await.unwrap(),
        [200, 255].map(id)
    );
    assert!(store.stale("other", None, 4).await.unwrap().is_empty());
}

pub async fn a_draft_becomes_the_plan(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    keep(
        &store,
        vec![write(entity(1, EntityKind::Person, &[]))],
        &["mo", "other"],
    )
    .await;
    draft(&store, cycle, vec![planned("abandoned", None, 1)]).await;
    store.discard_drafts("mo").await.unwrap();
    let mut remove = planned("c", None, 9);
    remove.operation.action = Action::Delete;
    draft(&store, cycle, vec![planned("b", Some(1), 5), remove.clone()]).await;
    draft(&store, cycle, vec![planned("d", None, 5), planned("a", None, -1)]).await;
    let counts = BTreeMap::from([
        (("users".to_owned(), Action::Create), 3),
        (("users".to_owned(), Action::Delete), 1),
    ]);
    let drafted = store.drafted("mo").await.unwrap();
    assert_eq!(drafted.get(&("users".to_owned(), Action::Create)), Some(&3));
    assert_eq!(drafted.get(&("users".to_owned(), Action::Delete)), Some(&1));
    assert_eq!(counts.len(), drafted.len());
    assert!(
        ids(&store, &[OperationState::Planned]).await.is_empty(),
        "a draft is no plan"
    );
    store.settle_plan("mo").await.unwrap();
    assert!(store.drafted("mo").await.unwrap().is_empty());
    assert!(store.stale("mo", None, 9).await.unwrap().is_empty());
    assert_eq!(store.stale("other", None, 9).await.unwrap(), [id(1)]);
    let states = [OperationState::Planned, OperationState::Sent];
    assert_eq!(
        ids(&store, &states).await,
        ["a", "b", "d", "c"],
        "by rank, then as they were drafted"
    );
    let operations = store.operations("mo", &states, 2).await.unwrap();
    assert_eq!(operations.len(), 2);
    assert_eq!(operations[1].operation, planned("b", Some(1), 5).operation);
    assert_eq!(
        (operations[1].entity, operations[1].cycle, operations[1].attempt),
        (Some(id(1)), cycle, 0)
    );
    assert_eq!(
        (
            operations[1].reason.to_string().as_str(),
            operations[1].connection.as_str()
        ),
        ("it is new", "mo")
    );
    store
        .mark_sent("mo", &["a".to_owned(), "d".to_owned()])
        .await
        .unwrap();
    assert_eq!(ids(&store, &[OperationState::Sent]).await, ["a", "d"]);
    assert_eq!(store.operations("mo", &states, 1).await.unwrap()[0].attempt, 1);
    assert!(ids(&store, &[]).await.is_empty());
}

pub async fn what_is_asked_for_after_the_draft_is_planned_for_next(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let persons = [8, 9].map(|number| write(entity(number, EntityKind::Person, &[])));
    keep(&store, persons.into(), &["mo"]).await;
    draft(&store, cycle, vec![planned("mo:8", Some(8), 0)]).await;
    for entity in [8, 9].map(id) {
        let request = Request {
            entity,
            who: "anna".to_owned(),
            reason: "begins on Monday".to_owned(),
            at: 5,
        };
        store.ask(&request, &["mo".to_owned()]).await.unwrap();
    }
    store.settle_plan("mo").await.unwrap();
    assert_eq!(store.stale("mo", None, 9).await.unwrap(), [id(9)]);
}

pub async fn drafting_again_replaces_what_has_ended(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    draft(&store, cycle, vec![planned("a", None, 1), planned("b", None, 1)]).await;
    store.settle_plan("mo").await.unwrap();
    let mut refused = settled("a", OperationState::Refused);
    refused.finding = Some(finding(object("mo", "users", "key-a"), "rejected"));
    store.settle("mo", &[refused]).await.unwrap();
    let mut again = planned("a", Some(4), 1);
    again.reason = "once more".into();
    let mut meanwhile = planned("b", Some(4), 1);
    meanwhile.reason = "too late".into();
    draft(&store, cycle + 1, vec![again, meanwhile]).await;
    let drafts = store.operations("mo", &[OperationState::Draft], 9).await.unwrap();
    assert_eq!(drafts.len(), 1, "`b` is under way");
    assert_eq!(
        (
            drafts[0].reason.to_string().as_str(),
            drafts[0].attempt,
            drafts[0].cycle
        ),
        ("once more", 0, cycle + 1)
    );
    assert_eq!(drafts[0].outcome, None);
    let planned = store
        .operations("mo", &[OperationState::Planned], 9)
        .await
        .unwrap();
    assert_eq!(planned[0].reason.to_string(), "it is new");
}

pub async fn settling_keeps_everything(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let names = ["a", "b", "c", "d"];
    draft(&store, cycle, names.map(|name| planned(name, None, 1)).into()).await;
    store.settle_plan("mo").await.unwrap();
    store
        .observe("mo", &[ShadowWrite::Put(shadow("old", Some(1)))], &[])
        .await
        .unwrap();
    let mut a = settled("a", OperationState::Done);
    a.shadows = vec![ShadowWrite::Put(shadow("key-a", Some(1)))];
    a.journal = Some(entry(cycle, 1, "exported"));
    let mut b = settled("b", OperationState::Refused);
    b.finding = Some(FindingRecord {
        entity: Some(id(2)),
        ..finding(object("mo", "users", "key-b"), "rejected")
    });
    let mut c = settled("c", OperationState::Done);
    c.shadows = vec![ShadowWrite::Remove("users".to_owned(), "old".to_owned())];
    store
        .settle("mo", &[a, b.clone(), c, settled("d", OperationState::Deferred)])
        .await
        .unwrap();
    let counts = store.outcomes(cycle, "mo").await.unwrap();
    assert_eq!(counts[&OperationState::Done], 2);
    assert_eq!(
        (
            counts[&OperationState::Refused],
            counts[&OperationState::Deferred]
        ),
        (1, 1)
    );
    let done = store.operations("mo", &[OperationState::Done], 9).await.unwrap();
    assert_eq!(done[0].outcome, Some(serde_json::json!({ "said": "a" })));
    let shadows = store
        .shadows("mo", "users", &["key-a".to_owned(), "old".to_owned()])
        .await
        .unwrap();
    assert_eq!(shadows, [shadow("key-a", Some(1))]);
    assert_eq!(
        store.journal(id(1), 9).await.unwrap(),
        [entry(cycle, 1, "exported")]
    );
    let refused = finding(object("mo", "users", "key-b"), "rejected");
    assert_eq!(store.findings(9).await.unwrap(), [refused]);
    assert!(store.stale("mo", None, 9).await.unwrap().is_empty());
    store.stale_by_clock("mo", 7).await.unwrap();
    assert_eq!(store.stale("mo", None, 9).await.unwrap(), [id(2)]);
    // Once it goes through, there is nothing to see any more.
    store
        .settle("mo", &[settled("b", OperationState::Done)])
        .await
        .unwrap();
    assert!(store.findings(9).await.unwrap().is_empty());
}

pub async fn deferred_operations_resume(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    draft(&store, cycle, vec![planned("a", None, 1), planned("b", None, 1)]).await;
    store.settle_plan("mo").await.unwrap();
    store
        .settle("mo", &[settled("a", OperationState::Deferred)])
        .await
        .unwrap();
    assert_eq!(ids(&store, &[OperationState::Planned]).await, ["b"]);
    store.resume_deferred("mo").await.unwrap();
    assert_eq!(ids(&store, &[OperationState::Planned]).await, ["a", "b"]);
}

pub async fn observed_shadows(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    assert_eq!(store.shadow_numbers("mo", "users", &["a"]).await.unwrap(), [None]);
    let keys: Vec<String> = (0..40).map(|number| format!("k{number:02}")).collect();
    let put: Vec<_> = keys
        .iter()
        .map(|key| ShadowWrite::Put(shadow(key, None)))
        .collect();
    store.observe("mo", &put, &[]).await.unwrap();
    let mut owned = shadow("k03", Some(9));
    owned.state = ShadowState::Confirmed;
    let writes = [
        ShadowWrite::Remove("users".to_owned(), "k03".to_owned()),
        ShadowWrite::Put(owned.clone()),
        ShadowWrite::Put(shadow("k39", None)),
        ShadowWrite::Remove("users".to_owned(), "k39".to_owned()),
    ];
    store.observe("mo", &writes, &[]).await.unwrap();
    assert_eq!(
        store.shadows_of("mo", &[id(9), id(8)]).await.unwrap(),
        [owned.clone()]
    );
    assert!(store.shadows_of("other", &[id(9)]).await.unwrap().is_empty());
    assert_eq!(
        store.shadow_size("mo").await.unwrap(),
        BTreeMap::from([("users".to_owned(), 1)])
    );
    assert_eq!(
        store.shadows_for(id(9)).await.unwrap(),
        [("mo".to_owned(), owned)]
    );
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let numbers = store.shadow_numbers("mo", "users", &asked).await.unwrap();
    assert_eq!(numbers.iter().filter(|number| number.is_some()).count(), 39);
    assert_eq!(numbers[39], None);
    let unseen: Vec<u64> = [5, 7, 20].map(|place| numbers[place].unwrap()).into();
    let seen = |number: u64| !unseen.contains(&number);
    let first = store.unseen_shadows("mo", "users", 0, 2, &seen).await.unwrap();
    let keys = |found: &[(u64, samklang_core::port::Shadow)]| {
        found
            .iter()
            .map(|(_, shadow)| shadow.key.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&first), ["k05", "k07"]);
    let rest = store
        .unseen_shadows("mo", "users", first[1].0, 2, &seen)
        .await
        .unwrap();
    assert_eq!(keys(&rest), ["k20"]);
    assert!(
        store
            .unseen_shadows("mo", "users", rest[0].0, 2, &seen)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .unseen_shadows("mo", "groups", 0, 2, &seen)
            .await
            .unwrap()
            .is_empty()
    );
}

pub async fn a_plan_is_counted_by_cycle(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    assert!(store.planned(cycle, "mo").await.unwrap().is_empty());
    draft(&store, cycle, vec![planned("a", None, 1), planned("b", None, 1)]).await;
    assert!(
        store.planned(cycle, "mo").await.unwrap().is_empty(),
        "a draft is not settled"
    );
    assert!(store.outcomes(cycle, "mo").await.unwrap().is_empty());
    store.settle_plan("mo").await.unwrap();
    store
        .settle("mo", &[settled("a", OperationState::Done)])
        .await
        .unwrap();
    assert_eq!(
        store.planned(cycle, "mo").await.unwrap()[&("users".to_owned(), Action::Create)],
        2
    );
    assert!(store.planned(cycle + 1, "mo").await.unwrap().is_empty());
}

pub async fn draft_findings(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let of = |key: &str| object("mo", "users", key);
    let drafted = Drafted {
        findings: vec![finding(of("a"), "mapping"), finding(of("b"), "mapping")],
        shadows: vec![ShadowWrite::Put(shadow("adopted", Some(3)))],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(store.shadows_of("mo", &[id(3)]).await.unwrap().len(), 1);
    assert_eq!(store.findings(9).await.unwrap().len(), 2);
    let drafted = Drafted {
        findings: vec![finding(of("a"), "missing")],
        cleared: vec![of("b")],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(store.findings(9).await.unwrap(), [finding(of("a"), "missing")]);
}
