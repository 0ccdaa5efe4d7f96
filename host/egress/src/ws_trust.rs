//! Messages under a token of a WS-Trust token service, as the Danish municipalities' shared systems want them.
//!
//! A connector sends a SOAP 1.2 envelope with its WS-Addressing headers and without a security header. The host fetches a token (WS-Trust
//! 1.3, Issue: an assertion of SAML 2.0 for the holder of the key), puts it into the message and signs the message (WS-Security 1.1); it
//! verifies the answer and hands on only what is signed. See `host/docs/decisions/0012-keys-tokens-and-signed-messages.md`.

mod envelope;
mod fault;
mod names;
mod reply;
mod request;
mod settings;
mod signature;
mod token;
mod xml;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{StatusCode, header};
use rustls::pki_types::CertificateDer;
use tokio::sync::Mutex;
use url::Url;

use crate::credential::CredentialError;
use crate::key::{Certificate, Key, KeyError};
use crate::oauth::{PATIENCE, TokenError, server};
use crate::sender::Way;

use envelope::Envelope;
use fault::Fault;
use request::Ask;
pub use settings::WsTrustSettings;
use token::Token;
use xml::Flaw;
pub(crate) use xml::LARGEST;

/// A client of a token service.
pub(crate) struct WsTrust {
    token_url: Url,
    applies_to: String,
    claims: BTreeMap<String, String>,
    key: Arc<Key>,
    /// Whose signature answers must have; none when they are not verified, as the operator says.
    service: Option<CertificateDer<'static>>,
    token: Mutex<Option<Arc<Token>>>,
}

/// A message that is ready to go.
pub(crate) struct Sealed {
    pub(crate) body: Bytes,
    message_id: String,
}

/// Why a message was not handed on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Turned {
    /// What is wrong.
    pub(crate) cause: String,
    /// The service turned the token or the signature down, before it did anything.
    pub(crate) token: bool,
}

/// Why a message could not be made.
enum Made {
    Flaw(Flaw),
    Key(KeyError),
}

impl From<Flaw> for Made {
    fn from(flaw: Flaw) -> Self {
        Self::Flaw(flaw)
    }
}

impl From<KeyError> for Made {
    fn from(error: KeyError) -> Self {
        Self::Key(error)
    }
}

/// Why a message is not sent.
pub(crate) enum Unsealed {
    /// The connector's message is none that can be signed.
    Message(&'static str),
    /// There is no token.
    Credential(CredentialError),
}

impl<E: Into<CredentialError>> From<E> for Unsealed {
    fn from(error: E) -> Self {
        Self::Credential(error.into())
    }
}

impl WsTrust {
    /// Puts token and signature into a connector's message. `fresh` asks for a new token because the last one was turned down.
    pub(crate) async fn seal(&self, body: &[u8], way: &Way<'_>, fresh: bool) -> Result<Sealed, Unsealed> {
        let envelope = Envelope::read(body).map_err(|Flaw(cause)| Unsealed::Message(cause))?;
        let now = way.now();
        self.key.valid_at(now)?;
        let token = self.token(way, fresh).await?;
        let sealed = envelope.seal(&token, &self.key, now).map_err(|made| match made {
            Made::Flaw(Flaw(cause)) => Unsealed::Message(cause),
            Made::Key(error) => error.into(),
        })?;
        Ok(Sealed {
            body: Bytes::from(sealed),
            message_id: envelope.message_id,
        })
    }

    /// What of an answer may be handed on.
    pub(crate) fn open(&self, answer: Bytes, sealed: &Sealed, way: &Way<'_>) -> Result<Bytes, Turned> {
        let fault = std::str::from_utf8(&answer).ok().and_then(Fault::read);
        if let Some(fault) = fault.as_ref().filter(|fault| fault.turns_down()) {
            return Err(Turned {
                cause: format!(
                    "the service turns the token or the signature down: {}",
                    fault.words
                ),
                token: true,
            });
        }
        let Some(service) = &self.service else {
            return Ok(answer);
        };
        let now = way.now();
        let certificate = Certificate::new(service);
        let verified = certificate
            .valid_at(now)
            .map_err(|error| error.to_string())
            .and_then(|()| {
                let key = certificate.public_key().unwrap_or_default();
                reply::verified(&answer, key, &sealed.message_id, now).map_err(|Flaw(cause)| cause.to_owned())
            });
        verified.map(Bytes::from).map_err(|cause| Turned {
            cause: match fault {
                Some(fault) => format!("{cause}; it says {}", fault.words),
                None => cause,
            },
            token: false,
        })
    }

