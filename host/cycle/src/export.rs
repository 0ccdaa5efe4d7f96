//! `export`: plans what would bring a target to what the catalogue wants, lets the guard judge the plan, and carries it out. A
//! plan that is settled is carried out as it is, whichever run comes to it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::civil::Date;
use samklang_core::catalogue::EntityKind;
use samklang_core::guard::{
    Baseline, BaselineCell, Change, CountedPlan, Part, PlanTally, Proposal, Subject, What, judge,
};
use samklang_core::mapping::target_order;
use samklang_core::plan::Ground;
use samklang_core::port::{Clock, Connectors, Counts, Drafted, OperationState, Shadow, Store, StoreError};
use uuid::Uuid;

use crate::gather::{Depths, Gathered, gather};
use crate::search::{Search, with_found};
use crate::stop::Early;
use crate::tenant::Connection;
use crate::worker::{Mode, Step, Worker};

/// Entities planned for at a time; a power of two, because the store cuts lists so.
const BATCH: u32 = 512;

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn export(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
        mut mode: Mode,
    ) -> Result<(Counts, bool), Early> {
        // An interruption while the target was given time leaves operations put off.
        self.store.resume_deferred(name).await?;
        let unfinished = [OperationState::Planned, OperationState::Sent];
        let mut unsettled = self.store.operations(name, &unfinished, 1).await?;
        if mode == Mode::Run && unsettled.first().is_some_and(|first| first.cycle != step.cycle) {
            // The target failed in an earlier cycle. What became of that comes first; the rest is planned on the ground that leaves.
            self.look_back(name, &*self.connectors.describe(name)?).await?;
            self.apply(step, name, connection).await?;
            unsettled.clear();
        }
        let settled = !unsettled.is_empty();
        if !settled {
            if !self.released(step).await? {
                self.prime(name, step, connection).await?;
                let tally = self.plan(step, name, connection).await?;
                self.judge(step, name, connection, tally).await?;
            }
            let preview = self.previews(name, connection, step.cycle).await?;
            // What is planned anew takes the place of what was held over; it is dropped while it is known what that is.
            let held = self.store.held_over(name).await? > 0;
            if held {
                self.store.drop_moved(name).await?;
            }
            match step.errand {
                Some(errand) => {
                    let subject = Vec::from_iter(self.subject(errand).await?);
                    self.store.settle_part(name, &subject).await?;
                }
                None => {
                    self.store.settle_plan(name).await?;
                    if held {
                        self.store.take_up(step.cycle, name).await?;
                    }
                }
            }
            if preview && !self.store.operations(name, &unfinished, 1).await?.is_empty() {
                mode = Mode::Plan;
            }
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
        self.hold_over(step, name, connection).await?;
        let counts = self.apply(step, name, connection).await?;
        if !self.was_written(name).await? {
            let thing = written(name);
            self.store.restale(name, &[], &thing, "yes").await?;
        }
        Ok((counts, true))
    }

    /// Whether an export to the target has come to its end.
    pub(crate) async fn was_written(&self, name: &str) -> Result<bool, StoreError> {
        Ok(self.store.fingerprint(&written(name)).await?.is_some())
    }

    /// Whether a person released the very plan that is drafted.
    async fn released(&self, step: &Step<'_>) -> Result<bool, StoreError> {
        if !step.released {
            return Ok(false);
        }
        let halted = self.store.proposal(step.cycle, step.position).await?;
        let released = self.store.released(step.cycle, step.position).await?;
        Ok(halted.is_none_or(|proposal| released == Some(proposal.digest())))
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

    async fn plan(&self, step: &Step<'_>, name: &str, connection: &Connection) -> Result<PlanTally, Early> {
        let mut tally = PlanTally::default();
        // One day for the whole plan, also when it is made across midnight.
        let day = self.tenant.calendar.day(self.clock.now());
        for (class, outbound) in &connection.mappings.outbound {
            let thing = format!("outbound/{name}/{class}");
            let mut fingerprint = format!(
                "{}/{}",
                outbound.fingerprint,
                connection.policy.fingerprint(class)
            );
            if outbound.by_day {
                fingerprint = format!("{fingerprint} on {day}");
            }
            if self.store.fingerprint(&thing).await?.as_deref() != Some(&fingerprint) {
                self.namer().reserve_present(name, outbound).await?;
                self.store
                    .restale(name, &[outbound.entity], &thing, &fingerprint)
                    .await?;
            }
        }
        for (class, outbound) in &connection.mappings.outbound {
            self.store.find_by(name, class, &outbound.finder()).await?;
        }
        self.look_again(name, connection).await?;
        let namesakes = self.namesakes(name, connection).await?;
        self.become_due(name, day).await?;
        self.store.discard_drafts(name).await?;
        self.store.stale_by_clock(name, self.clock.now()).await?;
        let shared = connection.mappings.outbound.values();
        let shared = shared.filter(|outbound| outbound.shares());
        let shared: Vec<&str> = shared.map(|outbound| outbound.class.as_str()).collect();
        if !shared.is_empty() {
            // The target's own values beside ours may be others by now.
            self.store.restale_held(name, &shared).await?;
        }
        self.store.stale_by_cases(name).await?;
        self.store.widen_stale(name).await?;
        if connection
            .mappings
            .outbound
            .values()
            .any(|outbound| outbound.climbs)
        {
            self.store.widen_below(name).await?;
        }
        let mut mapped = connection.mappings.outbound.values();
        if mapped.any(|outbound| outbound.entity == EntityKind::Account) {
            self.store.widen_accounts(name).await?;
        }
        let description = self.connectors.describe(name)?;
        let order = target_order(&description, &connection.mappings.outbound);
        let mut depths = Depths::default();
        let mut counts = Counts::default();
        let mut subject = match step.errand {
            Some(errand) => Some(Vec::from_iter(self.subject(errand).await?)),
            None => None,
        };
        let (mut ids, mut gathered) = self.next_stale(name, connection, day, &mut subject, None).await?;
        loop {
            let Some(&last) = ids.last() else {
                return Ok(tally);
            };
            let mut drafted = self
                .draft(
                    step.cycle,
                    name,
                    connection,
                    &order,
                    &mut depths,
                    (&ids, gathered),
                )
                .await?;
            namesakes.hold_back(name, &mut drafted);
            for planned in &drafted.operations {
                if let Some(outbound) = connection.mappings.outbound.get(&planned.operation.class) {
                    tally.note(outbound, &planned.operation);
                }
            }
            counts.planned += drafted.operations.len() as u64;
            counts.read += ids.len() as u64;
            // Planning leaves the catalogue as it is, so the next part of it is gathered while this draft is written. What the target
            // holds is looked up after that: a draft may have taken an object over.
            let (kept, next) = tokio::join!(
                self.store.draft(step.cycle, name, &drafted),
                self.next_stale(name, connection, day, &mut subject, Some(last))
            );
            kept?;
            (ids, gathered) = next?;
            self.store.renew_lease(self.clock.now()).await?;
            self.progress.count(step.spec, &counts);
        }
    }

    /// What began or ended since the target was planned for last is looked at again.
    async fn become_due(&self, name: &str, day: Date) -> Result<(), Early> {
        let thing = format!("day/{name}");
        let last = self.store.fingerprint(&thing).await?;
        if last.as_deref() == Some(&day.to_string()) {
            return Ok(());
        }
        // Before the first plan everything is looked at anyway.
        let last = last.and_then(|last| last.parse().ok()).unwrap_or(day);
        self.store
            .restale_due(name, (last, day), &thing, &day.to_string())
            .await?;
        Ok(())
    }

    /// The next entities to be planned for, with what hangs together with them.
    async fn next_stale(
        &self,
        name: &str,
        connection: &Connection,
        day: Date,
        subject: &mut Option<Vec<Uuid>>,
        after: Option<Uuid>,
    ) -> Result<(Vec<Uuid>, Gathered), StoreError> {
        let ids: Vec<Uuid> = match subject {
            Some(left) => left.drain(..left.len().min(BATCH as usize)).collect(),
            None => self.store.stale(name, after, BATCH).await?,
        };
        let gathered = gather(
            self.store,
            &self.tenant.vocabulary,
            &connection.mappings.outbound,
            day,
            &ids,
        )
        .await?;
        Ok((ids, gathered))
    }

    async fn draft(
        &self,
        cycle: i64,
        name: &str,
        connection: &Connection,
        order: &[String],
        depths: &mut Depths,
        (ids, mut gathered): (&[Uuid], Gathered),
    ) -> Result<Drafted, Early> {
        let outbound = &connection.mappings.outbound;
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
        let mut by_entity = HashMap::new();
        let shadows = self.store.shadows_of(name, &gathered.ids).await?;
        let among: BTreeSet<&Uuid> = ids.iter().collect();
        let theirs = |shadow: &Shadow| shadow.entity.is_some_and(|entity| among.contains(&entity));
        for shadow in self.seen_now(name, connection, shadows, theirs).await? {
            if let Some(entity) = shadow.entity {
                by_entity.insert((entity, shadow.class.clone()), shadow);
            }
        }
        let now = self.clock.now();
        let search = Search {
            store: self.store,
            target: name,
            outbound,
            policies: &connection.policy,
        };
        let verdicts = search.verdicts(&gathered.ids, &by_entity).await?;
        let gone = search
            .let_go(&mut by_entity, &verdicts, ids, (cycle, now))
            .await?;
        let mut drafted = Drafted {
            now,
            shadows: gone.shadows,
            leaving: gone.leaving,
            journal: gone.journal,
            heeded: gone.heeded,
            ..Drafted::default()
        };
        let mut requests = HashMap::new();
        for request in self.store.requests(name, &gathered.ids).await? {
            requests.insert(request.entity, request);
        }
        let mut by_link = HashMap::new();
        if !connection.mappings.inbound.is_empty() {
            by_link = self.linked(name, &gathered.ids, &by_entity).await?;
            by_link.retain(|(entity, class), shadow| verdicts.apart(class, &shadow.key, *entity).is_none());
        }
        let held = [&by_entity, &by_link];
        let mut sought = search
            .seek(&gathered.graph, &gathered.ids, held, &requests, &verdicts)
            .await?;
        self.look_at_found(name, connection, &mut sought).await?;
        // Whoever finds an object keeps the names that it has.
        let found = (!sought.is_empty()).then(|| with_found(by_entity.clone(), &sought));
        let present = found.as_ref().unwrap_or(&by_entity);
        self.namer()
            .allot(name, outbound, &mut gathered, present, ids, &mut drafted)
            .await?;
        let mut ground = Ground {
            graph: gathered.graph,
            outbound,
            order,
            by_entity,
            by_key: HashMap::new(),
            by_link,
            depth: &depths.depth,
            policies: &connection.policy,
            leaving: HashMap::new(),
            requests,
            sought,
            verdicts,
            now,
            target: name,
            cycle,
        };
        for leaving in self.store.leaving(name, ids).await? {
            ground
                .leaving
                .insert((leaving.entity, leaving.class.clone()), leaving);
        }
        let desired: Vec<_> = ids.iter().map(|&id| (id, ground.desired(id))).collect();
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (class, object) in desired.iter().flat_map(|(_, desired)| desired) {
            if let Ok(Some(object)) = object {
                keys.entry(class.clone()).or_default().push(object.key.clone());
            }
        }
        for (class, keys) in keys {
            let shadows = self.store.shadows(name, &class, &keys).await?;
            let nobodys = |shadow: &Shadow| shadow.entity.is_none();
            for shadow in self.seen_now(name, connection, shadows, nobodys).await? {
                ground.by_key.insert((class.clone(), shadow.key.clone()), shadow);
            }
        }
        for (id, desired) in desired {
            let planned = ground.decide(id, desired);
            ground.take_over(&planned);
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
            drafted.cases.extend(planned.cases);
            drafted.heeded.extend(planned.heeded);
            drafted.journal.extend(planned.journal);
        }
        Ok(drafted)
    }

    async fn judge(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
        tally: PlanTally,
    ) -> Result<(), Early> {
        let CountedPlan {
            counted,
            content,
            examples,
        } = tally.finish();
        let cells = self.store.shadow_size(name).await?;
        let cells = cells.into_iter().filter_map(|(class, objects)| {
            let outbound = connection.mappings.outbound.get(&class)?;
            Some(BaselineCell {
                class,
                subject: Subject::of(outbound.entity),
                cell: String::new(),
                year: None,
                objects,
            })
        });
        let baseline = Baseline::new(cells.collect());
        let mut trips = judge(&connection.guard, &counted, &baseline);
        // The first plan for a target brings what it lacks, and that may be nearly everything.
        if !self.was_written(name).await? {
            trips.retain(|trip| trip.change != Change::Added);
        }
        if trips.is_empty() {
            return Ok(());
        }
        let mut sample = Vec::with_capacity(examples.len());
        for example in examples {
            let Some(outbound) = connection.mappings.outbound.get(&example.class) else {
                continue;
            };
            let keys = [example.key.clone()];
            let shadows = self.store.shadows(name, &example.class, &keys).await?;
            let before = shadows.first().map(|shadow| &shadow.attributes);
            sample.push(example.beside(outbound, before));
        }
        let (counts, further) = Part::counts(&counted, &baseline);
        let part = Part {
            content,
            baseline: None,
            accepted: None,
            first: false,
            announced: false,
            trips,
            counts,
            further,
            sample,
            promotion: None,
        };
        let proposal = Proposal {
            what: What::Plan,
            parts: BTreeMap::from([(name.to_owned(), part)]),
        };
        Err(self.halt(step, &proposal).await?)
    }
}

/// Under which name it is noted that a target has been written.
fn written(name: &str) -> String {
    format!("written/{name}")
}
