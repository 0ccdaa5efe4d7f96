//! Mappings as they are written in TOML: by a connector as its defaults, by a tenant as overrides, field by field.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::overwrite::Overwrite;
use super::scope::ScopeSource;
use super::unique::UniqueSource;
use crate::catalogue::EntityKind;
use crate::matching::{RuleSource, Unmatched};

/// The mappings of one connection, as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct MappingSource {
    /// What objects of a class say about entities, by source class.
    pub inbound: BTreeMap<String, InboundSource>,
    /// What a target shall hold, by target class.
    pub outbound: BTreeMap<String, OutboundSource>,
}

/// What objects of one class say about entities, as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct InboundSource {
    /// `false` leaves the class out.
    pub enabled: Option<bool>,
    /// What kind of entity the objects speak about.
    pub entity: Option<EntityKind>,
    /// A condition: the object counts only when it holds.
    pub when: Option<String>,
    /// Rules by which an entity is found for a new object, tried in order.
    #[serde(rename = "match")]
    pub matching: Option<Vec<RuleSource>>,
    /// What happens to an object that no rule finds an entity for.
    pub unmatched: Option<Unmatched>,
    /// How long the objects have a say.
    pub contributes: Option<Contributes>,
    /// The school or subtree that the object belongs to, for the guard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cell: Option<String>,
    /// The school year that the object is in, a whole number, for the guard.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub year: Option<String>,
    /// Canonical attributes.
    pub attributes: BTreeMap<String, FieldSource>,
}

/// How long objects have a say about their entities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contributes {
    /// As long as they are there.
    #[default]
    Always,
    /// Until another source speaks of the entity, and never again: a record that is pushed up once.
    Initially,
}

/// What a target class shall hold, as written.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutboundSource {
    /// `false` leaves the class out.
    pub enabled: Option<bool>,
    /// The kind of entity that an object of the class stands for.
    pub entity: Option<EntityKind>,
    /// The scope: an entity has an object in the target only when it holds.
    pub when: Option<String>,
    /// The scope as a table; both must hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<ScopeSource>,
    /// The object's key.
    pub key: Option<String>,
    /// Rules by which an object that the target holds already is found for an entity, tried in order.
    #[serde(rename = "match", skip_serializing_if = "Option::is_none")]
    pub matching: Option<Vec<RuleSource>>,
    /// What happens for an entity that no rule finds an object for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unmatched: Option<Unmatched>,
    /// The target's attributes.
    pub attributes: BTreeMap<String, FieldSource>,
    /// Whose an attribute is; the catalogue's when nothing is said.
    pub overwrite: BTreeMap<String, Overwrite>,
    /// Attributes without which no object is sent, beside those that the target itself requires.
    pub require: Option<Vec<String>>,
    /// What the attributes of an object that is deactivated are; the others stay as they are.
    pub deactivated: BTreeMap<String, FieldSource>,
}

/// How one attribute comes about, as written.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum FieldSource {
    /// A template.
    Template(String),
    /// Inbound: the entity for which that object of this connection stands.
    Object {
        /// The class of the object.
        reference: String,
        /// A template for its key.
        key: String,
    },
    /// Outbound: the key of the object of this target that stands for a related entity.
    Target {
        /// The class of the object.
        reference: String,
        /// The relation that leads to the entity.
        of: String,
        /// Without such an object the attribute is empty, and not the whole object out of scope.
        optional: bool,
    },
    /// Outbound: a name that no other entity has.
    Unique(UniqueSource),
    /// Outbound: a list of records, one for each related entity.
    Each {
        /// The relation that leads to the entities.
        each: String,
        /// A condition on each.
        when: Option<String>,
        /// The members of a record.
        item: BTreeMap<String, FieldSource>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ObjectTable {
    reference: String,
    key: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TargetTable {
    reference: String,
    of: String,
    #[serde(default)]
    optional: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EachTable {
    each: String,
    when: Option<String>,
    item: BTreeMap<String, FieldSource>,
}

/// What a field's table may be, in words.
const FORMS: &str = "a field is a template, or has `reference` and `key` (inbound), `reference` and `of` (outbound), `each` and `item` \
                     (outbound), or `unique` (outbound)";

impl FieldSource {
    /// A table, told apart by the keys that it has.
    fn of(table: toml::Table) -> Result<Self, toml::de::Error> {
        let has = |key: &str| table.contains_key(key);
        if has("unique") {
            table.try_into().map(Self::Unique)
        } else if has("each") {
            let EachTable { each, when, item } = table.try_into()?;
            Ok(Self::Each { each, when, item })
        } else if has("reference") && has("of") {
            let TargetTable {
                reference,
                of,
                optional,
            } = table.try_into()?;
            Ok(Self::Target {
                reference,
                of,
                optional,
            })
        } else if has("reference") {
            let ObjectTable { reference, key } = table.try_into()?;
            Ok(Self::Object { reference, key })
        } else {
            Err(de::Error::custom(FORMS))
        }
    }
}

impl<'de> Deserialize<'de> for FieldSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Field;
        impl<'de> Visitor<'de> for Field {
            type Value = FieldSource;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(FORMS)
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldSource, E> {
                Ok(FieldSource::Template(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldSource, A::Error> {
                let table = toml::Table::deserialize(de::value::MapAccessDeserializer::new(map))?;
                FieldSource::of(table).map_err(|error| de::Error::custom(error.message()))
            }
        }
        deserializer.deserialize_any(Field)
    }
}

impl MappingSource {
    /// These mappings with a tenant's overrides, field by field.
    #[must_use]
    pub fn overridden_by(mut self, overrides: &Self) -> Self {
        for (class, theirs) in &overrides.inbound {
            let ours = self.inbound.entry(class.clone()).or_default();
            ours.enabled = theirs.enabled.or(ours.enabled);
            ours.entity = theirs.entity.or(ours.entity);
            replace(&mut ours.when, theirs.when.as_ref());
            replace(&mut ours.matching, theirs.matching.as_ref());
            ours.unmatched = theirs.unmatched.or(ours.unmatched);
            ours.contributes = theirs.contributes.or(ours.contributes);
            replace(&mut ours.cell, theirs.cell.as_ref());
            replace(&mut ours.year, theirs.year.as_ref());
            ours.attributes.extend(theirs.attributes.clone());
        }
        for (class, theirs) in &overrides.outbound {
            let ours = self.outbound.entry(class.clone()).or_default();
            ours.enabled = theirs.enabled.or(ours.enabled);
            ours.entity = theirs.entity.or(ours.entity);
            replace(&mut ours.when, theirs.when.as_ref());
            replace(&mut ours.scope, theirs.scope.as_ref());
            replace(&mut ours.key, theirs.key.as_ref());
            replace(&mut ours.matching, theirs.matching.as_ref());
            ours.unmatched = theirs.unmatched.or(ours.unmatched);
            ours.attributes.extend(theirs.attributes.clone());
            ours.overwrite.extend(theirs.overwrite.clone());
            replace(&mut ours.require, theirs.require.as_ref());
            ours.deactivated.extend(theirs.deactivated.clone());
        }
        self
    }
}

fn replace<T: Clone>(ours: &mut Option<T>, theirs: Option<&T>) {
    if theirs.is_some() {
        *ours = theirs.cloned();
    }
}
