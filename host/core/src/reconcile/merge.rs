//! What the objects that stand for an entity say of it together.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;

use super::ownership::{Override, Ownership};
use crate::catalogue::{Contribution, Entity, EntityKind, EntityState, Link, ObjectRef};
use crate::journal::Event;
use crate::key::MatchingKey;
use crate::mapping::{Contributes, Inbound};
use crate::matching::{MatchValue, Rulebook};
use crate::port::{EntityWrite, JournalEntry, Life};
use crate::sentence::Cause;

/// What is known about the entities to be worked out.
pub struct Grounds<'a> {
    /// The entities as they were, as far as they existed.
    pub entities: HashMap<Uuid, Entity>,
    /// All their links as they are now.
    pub links: HashMap<Uuid, Vec<&'a Link>>,
    /// The entities for which objects stand that are referred to.
    pub resolved: HashMap<ObjectRef, Uuid>,
    /// Connections in the order in which they are believed.
    pub sources: &'a [String],
    /// Where an attribute has an order of its own, and how long an entity stays after its last source.
    pub ownership: &'a Ownership,
    /// What persons set by hand and is in force.
    pub overrides: HashMap<Uuid, Vec<Override>>,
    /// When the time of grace of entities that are leaving ends.
    pub lives: HashMap<Uuid, Life>,
    /// Mappings by connection and class.
    pub inbound: &'a dyn Fn(&str, &str) -> Option<&'a Inbound>,
    /// What entities are found by.
    pub rulebook: &'a Rulebook,
    /// What fingerprints are made with.
    pub key: &'a MatchingKey,
    /// The cycle that asks.
    pub cycle: i64,
    /// When, in milliseconds since 1970.
    pub now: i64,
}

/// What merging decided.
#[derive(Debug, Default)]
pub struct Merged {
    /// Entities that are new or differ.
    pub entities: Vec<EntityWrite>,
    /// Links whose objects have had their say.
    pub links: Vec<Link>,
    /// Where entities are in their lives, as far as that changed.
    pub lives: Vec<Life>,
    /// For their history.
    pub journal: Vec<JournalEntry>,
    /// How many are new, changed and gone.
    pub added: u64,
    /// How many differ.
    pub changed: u64,
    /// How many are gone.
    pub removed: u64,
}

/// Works out the touched entities. Of several objects that say something about an attribute, the one whose connection is believed
/// first about it has its way; within a connection, the first by class and key. What a person set by hand comes before all.
#[must_use]
pub fn merge(touched: &BTreeMap<Uuid, EntityKind>, grounds: &Grounds<'_>) -> Merged {
    let mut merged = Merged::default();
    for (&id, &kind) in touched {
        one(id, kind, grounds, &mut merged);
    }
    merged
}

