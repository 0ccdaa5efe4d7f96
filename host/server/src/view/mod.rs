//! What pages and API show of a tenant. These shapes are the API's: members may be added, none is renamed or removed within a version.
//! Nothing sensitive gets this far: whoever makes a view has concealed it.

mod build;
mod case;
mod connection;
mod cycle;
mod enrolment;
mod entity;
mod halt;
mod journal;
mod link;
mod link_job;
mod mapping;
mod moment;
mod plan;
mod retention;
mod tenant;
mod told;
mod work;

pub use build::{
    BuildBreach, BuildDescription, BuildFound, BuildTrial, BuildTrialWish, BuildVerdict, PlanDifference,
    PlanDifferences,
};
pub use case::{Candidate, Case, CaseAnswer, Difference, Question};
pub use connection::{
    Activated, Build, BuildWish, Connection, CredentialPart, Finding, Grant, GrantUse, InboxFile, Installed,
};
pub use cycle::{Counts, Cycle, Decision, Look, Promotion, PromotionWish, Step, StepCount, Usage, Wait};
pub use enrolment::{Check, CheckNumbers, Enrolled, Enrolment, EnrolmentFinding, EnrolmentWish};
pub use entity::{
    Attribute, Course, Entity, EntityJournal, EntityLink, EntityOperation, EntityTarget, Errand, Leaving,
    Life, Match, OtherValue, Override, OverrideWish, Referred, Request, Subject,
};
pub use halt::{
    Halt, HaltChange, HaltCount, HaltPart, HaltPromotion, HaltSearch, HaltTrip, Ruling, Verdict, VerdictKind,
};
pub use journal::{JournalEntry, JournalVerdict, Night, Quarantined};
pub use link::{LinkWish, Linked, ObjectErrand};
pub use link_job::{LinkCount, LinkFound, LinkJob, LinkJobWish};
pub use mapping::{MappingQuestion, MappingTrial, TriedField, TriedObject};
pub use moment::Moment;
pub use plan::{Forecast, OperationStory, Plan, PlanCount, PlannedOperation};
pub use retention::Erased;
pub use tenant::{CycleSummary, TenantSummary, UnusedPromotion};
pub use told::{Coded, Explained, Explanation, Held, Told, named};
pub use work::{Untold, Work, WorkError};

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// A part of a list, and where the rest begins.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to give as `after` for the next part; none when this is the last.
    pub next: Option<String>,
}

/// Which part of a list is wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Part {
    /// `next` of the part before.
    #[param(min_length = 1, max_length = 500, pattern = r"\S")]
    pub after: Option<String>,
    /// How many, at most 500.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
}

impl Part {
    /// How many are wanted, within bounds; `otherwise` when nothing is said.
    #[must_use]
    pub fn size(&self, otherwise: u32) -> u32 {
        self.limit.unwrap_or(otherwise).clamp(1, 500)
    }
}
