//! Between the host's values and the engine's.

use minijinja::value::ValueKind;

use crate::value::Value;

/// A value as the engine sees it; what is absent is none.
#[must_use]
pub(in crate::mapping) fn to_engine(value: &Value) -> minijinja::Value {
    match value {
        Value::Absent => minijinja::Value::from(()),
        Value::Text(text) => minijinja::Value::from(text.as_str()),
        Value::Integer(number) => minijinja::Value::from(*number),
        Value::Boolean(flag) => minijinja::Value::from(*flag),
        Value::Bytes(bytes) => minijinja::Value::from_bytes(bytes.clone()),
        Value::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Value::Structure(json) => from_json(json),
    }
}

pub(super) fn from_json(json: &serde_json::Value) -> minijinja::Value {
    match json {
        serde_json::Value::Null => minijinja::Value::from(()),
        serde_json::Value::Bool(flag) => minijinja::Value::from(*flag),
        serde_json::Value::Number(number) => number
            .as_i64()
            .map(minijinja::Value::from)
            .or_else(|| number.as_f64().map(minijinja::Value::from))
            .unwrap_or_else(|| minijinja::Value::from(number.to_string())),
        serde_json::Value::String(text) => minijinja::Value::from(text.as_str()),
        serde_json::Value::Array(items) => items.iter().map(from_json).collect(),
        serde_json::Value::Object(members) => minijinja::Value::from_pairs(
            members
                .iter()
                .map(|(name, value)| (name.as_str(), from_json(value))),
        ),
    }
}

/// What the engine gave, as a value in canonical form.
pub(super) fn from_engine(value: &minijinja::Value) -> Value {
    if let Some(bytes) = value.as_bytes().filter(|_| value.kind() == ValueKind::Bytes) {
        return Value::Bytes(bytes.to_vec());
    }
    Value::Structure(to_json(value)).canonical()
}

fn to_json(value: &minijinja::Value) -> serde_json::Value {
    match value.kind() {
        ValueKind::Undefined | ValueKind::None => serde_json::Value::Null,
        ValueKind::Bool => value.is_true().into(),
        ValueKind::Number => match i64::try_from(value.clone()) {
            Ok(number) => number.into(),
            Err(_) => f64::try_from(value.clone())
                .ok()
                .and_then(serde_json::Number::from_f64)
                .map_or_else(
                    || serde_json::Value::String(value.to_string()),
                    serde_json::Value::Number,
                ),
        },
        ValueKind::Seq | ValueKind::Iterable => value
            .try_iter()
            .map(|items| items.map(|item| to_json(&item)).collect())
            .unwrap_or(serde_json::Value::Null),
        ValueKind::Map => value
            .try_iter()
            .map(|keys| {
                keys.filter_map(|key| {
                    let item = value.get_item(&key).ok()?;
                    Some((key.to_string(), to_json(&item)))
                })
                .collect()
            })
            .unwrap_or(serde_json::Value::Null),
        _ => serde_json::Value::String(value.to_string()),
    }
}
