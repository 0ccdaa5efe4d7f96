//! `cargo xtask freeze`: keeps the contract's newest version as it is, with a component that uses all of it, so that tests see to it that hosts
//! go on serving it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::components;
use crate::workspace::Workspace;

/// The newest track, by its folder.
const TRACK: &str = "0.1";
/// The connector that uses all of the contract.
const GUEST: &str = "whole-connector";
/// The variable by which the tests are told to take down what the component answers.
const VARIABLE: &str = "SAMKLANG_FREEZE";

pub(crate) fn run(workspace: &Workspace) -> Result<()> {
    let wit = workspace.root().join("wit").join(TRACK);
    let version = version(&wit)?;
    let folder = workspace.root().join("tests/guests/frozen").join(&version);
    if folder.exists() {
        bail!(
            "{version} is frozen already, in {}: what is released stays as it is; give the package in every file of wit/{TRACK} the next version",
            folder.display()
        );
    }
    let component = components::build_one(workspace, GUEST)?;
    copy(&wit, &folder.join("wit"))?;
    fs::copy(&component, folder.join("whole.wasm")).context("the component cannot be kept")?;
    workspace
        .cargo()
        .args(["test", "--workspace", "--test", "frozen", "each_frozen_component"])
        .env(VARIABLE, "1")
        .run()?;
    eprintln!("{version} is frozen in {}", folder.display());
    Ok(())
}

/// The version that the contract's files name.
fn version(wit: &Path) -> Result<String> {
    let file = wit.join("connector.wit");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    let named = text
        .split_once("package samklang:connector@")
        .and_then(|(_, rest)| rest.split_once(';'));
    let (version, _) = named.with_context(|| format!("{} names no version", file.display()))?;
    Ok(version.to_owned())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("{} cannot be made", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let path = entry?.path();
        let name = path.file_name().context("a file without a name")?;
        fs::copy(&path, to.join(name)).with_context(|| format!("{} cannot be copied", path.display()))?;
    }
    Ok(())
}
