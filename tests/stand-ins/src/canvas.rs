//! A stand-in for Canvas: SIS imports with their modes, memory and messages, and the reading of what they made.
//!
//! Tokens, permissions, paging without `last` and the rate limit behave as the real service's do. Undoing an import
//! (`restore_states`) and provisioning reports are not served.

mod apply;
mod diff;
mod door;
mod files;
mod import_door;
mod imports;
mod paging;
mod reading;
pub mod schema;
mod sweep;
mod throttle;
mod world;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;

use crate::clock::Clock;
use crate::server::{Fault, Recorded, StandIn};

pub use files::Message;
use imports::Imports;
pub use imports::Pace;
use throttle::Buckets;
pub use throttle::RateLimit;
use world::World;
pub use world::{Class, Record};

/// What the holder of a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are Canvas's permissions")]
pub struct Permissions {
    /// *Import SIS data*.
    pub import_sis: bool,
    /// *Manage SIS*: enough to read the status of imports.
    pub manage_sis: bool,
    /// *Read SIS data*: without it SIS fields are left out.
    pub read_sis: bool,
    /// Reading users, courses and the rest.
    pub read: bool,
}

impl Permissions {
    /// An administrator's.
    pub const ALL: Self = Self {
        import_sis: true,
        manage_sis: true,
        read_sis: true,
        read: true,
    };
}

/// The token every stand-in knows unless it is given others.
pub const TOKEN: &str = "canvas-token";

#[derive(Debug, Clone)]
struct Settings {
    tokens: HashMap<String, Permissions>,
    sis_enabled: bool,
    pace: Pace,
    abort_pause: Duration,
    providers: Vec<(u64, String)>,
    roles: Vec<(String, &'static str)>,
    admin_roles: Vec<String>,
    limit: Option<RateLimit>,
    latency: Duration,
    first_id: u64,
}

impl Settings {
    fn custom_roles(&self) -> impl Iterator<Item = (&str, &'static str)> {
        self.roles.iter().map(|(name, kind)| (name.as_str(), *kind))
    }

    fn admin_role(&self, id: usize) -> Option<&str> {
        self.admin_roles.get(id.checked_sub(1)?).map(String::as_str)
    }
}

/// Sets up a [`Canvas`].
#[derive(Debug, Clone)]
pub struct Builder {
    port: u16,
    settings: Settings,
}

impl Builder {
    /// Answers at this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Knows this token too.
    #[must_use]
    pub fn token(mut self, token: &str, permissions: Permissions) -> Self {
        self.settings.tokens.insert(token.to_owned(), permissions);
        self
    }

    /// Turns SIS imports off.
    #[must_use]
    pub fn without_sis_imports(mut self) -> Self {
        self.settings.sis_enabled = false;
        self
    }

    /// How imports get on (immediately).
    #[must_use]
    pub fn pace(mut self, pace: Pace) -> Self {
        self.settings.pace = pace;
        self
    }

    /// How long no import starts after one was aborted (10 minutes).
    #[must_use]
    pub fn abort_pause(mut self, pause: Duration) -> Self {
        self.settings.abort_pause = pause;
        self
    }

    /// Knows an authentication provider (1 `canvas` and 2 `saml` are there).
    #[must_use]
    pub fn provider(mut self, id: u64, kind: &str) -> Self {
        self.settings.providers.push((id, kind.to_owned()));
        self
    }

    /// Knows a custom role that makes enrolments of `kind`, such as `TeacherEnrollment`.
    #[must_use]
    pub fn role(mut self, name: &str, kind: &'static str) -> Self {
        self.settings.roles.push((name.to_owned(), kind));
        self
    }

    /// Knows a custom role of account administrators.
    #[must_use]
    pub fn admin_role(mut self, name: &str) -> Self {
        self.settings.admin_roles.push(name.to_owned());
        self
    }

    /// The rate limit (700 of quota, 10 back a second, hardly anything per request); `None` for none.
    #[must_use]
    pub fn rate_limit(mut self, limit: Option<RateLimit>) -> Self {
        self.settings.limit = limit;
        self
    }

    /// Every answer takes this long.
    #[must_use]
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Gives ids that no 64-bit float holds, as hosted installations do.
    #[must_use]
    pub fn large_ids(mut self) -> Self {
        self.settings.first_id = 98_760_000_000_000_000;
        self
    }

    /// Starts it and returns when it answers.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    #[expect(clippy::unused_async, reason = "all stand-ins start alike")]
    pub async fn start(self) -> std::io::Result<Canvas> {
        self.start_blocking()
    }

    /// As [`Builder::start`], outside an asynchronous context.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start_blocking(self) -> std::io::Result<Canvas> {
        let clock = Clock::default();
        let world = World::new(self.settings.first_id, &clock.now().to_string());
        let state = State {
            world,
            imports: Imports::default(),
            buckets: Buckets::default(),
        };
        let shared = Arc::new(Shared {
            settings: self.settings,
            clock,
            state: Mutex::new(state),
        });
        let router = Router::new()
            .fallback(door::answer)
            .with_state(Arc::clone(&shared));
        let server = StandIn::start(self.port, router)?;
        Ok(Canvas { server, shared })
    }
}

#[derive(Debug)]
struct Shared {
    settings: Settings,
    clock: Clock,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    world: World,
    imports: Imports,
    buckets: Buckets,
}

