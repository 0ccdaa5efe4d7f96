//! Doors for the fuzz targets, and for nobody else: the lock of a tenant's folder, and where exactly a mistake stands, which people are
//! shown as line and column only.

use std::ops::Range;
use std::path::Path;

use super::lock::Lock;
use super::{LockError, Mistaken};

/// Reads `samklang.lock` in a folder and writes it anew.
///
/// # Errors
///
/// When it cannot be used.
pub fn rewrite_lock(folder: &Path) -> Result<(), LockError> {
    let lock = Lock::read(folder)?;
    lock.write(folder)
}

/// Whose each connection's build is, by the lock of a folder.
///
/// # Errors
///
/// When it cannot be used.
pub fn locked(folder: &Path) -> Result<Vec<(String, String)>, LockError> {
    let lock = Lock::read(folder)?;
    let connections = lock.connections.into_iter();
    Ok(connections
        .map(|(name, locked)| {
            (
                name,
                format!("{}@{} {}", locked.connector, locked.version, locked.digest),
            )
        })
        .collect())
}

/// Where the mistakes stand in the text.
#[must_use]
pub fn spans(mistaken: &Mistaken) -> Vec<Range<usize>> {
    mistaken.mistakes().iter().map(|mistake| mistake.span()).collect()
}