    /// Words for the operator when the end of a certificate is near: the key's, or the service's.
    pub(crate) fn ends_soon(&self, now: SystemTime) -> Option<String> {
        let service = || Certificate::new(self.service.as_ref()?).ends_soon(now);
        self.key.ends_soon(now).or_else(service)
    }

    /// A token that is good for a while yet. One fetch at a time; those who wait share its result.
    async fn token(&self, way: &Way<'_>, renew: bool) -> Result<Arc<Token>, CredentialError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept
            .as_ref()
            .filter(|token| !renew && token.fresh_until > way.now())
        {
            return Ok(Arc::clone(token));
        }
        *kept = None;
        let answer = tokio::time::timeout(PATIENCE, self.fetch(way))
            .await
            .map_err(|_| self.unreachable(format!("no answer within {PATIENCE:?}")))??;
        let certificate = self.key.certificate().ok_or(CredentialError::NoCertificate)?;
        let token = Token::read(
            &answer,
            &self.applies_to,
            &self.claims,
            certificate.der(),
            way.now(),
        )
        .map_err(|Flaw(cause)| self.no_token(cause))?;
        let token = Arc::new(token);
        *kept = Some(Arc::clone(&token));
        Ok(token)
    }

    async fn fetch(&self, way: &Way<'_>) -> Result<String, CredentialError> {
        let ask = Ask {
            token_url: self.token_url.as_str(),
            applies_to: &self.applies_to,
            claims: &self.claims,
            key: &self.key,
        };
        let request = ask.write(way.now()).map_err(|made| match made {
            Made::Flaw(Flaw(cause)) => self.no_token(cause).into(),
            Made::Key(error) => CredentialError::from(error),
        })?;
        let kind = format!(
            "application/soap+xml; charset=utf-8; action=\"{}/RST/Issue\"",
            names::TRUST
        );
        let mut response = way
            .client
            .post(self.token_url.clone())
            .header(header::CONTENT_TYPE, kind)
            .header(header::ACCEPT, "application/soap+xml")
            .body(request)
            .send()
            .await
            .map_err(|error| self.unreachable(crate::failure::innermost(&error)))?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.unreachable(crate::failure::innermost(&error)))?
        {
            answer.extend_from_slice(&chunk);
            if answer.len() > LARGEST / 16 {
                return Err(self.no_token("it is far too large").into());
            }
        }
        let answer = String::from_utf8(answer).map_err(|_| self.no_token("it is not in UTF-8"))?;
        match Fault::read(&answer) {
            Some(fault) => Err(self.refused(status, &fault).into()),
            None if status.is_success() => Ok(answer),
            None => Err(self
                .unreachable(format!("it answers with status {status} and no fault of SOAP"))
                .into()),
        }
    }

    fn refused(&self, status: StatusCode, fault: &Fault) -> TokenError {
        let remedy = if fault.says("ServiceAgreementNotFound") {
            "have the municipality approve the service agreement between it and this system for `applies_to`"
        } else if fault.says("5015") {
            "look at the claims: the municipality's CVR must be one that has an agreement with this system"
        } else if fault.turns_down() {
            "have the key's certificate registered there for this system, and look at the clock of this machine"
        } else {
            "look at `applies_to`, the claims and the certificate, or ask whoever runs the token service"
        };
        TokenError::Refused {
            server: server(&self.token_url),
            status: status.as_u16(),
            reason: format!(": {}", fault.words),
            remedy,
        }
    }

    fn no_token(&self, cause: &'static str) -> TokenError {
        TokenError::NoToken {
            server: server(&self.token_url),
            cause,
        }
    }

    fn unreachable(&self, cause: String) -> TokenError {
        TokenError::Unreachable {
            server: server(&self.token_url),
            cause,
        }
    }
}
