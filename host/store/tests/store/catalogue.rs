use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::port::{Cases as _, ChangeKind, FindingRecord, Found, Reconciled, Store};

use crate::material::{
    entity, entry, finding, id, import, keep, link, named, object, staged, steps, value, write,
};
use crate::place::{Place, keys, tenant};

pub async fn a_batch_is_kept_whole(place: &Place) {
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
    let (person, unit) = (
        entity(9, EntityKind::Person, &[("unit", 1)]),
        entity(1, EntityKind::Unit, &[]),
    );
    let mut of_person = write(person.clone());
    of_person.matches = vec![value("username", "Anna"), value("email", "a@x")];
    of_person.unresolved = vec![object("hr", "unit", "later")];
    let (of_a, of_u) = (
        link(object("hr", "person", "a"), 9),
        link(object("hr", "unit", "u"), 1),
    );
    let batch = Reconciled {
        settled: store
            .changes(9)
            .await
            .unwrap()
            .iter()
            .map(|change| change.seq)
            .collect(),
        links: vec![of_a.clone(), of_u.clone()],
        unlinked: vec![object("hr", "person", "nobody")],
        entities: vec![of_person, write(unit.clone())],
        journal: vec![entry(cycle, 9, "created")],
        findings: vec![finding(object("hr", "person", "x"), "ambiguous")],
        cleared: vec![object("hr", "person", "a")],
        ..Reconciled::default()
    };
    store
        .keep_reconciled(&batch, &["mo".to_owned(), "canvas".to_owned()])
        .await
        .unwrap();
    assert!(store.changes(9).await.unwrap().is_empty());
    let asked = [
        object("hr", "person", "none"),
        object("hr", "person", "a"),
        object("new", "class", "a"),
    ];
    assert_eq!(store.links(&asked).await.unwrap(), std::slice::from_ref(&of_a));
    assert_eq!(store.links_of(&[id(1), id(7)]).await.unwrap(), [of_u]);
    let mut found = store.entities(&[id(9), id(1), id(200)]).await.unwrap();
    found.sort_by_key(|entity| entity.id);
    assert_eq!(found, [unit, person]);
    let values = ["anna".to_owned(), "ANNA".to_owned(), "anna".to_owned()];
    let candidates = store
        .candidates(EntityKind::Person, "username", &values)
        .await
        .unwrap();
    let anna = Found {
        folded: "anna".to_owned(),
        exact: "Anna".to_owned(),
        entity: id(9),
    };
    assert_eq!(candidates, [anna]);
    assert!(
        store
            .candidates(EntityKind::Unit, "username", &values)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        store
            .candidates(EntityKind::Person, "email", &values)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        store.awaiting(&[object("hr", "unit", "later")]).await.unwrap(),
        [id(9)]
    );
    for target in ["mo", "canvas"] {
        assert_eq!(store.stale(target, None, 9).await.unwrap(), [id(1), id(9)]);
    }
    let references = store.references(&[id(1)]).await.unwrap();
    assert_eq!(
        (
            references[0].from,
            references[0].attribute.as_str(),
            references[0].to
        ),
        (id(9), "unit", id(1))
    );
    assert_eq!(
        store.references(&[id(1), id(9)]).await.unwrap(),
        references,
        "once, though both ends are asked for"
    );
    assert_eq!(store.journal(id(9), 9).await.unwrap(), batch.journal);
    assert_eq!(store.findings(9).await.unwrap(), batch.findings);
    let unlink = Reconciled {
        unlinked: vec![of_a.object.clone()],
        ..Reconciled::default()
    };
    store.keep_reconciled(&unlink, &[]).await.unwrap();
    assert!(store.links(&[of_a.object]).await.unwrap().is_empty());
}

