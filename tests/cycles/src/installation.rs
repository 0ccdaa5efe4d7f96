//! An installation with all connectors, made once and copied for each tenant: every test has a store of its own.

use std::path::Path;
use std::process::Command;
use std::sync::OnceLock;

use samklang_components::component;
use tempfile::TempDir;

use crate::program;

/// The connectors of this repository, by package.
const CONNECTORS: [&str; 6] = [
    "samklang-ad",
    "samklang-pifu-ims",
    "samklang-canvas",
    "samklang-os2mo",
    "samklang-os2sync",
    "samklang-sts-organisation",
];

/// The installation to copy.
///
/// # Panics
///
/// When a connector cannot be built or installed.
pub fn installation() -> &'static Path {
    static MODEL: OnceLock<TempDir> = OnceLock::new();
    MODEL
        .get_or_init(|| {
            let model = tempfile::tempdir().expect("a folder for an installation");
            // What is built here has no vendor who signs it.
            std::fs::write(
                model.path().join("installation.toml"),
                "[trust]\nunsigned = true\n",
            )
            .expect("the installation can be written");
            for connector in CONNECTORS {
                let output = Command::new(program())
                    .args(["connector", "add"])
                    .arg(component(connector))
                    .arg("--home")
                    .arg(model.path())
                    .output()
                    .expect("the program can be started");
                assert!(
                    output.status.success(),
                    "{connector} cannot be installed: {}",
                    String::from_utf8_lossy(&output.stderr)
                );
            }
            model
        })
        .path()
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
