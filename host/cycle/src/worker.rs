//! Takes up a tenant's cycle, or begins one, and carries its steps out in order until one stops or all are done.

use std::sync::Mutex;

use samklang_core::port::{
    Begun, Clock, Connectors, Counts, CycleState, StepRecord, StepSpec, StepState, Store, Usage,
};

use crate::errand::{Errand, FETCH, is_errand};
use crate::link::{LINK, LINK_TRIED, LinkJob, Links, is_link_job};
use crate::stop::{CycleError, Early, Stop};
use crate::tenant::{Connection, Role, Tenant};

/// Follows a run while it goes on.
pub trait Progress: Send + Sync {
    /// A step changed its state.
    fn step(&self, spec: &StepSpec, state: StepState);
    /// A step has counted so far.
    fn count(&self, spec: &StepSpec, counts: &Counts);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy)]
pub struct Quiet;

impl Progress for Quiet {
    fn step(&self, _: &StepSpec, _: StepState) {}
    fn count(&self, _: &StepSpec, _: &Counts) {}
}

/// How far to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// To the end.
    Run,
    /// To the plans: nothing is sent to any target. The next run carries out exactly these plans.
    Plan,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// Every step is done.
    Done,
    /// The plans are settled and wait to be run.
    Planned,
    /// A step waits for a person.
    Waiting(Stop),
    /// A step could not go on; the next run takes it up there.
    Failed(Stop),
}

/// What a run did.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The cycle.
    pub cycle: i64,
    /// It had been begun before this run.
    pub resumed: bool,
    /// How it ended.
    pub ended: Ended,
    /// Its steps as they are now.
    pub steps: Vec<StepRecord>,
}

/// Runs cycles of one tenant.
pub struct Worker<'a, S, C, K> {
    /// The tenant's part of the store.
    pub store: &'a S,
    /// The tenant's connections.
    pub connectors: &'a C,
    /// The time of day.
    pub clock: &'a K,
    /// The tenant's configuration.
    pub tenant: &'a Tenant,
    /// Who follows.
    pub progress: &'a dyn Progress,
}

/// One step while it runs.
pub(crate) struct Step<'a> {
    pub(crate) cycle: i64,
    pub(crate) position: u32,
    pub(crate) spec: &'a StepSpec,
    /// A person let pass what a guard had halted.
    pub(crate) released: bool,
    /// Whom it is about, when it is not about everybody.
    pub(crate) errand: Option<&'a Errand>,
    /// The link job that it is of, with where what it found is told.
    pub(crate) job: Option<Job<'a>>,
}

