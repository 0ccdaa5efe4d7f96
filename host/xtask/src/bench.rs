//! `cargo xtask bench`: measures whole cycles in a release build, and writes `host/docs/benchmarks.md`.

use std::path::PathBuf;

use anyhow::Result;

use crate::wasm_target;
use crate::workspace::Workspace;

/// What is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Few persons and one run, and nothing is written: shows that everything works.
    #[arg(long)]
    quick: bool,
    /// Only some of the rows, which are shown and not written: unchanged, cycle, growth, start or pifu.
    #[arg(long, value_name = "ROWS")]
    only: Option<String>,
    /// Measures nothing, but makes a tenant's folder with the data in place, for a stopwatch of your own.
    #[arg(long, value_name = "DIR")]
    prepare: Option<PathBuf>,
    /// How many persons the prepared tenant has.
    #[arg(long, requires = "prepare")]
    persons: Option<u64>,
}

pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    wasm_target::ensure()?;
    let mut cargo = workspace
        .cargo()
        .args(["run", "--release", "--package", "samklang-bench", "--"]);
    if options.quick {
        cargo = cargo.arg("--quick");
    }
    if let Some(only) = &options.only {
        cargo = cargo.arg("--only").arg(only);
    }
    if let Some(folder) = &options.prepare {
        // Cargo is called in the workspace's root.
        cargo = cargo.arg("--prepare").arg(std::path::absolute(folder)?);
    }
    if let Some(persons) = options.persons {
        cargo = cargo.arg("--persons").arg(persons.to_string());
    }
    cargo.run()
}
