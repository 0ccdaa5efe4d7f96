//! `samklang sync`, `samklang fetch` and `samklang distribute`: one person now, by the same path as everybody. Who asked and why is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use samklang_cycle::{Ended, Errand, Report};
use serde_json::json;

use super::{Context, report, subject};
use crate::desk::run::{Errands, Ready, asked, fetched, source_object};
use crate::failure::{Exit, Failure};
use crate::wiring::worker;

/// Arguments of `sync`.
#[derive(Debug, Args)]
pub(crate) struct Sync {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name; or an object of a source as CONNECTION/CLASS/KEY, also one that has not been read yet.
    #[arg(value_name = "ENTITY|OBJECT")]
    subject: String,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = subject::reason)]
    reason: String,
}

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub(crate) struct Fetch {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// The target that is to get it.
    #[arg(value_name = "TARGET")]
    target: String,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = subject::reason)]
    reason: String,
}

/// Arguments of `distribute`.
#[derive(Debug, Args)]
pub(crate) struct Distribute {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// A UUID, a key, a user name, or a part of a name.
    #[arg(value_name = "ENTITY")]
    entity: String,
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = subject::reason)]
    reason: String,
}

pub(super) async fn sync(context: &Context, sync: &Sync) -> Result<Exit, Failure> {
    let ready = context.ready(&sync.dir).await?;
    if let Some(object) = source_object(&ready.tenant, &sync.subject) {
        let errand = fetched(&ready, &object, (&worker::person(), &sync.reason)).await?;
        return run(context, (&ready, &sync.dir), &errand, &sync.reason).await;
    }
    ask(
        context,
        (ready, &sync.dir),
        (&sync.subject, None, false),
        &sync.reason,
    )
    .await
}

pub(super) async fn fetch(context: &Context, fetch: &Fetch) -> Result<Exit, Failure> {
    let ready = context.ready(&fetch.dir).await?;
    let wanted = (fetch.entity.as_str(), Some(fetch.target.as_str()), true);
    ask(context, (ready, &fetch.dir), wanted, &fetch.reason).await
}

pub(super) async fn distribute(context: &Context, distribute: &Distribute) -> Result<Exit, Failure> {
    let ready = context.ready(&distribute.dir).await?;
    let wanted = (distribute.entity.as_str(), None, true);
    ask(context, (ready, &distribute.dir), wanted, &distribute.reason).await
}

async fn ask(
    context: &Context,
    (ready, folder): (Ready, &Path),
    (subject, target, distribute): (&str, Option<&str>, bool),
    reason: &str,
) -> Result<Exit, Failure> {
    let entity = subject::entity(&ready.store, &ready.tenant.name, subject)
        .await?
        .id;
    let errands = Errands {
        entity,
        target,
        distribute,
        who: &worker::person(),
        reason,
    };
    let errand = asked(&ready, &errands).await?;
    run(context, (&ready, folder), &errand, reason).await
}

async fn run(
    context: &Context,
    (ready, folder): (&Ready, &Path),
    errand: &Errand,
    reason: &str,
) -> Result<Exit, Failure> {
    let screen = context.screen;
    let Some(outcome) = ready.run_errand(&context.audience(), errand).await? else {
        screen.document(&json!({ "tenant": ready.tenant.name, "ended": "interrupted" }));
        return Ok(Exit::Failed);
    };
    let mut document = report::report_json(&ready.tenant.name, &outcome, &ready.unsigned);
    if let Some(members) = document.as_object_mut() {
        members.insert("entity".to_owned(), json!(errand.entity));
        members.insert("who".to_owned(), json!(worker::person()));
        members.insert("reason".to_owned(), json!(reason));
    }
    screen.document(&document);
    show(context, &outcome, folder);
    Ok(report::exit(&outcome.ended))
}

fn show(context: &Context, outcome: &Report, folder: &Path) {
    let screen = context.screen;
    report::steps(screen, &outcome.steps);
    match &outcome.ended {
        Ended::Done | Ended::Planned => screen.line("\nevery step is done"),
        Ended::Waiting(stop) | Ended::Failed(stop) => {
            let step = report::stopped(&outcome.steps).map(|(step, _)| step);
            report::stop(screen, step, stop, &folder.display().to_string());
        }
    }
}
