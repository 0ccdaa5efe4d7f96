//! `samklang keys`: the tenant's key.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::json;

use super::Context;
use crate::configuration::Tenant;
use crate::failure::{Exit, Failure};

/// What to do with the tenant's key.
#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// Make the key of a tenant that has none.
    Make {
        /// The tenant's folder, which holds samklang.toml.
        #[arg(value_name = "DIR")]
        dir: PathBuf,
    },
}

pub(super) fn run(context: &Context, keys: &Keys) -> Result<Exit, Failure> {
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
    }
}

/// Octets for a new key, from the system.
pub(super) fn random() -> Result<[u8; samklang_core::key::LENGTH], Failure> {
    let mut octets = [0; samklang_core::key::LENGTH];
    getrandom::fill(&mut octets)
        .map_err(|cause| Failure::because("the system gives no random numbers for a key", cause))?;
    Ok(octets)
}
