//! Look-up tables of a tenant: from a key to a value, or to a record of values.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::value::Digest;

/// One table. Keys are compared as they are written, without blanks around them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    rows: BTreeMap<String, serde_json::Value>,
}

impl Table {
    /// A table of these rows; of two with one key the later counts.
    #[must_use]
    pub fn new(rows: impl IntoIterator<Item = (String, serde_json::Value)>) -> Self {
        Self {
            rows: rows
                .into_iter()
                .map(|(key, value)| (key.trim().to_owned(), value))
                .collect(),
        }
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&serde_json::Value> {
        self.rows.get(key.trim())
    }

    /// How many rows it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Changes whenever a row does.
    #[must_use]
    pub fn digest(&self) -> Digest {
        let text = serde_json::to_string(&self.rows).unwrap_or_default();
        Digest::of_bytes(text.as_bytes())
    }
}

/// The tables of a tenant by name.
pub type Tables = BTreeMap<String, Arc<Table>>;

/// What a template hands to a function or filter as its first argument, such as the names of the tables that it looks things up in; an error
/// when one is not written as a plain text, because a change of that table could not be told to concern the template.
pub(super) fn named_in(source: &str, function: &str) -> Result<Vec<String>, String> {
    let mut names = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find(function) {
        let before = rest.get(..at).and_then(|text| text.chars().next_back());
        rest = rest.get(at + function.len()..).unwrap_or_default();
        let Some(arguments) = rest.trim_start().strip_prefix('(') else {
            continue;
        };
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let arguments = arguments.trim_start();
        let name = arguments
            .chars()
            .next()
            .filter(|quote| matches!(quote, '"' | '\''))
            .and_then(|quote| arguments.get(1..)?.split_once(quote))
            .map(|(name, _)| name.to_owned());
        names.push(
            name.ok_or("`lookup` takes the name of its table in quotation marks, as in lookup(\"titles\")")?,
        );
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_a_template_are_told_from_its_text() {
        assert_eq!(
            named_in(
                "{{ a | lookup(\"titles\") }}{{ b | lookup( 'more' , none) }}{{ relookup(c) }}{{ lookup }}",
                "lookup"
            ),
            Ok(vec!["titles".to_owned(), "more".to_owned()])
        );
        assert!(named_in("{{ a | lookup(kind) }}", "lookup").is_err());
        assert_eq!(named_in("{{ a }}", "lookup"), Ok(Vec::new()));
    }
}
