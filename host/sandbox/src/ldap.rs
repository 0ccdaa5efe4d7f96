//! Hands a guest's requests to directories to egress, and its answers to the guest. Decides nothing.

use std::sync::Arc;

use samklang_egress::{Directory, DirectoryError, Found, Query, Search, Sender};
use tokio::sync::Mutex;

/// A session that a guest holds. Its searches hold the same one. Where a tape is played there is none behind it.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the bindings hand it on as their own")]
pub struct Session(Option<Arc<Mutex<Directory>>>);

/// A search that a guest holds.
#[derive(Clone)]
#[expect(unreachable_pub, reason = "the bindings hand it on as their own")]
pub struct Results(Option<Arc<UnderWay>>);

/// A search with the session that it is made in.
struct UnderWay {
    directory: Arc<Mutex<Directory>>,
    search: Mutex<Search>,
}

/// Opens a session; without a way out there is no need that could be granted.
pub(crate) async fn open(sender: Option<Arc<Sender>>, need: &str) -> Option<Result<Session, DirectoryError>> {
    let opened = sender?.directory(need).await;
    Some(opened.map(|directory| Session(Some(Arc::new(Mutex::new(directory))))))
}

/// What is said of a session that has nothing behind it.
fn nothing() -> DirectoryError {
    DirectoryError::Invalid("there is no directory behind this session".to_owned())
}

impl Session {
    /// One that only a tape answers for.
    pub(crate) fn taped() -> Self {
        Self(None)
    }

    /// For one request. A guest makes one at a time, so that this never waits.
    pub(crate) fn directory(&self) -> Result<Arc<Mutex<Directory>>, DirectoryError> {
        self.0.clone().ok_or_else(nothing)
    }

    pub(crate) async fn search(&self, query: Query) -> Result<Results, DirectoryError> {
        let directory = self.directory()?;
        let search = directory.lock().await.search(query)?;
        Ok(Results(Some(Arc::new(UnderWay {
            directory,
            search: Mutex::new(search),
        }))))
    }
}

impl Results {
    /// One that only a tape answers for.
    pub(crate) fn taped() -> Self {
        Self(None)
    }

    pub(crate) async fn next(&self, max: u32) -> Result<Found, DirectoryError> {
        let max = usize::try_from(max).unwrap_or(usize::MAX);
        let under_way = self.0.as_ref().ok_or_else(nothing)?;
        let mut search = under_way.search.lock().await;
        under_way.directory.lock().await.next(&mut search, max).await
    }
}
