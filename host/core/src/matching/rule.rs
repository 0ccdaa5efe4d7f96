//! Rules by which a record finds what it stands for: as written, compiled, and gathered from every mapping that speaks of a kind.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::key::MatchValue;
use crate::catalogue::EntityKind;
use crate::key::MatchingKey;
use crate::mapping::text_of;
use crate::value::Attributes;

/// What happens when a rule finds nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnNone {
    /// The next rule is tried; after the last one `unmatched` decides.
    #[default]
    Next,
    /// Something new is made; later rules are not asked.
    Create,
    /// The record is left alone.
    Ignore,
    /// A person is asked.
    Case,
}

/// What happens when a rule finds exactly one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnOne {
    /// The record stands for it.
    #[default]
    Link,
    /// A person is asked: for rules that find the right one mostly, such as name and date of birth.
    Case,
}

/// What happens when a rule finds several. There is no other answer; it can be written to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnSeveral {
    /// A person is asked.
    #[default]
    Case,
}

/// What happens to a record that no rule found anything for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unmatched {
    /// Something new is made.
    #[default]
    Create,
    /// The record is left alone.
    Ignore,
    /// A person is asked.
    Case,
}

/// A rule as written: the name of an attribute, or a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleSource {
    /// The attributes that are compared, all of them.
    pub by: Vec<String>,
    /// Whether the folded values are compared; without a word, they are for `uuid` alone.
    pub fold: Option<bool>,
    /// What happens when it finds nothing.
    pub none: OnNone,
    /// What happens when it finds one.
    pub one: OnOne,
    /// What happens when it finds several.
    pub several: OnSeveral,
}

impl RuleSource {
    /// The rule over one attribute with everything as it is when nothing is said.
    #[must_use]
    pub fn plain(attribute: &str) -> Self {
        Self {
            by: vec![attribute.to_owned()],
            fold: None,
            none: OnNone::default(),
            one: OnOne::default(),
            several: OnSeveral::default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleTable {
    by: By,
    fold: Option<bool>,
    #[serde(default)]
    none: OnNone,
    #[serde(default)]
    one: OnOne,
    #[serde(default)]
    several: OnSeveral,
}

#[derive(Debug)]
struct By(Vec<String>);

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = By;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an attribute, or a list of them")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<By, E> {
                Ok(By(vec![text.to_owned()]))
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, list: A) -> Result<By, A::Error> {
                Vec::deserialize(de::value::SeqAccessDeserializer::new(list)).map(By)
            }
        }
        deserializer.deserialize_any(Names)
    }
}

impl<'de> Deserialize<'de> for RuleSource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Rule;
        impl<'de> Visitor<'de> for Rule {
            type Value = RuleSource;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("the name of an attribute, or a table with `by`")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<RuleSource, E> {
                Ok(RuleSource::plain(text))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<RuleSource, A::Error> {
                let table = RuleTable::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(RuleSource {
                    by: table.by.0,
                    fold: table.fold,
                    none: table.none,
                    one: table.one,
                    several: table.several,
                })
            }
        }
        deserializer.deserialize_any(Rule)
    }
}

/// A rule that can be followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The attributes that are compared, joined by `+`: what values are kept under.
    pub name: String,
    /// The attributes.
    pub by: Vec<String>,
    /// Whether the folded values are compared.
    pub fold: bool,
    /// What happens when it finds nothing.
    pub none: OnNone,
    /// What happens when it finds one.
    pub one: OnOne,
}

impl Rule {
    /// The rule as written, made ready.
    #[must_use]
    pub fn of(source: &RuleSource) -> Self {
        let by = source.by.clone();
        Self {
            name: by.join("+"),
            fold: source
                .fold
                .unwrap_or_else(|| by.iter().all(|name| name == "uuid")),
            by,
            none: source.none,
            one: source.one,
        }
    }

    /// What it compares of these values; none when one of them is missing.
    #[must_use]
    pub fn value(&self, values: &Attributes, key: &MatchingKey) -> Option<MatchValue> {
        value(&self.name, &self.by, values, key)
    }
}

