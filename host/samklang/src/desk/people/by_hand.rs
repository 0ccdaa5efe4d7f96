//! A value set by hand, before whatever the sources say, for a time; and taken back.

use samklang_core::Value;
use samklang_core::catalogue::Entity;
use samklang_core::mapping::reference;
use samklang_core::reconcile::Override;
use samklang_store::TenantStore;

use crate::configuration::Fitted;
use crate::failure::Failure;

/// What a person wants.
pub(crate) struct ByHand<'a> {
    /// The attribute.
    pub(crate) attribute: &'a str,
    /// The value, of which an empty one means that there shall be none; none at all to take a former one back.
    pub(crate) value: Option<Value>,
    /// When the sources count again.
    pub(crate) until: Option<i64>,
    /// Who.
    pub(crate) who: &'a str,
    /// Why.
    pub(crate) reason: &'a str,
}

/// Whether a value of the entity can be set by hand under that name.
fn settable(fitted: &Fitted, entity: &Entity, attribute: &str) -> Result<(), Failure> {
    let (kind, vocabulary) = (entity.kind, &fitted.tenant.vocabulary);
    if reference(kind, attribute).is_none() && vocabulary.knows(kind, attribute) {
        return Ok(());
    }
    let names = vocabulary.names(kind);
    let names = names.filter(|name| *name != "id" && reference(kind, name).is_none());
    Err(Failure::Usage(format!(
        "`{attribute}` is no attribute of a {} whose value can be set by hand; there is: {}",
        kind.as_str(),
        names.collect::<Vec<_>>().join(", ")
    )))
}

/// Sets it, or takes it back.
pub(crate) async fn set(
    store: &TenantStore,
    fitted: &Fitted,
    entity: &Entity,
    wish: ByHand<'_>,
    now: i64,
) -> Result<(), Failure> {
    settable(fitted, entity, wish.attribute)?;
    let Some(value) = wish.value else {
        let by = (wish.who, wish.reason);
        if store.remove_override(entity.id, wish.attribute, by, now).await? {
            return Ok(());
        }
        return Err(Failure::Usage(format!(
            "nothing is set by hand for `{}` of {}",
            wish.attribute, entity.id
        )));
    };
    if wish.until.is_some_and(|until| until <= now) {
        return Err(Failure::Usage(
            "the day until which it is set has begun already; name a later one".to_owned(),
        ));
    }
    store
        .set_override(&Override {
            entity: entity.id,
            attribute: wish.attribute.to_owned(),
            value,
            until: wish.until,
            who: wish.who.to_owned(),
            reason: wish.reason.to_owned(),
            at: now,
        })
        .await?;
    Ok(())
}
