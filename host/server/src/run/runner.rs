//! Carries tasks out: one at a time in a tenant, so many at once in the installation. A cycle that waits holds only its own tenant and no
//! place at work; it goes on by itself when data or time may have mended it, and when somebody says so.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use samklang_store::Schedule;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, broadcast, watch};
use tokio::time::Instant;
use tracing::Instrument;

use crate::access::{Operator, Within};
use crate::desk::{Desk, DeskError, TenantPlan};
use crate::notice::Herald;
use crate::run::follow::Following;
use crate::run::lane::{By, Lane, LastError, Stopped, Wish};
use crate::run::patience::GoesOn;
use crate::run::{Clock, News, RunEnd, Task};
use crate::view::{Moment, TenantSummary};
use crate::watch::Meters;

/// How long the end of the server waits for tasks to come to a settled point.
pub const STOP_WITHIN: Duration = Duration::from_secs(60);
/// How long a task has to break off that has not come to one.
const BREAK_OFF: Duration = Duration::from_secs(2);
/// The supervisor looks at least once a minute; when it has not done so for this long it is not alive.
const BEAT: i64 = 180_000;

/// How long it is waited until it is known whether a task ends or goes on.
const KNOWN_WITHIN: Duration = Duration::from_secs(10);

/// Why a task is not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Busy {
    /// The same is at work or waits its turn.
    #[error("that is running already, or waits its turn: follow it there")]
    Already,
    /// Too much waits its turn.
    #[error("too many tasks of this tenant wait their turn: ask again when some of them are done")]
    Full,
    /// The server ends.
    #[error("the server is being stopped: ask again when it is back")]
    Stopping,
}

/// Carries tasks out.
#[derive(Clone)]
pub struct Runner(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) desk: Arc<dyn Desk>,
    pub(super) schedule: Schedule,
    pub(super) clock: Arc<dyn Clock>,
    meters: Arc<Meters>,
    herald: OnceLock<Arc<Herald>>,
    slots: Arc<Semaphore>,
    lanes: Mutex<HashMap<String, Lane>>,
    stopping: watch::Sender<bool>,
    /// What was kept since this server has been started, until it has read what a former one left: the two are told apart by it.
    pub(super) own: tokio::sync::Mutex<Option<BTreeSet<i64>>>,
    pub(super) drivers: watch::Sender<usize>,
    pub(super) poke: Notify,
    /// When the supervisor has looked last.
    pub(super) beat: watch::Sender<i64>,
}

impl Runner {
    /// A runner that carries out so many tasks at once.
    #[must_use]
    pub fn new(
        desk: Arc<dyn Desk>,
        schedule: Schedule,
        at_once: usize,
        clock: Arc<dyn Clock>,
        meters: Arc<Meters>,
    ) -> Self {
        Self(Arc::new(Inner {
            desk,
            schedule,
            clock,
            meters,
            herald: OnceLock::new(),
            slots: Arc::new(Semaphore::new(at_once.max(1))),
            lanes: Mutex::default(),
            stopping: watch::Sender::new(false),
            own: tokio::sync::Mutex::new(Some(BTreeSet::new())),
            drivers: watch::Sender::new(0),
            poke: Notify::new(),
            beat: watch::Sender::new(i64::MIN),
        }))
    }

    /// Has people told of what changes. Who tells them is set once.
    pub fn tell_by(&self, herald: Arc<Herald>) {
        if self.0.herald.set(herald).is_err() {
            tracing::error!("who tells people is set already");
        }
    }

    /// Begins what runs by itself: takes up what a former server left, keeps the schedules, tries again what waits, tells people.
    pub fn start(&self) {
        let runner = self.clone();
        tokio::spawn(async move { runner.supervise().await });
        let (runner, herald) = (self.clone(), self.0.herald.get().cloned());
        tokio::spawn(async move {
            let Some(herald) = herald else { return };
            tokio::select! {
                () = runner.stopped() => {}
                () = herald.deliver_always(&runner.0.desk, &*runner.0.clock) => {}
            }
        });
    }

    /// Tells people what has changed in a tenant.
    pub(super) async fn announce(&self, tenant: &str) {
        let Some(herald) = self.0.herald.get() else { return };
        let stopped = self.glance(tenant, Stopped::default(), Lane::stopped);
        let plans = self.0.desk.tenants().await;
        let Some(plan) = plans.iter().find(|plan| plan.name == tenant) else {
            return;
        };
        match self.0.desk.summary(&Within::by_schedule(tenant).lower()).await {
            Ok(summary) => herald.look(plan, &summary, &stopped, self.0.clock.now()).await,
            Err(error) => {
                tracing::warn!(tenant, %error, "a tenant cannot be looked at, so that nothing is told of it")
            }
        }
    }

