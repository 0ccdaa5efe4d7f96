//! Watches over how much a connector writes into its outbox.
//!
//! WASI has no quota, so the folder is measured while a call runs and after it: what a connector can write beyond its share is what
//! fits between two looks. Links are counted, never followed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::limits::Limits;

/// Folders within folders, no further: what lies deeper than paths reach could not be measured.
const DEEPEST: u32 = 16;
/// How often the folder is measured while a call runs.
const LOOK: Duration = Duration::from_millis(250);

/// A folder with its bounds.
#[derive(Clone)]
pub(crate) struct Outbox {
    folder: PathBuf,
    octets: u64,
    files: u64,
}

/// What a folder holds.
#[derive(Default)]
struct Held {
    octets: u64,
    files: u64,
}

impl Outbox {
    pub(crate) fn new(folder: PathBuf, limits: &Limits) -> Self {
        Self {
            folder,
            octets: limits.outbox_octets,
            files: limits.outbox_files,
        }
    }

    /// Looks once.
    ///
    /// # Errors
    ///
    /// What the folder holds too much of.
    pub(crate) async fn check(&self) -> Result<(), String> {
        let Self {
            folder,
            octets,
            files,
        } = self.clone();
        let measured = tokio::task::spawn_blocking(move || {
            let mut held = Held::default();
            measure(&folder, 0, files, &mut held);
            held
        });
        // A folder that cannot be measured is told by whoever uses it.
        let held = measured.await.unwrap_or_default();
        let place = "take away what was sent already, or ask the connector's vendor";
        if held.files > files {
            return Err(format!(
                "the outbox holds more than {files} files, or folders more than {DEEPEST} deep: {place}"
            ));
        }
        if held.octets > octets {
            return Err(format!("the outbox holds more than {octets} octets: {place}"));
        }
        Ok(())
    }

    /// Ends when the folder holds too much, with what.
    pub(crate) async fn overflow(&self) -> String {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(held) = self.check().await {
                return held;
            }
        }
    }
}

/// Adds up a folder, no further than it takes to know that there is too much. What cannot be looked into counts as too much.
fn measure(folder: &Path, depth: u32, most: u64, held: &mut Held) {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) if depth <= DEEPEST => entries,
        // The outbox itself may be gone, which is told by whoever uses it.
        Err(_) if depth == 0 => return,
        _ => {
            held.files = most.saturating_add(1);
            return;
        }
    };
    for entry in entries.flatten() {
        held.files = held.files.saturating_add(1);
        if held.files > most {
            return;
        }
        // Of a link, the link itself.
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            measure(&entry.path(), depth + 1, most, held);
        } else {
            held.octets = held.octets.saturating_add(metadata.len());
        }
    }
}
