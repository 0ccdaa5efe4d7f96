//! A tenant's connections as the cycle sees them: components from the installation, run in the sandbox, with settings, grants
//! and credentials as configured.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::{Arc, PoisonError};

use samklang_core::connector::{Batch, Extent, Finding, Object, Operation, Outcome, Rejection};
use samklang_core::port::{Connectors, Session, Usage};
use samklang_core::redact::identity_numbers;
use samklang_core::{Description, Fault, FaultKind};
use samklang_egress::Credential;
use samklang_registry::Trust;
use samklang_sandbox::{Component, OpenRequest, Reel, Sandbox, Tape};
use tokio::sync::Mutex;

use super::clock::written;
use super::interrupt::Interrupt;
use crate::configuration::{Home, Opening};

/// A tenant's connections.
pub struct Wiring {
    sandbox: Sandbox,
    home: Home,
    openings: BTreeMap<String, Opening>,
    trust: Trust,
    interrupt: Arc<Interrupt>,
    /// Components by digest: several connections may share one, and each is loaded when it is first needed.
    loaded: Mutex<HashMap<String, Component>>,
    used: Used,
    recorded: Option<Recorded>,
}

/// The connection that is recorded, and its sessions that have ended.
#[derive(Clone)]
struct Recorded {
    connection: String,
    reels: Arc<std::sync::Mutex<Vec<Reel>>>,
}

/// What sessions that have ended used, by connection.
type Used = Arc<std::sync::Mutex<HashMap<String, Usage>>>;

impl Wiring {
    /// The connections over a sandbox; components are taken from the installation's folder, and only those that are trusted are loaded.
    #[must_use]
    pub fn new(
        sandbox: Sandbox,
        home: Home,
        openings: BTreeMap<String, Opening>,
        trust: Trust,
        interrupt: Arc<Interrupt>,
    ) -> Self {
        Self {
            sandbox,
            home,
            openings,
            trust,
            interrupt,
            loaded: Mutex::new(HashMap::new()),
            used: Used::default(),
            recorded: None,
        }
    }

    /// Records every session of a connection from now on.
    pub(crate) fn record(&mut self, connection: &str) {
        self.recorded = Some(Recorded {
            connection: connection.to_owned(),
            reels: Arc::default(),
        });
    }

    /// The sessions that were recorded and have ended.
    pub(crate) fn take_recorded(&self) -> Vec<Reel> {
        let recorded = self.recorded.as_ref();
        let reels = recorded.map(|recorded| recorded.reels.lock().unwrap_or_else(PoisonError::into_inner));
        reels
            .map(|mut reels| std::mem::take(&mut *reels))
            .unwrap_or_default()
    }

    /// What a connection's sessions are opened with.
    ///
    /// # Errors
    ///
    /// When there is no such connection.
    pub(crate) fn opening(&self, connection: &str) -> Result<&Opening, Fault> {
        self.openings.get(connection).ok_or_else(|| Fault {
            kind: FaultKind::NotLoadable,
            connector: String::new(),
            version: String::new(),
            connection: connection.to_owned(),
            step: "open".to_owned(),
            message: "there is no such connection in the configuration".to_owned(),
            last_words: None,
        })
    }

    async fn component(&self, connection: &str, step: &str) -> Result<Component, Fault> {
        let opening = self.opening(connection)?;
        let digest = &opening.connector.digest;
        let mut loaded = self.loaded.lock().await;
        if let Some(component) = loaded.get(digest) {
            return Ok(component.clone());
        }
        let description = &opening.connector.description;
        let fault = |message: String| Fault {
            kind: FaultKind::NotLoadable,
            connector: description.name.clone(),
            version: description.version.clone(),
            connection: connection.to_owned(),
            step: step.to_owned(),
            message,
            last_words: None,
        };
        let path = self.home.component(digest);
        let octets = tokio::fs::read(&path).await.map_err(|cause| {
            fault(format!(
                "{} cannot be read: {cause}; add the connector again",
                path.display()
            ))
        })?;
        // Whom the installation trusts may have changed since it was installed.
        self.trust
            .judge(&description.name, &octets, opening.connector.signature.as_deref())
            .map_err(|why| fault(format!("the connector is not let in: {why}; {}", why.remedy())))?;
        let component = self.sandbox.load(octets).await.map_err(|found| Fault {
            connection: connection.to_owned(),
            step: step.to_owned(),
            ..found
        })?;
        if component.digest() != digest {
            return Err(fault(format!(
                "{} is not the file that was installed: add the connector again",
                path.display()
            )));
        }
        loaded.insert(digest.clone(), component.clone());
        Ok(component)
    }
}

impl Connectors for Wiring {
    type Session = OpenConnection;

    fn describe(&self, connection: &str) -> Result<Arc<Description>, Fault> {
        Ok(Arc::clone(&self.opening(connection)?.connector.description))
    }

    async fn delivered(&self, connection: &str) -> Option<i64> {
        let opening = self.openings.get(connection)?;
        if !opening.grants.inbox {
            return None;
        }
        let inbox = opening.inbox.clone();
        tokio::task::spawn_blocking(move || newest(&inbox)).await.ok()?
    }

