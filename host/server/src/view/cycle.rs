//! A cycle and its steps.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CycleSummary, Moment, Told};

/// A cycle.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Cycle {
    /// Number, state and times.
    #[serde(flatten)]
    pub summary: CycleSummary,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// What it waits for.
    pub waits: Option<Wait>,
    /// What persons decided about it, oldest first.
    pub decisions: Vec<Decision>,
    /// School-year promotions that were announced lately.
    pub promotions: Vec<Promotion>,
    /// Connectors that are not signed.
    pub unsigned: Vec<String>,
    /// Questions that are open.
    pub cases: u64,
    /// Objects that a person should see to.
    pub findings: u64,
    /// Objects that are set aside and tried again.
    pub quarantined: u64,
}

/// How a step looks to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Look {
    /// An earlier step is not done.
    Pending,
    /// Data was asked for, and there is none yet.
    Waiting,
    /// It waits for longer than it should.
    Late,
    /// It is at work.
    Running,
    /// It is done.
    Done,
    /// A guard halted it: a person decides.
    Halted,
    /// It could not go on.
    Failed,
    /// A person rejected what it wanted to do.
    Rejected,
}

impl Look {
    /// The word for texts.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Waiting => "waiting",
            Self::Late => "late",
            Self::Running => "running",
            Self::Done => "done",
            Self::Halted => "halted",
            Self::Failed => "failed",
            Self::Rejected => "rejected",
        }
    }
}

/// A step of a cycle.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// Its place in the cycle, from nought.
    pub position: u32,
    /// `import`, `compare`, `reconcile`, `export`, `feedback`, or that of an errand.
    pub kind: String,
    /// The connection that it is about.
    pub connection: Option<String>,
    /// What people call the connection's system.
    pub system: Option<String>,
    /// How it looks.
    pub look: Look,
    /// How often it was begun.
    pub attempt: u32,
    /// When it began.
    pub started: Option<Moment>,
    /// When it ended.
    pub ended: Option<Moment>,
    /// What it counted.
    pub counts: Counts,
    /// What its connector used, all attempts together.
    pub usage: Usage,
    /// Why it is done without having done anything, or not all of it, in English.
    pub note: Option<String>,
    /// The same by its code: `not-enrolled` or `daily-limit`.
    pub told: Option<Told>,
}

/// What a step counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Counts {
    /// Objects read.
    pub read: u64,
    /// Objects added.
    pub added: u64,
    /// Objects changed.
    pub changed: u64,
    /// Objects removed.
    pub removed: u64,
    /// Operations planned.
    pub planned: u64,
    /// Operations done.
    pub done: u64,
    /// Operations refused.
    pub refused: u64,
}

impl From<samklang_core::port::Counts> for Counts {
    fn from(counts: samklang_core::port::Counts) -> Self {
        let samklang_core::port::Counts {
            read,
            added,
            changed,
            removed,
            planned,
            done,
            refused,
        } = counts;
        Self {
            read,
            added,
            changed,
            removed,
            planned,
            done,
            refused,
        }
    }
}

/// What connectors used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Usage {
    /// Processor time, in microseconds.
    pub cpu_us: u64,
    /// The most memory of one instance, in octets.
    pub peak_memory: u64,
    /// Requests that were let out.
    pub requests: u64,
    /// Requests that were not.
    pub refused: u64,
    /// Octets of bodies sent.
    pub sent: u64,
    /// Octets of bodies received.
    pub received: u64,
}

impl From<&samklang_core::port::Usage> for Usage {
    fn from(usage: &samklang_core::port::Usage) -> Self {
        Self {
            cpu_us: usage.cpu_us,
            peak_memory: usage.peak_memory,
            requests: usage.requests,
            refused: usage.refused,
            sent: usage.sent,
            received: usage.received,
        }
    }
}

/// How far a step is, while it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct StepCount {
    /// Its place in the cycle.
    pub position: u32,
    /// What it has counted so far.
    pub counts: Counts,
}

/// What a cycle waits for, and who can act.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Wait {
    /// The step.
    pub position: u32,
    /// Its kind.
    pub kind: String,
    /// Its connection.
    pub connection: Option<String>,
    /// What people call the connection's system.
    pub system: Option<String>,
    /// How the step looks: waiting, late, halted or failed.
    pub look: Look,
    /// `guard`, `fault`, `refused`, `breaker`.
    pub code: String,
    /// Of a fault, its kind, such as `waiting-for-data` or `unauthorised`.
    pub fault: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
    /// When the data normally arrives; none when that is not known.
    pub usual: Option<Moment>,
    /// Until when the system asks to be left alone; none when it does not.
    pub not_before: Option<Moment>,
    /// Who can act: `operator`, `system`, `connector-vendor`, `support`.
    pub owner: String,
    /// What happened, in English.
    pub message: String,
    /// What to do, in English.
    pub remedy: String,
}

/// What a person decided about a step.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Decision {
    /// The step.
    pub position: u32,
    /// `released`, `released-as-promotion`, `approved-one-of-two`, `rejected`, `rejected-source-bad`.
    pub verdict: String,
    /// Who.
    pub who: String,
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: String,
}

/// A school-year promotion that was announced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Promotion {
    /// The source.
    pub connection: String,
    /// `open`, `used`, `expired`.
    pub state: String,
    /// From when.
    pub opens: Moment,
    /// Until when.
    pub closes: Moment,
    /// Who announced it.
    pub who: String,
    /// Why.
    pub reason: String,
    /// The cycle that made use of it.
    pub used_in: Option<i64>,
}

/// A promotion to be announced.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PromotionWish {
    /// For how many days, 14 when nothing is said, at most 45.
    #[schema(minimum = 1, maximum = 45)]
    pub days: Option<u32>,
    /// Why.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}
