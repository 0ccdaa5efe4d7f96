//! The journal as an auditor sees it, and as somebody finds out who alters it past the store.

use samklang_core::port::{Deed, Journal, Store};
use samklang_store::{TenantStore, Verdict, Wanted};

use crate::material::{entity, entry, id, keep, steps, write};
use crate::place::{Place, tenant};

/// A journal of six entries about entities, and one about a decision.
async fn journal(store: &TenantStore) {
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    for first in [1, 4] {
        let batch = samklang_core::port::Reconciled {
            journal: (first..first + 3)
                .map(|entity| entry(cycle, entity, "created"))
                .collect(),
            ..Default::default()
        };
        store.keep_reconciled(&batch, &[]).await.unwrap();
    }
    let deed = Deed {
        at: 20,
        who: "kari @ desk".to_owned(),
        event: "released".to_owned(),
        cycle: Some(cycle),
        entity: None,
        why: "the school year begins".to_owned(),
        detail: serde_json::json!({ "step": "import hr" }),
    };
    store.note(&[deed]).await.unwrap();
}

fn places(verdict: &Verdict) -> Vec<i64> {
    verdict.flaws.iter().map(|flaw| flaw.entry).collect()
}

pub async fn the_journal_tells_who_did_what(place: &Place) {
    let (_installation, store) = tenant(place).await;
    let empty = store.verify_journal().await.unwrap();
    assert_eq!((empty.entries, empty.found), (0, 0));
    journal(&store).await;
    let entries = store.journal_entries(&Wanted::default(), 2).await.unwrap();
    assert_eq!((entries[0].seq, entries[1].seq), (7, 6), "newest first");
    assert_eq!(entries[0].who, "kari @ desk");
    assert_eq!(
        entries[0].detail,
        Some(serde_json::json!({ "step": "import hr", "why": "the school year begins" }))
    );
    assert_eq!(
        (entries[1].who.as_str(), entries[1].entity),
        ("cycle", Some(id(6)))
    );
    let wanted = Wanted {
        since: Some(10),
        ..Wanted::default()
    };
    assert_eq!(store.journal_entries(&wanted, 9).await.unwrap().len(), 1);
    let wanted = Wanted {
        before: Some(7),
        entity: Some(id(2)),
        ..Wanted::default()
    };
    assert_eq!(store.journal_entries(&wanted, 9).await.unwrap()[0].seq, 2);
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!(
        (verdict.entries, verdict.head.0, verdict.found),
        (7, 7, 0),
        "{verdict:?}"
    );
}

pub async fn tampering_is_found_and_named(place: &Place) {
    let (_installation, store) = tenant(place).await;
    journal(&store).await;
    for (done, undone, named) in [
        (
            "UPDATE journal SET event = 'gone' WHERE seq = 3",
            "UPDATE journal SET event = 'created' WHERE seq = 3",
            3,
        ),
        (
            "UPDATE journal SET who = 'ola' WHERE seq = 7",
            "UPDATE journal SET who = 'kari @ desk' WHERE seq = 7",
            7,
        ),
        (
            "UPDATE journal SET at = at + 1 WHERE seq = 1",
            "UPDATE journal SET at = at - 1 WHERE seq = 1",
            1,
        ),
        (
            "UPDATE journal SET seq = 99 WHERE seq = 4",
            "UPDATE journal SET seq = 4 WHERE seq = 99",
            4,
        ),
        (
            "UPDATE journal SET seq = seq + 100 WHERE seq IN (5, 6); UPDATE journal SET seq = 111 - seq WHERE seq > 100",
            "UPDATE journal SET seq = seq + 100 WHERE seq IN (5, 6); UPDATE journal SET seq = 111 - seq WHERE seq > 100",
            5,
        ),
        (
            "CREATE TABLE kept AS SELECT detail FROM journal WHERE seq = 2; \
             UPDATE journal SET detail = (SELECT detail FROM journal WHERE seq = 1) WHERE seq = 2",
            "UPDATE journal SET detail = (SELECT detail FROM kept) WHERE seq = 2; DROP TABLE kept",
            2,
        ),
        (
            "UPDATE chain SET seq = 6, hash = (SELECT hash FROM journal WHERE seq = 6); \
             UPDATE journal SET tenant = -tenant WHERE seq = 7",
            "UPDATE journal SET tenant = -tenant WHERE seq = 7; \
             UPDATE chain SET seq = 7, hash = (SELECT hash FROM journal WHERE seq = 7)",
            6,
        ),
    ] {
        place.tamper(done).await;
        let verdict = store.verify_journal().await.unwrap();
        assert!(places(&verdict).contains(&named), "{done}: {verdict:?}");
        place.tamper(undone).await;
        let verdict = store.verify_journal().await.unwrap();
        assert_eq!(verdict.found, 0, "{undone}: {verdict:?}");
    }
    place.tamper("DELETE FROM journal WHERE seq = 5").await;
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!(places(&verdict), [5]);
    assert!(
        verdict.flaws[0].what.contains("entry 5 is missing"),
        "{verdict:?}"
    );
    place.tamper("DELETE FROM journal WHERE seq > 5").await;
    let verdict = store.verify_journal().await.unwrap();
    assert!(places(&verdict).contains(&5), "{verdict:?}");
}