    async fn open(&self, connection: &str, step: &str) -> Result<OpenConnection, Fault> {
        self.interrupt.pass().await;
        let component = self.component(connection, step).await?;
        let opening = self.opening(connection)?;
        let mut request = OpenRequest::new(connection, step, opening.settings.clone());
        request.grants = opening.grants.clone();
        request.credentials = opening.credentials.clone();
        request.limits = Some(opening.bounds.step);
        request.egress_limits = opening.bounds.egress;
        request.proxy = opening.proxy.clone();
        request.inbox = Some(opening.inbox.clone());
        request.outbox = Some(opening.outbox.clone());
        let recorded = self
            .recorded
            .clone()
            .filter(|recorded| recorded.connection == connection);
        let tape = recorded.map(|recorded| {
            let tape = Tape::blank(connection, step, opening.settings.clone());
            (tape, recorded.reels)
        });
        request.tape = tape.as_ref().map(|(tape, _)| tape.clone());
        let taken = Taken(tape);
        let secrets: Vec<Credential> = opening.credentials.values().cloned().collect();
        let session = component
            .open(request)
            .await
            .map_err(|fault| struck(&secrets, fault))?;
        Ok(OpenConnection {
            session,
            secrets,
            interrupt: Arc::clone(&self.interrupt),
            connection: connection.to_owned(),
            used: Arc::clone(&self.used),
            _taken: taken,
        })
    }

    fn take_usage(&self, connection: &str) -> Usage {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.remove(connection).unwrap_or_default()
    }
}

/// When the newest file of a folder was written, in milliseconds since 1970.
fn newest(folder: &Path) -> Option<i64> {
    std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .filter(std::fs::Metadata::is_file)
        .filter_map(|file| written(&file))
        .max()
}

/// An open session that stops between two calls when it is asked to. A call of `apply` is never held back: its operations
/// are noted as sent already.
pub struct OpenConnection {
    session: samklang_sandbox::Session,
    /// What must not stand in anything that comes out of the session.
    secrets: Vec<Credential>,
    interrupt: Arc<Interrupt>,
    connection: String,
    used: Used,
    _taken: Taken,
}

/// Keeps what is on a session's tape when the session ends, also when it could not be opened.
struct Taken(Option<(Tape, Arc<std::sync::Mutex<Vec<Reel>>>)>);

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some((tape, reels)) = self.0.take() {
            let mut reels = reels.lock().unwrap_or_else(PoisonError::into_inner);
            reels.push(tape.reel());
        }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.entry(std::mem::take(&mut self.connection))
            .or_default()
            .add(&self.session.usage());
    }
}

/// A text without what is secret about the credentials, and without what may be somebody's identity number: a system may repeat what it
/// was sent, or what it knows of somebody else, and a connector pass that on.
fn strike(secrets: &[Credential], text: &str) -> String {
    let text = secrets
        .iter()
        .fold(text.to_owned(), |text, secret| secret.redact(&text));
    identity_numbers(&text)
}

/// A fault without it.
fn struck(secrets: &[Credential], fault: Fault) -> Fault {
    Fault {
        message: strike(secrets, &fault.message),
        last_words: fault.last_words.as_deref().map(|words| strike(secrets, words)),
        ..fault
    }
}

/// What a check found, without it.
fn told(secrets: &[Credential], finding: Finding) -> Finding {
    Finding {
        message: strike(secrets, &finding.message),
        remedy: strike(secrets, &finding.remedy),
        ..finding
    }
}

/// An outcome without it.
fn settled(secrets: &[Credential], outcome: Outcome) -> Outcome {
    match outcome {
        Outcome::RetryLater { after, reason } => Outcome::RetryLater {
            after,
            reason: strike(secrets, &reason),
        },
        Outcome::Rejected(said) => Outcome::Rejected(Rejection {
            code: strike(secrets, &said.code),
            message: strike(secrets, &said.message),
            attribute: said.attribute,
        }),
        other => other,
    }
}

impl Session for OpenConnection {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        let findings = self.session.check().await;
        let findings = findings.map_err(|fault| struck(&self.secrets, fault))?;
        Ok(findings
            .into_iter()
            .map(|finding| told(&self.secrets, finding))
            .collect())
    }

    async fn read(&mut self, classes: &[String], extent: &Extent) -> Result<(), Fault> {
        self.interrupt.pass().await;
        let answer = self.session.read(classes, extent).await;
        answer.map_err(|fault| struck(&self.secrets, fault))
    }

    async fn next(&mut self, max: u32) -> Result<Batch, Fault> {
        self.interrupt.pass().await;
        let answer = self.session.next(max).await;
        answer.map_err(|fault| struck(&self.secrets, fault))
    }

    async fn get(&mut self, class: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        self.interrupt.pass().await;
        let answer = self.session.get(class, keys).await;
        answer.map_err(|fault| struck(&self.secrets, fault))
    }

    async fn apply(&mut self, operations: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        let outcomes = self.session.apply(operations).await;
        let outcomes = outcomes.map_err(|fault| struck(&self.secrets, fault))?;
        Ok(outcomes
            .into_iter()
            .map(|outcome| settled(&self.secrets, outcome))
            .collect())
    }
}
