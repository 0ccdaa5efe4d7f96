//! `samklang journal`: what was done, by whom and why, and whether it is as it was written.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use samklang_store::{KeptEntry, Wanted};
use serde_json::{Value, json};

use super::Context;
use crate::desk::journal::{document, hexadecimal};
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, grouped, plain, rfc3339};

/// What to do with the journal.
#[derive(Debug, Subcommand)]
pub(crate) enum Journal {
    /// Look whether every entry is as it was written, and none is missing.
    Verify {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Show entries, newest first.
    Show(Show),
}

/// Arguments of `journal show`.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Those about one entity: its UUID, as `samklang explain` shows it.
    #[arg(long, value_name = "UUID")]
    entity: Option<uuid::Uuid>,
    /// Those since then: a date, or a time as RFC 3339.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<i64>,
    /// How many.
    #[arg(short = 'n', long, default_value_t = 50, value_name = "COUNT")]
    limit: u32,
}

/// A date (its first moment in UTC) or a time, in milliseconds since 1970.
fn moment(text: &str) -> Result<i64, String> {
    let time = text.parse::<Timestamp>().ok().or_else(|| {
        let date: jiff::civil::Date = text.parse().ok()?;
        date.to_zoned(jiff::tz::TimeZone::UTC)
            .ok()
            .map(|zoned| zoned.timestamp())
    });
    time.map(Timestamp::as_millisecond)
        .ok_or_else(|| "write a date such as 2026-08-01, or a time such as 2026-08-01T06:00:00Z".to_owned())
}

pub(super) async fn run(context: &Context, journal: &Journal) -> Result<Exit, Failure> {
    match journal {
        Journal::Verify { dir } => verify(context, dir).await,
        Journal::Show(wanted) => show(context, wanted).await,
    }
}

async fn verify(context: &Context, dir: &std::path::Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let verdict = store.verify_journal().await?;
    let head = hexadecimal(&verdict.head.1);
    screen.document(&json!({
        "tenant": tenant.name(),
        "sound": verdict.found == 0,
        "entries": verdict.entries,
        "erased": verdict.erased,
        "newest": { "entry": verdict.head.0, "hash": head },
        "flaws": verdict.flaws,
        "found": verdict.found,
    }));
    if verdict.found == 0 {
        screen.line(format!(
            "the journal of {} is as it was written: {} entries, of which the particulars of {} were erased as it says",
            tenant.name(),
            grouped(verdict.entries),
            grouped(verdict.erased)
        ));
        screen.line(format!(
            "its newest entry is {} with the hash {head}",
            verdict.head.0
        ));
        return Ok(Exit::Done);
    }
    let mut table = screen.new_table(&["entry", "what is wrong"]);
    for flaw in &verdict.flaws {
        table.add_row(vec![
            screen.cell(flaw.entry, Tone::Bad),
            screen.cell(&flaw.what, Tone::Plain),
        ]);
    }
    screen.table(&table);
    screen.line(format!(
        "\nthe journal of {} is not as it was written: {} flaws in {} entries. Somebody has been at the database past this \
         program: keep it as it is, and compare it with a backup",
        tenant.name(),
        grouped(verdict.found),
        grouped(verdict.entries)
    ));
    Ok(Exit::Failed)
}

async fn show(context: &Context, wanted: &Show) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&wanted.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let filter = Wanted {
        entity: wanted.entity,
        since: wanted.since,
        before: None,
    };
    let entries = store.journal_entries(&filter, wanted.limit).await?;
    let documents: Vec<Value> = entries.iter().map(document).collect();
    screen.document(&json!({ "tenant": tenant.name(), "entries": documents }));
    if entries.is_empty() {
        screen.line(format!("the journal of {} holds no such entry", tenant.name()));
        return Ok(Exit::Done);
    }
    let mut table = screen.new_table(&["entry", "when", "who", "what", "particulars"]);
    for entry in &entries {
        let about = entry.entity.map(|id| format!(" {id}")).unwrap_or_default();
        let detail = entry.detail.as_ref().map_or_else(|| "(erased)".to_owned(), plain);
        table.add_row(vec![
            screen.cell(entry.seq, Tone::Faint),
            screen.cell(rfc3339(entry.at), Tone::Faint),
            screen.cell(who(entry), Tone::Plain),
            screen.cell(format!("{}{about}", entry.event), Tone::Plain),
            screen.cell(detail, Tone::Plain),
        ]);
    }
    screen.table(&table);
    Ok(Exit::Done)
}

fn who(entry: &KeptEntry) -> String {
    match entry.cycle {
        Some(cycle) if entry.who == "cycle" => format!("cycle {cycle}"),
        _ => entry.who.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        assert_eq!(moment("1970-01-02"), Ok(86_400_000));
        assert_eq!(moment("1970-01-01T00:00:01Z"), Ok(1_000));
        assert!(moment("yesterday").unwrap_err().contains("2026-08-01"));
    }
}
