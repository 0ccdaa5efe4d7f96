//! Debian's packages, for what the tests need beside Rust. Nothing is installed unless this is Debian or a relative of it
//! and the user is root.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::tool::Tool;

/// Why packages cannot be installed here; none when they can.
pub(crate) fn obstacle() -> Option<&'static str> {
    if !Path::new("/etc/debian_version").exists() {
        Some("this is not Debian or Ubuntu")
    } else if !is_root() {
        Some("only root may install packages")
    } else {
        None
    }
}

/// The user is root.
pub(crate) fn is_root() -> bool {
    Tool::new("id").arg("-u").quietly().is_ok_and(|id| id == "0")
}

/// Installs packages, or says how to do it by hand and which flag does without.
pub(crate) fn install(packages: &[&str], what_for: &str, flag: &str) -> Result<()> {
    let names = packages.join(" ");
    if let Some(obstacle) = obstacle() {
        bail!(
            "{what_for} is missing, and {obstacle}: install it (Debian, Ubuntu: `sudo apt-get install {names}`; \
             elsewhere the package of that name) or leave it out with {flag}"
        );
    }
    let apt = |arguments: &[&str]| {
        Tool::new("apt-get")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(arguments)
    };
    let mut wanted = vec!["install", "-y", "-qq", "--no-install-recommends"];
    wanted.extend(packages);
    if apt(&wanted).run().is_ok() {
        return Ok(());
    }
    // The lists of packages may be missing or old, as in a fresh container.
    apt(&["update", "-qq"]).run().and_then(|()| apt(&wanted).run()).with_context(|| {
        format!("{what_for} could not be installed: run `apt-get install {names}`, or leave it out with {flag}")
    })
}
