//! An entity of the catalogue: where its values come from, and what became of it in each target.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Moment, Told};

/// One of several entities to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Match {
    /// Its identity.
    pub id: Uuid,
    /// `person`, `unit`, `group`, `membership`, `engagement`, `account`.
    pub kind: String,
    /// `active`, `leaving`, `gone`.
    pub state: String,
    /// Its name.
    pub name: String,
    /// The objects that stand for it.
    pub objects: Vec<String>,
}

/// Everything about one entity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Entity {
    /// Its identity.
    pub id: Uuid,
    /// Its kind.
    pub kind: String,
    /// Where it is in its life.
    pub state: String,
    /// Its name.
    pub name: String,
    /// Its course.
    #[serde(flatten)]
    pub course: Course,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// The objects that stand for it.
    pub links: Vec<EntityLink>,
    /// What targets hold of it.
    pub targets: Vec<EntityTarget>,
    /// Operations for it, newest first.
    pub operations: Vec<EntityOperation>,
    /// Its history, newest first.
    pub journal: Vec<EntityJournal>,
    /// What a person should see.
    pub findings: Vec<Subject>,
}

/// Something that a person should see about an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Subject {
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
}

/// One attribute and where its value comes from.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its value.
    #[schema(value_type = Value)]
    pub value: serde_json::Value,
    /// The entity that it refers to.
    pub refers_to: Option<Uuid>,
    /// The kind and the name of that entity.
    pub referred: Option<Referred>,
    /// The object that it comes from.
    pub from: Option<String>,
    /// How the mapping writes it.
    pub template: Option<String>,
    /// What other objects say, which did not have their way.
    pub others: Vec<OtherValue>,
}

/// An entity that another one refers to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Referred {
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
}

/// A value that did not have its way.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct OtherValue {
    /// The value.
    #[schema(value_type = Value)]
    pub value: serde_json::Value,
    /// The object.
    pub from: String,
    /// Why, in English.
    pub why: String,
    /// The same by its code; none where there are only words.
    pub told: Option<Told>,
}

/// An object that stands for the entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct EntityLink {
    /// The object.
    pub object: String,
    /// The rule.
    pub rule: String,
    /// Since when.
    pub since: Moment,
}

/// The entity in one target.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntityTarget {
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// The object's key.
    pub key: String,
    /// `confirmed`, `queued`.
    pub state: String,
    /// The cycle that saw it last.
    pub cycle: i64,
    /// What the target holds.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub attributes: BTreeMap<String, serde_json::Value>,
}

/// One operation for the entity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntityOperation {
    /// Its identity.
    pub id: String,
    /// The cycle.
    pub cycle: i64,
    /// The target.
    pub target: String,
    /// The class.
    pub class: String,
    /// What was done.
    pub action: String,
    /// The object's key.
    pub key: String,
    /// What became of it.
    pub state: String,
    /// The attributes that changed.
    pub changed: Vec<String>,
    /// Why, in English.
    pub reason: String,
    /// The same by its code; none where there are only words.
    pub told: Option<Told>,
    /// What the target said.
    #[schema(value_type = Option<Value>)]
    pub outcome: Option<serde_json::Value>,
}

/// One event of the entity's history.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EntityJournal {
    /// The cycle.
    pub cycle: i64,
    /// When.
    pub at: Moment,
    /// What.
    pub event: String,
    /// Particulars.
    #[schema(value_type = Value)]
    pub detail: serde_json::Value,
}

/// Where the entity is in its life, and what persons did about it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Course {
    /// Where it is; none for one that has always been active.
    pub life: Option<Life>,
    /// Values that were set by hand.
    pub overrides: Vec<Override>,
    /// Objects of targets that it has left.
    pub leaving: Vec<Leaving>,
    /// Wishes that have not been fulfilled.
    pub requests: Vec<Request>,
}

/// Where an entity is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Life {
    /// The state.
    pub state: String,
    /// Since when.
    pub since: Moment,
    /// When it is gone, for one that is leaving.
    pub until: Option<Moment>,
    /// Why, in English.
    pub cause: String,
    /// The same by its code; none where there are only words.
    pub told: Option<Told>,
}

/// A value that was set by hand.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Override {
    /// The attribute.
    pub attribute: String,
    /// The value.
    #[schema(value_type = Value)]
    pub value: serde_json::Value,
    /// Who.
    pub who: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Moment,
    /// Until when.
    pub until: Option<Moment>,
}

/// An object of a target that the entity has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Leaving {
    /// The object.
    pub object: String,
    /// `missing`, `suspected`, `disabled`, `removed`.
    pub stage: String,
    /// Since when.
    pub since: Moment,
    /// When it comes further.
    pub due: Option<Moment>,
}

/// A wish that has not been fulfilled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Request {
    /// The target.
    pub target: String,
    /// Who.
    pub who: String,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Moment,
}

/// A person's wish that one entity is seen to now.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Errand {
    /// The target that shall get it; none for all.
    #[schema(min_length = 1, max_length = 500, pattern = r"\S")]
    pub target: Option<String>,
    /// Also make it where that is done on request.
    #[serde(default)]
    pub distribute: bool,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}

/// A person's wish that an attribute has a value whatever the sources say.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideWish {
    /// The attribute.
    #[schema(min_length = 1, max_length = 100, pattern = r"\S")]
    pub attribute: String,
    /// The value; none to take a former one back.
    #[schema(value_type = Option<Value>)]
    pub value: Option<serde_json::Value>,
    /// Until which day, as a date.
    #[schema(format = "date", pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    pub until: Option<String>,
    /// Why. It is kept with the person's name.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    pub reason: String,
}