/// A link job, and where what it found is told.
pub(crate) type Job<'a> = (&'a LinkJob, &'a Mutex<Links>);

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// Runs the tenant's cycle.
    ///
    /// # Errors
    ///
    /// When the store fails or another worker has the cycle. What goes wrong within a step is in the report instead.
    pub async fn run(&self, mode: Mode) -> Result<Report, CycleError> {
        let begun = self
            .store
            .begin_cycle(&self.tenant.steps, self.clock.now())
            .await?;
        let steps = self.store.steps(begun.cycle).await?;
        let taken_up = begun.resumed && (is_errand(&steps) || is_link_job(&steps));
        let report = self.finish(begun, mode, None).await?;
        if !taken_up || report.ended != Ended::Done {
            return Ok(report);
        }
        // What was left of an errand or a link job is done; now for everybody.
        let begun = self
            .store
            .begin_cycle(&self.tenant.steps, self.clock.now())
            .await?;
        self.finish(begun, mode, None).await
    }

    /// Carries out the steps of a cycle that has been begun, and gives the tenant back.
    pub(crate) async fn finish(
        &self,
        begun: Begun,
        mode: Mode,
        errand: Option<&Errand>,
    ) -> Result<Report, CycleError> {
        self.finish_with(begun, mode, errand, None).await
    }

    /// The same for a link job.
    pub(crate) async fn finish_with(
        &self,
        begun: Begun,
        mode: Mode,
        errand: Option<&Errand>,
        job: Option<Job<'_>>,
    ) -> Result<Report, CycleError> {
        let ended = self.steps(begun.cycle, mode, errand, job).await;
        // Whatever happened, the tenant is free again; a lease that is lost already needs no giving back.
        let freed = self.store.release_lease().await;
        let ended = ended?;
        freed?;
        Ok(Report {
            cycle: begun.cycle,
            resumed: begun.resumed,
            ended,
            steps: self.store.steps(begun.cycle).await?,
        })
    }

    async fn steps(
        &self,
        cycle: i64,
        mode: Mode,
        errand: Option<&Errand>,
        job: Option<Job<'_>>,
    ) -> Result<Ended, CycleError> {
        let mut held_back = false;
        let mut failed: Option<Stop> = None;
        let mut failing: Vec<String> = Vec::new();
        // Targets whose plans are kept for a person to read first.
        let mut held = Vec::new();
        let mut records = self.store.steps(cycle).await?;
        if self.reads_again(&records).await? {
            records = self.take_back(cycle, records).await?;
        }
        for record in records {
            match record.state {
                StepState::Done => continue,
                StepState::Halted => {
                    let stop = record.message.as_deref().and_then(Stop::parse);
                    self.store
                        .set_cycle(cycle, CycleState::Halted, self.clock.now())
                        .await?;
                    return Ok(Ended::Waiting(
                        stop.unwrap_or_else(|| Stop::refused("a guard halted the step".to_owned())),
                    ));
                }
                _ => {}
            }
            let step = Step {
                cycle,
                position: record.position,
                spec: &record.spec,
                released: record.state == StepState::Released,
                errand,
                job,
            };
            // What comes after a target's failure and is about that target would fail as well.
            if step
                .spec
                .connection
                .as_ref()
                .is_some_and(|name| failing.contains(name))
            {
                continue;
            }
            self.store.renew_lease(self.clock.now()).await?;
            let waits = mode == Mode::Plan || held.contains(&record.spec.connection);
            if waits && record.spec.kind == "feedback" {
                held_back = true;
                continue;
            }
            if let Some(note) = self.unenrolled(&record.spec).await? {
                self.settle(&step, StepState::Done, Counts::default(), Some(&note))
                    .await?;
                continue;
            }
            // A release stays noted until the step has made use of it.
            if !step.released {
                self.store
                    .begin_step(cycle, record.position, self.clock.now())
                    .await?;
            }
            self.progress.step(&record.spec, StepState::Running);
            let carried_out = self.step(&step, mode).await;
            self.note_usage(cycle, &record).await?;
            let carried_out = carried_out.map_err(|early| match early {
                Early::Stop(stop) => Early::Stop(stop.about(record.spec.connection.as_deref())),
                other => other,
            });
            match carried_out {
                Ok((counts, finished)) => {
                    let state = if finished {
                        StepState::Done
                    } else {
                        StepState::Pending
                    };
                    held_back |= !finished;
                    if !finished {
                        held.push(record.spec.connection.clone());
                    }
                    let note = if finished {
                        self.left_for_another_day(&record.spec).await?
                    } else {
                        None
                    };
                    self.settle(&step, state, counts, note.as_ref()).await?;
                }
                Err(Early::Halt(stop)) => {
                    self.settle(&step, StepState::Halted, record.counts, Some(&stop))
                        .await?;
                    self.store
                        .set_cycle(cycle, CycleState::Halted, self.clock.now())
                        .await?;
                    return Ok(Ended::Waiting(stop));
                }
                // One target that fails does not stop the others.
                Err(Early::Stop(stop)) if mode == Mode::Run && self.stands_alone(&record.spec) => {
                    let name = record.spec.connection.clone().unwrap_or_default();
                    self.store.withdraw(&name).await?;
                    self.settle(&step, StepState::Failed, record.counts, Some(&stop))
                        .await?;
                    failing.push(name);
                    failed.get_or_insert(stop);
                }
                Err(Early::Stop(stop)) => {
                    self.settle(&step, StepState::Failed, record.counts, Some(&stop))
                        .await?;
                    self.store
                        .set_cycle(cycle, CycleState::Failed, self.clock.now())
                        .await?;
                    return Ok(Ended::Failed(stop));
                }
                Err(Early::Store(error)) => return Err(error.into()),
            }
        }
        if !held_back && errand.is_none() {
            self.retain(cycle).await?;
        }
        if let Some(stop) = failed {
            self.store
                .set_cycle(cycle, CycleState::Incomplete, self.clock.now())
                .await?;
            return Ok(Ended::Failed(stop));
        }
        if held_back {
            return Ok(Ended::Planned);
        }
        self.store
            .set_cycle(cycle, CycleState::Done, self.clock.now())
            .await?;
        Ok(Ended::Done)
    }

    /// Notes what the step's sessions used, however it ended.
    async fn note_usage(&self, cycle: i64, record: &StepRecord) -> Result<(), CycleError> {
        let Some(connection) = &record.spec.connection else {
            return Ok(());
        };
        let used = self.connectors.take_usage(connection);
        if used == Usage::default() {
            return Ok(());
        }
        let mut sum = record.usage.clone();
        sum.add(&used);
        Ok(self.store.note_usage(cycle, record.position, &sum).await?)
    }

    /// Why an export has nothing to do: its target is not enrolled.
    async fn unenrolled(&self, spec: &StepSpec) -> Result<Option<Stop>, CycleError> {
        let name = spec.connection.as_deref().unwrap_or_default();
        match self.tenant.connections.get(name) {
            Some(connection) if spec.kind == "export" => Ok(self.not_enrolled(name, connection).await?),
            _ => Ok(None),
        }
    }

    /// Whether a halted comparison shall be made again: a source may deliver something else by now. Where the host can tell when it
    /// delivered, it looks; elsewhere the source is asked.
    async fn reads_again(&self, records: &[StepRecord]) -> Result<bool, CycleError> {
        let Some(halted) = halted_comparison(records) else {
            return Ok(false);
        };
        for import in imports_of(records, halted) {
            let name = import.spec.connection.as_deref().unwrap_or_default();
            let noted = self.store.import_note(name).await?;
            let delivered = self.connectors.delivered(name).await;
            if delivered.is_none() || delivered != noted.and_then(|note| note.delivered) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Takes a halted comparison back, with the imports that it is about: they are made again. The comparison goes first, so that nobody
    /// releases what is not there any more.
    async fn take_back(
        &self,
        cycle: i64,
        mut records: Vec<StepRecord>,
    ) -> Result<Vec<StepRecord>, CycleError> {
        let Some(halted) = halted_comparison(&records) else {
            return Ok(records);
        };
        let imports: Vec<u32> = imports_of(&records, halted)
            .map(|import| import.position)
            .collect();
        let again = |record: &StepRecord| record.position == halted || imports.contains(&record.position);
        for record in records.iter_mut().rev().filter(|record| again(record)) {
            let (counts, now) = (Counts::default(), self.clock.now());
            self.store
                .settle_step(cycle, record.position, StepState::Pending, counts, None, now)
                .await?;
            record.state = StepState::Pending;
        }
        Ok(records)
    }

    async fn settle(
        &self,
        step: &Step<'_>,
        state: StepState,
        counts: Counts,
        stop: Option<&Stop>,
    ) -> Result<(), CycleError> {
        let message = stop.map(Stop::kept);
        self.store
            .settle_step(
                step.cycle,
                step.position,
                state,
                counts,
                message.as_deref(),
                self.clock.now(),
            )
            .await?;
        self.progress.step(step.spec, state);
        Ok(())
    }

    /// Carries one step out; answers what it counted and whether it is finished.
    async fn step(&self, step: &Step<'_>, mode: Mode) -> Result<(Counts, bool), Early> {
        let name = step.spec.connection.as_deref().unwrap_or_default();
        let connection = || {
            self.tenant.connections.get(name).ok_or_else(|| {
                Early::Stop(Stop {
                    remedy: "put the connection back, run, and remove it after this cycle has ended"
                        .to_owned(),
                    owner: samklang_core::Owner::Operator,
                    ..Stop::refused(format!(
                        "the unfinished cycle has a step for `{name}`, which the configuration no longer has"
                    ))
                })
            })
        };
        match step.spec.kind.as_str() {
            "import" => self
                .import(step, name, connection()?)
                .await
                .map(|counts| (counts, true)),
            FETCH => self
                .fetch(step, name, connection()?)
                .await
                .map(|counts| (counts, true)),
            LINK | LINK_TRIED => self
                .link_step(step, name, connection()?)
                .await
                .map(|counts| (counts, true)),
            "compare" => self.compare(step).await.map(|counts| (counts, true)),
            "reconcile" => self.reconcile(step).await.map(|counts| (counts, true)),
            "export" => self.export(step, name, connection()?, mode).await,
            "feedback" => self
                .feedback(step, name, connection()?)
                .await
                .map(|counts| (counts, true)),
            other => Err(Early::Stop(Stop::refused(format!("there is no step `{other}`")))),
        }
    }

    /// Whether the others can go on without the step: it is about a target, which what comes after does not rest on. What a target that is
    /// also a source said last goes on counting.
    fn stands_alone(&self, spec: &StepSpec) -> bool {
        let role = spec
            .connection
            .as_deref()
            .and_then(|name| Some(self.connection(name)?.role));
        match spec.kind.as_str() {
            "export" | "feedback" | LINK | LINK_TRIED => true,
            "import" => role == Some(Role::Both),
            _ => false,
        }
    }

    pub(crate) fn connection(&self, name: &str) -> Option<&Connection> {
        self.tenant.connections.get(name)
    }
}

/// The comparison that is halted.
fn halted_comparison(records: &[StepRecord]) -> Option<u32> {
    records
        .iter()
        .find(|record| record.spec.kind == "compare" && record.state == StepState::Halted)
        .map(|record| record.position)
}

/// The imports that a comparison is about: those since the comparison before it.
fn imports_of(records: &[StepRecord], comparison: u32) -> impl Iterator<Item = &StepRecord> {
    let since = records
        .iter()
        .filter(|record| record.spec.kind == "compare" && record.position < comparison)
        .map(|record| record.position)
        .max();
    records.iter().filter(move |record| {
        record.spec.kind == "import"
            && record.position < comparison
            && since.is_none_or(|since| record.position > since)
    })
}
