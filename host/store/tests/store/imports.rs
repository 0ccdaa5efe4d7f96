use std::collections::{BTreeMap, BTreeSet};

use samklang_core::port::{ChangeKind, Counts, ImportState, Store, StoreError};

use crate::material::{digest, import, keep, named, ranks, settle_and_accept, staged, steps};
use crate::place::{Place, tenant};

fn changes(changes: &[samklang_core::port::Change]) -> Vec<(String, ChangeKind)> {
    changes
        .iter()
        .map(|change| (change.object.key.clone(), change.kind))
        .collect()
}

/// Takes everything off the list.
async fn reconcile_all(store: &samklang_store::TenantStore) {
    let settled = store
        .changes(1000)
        .await
        .unwrap()
        .iter()
        .map(|change| change.seq)
        .collect();
    let batch = samklang_core::port::Reconciled {
        settled,
        ..Default::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
}

pub async fn an_import_becomes_the_snapshot(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    assert_eq!(store.cursor("hr").await.unwrap(), None);
    store.begin_import(cycle, "hr").await.unwrap();
    store
        .stage("hr", &[staged("person", "z", ChangeKind::Added)])
        .await
        .unwrap();
    store.begin_import(cycle, "hr").await.unwrap();
    assert!(
        store.staged("hr", 9).await.unwrap().is_empty(),
        "what an earlier attempt staged is gone"
    );
    let objects = [
        staged("person", "b", ChangeKind::Added),
        staged("person", "a", ChangeKind::Added),
        staged("unit", "u", ChangeKind::Added),
    ];
    store.stage("hr", &objects).await.unwrap();
    assert_eq!(store.staged("hr", 2).await.unwrap(), objects[..2]);
    assert_eq!(
        store.import("hr").await.unwrap().unwrap().state,
        ImportState::Reading
    );
    assert_eq!(
        store.known("hr", "person", &["a"]).await.unwrap(),
        [None],
        "staged is not yet known"
    );
    let counts = Counts {
        read: 3,
        added: 3,
        ..Counts::default()
    };
    let classes = BTreeMap::from([("person".to_owned(), counts)]);
    store
        .settle_import("hr", counts, &classes, Some("c1"))
        .await
        .unwrap();
    let record = store.import("hr").await.unwrap().unwrap();
    assert_eq!(
        (record.state, record.counts, &record.classes),
        (ImportState::Staged, counts, &classes)
    );
    assert_eq!(record.cursor.as_deref(), Some("c1"));
    assert_eq!(
        store.cursor("hr").await.unwrap(),
        None,
        "the cursor commits with the data"
    );
    store.accept_import("hr", &ranks()).await.unwrap();
    assert_eq!(store.cursor("hr").await.unwrap().as_deref(), Some("c1"));
    assert_eq!(
        store.import("hr").await.unwrap().unwrap().state,
        ImportState::Accepted
    );
    assert!(store.staged("hr", 9).await.unwrap().is_empty());
    let sizes = BTreeMap::from([("person".to_owned(), 2), ("unit".to_owned(), 1)]);
    assert_eq!(store.snapshot_size("hr").await.unwrap(), sizes);
    let known = store
        .known("hr", "person", &["b", "nobody", "a", "b"])
        .await
        .unwrap();
    assert_eq!(known[0].unwrap().digest, digest(&named("b")));
    assert_eq!(known[1], None);
    assert_eq!(known[2].unwrap().digest, digest(&named("a")));
    assert_eq!(known[3], known[0]);
    assert_ne!(known[0].unwrap().id, known[2].unwrap().id);
    let waiting = store.changes(9).await.unwrap();
    let added = ChangeKind::Added;
    let expected = [
        ("u".to_owned(), added),
        ("a".to_owned(), added),
        ("b".to_owned(), added),
    ];
    assert_eq!(changes(&waiting), expected, "lowest rank first, then by identity");
    assert_eq!(waiting[1].attributes.as_ref().unwrap(), &named("a"));
    assert_eq!(store.changes(1).await.unwrap().len(), 1);
    store.begin_import(cycle, "hr").await.unwrap();
    assert_eq!(
        store.cursor("hr").await.unwrap().as_deref(),
        Some("c1"),
        "the accepted cursor outlives a new import"
    );
}

pub async fn a_repeated_key_is_refused_whole(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.begin_import(cycle, "hr").await.unwrap();
    let added = |key: &str| staged("person", key, ChangeKind::Added);
    let refused = store
        .stage("hr", &[added("a"), added("b"), added("a")])
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, StoreError::RepeatedKey { class, key } if class == "person" && key == "a"),
        "{refused}"
    );
    assert!(
        store.staged("hr", 9).await.unwrap().is_empty(),
        "nothing of the call is kept"
    );
    store
        .stage("hr", &[added("a"), staged("unit", "a", ChangeKind::Added)])
        .await
        .unwrap();
    let refused = store.stage("hr", &[added("c"), added("a")]).await.unwrap_err();
    assert!(
        matches!(&refused, StoreError::RepeatedKey { class, key } if class == "person" && key == "a"),
        "{refused}"
    );
    assert_eq!(store.staged("hr", 9).await.unwrap().len(), 2);
    store.stage("hr", &[added("c")]).await.unwrap();
    store.stage("other", &[added("a")]).await.unwrap();
}

