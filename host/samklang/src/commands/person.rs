//! `samklang person`: everything that is known about one person, for whoever has a right to it, and forgetting it.

mod part;

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::catalogue::Entity;
use samklang_core::port::{Clock as _, Deed, Journal as _, Store as _};
use samklang_store::{ForgetError, TenantStore};
use serde_json::{Value, json};

use super::Context;
use super::explain::meant;
use crate::failure::{Exit, Failure};
use crate::private_file;
use crate::screen::{grouped, rfc3339};
use crate::wiring::{SystemClock, worker};

/// What to do about a person.
#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Give everything that is known about one person, as JSON.
    Export(Export),
    /// Erase what is kept about a person who is gone from every source.
    Forget(Forget),
}

/// Arguments of `person export`.
#[derive(Debug, Args)]
pub(crate) struct Export {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Write it into this file, for its user alone, instead of the standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Arguments of `person forget`.
#[derive(Debug, Args)]
pub(crate) struct Forget {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Why. It is kept with your name, so it must not name the person.
    #[arg(long, value_name = "TEXT", value_parser = super::decide::reason)]
    reason: String,
}

/// Entities that are offered to choose from.
const OFFERED: u32 = 20;

pub(super) async fn run(context: &Context, person: &Person) -> Result<Exit, Failure> {
    match person {
        Person::Export(wanted) => export(context, wanted).await,
        Person::Forget(wanted) => forget(context, wanted).await,
    }
}

/// The one entity that is meant.
async fn one(store: &TenantStore, text: &str, tenant: &str) -> Result<Entity, Failure> {
    let text = text.trim();
    let found = store.find_entities(text, OFFERED).await?;
    match meant(store, text, &found).await? {
        Some(entity) => Ok(entity.clone()),
        None => Err(Failure::Usage(format!(
            "{} of {tenant} are known by that: say it exactly, best by the UUID that `samklang explain` shows",
            if found.is_empty() {
                "none".to_owned()
            } else {
                grouped(found.len() as u64)
            }
        ))),
    }
}

async fn export(context: &Context, wanted: &Export) -> Result<Exit, Failure> {
    let (tenant, premises) = context.named(&wanted.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let entity = one(&store, &wanted.entity, tenant.name()).await?;
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
        parts.push(part::part(&store, entity).await?);
    }
    let now = SystemClock.now();
    let document = json!({ "tenant": tenant.name(), "at": rfc3339(now), "entities": parts });
    let deed = Deed {
        at: now,
        who: worker::person(),
        event: "exported".to_owned(),
        cycle: None,
        entity: Some(entity.id),
        why: String::new(),
        detail: Value::Null,
    };
    // Noted first: what is given away is noted even if it is not taken.
    store.note(&[deed]).await?;
    match &wanted.out {
        Some(path) => {
            private_file::write(path, &format!("{document:#}\n"))?;
            context
                .screen
                .document(&json!({ "tenant": tenant.name(), "entity": entity.id, "written": [path] }));
            context.screen.line(format!(
                "wrote {}; it holds everything, sensitive values too",
                path.display()
            ));
        }
        None => {
            let mut out = std::io::stdout().lock();
            writeln!(out, "{document:#}")?;
        }
    }
    Ok(Exit::Done)
}

async fn forget(context: &Context, wanted: &Forget) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&wanted.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let entity = one(&store, &wanted.entity, tenant.name()).await?;
    let done = store
        .forget(entity.id, &wanted.reason, &worker::person(), SystemClock.now())
        .await;
    let done = match done {
        Ok(done) => done,
        Err(ForgetError::Store(error)) => return Err(error.into()),
        Err(refused) => {
            return Err(Failure::Usage(format!(
                "{} was not forgotten: {refused}",
                entity.id
            )));
        }
    };
    let held: Vec<String> = done.held.iter().map(ToString::to_string).collect();
    screen.document(&json!({
        "tenant": tenant.name(), "entity": entity.id, "entities": done.entities, "entries": done.entries,
        "operations": done.operations, "held": held,
    }));
    screen.line(format!(
        "{} is forgotten: {} entities, the particulars of {} entries of the journal, {} operations",
        entity.id,
        grouped(done.entities),
        grouped(done.entries),
        grouped(done.operations)
    ));
    for object in held {
        screen.line(format!("{object} may be there still: its system was not told"));
    }
    Ok(Exit::Done)
}
