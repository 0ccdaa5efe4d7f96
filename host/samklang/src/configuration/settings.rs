//! A connection's settings against the connector's JSON Schema. Nothing is fetched: a schema that refers to another place is
//! the vendor's mistake.

use jsonschema::error::ValidationErrorKind;

use super::connection::Connection;
use super::mistake::{Mistake, Mistakes};
use super::section::unknown;

/// Notes everything in the settings that the schema does not allow, each at its own line.
pub(super) fn check(connection: &Connection, schema: &str, mistakes: &mut Mistakes) {
    let name = &connection.name;
    let connector = &connection.connector.value;
    let unusable = |cause: String| {
        Mistake::new(
            "connector-schema",
            connection.connector.span.clone(),
            format!("the connector `{connector}` brings a settings schema that cannot be used: {cause}"),
        )
        .remedy("ask the connector's vendor, or name another `version` of it")
    };
    let schema: serde_json::Value = match serde_json::from_str(schema) {
        Ok(schema) => schema,
        Err(cause) => return mistakes.add(unusable(cause.to_string())),
    };
    let validator = match jsonschema::options().offline().build(&schema) {
        Ok(validator) => validator,
        Err(cause) => return mistakes.add(unusable(cause.to_string())),
    };
    for error in validator.iter_errors(&connection.settings) {
        let pointer = error.instance_path().to_string();
        let place = |extra: &str| {
            let mut pointer = format!("/settings{pointer}");
            if !extra.is_empty() {
                pointer.push('/');
                pointer.push_str(&extra.replace('~', "~0").replace('/', "~1"));
            }
            connection.node.pointed(&pointer)
        };
        let table = format!("connections.{name}.settings{}", pointer.replace('/', "."));
        let summary = || described(&schema, &pointer);
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected }
            | ValidationErrorKind::UnevaluatedProperties { unexpected } => {
                let known = known(&schema, &pointer);
                let known: Vec<&str> = known.iter().map(String::as_str).collect();
                for key in unexpected {
                    mistakes.add(unknown(
                        "setting",
                        "setting",
                        key,
                        connection.key_of(&pointer, key),
                        &known,
                        &table,
                    ));
                }
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                let what = described(&schema, &format!("{pointer}/{key}"))
                    .map_or_else(String::new, |summary| format!(": {summary}"));
                mistakes.add(
                    Mistake::new(
                        "setting",
                        place(""),
                        format!("`[{table}]` lacks `{key}`, which the connector `{connector}` needs"),
                    )
                    .remedy(format!("add `{key} = …` under `[{table}]`{what}")),
                );
            }
            _ => {
                let mut mistake =
                    Mistake::new("setting", place(""), format!("a setting does not fit: {error}"));
                if let Some(summary) = summary() {
                    mistake = mistake.remedy(summary);
                }
                mistakes.add(mistake);
            }
        }
    }
}

/// The part of the schema that describes the value at the pointer, as far as plain `properties` lead there.
fn part<'a>(schema: &'a serde_json::Value, pointer: &str) -> Option<&'a serde_json::Value> {
    pointer.split('/').skip(1).try_fold(schema, |schema, name| {
        if name.parse::<usize>().is_ok() {
            schema.get("items")
        } else {
            schema.get("properties")?.get(name)
        }
    })
}

fn known(schema: &serde_json::Value, pointer: &str) -> Vec<String> {
    part(schema, pointer)
        .and_then(|part| part.get("properties")?.as_object())
        .map(|properties| properties.keys().cloned().collect())
        .unwrap_or_default()
}

fn described(schema: &serde_json::Value, pointer: &str) -> Option<String> {
    let part = part(schema, pointer)?;
    let text = part.get("description").or_else(|| part.get("title"))?.as_str()?;
    Some(text.to_owned())
}
