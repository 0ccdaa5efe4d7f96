//! Counts what an import changes, object by object: by cell, class and kind of change. What it keeps grows with the cells and, for the
//! keys that changed, by a few octets for each object that came or went; never with what stayed as it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::judge::Baseline;
use super::limits::{Change, Subject};
use super::place::{COMPANY, Place};
use super::sample::{Examples, Sample};
use crate::mapping::Inbound;
use crate::value::{Attributes, Digest, Value};

/// What is counted together.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cell {
    /// What it is about.
    pub subject: Subject,
    /// The class.
    pub class: String,
    /// The school or subtree; empty where the mapping tells none.
    pub cell: String,
    /// The objects have a school year, or are those of persons who have one.
    pub learner: bool,
}

/// One side of a change.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    /// The object's own attributes.
    pub attributes: &'a Attributes,
    /// Where it belongs.
    pub place: &'a Place,
}

/// A change of one object: what was before, what is after.
#[derive(Debug, Clone, Copy)]
pub struct Observed<'a> {
    /// The object's key.
    pub key: &'a str,
    /// As it was accepted; none when it is new.
    pub before: Option<Side<'a>>,
    /// As it is now; none when it is gone.
    pub after: Option<Side<'a>>,
}

/// How school years moved in one cell of a class.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Years {
    /// Those who stay and went exactly one year or level up.
    pub up: u64,
    /// Those who left, by the year they were in.
    pub left: BTreeMap<i32, u64>,
}

/// What was counted.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counted {
    /// By cell and kind of change.
    pub counts: BTreeMap<Cell, BTreeMap<Change, u64>>,
    /// School years, by class and cell.
    pub years: BTreeMap<(String, String), Years>,
    /// Examples.
    pub samples: Vec<Sample>,
}

impl Counted {
    /// Adds to a count.
    pub fn add(&mut self, cell: Cell, change: Change, count: u64) {
        *self.counts.entry(cell).or_default().entry(change).or_default() += count;
    }
}

/// A count under way.
#[derive(Debug)]
pub struct Tally<'a> {
    baseline: &'a Baseline,
    counted: Counted,
    examples: Examples,
    /// The cells of the objects that went, each by its number in `cells`.
    gone: Vec<u32>,
    cells: Vec<Cell>,
    numbers: HashMap<Cell, u32>,
    /// Identifiers of those that went, with their place in `gone`, and of those that came.
    identifiers_gone: Vec<(u64, u32)>,
    identifiers_new: HashSet<u64>,
    /// Persons who have a school year, and the changes of what belongs to persons: whether those are learners' shows at the end.
    learners: HashSet<u64>,
    theirs: HashMap<(u64, u32), BTreeMap<Change, u64>>,
}

impl<'a> Tally<'a> {
    /// Counts against what was accepted before.
    #[must_use]
    pub fn new(baseline: &'a Baseline) -> Self {
        Self {
            baseline,
            counted: Counted::default(),
            examples: Examples::default(),
            gone: Vec::new(),
            cells: Vec::new(),
            numbers: HashMap::new(),
            identifiers_gone: Vec::new(),
            identifiers_new: HashSet::new(),
            learners: HashSet::new(),
            theirs: HashMap::new(),
        }
    }

    /// Counts one changed object of the mapping's class.
    pub fn note(&mut self, inbound: &Inbound, observed: &Observed<'_>) {
        let Some(side) = observed.before.or(observed.after) else {
            return;
        };
        let school = inbound.is_school(side.attributes);
        let cell = Cell {
            subject: if school {
                Subject::School
            } else {
                Subject::of(inbound.entity)
            },
            class: inbound.class.clone(),
            cell: side.place.cell.clone(),
            learner: side.place.year.is_some(),
        };
        let years = [observed.before, observed.after].map(|side| side.and_then(|side| side.place.year));
        if cell.subject == Subject::Person && years.iter().any(Option::is_some) {
            self.learners.insert(hash(&inbound.class, "", observed.key));
        }
        match (observed.before, observed.after) {
            (Some(before), None) => {
                self.went(inbound, before, &cell);
                self.one(inbound, observed, cell, Change::Removed);
            }
            (None, Some(after)) => {
                for (name, value) in inbound.identifiers(after.attributes) {
                    self.identifiers_new.insert(hash(&inbound.class, &name, &value));
                }
                self.one(inbound, observed, cell, Change::Added);
            }
            (Some(before), Some(after)) => self.differs(inbound, observed, cell, before, after),
            (None, None) => {}
        }
    }