pub async fn matches_references_and_waits_are_replaced(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let mut first = write(entity(5, EntityKind::Person, &[("unit", 1), ("manager", 2)]));
    first.matches = vec![value("username", "old")];
    first.unresolved = vec![object("hr", "unit", "later")];
    keep(&store, vec![first.clone()], &[]).await;
    let mut second = write(entity(5, EntityKind::Person, &[("unit", 3)]));
    second.new = false;
    second.entity.state = EntityState::Gone;
    second.entity.values = named("renamed");
    second.matches = vec![value("username", "new")];
    keep(&store, vec![second.clone()], &[]).await;
    assert_eq!(store.entities(&[id(5)]).await.unwrap(), [second.entity.clone()]);
    let both = ["old".to_owned(), "new".to_owned()];
    let candidates = store
        .candidates(EntityKind::Person, "username", &both)
        .await
        .unwrap();
    assert_eq!(candidates.len(), 1);
    assert_eq!(
        (candidates[0].folded.as_str(), candidates[0].entity),
        ("new", id(5)),
        "one that is gone is still found"
    );
    assert!(
        store
            .awaiting(&[object("hr", "unit", "later")])
            .await
            .unwrap()
            .is_empty()
    );
    let references = store.references(&[id(5)]).await.unwrap();
    assert_eq!(references.len(), 1);
    assert_eq!(references[0].to, id(3));
    // The same twice in one batch: the later one stays, on every database.
    keep(
        &store,
        vec![second.clone(), first.clone(), second.clone()],
        &["mo"],
    )
    .await;
    assert_eq!(store.entities(&[id(5)]).await.unwrap(), [second.entity]);
    let (old, mut new) = (
        link(object("hr", "person", "a"), 1),
        link(object("hr", "person", "a"), 2),
    );
    new.rule = "created".to_owned();
    let batch = Reconciled {
        links: vec![old, new.clone()],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    assert_eq!(store.links(&[object("hr", "person", "a")]).await.unwrap(), [new]);
}

pub async fn findings_are_replaced_and_cleared(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let (a, b) = (object("hr", "person", "a"), object("hr", "person", "b"));
    let findings = |findings: Vec<FindingRecord>| Reconciled {
        findings,
        ..Reconciled::default()
    };
    let first = vec![
        finding(a.clone(), "ambiguous"),
        finding(a.clone(), "mapping"),
        finding(b.clone(), "mapping"),
    ];
    store
        .keep_reconciled(&findings(first.clone()), &[])
        .await
        .unwrap();
    let mut kept = store.findings(9).await.unwrap();
    kept.reverse();
    assert_eq!(kept, first, "several about one object stay together");
    store
        .keep_reconciled(&findings(vec![finding(a.clone(), "unresolved")]), &[])
        .await
        .unwrap();
    let codes: Vec<String> = store
        .findings(9)
        .await
        .unwrap()
        .into_iter()
        .map(|finding| finding.code)
        .collect();
    assert_eq!(codes, ["unresolved", "mapping"]);
    let cleared = Reconciled {
        cleared: vec![b],
        ..Reconciled::default()
    };
    store.keep_reconciled(&cleared, &[]).await.unwrap();
    assert_eq!(store.findings(9).await.unwrap(), [finding(a, "unresolved")]);
}

pub async fn recalled_objects_wait_again(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let keys = ["a", "b", "c"];
    import(
        &store,
        cycle,
        &keys.map(|key| staged("person", key, ChangeKind::Added)),
    )
    .await;
    let batch = Reconciled {
        settled: store
            .changes(9)
            .await
            .unwrap()
            .iter()
            .map(|change| change.seq)
            .collect(),
        findings: vec![
            finding(object("hr", "person", "a"), "ambiguous"),
            finding(object("hr", "person", "a"), "linked-to-another"),
            finding(object("hr", "person", "b"), "mapping"),
            finding(object("hr", "person", "vanished"), "ambiguous"),
            finding(object("hr", "course", "c"), "ambiguous"),
        ],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let ranks = [
        (("hr".to_owned(), "person".to_owned()), 6),
        (("hr".to_owned(), "unknown".to_owned()), 1),
    ]
    .into();
    for _ in 0..2 {
        store.recall(&ranks, 0).await.unwrap();
        let waiting = store.changes(9).await.unwrap();
        let mut waiting: Vec<_> = waiting
            .iter()
            .map(|change| (change.object.key.as_str(), change.kind))
            .collect();
        waiting.sort_unstable();
        assert_eq!(
            waiting,
            [("a", ChangeKind::Remapped), ("b", ChangeKind::Remapped)]
        );
    }
}

pub async fn tenants_do_not_see_each_other(place: &Place) {
    let (installation, store) = tenant(place).await;
    let other = installation.tenant("oslo", &keys()).await.unwrap();
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let others = other.begin_cycle(&steps(), 1).await.unwrap();
    assert!(!others.resumed, "each tenant has its own cycle and lease");
    import(&store, cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    let mut person = write(entity(5, EntityKind::Person, &[("unit", 1)]));
    person.matches = vec![value("username", "anna")];
    person.unresolved = vec![object("hr", "unit", "later")];
    let a = object("hr", "person", "a");
    let batch = Reconciled {
        links: vec![link(a.clone(), 5)],
        entities: vec![person],
        journal: vec![entry(cycle, 5, "created")],
        findings: vec![finding(a.clone(), "mapping")],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &["mo".to_owned()]).await.unwrap();
    store.remap("hr", "person", 1, "thing", "print").await.unwrap();

    assert_eq!(other.known("hr", "person", &["a"]).await.unwrap(), [None]);
    assert!(other.changes(9).await.unwrap().is_empty());
    assert!(other.links(std::slice::from_ref(&a)).await.unwrap().is_empty());
    assert!(other.links_of(&[id(5)]).await.unwrap().is_empty());
    assert!(other.entities(&[id(5)]).await.unwrap().is_empty());
    assert!(
        other
            .candidates(EntityKind::Person, "username", &["anna".to_owned()])
            .await
            .unwrap()
            .is_empty()
    );
    assert!(
        other
            .awaiting(&[object("hr", "unit", "later")])
            .await
            .unwrap()
            .is_empty()
    );
    assert!(other.references(&[id(5)]).await.unwrap().is_empty());
    assert!(other.stale("mo", None, 9).await.unwrap().is_empty());
    assert!(other.findings(9).await.unwrap().is_empty());
    assert!(other.journal(id(5), 9).await.unwrap().is_empty());
    assert!(other.find_entities("anna", 9).await.unwrap().is_empty());
    assert_eq!(other.fingerprint("thing").await.unwrap(), None);
    assert!(other.import("hr").await.unwrap().is_none());
    assert!(other.steps(cycle).await.unwrap().is_empty());
    assert_eq!(other.counts().await.unwrap(), Default::default());
    // The same identity and key in the other tenant is another entity and object.
    keep(&other, vec![write(entity(5, EntityKind::Unit, &[]))], &["mo"]).await;
    assert_eq!(
        store.entities(&[id(5)]).await.unwrap()[0].kind,
        EntityKind::Person
    );
    import(&other, others.cycle, &[staged("person", "a", ChangeKind::Added)]).await;
    let (mine, theirs) = (
        store.known("hr", "person", &["a"]).await.unwrap(),
        other.known("hr", "person", &["a"]).await.unwrap(),
    );
    assert_ne!(mine[0].unwrap().id, theirs[0].unwrap().id);
    assert_eq!(installation.tenants().await.unwrap(), ["aarhus", "oslo"]);
}

pub async fn restale_by_kind(place: &Place) {
    let (_installation, store) = tenant(place).await;
    store.begin_cycle(&steps(), 1).await.unwrap();
    let kinds = [
        EntityKind::Person,
        EntityKind::Unit,
        EntityKind::Group,
        EntityKind::Person,
    ];
    let entities = (1..)
        .zip(kinds)
        .map(|(number, kind)| write(entity(number, kind, &[])))
        .collect();
    keep(&store, entities, &[]).await;
    store
        .restale(
            "mo",
            &[EntityKind::Person, EntityKind::Group],
            "outbound/mo/users",
            "f1",
        )
        .await
        .unwrap();
    assert_eq!(store.stale("mo", None, 9).await.unwrap(), [id(1), id(3), id(4)]);
    assert_eq!(
        store.fingerprint("outbound/mo/users").await.unwrap().as_deref(),
        Some("f1")
    );
    store.restale("new target", &[], "observed", "yes").await.unwrap();
    assert!(store.stale("new target", None, 9).await.unwrap().is_empty());
    assert_eq!(
        store.fingerprint("observed").await.unwrap().as_deref(),
        Some("yes")
    );
}
