//! `samklang.lock` in a tenant's folder: which build of its connector each connection runs. The program writes it; kept with `samklang.toml`, it
//! gives the same builds on another installation, or says which ones are missing there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The name of the file.
const FILE: &str = "samklang.lock";

const HEAD: &str = "# Which build of its connector each connection runs. Written by `samklang`; keep it with samklang.toml.\n\n";

/// The file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lock {
    #[serde(default)]
    pub(crate) connections: BTreeMap<String, Locked>,
}

/// One connection's build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Locked {
    pub(crate) connector: String,
    pub(crate) version: String,
    /// The SHA-256 of the component, in hexadecimal.
    pub(crate) digest: String,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read or written.
    #[error("{path} cannot be {what}: {cause}; see to its permissions", path = path.display())]
    Inaccessible {
        /// The file.
        path: PathBuf,
        /// Read or written.
        what: &'static str,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It is not what the program writes.
    #[error("{path} cannot be used: {cause}; put back what was there, or remove the file, and the next run writes it anew", path = path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// It names another build than the one that runs.
    #[error(
        "{path} gives `{connection}` the build {locked}, and {active} is active: `samklang connector activate DIR {connector}@{locked}` makes it so, \
         or remove those lines", path = path.display()
    )]
    Disagrees {
        /// The file.
        path: PathBuf,
        /// The connection.
        connection: String,
        /// Its connector.
        connector: String,
        /// The build in the file.
        locked: String,
        /// The build that is active.
        active: String,
    },
}

impl Lock {
    /// Reads the file of a tenant's folder; without one there is nothing in it.
    pub(crate) fn read(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| LockError::Malformed {
                path,
                cause: error.message().to_owned(),
            }),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(cause) => Err(LockError::Inaccessible {
                path,
                what: "read",
                cause,
            }),
        }
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), LockError> {
        let path = folder.join(FILE);
        let inaccessible = |cause| LockError::Inaccessible {
            path: path.clone(),
            what: "written",
            cause,
        };
        let text = toml::to_string(self).map_err(|error| LockError::Malformed {
            path: path.clone(),
            cause: error.to_string(),
        })?;
        let partial = path.with_extension(format!("lock.{}", std::process::id()));
        std::fs::write(&partial, format!("{HEAD}{text}")).map_err(inaccessible)?;
        std::fs::rename(&partial, &path).map_err(inaccessible)
    }

    /// What is active, and where nothing was activated yet what the file says.
    pub(crate) fn beside(
        &self,
        folder: &Path,
        mut active: BTreeMap<String, String>,
    ) -> Result<BTreeMap<String, String>, LockError> {
        for (connection, locked) in &self.connections {
            match active.get(connection) {
                Some(digest) if *digest != locked.digest => {
                    return Err(LockError::Disagrees {
                        path: folder.join(FILE),
                        connection: connection.clone(),
                        connector: locked.connector.clone(),
                        locked: super::fit::short(&locked.digest).to_owned(),
                        active: super::fit::short(digest).to_owned(),
                    });
                }
                Some(_) => {}
                None => drop(active.insert(connection.clone(), locked.digest.clone())),
            }
        }
        Ok(active)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock(digest: &str) -> Lock {
        let locked = Locked {
            connector: "csv".to_owned(),
            version: "1.0.0".to_owned(),
            digest: digest.to_owned(),
        };
        Lock {
            connections: BTreeMap::from([("people".to_owned(), locked)]),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Lock::read(folder.path()).unwrap(), Lock::default());
        lock("d1").write(folder.path()).unwrap();
        assert_eq!(Lock::read(folder.path()).unwrap(), lock("d1"));
        assert_eq!(
            std::fs::read_dir(folder.path()).unwrap().count(),
            1,
            "no half of it is left"
        );
        std::fs::write(folder.path().join(FILE), "x = 1").unwrap();
        let error = Lock::read(folder.path()).unwrap_err().to_string();
        assert!(
            error.contains("samklang.lock cannot be used: unknown field"),
            "{error}"
        );
    }

    #[test]
    fn the_file_says_what_runs_until_something_else_was_activated() {
        let active = |digest: &str| BTreeMap::from([("people".to_owned(), digest.to_owned())]);
        let beside = |held| lock("d1").beside(Path::new("nordvik"), held);
        assert_eq!(beside(BTreeMap::new()).unwrap(), active("d1"));
        assert_eq!(beside(active("d1")).unwrap(), active("d1"));
        let error = beside(active("d2")).unwrap_err().to_string();
        assert_eq!(
            error,
            "nordvik/samklang.lock gives `people` the build d1, and d2 is active: `samklang connector activate DIR csv@d1` makes it so, \
             or remove those lines"
        );
    }
}