    /// Tells people what has changed where nothing is at work: what waits becomes late without anything happening, and commands leave things
    /// that nobody was told of.
    pub(super) async fn watch(&self, plans: &[Arc<TenantPlan>]) {
        let Some(herald) = self.0.herald.get() else { return };
        let rests = |plan: &&Arc<TenantPlan>| self.glance(&plan.name, true, |lane| !lane.driven);
        let at = plans.iter().filter(rests);
        let at: Vec<_> = at.map(|plan| Within::by_schedule(&plan.name).lower()).collect();
        let summaries = match self.0.desk.summaries(&at).await {
            Ok(summaries) => summaries,
            Err(error) => {
                tracing::warn!(%error, "the tenants cannot be looked at, so that nothing is told of them");
                Vec::new()
            }
        };
        let mut all = plans.iter();
        let seen = summaries.into_iter().filter_map(|summary| {
            // What was begun meanwhile is told of when it ends.
            let plan = all.find(|plan| plan.name == summary.name).filter(rests)?;
            let stopped = self.glance(&plan.name, Stopped::default(), Lane::stopped);
            Some((Arc::clone(plan), summary, stopped))
        });
        herald
            .watch(plans, &Vec::from_iter(seen), self.0.clock.now())
            .await;
    }

    /// Has a task carried out, at once or when its turn comes. What is taken on is kept until it is done, over restarts.
    ///
    /// # Errors
    ///
    /// See [`Busy`].
    pub async fn begin(&self, at: Within<Operator>, task: Task) -> Result<(), Busy> {
        if self.is_stopping() {
            return Err(Busy::Stopping);
        }
        self.lane(at.tenant(), |lane| lane.admits(&task))?;
        let kept = self.keep(&at, &task).await;
        let tenant = at.tenant().to_owned();
        let taken = self.take_on(Wish {
            at,
            task,
            kept,
            broken_off: false,
        });
        if let Err(busy) = taken.await {
            // It was refused, so that nobody waits for it.
            self.forget(&tenant, kept).await;
            return Err(busy);
        }
        Ok(())
    }

    /// Puts what is kept already into its tenant's row. What stands there already is not kept twice.
    pub(super) async fn take_on(&self, wish: Wish) -> Result<(), Busy> {
        let (tenant, kept) = (wish.at.tenant().to_owned(), wish.kept);
        let queued = self.lane(&tenant, |lane| {
            lane.queue(wish)?;
            lane.tell(News::Changed);
            Ok(!std::mem::replace(&mut lane.driven, true))
        });
        match queued {
            Ok(true) => self.drive(tenant),
            Ok(false) => {}
            Err(busy) => {
                if busy == Busy::Already {
                    self.forget(&tenant, kept).await;
                }
                return Err(busy);
            }
        }
        Ok(())
    }

    /// Has a task carried out that a person asks for. Whoever asks just when the same comes to its end, which the pages may have told already,
    /// is not refused for what is over: it is waited until it has, or its next step shows that it goes on.
    ///
    /// # Errors
    ///
    /// See [`Busy`].
    pub async fn ask(&self, at: Within<Operator>, task: Task) -> Result<(), Busy> {
        let mut news = self.listen(at.tenant());
        let known = tokio::time::sleep(KNOWN_WITHIN);
        tokio::pin!(known);
        loop {
            let begun = self.begin(at.clone(), task.clone()).await;
            let may_end = || self.glance(at.tenant(), false, |lane| lane.may_end(&task));
            if begun != Err(Busy::Already) || !may_end() {
                return begun;
            }
            tokio::select! {
                heard = news.recv() => if heard == Err(RecvError::Closed) { return begun; },
                () = &mut known => return begun,
            }
        }
    }

    /// Something is at work in a tenant, or waits for a place at work.
    #[must_use]
    pub fn is_running(&self, tenant: &str) -> bool {
        self.glance(tenant, false, |lane| lane.current.is_some())
    }

    /// A task is at work in a tenant, or waits its turn.
    pub(crate) fn has(&self, tenant: &str, task: &Task) -> bool {
        self.glance(tenant, false, |lane| lane.has(task))
    }

