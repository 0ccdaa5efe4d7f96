//! What is over its time: found by its day, erased in batches, and said so in the journal, which stays a chain.

use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::journal::ERASED;
use samklang_core::mapping::Allotment;
use samklang_core::matching::{CaseState, Choice};
use samklang_core::port::{
    Allotments as _, Cases as _, ChangeKind, CycleState, Drafted, Expiry as _, Life, Occasion,
    OperationState, Reconciled, ShadowWrite, Store as _,
};
use samklang_core::retention::{Due, Erased, Kept};
use samklang_store::{TenantStore, Wanted};

use crate::cases::{case, decided};
use crate::material::{entity, entry, id, import, object, planned, settled, shadow, staged, steps, write};
use crate::place::{Place, tenant};

const NIGHT: Occasion<'static> = Occasion {
    who: "cycle",
    cycle: None,
    now: 1_000,
};

fn due(kept: Kept, before: i64) -> Due {
    Due {
        kept,
        period: NIGHT.now - before,
        before,
    }
}

/// Erases all of it, as much as fits at a time; what is counted before is what is erased.
async fn expire(store: &TenantStore, kept: Kept, before: i64) -> Erased {
    let due = due(kept, before);
    let counted = store.expired(&due).await.unwrap();
    let mut erased = Erased::default();
    loop {
        erased.add(store.expire(&due, &NIGHT, 2).await.unwrap());
        if !erased.more {
            break;
        }
    }
    assert_eq!(counted, erased.count, "{kept:?}");
    assert_eq!(store.expired(&due).await.unwrap(), 0, "{kept:?}");
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!(verdict.found, 0, "{kept:?}: {verdict:?}");
    erased
}

fn gone(number: u8, kind: EntityKind, references: &[(&str, u8)], since: i64) -> (Entity, Life) {
    let mut entity = entity(number, kind, references);
    entity.state = EntityState::Gone;
    let life = Life {
        entity: entity.id,
        state: EntityState::Gone,
        since,
        due: None,
        cause: samklang_core::sentence::Cause::NamedByNone,
    };
    (entity, life)
}

