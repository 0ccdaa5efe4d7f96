//! The program as a server sees it: one installation and its tenants.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::civil::Date;
use samklang_core::catalogue::ObjectRef;
use samklang_core::journal::Event;
use samklang_core::port::Clock as _;
use samklang_server::view::{
    Activated, Build, BuildDescription, BuildTrial, BuildVerdict, BuildWish, Case, CaseAnswer, Connection,
    Cycle, Enrolled, Enrolment, EnrolmentWish, Entity, Erased, Explanation, Finding, Forecast, Halt,
    HaltSearch, Installed, JournalEntry, JournalVerdict, LinkJob, LinkWish, Linked, MappingQuestion,
    MappingTrial, Match, Night, OperationStory, OverrideWish, Page, Part, Plan, PlannedOperation, Promotion,
    PromotionWish, Quarantined, Question, Ruling, Subject, TenantSummary, Verdict,
};
use samklang_server::{
    Administrator, Answer, Approver, AtLeast, Desk, DeskError, Follower, Operator, RunEnd, Task, TenantPlan,
    Viewer, Within,
};
use serde_json::Value;
use uuid::Uuid;

use super::aside::Aside;
use super::connections;
use super::history::{Systems, glance};
use super::inspection;
use super::place::{Place, titles};
use super::refusal::{refused, store};
use super::results::Results;
use super::support;
use super::tenants::{Known, Roll};
use super::{cycle, halt, run};
use crate::failure::Failure;
use crate::installation::Premises;
use crate::wiring::SystemClock;

/// How long it may take until what a newly installed connector calls its system is known.
const FRESH: Duration = Duration::from_secs(60);

/// Promotions that are listed.
const PROMOTIONS: u32 = 100;

/// For how many days a promotion is announced when nothing is said.
const DAYS: u32 = 14;

/// An installation and its tenants, as a server sees them.
pub struct Office {
    premises: Premises,
    /// The same for work that reads much.
    apart: Premises,
    /// The same for work that nobody waits for in person.
    at_leisure: Premises,
    aside: Aside,
    roll: Arc<Roll>,
    systems: Mutex<Option<(Instant, Arc<Systems>)>>,
    results: Arc<Results>,
}

/// Opens the tenant, does something there, and tells a failure as the server does.
macro_rules! within {
    ($office:expr, $at:expr, |$place:ident| $deed:expr) => {{
        let $place = $office.place($at).await?;
        let done: Result<_, Failure> = $deed;
        done.map_err(|failure| refused($place.name(), failure))
    }};
}

/// The same for work that runs connectors or takes the processor for long: aside, so that it holds nobody up. The tenant is opened there as well,
/// since connections to the database are made where they are first asked for.
macro_rules! apart {
    ($office:expr, $at:expr, |$place:ident| $deed:expr) => {
        apart!($office, &$office.apart, $at, |$place| $deed)
    };
    ($office:expr, $premises:expr, $at:expr, |$place:ident| $deed:expr) => {{
        let (premises, who) = (Premises::clone($premises), $at.who().to_owned());
        let (known, systems) = ($office.known($at.tenant()).await?, $office.systems().await?);
        let work = move || async move {
            let name = known.plan.name.clone();
            let done = async {
                let $place = Place::open(&premises, known, &who, &systems).await?;
                let done: Result<_, Failure> = $deed;
                done
            };
            done.await.map_err(|failure| refused(&name, failure))
        };
        $office.aside.run(work).await?
    }};
}

impl Office {
    /// The tenants of the folder that `installation.toml` names. It is made within a runtime.
    ///
    /// # Errors
    ///
    /// When the system gives no threads for their cycles.
    pub fn new(premises: Premises) -> Result<Self, Failure> {
        let roll = Roll::new(premises.settings().tenants.clone(), premises.home().folder());
        let apart = premises.apart();
        Ok(Self {
            at_leisure: apart.at_leisure(),
            apart,
            aside: Aside::new()?,
            premises,
            roll: Arc::new(roll),
            systems: Mutex::default(),
            results: Arc::default(),
        })
    }

    /// The installation.
    #[must_use]
    pub fn premises(&self) -> &Premises {
        &self.premises
    }

