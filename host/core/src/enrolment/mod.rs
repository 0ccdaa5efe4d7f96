//! Enrolment: the decision to let a target be written. A check holds what the catalogue wants in the target against what the target
//! holds, and says what stands in the way. Units have to correspond; users that do not are left out and never stand in the way.
//!
//! A decision over two sides that are handed in object by object, in any order. It writes nothing and knows no system.

mod check;
mod result;

pub use check::{Check, Roles, Unplaced};
pub use result::{Category, EnrolmentResult, Finding, Numbers, Reason};

/// The longest that a result may be relied on, in milliseconds: a day.
pub const VALID_FOR: i64 = 24 * 60 * 60 * 1000;

/// Why a person cannot enrol on a result.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Units stand in the way.
    #[error(
        "{0} units stand in the way of enrolment; have them corrected in the source or in the target, and check again"
    )]
    Blocked(u64),
    /// The result is too old.
    #[error("the check is older than 24 hours; check again")]
    Stale,
    /// What was checked is not what is there now.
    #[error("the source or the target has changed since the check; look at the new result, and confirm that")]
    Changed,
    /// The person has not said how many users are left out.
    #[error(
        "{0} users would be left out; if they need not have access to the target, say so: `--acknowledge {0}`; else have them \
         corrected, and check again"
    )]
    Unacknowledged(u64),
}

impl EnrolmentResult {
    /// Whether a person may enrol on this result now.
    ///
    /// # Errors
    ///
    /// When not; why, and what to do.
    pub fn confirm(&self, finished: i64, now: i64, acknowledged: Option<u64>) -> Result<(), Refusal> {
        if !self.enrollable() {
            return Err(Refusal::Blocked(self.units.blocking));
        }
        if now.saturating_sub(finished) >= VALID_FOR {
            return Err(Refusal::Stale);
        }
        let left_out = self.users.blocking;
        if left_out > 0 && acknowledged != Some(left_out) {
            return Err(Refusal::Unacknowledged(left_out));
        }
        Ok(())
    }
}
