//! From fields back to a struct. An absent field is a missing one, so that `Option` and `#[serde(default)]` do what one
//! expects, and a field that must be there is named when it is not.

use std::fmt;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{self, DeserializeOwned, Deserializer, IntoDeserializer, Visitor};
use serde::{forward_to_deserialize_any, ser};

use crate::{Field, Value};

/// The name that [`Structure`](super::Structure) has for serde.
pub(super) const STRUCTURE: &str = "$samklang::Structure";

/// Why a struct and a row do not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault(pub(super) String);

impl Fault {
    pub(super) fn of(cause: impl fmt::Display) -> Self {
        Self(cause.to_string())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Fault {}

impl ser::Error for Fault {
    fn custom<T: fmt::Display>(cause: T) -> Self {
        Self::of(cause)
    }
}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(cause: T) -> Self {
        Self::of(cause)
    }
}

pub(crate) fn from_fields<T: DeserializeOwned>(fields: &[Field]) -> Result<T, Fault> {
    let present = fields.iter().filter(|(_, value)| !value.is_absent());
    T::deserialize(MapDeserializer::new(
        present.map(|(name, value)| (name.as_str(), OneValue { name, value })),
    ))
}

/// The value of a field, which knows its name to say where something does not fit.
#[derive(Clone, Copy)]
struct OneValue<'a> {
    name: &'a str,
    value: &'a Value,
}

impl<'a> OneValue<'a> {
    fn at(self, cause: impl fmt::Display) -> Fault {
        Fault(format!("{}: {cause}", self.name))
    }

    fn json<'de, V: Visitor<'de>>(
        self,
        json: &'a str,
        visit: impl FnOnce(&mut Json<'a>) -> Result<V::Value, serde_json::Error>,
    ) -> Result<V::Value, Fault> {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        let value = visit(&mut deserializer).map_err(|cause| self.at(cause))?;
        deserializer.end().map_err(|cause| self.at(cause))?;
        Ok(value)
    }
}

type Json<'a> = serde_json::Deserializer<serde_json::de::StrRead<'a>>;

impl<'a> IntoDeserializer<'a, Fault> for OneValue<'a> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for OneValue<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let value = match self.value {
            Value::Absent => visitor.visit_none(),
            Value::Text(text) => visitor.visit_borrowed_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Boolean(truth) => visitor.visit_bool(*truth),
            Value::Bytes(bytes) => visitor.visit_borrowed_bytes(bytes),
            Value::Texts(texts) => {
                visitor.visit_seq(SeqDeserializer::<_, Fault>::new(texts.iter().map(String::as_str)))
            }
            Value::Structure(json) => return self.json::<V>(json, |json| json.deserialize_any(visitor)),
        };
        value.map_err(|cause: Fault| self.at(cause))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Absent => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::Structure(json) if name == STRUCTURE => {
                self.json::<V>(json, |json| visitor.visit_newtype_struct(json))
            }
            _ if name == STRUCTURE => Err(self.at("is no structure")),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self.value {
            Value::Text(text) => visitor
                .visit_enum(IntoDeserializer::<Fault>::into_deserializer(text.as_str()))
                .map_err(|cause| self.at(cause)),
            Value::Structure(json) => {
                self.json::<V>(json, |json| json.deserialize_enum(name, variants, visitor))
            }
            _ => Err(self.at("is no text")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}
