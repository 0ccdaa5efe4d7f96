//! The work for one connection in one step: what is granted is settled, an instance is made, and each call is checked
//! against the contract on its way back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use samklang_core::connector::{Batch, Extent, Finding, Need, Object, Operation, Outcome};
use samklang_core::{Description, Fault, FaultKind, port};
use samklang_egress::{
    Credential, Credentials, EgressLimits, GrantSettings, Grants, ProxySettings, Record, SendError, Traffic,
};
use wasmtime::component::ResourceAny;

use crate::contract::{self, ReadWatch};
use crate::fault::Place;
use crate::instance::{Ending, Granted, Guard, Instance};
use crate::limits::Limits;
use crate::log::Log;
use crate::sandbox::Component;

/// What a session is opened with.
#[derive(Clone)]
pub struct OpenRequest {
    /// The connection's name, as in the tenant's configuration.
    pub connection: String,
    /// The step, such as `import lms`.
    pub step: String,
    /// The connection's settings, checked against the connector's schema.
    pub settings: serde_json::Value,
    /// What the operator grants.
    pub grants: GrantSettings,
    /// The credentials, by the name of the need that each is bound to.
    pub credentials: BTreeMap<String, Credential>,
    /// The folder of arriving files; seen by the connector if it asks for it and it is granted.
    pub inbox: Option<PathBuf>,
    /// The folder of files to send; as above.
    pub outbox: Option<PathBuf>,
    /// What the step may use; the sandbox's own limits when absent.
    pub limits: Option<Limits>,
    /// What its requests may cost.
    pub egress_limits: EgressLimits,
    /// The proxy that its requests go through.
    pub proxy: Option<ProxySettings>,
}

impl OpenRequest {
    /// With settings, and nothing granted.
    #[must_use]
    pub fn new(connection: &str, step: &str, settings: serde_json::Value) -> Self {
        Self {
            connection: connection.to_owned(),
            step: step.to_owned(),
            settings,
            grants: GrantSettings::default(),
            credentials: BTreeMap::new(),
            inbox: None,
            outbox: None,
            limits: None,
            egress_limits: EgressLimits::default(),
            proxy: None,
        }
    }
}

/// What a session has used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time.
    pub cpu: Duration,
    /// The most linear memory at once, in octets.
    pub peak_memory: usize,
    /// Requests and octets.
    pub traffic: Traffic,
}

/// An open session.
pub struct Session {
    description: Arc<Description>,
    place: Place,
    guard: Guard,
    record: Arc<Record>,
    live: Option<Live>,
}

/// What is there until a call ends badly.
struct Live {
    instance: Instance,
    session: ResourceAny,
    reading: Option<Reading>,
}

struct Reading {
    reader: ResourceAny,
    watch: ReadWatch,
}

impl Session {
    pub(crate) async fn open(component: &Component, request: OpenRequest) -> Result<Self, Fault> {
        let description = Arc::clone(component.description());
        let place = Place::of(&description, &request.connection, &request.step);
        let shared = &component.shared;
        let (granted, record) = grant(component, &place, &description, &request)?;
        let guard = Guard::new(request.limits.unwrap_or(shared.limits));
        let log = Log::new(
            Some(&description),
            &request.connection,
            &request.step,
            guard.limits,
        );
        let settings = request.settings.to_string();
        let opened = async {
            let mut instance =
                Instance::start(&shared.engine, &component.loaded.checked, &granted, log, &guard).await?;
            let session = instance
                .call(async |guest, store| guest.open(store, &settings).await)
                .await?;
            Ok(Live {
                instance,
                session,
                reading: None,
            })
        };
        let opened: Result<Live, Ending> = opened.await;
        let live = opened.map_err(|ending| place.ended("open", ending, &guard, Some(&record)))?;
        Ok(Self {
            description,
            place,
            guard,
            record,
            live: Some(live),
        })
    }

    /// What has been used so far; also after a fault.
    #[must_use]
    pub fn usage(&self) -> Usage {
        Usage {
            cpu: self.guard.meter.cpu(),
            peak_memory: self.guard.meter.peak_memory(),
            traffic: self.record.traffic(),
        }
    }

    /// What the connector says of itself.
    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Runs one call; whatever does not end in order ends the instance.
    async fn call<T>(
        &mut self,
        name: &str,
        call: impl AsyncFnOnce(&mut Live, &Description, &Guard) -> Result<T, Ending>,
    ) -> Result<T, Fault> {
        let Some(live) = &mut self.live else {
            let message = format!("`{name}` was called after an earlier fault had ended the session");
            return Err(self.place.fault(FaultKind::Internal, message));
        };
        // What was refused in an earlier call, which went well all the same, explains nothing in this one.
        self.record.take_refusals();
        self.record.take_troubles();
        let ending = match call(live, &self.description, &self.guard).await {
            Ok(answer) => return Ok(answer),
            Err(ending) => ending,
        };
        if !ending.is_orderly() {
            self.live = None;
        }
        Err(self.place.ended(name, ending, &self.guard, Some(&self.record)))
    }
}

