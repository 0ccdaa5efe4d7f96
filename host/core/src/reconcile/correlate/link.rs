//! Links as they are made and let go, and what the rest of the batch and the history have to know of it.

use serde_json::json;
use uuid::Uuid;

use super::{Correlation, Seeker};
use crate::catalogue::{Contribution, EntityKind, Link, ObjectRef};
use crate::journal::Event;
use crate::matching::Ruling;
use crate::port::{Found, JournalEntry};
use crate::reconcile::situation::Situation;

impl Correlation<'_> {
    pub(super) fn create(&mut self, seeker: Seeker<'_>, rule: &str) {
        // The same object always makes the same entity, so that an interrupted run ends like an undisturbed one, and an object that
        // comes back gets its own entity again; but not when a person has said that it is not that one.
        let mut entity = seeker.object.identity(&self.setting.namespace);
        let mut again = 1_u32;
        while seeker.apart.contains_key(&entity) {
            again += 1;
            let name = format!("{}\n{again}", seeker.object);
            entity = Uuid::new_v5(&self.setting.namespace, name.as_bytes());
        }
        self.link(seeker, entity, rule.to_owned());
    }

    /// A person takes an object from its entity.
    pub(super) fn leave(&mut self, object: &ObjectRef, entity: Uuid) {
        self.gone.insert(object.clone(), entity);
        self.separated.insert(object.clone());
    }

    /// An object stands for an entity from now on.
    pub(super) fn take(&mut self, object: &ObjectRef, entity: Uuid) {
        let place = (entity, object.connection.clone(), object.class.clone());
        self.taken.insert(place, object.clone());
    }

    pub(super) fn unlink(&mut self, object: &ObjectRef, entity: Uuid, kind: EntityKind) {
        self.out.touched.insert(entity, kind);
        self.out.unlinked.push((object.clone(), entity));
        self.gone.insert(object.clone(), entity);
    }

    pub(super) fn link(&mut self, seeker: Seeker<'_>, entity: Uuid, rule: String) {
        let Seeker {
            object,
            inbound,
            says,
            ..
        } = seeker;
        self.remember(inbound.entity, &says, entity);
        self.take(&object, entity);
        self.out.touched.insert(entity, inbound.entity);
        self.out.newly_linked.push(object.clone());
        self.out.cleared.push(object.clone());
        self.out.links.push(Link {
            object,
            entity,
            rule,
            since: self.setting.now,
            contribution: says,
        });
    }

    /// Lets the rest of the batch find the entity by these values.
    pub(super) fn remember(&mut self, kind: EntityKind, says: &Contribution, entity: Uuid) {
        for value in self.setting.rulebook.values(kind, &says.values, self.setting.key) {
            let found = Found {
                folded: value.folded,
                exact: value.exact,
                entity,
            };
            self.fresh.add(kind, &value.rule, found);
        }
    }

    pub(super) fn note(&mut self, situation: Situation) {
        *self.out.situations.entry(situation).or_default() += 1;
    }

    pub(super) fn record(&mut self, entity: Uuid, event: Event, object: &ObjectRef, ruling: &Ruling) {
        self.out.journal.push(JournalEntry {
            cycle: self.setting.cycle,
            at: self.setting.now,
            entity,
            event: event.into(),
            detail: json!({ "object": object.to_string(), "by": ruling.who, "reason": ruling.reason }),
        });
    }
}
