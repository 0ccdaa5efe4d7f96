//! What was: nights, the journal, and what is set aside.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Counts, CycleSummary, Moment, Usage};

/// One cycle of the history.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Night {
    /// Number, state and times.
    #[serde(flatten)]
    pub summary: CycleSummary,
    /// What its imports and exports counted.
    pub counts: Counts,
    /// What its connectors used.
    pub usage: Usage,
}

/// An entry of the journal.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct JournalEntry {
    /// Its number.
    pub entry: i64,
    /// When.
    pub at: Moment,
    /// The cycle that it belongs to.
    pub cycle: Option<i64>,
    /// Who.
    pub who: String,
    /// What.
    pub event: String,
    /// The entity that it is about.
    pub entity: Option<Uuid>,
    /// Particulars; none when they were erased.
    #[schema(value_type = Option<Value>)]
    pub detail: Option<serde_json::Value>,
    /// The hash that chains it to the one before.
    pub hash: String,
}

/// Whether the journal is as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct JournalVerdict {
    /// It is.
    pub sound: bool,
    /// How many entries there are.
    pub entries: u64,
    /// Of how many the particulars were erased.
    pub erased: u64,
    /// The number of the newest.
    pub newest: i64,
    /// Its hash.
    pub hash: String,
    /// What is wrong, the first flaws.
    pub flaws: Vec<String>,
    /// How many flaws there are.
    pub found: u64,
}

/// An object that is set aside and tried again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Quarantined {
    /// The object, as `connection/class/key`.
    pub object: String,
    /// A stable code.
    pub code: String,
    /// What it speaks of, by name.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub arguments: BTreeMap<String, serde_json::Value>,
    /// What is wrong, in English.
    pub message: String,
    /// What to do, in English.
    pub remedy: String,
    /// How often it was tried.
    pub failures: u32,
    /// Since when.
    pub since: Moment,
    /// When it is tried again; none when nothing is tried.
    pub due: Option<Moment>,
}