fn value(name: &str, by: &[String], values: &Attributes, key: &MatchingKey) -> Option<MatchValue> {
    let parts: Option<Vec<String>> = by
        .iter()
        .map(|attribute| values.get(attribute).and_then(text_of))
        .collect();
    parts
        .filter(|parts| !parts.is_empty())
        .map(|parts| MatchValue::of(name, &parts, key))
}

/// What entities of each kind are found by, over all mappings of a tenant. An entity is kept under each of them, whichever of its
/// objects has the values: a rule of one class finds what objects of another have said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rulebook(BTreeMap<EntityKind, BTreeSet<Vec<String>>>);

impl Rulebook {
    /// Gathers rules.
    #[must_use]
    pub fn of<'a>(rules: impl IntoIterator<Item = (EntityKind, &'a [Rule])>) -> Self {
        let mut book = Self::default();
        for (kind, rules) in rules {
            let of_kind = book.0.entry(kind).or_default();
            of_kind.extend(rules.iter().map(|rule| rule.by.clone()));
        }
        book
    }

    /// Everything under which an entity of the kind with these values can be found.
    #[must_use]
    pub fn values(&self, kind: EntityKind, values: &Attributes, key: &MatchingKey) -> Vec<MatchValue> {
        self.0
            .get(&kind)
            .into_iter()
            .flatten()
            .filter_map(|by| value(&by.join("+"), by, values, key))
            .collect()
    }

    /// Changes whenever entities of the kind are kept under something else.
    #[must_use]
    pub fn fingerprint(&self, kind: EntityKind) -> String {
        self.0
            .get(&kind)
            .into_iter()
            .flatten()
            .map(|by| by.join("+"))
            .collect::<Vec<_>>()
            .join(",")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Value;

    #[derive(Deserialize)]
    struct Rules {
        rules: Vec<RuleSource>,
    }

    fn rules(text: &str) -> Result<Vec<RuleSource>, toml::de::Error> {
        toml::from_str::<Rules>(&format!("rules = {text}")).map(|rules| rules.rules)
    }

    #[test]
    fn a_rule_is_a_name_or_a_table() {
        let read = rules(
            r#"["national_id", { by = "username", fold = true, none = "case" },
                { by = ["given_name", "birth_date"], one = "case", several = "case" }]"#,
        )
        .unwrap();
        assert_eq!(read[0], RuleSource::plain("national_id"));
        assert_eq!((read[1].fold, read[1].none), (Some(true), OnNone::Case));
        assert_eq!(read[2].by, ["given_name", "birth_date"]);
        assert_eq!(Rule::of(&read[2]).name, "given_name+birth_date");
        for wrong in [
            r#"[{ by = "a", none = "guess" }]"#,
            r#"[{ by = "a", several = "first" }]"#,
            r#"[{ fold = true }]"#,
            r#"[{ by = "a", folded = true }]"#,
            "[1]",
        ] {
            assert!(rules(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn uuids_are_compared_without_regard_to_case() {
        assert!(Rule::of(&RuleSource::plain("uuid")).fold);
        assert!(!Rule::of(&RuleSource::plain("username")).fold);
    }

    #[test]
    fn a_rule_needs_every_value() {
        let key = MatchingKey::new(&[7; 32]);
        let both = Rule::of(&RuleSource {
            by: vec!["name".to_owned(), "born".to_owned()],
            ..RuleSource::plain("")
        });
        let mut values = Attributes::from([("name".to_owned(), Value::Text("Kari".to_owned()))]);
        assert_eq!(both.value(&values, &key), None);
        values.insert("born".to_owned(), Value::Integer(1970));
        assert!(both.value(&values, &key).is_some());
        let book = Rulebook::of([(EntityKind::Person, std::slice::from_ref(&both))]);
        assert_eq!(book.values(EntityKind::Person, &values, &key).len(), 1);
        assert_eq!(book.values(EntityKind::Unit, &values, &key), []);
        assert_eq!(book.fingerprint(EntityKind::Person), "name+born");
    }
}
