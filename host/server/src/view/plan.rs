//! What would happen in the targets.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Told;

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
