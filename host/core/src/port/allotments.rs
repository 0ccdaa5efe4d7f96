//! Unique names as the store keeps them.

use uuid::Uuid;

use super::store::StoreError;
use crate::mapping::Allotment;

type Answer<T> = Result<T, StoreError>;

/// The part of the store that knows who holds which unique name. Names that planning gives are kept together with the draft that uses
/// them, see [`Drafted`](super::Drafted).
pub trait Allotments: Send + Sync {
    /// What these entities hold or held in a scope.
    fn allotments_of(
        &self,
        scope: &str,
        entities: &[Uuid],
    ) -> impl Future<Output = Answer<Vec<Allotment>>> + Send;
    /// Who holds or held these names of a scope. The names are folded.
    fn holders(&self, scope: &str, folded: &[String]) -> impl Future<Output = Answer<Vec<Allotment>>> + Send;
    /// Notes names that were found in a target. A name that is noted already stays as it is, and so does an entity that holds one in the
    /// scope. One transaction.
    fn reserve(&self, found: &[Allotment]) -> impl Future<Output = Answer<()>> + Send;
}
