//! Whom a command is about: one entity, never a guess.

use samklang_core::catalogue::Entity;
use samklang_store::TenantStore;

use crate::desk::people::meant;
use crate::failure::Failure;

/// Entities that are named when several are known by a text.
const NAMED: u32 = 20;

/// The one entity that is known by that.
pub(super) async fn entity(store: &TenantStore, tenant: &str, text: &str) -> Result<Entity, Failure> {
    let text = text.trim();
    let found = store.find_entities(text, NAMED).await?;
    if let Some(entity) = meant(store, text, &found).await? {
        return Ok(entity.clone());
    }
    if found.is_empty() {
        return Err(Failure::Usage(format!(
            "nothing in {tenant} is known by `{text}`: give a UUID, a key, a user name, or a part of a name"
        )));
    }
    let ids: Vec<String> = found.iter().map(|entity| entity.id.to_string()).collect();
    Err(Failure::Usage(format!(
        "several are known by `{text}`; name one by its id: {}",
        ids.join(", ")
    )))
}

/// A reason, which must not be empty.
pub(super) fn reason(text: &str) -> Result<String, String> {
    if text.trim().is_empty() {
        return Err("say why, so that whoever asks later gets an answer".to_owned());
    }
    Ok(text.trim().to_owned())
}