pub async fn an_import_that_is_not_whole_is_never_accepted(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    assert!(store.accept_import("hr", &ranks()).await.is_err());
    store.begin_import(cycle, "hr").await.unwrap();
    store
        .stage("hr", &[staged("person", "a", ChangeKind::Added)])
        .await
        .unwrap();
    let refused = store.accept_import("hr", &ranks()).await.unwrap_err().to_string();
    assert!(refused.contains("has not arrived whole"), "{refused}");
    assert!(store.snapshot_size("hr").await.unwrap().is_empty());
    assert_eq!(store.staged("hr", 9).await.unwrap().len(), 1);
}

pub async fn accepting_twice_changes_nothing(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    reconcile_all(&store).await;
    store.accept_import("hr", &ranks()).await.unwrap();
    assert!(store.changes(9).await.unwrap().is_empty());
    assert_eq!(store.snapshot_size("hr").await.unwrap()["person"], 1);
}

pub async fn what_was_not_seen_is_staged_as_removed(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let keys: Vec<String> = (0..30).map(|number| format!("p{number:02}")).collect();
    let mut objects: Vec<_> = keys
        .iter()
        .map(|key| staged("person", key, ChangeKind::Added))
        .collect();
    objects.push(staged("unit", "u", ChangeKind::Added));
    import(&store, cycle, &objects).await;
    let known = store.known("hr", "person", &["p07", "p21"]).await.unwrap();
    let gone: Vec<u64> = known.iter().map(|known| known.unwrap().id).collect();
    store.begin_import(cycle, "hr").await.unwrap();
    let classes = ["person".to_owned(), "nothing".to_owned()];
    let missing = store
        .stage_missing("hr", &classes, &|id| !gone.contains(&id))
        .await
        .unwrap();
    assert_eq!(
        missing,
        BTreeMap::from([("person".to_owned(), 2), ("nothing".to_owned(), 0)])
    );
    let removed = [
        staged("person", "p07", ChangeKind::Removed),
        staged("person", "p21", ChangeKind::Removed),
    ];
    assert_eq!(store.staged("hr", 9).await.unwrap(), removed);
    settle_and_accept(&store).await;
    assert_eq!(
        store.snapshot_size("hr").await.unwrap(),
        BTreeMap::from([("person".to_owned(), 28), ("unit".to_owned(), 1)])
    );
    assert_eq!(store.known("hr", "person", &["p07"]).await.unwrap(), [None]);
}

