//! Scopes that need no template: subtrees of units, levels and kinds.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::graph::Graph;
use crate::catalogue::{Entity, EntityKind};
use crate::value::Value;

/// A scope as a table. What it does not say lets everything pass.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ScopeSource {
    /// Units in whose subtree it must lie, one of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub below: Vec<String>,
    /// Units in whose subtree it must not lie, none of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not_below: Vec<String>,
    /// Levels of units that pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels: Vec<String>,
    /// Levels of units that do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub levels_except: Vec<String>,
    /// Kinds that pass.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<String>,
    /// Kinds that do not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds_except: Vec<String>,
}

impl ScopeSource {
    /// Whether it looks at the units above.
    pub(super) fn climbs(&self) -> bool {
        !self.below.is_empty() || !self.not_below.is_empty()
    }

    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The kinds whose relations it looks at.
    pub(super) fn gathers(&self, kind: EntityKind) -> BTreeSet<EntityKind> {
        match kind {
            EntityKind::Person | EntityKind::Account if !self.is_empty() => {
                BTreeSet::from([EntityKind::Person])
            }
            _ => BTreeSet::new(),
        }
    }

    /// Whether an entity passes.
    pub(super) fn passes(&self, graph: &Graph, id: Uuid) -> bool {
        if self.is_empty() {
            return true;
        }
        let Some(entity) = graph.entity(id) else {
            return false;
        };
        match entity.kind {
            EntityKind::Account if entity.values.contains_key("engagement_uuids") => graph
                .related(id, "engagements")
                .any(|engagement| self.passes(graph, engagement.id)),
            EntityKind::Account => graph
                .follow(id, "person")
                .is_some_and(|person| self.passes(graph, person.id)),
            EntityKind::Person => graph
                .related(id, "engagements")
                .chain(graph.related(id, "memberships"))
                .any(|place| self.passes(graph, place.id)),
            EntityKind::Membership => graph
                .follow(id, "group")
                .is_some_and(|group| self.passes(graph, group.id)),
            EntityKind::Unit => self.lets(graph, entity, Some(entity)),
            EntityKind::Group | EntityKind::Engagement => self.lets(graph, entity, graph.follow(id, "unit")),
        }
    }

    fn lets(&self, graph: &Graph, entity: &Entity, unit: Option<&Entity>) -> bool {
        let inside = |units: &[String]| {
            unit.is_some_and(|unit| {
                graph
                    .ancestors(unit.id)
                    .any(|above| units.iter().any(|name| is(above, name)))
            })
        };
        let word = |of: Option<&Entity>, name: &str| {
            of.and_then(|of| of.values.get(name))
                .and_then(Value::as_text)
                .map(str::to_owned)
        };
        let among = |words: &[String], except: &[String], word: Option<String>| {
            let has = |words: &[String]| word.as_ref().is_some_and(|word| words.contains(word));
            (words.is_empty() || has(words)) && !has(except)
        };
        (self.below.is_empty() || inside(&self.below))
            && !inside(&self.not_below)
            && among(&self.levels, &self.levels_except, word(unit, "level"))
            && among(&self.kinds, &self.kinds_except, word(Some(entity), "kind"))
    }
}

/// Whether something lies in the subtree of a unit, the unit itself included.
pub(super) fn below(graph: &Graph, id: Uuid, unit: &str) -> bool {
    let scope = ScopeSource {
        below: vec![unit.to_owned()],
        ..ScopeSource::default()
    };
    scope.passes(graph, id)
}

/// Whether a unit is the one of that name: its identity, UUID, short name or name.
fn is(unit: &Entity, name: &str) -> bool {
    let says = |attribute: &str| unit.values.get(attribute).and_then(Value::as_text) == Some(name);
    says("uuid") || says("short_name") || says("name") || unit.id.to_string() == name
}