/// Settles what the connector gets: what it asks for, of what is granted.
fn grant(
    component: &Component,
    place: &Place,
    description: &Description,
    request: &OpenRequest,
) -> Result<(Granted, Arc<Record>), Fault> {
    let grants = Grants::new(
        &request.connection,
        &description.name,
        &description.needs,
        &request.settings,
        &request.grants,
    )
    .map_err(|error| place.fault(FaultKind::InvalidSettings, error.to_string()))?;
    let credentials = Credentials::new(request.credentials.clone(), &description.needs)
        .map_err(|error| place.fault(FaultKind::InvalidSettings, error.to_string()))?;
    let rate = description.limits.requests_per_second;
    let sender = component
        .shared
        .egress
        .sender(
            grants,
            credentials,
            request.egress_limits,
            rate,
            request.proxy.as_ref(),
        )
        .map_err(|error| {
            let kind = if matches!(error, SendError::Credential(_) | SendError::Proxy(_)) {
                FaultKind::InvalidSettings
            } else {
                FaultKind::Internal
            };
            place.fault(kind, error.to_string())
        })?;
    let record = Arc::clone(sender.record());
    let mut granted = Granted {
        sender: Some(Arc::new(sender)),
        ..Granted::default()
    };
    for need in &description.needs {
        let (name, leave, folder, slot) = match need {
            Need::Http { .. } | Need::Ldap { .. } | Need::Signing { .. } => continue,
            Need::Inbox(_) => ("inbox", request.grants.inbox, &request.inbox, &mut granted.inbox),
            Need::Outbox(_) => (
                "outbox",
                request.grants.outbox,
                &request.outbox,
                &mut granted.outbox,
            ),
        };
        if !leave {
            let message = format!(
                "the connector asks for the folder `/{name}`, which the operator has not granted; to allow it, write\n\
                 [connections.{}.grants]\n{name} = true",
                request.connection
            );
            return Err(place.fault(FaultKind::NotGranted, message));
        }
        let folder = folder.as_ref().filter(|folder| folder.is_dir()).ok_or_else(|| {
            let path = folder
                .as_ref()
                .map_or_else(|| "no folder".to_owned(), |folder| folder.display().to_string());
            let message =
                format!("the connection's {name} is not there ({path}): make the folder, or set another");
            place.fault(FaultKind::InvalidSettings, message)
        })?;
        *slot = Some(folder.clone());
    }
    Ok((granted, record))
}

impl port::Session for Session {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        self.call("check", async |live, _, _| {
            let session = live.session;
            live.instance
                .call(async |guest, store| guest.check(store, session).await)
                .await
        })
        .await
    }

    async fn read(&mut self, classes: &[String], extent: &Extent) -> Result<(), Fault> {
        self.call("read", async |live, description, guard| {
            for class in classes {
                if !description.class(class).is_some_and(|class| class.readable) {
                    let message = format!("the connector declares no class `{class}` that can be read");
                    return Err(Ending::Complaint(FaultKind::Unsupported, message));
                }
            }
            let session = live.session;
            live.reading = None;
            let reader = live
                .instance
                .call(async |guest, store| guest.read(store, session, classes, extent).await)
                .await?;
            let watch = ReadWatch::new(classes, extent, guard.limits.empty_pages);
            live.reading = Some(Reading { reader, watch });
            Ok(())
        })
        .await
    }

    async fn next(&mut self, max: u32) -> Result<Batch, Fault> {
        self.call("next", async |live, description, _| {
            let Some(Reading { reader, watch }) = &mut live.reading else {
                return Err(Ending::Complaint(
                    FaultKind::Internal,
                    "no read is under way".to_owned(),
                ));
            };
            let reader = *reader;
            let batch = live
                .instance
                .call(async |guest, store| guest.next(store, reader, max).await)
                .await?;
            watch.batch(description, &batch, max).map_err(Ending::Violation)?;
            if matches!(batch, Batch::Complete(_)) {
                live.reading = None;
            }
            Ok(batch)
        })
        .await
    }

    async fn get(&mut self, class: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        self.call("get", async |live, description, _| {
            if !description.class(class).is_some_and(|class| class.gettable) {
                let message =
                    format!("the connector declares no class `{class}` whose objects can be fetched");
                return Err(Ending::Complaint(FaultKind::Unsupported, message));
            }
            let session = live.session;
            let objects = live
                .instance
                .call(async |guest, store| guest.get(store, session, class, keys).await)
                .await?;
            contract::objects(description, class, keys, &objects).map_err(Ending::Violation)?;
            Ok(objects)
        })
        .await
    }

    async fn apply(&mut self, operations: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        self.call("apply", async |live, description, _| {
            let session = live.session;
            let outcomes = live
                .instance
                .call(async |guest, store| guest.apply(store, session, operations).await)
                .await?;
            contract::outcomes(description, operations, &outcomes).map_err(Ending::Violation)?;
            Ok(outcomes)
        })
        .await
    }
}
