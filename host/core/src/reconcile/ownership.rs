//! Who is believed: the order of sources, for each attribute of each kind. A person who overrides a value comes before all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::catalogue::{EntityKind, ObjectRef};
use crate::value::Value;

/// Whose word counts for an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Order {
    /// Connections, the first believed first.
    pub from: Vec<String>,
    /// Nobody else has a say, so that where these have no value there is none. Otherwise the others come after these.
    pub only: bool,
}

/// Whose word counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ownership {
    /// Where an attribute has an order of its own.
    pub attributes: BTreeMap<EntityKind, BTreeMap<String, Order>>,
    /// How long an entity of a kind stays after the last source fell silent, in milliseconds.
    pub grace: BTreeMap<EntityKind, i64>,
}

impl Ownership {
    /// The place of a connection among those that have a say about an attribute, the lowest first; none when it has none.
    #[must_use]
    pub fn rank(
        &self,
        sources: &[String],
        kind: EntityKind,
        attribute: &str,
        connection: &str,
    ) -> Option<usize> {
        let place = |list: &[String]| list.iter().position(|source| source == connection);
        let general = place(sources).unwrap_or(sources.len());
        let Some(order) = self.attributes.get(&kind).and_then(|of| of.get(attribute)) else {
            return Some(general);
        };
        match place(&order.from) {
            Some(place) => Some(place),
            None if order.only => None,
            None => Some(order.from.len().saturating_add(general)),
        }
    }

    /// Changes whenever what the sources of a kind say together may change.
    #[must_use]
    pub fn fingerprint(&self, kind: EntityKind) -> String {
        self.attributes
            .get(&kind)
            .map(|orders| serde_json::to_string(orders).unwrap_or_default())
            .unwrap_or_default()
    }

    /// How long an entity stays after the last source fell silent, in milliseconds.
    #[must_use]
    pub fn grace(&self, kind: EntityKind) -> i64 {
        self.grace.get(&kind).copied().unwrap_or_default()
    }
}

/// A value that a person set by hand, before whatever the sources say.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Override {
    /// The entity.
    pub entity: Uuid,
    /// The canonical attribute.
    pub attribute: String,
    /// The value; absent when the attribute shall have none.
    pub value: Value,
    /// When it ends by itself, in milliseconds since 1970.
    pub until: Option<i64>,
    /// Who set it.
    pub who: String,
    /// Why.
    pub reason: String,
    /// When it was set, in milliseconds since 1970.
    pub at: i64,
}

/// What the provenance of an overridden value names in place of a connection. No connection can have this name.
pub const BY_HAND: &str = "by hand";

impl Override {
    /// Where the value comes from.
    #[must_use]
    pub fn provenance(&self) -> ObjectRef {
        ObjectRef {
            connection: BY_HAND.to_owned(),
            class: self.who.clone(),
            key: self.at.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_has_an_order_of_its_own_or_that_of_the_file() {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>();
        let sources = names(&["school", "payroll", "mo"]);
        let order = |from: &[&str], only| Order {
            from: names(from),
            only,
        };
        let ownership = Ownership {
            attributes: BTreeMap::from([(
                EntityKind::Person,
                BTreeMap::from([
                    ("email".to_owned(), order(&["mo", "payroll"], false)),
                    ("phone".to_owned(), order(&["mo"], true)),
                ]),
            )]),
            grace: BTreeMap::new(),
        };
        let ranks = |kind, attribute: &str| {
            ["school", "payroll", "mo"].map(|source| ownership.rank(&sources, kind, attribute, source))
        };
        assert_eq!(ranks(EntityKind::Person, "name"), [Some(0), Some(1), Some(2)]);
        assert_eq!(ranks(EntityKind::Person, "email"), [Some(2), Some(1), Some(0)]);
        assert_eq!(ranks(EntityKind::Person, "phone"), [None, None, Some(0)]);
        assert_eq!(ranks(EntityKind::Unit, "email"), [Some(0), Some(1), Some(2)]);
    }
}
