//! Why a request got no answer, told from the errors of the HTTP client by their types, never by their words.

use std::time::Duration;

use crate::credential::CredentialError;
use crate::grant::Refusal;
use crate::proxy::ProxyError;
use crate::resolve::Unresolvable;

/// Why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// The host did not let it out.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No credential could be put in.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The proxy cannot be used.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The body is larger than allowed.
    #[error(
        "the request's body is larger than {limit} octets: send less at a time, or raise the connection's limit"
    )]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// The connector broke off while it wrote the body.
    #[error("the request's body broke off: {0}")]
    Body(String),
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
    /// The server's certificate or its TLS cannot be accepted.
    #[error(
        "{origin} cannot be trusted: {cause}: have its certificate mended, or add its authority to the configuration"
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
    /// The answer cannot be handed on, since it is not signed as it should be, or turns the token down.
    #[error(
        "the answer of {origin} is not handed on: {cause}: ask whoever runs the service, or look at `service_certificate`"
    )]
    Unverified {
        /// Where from.
        origin: String,
        /// What is wrong.
        cause: String,
        /// Whether the service turned down the token or the signature, before it did anything.
        turned_down: bool,
    },
    /// The connection broke before an answer.
    #[error("the connection to {origin} broke: {cause}")]
    Broken {
        /// Where to.
        origin: String,
        /// What happened.
        cause: String,
    },
}

/// Finds what an error of the HTTP client really is.
pub(crate) fn name(error: &reqwest::Error, origin: &str, connect: Duration) -> SendError {
    let origin = origin.to_owned();
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(link) = next {
        if let Some(refusal) = link.downcast_ref::<Refusal>() {
            return SendError::Refused(refusal.clone());
        }
        if let Some(unresolvable) = link.downcast_ref::<Unresolvable>() {
            return SendError::Unresolvable(unresolvable.to_string());
        }
        if let Some(tls) = link.downcast_ref::<rustls::Error>() {
            return SendError::Untrusted {
                origin,
                cause: tls.to_string(),
            };
        }
        next = beneath(link);
    }
    let cause = innermost(error);
    match (error.is_connect(), error.is_timeout()) {
        (true, true) => SendError::Unreachable {
            origin,
            cause: format!("no connection within {connect:?}"),
        },
        (true, false) => SendError::Unreachable { origin, cause },
        (false, _) => SendError::Broken { origin, cause },
    }
}

/// The words at the end of a chain of errors. The chain's beginning repeats the URL, which may name a person.
pub(crate) fn innermost(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = beneath(last) {
        last = next;
    }
    last.to_string()
}

/// The next link of a chain of errors. An I/O error that holds another one names that one's source as its own, and so
/// hides the very error that matters; here it is not left out.
fn beneath<'a>(link: &'a (dyn std::error::Error + 'static)) -> Option<&'a (dyn std::error::Error + 'static)> {
    match link
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref)
    {
        Some(held) => Some(held),
        None => link.source(),
    }
}
