//! What a mapping gives, tried on chosen objects.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Which mapping is tried, and on what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MappingQuestion {
    /// The class of the connection.
    #[param(min_length = 1, max_length = 500, pattern = r"\S")]
    pub class: String,
    /// An object by its key; for a target also an entity by its identity, a user name or a part of a name.
    #[param(min_length = 1, max_length = 500, pattern = r"\S")]
    pub key: Option<String>,
    /// Without a key, on how many objects, 3 when nothing is said.
    #[param(minimum = 1, maximum = 50)]
    pub sample: Option<u32>,
}

/// What a class's mapping gives.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct MappingTrial {
    /// The connection.
    pub connection: String,
    /// The class.
    pub class: String,
    /// For each object or entity.
    pub objects: Vec<TriedObject>,
}

/// What a mapping gives for one object or entity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TriedObject {
    /// `inbound`: into the catalogue; `outbound`: into a target.
    pub direction: String,
    /// The object's key, inbound.
    pub key: Option<String>,
    /// The entity, outbound.
    pub entity: Option<Uuid>,
    /// Whether the condition holds.
    pub in_scope: bool,
    /// The condition; none where there is none.
    pub when: Option<TriedField>,
    /// The key in the target.
    pub target_key: Option<TriedField>,
    /// The fields, in the order of their names.
    pub fields: Vec<TriedField>,
}

impl TriedObject {
    /// Everything of it that was tried: the condition, the key, the fields.
    pub fn tried(&self) -> impl Iterator<Item = &TriedField> {
        self.when.iter().chain(&self.target_key).chain(&self.fields)
    }
}

/// What a mapping gives for one field.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TriedField {
    /// Its name, such as `attributes.email`.
    pub field: String,
    /// How the mapping writes it.
    pub template: String,
    /// What it used: names and their values.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub inputs: BTreeMap<String, serde_json::Value>,
    /// What came out.
    #[schema(value_type = Value)]
    pub value: serde_json::Value,
    /// Why nothing did.
    pub error: Option<String>,
}
