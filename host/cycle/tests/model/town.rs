//! The reference: what the sources offer, what of it counts, and what a guard has to halt. Plain maps and plain sums, written from the
//! documentation and not from the engine.

use std::collections::BTreeMap;

use super::step::Fault;

/// What an object of a source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) number: Option<String>,
    pub(crate) mail: Option<String>,
}

/// The objects of a source by key.
pub(crate) type Rows = BTreeMap<String, Row>;

/// The sources, the one that is believed first.
pub(crate) const SOURCES: [&str; 2] = ["school", "payroll"];

/// What the guards of every connection are set to, so that a few persons are many: a count and a share.
pub(crate) struct Limits {
    pub(crate) removed: (u64, u64),
    /// Above this share it takes two.
    pub(crate) hard: u64,
    pub(crate) added: (u64, u64),
    pub(crate) key_changed: (u64, u64),
    pub(crate) changed: (u64, u64),
}

pub(crate) const LIMITS: Limits = Limits {
    removed: (2, 20),
    hard: 60,
    added: (4, 40),
    key_changed: (1, 5),
    changed: (4, 40),
};

/// Whether so many of so many are over a limit: over its count and over its share.
pub(crate) fn over((count, percent): (u64, u64), many: u64, of: u64) -> bool {
    many > count && many * 100 > of * percent
}

fn len<T>(things: impl IntoIterator<Item = T>) -> u64 {
    things.into_iter().count() as u64
}

/// Whether a guard halts the step from one delivery to the next, and whether it then takes two persons.
pub(crate) fn halts(source: usize, before: &Rows, after: &Rows) -> (bool, bool) {
    let of = len(before.keys());
    let gone: Vec<&Row> = before
        .iter()
        .filter(|(key, _)| !after.contains_key(*key))
        .map(|(_, row)| row)
        .collect();
    let new: Vec<&Row> = after
        .iter()
        .filter(|(key, _)| !before.contains_key(*key))
        .map(|(_, row)| row)
        .collect();
    let both = || {
        before
            .iter()
            .filter_map(|(key, old)| Some((old, after.get(key)?)))
    };
    let differing = [
        len(both().filter(|(old, new)| old.name != new.name)),
        len(both().filter(|(old, new)| old.number != new.number)),
        len(both().filter(|(old, new)| old.mail != new.mail)),
    ];
    let again = gone.iter().filter(|old| {
        new.iter().any(|new| {
            (old.number.is_some() && old.number == new.number)
                // Only the second source looks for persons by their mail.
                || (source == 1 && old.mail.is_some() && old.mail == new.mail)
        })
    });
    let nothing_left = after.is_empty() && of > 1;
    let removed = over(LIMITS.removed, len(&gone), of);
    let trips = [
        removed,
        of > 0 && over(LIMITS.added, len(&new), of),
        over(LIMITS.key_changed, len(again), of),
        differing.iter().any(|many| over(LIMITS.changed, *many, of)),
        nothing_left,
    ];
    let hard = nothing_left || (removed && len(&gone) * 100 > of * LIMITS.hard);
    (trips.contains(&true), hard)
}

/// How far an unfinished cycle has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    /// This source is to be read next.
    Import(usize),
    /// The comparison waits for a person, or for something else to be delivered.
    Halted { hard: bool },
    /// A person let it pass.
    Released,
    /// The catalogue has been brought up to date; the targets' turn has come.
    Targets,
}

/// What a run has to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Comes {
    /// A source cannot be read.
    ToASource,
    /// The comparison halts.
    ToTheGuard,
    /// The catalogue is brought up to date, and the targets have their turn.
    Through,
    /// The catalogue was brought up to date before; the targets have their turn.
    ToTheTargets,
}

/// The sources, and what of them counts.
#[derive(Debug, Default)]
pub(crate) struct Town {
    /// What each source would deliver now.
    pub(crate) offered: [Rows; 2],
    /// What it leaves out for the time being.
    pub(crate) left_out: [Rows; 2],
    /// Sources that fail the next time that they are read.
    pub(crate) failing: BTreeMap<usize, Fault>,
    /// What was read in the unfinished cycle.
    staged: [Rows; 2],
    /// What counts.
    pub(crate) accepted: [Rows; 2],
    /// The unfinished cycle.
    pub(crate) stage: Option<Stage>,
}

impl Town {
    /// The part of a run before the targets' turn. When it comes through, what was read counts.
    pub(crate) fn run(&mut self) -> Comes {
        let from = match self.stage.clone() {
            None | Some(Stage::Halted { .. }) => 0,
            Some(Stage::Import(source)) => source,
            Some(Stage::Released) => {
                self.accept();
                return Comes::Through;
            }
            Some(Stage::Targets) => return Comes::ToTheTargets,
        };
        for source in from..SOURCES.len() {
            if self.failing.contains_key(&source) {
                self.stage = Some(Stage::Import(source));
                return Comes::ToASource;
            }
            self.staged[source] = self.offered[source].clone();
        }
        let judged = [0, 1].map(|source| halts(source, &self.accepted[source], &self.staged[source]));
        if judged.iter().any(|(halts, _)| *halts) {
            let hard = judged.iter().any(|(_, hard)| *hard);
            self.stage = Some(Stage::Halted { hard });
            return Comes::ToTheGuard;
        }
        self.accept();
        Comes::Through
    }

    /// Either everything that was read counts or nothing of it.
    pub(crate) fn accept(&mut self) {
        self.accepted = self.staged.clone();
        self.stage = Some(Stage::Targets);
    }

    /// The first delivery has nothing to be compared with.
    pub(crate) fn begin(&mut self) {
        self.staged = self.offered.clone();
        self.accept();
        self.stage = None;
    }
}