impl Shared {
    /// The state as of now: imports have got on as far as the time allows.
    fn state(&self) -> MutexGuard<'_, State> {
        let mut guard = self.state.lock().expect("no panic while held");
        let State { world, imports, .. } = &mut *guard;
        imports.settle(world, &self.settings, self.clock.now());
        guard
    }
}

/// A running Canvas. Stops when dropped.
#[derive(Debug)]
pub struct Canvas {
    server: StandIn,
    shared: Arc<Shared>,
}

impl Canvas {
    /// An installation with one root account and the token [`TOKEN`].
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            settings: Settings {
                tokens: HashMap::from([(TOKEN.to_owned(), Permissions::ALL)]),
                sis_enabled: true,
                pace: Pace::Immediate,
                abort_pause: Duration::from_secs(600),
                providers: vec![(1, "canvas".to_owned()), (2, "saml".to_owned())],
                roles: Vec::new(),
                admin_roles: vec!["AccountAdmin".to_owned()],
                limit: Some(RateLimit::default()),
                latency: Duration::ZERO,
                first_id: 0,
            },
        }
    }

    /// The root, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// A token with all permissions.
    #[must_use]
    pub fn token(&self) -> &'static str {
        TOKEN
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

    /// All records of a class, deleted ones too, by id.
    #[must_use]
    pub fn records(&self, class: Class) -> Vec<Record> {
        self.shared.state().world.table(class).rows().to_vec()
    }

    /// A record by SIS id. For [`Class::User`] it is the SIS id of one of its logins.
    #[must_use]
    pub fn record(&self, class: Class, sis_id: &str) -> Option<Record> {
        let state = self.shared.state();
        let id = match class {
            Class::User => state.world.user_by_sis(sis_id)?,
            _ => state.world.table(class).by_sis(sis_id)?,
        };
        state.world.table(class).get(id).cloned()
    }

    /// All users.
    #[must_use]
    pub fn users(&self) -> Vec<Record> {
        self.records(Class::User)
    }

    /// All logins.
    #[must_use]
    pub fn logins(&self) -> Vec<Record> {
        self.records(Class::Login)
    }

    /// All courses.
    #[must_use]
    pub fn courses(&self) -> Vec<Record> {
        self.records(Class::Course)
    }

    /// All sections.
    #[must_use]
    pub fn sections(&self) -> Vec<Record> {
        self.records(Class::Section)
    }

    /// All enrolments.
    #[must_use]
    pub fn enrollments(&self) -> Vec<Record> {
        self.records(Class::Enrollment)
    }

    /// The workflow states of all imports, oldest first.
    #[must_use]
    pub fn import_states(&self) -> Vec<&'static str> {
        self.shared
            .state()
            .imports
            .all
            .iter()
            .map(|import| import.state)
            .collect()
    }

    /// All messages of an import, none left out.
    #[must_use]
    pub fn import_messages(&self, id: u64) -> Vec<Message> {
        self.shared
            .state()
            .imports
            .find(id)
            .map(|import| import.messages.clone())
            .unwrap_or_default()
    }

    /// Changes a user as a person would in the user interface, so that imports leave the field alone from then on.
    /// Fields: `name`, `sortable_name`, `short_name`, `pronouns`, `login_id`, `status`.
    ///
    /// # Panics
    ///
    /// When there is no such user or field.
    pub fn edit_in_ui(&self, user_sis_id: &str, field: &str, value: &str) {
        match field {
            "login_id" | "status" => self.edit_record_in_ui(Class::Login, user_sis_id, field, value),
            _ => self.edit_record_in_ui(Class::User, user_sis_id, field, value),
        }
    }

    /// As [`Canvas::edit_in_ui`] for a record of any class with a SIS id. Fields are the record's own.
    ///
    /// # Panics
    ///
    /// When there is no such record or field.
    pub fn edit_record_in_ui(&self, class: Class, sis_id: &str, field: &str, value: &str) {
        const FIELDS: [&str; 14] = [
            "name",
            "sortable_name",
            "short_name",
            "pronouns",
            "unique_id",
            "status",
            "course_code",
            "friendly_name",
            "start_at",
            "end_at",
            "account_id",
            "term_id",
            "course_id",
            "parent_account_id",
        ];
        const STATES: [&str; 7] = [
            "active",
            "suspended",
            "deleted",
            "completed",
            "available",
            "unpublished",
            "inactive",
        ];
        let field = if field == "login_id" { "unique_id" } else { field };
        let field = FIELDS
            .into_iter()
            .find(|known| *known == field)
            .expect("a field that can be edited");
        let mut state = self.shared.state();
        let id = match class {
            Class::User => state.world.user_by_sis(sis_id),
            _ => state.world.table(class).by_sis(sis_id),
        };
        let id = id.expect("a record with this SIS id");
        let table = state.world.table_mut(class);
        let record = table.of_mut(id);
        record.sticky.insert(field);
        if field == "status" {
            record.state = STATES.into_iter().find(|known| *known == value).expect("a state");
        } else {
            record.texts.insert(field, value.to_owned());
        }
        if field == "unique_id" {
            table.set_key(id, Some(value.to_lowercase()));
        }
    }

    /// Moves the clock.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.advance(by);
    }
}
