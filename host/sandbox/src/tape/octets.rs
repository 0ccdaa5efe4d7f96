//! Octets on a tape: as the text that they mostly are, so that a person can read it and what is private in it can be found.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Value, json};

/// The member that holds a text.
const TEXT: &str = "text";
/// The member that holds what is no text.
const BASE64: &str = "base64";

/// A body.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Octets(pub(crate) Vec<u8>);

impl Serialize for Octets {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        packed(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Octets {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        if value.is_array() {
            return serde_json::from_value(value)
                .map(Self)
                .map_err(serde::de::Error::custom);
        }
        // A body that was left out is an empty one.
        Ok(Self(opened(&value).unwrap_or_default()))
    }
}

fn packed(octets: &[u8]) -> Value {
    match std::str::from_utf8(octets) {
        Ok(text) => json!({ TEXT: text }),
        Err(_) => json!({ BASE64: STANDARD.encode(octets) }),
    }
}

fn opened(value: &Value) -> Option<Vec<u8>> {
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    match (member(TEXT), member(BASE64)) {
        (Some(text), _) => Some(text.as_bytes().to_vec()),
        (None, Some(encoded)) => STANDARD.decode(encoded).ok(),
        (None, None) => None,
    }
}

/// Lists of octets, wherever they stand in a value, in this form. The contract has no other lists of small numbers.
pub(crate) fn pack(value: Value) -> Value {
    match value {
        Value::Array(items) => {
            let octets: Option<Vec<u8>> = items
                .iter()
                .map(|item| item.as_u64().and_then(|octet| u8::try_from(octet).ok()))
                .collect();
            match octets {
                Some(octets) if !octets.is_empty() => packed(&octets),
                _ => items.into_iter().map(pack).collect(),
            }
        }
        Value::Object(members) => members
            .into_iter()
            .map(|(name, member)| (name, pack(member)))
            .collect(),
        other => other,
    }
}

/// The way back.
pub(crate) fn unpack(value: Value) -> Value {
    match value {
        Value::Object(members) if members.len() == 1 => {
            let value = Value::Object(members);
            match opened(&value) {
                Some(octets) => octets.into(),
                None => match value {
                    Value::Object(members) => each(members),
                    other => other,
                },
            }
        }
        Value::Object(members) => each(members),
        Value::Array(items) => items.into_iter().map(unpack).collect(),
        other => other,
    }
}

fn each(members: serde_json::Map<String, Value>) -> Value {
    members
        .into_iter()
        .map(|(name, member)| (name, unpack(member)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn octets_are_read_as_they_were_packed() {
        let value = json!({
            "dn": "CN=Kari",
            "attributes": [{ "name": "cn", "values": [b"Kari".to_vec(), vec![0_u8, 255]] }],
            "controls": [],
            "number": 7,
        });
        let text = pack(value.clone());
        assert_eq!(
            text["attributes"][0]["values"],
            json!([{ "text": "Kari" }, { "base64": "AP8=" }])
        );
        assert_eq!(unpack(text), value);
        let body = Octets(b"\xffx".to_vec());
        let kept = serde_json::to_value(&body).unwrap();
        assert_eq!(
            serde_json::from_value::<Octets>(unpack(kept.clone())).unwrap(),
            body
        );
        assert_eq!(serde_json::from_value::<Octets>(kept).unwrap(), body);
        assert_eq!(
            serde_json::from_value::<Octets>(json!({ "omitted": 9 })).unwrap(),
            Octets::default()
        );
    }
}
