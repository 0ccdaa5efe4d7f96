//! Batches that are committed together. A batch of a reconciliation touches most pages of every index in which identities or hashes lie,
//! so that a commit after each would write the same pages again and again. While a stretch lasts, a few batches share a transaction of
//! the one connection that writes to SQLite, and whoever reads for the same tenant reads in it. Everything else that writes ends the
//! transaction first, and so does a batch when somebody waits for it in person. A stretch that is dropped undoes what was not committed: those
//! batches are done again, whole.
//!
//! PostgreSQL, and SQLite in memory, whose one connection also reads ahead, commit each batch.

use std::ops::{Deref, DerefMut};

use samklang_core::port::{StoreError, Stretch};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};

use crate::argument::arguments;
use crate::database::{Answer, Session};
use crate::tenant::TenantStore;

/// As many batches share a transaction.
const BATCHES: u32 = 32;

/// What a tenant's store keeps of a stretch.
#[derive(Default)]
pub(crate) struct Stretched {
    lasts: Mutex<Lasting>,
}

#[derive(Default)]
struct Lasting {
    begun: bool,
    open: Option<Batch>,
}

/// A transaction that takes a batch, after those that are in it.
pub(crate) struct Batch {
    pub(crate) session: Session,
    batches: u32,
    /// When the lease was prolonged in it first, in milliseconds since 1970.
    since: Option<i64>,
}

impl std::fmt::Debug for Stretched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stretched")
    }
}

/// A session that only reads: of its own, or the transaction of a stretch.
pub(crate) enum Reading<'a> {
    Apart(Session),
    Within(MappedMutexGuard<'a, Session>),
}

impl Deref for Reading<'_> {
    type Target = Session;
    fn deref(&self) -> &Session {
        match self {
            Self::Apart(session) => session,
            Self::Within(session) => session,
        }
    }
}

impl DerefMut for Reading<'_> {
    fn deref_mut(&mut self) -> &mut Session {
        match self {
            Self::Apart(session) => session,
            Self::Within(session) => session,
        }
    }
}

/// A stretch of a tenant's store; see the module.
pub struct TenantStretch<'a>(&'a TenantStore);

impl Stretch for TenantStretch<'_> {
    async fn end(self) -> Result<(), StoreError> {
        self.0.end_transaction().await
    }
}

impl Drop for TenantStretch<'_> {
    fn drop(&mut self) {
        // Whoever reads or writes in it does so within the same run, and has been dropped before.
        if let Ok(mut lasting) = self.0.stretched.lasts.try_lock() {
            *lasting = Lasting::default();
        }
    }
}

impl TenantStore {
    pub(crate) fn begin_stretch(&self) -> TenantStretch<'_> {
        if self.database.reads_apart()
            && let Ok(mut lasting) = self.stretched.lasts.try_lock()
        {
            lasting.begun = true;
        }
        TenantStretch(self)
    }

    /// A session that only reads what has been written for this tenant so far, committed or not.
    pub(crate) async fn reading(&self) -> Answer<Reading<'_>> {
        if self.database.is_wanted() {
            // Only whole batches are open, and this run may think for a while.
            self.end_transaction().await?;
        }
        let lasting = self.stretched.lasts.lock().await;
        let within = MutexGuard::try_map(lasting, |lasting| {
            lasting.open.as_mut().map(|open| &mut open.session)
        });
        match within {
            Ok(session) => Ok(Reading::Within(session)),
            Err(lasting) => {
                // Whoever keeps a batch meanwhile may hold the connection that is waited for.
                drop(lasting);
                self.database.read().await.map(Reading::Apart)
            }
        }
    }

    /// Commits what a stretch has open. Everything that writes and is no batch begins with this: SQLite has one connection that writes.
    pub(crate) async fn end_transaction(&self) -> Answer<()> {
        let open = self.stretched.lasts.lock().await.open.take();
        match open {
            Some(open) => open.session.commit().await,
            None => Ok(()),
        }
    }

    /// The transaction that the next batch goes into.
    pub(crate) async fn batching(&self) -> Answer<Batch> {
        let open = self.stretched.lasts.lock().await.open.take();
        match open {
            Some(open) => Ok(open),
            None => Ok(Batch {
                session: self.writing_part().await?,
                batches: 0,
                since: None,
            }),
        }
    }

    /// Keeps a batch that is written whole: for a while, or at once when no stretch lasts.
    pub(crate) async fn keep(&self, batch: Batch) -> Answer<()> {
        let batches = batch.batches + 1;
        let mut lasting = self.stretched.lasts.lock().await;
        if lasting.begun && batches < BATCHES && !self.database.is_wanted() {
            lasting.open = Some(Batch { batches, ..batch });
            return Ok(());
        }
        drop(lasting);
        batch.session.commit().await
    }

    /// Prolongs the lease within the open transaction, when there is one and it has not been open for long: what is written in it is
    /// seen by nobody until it is committed.
    pub(crate) async fn prolong_within(&self, now: i64) -> Answer<bool> {
        let mut lasting = self.stretched.lasts.lock().await;
        let Some(open) = lasting.open.as_mut() else {
            return Ok(false);
        };
        let since = *open.since.get_or_insert(now);
        if now.saturating_sub(since) > self.worker.lease / 8 {
            return Ok(false);
        }
        let sql = "UPDATE lease SET expires = $2 WHERE tenant = $1";
        let expires = now.saturating_add(self.worker.lease);
        open.session.run(sql, arguments![self.tenant, expires]).await?;
        Ok(true)
    }
}
