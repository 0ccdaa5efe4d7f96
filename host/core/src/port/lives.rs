//! What the store keeps about entities beside what objects say of them: what persons set by hand, where entities are in their lives, and which
//! have to be worked out anew though none of their objects changed.

use serde::Serialize;
use uuid::Uuid;

use super::StoreError;
use crate::catalogue::{EntityKind, EntityState};
use crate::reconcile::Override;
use crate::sentence::{Cause, in_english};

type Answer<T> = Result<T, StoreError>;

/// Where an entity is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Life {
    /// The entity.
    pub entity: Uuid,
    /// Whether it is there.
    pub state: EntityState,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// When it is gone, for one that is leaving.
    pub due: Option<i64>,
    /// Who or what decided.
    #[serde(serialize_with = "in_english")]
    pub cause: Cause,
}

/// The part of the store that knows what becomes of entities. What holds of every method of the store holds here.
pub trait Lives: Send + Sync {
    /// What persons set by hand for these entities.
    fn overrides(&self, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Override>>> + Send;
    /// Where these entities are in their lives; nothing of those that have always been active.
    fn lives(&self, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Life>>> + Send;
    /// Ends what was set by hand until now, and puts on the list to be worked out anew whatever changes by the clock alone: entities whose
    /// override has ended or whose time of grace is over. One transaction.
    fn pass_time(&self, cycle: i64, now: i64) -> impl Future<Output = Answer<()>> + Send;
    /// Puts every entity of the kind on the list to be worked out anew and notes the fingerprint. One transaction.
    fn touch_kind(
        &self,
        kind: EntityKind,
        thing: &str,
        fingerprint: &str,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Entities to be worked out anew though none of their objects changed, at most `limit`.
    fn touched(&self, limit: u32) -> impl Future<Output = Answer<Vec<Uuid>>> + Send;
}
