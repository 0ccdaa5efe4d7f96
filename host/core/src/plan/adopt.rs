//! How an object of a target becomes an entity's, what the entity's history says of it, and what is asked where that cannot be told.

use serde_json::json;
use uuid::Uuid;

use super::{Ground, PlannedFor, Sought, Suspect, Why};
use crate::journal::Event;
use crate::mapping::{Desired, Outbound};
use crate::matching::{Candidate, CaseKind, CaseWrite, Side, compare, named};
use crate::port::{JournalEntry, LeavingWrite, Shadow, ShadowWrite};
use crate::value::Attributes;

/// How an object of the target comes to be an entity's.
pub(super) enum Claim<'a> {
    /// It stands for the entity.
    Own(&'a Shadow),
    /// It does as the target is a source.
    Linked(&'a Shadow),
    /// It was looked for and found.
    Sought(&'a Shadow, &'a Why),
    /// It has the key under which one would be made.
    Key(&'a Shadow),
}

impl Claim<'_> {
    pub(super) fn shadow(&self) -> &Shadow {
        match self {
            Self::Own(shadow) | Self::Linked(shadow) | Self::Sought(shadow, _) | Self::Key(shadow) => shadow,
        }
    }
}

impl Ground<'_> {
    /// Makes the entity's link with the object that it found, or asks; nothing is brought up to date, and nothing is made.
    #[must_use]
    pub fn link(&self, id: Uuid, outbound: &Outbound) -> PlannedFor {
        let mut out = PlannedFor::default();
        match self.sought.get(&(id, outbound.class.clone())) {
            Some(Sought::Object(shadow, why)) => {
                out.adopted.push(ShadowWrite::Put(Shadow {
                    entity: Some(id),
                    ..(**shadow).clone()
                }));
                if shadow.entity.is_some() {
                    out.leaving
                        .push(LeavingWrite::End(outbound.class.clone(), shadow.key.clone()));
                }
                self.note_adoption(id, &Claim::Sought(shadow, why), &mut out);
                out.cleared.push(self.place(&outbound.class, id, None));
            }
            Some(Sought::Asked(kind, suspects)) => {
                // What cannot be worked out, such as a name that nobody has yet, is not compared.
                let desired = outbound.desired(&self.graph, id, self).ok().flatten();
                let desired = desired.unwrap_or_else(|| Desired {
                    key: String::new(),
                    attributes: Attributes::new(),
                });
                out.cases
                    .push(self.question(id, outbound, *kind, suspects, &desired));
            }
            Some(Sought::Alone | Sought::Nothing) | None => {}
        }
        out
    }

    pub(super) fn question(
        &self,
        id: Uuid,
        outbound: &Outbound,
        kind: CaseKind,
        suspects: &[Suspect],
        desired: &Desired,
    ) -> CaseWrite {
        let none = Attributes::new();
        let values = self.graph.entity(id).map_or(&none, |entity| &entity.values);
        let mut wanted = desired.attributes.clone();
        wanted.retain(|_, value| !value.is_absent());
        let concealed = wanted
            .keys()
            .filter(|name| outbound.conceals(name))
            .cloned()
            .collect();
        let candidates = suspects.iter().map(|suspect| {
            let Suspect {
                shadow,
                rule,
                near,
                holder,
            } = suspect;
            let (agrees, differs) = compare(&wanted, &shadow.attributes, &concealed);
            Candidate {
                entity: *holder,
                key: Some(shadow.key.clone()),
                name: named(&shadow.attributes, &shadow.key),
                rule: rule.clone(),
                near: *near,
                holder: holder.map(|holder| holder.to_string()),
                agrees,
                differs,
            }
        });
        CaseWrite {
            object: self.place(&outbound.class, id, None),
            kind,
            side: Side::Target,
            entity: Some(id),
            name: named(values, &id.to_string()),
            candidates: candidates.collect(),
            since: None,
            at: self.now,
        }
    }

    pub(super) fn note_adoption(&self, id: Uuid, claim: &Claim<'_>, out: &mut PlannedFor) {
        let object = self
            .place(&claim.shadow().class, id, Some(claim.shadow()))
            .to_string();
        let detail = match claim {
            // That it is the entity's is known from the source that it is as well.
            Claim::Own(_) | Claim::Linked(_) => return,
            Claim::Key(_) => json!({ "object": object, "rule": "key" }),
            Claim::Sought(_, Why::Rule(rule)) => json!({ "object": object, "rule": rule }),
            Claim::Sought(_, Why::Decided(ruling, who, reason)) => {
                out.heeded.push(*ruling);
                json!({ "object": object, "by": who, "reason": reason })
            }
        };
        out.journal.push(JournalEntry {
            cycle: self.cycle,
            at: self.now,
            entity: id,
            event: Event::Adopted.into(),
            detail,
        });
    }
}
