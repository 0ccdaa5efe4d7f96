//! What the cycle asks of the store: transactions named after what they mean. One implementation value serves one tenant;
//! nothing in here crosses tenants. Every method that writes fails with [`StoreError::LeaseLost`] once another worker has taken the
//! tenant's cycle, and is atomic: after a failure or a crash nothing of it has happened.

use std::collections::BTreeMap;

use uuid::Uuid;

use super::allotments::Allotments;
use super::cases::Cases;
use super::lineage::Lineage;
use super::records::{
    Begun, Change, Counts, CycleRecord, CycleState, Drafted, ImportRecord, Known, OperationRecord,
    PlanCounts, Reconciled, Reference, Settled, Shadow, ShadowWrite, Staged, StepRecord, StepSpec, StepState,
};
use super::usage::Usage;
use super::validity::Validity;
use crate::catalogue::{Entity, EntityKind, Link, ObjectRef};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another worker holds the tenant's cycle.
    #[error(
        "another worker (`{holder}`) is running this tenant's cycle; wait until it ends, or until its lease expires"
    )]
    Busy {
        /// Who.
        holder: String,
    },
    /// This worker held the tenant's cycle and lost it.
    #[error("this worker's lease has passed to another worker; nothing was written")]
    LeaseLost,
    /// The import handed over the same key twice.
    #[error("class `{class}` holds the key `{key}` twice in one read")]
    RepeatedKey {
        /// The class.
        class: String,
        /// The key.
        key: String,
    },
    /// What is kept cannot be read, which means that it was altered from outside or by a newer version.
    #[error("{place} in the store cannot be read: {cause}")]
    Corrupt {
        /// Table and row.
        place: String,
        /// Why.
        cause: String,
    },
    /// What is kept is sealed with a key that is not at hand.
    #[error(
        "{place} is sealed with the key `{key}`, which is not at hand: name it under `[keys]`, among `former` when \
         another is in use now"
    )]
    Locked {
        /// What it is.
        place: String,
        /// The name of the key, which tells nothing of it.
        key: String,
    },
    /// The database failed.
    #[error("database: {0}")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
}

type Answer<T> = Result<T, StoreError>;

/// Batches that may be committed together. What was not committed when it is dropped has not happened.
pub trait Stretch: Send {
    /// Commits what there is.
    fn end(self) -> impl Future<Output = Answer<()>> + Send;
}

