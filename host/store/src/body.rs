//! How attributes are written before they are sealed: postcard, which is read back without a detour through JSON and takes less room.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::catalogue::{Contribution, Entity, ObjectRef};
use samklang_core::{Attributes, Value};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A value, borrowed from what was read or will be written.
#[derive(Serialize, Deserialize)]
enum Written<'a> {
    Absent,
    Text(&'a str),
    Integer(i64),
    Boolean(bool),
    Bytes(&'a [u8]),
    #[serde(borrow)]
    Texts(Vec<&'a str>),
    /// JSON.
    Structure(Cow<'a, str>),
}

impl<'a> Written<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Absent => Self::Absent,
            Value::Text(text) => Self::Text(text),
            Value::Integer(number) => Self::Integer(*number),
            Value::Boolean(flag) => Self::Boolean(*flag),
            Value::Bytes(octets) => Self::Bytes(octets),
            Value::Texts(texts) => Self::Texts(texts.iter().map(String::as_str).collect()),
            Value::Structure(json) => Self::Structure(json.to_string().into()),
        }
    }

    /// The value in its canonical form.
    fn value(self) -> Result<Value, String> {
        let value = match self {
            Self::Absent => Value::Absent,
            Self::Text(text) => Value::Text(text.to_owned()),
            Self::Integer(number) => Value::Integer(number),
            Self::Boolean(flag) => Value::Boolean(flag),
            Self::Bytes(octets) => Value::Bytes(octets.to_vec()),
            Self::Texts(texts) => Value::Texts(texts.into_iter().map(str::to_owned).collect()),
            Self::Structure(json) => {
                Value::Structure(serde_json::from_str(&json).map_err(|error| error.to_string())?)
            }
        };
        Ok(value.canonical())
    }
}

type Rows<'a> = Vec<(&'a str, Written<'a>)>;

fn rows(attributes: &Attributes) -> Rows<'_> {
    attributes
        .iter()
        .map(|(name, value)| (name.as_str(), Written::of(value)))
        .collect()
}

fn values(rows: Rows<'_>) -> Result<Attributes, String> {
    rows.into_iter()
        .map(|(name, value)| Ok((name.to_owned(), value.value()?)))
        .collect()
}

fn put(value: &impl Serialize, to: &mut Vec<u8>) -> Result<(), String> {
    let written = postcard::to_extend(value, std::mem::take(to)).map_err(|error| error.to_string())?;
    *to = written;
    Ok(())
}

/// Writes attributes after what is there.
pub(crate) fn write_attributes(attributes: &Attributes, to: &mut Vec<u8>) -> Result<(), String> {
    put(&rows(attributes), to)
}

/// Reads what [`write_attributes`] wrote.
pub(crate) fn read_attributes(octets: &[u8]) -> Result<Attributes, String> {
    values(postcard::from_bytes(octets).map_err(|error| error.to_string())?)
}

/// Writes a contribution after what is there.
pub(crate) fn write_contribution(contribution: &Contribution, to: &mut Vec<u8>) -> Result<(), String> {
    let Contribution { values, references } = contribution;
    put(&(rows(values), references), to)
}

/// Reads what [`write_contribution`] wrote.
pub(crate) fn read_contribution(octets: &[u8]) -> Result<Contribution, String> {
    let (rows, references) = postcard::from_bytes(octets).map_err(|error| error.to_string())?;
    Ok(Contribution {
        values: values(rows)?,
        references,
    })
}

/// What an entity is made of.
pub(crate) struct Substance {
    pub(crate) values: Attributes,
    pub(crate) references: BTreeMap<String, Uuid>,
    pub(crate) provenance: BTreeMap<String, Arc<ObjectRef>>,
}

/// An object with the attributes that come from it: most attributes of an entity come from few objects.
type Source<'a> = (&'a str, &'a str, &'a str, Vec<&'a str>);

/// Writes what an entity is made of after what is there.
pub(crate) fn write_entity(entity: &Entity, to: &mut Vec<u8>) -> Result<(), String> {
    let mut sources: BTreeMap<&ObjectRef, Vec<&str>> = BTreeMap::new();
    for (attribute, object) in &entity.provenance {
        sources.entry(object).or_default().push(attribute);
    }
    let sources: Vec<Source<'_>> = sources
        .into_iter()
        .map(|(object, attributes)| (&*object.connection, &*object.class, &*object.key, attributes))
        .collect();
    put(&(rows(&entity.values), &entity.references, sources), to)
}

/// Reads what [`write_entity`] wrote.
pub(crate) fn read_entity(octets: &[u8]) -> Result<Substance, String> {
    type Entity<'a> = (Rows<'a>, BTreeMap<String, Uuid>, Vec<Source<'a>>);
    let (rows, references, sources): Entity<'_> =
        postcard::from_bytes(octets).map_err(|error| error.to_string())?;
    let mut provenance = BTreeMap::new();
    for (connection, class, key, attributes) in sources {
        let object = Arc::new(ObjectRef::new(connection, class, key));
        for attribute in attributes {
            provenance.insert(attribute.to_owned(), Arc::clone(&object));
        }
    }
    Ok(Substance {
        values: values(rows)?,
        references,
        provenance,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;

    #[test]
    fn every_kind_of_value_comes_back() {
        let attributes: Attributes = [
            ("absent", Value::Absent),
            ("text", Value::Text("Åse".to_owned())),
            ("number", Value::Integer(-7)),
            ("flag", Value::Boolean(true)),
            ("octets", Value::Bytes(vec![0, 255, 1])),
            ("texts", Value::Texts(vec!["a".to_owned(), "b".to_owned()])),
            (
                "record",
                Value::Structure(json!({ "street": "Vej", "no": [1, null] })),
            ),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
        .collect();
        let mut octets = vec![9];
        write_attributes(&attributes, &mut octets).unwrap();
        assert_eq!(octets[0], 9, "what was there stays");
        assert_eq!(read_attributes(&octets[1..]).unwrap(), attributes);

        let references = BTreeMap::from([("unit".to_owned(), ("units".to_owned(), "u".to_owned()))]);
        let contribution = Contribution {
            values: attributes,
            references,
        };
        let mut octets = Vec::new();
        write_contribution(&contribution, &mut octets).unwrap();
        assert_eq!(read_contribution(&octets).unwrap(), contribution);
        assert!(read_attributes(&octets[..5]).is_err());
    }
}
