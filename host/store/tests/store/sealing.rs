//! What lies in the database for whoever has the database and not the key.

use samklang_core::key::{Keyring, TenantKey};
use samklang_core::port::{ChangeKind, Drafted, OperationState, Reconciled, ShadowWrite, Store, StoreError};
use samklang_core::{Attributes, Value};
use samklang_store::{Installation, TenantStore, Worker};

use crate::material::{
    digest, entity, entry, finding, id, import, link, object, planned, settled, shadow, staged, steps, write,
};
use crate::place::{Place, keys, tenant};

/// An identity number that is put wherever a value can be.
const NUMBER: &str = "01017012345";

fn personal() -> Attributes {
    Attributes::from([
        ("national_id".to_owned(), Value::Text(NUMBER.to_owned())),
        ("aliases".to_owned(), Value::Texts(vec![NUMBER.to_owned()])),
        (
            "record".to_owned(),
            Value::Structure(serde_json::json!({ "number": NUMBER })),
        ),
    ])
}

/// Fills every table that has room for a value.
async fn fill(store: &TenantStore) {
    let cycle = store.begin_cycle(&steps(), 1).await.unwrap().cycle;
    let mut person = staged("person", "a", ChangeKind::Added);
    person.object = Some((digest(&personal()), personal()));
    import(
        store,
        cycle,
        &[person.clone(), staged("person", "b", ChangeKind::Added)],
    )
    .await;
    let mut known = entity(1, samklang_core::catalogue::EntityKind::Person, &[]);
    known.values = personal();
    let mut tie = link(object("hr", "person", "a"), 1);
    tie.contribution.values = personal();
    let mut told = entry(cycle, 1, "changed");
    told.detail = serde_json::json!({ "national_id": [null, NUMBER] });
    let mut found = finding(object("hr", "person", "a"), "mapping");
    found.message = format!("{NUMBER} is no name");
    let batch = Reconciled {
        entities: vec![
            write(known),
            write(entity(2, samklang_core::catalogue::EntityKind::Person, &[])),
        ],
        links: vec![tie, link(object("hr", "person", "b"), 2)],
        journal: vec![told],
        findings: vec![found],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &["mo".to_owned()]).await.unwrap();
    let mut wanted = planned("x", Some(1), 1);
    wanted.operation.desired = personal();
    let mut seen = shadow("s", Some(1));
    seen.attributes = personal();
    let drafted = Drafted {
        operations: vec![wanted, planned("y", Some(2), 1)],
        shadows: vec![ShadowWrite::Put(seen)],
        ..Drafted::default()
    };
    store.draft(cycle, "mo", &drafted).await.unwrap();
    store.settle_plan("mo").await.unwrap();
    let mut done = settled("x", OperationState::Refused);
    done.outcome = serde_json::json!({ "said": format!("{NUMBER} is taken") });
    store.settle("mo", &[done]).await.unwrap();
    // What is staged and not accepted yet lies there as well.
    store.begin_import(cycle, "hr").await.unwrap();
    store.stage("hr", &[person]).await.unwrap();
}

pub async fn nothing_personal_is_readable(place: &Place) {
    let (installation, store) = tenant(place).await;
    fill(&store).await;
    let hex: String = NUMBER.bytes().map(|byte| format!("{byte:02x}")).collect();
    let base64 = "MDEwMTcwMTIzNDU";
    for text in place.everything().await {
        for form in [NUMBER, &hex, base64] {
            assert!(!text.contains(form), "{form} can be read");
        }
    }
    // The store itself reads all of it.
    assert_eq!(store.changes(1).await.unwrap()[0].attributes, Some(personal()));
    assert_eq!(
        store.staged("hr", 1).await.unwrap()[0].object.as_ref().unwrap().1,
        personal()
    );
    assert_eq!(store.entities(&[id(1)]).await.unwrap()[0].values, personal());
    assert_eq!(
        store.links_of(&[id(1)]).await.unwrap()[0].contribution.values,
        personal()
    );
    assert_eq!(
        store.shadows_of("mo", &[id(1)]).await.unwrap()[0].attributes,
        personal()
    );
    assert_eq!(store.find_entities("1701", 9).await.unwrap()[0].id, id(1));
    let operation = store.operations_of(id(1), 9).await.unwrap().remove(0);
    assert_eq!(operation.operation.desired, personal());
    assert!(operation.outcome.unwrap().to_string().contains(NUMBER));
    assert!(store.findings(9).await.unwrap()[0].message.contains(NUMBER));
    assert!(
        store.journal(id(1), 9).await.unwrap()[0]
            .detail
            .to_string()
            .contains(NUMBER)
    );
    drop(installation);
}

