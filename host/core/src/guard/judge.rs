//! Holds counts against limits. Each kind of change is judged in every cell, in the whole class, and over all classes of a kind of
//! entity: what would halt in one cell halts however it is spread.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::limits::{Change, Guard, Limit, Subject};
use super::place::COMPANY;
use super::tally::{Cell, Counted};

/// How many objects of a class and cell were accepted before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineCell {
    /// The class.
    pub class: String,
    /// What its objects are; schools count with the units of their class.
    pub subject: Subject,
    /// The cell.
    pub cell: String,
    /// The school year, where the mapping tells one.
    pub year: Option<i32>,
    /// How many.
    pub objects: u64,
}

/// What was accepted last: the ground that changes are held against.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Baseline {
    cells: Vec<BaselineCell>,
    /// First and last school year, by class and cell.
    years: BTreeMap<(String, String), (i32, i32)>,
}

impl Baseline {
    /// A baseline of these cells.
    #[must_use]
    pub fn new(cells: Vec<BaselineCell>) -> Self {
        let mut years: BTreeMap<(String, String), (i32, i32)> = BTreeMap::new();
        for cell in cells.iter().filter(|cell| cell.objects > 0) {
            if let Some(year) = cell.year.filter(|year| *year != COMPANY) {
                let span = years
                    .entry((cell.class.clone(), cell.cell.clone()))
                    .or_insert((year, year));
                *span = (span.0.min(year), span.1.max(year));
            }
        }
        Self { cells, years }
    }

    /// Its cells.
    #[must_use]
    pub fn cells(&self) -> &[BaselineCell] {
        &self.cells
    }

    /// The first and the last school year in a cell of a class.
    #[must_use]
    pub fn years(&self, class: &str, cell: &str) -> Option<(i32, i32)> {
        self.years.get(&(class.to_owned(), cell.to_owned())).copied()
    }

    /// Whether there was nothing before.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.objects == 0)
    }

    /// How many objects of a class there were.
    #[must_use]
    pub fn of_class(&self, class: &str) -> u64 {
        let own = self.cells.iter().filter(|cell| cell.class == class);
        own.map(|cell| cell.objects).sum()
    }
}

/// What a judgement is about: a cell, a whole class, or every class of a kind of entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Scope {
    /// The kind of entity.
    pub subject: Subject,
    /// The class; none for all of them.
    pub class: Option<String>,
    /// The cell; none for all of them.
    pub cell: Option<String>,
}

/// A limit that is exceeded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trip {
    /// Where.
    #[serde(flatten)]
    pub scope: Scope,
    /// By which kind of change.
    pub change: Change,
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// The limit; none for what always halts.
    pub limit: Option<Limit>,
    /// It takes two persons to let it pass.
    pub hard: bool,
}

impl std::fmt::Display for Trip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { count, of, .. } = self;
        let what = match (&self.scope.class, &self.scope.cell) {
            (Some(class), Some(cell)) => format!("objects of class `{class}` in `{cell}`"),
            (Some(class), None) => format!("objects of class `{class}`"),
            _ => format!("objects of every class of kind {}", self.scope.subject.as_str()),
        };
        match &self.change {
            Change::Emptied if self.scope.class.is_none() => {
                return write!(f, "nothing at all would be left of {of} objects");
            }
            Change::Older => return f.write_str("the delivery is older than the one accepted before"),
            Change::Emptied => write!(f, "all {of} {what} would be removed")?,
            Change::Removed => write!(f, "{count} of {of} {what} would be removed")?,
            Change::Added => write!(f, "{count} {what} would be added to {of}")?,
            Change::KeyChanged => write!(f, "{count} of {of} {what} would get another key")?,
            Change::Moved => write!(f, "{count} of {of} {what} would move elsewhere")?,
            Change::Deactivated => write!(f, "{count} of {of} {what} would be shut off")?,
            Change::Attribute(name) => write!(f, "{count} of {of} {what} would get another `{name}`")?,
        }
        if let Some(limit) = self.limit {
            let share = (u128::from(*count) * 100)
                .checked_div(u128::from(*of))
                .unwrap_or(100);
            write!(f, " ({share} %, limit {} and {} %)", limit.count, limit.percent)?;
        }
        Ok(())
    }
}

/// Which part of what was counted a judgement regards.
pub(super) type Regard<'a> = &'a dyn Fn(&Cell, &Change) -> bool;

/// Which part of the baseline a kind of change is held against.
pub(super) type Ground<'a> = &'a dyn Fn(&BaselineCell, &Change) -> bool;

/// The limits that are exceeded, the widest scopes first, and the greatest changes first in each.
#[must_use]
pub fn judge(guard: &Guard, counted: &Counted, baseline: &Baseline) -> Vec<Trip> {
    let mut trips = emptied(counted, baseline);
    trips.extend(over(guard, counted, baseline, &|_, _| true, &|_, _| true));
    trips
}

