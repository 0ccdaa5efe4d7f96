//! What another build would change in a tenant's next plan, as a person reads it.

use std::path::Path;

use serde_json::json;

use crate::commands::Context;
use crate::configuration::short;
use crate::desk::attempt::attempt;
use crate::desk::giving::find;
use crate::failure::{Exit, Failure};
use crate::screen::Tone;

/// Differences that are shown.
const SHOWN: usize = 20;

pub(super) async fn run(context: &Context, folder: &Path, what: &str) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let record = find(&premises, what).await?;
    let Some(found) = attempt(&tenant, &premises, &record, &context.audience()).await? else {
        return Ok(Exit::Failed);
    };
    let first = found.differences.get(..SHOWN).unwrap_or(&found.differences);
    screen.document(&json!({
        "tenant": tenant.name(),
        "connector": record.name,
        "version": found.version,
        "digest": record.digest,
        "changes": found.changes,
        "breaches": found.breaches,
        "counts": found.counts,
        "differences": first,
    }));
    screen.line(format!(
        "{} {} ({}):",
        record.name,
        record.version,
        short(&record.digest)
    ));
    for change in &found.changes {
        screen.line(format!("  {change}"));
    }
    for breach in &found.breaches {
        screen.line(format!(
            "it breaks the contract in {}, {}: {}",
            breach.connection, breach.class, breach.message
        ));
    }
    let exit = if found.breaches.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    };
    if found.differences.is_empty() {
        screen.line("the next plan would be the same");
        return Ok(exit);
    }
    for one in &found.counts {
        screen.line(format!(
            "{}, {}: {} {}",
            one.target, one.class, one.count, one.difference
        ));
    }
    let mut table = screen.new_table(&["", "action", "object", "attributes"]);
    for one in first {
        table.add_row(vec![
            screen.cell(&one.difference, Tone::Plain),
            screen.cell(&one.action, Tone::Plain),
            screen.cell(format!("{}/{}/{}", one.target, one.class, one.key), Tone::Plain),
            screen.cell(one.changed.join(", "), Tone::Faint),
        ]);
    }
    screen.table(&table);
    Ok(exit)
}
