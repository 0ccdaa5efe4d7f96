//! The school-year promotion: a night on which everybody moves on is no accident, as long as it looks like one.
//!
//! It relaxes what a new school year brings: groups and memberships replaced, learners' years, schools and attributes changed, learners
//! gone and new ones come, and those who keep them company with them. It never relaxes that a school goes, that staff goes, that keys change, that a delivery is empty or old, or that
//! more than 40 % of the persons go. Learners are those with a school year; whoever has none counts as staff.

use std::collections::BTreeSet;

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
    pub fn refusal(&self) -> Option<String> {
        let Self {
            stay,
            up,
            left,
            left_from_top,
        } = self;
        let (reached, staying) = (u128::from(*up) * 100, u128::from(*stay) * u128::from(SHARE));
        if *stay == 0 {
            return Some("it does not look like promotion: no learner stays".to_owned());
        }
        if reached < staying {
            return Some(format!(
                "it does not look like promotion: {up} of the {stay} learners who stay move one year up, which is less than {SHARE} %"
            ));
        }
        if u128::from(*left_from_top) * 100 < u128::from(*left) * u128::from(SHARE) {
            return Some(format!(
                "it does not look like promotion: {left_from_top} of the {left} learners who leave were in the top year of their \
                 school, which is less than {SHARE} %"
            ));
        }
        None
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
