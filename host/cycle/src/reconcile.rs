//! `reconcile`: works the accepted changes into the catalogue, batch by batch. Each batch is one transaction, so the work goes on
//! where it was left; the order of batches does not matter for where it ends.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use samklang_core::catalogue::{Entity, EntityKind, Link, ObjectRef};
use samklang_core::mapping::{Inbound, SENSITIVE};
use samklang_core::matching::{CaseWrite, Rulebook};
use samklang_core::port::{Clock, Connectors, Counts, Reconciled, Store, StoreError, Stretch as _};
use samklang_core::reconcile::{
    Correlated, Doubt, Grounds, Known, Mapped, Merged, Setting, correlate, map, merge, wanted_candidates,
    wanted_holders,
};
use uuid::Uuid;

use crate::stop::Early;
use crate::worker::{Step, Worker};

/// Changes per transaction; a power of two, because the store cuts lists so.
const BATCH: u32 = 512;

/// What all mappings of the tenant together say about matching.
struct Matching {
    rulebook: Rulebook,
    sensitive: BTreeMap<EntityKind, BTreeSet<String>>,
}

/// Changes that are mapped before the store gets its turn: whoever writes meanwhile has a next statement to run.
const BREATH: usize = 32;

/// Changes with what their objects say.
#[derive(Default)]
struct Taken<'a> {
    mapped: Vec<Mapped<'a>>,
    /// Those of classes that are not mapped.
    settled: Vec<i64>,
    /// Rank and number of the last one.
    last: Option<(i32, i64)>,
    count: u64,
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn reconcile(&self, step: &Step<'_>) -> Result<Counts, Early> {
        let matching = self.matching();
        self.remap_what_is_configured_anew(&matching).await?;
        let ranks = self
            .tenant
            .connections
            .iter()
            .flat_map(|(name, connection)| {
                connection
                    .mappings
                    .inbound
                    .iter()
                    .map(|(class, inbound)| ((name.clone(), class.clone()), inbound.entity.rank()))
            })
            .collect();
        self.store.recall(&ranks, self.clock.now()).await?;
        self.store.recall_cases(&ranks).await?;
        let targets = self.tenant.targets();
        self.store.pass_time(step.cycle, self.clock.now()).await?;
        let mut counts = Counts::default();
        let stretch = self.store.stretch();
        let mut taken = self.ahead(None).await?;
        while let Some(last) = taken.last {
            counts.read += taken.count;
            let (batch, made) = self.batch(step.cycle, &matching, taken).await?;
            counts.added += made.added;
            counts.changed += made.changed;
            counts.removed += made.removed;
            // What an object says hangs on nothing but the object, so the next batch is mapped while this one is written.
            let (kept, next) = tokio::join!(
                self.store.keep_reconciled(&batch, &targets),
                self.ahead(Some(last))
            );
            kept?;
            self.store.renew_lease(self.clock.now()).await?;
            self.progress.count(step.spec, &counts);
            taken = next?;
            if taken.last.is_none() {
                // Nothing came after; whatever may have come before is not left behind.
                taken = self.ahead(None).await?;
            }
        }
        loop {
            let touched = self.store.touched(BATCH).await?;
            if touched.is_empty() {
                stretch.end().await?;
                return Ok(counts);
            }
            let correlated = Correlated {
                touched: touched.iter().map(|&entity| (entity, EntityKind::Unit)).collect(),
                ..Correlated::default()
            };
            let merged = self.merge(step.cycle, &matching, &correlated).await?;
            counts.added += merged.added;
            counts.changed += merged.changed;
            counts.removed += merged.removed;
            let batch = Reconciled {
                worked_out: touched,
                ..kept(Correlated::default(), merged)
            };
            self.store.keep_reconciled(&batch, &targets).await?;
            self.store.renew_lease(self.clock.now()).await?;
            self.progress.count(step.spec, &counts);
        }
    }

    /// The next changes, mapped.
    async fn ahead(&self, after: Option<(i32, i64)>) -> Result<Taken<'_>, StoreError> {
        let changes = self.store.changes_after(after, BATCH).await?;
        let mut taken = Taken {
            last: changes.last().map(|change| (change.rank, change.seq)),
            count: changes.len() as u64,
            ..Taken::default()
        };
        for (number, change) in changes.into_iter().enumerate() {
            match self.inbound(&change.object.connection, &change.object.class) {
                Some(inbound) => taken.mapped.push(map(change, inbound)),
                // Its class is not mapped any more: the snapshot keeps it, the catalogue does not ask.
                None => taken.settled.push(change.seq),
            }
            if number % BREATH == 0 {
                tokio::task::yield_now().await;
            }
        }
        Ok(taken)
    }

    fn matching(&self) -> Matching {
        let inbound = || {
            self.tenant
                .connections
                .values()
                .flat_map(|connection| connection.mappings.inbound.values())
        };
        let mut sensitive: BTreeMap<EntityKind, BTreeSet<String>> = BTreeMap::new();
        for one in inbound() {
            let of = sensitive.entry(one.entity).or_default();
            of.extend(SENSITIVE.iter().map(|&name| name.to_owned()));
            of.extend(one.sensitive.iter().cloned());
        }
        Matching {
            rulebook: Rulebook::of(inbound().map(|one| (one.entity, one.matching.as_slice()))),
            sensitive,
        }
    }

    /// A changed mapping, a changed order of sources, or a changed list of what a kind is found by makes exactly its own results stale.
    async fn remap_what_is_configured_anew(&self, matching: &Matching) -> Result<(), Early> {
        // Who is believed first is looked at first, so that the others find what it says.
        let place = |name: &String| self.tenant.sources.iter().position(|source| source == name);
        let mut connections: Vec<_> = self.tenant.connections.iter().collect();
        connections.sort_by_key(|(name, _)| place(name).unwrap_or(usize::MAX));
        for (name, connection) in connections {
            for (class, inbound) in &connection.mappings.inbound {
                let thing = format!("inbound/{name}/{class}");
                let found_by = matching.rulebook.fingerprint(inbound.entity);
                let fingerprint = &format!("{}/{found_by}", inbound.fingerprint);
                if self.store.fingerprint(&thing).await?.as_ref() != Some(fingerprint) {
                    self.store
                        .remap(name, class, inbound.entity.rank(), &thing, fingerprint)
                        .await?;
                }
            }
        }
        // What the objects say is as it was; who is believed is not.
        for kind in EntityKind::ALL {
            let thing = format!("ownership/{}", kind.as_str());
            let orders = self.tenant.ownership.fingerprint(kind);
            let fingerprint = format!("{}/{orders}", self.tenant.sources.join(","));
            if self.store.fingerprint(&thing).await?.as_ref() != Some(&fingerprint) {
                self.store.touch_kind(kind, &thing, &fingerprint).await?;
            }
        }
        Ok(())
    }

    fn inbound(&self, connection: &str, class: &str) -> Option<&Inbound> {
        self.connection(connection)?.mappings.inbound.get(class)
    }

    async fn batch(
        &self,
        cycle: i64,
        matching: &Matching,
        taken: Taken<'_>,
    ) -> Result<(Reconciled, Counts), StoreError> {
        let Taken {
            mut mapped,
            mut settled,
            ..
        } = taken;
        // Who is believed first is looked at first, also of what was recalled; within a source the order in which things came says nothing.
        let place = |object: &ObjectRef| {
            let place = self
                .tenant
                .sources
                .iter()
                .position(|source| *source == object.connection);
            place.unwrap_or(usize::MAX)
        };
        mapped.sort_by_cached_key(|one| {
            let rank = one.inbound.entity.rank();
            (rank, place(&one.object), one.object.clone())
        });
        let objects: Vec<ObjectRef> = mapped.iter().map(|one| one.object.clone()).collect();
        let setting = Setting {
            namespace: self.tenant.namespace,
            rulebook: &matching.rulebook,
            key: self.store.matching(),
            sensitive: &matching.sensitive,
            cycle,
            now: self.clock.now(),
        };
        let known = self.what_is_known(&objects, &mapped, &setting).await?;
        let mut correlated = correlate(mapped, &known, &setting);
        let merged = self.merge(cycle, matching, &correlated).await?;
        let doubts = std::mem::take(&mut correlated.doubts);
        let cases = self.questions(doubts, &merged, &setting).await?;
        settled.extend(&correlated.settled);
        let made = Counts {
            added: merged.added,
            changed: merged.changed,
            removed: merged.removed,
            ..Counts::default()
        };
        let batch = Reconciled {
            now: self.clock.now(),
            settled,
            cases,
            ..kept(correlated, merged)
        };
        Ok((batch, made))
    }

    /// The entities for which objects that stand for nothing yet were made.
    async fn made(
        &self,
        objects: &[ObjectRef],
        known: &Known,
    ) -> Result<HashMap<ObjectRef, Uuid>, StoreError> {
        let mut keys: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
        for object in objects.iter().filter(|object| !known.links.contains_key(*object)) {
            let writes = self
                .connection(&object.connection)
                .is_some_and(|connection| !connection.mappings.outbound.is_empty());
            if writes {
                keys.entry((&object.connection, &object.class))
                    .or_default()
                    .push(object.key.clone());
            }
        }
        let mut made = HashMap::new();
        for ((connection, class), keys) in keys {
            for shadow in self.store.shadows(connection, class, &keys).await? {
                if let Some(entity) = shadow.entity {
                    let object = ObjectRef {
                        connection: connection.to_owned(),
                        class: class.to_owned(),
                        key: shadow.key,
                    };
                    made.insert(object, entity);
                }
            }
        }
        Ok(made)
    }

    /// Gathers what correlation needs to know, in a fixed number of queries and one for each rule.
    async fn what_is_known(
        &self,
        objects: &[ObjectRef],
        mapped: &[Mapped<'_>],
        setting: &Setting<'_>,
    ) -> Result<Known, StoreError> {
        let mut known = Known::default();
        for link in self.store.links(objects).await? {
            known.links.insert(link.object.clone(), link);
        }
        known.made = self.made(objects, &known).await?;
        for ruling in self.store.rulings(objects).await? {
            known
                .rulings
                .entry(ruling.object.clone())
                .or_default()
                .push(ruling);
        }
        known.asked = self.store.asked(objects).await?.into_iter().collect();
        for ((kind, rule), folded) in wanted_candidates(mapped, &known, setting) {
            for found in self
                .store
                .candidates(kind, &rule, &Vec::from_iter(folded))
                .await?
            {
                known.candidates.add(kind, &rule, found);
            }
        }
        let named: BTreeSet<Uuid> = known
            .rulings
            .values()
            .flatten()
            .filter_map(|ruling| ruling.entity)
            .collect();
        if !named.is_empty() {
            for entity in self
                .store
                .entities(&Vec::from_iter(named.iter().copied()))
                .await?
            {
                known.kinds.insert(entity.id, entity.kind);
            }
        }
        let made = known.made.values().copied();
        let holders = wanted_holders(mapped, &known);
        let candidates: BTreeSet<Uuid> = known
            .candidates
            .entities()
            .chain(named)
            .chain(made)
            .chain(holders)
            .collect();
        let candidates = Vec::from_iter(candidates);
        if !candidates.is_empty() {
            known.candidate_links = by_entity(self.store.links_of(&candidates).await?);
            for (object, entity) in self.store.former(&candidates).await? {
                known.former.entry(entity).or_default().push(object);
            }
        }
        Ok(known)
    }

    /// Adds to the questions what a person needs to see to answer them.
    async fn questions(
        &self,
        doubts: Vec<Doubt>,
        merged: &Merged,
        setting: &Setting<'_>,
    ) -> Result<Vec<CaseWrite>, StoreError> {
        if doubts.is_empty() {
            return Ok(Vec::new());
        }
        let suspects: BTreeSet<Uuid> = doubts
            .iter()
            .flat_map(|doubt| &doubt.suspects)
            .map(|suspect| suspect.entity)
            .collect();
        let mut entities: HashMap<Uuid, Entity> = self
            .store
            .entities(&Vec::from_iter(suspects.iter().copied()))
            .await?
            .into_iter()
            .map(|entity| (entity.id, entity))
            .collect();
        // As the batch leaves them.
        for write in merged
            .entities
            .iter()
            .filter(|write| suspects.contains(&write.entity.id))
        {
            entities.insert(write.entity.id, write.entity.clone());
        }
        Ok(doubts
            .into_iter()
            .map(|doubt| doubt.question(&entities, setting))
            .collect())
    }

    async fn merge(
        &self,
        cycle: i64,
        matching: &Matching,
        correlated: &Correlated,
    ) -> Result<Merged, StoreError> {
        let mut touched: BTreeMap<Uuid, EntityKind> = correlated.touched.clone();
        // Who has been waiting for an object that stands for something now is worked out again.
        let awaiting = self.store.awaiting(&correlated.newly_linked).await?;
        // Whoever referred to an object that stands for nothing any more loses the reference.
        for reference in self
            .store
            .references(&Vec::from_iter(
                correlated.unlinked.iter().map(|(_, entity)| *entity),
            ))
            .await?
        {
            if correlated
                .unlinked
                .iter()
                .any(|(_, entity)| *entity == reference.to)
            {
                touched.entry(reference.from).or_insert(EntityKind::Unit);
            }
        }
        for entity in awaiting {
            touched.entry(entity).or_insert(EntityKind::Unit);
        }
        let ids: Vec<Uuid> = touched.keys().copied().collect();
        let entities: HashMap<Uuid, _> = self
            .store
            .entities(&ids)
            .await?
            .into_iter()
            .map(|entity| (entity.id, entity))
            .collect();
        for (id, kind) in &mut touched {
            if let Some(entity) = entities.get(id) {
                *kind = entity.kind;
            }
        }
        // Only what exists has links.
        let existing: Vec<Uuid> = entities.keys().copied().collect();
        let kept = self.store.links_of(&existing).await?;
        let links = links_as_they_are_now(&kept, correlated);
        let resolved = self.resolve(&links, correlated).await?;
        let mut overrides: HashMap<Uuid, Vec<_>> = HashMap::new();
        for set in self.store.overrides(&ids).await? {
            overrides.entry(set.entity).or_default().push(set);
        }
        let leaving: Vec<Uuid> = entities
            .values()
            .filter(|entity| !entity.state.is_active())
            .map(|entity| entity.id)
            .collect();
        let lives = self
            .store
            .lives(&leaving)
            .await?
            .into_iter()
            .map(|life| (life.entity, life))
            .collect();
        let inbound = |connection: &str, class: &str| self.inbound(connection, class);
        Ok(merge(
            &touched,
            &Grounds {
                entities,
                links,
                resolved,
                sources: &self.tenant.sources,
                ownership: &self.tenant.ownership,
                overrides,
                lives,
                inbound: &inbound,
                rulebook: &matching.rulebook,
                key: self.store.matching(),
                cycle,
                now: self.clock.now(),
            },
        ))
    }

    /// The entities for which the objects stand that the links refer to.
    async fn resolve(
        &self,
        links: &HashMap<Uuid, Vec<&Link>>,
        correlated: &Correlated,
    ) -> Result<HashMap<ObjectRef, Uuid>, StoreError> {
        let wanted: BTreeSet<ObjectRef> = links
            .values()
            .flatten()
            .flat_map(|link| {
                link.contribution
                    .references
                    .values()
                    .map(|(class, key)| ObjectRef {
                        connection: link.object.connection.clone(),
                        class: class.clone(),
                        key: key.clone(),
                    })
            })
            .collect();
        if wanted.is_empty() {
            return Ok(HashMap::new());
        }
        let unlinked: HashSet<&ObjectRef> = correlated.unlinked.iter().map(|(object, _)| object).collect();
        let fresh: Vec<(ObjectRef, Uuid)> = correlated
            .links
            .iter()
            .filter(|link| wanted.contains(&link.object))
            .map(|link| (link.object.clone(), link.entity))
            .collect();
        let mut resolved: HashMap<ObjectRef, Uuid> = self
            .store
            .links(&Vec::from_iter(wanted))
            .await?
            .into_iter()
            .filter(|link| !unlinked.contains(&link.object))
            .map(|link| (link.object, link.entity))
            .collect();
        resolved.extend(fresh);
        Ok(resolved)
    }
}

