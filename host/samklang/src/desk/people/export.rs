//! Everything that is known about one person, for whoever has a right to it. That it was given away is noted.

use samklang_core::catalogue::Entity;
use samklang_core::journal::Event;
use samklang_core::port::{Clock as _, Deed, Journal as _, Store as _};
use samklang_store::{ForgetError, Forgotten, TenantStore};
use serde_json::{Value, json};

use super::part;
use crate::failure::Failure;
use crate::screen::rfc3339;
use crate::wiring::SystemClock;

/// Gathers it, and notes who has it. What is sensitive is in it.
pub(crate) async fn export(
    store: &TenantStore,
    tenant: &str,
    entity: &Entity,
    who: &str,
) -> Result<Value, Failure> {
    let mut entities = vec![entity.clone()];
    let of_it: Vec<uuid::Uuid> = store
        .references(&[entity.id])
        .await?
        .into_iter()
        .filter(|reference| reference.to == entity.id)
        .map(|reference| reference.from)
        .collect();
    entities.extend(store.entities(&of_it).await?);
    let mut parts = Vec::with_capacity(entities.len());
    for entity in &entities {
        parts.push(part::part(store, entity).await?);
    }
    let now = SystemClock.now();
    let deed = Deed {
        at: now,
        who: who.to_owned(),
        event: Event::Exported.into(),
        cycle: None,
        entity: Some(entity.id),
        why: String::new(),
        detail: Value::Null,
    };
    // Noted first: what is given away is noted even if it is not taken.
    store.note(&[deed]).await?;
    Ok(json!({ "tenant": tenant, "at": rfc3339(now), "entities": parts }))
}

/// Forgets a person who is gone from every source.
pub(crate) async fn forget(
    store: &TenantStore,
    entity: &Entity,
    (who, reason): (&str, &str),
    now: i64,
) -> Result<Forgotten, Failure> {
    match store.forget(entity.id, reason, who, now).await {
        Ok(done) => Ok(done),
        Err(ForgetError::Store(error)) => Err(error.into()),
        Err(refused) => Err(Failure::Usage(format!(
            "{} was not forgotten: {refused}",
            entity.id
        ))),
    }
}

/// What was forgotten, for machines.
pub(crate) fn forgotten(tenant: &str, entity: &Entity, done: &Forgotten) -> Value {
    let held: Vec<String> = done.held.iter().map(ToString::to_string).collect();
    json!({
        "tenant": tenant, "entity": entity.id, "entities": done.entities, "entries": done.entries,
        "operations": done.operations, "held": held,
    })
}
