//! What runs by itself or because somebody asked: cycles by schedule, errands, checks. One at a time in a tenant, so many at once in the
//! installation.

mod clock;
mod follow;
mod lane;
#[cfg(test)]
pub(crate) mod material;
mod patience;
mod runner;
mod supervise;
#[cfg(test)]
mod tests;
mod timetable;
mod wanted;
mod work;

use samklang_core::port::{Counts, StepSpec, StepState};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::view::{StepCount, Wait};

pub use clock::{Clock, SystemClock};
pub use lane::LastError;
pub(crate) use lane::Stopped;
pub use runner::{Busy, Runner, STOP_WITHIN};
pub use timetable::{Timetable, TimetableError};
pub(crate) use work::work;

/// Something to carry out in a tenant. As it is written here it is kept until it is done, over restarts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "task")]
pub enum Task {
    /// The cycle, or the rest of one that stopped.
    Cycle,
    /// The cycle up to its plans.
    Plan,
    /// One entity now.
    Errand {
        /// Whom.
        entity: Uuid,
        /// The target that shall get it; none for all.
        target: Option<String>,
        /// Also make it where that is done on request.
        distribute: bool,
        /// Why.
        reason: String,
    },
    /// Whether a target can be enrolled.
    CheckEnrolment {
        /// The target.
        connection: String,
    },
}

impl Task {
    /// What kind of task it is, in a word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Cycle => "cycle",
            Self::Plan => "plan",
            Self::Errand { .. } => "errand",
            Self::CheckEnrolment { .. } => "enrolment-check",
        }
    }

    /// As it is kept until it is done.
    fn written(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// Whether it is a cycle, which waits and goes on; everything else is done once.
    fn is_cycle(&self) -> bool {
        matches!(self, Self::Cycle | Self::Plan)
    }
}

/// Who follows a task and may ask it to stop.
pub trait Follower: Send + Sync {
    /// A step changed its state.
    fn step(&self, spec: &StepSpec, state: StepState);
    /// A step has counted so far.
    fn count(&self, spec: &StepSpec, counts: &Counts);
    /// Resolves when the task shall stop at the next settled point; never before.
    fn stopped(&self) -> futures_util::future::BoxFuture<'static, ()>;
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEnd {
    /// It is done.
    Done,
    /// Plans are settled and wait to be carried out.
    Planned,
    /// It waits for a person, or could not go on.
    Stopped(Box<Wait>),
    /// It stopped because it was asked to; the next run takes it up.
    Interrupted,
}

/// What is told of a tenant while something runs in it.
#[derive(Debug, Clone, PartialEq)]
pub enum News {
    /// Something about the cycle changed: look again.
    Changed,
    /// A step has counted so far.
    Count(StepCount),
}