/// The links of the entities that are worked out, those of this batch in the place of those that were kept.
fn links_as_they_are_now<'a>(kept: &'a [Link], correlated: &'a Correlated) -> HashMap<Uuid, Vec<&'a Link>> {
    let replaced: HashSet<&ObjectRef> = correlated
        .links
        .iter()
        .map(|link| &link.object)
        .chain(correlated.unlinked.iter().map(|(object, _)| object))
        .collect();
    let kept = kept.iter().filter(|link| !replaced.contains(&link.object));
    let mut sorted: HashMap<Uuid, Vec<&Link>> = HashMap::new();
    for link in kept.chain(&correlated.links) {
        sorted.entry(link.entity).or_default().push(link);
    }
    sorted
}

/// What a batch keeps.
fn kept(correlated: Correlated, merged: Merged) -> Reconciled {
    let mut links = correlated.links;
    links.extend(merged.links);
    Reconciled {
        unlinked: correlated
            .unlinked
            .into_iter()
            .map(|(object, _)| object)
            .collect(),
        links,
        entities: merged.entities,
        lives: merged.lives,
        journal: correlated.journal.into_iter().chain(merged.journal).collect(),
        findings: correlated.findings,
        cleared: correlated.cleared,
        former: correlated.former,
        heeded: correlated.heeded,
        ..Reconciled::default()
    }
}

fn by_entity(links: Vec<Link>) -> HashMap<Uuid, Vec<Link>> {
    let mut sorted: HashMap<Uuid, Vec<Link>> = HashMap::new();
    for link in links {
        sorted.entry(link.entity).or_default().push(link);
    }
    sorted
}
