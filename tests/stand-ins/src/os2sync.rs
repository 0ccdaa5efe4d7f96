//! A stand-in for OS2sync 4.9: the REST service that queues users and units and writes them to FK Organisation.
//!
//! A 200 here means *queued*, as in the real service: nothing is in FK before the scheduler has run, which a test does by
//! hand with [`Os2sync::run_scheduler`] or [`Os2sync::drain`], or by an interval. What FK refuses is seen by a test in
//! [`Os2sync::failures`] and by no caller of the API. The raw SOAP wrappers (`/api/raw…`) are not served.

mod door;
mod fk;
mod hierarchy;
mod objects;
mod queue;
mod rules;

use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;

use crate::clock::Clock;
use crate::server::{Fault, Recorded, StandIn};

use fk::Fk;
pub use fk::{FkUnit, FkUser};
use hierarchy::Jobs;
pub use hierarchy::Pace;
pub use objects::{OrgUnit, Person, Position, User};
use queue::{Body, Queues};
pub use queue::{Failure, Kind, Operation, Round, Row};

/// What the installation is set to.
#[derive(Debug, Clone)]
struct Settings {
    api_key: Option<String>,
    cvr: Option<String>,
    municipalities: Vec<String>,
    threads: usize,
    disable_tasks: bool,
    disable_contact_places: bool,
    disable_payout_units: bool,
    ignored_addresses: Vec<String>,
    hierarchy: Pace,
}

/// Sets up an [`Os2sync`].
#[derive(Debug, Clone)]
pub struct Builder {
    port: u16,
    tick: Option<Duration>,
    settings: Settings,
}

impl Builder {
    /// Answers at this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Asks for this `ApiKey`; without one every caller is let in.
    #[must_use]
    pub fn api_key(mut self, key: &str) -> Self {
        self.settings.api_key = Some(key.to_owned());
        self
    }

    /// Sets the installation's own `Cvr`, which beats the header of a request.
    #[must_use]
    pub fn cvr(mut self, cvr: &str) -> Self {
        self.settings.cvr = Some(cvr.to_owned());
        self
    }

    /// Makes FK know this municipality. Once one is named, the queue rows of others fail; by default all of 8 digits are known.
    #[must_use]
    pub fn municipality(mut self, cvr: &str) -> Self {
        self.settings.municipalities.push(cvr.to_owned());
        self
    }

    /// Runs the scheduler by itself at this interval. Without it, only tests run it.
    #[must_use]
    pub fn tick(mut self, every: Duration) -> Self {
        self.tick = Some(every);
        self
    }

    /// `SchedulerSettings.Threads`: how many rows make a batch (4).
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.settings.threads = threads.max(1);
        self
    }

    /// `DisableOpgaver`: whether `Tasks` are left out (no).
    #[must_use]
    pub fn disable_tasks(mut self, disable: bool) -> Self {
        self.settings.disable_tasks = disable;
        self
    }

    /// `DisableHenvendelsessteder`: whether `ContactForTasks` and `ContactPlaces` are left out (yes).
    #[must_use]
    pub fn disable_contact_places(mut self, disable: bool) -> Self {
        self.settings.disable_contact_places = disable;
        self
    }

    /// `DisableUdbetalingsenheder`: whether `PayoutUnitUuid` is left out (yes).
    #[must_use]
    pub fn disable_payout_units(mut self, disable: bool) -> Self {
        self.settings.disable_payout_units = disable;
        self
    }

    /// `IgnoredOUAddressTypes`: unit fields that are left out (`SOR`).
    #[must_use]
    pub fn ignored_addresses(mut self, fields: &[&str]) -> Self {
        self.settings.ignored_addresses = fields.iter().map(|&field| field.to_owned()).collect();
        self
    }

    /// When a hierarchy job is ready (at the second poll).
    #[must_use]
    pub fn hierarchy(mut self, pace: Pace) -> Self {
        self.settings.hierarchy = pace;
        self
    }

    /// Starts it and returns when it answers.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    #[expect(clippy::unused_async, reason = "all stand-ins start alike")]
    pub async fn start(self) -> std::io::Result<Os2sync> {
        self.start_blocking()
    }

    /// As [`Builder::start`], outside an asynchronous context.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start_blocking(self) -> std::io::Result<Os2sync> {
        let shared = Arc::new(Shared {
            settings: self.settings,
            clock: Clock::default(),
            state: Mutex::default(),
        });
        let router = Router::new()
            .fallback(door::answer)
            .with_state(Arc::clone(&shared));
        let ticking = Arc::clone(&shared);
        let server = StandIn::start_with(self.port, router, async move {
            let Some(every) = self.tick else { return };
            loop {
                tokio::time::sleep(every).await;
                let round = ticking.run_scheduler();
                tokio::time::sleep(round.pause.unwrap_or_default()).await;
            }
        })?;
        Ok(Os2sync { server, shared })
    }
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queues: Queues,
    fk: Fk,
    jobs: Jobs,
    cleanups: Vec<String>,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }

    fn run_scheduler(&self) -> Round {
        let today = self
            .clock
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .to_string();
        let State { queues, fk, .. } = &mut *self.state();
        queues.run(fk, &self.settings, &today)
    }
}

