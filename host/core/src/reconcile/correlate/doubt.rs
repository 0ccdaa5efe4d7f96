//! Questions that came up, and when one is not asked because a person has answered it.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::known::Setting;
use super::{Correlation, Seeker};
use crate::catalogue::{Contribution, Entity, EntityKind, ObjectRef};
use crate::matching::{Candidate, CaseKind, CaseWrite, Choice, Ruling, Side, ground};
use crate::reconcile::situation::Situation;

/// A question that came up; what the candidates say is added to it before a person sees it.
#[derive(Debug)]
pub struct Doubt {
    /// The object.
    pub object: ObjectRef,
    /// What is asked.
    pub kind: CaseKind,
    /// The kind of entity.
    pub entity: EntityKind,
    /// What the object says.
    pub says: Contribution,
    /// Whom it may be.
    pub suspects: Vec<Suspect>,
}

impl Doubt {
    /// The question as a person sees it.
    #[must_use]
    pub fn question(self, entities: &HashMap<Uuid, Entity>, setting: &Setting<'_>) -> CaseWrite {
        let none = BTreeSet::new();
        let sensitive = setting.sensitive.get(&self.entity).unwrap_or(&none);
        let candidates = self
            .suspects
            .iter()
            .map(|suspect| {
                Candidate::of(
                    suspect.entity,
                    entities.get(&suspect.entity),
                    &self.says,
                    sensitive,
                )
            })
            .zip(&self.suspects)
            .map(|(candidate, suspect)| Candidate {
                rule: suspect.rule.clone(),
                near: suspect.near,
                holder: suspect.holder.as_ref().map(ToString::to_string),
                ..candidate
            })
            .collect();
        CaseWrite {
            name: crate::matching::named(&self.says.values, &self.object.key),
            object: self.object,
            kind: self.kind,
            side: Side::Source,
            entity: None,
            candidates,
            since: None,
            at: setting.now,
        }
    }
}

/// An entity that an object may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suspect {
    /// The entity.
    pub entity: Uuid,
    /// The rule that found it.
    pub rule: String,
    /// Whether it is equal only when folded.
    pub near: bool,
    /// The object of the same connection and class that stands for it.
    pub holder: Option<ObjectRef>,
}

impl Correlation<'_> {
    /// Asks a person, unless one has said to let it be as long as it is about the same.
    pub(super) fn ask(
        &mut self,
        seeker: Seeker<'_>,
        situation: Situation,
        kind: CaseKind,
        suspects: Vec<Suspect>,
        last: Option<&Ruling>,
    ) {
        if let_be(last, &suspects) {
            self.note(Situation::Decided);
            self.out.cleared.push(seeker.object);
        } else {
            self.note(situation);
            self.doubt(seeker, kind, suspects);
        }
    }

    pub(super) fn doubt(&mut self, seeker: Seeker<'_>, kind: CaseKind, suspects: Vec<Suspect>) {
        self.out.doubts.push(Doubt {
            object: seeker.object,
            kind,
            entity: seeker.inbound.entity,
            says: seeker.says,
            suspects,
        });
    }
}

/// Whether a person has said to leave the object alone, and it is still about the same candidates.
pub(super) fn let_be(last: Option<&Ruling>, suspects: &[Suspect]) -> bool {
    last.is_some_and(|ruling| {
        ruling.choice == Choice::Ignore
            && ruling.ground == ground(suspects.iter().map(|suspect| suspect.entity.to_string()))
    })
}
