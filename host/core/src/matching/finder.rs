//! By what objects of a target are found: attributes of their class, of which the store keeps fingerprints beside each object. An object
//! is kept under every value that it has: of a list, under each text and each record's member.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::key::MatchValue;
use crate::key::MatchingKey;
use crate::mapping::text_of;
use crate::value::{Attributes, Value};

/// By what the objects of a class are found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finder {
    /// The attribute that is the class's key; its value is the object's key, whatever else is known of the object.
    pub key: String,
    /// What is compared together.
    pub rules: BTreeSet<Vec<String>>,
}

impl Finder {
    /// Everything under which an object is found.
    #[must_use]
    pub fn values(&self, key: &str, attributes: &Attributes, secret: &MatchingKey) -> BTreeSet<MatchValue> {
        let texts = |name: &str| {
            if name == self.key {
                vec![key.to_owned()]
            } else {
                texts_of(attributes, name)
            }
        };
        self.rules
            .iter()
            .flat_map(|by| values(by, texts, secret))
            .collect()
    }
}

/// What is compared of an object for a rule over these attributes. Of a rule over several attributes each has to have one value: which
/// of several belong together, nobody can tell.
pub(crate) fn values(
    by: &[String],
    texts: impl Fn(&str) -> Vec<String>,
    secret: &MatchingKey,
) -> Vec<MatchValue> {
    let name = by.join("+");
    match by {
        [] => Vec::new(),
        [one] => texts(one)
            .into_iter()
            .map(|text| MatchValue::of(&name, &[text], secret))
            .collect(),
        several => {
            let parts = several.iter().map(|one| match texts(one).as_slice() {
                [only] => Some(only.clone()),
                _ => None,
            });
            let parts: Option<Vec<String>> = parts.collect();
            parts
                .map(|parts| MatchValue::of(&name, &parts, secret))
                .into_iter()
                .collect()
        }
    }
}

/// The attribute that a name in a rule is about, and the member of its records.
pub(crate) fn member(name: &str) -> (&str, Option<&str>) {
    match name.split_once('.') {
        Some((attribute, member)) => (attribute, Some(member)),
        None => (name, None),
    }
}

/// The texts under a name in a rule.
fn texts_of(attributes: &Attributes, name: &str) -> Vec<String> {
    if let Some(value) = attributes.get(name) {
        return texts(value, None);
    }
    let (attribute, member) = member(name);
    attributes
        .get(attribute)
        .filter(|_| member.is_some())
        .map(|value| texts(value, member))
        .unwrap_or_default()
}

/// The texts in a value: itself, those of a list, or a member of each record.
pub(crate) fn texts(value: &Value, member: Option<&str>) -> Vec<String> {
    match (value, member) {
        (Value::Texts(texts), None) => texts.clone(),
        (Value::Structure(json), Some(member)) => {
            let records = match json {
                serde_json::Value::Array(records) => records.as_slice(),
                single => std::slice::from_ref(single),
            };
            let members = records.iter().filter_map(|record| record.get(member));
            members
                .filter_map(|json| text_of(&Value::Structure(json.clone()).canonical()))
                .collect()
        }
        (value, None) => text_of(value).into_iter().collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn finder(rules: &[&[&str]]) -> Finder {
        let rule = |by: &&[&str]| by.iter().map(|&name| name.to_owned()).collect();
        Finder {
            key: "id".to_owned(),
            rules: rules.iter().map(rule).collect(),
        }
    }

    #[test]
    fn an_object_is_found_by_each_value_that_it_has() {
        let secret = MatchingKey::new(&[7; 32]);
        let attributes = Attributes::from([
            (
                "mail".to_owned(),
                Value::Texts(vec!["a@x".to_owned(), "b@x".to_owned()]),
            ),
            ("born".to_owned(), Value::Integer(1970)),
            (
                "identifiers".to_owned(),
                Value::Structure(
                    json!([{ "type": "CARD", "value": "F1" }, { "value": 7 }, { "type": "none" }]),
                ),
            ),
        ]);
        let found = |rules: &[&[&str]]| finder(rules).values("Kari", &attributes, &secret);
        let one = |rule: &str, parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            MatchValue::of(rule, &parts, &secret)
        };
        assert_eq!(found(&[&["id"]]), BTreeSet::from([one("id", &["Kari"])]));
        assert_eq!(
            found(&[&["mail"]]),
            BTreeSet::from([one("mail", &["a@x"]), one("mail", &["b@x"])])
        );
        assert_eq!(
            found(&[&["identifiers.value"]]),
            BTreeSet::from([
                one("identifiers.value", &["F1"]),
                one("identifiers.value", &["7"])
            ])
        );
        assert_eq!(
            found(&[&["id", "born"]]),
            BTreeSet::from([one("id+born", &["Kari", "1970"])])
        );
        for nothing in [
            &["mail", "born"][..],
            &["phone"],
            &["identifiers"],
            &["born.year"],
        ] {
            assert_eq!(found(&[nothing]), BTreeSet::new(), "{nothing:?}");
        }
    }
}
