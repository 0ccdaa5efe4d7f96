//! What the cycle asks of the tenant's keys. The keys themselves stay where they are.

use crate::key::MatchingKey;

/// A tenant's keys, as far as decisions need them.
pub trait Keys {
    /// What sensitive values are compared by. It stays the same when the tenant's key is changed.
    fn matching(&self) -> &MatchingKey;
}
