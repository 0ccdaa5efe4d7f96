//! What the server asks of the program: everything that a person can look at or do in a tenant. The program implements it over its
//! configuration, its store and its connectors; the commands and the server thereby do the same by the same code.
//!
//! Every method that concerns a tenant takes a [`Within`]: that somebody may be there, and as what, is part of the type, and only the access
//! room makes one. No method names a tenant in any other way.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::Date;
use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::retention::Period;
use uuid::Uuid;

use crate::access::{Administrator, Approver, Operator, Viewer, Within};
use crate::run::{Follower, RunEnd, Task};
use crate::view::{
    Activated, Build, BuildDescription, BuildTrial, BuildVerdict, BuildWish, Case, CaseAnswer, Connection,
    Cycle, Enrolled, Enrolment, EnrolmentWish, Entity, Erased, Explanation, Finding, Forecast, Halt,
    HaltSearch, Installed, JournalEntry, JournalVerdict, LinkJob, LinkWish, Linked, MappingQuestion,
    MappingTrial, Match, Night, OperationStory, OverrideWish, Page, Part, Plan, PlannedOperation, Promotion,
    PromotionWish, Quarantined, Question, Ruling, Subject, TenantSummary, Verdict,
};

/// Why something cannot be done. Each has a text for the person who asked.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DeskError {
    /// There is no such thing.
    #[error("{0}")]
    Absent(String),
    /// It was asked for something that cannot be; the text says what would be right.
    #[error("{0}")]
    Refused(String),
    /// Its ground has moved, or somebody was faster: look again.
    #[error("{0}")]
    Moved(String),
    /// The tenant's configuration holds mistakes.
    #[error("the configuration of {tenant} holds mistakes: {}", mistakes.join("; "))]
    Misconfigured {
        /// The tenant.
        tenant: String,
        /// Each with its place and what would be right.
        mistakes: Vec<String>,
    },
    /// It failed; the text says what to do.
    #[error("{0}")]
    Failed(String),
}

/// An answer of the desk.
pub type Answer<T> = Result<T, DeskError>;

/// What a tenant's configuration says to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantPlan {
    /// The tenant's name in the installation.
    pub name: String,
    /// What people call it.
    pub title: String,
    /// When its cycle begins by itself: cron expressions, read in the tenant's time zone.
    pub schedule: Vec<String>,
    /// The time zone.
    pub zone: jiff::tz::TimeZone,
    /// After how many milliseconds a step that waits is late.
    pub late_after: i64,
    /// How long it is kept who did what, also of who may come in.
    pub journal: Period,
    /// Who is told when a person must act, when a cycle fails, and when it recovers.
    pub notices: crate::notice::Recipients,
    /// Why the rest of its configuration cannot be used; none when it can.
    pub broken: Option<String>,
}

/// Forgets a person who is gone, and nothing else: what is kept about units and groups is no personal data.
pub(crate) async fn forget_person(
    desk: &dyn Desk,
    at: &Within<Administrator>,
    id: Uuid,
    reason: &str,
) -> Answer<serde_json::Value> {
    let kind = desk.entity(&at.lower(), id).await?.kind;
    if kind != "person" {
        return Err(DeskError::Refused(format!(
            "only persons are forgotten, and {id} is a {kind}: it goes when its time is over"
        )));
    }
    desk.forget_person(at, id, reason).await
}

