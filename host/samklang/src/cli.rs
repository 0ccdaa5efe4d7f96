//! The command line.

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands;
use crate::failure::Exit;
use crate::log::Log;
use crate::screen::Screen;

/// Keeps people, units, groups and accounts in concord between systems.
#[derive(Debug, Parser)]
#[command(
    name = "samklang",
    version,
    max_term_width = 80,
    arg_required_else_help = true
)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong use or configuration, 3 waits for a person.")]
pub struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) global: Global,
}

/// Options of every command.
#[derive(Debug, Args)]
pub(crate) struct Global {
    /// The installation: database, connectors, cache. Comes before `home` in the tenant's file; else SAMKLANG_HOME, else
    /// the user's data folder.
    #[arg(long, global = true, value_name = "PATH")]
    pub(crate) home: Option<PathBuf>,
    /// Give the result as one JSON document.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// How lines of the log look.
    #[arg(long, global = true, value_enum, default_value_t = LogForm::Human, value_name = "FORM")]
    pub(crate) log: LogForm,
    /// Log more; twice for everything.
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl Global {
    /// What is wanted of the log.
    pub(crate) fn log(&self) -> Log {
        Log {
            form: self.log,
            verbose: self.verbose,
        }
    }
}

/// How lines of the log look.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum LogForm {
    /// For a person.
    Human,
    /// One JSON object per line.
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a tenant's folder with a commented configuration.
    Init(commands::init::Init),
    /// The connectors of the installation.
    #[command(subcommand)]
    Connector(commands::connector::Connector),
    /// The tenant's key, with which everything of it is sealed, and the installation's.
    #[command(subcommand)]
    Keys(commands::keys::Keys),
    /// Look whether a tenant's cycle can run, and say what is missing.
    Check(Folder),
    /// Make a tenant's folder of the settings of a program that Samklang takes the place of.
    ImportSettings(commands::import_settings::ImportSettings),
    /// The mappings of a tenant.
    #[command(subcommand)]
    Mapping(commands::mapping::Mapping),
    /// Run the cycle up to its plans, and send nothing to any target.
    Plan(commands::plan::Plan),
    /// Run the cycle, or take it up where it stopped.
    Run(Folder),
    /// Show the newest cycle and what waits for whom.
    Status(Folder),
    /// Show the cycles, newest first.
    History(commands::history::History),
    /// Show where each value of an entity comes from and what became of it in each target.
    Explain(commands::explain::Explain),
    /// What is known about one person, and forgetting it.
    #[command(subcommand)]
    Person(commands::person::Person),
    /// For how long what is kept, and erasing what is over its time.
    #[command(subcommand)]
    Retention(commands::retention::Retention),
    /// What was done, by whom and why.
    #[command(subcommand)]
    Journal(commands::journal::Journal),
    /// Set a value by hand, before whatever the sources say, for a time.
    Override(commands::by_hand::ByHand),
    /// Synchronise one person now.
    Sync(commands::on_demand::Sync),
    /// Have one person made in one target, where that is done on request.
    Fetch(commands::on_demand::Fetch),
    /// Have one person made in every target.
    Distribute(commands::on_demand::Distribute),
    /// What cannot be mapped, matched or applied, and when it is tried again.
    #[command(subcommand)]
    Quarantine(commands::quarantine::Quarantine),
    /// Questions about who is who, and their answers.
    #[command(subcommand)]
    Case(commands::case::Case),
    /// Say that an object is an entity.
    Link(commands::link::Link),
    /// Match what a target holds already with the entities that have nothing there, and make only the links.
    LinkJob(commands::link_job::Job),
    /// Say that an object is not the entity that it stands for.
    Unlink(commands::link::Unlink),
    /// Let pass what a guard has halted.
    Release(commands::decide::Release),
    /// Reject what a guard has halted.
    Reject(commands::decide::Reject),
    /// Check whether a target can be enrolled, and enrol it for good.
    #[command(subcommand)]
    Enrol(commands::enrol::Enrol),
    /// Serve the API, the pages and the schedules of all tenants of the installation.
    Serve,
    /// Who may come in to the pages and the API.
    #[command(subcommand)]
    Access(commands::access::Access),
    /// Show what support needs to know of the installation, without personal data.
    Support,
    /// Announce a school-year promotion, or show those announced.
    #[command(subcommand)]
    Promotion(commands::promotion::Promotion),
}

/// A tenant's folder.
#[derive(Debug, Args)]
pub(crate) struct Folder {
    /// The tenant's folder, which holds samklang.toml.
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

/// Runs the program; answers its exit code.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            if error.print().is_err() {
                return ExitCode::from(Exit::Failed.code());
            }
            return ExitCode::from(exit.code());
        }
    };
    // The server sets its log up itself, since its configuration may say that traces go somewhere as well.
    if !matches!(arguments.command, Command::Serve) {
        arguments.global.log().begin();
    }
    let screen = Screen::new(arguments.global.json);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: the program cannot start: {error}");
            return ExitCode::from(Exit::Failed.code());
        }
    };
    let exit = match runtime.block_on(commands::run(arguments, screen)) {
        Ok(exit) => exit,
        Err(failure) => {
            screen.document(&failure.to_json());
            if !screen.is_json() {
                eprintln!("{}", failure.render(std::io::stderr().is_terminal()));
            }
            failure.exit()
        }
    };
    // What still runs after an interruption, such as a guest in a loop, does not hold the program back.
    runtime.shutdown_background();
    ExitCode::from(exit.code())
}
