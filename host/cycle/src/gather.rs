//! Gathers the part of the catalogue that mappings need to see for some entities: the entities themselves, those that they refer to
//! and, where a mapping asks for it, those that refer to them; and the same once more for what was found, since a condition on a
//! related entity may look at its relations too.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use samklang_core::catalogue::EntityKind;
use samklang_core::mapping::{Graph, Outbound, RELATIONS, Vocabulary};
use samklang_core::port::{Store, StoreError};
use uuid::Uuid;

/// How far from the entities in question the part reaches.
const HOPS: usize = 3;

/// A gathered part, and every entity in it.
pub(crate) struct Gathered {
    pub(crate) graph: Arc<Graph>,
    pub(crate) ids: Vec<Uuid>,
}

pub(crate) async fn gather<S: Store>(
    store: &S,
    vocabulary: &Arc<Vocabulary>,
    outbound: &BTreeMap<String, Outbound>,
    as_of: Date,
    of: &[Uuid],
) -> Result<Gathered, StoreError> {
    let gathers: BTreeSet<EntityKind> = outbound
        .values()
        .flat_map(|outbound| outbound.gathers.iter().copied())
        .collect();
    let mut graph = Graph::new(Arc::clone(vocabulary), as_of);
    let mut known: BTreeSet<Uuid> = BTreeSet::new();
    let mut wave: BTreeSet<Uuid> = of.iter().copied().collect();
    for hop in 0..HOPS {
        let fresh: Vec<Uuid> = wave.difference(&known).copied().collect();
        if fresh.is_empty() {
            break;
        }
        let entities = store.entities(&fresh).await?;
        known.extend(&fresh);
        wave = entities
            .iter()
            .flat_map(|entity| entity.references.values().copied())
            .collect();
        if hop + 1 < HOPS {
            let looked_at: Vec<Uuid> = entities
                .iter()
                .filter(|entity| gathers.contains(&entity.kind))
                .map(|entity| entity.id)
                .collect();
            let wanted = |attribute: &str| RELATIONS.iter().any(|relation| relation.by == attribute);
            let referring = store.references(&looked_at).await?;
            let looked_at: BTreeSet<Uuid> = looked_at.into_iter().collect();
            wave.extend(
                referring
                    .into_iter()
                    .filter(|reference| looked_at.contains(&reference.to) && wanted(&reference.attribute))
                    .map(|reference| reference.from),
            );
        }
        for entity in entities {
            graph.insert(entity);
        }
    }
    // The last hop brings what is referred to, without looking further.
    let fresh: Vec<Uuid> = wave.difference(&known).copied().collect();
    for entity in store.entities(&fresh).await? {
        known.insert(entity.id);
        graph.insert(entity);
    }
    if outbound.values().any(|outbound| outbound.climbs) {
        // The units above, level by level; those that are not there are asked for once.
        let mut asked: BTreeSet<Uuid> = BTreeSet::new();
        loop {
            let missing: Vec<Uuid> = graph
                .missing_parents()
                .into_iter()
                .filter(|parent| asked.insert(*parent))
                .collect();
            if missing.is_empty() {
                break;
            }
            for unit in store.entities(&missing).await? {
                graph.insert(unit);
            }
        }
    }
    Ok(Gathered {
        graph: Arc::new(graph),
        ids: known.into_iter().collect(),
    })
}

/// How deep units lie in their tree, found out as they are met. There are few units beside the persons, so they may be remembered.
#[derive(Debug, Default)]
pub(crate) struct Depths {
    parents: HashMap<Uuid, Option<Uuid>>,
    pub(crate) depth: HashMap<Uuid, i32>,
}

impl Depths {
    /// Finds out the depth of these units.
    pub(crate) async fn measure<S: Store>(&mut self, store: &S, units: Vec<Uuid>) -> Result<(), StoreError> {
        let mut wave = units.clone();
        loop {
            wave.retain(|id| !self.parents.contains_key(id));
            if wave.is_empty() {
                break;
            }
            let found = store.entities(&wave).await?;
            for id in wave.drain(..) {
                self.parents.insert(id, None);
            }
            for entity in found {
                let parent = entity.references.get("parent").copied();
                self.parents.insert(entity.id, parent);
                wave.extend(parent);
            }
        }
        for unit in units {
            let (mut depth, mut at, mut path) = (0, unit, BTreeSet::new());
            // A source may hold a circle; each unit is counted once.
            while let Some(Some(parent)) = self.parents.get(&at) {
                if !path.insert(at) {
                    break;
                }
                depth += 1;
                at = *parent;
            }
            self.depth.insert(unit, depth);
        }
        Ok(())
    }
}
