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
mod work;

use samklang_core::port::{Counts, StepSpec, StepState};
use uuid::Uuid;

use crate::view::{StepCount, Wait};

pub use clock::{Clock, SystemClock};
pub use lane::LastError;
pub(crate) use lane::Stopped;
pub use runner::{Busy, Runner, STOP_WITHIN};
pub use timetable::{Timetable, TimetableError};
pub(crate) use work::{enrolments, work};

/// Something to carry out in a tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The word by which it is kept until it is done, over restarts; none for what somebody asks for anew.
    fn word(&self) -> Option<&'static str> {
        match self {
            Self::Cycle | Self::Plan => Some(self.kind()),
            Self::Errand { .. } | Self::CheckEnrolment { .. } => None,
        }
    }

    /// The task of such a word.
    fn of_word(word: &str) -> Option<Self> {
        [Self::Cycle, Self::Plan]
            .into_iter()
            .find(|task| task.word() == Some(word))
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
