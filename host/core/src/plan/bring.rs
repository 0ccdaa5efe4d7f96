//! What brings an object of a target to what the catalogue wants: one that is there is brought up to date, one that nobody has claimed is
//! taken over as rules and policies say, and where there is none it is made.

use uuid::Uuid;

use super::adopt::Claim;
use super::seek::asked;
use super::{Ground, PlannedFor, Sought, Suspect, Update, keep};
use crate::connector::Action;
use crate::found::{Found, Keyed, Whose};
use crate::mapping::{Desired, KeyRule, Outbound};
use crate::matching::CaseKind;
use crate::port::{FindingRecord, LeavingWrite, Planned, Shadow, ShadowWrite};
use crate::sentence::Reason;
use crate::value::{Attributes, Value};

impl Ground<'_> {
    pub(super) fn bring(
        &self,
        id: Uuid,
        outbound: &Outbound,
        shadow: Option<&Shadow>,
        desired: Desired,
        out: &mut PlannedFor,
    ) {
        let class = &outbound.class;
        let claim = self.claim(id, outbound, shadow, &desired);
        let update = self.policies.of(class).update;
        let sends = match claim {
            Some(_) => update != Update::Never,
            None => self.makes(class, id),
        };
        if let Some(finding) = self.incomplete(id, outbound, shadow, &desired).filter(|_| sends) {
            out.findings.push(finding);
            return;
        }
        let Some(claim) = claim else {
            return self.make(id, outbound, desired, out);
        };
        let found = claim.shadow();
        if let (Claim::Key(_), Some(other)) = (&claim, found.entity.filter(|&other| other != id)) {
            let taken = self.key_taken(id, outbound, Whose::Anothers, other.to_string(), &desired.key);
            out.findings.push(taken);
            return;
        }
        if matches!(claim, Claim::Key(_)) && update != Update::All {
            if self.makes(class, id) {
                let found = Found::NotLinked {
                    class: class.clone(),
                    key: desired.key,
                };
                out.findings.push(self.finding(class, id, shadow, &found));
            } else {
                out.cleared.push(self.place(class, id, shadow));
            }
            return;
        }
        let moved = found.entity.is_some_and(|other| other != id);
        if moved || self.leaving.contains_key(&(id, class.clone())) {
            out.leaving
                .push(LeavingWrite::End(class.clone(), found.key.clone()));
        }
        if found.entity != Some(id) {
            self.note_adoption(id, &claim, out);
            // What was asked while it had none is answered.
            out.cleared.push(self.place(class, id, None));
        }
        match self.update(id, outbound, found, desired, update, out) {
            Some(finding) => out.findings.push(finding),
            None => out.cleared.push(self.place(class, id, shadow)),
        }
    }

    /// The object of the target that is the entity's, or becomes it.
    fn claim<'a>(
        &'a self,
        id: Uuid,
        outbound: &Outbound,
        shadow: Option<&'a Shadow>,
        desired: &Desired,
    ) -> Option<Claim<'a>> {
        let place = (id, outbound.class.clone());
        if let Some(shadow) = shadow {
            return Some(Claim::Own(shadow));
        }
        if let Some(shadow) = self.by_link.get(&place) {
            return Some(Claim::Linked(shadow));
        }
        match self.sought.get(&place) {
            Some(Sought::Object(shadow, why)) => return Some(Claim::Sought(shadow, why)),
            Some(Sought::Asked(..) | Sought::Alone) => return None,
            Some(Sought::Nothing) | None => {}
        }
        // Where there are rules, they say what is taken over, and the key alone says nothing.
        self.by_key
            .get(&(outbound.class.clone(), desired.key.clone()))
            .filter(|_| outbound.matching.is_empty())
            .filter(|shadow| self.verdicts.apart(&shadow.class, &shadow.key, id).is_none())
            .map(Claim::Key)
    }

    /// What the object lacks that it cannot be without.
    fn incomplete(
        &self,
        id: Uuid,
        outbound: &Outbound,
        shadow: Option<&Shadow>,
        desired: &Desired,
    ) -> Option<FindingRecord> {
        let class = &outbound.class;
        let attributes: Vec<String> = outbound
            .required
            .iter()
            .filter(|name| desired.attributes.get(*name).is_none_or(Value::is_absent))
            .cloned()
            .collect();
        if attributes.is_empty() {
            return None;
        }
        let unmatchable = attributes.iter().any(|name| outbound.matches_by(name));
        let class = class.clone();
        let found = if unmatchable {
            Found::Unmatchable { class, attributes }
        } else {
            Found::Incomplete { class, attributes }
        };
        Some(self.finding(&outbound.class, id, shadow, &found))
    }

    /// Makes an object, unless a person has to tell something first.
    fn make(&self, id: Uuid, outbound: &Outbound, desired: Desired, out: &mut PlannedFor) {
        let class = &outbound.class;
        let makes = self.makes(class, id) && outbound.actions.contains(&Action::Create);
        let sought = self.sought.get(&(id, class.clone()));
        let collides = || self.by_key.get(&(class.clone(), desired.key.clone()));
        match sought {
            Some(Sought::Asked(kind, suspects)) => {
                out.cases
                    .push(self.question(id, outbound, *kind, suspects, &desired));
                return;
            }
            Some(Sought::Alone) => {}
            // What has not been looked for is not made.
            None if !outbound.matching.is_empty() => {}
            _ if !makes => {}
            _ if outbound.key_rule == KeyRule::Given => {
                out.operations.push(self.create(id, outbound, desired))
            }
            _ => match collides() {
                None => out.operations.push(self.create(id, outbound, desired)),
                Some(other) => return self.collide(id, outbound, other, &desired, out),
            },
        }
        out.cleared.push(self.place(class, id, None));
    }

    /// The key under which an object would be made is that of one that no rule found.
    fn collide(
        &self,
        id: Uuid,
        outbound: &Outbound,
        other: &Shadow,
        desired: &Desired,
        out: &mut PlannedFor,
    ) {
        let taken = |whose, who| self.key_taken(id, outbound, whose, who, &desired.key);
        if let Some(holder) = other.entity.filter(|&holder| holder != id) {
            out.findings.push(taken(Whose::Anothers, holder.to_string()));
        } else if let Some(ruling) = self.verdicts.apart(&outbound.class, &other.key, id) {
            out.findings.push(taken(Whose::ToldApart, ruling.who.clone()));
        } else {
            let suspect = Suspect {
                shadow: other.clone(),
                rule: outbound.key_attribute.clone(),
                near: false,
                holder: None,
            };
            match asked(
                (id, &outbound.class),
                CaseKind::Found,
                vec![suspect],
                &self.verdicts,
            ) {
                Sought::Asked(kind, suspects) => {
                    out.cases
                        .push(self.question(id, outbound, kind, &suspects, desired));
                }
                Sought::Nothing => out.findings.push(taken(Whose::NotIt, String::new())),
                Sought::Object(..) | Sought::Alone => out.cleared.push(self.place(&outbound.class, id, None)),
            }
        }
    }

    fn key_taken(
        &self,
        id: Uuid,
        outbound: &Outbound,
        whose: Whose,
        who: String,
        key: &str,
    ) -> FindingRecord {
        let found = Found::KeyTaken {
            class: outbound.class.clone(),
            key: key.to_owned(),
            whose,
            who,
        };
        self.finding(&outbound.class, id, None, &found)
    }

    fn create(&self, id: Uuid, outbound: &Outbound, desired: Desired) -> Planned {
        let (mut attributes, mut ours) = (Attributes::new(), Attributes::new());
        for (name, wanted) in &desired.attributes {
            let settled = outbound.overwrite(name).initial(wanted);
            keep(&mut attributes, name, settled.value);
            keep(&mut ours, name, settled.ours.unwrap_or_default());
        }
        let reason = match self.requests.get(&id) {
            Some(request) => Reason::Requested {
                who: request.who.clone(),
                words: request.reason.clone(),
            },
            None => Reason::Missing,
        };
        Planned {
            ours,
            ..self.planned(id, outbound, Action::Create, desired.key, attributes, reason)
        }
    }

    /// Plans what brings an object that is there up to date; answers what a person should see of it.
    fn update(
        &self,
        id: Uuid,
        outbound: &Outbound,
        found: &Shadow,
        desired: Desired,
        policy: Update,
        out: &mut PlannedFor,
    ) -> Option<FindingRecord> {
        let (mut attributes, mut ours) = (Attributes::new(), Attributes::new());
        let (mut changed, mut before) = (Vec::new(), Attributes::new());
        for (name, wanted) in &desired.attributes {
            if outbound.on_create.contains(name) || *name == outbound.key_attribute {
                keep(&mut attributes, name, wanted.clone());
                continue;
            }
            let held = found.attributes.get(name).unwrap_or(&Value::Absent);
            let settled = outbound
                .overwrite(name)
                .settle(wanted, held, found.ours.get(name));
            if settled.value != *held {
                changed.push(name.clone());
                keep(&mut before, name, held.clone());
            }
            keep(&mut attributes, name, settled.value);
            keep(&mut ours, name, settled.ours.unwrap_or_default());
        }
        let key = &outbound.key_attribute;
        let renamed = outbound.key_rule == KeyRule::Renamed && desired.key != found.key;
        if renamed {
            changed.push(key.clone());
            before.insert(key.clone(), Value::Text(found.key.clone()));
            attributes.insert(key.clone(), Value::Text(desired.key.clone()));
        }
        let updates =
            !changed.is_empty() && policy != Update::Never && outbound.actions.contains(&Action::Update);
        if found.entity != Some(id) || (changed.is_empty() && ours != found.ours) {
            out.adopted.push(ShadowWrite::Put(Shadow {
                entity: Some(id),
                cycle: self.cycle,
                ours: if changed.is_empty() {
                    ours.clone()
                } else {
                    found.ours.clone()
                },
                ..found.clone()
            }));
        }
        if updates {
            let differ = changed.clone();
            let reason = if self.leaving.contains_key(&(id, outbound.class.clone())) {
                Reason::Returned { attributes: differ }
            } else {
                Reason::Differs { attributes: differ }
            };
            let mut planned = self.planned(
                id,
                outbound,
                Action::Update,
                found.key.clone(),
                attributes,
                reason,
            );
            planned.operation.changed = changed;
            out.operations.push(Planned {
                before,
                ours,
                ..planned
            });
            return None;
        }
        // Where rules say what is an entity's object, its key may be its own.
        let by_key = outbound.matching.is_empty();
        if outbound.key_rule != KeyRule::Kept || policy == Update::Never || !by_key {
            return None;
        }
        let key = outbound
            .key(&self.graph, id)
            .ok()
            .filter(|key| *key != found.key)?;
        let differs = Found::KeyDiffers {
            key,
            there: found.key.clone(),
            why: Keyed::Kept,
        };
        Some(self.finding(&outbound.class, id, Some(found), &differs))
    }
}
