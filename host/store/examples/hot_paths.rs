//! Measures the paths that every object goes through: `cargo run --release -p samklang-store --example hot_paths [URL [OBJECTS]]`.
//! Without a URL it measures SQLite in a file of a temporary folder. It prints one line per path.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measuring tool: a panic is its report"
)]

use std::collections::BTreeMap;
use std::time::Instant;

use samklang_core::catalogue::{Contribution, Entity, EntityKind, EntityState, Link, ObjectRef};
use samklang_core::connector::{Action, Operation};
use samklang_core::key::{Keyring, TenantKey};
use samklang_core::matching::MatchValue;
use samklang_core::port::{
    ChangeKind, Counts, Drafted, EntityWrite, JournalEntry, OperationState, Planned, Reconciled, Settled,
    Shadow, ShadowState, ShadowWrite, Staged, StepSpec, Store,
};
use samklang_core::{Attributes, Digest, Value};
use samklang_store::{Installation, Worker};
use uuid::Uuid;

const BATCH: usize = 1000;
const ENTITIES: usize = 500;

fn person(number: usize) -> Attributes {
    (0..20)
        .map(|field| {
            (
                format!("field_{field}"),
                Value::Text(format!("value {field} of {number}")),
            )
        })
        .collect()
}

fn digest(attributes: &Attributes) -> Digest {
    Digest::of(attributes.iter().map(|(name, value)| (name.as_str(), value)))
}

fn identity(number: usize) -> Uuid {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, &number.to_le_bytes())
}

/// The time since then, told on one line.
fn lap(what: &str, count: usize, since: Instant) {
    let took = since.elapsed();
    println!(
        "{what:<28} {:>9.3} s {:>9.0} /s",
        took.as_secs_f64(),
        count as f64 / took.as_secs_f64()
    );
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = tempfile::tempdir().unwrap();
    let url = arguments
        .next()
        .unwrap_or_else(|| format!("sqlite:{}", folder.path().join("hot.db").display()));
    let objects: usize = arguments.next().map_or(100_000, |count| count.parse().unwrap());
    let installation = Installation::open(&url, Worker::new("hot")).await.unwrap();
    let tenant = format!("hot-{}", std::process::id());
    let keys = Keyring::new(TenantKey::new([7; 32]), Vec::new());
    let store = installation.tenant(&tenant, &keys).await.unwrap();
    let step = StepSpec {
        kind: "import".to_owned(),
        connection: Some("csv".to_owned()),
    };
    let cycle = store.begin_cycle(&[step], 1).await.unwrap().cycle;

    import(&store, cycle, objects).await;
    known(&store, objects).await;
    missing(&store).await;
    reconcile(&store, cycle).await;
    plan(&store, cycle).await;
    apply(&store).await;
    store.release_lease().await.unwrap();
}

async fn import<S: Store>(store: &S, cycle: i64, objects: usize) {
    let staged: Vec<Vec<Staged>> = (0..objects)
        .collect::<Vec<_>>()
        .chunks(BATCH)
        .map(|numbers| {
            let stage = |&number: &usize| {
                let attributes = person(number);
                Staged {
                    class: "person".to_owned(),
                    key: format!("{number:09}"),
                    kind: ChangeKind::Added,
                    object: Some((digest(&attributes), attributes)),
                    place: Default::default(),
                    identity: Some(identity(number)),
                }
            };
            numbers.iter().map(stage).collect()
        })
        .collect();
    let since = Instant::now();
    store.begin_import(cycle, "csv").await.unwrap();
    for page in &staged {
        store.stage("csv", page).await.unwrap();
    }
    store
        .settle_import("csv", Counts::default(), &BTreeMap::new(), None)
        .await
        .unwrap();
    lap("stage", objects, since);
    let since = Instant::now();
    store
        .accept_import("csv", &BTreeMap::from([("person".to_owned(), 1)]))
        .await
        .unwrap();
    lap("accept_import", objects, since);
}

async fn known<S: Store>(store: &S, objects: usize) {
    let keys: Vec<String> = (0..objects).map(|number| format!("{number:09}")).collect();
    let since = Instant::now();
    for page in keys.chunks(BATCH) {
        let page: Vec<&str> = page.iter().map(String::as_str).collect();
        let known = store.known("csv", "person", &page).await.unwrap();
        assert!(known.iter().all(Option::is_some));
    }
    lap("known", objects, since);
}

async fn missing<S: Store>(store: &S) {
    let size = store.snapshot_size("csv").await.unwrap();
    let since = Instant::now();
    store
        .stage_missing("csv", &["person".to_owned()], &|_| true)
        .await
        .unwrap();
    lap(
        "stage_missing, none",
        size.values().sum::<u64>().try_into().unwrap(),
        since,
    );
}

