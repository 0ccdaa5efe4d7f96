//! A small stand-in of the program for what runs: tenants whose tasks end as a test says, by a clock that the test turns.

use std::collections::{HashMap, VecDeque};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::key::{Keyring, TenantKey};
use samklang_core::port::{Counts, StepSpec, StepState};
use samklang_core::retention::Kept;
use samklang_store::{Installation, Worker};
use tokio::sync::watch;
use uuid::Uuid;

use crate::access::{Administrator, Approver, Operator, Viewer, Within};
use crate::desk::{Answer, Desk, DeskError, TenantPlan};
use crate::notice::Recipients;
use crate::run::{Clock, Follower, RunEnd, Runner, Task};
use crate::view::{
    Activated, Build, BuildDescription, BuildTrial, BuildVerdict, BuildWish, Case, CaseAnswer, Connection,
    Cycle, CycleSummary, Enrolled, Enrolment, EnrolmentWish, Entity, Erased, Explanation, Finding, Forecast,
    Halt, HaltSearch, Installed, JournalEntry, JournalVerdict, LinkJob, LinkWish, Linked, Look,
    MappingQuestion, MappingTrial, Match, Moment, Night, OperationStory, OverrideWish, Page, Part, Plan,
    PlannedOperation, Promotion, PromotionWish, Quarantined, Question, Ruling, Subject, TenantSummary,
    Verdict, Wait,
};
use crate::watch::Meters;

/// A clock that shows what a test sets it to.
#[derive(Clone)]
pub(crate) struct HandClock(watch::Sender<i64>);

impl HandClock {
    /// It shows that time now.
    pub(crate) fn at(time: &str) -> Self {
        let at = time.parse::<jiff::Timestamp>().unwrap();
        Self(watch::Sender::new(at.as_millisecond()))
    }

    /// So many minutes pass at once.
    pub(crate) fn turn(&self, minutes: i64) {
        self.0.send_modify(|now| *now += minutes * 60_000);
    }

    /// So many minutes pass, and everything that happens in each of them.
    pub(crate) async fn pass(&self, runner: &Runner, minutes: i64) {
        for _ in 0..minutes {
            self.turn(1);
            self.quiet(runner).await;
        }
    }

    /// Waits until nothing is at work and everything that is due has begun.
    pub(crate) async fn quiet(&self, runner: &Runner) {
        let (mut drivers, mut beat) = (runner.0.drivers.subscribe(), runner.0.beat.subscribe());
        let now = self.now();
        loop {
            beat.wait_for(|beat| *beat >= now).await.unwrap();
            drivers.wait_for(|drivers| *drivers == 0).await.unwrap();
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            if *drivers.borrow() == 0 {
                return;
            }
        }
    }
}

impl Clock for HandClock {
    fn now(&self) -> i64 {
        *self.0.borrow()
    }

    fn until(&self, at: i64) -> BoxFuture<'static, ()> {
        let mut time = self.0.subscribe();
        async move {
            if time.wait_for(|now| *now >= at).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}

/// What a cycle waits for.
pub(crate) fn wait(code: &str, fault: Option<&str>) -> Wait {
    Wait {
        position: 0,
        kind: "import".into(),
        connection: Some("ist".into()),
        system: Some("IST".into()),
        look: match (code, fault) {
            ("guard", _) => Look::Halted,
            (_, Some("waiting-for-data")) => Look::Waiting,
            _ => Look::Failed,
        },
        code: code.into(),
        fault: fault.map(str::to_owned),
        since: None,
        usual: None,
        not_before: None,
        owner: "operator".into(),
        message: "it does not go on".into(),
        remedy: "mend it".into(),
    }
}

pub(crate) fn stopped(code: &str, fault: Option<&str>) -> Answer<RunEnd> {
    Ok(RunEnd::Stopped(Box::new(wait(code, fault))))
}

/// A task that was carried out, or is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ran {
    pub(crate) tenant: String,
    pub(crate) who: String,
    pub(crate) task: Task,
    /// The time of the clock.
    pub(crate) at: i64,
}

