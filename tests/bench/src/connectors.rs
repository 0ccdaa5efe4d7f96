//! The connections of a measured tenant: components as the program runs them, or stand-ins within the process: the same CSV
//! connector compiled natively, and a target that has done everything as soon as it is asked.

use std::cell::RefCell;
use std::path::PathBuf;
use std::sync::Arc;

use csv_connector::People;
use samklang::Wiring;
use samklang_core::connector::{
    Batch, Completion, Extent, Finding, Object, Operation, Outcome, Page, Receipt,
};
use samklang_core::port::{Connectors, Session};
use samklang_core::{Attributes, Description, Fault, FaultKind, Value};
use samklang_sdk as sdk;
use samklang_sdk::{Connector as _, testing};

use crate::ground::{FILE, SOURCE, TARGET};

/// How a connection's connector is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// As a component in the sandbox.
    Component,
    /// Within the process.
    Native,
}

/// A tenant's connections.
pub(crate) struct Systems {
    pub(crate) wiring: Wiring,
    pub(crate) source: Way,
    pub(crate) target: Way,
    pub(crate) inbox: PathBuf,
}

impl Connectors for Systems {
    type Session = Opened;

    fn describe(&self, connection: &str) -> Result<Arc<Description>, Fault> {
        self.wiring.describe(connection)
    }

    async fn open(&self, connection: &str, step: &str) -> Result<Opened, Fault> {
        Ok(match (connection, self.source, self.target) {
            (SOURCE, Way::Native, _) => Opened::People(Native {
                inbox: self.inbox.clone(),
            }),
            (TARGET, _, Way::Native) => Opened::Instant,
            _ => Opened::Component(Box::new(self.wiring.open(connection, step).await?)),
        })
    }
}

/// An open session.
pub(crate) enum Opened {
    Component(Box<<Wiring as Connectors>::Session>),
    People(Native),
    Instant,
}

impl Session for Opened {
    async fn check(&mut self) -> Result<Vec<Finding>, Fault> {
        match self {
            Self::Component(session) => session.check().await,
            Self::People(_) | Self::Instant => Ok(Vec::new()),
        }
    }

    async fn read(&mut self, classes: &[String], extent: &Extent) -> Result<(), Fault> {
        match self {
            Self::Component(session) => session.read(classes, extent).await,
            Self::People(native) => native.read(classes),
            Self::Instant => Err(fault("it cannot be read")),
        }
    }

    async fn next(&mut self, max: u32) -> Result<Batch, Fault> {
        match self {
            Self::Component(session) => session.next(max).await,
            Self::People(native) => native.next(max),
            Self::Instant => Err(fault("it cannot be read")),
        }
    }

    async fn get(&mut self, class: &str, keys: &[String]) -> Result<Vec<Object>, Fault> {
        match self {
            Self::Component(session) => session.get(class, keys).await,
            Self::People(_) | Self::Instant => Err(fault("single objects cannot be fetched")),
        }
    }

    async fn apply(&mut self, operations: &[Operation]) -> Result<Vec<Outcome>, Fault> {
        match self {
            Self::Component(session) => session.apply(operations).await,
            Self::People(_) => Err(fault("it cannot be written")),
            Self::Instant => Ok(operations
                .iter()
                .map(|operation| {
                    Outcome::Done(Receipt {
                        key: operation.key.clone(),
                        assigned: Attributes::new(),
                    })
                })
                .collect()),
        }
    }
}

fn fault(message: impl Into<String>) -> Fault {
    Fault {
        kind: FaultKind::Internal,
        connector: "native".to_owned(),
        version: String::new(),
        connection: String::new(),
        step: String::new(),
        message: message.into(),
        last_words: None,
    }
}

thread_local! {
    /// The read under way. Readers of the SDK stay on their thread, as a component's stay in their instance; so does the
    /// cycle, which the program blocks its first thread on.
    static READER: RefCell<Option<Box<dyn sdk::Reader>>> = const { RefCell::new(None) };
}

/// The CSV connector without a sandbox.
pub(crate) struct Native {
    inbox: PathBuf,
}

impl Native {
    fn read(&self, classes: &[String]) -> Result<(), Fault> {
        let reader = testing::with_inbox(&self.inbox, || {
            let settings = serde_json::from_value(serde_json::json!({ "file": FILE }));
            let settings = settings.map_err(|cause| fault(cause.to_string()))?;
            People::open(settings)
                .and_then(|people| people.read(classes, sdk::Extent::Full))
                .map_err(|cause| fault(cause.to_string()))
        })?;
        READER.set(Some(reader));
        Ok(())
    }

    fn next(&self, max: u32) -> Result<Batch, Fault> {
        READER.with_borrow_mut(|reader| {
            let reader = reader
                .as_mut()
                .ok_or_else(|| fault("no read is under way on this thread"))?;
            let max = usize::try_from(max).unwrap_or(usize::MAX);
            reader
                .next(max)
                .map(batch)
                .map_err(|cause| fault(cause.to_string()))
        })
    }
}

fn batch(given: sdk::Batch) -> Batch {
    match given {
        sdk::Batch::Page(page) => Batch::Page(Page {
            class: page.class,
            columns: page.columns,
            rows: page
                .rows
                .into_iter()
                .map(|row| row.into_iter().map(value).collect())
                .collect(),
            removed: page.removed,
        }),
        sdk::Batch::Complete(completion) => Batch::Complete(Completion {
            objects: completion.objects,
            cursor: completion.cursor,
        }),
    }
}

fn value(given: sdk::Value) -> Value {
    match given {
        sdk::Value::Absent => Value::Absent,
        sdk::Value::Text(text) => Value::Text(text),
        sdk::Value::Integer(number) => Value::Integer(number),
        sdk::Value::Boolean(flag) => Value::Boolean(flag),
        sdk::Value::Bytes(octets) => Value::Bytes(octets),
        sdk::Value::Texts(texts) => Value::Texts(texts),
        sdk::Value::Structure(text) => Value::Structure(serde_json::from_str(&text).unwrap_or_default()),
    }
}
