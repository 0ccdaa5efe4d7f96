//! `samklang quarantine`: what cannot be mapped, matched or applied, why, and when it is tried again.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use samklang_core::catalogue::ObjectRef;
use serde_json::json;

use super::Context;
use crate::desk::journal;
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, moment, rfc3339};

/// Objects that are shown.
const SHOWN: u32 = 1000;

/// What to do with the quarantine.
#[derive(Debug, Subcommand)]
pub(crate) enum Quarantine {
    /// Show what is in quarantine, with cause and remedy, those first that are tried again first.
    List(List),
    /// Have everything in quarantine, or one object, tried again in the next cycle.
    Retry(Retry),
}

/// Arguments of `quarantine list`.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

/// Arguments of `quarantine retry`.
#[derive(Debug, Args)]
pub(crate) struct Retry {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The object, as CONNECTION/CLASS/KEY; all of them without it.
    #[arg(value_name = "OBJECT")]
    object: Option<String>,
}

pub(super) async fn run(context: &Context, command: Quarantine) -> Result<Exit, Failure> {
    match command {
        Quarantine::List(list) => show(context, &list).await,
        Quarantine::Retry(retry) => again(context, &retry).await,
    }
}

async fn show(context: &Context, list: &List) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&list.dir).await?;
    let tenant = tenant.name();
    let store = premises.tenant(tenant).await?;
    let found = store.quarantined(SHOWN).await?;
    let lines: Vec<_> = found
        .iter()
        .map(|one| {
            json!({
                "object": one.finding.object, "code": one.finding.code, "message": one.finding.message,
                "remedy": one.finding.remedy, "failures": one.failures, "since": rfc3339(one.since),
                "due": rfc3339(one.due),
            })
        })
        .collect();
    screen.document(&json!({ "tenant": tenant, "quarantine": lines }));
    if found.is_empty() {
        screen.line("nothing is in quarantine");
        return Ok(Exit::Done);
    }
    let mut table = screen.new_table(&["object", "cause", "what to do", "failed", "tried again"]);
    for one in &found {
        table.add_row(vec![
            screen.cell(&one.finding.object, Tone::Plain),
            screen.cell(
                format!("{}: {}", one.finding.code, one.finding.message),
                Tone::Doubtful,
            ),
            screen.cell(&one.finding.remedy, Tone::Plain),
            screen.cell(
                format!("{} times since {}", one.failures, moment(one.since)),
                Tone::Faint,
            ),
            screen.cell(format!("from {}", moment(one.due)), Tone::Faint),
        ]);
    }
    screen.table(&table);
    Ok(Exit::Done)
}

async fn again(context: &Context, retry: &Retry) -> Result<Exit, Failure> {
    let screen = context.screen;
    let object = retry.object.as_deref().map(object).transpose()?;
    let (tenant, premises) = context.named(&retry.dir).await?;
    let tenant = tenant.name();
    let store = premises.tenant(tenant).await?;
    let count = store.retry(object.as_ref()).await?;
    if let (0, Some(object)) = (count, &object) {
        return Err(Failure::Usage(format!(
            "{object} is not in quarantine; `samklang quarantine list {}` shows what is",
            retry.dir.display()
        )));
    }
    screen.document(&json!({ "tenant": tenant, "retried": count }));
    screen.line(format!(
        "{count} of {tenant} will be tried again in the next cycle: samklang run {}",
        retry.dir.display()
    ));
    Ok(Exit::Done)
}

fn object(text: &str) -> Result<ObjectRef, Failure> {
    journal::object(text).ok_or_else(|| {
        Failure::Usage(format!(
            "`{text}` names no object; write CONNECTION/CLASS/KEY, as `samklang quarantine list` shows it"
        ))
    })
}