pub async fn changes_fold(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(
        &store,
        cycle,
        &[
            staged("person", "a", ChangeKind::Added),
            staged("person", "b", ChangeKind::Added),
        ],
    )
    .await;
    let first = store.changes(9).await.unwrap();
    let mut changed = staged("person", "a", ChangeKind::Changed);
    let attributes = named("new name");
    changed.object = Some((digest(&attributes), attributes));
    import(
        &store,
        cycle,
        &[changed, staged("person", "b", ChangeKind::Removed)],
    )
    .await;
    let folded = store.changes(9).await.unwrap();
    assert_eq!(
        changes(&folded),
        [
            ("b".to_owned(), ChangeKind::Removed),
            ("a".to_owned(), ChangeKind::Changed)
        ]
    );
    assert_eq!(folded[0].attributes, None);
    assert_eq!(folded[1].attributes.as_ref().unwrap(), &named("new name"));
    // Settling what was read before the fold must not take the newer changes off the list.
    let settled = first.iter().map(|change| change.seq).collect();
    let batch = samklang_core::port::Reconciled {
        settled,
        ..Default::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    assert_eq!(store.changes(9).await.unwrap(), folded);
    reconcile_all(&store).await;
    assert!(store.changes(9).await.unwrap().is_empty());
}

pub async fn removals_come_first(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    reconcile_all(&store).await;
    let objects = [
        staged("person", "b", ChangeKind::Added),
        staged("person", "a", ChangeKind::Removed),
        staged("unit", "u", ChangeKind::Added),
    ];
    import(&store, cycle, &objects).await;
    let keys: Vec<String> = store
        .changes(9)
        .await
        .unwrap()
        .into_iter()
        .map(|change| change.object.key)
        .collect();
    assert_eq!(keys, ["u", "a", "b"]);
}

pub async fn discarding_leaves_the_snapshot(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    store.discard_import("hr").await.unwrap();
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    store.begin_import(cycle, "hr").await.unwrap();
    store
        .stage("hr", &[staged("person", "a", ChangeKind::Removed)])
        .await
        .unwrap();
    store.discard_import("hr").await.unwrap();
    assert_eq!(store.import("hr").await.unwrap(), None);
    assert!(store.staged("hr", 9).await.unwrap().is_empty());
    assert_eq!(store.snapshot_size("hr").await.unwrap()["person"], 1);
}

pub async fn a_class_without_rank_is_only_kept(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(&store, cycle, &[staged("course", "a", ChangeKind::Added)]).await;
    assert_eq!(store.snapshot_size("hr").await.unwrap()["course"], 1);
    assert!(store.changes(9).await.unwrap().is_empty());
}

pub async fn remap_lists_the_whole_class(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let objects = [
        staged("person", "a", ChangeKind::Added),
        staged("unit", "u", ChangeKind::Added),
    ];
    import(&store, cycle, &objects).await;
    reconcile_all(&store).await;
    import(&store, cycle, &[staged("person", "b", ChangeKind::Added)]).await;
    assert_eq!(store.fingerprint("inbound/hr/person").await.unwrap(), None);
    store
        .remap("hr", "person", 4, "inbound/hr/person", "f1")
        .await
        .unwrap();
    let waiting = store.changes(9).await.unwrap();
    let expected = [
        ("b".to_owned(), ChangeKind::Added),
        ("a".to_owned(), ChangeKind::Remapped),
    ];
    assert_eq!(changes(&waiting), expected, "what waits already keeps its kind");
    assert_eq!(waiting[1].attributes.as_ref().unwrap(), &named("a"));
    store
        .remap("hr", "person", 4, "inbound/hr/person", "f2")
        .await
        .unwrap();
    assert_eq!(
        store.fingerprint("inbound/hr/person").await.unwrap().as_deref(),
        Some("f2")
    );
    assert_eq!(store.changes(9).await.unwrap().len(), 2);
    keep(&store, Vec::new(), &[]).await;
}

pub async fn many_objects_wait_by_identity(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let keys: Vec<String> = (0..2_345)
        .map(|number| format!("æ{}", (number * 7919) % 2_345))
        .collect();
    let objects: Vec<_> = keys
        .iter()
        .map(|key| staged("person", key, ChangeKind::Added))
        .collect();
    import(&store, cycle, &objects).await;
    let waiting = store.changes(5_000).await.unwrap();
    assert_eq!(
        waiting
            .iter()
            .map(|change| &change.object.key)
            .collect::<Vec<_>>(),
        BTreeSet::from_iter(&keys).into_iter().collect::<Vec<_>>(),
        "by identity, in whatever order they came"
    );
    let asked: Vec<&str> = keys.iter().map(String::as_str).collect();
    let known = store.known("hr", "person", &asked).await.unwrap();
    for (key, known) in keys.iter().zip(&known) {
        assert_eq!(known.unwrap().digest, digest(&named(key)));
    }
    let mut numbers: Vec<u64> = known.iter().map(|known| known.unwrap().id).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), keys.len());
    assert!(
        numbers.last().unwrap() - numbers[0] < 2 * keys.len() as u64,
        "dense enough for a bitmap"
    );
    let odd = |number: u64| number % 2 == 1;
    store.begin_import(cycle, "hr").await.unwrap();
    let missing = store
        .stage_missing("hr", &["person".to_owned()], &odd)
        .await
        .unwrap();
    assert_eq!(
        missing["person"],
        numbers.iter().filter(|number| !odd(**number)).count() as u64
    );
}
