//! `samklang connector record` and `replay`: what a connector exchanges with its system, in one file, and the same again without the system.

use std::path::{Path, PathBuf};

use clap::Args;
use samklang_core::connector::{Batch, Extent};
use samklang_core::port::{Clock as _, Connectors as _, Session as _};
use samklang_core::{Description, Fault};
use samklang_cycle::Mode;
use serde_json::json;

use super::Context;
use crate::commands::report;
use crate::configuration::short;
use crate::failure::{Exit, Failure};
use crate::private_file;
use crate::recording::{Recording, Subject, play};
use crate::wiring::{SystemClock, Wiring};

/// Rows that are asked for at a time.
const ROWS: u32 = 1_000;

/// Arguments of `record`.
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The connection.
    #[arg(value_name = "CONNECTION")]
    connection: String,
    /// The file to make, for its user alone; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Run the tenant's cycle and record what the connection's steps do, instead of a check and a full read.
    #[arg(long)]
    run: bool,
}

/// Arguments of `replay`.
#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// A recording.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The build to play it to, a component's file; without it the installed build that was recorded.
    #[arg(long, value_name = "COMPONENT")]
    with: Option<PathBuf>,
}

pub(super) async fn record(context: &Context, wanted: &Record) -> Result<Exit, Failure> {
    let screen = context.screen;
    if wanted.out.exists() {
        return Err(Failure::Usage(format!(
            "{} is there already: name another file, or take it away",
            wanted.out.display()
        )));
    }
    let mut ready = context.ready(&wanted.dir).await?;
    let Some(description) = ready.wiring.describe(&wanted.connection).ok() else {
        return Err(Failure::Usage(format!(
            "{} has no connection `{}`",
            ready.tenant.name, wanted.connection
        )));
    };
    ready.wiring.record(&wanted.connection);
    // A fault is what a recording is made for: it is kept like any other answer.
    let ended = if wanted.run {
        match ready.run(&context.audience(), Mode::Run).await? {
            Some(outcome) => report::ended(&outcome.ended).to_owned(),
            None => "interrupted".to_owned(),
        }
    } else {
        match look(&ready.wiring, &wanted.connection, &description).await {
            Ok(()) => "done".to_owned(),
            Err(fault) => fault.to_string(),
        }
    };
    let reels = ready.wiring.take_recorded();
    let opening = ready.wiring.opening(&wanted.connection)?;
    let asks_inbox = opening.grants.inbox.then_some(opening.inbox.as_path());
    let subject = Subject {
        description: &description,
        digest: &opening.connector.digest,
        credentials: &opening.credentials,
        inbox: asks_inbox,
    };
    let (calls, exchanges) = reels.iter().fold((0, 0), |(calls, exchanges), reel| {
        (calls + reel.calls.len(), exchanges + reel.exchanges.len())
    });
    let recording = Recording::new(&subject, reels, SystemClock.now())?;
    let text = serde_json::to_string_pretty(&recording)
        .map_err(|cause| Failure::because("the recording cannot be written", cause))?;
    private_file::write(&wanted.out, &text)?;
    screen.document(&json!({
        "tenant": ready.tenant.name,
        "connection": wanted.connection,
        "written": wanted.out,
        "sessions": recording.sessions.len(),
        "calls": calls,
        "exchanges": exchanges,
        "ended": ended,
    }));
    screen.line(format!(
        "{}: {calls} calls and {exchanges} exchanges in {} sessions, {ended}",
        wanted.connection,
        recording.sessions.len()
    ));
    screen.line(format!(
        "wrote {}; credentials, sensitive values and identity numbers are not in it, names are: read it before you hand it on",
        wanted.out.display()
    ));
    Ok(Exit::Done)
}

/// A check and a full read of every class that can be read.
async fn look(wiring: &Wiring, connection: &str, description: &Description) -> Result<(), Fault> {
    let mut session = wiring.open(connection, "record").await?;
    session.check().await?;
    let readable = description.classes.iter().filter(|class| class.readable);
    let classes: Vec<String> = readable.map(|class| class.name.clone()).collect();
    if classes.is_empty() {
        return Ok(());
    }
    session.read(&classes, &Extent::Full).await?;
    while let Batch::Page(_) = session.next(ROWS).await? {}
    Ok(())
}

pub(super) async fn replay(context: &Context, wanted: &Replay) -> Result<Exit, Failure> {
    let screen = context.screen;
    let recording = Recording::read(&wanted.file)?;
    let premises = context.premises(None).await?;
    let path = match &wanted.with {
        Some(path) => path.clone(),
        None => installed(&premises.home().component(&recording.digest), &recording)?,
    };
    let component = premises.sandbox(&[])?.load_file(&path).await?;
    let description = component.description();
    if description.name != recording.connector {
        return Err(Failure::Usage(format!(
            "the recording is of the connector `{}`, and {} is `{}`",
            recording.connector,
            path.display(),
            description.name
        )));
    }
    let folders = tempfile::tempdir().map_err(|cause| Failure::because("no folder can be made", cause))?;
    let mut differences = Vec::new();
    for (at, reel) in recording.sessions.iter().enumerate() {
        let (inbox, outbox) = (
            folders.path().join(format!("{at}/inbox")),
            folders.path().join(format!("{at}/outbox")),
        );
        for folder in [&inbox, &outbox] {
            std::fs::create_dir_all(folder)
                .map_err(|cause| Failure::because("no folder can be made", cause))?;
        }
        recording.lay_inbox(&inbox)?;
        differences.extend(play(&component, at + 1, reel, &inbox, &outbox).await?);
    }
    screen.document(&json!({
        "connector": recording.connector,
        "recorded": { "version": recording.version, "digest": recording.digest },
        "played": { "version": description.version, "digest": component.digest() },
        "sessions": recording.sessions.len(),
        "differences": differences,
    }));
    screen.line(format!(
        "{} {} ({}) played to {} ({}): {} sessions",
        recording.connector,
        recording.version,
        short(&recording.digest),
        description.version,
        short(component.digest()),
        recording.sessions.len()
    ));
    if differences.is_empty() {
        screen.line("everything went as it was recorded");
        return Ok(Exit::Done);
    }
    for difference in &differences {
        screen.line(format!("\n{difference}"));
    }
    Ok(Exit::Failed)
}

fn installed(path: &Path, recording: &Recording) -> Result<PathBuf, Failure> {
    if path.is_file() {
        return Ok(path.to_owned());
    }
    Err(Failure::Usage(format!(
        "the build {} of {} {} is not installed: add it, or name a component's file with `--with`",
        short(&recording.digest),
        recording.connector,
        recording.version
    )))
}
