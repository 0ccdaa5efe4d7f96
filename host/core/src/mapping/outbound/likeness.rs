//! What an entity looks for its object by, in a target that may hold it already: the values that the mapping gives for the attributes
//! that the rules name. They are worked out before anything else of the object, because a unique name is only made for who has none.

use std::sync::Arc;

use uuid::Uuid;

use super::Outbound;
use super::field::Field;
use crate::key::MatchingKey;
use crate::mapping::graph::Graph;
use crate::mapping::{FieldError, MappingError};
use crate::matching::{Finder, MatchValue, Rule, member, texts, values};
use crate::value::Value;

impl Outbound {
    /// By what objects of the class are found; nothing without a rule.
    #[must_use]
    pub fn finder(&self) -> Finder {
        Finder {
            key: self.key_attribute.clone(),
            rules: self.matching.iter().map(|rule| rule.by.clone()).collect(),
        }
    }

    /// What each of these rules compares for an entity; nothing where the entity lacks it.
    ///
    /// # Errors
    ///
    /// When a template cannot be evaluated for it.
    pub fn likeness(
        &self,
        rules: &[Rule],
        graph: &Arc<Graph>,
        id: Uuid,
        secret: &MatchingKey,
    ) -> Result<Vec<Vec<MatchValue>>, FieldError> {
        rules
            .iter()
            .map(|rule| {
                let found: Result<Vec<Vec<String>>, FieldError> = rule
                    .by
                    .iter()
                    .map(|name| self.texts_under(name, graph, id))
                    .collect();
                let found = found?;
                let texts = |name: &str| {
                    let place = rule.by.iter().position(|by| by == name);
                    place
                        .and_then(|place| found.get(place))
                        .cloned()
                        .unwrap_or_default()
                };
                Ok(values(&rule.by, texts, secret))
            })
            .collect()
    }

    fn texts_under(&self, name: &str, graph: &Arc<Graph>, id: Uuid) -> Result<Vec<String>, FieldError> {
        if name == self.key_attribute {
            // Whoever has no key is found by the other rules; should nothing find it, that is told with the object.
            return Ok(self.key(graph, id).into_iter().collect());
        }
        let (attribute, part) = match self.template(name) {
            Some(_) => (name, None),
            None => member(name),
        };
        let Some(template) = self.template(attribute) else {
            return Ok(Vec::new());
        };
        let value: Value = template
            .evaluate(&graph.scope(id))
            .map_err(|error| self.error(&format!("attributes.{attribute}"), error.cause))?;
        Ok(texts(&value.canonical(), part))
    }

    fn template(&self, attribute: &str) -> Option<&crate::mapping::template::Template> {
        self.fields.iter().find_map(|(name, field)| match field {
            Field::Value(template) if name == attribute => Some(template),
            _ => None,
        })
    }
}

/// Mistakes in the rules of a mapping: a rule compares what the mapping gives by itself.
pub(super) fn mistakes(outbound: &Outbound, place: &str) -> Vec<MappingError> {
    let mut mistakes = Vec::new();
    if !outbound.matching.is_empty()
        && outbound
            .when
            .as_ref()
            .is_some_and(|when| !when.scopes().is_empty())
    {
        mistakes.push(MappingError::new(
            format!("{place}.when"),
            "it asks for a unique name, which nobody gets before an object that is there was looked for",
            "make the condition of other values, or take `match` out",
        ));
    }
    let comparable = || {
        outbound.fields.iter().filter_map(|(name, field)| match field {
            Field::Value(template) if template.scopes().is_empty() => Some(name.as_str()),
            _ => None,
        })
    };
    for name in outbound.matching.iter().flat_map(|rule| &rule.by) {
        let attribute = if outbound.sets(name) { name } else { member(name).0 };
        let place = format!("{place}.match");
        if *name == outbound.key_attribute {
            if !outbound.key.scopes().is_empty() {
                mistakes.push(MappingError::new(
                    place,
                    format!("the key `{name}` is a unique name, which nobody else's object has"),
                    "match by what does not come from the catalogue alone, such as an employee number",
                ));
            } else if outbound.key_rule == super::KeyRule::Given {
                mistakes.push(MappingError::new(
                    place,
                    format!(
                        "the target makes the keys of class `{}` by itself",
                        outbound.class
                    ),
                    "match by an attribute that the mapping sets",
                ));
            }
        } else if !outbound.sets(attribute) {
            let known = comparable().chain([outbound.key_attribute.as_str()]);
            mistakes.push(MappingError::unknown(place, "mapped attribute", name, known));
        } else if !comparable().any(|known| known == attribute) {
            mistakes.push(MappingError::new(
                place,
                format!("`{attribute}` cannot be compared: it is a reference, a list of relations, or a unique name"),
                "match by an attribute whose template stands by itself, such as an employee number",
            ));
        }
    }
    mistakes
}
