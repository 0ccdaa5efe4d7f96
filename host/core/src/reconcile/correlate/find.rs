//! How an object that stands for nothing finds its entity: rule by rule, in order. What is equal by no rule, and what a rule finds more
//! than once, is asked and never linked.

use std::collections::BTreeMap;

use serde_json::json;
use uuid::Uuid;

use super::doubt::Suspect;
use super::{Correlation, Seeker};
use crate::catalogue::{Contribution, Link, ObjectRef};
use crate::journal::Event;
use crate::mapping::Contributes;
use crate::matching::{CaseKind, Choice, MatchValue, OnNone, OnOne, Rule, Ruling, Unmatched};
use crate::port::JournalEntry;
use crate::reconcile::situation::Situation;

impl Correlation<'_> {
    pub(super) fn find(&mut self, seeker: Seeker<'_>, last: Option<&Ruling>) {
        // What the host made for an entity stands for it, whatever its values have become. It is an echo of the catalogue, so that it is no
        // first word.
        if let Some(&entity) = self.known.made.get(&seeker.object)
            && !seeker.apart.contains_key(&entity)
            && self.holder(entity, &seeker.object).is_none()
        {
            let says = match seeker.inbound.contributes {
                Contributes::Always => seeker.says,
                Contributes::Initially => Contribution::default(),
            };
            self.note(Situation::Confirmed);
            return self.link(Seeker { says, ..seeker }, entity, "made".to_owned());
        }
        if last.is_some_and(|ruling| ruling.choice == Choice::Create) {
            self.note(Situation::Decided);
            return self.create(seeker, "decided:new");
        }
        let mut near: Vec<Suspect> = Vec::new();
        let mut absent = match seeker.inbound.unmatched {
            Unmatched::Create => OnNone::Create,
            Unmatched::Ignore => OnNone::Ignore,
            Unmatched::Case => OnNone::Case,
        };
        for rule in &seeker.inbound.matching {
            let Some(value) = rule.value(&seeker.says.values, self.setting.key) else {
                continue;
            };
            let (found, almost) = self.look(&seeker, rule, &value);
            near.extend(almost);
            match found.as_slice() {
                [] if rule.none == OnNone::Next => {}
                [] => {
                    absent = rule.none;
                    break;
                }
                [one] => return self.found(seeker, rule, one.clone(), near, last),
                _ => return self.ask(seeker, Situation::Ambiguous, CaseKind::Ambiguous, found, last),
            }
        }
        if !near.is_empty() {
            return self.ask(seeker, Situation::NearMiss, CaseKind::NearMiss, near, last);
        }
        match absent {
            OnNone::Create | OnNone::Next => {
                self.note(Situation::Absent);
                self.create(seeker, "created");
            }
            OnNone::Ignore => {
                self.note(Situation::Absent);
                self.out.cleared.push(seeker.object);
            }
            OnNone::Case => self.ask(seeker, Situation::Absent, CaseKind::Absent, Vec::new(), last),
        }
    }

    pub(super) fn found(
        &mut self,
        seeker: Seeker<'_>,
        rule: &Rule,
        one: Suspect,
        mut near: Vec<Suspect>,
        last: Option<&Ruling>,
    ) {
        if one.holder.is_some() {
            return self.ask(
                seeker,
                Situation::LinkedToAnother,
                CaseKind::LinkedToAnother,
                vec![one],
                last,
            );
        }
        near.retain(|other| other.entity != one.entity);
        if !near.is_empty() {
            near.push(one);
            return self.ask(seeker, Situation::NearMiss, CaseKind::NearMiss, near, last);
        }
        if rule.one == OnOne::Case {
            return self.ask(seeker, Situation::Found, CaseKind::Found, vec![one], last);
        }
        let rekeyed = self.predecessor(one.entity, &seeker.object);
        self.note(if rekeyed.is_some() {
            Situation::Rekeyed
        } else {
            Situation::Found
        });
        if let Some(old) = rekeyed {
            self.out.journal.push(JournalEntry {
                cycle: self.setting.cycle,
                at: self.setting.now,
                entity: one.entity,
                event: Event::Rekeyed.into(),
                detail: json!({ "from": old.to_string(), "to": seeker.object.to_string(), "rule": rule.name }),
            });
        }
        let text = Self::reason(&seeker, rule);
        self.link(seeker, one.entity, text);
    }

    /// Entities under a value: those that the rule finds, and those that only folding finds.
    pub(super) fn look(
        &self,
        seeker: &Seeker<'_>,
        rule: &Rule,
        value: &MatchValue,
    ) -> (Vec<Suspect>, Vec<Suspect>) {
        let kind = seeker.inbound.entity;
        let kept = self.known.candidates.get(kind, value).iter();
        let kept = kept.filter(|(own, entity)| self.still_says(*entity, rule, (&value.folded, own)));
        let mut exact: BTreeMap<Uuid, bool> = BTreeMap::new();
        for (own, entity) in kept.chain(self.fresh.get(kind, value)) {
            if !seeker.apart.contains_key(entity) {
                let equal = rule.fold || *own == value.exact;
                *exact.entry(*entity).or_default() |= equal;
            }
        }
        exact
            .into_iter()
            .map(|(entity, equal)| Suspect {
                entity,
                rule: rule.name.clone(),
                near: !equal,
                holder: self.holder(entity, &seeker.object),
            })
            .partition(|suspect| !suspect.near)
    }

    /// Whether one of an entity's objects has the value still, after what this batch changed. One that is gone has what it said last.
    pub(super) fn still_says(&self, entity: Uuid, rule: &Rule, (folded, exact): (&str, &str)) -> bool {
        let Some(links) = self.known.candidate_links.get(&entity) else {
            return true;
        };
        let renewed = self.renewed.get(&entity);
        let separated = |link: &&Link| self.separated.contains(&link.object);
        // Whom persons took everything from is found by what it was last, as whoever is gone.
        if renewed.is_none()
            && (!links.iter().any(|link| separated(&link)) || links.iter().all(|link| separated(&link)))
        {
            return true;
        }
        links
            .iter()
            .filter(|link| !separated(link))
            .map(|link| {
                let newest = renewed.and_then(|renewed| renewed.get(&link.object));
                newest.unwrap_or(&link.contribution)
            })
            .filter_map(|says| rule.value(&says.values, self.setting.key))
            .any(|value| value.folded == folded && value.exact == exact)
    }

    /// Why the object stands for the entity: the rule, and whom a person had ruled out. The values are with the link itself.
    pub(super) fn reason(seeker: &Seeker<'_>, rule: &Rule) -> String {
        let mut text = format!("matched:{}", rule.name);
        if rule.fold {
            text.push_str(", folded");
        }
        for (entity, who) in &seeker.apart {
            text.push_str(&format!("; not {entity}, by {who}"));
        }
        text
    }

    /// The object of the same connection and class that stands for the entity.
    pub(super) fn holder(&self, entity: Uuid, object: &ObjectRef) -> Option<ObjectRef> {
        if let Some(holder) = self
            .taken
            .get(&(entity, object.connection.clone(), object.class.clone()))
        {
            return Some(holder.clone());
        }
        self.known
            .candidate_links
            .get(&entity)?
            .iter()
            .map(|link| &link.object)
            .find(|other| {
                other.connection == object.connection
                    && other.class == object.class
                    && *other != object
                    && !self.gone.contains_key(*other)
            })
            .cloned()
    }

    /// The object of the same connection and class that stood for the entity and is gone.
    pub(super) fn predecessor(&self, entity: Uuid, object: &ObjectRef) -> Option<ObjectRef> {
        let like = |other: &&ObjectRef| {
            other.connection == object.connection && other.class == object.class && *other != object
        };
        let here = self
            .gone
            .iter()
            .filter(|(_, of)| **of == entity)
            .map(|(other, _)| other);
        let earlier = self.known.former.get(&entity).into_iter().flatten();
        here.filter(like)
            .min()
            .or_else(|| earlier.filter(like).max())
            .cloned()
    }
}
