//! Measures what a cycle costs: import, comparison, reconciliation, planning and export of made-up persons, through the
//! program's own wiring, on SQLite; and what serving many tenants costs, on the program itself. `cargo xtask bench` builds
//! and runs it.
//!
//! Each workload runs in a process of its own, so that its peak memory is its own. A measurement never fails on a number;
//! it does fail when a workload did something else than it should have, for then the number would say nothing.

mod child;
mod connectors;
mod figure;
mod ground;
mod machine;
mod plain;
mod prepare;
mod receiver;
mod server;
mod suite;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use suite::{Group, Scale};
use workload::Workload;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures whole cycles.
#[derive(Debug, Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Arguments {
    /// Few persons and one run: shows that everything works, and measures little.
    #[arg(long)]
    quick: bool,
    /// Only some of the rows; the result is shown and not written.
    #[arg(long, value_enum)]
    only: Option<Group>,
    /// Where the table goes.
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../host/docs/benchmarks.md"))]
    output: PathBuf,
    /// Measures nothing, but makes a tenant's folder with the data in place, and says which commands to put a stopwatch to.
    #[arg(long, value_name = "DIR")]
    prepare: Option<PathBuf>,
    /// How many persons the prepared tenant has.
    #[arg(long, default_value_t = 100_000, requires = "prepare")]
    persons: u64,
    #[command(subcommand)]
    part: Option<Part>,
}

/// What this program runs itself for.
#[derive(Debug, Subcommand)]
enum Part {
    /// One workload in a tenant's folder; writes what it measured as JSON.
    #[command(hide = true)]
    Workload(Workload),
    /// The target of exports; ends with its standard input.
    #[command(hide = true)]
    Receive {
        /// Where its certificate goes.
        certificate: PathBuf,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<()> {
    match arguments.part {
        Some(Part::Workload(workload)) => return workload::run(&workload),
        Some(Part::Receive { certificate }) => return receiver::serve(&certificate),
        None => {}
    }
    if let Some(folder) = arguments.prepare {
        return prepare::tenant(&folder, arguments.persons);
    }
    let scale = if arguments.quick {
        Scale::QUICK
    } else {
        Scale::FULL
    };
    let before = machine::load();
    let rows = suite::run(&scale, arguments.only)?;
    let table = figure::table(&rows);
    println!("{table}");
    if arguments.quick || arguments.only.is_some() {
        return Ok(());
    }
    let document = figure::document(&table, &scale, before.as_deref());
    std::fs::write(&arguments.output, document)
        .map_err(|cause| anyhow::anyhow!("{} cannot be written: {cause}", arguments.output.display()))
}
