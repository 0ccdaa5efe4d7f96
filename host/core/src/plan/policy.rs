//! How a target is to be treated: when objects are made, brought up to date and taken away. Every default is the careful one of those that
//! still keep a target in concord by themselves.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The words of a policy, for configuration and messages.
macro_rules! words {
    ($type:ident { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            /// Every choice by the word that configuration has for it.
            pub const WORDS: &[(&str, Self)] = &[$(($word, Self::$variant)),+];

            /// The word for configuration.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }
    };
}

/// When an object is made for an entity that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Create {
    /// Whenever the entity is in scope.
    #[default]
    Always,
    /// When somebody asked for it.
    OnRequest,
    /// Not at all.
    Never,
}
words!(Create { Always => "always", OnRequest => "on-request", Never => "never" });

/// Which objects are brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Update {
    /// Those that stand for the entity, and one found under its key that stands for nobody.
    #[default]
    All,
    /// Those that stand for the entity.
    Linked,
    /// None: what was made is the target's own.
    Never,
}
words!(Update { All => "all", Linked => "linked", Never => "never" });

/// What becomes of an object whose entity has no place in the target any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// It is removed, in the way that the target calls removal.
    #[default]
    Delete,
    /// It stays, deactivated in the way that the mapping says.
    Deactivate,
    /// It stays as it is and stands for nobody from then on.
    Detach,
    /// A person is asked.
    Ask,
    /// It stays as it is, and goes on standing for its entity.
    Keep,
}
words!(Removal {
    Delete => "delete", Deactivate => "deactivate", Detach => "detach", Ask => "ask", Keep => "keep",
});

/// How long an object is left alone after its entity went, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stages {
    /// Until it counts as suspected.
    pub suspected: i64,
    /// Until it is deactivated.
    pub disable_after: Option<i64>,
    /// Until it is taken away as the policy says.
    pub remove_after: Option<i64>,
}

/// The policy of a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// When objects are made.
    pub create: Create,
    /// Which are brought up to date.
    pub update: Update,
    /// What becomes of those whose entity has no place any more.
    pub delete: Removal,
    /// How long they are left alone before; not at all when nothing is said.
    pub gone: Option<Stages>,
}

/// The policies of a target.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Policies {
    /// That of every class without one of its own.
    pub all: Policy,
    /// By class.
    pub classes: BTreeMap<String, Policy>,
}

impl Policies {
    /// The policy of a class.
    #[must_use]
    pub fn of(&self, class: &str) -> Policy {
        self.classes.get(class).copied().unwrap_or(self.all)
    }

    /// Whether an object of the class is made for an entity that has none; `requested` when somebody asked for it.
    #[must_use]
    pub fn makes(&self, class: &str, requested: bool) -> bool {
        match self.of(class).create {
            Create::Always => true,
            Create::OnRequest => requested,
            Create::Never => false,
        }
    }

    /// Whether an entity that has no object of the class looks for one: where one would be made, or where what is found is taken over.
    #[must_use]
    pub fn seeks(&self, class: &str, requested: bool) -> bool {
        self.makes(class, requested) || self.of(class).update == Update::All
    }

    /// Changes whenever what is planned for a class may change.
    #[must_use]
    pub fn fingerprint(&self, class: &str) -> String {
        serde_json::to_string(&self.of(class)).unwrap_or_default()
    }
}

/// How far an object whose entity went has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Its entity is missing.
    Missing,
    /// It is believed to be gone.
    Suspected,
    /// It is deactivated.
    Disabled,
    /// It is taken away.
    Removed,
}
words!(Stage { Missing => "missing", Suspected => "suspected", Disabled => "disabled", Removed => "removed" });

impl Stage {
    /// The stage of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::WORDS
            .iter()
            .find(|(known, _)| *known == word)
            .map(|(_, stage)| *stage)
    }
}

impl Stages {
    /// How far an object has come whose entity went at `since`, and when it comes further.
    #[must_use]
    pub fn at(&self, since: i64, now: i64) -> (Stage, Option<i64>) {
        let age = now.saturating_sub(since);
        let mut stage = Stage::Missing;
        let mut due = None;
        let bounds = [
            (Stage::Suspected, Some(self.suspected)),
            (Stage::Disabled, self.disable_after),
            (Stage::Removed, self.remove_after),
        ];
        for (next, after) in bounds
            .into_iter()
            .filter_map(|(next, after)| Some((next, after?)))
        {
            if age >= after {
                stage = next;
                due = None;
            } else if due.is_none_or(|due| since.saturating_add(after) < due) {
                due = Some(since.saturating_add(after));
            }
        }
        (stage, due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_follow_each_other_and_each_knows_the_next() {
        let stages = Stages {
            suspected: 0,
            disable_after: Some(7),
            remove_after: Some(90),
        };
        assert_eq!(stages.at(100, 100), (Stage::Suspected, Some(107)));
        assert_eq!(stages.at(100, 106), (Stage::Suspected, Some(107)));
        assert_eq!(stages.at(100, 107), (Stage::Disabled, Some(190)));
        assert_eq!(stages.at(100, 190), (Stage::Removed, None));
        let patient = Stages {
            suspected: 3,
            disable_after: None,
            remove_after: None,
        };
        assert_eq!(patient.at(100, 101), (Stage::Missing, Some(103)));
        assert_eq!(patient.at(100, 500), (Stage::Suspected, None));
    }

    #[test]
    fn a_class_without_a_policy_has_that_of_the_target() {
        let keep = Policy {
            delete: Removal::Keep,
            ..Policy::default()
        };
        let policies = Policies {
            all: Policy::default(),
            classes: BTreeMap::from([("users".to_owned(), keep)]),
        };
        assert_eq!(policies.of("users").delete, Removal::Keep);
        assert_eq!(policies.of("groups").delete, Removal::Delete);
        assert_ne!(policies.fingerprint("users"), policies.fingerprint("groups"));
    }
}
