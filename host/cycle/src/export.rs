//! `export`: plans what would bring a target to what the catalogue wants, lets the guard judge the plan, and carries it out. A
//! plan that is settled is carried out as it is, whichever run comes to it.

use std::collections::{BTreeMap, HashMap};

use samklang_core::catalogue::EntityKind;
use samklang_core::connector::Action;
use samklang_core::guard::Loss;
use samklang_core::mapping::target_order;
use samklang_core::plan::Ground;
use samklang_core::port::{Clock, Connectors, Counts, Drafted, OperationState, Store};
use uuid::Uuid;

use crate::compare::halt;
use crate::gather::{Depths, gather};
use crate::stop::Early;
use crate::tenant::Connection;
use crate::worker::{Mode, Step, Worker};

/// Entities planned for at a time.
const BATCH: u32 = 500;

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn export(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
        mode: Mode,
    ) -> Result<(Counts, bool), Early> {
        // An interruption while the target was given time leaves operations put off.
        self.store.resume_deferred(name).await?;
        let unfinished = [OperationState::Planned, OperationState::Sent];
        let mut unsettled = self.store.operations(name, &unfinished, 1).await?;
        if mode == Mode::Run && unsettled.first().is_some_and(|first| first.cycle != step.cycle) {
            // The target failed in an earlier cycle. What it was sent comes first; the rest is planned on the ground that leaves.
            self.apply(step, name, connection).await?;
            unsettled.clear();
        }
        let settled = !unsettled.is_empty();
        if !settled {
            if !step.released {
                self.prime(name, step, connection).await?;
                self.plan(step, name, connection).await?;
                self.judge(name, connection).await?;
            }
            self.store.settle_plan(name).await?;
        }
        if mode == Mode::Plan {
            let planned = self.store.planned(step.cycle, name).await?;
            return Ok((
                Counts {
                    planned: planned.values().sum(),
                    ..Counts::default()
                },
                false,
            ));
        }
        let counts = self.apply(step, name, connection).await?;
        Ok((counts, true))
    }

    /// Before a target is planned for the first time, it is looked at: what it holds already is not made anew.
    async fn prime(&self, name: &str, step: &Step<'_>, connection: &Connection) -> Result<(), Early> {
        if self
            .store
            .fingerprint(&format!("observed/{name}"))
            .await?
            .is_none()
        {
            self.feedback(step, name, connection).await?;
        }
        Ok(())
    }

    async fn plan(&self, step: &Step<'_>, name: &str, connection: &Connection) -> Result<(), Early> {
        for (class, outbound) in &connection.mappings.outbound {
            let thing = format!("outbound/{name}/{class}");
            let fingerprint = format!(
                "{}/{}",
                outbound.fingerprint,
                connection.policy.fingerprint(class)
            );
            if self.store.fingerprint(&thing).await?.as_deref() != Some(&fingerprint) {
                self.store
                    .restale(name, &[outbound.entity], &thing, &fingerprint)
                    .await?;
            }
        }
        self.store.discard_drafts(name).await?;
        self.store.stale_by_clock(name, self.clock.now()).await?;
        self.store.widen_stale(name).await?;
        let description = self.connectors.describe(name)?;
        let order = target_order(&description, &connection.mappings.outbound);
        let mut depths = Depths::default();
        let (mut after, mut counts) = (None, Counts::default());
        loop {
            let ids = self.store.stale(name, after, BATCH).await?;
            let Some(&last) = ids.last() else { return Ok(()) };
            let drafted = self
                .draft(step.cycle, name, connection, &order, &mut depths, &ids)
                .await?;
            counts.planned += drafted.operations.len() as u64;
            counts.read += ids.len() as u64;
            self.store.draft(step.cycle, name, &drafted).await?;
            self.store.renew_lease(self.clock.now()).await?;
            self.progress.count(step.spec, &counts);
            after = Some(last);
        }
    }

    async fn draft(
        &self,
        cycle: i64,
        name: &str,
        connection: &Connection,
        order: &[String],
        depths: &mut Depths,
        ids: &[Uuid],
    ) -> Result<Drafted, Early> {
        let outbound = &connection.mappings.outbound;
        let gathered = gather(self.store, &self.tenant.vocabulary, outbound, ids).await?;
        let units: Vec<Uuid> = ids
            .iter()
            .copied()
            .filter(|id| {
                gathered
                    .graph
                    .entity(*id)
                    .is_some_and(|entity| entity.kind == EntityKind::Unit)
            })
            .collect();
        depths.measure(self.store, units).await?;
        let mut ground = Ground {
            graph: gathered.graph,
            outbound,
            order,
            by_entity: HashMap::new(),
            by_key: HashMap::new(),
            by_link: HashMap::new(),
            depth: &depths.depth,
            policies: &connection.policy,
            leaving: HashMap::new(),
            requests: HashMap::new(),
            now: self.clock.now(),
            target: name,
            cycle,
        };
        for leaving in self.store.leaving(name, ids).await? {
            ground
                .leaving
                .insert((leaving.entity, leaving.class.clone()), leaving);
        }
        for request in self.store.requests(name, &gathered.ids).await? {
            ground.requests.insert(request.entity, request);
        }
        let shadows = self.store.shadows_of(name, &gathered.ids).await?;
        for shadow in self.seen_now(name, connection, shadows, ids).await? {
            if let Some(entity) = shadow.entity {
                ground.by_entity.insert((entity, shadow.class.clone()), shadow);
            }
        }
        if !connection.mappings.inbound.is_empty() {
            ground.by_link = self.linked(name, &gathered.ids, &ground.by_entity).await?;
        }
        let desired: Vec<_> = ids.iter().map(|&id| (id, ground.desired(id))).collect();
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (class, object) in desired.iter().flat_map(|(_, desired)| desired) {
            if let Ok(Some(object)) = object {
                keys.entry(class.clone()).or_default().push(object.key.clone());
            }
        }
        for (class, keys) in keys {
            for shadow in self.store.shadows(name, &class, &keys).await? {
                ground.by_key.insert((class.clone(), shadow.key.clone()), shadow);
            }
        }
        let mut drafted = Drafted {
            now: self.clock.now(),
            ..Drafted::default()
        };
        for (id, desired) in desired {
            let planned = ground.decide(id, desired);
            if planned.operations.is_empty()
                && planned.findings.iter().all(|finding| finding.entity.is_none())
            {
                drafted.settled.push(id);
            }
            drafted.operations.extend(planned.operations);
            drafted.shadows.extend(planned.adopted);
            drafted.leaving.extend(planned.leaving);
            drafted.findings.extend(planned.findings);
            drafted.cleared.extend(planned.cleared);
        }
        Ok(drafted)
    }

    async fn judge(&self, name: &str, connection: &Connection) -> Result<(), Early> {
        let drafted = self.store.drafted(name).await?;
        let size = self.store.shadow_size(name).await?;
        let losses: BTreeMap<String, Loss> = drafted
            .iter()
            .filter(|((_, action), _)| *action == Action::Delete)
            .map(|((class, _), &removed)| {
                (
                    class.clone(),
                    Loss {
                        before: size.get(class).copied().unwrap_or(0),
                        removed,
                    },
                )
            })
            .collect();
        let over = connection.guard.judge(&losses);
        if over.is_empty() {
            return Ok(());
        }
        Err(Early::Halt(halt(
            "plan",
            &BTreeMap::from([(name.to_owned(), over)]),
        )))
    }
}
