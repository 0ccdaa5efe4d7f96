//! Values by which something can be found. They stand in the index as keyed hashes: who holds the database alone can neither read a
//! value from its hash nor try the numbers of a country through.

use super::fold::fold;
use crate::key::MatchingKey;

/// A value by which something can be found, as hashes.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MatchValue {
    /// The attributes that the rule compares, such as `national_id` or `given_name+birth_date`.
    pub rule: String,
    /// Of the folded value.
    pub folded: String,
    /// Of the value as it stands.
    pub exact: String,
}

impl MatchValue {
    /// What stands in the index for values that a rule compares together.
    #[must_use]
    pub fn of(rule: &str, parts: &[String], key: &MatchingKey) -> Self {
        // The mark between two parts cannot stand in a value that a system shows to people.
        const BETWEEN: &str = "\u{1f}";
        let exact = parts.join(BETWEEN);
        let folded = parts
            .iter()
            .map(|part| fold(part))
            .collect::<Vec<_>>()
            .join(BETWEEN);
        let same = exact == folded;
        let folded = key.hash(&folded);
        Self {
            rule: rule.to_owned(),
            exact: if same { folded.clone() } else { key.hash(&exact) },
            folded,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_in_case_alone_is_equal_when_folded() {
        let key = MatchingKey::new(&[7; 32]);
        let of = |parts: &[&str]| {
            let parts: Vec<String> = parts.iter().map(|&part| part.to_owned()).collect();
            MatchValue::of("rule", &parts, &key)
        };
        let (great, small) = (of(&["Carlos"]), of(&["carlos"]));
        assert_eq!(great.folded, small.folded);
        assert_ne!(great.exact, small.exact);
        assert_eq!(small.exact, small.folded);
        assert_ne!(of(&["ab", "c"]).folded, of(&["a", "bc"]).folded);
        assert!(!format!("{:?}", of(&["01017012345"])).contains("01017012345"));
    }
}
