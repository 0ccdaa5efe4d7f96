//! `samklang link` and `samklang unlink`: a person says that an object is an entity, or is not. Both are remembered: no rule undoes
//! them, also when the object goes and comes back.

use std::path::PathBuf;

use clap::Args;
use samklang_core::catalogue::ObjectRef;
use samklang_core::matching::Choice;
use samklang_core::port::{Clock as _, Shadow, Store as _};
use samklang_store::{Answered, TenantStore};
use serde_json::json;
use uuid::Uuid;

use super::Context;
use super::decide::reason;
use crate::failure::{Exit, Failure};
use crate::wiring::{SystemClock, worker};

/// Arguments of `link`.
#[derive(Debug, Args)]
pub(crate) struct Link {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The object: CONNECTION/CLASS/KEY.
    #[arg(value_name = "OBJECT", value_parser = object)]
    object: ObjectRef,
    /// The entity: a UUID, or what only one is known by.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// Arguments of `unlink`.
#[derive(Debug, Args)]
pub(crate) struct Unlink {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The object: CONNECTION/CLASS/KEY.
    #[arg(value_name = "OBJECT", value_parser = object)]
    object: ObjectRef,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
}

/// An object by name. A key may hold slashes.
fn object(text: &str) -> Result<ObjectRef, String> {
    match text.splitn(3, '/').collect::<Vec<_>>().as_slice() {
        [connection, class, key] if !connection.is_empty() && !class.is_empty() && !key.is_empty() => {
            Ok(ObjectRef {
                connection: (*connection).to_owned(),
                class: (*class).to_owned(),
                key: (*key).to_owned(),
            })
        }
        _ => Err("an object is named as CONNECTION/CLASS/KEY, such as sas/person/4711".to_owned()),
    }
}

pub(super) async fn link(context: &Context, link: &Link) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&link.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    if !store.holds(&link.object).await? && shadow(&store, &link.object).await?.is_none() {
        return Err(Failure::Usage(format!(
            "no system is known to hold {}; `samklang status` shows what has been read",
            link.object
        )));
    }
    let entity = entity(&store, &link.entity).await?;
    rule(
        context,
        &link.dir,
        &store,
        &link.object,
        (Choice::Link, entity),
        &link.reason,
    )
    .await
}

pub(super) async fn unlink(context: &Context, unlink: &Unlink) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&unlink.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let links = store.links(std::slice::from_ref(&unlink.object)).await?;
    let entity = match links.first() {
        Some(link) => Some(link.entity),
        None => shadow(&store, &unlink.object)
            .await?
            .and_then(|shadow| shadow.entity),
    };
    let entity = entity.ok_or_else(|| Failure::Usage(format!("{} stands for nobody", unlink.object)))?;
    rule(
        context,
        &unlink.dir,
        &store,
        &unlink.object,
        (Choice::Apart, entity),
        &unlink.reason,
    )
    .await
}

/// What is known of an object of a target.
async fn shadow(store: &TenantStore, object: &ObjectRef) -> Result<Option<Shadow>, Failure> {
    let keys = [object.key.clone()];
    let shadows = store.shadows(&object.connection, &object.class, &keys).await?;
    Ok(shadows.into_iter().next())
}

async fn rule(
    context: &Context,
    dir: &std::path::Path,
    store: &TenantStore,
    object: &ObjectRef,
    (choice, entity): (Choice, Uuid),
    reason: &str,
) -> Result<Exit, Failure> {
    let who = worker::person();
    let decided = Answered {
        choice,
        entity: Some(entity),
        who: &who,
        reason,
        at: SystemClock.now(),
    };
    store.rule(object, &decided).await?;
    let screen = context.screen;
    screen.document(&json!({
        "object": object.to_string(),
        "entity": entity,
        "choice": choice.as_str(),
        "who": who,
        "reason": reason,
    }));
    let verb = if choice == Choice::Link { "is" } else { "is not" };
    screen.line(format!("{object} {verb} {entity}, by {who}: {reason}"));
    screen.line(format!("the next `samklang run {}` follows it", dir.display()));
    Ok(Exit::Done)
}

async fn entity(store: &TenantStore, text: &str) -> Result<Uuid, Failure> {
    let text = text.trim();
    if let Ok(id) = text.parse::<Uuid>() {
        return match store.entities(&[id]).await?.first() {
            Some(entity) => Ok(entity.id),
            None => Err(Failure::Usage(format!("there is no entity {id}"))),
        };
    }
    match store.find_entities(text, 2).await?.as_slice() {
        [only] => Ok(only.id),
        [] => Err(Failure::Usage(format!("no entity is known by `{text}`"))),
        _ => Err(Failure::Usage(format!(
            "several entities are known by `{text}`: `samklang explain` lists them; give the UUID of one"
        ))),
    }
}
