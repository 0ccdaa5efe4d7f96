//! What would happen in the targets.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{EntityLink, JournalEntry, Told};

/// The plans of the newest cycle.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Plan {
    /// The cycle; none before the first.
    pub cycle: Option<i64>,
    /// Operations by target, class, action and state.
    pub counts: Vec<PlanCount>,
    /// The plans have not been carried out: a run will.
    pub open: bool,
}

/// Operations of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PlanCount {
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// What is done, such as `create`.
    pub action: String,
    /// How many.
    pub count: u64,
}

/// One operation of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlannedOperation {
    /// Its identity.
    pub id: String,
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// What is done.
    pub action: String,
    /// The object's key.
    pub key: String,
    /// The entity that it is done for.
    pub entity: Option<Uuid>,
    /// `planned`, `sent`, `done`, `refused`, `deferred`, …
    pub state: String,
    /// The attributes that change.
    pub changed: Vec<String>,
    /// Why, in English.
    pub reason: String,
    /// The same by its code; none where there are only words.
    pub told: Option<Told>,
}

/// What the days until another one would bring, from what the catalogue holds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Forecast {
    /// The day.
    #[schema(format = "date")]
    pub day: String,
    /// Operations by target, class and action.
    pub counts: Vec<PlanCount>,
}

/// Why an operation was planned, and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OperationStory {
    /// Its identity.
    pub id: String,
    /// The cycle that it belongs to.
    pub cycle: i64,
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// What is done.
    pub action: String,
    /// The object's key.
    pub key: String,
    /// What became of it.
    pub state: String,
    /// Why, in English.
    pub reason: String,
    /// The attributes that change.
    pub changed: Vec<String>,
    /// The object as it shall be.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub desired: BTreeMap<String, serde_json::Value>,
    /// What the target said.
    #[schema(value_type = Option<Value>)]
    pub outcome: Option<serde_json::Value>,
    /// The entity that it is done for.
    pub entity: Option<Uuid>,
    /// What happened to the entity in the cycle that planned it, oldest first. When nothing did, what it refers to has changed, or the mapping,
    /// or the target's own object.
    pub because: Vec<JournalEntry>,
    /// The objects that stand for the entity.
    pub objects: Vec<EntityLink>,
}
