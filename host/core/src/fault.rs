//! Why a step could not go on, who can act and what to do. Faults come from connectors through the sandbox; the kinds are a
//! closed list with stable codes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What kind of fault it is. The code of each is stable and documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum FaultKind {
    /// The connection's settings cannot be used.
    InvalidSettings,
    /// The credentials are not accepted or lack a right.
    Unauthorised,
    /// The system cannot be reached or is out of order.
    Unreachable,
    /// The system asks for a pause.
    RateLimited {
        /// At least this long.
        after: Duration,
    },
    /// What should be read is not there yet.
    WaitingForData,
    /// The system delivered something that cannot be right.
    InvalidData,
    /// A full read is needed.
    ResyncRequired,
    /// The connector cannot do this.
    Unsupported,
    /// A fault that the connector reports of itself.
    Internal,
    /// The connector trapped.
    Trap,
    /// The connector used up its processor time.
    OutOfCpu,
    /// A call took longer than allowed.
    OutOfTime,
    /// The connector wanted more memory than allowed.
    OutOfMemory,
    /// The connector broke the contract.
    ContractViolation,
    /// The component cannot be loaded.
    NotLoadable,
    /// The host lacks a grant that the connector needs.
    NotGranted,
}

impl FaultKind {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::InvalidSettings => "invalid-settings",
            Self::Unauthorised => "unauthorised",
            Self::Unreachable => "unreachable",
            Self::RateLimited { .. } => "rate-limited",
            Self::WaitingForData => "waiting-for-data",
            Self::InvalidData => "invalid-data",
            Self::ResyncRequired => "resync-required",
            Self::Unsupported => "unsupported",
            Self::Internal => "internal",
            Self::Trap => "trap",
            Self::OutOfCpu => "out-of-cpu",
            Self::OutOfTime => "out-of-time",
            Self::OutOfMemory => "out-of-memory",
            Self::ContractViolation => "contract-violation",
            Self::NotLoadable => "not-loadable",
            Self::NotGranted => "not-granted",
        }
    }

    /// Who can act.
    #[must_use]
    pub fn owner(&self) -> Owner {
        match self {
            Self::InvalidSettings
            | Self::Unauthorised
            | Self::ResyncRequired
            | Self::Unsupported
            | Self::NotGranted
            | Self::NotLoadable => Owner::Operator,
            Self::Unreachable | Self::RateLimited { .. } | Self::WaitingForData | Self::InvalidData => {
                Owner::System
            }
            Self::Internal
            | Self::Trap
            | Self::OutOfCpu
            | Self::OutOfTime
            | Self::OutOfMemory
            | Self::ContractViolation => Owner::ConnectorVendor,
        }
    }

    /// What to do, in one sentence.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::InvalidSettings => "mend the connection's settings and run again",
            Self::Unauthorised => "renew the credential or give it the right that is named, and run again",
            Self::Unreachable => "see that the system is up and can be reached from here, and run again",
            Self::RateLimited { .. } => "run again later; the system is asking for a pause",
            Self::WaitingForData => "see that the system delivers its data, and run again",
            Self::InvalidData => {
                "have the system's owner deliver the data anew; nothing of it was taken over"
            }
            Self::ResyncRequired => "run again; the next read is a full one",
            Self::Unsupported => "remove the step, or use a connector that can do it",
            Self::OutOfCpu | Self::OutOfTime | Self::OutOfMemory => {
                "raise the connection's limit if the amount of data explains it, else ask the connector's vendor"
            }
            Self::Internal | Self::Trap | Self::ContractViolation => {
                "ask the connector's vendor, with this message; going back to the former version may help meanwhile"
            }
            Self::NotLoadable => "install a build of the connector that this host can load",
            Self::NotGranted => {
                "add the grant to the connection if the connector shall have it, and run again"
            }
        }
    }
}

/// Who can act on a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// The operator of this installation.
    Operator,
    /// Whoever answers for the connected system.
    System,
    /// Whoever makes the connector.
    ConnectorVendor,
    /// Those who support Samklang.
    Support,
}

impl Owner {
    /// The word for messages.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "the operator",
            Self::System => "the connected system's owner",
            Self::ConnectorVendor => "the connector's vendor",
            Self::Support => "Samklang's support",
        }
    }
}

/// A fault of one step of one connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{connection}: {step}: {connector} {version}: {}: {message}{}", kind.code(), words(last_words))]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// The connector's name.
    pub connector: String,
    /// The connector's version.
    pub version: String,
    /// The connection it worked for; empty outside one.
    pub connection: String,
    /// The step or call, such as `read`.
    pub step: String,
    /// What happened, fit for the person who can act.
    pub message: String,
    /// The last that the guest wrote to its standard error.
    pub last_words: Option<String>,
}

fn words(last: &Option<String>) -> String {
    last.as_deref()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .map_or_else(String::new, |text| format!(" (its last words: {text})"))
}
