//! Why a directory gave no answer, or refused.

use std::time::Duration;

use super::Control;
use crate::credential::CredentialError;
use crate::grant::Refusal;

/// The directory refused a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryRefusal {
    /// The result code (RFC 4511 section 4.1.9).
    pub code: u32,
    /// The lowest entry that there is on the way to the one that is not.
    pub matched_dn: String,
    /// The directory's own words, on one line, cut short and without what is secret about the credential.
    pub message: String,
    /// The controls of the answer.
    pub controls: Vec<Control>,
}

/// Why a request to a directory brought nothing.
#[derive(Debug, thiserror::Error)]
pub enum DirectoryError {
    /// It answered, and refused.
    #[error("the directory refuses it with {} ({})", .0.code, .0.message)]
    Answered(DirectoryRefusal),
    /// The host did not let the request out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The credential cannot be used.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The directory does not let the host in.
    #[error(
        "{origin} does not take the credential for `{need}`: {code} {message}: correct its username or password"
    )]
    Unauthorised {
        /// Where to.
        origin: String,
        /// The need that the credential is bound to.
        need: String,
        /// The result code.
        code: u32,
        /// The directory's own words.
        message: String,
    },
    /// More sessions at once than a step may have.
    #[error("more than {0} sessions with directories are open at once: the connector's vendor mends it")]
    TooManySessions(usize),
    /// The name has no address.
    #[error("{0}")]
    Unresolvable(String),
    /// No connection came about.
    #[error("{origin} cannot be reached: {cause}")]
    Unreachable {
        /// Where to.
        origin: String,
        /// What happened.
        cause: String,
    },
    /// The directory's certificate or its TLS cannot be accepted.
    #[error(
        "{origin} cannot be trusted: {cause}: have its certificate mended, or add its authority to those of the system"
    )]
    Untrusted {
        /// Where to.
        origin: String,
        /// What happened.
        cause: String,
    },
    /// No answer in time.
    #[error("{origin} did not answer within {after:?}")]
    TimedOut {
        /// Where to.
        origin: String,
        /// How long was waited.
        after: Duration,
    },
    /// The connection broke, or what came over it is not LDAP.
    #[error("the connection to {origin} broke: {cause}")]
    Broken {
        /// Where to.
        origin: String,
        /// What happened.
        cause: String,
    },
    /// An answer is larger than allowed.
    #[error(
        "an answer of {origin} has more than {limit} {unit}: ask for fewer entries or attributes at a time"
    )]
    TooLarge {
        /// Where to.
        origin: String,
        /// The limit.
        limit: usize,
        /// Of what.
        unit: &'static str,
    },
    /// The request cannot be sent as it is.
    #[error("{0}")]
    Invalid(String),
}

impl DirectoryError {
    /// Whether the session can be used afterwards.
    pub(super) fn is_over(&self) -> bool {
        !matches!(self, Self::Answered(_) | Self::Invalid(_))
    }
}

/// Words of a directory, fit for a log: on one line and not too long.
pub(super) fn plain(text: &str) -> String {
    const LONGEST: usize = 400;
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_control() || letter.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}
