//! Makes the compiler able to build components, by the first way that works: the target is there, rustup adds it, or it is
//! built from Debian's sources of the same compiler version, where rustup's server cannot be reached.
//!
//! It changes the compiler's own folder only, and does nothing the second time.

mod from_debian;

use std::path::Path;

use anyhow::{Context, Result};

use crate::is_there;
use crate::tool::Tool;

/// What connectors are built for.
pub(crate) const TARGET: &str = "wasm32-wasip2";

pub(crate) fn ensure() -> Result<()> {
    if works()? {
        return Ok(());
    }
    if is_there("rustup") {
        let added = Tool::new("rustup").args(["target", "add", TARGET]).run();
        if added.is_ok() && works()? {
            eprintln!("{TARGET}: added by rustup");
            return Ok(());
        }
    }
    from_debian::build().with_context(|| {
        format!(
            "the compiler cannot build for {TARGET}, rustup could not add that target, and it could not be built from \
             Debian's sources either: run `rustup target add {TARGET}` where the Rust distribution server can be reached"
        )
    })?;
    if works()? {
        eprintln!("{TARGET}: built from Debian's sources");
        return Ok(());
    }
    anyhow::bail!("{TARGET} was built from Debian's sources, but a program for it still does not compile")
}

/// Whether a small program can be compiled and linked.
fn works() -> Result<bool> {
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let source = folder.path().join("probe.rs");
    std::fs::write(&source, "fn main() { println!(\"ready\"); }")
        .context("the temporary folder cannot be written")?;
    Ok(Tool::new(rustc())
        .args(["--target", TARGET, "-o"])
        .arg(folder.path().join("probe.wasm"))
        .arg(source)
        .succeeds())
}

fn rustc() -> String {
    std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned())
}

/// The compiler's own folder.
fn sysroot() -> Result<std::path::PathBuf> {
    Tool::new(rustc())
        .args(["--print", "sysroot"])
        .quietly()
        .map(|path| Path::new(&path).to_owned())
}
