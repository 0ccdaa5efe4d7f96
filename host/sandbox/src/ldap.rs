//! Hands a guest's requests to directories to egress, and its answers to the guest. Decides nothing.

use std::sync::Arc;

use samklang_egress::{Directory, DirectoryError, Found, Query, Search, Sender};
use tokio::sync::Mutex;

/// A session that a guest holds. Its searches hold the same one.
#[expect(unreachable_pub, reason = "the bindings hand it on as their own")]
pub struct Session(Arc<Mutex<Directory>>);

/// A search that a guest holds.
#[expect(unreachable_pub, reason = "the bindings hand it on as their own")]
pub struct Results {
    directory: Arc<Mutex<Directory>>,
    search: Search,
}

/// Opens a session; without a way out there is no need that could be granted.
pub(crate) async fn open(sender: Option<Arc<Sender>>, need: &str) -> Option<Result<Session, DirectoryError>> {
    let opened = sender?.directory(need).await;
    Some(opened.map(|directory| Session(Arc::new(Mutex::new(directory)))))
}

impl Session {
    /// For one request. A guest makes one at a time, so that this never waits.
    pub(crate) fn directory(&self) -> Arc<Mutex<Directory>> {
        Arc::clone(&self.0)
    }

    pub(crate) async fn search(&self, query: Query) -> Result<Results, DirectoryError> {
        let search = self.0.lock().await.search(query)?;
        Ok(Results {
            directory: self.directory(),
            search,
        })
    }
}

impl Results {
    pub(crate) async fn next(&mut self, max: u32) -> Result<Found, DirectoryError> {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        self.directory.lock().await.next(&mut self.search, max).await
    }
}
