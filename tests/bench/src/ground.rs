//! A tenant's folder to measure in: configuration, data in the source's inbox, and an installation of its own.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use samklang_municipality::{Snapshot, write_people_csv};

/// The source's connection, and its file.
pub(crate) const SOURCE: &str = "people";
pub(crate) const FILE: &str = "people.csv";
/// The target's connection.
pub(crate) const TARGET: &str = "receiver";

/// How many columns the data has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Columns {
    /// All twenty.
    Twenty,
    /// The first twelve, as the contract was measured with.
    Twelve,
}

/// A tenant's folder.
#[derive(Debug)]
pub(crate) struct Ground {
    folder: PathBuf,
}

impl Ground {
    /// Lays the folder out. With a target's address, what is imported is exported there.
    pub(crate) fn lay(folder: &Path, target: Option<&str>) -> Result<Self> {
        let ground = Self {
            folder: folder.to_owned(),
        };
        for folder in [ground.inbox(), ground.home()] {
            fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        let export = target.map_or_else(String::new, |_| format!(", \"export {TARGET}\""));
        let mut text = format!(
            "tenant = \"bench\"\nhome = \"home\"\nsteps = [\"import {SOURCE}\", \"compare\", \"reconcile\"{export}]\n\n\
             [connections.{SOURCE}]\nconnector = \"csv\"\nrole = \"source\"\n\
             [connections.{SOURCE}.settings]\nfile = \"{FILE}\"\n\
             [connections.{SOURCE}.grants]\ninbox = true\n"
        );
        if let Some(url) = target {
            text += &format!(
                "\n[connections.{TARGET}]\nconnector = \"receiver\"\nrole = \"target\"\n\
                 [connections.{TARGET}.settings]\nurl = \"{url}\"\n\
                 [connections.{TARGET}.grants]\nhttp = [\"{url}\"]\n"
            );
        }
        // A tenant that is measured holds nobody's data: any key will do.
        let key = folder.join("tenant.key");
        fs::write(&key, "5a".repeat(32)).with_context(|| format!("{} cannot be written", key.display()))?;
        // What is built here has no vendor who signs it.
        let trust = ground.home().join("installation.toml");
        fs::write(&trust, "[trust]\nunsigned = true\n")
            .with_context(|| format!("{} cannot be written", trust.display()))?;
        let file = folder.join("samklang.toml");
        fs::write(&file, text).with_context(|| format!("{} cannot be written", file.display()))?;
        Ok(ground)
    }

    /// A folder that is laid out already.
    pub(crate) fn at(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    pub(crate) fn inbox(&self) -> PathBuf {
        self.folder.join(SOURCE).join("inbox")
    }

    /// Delivers the list of so many persons.
    pub(crate) fn deliver(&self, persons: u64, snapshot: Snapshot, columns: Columns) -> Result<()> {
        write(&self.inbox().join(FILE), persons, snapshot, columns)
    }

    /// Forgets everything that was imported; what is installed stays.
    pub(crate) fn forget(&self) -> Result<()> {
        for name in [
            "samklang.db",
            "samklang.db-wal",
            "samklang.db-shm",
            "plain.db",
            "plain.db-wal",
            "plain.db-shm",
        ] {
            let file = self.home().join(name);
            match fs::remove_file(&file) {
                Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                    return Err(cause).with_context(|| format!("{} cannot be removed", file.display()));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Writes the list of so many persons to a file.
pub(crate) fn write(path: &Path, persons: u64, snapshot: Snapshot, columns: Columns) -> Result<()> {
    let written = || format!("{} cannot be written", path.display());
    let file = File::create(path).with_context(written)?;
    match columns {
        Columns::Twenty => write_people_csv(persons, snapshot, file),
        Columns::Twelve => write_people_csv(
            persons,
            snapshot,
            FirstColumns {
                into: file,
                commas: 0,
            },
        ),
    }
    .map(drop)
    .with_context(written)
}

/// Lets the first twelve columns of each line pass. No value of the list holds a comma.
struct FirstColumns<W> {
    into: W,
    commas: usize,
}

impl<W: Write> Write for FirstColumns<W> {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        let mut kept = Vec::with_capacity(lines.len());
        for &octet in lines {
            match octet {
                b'\n' => {
                    self.commas = 0;
                    kept.extend_from_slice(b"\r\n");
                    continue;
                }
                b',' => self.commas += 1,
                _ => {}
            }
            if self.commas < 12 {
                kept.push(octet);
            }
        }
        self.into.write_all(&kept)?;
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_columns_are_the_first_twelve() {
        let (mut all, mut some) = (Vec::new(), Vec::new());
        write_people_csv(50, Snapshot::Second, &mut all).unwrap();
        write_people_csv(
            50,
            Snapshot::Second,
            FirstColumns {
                into: &mut some,
                commas: 0,
            },
        )
        .unwrap();
        let (all, some) = (String::from_utf8(all).unwrap(), String::from_utf8(some).unwrap());
        assert_eq!(all.lines().count(), some.lines().count());
        for (whole, cut) in all.lines().zip(some.lines()) {
            assert_eq!(cut, whole.split(',').take(12).collect::<Vec<_>>().join(","));
        }
    }
}
