//! The commands: each reads what it needs, does one thing, and shows it.

pub(crate) mod access;
pub(crate) mod by_hand;
pub(crate) mod case;
pub(crate) mod check;
pub(crate) mod connector;
pub(crate) mod decide;
pub(crate) mod enrol;
pub(crate) mod explain;
pub(crate) mod history;
pub(crate) mod import_settings;
pub(crate) mod init;
pub(crate) mod journal;
pub(crate) mod keys;
pub(crate) mod link;
pub(crate) mod link_job;
pub(crate) mod mapping;
pub(crate) mod on_demand;
pub(crate) mod person;
pub(crate) mod plan;
pub(crate) mod promotion;
mod proposal;
pub(crate) mod quarantine;
mod report;
pub(crate) mod retention;
mod run;
mod serve;
mod status;
mod subject;
mod support;

use std::path::Path;

use crate::cli::{Arguments, Command};
use crate::configuration::{Home, Tenant};
use crate::desk::run::{Audience, Ready};
use crate::failure::{Exit, Failure};
use crate::installation::Premises;
use crate::log::Log;
use crate::screen::Screen;

/// What every command is given.
pub(crate) struct Context {
    pub(crate) screen: Screen,
    pub(crate) home: Option<std::path::PathBuf>,
    pub(crate) log: Log,
}

impl Context {
    /// A tenant's configuration and the installation that it belongs to.
    pub(crate) async fn tenant(&self, folder: &Path) -> Result<(Tenant, Premises), Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let tenant = Tenant::read(folder)?;
        let keys = tenant.keys().fetch(folder, &environment);
        // Mistakes in the file come first: one of them may be why the key is not found.
        let (tenant, keys) = match keys {
            Ok(keys) => (tenant, keys),
            Err(error) => {
                tenant.sound()?;
                return Err(error.into());
            }
        };
        let premises = self.premises(tenant.home()).await?.with_keys(keys);
        Ok((tenant, premises))
    }

    /// A tenant that is ready to run.
    pub(crate) async fn ready(&self, folder: &Path) -> Result<Ready, Failure> {
        let (tenant, premises) = self.tenant(folder).await?;
        Ready::new(tenant, &premises).await
    }

    /// Who follows what is run.
    pub(crate) fn audience(&self) -> Audience {
        Audience::Person {
            quiet: self.screen.is_json(),
        }
    }

    /// A tenant of which only the name is needed, for commands that look at what is kept.
    pub(crate) async fn named(&self, folder: &Path) -> Result<(Tenant, Premises), Failure> {
        let (tenant, premises) = self.tenant(folder).await?;
        let tenant = if tenant.name().is_empty() {
            tenant.sound()?
        } else {
            tenant
        };
        Ok((tenant, premises))
    }

    /// The installation.
    pub(crate) async fn premises(&self, tenant: Option<&Path>) -> Result<Premises, Failure> {
        let home = Home::find(self.home.as_deref(), tenant, &|name| std::env::var(name).ok())?;
        Premises::open(home).await
    }
}

/// Runs one command.
pub(crate) async fn run(arguments: Arguments, screen: Screen) -> Result<Exit, Failure> {
    let context = Context {
        screen,
        log: arguments.global.log(),
        home: arguments.global.home,
    };
    match arguments.command {
        Command::Init(init) => init::run(&context, &init),
        Command::Connector(connector) => connector::run(&context, connector).await,
        Command::Keys(keys) => keys::run(&context, &keys).await,
        Command::Person(person) => person::run(&context, &person).await,
        Command::Retention(retention) => retention::run(&context, &retention).await,
        Command::Journal(journal) => journal::run(&context, &journal).await,
        Command::Check(folder) => check::run(&context, &folder.dir).await,
        Command::ImportSettings(import) => import_settings::run(&context, &import),
        Command::Mapping(mapping) => mapping::run(&context, &mapping).await,
        Command::Plan(plan) => plan::run(&context, &plan).await,
        Command::Run(folder) => run::run(&context, &folder.dir).await,
        Command::Status(folder) => status::run(&context, &folder.dir).await,
        Command::History(history) => history::run(&context, &history).await,
        Command::Case(case) => case::run(&context, &case).await,
        Command::Link(link) => link::link(&context, &link).await,
        Command::LinkJob(job) => link_job::run(&context, &job).await,
        Command::Unlink(unlink) => link::unlink(&context, &unlink).await,
        Command::Explain(explain) => explain::run(&context, &explain).await,
        Command::Override(set) => by_hand::run(&context, &set).await,
        Command::Sync(sync) => on_demand::sync(&context, &sync).await,
        Command::Fetch(fetch) => on_demand::fetch(&context, &fetch).await,
        Command::Distribute(distribute) => on_demand::distribute(&context, &distribute).await,
        Command::Quarantine(quarantine) => quarantine::run(&context, quarantine).await,
        Command::Release(release) => decide::release(&context, &release).await,
        Command::Reject(reject) => decide::reject(&context, &reject).await,
        Command::Enrol(enrol) => enrol::run(&context, &enrol).await,
        Command::Promotion(promotion) => promotion::run(&context, &promotion).await,
        Command::Serve => serve::run(&context).await,
        Command::Access(access) => access::run(&context, &access).await,
        Command::Support => support::run(&context).await,
    }
}