    fn went(&mut self, inbound: &Inbound, before: Side<'_>, cell: &Cell) {
        if let Some(year) = before.place.year {
            let years = self.years(inbound, &before.place.cell);
            *years.left.entry(year).or_default() += 1;
        }
        let identifiers = inbound.identifiers(before.attributes);
        if identifiers.is_empty() {
            return;
        }
        let number = self.number(cell);
        let place = u32::try_from(self.gone.len()).unwrap_or(u32::MAX);
        self.gone.push(number);
        for (name, value) in identifiers {
            self.identifiers_gone
                .push((hash(&inbound.class, &name, &value), place));
        }
    }

    fn number(&mut self, cell: &Cell) -> u32 {
        if let Some(number) = self.numbers.get(cell) {
            return *number;
        }
        let number = u32::try_from(self.cells.len()).unwrap_or(u32::MAX);
        self.cells.push(cell.clone());
        self.numbers.insert(cell.clone(), number);
        number
    }

    fn differs(
        &mut self,
        inbound: &Inbound,
        observed: &Observed<'_>,
        cell: Cell,
        before: Side<'_>,
        after: Side<'_>,
    ) {
        let (from, to) = (&before.place.cell, &after.place.cell);
        if from != to {
            self.one(inbound, observed, cell.clone(), Change::Moved);
        }
        if let (Some(old), Some(new)) = (before.place.year, after.place.year)
            && old != COMPANY
        {
            let class = &inbound.class;
            let level_up = from != to
                && self
                    .baseline
                    .years(class, from)
                    .is_some_and(|(_, top)| old == top)
                && self
                    .baseline
                    .years(class, to)
                    .is_some_and(|(first, _)| new == first);
            if new == old.saturating_add(1) || level_up {
                self.years(inbound, from).up += 1;
            }
        }
        for name in inbound.uses() {
            let (old, new) = (before.attributes.get(name), after.attributes.get(name));
            if old.unwrap_or(&Value::Absent) != new.unwrap_or(&Value::Absent) {
                self.one(inbound, observed, cell.clone(), Change::Attribute(name.clone()));
            }
        }
    }

    fn years(&mut self, inbound: &Inbound, cell: &str) -> &mut Years {
        self.counted
            .years
            .entry((inbound.class.clone(), cell.to_owned()))
            .or_default()
    }

    fn one(&mut self, inbound: &Inbound, observed: &Observed<'_>, cell: Cell, change: Change) {
        self.examples.offer(&cell.class, &change, observed.key, || {
            Sample::of(
                (&cell, &change),
                observed.key,
                [
                    observed.before.map(|side| side.attributes),
                    observed.after.map(|side| side.attributes),
                ],
                &|name| inbound.uses().contains(name),
                &|name| inbound.conceals(name),
            )
        });
        let person = [observed.before, observed.after]
            .into_iter()
            .flatten()
            .next()
            .filter(|_| matches!(cell.subject, Subject::Engagement | Subject::Account) && !cell.learner)
            .and_then(|side| inbound.person_of(side.attributes));
        match person {
            Some((class, key)) => {
                let number = self.number(&cell);
                let changes = self.theirs.entry((hash(&class, "", &key), number)).or_default();
                *changes.entry(change).or_default() += 1;
            }
            None => self.counted.add(cell, change, 1),
        }
    }

    /// Everything is counted: finds the keys that changed, and whose engagements are learners'.
    #[must_use]
    pub fn finish(mut self) -> Counted {
        let mut again: Vec<u32> = self
            .identifiers_gone
            .iter()
            .filter(|(identifier, _)| self.identifiers_new.contains(identifier))
            .map(|(_, place)| *place)
            .collect();
        again.sort_unstable();
        again.dedup();
        for place in again {
            let cell = self
                .gone
                .get(place as usize)
                .and_then(|number| self.cells.get(*number as usize));
            if let Some(cell) = cell {
                self.counted.add(cell.clone(), Change::KeyChanged, 1);
            }
        }
        for ((person, number), changes) in std::mem::take(&mut self.theirs) {
            let Some(cell) = self.cells.get(number as usize) else {
                continue;
            };
            let cell = Cell {
                learner: self.learners.contains(&person),
                ..cell.clone()
            };
            for (change, count) in changes {
                self.counted.add(cell.clone(), change, count);
            }
        }
        self.counted.samples = self.examples.all();
        self.counted
    }
}

fn hash(class: &str, name: &str, value: &str) -> u64 {
    let text = format!("{class}\n{name}\n{value}");
    let [a, b, c, d, e, f, g, h, ..] = Digest::of_bytes(text.as_bytes()).0;
    u64::from_le_bytes([a, b, c, d, e, f, g, h])
}
