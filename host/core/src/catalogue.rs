//! The tenant's own truth: entities, what each object says about them, and which object stands for which entity.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::value::Attributes;

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// A part of an organisation: a municipality, a school, a team.
    Unit,
    /// A human being.
    Person,
    /// Persons who belong together for a purpose, such as a class.
    Group,
    /// A person's place in a unit: employment, or attendance of a school.
    Engagement,
    /// A person's place in a group.
    Membership,
    /// A person's access to a system.
    Account,
}

impl EntityKind {
    /// Every kind, in the order in which their changes are reconciled: what is referred to comes before what refers.
    pub const ALL: [Self; 6] = [
        Self::Unit,
        Self::Person,
        Self::Group,
        Self::Engagement,
        Self::Membership,
        Self::Account,
    ];

    /// The word for configuration, tables and stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Group => "group",
            Self::Engagement => "engagement",
            Self::Membership => "membership",
            Self::Account => "account",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }

    /// The place in the order of [`EntityKind::ALL`].
    #[must_use]
    pub fn rank(self) -> i32 {
        match self {
            Self::Unit => 0,
            Self::Person => 1,
            Self::Group => 2,
            Self::Engagement => 3,
            Self::Membership => 4,
            Self::Account => 5,
        }
    }
}

/// An object of a connection, by name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectRef {
    /// The connection's name.
    pub connection: String,
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
}

impl std::fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}/{}", self.connection, self.class, self.key)
    }
}

impl ObjectRef {
    /// The object of that connection and class with that key.
    #[must_use]
    pub fn new(connection: &str, class: &str, key: &str) -> Self {
        Self {
            connection: connection.to_owned(),
            class: class.to_owned(),
            key: key.to_owned(),
        }
    }

    /// The identity that an entity gets when it is made for this object, in the namespace of a tenant: a UUID of version 5, so that the
    /// same object always makes the same entity.
    #[must_use]
    pub fn identity(&self, namespace: &Uuid) -> Uuid {
        Uuid::new_v5(namespace, self.to_string().as_bytes())
    }
}

/// What one object says about one entity.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Contribution {
    /// Canonical attributes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: Attributes,
    /// Canonical attributes whose value is another object of the same connection: attribute → class and key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub references: BTreeMap<String, (String, String)>,
}

impl Contribution {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        self.values.is_empty() && self.references.is_empty()
    }

    /// The attributes that it says something about.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.values
            .keys()
            .chain(self.references.keys())
            .map(String::as_str)
    }
}

/// This object *is* this entity, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// The object.
    pub object: ObjectRef,
    /// The entity.
    pub entity: Uuid,
    /// Why: `created`, or `matched:` with the attribute of the rule that found it.
    pub rule: String,
    /// When it was made, in milliseconds since 1970.
    pub since: i64,
    /// What the object says.
    pub contribution: Contribution,
}

/// Whether an entity is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityState {
    /// At least one object stands for it.
    Active,
    /// No object stands for it any more; it stays as it was for a time of grace.
    Leaving,
    /// No object stands for it any more.
    Gone,
}

impl EntityState {
    /// The word for stores.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Leaving => "leaving",
            Self::Gone => "gone",
        }
    }

    /// Whether at least one object stands for it.
    #[must_use]
    pub fn is_active(self) -> bool {
        self == Self::Active
    }

    /// Whether it counts: it is active, or leaves and has not gone yet.
    #[must_use]
    pub fn is_present(self) -> bool {
        self != Self::Gone
    }
}

/// An entity of the catalogue.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entity {
    /// Its identity in this tenant.
    pub id: Uuid,
    /// What it is.
    pub kind: EntityKind,
    /// Whether it is there.
    pub state: EntityState,
    /// Canonical attributes. Those of an entity that is gone are its last ones.
    pub values: Attributes,
    /// Canonical attributes whose value is another entity.
    pub references: BTreeMap<String, Uuid>,
    /// For each attribute, the object that it comes from.
    pub provenance: BTreeMap<String, Arc<ObjectRef>>,
}
