//! Whose an attribute of a target is: what becomes of the value that the target holds when the catalogue wants another. Written beside the
//! mapping that says what the catalogue wants, so that a connector can bring its system's own rules.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value as Json;

use crate::value::Value;

/// Whose an attribute of a target is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Overwrite {
    /// The catalogue's: the target's value gives way, also to none.
    #[default]
    Always,
    /// The catalogue's as long as it has a value; where it has none the target's own value stays.
    WhenPresent,
    /// The target's, once the object has been made.
    Never,
    /// Of several values, those that came from the catalogue are replaced as a set; the target's own are never touched.
    Ours(Option<Segment>),
}

/// How a record of a target tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// The member of each record that tells it, such as `segment_type`.
    pub segment: String,
    /// What it says in those from the catalogue, such as `External`.
    pub ours: String,
    /// The members by which two records are the same thing: of two that are, only ours stays. Every other member when none is named.
    #[serde(default)]
    pub same: Vec<String>,
    /// A member that is true in at most one record, such as `preferred`; ours comes first.
    #[serde(default)]
    pub single: Option<String>,
}

impl<'de> Deserialize<'de> for Overwrite {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl<'de> Visitor<'de> for Word {
            type Value = Overwrite;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(EXPECTED)
            }
            fn visit_str<E: de::Error>(self, word: &str) -> Result<Overwrite, E> {
                match word {
                    "always" => Ok(Overwrite::Always),
                    "when-present" => Ok(Overwrite::WhenPresent),
                    "never" => Ok(Overwrite::Never),
                    "ours" => Ok(Overwrite::Ours(None)),
                    other => Err(E::custom(format!("`{other}` is not {EXPECTED}"))),
                }
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Overwrite, A::Error> {
                Segment::deserialize(de::value::MapAccessDeserializer::new(map))
                    .map(|segment| Overwrite::Ours(Some(segment)))
            }
        }
        deserializer.deserialize_any(Word)
    }
}

const EXPECTED: &str = "`always`, `when-present`, `never`, `ours`, or a table with `segment` and `ours`";

/// What an attribute of an object shall be, and which part of it is from the catalogue.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// What the target shall hold.
    pub value: Value,
    /// Of several values, those that are remembered as the catalogue's; none where it is not remembered.
    pub ours: Option<Value>,
}

impl Overwrite {
    /// Works out what an object that is there shall hold: `held` is what it holds, `remembered` what of it came from the catalogue before.
    #[must_use]
    pub fn settle(&self, wanted: &Value, held: &Value, remembered: Option<&Value>) -> Settlement {
        let plain = |value: &Value| Settlement {
            value: value.clone(),
            ours: None,
        };
        match self {
            Self::Always => plain(wanted),
            Self::WhenPresent if is_empty(wanted) => plain(held),
            Self::WhenPresent => plain(wanted),
            Self::Never => plain(held),
            Self::Ours(None) => remember(wanted, held, remembered),
            Self::Ours(Some(segment)) => plain(&segment.join(wanted, held)),
        }
    }

    /// What an object that is to be made shall hold.
    #[must_use]
    pub fn initial(&self, wanted: &Value) -> Settlement {
        match self {
            Self::Always | Self::WhenPresent | Self::Never => Settlement {
                value: wanted.clone(),
                ours: None,
            },
            several => several.settle(wanted, &Value::Absent, None),
        }
    }

    /// Whether values of the target's own stand beside the catalogue's.
    #[must_use]
    pub fn shares(&self) -> bool {
        matches!(self, Self::Ours(_))
    }
}

/// Missing, or nothing but white space.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Absent => true,
        Value::Text(text) => text.trim().is_empty(),
        Value::Texts(texts) => texts.iter().all(|text| text.trim().is_empty()),
        _ => false,
    }
}

/// The values of an attribute one by one.
fn several(value: &Value) -> Vec<Json> {
    match value.to_json() {
        Json::Null => Vec::new(),
        Json::Array(items) => items,
        other => vec![other],
    }
}

