//! A stand-in for Støttesystemet Organisation (FK Organisation), SOAP in version 6: the services for addresses, users, persons,
//! organisations, units, functions and businesses, and the hierarchy.
//!
//! Objects are bitemporal, refusals are return codes within a 200, and every reply says from when to when each thing holds. Who may come
//! in is decided by [`security`], which is a seam: a simplified mode, none at all, or whatever a test plugs in.

mod door;
pub mod fixtures;
mod hierarchy;
pub mod model;
pub mod names;
pub mod official;
mod operations;
mod rules;
pub mod sealed;
pub mod security;
mod time;
mod xml;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use axum::Router;
use jiff::Timestamp;
use uuid::Uuid;

use crate::server::StandIn;

use model::{Registration, Stored};
use names::Service;
use security::{Security, SecurityFault, Simplified};
pub use time::Period;
pub use xml::Node;

/// What the service agreement of an authority allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Agreement {
    /// The role Rediger.
    pub edits: bool,
    /// The data right SeNavn.
    pub sees_names: bool,
    /// The data right SeCPR-nummer.
    pub sees_cpr: bool,
}

impl Default for Agreement {
    fn default() -> Self {
        Self {
            edits: true,
            sees_names: true,
            sees_cpr: true,
        }
    }
}

/// Sets up a [`StsOrganisation`].
#[derive(Debug)]
pub struct Builder {
    port: u16,
    security: Arc<dyn Security>,
    settings: Settings,
    now: Option<Timestamp>,
    routes: Router,
}

#[derive(Debug, Clone, Copy, Default)]
struct Settings {
    counts_all: bool,
}

impl Builder {
    /// Answers at this port instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What stands between the line and the register; by default the simplified mode.
    #[must_use]
    pub fn security(mut self, security: impl Security + 'static) -> Self {
        self.security = Arc::new(security);
        self
    }

    /// Serves these as well, such as a token service that the security layer goes with. Paths below `/organisation` are the register's.
    #[must_use]
    pub fn routes(mut self, routes: Router) -> Self {
        self.routes = self.routes.merge(routes);
        self
    }

    /// Lets the bound of a page of the hierarchy count all objects together, and not each kind by itself.
    #[must_use]
    pub fn counts_all(mut self, counts_all: bool) -> Self {
        self.settings.counts_all = counts_all;
        self
    }

    /// Lets it be this moment, until it is moved on; by default it is the machine's time.
    ///
    /// # Panics
    ///
    /// When it is no moment.
    #[must_use]
    pub fn at(mut self, moment: &str) -> Self {
        self.now = Some(moment.parse().expect("a moment"));
        self
    }

    /// Starts it and returns when it answers.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start_blocking(self) -> std::io::Result<StsOrganisation> {
        let shared = Arc::new(Shared {
            security: self.security,
            settings: self.settings,
            clock: Mutex::new((self.now, Duration::ZERO)),
            state: Mutex::default(),
        });
        let register = Router::new()
            .fallback(door::answer)
            .with_state(Arc::clone(&shared));
        let router = self.routes.fallback_service(register);
        let server = StandIn::start(self.port, router)?;
        Ok(StsOrganisation { server, shared })
    }
}

#[derive(Debug)]
struct Shared {
    security: Arc<dyn Security>,
    settings: Settings,
    clock: Mutex<(Option<Timestamp>, Duration)>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    objects: BTreeMap<(Service, Uuid), Stored>,
    authorities: BTreeMap<String, Uuid>,
    agreements: BTreeMap<String, Agreement>,
    exchanges: Vec<(String, String)>,
}

impl State {
    /// The organisation of an authority, and what it may do.
    fn agreement(&self, cvr: &str) -> Result<(Uuid, Agreement), SecurityFault> {
        let Some(organisation) = self.authorities.get(cvr) else {
            return Err(SecurityFault::new("5015", "Usercontext doesn't exist"));
        };
        match self.agreements.get(cvr) {
            Some(agreement) => Ok((*organisation, *agreement)),
            None => Err(SecurityFault::new(
                "ServiceAgreementNotFound",
                "there is no approved service agreement",
            )),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }

    fn now(&self) -> Timestamp {
        let (fixed, moved) = *self.clock.lock().expect("no panic while held");
        fixed.unwrap_or_else(Timestamp::now) + moved
    }
}

/// A running register. Stops when dropped.
#[derive(Debug)]
pub struct StsOrganisation {
    server: StandIn,
    shared: Arc<Shared>,
}

impl StsOrganisation {
    /// An empty register in the simplified mode.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            security: Arc::new(Simplified),
            settings: Settings::default(),
            now: None,
            routes: Router::new(),
        }
    }

    /// What connectors are given as base, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}/organisation", self.server.url())
    }

    /// The server beneath: its record of requests and its faults.
    #[must_use]
    pub fn server(&self) -> &StandIn {
        &self.server
    }

    /// Answers a request without a line: path, content type and body become status and reply. For connectors that run natively.
    #[must_use]
    pub fn respond(&self, path: &str, content_type: &str, body: &[u8]) -> (u16, String) {
        self.shared.respond(path, content_type, body)
    }

    /// Its time.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.shared.now()
    }

    /// Moves its time on.
    pub fn advance(&self, by: Duration) {
        self.shared.clock.lock().expect("no panic while held").1 += by;
    }

    /// Every request with its reply, oldest first.
    #[must_use]
    pub fn exchanges(&self) -> Vec<(String, String)> {
        self.shared.state().exchanges.clone()
    }

    /// Looks at every message so far by the official schemas.
    ///
    /// # Panics
    ///
    /// As [`official::assert_valid`].
    pub fn assert_valid(&self) {
        official::assert_valid(
            self.exchanges()
                .into_iter()
                .flat_map(|(request, reply)| [request, reply]),
        );
    }

    /// Lets an authority have this agreement, or none.
    pub fn set_agreement(&self, cvr: &str, agreement: Option<Agreement>) {
        let agreements = &mut self.shared.state().agreements;
        match agreement {
            Some(agreement) => agreements.insert(cvr.to_owned(), agreement),
            None => agreements.remove(cvr),
        };
    }

    /// What the authority of a CVR number may do, as a token service asks before it issues a token.
    ///
    /// # Errors
    ///
    /// 5015 for a CVR number that is no authority's, `ServiceAgreementNotFound` where there is no agreement.
    pub fn agreement(&self, cvr: &str) -> Result<Agreement, SecurityFault> {
        self.shared.state().agreement(cvr).map(|(_, agreement)| agreement)
    }

    /// An object with all its registrations.
    #[must_use]
    pub fn stored(&self, service: Service, uuid: Uuid) -> Option<Stored> {
        self.shared.state().objects.get(&(service, uuid)).cloned()
    }

    /// How an object is registered now, while its life lasts.
    #[must_use]
    pub fn registration(&self, service: Service, uuid: Uuid) -> Option<Registration> {
        self.stored(service, uuid)
            .filter(|stored| !stored.is_over())?
            .current()
            .cloned()
    }

    /// The objects of a service that are registered, by UUID.
    #[must_use]
    pub fn registrations(&self, service: Service) -> BTreeMap<Uuid, Registration> {
        let state = self.shared.state();
        let own = state
            .objects
            .iter()
            .filter(|((of, _), stored)| *of == service && !stored.is_over());
        own.filter_map(|((_, uuid), stored)| Some((*uuid, stored.current()?.clone())))
            .collect()
    }
}
