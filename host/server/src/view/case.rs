//! Questions that a person answers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Moment;

/// A question in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Question {
    /// Its number.
    pub id: i64,
    /// `ambiguous`, `linked-to-another`, `near-miss`, `found`, `absent`, `twin`, `removal`.
    pub kind: String,
    /// `source` or `target`.
    pub side: String,
    /// The object that it is about, as `connection/class/key`.
    pub object: String,
    /// The object's name.
    pub name: String,
    /// `open`, `decided`, `withdrawn`.
    pub state: String,
    /// When it was opened.
    pub opened: Moment,
    /// How many candidates there are. A case, which a question is part of, has a member `candidates` of its own.
    #[serde(rename = "candidate_count")]
    pub candidates: u64,
    /// What was chosen.
    pub choice: Option<String>,
}

/// A question with everything that it takes to answer it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Case {
    /// As in the list.
    #[serde(flatten)]
    pub question: Question,
    /// The entity that asks, where the object is a target's.
    pub entity: Option<Uuid>,
    /// When it was closed.
    pub closed: Option<Moment>,
    /// Of a removal: since when the entity has no place.
    pub since: Option<Moment>,
    /// Whom or what was chosen.
    pub chosen: Option<String>,
    /// Who answered.
    pub who: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// What may be answered: `link`, `create`, `ignore`, `delete`, `deactivate`, `detach`, `keep`.
    pub choices: Vec<String>,
    /// Whom or what it may be.
    pub candidates: Vec<Candidate>,
    /// The answer can be taken back.
    pub undoable: bool,
}

/// One that the object may be.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Candidate {
    /// What an answer names it by.
    pub id: String,
    /// The entity; none when it is a target's object that stands for nobody.
    pub entity: Option<Uuid>,
    /// The target's object.
    pub key: Option<String>,
    /// Its name.
    pub name: String,
    /// The rule that found it.
    pub rule: String,
    /// It differs in nothing but case, accents or spelling.
    pub near: bool,
    /// The object that it has already.
    pub holder: Option<String>,
    /// Attributes that agree.
    pub agrees: Vec<String>,
    /// Attributes that differ.
    pub differs: Vec<Difference>,
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// The attribute.
    pub attribute: String,
    /// What the object says.
    #[schema(value_type = Value)]
    pub object: serde_json::Value,
    /// What the candidate has.
    #[schema(value_type = Value)]
    pub candidate: serde_json::Value,
}

/// A person's answer.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CaseAnswer {
    /// One of the case's `choices`.
    #[schema(min_length = 1, max_length = 63, pattern = r"\S")]
    pub choice: String,
    /// The candidate's `id`, with `link`.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub candidate: Option<String>,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}
