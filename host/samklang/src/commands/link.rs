//! `samklang link` and `samklang unlink`: a person says that an object is an entity, or is not. Both are remembered: no rule undoes
//! them, also when the object goes and comes back.

use std::path::{Path, PathBuf};

use clap::Args;
use samklang_core::catalogue::ObjectRef;
use samklang_core::port::{Clock as _, Store as _};
use samklang_server::view::Linked;
use samklang_store::TenantStore;
use serde_json::json;
use uuid::Uuid;

use super::Context;
use super::decide::reason;
use crate::desk::{journal, link as desk};
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

/// An object by name.
fn object(text: &str) -> Result<ObjectRef, String> {
    journal::object(text)
        .ok_or_else(|| "an object is named as CONNECTION/CLASS/KEY, such as sas/person/4711".to_owned())
}

pub(super) async fn link(context: &Context, link: &Link) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&link.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let entity = entity(&store, &link.entity).await?;
    let (who, now) = (worker::person(), SystemClock.now());
    let said = desk::link(&store, &link.object, entity, (&who, &link.reason), now).await?;
    show(context, &link.dir, &said);
    Ok(Exit::Done)
}

pub(super) async fn unlink(context: &Context, unlink: &Unlink) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&unlink.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let entity = desk::stands_for(&store, &unlink.object).await?;
    let (who, now) = (worker::person(), SystemClock.now());
    let said = desk::unlink(&store, &unlink.object, entity, (&who, &unlink.reason), now).await?;
    show(context, &unlink.dir, &said);
    Ok(Exit::Done)
}

fn show(context: &Context, dir: &Path, said: &Linked) {
    let Linked {
        object,
        entity,
        choice,
        who,
        reason,
    } = said;
    let screen = context.screen;
    screen.document(&json!(said));
    let verb = if choice == "link" { "is" } else { "is not" };
    screen.line(format!("{object} {verb} {entity}, by {who}: {reason}"));
    screen.line(format!("the next `samklang run {}` follows it", dir.display()));
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
