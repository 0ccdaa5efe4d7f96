//! Where the means are that `cargo xtask test` has put into the target folder.

use std::path::{Path, PathBuf};

use samklang_cycles::repository;

/// The folder for whatever is made: cargo's own.
#[must_use]
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => repository().join(folder),
        None => repository().join("target"),
    }
}

/// Something among the tools.
///
/// # Panics
///
/// When it is not there; the message tells what puts it there.
pub(crate) fn tool(path: &str, what: &str) -> PathBuf {
    let tool = target().join("pages-tools").join(path);
    assert!(
        tool.exists(),
        "{} is missing: `cargo xtask test -- -p samklang-pages` installs it, or leave it out: SAMKLANG_TEST_WITHOUT={what}",
        tool.display()
    );
    tool
}

/// A file of this package that one of the tools runs.
pub(crate) fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tools").join(name)
}

/// The program schemathesis.
///
/// # Panics
///
/// When it is not there; the message tells what puts it there.
#[must_use]
pub fn schemathesis() -> PathBuf {
    tool("schemathesis/bin/schemathesis", "schemathesis")
}
