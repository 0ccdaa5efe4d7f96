//! How a command ends when it does not end well: what to say, and the exit code.

use samklang_core::Fault;
use samklang_core::port::StoreError;
use samklang_cycle::CycleError;
use samklang_registry::{OciError, PlaceError};
use samklang_store::OpenError;
use serde_json::json;

use crate::configuration::{HomeError, KeyError, LockError, Mistaken, ReadError};

/// The exit codes of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done.
    Done,
    /// It failed.
    Failed,
    /// It was called wrongly, or the configuration holds mistakes.
    Usage,
    /// It waits for a person.
    Waiting,
}

impl Exit {
    /// The number.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Waiting => 3,
        }
    }
}

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The configuration holds mistakes.
    Mistaken(Box<Mistaken>),
    /// It was asked for something that cannot be; the text says what would be right.
    Usage(String),
    /// There is no such thing; the text says what there is.
    Absent(String),
    /// Somebody else is at work, or was faster.
    Busy(String),
    /// It failed; the text says what to do.
    Failed(String),
}

impl Failure {
    /// The exit code.
    #[must_use]
    pub fn exit(&self) -> Exit {
        match self {
            Self::Mistaken(_) | Self::Usage(_) | Self::Absent(_) => Exit::Usage,
            Self::Busy(_) | Self::Failed(_) => Exit::Failed,
        }
    }

    /// As a person reads it.
    #[must_use]
    pub fn render(&self, colour: bool) -> String {
        match self {
            Self::Mistaken(mistaken) => mistaken.render(colour),
            Self::Usage(message) | Self::Absent(message) | Self::Busy(message) | Self::Failed(message) => {
                if colour {
                    format!("\u{1b}[1;31merror\u{1b}[0m: {message}")
                } else {
                    format!("error: {message}")
                }
            }
        }
    }

    /// In the form for machines.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Mistaken(mistaken) => json!({
                "error": { "kind": "configuration", "message": "the configuration holds mistakes" },
                "mistakes": mistaken.records(),
            }),
            Self::Usage(message) | Self::Absent(message) => {
                json!({ "error": { "kind": "usage", "message": message } })
            }
            Self::Busy(message) | Self::Failed(message) => {
                json!({ "error": { "kind": "failed", "message": message } })
            }
        }
    }

    /// A failure with a cause and its own causes.
    pub(crate) fn because(what: impl std::fmt::Display, cause: impl std::fmt::Display) -> Self {
        Self::Failed(format!("{what}: {cause}"))
    }
}

impl From<Mistaken> for Failure {
    fn from(mistaken: Mistaken) -> Self {
        Self::Mistaken(Box::new(mistaken))
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Mistaken(mistaken) => mistaken.into(),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<HomeError> for Failure {
    fn from(error: HomeError) -> Self {
        match error {
            HomeError::Mistaken(mistaken) => mistaken.into(),
            other => Self::Usage(other.to_string()),
        }
    }
}

impl From<KeyError> for Failure {
    fn from(error: KeyError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<LockError> for Failure {
    fn from(error: LockError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<PlaceError> for Failure {
    fn from(error: PlaceError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<OciError> for Failure {
    fn from(error: OciError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Busy { .. } => Self::Busy(error.to_string()),
            other => Self::Failed(other.to_string()),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<CycleError> for Failure {
    fn from(error: CycleError) -> Self {
        match error {
            CycleError::Store(error) => error.into(),
        }
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self::Failed(format!(
            "{fault}\n  {} can act: {}",
            fault.kind.owner().as_str(),
            fault.kind.remedy()
        ))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
