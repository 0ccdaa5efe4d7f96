//! Why a call failed as a whole. The variants are the contract's; each has an owner who can mend it, and none carries
//! personal data or a secret.

use std::time::Duration;

use crate::InvalidSetting;
use crate::bindings::samklang::connector::types;

/// An error of the contract.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Error {
    /// The connection's settings cannot be used. The operator mends them.
    #[error("settings cannot be used: {}", list(.0))]
    InvalidSettings(Vec<InvalidSetting>),
    /// The system does not accept the credentials, or they lack a right, which the text names.
    #[error("not authorised: {0}")]
    Unauthorised(String),
    /// The system cannot be reached, or answers that it is out of order.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// The system asks for a pause of at least this long.
    #[error("the system asks for a pause of {} ms", .0.as_millis())]
    RateLimited(Duration),
    /// What should be read is not there yet. The text says what is waited for.
    #[error("waiting for data: {0}")]
    WaitingForData(String),
    /// The system delivered something that cannot be right. Its vendor or owner mends it.
    #[error("{place}: {cause}")]
    InvalidData {
        /// The file with line and column, or the request with the object's key.
        place: String,
        /// What is wrong there.
        cause: String,
    },
    /// The cursor is too old or unknown: a full read is needed.
    #[error("a full read is needed: {0}")]
    ResyncRequired(String),
    /// The connector or its system cannot do this at all.
    #[error("unsupported: {0}")]
    Unsupported(String),
    /// A fault of the connector itself.
    #[error("internal: {0}")]
    Internal(String),
}

impl Error {
    /// One setting that cannot be used, by its JSON Pointer.
    pub fn invalid_setting(pointer: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::InvalidSettings(vec![InvalidSetting {
            pointer: pointer.into(),
            reason: reason.into(),
        }])
    }

    /// A fault in delivered data: where, and what is wrong there.
    pub fn invalid_data(place: impl Into<String>, cause: impl ToString) -> Self {
        Self::InvalidData {
            place: place.into(),
            cause: cause.to_string(),
        }
    }
}

fn list(settings: &[InvalidSetting]) -> String {
    let lines: Vec<_> = settings
        .iter()
        .map(|setting| format!("{}: {}", setting.pointer, setting.reason))
        .collect();
    lines.join("; ")
}

impl From<Error> for types::Error {
    fn from(error: Error) -> Self {
        match error {
            Error::InvalidSettings(settings) => Self::InvalidSettings(settings),
            Error::Unauthorised(text) => Self::Unauthorised(text),
            Error::Unreachable(text) => Self::Unreachable(text),
            Error::RateLimited(pause) => Self::RateLimited(crate::outcome::milliseconds(pause)),
            Error::WaitingForData(text) => Self::WaitingForData(text),
            Error::InvalidData { place, cause } => Self::InvalidData(types::DataFault { place, cause }),
            Error::ResyncRequired(text) => Self::ResyncRequired(text),
            Error::Unsupported(text) => Self::Unsupported(text),
            Error::Internal(text) => Self::Internal(text),
        }
    }
}
