//! The work for one connection in one step: what is granted is settled, an instance is made, and each call is checked
//! against the contract on its way back.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use samklang_core::connector::{Batch, Extent, Finding, Need, Object, Operation, Outcome, Severity};
use samklang_core::port::{self, Usage};
use samklang_core::{Description, Fault, FaultKind};
use samklang_egress::{
    Credential, Credentials, EgressLimits, GrantSettings, Grants, ProxySettings, Record, SendError,
};
use serde::Serialize;
use serde_json::{Value, json};
use wasmtime::component::ResourceAny;

use crate::contract::{self, ReadWatch};
use crate::fault::Place;
use crate::instance::{Ending, Granted, Guard, Instance};
use crate::limits::Limits;
use crate::log::Log;
use crate::sandbox::Component;
use crate::tape::Tape;

/// What a session is opened with.
#[derive(Clone)]
pub struct OpenRequest {
    /// The connection's name, as in the tenant's configuration.
    pub connection: String,
    /// The step, such as `import lms`.
    pub step: String,
    /// The connection's settings, checked against the connector's schema.
    pub settings: Value,
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
    /// What takes the session down, or is played to it.
    pub tape: Option<Tape>,
    /// What its requests may cost.
    pub egress_limits: EgressLimits,
    /// The proxy that its requests go through.
    pub proxy: Option<ProxySettings>,
}

impl OpenRequest {
    /// With settings, and nothing granted.
    #[must_use]
    pub fn new(connection: &str, step: &str, settings: Value) -> Self {
        Self {
            connection: connection.to_owned(),
            step: step.to_owned(),
            settings,
            grants: GrantSettings::default(),
            credentials: BTreeMap::new(),
            inbox: None,
            outbox: None,
            limits: None,
            tape: None,
            egress_limits: EgressLimits::default(),
            proxy: None,
        }
    }
}

/// An open session.
pub struct Session {
    description: Arc<Description>,
    place: Place,
    guard: Guard,
    record: Arc<Record>,
    /// The folders that it was handed.
    folders: Vec<&'static str>,
    live: Option<Live>,
    tape: Option<Tape>,
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
        let guard = Guard::new(request.limits.unwrap_or(shared.limits)).watching(granted.outbox.clone());
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
        let opened = opened.map_err(|ending| place.ended("open", ending, &guard, Some(&record)));
        if let Some(tape) = &request.tape {
            tape.call(
                "open",
                Value::Null,
                &opened.as_ref().map(drop).map_err(Clone::clone),
            );
        }
        let live = opened?;
        Ok(Self {
            description,
            place,
            guard,
            record,
            folders: granted.folders(),
            live: Some(live),
            tape: request.tape,
        })
    }

    /// What has been used so far; also after a fault.
    #[must_use]
    pub fn usage(&self) -> Usage {
        let traffic = self.record.traffic();
        let mut reached = self.record.reached();
        reached.extend(self.folders.iter().map(|folder| ((*folder).to_owned(), 1)));
        Usage {
            cpu_us: u64::try_from(self.guard.meter.cpu().as_micros()).unwrap_or(u64::MAX),
            peak_memory: self.guard.meter.peak_memory() as u64,
            requests: traffic.requests,
            repeats: traffic.repeats,
            refused: traffic.refused,
            sent: traffic.sent,
            received: traffic.received,
            reached,
        }
    }

    /// What the connector says of itself.
    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// Runs one call, and takes it down where that is wanted.
    async fn call<T: Serialize>(
        &mut self,
        name: &str,
        arguments: impl FnOnce() -> Value,
        call: impl AsyncFnOnce(&mut Live, &Description, &Guard) -> Result<T, Ending>,
    ) -> Result<T, Fault> {
        let tape = self.tape.clone().map(|tape| (tape, arguments()));
        let answer = self.run(name, call).await;
        if let Some((tape, arguments)) = tape {
            tape.call(name, arguments, &answer);
        }
        answer
    }

    /// Runs one call; whatever does not end in order ends the instance.
    async fn run<T>(
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
        tape: request.tape.clone(),
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

/// What the host knows and a connector cannot: why a request was not let out, and what is wrong with a credential.
fn unseen(record: &Record) -> impl Iterator<Item = Finding> {
    let refusals = record.take_refusals().into_iter();
    let refusals = refusals.map(|refusal| (Severity::Warning, refusal.to_string()));
    let troubles = record.take_troubles().into_iter();
    let troubles = troubles.map(|trouble| (Severity::Failure, trouble));
    troubles.chain(refusals).map(|(severity, message)| Finding {
        severity,
        message,
        remedy: "do as the message says; the connector itself cannot see it".to_owned(),
    })
}

impl port::Session for Session {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        let record = Arc::clone(&self.record);
        self.call(
            "check",
            || Value::Null,
            async |live, _, _| {
                let session = live.session;
                let mut findings = live
                    .instance
                    .call(async |guest, store| guest.check(store, session).await)
                    .await?;
                findings.extend(unseen(&record));
                Ok(findings)
            },
        )
        .await
    }

    async fn read(&mut self, classes: &[String], extent: &Extent) -> Result<(), Fault> {
        self.call(
            "read",
            || json!({ "classes": classes, "extent": extent }),
            async |live, description, guard| {
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
                let watch = ReadWatch::new(classes, extent, &guard.limits);
                live.reading = Some(Reading { reader, watch });
                Ok(())
            },
        )
        .await
    }

    async fn next(&mut self, max: u32) -> Result<Batch, Fault> {
        self.call(
            "next",
            || json!({ "max": max }),
            async |live, description, _| {
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
            },
        )
        .await
    }

    async fn get(&mut self, class: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        self.call(
            "get",
            || json!({ "class": class, "keys": keys }),
            async |live, description, _| {
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
            },
        )
        .await
    }

    async fn apply(&mut self, operations: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        self.call(
            "apply",
            || json!({ "operations": operations }),
            async |live, description, _| {
                let session = live.session;
                let outcomes = live
                    .instance
                    .call(async |guest, store| guest.apply(store, session, operations).await)
                    .await?;
                contract::outcomes(description, operations, &outcomes).map_err(Ending::Violation)?;
                Ok(outcomes)
            },
        )
        .await
    }
}
