//! `samklang status`: the newest cycle, what waits for whom, and what a person should see.

use std::path::Path;

use samklang_core::port::{Clock as _, CycleState};
use serde_json::json;

use super::{Context, promotion, report};
use crate::configuration::step_words;
use crate::desk::builds;
use crate::desk::cycle::{Standing, standing};
use crate::failure::{Exit, Failure};
use crate::screen::{Tone, cycle_tone, moment};
use crate::wiring::SystemClock;

/// Findings that are shown.
const SHOWN: u32 = 10;

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.named(folder).await?;
    let store = premises.tenant(tenant.name()).await?;
    let mut standing = standing(&store, &premises, None).await?;
    if let Some(cycle) = &standing.cycle {
        report::refill(&store, cycle.id, &mut standing.steps).await?;
    }
    let shown = store.findings(SHOWN).await?;
    let now = SystemClock.now();
    let stopped = standing.stopped();
    let Standing {
        cycle,
        steps,
        windows,
        decisions,
        unsigned,
        cases,
        findings,
    } = &standing;
    let (cases, findings) = (*cases, *findings);
    screen.document(&json!({
        "tenant": tenant.name(),
        "cycle": cycle.as_ref().map(report::cycle_json),
        "steps": steps.iter().map(report::step_json).collect::<Vec<_>>(),
        "waiting": stopped.as_ref().map(|(step, stop)| report::stop_json(step, stop)),
        "promotions": windows.iter().map(|window| promotion::to_json(window, now)).collect::<Vec<_>>(),
        "decisions": decisions.iter().map(report::decision_json).collect::<Vec<_>>(),
        "cases": cases,
        "findings": { "count": findings, "shown": shown },
        "unsigned": unsigned,
    }));
    let exit = match cycle.as_ref().map(|cycle| cycle.state) {
        Some(CycleState::Halted) => Exit::Waiting,
        Some(CycleState::Failed | CycleState::Incomplete) => Exit::Failed,
        _ => Exit::Done,
    };
    let Some(cycle) = cycle else {
        screen.line(format!(
            "no cycle of {} has run yet; run one: samklang run {}",
            tenant.name(),
            folder.display()
        ));
        return Ok(exit);
    };
    let mut head = screen.new_table(&[]);
    head.add_row(vec![
        screen.cell(format!("cycle {} of {}", cycle.id, tenant.name()), Tone::Plain),
        screen.cell(cycle.state.as_str(), cycle_tone(cycle.state)),
        screen.cell(format!("began {}", moment(cycle.started)), Tone::Faint),
    ]);
    screen.table(&head);
    screen.line("");
    report::steps(screen, steps);
    let used: Vec<_> = steps
        .iter()
        .map(|step| (step_words(&step.spec), &step.usage))
        .collect();
    report::usage(screen, "step", &used);
    if let Some(told) = builds::told(unsigned) {
        screen.line(format!("\n{told}"));
    }
    match (&stopped, cycle.state) {
        (Some((step, stop)), _) => report::stop(screen, Some(step), stop, &folder.display().to_string()),
        (None, CycleState::Running) => screen.line(format!(
            "\nit has not ended; if nobody runs it now, `samklang run {}` takes it up",
            folder.display()
        )),
        _ => {}
    }
    for decision in decisions {
        screen.line(format!(
            "\n{} by {}, {}: {}",
            decision.verdict.replace('-', " "),
            decision.who,
            moment(decision.at),
            decision.reason
        ));
    }
    for notice in promotion::notice(windows, now) {
        screen.line(format!("\n{notice}"));
    }
    if cases > 0 {
        screen.line(format!(
            "\n{cases} {} for an answer: samklang case list {}",
            if cases == 1 { "case waits" } else { "cases wait" },
            folder.display()
        ));
    }
    if findings > 0 {
        let more = if findings > u64::from(SHOWN) {
            ", the newest first"
        } else {
            ""
        };
        screen.heading(&format!("{findings} findings{more}"));
        let mut table = screen.new_table(&["object", "finding", "what to do"]);
        for finding in &shown {
            table.add_row(vec![
                screen.cell(&finding.object, Tone::Plain),
                screen.cell(format!("{}: {}", finding.code, finding.message), Tone::Doubtful),
                screen.cell(&finding.remedy, Tone::Plain),
            ]);
        }
        screen.table(&table);
    }
    Ok(exit)
}