pub async fn erasing_unsaid_is_found(place: &Place) {
    let (_installation, store) = tenant(place).await;
    journal(&store).await;
    place
        .tamper("UPDATE journal SET detail = NULL WHERE seq = 2")
        .await;
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!((verdict.erased, verdict.found), (1, 1), "{verdict:?}");
    assert!(verdict.flaws[0].what.contains("no entry says so"), "{verdict:?}");
    let entries = store.journal_entries(&Wanted::default(), 9).await.unwrap();
    assert_eq!(entries[5].detail, None);
    assert_eq!(entries[5].event, "created", "that it happened stays");
}

pub async fn forgetting_erases_and_keeps_the_chain(place: &Place) {
    use samklang_core::catalogue::{EntityKind, EntityState};
    use samklang_store::ForgetError;

    let (_installation, store) = tenant(place).await;
    journal(&store).await;
    let mut person = entity(1, EntityKind::Person, &[]);
    let mut engaged = entity(2, EntityKind::Engagement, &[("person", 1)]);
    keep(&store, vec![write(person.clone()), write(engaged.clone())], &[]).await;
    let refused = store.forget(id(1), "asked for", "kari", 30).await.unwrap_err();
    assert!(matches!(refused, ForgetError::Present), "{refused}");
    person.state = EntityState::Gone;
    keep(&store, vec![write(person)], &[]).await;
    let refused = store.forget(id(1), "asked for", "kari", 30).await.unwrap_err();
    assert!(matches!(refused, ForgetError::Related(1)), "{refused}");
    engaged.state = EntityState::Gone;
    keep(&store, vec![write(engaged)], &[]).await;
    let done = store.forget(id(1), "asked for", "kari", 30).await.unwrap();
    assert_eq!((done.entities, done.entries), (2, 2));
    assert!(store.entities(&[id(1), id(2)]).await.unwrap().is_empty());
    assert!(store.references(&[id(1)]).await.unwrap().is_empty());
    let wanted = Wanted {
        entity: Some(id(1)),
        ..Wanted::default()
    };
    let entries = store.journal_entries(&wanted, 9).await.unwrap();
    assert_eq!(
        entries.len(),
        2,
        "that it was there stays, and that it was forgotten"
    );
    assert_eq!(
        (entries[1].detail.as_ref(), entries[1].event.as_str()),
        (None, "created")
    );
    assert_eq!(
        (entries[0].event.as_str(), entries[0].who.as_str()),
        ("erased", "kari")
    );
    let verdict = store.verify_journal().await.unwrap();
    assert_eq!((verdict.found, verdict.erased), (0, 2), "{verdict:?}");
    let again = store.forget(id(1), "asked for", "kari", 30).await.unwrap_err();
    assert!(matches!(again, ForgetError::Unknown), "{again}");
}
