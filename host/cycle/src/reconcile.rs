//! `reconcile`: works the accepted changes into the catalogue, batch by batch. Each batch is one transaction, so the work goes on
//! where it was left; the order of batches does not matter for where it ends.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use samklang_core::catalogue::{EntityKind, Link, ObjectRef};
use samklang_core::mapping::Inbound;
use samklang_core::port::{Change, Clock, Connectors, Counts, Reconciled, Store, StoreError};
use samklang_core::reconcile::{
    Correlated, Grounds, Known, Merged, correlate, map, merge, wanted_candidates,
};
use uuid::Uuid;

use crate::stop::Early;
use crate::worker::{Step, Worker};

/// Changes per transaction.
const BATCH: u32 = 1_000;

/// Findings whose objects are looked at again in each cycle: what they wait for may have come from elsewhere.
const RECALLED: [&str; 3] = ["mapping", "ambiguous", "linked-to-another"];

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn reconcile(&self, step: &Step<'_>) -> Result<Counts, Early> {
        self.remap_what_is_configured_anew().await?;
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
        self.store.recall(&RECALLED, &ranks).await?;
        let targets = self.tenant.targets();
        let mut counts = Counts::default();
        loop {
            let changes = self.store.changes(BATCH).await?;
            if changes.is_empty() {
                return Ok(counts);
            }
            counts.read += changes.len() as u64;
            let (batch, merged) = self.batch(step.cycle, changes).await?;
            counts.added += merged.added;
            counts.changed += merged.changed;
            counts.removed += merged.removed;
            self.store.keep_reconciled(&batch, &targets).await?;
            self.store.renew_lease(self.clock.now()).await?;
            self.progress.count(step.spec, &counts);
        }
    }

    /// A changed mapping, or a changed order of sources, makes exactly its own results stale.
    async fn remap_what_is_configured_anew(&self) -> Result<(), Early> {
        for (name, connection) in &self.tenant.connections {
            for (class, inbound) in &connection.mappings.inbound {
                let thing = format!("inbound/{name}/{class}");
                let fingerprint = format!("{}/{}", inbound.fingerprint, self.tenant.sources.join(","));
                if self.store.fingerprint(&thing).await?.as_deref() != Some(&fingerprint) {
                    self.store
                        .remap(name, class, inbound.entity.rank(), &thing, &fingerprint)
                        .await?;
                }
            }
        }
        Ok(())
    }

    fn inbound(&self, connection: &str, class: &str) -> Option<&Inbound> {
        self.connection(connection)?.mappings.inbound.get(class)
    }

    async fn batch(&self, cycle: i64, changes: Vec<Change>) -> Result<(Reconciled, Merged), StoreError> {
        let mut settled = Vec::new();
        let mut mapped = Vec::new();
        let mut objects = Vec::new();
        for change in changes {
            match self.inbound(&change.object.connection, &change.object.class) {
                Some(inbound) => {
                    objects.push(change.object.clone());
                    mapped.push(map(change, inbound));
                }
                // Its class is not mapped any more: the snapshot keeps it, the catalogue does not ask.
                None => settled.push(change.seq),
            }
        }
        let links: HashMap<ObjectRef, Link> = self
            .store
            .links(&objects)
            .await?
            .into_iter()
            .map(|link| (link.object.clone(), link))
            .collect();
        let mut known = Known::default();
        for ((kind, attribute), values) in wanted_candidates(&mapped, &links) {
            let values: Vec<String> = values.into_iter().collect();
            for (value, entity) in self.store.candidates(kind, &attribute, &values).await? {
                known
                    .candidates
                    .entry((kind, attribute.clone(), value))
                    .or_default()
                    .push(entity);
            }
        }
        let candidates: BTreeSet<Uuid> = known.candidates.values().flatten().copied().collect();
        known.candidate_links = by_entity(self.store.links_of(&Vec::from_iter(candidates)).await?);
        known.links = links;
        let correlated = correlate(mapped, &known, self.tenant.namespace, self.clock.now());
        let merged = self.merge(cycle, &correlated).await?;
        settled.extend(&correlated.settled);
        let batch = Reconciled {
            settled,
            unlinked: correlated
                .unlinked
                .into_iter()
                .map(|(object, _)| object)
                .collect(),
            links: correlated.links,
            entities: merged.entities.clone(),
            journal: merged.journal.clone(),
            findings: correlated.findings,
            cleared: correlated.cleared,
        };
        Ok((batch, merged))
    }

    async fn merge(&self, cycle: i64, correlated: &Correlated) -> Result<Merged, StoreError> {
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
        let links = self.links_as_they_are_now(&ids, correlated).await?;
        let resolved = self.resolve(&links, correlated).await?;
        let inbound = |connection: &str, class: &str| self.inbound(connection, class);
        Ok(merge(
            &touched,
            &Grounds {
                entities,
                links,
                resolved,
                sources: &self.tenant.sources,
                inbound: &inbound,
                cycle,
                now: self.clock.now(),
            },
        ))
    }

    async fn links_as_they_are_now(
        &self,
        entities: &[Uuid],
        correlated: &Correlated,
    ) -> Result<HashMap<Uuid, Vec<Link>>, StoreError> {
        let replaced: BTreeSet<&ObjectRef> = correlated
            .links
            .iter()
            .map(|link| &link.object)
            .chain(correlated.unlinked.iter().map(|(object, _)| object))
            .collect();
        let mut kept = self.store.links_of(entities).await?;
        kept.retain(|link| !replaced.contains(&link.object));
        kept.extend(correlated.links.iter().cloned());
        Ok(by_entity(kept))
    }

    /// The entities for which the objects stand that the links refer to.
    async fn resolve(
        &self,
        links: &HashMap<Uuid, Vec<Link>>,
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
        let unlinked: BTreeSet<&ObjectRef> = correlated.unlinked.iter().map(|(object, _)| object).collect();
        let mut resolved: HashMap<ObjectRef, Uuid> = self
            .store
            .links(&Vec::from_iter(wanted))
            .await?
            .into_iter()
            .filter(|link| !unlinked.contains(&link.object))
            .map(|link| (link.object, link.entity))
            .collect();
        resolved.extend(
            correlated
                .links
                .iter()
                .map(|link| (link.object.clone(), link.entity)),
        );
        Ok(resolved)
    }
}

fn by_entity(links: Vec<Link>) -> HashMap<Uuid, Vec<Link>> {
    let mut sorted: HashMap<Uuid, Vec<Link>> = HashMap::new();
    for link in links {
        sorted.entry(link.entity).or_default().push(link);
    }
    sorted
}
