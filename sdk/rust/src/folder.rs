//! The folders that an operator may grant. Nothing else of a file system can be seen.

use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::PathBuf;

use crate::Error;

/// Reading by a few large pieces: each one is a call to the host.
const PIECE: usize = 256 << 10;

/// The connection's inbox: files that arrive, read only. In native tests, the folder that
/// [`testing::with_inbox`](crate::testing) sets.
pub fn inbox() -> PathBuf {
    granted(Folder::Inbox)
}

/// Opens a file of the inbox.
///
/// # Errors
/// [`Error::WaitingForData`] when it is not there yet, [`Error::InvalidData`] when it cannot be opened.
pub fn inbox_file(name: &str) -> Result<BufReader<File>, Error> {
    match File::open(inbox().join(name)) {
        Ok(file) => Ok(BufReader::with_capacity(PIECE, file)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {
            Err(Error::WaitingForData(format!("the file {name} in the inbox")))
        }
        Err(cause) => Err(Error::invalid_data(name, cause)),
    }
}

/// The connection's outbox: files to hand over.
pub fn outbox() -> PathBuf {
    granted(Folder::Outbox)
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Folder {
    Inbox,
    Outbox,
}

impl Folder {
    fn path(self) -> PathBuf {
        PathBuf::from(match self {
            Self::Inbox => "/inbox",
            Self::Outbox => "/outbox",
        })
    }
}

#[cfg(target_arch = "wasm32")]
fn granted(folder: Folder) -> PathBuf {
    folder.path()
}

#[cfg(not(target_arch = "wasm32"))]
thread_local! {
    static INBOX: std::cell::RefCell<Option<PathBuf>> = const { std::cell::RefCell::new(None) };
    static OUTBOX: std::cell::RefCell<Option<PathBuf>> = const { std::cell::RefCell::new(None) };
}

#[cfg(not(target_arch = "wasm32"))]
fn granted(folder: Folder) -> PathBuf {
    let set = match folder {
        Folder::Inbox => INBOX.with_borrow(Clone::clone),
        Folder::Outbox => OUTBOX.with_borrow(Clone::clone),
    };
    set.unwrap_or_else(|| folder.path())
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn set(folder: Folder, path: Option<PathBuf>) -> Option<PathBuf> {
    match folder {
        Folder::Inbox => INBOX.replace(path),
        Folder::Outbox => OUTBOX.replace(path),
    }
}
