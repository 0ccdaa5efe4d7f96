//! Examples of changes, for the person who decides: what was before, what is after, and nothing that is sensitive.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::limits::Change;
use super::tally::Cell;
use crate::value::{Attributes, Value};

/// Examples kept of each kind of change of a class.
const EXAMPLES: usize = 3;

/// What stands for a value that is not shown.
const MASK: &str = "•••";

/// Concealed texts of fewer octets are only masked where they stand alone: as parts of other texts they would say nothing.
const TELLING: usize = 4;

/// An example of a change; what is sensitive is masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The class.
    pub class: String,
    /// The key.
    pub key: String,
    /// The kind of change that it is an example of.
    pub change: Change,
    /// Its cell.
    pub cell: String,
    /// The attributes in question before.
    pub before: Attributes,
    /// The attributes in question after.
    pub after: Attributes,
}

/// A question about an attribute, by its name.
type Asks<'a> = &'a dyn Fn(&str) -> bool;

impl Sample {
    /// An example of a change, from what an object was before and is after. Of an attribute's change it shows that attribute, of any other those
    /// that are `wanted`.
    pub fn of(
        (cell, change): (&Cell, &Change),
        key: &str,
        sides: [Option<&Attributes>; 2],
        wanted: Asks<'_>,
        conceals: Asks<'_>,
    ) -> Self {
        let secrets: Vec<&str> = sides
            .into_iter()
            .flatten()
            .flatten()
            .filter(|(name, _)| conceals(name))
            .filter_map(|(_, value)| value.as_text())
            .filter(|text| text.len() >= TELLING)
            .collect();
        let blot = |text: &str| {
            let masked = secrets.iter();
            masked.fold(text.to_owned(), |text, secret| text.replace(secret, MASK))
        };
        let shown = |side: Option<&Attributes>| -> Attributes {
            let attributes = side.into_iter().flatten();
            let attributes = attributes.filter(|(name, _)| match change {
                Change::Attribute(one) => *name == one,
                _ => wanted(name),
            });
            attributes
                .map(|(name, value)| {
                    let value = match value {
                        _ if conceals(name) => Value::Text(MASK.to_owned()),
                        Value::Text(text) => Value::Text(blot(text)),
                        Value::Texts(texts) => Value::Texts(texts.iter().map(|text| blot(text)).collect()),
                        Value::Structure(json) => Value::Text(blot(&json.to_string())),
                        Value::Bytes(_) => Value::Text(MASK.to_owned()),
                        plain => plain.clone(),
                    };
                    (name.clone(), value)
                })
                .collect()
        };
        let [before, after] = sides;
        Self {
            class: cell.class.clone(),
            key: blot(key),
            change: change.clone(),
            cell: cell.cell.clone(),
            before: shown(before),
            after: shown(after),
        }
    }
}

/// A few examples of each kind of change of a class: those with the smallest keys, so that the order in which changes are met does not matter.
#[derive(Debug)]
pub(super) struct Kept<T>(BTreeMap<(String, Change), BTreeMap<String, T>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

/// Examples as they are shown.
pub(super) type Examples = Kept<Sample>;

impl<T> Kept<T> {
    /// Offers an example; it is only made when it is kept.
    pub(super) fn offer(&mut self, class: &str, change: &Change, key: &str, make: impl FnOnce() -> T) {
        let kept = self.0.entry((class.to_owned(), change.clone())).or_default();
        let full = kept.len() >= EXAMPLES;
        if full
            && kept
                .last_key_value()
                .is_some_and(|(last, _)| last.as_str() <= key)
        {
            return;
        }
        kept.insert(key.to_owned(), make());
        if full {
            kept.pop_last();
        }
    }

    /// All that were kept.
    pub(super) fn all(self) -> Vec<T> {
        self.0.into_values().flat_map(BTreeMap::into_values).collect()
    }
}
