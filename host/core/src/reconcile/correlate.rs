//! Which entity an object stands for.

mod doubt;
mod find;
mod follow;
mod known;
mod link;
mod mapped;

use std::collections::{BTreeMap, HashMap, HashSet};

use uuid::Uuid;

use self::follow::{apart, is_spent, last, named};
use super::situation::Situation;
use crate::catalogue::{Contribution, EntityKind, Link, ObjectRef};
use crate::found::Found;
use crate::mapping::Inbound;
use crate::port::{FindingRecord, JournalEntry};

pub use doubt::{Doubt, Suspect};
pub use known::{Candidates, Known, Setting, wanted_candidates, wanted_holders};
pub use mapped::{Mapped, Says, map};

/// What correlation decided.
#[derive(Debug, Default)]
pub struct Correlated {
    /// Links made or renewed.
    pub links: Vec<Link>,
    /// Of those, the objects that stood for nothing before, or for another entity.
    pub newly_linked: Vec<ObjectRef>,
    /// Links that are no more, with their entities.
    pub unlinked: Vec<(ObjectRef, Uuid)>,
    /// Of those, the ones whose object is gone.
    pub former: Vec<(ObjectRef, Uuid)>,
    /// Entities to be worked out anew, with their kinds.
    pub touched: BTreeMap<Uuid, EntityKind>,
    /// What a person should see.
    pub findings: Vec<FindingRecord>,
    /// What a person is asked.
    pub doubts: Vec<Doubt>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
    /// For the history of entities.
    pub journal: Vec<JournalEntry>,
    /// Changes that are now reconciled.
    pub settled: Vec<i64>,
    /// Rulings that have been followed.
    pub heeded: Vec<i64>,
    /// How many objects were found in each situation.
    pub situations: BTreeMap<Situation, u64>,
}

/// Links the objects of a batch.
#[must_use]
pub fn correlate(mapped: Vec<Mapped<'_>>, known: &Known, setting: &Setting<'_>) -> Correlated {
    let mut correlation = Correlation {
        known,
        setting,
        fresh: Candidates::default(),
        taken: HashMap::new(),
        gone: HashMap::new(),
        separated: HashSet::new(),
        renewed: HashMap::new(),
        out: Correlated::default(),
    };
    // What goes is let go first, so that an object that comes back under another key in the same batch finds its entity free.
    let (going, staying): (Vec<_>, Vec<_>) = mapped
        .into_iter()
        .partition(|one| matches!(one.says, Says::Nothing));
    // What stands for an entity comes before what looks for one, so that it is found by its newest values.
    let (linked, looking): (Vec<_>, Vec<_>) = staying
        .into_iter()
        .partition(|one| known.links.contains_key(&one.object));
    for one in going {
        correlation.decide(one);
    }
    // What the linked ones say now is known of all of them before any is decided about, so that their order does not matter: of two
    // that change their numbers with each other, neither is taken for the other.
    for one in &linked {
        correlation.foresee(one);
    }
    for one in linked.into_iter().chain(looking) {
        correlation.decide(one);
    }
    correlation.out
}

struct Correlation<'a> {
    known: &'a Known,
    setting: &'a Setting<'a>,
    /// Entities found by values of objects that were linked in this batch.
    fresh: Candidates,
    /// Which object of a connection and class stands for an entity, by links made in this batch.
    taken: HashMap<(Uuid, String, String), ObjectRef>,
    /// Objects unlinked in this batch, with their entities.
    gone: HashMap<ObjectRef, Uuid>,
    /// Of those, the ones that a person took from their entity; what the others said leads to their entity until the batch ends, so that
    /// who comes back under another key is found.
    separated: HashSet<ObjectRef>,
    /// Objects of this batch that say something else now, with what they say, by entity.
    renewed: HashMap<Uuid, HashMap<ObjectRef, Contribution>>,
    out: Correlated,
}

/// An object that looks for its entity.
struct Seeker<'a> {
    object: ObjectRef,
    inbound: &'a Inbound,
    says: Contribution,
    /// Entities that a person said it is not, and who.
    apart: BTreeMap<Uuid, String>,
}

impl Correlation<'_> {
    /// Notes what becomes of a linked object before it is decided about.
    fn foresee(&mut self, one: &Mapped<'_>) {
        let known = self.known;
        let (Says::Contribution(says), Some(link)) = (&one.says, known.links.get(&one.object)) else {
            return;
        };
        let kind = one.inbound.entity;
        let rulings = known.rulings.get(&one.object).map_or(&[][..], Vec::as_slice);
        let apart = apart(rulings);
        match named(last(rulings, &apart)) {
            Some(entity) if entity != link.entity && known.kinds.get(&entity) == Some(&kind) => {
                self.leave(&one.object, link.entity);
                self.take(&one.object, entity);
                self.remember(kind, says, entity);
            }
            // It is told that this cannot be, and the object stays as it was.
            Some(entity) if entity != link.entity => {}
            _ if apart.contains_key(&link.entity) => self.leave(&one.object, link.entity),
            _ if link.contribution != *says && !is_spent(one.inbound, link) => {
                let of = self.renewed.entry(link.entity).or_default();
                of.insert(one.object.clone(), says.clone());
                self.remember(kind, says, link.entity);
            }
            _ => {}
        }
    }

    fn decide(&mut self, one: Mapped<'_>) {
        let Mapped {
            seq,
            object,
            inbound,
            says,
            anew,
            removed,
        } = one;
        let known = self.known;
        let link = known.links.get(&object);
        self.out.settled.push(seq);
        match says {
            Says::Nothing => {
                self.note(if removed {
                    Situation::SourceGone
                } else {
                    Situation::OutOfScope
                });
                if let Some(link) = link {
                    self.unlink(&object, link.entity, inbound.entity);
                    self.out.former.push((object.clone(), link.entity));
                }
                self.out.cleared.push(object);
            }
            Says::Unclear(error) => {
                self.note(Situation::Unclear);
                let words = error.to_string();
                self.out
                    .findings
                    .push(Found::Unmapped { words }.about(object, None));
            }
            Says::Contribution(says) => {
                let rulings = known.rulings.get(&object).map_or(&[][..], Vec::as_slice);
                let seeker = Seeker {
                    apart: apart(rulings),
                    object,
                    inbound,
                    says,
                };
                self.out.heeded.extend(rulings.iter().map(|ruling| ruling.id));
                let last = last(rulings, &seeker.apart);
                self.follow(seeker, link, last, rulings, anew);
            }
        }
    }
}
