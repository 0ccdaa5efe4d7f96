//! `samklang sync`, `samklang fetch` and `samklang distribute`: one person now, by the same path as everybody. Who asked and why is kept.

use std::path::{Path, PathBuf};

use clap::Args;
use samklang_core::catalogue::ObjectRef;
use samklang_core::plan::Create;
use samklang_core::port::{Clock as _, Request};
use samklang_cycle::{Ended, Errand, Report};
use serde_json::json;

use super::ready::Ready;
use super::{Context, report, subject};
use crate::failure::{Exit, Failure};
use crate::wiring::{SystemClock, worker};

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
    let ready = Ready::new(context, &sync.dir).await?;
    let errand = match object(&ready, &sync.subject) {
        Some(object) => Errand {
            object: Some(object),
            ..Errand::default()
        },
        None => Errand {
            entity: Some(
                subject::entity(&ready.store, &ready.tenant.name, &sync.subject)
                    .await?
                    .id,
            ),
            ..Errand::default()
        },
    };
    if let Some(entity) = errand.entity {
        // Nothing is asked for anew; it is kept who wanted it to be looked at.
        let request = request(entity, &sync.reason);
        ready.store.ask(&request, &[]).await?;
    }
    run(context, (&ready, &sync.dir), &errand, &sync.reason).await
}

pub(super) async fn fetch(context: &Context, fetch: &Fetch) -> Result<Exit, Failure> {
    let ready = Ready::new(context, &fetch.dir).await?;
    let known: Vec<&str> = targets(&ready).map(String::as_str).collect();
    if !known.contains(&fetch.target.as_str()) {
        return Err(Failure::Usage(format!(
            "`{}` is no target of {} in which an object may be asked for; there is: {}",
            fetch.target,
            ready.tenant.name,
            if known.is_empty() {
                "none".to_owned()
            } else {
                known.join(", ")
            }
        )));
    }
    let entity = subject::entity(&ready.store, &ready.tenant.name, &fetch.entity).await?;
    ask(
        context,
        (&ready, &fetch.dir),
        entity.id,
        vec![fetch.target.clone()],
        &fetch.reason,
    )
    .await
}

pub(super) async fn distribute(context: &Context, distribute: &Distribute) -> Result<Exit, Failure> {
    let ready = Ready::new(context, &distribute.dir).await?;
    let entity = subject::entity(&ready.store, &ready.tenant.name, &distribute.entity).await?;
    let targets = targets(&ready).cloned().collect();
    ask(
        context,
        (&ready, &distribute.dir),
        entity.id,
        targets,
        &distribute.reason,
    )
    .await
}

/// The targets in which an object may be asked for.
fn targets(ready: &Ready) -> impl Iterator<Item = &String> {
    ready
        .tenant
        .connections
        .iter()
        .filter(|(_, connection)| {
            connection
                .mappings
                .outbound
                .keys()
                .any(|class| connection.policy.of(class).create != Create::Never)
        })
        .map(|(name, _)| name)
}

/// An object of a source, when the text names a connection that is one.
fn object(ready: &Ready, text: &str) -> Option<ObjectRef> {
    let mut parts = text.trim().splitn(3, '/');
    let (connection, class, key) = (parts.next()?, parts.next()?, parts.next()?);
    let mappings = &ready.tenant.connections.get(connection)?.mappings;
    mappings.inbound.contains_key(class).then(|| ObjectRef {
        connection: connection.to_owned(),
        class: class.to_owned(),
        key: key.to_owned(),
    })
}

fn request(entity: uuid::Uuid, reason: &str) -> Request {
    Request {
        entity,
        who: worker::person(),
        reason: reason.to_owned(),
        at: SystemClock.now(),
    }
}

async fn ask(
    context: &Context,
    ready: (&Ready, &Path),
    entity: uuid::Uuid,
    targets: Vec<String>,
    reason: &str,
) -> Result<Exit, Failure> {
    ready.0.store.ask(&request(entity, reason), &targets).await?;
    let errand = Errand {
        entity: Some(entity),
        targets,
        ..Errand::default()
    };
    run(context, ready, &errand, reason).await
}

async fn run(
    context: &Context,
    (ready, folder): (&Ready, &Path),
    errand: &Errand,
    reason: &str,
) -> Result<Exit, Failure> {
    let screen = context.screen;
    let Some(outcome) = ready.run_errand(context, errand).await? else {
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
