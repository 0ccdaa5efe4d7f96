//! The folders that an operator may grant. Nothing else of a file system can be seen.

use std::path::PathBuf;

/// The connection's inbox: files that arrive, read only. In native tests, the folder that
/// [`testing::with_inbox`](crate::testing) sets.
pub fn inbox() -> PathBuf {
    granted(Folder::Inbox)
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
