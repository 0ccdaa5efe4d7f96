//! What a target gets in a day. What is over it is held over: it stays planned as it is, unless its ground moves, and is sent on another day.

use super::store::StoreError;

type Answer<T> = Result<T, StoreError>;

/// The part of the store that counts what targets got in a day. What holds of every method of the store holds here.
pub trait Daily: Send + Sync {
    /// How many operations the target was sent on that day, as far as they were counted.
    fn sent_on(&self, target: &str, day: &str) -> impl Future<Output = Answer<u64>> + Send;
    /// Counts operations that are about to be sent. Another day begins at none.
    fn count_sent(&self, target: &str, day: &str, operations: u64)
    -> impl Future<Output = Answer<()>> + Send;
    /// Of what is planned and not sent keeps this many, what is urgent first and then by rank, and holds the rest over.
    fn hold_over(&self, target: &str, keep: u64) -> impl Future<Output = Answer<()>> + Send;
    /// Of what is held over drops whatever is about stale entities: that is planned anew.
    fn drop_moved(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// Makes stale the entities of what is held over in these classes.
    fn restale_held(&self, target: &str, classes: &[&str]) -> impl Future<Output = Answer<()>> + Send;
    /// Makes what is held over planned again, to be carried out by this cycle.
    fn take_up(&self, cycle: i64, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// How many operations are held over.
    fn held_over(&self, target: &str) -> impl Future<Output = Answer<u64>> + Send;
}
