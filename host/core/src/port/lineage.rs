//! What hangs on the place of a unit in its tree, and on whose an account is, as the store knows it.

use super::store::StoreError;

/// The part of the store that knows what lies below a unit, and which accounts are a person's.
pub trait Lineage: Send + Sync {
    /// Widens the target's list of stale entities by what lies below units that moved: the units there, their groups, engagements and
    /// memberships, and the persons of those. One transaction; doing it twice changes nothing.
    fn widen_below(&self, target: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Widens the target's list of stale entities, for one whose objects stand for accounts: by the accounts of stale persons, and by the
    /// units whose managers' accounts are stale. To be done last. One transaction; doing it twice changes nothing.
    fn widen_accounts(&self, target: &str) -> impl Future<Output = Result<(), StoreError>> + Send;
}
