//! Days on which something begins or ends, as the store knows them.

use jiff::civil::Date;
use uuid::Uuid;

use super::store::StoreError;

type Answer<T> = Result<T, StoreError>;

/// The part of the store that knows what begins or ends on which day.
pub trait Validity: Send + Sync {
    /// Makes stale for a target what began or ended after the one day and up to the other, whichever is the earlier, and notes the fingerprint
    /// of the thing. One transaction.
    fn restale_due(
        &self,
        target: &str,
        days: (Date, Date),
        thing: &str,
        fingerprint: &str,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// The entities of which something begins or ends in that time, by ascending identity, after this one.
    fn due(
        &self,
        days: (Date, Date),
        after: Option<Uuid>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<Uuid>>> + Send;
}
