//! Sentences for readers of any language: a stable code and what the sentence speaks of, beside its English.

use std::collections::BTreeMap;

use samklang_core::sentence::{Cause, Outranked, Reason};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::Moment;

/// What a sentence says, for whoever writes it in another language. Among what it speaks of, `words` are somebody else's own, such as a
/// system's or a person's: nobody translates them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Told {
    /// A stable code.
    pub code: String,
    /// What it speaks of, by name.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub arguments: BTreeMap<String, Value>,
}

impl Told {
    /// By its code and what it speaks of, where that is an object.
    #[must_use]
    pub fn new(code: &str, arguments: Value) -> Self {
        Self {
            code: code.to_owned(),
            arguments: named(arguments),
        }
    }

    /// A sentence that is kept by its code; none where there are only words.
    #[must_use]
    pub fn of(sentence: &impl Coded) -> Option<Self> {
        let mut said = serde_json::to_value(sentence).ok()?;
        let arguments = said.get_mut("arguments").map(Value::take).unwrap_or_default();
        match said.get("code")?.as_str()? {
            WORDS => None,
            code => Some(Self::new(code, arguments)),
        }
    }
}

/// The code of what was kept in words alone.
const WORDS: &str = "words";

/// What a sentence speaks of, by name.
#[must_use]
pub fn named(arguments: Value) -> BTreeMap<String, Value> {
    match arguments {
        Value::Object(members) => members.into_iter().collect(),
        _ => BTreeMap::new(),
    }
}

/// Sentences that are a `code` and their `arguments` when they are written as JSON.
pub trait Coded: Serialize {}

impl Coded for Reason {}
impl Coded for Cause {}
impl Coded for Outranked {}
impl Coded for samklang_core::guard::NoPromotion {}

/// Why an entity has no object in a target, or what it has there.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explanation {
    /// Sentences, in English.
    pub sentences: Vec<String>,
    /// The same, class by class; none where no class of the target can stand for the entity.
    pub classes: Vec<Explained>,
}

/// Why an entity has no object of a class in a target, or which one it has: the first condition that fails.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Explained {
    /// The class.
    pub class: String,
    /// The condition, by its code.
    pub told: Told,
    /// The same in English.
    pub words: String,
    /// The mapping's condition as it is written, where that is what fails.
    pub template: Option<String>,
    /// The values that the mapping's condition looks at; null for one that the entity has not.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub values: BTreeMap<String, Value>,
    /// What to do, in English, where something has to be done.
    pub remedy: Option<String>,
    /// What holds the target's changes up just now.
    pub held: Option<Held>,
}

/// What holds the changes of a target up.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Held {
    /// The cycle that waits; none before the first.
    pub cycle: Option<i64>,
    /// The kind of the step that it waits at.
    pub kind: Option<String>,
    /// What people call the system that the step is about.
    pub system: Option<String>,
    /// Since when.
    pub since: Option<Moment>,
    /// Why, in English.
    pub words: String,
}
