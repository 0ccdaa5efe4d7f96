//! What must flow between two states, counted by comparing them entity by entity.

use crate::municipality::Municipality;
use crate::records::PersonKind;
use crate::school::Membership;
use std::collections::BTreeMap;

/// How many entities of one kind differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Only in the later state.
    pub added: u64,
    /// In both, with other content.
    pub changed: u64,
    /// Only in the earlier state.
    pub removed: u64,
    /// In both, the same.
    pub unchanged: u64,
}

impl Counts {
    fn pair<T: PartialEq>(&mut self, before: Option<T>, after: Option<T>) {
        match (before, after) {
            (Some(before), Some(after)) if before == after => self.unchanged += 1,
            (Some(_), Some(_)) => self.changed += 1,
            (Some(_), None) => self.removed += 1,
            (None, Some(_)) => self.added += 1,
            (None, None) => {}
        }
    }

    /// Two entities of one place, which are the same entity only if their keys agree.
    fn keyed<K: PartialEq, T: PartialEq>(&mut self, before: Option<(K, T)>, after: Option<(K, T)>) {
        match (before, after) {
            (Some((one, before)), Some((two, after))) if one == two => self.pair(Some(before), Some(after)),
            (before, after) => {
                self.pair(before, None);
                self.pair(None, after);
            }
        }
    }

    /// Whether anything differs.
    pub const fn is_empty(&self) -> bool {
        self.added + self.changed + self.removed == 0
    }
}

/// The difference between two states of one municipality.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Truth {
    /// Employees as persons.
    pub employees: Counts,
    /// Pupils as persons.
    pub pupils: Counts,
    /// Guardians as persons.
    pub guardians: Counts,
    /// Owner, schools, classes and teaching groups.
    pub groups: Counts,
    /// One for each person, group and role.
    pub memberships: Counts,
    /// Engagements; a new title changes them.
    pub engagements: Counts,
    /// Organisation units.
    pub units: Counts,
}

impl Municipality {
    /// What differs in `later`, a later state of the same municipality.
    ///
    /// # Panics
    ///
    /// When the two differ in seed or size.
    pub fn truth(&self, later: &Self) -> Truth {
        assert_eq!(
            (self.seed, self.size),
            (later.seed, later.size),
            "two states of one municipality"
        );
        let mut truth = Truth::default();
        for slot in 0..self.size.employees {
            let (before, after) = (self.employee(slot), later.employee(slot));
            let mut engagements: BTreeMap<_, (Option<_>, Option<_>)> = BTreeMap::new();
            for engagement in &before.engagements {
                engagements.entry(&engagement.id).or_default().0 = Some(engagement);
            }
            for engagement in &after.engagements {
                engagements.entry(&engagement.id).or_default().1 = Some(engagement);
            }
            for (before, after) in engagements.into_values() {
                truth.engagements.pair(before, after);
            }
            truth.employees.keyed(
                Some((before.person.id.clone(), before.person)),
                Some((after.person.id.clone(), after.person)),
            );
        }
        for slot in 0..self.size.guardians {
            let (before, after) = (self.guardian(slot).person, later.guardian(slot).person);
            truth
                .guardians
                .keyed(Some((before.id.clone(), before)), Some((after.id.clone(), after)));
        }
        for number in self.pupil_numbers().start..later.pupil_numbers().end {
            let of = |state: &Self| {
                state.pupil_numbers().contains(&number).then(|| {
                    let pupil = state.pupil(number);
                    (pupil.person.id.clone(), (pupil.person, pupil.contacts))
                })
            };
            truth.pupils.keyed(of(self), of(later));
        }
        self.group_truth(later, &mut truth);
        for (before, after) in self.units().zip(later.units()) {
            // The manager is a slot; who holds it is told by the person.
            truth.units.pair(Some(before), Some(after));
        }
        truth
    }

    fn group_truth(&self, later: &Self, truth: &mut Truth) {
        for before in self.groups() {
            let after = later.group(before.kind);
            let mut members: BTreeMap<_, (Option<()>, Option<()>)> = BTreeMap::new();
            for key in self.members(&before).into_iter().flat_map(roles) {
                members.entry(key).or_default().0 = Some(());
            }
            for key in after
                .iter()
                .flat_map(|group| later.members(group))
                .flat_map(roles)
            {
                members.entry(key).or_default().1 = Some(());
            }
            for (before, after) in members.into_values() {
                truth.memberships.pair(before, after);
            }
            truth.groups.pair(Some(before), after);
        }
        for after in later.groups().filter(|group| self.group(group.kind).is_none()) {
            truth.memberships.added += later.members(&after).into_iter().flat_map(roles).count() as u64;
            truth.groups.added += 1;
        }
    }

    /// The id of the present holder of a slot, without making the person.
    pub fn holder(&self, kind: PersonKind, slot: u64) -> String {
        self.id_of(kind, slot)
    }
}

fn roles(membership: Membership) -> impl Iterator<Item = (String, crate::school::Role)> {
    let Membership { person, roles } = membership;
    roles.into_iter().map(move |role| (person.clone(), role))
}
