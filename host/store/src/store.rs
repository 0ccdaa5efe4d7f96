//! The port that the cycle is written against, each method to where it is done.

use std::collections::BTreeMap;

use samklang_core::catalogue::{Entity, EntityKind, Link, ObjectRef};
use samklang_core::port::{
    Begun, Change, Counts, CycleRecord, CycleState, Drafted, ImportRecord, Known, OperationRecord,
    OperationState, PlanCounts, Reconciled, Reference, Settled, Shadow, ShadowWrite, Staged, StepRecord,
    StepSpec, StepState, Store, Usage,
};
use uuid::Uuid;

use crate::database::Answer;
use crate::stretch::TenantStretch;
use crate::tenant::TenantStore;

impl Store for TenantStore {
    type Stretch<'a> = TenantStretch<'a>;

    async fn begin_cycle(&self, steps: &[StepSpec], now: i64) -> Answer<Begun> {
        self.take_cycle(steps, now).await
    }
    async fn renew_lease(&self, now: i64) -> Answer<()> {
        self.prolong(now).await
    }
    async fn release_lease(&self) -> Answer<()> {
        self.give_back().await
    }
    async fn steps(&self, cycle: i64) -> Answer<Vec<StepRecord>> {
        self.steps_of(cycle).await
    }
    async fn begin_step(&self, cycle: i64, position: u32, now: i64) -> Answer<()> {
        self.begin(cycle, position, now).await
    }
    async fn settle_step(
        &self,
        cycle: i64,
        position: u32,
        state: StepState,
        counts: Counts,
        message: Option<&str>,
        now: i64,
    ) -> Answer<()> {
        self.settle_step_as((cycle, position), state, counts, message, now)
            .await
    }
    async fn note_usage(&self, cycle: i64, position: u32, usage: &Usage) -> Answer<()> {
        self.keep_usage(cycle, position, usage).await
    }
    async fn set_cycle(&self, cycle: i64, state: CycleState, now: i64) -> Answer<()> {
        self.set_cycle_state(cycle, state, now).await
    }
    async fn cycles(&self, limit: u32) -> Answer<Vec<CycleRecord>> {
        self.cycles_before(None, limit).await
    }

