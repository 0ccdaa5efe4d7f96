//! `samklang check`: everything that can be seen before a cycle runs, and what to do about it.

use std::path::Path;

use samklang_core::connector::Severity;
use serde_json::json;

use super::Context;
use crate::desk::check::{Checked, check};
use crate::failure::{Exit, Failure};
use crate::screen::Tone;

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let begins = |name: &str| {
        if !screen.is_json() {
            eprintln!("checking {name}");
        }
    };
    let Checked {
        tenant,
        found,
        connections,
    } = check(tenant, &premises, &begins).await?;
    let failures = found
        .iter()
        .filter(|(_, finding)| finding.severity == Severity::Failure)
        .count();
    let documents: Vec<_> = found
        .iter()
        .map(|(connection, finding)| {
            json!({
                "connection": connection,
                "severity": finding.severity,
                "message": finding.message,
                "remedy": finding.remedy,
            })
        })
        .collect();
    screen.document(&json!({ "tenant": tenant, "ok": failures == 0, "findings": documents }));
    if !found.is_empty() {
        let mut table = screen.new_table(&["connection", "", "what was found", "what to do"]);
        for (connection, finding) in &found {
            let (word, tone) = match finding.severity {
                Severity::Note => ("note", Tone::Faint),
                Severity::Warning => ("warning", Tone::Doubtful),
                Severity::Failure => ("failure", Tone::Bad),
            };
            table.add_row(vec![
                screen.cell(connection, Tone::Plain),
                screen.cell(word, tone),
                screen.cell(&finding.message, Tone::Plain),
                screen.cell(&finding.remedy, Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
    if failures > 0 {
        screen.line(format!("\n{failures} of these would stop the cycle"));
        return Ok(Exit::Failed);
    }
    let what = match connections {
        0 => "there is no connection yet; add one to samklang.toml".to_owned(),
        1 => "the connection can work".to_owned(),
        several => format!("all {several} connections can work"),
    };
    screen.line(format!("{tenant}: the configuration is sound; {what}"));
    Ok(Exit::Done)
}