async fn reconcile<S: Store>(store: &S, cycle: i64) {
    let (mut count, mut kept) = (0, std::time::Duration::ZERO);
    let all = Instant::now();
    loop {
        let changes = store.changes(ENTITIES.try_into().unwrap()).await.unwrap();
        if changes.is_empty() {
            break;
        }
        let objects: Vec<ObjectRef> = changes.iter().map(|change| change.object.clone()).collect();
        assert!(store.links(&objects).await.unwrap().is_empty());
        let mut batch = Reconciled::default();
        for change in changes {
            let id = identity(count);
            let values = change.attributes.unwrap();
            count += 1;
            batch.settled.push(change.seq);
            let contribution = Contribution {
                values: values.clone(),
                references: BTreeMap::new(),
            };
            batch.links.push(Link {
                object: change.object.clone(),
                entity: id,
                rule: "created".to_owned(),
                since: 1,
                contribution,
            });
            batch.journal.push(JournalEntry {
                cycle,
                at: 1,
                entity: id,
                event: "created".to_owned(),
                detail: serde_json::json!({ "object": change.object.to_string() }),
            });
            let provenance = values
                .keys()
                .map(|name| (name.clone(), change.object.clone().into()))
                .collect();
            let matches = ["national_id", "username"]
                .map(|rule| MatchValue::of(rule, &[format!("{rule}-{count}")], store.matching()));
            let entity = Entity {
                id,
                kind: EntityKind::Person,
                state: EntityState::Active,
                values,
                references: BTreeMap::new(),
                provenance,
            };
            batch.entities.push(EntityWrite {
                entity,
                new: true,
                matches: matches.into(),
                unresolved: Vec::new(),
            });
        }
        let since = Instant::now();
        store
            .keep_reconciled(&batch, &["target".to_owned()])
            .await
            .unwrap();
        kept += since.elapsed();
    }
    lap("changes, links, keep", count, all);
    println!(
        "{:<28} {:>9.3} s",
        "  of which keep_reconciled",
        kept.as_secs_f64()
    );
}

async fn plan<S: Store>(store: &S, cycle: i64) {
    let since = Instant::now();
    store.widen_stale("target").await.unwrap();
    lap("widen_stale", 1, since);
    let (mut after, mut count) = (None, 0);
    let since = Instant::now();
    loop {
        let stale = store
            .stale("target", after, ENTITIES.try_into().unwrap())
            .await
            .unwrap();
        let Some(last) = stale.last() else { break };
        after = Some(*last);
        count += stale.len();
        assert_eq!(store.entities(&stale).await.unwrap().len(), stale.len());
        assert!(store.shadows_of("target", &stale).await.unwrap().is_empty());
        let operations = stale.iter().map(|id| Planned {
            operation: Operation {
                id: id.to_string(),
                action: Action::Create,
                class: "users".to_owned(),
                key: id.to_string(),
                desired: person(count),
                changed: Vec::new(),
            },
            entity: Some(*id),
            rank: 1,
            urgent: false,
            reason: "it is new".into(),
            before: Attributes::new(),
            ours: Attributes::new(),
        });
        let drafted = Drafted {
            operations: operations.collect(),
            ..Drafted::default()
        };
        store.draft(cycle, "target", &drafted).await.unwrap();
    }
    lap("stale, entities, draft", count, since);
    let since = Instant::now();
    store.settle_plan("target").await.unwrap();
    lap("settle_plan", count, since);
}

async fn apply<S: Store>(store: &S) {
    let mut count = 0;
    let since = Instant::now();
    loop {
        let states = [OperationState::Planned, OperationState::Sent];
        let operations = store
            .operations("target", &states, ENTITIES.try_into().unwrap())
            .await
            .unwrap();
        if operations.is_empty() {
            break;
        }
        count += operations.len();
        let ids: Vec<String> = operations
            .iter()
            .map(|record| record.operation.id.clone())
            .collect();
        store.mark_sent("target", &ids).await.unwrap();
        let settled: Vec<Settled> = operations
            .into_iter()
            .map(|record| Settled {
                id: record.operation.id,
                state: OperationState::Done,
                outcome: serde_json::json!({ "done": {} }),
                shadows: vec![ShadowWrite::Put(Shadow {
                    class: record.operation.class,
                    key: record.operation.key,
                    entity: record.entity,
                    state: ShadowState::Confirmed,
                    cycle: record.cycle,
                    attributes: record.operation.desired,
                    ours: record.ours,
                })],
                at: 1,
                journal: None,
                finding: None,
            })
            .collect();
        store.settle("target", &settled).await.unwrap();
    }
    lap("operations, sent, settle", count, since);
}