async fn keep_gone(store: &TenantStore, cycle: i64, gone: Vec<(Entity, Life)>) {
    let (entities, lives): (Vec<_>, Vec<_>) = gone.into_iter().unzip();
    let batch = Reconciled {
        now: 5,
        journal: entities
            .iter()
            .map(|entity| samklang_core::port::JournalEntry {
                entity: entity.id,
                ..entry(cycle, 0, "gone")
            })
            .collect(),
        entities: entities.into_iter().map(write).collect(),
        lives,
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
}

pub async fn entities_go_when_their_time_is_over_and_nothing_of_them_is_left_to_do(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    use EntityKind::{Engagement, Person, Unit};
    let all = vec![
        gone(1, Person, &[], 100),
        gone(2, Person, &[], 101),
        gone(3, Person, &[], 50),
        gone(4, Person, &[], 50),
        gone(5, Person, &[], 50),
        gone(15, Engagement, &[("person", 5), ("unit", 20)], 300),
        gone(6, Person, &[], 60),
        gone(20, Unit, &[], 10),
        gone(21, Unit, &[], 10),
    ];
    keep_gone(&store, cycle, all).await;
    // One whose engagement is there, one whom a target holds, one for whom something is to be done.
    let living = Reconciled {
        entities: vec![write(entity(13, Engagement, &[("person", 3)]))],
        ..Reconciled::default()
    };
    store.keep_reconciled(&living, &[]).await.unwrap();
    let drafted = Drafted {
        shadows: vec![ShadowWrite::Put(shadow("held", Some(4)))],
        operations: vec![planned("wanted", Some(6), 1)],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();

    let erased = expire(&store, Kept::Gone(Person), 100).await;
    assert_eq!(
        (erased.count, erased.entries),
        (2, 3),
        "one with nothing, and one with an engagement of its own"
    );
    let left: Vec<_> = store
        .entities(&(1..=21).map(id).collect::<Vec<_>>())
        .await
        .unwrap();
    let mut left: Vec<_> = left.into_iter().map(|entity| entity.id).collect();
    left.sort();
    assert_eq!(left, [2, 3, 4, 6, 13, 20, 21].map(id));
    let wanted = Wanted {
        entity: Some(id(5)),
        ..Wanted::default()
    };
    let entries = store.journal_entries(&wanted, 9).await.unwrap();
    assert_eq!(
        (entries[0].event.as_str(), entries[0].who.as_str()),
        (ERASED, "cycle")
    );
    let detail = entries[0].detail.as_ref().unwrap();
    assert_eq!(
        (&detail["what"], &detail["entries"], &detail["why"]),
        (&"person".into(), &2.into(), &"its time was over".into())
    );
    assert_eq!(
        entries[1].detail, None,
        "that it was there stays, and not what it was"
    );

    // What others refer to stays as long as they are known.
    let erased = expire(&store, Kept::Gone(Unit), 100).await;
    assert_eq!(erased.count, 2, "the engagement has gone with its person");
    // The target has let go, and what was to be done is done.
    let drafted = Drafted {
        shadows: vec![ShadowWrite::Remove("users".to_owned(), "held".to_owned())],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    store.settle_plan("mo").await.unwrap();
    store
        .settle("mo", &[settled("wanted", OperationState::Done)])
        .await
        .unwrap();
    let erased = expire(&store, Kept::Gone(Person), 100).await;
    assert_eq!((erased.count, erased.operations), (2, 1));
    assert_eq!(store.entities(&[id(3)]).await.unwrap().len(), 1, "it is engaged");
}

pub async fn particulars_of_the_journal_go_and_the_chain_stays(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    for (at, number) in [(10, 1), (20, 2), (30, 3), (40, 4), (25, 5)] {
        let mut told = entry(cycle, number, "changed");
        told.at = at;
        let batch = Reconciled {
            journal: vec![told],
            ..Reconciled::default()
        };
        store.keep_reconciled(&batch, &[]).await.unwrap();
    }
    let details = async || {
        let mut entries = store.journal_entries(&Wanted::default(), 99).await.unwrap();
        entries.reverse();
        let told = entries.into_iter().map(|entry| entry.detail.is_some());
        told.collect::<Vec<_>>()
    };
    let erased = expire(&store, Kept::Journal, 30).await;
    assert_eq!((erased.count, erased.entries), (3, 3));
    assert_eq!(details().await[..5], [false, false, false, true, true]);
    assert_eq!(
        details().await[5..],
        [true, true],
        "what says that they were erased, a batch at a time"
    );
    // The clock had been put back once: the entry waits for the one before it.
    assert_eq!(expire(&store, Kept::Journal, 40).await.count, 2);
    assert_eq!(expire(&store, Kept::Journal, 2_000).await.count, 0);
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!((verdict.entries, verdict.erased), (8, 5), "{verdict:?}");
}

pub async fn operations_go_with_the_age_of_their_cycle(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let mut ids = Vec::new();
    for (night, ended) in [(1, 100), (2, 200), (3, 300)] {
        let cycle = store.begin_cycle(&steps(), night).await.unwrap().cycle;
        let names = ["a", "b", "c"].map(|name| format!("{name}{night}"));
        let operations = names.iter().map(|name| planned(name, Some(1), 1));
        let drafted = Drafted {
            operations: operations.collect(),
            ..Drafted::default()
        };
        store.draft(cycle, "mo", &drafted).await.unwrap();
        store.settle_plan("mo").await.unwrap();
        let states = [
            OperationState::Done,
            OperationState::Refused,
            OperationState::Deferred,
        ];
        let done: Vec<_> = names
            .iter()
            .zip(states)
            .map(|(name, state)| settled(name, state))
            .collect();
        store.settle("mo", &done).await.unwrap();
        store.set_cycle(cycle, CycleState::Done, ended).await.unwrap();
        ids.push(cycle);
    }
    assert_eq!(expire(&store, Kept::Operations, 99).await.count, 0);
    let erased = expire(&store, Kept::Operations, 200).await;
    assert_eq!((erased.count, erased.operations), (4, 4));
    let left = store.operations_of(id(1), 99).await.unwrap();
    let mut left: Vec<_> = left.into_iter().map(|record| record.operation.id).collect();
    left.sort();
    assert_eq!(left, ["a3", "b3", "c1", "c2", "c3"], "what waits is not history");
}

pub async fn answers_go_unless_they_still_hold(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    import(
        &store,
        cycle,
        &["here", "let-be", "open"].map(|key| staged("person", key, ChangeKind::Added)),
    )
    .await;
    let keys = ["here", "let-be", "open", "gone", "just-gone"];
    let batch = Reconciled {
        now: 10,
        cases: keys.map(|key| case(key, &[1, 2], 10)).into(),
        former: vec![(object("hr", "person", "gone"), id(7))],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let batch = Reconciled {
        now: 90,
        former: vec![(object("hr", "person", "just-gone"), id(8))],
        unlinked: vec![object("hr", "person", "just-gone")],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    for asked in store.cases(&[CaseState::Open], 9).await.unwrap() {
        let answer = match asked.object.key.as_str() {
            "open" => continue,
            "let-be" => decided(Choice::Ignore, None),
            _ => decided(Choice::Link, Some(1)),
        };
        assert!(
            store
                .decide_case(&asked, &asked.object.clone(), &answer, None)
                .await
                .unwrap()
        );
    }
    assert_eq!(expire(&store, Kept::Cases, 49).await.count, 0);
    let erased = expire(&store, Kept::Cases, 60).await;
    let every = [CaseState::Open, CaseState::Decided, CaseState::Withdrawn];
    let mut left: Vec<_> = store
        .cases(&every, 9)
        .await
        .unwrap()
        .into_iter()
        .map(|case| case.object.key)
        .collect();
    left.sort();
    assert_eq!(left, ["let-be", "open"]);
    let ruled = store
        .rulings(&keys.map(|key| object("hr", "person", key)))
        .await
        .unwrap();
    let ruled: Vec<_> = ruled.into_iter().map(|ruling| ruling.object.key).collect();
    assert_eq!(ruled.len(), 3, "{ruled:?}");
    assert!(
        !ruled.contains(&"gone".to_owned()),
        "what is there, or may be back tomorrow, keeps what was decided: {ruled:?}"
    );

    assert_eq!(
        erased.count, 4,
        "three answers that were followed, and what was decided about who has long been gone"
    );

    assert_eq!(expire(&store, Kept::Former, 9).await.count, 0);
    assert_eq!(expire(&store, Kept::Former, 10).await.count, 1);
    assert_eq!(store.former(&[id(7), id(8)]).await.unwrap().len(), 1);
}

pub async fn names_go_when_nobody_is_kept_from_them(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let name = |name: &str, released| Allotment {
        scope: "username".to_owned(),
        name: name.to_owned(),
        entity: Some(id(1)),
        since: 7,
        released,
    };
    let drafted = Drafted {
        allotments: vec![
            name("anne", None),
            name("bent", Some(100)),
            name("carl", Some(101)),
        ],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    assert_eq!(expire(&store, Kept::Names, 100).await.count, 1);
    let names = ["anne", "bent", "carl"].map(str::to_owned);
    let held = store.holders("username", &names).await.unwrap();
    assert_eq!(held.len(), 2, "{held:?}");
    assert!(held.iter().all(|held| held.name != "bent"));
}

pub async fn nothing_is_erased_without_the_lease(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let due = due(Kept::Journal, 100);
    let refused = store.expire(&due, &NIGHT, 9).await.unwrap_err();
    assert!(
        matches!(refused, samklang_core::port::StoreError::LeaseLost),
        "{refused}"
    );
}
