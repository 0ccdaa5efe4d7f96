//! A token service (WS-Trust 1.3) and the guard before a service that takes its tokens, as the Danish municipalities' shared systems have them.
//!
//! [`TokenService`] issues signed holder-of-key assertions for requests whose signature is right; [`Guardian`] verifies secured requests and
//! secures answers. A stand-in of a service opens what arrives with the one and seals what it answers with the other:
//!
//! ```no_run
//! # use samklang_stand_ins::ws_trust::{Fault, Guardian};
//! # fn answer(_: &str) -> String { String::new() }
//! fn serve(guardian: &Guardian, request: &str) -> String {
//!     match guardian.open(request) {
//!         Ok(opened) => guardian.seal(&opened.reply("urn:answer", &answer(&opened.body))),
//!         Err(fault) => fault.envelope(),
//!     }
//! }
//! ```
//!
//! Nothing here is shared with the host: the parser is another one, canonicalisation is written from the recommendation, and what has to be
//! signed is looked at by itself. Only the arithmetic of RSA and SHA-256 is the same library's.

mod canonical;
mod guardian;
mod names;
mod service;
mod signature;
mod tree;

use std::sync::Arc;

use jiff::Timestamp;

pub use guardian::{Guardian, Opened};
pub use names::CVR;
pub use service::TokenService;

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A refusal, as it is written into a fault of SOAP 1.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The code, such as `5015`, `ServiceAgreementNotFound` or `FailedCheck`.
    pub code: String,
    /// What is wrong.
    pub reason: String,
}

impl Fault {
    fn new(code: &str, reason: impl Into<String>) -> Self {
        Self {
            code: code.to_owned(),
            reason: reason.into(),
        }
    }

    /// The whole envelope, not signed, as services answer to those whom they do not know.
    #[must_use]
    pub fn envelope(&self) -> String {
        format!(
            "<s:Envelope xmlns:s=\"{soap}\"><s:Header/><s:Body>{}</s:Body></s:Envelope>",
            self.body(),
            soap = names::SOAP
        )
    }

    /// The element `Fault`.
    #[must_use]
    pub fn body(&self) -> String {
        format!(
            "<s:Fault xmlns:s=\"{}\" xmlns:f=\"{}\"><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>f:{}</s:Value></s:Subcode></s:Code>\
             <s:Reason><s:Text xml:lang=\"en\">{}</s:Text></s:Reason></s:Fault>",
            names::SOAP,
            names::WSSE,
            self.code,
            canonical::in_attribute(&self.reason),
        )
    }
}

/// The key in a certificate, as signatures are verified with it.
fn public_key(certificate: &[u8]) -> Result<Vec<u8>, String> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate).map_err(|error| error.to_string())?;
    Ok(parsed.public_key().subject_public_key.data.to_vec())
}

/// Checks a `Timestamp`: in UTC with `Z`, begun, and not over. Clocks may be a minute apart.
fn timely(stamp: &tree::Element, now: Timestamp) -> Result<(), String> {
    let time = |name: &str| -> Result<Timestamp, String> {
        let text = stamp.only(names::WSU, name)?.text();
        if !text.ends_with('Z') {
            return Err(format!("{name} is not in UTC"));
        }
        text.parse().map_err(|error| format!("{name}: {error}"))
    };
    let (created, expires) = (time("Created")?, time("Expires")?);
    let minute = jiff::SignedDuration::from_mins(1);
    let longest = jiff::SignedDuration::from_mins(10);
    if created > now + minute || expires < now || expires.duration_since(created) > longest {
        return Err(format!("a message of {created} to {expires} at {now}"));
    }
    Ok(())
}
