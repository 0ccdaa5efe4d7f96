//! Which entity an object stands for.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use uuid::Uuid;

use crate::catalogue::{Contribution, EntityKind, Link, ObjectRef};
use crate::mapping::{Contributes, FieldError, Inbound};
use crate::port::{Change, FindingRecord};
use crate::value::Value;

/// A change with what its object says.
#[derive(Debug)]
pub struct Mapped<'a> {
    /// The change's number.
    pub seq: i64,
    /// The object.
    pub object: ObjectRef,
    /// The mapping of its class.
    pub inbound: &'a Inbound,
    /// What it says.
    pub says: Says,
}

/// What an object says.
#[derive(Debug)]
pub enum Says {
    /// This, about an entity.
    Contribution(Contribution),
    /// Nothing: it is gone, or the mapping's condition does not hold.
    Nothing,
    /// It cannot be mapped.
    Unclear(FieldError),
}

/// Maps a change.
#[must_use]
pub fn map(change: Change, inbound: &Inbound) -> Mapped<'_> {
    let says = match change.attributes {
        None => Says::Nothing,
        Some(attributes) => match inbound.contribution(attributes) {
            Ok(Some(contribution)) => Says::Contribution(contribution),
            Ok(None) => Says::Nothing,
            Err(error) => Says::Unclear(error),
        },
    };
    Mapped {
        seq: change.seq,
        object: change.object,
        inbound,
        says,
    }
}

/// A value by which an entity may be found.
type Match = (EntityKind, String, String);

/// What is known about the objects of a batch and about the entities that they may stand for.
#[derive(Debug, Default)]
pub struct Known {
    /// Links of the batch's objects.
    pub links: HashMap<ObjectRef, Link>,
    /// Entities found by matching values.
    pub candidates: HashMap<Match, Vec<Uuid>>,
    /// The entities for which objects were made that are read now: those of connections that are source and target.
    pub made: HashMap<ObjectRef, Uuid>,
    /// Links of those entities.
    pub candidate_links: HashMap<Uuid, Vec<Link>>,
}

/// The values for which candidates are wanted: those of objects that stand for nothing yet.
#[must_use]
pub fn wanted_candidates(
    mapped: &[Mapped<'_>],
    links: &HashMap<ObjectRef, Link>,
) -> BTreeMap<(EntityKind, String), BTreeSet<String>> {
    let mut wanted: BTreeMap<(EntityKind, String), BTreeSet<String>> = BTreeMap::new();
    for one in mapped.iter().filter(|one| !links.contains_key(&one.object)) {
        if let Says::Contribution(contribution) = &one.says {
            for (kind, attribute, value) in matches(one.inbound, contribution) {
                wanted.entry((kind, attribute)).or_default().insert(value);
            }
        }
    }
    wanted
}

/// The matching values of a contribution, in the order of the rules.
pub(super) fn matches(inbound: &Inbound, contribution: &Contribution) -> Vec<Match> {
    inbound
        .matching
        .iter()
        .filter_map(|attribute| match contribution.values.get(attribute)? {
            Value::Text(text) => Some((inbound.entity, attribute.clone(), text.clone())),
            Value::Integer(number) => Some((inbound.entity, attribute.clone(), number.to_string())),
            _ => None,
        })
        .collect()
}

/// What correlation decided.
#[derive(Debug, Default)]
pub struct Correlated {
    /// Links made or renewed.
    pub links: Vec<Link>,
    /// Of those, the objects that stood for nothing before.
    pub newly_linked: Vec<ObjectRef>,
    /// Links that are no more, with their entities.
    pub unlinked: Vec<(ObjectRef, Uuid)>,
    /// Entities to be worked out anew, with their kinds.
    pub touched: BTreeMap<Uuid, EntityKind>,
    /// What a person should see.
    pub findings: Vec<FindingRecord>,
    /// Objects about which there is nothing to see any more.
    pub cleared: Vec<ObjectRef>,
    /// Changes that are now reconciled.
    pub settled: Vec<i64>,
}

/// Links the objects of a batch.
#[must_use]
pub fn correlate(mapped: Vec<Mapped<'_>>, known: &Known, namespace: Uuid, now: i64) -> Correlated {
    let mut correlation = Correlation {
        known,
        namespace,
        now,
        fresh: HashMap::new(),
        taken: HashMap::new(),
        gone: BTreeSet::new(),
        out: Correlated::default(),
    };
    // What goes is let go first, so that an object that comes back under another key in the same batch finds its entity free.
    let (going, staying): (Vec<_>, Vec<_>) = mapped
        .into_iter()
        .partition(|one| matches!(one.says, Says::Nothing));
    for one in going.into_iter().chain(staying) {
        correlation.decide(one);
    }
    correlation.out
}

struct Correlation<'a> {
    known: &'a Known,
    namespace: Uuid,
    now: i64,
    /// Entities found by values of objects that were linked in this batch.
    fresh: HashMap<Match, BTreeSet<Uuid>>,
    /// Which object of a connection and class stands for an entity, by links made in this batch.
    taken: HashMap<(Uuid, String, String), ObjectRef>,
    /// Objects unlinked in this batch.
    gone: BTreeSet<ObjectRef>,
    out: Correlated,
}