pub async fn what_is_sealed_opens_in_its_place_alone(place: &Place) {
    let (_installation, store) = tenant(place).await;
    fill(&store).await;
    let operation = "operation";
    for (table, column, from, to) in [
        ("object", "body", "key = 'b'", "key = 'a'"),
        ("link", "contribution", "key = 'b'", "key = 'a'"),
        (operation, "desired", "id = 'y'", "id = 'x'"),
    ] {
        place
            .tamper(&format!(
                "UPDATE {table} SET {column} = (SELECT o.{column} FROM {table} o WHERE o.{from}) WHERE {to}"
            ))
            .await;
    }
    place
        .tamper("UPDATE shadow SET body = (SELECT body FROM entity ORDER BY id LIMIT 1)")
        .await;
    let refused = |error: StoreError, place: &str| {
        let said = error.to_string();
        assert!(
            said.contains("its seal is broken") && said.contains(place),
            "{said}"
        );
    };
    refused(store.changes(9).await.unwrap_err(), "object hr/person/a");
    refused(store.links_of(&[id(1)]).await.unwrap_err(), "link of hr/person/a");
    refused(
        store.shadows_of("mo", &[id(1)]).await.unwrap_err(),
        "shadow mo/users/s",
    );
    refused(store.operations_of(id(1), 9).await.unwrap_err(), "operation x");
}

pub async fn another_key_opens_nothing(place: &Place) {
    let (installation, store) = tenant(place).await;
    fill(&store).await;
    let other = Keyring::new(TenantKey::new([8; 32]), Vec::new());
    let refused = installation.tenant("aarhus", &other).await.unwrap_err();
    assert!(matches!(refused, StoreError::Locked { .. }), "{refused}");
    let said = refused.to_string();
    assert!(
        said.contains(&keys().current().name().to_string()) && said.contains("[keys]"),
        "{said}"
    );
}

pub async fn a_former_key_still_opens(place: &Place) {
    let (installation, store) = tenant(place).await;
    fill(&store).await;
    store.release_lease().await.unwrap();
    let hash = samklang_core::port::Keys::matching(&store).hash("x");
    installation.close().await;
    let installation = Installation::open(place.url(), Worker::new("next"))
        .await
        .unwrap();
    let ring = Keyring::new(TenantKey::new([8; 32]), vec![keys().current().clone()]);
    let store = installation.tenant("aarhus", &ring).await.unwrap();
    assert_eq!(
        samklang_core::port::Keys::matching(&store).hash("x"),
        hash,
        "what is compared stays comparable"
    );
    assert_eq!(store.entities(&[id(1)]).await.unwrap()[0].values, personal());
    assert_eq!(store.verify_journal().await.unwrap().found, 0);
}

pub async fn rotation_seals_anew_and_says_when_it_is_done(place: &Place) {
    let (installation, store) = tenant(place).await;
    fill(&store).await;
    store.release_lease().await.unwrap();
    let fresh = TenantKey::new([8; 32]);
    let both = Keyring::new(fresh.clone(), vec![keys().current().clone()]);
    let next = installation.tenant("aarhus", &both).await.unwrap();
    let rotated = next.rotate().await.unwrap();
    assert!(rotated.sealed > 10, "{rotated:?}");
    assert_eq!(rotated.left, 0);
    assert_eq!(next.rotate().await.unwrap().sealed, 0, "once is enough");
    // Somebody who has not taken the new key up writes meanwhile.
    store.begin_cycle(&steps(), 9).await.unwrap();
    store
        .stage("hr", &[staged("person", "late", ChangeKind::Added)])
        .await
        .unwrap();
    assert_eq!(next.rotate().await.unwrap().sealed, 1);
    let alone = installation
        .tenant("aarhus", &Keyring::new(fresh, Vec::new()))
        .await
        .unwrap();
    assert_eq!(alone.entities(&[id(1)]).await.unwrap()[0].values, personal());
    assert_eq!(alone.verify_journal().await.unwrap().found, 0, "the chain holds");
    assert_eq!(alone.changes(1).await.unwrap()[0].attributes, Some(personal()));
}
