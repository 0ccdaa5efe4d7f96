//! Persons and whatever else the catalogue holds: finding one, where its values come from, what persons set by hand, and what is known of it.

mod by_hand;
pub(crate) mod conceal;
mod export;
pub(crate) mod gather;
mod life;
pub(crate) mod operation;
mod part;
mod place;
pub(crate) mod target;

use samklang_core::catalogue::Entity;
use samklang_store::TenantStore;
use uuid::Uuid;

pub(crate) use self::by_hand::{ByHand, set};
pub(crate) use self::conceal::Sensitive;
pub(crate) use self::export::{export, forget, forgotten};
use crate::failure::Failure;

/// The one entity that is meant: the only one found, or the only one of which the text is more than a part.
pub(crate) async fn meant<'a>(
    store: &TenantStore,
    text: &str,
    found: &'a [Entity],
) -> Result<Option<&'a Entity>, Failure> {
    if let [only] = found {
        return Ok(Some(only));
    }
    if let Ok(id) = text.parse::<Uuid>()
        && let Some(entity) = found.iter().find(|entity| entity.id == id)
    {
        return Ok(Some(entity));
    }
    let mut exact = Vec::new();
    for entity in found {
        let value = entity.values.values().any(|value| value.as_text() == Some(text));
        if value
            || store
                .objects_of(entity.id)
                .await?
                .iter()
                .any(|(object, _)| object.key == text)
        {
            exact.push(entity);
        }
    }
    Ok(match exact.as_slice() {
        [only] => Some(*only),
        _ => None,
    })
}