/// A running OS2sync. Stops when dropped.
#[derive(Debug)]
pub struct Os2sync {
    server: StandIn,
    shared: Arc<Shared>,
}

impl Os2sync {
    /// An installation with the shipped settings and no key.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            tick: None,
            settings: Settings {
                api_key: None,
                cvr: None,
                municipalities: Vec::new(),
                threads: 4,
                disable_tasks: false,
                disable_contact_places: true,
                disable_payout_units: true,
                ignored_addresses: vec!["SOR".to_owned()],
                hierarchy: Pace::Polls(2),
            },
        }
    }

    /// The root, without `/api` and without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// What connectors are given as base: [`Os2sync::url`] and `/api`.
    #[must_use]
    pub fn api_url(&self) -> String {
        format!("{}/api", self.server.url())
    }

    /// The server beneath: its record of requests and its faults.
    #[must_use]
    pub fn server(&self) -> &StandIn {
        &self.server
    }

    /// Every request so far.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// Lets the next `n` requests meet `fault`.
    pub fn fail_next(&self, n: usize, fault: Fault) {
        self.server.fail_next(n, fault);
    }

    /// One round of the scheduler: all units, then at most 100 users.
    pub fn run_scheduler(&self) -> Round {
        self.shared.run_scheduler()
    }

    /// Runs the scheduler until the queue is empty or FK cannot be reached.
    pub fn drain(&self) -> Round {
        let mut sum = Round::default();
        loop {
            let round = self.run_scheduler();
            sum.add(&round);
            if round.left == 0 || round.pause.is_some() {
                return sum;
            }
        }
    }

    /// What waits in the queue, in the order it will be taken: units first.
    #[must_use]
    pub fn queue(&self) -> Vec<Row> {
        self.shared.state().queues.waiting()
    }

    /// How many rows were written to FK or skipped as identical.
    #[must_use]
    pub fn successes(&self) -> usize {
        self.shared.state().queues.successes()
    }

    /// Rows FK refused for good.
    #[must_use]
    pub fn failures(&self) -> Vec<Failure> {
        self.shared.state().queues.failures()
    }

    /// All users in FK, active or not, by uuid.
    #[must_use]
    pub fn users(&self) -> Vec<FkUser> {
        self.shared.state().fk.users()
    }

    /// All units in FK, active or not, by uuid.
    #[must_use]
    pub fn units(&self) -> Vec<FkUnit> {
        self.shared.state().fk.units()
    }

    /// A user in FK.
    #[must_use]
    pub fn user(&self, uuid: &str) -> Option<FkUser> {
        self.shared.state().fk.find_user(uuid).cloned()
    }

    /// A unit in FK.
    #[must_use]
    pub fn unit(&self, uuid: &str) -> Option<FkUnit> {
        self.shared.state().fk.find_unit(uuid).cloned()
    }

    /// Queues a unit as another client of the same municipality would send it.
    ///
    /// # Panics
    ///
    /// When OS2sync would refuse it at the door.
    pub fn send_unit(&self, cvr: &str, unit: &serde_json::Value) {
        let unit = OrgUnit::read(unit.to_string().as_bytes(), self.shared.clock.now()).expect("a unit");
        rules::check_unit(&unit).expect("a unit without a fault");
        self.shared.state().queues.push(Row {
            kind: Kind::Unit,
            uuid: unit.uuid.clone().expect("a unit with its uuid"),
            cvr: cvr.to_owned(),
            operation: Operation::Update,
            priority: 10,
            bypass_cache: false,
            body: Body::Unit(Box::new(unit)),
        });
    }

    /// Lets FK refuse the object with this uuid for good, with this text.
    pub fn refuse(&self, uuid: &str, text: &str) {
        self.shared.state().fk.refuse(uuid, text);
    }

    /// Makes FK unreachable (rows stay queued, reading answers 400) or reachable again.
    pub fn set_fk_reachable(&self, reachable: bool) {
        self.shared.state().fk.set_reachable(reachable);
    }

    /// Lets the next `n` hierarchy jobs end as failed, with `Result` null.
    pub fn fail_hierarchies(&self, n: usize) {
        self.shared.state().jobs.fail(n);
    }

    /// The server's log of cleanups: what each would delete, dry or not.
    #[must_use]
    pub fn cleanup_log(&self) -> Vec<String> {
        self.shared.state().cleanups.clone()
    }

    /// Moves the clock: hierarchy results vanish after an hour.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }
}
