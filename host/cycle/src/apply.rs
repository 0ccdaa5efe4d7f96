//! Carries a settled plan out. Each operation is noted before it is sent and settled after; one whose outcome was lost is read back
//! where the target lets single objects be read, and repeated where it does not, which the contract makes harmless.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt as _};
use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::{Action, Object, Operation, Outcome, Receipt};
use samklang_core::found::Found as Finding;
use samklang_core::port::{
    Clock, Connectors, Counts, OperationRecord, OperationState, Session, Settled, Shadow, ShadowState,
    ShadowWrite, Store,
};
use samklang_core::redact::Redaction;
use samklang_core::retry::{Breaker, PROBE};
use samklang_core::{Description, FaultKind, Owner};

use crate::stop::{Early, Stop, StopCode};
use crate::tenant::Connection;
use crate::worker::{Step, Worker};

/// How often an operation that the target put off is tried again in the same cycle.
const ROUNDS: u32 = 3;

/// What is noted of a target that refused in proportion.
const OPEN: &str = "open";

/// The most operations whose outcome is looked up before they are sent again.
pub(crate) const READ_BACK: usize = 200;

/// The longest that a cycle waits for a target that put something off. Nothing is tried sooner than the target asked: what wants more
/// time than this is left to the next cycle.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a call came to.
#[derive(Default)]
struct CarriedOut {
    answered: u64,
    done: u64,
    refused: u64,
    /// How long the target wants to be left alone by what it put off.
    wait: Option<Duration>,
}

