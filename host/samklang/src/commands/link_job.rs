//! `samklang link-job`: matches what a target holds already with the entities that have nothing there, and makes the links. Nothing is
//! written to the target; what no rule can tell is listed, and asked in cases.

use std::path::PathBuf;

use clap::Args;
use samklang_cycle::{Ended, Found, LinkJob, Links, Looked};
use serde_json::json;

use super::{Context, report, subject};
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, Tone};
use crate::wiring::worker;

/// Lines of each kind that a person is shown; machines get more.
const SHOWN: usize = 50;

/// Arguments of `link-job`.
#[derive(Debug, Args)]
pub(crate) struct Job {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The target.
    #[arg(value_name = "TARGET")]
    target: String,
    /// This class alone.
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// Only show what would be linked.
    #[arg(long)]
    dry_run: bool,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = subject::reason, required_unless_present = "dry_run")]
    reason: Option<String>,
}

pub(super) async fn run(context: &Context, job: &Job) -> Result<Exit, Failure> {
    let ready = context.ready(&job.dir).await?;
    let screen = context.screen;
    let wanted = LinkJob {
        target: job.target.clone(),
        class: job.class.clone(),
        tried: job.dry_run,
        who: worker::person(),
        reason: job.reason.clone().unwrap_or_default(),
    };
    let Some((outcome, links)) = ready.run_link_job(&context.audience(), &wanted).await? else {
        screen.document(&json!({ "tenant": ready.tenant.name, "ended": "interrupted" }));
        return Ok(Exit::Failed);
    };
    let mut document = report::report_json(&ready.tenant.name, &outcome, &ready.unsigned);
    if let Some(members) = document.as_object_mut() {
        members.insert("dry_run".to_owned(), json!(job.dry_run));
        members.insert("links".to_owned(), json!(links));
    }
    screen.document(&document);
    match &outcome.ended {
        Ended::Done | Ended::Planned => show(screen, &links, job),
        Ended::Waiting(stop) | Ended::Failed(stop) => {
            let step = report::stopped(&outcome.steps).map(|(step, _)| step);
            report::stop(screen, step, stop, &job.dir.display().to_string());
        }
    }
    Ok(report::exit(&outcome.ended))
}

/// What each outcome is called.
const OUTCOMES: [(Found, &str); 7] = [
    (Found::Linked, "linked"),
    (Found::NearMiss, "differs in case, accents or spelling alone"),
    (Found::Ambiguous, "several could be it"),
    (Found::LinkedToAnother, "stands for another already"),
    (Found::Asked, "found by a rule that asks"),
    (Found::Unmatched, "nothing is found for it"),
    (Found::Unclaimed, "stands for nobody"),
];

fn show(screen: Screen, links: &Links, job: &Job) {
    for (found, words) in OUTCOMES {
        let told: Vec<&Looked> = links.told.iter().filter(|looked| looked.found == found).collect();
        if told.is_empty() {
            continue;
        }
        let tone = match found {
            Found::Linked => Tone::Plain,
            Found::Unmatched | Found::Unclaimed => Tone::Faint,
            _ => Tone::Doubtful,
        };
        screen.heading(&format!("{words}: {}", links.of(found)));
        let mut table = screen.new_table(&["class", "entity", "object", "by"]);
        for looked in told.iter().take(SHOWN) {
            let entity = looked.entity.map(|id| id.to_string()).unwrap_or_default();
            table.add_row(vec![
                screen.cell(&looked.class, Tone::Plain),
                screen.cell(entity, Tone::Plain),
                screen.cell(looked.keys.join(", "), tone),
                screen.cell(looked.rule.as_deref().unwrap_or_default(), Tone::Faint),
            ]);
        }
        screen.table(&table);
        if told.len() > SHOWN {
            screen.line("… more with --json");
        }
    }
    let (dir, linked) = (job.dir.display(), links.of(Found::Linked));
    if job.dry_run {
        screen.line(format!("\n{linked} would be linked; nothing was kept"));
    } else {
        screen.line(format!(
            "\n{linked} are linked; nothing was written to {}",
            job.target
        ));
        let asked = [
            Found::NearMiss,
            Found::Ambiguous,
            Found::LinkedToAnother,
            Found::Asked,
        ];
        if asked.into_iter().any(|found| links.of(found) > 0) {
            screen.line(format!(
                "what no rule can tell is asked: `samklang case list {dir}`"
            ));
        }
    }
}
