//! `samklang run`.

use std::path::Path;

use samklang_cycle::{Ended, Mode};
use serde_json::json;

use super::ready::Ready;
use super::{Context, builds, report};
use crate::failure::{Exit, Failure};

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let ready = Ready::new(context, folder).await?;
    let Some(mut outcome) = ready.run(context, Mode::Run).await? else {
        screen.document(&json!({ "tenant": ready.tenant.name, "ended": "interrupted" }));
        return Ok(Exit::Failed);
    };
    report::refill(&ready.store, outcome.cycle, &mut outcome.steps).await?;
    screen.document(&report::report_json(
        &ready.tenant.name,
        &outcome,
        &ready.unsigned,
    ));
    let taken_up = if outcome.resumed {
        ", taken up where it had stopped"
    } else {
        ""
    };
    screen.line(format!(
        "cycle {} of {}{taken_up}\n",
        outcome.cycle, ready.tenant.name
    ));
    report::steps(screen, &outcome.steps);
    if let Some(told) = builds::told(&ready.unsigned) {
        screen.line(format!("\n{told}"));
    }
    match &outcome.ended {
        Ended::Done => screen.line("\nevery step is done"),
        Ended::Planned => screen.line(format!(
            "\na plan waits to be read: samklang plan {}; the next run carries it out",
            folder.display()
        )),
        Ended::Waiting(stop) | Ended::Failed(stop) => {
            let stopped = report::stopped(&outcome.steps);
            let (step, stop) = match &stopped {
                Some((step, whole)) => (Some(*step), whole),
                None => (None, stop),
            };
            report::stop(screen, step, stop, &folder.display().to_string());
        }
    }
    Ok(report::exit(&outcome.ended))
}