/// Values as one attribute, in an order of their own, so that the same ones always look the same.
fn joined(mut values: Vec<Json>) -> Value {
    values.sort_by_cached_key(ToString::to_string);
    values.dedup();
    Value::Structure(Json::Array(values)).canonical()
}

/// The values that nothing but memory tells apart. One that the target had by itself never becomes ours.
fn remember(wanted: &Value, held: &Value, remembered: Option<&Value>) -> Settlement {
    let before = remembered.map(several).unwrap_or_default();
    let own: Vec<Json> = several(held)
        .into_iter()
        .filter(|value| !before.contains(value))
        .collect();
    let ours: Vec<Json> = several(wanted)
        .into_iter()
        .filter(|value| !own.contains(value))
        .collect();
    Settlement {
        value: joined(own.into_iter().chain(ours.iter().cloned()).collect()),
        ours: Some(joined(ours)),
    }
}

impl Segment {
    fn join(&self, wanted: &Value, held: &Value) -> Value {
        let mut ours = several(wanted);
        for record in &mut ours {
            if let Json::Object(members) = record {
                members.insert(self.segment.clone(), Json::String(self.ours.clone()));
            }
        }
        let mut taken: BTreeSet<String> = BTreeSet::new();
        ours.retain(|record| taken.insert(self.identity(record)));
        let mut chosen = false;
        for record in &mut ours {
            self.choose(record, &mut chosen);
        }
        let mut own: Vec<Json> = several(held)
            .into_iter()
            .filter(|record| record.get(&self.segment).and_then(Json::as_str) != Some(self.ours.as_str()))
            .filter(|record| !taken.contains(&self.identity(record)))
            .collect();
        for record in &mut own {
            self.choose(record, &mut chosen);
        }
        joined(ours.into_iter().chain(own).collect())
    }

    /// What makes a record this one and no other, whosesoever it is.
    fn identity(&self, record: &Json) -> String {
        let Json::Object(members) = record else {
            return record.to_string();
        };
        let counts = |name: &str| {
            if self.same.is_empty() {
                name != self.segment && self.single.as_deref() != Some(name)
            } else {
                self.same.iter().any(|same| same == name)
            }
        };
        let identity: BTreeMap<&String, &Json> = members.iter().filter(|(name, _)| counts(name)).collect();
        Json::from_iter(
            identity
                .into_iter()
                .map(|(name, value)| (name.clone(), value.clone())),
        )
        .to_string()
    }

    /// Lets the first record that claims to be the single one be it, and no other.
    fn choose(&self, record: &mut Json, chosen: &mut bool) {
        let Some(single) = &self.single else { return };
        if let Some(flag) = record.get_mut(single)
            && *flag == Json::Bool(true)
        {
            if *chosen {
                *flag = Json::Bool(false);
            }
            *chosen = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned()).canonical()
    }

    fn records(json: Json) -> Value {
        Value::Structure(json).canonical()
    }

    fn parse(text: &str) -> Overwrite {
        #[derive(Deserialize)]
        struct Line {
            phone: Overwrite,
        }
        toml::from_str::<Line>(text).unwrap().phone
    }