    async fn begin_import(&self, cycle: i64, connection: &str) -> Answer<()> {
        self.begin_importing(cycle, connection).await
    }
    async fn known(&self, connection: &str, class: &str, keys: &[&str]) -> Answer<Vec<Option<Known>>> {
        self.known_of(connection, class, keys).await
    }
    async fn stage(&self, connection: &str, staged: &[Staged]) -> Answer<()> {
        self.stage_objects(connection, staged).await
    }
    async fn stage_missing<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        connection: &str,
        classes: &[String],
        seen: &S,
    ) -> Answer<BTreeMap<String, u64>> {
        self.stage_unseen(connection, classes, seen).await
    }
    async fn snapshot_size(&self, connection: &str) -> Answer<BTreeMap<String, u64>> {
        self.snapshot_sizes(connection).await
    }
    async fn settle_import(
        &self,
        connection: &str,
        counts: Counts,
        classes: &BTreeMap<String, Counts>,
        cursor: Option<&str>,
    ) -> Answer<()> {
        self.settle_importing(connection, counts, classes, cursor).await
    }
    async fn import(&self, connection: &str) -> Answer<Option<ImportRecord>> {
        self.import_of(connection).await
    }
    async fn staged(&self, connection: &str, limit: u32) -> Answer<Vec<Staged>> {
        self.staged_of(connection, limit).await
    }
    async fn accept_import(&self, connection: &str, ranks: &BTreeMap<String, i32>) -> Answer<()> {
        self.accept(connection, ranks).await
    }
    async fn discard_import(&self, connection: &str) -> Answer<()> {
        self.discard_importing(connection).await
    }
    async fn cursor(&self, connection: &str) -> Answer<Option<String>> {
        self.cursor_of(connection).await
    }

    async fn fingerprint(&self, thing: &str) -> Answer<Option<String>> {
        self.fingerprint_of(thing).await
    }
    async fn remap(
        &self,
        connection: &str,
        class: &str,
        rank: i32,
        thing: &str,
        fingerprint: &str,
    ) -> Answer<()> {
        self.remap_class((connection, class), rank, (thing, fingerprint))
            .await
    }
    async fn restale(
        &self,
        target: &str,
        kinds: &[EntityKind],
        thing: &str,
        fingerprint: &str,
    ) -> Answer<()> {
        self.restale_kinds(target, kinds, (thing, fingerprint)).await
    }

    async fn changes_after(&self, after: Option<(i32, i64)>, limit: u32) -> Answer<Vec<Change>> {
        self.waiting(after, limit).await
    }
    async fn links(&self, objects: &[ObjectRef]) -> Answer<Vec<Link>> {
        self.links_to(objects).await
    }
    async fn links_of(&self, entities: &[Uuid]) -> Answer<Vec<Link>> {
        self.links_from(entities).await
    }
    async fn entities(&self, ids: &[Uuid]) -> Answer<Vec<Entity>> {
        self.entities_of(ids).await
    }
    async fn awaiting(&self, objects: &[ObjectRef]) -> Answer<Vec<Uuid>> {
        self.awaiting_of(objects).await
    }
    fn stretch(&self) -> TenantStretch<'_> {
        self.begin_stretch()
    }
    async fn keep_reconciled(&self, batch: &Reconciled, targets: &[String]) -> Answer<()> {
        self.keep_batch(batch, targets).await
    }

    async fn widen_stale(&self, target: &str) -> Answer<()> {
        self.widen(target).await
    }
    async fn stale(&self, target: &str, after: Option<Uuid>, limit: u32) -> Answer<Vec<Uuid>> {
        self.stale_of(target, after, limit).await
    }
    async fn references(&self, entities: &[Uuid]) -> Answer<Vec<Reference>> {
        self.references_of(entities).await
    }
    async fn shadows_of(&self, target: &str, entities: &[Uuid]) -> Answer<Vec<Shadow>> {
        self.shadows_for_entities(target, entities).await
    }
    async fn shadows(&self, target: &str, class: &str, keys: &[String]) -> Answer<Vec<Shadow>> {
        self.shadows_by_key(target, class, keys).await
    }
    async fn discard_drafts(&self, target: &str) -> Answer<()> {
        self.discard_drafts_for(target).await
    }
    async fn draft(&self, cycle: i64, target: &str, drafted: &Drafted) -> Answer<()> {
        self.add_drafts(cycle, target, drafted).await
    }
    async fn shadow_size(&self, target: &str) -> Answer<BTreeMap<String, u64>> {
        self.shadow_sizes(target).await
    }
    async fn planned(&self, cycle: i64, target: &str) -> Answer<PlanCounts> {
        self.planned_for(cycle, target).await
    }
    async fn outcomes(&self, cycle: i64, target: &str) -> Answer<BTreeMap<OperationState, u64>> {
        self.outcomes_for(cycle, target).await
    }
    async fn resume_deferred(&self, target: &str) -> Answer<()> {
        self.undefer(target).await
    }
    async fn recall(&self, ranks: &BTreeMap<(String, String), i32>, now: i64) -> Answer<()> {
        self.recall_due(ranks, now).await
    }
    async fn drafted(&self, target: &str) -> Answer<PlanCounts> {
        self.drafted_for(target).await
    }
    async fn settle_plan(&self, target: &str) -> Answer<()> {
        self.settle_draft(target).await
    }

    async fn operations(
        &self,
        target: &str,
        states: &[OperationState],
        limit: u32,
    ) -> Answer<Vec<OperationRecord>> {
        self.operations_for(target, states, limit, false).await
    }
    async fn front(
        &self,
        target: &str,
        states: &[OperationState],
        limit: u32,
    ) -> Answer<Vec<OperationRecord>> {
        self.operations_for(target, states, limit, true).await
    }
    async fn mark_sent(&self, target: &str, ids: &[String]) -> Answer<()> {
        self.note_sent(target, ids).await
    }
    async fn settle(&self, target: &str, settled: &[Settled]) -> Answer<()> {
        self.settle_operations(target, settled).await
    }

    async fn observe(&self, target: &str, shadows: &[ShadowWrite], stale: &[Uuid]) -> Answer<()> {
        self.keep_observed(target, shadows, stale).await
    }
    async fn shadow_numbers(&self, target: &str, class: &str, keys: &[&str]) -> Answer<Vec<Option<u64>>> {
        self.numbers_of_shadows(target, class, keys).await
    }
    async fn unseen_shadows<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        target: &str,
        class: &str,
        after: u64,
        limit: u32,
        seen: &S,
    ) -> Answer<Vec<(u64, Shadow)>> {
        self.shadows_unseen(target, class, after, limit, seen).await
    }
}