    /// When the tenant's next cycle begins by itself.
    #[must_use]
    pub fn next(&self, tenant: &str) -> Option<Moment> {
        self.glance(tenant, None, |lane| lane.next.map(Moment))
    }

    /// Says of a tenant at a glance what the runner alone knows.
    pub(crate) fn fill_in(&self, summary: &mut TenantSummary) {
        summary.running = self.is_running(&summary.name);
        summary.next = self.next(&summary.name);
    }

    /// When a cycle that waits is tried again by itself.
    #[must_use]
    pub fn tries_again(&self, tenant: &str) -> Option<Moment> {
        self.glance(tenant, None, |lane| lane.waiting.as_ref()?.due.map(Moment))
    }

    /// Why the last task of a tenant could not be run at all; none when it could.
    #[must_use]
    pub fn last_error(&self, tenant: &str) -> Option<LastError> {
        self.glance(tenant, None, |lane| lane.error.clone())
    }

    /// What is told of a tenant from now on.
    #[must_use]
    pub fn listen(&self, tenant: &str) -> broadcast::Receiver<News> {
        self.lane(tenant, |lane| lane.listen())
    }

    /// Notes whether a step of what is at work in a tenant is.
    pub(crate) fn rest(&self, tenant: &str, rests: bool) {
        self.lane(tenant, |lane| lane.rests = rests);
    }

    /// Tells those who listen.
    pub(crate) fn tell(&self, tenant: &str, news: News) {
        self.glance(tenant, (), |lane| lane.tell(news));
    }

    /// Something happened that may let the tenant's cycle go on: a file has arrived, or a person has decided. A cycle that waits goes on at
    /// once; where nothing waits, or a person has ended it, nothing happens.
    pub fn wake(&self, tenant: &str) {
        let waits = self.lane(tenant, |lane| {
            if lane.current.as_ref().is_some_and(Task::is_cycle) {
                lane.woken = true;
                return None;
            }
            if let Some(waiting) = &mut lane.waiting {
                waiting.attempts = 0;
            }
            Some(lane.waiting.is_some())
        });
        let (runner, tenant) = (self.clone(), tenant.to_owned());
        match waits {
            Some(true) => drop(tokio::spawn(async move { runner.go_on(&tenant).await })),
            Some(false) => drop(tokio::spawn(async move { runner.wake_unknown(&tenant).await })),
            None => {}
        }
    }

    /// Has a cycle that waits go on, unless it has come to its end meanwhile, such as by a person who rejected it.
    pub(super) async fn go_on(&self, tenant: &str) {
        let Some(waiting) = self.glance(tenant, None, |lane| lane.waiting.clone()) else {
            return;
        };
        if self.is_over(tenant, waiting.by).await {
            self.lane(tenant, |lane| {
                lane.waiting = None;
                // What kept it from being run here kept nothing from being done.
                lane.error = None;
                lane.tell(News::Changed);
            });
            self.forget(tenant, waiting.kept).await;
            self.announce(tenant).await;
            return;
        }
        let again = Wish {
            at: Within::by_schedule(tenant),
            task: waiting.task,
            kept: waiting.kept,
            broken_off: false,
        };
        // It may wait its turn already, asked for by somebody, and is kept as that.
        let _ = self.take_on(again).await;
    }

    /// Whether a cycle has carried out what waits; none has as long as nobody can tell.
    async fn is_over(&self, tenant: &str, by: By) -> bool {
        let summary = match by {
            By::None => return false,
            By::Newest | By::After(_) => self.0.desk.summary(&Within::by_schedule(tenant).lower()).await,
        };
        summary.is_ok_and(|summary| by.is_over(summary.cycle.as_ref()))
    }

    /// Which cycle carries out a task that ended so and goes on.
    async fn by(&self, tenant: &str, end: &Result<RunEnd, DeskError>) -> By {
        match end {
            Ok(_) => By::Newest,
            Err(DeskError::Moved(_)) => {
                match self.0.desk.summary(&Within::by_schedule(tenant).lower()).await {
                    Ok(summary) => By::after(summary.cycle.as_ref()),
                    Err(_) => By::None,
                }
            }
            Err(_) => By::None,
        }
    }

    /// Whether the newest cycle of a tenant has not come to its end; so it is as long as nobody can tell.
    async fn is_open(&self, tenant: &str) -> bool {
        match self.0.desk.summary(&Within::by_schedule(tenant).lower()).await {
            Ok(summary) => summary.cycle.is_some_and(|cycle| cycle.ended.is_none()),
            Err(_) => true,
        }
    }

