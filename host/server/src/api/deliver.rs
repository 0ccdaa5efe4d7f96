//! Files that arrive for a connection. A file is in the inbox whole or not at all: it grows under a name beside the inbox's files and takes
//! its own only when all of it lies on the disk.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _};
use samklang_core::journal::Event;
use serde_json::json;
use tempfile::NamedTempFile;

use crate::access::{Operator, Within};
use crate::app::App;
use crate::problem::{Kind, Problem};

/// The longest name of a file, in octets: what file systems take.
const NAME: usize = 255;

/// What became of a file that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// There was none of its name.
    New,
    /// It took another's place.
    Replaced,
}

/// Puts a file into a connection's inbox, has what waits for it go on, and notes in the journal who brought it. With `keep` a file that is
/// there already stays.
///
/// # Errors
///
/// When its name cannot be a file's, when it is longer than the installation allows, when it does not arrive whole, when one of its name is
/// there and shall stay, or when the disk fails. Nothing of it is left then.
pub(crate) async fn deliver<E: std::fmt::Display>(
    app: &App,
    at: &Within<Operator>,
    connection: &str,
    name: &str,
    keep: bool,
    mut octets: impl Stream<Item = Result<Bytes, E>> + Unpin,
) -> Result<Delivery, Problem> {
    if let Some(flaw) = name_flaw(name) {
        return Err(Problem::new(Kind::BadRequest, flaw));
    }
    let inbox = app.desk().inbox(at, connection).await?;
    if keep && inbox.join(name).exists() {
        return Err(taken(name));
    }
    let most = app.settings().upload;
    let mut draft = on_disk(move || Draft::begin(inbox)).await?;
    while let Some(piece) = octets.next().await {
        let piece = piece.map_err(|cause| {
            Problem::new(
                Kind::BadRequest,
                format!("the file did not arrive whole ({cause}), and nothing of it was kept: send it again"),
            )
        })?;
        if draft.length.saturating_add(piece.len() as u64) > most {
            return Err(Problem::new(
                Kind::TooLarge,
                format!(
                    "the file is longer than {most} octets; who runs the installation may allow more by `upload` under `[server]`"
                ),
            ));
        }
        draft = on_disk(move || draft.grow(&piece)).await?;
    }
    let (length, own) = (draft.length, name.to_owned());
    let delivery = on_disk(move || draft.finish(&own, keep))
        .await?
        .ok_or_else(|| taken(name))?;
    let detail = json!({"connection": connection, "file": name, "octets": length});
    // The file is there, whatever becomes of the note: what waits for it goes on.
    app.runner().wake(at.tenant());
    app.desk().note(&at.lower(), Event::FileArrived, detail).await?;
    Ok(delivery)
}

fn taken(name: &str) -> Problem {
    Problem::new(
        Kind::ThereAlready,
        format!(
            "a file `{name}` is there already: give another name, or have it replaced (in the API, leave `If-None-Match` out)"
        ),
    )
}

/// Why something cannot be the name of a file in an inbox; none when it can.
pub(super) fn name_flaw(name: &str) -> Option<String> {
    let why = if name.is_empty() || name.len() > NAME {
        "has 1 to 255 octets"
    } else if name.starts_with('.') {
        "does not begin with a dot"
    } else if name.contains(['/', '\\']) {
        "holds no `/` and no `\\`"
    } else if name.chars().any(char::is_control) {
        "holds no control characters"
    } else {
        return None;
    };
    Some(format!("{name:?} cannot be the name of a file: a name {why}"))
}

/// A file that is arriving. It is gone when it is dropped before its end.
struct Draft {
    file: NamedTempFile,
    inbox: PathBuf,
    length: u64,
}

