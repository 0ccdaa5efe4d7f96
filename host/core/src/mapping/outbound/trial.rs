//! What each field gives for an entity, for whoever tries a mapping.

use std::collections::BTreeMap;
use std::sync::Arc;

use uuid::Uuid;

use super::field::Field;
use super::{Outbound, TargetKeys};
use crate::mapping::graph::Graph;
use crate::mapping::template::Template;
use crate::mapping::trial::{Trial, Tried, inputs, tried};

impl Outbound {
    /// What each field gives for an entity, also where the condition does not hold.
    #[must_use]
    pub fn trial(&self, graph: &Arc<Graph>, id: Uuid, keys: &dyn TargetKeys) -> Trial {
        let scope = graph.scope(id);
        let field = |(name, field): &(String, Field)| {
            let result = self
                .value(name, field, graph, id, keys)
                .map_err(|error| error.cause)
                .and_then(|value| {
                    value.ok_or_else(|| "what it refers to has no place in the target".to_owned())
                });
            let (template, inputs) = match field {
                Field::Value(template) => (template.source().to_owned(), inputs(template, &scope)),
                Field::Target { class, of, .. } => (format!("{class} of {of}"), BTreeMap::new()),
                Field::Each { relation, .. } => (format!("each of {relation}"), BTreeMap::new()),
                Field::Unique(unique) => (
                    unique
                        .patterns()
                        .map(Template::source)
                        .collect::<Vec<_>>()
                        .join(" | "),
                    unique
                        .patterns()
                        .flat_map(|pattern| inputs(pattern, &scope))
                        .collect(),
                ),
            };
            Tried {
                field: format!("attributes.{name}"),
                template,
                inputs,
                result,
            }
        };
        Trial {
            when: self.when.as_ref().map(|when| tried("when", when, &scope)),
            key: Some(tried("key", &self.key, &scope)),
            fields: self.fields.iter().map(field).collect(),
        }
    }
}
