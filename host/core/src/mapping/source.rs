//! Mappings as they are written in TOML: by a connector as its defaults, by a tenant as overrides, field by field.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::overwrite::Overwrite;
use crate::catalogue::EntityKind;

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
    /// Attributes by which an entity is found for a new object, tried in order.
    #[serde(rename = "match")]
    pub matching: Option<Vec<String>>,
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
    /// The object's key.
    pub key: Option<String>,
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
struct FieldTable {
    reference: Option<String>,
    key: Option<String>,
    of: Option<String>,
    optional: Option<bool>,
    each: Option<String>,
    when: Option<String>,
    item: Option<BTreeMap<String, FieldSource>>,
}

impl<'de> Deserialize<'de> for FieldSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Field;
        impl<'de> Visitor<'de> for Field {
            type Value = FieldSource;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a template, or a table with `reference` and `key`, `reference` and `of`, or `each` and `item`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<FieldSource, E> {
                Ok(FieldSource::Template(text.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<FieldSource, A::Error> {
                let table = FieldTable::deserialize(de::value::MapAccessDeserializer::new(map))?;
                match table {
                    FieldTable {
                        reference: Some(reference),
                        key: Some(key),
                        of: None,
                        optional: None,
                        each: None,
                        when: None,
                        item: None,
                    } => Ok(FieldSource::Object { reference, key }),
                    FieldTable {
                        reference: Some(reference),
                        of: Some(of),
                        optional,
                        key: None,
                        each: None,
                        when: None,
                        item: None,
                    } => Ok(FieldSource::Target {
                        reference,
                        of,
                        optional: optional.unwrap_or(false),
                    }),
                    FieldTable {
                        each: Some(each),
                        item: Some(item),
                        when,
                        reference: None,
                        key: None,
                        of: None,
                        optional: None,
                    } => Ok(FieldSource::Each { each, when, item }),
                    _ => Err(de::Error::custom(
                        "a field is a template, or has `reference` and `key` (inbound), `reference` and `of` (outbound), or `each` and `item` (outbound)",
                    )),
                }
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
            replace(&mut ours.key, theirs.key.as_ref());
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
