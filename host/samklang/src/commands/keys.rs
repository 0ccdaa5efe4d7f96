//! `samklang keys`: a tenant's key, or the installation's.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use samklang_core::journal::Event;
use samklang_core::port::{Clock as _, Deed, Journal as _};
use samklang_store::Rotated;
use serde_json::json;

use super::Context;
use crate::configuration::Tenant;
use crate::failure::{Exit, Failure};
use crate::screen::{Screen, grouped};
use crate::wiring::{SystemClock, worker};

/// What to do with a tenant's key, or the installation's.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make the key of a tenant, or of the installation, that has none.
    Make {
        /// The tenant's folder, which holds samklang.toml; the installation's key when none is named.
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
    /// Seal anew what former keys have sealed. Cycles may run meanwhile.
    Rotate {
        /// The tenant's folder, which holds samklang.toml; what is sealed with the installation's key when none is named.
        #[arg(value_name = "DIR")]
        dir: Option<PathBuf>,
    },
}

pub(super) async fn run(context: &Context, keys: &Keys) -> Result<Exit, Failure> {
    match keys {
        Keys::Make { dir } => make(context, dir.as_deref()).await,
        Keys::Rotate { dir } => {
            let (tenant, rotated) = match dir {
                Some(dir) => rotate(context, dir).await?,
                None => {
                    let store = context.premises(None).await?.keyed_store().await?;
                    (None, store.rotate().await?)
                }
            };
            Ok(told(context.screen, tenant.as_deref(), rotated))
        }
    }
}

async fn make(context: &Context, dir: Option<&Path>) -> Result<Exit, Failure> {
    let screen = context.screen;
    let (tenant, path) = match dir {
        Some(dir) => {
            let tenant = Tenant::read(dir)?.sound()?;
            let path = tenant.keys().make(random()?)?;
            (Some(tenant.name().to_owned()), path)
        }
        None => {
            let premises = context.premises(None).await?;
            (None, premises.settings().keys.make(random()?)?)
        }
    };
    screen.document(&json!({ "tenant": tenant, "written": [path.display().to_string()] }));
    let of = match &tenant {
        Some(tenant) => format!("nothing that is kept of {tenant}"),
        None => "nobody's name and nobody's role in the installation".to_owned(),
    };
    screen.line(format!(
        "made {}; keep a copy of it in a safe place: without it {of} can be read",
        path.display()
    ));
    Ok(Exit::Done)
}

/// Seals anew what is kept of a tenant, whose name it answers.
async fn rotate(context: &Context, dir: &Path) -> Result<(Option<String>, Rotated), Failure> {
    let (tenant, premises) = context.named(dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let rotated = store.rotate().await?;
    let deed = Deed {
        at: SystemClock.now(),
        who: worker::person(),
        event: Event::KeysRotated.into(),
        cycle: None,
        entity: None,
        why: String::new(),
        detail: json!({ "sealed": rotated.sealed, "left": rotated.left }),
    };
    store.note(&[deed]).await?;
    Ok((Some(tenant.name().to_owned()), rotated))
}

fn told(screen: Screen, tenant: Option<&str>, rotated: Rotated) -> Exit {
    screen.document(&json!({
        "tenant": tenant, "sealed": rotated.sealed, "left": rotated.left, "former_in_use": rotated.left > 0,
    }));
    screen.line(format!(
        "{} were sealed anew with the current key",
        grouped(rotated.sealed)
    ));
    if rotated.left > 0 {
        screen.line(format!(
            "{} are sealed with a former key still: something that runs has not taken the current key up; rotate again \
             when it has ended",
            grouped(rotated.left)
        ));
        return Exit::Waiting;
    }
    screen.line(
        "no former key is in use any more: take them out of `[keys] former`, and keep them as long as backups of the \
         database that need them",
    );
    Exit::Done
}

/// Octets for a new key, from the system.
pub(crate) fn random() -> Result<[u8; samklang_core::key::LENGTH], Failure> {
    let mut octets = [0; samklang_core::key::LENGTH];
    getrandom::fill(&mut octets)
        .map_err(|cause| Failure::because("the system gives no random numbers for a key", cause))?;
    Ok(octets)
}
