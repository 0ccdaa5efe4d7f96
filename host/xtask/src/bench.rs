//! `cargo xtask bench`: measures whole cycles in a release build, and writes `host/docs/benchmarks.md`.

use std::path::PathBuf;

use anyhow::Result;

use crate::tool::Tool;
use crate::wasm_target;
use crate::workspace::Workspace;

/// What is measured.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Few persons and one run, and nothing is written: shows that everything works.
    #[arg(long)]
    quick: bool,
    /// Only some of the rows, which are shown and not written: unchanged, cycle, growth, start, pifu or server.
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
    // Together, so that both are made of the same libraries: what is measured from outside is the program itself.
    workspace
        .cargo()
        .args([
            "build",
            "--release",
            "--package",
            "samklang",
            "--package",
            "samklang-bench",
        ])
        .run()?;
    let program = workspace
        .target()
        .join("release/samklang-bench")
        .with_extension(std::env::consts::EXE_EXTENSION);
    let mut bench = Tool::new(program).within(workspace.root());
    if options.quick {
        bench = bench.arg("--quick");
    }
    if let Some(only) = &options.only {
        bench = bench.arg("--only").arg(only);
    }
    if let Some(folder) = &options.prepare {
        // It is called in the workspace's root.
        bench = bench.arg("--prepare").arg(std::path::absolute(folder)?);
    }
    if let Some(persons) = options.persons {
        bench = bench.arg("--persons").arg(persons.to_string());
    }
    bench.run()
}
