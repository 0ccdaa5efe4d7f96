//! Questions that a person answers, and the answers.
//!
//! There is one case for an object and kind of question. It is open, decided, or withdrawn because its ground went away by itself;
//! when the candidates change it is opened again, since an answer is for what the person saw.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::{Contribution, Entity, ObjectRef};
use crate::port::words;
use crate::value::{Attributes, Digest, Value};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseKind {
    /// A rule finds several.
    Ambiguous,
    /// What a rule finds has an object of the same connection and class already.
    LinkedToAnother,
    /// There is one whose value differs in nothing but case, accents or spelling.
    NearMiss,
    /// A rule finds one, and is configured to ask.
    Found,
    /// No rule finds anything, and the mapping is configured to ask.
    Absent,
    /// An object that is linked has a new value, and that is another entity's.
    Twin,
    /// An entity has no place in a target any more, and the policy is to ask what becomes of its object.
    Removal,
}
words!(CaseKind {
    Ambiguous => "ambiguous", LinkedToAnother => "linked-to-another", NearMiss => "near-miss", Found => "found",
    Absent => "absent", Twin => "twin", Removal => "removal",
});

/// Where a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseState {
    /// It waits for a person.
    Open,
    /// A person answered.
    Decided,
    /// Its ground is gone.
    Withdrawn,
}
words!(CaseState { Open => "open", Decided => "decided", Withdrawn => "withdrawn" });

/// On which side of the catalogue the object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// An object of a source asks for its entity.
    Source,
    /// An entity asks for its object in a target.
    Target,
}
words!(Side { Source => "source", Target => "target" });

/// What a person chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// This object is this entity.
    Link,
    /// This object is not this entity, whatever the rules find.
    Apart,
    /// It is somebody new.
    Create,
    /// It is to be left alone, as long as the candidates are these.
    Ignore,
    /// The object goes with its entity.
    Delete,
    /// The object stays, deactivated in the way that the mapping says.
    Deactivate,
    /// The object stays as it is and stands for nobody from then on.
    Detach,
    /// The object stays as it is, and goes on standing for its entity.
    Keep,
}
words!(Choice {
    Link => "link", Apart => "apart", Create => "create", Ignore => "ignore", Delete => "delete",
    Deactivate => "deactivate", Detach => "detach", Keep => "keep",
});

impl CaseKind {
    /// What a person may answer, by the words of [`Choice`].
    #[must_use]
    pub fn choices(self) -> &'static [Choice] {
        match self {
            Self::Ambiguous | Self::LinkedToAnother | Self::NearMiss | Self::Found | Self::Absent => {
                &[Choice::Link, Choice::Create, Choice::Ignore]
            }
            // The object stands for an entity already, so that it is nobody new.
            Self::Twin => &[Choice::Link, Choice::Ignore],
            Self::Removal => &[Choice::Delete, Choice::Deactivate, Choice::Detach, Choice::Keep],
        }
    }
}

/// What a person decided about an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// Its number.
    pub id: i64,
    /// The object; in a target, where there is none yet, its key is the entity's identity.
    pub object: ObjectRef,
    /// What was chosen.
    pub choice: Choice,
    /// The entity that it is about.
    pub entity: Option<Uuid>,
    /// What was asked when it was decided; see [`ground`].
    pub ground: String,
    /// Who decided.
    pub who: String,
    /// Why, in the person's words.
    pub reason: String,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

/// A value that differs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The attribute.
    pub attribute: String,
    /// What the object says.
    pub object: serde_json::Value,
    /// What the candidate has.
    pub candidate: serde_json::Value,
}

/// One that the object may be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The entity, or none when the candidate is a target's object that stands for nobody.
    pub entity: Option<Uuid>,
    /// Of a target, the object's key.
    pub key: Option<String>,
    /// What a person calls it.
    pub name: String,
    /// The rule that found it.
    pub rule: String,
    /// Whether its value is equal only when folded.
    pub near: bool,
    /// The object of the same connection and class that stands for it.
    pub holder: Option<String>,
    /// Attributes that are equal.
    pub agrees: Vec<String>,
    /// Attributes that both have and that differ.
    pub differs: Vec<Difference>,
}

/// A case as it shall be kept: opened, or opened again when its ground differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseWrite {
    /// The object.
    pub object: ObjectRef,
    /// What is asked.
    pub kind: CaseKind,
    /// On which side.
    pub side: Side,
    /// Of a target, the entity that asks.
    pub entity: Option<Uuid>,
    /// What a person calls the object.
    pub name: String,
    /// Whom it may be.
    pub candidates: Vec<Candidate>,
    /// Of a removal, since when the entity has no place in the target, in milliseconds since 1970.
    pub since: Option<i64>,
    /// When, in milliseconds since 1970.
    pub at: i64,
}

