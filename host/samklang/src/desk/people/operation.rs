//! Why an operation was planned: the change of an object, what it changed about the entity, and what the target said.

use samklang_core::journal::Event;
use samklang_core::port::{OperationRecord, Store as _};
use samklang_server::view::{EntityLink, JournalEntry, Moment, OperationStory};
use samklang_store::{TenantStore, Wanted};

use super::conceal::{CONCEALED, Sensitive, blot, blot_json};
use crate::desk::journal;
use crate::failure::Failure;

/// Entries of the journal that are looked through.
const ENTRIES: u32 = 200;

/// Where an operation comes from and what became of it.
pub(crate) async fn story(
    store: &TenantStore,
    id: &str,
    tenant: &str,
    sensitive: &Sensitive,
) -> Result<OperationStory, Failure> {
    let Some(record) = store.operation_with_id(id).await? else {
        return Err(Failure::Absent(format!(
            "{tenant} has no operation `{id}`; `samklang plan --json` and `samklang explain --json` show their ids"
        )));
    };
    let entities = store.entities(&Vec::from_iter(record.entity)).await?;
    let entity = entities.first();
    let hidden = entity.map(|entity| sensitive.texts(entity)).unwrap_or_default();
    let because = because(store, &record, &hidden).await?;
    let mut objects = Vec::new();
    if let Some(entity) = record.entity {
        let links = store.links_of(&[entity]).await?.into_iter();
        objects.extend(links.map(|link| EntityLink {
            object: blot(&link.object.to_string(), &hidden),
            rule: link.rule,
            since: Moment(link.since),
        }));
    }
    let operation = record.operation;
    let desired = operation.desired.iter().map(|(name, value)| {
        let value = if sensitive.native(&record.connection, &operation.class, name) {
            CONCEALED.into()
        } else {
            blot_json(value.to_json(), &hidden)
        };
        (name.clone(), value)
    });
    Ok(OperationStory {
        desired: desired.collect(),
        id: operation.id,
        cycle: record.cycle,
        target: record.connection,
        class: operation.class,
        action: operation.action.as_str().to_owned(),
        key: blot(&operation.key, &hidden),
        state: record.state.as_str().to_owned(),
        reason: blot(&record.reason.to_string(), &hidden),
        changed: operation.changed,
        outcome: record.outcome.map(|outcome| blot_json(outcome, &hidden)),
        entity: record.entity,
        because,
        objects,
    })
}

/// What happened to the entity in the cycle that planned the operation or since the one before; without any, what it refers to may
/// have changed, or the mapping, or the target's own object.
async fn because(
    store: &TenantStore,
    record: &OperationRecord,
    hidden: &[String],
) -> Result<Vec<JournalEntry>, Failure> {
    let Some(entity) = record.entity else {
        return Ok(Vec::new());
    };
    let wanted = Wanted {
        entity: Some(entity),
        ..Wanted::default()
    };
    let entries = store.journal_entries(&wanted, ENTRIES).await?;
    let causes = [
        Event::Created,
        Event::Changed,
        Event::Gone,
        Event::Returned,
        Event::Linked,
        Event::Unlinked,
        Event::Overridden,
        Event::OverrideRemoved,
        Event::OverrideEnded,
    ]
    .map(Event::as_str);
    let of_cycle = entries
        .into_iter()
        .filter(|entry| entry.cycle == Some(record.planned_in) && causes.contains(&entry.event.as_str()));
    let mut because: Vec<JournalEntry> = of_cycle.map(|entry| journal::shown(entry, hidden)).collect();
    because.reverse();
    Ok(because)
}