/// One tenant's part of the store. See the module's text for what holds of every method.
pub trait Store:
    super::Daily
    + super::Enrolments
    + super::Expiry
    + super::Guarding
    + super::Journal
    + super::Keys
    + Cases
    + super::Lives
    + super::Quarantine
    + super::Targets
    + Allotments
    + Lineage
    + Validity
    + Send
    + Sync
{
    /// See [`Store::stretch`].
    type Stretch<'a>: Stretch
    where
        Self: 'a;

    // ---- cycle and steps ----

    /// Takes the tenant's lease and takes up the unfinished cycle, or begins one with these steps.
    fn begin_cycle(&self, steps: &[StepSpec], now: i64) -> impl Future<Output = Answer<Begun>> + Send;
    /// Prolongs the lease.
    fn renew_lease(&self, now: i64) -> impl Future<Output = Answer<()>> + Send;
    /// Gives the lease back.
    fn release_lease(&self) -> impl Future<Output = Answer<()>> + Send;
    /// The steps of a cycle, in order.
    fn steps(&self, cycle: i64) -> impl Future<Output = Answer<Vec<StepRecord>>> + Send;
    /// Marks a step as begun: state, start time and attempt.
    fn begin_step(&self, cycle: i64, position: u32, now: i64) -> impl Future<Output = Answer<()>> + Send;
    /// Settles a step, or notes why it cannot go on.
    fn settle_step(
        &self,
        cycle: i64,
        position: u32,
        state: StepState,
        counts: Counts,
        message: Option<&str>,
        now: i64,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Notes what a step's connector has used so far.
    fn note_usage(&self, cycle: i64, position: u32, usage: &Usage)
    -> impl Future<Output = Answer<()>> + Send;
    /// Sets the state of the cycle; an end state ends it.
    fn set_cycle(&self, cycle: i64, state: CycleState, now: i64) -> impl Future<Output = Answer<()>> + Send;
    /// The newest cycles, newest first.
    fn cycles(&self, limit: u32) -> impl Future<Output = Answer<Vec<CycleRecord>>> + Send;

    // ---- import ----

    /// Begins an import: whatever an earlier attempt staged is discarded.
    fn begin_import(&self, cycle: i64, connection: &str) -> impl Future<Output = Answer<()>> + Send;
    /// What the snapshot knows of these keys, in their order.
    fn known(
        &self,
        connection: &str,
        class: &str,
        keys: &[&str],
    ) -> impl Future<Output = Answer<Vec<Option<Known>>>> + Send;
    /// Stages objects. A key that is staged already is [`StoreError::RepeatedKey`].
    fn stage(&self, connection: &str, staged: &[Staged]) -> impl Future<Output = Answer<()>> + Send;
    /// Stages as removed every object of these classes whose number `seen` denies; answers how many per class, and how many objects
    /// each class's snapshot holds.
    fn stage_missing<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        connection: &str,
        classes: &[String],
        seen: &S,
    ) -> impl Future<Output = Answer<BTreeMap<String, u64>>> + Send;
    /// The number of objects per class in the snapshot.
    fn snapshot_size(&self, connection: &str) -> impl Future<Output = Answer<BTreeMap<String, u64>>> + Send;
    /// Notes that everything has arrived.
    fn settle_import(
        &self,
        connection: &str,
        counts: Counts,
        classes: &BTreeMap<String, Counts>,
        cursor: Option<&str>,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// The connection's newest import.
    fn import(&self, connection: &str) -> impl Future<Output = Answer<Option<ImportRecord>>> + Send;
    /// A sample of what is staged, for the person who decides.
    fn staged(&self, connection: &str, limit: u32) -> impl Future<Output = Answer<Vec<Staged>>> + Send;
    /// Makes the staged import the snapshot, with its cursor, and puts its changes on the list to be reconciled, each with the
    /// rank of its class (a class without one is kept in the snapshot and not reconciled) and, within a rank, what was removed first.
    /// One transaction.
    fn accept_import(
        &self,
        connection: &str,
        ranks: &BTreeMap<String, i32>,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Throws the staged import away.
    fn discard_import(&self, connection: &str) -> impl Future<Output = Answer<()>> + Send;
    /// The cursor of the accepted import.
    fn cursor(&self, connection: &str) -> impl Future<Output = Answer<Option<String>>> + Send;

    // ---- fingerprints of configuration ----

    /// The fingerprint last noted for a thing, such as a mapping.
    fn fingerprint(&self, thing: &str) -> impl Future<Output = Answer<Option<String>>> + Send;
    /// Puts every object of the class on the list to be reconciled and notes the fingerprint, in one transaction.
    fn remap(
        &self,
        connection: &str,
        class: &str,
        rank: i32,
        thing: &str,
        fingerprint: &str,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Makes every entity of these kinds stale for the target and notes the fingerprint, in one transaction.
    fn restale(
        &self,
        target: &str,
        kinds: &[EntityKind],
        thing: &str,
        fingerprint: &str,
    ) -> impl Future<Output = Answer<()>> + Send;

    // ---- reconcile ----

    /// Puts the objects of source connections that are in quarantine and due on the list to be reconciled again, with the rank of
    /// their connection and class.
    fn recall(
        &self,
        ranks: &BTreeMap<(String, String), i32>,
        now: i64,
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Changes to be reconciled: lowest rank first, then oldest first.
    fn changes(&self, limit: u32) -> impl Future<Output = Answer<Vec<Change>>> + Send {
        self.changes_after(None, limit)
    }
    /// The same, after the change of this rank and number.
    fn changes_after(
        &self,
        after: Option<(i32, i64)>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<Change>>> + Send;
    /// The links of these objects, as far as they have one.
    fn links(&self, objects: &[ObjectRef]) -> impl Future<Output = Answer<Vec<Link>>> + Send;
    /// The links of these entities.
    fn links_of(&self, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Link>>> + Send;
    /// Entities by identity.
    fn entities(&self, ids: &[Uuid]) -> impl Future<Output = Answer<Vec<Entity>>> + Send;
    /// Entities that refer to one of these objects, which stood for nothing so far.
    fn awaiting(&self, objects: &[ObjectRef]) -> impl Future<Output = Answer<Vec<Uuid>>> + Send;
    /// Batches until it ends, which may be committed together. One lasts at a time.
    fn stretch(&self) -> Self::Stretch<'_>;
    /// Keeps what a batch decided, and makes its entities stale for these targets. One transaction, unless a stretch lasts: then it is
    /// kept whole or not at all together with its neighbours.
    fn keep_reconciled(
        &self,
        batch: &Reconciled,
        targets: &[String],
    ) -> impl Future<Output = Answer<()>> + Send;

    // ---- plan ----

    /// Widens the target's list of stale entities by what hangs together with them: those that they refer to, those that refer to them,
    /// and the persons engaged in a stale unit. One transaction; doing it twice changes nothing.
    fn widen_stale(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// Stale entities of the target, by ascending identity, after this one.
    fn stale(
        &self,
        target: &str,
        after: Option<Uuid>,
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<Uuid>>> + Send;
    /// References from and to these entities.
    fn references(&self, entities: &[Uuid]) -> impl Future<Output = Answer<Vec<Reference>>> + Send;
    /// Shadows that stand for these entities.
    fn shadows_of(&self, target: &str, entities: &[Uuid])
    -> impl Future<Output = Answer<Vec<Shadow>>> + Send;
    /// Shadows by key.
    fn shadows(
        &self,
        target: &str,
        class: &str,
        keys: &[String],
    ) -> impl Future<Output = Answer<Vec<Shadow>>> + Send;
    /// Throws the drafts for a target away.
    fn discard_drafts(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// Adds to the draft of the plan. One transaction.
    fn draft(&self, cycle: i64, target: &str, drafted: &Drafted) -> impl Future<Output = Answer<()>> + Send;
    /// The number of shadows per class that stand for an entity.
    fn shadow_size(&self, target: &str) -> impl Future<Output = Answer<BTreeMap<String, u64>>> + Send;
    /// Drafted operations by class and action.
    fn drafted(&self, target: &str) -> impl Future<Output = Answer<PlanCounts>> + Send;
    /// Makes the draft the plan and empties the list of stale entities. One transaction.
    fn settle_plan(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;

    // ---- apply ----

    /// Operations of a target in one of these states, in the order in which they are to be carried out, at most `limit`.
    fn operations(
        &self,
        target: &str,
        states: &[super::records::OperationState],
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<OperationRecord>>> + Send;
    /// Of those, the ones of the lowest rank: they do not wait for each other.
    fn front(
        &self,
        target: &str,
        states: &[super::records::OperationState],
        limit: u32,
    ) -> impl Future<Output = Answer<Vec<OperationRecord>>> + Send;
    /// The operations of a cycle's settled plan for a target, by class and action, whatever has become of them.
    fn planned(&self, cycle: i64, target: &str) -> impl Future<Output = Answer<PlanCounts>> + Send;
    /// The same, by what has become of them.
    fn outcomes(
        &self,
        cycle: i64,
        target: &str,
    ) -> impl Future<Output = Answer<BTreeMap<super::records::OperationState, u64>>> + Send;
    /// Makes the deferred operations of a target planned again.
    fn resume_deferred(&self, target: &str) -> impl Future<Output = Answer<()>> + Send;
    /// Notes that these operations are being sent.
    fn mark_sent(&self, target: &str, ids: &[String]) -> impl Future<Output = Answer<()>> + Send;
    /// Keeps what became of operations. One transaction.
    fn settle(&self, target: &str, settled: &[Settled]) -> impl Future<Output = Answer<()>> + Send;

    // ---- feedback ----

    /// Keeps what a read-back showed, and makes these entities stale for the target. One transaction.
    fn observe(
        &self,
        target: &str,
        shadows: &[ShadowWrite],
        stale: &[Uuid],
    ) -> impl Future<Output = Answer<()>> + Send;
    /// Numbers of the shadows with these keys, in their order. The numbers are dense enough for
    /// a bitmap of those seen.
    fn shadow_numbers(
        &self,
        target: &str,
        class: &str,
        keys: &[&str],
    ) -> impl Future<Output = Answer<Vec<Option<u64>>>> + Send;
    /// Shadows of a class whose number `seen` denies, after this number, at most `limit`: number and shadow.
    fn unseen_shadows<S: Fn(u64) -> bool + Send + Sync>(
        &self,
        target: &str,
        class: &str,
        after: u64,
        limit: u32,
        seen: &S,
    ) -> impl Future<Output = Answer<Vec<(u64, Shadow)>>> + Send;
}
