//! What may change unasked: limits by kind of entity and kind of change. Both halves of a limit have to be exceeded, so that neither a
//! small school nor a large municipality halts for nothing. A limit can be raised; there is no way to switch a guard off.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::EntityKind;

/// What a change is about. Schools are units of which not one may go unasked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Subject {
    /// A unit whose kind says that it is a school.
    School,
    /// Any other unit.
    Unit,
    /// A human being.
    Person,
    /// Persons who belong together for a purpose.
    Group,
    /// A person's place in a unit.
    Engagement,
    /// A person's place in a group.
    Membership,
    /// A person's access to a system.
    Account,
}

impl Subject {
    /// Every subject.
    pub const ALL: [Self; 7] = [
        Self::School,
        Self::Unit,
        Self::Person,
        Self::Group,
        Self::Engagement,
        Self::Membership,
        Self::Account,
    ];

    /// The subject of entities of a kind; a unit may turn out to be a school.
    #[must_use]
    pub fn of(kind: EntityKind) -> Self {
        match kind {
            EntityKind::Unit => Self::Unit,
            EntityKind::Person => Self::Person,
            EntityKind::Group => Self::Group,
            EntityKind::Engagement => Self::Engagement,
            EntityKind::Membership => Self::Membership,
            EntityKind::Account => Self::Account,
        }
    }

    /// The word for configuration and messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::School => "school",
            Self::Unit => "unit",
            Self::Person => "person",
            Self::Group => "group",
            Self::Engagement => "engagement",
            Self::Membership => "membership",
            Self::Account => "account",
        }
    }
}

/// A kind of change.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", from = "String")]
pub enum Change {
    /// Nothing is left of a class, or of the whole import.
    Emptied,
    /// What was delivered is older than what was accepted before.
    Older,
    /// It is gone, or shut off in a target.
    Removed,
    /// It is gone, and another that agrees on a matching attribute is new; in a target, its identifier changes.
    KeyChanged,
    /// It belongs to another cell.
    Moved,
    /// It is new.
    Added,
    /// It is shut off in a target. Counted among the removed, and judged there.
    Deactivated,
    /// An attribute differs.
    Attribute(String),
}

const ATTRIBUTE: &str = "attribute:";

impl From<Change> for String {
    fn from(change: Change) -> Self {
        match change {
            Change::Emptied => "emptied".to_owned(),
            Change::Older => "older".to_owned(),
            Change::Removed => "removed".to_owned(),
            Change::KeyChanged => "key-changed".to_owned(),
            Change::Moved => "moved".to_owned(),
            Change::Added => "added".to_owned(),
            Change::Deactivated => "deactivated".to_owned(),
            Change::Attribute(name) => format!("{ATTRIBUTE}{name}"),
        }
    }
}

impl From<String> for Change {
    fn from(word: String) -> Self {
        match word.as_str() {
            "emptied" => Self::Emptied,
            "older" => Self::Older,
            "removed" => Self::Removed,
            "key-changed" => Self::KeyChanged,
            "moved" => Self::Moved,
            "added" => Self::Added,
            "deactivated" => Self::Deactivated,
            other => Self::Attribute(other.strip_prefix(ATTRIBUTE).unwrap_or(other).to_owned()),
        }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Attribute(name) => write!(f, "{name} changed"),
            Self::KeyChanged => f.write_str("key changed"),
            other => f.write_str(&String::from(other.clone())),
        }
    }
}

/// How many and which share: more than both is over the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// This many may change.
    pub count: u64,
    /// This share may change, in percent.
    pub percent: u8,
    /// What is over the limit and over this share, too, takes two persons to let pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hard_percent: Option<u8>,
}

impl Limit {
    const fn new(count: u64, percent: u8) -> Self {
        Self {
            count,
            percent,
            hard_percent: None,
        }
    }

    const fn hard(self, percent: u8) -> Self {
        Self {
            hard_percent: Some(percent),
            ..self
        }
    }

    /// Whether so many of so many are over the limit, and if so, whether by so much that it takes two persons.
    #[must_use]
    pub fn exceeded(&self, count: u64, of: u64) -> Option<bool> {
        let over = |percent: u8| u128::from(count) * 100 > u128::from(of) * u128::from(percent);
        (count > self.count && over(self.percent)).then(|| self.hard_percent.is_some_and(over))
    }
}

/// The limits on changes of one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Objects that go.
    pub removed: Limit,
    /// Objects that come. Judged only where there was something before.
    pub added: Limit,
    /// Objects that come back under another key.
    pub key_changed: Limit,
    /// Objects that belong to another cell.
    pub moved: Limit,
    /// Objects of which one and the same attribute differs.
    pub changed: Limit,
    /// The same for single attributes, by the names that their system gives them.
    pub attributes: BTreeMap<String, Limit>,
}