    /// Lets go on what was stopped in another process, such as a command. Plans that wait to be carried out are somebody's to carry out.
    async fn wake_unknown(&self, tenant: &str) {
        let at = Within::by_schedule(tenant);
        let Ok(summary) = self.0.desk.summary(&at.lower()).await else {
            return;
        };
        let open = summary.cycle.is_some_and(|cycle| cycle.ended.is_none());
        let goes_on = match summary.waits {
            Some(_) => true,
            None => self.0.desk.plan(&at.lower()).await.is_ok_and(|plan| !plan.open),
        };
        if open && goes_on {
            let _ = self.begin(at, Task::Cycle).await;
        }
    }

    /// Whether what runs by itself is at work, for the answer to whether the server is ready.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        let beat = *self.0.beat.borrow();
        self.0.clock.now().saturating_sub(beat) < BEAT
    }

    /// Ends: asks every task to stop at its next settled point, and breaks off what has not by then. Whatever was not done is taken up by
    /// the next server.
    pub async fn stop(&self, within: Duration) {
        self.0.stopping.send_replace(true);
        let mut drivers = self.0.drivers.subscribe();
        if tokio::time::timeout(within, drivers.wait_for(|count| *count == 0))
            .await
            .is_ok()
        {
            return;
        }
        for (tenant, lane) in self.lanes().iter() {
            if let Some(abort) = &lane.abort {
                tracing::warn!(
                    tenant,
                    "a task is broken off; the next server takes it up where it was"
                );
                abort.abort();
            }
        }
        let _ = tokio::time::timeout(BREAK_OFF, drivers.wait_for(|count| *count == 0)).await;
    }

    /// Resolves when the server ends, so that whoever listens for ever stops listening.
    pub async fn stopped(&self) {
        let mut stopping = self.0.stopping.subscribe();
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }

    pub(super) fn is_stopping(&self) -> bool {
        *self.0.stopping.borrow()
    }

    pub(crate) fn desk(&self) -> &Arc<dyn Desk> {
        &self.0.desk
    }

    fn lanes(&self) -> std::sync::MutexGuard<'_, HashMap<String, Lane>> {
        self.0.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with a tenant's lane.
    pub(super) fn lane<T>(&self, tenant: &str, work: impl FnOnce(&mut Lane) -> T) -> T {
        let mut lanes = self.lanes();
        match lanes.get_mut(tenant) {
            Some(lane) => work(lane),
            None => work(lanes.entry(tenant.to_owned()).or_insert_with(Lane::new)),
        }
    }

    /// Looks at a tenant's lane, if there is one.
    fn glance<T>(&self, tenant: &str, otherwise: T, look: impl FnOnce(&Lane) -> T) -> T {
        self.lanes().get(tenant).map_or(otherwise, look)
    }

    /// How many tasks are at work, how many wait for their turn or a place, and how many cycles wait for something.
    #[must_use]
    pub fn numbers(&self) -> (usize, usize, usize) {
        self.lanes().values().fold((0, 0, 0), |(work, turn, wait), lane| {
            let at_work = lane.abort.is_some();
            let begun = usize::from(lane.current.is_some() && !at_work);
            let waits = usize::from(lane.waiting.is_some());
            (
                work + usize::from(at_work),
                turn + lane.queued() + begun,
                wait + waits,
            )
        })
    }

    /// Carries out what stands in a tenant's row, until nothing does.
    fn drive(&self, tenant: String) {
        self.0.drivers.send_modify(|count| *count += 1);
        let driving = Driving(self.clone());
        tokio::spawn(async move {
            while let Some(wish) = driving.0.lane(&tenant, Lane::take) {
                driving.0.carry_out(wish).await;
            }
        });
    }

    async fn carry_out(&self, wish: Wish) {
        let tenant = wish.at.tenant().to_owned();
        let place = tokio::select! {
            biased;
            () = self.stopped() => None,
            place = Arc::clone(&self.0.slots).acquire_owned() => place.ok(),
        };
        let Some(place) = place else {
            self.lane(&tenant, Lane::clear);
            return;
        };
        // What was cut off may have left a cycle of its own, which is taken up in its place.
        let leaves_cycle = matches!(
            wish.task,
            Task::Errand { .. } | Task::Fetch { .. } | Task::LinkJob { .. }
        );
        let rest = leaves_cycle && wish.broken_off && self.is_open(&tenant).await;
        let task = if rest { Task::Cycle } else { wish.task.clone() };
        self.note_begun(&wish).await;
        let started = Instant::now();
        let end = self.at_work(&wish.at, &task, place).await;
        self.0
            .meters
            .task(wish.task.kind(), ending(&end), started.elapsed());
        self.settle(wish, end).await;
        self.announce(&tenant).await;
    }

    async fn at_work(
        &self,
        at: &Within<Operator>,
        task: &Task,
        _place: OwnedSemaphorePermit,
    ) -> Result<RunEnd, DeskError> {
        let tenant = at.tenant();
        let span = tracing::info_span!("task", tenant, kind = task.kind());
        let following = Following::new(
            self.clone(),
            at.clone(),
            Arc::clone(&self.0.meters),
            self.0.stopping.subscribe(),
            span.clone(),
        );
        let (desk, at, task) = (Arc::clone(&self.0.desk), at.clone(), task.clone());
        // A task of its own, so that one that panics takes nothing with it.
        let work = async move { desk.run(&at, &task, Arc::new(following)).await };
        let work = tokio::spawn(work.instrument(span));
        self.lane(tenant, |lane| {
            lane.abort = Some(work.abort_handle());
            lane.tell(News::Changed);
        });
        match work.await {
            Ok(end) => end,
            Err(broken) if broken.is_cancelled() => Ok(RunEnd::Interrupted),
            Err(broken) => Err(DeskError::Failed(format!(
                "the task broke off by a fault of the program ({broken}): tell support, with the log"
            ))),
        }
    }

    /// Notes how a task ended, and what becomes of it.
    async fn settle(&self, wish: Wish, end: Result<RunEnd, DeskError>) {
        let (tenant, kind) = (wish.at.tenant(), wish.task.kind());
        match &end {
            Ok(end) => tracing::info!(tenant, kind, end = ending(&Ok(end.clone())), "a task ended"),
            Err(error) => tracing::error!(tenant, kind, %error, "a task could not be run"),
        }
        let now = self.0.clock.now();
        // Targets that failed wait for the next cycle, when all the others are done.
        let over = matches!(end, Ok(RunEnd::Stopped(_))) && !self.is_open(tenant).await;
        let goes_on = GoesOn::from_end(&end).filter(|_| !over);
        let by = self.by(tenant, &end).await;
        let left = self.is_stopping() && end == Ok(RunEnd::Interrupted);
        let is_done = !left && (goes_on.is_none() || !wish.task.is_cycle());
        let mut done = Vec::from_iter(wish.kept.filter(|_| is_done));
        self.lane(tenant, |lane| {
            lane.abort = None;
            lane.current = None;
            let (error, wait) = match end {
                Ok(RunEnd::Stopped(wait)) => (None, Some(wait)),
                Ok(_) => (None, None),
                Err(error) => (Some(error), None),
            };
            lane.error = error.map(|error| LastError {
                at: Moment(now),
                error,
            });
            if wish.task.is_cycle() && !left {
                lane.wait = wait;
                // What waited before has come to this: it is not kept beside it.
                let before = lane.waiting.as_ref().and_then(|waiting| waiting.kept);
                done.extend(before.filter(|before| wish.kept != Some(*before)));
                lane.kept_from = lane.error.as_ref().map(|last| last.error.clone());
                match goes_on {
                    None => lane.waiting = None,
                    Some(goes_on) => lane.stop(&wish, goes_on, by, now),
                }
                if std::mem::take(&mut lane.woken) && goes_on.is_some() {
                    let at = Within::by_schedule(tenant);
                    // Something else may have put it into the row.
                    let _ = lane.queue(Wish {
                        at,
                        broken_off: false,
                        ..wish.clone()
                    });
                }
            }
            lane.tell(News::Changed);
        });
        for id in done {
            self.forget(tenant, Some(id)).await;
        }
        self.0.poke.notify_one();
    }
}

/// Counts those who drive a tenant's tasks.
struct Driving(Runner);

impl Drop for Driving {
    fn drop(&mut self) {
        self.0
            .0
            .drivers
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// The word for how a task ended.
fn ending(end: &Result<RunEnd, DeskError>) -> &'static str {
    match end {
        Ok(RunEnd::Done) => "done",
        Ok(RunEnd::Planned) => "planned",
        Ok(RunEnd::Stopped(_)) => "stopped",
        Ok(RunEnd::Interrupted) => "interrupted",
        Err(_) => "error",
    }
}