/// Classes, or the whole, of which nothing would be left. A class of one object may lose it.
pub(super) fn emptied(counted: &Counted, baseline: &Baseline) -> Vec<Trip> {
    let mut left: BTreeMap<(&str, Subject), (u64, u64)> = BTreeMap::new();
    for cell in &baseline.cells {
        let class = left.entry((cell.class.as_str(), cell.subject)).or_default();
        class.0 += cell.objects;
    }
    let (mut all, mut after) = (0, 0);
    let mut trips = Vec::new();
    for ((class, subject), (before, _)) in left {
        let sum = |change: &Change| -> u64 {
            let own = counted.counts.iter().filter(|(cell, _)| cell.class == class);
            own.filter_map(|(_, changes)| changes.get(change)).sum()
        };
        // Whether a shut-off object is left is the target's affair; to shut all of them off is as bad as to remove them.
        let kept = before.saturating_sub(sum(&Change::Removed)) + sum(&Change::Added);
        all += before;
        after += kept;
        if kept == 0 && before > 1 {
            let scope = Scope {
                subject,
                class: Some(class.to_owned()),
                cell: None,
            };
            trips.push(Trip {
                scope,
                change: Change::Emptied,
                count: before,
                of: before,
                limit: None,
                hard: false,
            });
        }
    }
    if after == 0 && all > 1 && !counted.counts.is_empty() {
        let scope = Scope {
            subject: trips.first().map_or(Subject::Person, |trip| trip.scope.subject),
            class: None,
            cell: None,
        };
        trips.insert(
            0,
            Trip {
                scope,
                change: Change::Emptied,
                count: all,
                of: all,
                limit: None,
                hard: true,
            },
        );
    }
    trips
}

/// The limits that are exceeded by what is regarded.
pub(super) fn over(
    guard: &Guard,
    counted: &Counted,
    baseline: &Baseline,
    regard: Regard<'_>,
    ground: Ground<'_>,
) -> Vec<Trip> {
    let (by_key, otherwise) = (
        sizes(baseline, &Change::KeyChanged, ground),
        sizes(baseline, &Change::Removed, ground),
    );
    let mut sums: BTreeMap<(Scope, Change), u64> = BTreeMap::new();
    let mut classes: BTreeMap<Subject, BTreeSet<&str>> = BTreeMap::new();
    for cell in baseline.cells.iter().filter(|cell| cell.objects > 0) {
        classes.entry(cell.subject).or_default().insert(&cell.class);
    }
    for (cell, changes) in &counted.counts {
        classes.entry(cell.subject).or_default().insert(&cell.class);
        for (change, count) in changes.iter().filter(|(change, _)| regard(cell, change)) {
            for scope in scopes(cell) {
                *sums.entry((scope, change.clone())).or_default() += count;
            }
        }
    }
    let mut trips: Vec<Trip> = sums
        .into_iter()
        // With one class of a kind, the kind says nothing that the class does not.
        .filter(|((scope, _), _)| {
            scope.class.is_some()
                || classes
                    .get(&scope.subject)
                    .is_some_and(|classes| classes.len() > 1)
        })
        .filter_map(|((scope, change), count)| {
            let limit = guard.limit(scope.subject, &change)?;
            let sizes = if change == Change::KeyChanged {
                &by_key
            } else {
                &otherwise
            };
            let of = sizes.get(&measured(&scope)).copied().unwrap_or(0);
            // What has no measure in this scope has one in a wider one.
            if of == 0 && change == Change::Added {
                return None;
            }
            let hard = limit.exceeded(count, of)?;
            Some(Trip {
                scope,
                change,
                count,
                of,
                limit: Some(limit),
                hard,
            })
        })
        .collect();
    trips.sort_by(|one, other| {
        let width = |trip: &Trip| (trip.scope.class.is_some(), trip.scope.cell.is_some());
        (width(one), other.count, &one.scope, &one.change).cmp(&(
            width(other),
            one.count,
            &other.scope,
            &other.change,
        ))
    });
    trips
}

fn scopes(cell: &Cell) -> impl Iterator<Item = Scope> {
    let of = |class: bool, within: bool| Scope {
        subject: cell.subject,
        class: class.then(|| cell.class.clone()),
        cell: within.then(|| cell.cell.clone()),
    };
    [
        Some(of(false, false)),
        Some(of(true, false)),
        (!cell.cell.is_empty()).then(|| of(true, true)),
    ]
    .into_iter()
    .flatten()
}

/// The scope whose size is the measure: schools count with the units of their class.
fn measured(scope: &Scope) -> Scope {
    let subject = match scope.subject {
        Subject::School => Subject::Unit,
        other => other,
    };
    Scope {
        subject,
        ..scope.clone()
    }
}

/// How many objects there were in each scope, as far as a kind of change is held against them.
fn sizes(baseline: &Baseline, change: &Change, ground: Ground<'_>) -> BTreeMap<Scope, u64> {
    let mut sizes = BTreeMap::new();
    for row in baseline.cells.iter().filter(|row| ground(row, change)) {
        let cell = Cell {
            subject: row.subject,
            class: row.class.clone(),
            cell: row.cell.clone(),
            learner: false,
        };
        for scope in scopes(&cell) {
            *sizes.entry(measured(&scope)).or_default() += row.objects;
        }
    }
    sizes
}
