//! What enrolment asks of the store. Checks and enrolments are kept beside the cycle and need no lease; that a target is enrolled once is the
//! database's own promise.

use uuid::Uuid;

use super::records::Shadow;
use super::store::StoreError;
use crate::catalogue::EntityKind;
use crate::enrolment::EnrolmentResult;

type Answer<T> = Result<T, StoreError>;

/// A check, as kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckRecord {
    /// Its number.
    pub id: i64,
    /// When it began, in milliseconds since 1970.
    pub started: i64,
    /// When it ended.
    pub finished: i64,
    /// What it found, or why it failed.
    pub outcome: Result<EnrolmentResult, String>,
}

/// That a target is enrolled. It is never taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentRecord {
    /// The check that it stands on.
    pub check: i64,
    /// Who confirmed it.
    pub who: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// How many users were knowingly left out.
    pub left_out: u64,
    /// The cycle whose plan was kept as a preview; none before the first night.
    pub previewed: Option<i64>,
}

/// Enrolment's part of a tenant's store.
pub trait Enrolments: Send + Sync {
    /// Entities of a kind that are there, by ascending identity, after this one.
    fn entities_of_kind(
        &self,
        kind: EntityKind,
        after: Option<Uuid>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<Uuid>>> + Send;
    /// Keeps a check; former ones on which no enrolment stands are forgotten, because they name persons.
    fn keep_check(
        &self,
        target: &str,
        started: i64,
        finished: i64,
        outcome: &Result<EnrolmentResult, String>,
    ) -> impl Future<Output = Answer<i64>> + Send;
    /// The newest check of a target.
    fn newest_check(&self, target: &str) -> impl Future<Output = Answer<Option<CheckRecord>>> + Send;
    /// Enrols a target, unless it is enrolled; answers whether it is enrolled by this. Why is kept in the journal.
    fn enrol(
        &self,
        target: &str,
        record: &EnrolmentRecord,
        why: &str,
    ) -> impl Future<Output = Answer<bool>> + Send;
    /// That a target is enrolled; none when it is not.
    fn enrolment(&self, target: &str) -> impl Future<Output = Answer<Option<EnrolmentRecord>>> + Send;
    /// Notes that the plan of this cycle is the preview. The lease is needed.
    fn note_preview(&self, target: &str, cycle: i64) -> impl Future<Output = Answer<()>> + Send;
    /// Shadows of a class that stand for nobody, by ascending key, after this one.
    fn unowned(
        &self,
        target: &str,
        class: &str,
        after: Option<&str>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<Shadow>>> + Send;
    /// The keys of the findings of a target with this code.
    fn found(&self, target: &str, code: &str) -> impl Future<Output = Answer<Vec<String>>> + Send;
}
