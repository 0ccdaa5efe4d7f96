//! One person in every table that can tell something about somebody: all of it is given, and all of it is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::Value;
use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::enrolment::{Category, Finding, Reason};
use samklang_core::guard::{Change, Part, Proposal, Sample, What};
use samklang_core::mapping::Allotment;
use samklang_core::matching::Choice;
use samklang_core::plan::Stage;
use samklang_core::port::{
    Allotments as _, ChangeKind, CycleState, Drafted, Enrolments as _, Guarding as _, Leaving, LeavingWrite,
    Life, OperationState, Reconciled, Request, ShadowWrite, Store as _,
};
use samklang_core::reconcile::Override;
use samklang_store::{About, ForgetError, TenantStore};

use crate::cases::{case, decided};
use crate::enrolments::result;
use crate::material::{
    digest, entity, entry, finding, id, import, link, named, object, planned, settle_and_accept, settled,
    shadow, staged, steps, value, write,
};
use crate::place::{Place, tenant};

/// The person, and the keys by which systems know her.
const KARI: u8 = 9;
const SOURCE: &str = "kari-in-hr";
const TARGET: &str = "kari-in-mo";

/// Tables that tell whom a row is about in the open.
const IN_THE_OPEN: [&str; 22] = [
    "allotment",
    "candidate",
    "change",
    "due",
    "entity",
    "finding",
    "former",
    "journal",
    "leaving",
    "life",
    "link",
    "object",
    "operation",
    "override",
    "quarantine",
    "question",
    "reference",
    "request",
    "ruling",
    "shadow",
    "staged",
    "stale",
];

fn sample(key: &str) -> Sample {
    Sample {
        class: "person".to_owned(),
        key: key.to_owned(),
        change: Change::Removed,
        cell: String::new(),
        before: named(key),
        after: BTreeMap::new(),
    }
}

fn halted() -> Proposal {
    let part = Part {
        content: "c".to_owned(),
        baseline: None,
        accepted: None,
        first: false,
        announced: false,
        trips: Vec::new(),
        counts: Vec::new(),
        further: 0,
        sample: vec![sample(SOURCE), sample("somebody")],
        promotion: None,
    };
    Proposal {
        what: What::Import,
        parts: BTreeMap::from([("hr".to_owned(), part)]),
    }
}

fn left_out(key: &str) -> Finding {
    Finding {
        category: Category::UserNotSyncable,
        class: "users".to_owned(),
        name: key.to_owned(),
        target_key: Some(key.to_owned()),
        source_key: None,
        reason: Reason::UserKeyDiffers,
        target: None,
        source: None,
        needs_attention: false,
    }
}

fn life(state: EntityState, since: i64) -> Life {
    Life {
        entity: id(KARI),
        state,
        since,
        due: None,
        cause: format!("{SOURCE} names it").into(),
    }
}