/// Operations in batches of at most so many.
fn batches(operations: Vec<OperationRecord>, limit: u32) -> impl Iterator<Item = Vec<OperationRecord>> {
    let size = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut left = operations.into_iter();
    std::iter::from_fn(move || {
        let batch: Vec<_> = left.by_ref().take(size).collect();
        (!batch.is_empty()).then_some(batch)
    })
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) async fn apply(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<Counts, Early> {
        let description = self.connectors.describe(name)?;
        let limit = description.limits.operations_per_apply.max(1);
        let calls = description.calls_at_once(connection.in_flight);
        let planned: u64 = self.store.planned(step.cycle, name).await?.values().sum();
        let mut counts = Counts {
            planned,
            ..Counts::default()
        };
        let unfinished = [OperationState::Planned, OperationState::Sent];
        let place = format!("breaker/{name}");
        let open = self
            .store
            .fingerprint(&place)
            .await?
            .is_some_and(|state| state == OPEN);
        let mut breaker = Breaker::new(open);
        for round in 0..=ROUNDS {
            let mut wait = None::<Duration>;
            loop {
                // What follows in rank waits for all of these.
                let most = limit.saturating_mul(calls);
                let most = if breaker.is_probing() {
                    most.min(PROBE)
                } else {
                    most
                };
                let front = self.store.front(name, &unfinished, most).await?;
                if front.is_empty() {
                    break;
                }
                self.count_sent(name, connection, &front).await?;
                let last_round = round == ROUNDS;
                let mut under_way: FuturesUnordered<_> = batches(front, limit)
                    .map(|batch| self.carry_out(&description, name, batch, last_round))
                    .collect();
                let (mut failed, mut answered, mut refused) = (None, 0, 0);
                while let Some(settled) = under_way.next().await {
                    match settled {
                        Ok(settled) => {
                            counts.done += settled.done;
                            counts.refused += settled.refused;
                            answered += settled.answered;
                            refused += settled.refused;
                            wait = wait.max(settled.wait);
                        }
                        // The other calls are out already; they end and are settled before the step stops.
                        Err(early) => failed = failed.or(Some(early)),
                    }
                    // Nothing is waited for here: the calls that are under way stand still meanwhile, and one of them may hold what
                    // would be waited for.
                    self.progress.count(step.spec, &counts);
                }
                if let Some(early) = failed {
                    return Err(early);
                }
                let probed = breaker.is_probing();
                if breaker.count(answered, refused) {
                    self.store.restale(name, &[], &place, OPEN).await?;
                    return Err(Early::Stop(self.left_alone(name, breaker).await?));
                }
                if probed && !breaker.is_probing() {
                    self.store.restale(name, &[], &place, "closed").await?;
                }
            }
            let Some(wait) = wait else { break };
            self.clock.sleep(wait).await;
            self.store.resume_deferred(name).await?;
        }
        let finished = self.store.outcomes(step.cycle, name).await?;
        counts.done = finished.get(&OperationState::Done).copied().unwrap_or(0);
        counts.refused = finished.get(&OperationState::Refused).copied().unwrap_or(0);
        Ok(counts)
    }

    /// One call from its beginning to its end: noted, sent, settled.
    async fn carry_out(
        &self,
        description: &Description,
        name: &str,
        batch: Vec<OperationRecord>,
        last_round: bool,
    ) -> Result<CarriedOut, Early> {
        // A fresh instance for each call: whatever a connector leaves lying about goes with it.
        let mut session = self.connectors.open(name, "export").await?;
        let settled = self
            .send(description, name, &mut session, batch, last_round)
            .await?;
        let mut carried = CarriedOut::default();
        for (one, after) in &settled {
            carried.answered += u64::from(one.state != OperationState::Deferred);
            match one.state {
                OperationState::Done => carried.done += 1,
                OperationState::Refused => carried.refused += 1,
                _ => carried.wait = carried.wait.max(*after),
            }
        }
        let settled: Vec<Settled> = settled.into_iter().map(|(one, _)| one).collect();
        self.store.settle(name, &settled).await?;
        self.store.renew_lease(self.clock.now()).await?;
        Ok(carried)
    }

    /// A target refuses in proportion: what has not been sent yet is taken back.
    async fn left_alone(&self, name: &str, breaker: Breaker) -> Result<Stop, Early> {
        let (answered, refused) = breaker.counts();
        let withdrawn = self.store.withdraw(name).await?;
        Ok(Stop {
            code: StopCode::Breaker,
            message: format!(
                "{name} refused {refused} of {answered} operations; the other {withdrawn} are put off to the next cycle, which \
                 tries a few first"
            ),
            owner: Owner::System,
            remedy: "see with `samklang quarantine list DIR` what it refuses and why; mend that, or ask whoever runs the system"
                .to_owned(),
            detail: serde_json::json!({ "answered": answered, "refused": refused, "put_off": withdrawn }),
        })
    }

    async fn send(
        &self,
        description: &Description,
        name: &str,
        session: &mut C::Session,
        batch: Vec<OperationRecord>,
        last_round: bool,
    ) -> Result<Vec<(Settled, Option<Duration>)>, Early> {
        let (unsure, fresh): (Vec<_>, Vec<_>) = batch
            .into_iter()
            .partition(|record| record.state == OperationState::Sent);
        let mut settled = Vec::new();
        let mut sending = Vec::new();
        let found = read_back(description, session, &unsure).await?;
        for record in unsure {
            match found
                .get(&record.operation.class)
                .and_then(|objects| came_true(description, &record, objects))
            {
                Some(outcome) => settled.push((
                    self.settled((name, description), &record, outcome, last_round),
                    None,
                )),
                None => sending.push(record),
            }
        }
        sending.extend(fresh);
        if sending.is_empty() {
            return Ok(settled);
        }
        let ids: Vec<String> = sending.iter().map(|record| record.operation.id.clone()).collect();
        self.store.mark_sent(name, &ids).await?;
        let operations: Vec<_> = sending.iter().map(|record| record.operation.clone()).collect();
        let outcomes = match session.apply(&operations).await {
            Ok(outcomes) => outcomes,
            Err(fault) => match fault.kind {
                // The system asks for a pause: the same operations again, after it.
                FaultKind::RateLimited { after } if !last_round => {
                    vec![
                        Outcome::RetryLater {
                            after,
                            reason: fault.message.clone()
                        };
                        operations.len()
                    ]
                }
                _ => return Err(fault.into()),
            },
        };
        for (record, outcome) in sending.iter().zip(outcomes) {
            let after = match &outcome {
                Outcome::RetryLater { after, .. } => Some(*after),
                _ => None,
            };
            // A target may repeat what it was sent: nothing sensitive of it is kept in its words.
            let class = description.class(&record.operation.class);
            let outcome = Redaction::of(class, &record.operation.desired).outcome(class, outcome);
            settled.push((
                self.settled((name, description), record, outcome, last_round),
                after,
            ));
        }
        Ok(settled)
    }

    /// What an outcome means for the operation, for what is known of the object, and for the next cycle.
    pub(crate) fn settled(
        &self,
        (name, description): (&str, &Description),
        record: &OperationRecord,
        outcome: Outcome,
        last_round: bool,
    ) -> Settled {
        let operation = &record.operation;
        let told = serde_json::to_value(&outcome).unwrap_or_default();
        let mut settled = Settled {
            at: self.clock.now(),
            id: operation.id.clone(),
            state: OperationState::Done,
            outcome: told,
            shadows: Vec::new(),
            journal: None,
            finding: None,
        };
        let refuse = |settled: &mut Settled, found: Finding| {
            settled.state = OperationState::Refused;
            let object = ObjectRef {
                connection: name.to_owned(),
                class: operation.class.clone(),
                key: operation.key.clone(),
            };
            settled.finding = Some(found.about(object, record.entity));
        };
        match outcome {
            Outcome::Done(receipt) => settled.shadows = shadows(record, receipt, ShadowState::Confirmed),
            Outcome::Queued(receipt) => settled.shadows = shadows(record, receipt, ShadowState::Queued),
            Outcome::Unchanged => {
                let receipt = Receipt {
                    key: key_after(description, operation).to_owned(),
                    assigned: BTreeMap::new(),
                };
                settled.shadows = shadows(record, receipt, ShadowState::Confirmed);
            }
            Outcome::RetryLater { after, reason } if last_round || after > PATIENCE => {
                refuse(&mut settled, Finding::PutOff { words: reason });
            }
            Outcome::RetryLater { .. } => settled.state = OperationState::Deferred,
            Outcome::Conflict(object) => refuse(&mut settled, Finding::Conflict { key: object.key }),
            Outcome::Rejected(rejection) => {
                let words = if rejection.code.is_empty() {
                    rejection.message
                } else {
                    format!("{}: {}", rejection.code, rejection.message)
                };
                let attribute = rejection.attribute.unwrap_or_default();
                refuse(&mut settled, Finding::Rejected { words, attribute });
            }
        }
        settled
    }
}

