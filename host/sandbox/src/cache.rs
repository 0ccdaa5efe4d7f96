//! Compiled components on disk, so that a start of the host does not compile them again.
//!
//! A compiled component is machine code: an altered one could do anything. So each file begins with a keyed hash over what
//! it is (the digest of the component, the engine it fits) and holds, and a file whose hash does not match is thrown away
//! and made anew. The key lies beside the files, readable by the host's user only: whoever can read it can also write the
//! host's own program. Files are written under another name and moved, so that a half-written one is never seen.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use wasmtime::Engine;

/// Octets of the hash at the beginning of a file.
const HASH: usize = blake3::OUT_LEN;

/// The folder of compiled components.
pub(crate) struct Cache {
    folder: PathBuf,
    key: [u8; 32],
    engine: String,
}

impl Cache {
    /// Opens the folder, making it when it is not there.
    pub(crate) fn open(folder: &Path, engine: &Engine) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut hasher = DefaultHasher::new();
        engine.precompile_compatibility_hash().hash(&mut hasher);
        Ok(Self {
            folder: folder.to_owned(),
            key: key(folder)?,
            engine: format!("{:016x}", hasher.finish()),
        })
    }

    /// The compiled form of the component with this digest, if it is there and unaltered.
    pub(crate) fn get(&self, digest: &str) -> Option<Vec<u8>> {
        let path = self.path(digest);
        let file = std::fs::read(&path).ok()?;
        let (hash, native) = file.split_first_chunk::<HASH>()?;
        if self.hash(digest, native) == blake3::Hash::from_bytes(*hash) {
            return Some(native.to_vec());
        }
        tracing::warn!(path = %path.display(), "a compiled component was altered: it is thrown away and compiled again");
        self.discard(digest);
        None
    }

    /// Keeps a compiled form. Failing to is no fault: it will be compiled again.
    pub(crate) fn put(&self, digest: &str, native: &[u8]) {
        if let Err(error) = self.write(digest, native) {
            tracing::warn!(%error, folder = %self.folder.display(), "a compiled component cannot be kept");
        }
    }

    /// Throws a compiled form away.
    pub(crate) fn discard(&self, digest: &str) {
        if let Err(error) = std::fs::remove_file(self.path(digest)) {
            tracing::debug!(%error, digest, "a compiled component cannot be removed");
        }
    }

    fn write(&self, digest: &str, native: &[u8]) -> io::Result<()> {
        let path = self.path(digest);
        let folder = path.parent().unwrap_or(&self.folder);
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(self.hash(digest, native).as_bytes())?;
        file.write_all(native)?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }

    fn path(&self, digest: &str) -> PathBuf {
        self.folder.join(digest).join(&self.engine)
    }

    fn hash(&self, digest: &str, native: &[u8]) -> blake3::Hash {
        let mut hasher = blake3::Hasher::new_keyed(&self.key);
        for part in [digest.as_bytes(), self.engine.as_bytes(), native] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        hasher.finalize()
    }
}

/// The folder's key, made when there is none. `tempfile` gives the file to its owner alone.
fn key(folder: &Path) -> io::Result<[u8; 32]> {
    let path = folder.join("key");
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(io::Error::other)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&key)?;
    match file.persist_noclobber(&path) {
        Ok(_) => Ok(key),
        Err(_) => std::fs::read(&path)?
            .try_into()
            .map_err(|_| io::Error::other(format!("{} is not a key: remove the file", path.display()))),
    }
}