    /// Looks at the tenants' files away from those who serve others.
    async fn looked<T: Send + 'static>(&self, look: impl FnOnce(&Roll) -> T + Send + 'static) -> Answer<T> {
        let roll = Arc::clone(&self.roll);
        let looked = tokio::task::spawn_blocking(move || look(&roll)).await;
        looked.map_err(|error| {
            DeskError::Failed(format!("the tenants cannot be looked at: {error}; ask support"))
        })
    }

    async fn known(&self, name: &str) -> Answer<Arc<Known>> {
        let wanted = name.to_owned();
        let known = self.looked(move |roll| roll.one(&wanted)).await?;
        known.ok_or_else(|| DeskError::Absent(format!("there is no tenant `{name}`")))
    }

    async fn place<R: AtLeast>(&self, at: &Within<R>) -> Answer<Place> {
        let known = self.known(at.tenant()).await?;
        let systems = self.systems().await?;
        let place = Place::open(&self.premises, known, at.who(), &systems).await;
        place.map_err(|failure| refused(at.tenant(), failure))
    }

    /// What connectors call their systems.
    async fn systems(&self) -> Answer<Arc<Systems>> {
        let kept = self
            .systems
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some((at, systems)) = kept
            && at.elapsed() < FRESH
        {
            return Ok(systems);
        }
        let installed = connections::installed(&self.premises).await;
        let installed = installed.map_err(|failure| refused("", failure))?.into_iter();
        let systems: Systems = installed.map(|one| (one.name, one.system)).collect();
        let systems = Arc::new(systems);
        let mut kept = self.systems.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((Instant::now(), Arc::clone(&systems)));
        Ok(systems)
    }
}

#[async_trait]
impl Desk for Office {
    async fn tenants(&self) -> Vec<Arc<TenantPlan>> {
        let all = self.looked(Roll::all).await.unwrap_or_default();
        all.values().map(|known| Arc::clone(&known.plan)).collect()
    }

    async fn summary(&self, at: &Within<Viewer>) -> Answer<TenantSummary> {
        let known = self.known(at.tenant()).await?;
        let glances = self
            .premises
            .store()
            .glances(Some(at.tenant()))
            .await
            .map_err(store)?;
        let systems = self.systems().await?;
        let titles = titles(&known, &systems);
        let seen = glances.get(at.tenant());
        Ok(glance(&known, seen, &titles, SystemClock.now()))
    }

    async fn summaries(&self, at: &[Within<Viewer>]) -> Answer<Vec<TenantSummary>> {
        let all = self.looked(Roll::all).await?;
        let glances = self.premises.store().glances(None).await.map_err(store)?;
        let (systems, now) = (self.systems().await?, SystemClock.now());
        let known = at.iter().filter_map(|at| all.get(at.tenant()));
        Ok(known
            .map(|known| {
                let seen = glances.get(&known.plan.name);
                glance(known, seen, &titles(known, &systems), now)
            })
            .collect())
    }

    async fn cycle(&self, at: &Within<Viewer>, id: Option<i64>) -> Answer<Option<Cycle>> {
        within!(self, at, |place| place.cycle(id, SystemClock.now()).await)
    }