#[derive(Default)]
struct Truth {
    plans: Vec<TenantPlan>,
    ends: HashMap<String, VecDeque<Answer<RunEnd>>>,
    summaries: HashMap<String, TenantSummary>,
    ran: Vec<Ran>,
}

/// The stand-in.
pub(crate) struct Stage {
    clock: HandClock,
    truth: Mutex<Truth>,
    /// Tasks go on as long as it says so.
    held: watch::Sender<bool>,
    /// Tasks whose steps are done have not come to their end as long as it says so.
    lingers: watch::Sender<bool>,
    /// A task that is held goes on being held when it is asked to stop.
    pub(crate) deaf: AtomicBool,
    /// A cycle that stops has come to its end: but for a target, all of it is done.
    pub(crate) ends_all: AtomicBool,
    at_work: watch::Sender<usize>,
    begun: watch::Sender<usize>,
    counted: watch::Sender<usize>,
}

impl Stage {
    pub(crate) fn new(clock: HandClock, tenants: &[&str]) -> Arc<Self> {
        let stage = Self {
            clock,
            truth: Mutex::default(),
            held: watch::Sender::new(false),
            lingers: watch::Sender::new(false),
            deaf: false.into(),
            ends_all: false.into(),
            at_work: watch::Sender::new(0),
            begun: watch::Sender::new(0),
            counted: watch::Sender::new(0),
        };
        stage.truth.lock().unwrap().plans = tenants.iter().map(|name| plan(name)).collect();
        Arc::new(stage)
    }

    /// How the next tasks of a tenant end; those after it are done.
    pub(crate) fn ends(&self, tenant: &str, ends: impl IntoIterator<Item = Answer<RunEnd>>) {
        let mut truth = self.truth.lock().unwrap();
        truth.ends.entry(tenant.to_owned()).or_default().extend(ends);
    }

    /// Adds a tenant.
    pub(crate) fn add(&self, tenant: &str) {
        self.truth.lock().unwrap().plans.push(plan(tenant));
    }

    /// Changes what the configuration says of a tenant.
    pub(crate) fn configure(&self, tenant: &str, change: impl FnOnce(&mut TenantPlan)) {
        let mut truth = self.truth.lock().unwrap();
        change(truth.plans.iter_mut().find(|plan| plan.name == tenant).unwrap());
    }

    /// What is to be seen of a tenant.
    pub(crate) fn show(&self, tenant: &str, change: impl FnOnce(&mut TenantSummary)) {
        let mut truth = self.truth.lock().unwrap();
        change(
            truth
                .summaries
                .entry(tenant.to_owned())
                .or_insert_with(|| summary(tenant)),
        );
    }

    /// Tasks stay at work.
    pub(crate) fn hold(&self) {
        self.held.send_replace(true);
    }

    /// Tasks go on.
    pub(crate) fn let_go(&self) {
        self.held.send_replace(false);
    }

    /// Tasks have something left to do when their steps are done, until told otherwise.
    pub(crate) fn linger(&self, lingers: bool) {
        self.lingers.send_replace(lingers);
    }

    /// What was carried out so far.
    pub(crate) fn ran(&self) -> Vec<Ran> {
        self.truth.lock().unwrap().ran.clone()
    }

    /// The tenants and kinds of it.
    pub(crate) fn story(&self) -> Vec<String> {
        let ran = self.ran().into_iter();
        ran.map(|ran| format!("{} {}", ran.tenant, ran.task.kind()))
            .collect()
    }

    /// Waits until that many tasks have been begun.
    pub(crate) async fn until_begun(&self, count: usize) {
        let mut begun = self.begun.subscribe();
        begun.wait_for(|begun| *begun >= count).await.unwrap();
    }

    /// Waits until a task that is held has counted so often.
    pub(crate) async fn until_counted(&self, count: usize) {
        let mut counted = self.counted.subscribe();
        counted.wait_for(|counted| *counted >= count).await.unwrap();
    }