impl Limits {
    /// What holds unless a tenant says otherwise.
    #[must_use]
    pub fn of(subject: Subject) -> Self {
        let people = Limit::new(20, 5).hard(40);
        let (removed, added) = match subject {
            Subject::Person | Subject::Engagement | Subject::Account => (people, Limit::new(100, 25)),
            Subject::Membership => (Limit::new(200, 25), Limit::new(500, 50)),
            Subject::Group => (Limit::new(20, 25), Limit::new(50, 50)),
            Subject::School => (Limit::new(0, 0), Limit::new(50, 50)),
            Subject::Unit => (Limit::new(5, 5), Limit::new(50, 50)),
        };
        Self {
            removed,
            added,
            key_changed: Limit::new(10, 2),
            moved: Limit::new(100, 40),
            changed: Limit::new(100, 40),
            attributes: BTreeMap::new(),
        }
    }

    /// The limit on a kind of change; none for what is judged elsewhere.
    #[must_use]
    pub fn on(&self, change: &Change) -> Option<Limit> {
        match change {
            Change::Removed => Some(self.removed),
            Change::Added => Some(self.added),
            Change::KeyChanged => Some(self.key_changed),
            Change::Moved => Some(self.moved),
            Change::Attribute(name) => Some(*self.attributes.get(name).unwrap_or(&self.changed)),
            Change::Deactivated | Change::Emptied | Change::Older => None,
        }
    }
}

/// What becomes of the first import of a connection, which has nothing to be compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FirstImport {
    /// It passes.
    Pass,
    /// A named person approves it.
    Approve,
}

/// The guard of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Guard {
    /// What becomes of its first import. Unsaid: it passes as long as no target of the tenant has been written, and is approved after.
    pub first_import: Option<FirstImport>,
    /// Limits where the tenant has its own.
    pub limits: BTreeMap<Subject, Limits>,
}

impl Guard {
    /// The limit on a kind of change of a subject.
    #[must_use]
    pub fn limit(&self, subject: Subject, change: &Change) -> Option<Limit> {
        match self.limits.get(&subject) {
            Some(own) => own.on(change),
            None => Limits::of(subject).on(change),
        }
    }

    /// Whether the first import of the connection has to be approved.
    #[must_use]
    pub fn asks_first(&self, a_target_was_written: bool) -> bool {
        match self.first_import {
            Some(FirstImport::Approve) => true,
            Some(FirstImport::Pass) => false,
            None => a_target_was_written,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_halves_have_to_be_exceeded() {
        let limit = Limits::of(Subject::Person).removed;
        assert_eq!(limit.exceeded(20, 100), None, "the count is met, not exceeded");
        assert_eq!(limit.exceeded(50, 1000), None, "the share is met, not exceeded");
        assert_eq!(limit.exceeded(51, 1000), Some(false));
        assert_eq!(limit.exceeded(21, 100), Some(false));
        assert_eq!(limit.exceeded(41, 100), Some(true), "that takes two persons");
        assert_eq!(limit.exceeded(20, 20), None, "a fifth of few is few");
    }

    #[test]
    fn the_defaults_are_those_of_the_documentation() {
        let default = |subject, change: &Change| Guard::default().limit(subject, change).unwrap();
        assert_eq!(
            default(Subject::Person, &Change::Removed),
            Limit::new(20, 5).hard(40)
        );
        assert_eq!(
            default(Subject::Membership, &Change::Removed),
            Limit::new(200, 25)
        );
        assert_eq!(
            default(Subject::School, &Change::Removed).exceeded(1, 500),
            Some(false)
        );
        assert_eq!(default(Subject::Unit, &Change::Removed), Limit::new(5, 5));
        for subject in Subject::ALL {
            assert_eq!(default(subject, &Change::KeyChanged), Limit::new(10, 2));
            assert_eq!(
                default(subject, &Change::Attribute("name".to_owned())),
                Limit::new(100, 40)
            );
        }
    }

    #[test]
    fn a_first_import_is_approved_once_somebody_could_be_hurt() {
        let mut guard = Guard::default();
        assert!(!guard.asks_first(false));
        assert!(guard.asks_first(true));
        guard.first_import = Some(FirstImport::Approve);
        assert!(guard.asks_first(false));
        guard.first_import = Some(FirstImport::Pass);
        assert!(!guard.asks_first(true));
    }

    #[test]
    fn kinds_of_change_keep_their_words() {
        for change in [
            Change::Emptied,
            Change::Older,
            Change::Removed,
            Change::KeyChanged,
            Change::Moved,
            Change::Added,
            Change::Deactivated,
            Change::Attribute("mail".to_owned()),
        ] {
            assert_eq!(Change::from(String::from(change.clone())), change);
        }
    }
}
