//! What the store keeps about how targets are treated: objects whose entities have gone, and what somebody asked for.

use serde::Serialize;
use uuid::Uuid;

use super::StoreError;
use crate::matching::Finder;
use crate::plan::Stage;

type Answer<T> = Result<T, StoreError>;

/// An object of a target whose entity has no place in it any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// The entity it stands for.
    pub entity: Uuid,
    /// Since when, in milliseconds since 1970.
    pub since: i64,
    /// How far it has come.
    pub stage: Stage,
    /// When it comes further.
    pub due: Option<i64>,
}

/// A change to what is known of an object whose entity has no place any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeavingWrite {
    /// It is so now.
    Put(Leaving),
    /// Its entity has a place again, or it stands for nobody: class and key.
    End(String, String),
}

/// Somebody's wish that an entity have an object in a target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Request {
    /// The entity.
    pub entity: Uuid,
    /// Who asked.
    pub who: String,
    /// Why.
    pub reason: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// An object of a target under a value that was asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Like {
    /// The fingerprint that was asked for: of the folded value.
    pub folded: String,
    /// That of the object's value as it stands.
    pub exact: String,
    /// The object's key.
    pub key: String,
}

/// The part of the store that policies of targets need. What holds of every method of the store holds here.
pub trait Targets: Send + Sync {
    /// Objects of the target that stand for these entities and whose entities have no place in it any more.
    fn leaving(&self, target: &str, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Leaving>>> + Send;
    /// What was asked for these entities in the target.
    fn requests(&self, target: &str, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Request>>> + Send;
    /// Makes stale for the target whatever comes further by the clock alone.
    fn stale_by_clock(&self, target: &str, now: i64) -> impl Future<Output = Answer<()>> + Send;
    /// Makes the draft the plan, and takes only these entities from the list of stale ones. One transaction.
    fn settle_part(&self, target: &str, entities: &[Uuid]) -> impl Future<Output = Answer<()>> + Send;
    /// Keeps the objects of a class, those that are there and those that come, under what they are found by; without a rule, under nothing.
    fn find_by(&self, target: &str, class: &str, finder: &Finder) -> impl Future<Output = Answer<()>> + Send;
    /// Objects of a class that are kept under these folded values of a rule.
    fn likes(
        &self,
        target: &str,
        class: &str,
        rule: &str,
        folded: &[String],
    ) -> impl Future<Output = Answer<Vec<Like>>> + Send;
    /// Replaces what is known of objects by what the target was just seen to hold.
    fn see(&self, target: &str, shadows: &[super::ShadowWrite]) -> impl Future<Output = Answer<()>> + Send;
}
