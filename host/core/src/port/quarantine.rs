//! Objects that cannot be mapped, matched or applied, each with its own clock; and what is taken back from a target that cannot be reached.

use serde::Serialize;

use super::{FindingRecord, StoreError};

type Answer<T> = Result<T, StoreError>;

/// An object in quarantine: what is the matter with it, and when it is tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quarantined {
    /// What is the matter and what to do.
    pub finding: FindingRecord,
    /// How often it has failed.
    pub failures: u32,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// When it is tried again at the earliest.
    pub due: i64,
}

/// The part of the store that knows what waits for another attempt. What holds of every method of the store holds here.
pub trait Quarantine: Send + Sync {
    /// Takes back what was planned for a target and not sent: its entities are planned for anew in the next cycle. What was sent and not
    /// answered stays as it is. Answers how many operations.
    fn withdraw(&self, target: &str) -> impl Future<Output = Answer<u64>> + Send;
}