fn one(id: Uuid, kind: EntityKind, grounds: &Grounds<'_>, merged: &mut Merged) {
    let before = grounds.entities.get(&id);
    let links: Vec<&Link> = grounds.links.get(&id).cloned().unwrap_or_default();
    let initially = |link: &Link| {
        (grounds.inbound)(&link.object.connection, &link.object.class)
            .is_some_and(|inbound| inbound.contributes == Contributes::Initially)
    };
    // What is said initially counts until somebody else speaks of the entity, and never again.
    let (mut first_words, mut links): (Vec<&Link>, Vec<&Link>) =
        links.into_iter().partition(|link| initially(link));
    if links.is_empty() {
        first_words.retain(|link| !link.contribution.is_silent());
        links = first_words;
    } else {
        let spent = first_words
            .into_iter()
            .filter(|link| !link.contribution.is_silent());
        merged.links.extend(spent.map(|link| Link {
            contribution: Contribution::default(),
            ..link.clone()
        }));
    }
    links.sort_by_key(|link| (rank(grounds.sources, &link.object.connection), &link.object));
    let mut after = Entity {
        id,
        kind,
        state: EntityState::Active,
        values: BTreeMap::new(),
        references: BTreeMap::new(),
        provenance: BTreeMap::new(),
    };
    let (mut keys, mut unresolved, mut sensitive) =
        (BTreeSet::<MatchValue>::new(), Vec::new(), BTreeSet::new());
    let mut owners: BTreeMap<&str, (usize, &Link, Arc<ObjectRef>)> = BTreeMap::new();
    for link in &links {
        keys.extend(
            grounds
                .rulebook
                .values(kind, &link.contribution.values, grounds.key),
        );
        if let Some(inbound) = (grounds.inbound)(&link.object.connection, &link.object.class) {
            sensitive.extend(inbound.sensitive.iter().map(String::as_str));
        }
        let source = Arc::new(link.object.clone());
        for attribute in link.contribution.names() {
            let connection = &link.object.connection;
            let Some(place) = grounds
                .ownership
                .rank(grounds.sources, kind, attribute, connection)
            else {
                continue;
            };
            let better = owners.get(attribute).is_none_or(|(best, ..)| place < *best);
            if better {
                owners.insert(attribute, (place, *link, Arc::clone(&source)));
            }
        }
    }
    for (attribute, (_, link, source)) in owners {
        after.provenance.insert(attribute.to_owned(), source);
        if let Some(value) = link.contribution.values.get(attribute) {
            after.values.insert(attribute.to_owned(), value.clone());
            continue;
        }
        let Some((class, key)) = link.contribution.references.get(attribute) else {
            continue;
        };
        let target = ObjectRef {
            connection: link.object.connection.clone(),
            class: class.clone(),
            key: key.clone(),
        };
        match grounds.resolved.get(&target) {
            Some(&entity) => drop(after.references.insert(attribute.to_owned(), entity)),
            None => unresolved.push(target),
        }
    }
    for set in grounds.overrides.get(&id).into_iter().flatten() {
        after
            .provenance
            .insert(set.attribute.clone(), Arc::new(set.provenance()));
        if set.value.is_absent() {
            after.values.remove(&set.attribute);
        } else {
            after.values.insert(set.attribute.clone(), set.value.clone());
        }
    }
    let grace = grounds.ownership.grace(kind);
    if links.is_empty() {
        let Some(before) = before.filter(|before| before.state.is_present()) else {
            return;
        };
        let ends = match before.state {
            EntityState::Leaving => grounds.lives.get(&id).and_then(|life| life.due),
            _ => Some(grounds.now.saturating_add(grace)),
        };
        let over = ends.is_none_or(|ends| ends <= grounds.now);
        if !over && before.state == EntityState::Leaving {
            return;
        }
        // What it was last is kept, for whoever asks and for its return.
        after = Entity {
            state: if over {
                EntityState::Gone
            } else {
                EntityState::Leaving
            },
            ..before.clone()
        };
        keys.extend(grounds.rulebook.values(kind, &before.values, grounds.key));
    }
    let entry = |event: Event, detail| JournalEntry {
        cycle: grounds.cycle,
        at: grounds.now,
        entity: id,
        event: event.into(),
        detail,
    };
    let came_from = || {
        links.first().map_or_else(
            || json!({}),
            |link| json!({ "object": link.object.to_string(), "rule": link.rule }),
        )
    };
    match before {
        None => {
            merged.added += 1;
            merged.journal.push(entry(Event::Created, came_from()));
        }
        Some(before) if !after.state.is_active() => {
            let last = before.provenance.values().next().map(ToString::to_string);
            let cause = match (&after.state, before.state) {
                (EntityState::Gone, EntityState::Leaving) => Cause::GraceOver,
                _ => last
                    .clone()
                    .map_or(Cause::NamedByNone, |object| Cause::NotNamed { object }),
            };
            let due = (after.state == EntityState::Leaving).then(|| grounds.now.saturating_add(grace));
            if after.state == EntityState::Gone {
                merged.removed += 1;
            } else {
                merged.changed += 1;
            }
            let event = match after.state {
                EntityState::Gone => Event::Gone,
                EntityState::Leaving | EntityState::Active => Event::Leaving,
            };
            merged
                .journal
                .push(entry(event, json!({ "was": last, "until": due })));
            merged.lives.push(life(id, after.state, grounds.now, due, cause));
        }
        Some(before) if !before.state.is_active() => {
            merged.added += 1;
            merged.journal.push(entry(Event::Returned, came_from()));
            let cause = links
                .first()
                .map_or_else(|| Cause::from(""), |link| Cause::named_again(&link.object));
            merged
                .lives
                .push(life(id, EntityState::Active, grounds.now, None, cause));
        }
        Some(before) => {
            let detail = differences(before, &after, &sensitive);
            if detail.as_object().is_some_and(serde_json::Map::is_empty) {
                if before.provenance == after.provenance {
                    // Its objects changed in nothing that counts, but what it waits for may have.
                    merged.entities.push(EntityWrite {
                        entity: after,
                        new: false,
                        matches: keys.into_iter().collect(),
                        unresolved,
                    });
                    return;
                }
            } else {
                merged.changed += 1;
                merged.journal.push(entry(Event::Changed, detail));
            }
        }
    }
    merged.entities.push(EntityWrite {
        entity: after,
        new: before.is_none(),
        matches: keys.into_iter().collect(),
        unresolved,
    });
}

fn life(entity: Uuid, state: EntityState, since: i64, due: Option<i64>, cause: Cause) -> Life {
    Life {
        entity,
        state,
        since,
        due,
        cause,
    }
}

fn rank(sources: &[String], connection: &str) -> usize {
    sources
        .iter()
        .position(|source| source == connection)
        .unwrap_or(usize::MAX)
}

/// Attribute → value before and after; of a sensitive one, only that it differs.
fn differences(before: &Entity, after: &Entity, sensitive: &BTreeSet<&str>) -> serde_json::Value {
    let mut found = serde_json::Map::new();
    let names: BTreeSet<&String> = before.values.keys().chain(after.values.keys()).collect();
    for name in names {
        let (old, new) = (before.values.get(name), after.values.get(name));
        if old != new {
            let detail = if sensitive.contains(name.as_str()) {
                json!("differs")
            } else {
                json!([old, new])
            };
            found.insert(name.clone(), detail);
        }
    }
    let names: BTreeSet<&String> = before.references.keys().chain(after.references.keys()).collect();
    for name in names {
        let (old, new) = (before.references.get(name), after.references.get(name));
        if old != new {
            found.insert(name.clone(), json!([old, new]));
        }
    }
    serde_json::Value::Object(found)
}
