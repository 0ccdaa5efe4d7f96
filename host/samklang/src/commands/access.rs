//! `samklang access`: coming in where nobody can let somebody in by the pages.

use clap::{Subcommand, ValueEnum};
use samklang_server::{Clock as _, Role, SystemClock, one_time_link};
use samklang_store::Scope;
use serde_json::json;

use super::Context;
use crate::failure::{Exit, Failure};
use crate::wiring::worker;

/// What to do about who may come in.
#[derive(Debug, Subcommand)]
pub(crate) enum Access {
    /// Make a link that lets one person in, once, within a day.
    Link {
        /// What the person may do.
        #[arg(long, value_enum, default_value = "administrator")]
        role: Word,
        /// The tenant where that holds, by its name; all of them when none is named.
        #[arg(long, value_name = "TENANT")]
        tenant: Option<String>,
    },
}

/// A role, as it is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Word {
    /// Look at everything.
    Viewer,
    /// Also run cycles, deliver files, have somebody synchronised.
    Operator,
    /// Also decide what is halted and who is who, and enrol targets.
    Approver,
    /// Also give roles and builds.
    Administrator,
}

impl From<Word> for Role {
    fn from(word: Word) -> Self {
        match word {
            Word::Viewer => Self::Viewer,
            Word::Operator => Self::Operator,
            Word::Approver => Self::Approver,
            Word::Administrator => Self::Administrator,
        }
    }
}

pub(super) async fn run(context: &Context, access: &Access) -> Result<Exit, Failure> {
    let Access::Link { role, tenant } = access;
    let premises = context.premises(None).await?;
    let settings = premises
        .settings()
        .server
        .settings(&|name| std::env::var(name).ok());
    let settings = settings.map_err(|error| {
        Failure::Usage(format!(
            "a secret of `[server]` in installation.toml cannot be read: {error}"
        ))
    })?;
    let scope = tenant.as_deref().map_or(Scope::All, Scope::tenant);
    let (store, who) = (premises.keyed_store().await?.access(), worker::person());
    let now = SystemClock.now();
    let link = one_time_link(&store, &settings.address, &scope, (*role).into(), &who, now).await?;
    let screen = context.screen;
    screen.document(&json!({ "link": link, "role": Role::from(*role).as_str(), "tenant": scope.as_str() }));
    screen.line(format!(
        "{link} lets one person in, once, within a day; give it to nobody else"
    ));
    Ok(Exit::Done)
}
