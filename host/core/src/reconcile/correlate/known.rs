//! What correlation stands on: the rules and keys of the tenant, and what the store knows about the objects of a batch. It says
//! itself for which values it wants candidates, so that they are looked up together.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::mapped::{Mapped, Says};
use crate::catalogue::{EntityKind, Link, ObjectRef};
use crate::key::MatchingKey;
use crate::matching::{MatchValue, Rulebook, Ruling};
use crate::port::Found;

/// What correlation goes by, beside the objects.
pub struct Setting<'a> {
    /// What new identities are derived from.
    pub namespace: Uuid,
    /// What entities of each kind are found by.
    pub rulebook: &'a Rulebook,
    /// What fingerprints are made with.
    pub key: &'a MatchingKey,
    /// Sensitive attributes.
    pub sensitive: &'a BTreeMap<EntityKind, BTreeSet<String>>,
    /// The cycle.
    pub cycle: i64,
    /// When, in milliseconds since 1970.
    pub now: i64,
}

/// What is known about the objects of a batch and about the entities that they may stand for.
#[derive(Debug, Default)]
pub struct Known {
    /// Links of the batch's objects.
    pub links: HashMap<ObjectRef, Link>,
    /// Entities found by matching values: by kind, rule and folded value.
    pub candidates: Candidates,
    /// The entities for which objects were made that are read now: those of connections that are source and target.
    pub made: HashMap<ObjectRef, Uuid>,
    /// Links of those entities, and of those that persons named.
    pub candidate_links: HashMap<Uuid, Vec<Link>>,
    /// Objects that stood for those entities and are gone.
    pub former: HashMap<Uuid, Vec<ObjectRef>>,
    /// What persons decided about the batch's objects, oldest first.
    pub rulings: HashMap<ObjectRef, Vec<Ruling>>,
    /// Kinds of the entities that persons named, as far as those are there.
    pub kinds: HashMap<Uuid, EntityKind>,
    /// Objects of the batch about which a case is open.
    pub asked: HashSet<ObjectRef>,
}

/// Entities by what they are found under.
#[derive(Debug, Default)]
pub struct Candidates(HashMap<(EntityKind, String), ByFolded>);

/// By a folded value: the entities, each with its value as it stands.
type ByFolded = HashMap<String, Vec<(String, Uuid)>>;

impl Candidates {
    /// Adds an entity.
    pub fn add(&mut self, kind: EntityKind, rule: &str, found: Found) {
        let of = self.0.entry((kind, rule.to_owned())).or_default();
        let there = of.entry(found.folded).or_default();
        let one = (found.exact, found.entity);
        if !there.contains(&one) {
            there.push(one);
        }
    }

    pub(super) fn get(&self, kind: EntityKind, value: &MatchValue) -> &[(String, Uuid)] {
        self.0
            .get(&(kind, value.rule.clone()))
            .and_then(|of| of.get(&value.folded))
            .map_or(&[], Vec::as_slice)
    }

    /// Every entity.
    pub fn entities(&self) -> impl Iterator<Item = Uuid> {
        self.0
            .values()
            .flat_map(HashMap::values)
            .flatten()
            .map(|(_, entity)| *entity)
    }
}

/// The values for which candidates are wanted, by kind and rule: those of objects that stand for nothing yet, and the new values of
/// those that do.
#[must_use]
pub fn wanted_candidates(
    mapped: &[Mapped<'_>],
    known: &Known,
    setting: &Setting<'_>,
) -> BTreeMap<(EntityKind, String), BTreeSet<String>> {
    let mut wanted: BTreeMap<(EntityKind, String), BTreeSet<String>> = BTreeMap::new();
    for one in mapped {
        let Says::Contribution(contribution) = &one.says else {
            continue;
        };
        let before = known
            .links
            .get(&one.object)
            .filter(|_| !known.asked.contains(&one.object) && !known.rulings.contains_key(&one.object));
        if before.is_some_and(|link| link.contribution == *contribution) {
            continue;
        }
        for rule in &one.inbound.matching {
            let Some(value) = rule.value(&contribution.values, setting.key) else {
                continue;
            };
            let same = before
                .and_then(|link| rule.value(&link.contribution.values, setting.key))
                .is_some_and(|old| old == value);
            if !same {
                wanted
                    .entry((one.inbound.entity, value.rule))
                    .or_default()
                    .insert(value.folded);
            }
        }
    }
    wanted
}

/// Entities of the batch's own objects that say something else now: whoever looks for an entity in the same batch may find them by that, and
/// has to know who stands for them already.
#[must_use]
pub fn wanted_holders(mapped: &[Mapped<'_>], known: &Known) -> BTreeSet<Uuid> {
    let (mut wanted, mut looking) = (BTreeSet::new(), false);
    for one in mapped {
        match (&one.says, known.links.get(&one.object)) {
            (Says::Contribution(says), Some(link)) if link.contribution != *says => {
                wanted.insert(link.entity);
            }
            (Says::Contribution(_), None) => looking = true,
            _ => {}
        }
    }
    // A person may have taken an object from its entity, and then it looks as well.
    if looking || !known.rulings.is_empty() {
        wanted
    } else {
        BTreeSet::new()
    }
}