impl CaseWrite {
    /// What is asked, in short; see [`ground`].
    #[must_use]
    pub fn ground(&self) -> String {
        asked(&self.candidates, self.since)
    }
}

/// A case as kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseRecord {
    /// Its number.
    pub id: i64,
    /// The object.
    pub object: ObjectRef,
    /// What is asked.
    pub kind: CaseKind,
    /// On which side.
    pub side: Side,
    /// Of a target, the entity that asks.
    pub entity: Option<Uuid>,
    /// What a person calls the object.
    pub name: String,
    /// Where it is.
    pub state: CaseState,
    /// Since when it is open, or was, in milliseconds since 1970.
    pub opened: i64,
    /// When it was decided or withdrawn.
    pub closed: Option<i64>,
    /// Whom it may be.
    pub candidates: Vec<Candidate>,
    /// Of a removal, since when the entity has no place in the target.
    pub since: Option<i64>,
    /// What was chosen.
    pub choice: Option<Choice>,
    /// For whom: an entity, or a target's object.
    pub chosen: Option<String>,
    /// By whom.
    pub who: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

impl CaseRecord {
    /// What is asked, in short; see [`ground`].
    #[must_use]
    pub fn ground(&self) -> String {
        asked(&self.candidates, self.since)
    }
}

/// What is asked: about these candidates, or what becomes of an object. Who comes back and leaves again is asked about again.
fn asked(candidates: &[Candidate], since: Option<i64>) -> String {
    match since {
        Some(since) => removal_ground(since),
        None => ground(candidates.iter().map(Candidate::identity)),
    }
}

/// The ground of a removal: the departure that it is about.
#[must_use]
pub fn removal_ground(since: i64) -> String {
    ground([format!("since {since}")])
}

/// A digest over the candidates of a case: an answer holds as long as it is the same.
#[must_use]
pub fn ground(candidates: impl IntoIterator<Item = String>) -> String {
    let sorted: BTreeSet<String> = candidates.into_iter().collect();
    Digest::of_bytes(Vec::from_iter(sorted).join("\n").as_bytes()).to_string()
}

/// What stands in place of a sensitive value.
const MASK: &str = "••••••";

/// A value as it may be shown.
#[must_use]
pub fn masked(attribute: &str, value: &Value, sensitive: &BTreeSet<String>) -> serde_json::Value {
    if sensitive.contains(attribute) {
        MASK.into()
    } else {
        value.to_json()
    }
}

/// What a person calls something with these values.
#[must_use]
pub fn named(values: &Attributes, otherwise: &str) -> String {
    let text = |name: &str| values.get(name).and_then(Value::as_text);
    let full = || match (text("given_name"), text("family_name")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}")),
        (given, family) => given.or(family).map(str::to_owned),
    };
    text("display_name")
        .map(str::to_owned)
        .or_else(full)
        .or_else(|| text("name").or_else(|| text("username")).map(str::to_owned))
        .unwrap_or_else(|| otherwise.to_owned())
}

impl Candidate {
    /// What tells it from other candidates.
    #[must_use]
    pub fn identity(&self) -> String {
        self.key
            .clone()
            .or_else(|| self.entity.map(|id| id.to_string()))
            .unwrap_or_default()
    }

    /// An entity as a candidate for an object that says this.
    #[must_use]
    pub fn of(id: Uuid, entity: Option<&Entity>, says: &Contribution, sensitive: &BTreeSet<String>) -> Self {
        let none = Attributes::new();
        let values = entity.map_or(&none, |entity| &entity.values);
        let (agrees, differs) = compare(&says.values, values, sensitive);
        Self {
            entity: Some(id),
            key: None,
            name: named(values, &id.to_string()),
            rule: String::new(),
            near: false,
            holder: None,
            agrees,
            differs,
        }
    }
}

/// The attributes that both have: equal ones, and those that differ.
pub(crate) fn compare(
    object: &Attributes,
    candidate: &Attributes,
    sensitive: &BTreeSet<String>,
) -> (Vec<String>, Vec<Difference>) {
    let (mut agrees, mut differs) = (Vec::new(), Vec::new());
    for (attribute, ours) in object {
        match candidate.get(attribute) {
            Some(theirs) if theirs == ours => agrees.push(attribute.clone()),
            Some(theirs) => differs.push(Difference {
                attribute: attribute.clone(),
                object: masked(attribute, ours, sensitive),
                candidate: masked(attribute, theirs, sensitive),
            }),
            None => {}
        }
    }
    (agrees, differs)
}
