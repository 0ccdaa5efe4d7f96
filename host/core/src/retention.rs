//! For how long what is no longer needed is kept, and what is over its time at a moment. Each class of what is kept has its period. What a
//! living entity is now is in no class: only what is gone, and what has been, is ever over its time.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalogue::EntityKind;

/// A day in milliseconds.
const DAY: i64 = 24 * 60 * 60 * 1000;

/// How long something is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// For ever.
    Forever,
    /// For so many milliseconds.
    For(i64),
}

impl Period {
    /// A period of whole days.
    #[must_use]
    pub const fn days(days: i64) -> Self {
        Self::For(days.saturating_mul(DAY))
    }
}

/// A class of what is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kept {
    /// What is known of an entity that is gone, from the day on which it went.
    Gone(EntityKind),
    /// Operations that have ended, from the end of their cycle.
    Operations,
    /// What persons were asked and what they answered, from the answer; what guards halted.
    Cases,
    /// Under which keys sources knew entities, from the day on which the object went.
    Former,
    /// Unique names, from the day on which they were given up.
    Names,
    /// Particulars of the journal's entries. That something happened, when and by whom stays.
    Journal,
}

impl Kept {
    /// Every class, in the order in which they are looked at: what refers goes before what is referred to.
    pub const ALL: [Self; 11] = [
        Self::Gone(EntityKind::Account),
        Self::Gone(EntityKind::Membership),
        Self::Gone(EntityKind::Engagement),
        Self::Gone(EntityKind::Person),
        Self::Gone(EntityKind::Group),
        Self::Gone(EntityKind::Unit),
        Self::Operations,
        Self::Cases,
        Self::Former,
        Self::Names,
        Self::Journal,
    ];

    /// Those that have a line of their own in the table `retention`; of the others the table `retention.gone` speaks.
    pub const HISTORY: [Self; 5] = [
        Self::Operations,
        Self::Cases,
        Self::Former,
        Self::Names,
        Self::Journal,
    ];

    /// The word for configuration, reports and the journal.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Gone(kind) => kind.as_str(),
            Self::Operations => "operations",
            Self::Cases => "cases",
            Self::Former => "former",
            Self::Names => "names",
            Self::Journal => "journal",
        }
    }

    /// What it is, in words for a person.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Gone(EntityKind::Account) => "accounts that are gone",
            Self::Gone(EntityKind::Membership) => "memberships that are gone",
            Self::Gone(EntityKind::Engagement) => "engagements that are gone",
            Self::Gone(EntityKind::Person) => "persons who are gone",
            Self::Gone(EntityKind::Group) => "groups that are gone",
            Self::Gone(EntityKind::Unit) => "units that are gone",
            Self::Operations => "operations that have ended",
            Self::Cases => "answered questions and what guards halted",
            Self::Former => "keys of objects that are gone",
            Self::Names => "names that were given up",
            Self::Journal => "particulars in the journal",
        }
    }

    /// How long it is kept when nobody says otherwise: longer than a school year, so that who is away for one returns as the same; and
    /// what happened for as long as somebody may have to answer for it.
    #[must_use]
    pub const fn otherwise(self) -> Period {
        match self {
            Self::Gone(EntityKind::Unit | EntityKind::Group) | Self::Journal => Period::days(1825),
            Self::Gone(_) | Self::Operations | Self::Cases | Self::Former | Self::Names => Period::days(400),
        }
    }
}

/// How long what is kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention {
    /// Where a class has a period of its own.
    pub periods: BTreeMap<Kept, Period>,
}

/// What is over its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The class.
    pub kept: Kept,
    /// Its period, in milliseconds.
    pub period: i64,
    /// What is from this moment or before, in milliseconds since 1970.
    pub before: i64,
}

/// What of a class was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Erased {
    /// How many of the class.
    pub count: u64,
    /// Entries of the journal that lost their particulars.
    pub entries: u64,
    /// Operations.
    pub operations: u64,
    /// More is over its time and was left for another time.
    pub more: bool,
}

impl Erased {
    /// Adds what another batch erased; whether there is more is what that one says.
    pub fn add(&mut self, other: Self) {
        self.count += other.count;
        self.entries += other.entries;
        self.operations += other.operations;
        self.more = other.more;
    }
}

impl Retention {
    /// How long that is kept.
    #[must_use]
    pub fn period(&self, kept: Kept) -> Period {
        self.periods
            .get(&kept)
            .copied()
            .unwrap_or_else(|| kept.otherwise())
    }

    /// What is over its time now, in order. Both in milliseconds: a name is never forgotten before `reuse`, the longest time for which one
    /// is kept from others, is over.
    #[must_use]
    pub fn due(&self, now: i64, reuse: i64) -> Vec<Due> {
        let due = |kept| {
            let Period::For(period) = self.period(kept) else {
                return None;
            };
            let least = if kept == Kept::Names { reuse } else { 0 };
            let period = period.max(least);
            Some(Due {
                kept,
                period,
                before: now.saturating_sub(period),
            })
        };
        Kept::ALL.into_iter().filter_map(due).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn before(retention: &Retention, kept: Kept, reuse: i64) -> Option<i64> {
        let due = retention.due(10_000 * DAY, reuse);
        due.into_iter().find(|due| due.kept == kept).map(|due| due.before)
    }

    #[test]
    fn each_class_has_its_own_period_or_a_careful_one() {
        let person = Kept::Gone(EntityKind::Person);
        let mut retention = Retention::default();
        assert_eq!(before(&retention, person, 0), Some(9_600 * DAY));
        assert_eq!(before(&retention, Kept::Journal, 0), Some(8_175 * DAY));
        retention.periods.insert(person, Period::days(30));
        retention.periods.insert(Kept::Journal, Period::Forever);
        assert_eq!(before(&retention, person, 0), Some(9_970 * DAY));
        assert_eq!(
            before(&retention, Kept::Gone(EntityKind::Engagement), 0),
            Some(9_600 * DAY),
            "the others are as they were"
        );
        assert_eq!(before(&retention, Kept::Journal, 0), None, "kept for ever");
        for kept in Kept::ALL {
            let Period::For(period) = kept.otherwise() else {
                panic!("{kept:?} is never over its time");
            };
            assert!(period > 366 * DAY, "{kept:?} goes within a school year");
        }
    }

    #[test]
    fn a_name_is_known_as_long_as_it_is_kept_from_others() {
        let mut retention = Retention::default();
        retention.periods.insert(Kept::Names, Period::days(10));
        assert_eq!(before(&retention, Kept::Names, 0), Some(9_990 * DAY));
        assert_eq!(before(&retention, Kept::Names, 365 * DAY), Some(9_635 * DAY));
        assert_eq!(before(&retention, Kept::Operations, 365 * DAY), Some(9_600 * DAY));
    }

    #[test]
    fn what_refers_goes_before_what_is_referred_to() {
        let kinds = Kept::ALL.iter().filter(|kept| matches!(kept, Kept::Gone(_)));
        assert_eq!(kinds.count(), EntityKind::ALL.len());
        let person = |kept: &Kept| *kept == Kept::Gone(EntityKind::Person);
        let at = Kept::ALL.iter().position(person).unwrap();
        for own in [
            EntityKind::Account,
            EntityKind::Membership,
            EntityKind::Engagement,
        ] {
            let own = Kept::ALL
                .iter()
                .position(|kept| *kept == Kept::Gone(own))
                .unwrap();
            assert!(own < at);
        }
        assert_eq!(Kept::ALL.last(), Some(&Kept::Journal));
    }
}
