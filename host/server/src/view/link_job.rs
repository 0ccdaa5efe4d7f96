//! Matching what a target holds already with the entities that have nothing there.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Moment;

/// A person's wish that what a target holds already is linked.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkJobWish {
    /// This class alone; none for all.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub class: Option<String>,
    /// Only look what would be linked.
    #[serde(default)]
    pub dry_run: bool,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}

/// A link job and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkJob {
    /// The target.
    pub target: String,
    /// The class; none when it was all.
    pub class: Option<String>,
    /// It only looked what would be linked.
    pub dry_run: bool,
    /// When it ended.
    pub at: Moment,
    /// Who wanted it.
    pub who: String,
    /// Why.
    pub reason: String,
    /// Why it could not be done, or not to its end; none when it was.
    pub failed: Option<String>,
    /// How many, by class and what became of them.
    pub counts: Vec<LinkCount>,
    /// The first of each.
    pub told: Vec<LinkFound>,
}

/// Entities, or objects that stand for nobody, of which the same became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkCount {
    /// The class.
    pub class: String,
    /// `linked`, `ambiguous`, `near-miss`, `linked-to-another`, `asked`, `unmatched`, `unclaimed`.
    pub found: String,
    /// How many.
    pub count: u64,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkFound {
    /// What became of it.
    pub found: String,
    /// The class.
    pub class: String,
    /// The entity; none of an object that stands for nobody.
    pub entity: Option<Uuid>,
    /// Keys of the objects that it is, or may be.
    pub keys: Vec<String>,
    /// The rule that found them, or who said so.
    pub rule: Option<String>,
}
