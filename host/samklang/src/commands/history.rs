//! `samklang history`: the cycles, newest first.

use std::path::PathBuf;

use clap::Args;
use samklang_core::port::{CycleKind, CycleRecord};
use serde_json::{Value, json};

use super::{Context, report};
use crate::desk::history::{Past, past};
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, cycle_tone, moment, span};

/// Arguments of `history`.
#[derive(Debug, Args)]
pub(crate) struct History {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// How many cycles.
    #[arg(short = 'n', long, default_value_t = 20, value_name = "COUNT")]
    limit: u32,
}

pub(super) async fn run(context: &Context, history: &History) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(&history.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let mut documents = Vec::new();
    let mut used = Vec::new();
    let headers = [
        "cycle", "state", "began", "time", "read", "added", "changed", "removed", "done", "refused",
    ];
    let mut table = screen.new_table(&headers);
    for Past { cycle, counts, usage } in past(&store, None, history.limit).await? {
        let mut document = report::cycle_json(&cycle);
        if let Value::Object(members) = &mut document {
            let milliseconds = cycle.ended.map(|ended| ended.saturating_sub(cycle.started));
            members.insert("milliseconds".to_owned(), json!(milliseconds));
            members.insert("counts".to_owned(), json!(counts));
            members.insert("usage".to_owned(), json!(usage));
        }
        documents.push(document);
        let mut row = vec![
            screen.cell(called(&cycle), Tone::Plain),
            screen.cell(cycle.state.as_str(), cycle_tone(cycle.state)),
            screen.cell(moment(cycle.started), Tone::Plain),
            screen.cell(span(Some(cycle.started), cycle.ended), Tone::Faint),
        ];
        let numbers = [
            counts.read,
            counts.added,
            counts.changed,
            counts.removed,
            counts.done,
            counts.refused,
        ];
        row.extend(numbers.map(|number| screen.number(number)));
        table.add_row(row);
        used.push((cycle.id.to_string(), usage));
    }
    if documents.is_empty() {
        screen.line(format!("no cycle of {} has run yet", tenant.name()));
    } else {
        screen.table(&table);
        let used: Vec<_> = used.iter().map(|(cycle, usage)| (cycle.clone(), usage)).collect();
        report::usage(screen, "cycle", &used);
    }
    screen.document(&json!({ "tenant": tenant.name(), "cycles": documents }));
    Ok(Exit::Done)
}

/// A cycle by its number, and what it is for where that is not everybody.
fn called(cycle: &CycleRecord) -> String {
    match cycle.kind {
        CycleKind::Whole => cycle.id.to_string(),
        kind => format!("{} ({})", cycle.id, kind.as_str()),
    }
}