/// What is known of the target's objects after an operation took effect. One that got another key is known under that alone.
fn shadows(record: &OperationRecord, receipt: Receipt, state: ShadowState) -> Vec<ShadowWrite> {
    let operation = &record.operation;
    let former = ShadowWrite::Remove(operation.class.clone(), operation.key.clone());
    if operation.action == Action::Delete {
        return vec![former];
    }
    let mut attributes = operation.desired.clone();
    attributes.extend(receipt.assigned);
    let renamed = operation.action == Action::Update && receipt.key != operation.key;
    let now = ShadowWrite::Put(Shadow {
        class: operation.class.clone(),
        key: receipt.key,
        entity: record.entity,
        state,
        cycle: record.cycle,
        attributes,
        ours: record.ours.clone(),
    });
    renamed.then_some(former).into_iter().chain([now]).collect()
}

/// The key that an object has once the operation has taken effect.
fn key_after<'a>(description: &Description, operation: &'a Operation) -> &'a str {
    description
        .class(&operation.class)
        .filter(|class| operation.action == Action::Update && operation.changed.contains(&class.key))
        .and_then(|class| operation.desired.get(&class.key)?.as_text())
        .unwrap_or(&operation.key)
}

/// Objects of a class as they were read back, by key.
pub(crate) type Found = HashMap<String, Object>;

/// Reads back the objects of operations whose outcome was lost, by class, where the target lets single objects be read. Where it does
/// not, or where there are so many that reading them one by one costs more than it saves, the operations are sent again.
pub(crate) async fn read_back<S: Session>(
    description: &Description,
    session: &mut S,
    unsure: &[OperationRecord],
) -> Result<HashMap<String, Found>, Early> {
    let mut found = HashMap::new();
    if unsure.len() > READ_BACK {
        return Ok(found);
    }
    let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for operation in unsure.iter().map(|record| &record.operation) {
        keys.entry(&operation.class)
            .or_default()
            .push(key_after(description, operation).to_owned());
    }
    for (class, keys) in keys {
        if description.class(class).is_some_and(|class| class.gettable) {
            let objects = session.get(class, &keys).await?;
            let objects = objects
                .into_iter()
                .map(|object| (object.key.clone(), object))
                .collect();
            found.insert(class.to_owned(), objects);
        }
    }
    Ok(found)
}

/// The outcome of an operation that the objects read back show to have taken effect; `None` when it has to be sent again.
pub(crate) fn came_true(
    description: &Description,
    record: &OperationRecord,
    found: &Found,
) -> Option<Outcome> {
    let operation = &record.operation;
    let key = key_after(description, operation);
    let took_effect = match (operation.action, found.get(key)) {
        (Action::Delete, object) => object.is_none(),
        (Action::Create | Action::Update, None) => false,
        (Action::Create | Action::Update, Some(object)) => operation
            .desired
            .iter()
            .all(|(name, value)| object.fields.get(name).cloned().unwrap_or_default().canonical() == *value),
    };
    took_effect.then(|| {
        Outcome::Done(Receipt {
            key: key.to_owned(),
            assigned: BTreeMap::new(),
        })
    })
}
