//! What a link job found: counted whole, and told as far as a person can read it.

use std::collections::BTreeMap;

use samklang_core::matching::CaseKind;
use samklang_core::plan::{Sought, Why};
use serde::Serialize;
use uuid::Uuid;

/// What is told of each class and outcome; what is beyond is counted alone.
const TOLD: usize = 1_000;

/// What became of an entity, or of an object that stands for nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found {
    /// It is linked now, or would be.
    Linked,
    /// A rule finds several.
    Ambiguous,
    /// One differs in nothing but case, accents or spelling.
    NearMiss,
    /// What a rule finds stands for another entity.
    LinkedToAnother,
    /// A rule finds one, and is configured to ask.
    Asked,
    /// Nothing is found for the entity.
    Unmatched,
    /// The object stands for nobody.
    Unclaimed,
}

/// One that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// What became of it.
    pub found: Found,
    /// The class.
    pub class: String,
    /// The entity; none of an object that stands for nobody.
    pub entity: Option<Uuid>,
    /// Keys of the objects that it is, or may be.
    pub keys: Vec<String>,
    /// The rule that found them, or who said so.
    pub rule: Option<String>,
}

/// What a link job found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Links {
    /// How many, by class and what became of them.
    pub counts: BTreeMap<String, BTreeMap<Found, u64>>,
    /// The first of each.
    pub told: Vec<Looked>,
}

impl Links {
    pub(super) fn note(&mut self, looked: Looked) {
        let of_class = self.counts.entry(looked.class.clone()).or_default();
        let count = of_class.entry(looked.found).or_default();
        *count += 1;
        if usize::try_from(*count).is_ok_and(|count| count <= TOLD) {
            self.told.push(looked);
        }
    }

    /// How many there are over all classes.
    #[must_use]
    pub fn of(&self, found: Found) -> u64 {
        self.counts.values().filter_map(|counts| counts.get(&found)).sum()
    }
}

/// What became of an entity that looked for its object.
pub(super) fn looked(class: &str, id: Uuid, sought: &Sought) -> Looked {
    let (found, keys, rule) = match sought {
        Sought::Object(shadow, why) => {
            let rule = match why {
                Why::Rule(rule) => rule.clone(),
                Why::Decided(_, who, _) => format!("decided by {who}"),
            };
            (Found::Linked, vec![shadow.key.clone()], Some(rule))
        }
        Sought::Asked(kind, suspects) => {
            let found = match kind {
                CaseKind::Ambiguous => Found::Ambiguous,
                CaseKind::NearMiss => Found::NearMiss,
                CaseKind::LinkedToAnother => Found::LinkedToAnother,
                CaseKind::Found | CaseKind::Absent | CaseKind::Twin | CaseKind::Removal => Found::Asked,
            };
            let keys = suspects.iter().map(|suspect| suspect.shadow.key.clone());
            (
                found,
                keys.collect(),
                suspects.first().map(|one| one.rule.clone()),
            )
        }
        Sought::Alone | Sought::Nothing => (Found::Unmatched, Vec::new(), None),
    };
    Looked {
        found,
        class: class.to_owned(),
        entity: Some(id),
        keys,
        rule,
    }
}
