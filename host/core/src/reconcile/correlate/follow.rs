//! What persons said about an object, and what became of one that stands for an entity already: a ruling comes before every rule, and
//! a link stays whatever the object's values become.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::doubt::{Suspect, let_be};
use super::{Correlation, Seeker};
use crate::catalogue::Link;
use crate::found::Found;
use crate::journal::Event;
use crate::mapping::{Contributes, Inbound};
use crate::matching::{CaseKind, Choice, Ruling};
use crate::reconcile::situation::Situation;

impl Correlation<'_> {
    pub(super) fn follow(
        &mut self,
        seeker: Seeker<'_>,
        link: Option<&Link>,
        last: Option<&Ruling>,
        rulings: &[Ruling],
        anew: bool,
    ) {
        let kind = seeker.inbound.entity;
        if let (Some(ruling), Some(entity)) = (last, named(last))
            && link.is_none_or(|link| link.entity != entity)
        {
            if self.known.kinds.get(&entity) != Some(&kind) {
                let found = Found::Ruling {
                    who: ruling.who.clone(),
                    entity,
                    kind,
                };
                self.out.findings.push(found.about(seeker.object, None));
                return;
            }
            if let Some(link) = link {
                self.unlink(&seeker.object, link.entity, kind);
            }
            self.note(Situation::Decided);
            self.record(entity, Event::Linked, &seeker.object, ruling);
            let rule = format!("decided:{}", ruling.who);
            self.link(seeker, entity, rule);
            return;
        }
        match link {
            Some(link) => match rulings
                .iter()
                .rev()
                .find(|ruling| ruling.choice == Choice::Apart && ruling.entity == Some(link.entity))
            {
                Some(ruling) if seeker.apart.contains_key(&link.entity) => {
                    self.unlink(&seeker.object, link.entity, kind);
                    self.note(Situation::Decided);
                    self.record(link.entity, Event::Unlinked, &seeker.object, ruling);
                    self.find(seeker, last);
                }
                _ => self.confirm(seeker, link, last, anew),
            },
            None => self.find(seeker, last),
        }
    }

    pub(super) fn confirm(&mut self, seeker: Seeker<'_>, link: &Link, last: Option<&Ruling>, anew: bool) {
        let kind = seeker.inbound.entity;
        let spent = is_spent(seeker.inbound, link);
        let changed = link.contribution != seeker.says && !spent;
        let suspects = if spent {
            Vec::new()
        } else {
            self.twins(&seeker, link, last)
        };
        if anew || changed {
            self.out.touched.insert(link.entity, kind);
            let says = if spent { &link.contribution } else { &seeker.says };
            self.remember(kind, says, link.entity);
        }
        if changed {
            self.out.links.push(Link {
                contribution: seeker.says.clone(),
                ..link.clone()
            });
        }
        if suspects.is_empty() || let_be(last, &suspects) {
            self.note(Situation::Confirmed);
            self.out.cleared.push(seeker.object);
        } else {
            self.note(Situation::Twin);
            self.doubt(seeker, CaseKind::Twin, suspects);
        }
    }

    /// Other entities that a linked object's values lead to, looked for when those values are new or have been doubtful before: an answer to
    /// let it be is for the candidates that the person saw.
    pub(super) fn twins(&self, seeker: &Seeker<'_>, link: &Link, last: Option<&Ruling>) -> Vec<Suspect> {
        let ignored = last.is_some_and(|ruling| ruling.choice == Choice::Ignore);
        let asked = ignored || self.known.asked.contains(&seeker.object);
        for rule in &seeker.inbound.matching {
            let Some(value) = rule.value(&seeker.says.values, self.setting.key) else {
                continue;
            };
            let old = rule.value(&link.contribution.values, self.setting.key);
            if !asked && old.as_ref() == Some(&value) {
                continue;
            }
            let mut others = self.look(seeker, rule, &value).0;
            others.retain(|suspect| suspect.entity != link.entity);
            if !others.is_empty() {
                return others;
            }
        }
        Vec::new()
    }
}

/// The entities that persons said the object is not, each with who did. A later word that it is one takes that back.
pub(super) fn apart(rulings: &[Ruling]) -> BTreeMap<Uuid, String> {
    let mut apart = BTreeMap::new();
    for ruling in rulings {
        match (ruling.choice, ruling.entity) {
            (Choice::Apart, Some(entity)) => drop(apart.insert(entity, ruling.who.clone())),
            (Choice::Link, Some(entity)) => drop(apart.remove(&entity)),
            _ => {}
        }
    }
    apart
}

/// The last word about who the object is; what is kept apart stays so beside it.
pub(super) fn last<'a>(rulings: &'a [Ruling], apart: &BTreeMap<Uuid, String>) -> Option<&'a Ruling> {
    rulings.iter().rev().find(|ruling| match ruling.choice {
        // What shall become of a target's object says nothing about who it is.
        Choice::Apart | Choice::Delete | Choice::Deactivate | Choice::Detach | Choice::Keep => false,
        Choice::Link => ruling.entity.is_some_and(|of| !apart.contains_key(&of)),
        Choice::Create | Choice::Ignore => true,
    })
}

/// The entity that the object is, in that word.
pub(super) fn named(last: Option<&Ruling>) -> Option<Uuid> {
    last.filter(|ruling| ruling.choice == Choice::Link)?.entity
}

/// Who has had a say initially has none any more.
pub(super) fn is_spent(inbound: &Inbound, link: &Link) -> bool {
    inbound.contributes == Contributes::Initially && link.contribution.is_silent()
}
