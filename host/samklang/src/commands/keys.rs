//! `samklang keys`: the tenant's key.

use std::path::PathBuf;

use clap::Subcommand;
use samklang_core::journal::Event;
use samklang_core::port::{Clock as _, Deed, Journal as _};
use serde_json::json;

use super::Context;
use crate::configuration::Tenant;
use crate::failure::{Exit, Failure};
use crate::screen::grouped;
use crate::wiring::{SystemClock, worker};

/// What to do with the tenant's key.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make the key of a tenant that has none.
    Make {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
    /// Seal anew what former keys have sealed. Cycles may run meanwhile.
    Rotate {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

pub(super) async fn run(context: &Context, keys: &Keys) -> Result<Exit, Failure> {
    let screen = context.screen;
    match keys {
        Keys::Make { dir } => {
            let tenant = Tenant::read(dir)?.sound()?;
            let path = tenant.keys().make(random()?)?;
            screen.document(&json!({ "tenant": tenant.name(), "written": [path.display().to_string()] }));
            screen.line(format!(
                "made {}; keep a copy of it in a safe place: without it nothing that is kept of {} can be read",
                path.display(),
                tenant.name()
            ));
            Ok(Exit::Done)
        }
        Keys::Rotate { dir } => {
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
            screen.document(&json!({
                "tenant": tenant.name(), "sealed": rotated.sealed, "left": rotated.left, "former_in_use": rotated.left > 0,
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
                return Ok(Exit::Waiting);
            }
            screen.line(
                "no former key is in use any more: take them out of `[keys] former`, and keep them as long as backups of the \
                 database that need them",
            );
            Ok(Exit::Done)
        }
    }
}

/// Octets for a new key, from the system.
pub(super) fn random() -> Result<[u8; samklang_core::key::LENGTH], Failure> {
    let mut octets = [0; samklang_core::key::LENGTH];
    getrandom::fill(&mut octets)
        .map_err(|cause| Failure::because("the system gives no random numbers for a key", cause))?;
    Ok(octets)
}
