//! Limits on what one import or one plan may take away. Over them the cycle halts and asks.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much may be removed before a person is asked: both limits have to be passed, so that neither a small system nor a large one
/// halts for nothing. To lose every object of a class always halts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// This many objects of a class may go.
    pub removed: u64,
    /// This share of a class may go, in percent.
    pub removed_percent: u8,
}

impl Default for Guard {
    /// Twenty objects or five percent: a normal night stays below either, a file cut in half passes both.
    fn default() -> Self {
        Self {
            removed: 20,
            removed_percent: 5,
        }
    }
}

/// What one class would lose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Loss {
    /// How many objects there were before.
    pub before: u64,
    /// How many would go.
    pub removed: u64,
}

impl Guard {
    /// Judges the losses by class; answers those that pass the limits.
    #[must_use]
    pub fn judge(&self, losses: &BTreeMap<String, Loss>) -> BTreeMap<String, Loss> {
        losses
            .iter()
            .filter(|(_, loss)| self.passes(loss))
            .map(|(class, loss)| (class.clone(), *loss))
            .collect()
    }

    fn passes(&self, loss: &Loss) -> bool {
        if loss.removed == 0 {
            return false;
        }
        let over_share =
            u128::from(loss.removed) * 100 > u128::from(loss.before) * u128::from(self.removed_percent);
        (loss.removed > self.removed && over_share) || (loss.removed >= loss.before && loss.before > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn halts(before: u64, removed: u64) -> bool {
        let losses = BTreeMap::from([("person".to_owned(), Loss { before, removed })]);
        !Guard::default().judge(&losses).is_empty()
    }

    #[test]
    fn both_limits_have_to_be_passed() {
        assert!(!halts(1000, 20), "the count is not passed");
        assert!(!halts(1000, 50), "the share is met, not passed");
        assert!(halts(1000, 51));
        assert!(!halts(100, 20), "a fifth of few objects is few objects");
        assert!(halts(100, 21));
    }

    #[test]
    fn to_lose_everything_halts_whatever_the_limits() {
        assert!(halts(3, 3));
        assert!(!halts(3, 2));
        assert!(!halts(1, 1), "a class of one object may lose it");
        assert!(!halts(0, 0));
    }
}
