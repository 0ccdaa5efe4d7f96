//! What the cycle asks of the store for matching: where entities and objects are found, what persons decided, and what waits for
//! them. What holds of [`Store`](super::Store) holds here.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::store::StoreError;
use crate::catalogue::{EntityKind, ObjectRef};
use crate::matching::Ruling;

type Answer<T> = Result<T, StoreError>;

/// An entity under a value that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// The fingerprint that was asked for: of the folded value.
    pub folded: String,
    /// That of the entity's value as it stands.
    pub exact: String,
    /// The entity.
    pub entity: Uuid,
}

/// Questions that only a person can answer, their answers, and the index that gives rise to them.
pub trait Cases: Send + Sync {
    /// Entities of a kind that are kept under these folded values of a rule. Those that are gone count.
    fn candidates(
        &self,
        kind: EntityKind,
        rule: &str,
        folded: &[String],
    ) -> impl Future<Output = Answer<Vec<Found>>> + Send;
    /// Puts the objects of sources that have an open case or one to be ignored, or a ruling that has not been followed, on the list to be reconciled again,
    /// with the rank of their connection and class.
    fn recall_cases(
        &self,
        ranks: &BTreeMap<(String, String), i32>,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// What persons decided about these objects, oldest first.
    fn rulings(&self, objects: &[ObjectRef]) -> impl Future<Output = Answer<Vec<Ruling>>> + Send;
    /// What persons decided about objects of the target and one of these entities, or about objects that they said are one of them.
    fn rulings_of(&self, target: &str, entities: &[Uuid])
    -> impl Future<Output = Answer<Vec<Ruling>>> + Send;
    /// Makes stale for the target whom a person has decided about there, and whom an open case or one that is to be ignored is about.
    fn stale_by_cases(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// Those of the objects about which a case is open.
    fn asked(&self, objects: &[ObjectRef]) -> impl Future<Output = Answer<Vec<ObjectRef>>> + Send;
    /// Objects that stood for these entities and are gone.
    fn former(&self, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<(ObjectRef, Uuid)>>> + Send;
}