impl Draft {
    /// In a folder beside the inbox, so that no connector sees it, and on the same file system, so that it can be renamed.
    fn begin(inbox: PathBuf) -> std::io::Result<Self> {
        let folder = arriving(&inbox);
        std::fs::create_dir_all(&folder)?;
        sweep(&folder);
        let file = NamedTempFile::new_in(&folder)?;
        Ok(Self {
            file,
            inbox,
            length: 0,
        })
    }

    fn grow(mut self, piece: &[u8]) -> std::io::Result<Self> {
        self.file.write_all(piece)?;
        self.length += piece.len() as u64;
        Ok(self)
    }

    /// Gives it its name; none when another has it and shall stay.
    fn finish(self, name: &str, keep: bool) -> std::io::Result<Option<Delivery>> {
        self.file.as_file().sync_all()?;
        let target = self.inbox.join(name);
        let there = target.try_exists()?;
        if keep {
            // Unlike a look beforehand, this holds also where two arrive at once.
            match self.file.persist_noclobber(&target) {
                Ok(_) => {}
                Err(cause) if cause.error.kind() == std::io::ErrorKind::AlreadyExists => return Ok(None),
                Err(cause) => return Err(cause.error),
            }
        } else {
            self.file.persist(&target).map_err(|cause| cause.error)?;
        }
        File::open(&self.inbox)?.sync_all()?;
        Ok(Some(if there { Delivery::Replaced } else { Delivery::New }))
    }
}

/// Where files of an inbox arrive: `.inbox.arriving` for an inbox `inbox`.
fn arriving(inbox: &Path) -> PathBuf {
    let name = inbox.file_name().unwrap_or_default().to_string_lossy();
    inbox.with_file_name(format!(".{name}.arriving"))
}

/// Removes what a server that was killed has left half-way, a day ago or earlier. Only tidying: what fails is left for the next time.
fn sweep(folder: &Path) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let modified = entry.metadata().and_then(|about| about.modified());
        let age = modified.ok().and_then(|modified| modified.elapsed().ok());
        if age.is_some_and(|age| age.as_secs() > 86_400) {
            drop(std::fs::remove_file(entry.path()));
        }
    }
}

pub(super) async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(Problem::failed)?
        .map_err(|cause| Problem::failed(format!("the disk of the inbox fails: {cause}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_none() {
        for name in [
            "",
            ".",
            "..",
            ".hidden",
            "a/b",
            "../a",
            "a\\b",
            "/etc/passwd",
            "a\0b",
            "a\nb",
        ] {
            assert!(name_flaw(name).is_some(), "{name:?}");
        }
        assert!(name_flaw(&"a".repeat(256)).is_some());
        for name in ["elever.csv", "Øst 2026.xml", "a..b", &"a".repeat(255)] {
            assert_eq!(name_flaw(name), None);
        }
    }

    #[test]
    fn what_is_dropped_half_way_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        std::fs::create_dir(&inbox).unwrap();
        let draft = Draft::begin(inbox.clone()).unwrap().grow(b"half").unwrap();
        let path = draft.file.path().to_owned();
        assert!(path.exists());
        assert_eq!(std::fs::read_dir(&inbox).unwrap().count(), 0);
        drop(draft);
        assert!(!path.exists());
    }

    #[test]
    fn one_that_shall_stay_stays() {
        let folder = tempfile::tempdir().unwrap();
        let inbox = folder.path().join("inbox");
        std::fs::create_dir(&inbox).unwrap();
        let put = |text: &[u8], keep| {
            let draft = Draft::begin(inbox.clone()).unwrap().grow(text).unwrap();
            draft.finish("a.csv", keep).unwrap()
        };
        assert_eq!(put(b"1", true), Some(Delivery::New));
        assert_eq!(put(b"2", true), None);
        assert_eq!(put(b"3", false), Some(Delivery::Replaced));
        assert_eq!(std::fs::read(inbox.join("a.csv")).unwrap(), b"3");
        assert_eq!(std::fs::read_dir(arriving(&inbox)).unwrap().count(), 0);
    }
}
