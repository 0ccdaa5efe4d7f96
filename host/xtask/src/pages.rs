//! What the tests of the pages need from other registries: axe-core and a provider of identities from npm, a mail server and schemathesis from
//! PyPI. Which versions these are stands in tests/pages/tools alone; they are put into the target folder, where the tests look for them.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::tool::Tool;
use crate::workspace::Workspace;
use crate::{debian, is_there};

/// The flag that does without a browser.
pub(crate) const BROWSER: &str = "--without-browser";

/// The flag that does without a mail server.
pub(crate) const MAIL: &str = "--without-mail";

/// The flag that does without schemathesis.
pub(crate) const SCHEMATHESIS: &str = "--without-schemathesis";

/// What npm goes by.
const NPM_FILES: [&str; 3] = [".npmrc", "package.json", "package-lock.json"];

/// Chromium, its driver, a font for it, and what npm brings.
pub(crate) fn browser(workspace: &Workspace) -> Result<()> {
    if !is_there("chromium") || !is_there("chromedriver") {
        let packages = ["chromium", "chromium-driver", "fonts-dejavu-core"];
        debian::install(&packages, "Chromium", BROWSER)?;
    }
    if !is_there("node") || !is_there("npm") {
        debian::install(&["nodejs", "npm"], "Node.js", BROWSER)?;
    }
    let (from, into) = (wanted(workspace), tools(workspace).join("npm"));
    let lock = text(&from.join("package-lock.json"))?;
    if has(&into, &lock) {
        return Ok(());
    }
    fs::create_dir_all(&into).with_context(|| format!("{} cannot be made", into.display()))?;
    for file in NPM_FILES {
        let copied = fs::copy(from.join(file), into.join(file));
        copied.with_context(|| format!("{file} cannot be copied into {}", into.display()))?;
    }
    Tool::new("npm")
        .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
        .within(&into)
        .run()
        .with_context(|| {
            format!("npm's packages are missing: see to its registry, or leave them out with {BROWSER}")
        })?;
    note(&into, &lock)
}

/// A mail server.
pub(crate) fn mail(workspace: &Workspace) -> Result<()> {
    python(workspace, "mail", MAIL)
}

/// Schemathesis.
pub(crate) fn schemathesis(workspace: &Workspace) -> Result<()> {
    python(workspace, "schemathesis", SCHEMATHESIS)
}

/// An environment of Python's own with the packages that the file of that name lists.
fn python(workspace: &Workspace, name: &str, flag: &str) -> Result<()> {
    let listed = wanted(workspace).join(name).with_extension("txt");
    let into = tools(workspace).join(name);
    let list = text(&listed)?;
    if has(&into, &list) {
        return Ok(());
    }
    let begin = || {
        Tool::new("python3")
            .args(["-m", "venv", "--clear"])
            .arg(&into)
            .run()
    };
    // Debian keeps what an environment begins with in a package of its own.
    if begin().is_err() {
        debian::install(&["python3", "python3-venv"], "Python", flag)?;
        begin()?;
    }
    Tool::new(into.join("bin/pip"))
        .args([
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            "--requirement",
        ])
        .arg(&listed)
        .run()
        .with_context(|| {
            format!("PyPI's packages are missing: see to its index, or leave them out with {flag}")
        })?;
    note(&into, &list)
}

/// Where it is written what is wanted.
fn wanted(workspace: &Workspace) -> PathBuf {
    workspace.root().join("tests/pages/tools")
}

/// Where it is put.
fn tools(workspace: &Workspace) -> PathBuf {
    workspace.target().join("pages-tools")
}

fn text(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Whether a folder was filled to the end from this list.
fn has(folder: &Path, list: &str) -> bool {
    fs::read_to_string(folder.join("filled-from")).is_ok_and(|filled| filled == list)
}

fn note(folder: &Path, list: &str) -> Result<()> {
    let file = folder.join("filled-from");
    fs::write(&file, list).with_context(|| format!("{} cannot be written", file.display()))
}
