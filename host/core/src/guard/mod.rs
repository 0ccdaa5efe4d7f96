//! Guards: limits on what one import or one plan may change before a person is asked.
//!
//! They judge kinds of change, never totals: half of the persons replaced by others keeps the count and halts all the same. What is
//! counted is counted by cell (a school, a subtree of units), by class and by kind of entity, and each of the three is judged, so that
//! no change passes by being split. Everything here is a decision over counts; the order in which changes are counted does not matter.

mod judge;
mod limits;
mod place;
mod plan;
mod promotion;
mod proposal;
mod sample;
mod tally;

pub use judge::{Baseline, BaselineCell, Scope, Trip, judge};
pub use limits::{Change, FirstImport, Guard, Limit, Limits, Subject};
pub use place::{COMPANY, Place};
pub use plan::{CountedPlan, Example, PlanTally};
pub use promotion::{NoPromotion, Plausibility, Refusal, apart};
pub use proposal::{Count, Part, Promotable, Proposal, What};
pub use sample::Sample;
pub use tally::{Cell, Counted, Observed, Side, Tally, Years};
