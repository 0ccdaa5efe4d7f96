//! Sensitive values are never shown: not under their own name, and not where they found their way into another text.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::catalogue::{Entity, EntityKind, ObjectRef};
use samklang_core::mapping::SENSITIVE;
use samklang_server::view::{Coded, Told};
use serde_json::Value;

use crate::configuration::Fitted;

/// What stands in place of a sensitive value.
pub(crate) const CONCEALED: &str = "•••••• (sensitive)";

/// Texts shorter than this are not looked for in others: they would be found everywhere.
const SHORTEST: usize = 4;

/// Which attributes are sensitive.
pub(crate) struct Sensitive {
    canonical: BTreeMap<EntityKind, BTreeSet<String>>,
    /// Connection, class and attribute.
    native: BTreeSet<(String, String, String)>,
}

impl Sensitive {
    /// What connectors and mappings say.
    pub(crate) fn of(fitted: &Fitted) -> Self {
        let mut canonical: BTreeMap<EntityKind, BTreeSet<String>> = BTreeMap::new();
        for connection in fitted.tenant.connections.values() {
            for inbound in connection.mappings.inbound.values() {
                canonical
                    .entry(inbound.entity)
                    .or_default()
                    .extend(inbound.sensitive.iter().cloned());
            }
        }
        let mut native = BTreeSet::new();
        for (connection, configured) in &fitted.tenant.connections {
            for (class, outbound) in &configured.mappings.outbound {
                let place = |name: &str| (connection.clone(), class.clone(), name.to_owned());
                native.extend(outbound.concealed().map(place));
            }
        }
        for (connection, opening) in &fitted.openings {
            for class in &opening.connector.description.classes {
                for attribute in class.attributes.iter().filter(|attribute| attribute.sensitive) {
                    native.insert((connection.clone(), class.name.clone(), attribute.name.clone()));
                }
            }
        }
        Self { canonical, native }
    }

    /// Whether an attribute of an entity is.
    pub(crate) fn canonical(&self, kind: EntityKind, attribute: &str) -> bool {
        SENSITIVE.contains(&attribute)
            || self
                .canonical
                .get(&kind)
                .is_some_and(|names| names.contains(attribute))
    }

    /// Whether an attribute of a system's object is.
    pub(crate) fn native(&self, connection: &str, class: &str, attribute: &str) -> bool {
        SENSITIVE.contains(&attribute)
            || self
                .native
                .contains(&(connection.to_owned(), class.to_owned(), attribute.to_owned()))
    }

    /// The sensitive texts of an entity, to be looked for elsewhere.
    pub(crate) fn texts(&self, entity: &Entity) -> Vec<String> {
        let mut texts = Vec::new();
        for (name, value) in &entity.values {
            if self.canonical(entity.kind, name) {
                gather(&value.to_json(), &mut texts);
            }
        }
        texts.retain(|text| text.chars().count() >= SHORTEST);
        texts
    }
}

/// An object by name. A key that is an identity number is not shown.
pub(crate) fn object_name(fitted: &Fitted, object: &ObjectRef) -> String {
    let ObjectRef {
        connection,
        class,
        key,
    } = object;
    if key_is_sensitive(fitted, connection, class) {
        format!("{connection}/{class}/••••••")
    } else {
        format!("{connection}/{class}/{key}")
    }
}

/// Whether the keys of a class are what nobody is to see.
pub(crate) fn key_is_sensitive(fitted: &Fitted, connection: &str, class: &str) -> bool {
    fitted
        .openings
        .get(connection)
        .and_then(|opening| opening.connector.description.class(class))
        .and_then(|class| class.attribute(&class.key))
        .is_some_and(|attribute| attribute.sensitive)
}

fn gather(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.clone()),
        Value::Number(number) => texts.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, texts)),
        Value::Object(members) => members.values().for_each(|member| gather(member, texts)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Blots sensitive texts out of a text.
pub(crate) fn blot(text: &str, sensitive: &[String]) -> String {
    sensitive.iter().fold(text.to_owned(), |text, secret| {
        text.replace(secret.as_str(), "••••••")
    })
}

/// A sentence by its code, with sensitive texts blotted out of what it speaks of.
pub(crate) fn told(sentence: &impl Coded, sensitive: &[String]) -> Option<Told> {
    let mut told = Told::of(sentence)?;
    for spoken in told.arguments.values_mut() {
        *spoken = blot_json(spoken.take(), sensitive);
    }
    Some(told)
}

/// Blots sensitive texts out of every text within a value.
pub(crate) fn blot_json(value: Value, sensitive: &[String]) -> Value {
    match value {
        Value::String(text) => Value::String(blot(&text, sensitive)),
        Value::Number(number) if sensitive.contains(&number.to_string()) => {
            Value::String("••••••".to_owned())
        }
        Value::Array(items) => items.into_iter().map(|item| blot_json(item, sensitive)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (blot(&name, sensitive), blot_json(member, sensitive)))
            .collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sensitive_text_is_blotted_out_wherever_it_stands() {
        let sensitive = ["01017012345".to_owned(), "4711".to_owned()];
        let value =
            json!({ "cpr": "01017012345", "number": 4711, "list": ["x 01017012345 y"], "name": "Kari" });
        let blotted = blot_json(value, &sensitive);
        assert!(
            !blotted.to_string().contains("01017012345") && !blotted.to_string().contains("4711"),
            "{blotted}"
        );
        assert_eq!(blotted["name"], "Kari");
    }
}
