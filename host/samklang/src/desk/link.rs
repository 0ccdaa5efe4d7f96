//! A person says that an object is an entity, or is not. Both are remembered: no rule undoes them, also when the object goes and comes back.

use samklang_core::catalogue::ObjectRef;
use samklang_core::matching::Choice;
use samklang_core::port::{Shadow, Store as _};
use samklang_server::view::{LinkWish, Linked};
use samklang_store::{Answered, TenantStore};
use uuid::Uuid;

use super::journal;
use super::place::Place;
use crate::failure::Failure;

/// Says that an object is an entity.
pub(crate) async fn link(
    store: &TenantStore,
    object: &ObjectRef,
    entity: Uuid,
    (who, reason): (&str, &str),
    now: i64,
) -> Result<Linked, Failure> {
    if !store.holds(object).await? && shadow(store, object).await?.is_none() {
        return Err(Failure::Usage(format!(
            "no system is known to hold {object}; `samklang status` shows what has been read"
        )));
    }
    rule(store, object, (Choice::Link, entity), (who, reason), now).await
}

/// Says that an object is not the entity that it stands for.
pub(crate) async fn unlink(
    store: &TenantStore,
    object: &ObjectRef,
    entity: Uuid,
    (who, reason): (&str, &str),
    now: i64,
) -> Result<Linked, Failure> {
    rule(store, object, (Choice::Apart, entity), (who, reason), now).await
}

/// The entity that an object stands for.
pub(crate) async fn stands_for(store: &TenantStore, object: &ObjectRef) -> Result<Uuid, Failure> {
    let links = store.links(std::slice::from_ref(object)).await?;
    let entity = match links.first() {
        Some(link) => Some(link.entity),
        None => shadow(store, object).await?.and_then(|shadow| shadow.entity),
    };
    entity.ok_or_else(|| Failure::Usage(format!("{object} stands for nobody")))
}

/// What is known of an object of a target.
async fn shadow(store: &TenantStore, object: &ObjectRef) -> Result<Option<Shadow>, Failure> {
    let keys = [object.key.clone()];
    let shadows = store.shadows(&object.connection, &object.class, &keys).await?;
    Ok(shadows.into_iter().next())
}

/// Keeps what a person said.
async fn rule(
    store: &TenantStore,
    object: &ObjectRef,
    (choice, entity): (Choice, Uuid),
    (who, reason): (&str, &str),
    now: i64,
) -> Result<Linked, Failure> {
    let decided = Answered {
        choice,
        entity: Some(entity),
        who,
        reason,
        at: now,
    };
    store.rule(object, &decided).await?;
    Ok(Linked {
        object: object.to_string(),
        entity,
        choice: choice.as_str().to_owned(),
        who: who.to_owned(),
        reason: reason.to_owned(),
    })
}

impl Place {
    /// Says that an object is an entity.
    pub(super) async fn link(&self, id: Uuid, wish: &LinkWish, now: i64) -> Result<Linked, Failure> {
        let entity = self.known(id).await?.id;
        let object = journal::object_meant(&wish.object)?;
        link(&self.store, &object, entity, (&self.who, &wish.reason), now).await
    }

    /// Says that an object is not the entity that it stands for.
    pub(super) async fn unlink(&self, id: Uuid, wish: &LinkWish, now: i64) -> Result<Linked, Failure> {
        let entity = self.known(id).await?.id;
        let object = journal::object_meant(&wish.object)?;
        let other = stands_for(&self.store, &object).await?;
        if other != entity {
            return Err(Failure::Busy(format!(
                "{object} stands for {other}, and not for {entity}; look again"
            )));
        }
        unlink(&self.store, &object, entity, (&self.who, &wish.reason), now).await
    }
}