/// Fills every table with something about her and something about others.
async fn fill(store: &TenantStore) -> i64 {
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let both = [
        staged("person", SOURCE, ChangeKind::Added),
        staged("person", "other", ChangeKind::Added),
    ];
    import(store, cycle, &both).await;
    let mut kari = entity(KARI, EntityKind::Person, &[("unit", 3)]);
    kari.values
        .insert("begin".to_owned(), Value::Text("2026-08-01".to_owned()));
    let mut known = write(kari);
    known.matches = vec![value("username", "kari")];
    known.unresolved = vec![object("hr", "course", "norwegian")];
    let batch = Reconciled {
        now: 10,
        entities: vec![known, write(entity(5, EntityKind::Person, &[]))],
        links: vec![link(object("hr", "person", SOURCE), KARI)],
        lives: vec![life(EntityState::Active, 4)],
        journal: vec![entry(cycle, KARI, "created"), entry(cycle, 5, "created")],
        findings: vec![finding(object("hr", "person", SOURCE), "mapping")],
        cases: vec![case(SOURCE, &[5], 10), case("other", &[KARI, 5], 10)],
        former: vec![(object("hr", "person", "kari-of-old"), id(KARI))],
        ..Reconciled::default()
    };
    store
        .keep_reconciled(&batch, &["mo".to_owned(), "canvas".to_owned()])
        .await
        .unwrap();
    let set = Override {
        entity: id(KARI),
        attribute: "email".to_owned(),
        value: Value::Text("kari@example.org".to_owned()),
        until: None,
        who: "anna".to_owned(),
        reason: "she asked".to_owned(),
        at: 5,
    };
    store.set_override(&set).await.unwrap();
    let request = Request {
        entity: id(KARI),
        who: "anna".to_owned(),
        reason: "she needs it".to_owned(),
        at: 6,
    };
    store.ask(&request, &["canvas".to_owned()]).await.unwrap();
    let (own, other) = (object("hr", "person", SOURCE), object("hr", "person", "other"));
    store.rule(&own, &decided(Choice::Create, None)).await.unwrap();
    store
        .rule(&other, &decided(Choice::Apart, Some(KARI)))
        .await
        .unwrap();
    let mut refused = finding(object("mo", "users", TARGET), "conflict");
    refused.entity = Some(id(KARI));
    let drafted = Drafted {
        now: 10,
        operations: vec![planned("x", Some(KARI), 1), planned("y", Some(5), 1)],
        shadows: vec![ShadowWrite::Put(shadow(TARGET, Some(KARI)))],
        leaving: vec![LeavingWrite::Put(Leaving {
            class: "users".to_owned(),
            key: TARGET.to_owned(),
            entity: id(KARI),
            since: 8,
            stage: Stage::Suspected,
            due: None,
        })],
        allotments: vec![Allotment {
            scope: "username".to_owned(),
            name: "kari".to_owned(),
            entity: Some(id(KARI)),
            since: 7,
            released: None,
        }],
        findings: vec![refused],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    store.settle_plan("mo").await.unwrap();
    store
        .settle("mo", &[settled("x", OperationState::Refused)])
        .await
        .unwrap();
    store.keep_proposal(cycle, 1, &halted(), 5).await.unwrap();
    let mut checked = result("a");
    checked.findings.extend([left_out(TARGET), left_out("somebody")]);
    store.keep_check("mo", 1, 2, &Ok(checked)).await.unwrap();
    store.begin_import(cycle, "hr").await.unwrap();
    let mut again = staged("person", SOURCE, ChangeKind::Changed);
    again.object = Some((digest(&named("again")), named("again")));
    store.stage("hr", &[again]).await.unwrap();
    cycle
}

/// The tables in which she can be seen by whoever has no key.
async fn seen(place: &Place) -> BTreeSet<String> {
    let marks = [
        format!("{KARI:02x}").repeat(16),
        id(KARI).to_string(),
        "kari".to_owned(),
    ];
    let tables = place.tables().await.into_iter();
    let tables = tables.filter(|(_, text)| {
        let text = text.to_lowercase();
        marks.iter().any(|mark| text.contains(mark))
    });
    tables.map(|(table, _)| table).collect()
}

pub async fn everything_about_a_person_is_given(place: &Place) {
    let (_installation, store) = tenant(place).await;
    fill(&store).await;
    let mut open: BTreeSet<String> = IN_THE_OPEN.iter().map(|&table| table.to_owned()).collect();
    open.insert("touched".to_owned());
    open.insert("unresolved".to_owned());
    assert_eq!(
        seen(place).await,
        open,
        "the filling leaves no table out, and no other tells of her"
    );

    let about = store.about(id(KARI)).await.unwrap();
    let hr = |key: &str| object("hr", "person", key);
    assert_eq!(about.former, [hr("kari-of-old")]);
    assert_eq!(
        about.staged,
        [(hr(SOURCE), ChangeKind::Changed, Some(named("again")))]
    );
    assert_eq!(about.waiting, [hr(SOURCE)]);
    assert_eq!(about.life, Some(life(EntityState::Active, 4)));
    assert_eq!(
        about.overrides[0].value,
        Value::Text("kari@example.org".to_owned())
    );
    assert_eq!(about.found_by, ["username"]);
    assert_eq!((about.names.len(), about.names[0].name.as_str()), (1, "kari"));
    assert_eq!(about.unresolved, [object("hr", "course", "norwegian")]);
    assert_eq!(about.days, ["2026-08-01"]);
    assert_eq!((about.leaving.len(), about.leaving[0].0.as_str()), (1, "mo"));
    assert_eq!(
        (about.requests.len(), about.requests[0].0.as_str()),
        (1, "canvas")
    );
    assert_eq!(about.stale, ["canvas"]);
    assert!(about.touched);
    assert_eq!(about.cases.len(), 1);
    assert_eq!(about.cases[0].object, hr(SOURCE));
    assert_eq!(about.candidate_in.len(), 1);
    assert_eq!(
        about.candidate_in[0].2.entity,
        Some(id(KARI)),
        "and nothing of the other candidate"
    );
    let ruled: Vec<_> = about.rulings.iter().map(|ruling| &ruling.object).collect();
    assert_eq!(ruled, [&hr(SOURCE), &hr("other")]);
    assert_eq!(about.quarantined.len(), 2, "{:?}", about.quarantined);
    assert_eq!(about.findings.len(), 2, "{:?}", about.findings);
    assert_eq!(about.examples.len(), 1);
    assert_eq!(about.examples[0].2.key, SOURCE);
    assert_eq!(about.checks.len(), 1);
    assert_eq!(about.checks[0].2.name, TARGET);

    let other = store.about(id(5)).await.unwrap();
    assert!(other.overrides.is_empty() && other.examples.is_empty() && other.checks.is_empty());
    assert_eq!(
        other.candidate_in.len(),
        2,
        "of both cases, what is said of this one"
    );
}

pub async fn a_copy_holds_everything_and_is_another_database(place: &Place) {
    let (installation, store) = tenant(place).await;
    fill(&store).await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("copy.db");
    installation.copy_to(&file).await.unwrap();
    let copy = Place::File {
        url: format!("sqlite:{}", file.display()),
        _folder: folder,
    };
    let filled = |tables: Vec<(String, String)>| -> BTreeSet<String> {
        let filled = tables.into_iter().filter(|(_, rows)| !rows.is_empty());
        filled.map(|(table, _)| table).collect()
    };
    assert_eq!(filled(copy.tables().await), filled(place.tables().await));
    let (other, copied) = tenant(&copy).await;
    let told = |about: About| format!("{about:?}");
    assert_eq!(
        told(copied.about(id(KARI)).await.unwrap()),
        told(store.about(id(KARI)).await.unwrap())
    );
    assert_eq!(
        copied.steps(1).await.unwrap(),
        store.steps(1).await.unwrap(),
        "sealed or not, it is the same"
    );
    // What happens to the copy happens to it alone, and numbers go on where they were.
    let (before, later) = (store.cycles(9).await.unwrap(), 10_000_000);
    let begun = copied.begin_cycle(&steps(), later).await.unwrap();
    assert_eq!((begun.cycle, begun.resumed), (before[0].id, true));
    copied
        .set_cycle(begun.cycle, CycleState::Done, later)
        .await
        .unwrap();
    let next = copied.begin_cycle(&steps(), later).await.unwrap();
    assert!(next.cycle > before[0].id && !next.resumed, "{next:?}");
    assert_eq!(store.cycles(9).await.unwrap(), before);
    drop(other);
}

pub async fn everything_about_a_person_is_forgotten(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = fill(&store).await;
    let mut gone = entity(KARI, EntityKind::Person, &[]);
    gone.state = EntityState::Gone;
    let batch = Reconciled {
        now: 20,
        settled: vec![store.changes(1).await.unwrap()[0].seq],
        entities: vec![samklang_core::port::EntityWrite {
            new: false,
            matches: vec![value("username", "kari")],
            unresolved: vec![object("hr", "course", "norwegian")],
            ..write(gone)
        }],
        unlinked: vec![object("hr", "person", SOURCE)],
        former: vec![(object("hr", "person", SOURCE), id(KARI))],
        lives: vec![life(EntityState::Gone, 20)],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let refused = store.forget(id(KARI), "asked for", "anna", 30).await.unwrap_err();
    assert!(matches!(refused, ForgetError::Returning), "{refused}");
    store.discard_import("hr").await.unwrap();
    store.begin_import(cycle, "hr").await.unwrap();
    let removed = staged("person", SOURCE, ChangeKind::Removed);
    store.stage("hr", &[removed]).await.unwrap();
    settle_and_accept(&store).await;
    let changes = store.changes(9).await.unwrap();
    let settled = changes.iter().filter(|change| change.object.key == SOURCE);
    let batch = Reconciled {
        settled: settled.map(|change| change.seq).collect(),
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();

    let done = store.forget(id(KARI), "asked for", "anna", 30).await.unwrap();
    assert_eq!((done.entities, done.operations), (1, 1));
    assert_eq!(
        done.entries, 4,
        "what the cycle made, what was overridden, what was said of an object and what was asked for"
    );
    assert_eq!(done.held, [object("mo", "users", TARGET)]);
    let left = seen(place).await;
    assert_eq!(
        left,
        ["allotment", "journal"].map(str::to_owned).into(),
        "that she was there, and that her name is not given to another"
    );
    assert_eq!(store.about(id(KARI)).await.unwrap(), About::default());
    let held = store.holders("username", &["kari".to_owned()]).await.unwrap();
    assert_eq!((held[0].entity, held[0].released), (None, Some(30)));

    // Nothing of others is gone.
    let proposal = store.proposal(cycle, 1).await.unwrap().unwrap();
    assert_eq!(proposal.parts["hr"].sample, [sample("somebody")]);
    assert_eq!(
        proposal.digest(),
        halted().digest(),
        "what was decided about stays"
    );
    let check = store.newest_check("mo").await.unwrap().unwrap().outcome.unwrap();
    let names: Vec<_> = check.findings.iter().map(|found| found.name.as_str()).collect();
    assert_eq!(names, ["North", "somebody"]);
    assert_eq!(store.about(id(5)).await.unwrap().candidate_in.len(), 1);
    assert_eq!(store.operations_of(id(5), 9).await.unwrap().len(), 1);
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!((verdict.found, verdict.erased), (0, 4), "{verdict:?}");

    // Whoever comes back and is forgotten again: the first erasure stays accounted for.
    let mut back = entity(KARI, EntityKind::Person, &[]);
    back.state = EntityState::Gone;
    let batch = Reconciled {
        entities: vec![write(back)],
        journal: vec![entry(cycle, KARI, "created")],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    store.forget(id(KARI), "again", "anna", 40).await.unwrap();
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!((verdict.found, verdict.erased), (0, 5), "{verdict:?}");
}
