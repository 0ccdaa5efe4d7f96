//! Builds the connectors as they are shipped, and the host.

use std::fs;
use std::io::Cursor;
use std::path::PathBuf;

use anyhow::{Context, Result};
use cargo_metadata::Message;

use crate::tool::Tool;
use crate::wasm_target::TARGET;
use crate::workspace::Workspace;

/// Builds every connector, and gives the folder with one `<name>.wasm` for each.
pub(crate) fn build(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target().join("connectors");
    fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    let connectors = workspace.connectors();
    let packages = connectors
        .iter()
        .flat_map(|connector| ["--package", connector.package.as_str()]);
    let cargo = workspace
        .cargo()
        .args(["build", "--lib", "--target", TARGET, "--profile", "connector"])
        .args(packages)
        .arg("--message-format=json-render-diagnostics");
    let messages = for_components(cargo).read()?;
    for connector in connectors {
        let component = artifact(&messages, &connector.package)?;
        let shipped = folder.join(format!("{}.wasm", connector.name));
        fs::copy(&component, &shipped)
            .with_context(|| format!("{} cannot be copied", component.display()))?;
        let size = fs::metadata(&shipped)
            .map(|about| about.len() / 1024)
            .unwrap_or_default();
        eprintln!("  {} ({size} KiB)", shipped.display());
    }
    Ok(folder)
}

/// Builds one package as a component, and gives its path.
pub(crate) fn build_one(workspace: &Workspace, package: &str) -> Result<PathBuf> {
    let cargo = workspace
        .cargo()
        .args(["build", "--lib", "--target", TARGET, "--profile", "connector"])
        .args(["--package", package])
        .arg("--message-format=json-render-diagnostics");
    artifact(&for_components(cargo).read()?, package)
}

/// Builds the host's program, and gives its path.
pub(crate) fn build_host(workspace: &Workspace, release: bool) -> Result<PathBuf> {
    // The whole workspace is named so that the libraries get the same features as for the tests, and are built once for both.
    let cargo = workspace
        .cargo()
        .args(["build", "--workspace", "--bin", "samklang"]);
    if release { cargo.arg("--release") } else { cargo }.run()?;
    let profile = if release { "release" } else { "debug" };
    Ok(workspace
        .target()
        .join(profile)
        .join("samklang")
        .with_extension(std::env::consts::EXE_EXTENSION))
}

/// Flags for the machine's own code, such as coverage, are not for components.
fn for_components(cargo: Tool) -> Tool {
    cargo
        .without_env("RUSTFLAGS")
        .without_env("CARGO_ENCODED_RUSTFLAGS")
}

fn artifact(messages: &str, package: &str) -> Result<PathBuf> {
    let library = package.replace('-', "_");
    let found = Message::parse_stream(Cursor::new(messages))
        .filter_map(Result::ok)
        .find_map(|message| match message {
            Message::CompilerArtifact(artifact) if artifact.target.name == library => artifact
                .filenames
                .into_iter()
                .find(|file| file.extension() == Some("wasm")),
            _ => None,
        });
    let found = found.with_context(|| format!("cargo did not say which component {package} became"))?;
    Ok(found.into_std_path_buf())
}