    /// Waits until that many tasks are at work.
    pub(crate) async fn until_at_work(&self, count: usize) {
        let mut at_work = self.at_work.subscribe();
        at_work.wait_for(|at_work| *at_work == count).await.unwrap();
    }

    /// A runner over it, with that many places.
    pub(crate) fn runner(self: &Arc<Self>, store: &Installation, at_once: usize) -> Runner {
        let desk: Arc<dyn Desk> = Arc::clone(self) as _;
        let clock = Arc::new(self.clock.clone());
        Runner::new(
            desk,
            store.schedule(),
            at_once,
            clock,
            Arc::new(Meters::default()),
        )
    }
}

/// A store in memory.
pub(crate) async fn store() -> Installation {
    let installation = Installation::open("sqlite::memory:", Worker::new("test"));
    let keys = Keyring::new(TenantKey::new([7; 32]), Vec::new());
    installation.await.unwrap().with_keys(&keys).await.unwrap()
}

fn plan(name: &str) -> TenantPlan {
    TenantPlan {
        name: name.to_owned(),
        title: name.to_uppercase(),
        schedule: Vec::new(),
        zone: TimeZone::get("Europe/Copenhagen").unwrap(),
        late_after: 3_600_000,
        journal: Kept::Journal.otherwise(),
        notices: Recipients::default(),
        broken: None,
    }
}

pub(crate) fn summary(name: &str) -> TenantSummary {
    TenantSummary {
        name: name.to_owned(),
        title: name.to_uppercase(),
        cycle: Some(CycleSummary {
            id: 1,
            kind: "whole".to_owned(),
            state: "done".into(),
            started: Moment(0),
            ended: Some(Moment(1)),
        }),
        running: false,
        waits: None,
        one_of_two: false,
        next: None,
        cases: 0,
        unused_promotions: Vec::new(),
        broken: None,
    }
}

/// The import that every cycle begins with.
pub(crate) fn import() -> StepSpec {
    StepSpec {
        kind: "import".into(),
        connection: Some("ist".into()),
    }
}

fn not_asked<T>() -> Answer<T> {
    Err(DeskError::Refused("nobody asks that here".into()))
}

#[async_trait]
impl Desk for Stage {
    async fn tenants(&self) -> Vec<Arc<TenantPlan>> {
        let truth = self.truth.lock().unwrap();
        truth.plans.iter().cloned().map(Arc::new).collect()
    }

    async fn summary(&self, at: &Within<Viewer>) -> Answer<TenantSummary> {
        let truth = self.truth.lock().unwrap();
        Ok(truth
            .summaries
            .get(at.tenant())
            .cloned()
            .unwrap_or_else(|| summary(at.tenant())))
    }

    async fn cycle(&self, _: &Within<Viewer>, _: Option<i64>) -> Answer<Option<Cycle>> {
        let step = crate::view::Step {
            position: 7,
            kind: "import".into(),
            connection: Some("ist".into()),
            system: None,
            look: Look::Running,
            attempt: 1,
            started: None,
            ended: None,
            counts: crate::view::Counts::default(),
            usage: crate::view::Usage::default(),
            note: None,
            told: None,
        };
        Ok(Some(Cycle {
            summary: CycleSummary {
                id: 1,
                kind: "whole".to_owned(),
                state: "running".into(),
                started: Moment(0),
                ended: None,
            },
            steps: vec![step],
            waits: None,
            decisions: Vec::new(),
            promotions: Vec::new(),
            unsigned: Vec::new(),
            cases: 0,
            findings: 0,
            quarantined: 0,
        }))
    }

    async fn plan(&self, _: &Within<Viewer>) -> Answer<Plan> {
        Ok(Plan {
            cycle: None,
            counts: Vec::new(),
            open: false,
        })
    }