impl Correlation<'_> {
    fn decide(&mut self, one: Mapped<'_>) {
        let Mapped {
            seq,
            object,
            inbound,
            says,
        } = one;
        let link = self.known.links.get(&object);
        self.out.settled.push(seq);
        match says {
            Says::Nothing => {
                if let Some(link) = link {
                    self.out.touched.insert(link.entity, inbound.entity);
                    self.out.unlinked.push((object.clone(), link.entity));
                    self.gone.insert(object.clone());
                }
                self.out.cleared.push(object);
            }
            Says::Unclear(error) => self.out.findings.push(FindingRecord {
                object,
                code: "mapping".to_owned(),
                message: error.to_string(),
                remedy: "mend the template or the object; what it said before is kept until then".to_owned(),
                entity: None,
            }),
            Says::Contribution(contribution) => {
                if let Some(link) = link {
                    // Who has had a say initially has none any more.
                    let spent =
                        inbound.contributes == Contributes::Initially && link.contribution.is_silent();
                    if link.contribution != contribution && !spent {
                        self.out.touched.insert(link.entity, inbound.entity);
                        self.out.links.push(Link {
                            contribution,
                            ..link.clone()
                        });
                    }
                    self.out.cleared.push(object);
                } else {
                    self.find(object, inbound, contribution);
                }
            }
        }
    }

    fn find(&mut self, object: ObjectRef, inbound: &Inbound, contribution: Contribution) {
        let keys = matches(inbound, &contribution);
        // What the host made for an entity stands for it, whatever its values have become. It is an echo of the catalogue, so that it is no
        // first word.
        if let Some(&entity) = self.known.made.get(&object)
            && self.holder(entity, &object).is_none()
        {
            let says = match inbound.contributes {
                Contributes::Always => contribution,
                Contributes::Initially => Contribution::default(),
            };
            self.link(object, entity, "made".to_owned(), inbound, says, keys);
            return;
        }
        for key in &keys {
            let mut found: BTreeSet<Uuid> = self
                .known
                .candidates
                .get(key)
                .into_iter()
                .flatten()
                .copied()
                .collect();
            found.extend(self.fresh.get(key).into_iter().flatten());
            let mut found = found.into_iter();
            match (found.next(), found.next()) {
                (None, _) => {}
                (Some(entity), None) => {
                    match self.holder(entity, &object) {
                        Some(holder) => self.out.findings.push(FindingRecord {
                            message: format!(
                                "its `{}` is that of an entity for which {holder} stands already",
                                key.1
                            ),
                            remedy: "see which of the two objects is right, and mend the other at its source"
                                .to_owned(),
                            code: "linked-to-another".to_owned(),
                            entity: None,
                            object,
                        }),
                        None => self.link(
                            object,
                            entity,
                            format!("matched:{}", key.1),
                            inbound,
                            contribution,
                            keys.clone(),
                        ),
                    }
                    return;
                }
                (Some(first), Some(second)) => {
                    let more = found.count();
                    self.out.findings.push(FindingRecord {
                        message: format!(
                            "its `{}` is that of {} entities, such as {first} and {second}",
                            key.1,
                            more.saturating_add(2)
                        ),
                        remedy: "see with `samklang explain` which one it is, and mend the value at the sources of the others".to_owned(),
                        code: "ambiguous".to_owned(),
                        entity: None,
                        object,
                    });
                    return;
                }
            }
        }
        // The same object always makes the same entity, so that an interrupted run ends like an undisturbed one, and an object
        // that comes back gets its own entity again.
        let entity = Uuid::new_v5(&self.namespace, object.to_string().as_bytes());
        self.link(object, entity, "created".to_owned(), inbound, contribution, keys);
    }

    /// The object of the same connection and class that stands for the entity.
    fn holder(&self, entity: Uuid, object: &ObjectRef) -> Option<ObjectRef> {
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
                    && !self.gone.contains(*other)
            })
            .cloned()
    }

    fn link(
        &mut self,
        object: ObjectRef,
        entity: Uuid,
        rule: String,
        inbound: &Inbound,
        contribution: Contribution,
        keys: Vec<Match>,
    ) {
        for key in keys {
            self.fresh.entry(key).or_default().insert(entity);
        }
        self.taken.insert(
            (entity, object.connection.clone(), object.class.clone()),
            object.clone(),
        );
        self.out.touched.insert(entity, inbound.entity);
        self.out.newly_linked.push(object.clone());
        self.out.cleared.push(object.clone());
        self.out.links.push(Link {
            object,
            entity,
            rule,
            since: self.now,
            contribution,
        });
    }
}
