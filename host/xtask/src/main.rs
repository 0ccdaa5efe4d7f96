//! The project's own tasks: `cargo xtask …`.
//!
//! Each task is a module that says in order what it does, and calls the ordinary tools for it. Whatever is missing on a
//! machine is installed where that is usual and possible; elsewhere the task says what is missing, how to install it, and
//! which flag leaves it out. Nothing is left out in silence.

mod active_directory;
mod bench;
mod components;
mod debian;
mod demo;
mod freeze;
mod fuzz;
mod generate;
mod pages;
mod postgres;
mod tests;
mod tool;
mod wasm_target;
mod workspace;

use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};

use tool::Tool;
use workspace::Workspace;

/// The project's own tasks.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Makes the compiler ready for connectors (target wasm32-wasip2).
    Setup,
    /// Builds the connectors as components into target/connectors, and the host.
    Build {
        /// Builds the host optimised.
        #[arg(long)]
        release: bool,
    },
    /// Shows whole cycles between stand-ins for real systems.
    Demo(demo::Options),
    /// Builds what the tests need and runs them all.
    Test(tests::Options),
    /// Looks for octets that break a promise of the host, guided by coverage, for a bounded time.
    Fuzz(fuzz::Options),
    /// Measures whole cycles, and writes host/docs/benchmarks.md.
    Bench(bench::Options),
    /// Keeps the contract's newest version as it is, with a component that uses all of it.
    Freeze,
    /// Runs a command beside a throw-away PostgreSQL server, whose URL it finds in SAMKLANG_TEST_POSTGRES.
    WithPostgres {
        /// The command, such as `cargo test -p samklang-store`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
    /// Runs a command beside a throw-away Active Directory (Samba), whose origin it finds in SAMKLANG_TEST_ACTIVE_DIRECTORY and whose
    /// certificate in SAMKLANG_TEST_ACTIVE_DIRECTORY_CA.
    WithActiveDirectory {
        /// The command, such as `cargo nextest run -p samklang-cycles active_directory`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
    /// Runs a stand-in for a system until interrupted; without a name, lists them.
    StandIn {
        /// The name of the system and its options, such as `canvas --port 8080`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Writes files of a made-up municipality.
    #[command(subcommand)]
    Generate(generate::File),
}

fn main() -> ExitCode {
    if let Some(ended) = fuzz::as_compiler() {
        return ended;
    }
    match run(Arguments::parse().task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::here()?;
    match task {
        Task::Setup => wasm_target::ensure(),
        Task::Build { release } => {
            wasm_target::ensure()?;
            components::build(&workspace)?;
            components::build_host(&workspace, release)?;
            Ok(())
        }
        Task::Demo(options) => demo::run(&workspace, &options),
        Task::Test(options) => tests::run(&workspace, &options),
        Task::Fuzz(options) => fuzz::run(&workspace, &options),
        Task::Bench(options) => bench::run(&workspace, &options),
        Task::Freeze => freeze::run(&workspace),
        Task::WithPostgres { command } => {
            let cluster = postgres::Cluster::start(workspace.target())?;
            let (program, arguments) = command.split_first().context("no command")?;
            Tool::new(program)
                .args(arguments)
                .env(postgres::VARIABLE, cluster.url())
                .run()
        }
        Task::WithActiveDirectory { command } => {
            let domain = active_directory::Domain::start(workspace.target())?;
            let (program, arguments) = command.split_first().context("no command")?;
            Tool::new(program)
                .args(arguments)
                .env(active_directory::VARIABLE, domain.url())
                .env(active_directory::AUTHORITY, domain.authority())
                .run()
        }
        Task::StandIn { arguments } => {
            let arguments = if arguments.is_empty() {
                vec!["--help".to_owned()]
            } else {
                arguments
            };
            workspace
                .cargo()
                .args(["run", "--quiet", "--package", "samklang-stand-ins", "--"])
                .args(arguments)
                .run()
        }
        Task::Generate(file) => generate::write(&file),
    }
}

/// Whether a program can be found.
fn is_there(program: &str) -> bool {
    Tool::new(program).arg("--version").succeeds()
}