    async fn run(&self, at: &Within<Operator>, task: &Task, follower: Arc<dyn Follower>) -> Answer<RunEnd> {
        self.truth.lock().unwrap().ran.push(Ran {
            tenant: at.tenant().to_owned(),
            who: at.who().to_owned(),
            task: task.clone(),
            at: self.clock.now(),
        });
        let _at_work = AtWork::begin(&self.at_work);
        self.begun.send_modify(|begun| *begun += 1);
        follower.step(&import(), StepState::Running);
        let mut held = self.held.subscribe();
        let stopped = async {
            follower.stopped().await;
            if self.deaf.load(Ordering::Relaxed) {
                std::future::pending::<()>().await;
            }
        };
        let counting = async {
            loop {
                follower.count(&import(), &Counts::default());
                self.counted.send_modify(|counted| *counted += 1);
                tokio::task::yield_now().await;
            }
        };
        let interrupted = tokio::select! {
            biased;
            _ = held.wait_for(|held| !*held) => false,
            () = stopped => true,
            () = counting => false,
        };
        if interrupted {
            return Ok(RunEnd::Interrupted);
        }
        follower.step(&import(), StepState::Done);
        let _ = self.lingers.subscribe().wait_for(|lingers| !*lingers).await;
        let mut truth = self.truth.lock().unwrap();
        let end = truth.ends.get_mut(at.tenant()).and_then(VecDeque::pop_front);
        let end = end.unwrap_or(Ok(RunEnd::Done));
        let open = matches!(end, Ok(RunEnd::Stopped(_))) && !self.ends_all.load(Ordering::Relaxed);
        let known = truth.summaries.entry(at.tenant().to_owned());
        let known = known.or_insert_with(|| summary(at.tenant()));
        // What could not be run at all has begun no cycle.
        if let Some(cycle) = known.cycle.as_mut().filter(|_| end.is_ok()) {
            cycle.ended = (!open).then_some(Moment(1));
        }
        end
    }

    async fn ready(&self) -> Answer<()> {
        Ok(())
    }