/// Everything that a person can look at or do.
#[async_trait]
pub trait Desk: Send + Sync + 'static {
    /// The tenants of the installation, by name. Read anew where a file has changed.
    async fn tenants(&self) -> Vec<Arc<TenantPlan>>;

    /// A tenant at a glance; `running` and `next` are the server's to fill in.
    async fn summary(&self, at: &Within<Viewer>) -> Answer<TenantSummary>;
    /// Several tenants at a glance, in the order in which they are asked for; those that there are no more are left out. All of them together take
    /// no more than a few looks into the store.
    async fn summaries(&self, at: &[Within<Viewer>]) -> Answer<Vec<TenantSummary>> {
        let mut summaries = Vec::with_capacity(at.len());
        for at in at {
            match self.summary(at).await {
                Err(DeskError::Absent(_)) => {}
                summary => summaries.push(summary?),
            }
        }
        Ok(summaries)
    }
    /// A cycle, the newest when none is named; none when there is none.
    async fn cycle(&self, at: &Within<Viewer>, id: Option<i64>) -> Answer<Option<Cycle>>;
    /// The cycles, newest first.
    async fn history(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Night>>;

    /// What a guard has halted in the newest cycle; none when nothing waits.
    async fn halt(&self, at: &Within<Viewer>) -> Answer<Option<Halt>>;
    /// Looks through all that was halted for a text in the key, the cell or a value.
    async fn halted_changes(&self, at: &Within<Viewer>, text: &str, part: &Part) -> Answer<HaltSearch>;
    /// Decides about it.
    async fn decide(&self, at: &Within<Approver>, verdict: &Verdict) -> Answer<Ruling>;
    /// The promotions that were announced.
    async fn promotions(&self, at: &Within<Viewer>) -> Answer<Vec<Promotion>>;
    /// Announces one.
    async fn announce(
        &self,
        at: &Within<Approver>,
        connection: &str,
        wish: &PromotionWish,
    ) -> Answer<Promotion>;

    /// Questions, newest first; the open ones, or all.
    async fn cases(&self, at: &Within<Viewer>, all: bool, part: &Part) -> Answer<Page<Question>>;
    /// One question.
    async fn case(&self, at: &Within<Viewer>, id: i64) -> Answer<Case>;
    /// Answers one.
    async fn answer_case(&self, at: &Within<Approver>, id: i64, answer: &CaseAnswer) -> Answer<Case>;
    /// Takes the answer to one back, as long as no cycle has followed it.
    async fn undo_case(&self, at: &Within<Approver>, id: i64, reason: &str) -> Answer<Case>;

    /// The targets that want to be enrolled.
    async fn enrolments(&self, at: &Within<Viewer>) -> Answer<Vec<Enrolment>>;
    /// Enrols a target for good.
    async fn enrol(&self, at: &Within<Approver>, connection: &str, wish: &EnrolmentWish) -> Answer<Enrolled>;

    /// Entities that a person may mean by a text.
    async fn find(&self, at: &Within<Viewer>, text: &str, limit: u32) -> Answer<Vec<Match>>;
    /// Everything about one entity.
    async fn entity(&self, at: &Within<Viewer>, id: Uuid) -> Answer<Entity>;
    /// Why an entity has no object in a target, or what it has there.
    async fn explain_target(&self, at: &Within<Viewer>, id: Uuid, target: &str) -> Answer<Explanation>;
    /// Sets an attribute by hand, or takes that back.
    async fn set_by_hand(&self, at: &Within<Approver>, id: Uuid, wish: &OverrideWish) -> Answer<()>;
    /// The object of a source that a person means by `connection/class/key`. It need not have been read before.
    async fn source_object(&self, at: &Within<Operator>, text: &str) -> Answer<ObjectRef>;
    /// Says that an object stands for an entity. The next cycle follows it.
    async fn link(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked>;
    /// Says that an object does not stand for the entity that it stands for. The next cycle follows it.
    async fn unlink(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked>;
    /// Everything that is kept about a person and what is of it.
    async fn export_person(&self, at: &Within<Administrator>, id: Uuid) -> Answer<serde_json::Value>;
    /// Forgets a person who is gone.
    async fn forget_person(
        &self,
        at: &Within<Administrator>,
        id: Uuid,
        reason: &str,
    ) -> Answer<serde_json::Value>;

    /// The plans of the newest cycle, in numbers.
    async fn plan(&self, at: &Within<Viewer>) -> Answer<Plan>;
    /// Their operations; of one target and one action, when these are named.
    async fn operations(
        &self,
        at: &Within<Viewer>,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>>;
    /// What the days until another one would bring, in numbers. Nothing is read, sent or kept.
    async fn forecast(&self, at: &Within<Viewer>, day: Date) -> Answer<Forecast>;
    /// The operations of it; of one target and one action, when these are named.
    async fn forecast_operations(
        &self,
        at: &Within<Viewer>,
        day: Date,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>>;
    /// Why one operation was planned, and what became of it.
    async fn explain_operation(&self, at: &Within<Viewer>, id: &str) -> Answer<OperationStory>;

    /// The connections, in the order of the configuration.
    async fn connections(&self, at: &Within<Viewer>) -> Answer<Vec<Connection>>;
    /// What a class's mapping gives for chosen objects, from what is kept; no system is asked and nothing is written.
    async fn try_mapping(
        &self,
        at: &Within<Viewer>,
        connection: &str,
        question: &MappingQuestion,
    ) -> Answer<MappingTrial>;
    /// The newest link job of a connection since the server began; none when there was none.
    async fn link_job(&self, at: &Within<Viewer>, connection: &str) -> Answer<Option<LinkJob>>;
    /// Looks whether a cycle can run, and asks each system.
    async fn check(&self, at: &Within<Operator>) -> Answer<Vec<Finding>>;
    /// The builds that are installed.
    async fn installed(&self) -> Answer<Vec<Installed>>;
    /// The build of that digest, or of which it is the beginning, and what it says of itself.
    async fn inspect_build(&self, digest: &str) -> Answer<BuildDescription>;
    /// Whether it is the one that was added, and trusted.
    async fn verify_build(&self, digest: &str) -> Answer<BuildVerdict>;
    /// The newest trial of a connector's builds since the server began; none when there was none.
    async fn build_trial(&self, at: &Within<Administrator>, connector: &str) -> Answer<Option<BuildTrial>>;
    /// The builds that the tenant's connections were given, newest first.
    async fn builds(&self, at: &Within<Viewer>) -> Answer<Vec<Build>>;
    /// Has a connector's connections run a build, or go back to the one before.
    async fn give_build(
        &self,
        at: &Within<Administrator>,
        connector: &str,
        wish: &BuildWish,
    ) -> Answer<Vec<Activated>>;
    /// Where a file that arrives for a connection is to be put: its inbox, which takes files.
    async fn inbox(&self, at: &Within<Operator>, connection: &str) -> Answer<PathBuf>;

    /// Entries of the journal, newest first.
    async fn journal(
        &self,
        at: &Within<Viewer>,
        entity: Option<Uuid>,
        part: &Part,
    ) -> Answer<Page<JournalEntry>>;
    /// Whether the journal is as it was written.
    async fn verify_journal(&self, at: &Within<Viewer>) -> Answer<JournalVerdict>;
    /// Keeps in the tenant's journal what a person did that is not kept with the deed itself.
    async fn note(&self, at: &Within<Viewer>, event: Event, detail: serde_json::Value) -> Answer<()>;
    /// What a person should see to, newest first.
    async fn findings(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Subject>>;
    /// What is set aside.
    async fn quarantine(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Quarantined>>;
    /// Has what is set aside tried again in the next cycle: one object, or all.
    async fn retry(&self, at: &Within<Operator>, object: Option<&str>) -> Answer<u64>;
    /// What is over its time, in the shape of the command `retention show`.
    async fn retention(&self, at: &Within<Viewer>) -> Answer<serde_json::Value>;
    /// Erases what is over its time, as the end of the day's first cycle does; what was erased of each sort.
    async fn erase(&self, at: &Within<Operator>) -> Answer<Vec<Erased>>;

    /// Carries a task out, from beginning to end. It stops at a settled point when the follower asks for it.
    async fn run(&self, at: &Within<Operator>, task: &Task, follower: Arc<dyn Follower>) -> Answer<RunEnd>;

    /// What support needs to know of the installation, without personal data.
    async fn support(&self) -> Answer<serde_json::Value>;
    /// The store answers.
    async fn ready(&self) -> Answer<()>;
}
