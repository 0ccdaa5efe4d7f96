//! Enrolment of a target.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Moment;

/// Whether a target is enrolled, and its newest check.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Enrolment {
    /// The target.
    pub connection: String,
    /// What people call its system.
    pub system: String,
    /// That it is enrolled; none when it is not.
    pub enrolled: Option<Enrolled>,
    /// The newest check.
    pub check: Option<Check>,
    /// A check is under way.
    pub checking: bool,
}

/// That a target is enrolled, for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Enrolled {
    /// The check that it stands on.
    pub check: i64,
    /// Who confirmed it.
    pub who: String,
    /// When.
    pub at: Moment,
    /// How many users were knowingly left out.
    pub left_out: u64,
    /// The cycle whose plan was kept as a preview.
    pub previewed_in: Option<i64>,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Check {
    /// Its number.
    pub id: i64,
    /// When it began.
    pub started: Moment,
    /// When it ended.
    pub finished: Moment,
    /// Until when it can be enrolled on.
    pub valid_until: Moment,
    /// Why it failed; none when it did not.
    pub failed: Option<String>,
    /// Whether the target can be enrolled.
    pub enrollable: bool,
    /// Units in numbers.
    pub units: CheckNumbers,
    /// Users in numbers.
    pub users: CheckNumbers,
    /// What does not simply correspond.
    pub findings: Vec<EnrolmentFinding>,
}

/// Objects of a kind in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct CheckNumbers {
    /// All that were looked at.
    pub checked: u64,
    /// Those that correspond.
    pub ok: u64,
    /// Units that stand in the way, users who are left out.
    pub blocking: u64,
    /// Of them, users who are active in the target.
    pub needs_attention: u64,
}

/// An object that does not simply correspond.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EnrolmentFinding {
    /// `unit_ok` (a warning), `unit_blocking`, `user_not_syncable`.
    pub category: String,
    /// The class in the target.
    pub class: String,
    /// Its name.
    pub name: String,
    /// Its key in the target.
    pub target_key: Option<String>,
    /// Its key in the source.
    pub source_key: Option<String>,
    /// Why, such as `unit_type_differs`.
    pub reason: String,
    /// What the target has.
    pub target: Option<String>,
    /// What the source has.
    pub source: Option<String>,
    /// A user who is active in the target.
    pub needs_attention: bool,
}

/// A person's wish to enrol a target for good.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentWish {
    /// The check that the person looked at.
    #[schema(minimum = 0)]
    pub check: i64,
    /// How many users are knowingly left out, as the check says it.
    pub acknowledge: Option<u64>,
    /// Yes, for good.
    pub r#final: bool,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}
