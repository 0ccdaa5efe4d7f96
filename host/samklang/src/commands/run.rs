//! `samklang run`.

use std::path::Path;

use samklang_cycle::Ended;
use serde_json::{Value, json};

use super::{Context, report};
use crate::desk::builds;
use crate::desk::run::{self, FellBack, Ran};
use crate::failure::{Exit, Failure};

pub(super) async fn run(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, premises) = context.tenant(folder).await?;
    let Some(ran) = run::cycle(folder, &premises, &context.audience()).await? else {
        screen.document(&json!({ "tenant": tenant.name(), "ended": "interrupted" }));
        return Ok(Exit::Failed);
    };
    let Ran {
        ready,
        report: mut outcome,
        fallen,
    } = ran;
    report::refill(&ready.store, outcome.cycle, &mut outcome.steps).await?;
    let mut document = report::report_json(&ready.tenant.name, &outcome, &ready.unsigned);
    if let Value::Object(members) = &mut document {
        let taken_back: Vec<Value> = fallen.iter().map(FellBack::to_json).collect();
        members.insert("taken_back".to_owned(), taken_back.into());
    }
    screen.document(&document);
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
    for one in &fallen {
        screen.line(format!("\n{}", one.told()));
    }
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
