//! What a guard has halted, and what a person says to it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Moment, Page, Told};

/// What a guard has halted.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Halt {
    /// The cycle.
    pub cycle: i64,
    /// The step.
    pub position: u32,
    /// Its kind: `compare` or `export`.
    pub kind: String,
    /// Since when it waits.
    pub since: Option<Moment>,
    /// `import` or `plan`.
    pub what: String,
    /// What a decision is bound to.
    pub digest: String,
    /// Two persons have to release it.
    pub two_persons: bool,
    /// Who has said so already, where it takes two.
    pub approved_by: Option<String>,
    /// What that person has said; the second has to say the same.
    pub approved_as: Option<VerdictKind>,
    /// Why it could not be released as a promotion, in English; none when it could.
    pub no_promotion: Option<String>,
    /// The same by its code. Among what it speaks of, `trip` is a limit as those of `parts`.
    pub told: Option<Told>,
    /// By connection.
    pub parts: Vec<HaltPart>,
}

/// The halted change of one connection.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HaltPart {
    /// The connection.
    pub connection: String,
    /// What people call its system.
    pub system: String,
    /// When what it is compared with was read.
    pub accepted: Option<Moment>,
    /// It is the first, which a person has to approve.
    pub first: bool,
    /// A promotion was announced for this time.
    pub announced: bool,
    /// The limits that are exceeded.
    pub trips: Vec<HaltTrip>,
    /// The greatest counts by cell, such as school and class.
    pub counts: Vec<HaltCount>,
    /// How many further cells there are.
    pub further: u64,
    /// Examples.
    pub sample: Vec<HaltChange>,
    /// How it fares as a school-year promotion, where school years are known.
    pub promotion: Option<HaltPromotion>,
}

/// A limit that is exceeded.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HaltTrip {
    /// The kind of entity.
    pub subject: String,
    /// The class; none for all of them together.
    pub class: Option<String>,
    /// The cell; none for the whole class.
    pub cell: Option<String>,
    /// The kind of change: `removed`, `added`, `key-changed`, `moved`, `emptied`, `older`, `attribute:NAME`, …
    pub change: String,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The limit as a number; none where nothing is allowed.
    pub limit: Option<u64>,
    /// The limit in percent.
    pub percent: Option<f64>,
    /// It takes two persons.
    pub hard: bool,
    /// The same in English words.
    pub words: String,
}

/// Changes of one kind in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HaltCount {
    /// The kind of entity.
    pub subject: String,
    /// The class.
    pub class: String,
    /// The cell, such as a school.
    pub cell: String,
    /// The kind of change.
    pub change: String,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
}

/// A change of one object, before and after.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct HaltChange {
    /// The connection.
    pub connection: String,
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// The kind of change.
    pub change: String,
    /// The cell.
    pub cell: String,
    /// The attributes in question before.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub before: BTreeMap<String, serde_json::Value>,
    /// The attributes in question after.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub after: BTreeMap<String, serde_json::Value>,
}

/// What a search within all that was halted found, as far as it looked.
#[derive(Debug, Clone, PartialEq)]
pub struct HaltSearch {
    /// What it found. There may be more even where nothing was found yet.
    pub found: Page<HaltChange>,
    /// How many changes it looked through for that.
    pub looked: u64,
}

/// How a change fares as a school-year promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct HaltPromotion {
    /// Learners who stay.
    pub stay: u64,
    /// Of them, those who move one year up.
    pub up: u64,
    /// Learners who leave.
    pub left: u64,
    /// Of them, those from the top year.
    pub left_from_top: u64,
    /// Why it does not look like one, in English; none when it does.
    pub refusal: Option<String>,
    /// The same by its code. Among what it speaks of, `trip` is a limit as those of `trips`.
    pub told: Option<Told>,
}

/// What a person says to what was halted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VerdictKind {
    /// It passes, once.
    Release,
    /// It passes as a school-year promotion, once.
    ReleaseAsPromotion,
    /// It is thrown away.
    Reject,
    /// It is thrown away, and what was delivered is not imported again.
    RejectSource,
}

/// A person's verdict.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verdict {
    /// What it is.
    pub verdict: VerdictKind,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
    /// The digest of what the person looked at: nothing else is decided about.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub digest: String,
}

/// What became of a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ruling {
    /// The cycle.
    pub cycle: i64,
    /// The step.
    pub position: u32,
    /// It is decided; else a second person has to say the same.
    pub decided: bool,
}
