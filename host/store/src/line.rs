//! Who gets the one connection that writes to SQLite. Those who work at leisure, as cycles do, stand in a line of their own, of which one at a
//! time asks for it; whoever is in a hurry, because somebody waits for a page, thus waits for one of them at most. And whoever has it at leisure
//! for several batches gives it back after the one that is being written when somebody in a hurry waits.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The line before a connection, which all who want it share.
#[derive(Debug)]
pub(crate) struct Line {
    leisure: Arc<Semaphore>,
    hurried: AtomicUsize,
}

/// That it is one's turn among those who work at leisure, until this is dropped.
pub(crate) type Turn = OwnedSemaphorePermit;

/// Somebody waits in a hurry, until this is dropped.
#[derive(Debug)]
pub(crate) struct Hurry<'a>(&'a Line);

impl Line {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            leisure: Arc::new(Semaphore::new(1)),
            hurried: AtomicUsize::new(0),
        })
    }

    /// Waits for one's turn among those who work at leisure.
    pub(crate) async fn at_leisure(&self) -> Option<Turn> {
        // The line is never closed.
        Arc::clone(&self.leisure).acquire_owned().await.ok()
    }

    /// Says that somebody waits.
    pub(crate) fn in_a_hurry(&self) -> Hurry<'_> {
        self.hurried.fetch_add(1, Ordering::Relaxed);
        Hurry(self)
    }

    /// Whether somebody waits in a hurry.
    pub(crate) fn is_wanted(&self) -> bool {
        self.hurried.load(Ordering::Relaxed) > 0
    }
}

impl Drop for Hurry<'_> {
    fn drop(&mut self) {
        self.0.hurried.fetch_sub(1, Ordering::Relaxed);
    }
}
