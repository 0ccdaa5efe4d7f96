//! What a mapping gives for one object, value by value, for the person who writes it: nothing is decided or kept by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::template::{Scope, Template};
use crate::value::Value;

/// A mapping tried on one object or entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Trial {
    /// Whether the condition holds, or why that cannot be told; none when there is no condition.
    pub when: Option<Tried>,
    /// The key, for a target.
    pub key: Option<Tried>,
    /// The fields, in the order of their names.
    pub fields: Vec<Tried>,
}

/// One field tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// Its name, such as `attributes.email`.
    pub field: String,
    /// How it is written.
    pub template: String,
    /// What it used: names and their values.
    pub inputs: BTreeMap<String, Value>,
    /// What came out, or why nothing did.
    pub result: Result<Value, String>,
}

/// A template tried in a scope.
pub(super) fn tried(field: impl Into<String>, template: &Template, scope: &Arc<dyn Scope>) -> Tried {
    Tried {
        field: field.into(),
        template: template.source().to_owned(),
        inputs: inputs(template, scope),
        result: template.evaluate(scope).map_err(|error| error.cause),
    }
}

/// The values that a template uses: plain ones as they are, of everything else how much of it there is.
pub(super) fn inputs(template: &Template, scope: &Arc<dyn Scope>) -> BTreeMap<String, Value> {
    template
        .names()
        .iter()
        .map(|name| {
            let value = match scope.attribute(name) {
                Some(value) => value.clone(),
                None => match scope.lookup(name) {
                    Some(other) if other.kind() == minijinja::value::ValueKind::Seq => {
                        Value::Text(format!("{} of them", other.len().unwrap_or(0)))
                    }
                    Some(other) if other.is_none() || other.is_undefined() => Value::Absent,
                    Some(other) => other
                        .get_attr("id")
                        .ok()
                        .filter(|id| !id.is_undefined())
                        .map_or_else(
                            || Value::Text(other.to_string()),
                            |id| Value::Text(id.to_string()),
                        ),
                    None => Value::Absent,
                },
            };
            (name.clone(), value)
        })
        .collect()
}
