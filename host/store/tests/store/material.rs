//! What the tests put into the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::catalogue::{Contribution, Entity, EntityKind, EntityState, Link, ObjectRef};
use samklang_core::connector::{Action, Operation};
use samklang_core::matching::MatchValue;
use samklang_core::port::{
    ChangeKind, Counts, EntityWrite, FindingRecord, JournalEntry, OperationState, Planned, Reconciled,
    Settled, Shadow, ShadowState, Staged, StepSpec, Store,
};
use samklang_core::{Attributes, Digest, Value};
use samklang_store::TenantStore;
use uuid::Uuid;

pub fn id(number: u8) -> Uuid {
    Uuid::from_bytes([number; 16])
}

pub fn object(connection: &str, class: &str, key: &str) -> ObjectRef {
    ObjectRef {
        connection: connection.to_owned(),
        class: class.to_owned(),
        key: key.to_owned(),
    }
}

pub fn named(name: &str) -> Attributes {
    Attributes::from([
        ("name".to_owned(), Value::Text(name.to_owned())),
        ("age".to_owned(), Value::Integer(7)),
        ("seal".to_owned(), Value::Bytes(vec![0, 255, 1])),
        (
            "tags".to_owned(),
            Value::Texts(vec!["a".to_owned(), "b".to_owned()]),
        ),
    ])
}

pub fn digest(attributes: &Attributes) -> Digest {
    Digest::of(attributes.iter().map(|(name, value)| (name.as_str(), value)))
}

pub fn steps() -> Vec<StepSpec> {
    let step = |kind: &str, connection: Option<&str>| StepSpec {
        kind: kind.to_owned(),
        connection: connection.map(str::to_owned),
    };
    vec![
        step("import", Some("hr")),
        step("reconcile", None),
        step("export", Some("mo")),
    ]
}

/// The identity of an object with this key; here, the order of the one is that of the other.
pub fn identity(key: &str) -> Uuid {
    let mut octets = [0; 16];
    octets
        .iter_mut()
        .zip(key.bytes())
        .for_each(|(to, from)| *to = from);
    Uuid::from_bytes(octets)
}

pub fn staged(class: &str, key: &str, kind: ChangeKind) -> Staged {
    let attributes = named(key);
    let object = (kind != ChangeKind::Removed).then(|| (digest(&attributes), attributes));
    Staged {
        class: class.to_owned(),
        key: key.to_owned(),
        kind,
        object,
        place: Default::default(),
        identity: (kind != ChangeKind::Removed).then(|| identity(key)),
    }
}

pub fn ranks() -> BTreeMap<String, i32> {
    BTreeMap::from([("unit".to_owned(), 0), ("person".to_owned(), 1)])
}

/// Imports these objects whole.
pub async fn import(store: &TenantStore, cycle: i64, objects: &[Staged]) {
    store.begin_import(cycle, "hr").await.unwrap();
    store.stage("hr", objects).await.unwrap();
    settle_and_accept(store).await;
}

pub async fn settle_and_accept(store: &TenantStore) {
    store
        .settle_import("hr", Counts::default(), &BTreeMap::new(), None)
        .await
        .unwrap();
    store.accept_import("hr", &ranks()).await.unwrap();
}

pub fn entity(number: u8, kind: EntityKind, references: &[(&str, u8)]) -> Entity {
    Entity {
        id: id(number),
        kind,
        state: EntityState::Active,
        values: named(&format!("entity {number}")),
        references: references
            .iter()
            .map(|(name, to)| ((*name).to_owned(), id(*to)))
            .collect(),
        provenance: BTreeMap::from([
            ("name".to_owned(), Arc::new(object("hr", "person", "a"))),
            ("age".to_owned(), Arc::new(object("hr", "person", "a"))),
            ("tags".to_owned(), Arc::new(object("other", "user", "b"))),
        ]),
    }
}

pub fn write(entity: Entity) -> EntityWrite {
    EntityWrite {
        entity,
        new: true,
        matches: Vec::new(),
        unresolved: Vec::new(),
    }
}

pub fn link(object: ObjectRef, entity: u8) -> Link {
    let values = named("linked");
    let references = BTreeMap::from([("unit".to_owned(), ("unit".to_owned(), "u".to_owned()))]);
    Link {
        object,
        entity: id(entity),
        rule: "matched:username".to_owned(),
        since: 5,
        contribution: Contribution { values, references },
    }
}

/// A value by which something is found, with its own text in place of fingerprints.
pub fn value(rule: &str, text: &str) -> MatchValue {
    MatchValue {
        rule: rule.to_owned(),
        folded: text.to_lowercase(),
        exact: text.to_owned(),
    }
}

/// Keeps entities alone.
pub async fn keep(store: &TenantStore, entities: Vec<EntityWrite>, targets: &[&str]) {
    let batch = Reconciled {
        entities,
        ..Reconciled::default()
    };
    let targets: Vec<String> = targets.iter().map(|&target| target.to_owned()).collect();
    store.keep_reconciled(&batch, &targets).await.unwrap();
}

pub fn finding(object: ObjectRef, code: &str) -> FindingRecord {
    FindingRecord {
        object,
        arguments: serde_json::json!({ "words": format!("what {code} says") }),
        code: code.to_owned(),
        message: format!("{code} found"),
        remedy: "mend it".to_owned(),
        entity: None,
    }
}

pub fn entry(cycle: i64, entity: u8, event: &str) -> JournalEntry {
    let detail = serde_json::json!({ "before": null, "after": ["x"] });
    JournalEntry {
        cycle,
        at: 9,
        entity: id(entity),
        event: event.to_owned(),
        detail,
    }
}

pub fn planned(operation: &str, entity: Option<u8>, rank: i32) -> Planned {
    Planned {
        operation: Operation {
            id: operation.to_owned(),
            action: Action::Create,
            class: "users".to_owned(),
            key: format!("key-{operation}"),
            desired: named(operation),
            changed: vec!["name".to_owned()],
        },
        entity: entity.map(id),
        rank,
        urgent: false,
        reason: "it is new".into(),
        before: named("before"),
        ours: named("ours"),
    }
}

pub fn settled(operation: &str, state: OperationState) -> Settled {
    Settled {
        at: 7,
        id: operation.to_owned(),
        state,
        outcome: serde_json::json!({ "said": operation }),
        shadows: Vec::new(),
        journal: None,
        finding: None,
    }
}

pub fn shadow(key: &str, entity: Option<u8>) -> Shadow {
    Shadow {
        class: "users".to_owned(),
        key: key.to_owned(),
        entity: entity.map(id),
        state: ShadowState::Queued,
        cycle: 3,
        attributes: named(key),
        ours: named("shared"),
    }
}
