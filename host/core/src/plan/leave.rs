//! What becomes of an object whose entity has no place in the target any more. It is left alone as long as the policy says; then it is
//! deactivated, taken away, let go or asked about. Nothing doubtful is removed: what cannot be worked out stays as it is.

use uuid::Uuid;

use super::{Ground, PlannedFor, Removal, Stage, keep, of_a_person};
use crate::connector::Action;
use crate::found::Found;
use crate::mapping::Outbound;
use crate::matching::{CaseKind, CaseWrite, Choice, Side, named, removal_ground};
use crate::port::{Leaving, LeavingWrite, Planned, Shadow, ShadowWrite};
use crate::sentence::Reason;
use crate::value::{Attributes, Value};

impl Ground<'_> {
    pub(super) fn leave(&self, id: Uuid, outbound: &Outbound, shadow: &Shadow, out: &mut PlannedFor) {
        let policy = self.policies.of(&shadow.class);
        let known = self.leaving.get(&(id, shadow.class.clone()));
        let since = known.map_or(self.now, |leaving| leaving.since);
        let (stage, due) = match policy.gone {
            Some(stages) => stages.at(since, self.now),
            None => (Stage::Removed, None),
        };
        let removal = match (stage, policy.delete) {
            (Stage::Removed, Removal::Ask) => self.answered(id, shadow, since, out),
            (_, removal) => removal,
        };
        let deletes = removal == Removal::Delete && outbound.actions.contains(&Action::Delete);
        match (stage, removal) {
            (Stage::Missing | Stage::Suspected, _) => {}
            (Stage::Disabled, _) | (Stage::Removed, Removal::Deactivate) => {
                self.deactivate(id, outbound, shadow, out);
            }
            (Stage::Removed, Removal::Delete) if deletes => {
                let reason = if self.gone(id) {
                    Reason::SourceGone
                } else {
                    Reason::OutOfScope
                };
                let key = shadow.key.clone();
                let planned = self.planned(id, outbound, Action::Delete, key, Attributes::new(), reason);
                out.operations.push(planned);
                if known.is_none() && policy.gone.is_none() {
                    return;
                }
            }
            (Stage::Removed, Removal::Detach) => {
                out.adopted.push(ShadowWrite::Put(Shadow {
                    entity: None,
                    ours: Attributes::new(),
                    ..shadow.clone()
                }));
                if known.is_some() {
                    out.leaving
                        .push(LeavingWrite::End(shadow.class.clone(), shadow.key.clone()));
                }
                return;
            }
            (Stage::Removed, Removal::Ask) => out
                .cases
                .push(self.whether_to_remove(id, outbound, shadow, since)),
            (Stage::Removed, Removal::Delete | Removal::Keep) => {}
        }
        if known.is_none_or(|known| known.stage != stage || known.due != due) {
            out.leaving.push(LeavingWrite::Put(Leaving {
                class: shadow.class.clone(),
                key: shadow.key.clone(),
                entity: id,
                since,
                stage,
                due,
            }));
        }
    }

    /// What a person said shall become of the object, this time; that a person is asked, as long as nobody has.
    fn answered(&self, id: Uuid, shadow: &Shadow, since: i64, out: &mut PlannedFor) -> Removal {
        let ground = removal_ground(since);
        let Some(ruling) = self
            .verdicts
            .removal(&shadow.class, &shadow.key, &ground)
            .filter(|ruling| ruling.entity == Some(id))
        else {
            return Removal::Ask;
        };
        out.heeded.push(ruling.id);
        match ruling.choice {
            Choice::Delete => Removal::Delete,
            Choice::Deactivate => Removal::Deactivate,
            Choice::Detach => Removal::Detach,
            Choice::Keep => Removal::Keep,
            Choice::Link | Choice::Apart | Choice::Create | Choice::Ignore => Removal::Ask,
        }
    }

    fn whether_to_remove(&self, id: Uuid, outbound: &Outbound, shadow: &Shadow, since: i64) -> CaseWrite {
        let none = Attributes::new();
        let values = self.graph.entity(id).map_or(&none, |entity| &entity.values);
        CaseWrite {
            object: self.place(&outbound.class, id, Some(shadow)),
            kind: CaseKind::Removal,
            side: Side::Target,
            entity: Some(id),
            name: named(values, &shadow.key),
            candidates: Vec::new(),
            since: Some(since),
            at: self.now,
        }
    }

    fn deactivate(&self, id: Uuid, outbound: &Outbound, shadow: &Shadow, out: &mut PlannedFor) {
        if !outbound.actions.contains(&Action::Update) {
            return;
        }
        let wanted = match outbound.deactivated(&self.graph, id, self) {
            Ok(wanted) => wanted,
            Err(error) => {
                let found = Found::Mapping {
                    words: error.to_string(),
                };
                out.findings
                    .push(self.finding(&shadow.class, id, Some(shadow), &found));
                return;
            }
        };
        let mut desired: Attributes = shadow
            .attributes
            .iter()
            .filter(|(name, _)| outbound.sets(name))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let (mut changed, mut before) = (Vec::new(), Attributes::new());
        for (name, value) in wanted {
            let held = shadow.attributes.get(&name).unwrap_or(&Value::Absent);
            if *held != value {
                keep(&mut before, &name, held.clone());
                desired.remove(&name);
                keep(&mut desired, &name, value);
                changed.push(name);
            }
        }
        if changed.is_empty() {
            return;
        }
        let reason = if self.gone(id) {
            Reason::SourceGoneOff
        } else {
            Reason::OutOfScopeOff
        };
        let mut planned = self.planned(id, outbound, Action::Update, shadow.key.clone(), desired, reason);
        planned.operation.changed = changed;
        out.operations.push(Planned {
            urgent: of_a_person(outbound.entity),
            before,
            ours: shadow.ours.clone(),
            ..planned
        });
    }

    /// Whether no source speaks of the entity any more.
    fn gone(&self, id: Uuid) -> bool {
        self.graph
            .entity(id)
            .is_none_or(|entity| !entity.state.is_present())
    }
}
