//! What a target class shall hold: desired objects, made of entities.

mod compile;
mod evaluate;
mod field;
mod likeness;
mod order;
mod trial;

use std::collections::{BTreeMap, BTreeSet};

use uuid::Uuid;

use self::field::Field;
use super::overwrite::Overwrite;
use super::scope::ScopeSource;
use super::template::Template;
use super::unique::Unique;
use super::vocabulary::IDENTIFIERS;
use crate::catalogue::EntityKind;
use crate::connector::Action;
use crate::matching::{Rule, Unmatched, member};
use crate::value::Value;

pub use order::target_order;

/// A compiled outbound mapping of one class.
#[derive(Debug)]
pub struct Outbound {
    /// The target class.
    pub class: String,
    /// The kind of entity that its objects stand for.
    pub entity: EntityKind,
    /// Attributes without which an object cannot be.
    pub required: Vec<String>,
    /// Attributes that are set on create only.
    pub on_create: BTreeSet<String>,
    /// What can be done to its objects.
    pub actions: Vec<Action>,
    /// The name of the key attribute.
    pub key_attribute: String,
    /// An update puts the whole object in place.
    pub replaces: bool,
    /// What becomes of an object whose entity would have another key by now.
    pub key_rule: KeyRule,
    /// Whose an attribute is, where it is not simply the catalogue's.
    pub overwrite: BTreeMap<String, Overwrite>,
    /// Changes whenever what it produces may change.
    pub fingerprint: String,
    /// The scopes of unique names that it uses.
    pub scopes: BTreeSet<String>,
    /// What it produces may be another thing on each day.
    pub by_day: bool,
    /// Classes of the target that its objects cannot be without, by the mapping.
    pub refers_to: BTreeSet<String>,
    /// Kinds whose entities must be gathered together with those that refer to them.
    pub gathers: BTreeSet<EntityKind>,
    /// Rules by which an object that the target holds already is found for an entity, in order.
    pub matching: Vec<Rule>,
    /// What happens for an entity that no rule finds an object for.
    pub unmatched: Unmatched,
    /// Attributes that the target itself holds to be sensitive, and those that are made of what is.
    sensitive: BTreeSet<String>,
    /// Whether it looks at the units above.
    pub climbs: bool,
    scope: ScopeSource,
    when: Option<Template>,
    key: Template,
    fields: Vec<(String, Field)>,
    deactivated: Vec<(String, Field)>,
}

/// What becomes of an object whose entity would have another key by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRule {
    /// It gets the new key.
    Renamed,
    /// It keeps its key, which is said.
    Kept,
    /// The target makes the keys; the mapping only proposes them.
    Given,
}

/// What an attribute of a target is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made<'a> {
    /// These canonical attributes; an account's person's count as the account's.
    Values(BTreeSet<&'a str>),
    /// The entity that this reference leads to.
    Reference(&'a str),
}

/// An object as the catalogue wants it in a target.
#[derive(Debug, Clone, PartialEq)]
pub struct Desired {
    /// Its key.
    pub key: String,
    /// Every attribute that the mapping sets, also those without a value.
    pub attributes: BTreeMap<String, Value>,
}

/// Finds the key of the object of a class that stands for an entity in the target.
pub trait TargetKeys {
    /// The key, or none when the entity has no such object and shall have none.
    fn key(&self, class: &str, entity: Uuid) -> Option<String>;
}

impl Outbound {
    /// Whether the mapping says what a deactivated object is like.
    #[must_use]
    pub fn deactivates(&self) -> bool {
        !self.deactivated.is_empty()
    }

    /// Whether objects of the class are found by this attribute.
    #[must_use]
    pub fn matches_by(&self, attribute: &str) -> bool {
        let about = |name: &String| name == attribute || member(name).0 == attribute;
        self.matching.iter().flat_map(|rule| &rule.by).any(about)
    }

    /// Whose an attribute is.
    #[must_use]
    pub fn overwrite(&self, attribute: &str) -> &Overwrite {
        self.overwrite.get(attribute).unwrap_or(&Overwrite::Always)
    }

    /// Whether values of the target's own stand beside the catalogue's in one attribute, so that what shall be there changes with them.
    #[must_use]
    pub fn shares(&self) -> bool {
        self.overwrite.values().any(Overwrite::shares)
    }

    /// Whether what the target holds takes part in what an update says, so that it has to be known as it is now.
    #[must_use]
    pub fn needs_sight(&self) -> bool {
        self.shares() || self.replaces && self.overwrite.values().any(|whose| *whose != Overwrite::Always)
    }

    /// The attributes that are unique names.
    pub fn unique_names(&self) -> impl Iterator<Item = (&str, &Unique)> {
        self.fields.iter().filter_map(|(name, field)| match field {
            Field::Unique(unique) => Some((name.as_str(), unique)),
            _ => None,
        })
    }

    /// Whether the mapping sets this attribute of the target.
    #[must_use]
    pub fn sets(&self, attribute: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == attribute)
    }

    /// What each attribute of the target is made of.
    pub fn made(&self) -> impl Iterator<Item = (&str, Made<'_>)> {
        self.fields.iter().filter_map(|(name, field)| {
            let made = match field {
                Field::Value(template) => Made::Values(self.words(template)),
                Field::Target { of, .. } => Made::Reference(of),
                // What a unique name is made of does not tell what it is.
                Field::Each { .. } | Field::Unique(_) => return None,
            };
            Some((name.as_str(), made))
        })
    }

    /// The attributes that a template speaks of. What it says of an account's person, it says of the account.
    fn words<'a>(&self, template: &'a Template) -> BTreeSet<&'a str> {
        let about = |path: &'a String| match path.strip_prefix("person.") {
            Some(of_person) if self.entity == EntityKind::Account => of_person,
            _ => path.split('.').next().unwrap_or_default(),
        };
        template.paths().iter().map(about).collect()
    }

    /// Whether the attribute of the target is made of what identifies an entity.
    #[must_use]
    pub fn identifies(&self, attribute: &str) -> bool {
        self.fields.iter().any(|(name, field)| match field {
            Field::Value(template) => {
                name == attribute && self.words(template).iter().any(|word| IDENTIFIERS.contains(word))
            }
            Field::Unique(_) => name == attribute,
            Field::Target { .. } | Field::Each { .. } => false,
        })
    }

    /// The attributes of the target that must not be shown.
    pub fn concealed(&self) -> impl Iterator<Item = &str> {
        self.sensitive.iter().map(String::as_str)
    }

    /// Whether an attribute of the target must not be shown.
    #[must_use]
    pub fn conceals(&self, attribute: &str) -> bool {
        self.sensitive.contains(attribute)
    }

    /// Whether the attribute of the target tells who somebody is: an identifier, or an e-mail address.
    #[must_use]
    pub fn tells_who(&self, attribute: &str) -> bool {
        self.identifies(attribute)
            || self.made().any(|(name, made)| {
                name == attribute && matches!(&made, Made::Values(names) if names.contains("email"))
            })
    }
}
