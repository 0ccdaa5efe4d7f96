//! The objects of one moment of the server: each with its states in time, found by identifier or by what they refer to.
//! A world is never changed; a later night is another world.

use super::kinds::Kind;
use super::validity::{Validity, Window};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;

/// What is true of an object for a time.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub(super) validity: Validity,
    pub(super) attributes: BTreeMap<&'static str, Value>,
    pub(super) references: BTreeMap<&'static str, Vec<Uuid>>,
}

impl Facts {
    pub(super) fn valid(from: Option<i64>, to: Option<i64>) -> Self {
        Self {
            validity: Validity { from, to },
            ..Self::default()
        }
    }

    #[must_use]
    pub(super) fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.attributes.insert(name, value.into());
        self
    }

    #[must_use]
    pub(super) fn to(mut self, name: &'static str, targets: impl IntoIterator<Item = Uuid>) -> Self {
        let targets: Vec<Uuid> = targets.into_iter().collect();
        if !targets.is_empty() {
            self.references.insert(name, targets);
        }
        self
    }

    pub(super) fn targets(&self, name: &str) -> &[Uuid] {
        self.references.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).and_then(Value::as_str)
    }
}

#[derive(Debug, Default)]
pub(super) struct World {
    objects: HashMap<Kind, BTreeMap<Uuid, Vec<Facts>>>,
    referring: HashMap<(Kind, &'static str, Uuid), Vec<Uuid>>,
    /// The root organisation, which is no unit.
    pub(super) organisation: Uuid,
    pub(super) organisation_name: String,
}

impl World {
    pub(super) fn new(organisation: Uuid, name: &str) -> Self {
        Self {
            organisation,
            organisation_name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Adds an object with its states, oldest first; states that never were (empty spans) are left out.
    pub(super) fn add(&mut self, kind: Kind, uuid: Uuid, states: impl IntoIterator<Item = Facts>) {
        let states: Vec<Facts> = states
            .into_iter()
            .filter(|facts| match (facts.validity.from, facts.validity.to) {
                (Some(from), Some(to)) => from < to,
                _ => true,
            })
            .collect();
        if states.is_empty() {
            return;
        }
        for facts in &states {
            for (name, targets) in &facts.references {
                for target in targets {
                    let referring = self.referring.entry((kind, *name, *target)).or_default();
                    // An object's states come one after another, so a repeat is the last one.
                    if referring.last() != Some(&uuid) {
                        referring.push(uuid);
                    }
                }
            }
        }
        let before = self.objects.entry(kind).or_default().insert(uuid, states);
        assert!(
            before.is_none(),
            "two objects with one identifier: {kind:?} {uuid}"
        );
    }

    /// All states of an object, oldest first; empty for one that does not exist.
    pub(super) fn states(&self, kind: Kind, uuid: Uuid) -> &[Facts] {
        self.objects
            .get(&kind)
            .and_then(|objects| objects.get(&uuid))
            .map_or(&[], Vec::as_slice)
    }

    /// The states of an object that are true at some time in a window.
    pub(super) fn within(&self, kind: Kind, uuid: Uuid, window: Window) -> impl Iterator<Item = &Facts> {
        self.states(kind, uuid)
            .iter()
            .filter(move |facts| window.overlaps(&facts.validity))
    }

    /// The objects of a collection in the order of their identifiers.
    pub(super) fn all(&self, kind: Kind) -> impl Iterator<Item = Uuid> + '_ {
        self.objects
            .get(&kind)
            .into_iter()
            .flat_map(|objects| objects.keys().copied())
    }

    /// The objects that name this one under that reference, at any time.
    pub(super) fn referring(&self, kind: Kind, reference: &'static str, target: Uuid) -> &[Uuid] {
        self.referring
            .get(&(kind, reference, target))
            .map_or(&[], Vec::as_slice)
    }

    /// The present state by calendar day: the open-ended one, else the one that lasts longest.
    pub(super) fn current(&self, kind: Kind, uuid: Uuid, now: i64) -> Option<&Facts> {
        self.states(kind, uuid)
            .iter()
            .filter(|facts| facts.validity.on_day(now))
            .max_by_key(|facts| facts.validity.to.unwrap_or(i64::MAX))
    }

    /// The unit above, as some state within the window has it.
    pub(super) fn parent(&self, unit: Uuid, window: Window) -> Option<Uuid> {
        self.within(Kind::OrgUnit, unit, window)
            .find_map(|facts| facts.targets("parent").first().copied())
    }

    /// The units above, nearest first.
    pub(super) fn ancestors(&self, unit: Uuid, window: Window) -> Vec<Uuid> {
        let mut above = Vec::new();
        let mut at = unit;
        while let Some(parent) = self.parent(at, window) {
            if above.contains(&parent) {
                break;
            }
            above.push(parent);
            at = parent;
        }
        above
    }
}
