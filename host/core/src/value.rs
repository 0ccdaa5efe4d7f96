//! Values of attributes, their one canonical form, and digests over it.
//!
//! Two objects are the same when their digests are the same: the order of columns, of the texts in a multi-valued attribute
//! and of the members of a record does not matter, and an absent attribute is the same as one that is not there.

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One value of one attribute.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    /// The object has no value for this attribute.
    #[default]
    Absent,
    /// Unicode text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Boolean(bool),
    /// Octets.
    Bytes(Vec<u8>),
    /// The values of a multi-valued attribute, without order.
    Texts(Vec<String>),
    /// A record or a list of records.
    Structure(serde_json::Value),
}

/// Attributes by name, sorted; an absent value is never kept.
pub type Attributes = BTreeMap<String, Value>;

impl Value {
    /// Whether there is no value.
    #[must_use]
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The text, when it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Brings the value to its canonical form: texts sorted and without repetition, a structure that is nothing but texts
    /// becomes texts, a JSON scalar becomes the plain value, and what is empty becomes absent.
    #[must_use]
    pub fn canonical(self) -> Self {
        match self {
            Self::Text(text) if text.is_empty() => Self::Absent,
            Self::Texts(mut texts) => {
                texts.sort_unstable();
                texts.dedup();
                if texts.is_empty() {
                    Self::Absent
                } else {
                    Self::Texts(texts)
                }
            }
            Self::Structure(json) => match json {
                serde_json::Value::Null => Self::Absent,
                serde_json::Value::String(text) => Self::Text(text).canonical(),
                serde_json::Value::Bool(flag) => Self::Boolean(flag),
                serde_json::Value::Number(ref number) => number
                    .as_i64()
                    .map_or_else(|| Self::Text(number.to_string()), Self::Integer),
                serde_json::Value::Array(ref items) if items.is_empty() => Self::Absent,
                serde_json::Value::Array(items) if items.iter().all(serde_json::Value::is_string) => {
                    Self::Texts(
                        items
                            .iter()
                            .filter_map(|item| item.as_str().map(str::to_owned))
                            .collect(),
                    )
                    .canonical()
                }
                other => Self::Structure(other),
            },
            other => other,
        }
    }

    /// Writes the canonical form for a hash. Each value is tagged and its length given, so that no two differ only in where
    /// one ends.
    fn write_canonical(&self, form: &mut Vec<u8>) {
        fn part(form: &mut Vec<u8>, tag: u8, bytes: &[u8]) {
            form.push(tag);
            form.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
            form.extend_from_slice(bytes);
        }
        match self {
            Self::Absent => part(form, 0, &[]),
            Self::Text(text) => part(form, 1, text.as_bytes()),
            Self::Integer(number) => part(form, 2, &number.to_le_bytes()),
            Self::Boolean(flag) => part(form, 3, &[u8::from(*flag)]),
            Self::Bytes(bytes) => part(form, 4, bytes),
            Self::Texts(texts) => {
                let mut sorted: Vec<&str> = texts.iter().map(String::as_str).collect();
                sorted.sort_unstable();
                sorted.dedup();
                part(form, 5, &(sorted.len() as u64).to_le_bytes());
                for text in sorted {
                    part(form, 1, text.as_bytes());
                }
            }
            // serde_json keeps members sorted by name, so its text is canonical.
            Self::Structure(json) => part(form, 6, json.to_string().as_bytes()),
        }
    }

    /// The value as JSON, in the form that [`Value::from_json`] reads back.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Absent => serde_json::Value::Null,
            Self::Text(text) => text.clone().into(),
            Self::Integer(number) => (*number).into(),
            Self::Boolean(flag) => (*flag).into(),
            Self::Bytes(bytes) => {
                serde_json::json!({ BYTES: base64::engine::general_purpose::STANDARD.encode(bytes) })
            }
            Self::Texts(texts) => texts.clone().into(),
            Self::Structure(json) => json.clone(),
        }
    }

    /// Reads a value back from JSON; the result is canonical.
    #[must_use]
    pub fn from_json(json: serde_json::Value) -> Self {
        if let serde_json::Value::Object(members) = &json
            && members.len() == 1
            && let Some(text) = members.get(BYTES).and_then(serde_json::Value::as_str)
            && let Ok(bytes) = base64::engine::general_purpose::STANDARD.decode(text)
        {
            return Self::Bytes(bytes);
        }
        Self::Structure(json).canonical()
    }
}

/// The member that marks octets in JSON.
const BYTES: &str = "$bytes";

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Absent => serializer.serialize_unit(),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Boolean(flag) => serializer.serialize_bool(*flag),
            Self::Texts(texts) => texts.serialize(serializer),
            Self::Structure(json) => json.serialize(serializer),
            Self::Bytes(_) => self.to_json().serialize(serializer),
        }
    }
}

/// What is plain is read as it is, without the detour over JSON that a record takes.
impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Value;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a value")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Absent)
            }
            fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
                Ok(Value::Boolean(flag))
            }
            fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
                Ok(Value::Integer(number))
            }
            fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
                Ok(Value::from_json(number.into()))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Value, E> {
                Ok(Value::from_json(number.into()))
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()).canonical())
            }
            fn visit_string<E>(self, text: String) -> Result<Value, E> {
                Ok(Value::Text(text).canonical())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, items: A) -> Result<Value, A::Error> {
                serde_json::Value::deserialize(SeqAccessDeserializer::new(items)).map(Value::from_json)
            }
            fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<Value, A::Error> {
                serde_json::Value::deserialize(MapAccessDeserializer::new(members)).map(Value::from_json)
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A digest over an object's attributes: the first 128 bits of a BLAKE3 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 16]);

impl Digest {
    /// The digest of attributes given in the order of their names. Absent ones do not count.
    #[must_use]
    pub fn of<'a>(sorted: impl IntoIterator<Item = (&'a str, &'a Value)>) -> Self {
        // A hasher works by the block: it is much quicker over one piece than over many.
        let mut form = Vec::with_capacity(1024);
        for (name, value) in sorted {
            if !value.is_absent() {
                form.extend_from_slice(&(name.len() as u64).to_le_bytes());
                form.extend_from_slice(name.as_bytes());
                value.write_canonical(&mut form);
            }
        }
        Self::of_bytes(&form)
    }

    /// The digest of any octets, such as the text of a mapping.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Self {
        let mut short = [0; 16];
        for (short, long) in short.iter_mut().zip(blake3::hash(bytes).as_bytes()) {
            *short = *long;
        }
        Self(short)
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