    async fn history(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Night>> {
        within!(self, at, |place| place.history(part).await)
    }

    async fn halt(&self, at: &Within<Viewer>) -> Answer<Option<Halt>> {
        within!(self, at, |place| place.halt().await)
    }

    async fn halted_changes(&self, at: &Within<Viewer>, text: &str, part: &Part) -> Answer<HaltSearch> {
        within!(self, at, |place| place.halted_changes(text, part).await)
    }

    async fn decide(&self, at: &Within<Approver>, verdict: &Verdict) -> Answer<Ruling> {
        within!(self, at, |place| place.decide(verdict, SystemClock.now()).await)
    }

    async fn promotions(&self, at: &Within<Viewer>) -> Answer<Vec<Promotion>> {
        within!(self, at, |place| {
            let windows = place.store.promotions(PROMOTIONS).await.map_err(Failure::from);
            let now = SystemClock.now();
            windows.map(|windows| {
                windows
                    .iter()
                    .map(|window| cycle::promotion(window, now))
                    .collect()
            })
        })
    }

    async fn announce(
        &self,
        at: &Within<Approver>,
        connection: &str,
        wish: &PromotionWish,
    ) -> Answer<Promotion> {
        within!(self, at, |place| {
            let days = i64::from(wish.days.unwrap_or(DAYS).clamp(1, 45));
            place
                .announce(connection, days, &wish.reason, SystemClock.now())
                .await
        })
    }

    async fn cases(&self, at: &Within<Viewer>, all: bool, part: &Part) -> Answer<Page<Question>> {
        within!(self, at, |place| place.cases(all, part).await)
    }

    async fn case(&self, at: &Within<Viewer>, id: i64) -> Answer<Case> {
        within!(self, at, |place| place.case(id).await)
    }

    async fn answer_case(&self, at: &Within<Approver>, id: i64, answer: &CaseAnswer) -> Answer<Case> {
        within!(self, at, |place| place
            .answer_case(id, answer, SystemClock.now())
            .await)
    }

    async fn undo_case(&self, at: &Within<Approver>, id: i64, reason: &str) -> Answer<Case> {
        within!(self, at, |place| place
            .undo_case(id, reason, SystemClock.now())
            .await)
    }

    async fn enrolments(&self, at: &Within<Viewer>) -> Answer<Vec<Enrolment>> {
        within!(self, at, |place| place.enrolments().await)
    }

    async fn enrol(&self, at: &Within<Approver>, connection: &str, wish: &EnrolmentWish) -> Answer<Enrolled> {
        let (connection, wish) = (connection.to_owned(), wish.clone());
        apart!(self, at, |place| place.enrol(&connection, &wish).await)
    }

    async fn find(&self, at: &Within<Viewer>, text: &str, limit: u32) -> Answer<Vec<Match>> {
        within!(self, at, |place| place.find(text, limit).await)
    }

    async fn entity(&self, at: &Within<Viewer>, id: Uuid) -> Answer<Entity> {
        within!(self, at, |place| place.entity(id).await)
    }

    async fn explain_target(&self, at: &Within<Viewer>, id: Uuid, target: &str) -> Answer<Explanation> {
        within!(self, at, |place| place.explain_target(id, target).await)
    }

    async fn set_by_hand(&self, at: &Within<Approver>, id: Uuid, wish: &OverrideWish) -> Answer<()> {
        within!(self, at, |place| place
            .set_by_hand(id, wish, SystemClock.now())
            .await)
    }

    async fn source_object(&self, at: &Within<Operator>, text: &str) -> Answer<ObjectRef> {
        within!(self, at, |place| place.source_object(text).await)
    }

    async fn link(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked> {
        within!(self, at, |place| place.link(id, wish, SystemClock.now()).await)
    }

    async fn unlink(&self, at: &Within<Approver>, id: Uuid, wish: &LinkWish) -> Answer<Linked> {
        within!(self, at, |place| place.unlink(id, wish, SystemClock.now()).await)
    }

    async fn export_person(&self, at: &Within<Administrator>, id: Uuid) -> Answer<Value> {
        within!(self, at, |place| place.export_person(id).await)
    }

    async fn forget_person(&self, at: &Within<Administrator>, id: Uuid, reason: &str) -> Answer<Value> {
        within!(self, at, |place| place
            .forget_person(id, reason, SystemClock.now())
            .await)
    }

    async fn plan(&self, at: &Within<Viewer>) -> Answer<Plan> {
        within!(self, at, |place| place.plan().await)
    }

    async fn operations(
        &self,
        at: &Within<Viewer>,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        within!(self, at, |place| place.operations(target, action, part).await)
    }

    async fn forecast(&self, at: &Within<Viewer>, day: Date) -> Answer<Forecast> {
        apart!(self, at, |place| place.forecast(day, SystemClock.now()).await)
    }

    async fn forecast_operations(
        &self,
        at: &Within<Viewer>,
        day: Date,
        target: Option<&str>,
        action: Option<&str>,
        part: &Part,
    ) -> Answer<Page<PlannedOperation>> {
        let (target, action) = (target.map(str::to_owned), action.map(str::to_owned));
        let part = part.clone();
        apart!(self, at, |place| {
            let (target, action) = (target.as_deref(), action.as_deref());
            place
                .forecast_operations((day, SystemClock.now()), target, action, &part)
                .await
        })
    }

    async fn explain_operation(&self, at: &Within<Viewer>, id: &str) -> Answer<OperationStory> {
        within!(self, at, |place| place.explain_operation(id).await)
    }

    async fn connections(&self, at: &Within<Viewer>) -> Answer<Vec<Connection>> {
        within!(self, at, |place| place.connections().await)
    }

    async fn try_mapping(
        &self,
        at: &Within<Viewer>,
        connection: &str,
        question: &MappingQuestion,
    ) -> Answer<MappingTrial> {
        let (connection, question) = (connection.to_owned(), question.clone());
        apart!(self, at, |place| place.try_mapping(&connection, &question).await)
    }

    async fn link_job(&self, at: &Within<Viewer>, connection: &str) -> Answer<Option<LinkJob>> {
        within!(self, at, |place| place
            .connection(connection)
            .map(|()| self.results.link_job(place.name(), connection)))
    }

    async fn check(&self, at: &Within<Operator>) -> Answer<Vec<Finding>> {
        apart!(self, at, |place| place.check().await)
    }

    async fn installed(&self) -> Answer<Vec<Installed>> {
        let installed = connections::installed(&self.premises).await;
        installed.map_err(|failure| refused("", failure))
    }

    async fn inspect_build(&self, digest: &str) -> Answer<BuildDescription> {
        let described = inspection::inspect(&self.premises, digest).await;
        described.map_err(|failure| refused("", failure))
    }

    async fn verify_build(&self, digest: &str) -> Answer<BuildVerdict> {
        let (premises, digest) = (self.apart.clone(), digest.to_owned());
        let work = move || async move { inspection::verdict(&premises, &digest).await };
        let done = self.aside.run(work).await?;
        done.map_err(|failure| refused("", failure))
    }

    async fn build_trial(&self, at: &Within<Administrator>, connector: &str) -> Answer<Option<BuildTrial>> {
        within!(self, at, |place| place
            .may_give(connector)
            .map(|()| self.results.build_trial(place.name(), connector)))
    }

    async fn builds(&self, at: &Within<Viewer>) -> Answer<Vec<Build>> {
        within!(self, at, |place| place.builds().await)
    }

    async fn give_build(
        &self,
        at: &Within<Administrator>,
        connector: &str,
        wish: &BuildWish,
    ) -> Answer<Vec<Activated>> {
        within!(self, at, |place| place.give_build(connector, wish).await)
    }

    async fn inbox(&self, at: &Within<Operator>, connection: &str) -> Answer<PathBuf> {
        within!(self, at, |place| place.inbox(connection))
    }

    async fn journal(
        &self,
        at: &Within<Viewer>,
        entity: Option<Uuid>,
        part: &Part,
    ) -> Answer<Page<JournalEntry>> {
        within!(self, at, |place| place.journal(entity, part).await)
    }

    async fn verify_journal(&self, at: &Within<Viewer>) -> Answer<JournalVerdict> {
        within!(self, at, |place| place.verify_journal().await)
    }

    async fn note(&self, at: &Within<Viewer>, event: Event, detail: Value) -> Answer<()> {
        within!(self, at, |place| place.note(event, detail).await)
    }

    async fn findings(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Subject>> {
        within!(self, at, |place| place.findings(part).await)
    }

    async fn quarantine(&self, at: &Within<Viewer>, part: &Part) -> Answer<Page<Quarantined>> {
        within!(self, at, |place| place.quarantine(part).await)
    }

    async fn retry(&self, at: &Within<Operator>, object: Option<&str>) -> Answer<u64> {
        within!(self, at, |place| place.retry(object).await)
    }

    async fn retention(&self, at: &Within<Viewer>) -> Answer<Value> {
        within!(self, at, |place| place.retention().await)
    }

    async fn erase(&self, at: &Within<Operator>) -> Answer<Vec<Erased>> {
        apart!(self, &self.at_leisure, at, |place| place.erase().await)
    }

    async fn run(&self, at: &Within<Operator>, task: &Task, follower: Arc<dyn Follower>) -> Answer<RunEnd> {
        let (task, results) = (task.clone(), Arc::clone(&self.results));
        apart!(self, &self.at_leisure, at, |place| run::carry_out(
            &place, &task, follower, &results
        )
        .await)
    }

    async fn support(&self) -> Answer<Value> {
        let all = self.looked(Roll::all).await?;
        let tenants = all
            .values()
            .map(|known| (Arc::clone(&known.plan), support::shape(known)));
        let tenants: Vec<_> = tenants.collect();
        let told = support::support(&self.premises, &tenants, SystemClock.now()).await;
        told.map_err(|failure| refused("", failure))
    }

    async fn ready(&self) -> Answer<()> {
        self.premises.store().answers().await.map_err(store)
    }
}

impl Place {
    async fn announce(
        &self,
        connection: &str,
        days: i64,
        reason: &str,
        now: i64,
    ) -> Result<Promotion, Failure> {
        let fitted = self.fitted().await?;
        halt::announce(&self.store, &fitted, connection, days, (&self.who, reason), now).await?;
        let announced = self.store.promotions(PROMOTIONS).await?;
        let newest = announced.iter().find(|window| window.connection == connection);
        newest
            .map(|window| cycle::promotion(window, now))
            .ok_or_else(|| Failure::Failed("the promotion was not kept; announce it again".to_owned()))
    }
}