    async fn history(&self, _: &Within<Viewer>, _: &Part) -> Answer<Page<Night>> {
        not_asked()
    }
    async fn halt(&self, _: &Within<Viewer>) -> Answer<Option<Halt>> {
        not_asked()
    }
    async fn halted_changes(&self, _: &Within<Viewer>, _: &str, _: &Part) -> Answer<HaltSearch> {
        not_asked()
    }
    async fn decide(&self, _: &Within<Approver>, _: &Verdict) -> Answer<Ruling> {
        not_asked()
    }
    async fn promotions(&self, _: &Within<Viewer>) -> Answer<Vec<Promotion>> {
        not_asked()
    }
    async fn announce(&self, _: &Within<Approver>, _: &str, _: &PromotionWish) -> Answer<Promotion> {
        not_asked()
    }
    async fn cases(&self, _: &Within<Viewer>, _: bool, _: &Part) -> Answer<Page<Question>> {
        not_asked()
    }
    async fn case(&self, _: &Within<Viewer>, _: i64) -> Answer<Case> {
        not_asked()
    }
    async fn answer_case(&self, _: &Within<Approver>, _: i64, _: &CaseAnswer) -> Answer<Case> {
        not_asked()
    }
    async fn undo_case(&self, _: &Within<Approver>, _: i64, _: &str) -> Answer<Case> {
        not_asked()
    }
    async fn enrolments(&self, _: &Within<Viewer>) -> Answer<Vec<Enrolment>> {
        not_asked()
    }
    async fn enrol(&self, _: &Within<Approver>, _: &str, _: &EnrolmentWish) -> Answer<Enrolled> {
        not_asked()
    }
    async fn find(&self, _: &Within<Viewer>, _: &str, _: u32) -> Answer<Vec<Match>> {
        not_asked()
    }
    async fn entity(&self, _: &Within<Viewer>, _: Uuid) -> Answer<Entity> {
        not_asked()
    }
    async fn explain_target(&self, _: &Within<Viewer>, _: Uuid, _: &str) -> Answer<Explanation> {
        not_asked()
    }
    async fn set_by_hand(&self, _: &Within<Approver>, _: Uuid, _: &OverrideWish) -> Answer<()> {
        not_asked()
    }
    async fn source_object(&self, _: &Within<Operator>, _: &str) -> Answer<ObjectRef> {
        not_asked()
    }
    async fn link(&self, _: &Within<Approver>, _: Uuid, _: &LinkWish) -> Answer<Linked> {
        not_asked()
    }
    async fn unlink(&self, _: &Within<Approver>, _: Uuid, _: &LinkWish) -> Answer<Linked> {
        not_asked()
    }
    async fn export_person(&self, _: &Within<Administrator>, _: Uuid) -> Answer<serde_json::Value> {
        not_asked()
    }
    async fn forget_person(&self, _: &Within<Administrator>, _: Uuid, _: &str) -> Answer<serde_json::Value> {
        not_asked()
    }
    async fn operations(
        &self,
        _: &Within<Viewer>,
        _: Option<&str>,
        _: Option<&str>,
        _: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        not_asked()
    }
    async fn forecast(&self, _: &Within<Viewer>, _: Date) -> Answer<Forecast> {
        not_asked()
    }
    async fn forecast_operations(
        &self,
        _: &Within<Viewer>,
        _: Date,
        _: Option<&str>,
        _: Option<&str>,
        _: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        not_asked()
    }
    async fn explain_operation(&self, _: &Within<Viewer>, _: &str) -> Answer<OperationStory> {
        not_asked()
    }
    async fn connections(&self, _: &Within<Viewer>) -> Answer<Vec<Connection>> {
        not_asked()
    }
    async fn try_mapping(&self, _: &Within<Viewer>, _: &str, _: &MappingQuestion) -> Answer<MappingTrial> {
        not_asked()
    }
    async fn link_job(&self, _: &Within<Viewer>, _: &str) -> Answer<Option<LinkJob>> {
        not_asked()
    }
    async fn check(&self, _: &Within<Operator>) -> Answer<Vec<Finding>> {
        not_asked()
    }
    async fn installed(&self) -> Answer<Vec<Installed>> {
        not_asked()
    }
    async fn inspect_build(&self, _: &str) -> Answer<BuildDescription> {
        not_asked()
    }
    async fn verify_build(&self, _: &str) -> Answer<BuildVerdict> {
        not_asked()
    }
    async fn build_trial(&self, _: &Within<Administrator>, _: &str) -> Answer<Option<BuildTrial>> {
        not_asked()
    }
    async fn builds(&self, _: &Within<Viewer>) -> Answer<Vec<Build>> {
        not_asked()
    }
    async fn give_build(&self, _: &Within<Administrator>, _: &str, _: &BuildWish) -> Answer<Vec<Activated>> {
        not_asked()
    }
    async fn inbox(&self, _: &Within<Operator>, _: &str) -> Answer<PathBuf> {
        not_asked()
    }
    async fn journal(&self, _: &Within<Viewer>, _: Option<Uuid>, _: &Part) -> Answer<Page<JournalEntry>> {
        not_asked()
    }
    async fn verify_journal(&self, _: &Within<Viewer>) -> Answer<JournalVerdict> {
        not_asked()
    }
    async fn note(&self, _: &Within<Viewer>, _: Event, _: serde_json::Value) -> Answer<()> {
        not_asked()
    }
    async fn findings(&self, _: &Within<Viewer>, _: &Part) -> Answer<Page<Subject>> {
        not_asked()
    }
    async fn quarantine(&self, _: &Within<Viewer>, _: &Part) -> Answer<Page<Quarantined>> {
        not_asked()
    }
    async fn retry(&self, _: &Within<Operator>, _: Option<&str>) -> Answer<u64> {
        not_asked()
    }
    async fn retention(&self, _: &Within<Viewer>) -> Answer<serde_json::Value> {
        not_asked()
    }
    async fn erase(&self, _: &Within<Operator>) -> Answer<Vec<Erased>> {
        not_asked()
    }
    async fn support(&self) -> Answer<serde_json::Value> {
        not_asked()
    }
}

struct AtWork<'a>(&'a watch::Sender<usize>);

impl<'a> AtWork<'a> {
    fn begin(count: &'a watch::Sender<usize>) -> Self {
        count.send_modify(|count| *count += 1);
        Self(count)
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}
