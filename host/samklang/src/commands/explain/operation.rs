//! Why an operation was planned: the change of an object, what it changed about the entity, and what the target said.

use samklang_core::port::{OperationRecord, Store as _};
use samklang_store::{TenantStore, Wanted};
use serde_json::{Value, json};

use crate::desk::journal;
use crate::desk::people::conceal::{CONCEALED, Sensitive, blot, blot_json};
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, plain};

/// Entries of the journal that are looked through.
const ENTRIES: u32 = 200;

/// Says where an operation comes from and what became of it.
pub(super) async fn explain(
    screen: Screen,
    store: &TenantStore,
    id: &str,
    tenant: &str,
    sensitive: &Sensitive,
) -> Result<Exit, Failure> {
    let Some(record) = store.operation_with_id(id).await? else {
        return Err(Failure::Usage(format!(
            "{tenant} has no operation `{id}`; `samklang plan --json` and `samklang explain` show their ids"
        )));
    };
    let entities = store.entities(&Vec::from_iter(record.entity)).await?;
    let entity = entities.first();
    let hidden = entity.map(|entity| sensitive.texts(entity)).unwrap_or_default();
    let because = because(store, &record, &hidden).await?;
    let mut objects = Vec::new();
    if let Some(entity) = record.entity {
        for link in store.links_of(&[entity]).await? {
            objects.push(json!({ "object": blot(&link.object.to_string(), &hidden), "rule": link.rule }));
        }
    }
    let desired: serde_json::Map<String, Value> = record
        .operation
        .desired
        .iter()
        .map(|(name, value)| {
            let value = if sensitive.native(&record.connection, &record.operation.class, name) {
                CONCEALED.into()
            } else {
                blot_json(value.to_json(), &hidden)
            };
            (name.clone(), value)
        })
        .collect();
    let outcome = record.outcome.clone().map(|outcome| blot_json(outcome, &hidden));
    let document = json!({
        "id": record.operation.id,
        "cycle": record.cycle,
        "target": record.connection,
        "class": record.operation.class,
        "action": record.operation.action.as_str(),
        "key": blot(&record.operation.key, &hidden),
        "state": record.state.as_str(),
        "reason": blot(&record.reason.to_string(), &hidden),
        "changed": record.operation.changed,
        "desired": desired,
        "outcome": outcome,
        "entity": record.entity,
        "because": because,
        "objects": objects,
    });
    screen.document(&json!({ "tenant": tenant, "operation": document }));
    show(screen, &document);
    Ok(Exit::Done)
}

/// What happened to the entity in the cycle that planned the operation or since the one before; without any, what it refers to may
/// have changed, or the mapping, or the target's own object.
async fn because(
    store: &TenantStore,
    record: &OperationRecord,
    hidden: &[String],
) -> Result<Vec<Value>, Failure> {
    let Some(entity) = record.entity else {
        return Ok(Vec::new());
    };
    let wanted = Wanted {
        entity: Some(entity),
        ..Wanted::default()
    };
    let entries = store.journal_entries(&wanted, ENTRIES).await?;
    let causes = [
        "created", "changed", "gone", "returned", "linked", "unlinked", "override",
    ];
    let of_cycle = entries
        .iter()
        .filter(|entry| entry.cycle == Some(record.planned_in) && causes.contains(&entry.event.as_str()));
    let mut documents: Vec<Value> = of_cycle
        .map(|entry| blot_json(journal::document(entry), hidden))
        .collect();
    documents.reverse();
    Ok(documents)
}

fn show(screen: Screen, document: &Value) {
    let member = |name: &str| plain(document.get(name).unwrap_or(&Value::Null));
    screen.line(format!(
        "{} {}/{}/{} in cycle {}: {}",
        member("action"),
        member("target"),
        member("class"),
        member("key"),
        member("cycle"),
        member("state")
    ));
    screen.line(format!("why: {}", member("reason")));
    if !member("changed").is_empty() {
        screen.line(format!("what differs: {}", member("changed")));
    }
    let because = document.get("because").and_then(Value::as_array);
    match because.filter(|because| !because.is_empty()) {
        Some(because) => {
            for cause in because {
                let part = |name: &str| plain(cause.get(name).unwrap_or(&Value::Null));
                screen.line(format!("what changed: {} {}", part("event"), part("detail")));
            }
        }
        None => screen.line(
            "what changed: nothing about the entity itself in that cycle; what it refers to, the mapping, or the target's own \
             object did",
        ),
    }
    for object in document
        .get("objects")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let part = |name: &str| plain(object.get(name).unwrap_or(&Value::Null));
        screen.line(format!("comes from: {} ({})", part("object"), part("rule")));
    }
    if !member("outcome").is_empty() {
        screen.line(format!("what the target said: {}", member("outcome")));
    }
}
