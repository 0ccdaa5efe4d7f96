//! What the guards ask of the store: the ground that changes are held against, what is halted, and what persons decided about it.

use std::collections::BTreeMap;

use super::records::Staged;
use super::store::StoreError;
use crate::guard::{Place, Proposal};
use crate::value::Attributes;

type Answer<T> = Result<T, StoreError>;

/// An object as the snapshot has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Former {
    /// Its attributes.
    pub attributes: Attributes,
    /// Where it belongs.
    pub place: Place,
}

/// A staged change together with what it changes.
#[derive(Debug, Clone, PartialEq)]
pub struct StagedChange {
    /// What is staged.
    pub staged: Staged,
    /// The object as the snapshot has it; none when it is new.
    pub former: Option<Former>,
}

/// What tells one import from any other; becomes part of what was accepted when the import does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportNote {
    /// A digest of all that was read, whatever its order.
    pub content: String,
    /// When it was delivered, in milliseconds since 1970, where that is known.
    pub delivered: Option<i64>,
    /// When it was read.
    pub arrived: i64,
    /// The promotion window by which it passes.
    pub window: Option<i64>,
}

/// The import that is the snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The cycle that accepted it.
    pub cycle: i64,
    /// What was read.
    pub content: String,
    /// When it was delivered.
    pub delivered: Option<i64>,
    /// When it was read, in milliseconds since 1970.
    pub arrived: i64,
}

/// Where a promotion window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowState {
    /// It may still let one import pass.
    Open,
    /// An import has passed by it.
    Used,
    /// Its time is over, and nothing passed by it.
    Expired,
}

impl WindowState {
    /// The word for stores and tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Used => "used",
            Self::Expired => "expired",
        }
    }

    /// The state of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Open, Self::Used, Self::Expired]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

/// A school-year promotion that was announced for a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// Its number.
    pub id: i64,
    /// The source.
    pub connection: String,
    /// Where it is.
    pub state: WindowState,
    /// From when it lets an import pass, in milliseconds since 1970.
    pub opens: i64,
    /// Until when.
    pub closes: i64,
    /// Who announced it.
    pub who: String,
    /// Why.
    pub reason: String,
    /// The cycle whose import passed by it.
    pub used_in: Option<i64>,
}

/// The guards' part of a tenant's store. What holds of [`super::Store`] holds here.
pub trait Guarding: Send + Sync {
    /// How many objects of each class and place the snapshot holds.
    fn baseline(&self, connection: &str) -> impl Future<Output = Answer<Vec<(String, Place, u64)>>> + Send;
    /// What is staged of a class, by ascending key, after this one.
    fn staged_changes(
        &self,
        connection: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<StagedChange>>> + Send;
    /// Notes what the staged import is, before it is judged.
    fn note_import(&self, connection: &str, note: &ImportNote) -> impl Future<Output = Answer<()>> + Send;
    /// What was noted of the staged import.
    fn import_note(&self, connection: &str) -> impl Future<Output = Answer<Option<ImportNote>>> + Send;
    /// The import that is the snapshot; none before the first.
    fn accepted(&self, connection: &str) -> impl Future<Output = Answer<Option<Accepted>>> + Send;
    /// Why this content of the connection must not be imported: a person marked it bad.
    fn marked_bad(
        &self,
        connection: &str,
        content: &str,
    ) -> impl Future<Output = Answer<Option<String>>> + Send;

    /// Objects of a class in the snapshot, by ascending key, after this one: key and attributes.
    fn snapshot(
        &self,
        connection: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<(String, Attributes)>>> + Send;
    /// Puts objects of the snapshot in other places.
    fn replace(
        &self,
        connection: &str,
        class: &str,
        places: &[(String, Place)],
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Counts the class's snapshot anew and notes the fingerprint of how its places are told, in one transaction.
    fn recount(
        &self,
        connection: &str,
        class: &str,
        thing: &str,
        fingerprint: &str,
    ) -> impl Future<Output = Answer<()>> + Send;

    /// Keeps what a step is halted with; it replaces what was kept of the step before.
    fn keep_proposal(
        &self,
        cycle: i64,
        position: u32,
        proposal: &Proposal,
        now: i64,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// What a step was halted with last.
    fn proposal(&self, cycle: i64, position: u32) -> impl Future<Output = Answer<Option<Proposal>>> + Send;
    /// The digest that the step was released with last.
    fn released(&self, cycle: i64, position: u32) -> impl Future<Output = Answer<Option<String>>> + Send;

    /// Closes promotion windows whose time is over; answers those that are open now, by connection.
    fn windows(&self, now: i64) -> impl Future<Output = Answer<BTreeMap<String, Window>>> + Send;
}
