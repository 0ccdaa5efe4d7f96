//! An installation with all connectors, copied for each tenant: every test has a store of its own. It is made once for a build of the program
//! and of the connectors, whose compilation takes longer than most tests, and lies beside the tests themselves: each of them is a process.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use samklang_components::component;

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

/// How the folders begin that hold such an installation.
const MODEL: &str = "model-";

/// Whoever waits for others to make it looks so often.
const GLANCE: Duration = Duration::from_millis(50);

/// The installation to copy.
///
/// # Panics
///
/// When a connector cannot be built or installed.
pub fn installation() -> &'static Path {
    // The lock is shared by all who use it, as long as they live: nobody takes it away from them.
    static MADE: OnceLock<(PathBuf, File)> = OnceLock::new();
    let (made, _) = MADE.get_or_init(|| {
        let connectors = CONNECTORS.map(component);
        let folder = beside();
        let made = folder.join(format!("{MODEL}{:016x}", mark(&connectors)));
        let lock = File::create(folder.join("lock")).expect("the lock of the installations can be made");
        loop {
            lock.lock_shared().expect("the installations can be shared");
            if made.is_dir() {
                return (made, lock);
            }
            lock.unlock().expect("the lock can be given back");
            if lock.try_lock().is_ok() {
                if !made.is_dir() {
                    make_anew(&folder, &made, &connectors);
                }
                lock.unlock().expect("the lock can be given back");
            } else {
                std::thread::sleep(GLANCE);
            }
        }
    });
    made
}

/// Makes the installation, in the place of those of other builds.
fn make_anew(folder: &Path, made: &Path, connectors: &[PathBuf]) {
    let others = fs::read_dir(folder).expect("the folder of the installations can be read");
    for other in others.flatten() {
        if other.file_name().to_string_lossy().starts_with(MODEL) {
            fs::remove_dir_all(other.path()).expect("what another build has left can be removed");
        }
    }
    let draft = tempfile::Builder::new().prefix(MODEL).tempdir_in(folder);
    let draft = draft.expect("a folder for an installation");
    make(draft.path(), connectors);
    fs::rename(draft.keep(), made).expect("the installation can be given its name");
}

/// The folder of the installations, beside the tests.
fn beside() -> PathBuf {
    let test = std::env::current_exe().expect("the test knows where it is");
    let folder = test
        .parent()
        .expect("the test lies in a folder")
        .join("installations");
    fs::create_dir_all(&folder).expect("the folder of the installations can be made");
    folder
}

/// What tells this build of the program and the connectors from others.
fn mark(connectors: &[PathBuf]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for file in connectors.iter().map(PathBuf::as_path).chain([program()]) {
        let about = fs::metadata(file).expect("what was built is there");
        let modified = about.modified().expect("files have a time");
        (file, about.len(), modified).hash(&mut hasher);
    }
    hasher.finish()
}

fn make(folder: &Path, connectors: &[PathBuf]) {
    // What is built here has no vendor who signs it.
    fs::write(folder.join("installation.toml"), "[trust]\nunsigned = true\n")
        .expect("the installation can be written");
    for connector in connectors {
        let output = Command::new(program())
            .args(["connector", "add"])
            .arg(connector)
            .arg("--home")
            .arg(folder)
            .output()
            .expect("the program can be started");
        assert!(
            output.status.success(),
            "{} cannot be installed: {}",
            connector.display(),
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// Copies a folder with everything in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}
