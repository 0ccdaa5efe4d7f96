//! Gathers what a target is known to hold for entities that have no object there, and what persons said about it, and has it decided which
//! objects are theirs. Only what is planned for is looked up, by values that stand in an index.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use samklang_core::Attributes;
use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::mapping::{Graph, Outbound};
use samklang_core::matching::{Choice, Ruling, Verdicts};
use samklang_core::plan::{Holdings, Policies, Seeker, Sought, seek};
use samklang_core::port::{JournalEntry, LeavingWrite, Request, Shadow, ShadowWrite, Store, StoreError};
use serde_json::json;
use uuid::Uuid;

/// Objects by the entity that they stand for and their class.
pub(crate) type ByEntity = HashMap<(Uuid, String), Shadow>;

/// Where objects are looked for.
pub(crate) struct Search<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) target: &'a str,
    pub(crate) outbound: &'a BTreeMap<String, Outbound>,
    pub(crate) policies: &'a Policies,
}

/// Objects that a person took from the entities they stood for.
#[derive(Debug, Default)]
pub(crate) struct LetGo {
    pub(crate) shadows: Vec<ShadowWrite>,
    pub(crate) leaving: Vec<LeavingWrite>,
    pub(crate) journal: Vec<JournalEntry>,
    pub(crate) heeded: Vec<i64>,
}

impl<S: Store> Search<'_, S> {
    /// What persons said about these entities' objects in the target, and about those that they have: another may have been given them.
    pub(crate) async fn verdicts(&self, ids: &[Uuid], held: &ByEntity) -> Result<Verdicts, StoreError> {
        let mut rulings = self.store.rulings_of(self.target, ids).await?;
        let objects = held.values().map(|shadow| ObjectRef {
            connection: self.target.to_owned(),
            class: shadow.class.clone(),
            key: shadow.key.clone(),
        });
        rulings.extend(self.store.rulings(&Vec::from_iter(objects)).await?);
        Ok(Verdicts::new(rulings))
    }

    /// Takes from entities the objects that a person said are not theirs. Of those that are planned for now it is written down; what
    /// hangs together with them merely counts as having none.
    pub(crate) async fn let_go(
        &self,
        by_entity: &mut ByEntity,
        verdicts: &Verdicts,
        ids: &[Uuid],
        (cycle, now): (i64, i64),
    ) -> Result<LetGo, StoreError> {
        let mut gone = LetGo::default();
        let others = self.others(by_entity, verdicts).await?;
        let among: BTreeSet<&Uuid> = ids.iter().collect();
        by_entity.retain(|(entity, class), shadow| {
            let other = others.get(&(*entity, class.clone()));
            let Some(ruling) = verdicts.apart(class, &shadow.key, *entity).or(other.copied()) else {
                return true;
            };
            if among.contains(entity) {
                let object = ObjectRef {
                    connection: self.target.to_owned(),
                    class: class.clone(),
                    key: shadow.key.clone(),
                };
                gone.shadows.push(ShadowWrite::Put(Shadow {
                    entity: None,
                    ours: Attributes::new(),
                    ..shadow.clone()
                }));
                gone.leaving
                    .push(LeavingWrite::End(class.clone(), shadow.key.clone()));
                gone.journal.push(JournalEntry {
                    cycle,
                    at: now,
                    entity: *entity,
                    event: Event::Unlinked.into(),
                    detail: json!({ "object": object.to_string(), "by": ruling.who, "reason": ruling.reason }),
                });
                // Whoever was given the object heeds the word that gave it.
                if ruling.choice == Choice::Apart {
                    gone.heeded.push(ruling.id);
                }
            }
            false
        });
        Ok(gone)
    }

    /// The words that give entities another object than they have, as long as the target holds it.
    async fn others<'v>(
        &self,
        by_entity: &ByEntity,
        verdicts: &'v Verdicts,
    ) -> Result<HashMap<(Uuid, String), &'v Ruling>, StoreError> {
        let mut others = HashMap::new();
        for ((entity, class), shadow) in by_entity {
            if let Some(own) = verdicts
                .own(*entity, class)
                .filter(|own| own.object.key != shadow.key)
            {
                let there = self
                    .store
                    .shadows(self.target, class, std::slice::from_ref(&own.object.key))
                    .await?;
                if !there.is_empty() {
                    others.insert((*entity, class.clone()), own);
                }
            }
        }
        Ok(others)
    }

    /// What entities without an object find.
    pub(crate) async fn seek(
        &self,
        graph: &Arc<Graph>,
        ids: &[Uuid],
        held: [&ByEntity; 2],
        requests: &HashMap<Uuid, Request>,
        verdicts: &Verdicts,
    ) -> Result<HashMap<(Uuid, String), Sought>, StoreError> {
        let mut seekers = Vec::new();
        for (&id, (class, outbound)) in ids
            .iter()
            .flat_map(|id| self.outbound.iter().map(move |outbound| (id, outbound)))
        {
            let place = (id, class.clone());
            let own = verdicts.own(id, class).is_some();
            let requested = requests.contains_key(&id);
            let looks = (!outbound.matching.is_empty() && self.policies.seeks(class, requested)) || own;
            // What cannot be evaluated is told with the object that it is about; nothing is made for it meanwhile.
            if !looks
                || held.iter().any(|held| held.contains_key(&place))
                || !outbound.in_scope(graph, id).unwrap_or(false)
            {
                continue;
            }
            let Ok(values) = outbound.likeness(&outbound.matching, graph, id, self.store.matching()) else {
                continue;
            };
            seekers.push(Seeker {
                entity: id,
                class,
                rules: &outbound.matching,
                values,
                unmatched: outbound.unmatched,
                makes: self.policies.makes(class, requested),
            });
        }
        if seekers.is_empty() {
            return Ok(HashMap::new());
        }
        let holdings = self.holdings(&seekers, verdicts).await?;
        Ok(seek(seekers, &holdings, verdicts))
    }

    /// What the target is known to hold that the seekers may mean, in one query for each rule and one for each class.
    pub(crate) async fn holdings(
        &self,
        seekers: &[Seeker<'_>],
        verdicts: &Verdicts,
    ) -> Result<Holdings, StoreError> {
        let mut holdings = Holdings::default();
        let mut wanted: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
        let mut keys: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
        for seeker in seekers {
            for value in seeker.values.iter().flatten() {
                wanted
                    .entry((seeker.class, &value.rule))
                    .or_default()
                    .insert(&value.folded);
            }
            let own = verdicts.own(seeker.entity, seeker.class);
            keys.entry(seeker.class)
                .or_default()
                .extend(own.map(|ruling| ruling.object.key.clone()));
        }
        for ((class, rule), folded) in wanted {
            let folded: Vec<String> = folded.into_iter().map(str::to_owned).collect();
            for like in self.store.likes(self.target, class, rule, &folded).await? {
                holdings.add_like(class, rule, like);
            }
        }
        for (class, mut keys) in keys {
            keys.extend(holdings.keys(class).map(str::to_owned));
            if keys.is_empty() {
                continue;
            }
            for shadow in self
                .store
                .shadows(self.target, class, &Vec::from_iter(keys))
                .await?
            {
                holdings.add_object(shadow);
            }
        }
        Ok(holdings)
    }
}

/// The objects that entities have, and those that they have found.
pub(crate) fn with_found(mut held: ByEntity, sought: &HashMap<(Uuid, String), Sought>) -> ByEntity {
    for (place, sought) in sought {
        if let Sought::Object(shadow, _) = sought {
            held.insert(place.clone(), (**shadow).clone());
        }
    }
    held
}