    #[test]
    fn a_value_that_both_have_is_the_catalogues_and_one_that_it_lacks_stays_when_only_present_ones_overwrite()
    {
        let rule = parse(r#"phone = "when-present""#);
        let settle = |wanted: &Value, held: &Value| rule.settle(wanted, held, None).value;
        assert_eq!(settle(&text("11111111"), &text("22222222")), text("11111111"));
        assert_eq!(settle(&text("11111111"), &Value::Absent), text("11111111"));
        for empty in [
            Value::Absent,
            Value::Text(" \t".to_owned()),
            Value::Texts(vec![" ".to_owned()]),
        ] {
            assert_eq!(settle(&empty, &text("22222222")), text("22222222"));
        }
        assert_eq!(settle(&Value::Absent, &Value::Absent), Value::Absent);
        let always = Overwrite::Always;
        assert_eq!(
            always.settle(&Value::Absent, &text("22222222"), None).value,
            Value::Absent
        );
    }

    #[test]
    fn what_is_initial_only_is_the_targets_own_afterwards() {
        let rule = parse(r#"phone = "never""#);
        assert_eq!(rule.initial(&text("1")).value, text("1"));
        assert_eq!(rule.settle(&text("1"), &text("2"), None).value, text("2"));
        assert_eq!(rule.settle(&text("1"), &Value::Absent, None).value, Value::Absent);
    }

    #[test]
    fn our_segment_is_replaced_as_a_set_and_the_targets_own_is_never_touched() {
        let rule = parse(
            r#"phone = { segment = "segment_type", ours = "External", same = ["number"], single = "preferred" }"#,
        );
        let held = records(json!([
            { "number": "1", "segment_type": "External", "preferred": true },
            { "number": "2", "segment_type": "External" },
            { "number": "3", "segment_type": "Internal", "preferred": true },
            { "number": "4", "segment_type": "Internal", "note": "both" },
        ]));
        // What is internal at the source becomes ours here as well; what both have stays once, as ours.
        let wanted = records(json!([
            { "number": "5", "segment_type": "Internal", "preferred": true },
            { "number": "4" },
        ]));
        let settled = rule.settle(&wanted, &held, None).value;
        assert_eq!(
            settled,
            joined(vec![
                json!({ "number": "5", "segment_type": "External", "preferred": true }),
                json!({ "number": "4", "segment_type": "External" }),
                json!({ "number": "3", "segment_type": "Internal", "preferred": false }),
            ])
        );
        assert_eq!(
            rule.settle(&wanted, &settled, None).value,
            settled,
            "again changes nothing"
        );
        assert_eq!(
            rule.settle(&Value::Absent, &settled, None).value,
            joined(vec![
                json!({ "number": "3", "segment_type": "Internal", "preferred": false })
            ])
        );
    }

    #[test]
    fn a_value_that_the_target_had_by_itself_is_never_remembered_as_ours() {
        let rule = Overwrite::Ours(None);
        let set =
            |texts: &[&str]| Value::Texts(texts.iter().map(|&text| text.to_owned()).collect()).canonical();
        let first = rule.settle(&set(&["a", "b"]), &set(&["b", "own"]), None);
        assert_eq!(first.value, set(&["a", "b", "own"]));
        assert_eq!(first.ours, Some(set(&["a"])));
        let second = rule.settle(&set(&["c"]), &first.value, first.ours.as_ref());
        assert_eq!(second.value, set(&["b", "c", "own"]));
        assert_eq!(second.ours, Some(set(&["c"])));
    }

    #[test]
    fn a_wrong_word_names_the_right_ones() {
        let error = toml::from_str::<BTreeMap<String, Overwrite>>(r#"phone = "sometimes""#).unwrap_err();
        assert!(
            error
                .message()
                .contains("`sometimes` is not `always`, `when-present`"),
            "{error}"
        );
    }

    fn some_values() -> impl Strategy<Value = Value> {
        proptest::collection::vec("[a-e]", 0..5).prop_map(|texts| Value::Texts(texts).canonical())
    }

    proptest! {
        #[test]
        fn once_settled_nothing_differs_and_what_is_foreign_stays(
            wanted in some_values(), next in some_values(), held in some_values()
        ) {
            let rule = Overwrite::Ours(None);
            let once = rule.settle(&wanted, &held, None);
            let again = rule.settle(&wanted, &once.value, once.ours.as_ref());
            prop_assert_eq!(&again.value, &once.value);
            prop_assert_eq!(&again.ours, &once.ours);
            let then = rule.settle(&next, &once.value, once.ours.as_ref());
            for own in several(&held) {
                prop_assert!(several(&then.value).contains(&own));
            }
            let cleared = rule.settle(&Value::Absent, &then.value, then.ours.as_ref());
            prop_assert_eq!(several(&cleared.value), several(&joined(several(&held))));
        }
    }
}
