//! Files that only their user can read.

use std::io::Write as _;
use std::path::Path;

use crate::failure::Failure;

/// Writes a file that only its user can read, and that must not be there yet.
///
/// # Errors
///
/// When it is there or cannot be written.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let done = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    done.map_err(|cause| Failure::because(format!("{} cannot be written", path.display()), cause))
}
