//! `samklang connector …`: the builds of connectors that an installation has, where they come from, and which ones a tenant runs.

mod activate;
mod arrive;
mod attempt;
mod grants;
mod record;
mod show;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::json;

use super::Context;
use super::decide::{name, reason};
use crate::configuration::{Installed, short};
use crate::desk::giving::find;
use crate::failure::{Exit, Failure};
use crate::installation::described;
use crate::screen::{Tone, moment, rfc3339};

/// Commands about connectors.
#[derive(Debug, Subcommand)]
pub(crate) enum Connector {
    /// List the installed builds.
    List,
    /// Show what a connector says of itself: classes, settings, what it asks for.
    Inspect {
        /// An installed connector, NAME, NAME@VERSION or NAME@DIGEST, or a file.
        #[arg(value_name = "NAME|FILE")]
        what: String,
    },
    /// Check a connector and install it beside the builds that are there.
    Add(arrive::Add),
    /// Look again whether an installed build is the one that was added, and trusted.
    Verify {
        /// The connector, NAME, NAME@VERSION or NAME@DIGEST.
        #[arg(value_name = "NAME")]
        what: String,
    },
    /// Put a connector into a registry, with its signature.
    Publish(arrive::Publish),
    /// Show what another build would change, in a tenant's next plan, beside the one that runs. Nothing is kept, and nothing sent.
    Try {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        /// The connector: NAME for its newest version, NAME@VERSION or NAME@DIGEST.
        #[arg(value_name = "NAME")]
        what: String,
    },
    /// Show what a tenant's connectors ask for, what they are granted, and what of it they use.
    Grants {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Record what a connection's connector exchanges with its system, in one file for its vendor.
    Record(record::Record),
    /// Play a recording to a connector, without its system, and say what goes otherwise than it was recorded.
    Replay(record::Replay),
    /// Give a tenant's connections another build of their connector, from their next cycle on.
    Activate(Activate),
    /// Give a tenant's connections back the build that they ran before.
    Rollback(Rollback),
    /// Take a build out of the installation.
    Remove {
        /// The build, NAME@VERSION or NAME@DIGEST.
        #[arg(value_name = "NAME@VERSION")]
        what: String,
    },
}

/// Arguments of `activate`.
#[derive(Debug, Args)]
pub(crate) struct Activate {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The connector: NAME for its newest version, NAME@VERSION or NAME@DIGEST.
    #[arg(value_name = "NAME")]
    what: String,
    #[command(flatten)]
    deed: Deed,
}

/// Arguments of `rollback`.
#[derive(Debug, Args)]
pub(crate) struct Rollback {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// The connector.
    #[arg(value_name = "NAME")]
    name: String,
    #[command(flatten)]
    deed: Deed,
}

/// Who does it and why.
#[derive(Debug, Args)]
struct Deed {
    /// Why. It is kept with your name.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    reason: String,
    /// Who decides, when it is not the user of this machine.
    #[arg(long, value_name = "NAME", value_parser = name)]
    by: Option<String>,
}

pub(super) async fn run(context: &Context, connector: Connector) -> Result<Exit, Failure> {
    match connector {
        Connector::List => list(context).await,
        Connector::Inspect { what } => inspect(context, &what).await,
        Connector::Add(add) => arrive::add(context, &add).await,
        Connector::Verify { what } => arrive::verify(context, &what).await,
        Connector::Publish(publish) => arrive::publish(context, &publish).await,
        Connector::Try { dir, what } => attempt::run(context, &dir, &what).await,
        Connector::Record(wanted) => record::record(context, &wanted).await,
        Connector::Replay(wanted) => record::replay(context, &wanted).await,
        Connector::Grants { dir } => grants::run(context, &dir).await,
        Connector::Activate(activate) => activate::activate(context, &activate).await,
        Connector::Rollback(rollback) => activate::rollback(context, &rollback).await,
        Connector::Remove { what } => remove(context, &what).await,
    }
}

async fn list(context: &Context) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    let mut documents = Vec::new();
    let mut table = screen.new_table(&[
        "name",
        "version",
        "build",
        "system",
        "vendor",
        "signed by",
        "added",
    ]);
    for record in premises.connectors().await? {
        let installed = described(&record)?;
        documents.push(json!({
            "name": record.name,
            "version": record.version,
            "system": installed.description.system,
            "vendor": installed.description.vendor,
            "digest": record.digest,
            "size": record.size,
            "installed": rfc3339(record.installed),
            "origin": record.origin,
            "signer": record.signer,
        }));
        let signer = match &record.signer {
            Some(signer) => screen.cell(signer, Tone::Plain),
            None => screen.cell("nobody", Tone::Doubtful),
        };
        table.add_row(vec![
            screen.cell(&record.name, Tone::Plain),
            screen.cell(&record.version, Tone::Plain),
            screen.cell(short(&record.digest), Tone::Faint),
            screen.cell(&installed.description.system, Tone::Plain),
            screen.cell(&installed.description.vendor, Tone::Plain),
            signer,
            screen.cell(moment(record.installed), Tone::Faint),
        ]);
    }
    if documents.is_empty() {
        screen.line("no connector is installed; add one: samklang connector add FILE");
    } else {
        screen.table(&table);
    }
    screen.document(&json!({ "connectors": documents }));
    Ok(Exit::Done)
}

async fn inspect(context: &Context, what: &str) -> Result<Exit, Failure> {
    let premises = context.premises(None).await?;
    let file = std::path::Path::new(what);
    let installed = if file.is_file() {
        let component = premises.sandbox(&[])?.load_file(file).await?;
        Installed {
            digest: component.digest().to_owned(),
            description: component.description().clone(),
            signature: None,
        }
    } else {
        described(&find(&premises, what).await?)?
    };
    context
        .screen
        .document(&json!({ "digest": installed.digest, "description": *installed.description }));
    show::show(context.screen, &installed);
    Ok(Exit::Done)
}

async fn remove(context: &Context, what: &str) -> Result<Exit, Failure> {
    let screen = context.screen;
    let premises = context.premises(None).await?;
    if !what.contains('@') {
        return Err(Failure::Usage(format!(
            "say which build: `samklang connector remove {what}@VERSION`; `samklang connector list` shows them"
        )));
    }
    let record = find(&premises, what).await?;
    let run = premises.remove(&record.digest).await?;
    if !run.is_empty() {
        let connections: Vec<String> = run
            .iter()
            .map(|(tenant, connection)| format!("{connection} of {tenant}"))
            .collect();
        return Err(Failure::Usage(format!(
            "{} {} is run by {}: give them another build first, `samklang connector activate DIR {}`",
            record.name,
            record.version,
            connections.join(", "),
            record.name
        )));
    }
    screen.document(&json!({ "name": record.name, "version": record.version, "digest": record.digest }));
    screen.line(format!(
        "{} {} ({}) is removed",
        record.name,
        record.version,
        short(&record.digest)
    ));
    Ok(Exit::Done)
}
