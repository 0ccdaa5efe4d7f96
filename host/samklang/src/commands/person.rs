//! `samklang person`: everything that is known about one person, for whoever has a right to it, and forgetting it.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::catalogue::Entity;
use samklang_core::port::Clock as _;
use samklang_store::TenantStore;
use serde_json::json;

use super::Context;
use crate::desk::people::{self, meant};
use crate::failure::{Exit, Failure};
use crate::private_file;
use crate::screen::grouped;
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
    let document = people::export(&store, tenant.name(), &entity, &worker::person()).await?;
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
    let who = worker::person();
    let done = people::forget(&store, &entity, (&who, &wanted.reason), SystemClock.now()).await?;
    screen.document(&people::forgotten(tenant.name(), &entity, &done));
    screen.line(format!(
        "{} is forgotten: {} entities, the particulars of {} entries of the journal, {} operations",
        entity.id,
        grouped(done.entities),
        grouped(done.entries),
        grouped(done.operations)
    ));
    for object in &done.held {
        screen.line(format!("{object} may be there still: its system was not told"));
    }
    Ok(Exit::Done)
}
