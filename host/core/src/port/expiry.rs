//! Erasing what is over its time.

use super::store::StoreError;
use crate::retention::{Due, Erased};

/// Under which name it is noted on which day what is over its time was erased last.
pub const RETAINED: &str = "retention/day";

/// On whose behalf something is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion<'a> {
    /// Who: a person, or `cycle`.
    pub who: &'a str,
    /// The cycle, when it is one's.
    pub cycle: Option<i64>,
    /// When, in milliseconds since 1970.
    pub now: i64,
}

/// The part of the store that forgets. What holds of every method of the store holds here.
pub trait Expiry: Send + Sync {
    /// Erases what is over its time, about `limit` of it, oldest first, and notes that in the journal. One transaction. An entity of which
    /// anything is still there or still to be done stays: one that a source knows, that a target holds an object of, that has an operation
    /// which is not settled, or to which something else refers.
    fn expire(
        &self,
        due: &Due,
        occasion: &Occasion<'_>,
        limit: u32,
    ) -> impl Future<Output = Result<Erased, StoreError>> + Send;
    /// Notes that the day's erasing is done; the day is told by the fingerprint of [`RETAINED`].
    fn note_retained(&self, day: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
    /// How much there is of it that is over its time; nothing is erased.
    fn expired(&self, due: &Due) -> impl Future<Output = Result<u64, StoreError>> + Send;
}
