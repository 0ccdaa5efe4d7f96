//! The school-year promotion: a night on which everybody moves on is no accident, as long as it looks like one.
//!
//! It relaxes what a new school year brings: groups and memberships replaced, learners' years, schools and attributes changed, learners
//! gone and new ones come, and those who keep them company with them. It never relaxes that a school goes, that staff goes, that keys change, that a delivery is empty or old, or that
//! more than 40 % of the persons go. Learners are those with a school year; whoever has none counts as staff.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::judge::{Baseline, BaselineCell, Scope, Trip, emptied, over};
use super::limits::{Change, Guard, Limit, Subject};
use super::place::COMPANY;
use super::tally::{Cell, Counted};

/// The share of those who stay that has to move one year up, and of those who leave that has to leave from the top, in percent.
const SHARE: u64 = 80;

/// The share of persons that no promotion takes away, in percent.
const GONE: u8 = 40;

/// How the school years moved, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plausibility {
    /// Learners who stay.
    pub stay: u64,
    /// Of those, who moved exactly one year or level up.
    pub up: u64,
    /// Learners who leave.
    pub left: u64,
    /// Of those, who were in the top year of their school.
    pub left_from_top: u64,
}

impl Plausibility {
    /// What was counted says this of the school years.
    #[must_use]
    pub fn of(counted: &Counted, baseline: &Baseline) -> Self {
        let learners: u64 = baseline
            .cells()
            .iter()
            .filter(|cell| cell.year.is_some_and(|year| year != COMPANY))
            .map(|cell| cell.objects)
            .sum();
        let mut found = Self::default();
        for ((class, cell), years) in &counted.years {
            found.up += years.up;
            let top = baseline.years(class, cell).map(|(_, top)| top);
            for (year, count) in years.left.iter().filter(|(year, _)| **year != COMPANY) {
                found.left += count;
                if Some(*year) == top {
                    found.left_from_top += count;
                }
            }
        }
        found.stay = learners.saturating_sub(found.left);
        found
    }

    /// Why it does not look like a promotion; none when it does.
    #[must_use]
    pub fn refusal(&self) -> Option<NoPromotion> {
        let Self {
            stay,
            up,
            left,
            left_from_top,
        } = self;
        let (reached, staying) = (u128::from(*up) * 100, u128::from(*stay) * u128::from(SHARE));
        if *stay == 0 {
            return Some(NoPromotion::NobodyStays);
        }
        if reached < staying {
            return Some(NoPromotion::FewUp {
                up: *up,
                stay: *stay,
                percent: SHARE,
            });
        }
        if u128::from(*left_from_top) * 100 < u128::from(*left) * u128::from(SHARE) {
            return Some(NoPromotion::FewFromTop {
                top: *left_from_top,
                left: *left,
                percent: SHARE,
            });
        }
        None
    }
}

/// Why a change cannot pass as a school-year promotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", content = "arguments", rename_all = "kebab-case")]
pub enum NoPromotion {
    /// It is a plan, and a promotion is about what a source delivers.
    Plan,
    /// Nothing tells the school year of what is delivered.
    NoYears,
    /// No learner stays.
    NobodyStays,
    /// Too few of those who stay move one year up.
    FewUp {
        /// Those who do.
        up: u64,
        /// Those who stay.
        stay: u64,
        /// The share that it takes.
        percent: u64,
    },
    /// Too few of those who leave were in the top year.
    FewFromTop {
        /// Those who were.
        top: u64,
        /// Those who leave.
        left: u64,
        /// The share that it takes.
        percent: u64,
    },
    /// A promotion does not explain that this limit is exceeded.
    Unexplained {
        /// The limit.
        trip: Trip,
    },
}

impl fmt::Display for NoPromotion {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unlike = "it does not look like promotion";
        match self {
            Self::Plan => {
                formatter.write_str("a promotion is about what a source delivers, and this is a plan")
            }
            Self::NoYears => formatter.write_str(
                "nothing tells the school year of its objects; give a mapping its `year`, such as \
                 `inbound.person.year = \"{{ … }}\"`",
            ),
            Self::NobodyStays => write!(formatter, "{unlike}: no learner stays"),
            Self::FewUp { up, stay, percent } => write!(
                formatter,
                "{unlike}: {up} of the {stay} learners who stay move one year up, which is less than {percent} %"
            ),
            Self::FewFromTop { top, left, percent } => write!(
                formatter,
                "{unlike}: {top} of the {left} learners who leave were in the top year of their school, which is less than \
                 {percent} %"
            ),
            Self::Unexplained { trip } => {
                write!(formatter, "a promotion does not explain this: {trip}")
            }
        }
    }
}

/// Why what was halted cannot pass as a school-year promotion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The source that it is about; none for what is about none.
    pub connection: Option<String>,
    /// Why.
    pub why: NoPromotion,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.connection {
            Some(connection) => write!(formatter, "{connection}: {}", self.why),
            None => write!(formatter, "{}", self.why),
        }
    }
}

/// The limits that are exceeded by what a promotion does not explain.
#[must_use]
pub fn apart(guard: &Guard, counted: &Counted, baseline: &Baseline) -> Vec<Trip> {
    let mut trips = emptied(counted, baseline);
    let with_years: BTreeSet<&str> = baseline
        .cells()
        .iter()
        .filter(|cell| cell.year.is_some())
        .map(|cell| cell.class.as_str())
        .collect();
    let ground = |cell: &BaselineCell, change: &Change| {
        *change == Change::KeyChanged || cell.year.is_none() || !with_years.contains(cell.class.as_str())
    };
    trips.extend(over(
        guard,
        counted,
        baseline,
        &|cell, change| !explained(cell, change),
        &ground,
    ));
    trips.extend(too_many_persons(counted, baseline));
    trips
}

fn explained(cell: &Cell, change: &Change) -> bool {
    match (cell.subject, change) {
        (_, Change::KeyChanged) => false,
        (Subject::Group | Subject::Membership, _) => true,
        (Subject::Person | Subject::Engagement | Subject::Account, _) => cell.learner,
        (Subject::School | Subject::Unit, _) => false,
    }
}

fn too_many_persons(counted: &Counted, baseline: &Baseline) -> Option<Trip> {
    let people = |subject: Subject| subject == Subject::Person;
    let of: u64 = baseline
        .cells()
        .iter()
        .filter(|cell| people(cell.subject))
        .map(|cell| cell.objects)
        .sum();
    let count: u64 = counted
        .counts
        .iter()
        .filter(|(cell, _)| people(cell.subject))
        .filter_map(|(_, changes)| changes.get(&Change::Removed))
        .sum();
    let limit = Limit {
        count: 0,
        percent: GONE,
        hard_percent: Some(GONE),
    };
    let hard = limit.exceeded(count, of)?;
    let scope = Scope {
        subject: Subject::Person,
        class: None,
        cell: None,
    };
    Some(Trip {
        scope,
        change: Change::Removed,
        count,
        of,
        limit: Some(limit),
        hard,
    })
}
