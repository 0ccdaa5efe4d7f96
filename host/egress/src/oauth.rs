//! OAuth 2.0 tokens: fetched when first needed, kept until shortly before they run out, and fetched anew when a system turns one down.
//!
//! One fetch at a time per credential: those who wait for it share its result. The answer's text never gets into an
//! error but for the two fields that RFC 6749 section 5.2 defines, for it may hold a token.

mod answer;
mod assertion;
mod error;
mod grant;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{HeaderValue, header};
use samklang_core::connector::CredentialKind;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::credential::CredentialError;
use crate::key::Key;
use crate::origin::{Origin, Protocol};
use crate::resolve::permit_literal;
use crate::secret::Secret;
use crate::sender::Way;

use answer::{Answer, Denial, Seconds};
pub use assertion::Signer;
pub use error::TokenError;
pub use grant::{Grant, JwtBearer, Proof};

/// A server that does not say how long a token lasts is asked again after this.
const UNSTATED_LIFE: Duration = Duration::from_secs(300);
/// A token is renewed this long before it runs out, or after half of its life when that is shorter.
const MARGIN: Duration = Duration::from_secs(60);
/// Longest wait for a token server.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// A token's answer is small; what is larger is something else.
const LARGEST_ANSWER: usize = 256 * 1024;
/// So much of a server's own words is repeated, in characters.
const WORDS: usize = 500;

/// A client of an authorisation server.
pub struct TokenClient {
    token_url: Url,
    client_id: String,
    proof: Proof,
    grant: Grant,
    token: Mutex<Option<Token>>,
}

struct Token {
    value: Secret,
    fresh_until: Instant,
}

impl TokenClient {
    /// A client at this token endpoint. `client_id` is also who signs an assertion.
    ///
    /// # Errors
    ///
    /// When the address cannot be used.
    pub fn new(
        token_url: &str,
        client_id: &str,
        proof: Proof,
        grant: Grant,
    ) -> Result<Self, CredentialError> {
        let url = endpoint(token_url)?;
        if matches!(proof, Proof::Certificate(_)) && url.scheme() != "https" {
            return Err(CredentialError::NotEncrypted { origin: server(&url) });
        }
        Ok(Self {
            token_url: url,
            client_id: client_id.to_owned(),
            proof,
            grant,
            token: Mutex::new(None),
        })
    }

    /// The kind of credential that it is.
    pub(crate) fn kind(&self) -> CredentialKind {
        match self.grant {
            Grant::ClientCredentials { .. } => CredentialKind::Oauth2ClientCredentials,
            Grant::Password { .. } => CredentialKind::Oauth2Password,
            Grant::JwtBearer(_) => CredentialKind::Oauth2JwtBearer,
        }
    }

    /// The key that is shown in handshakes, with the token server and with the system.
    pub(crate) fn certificate(&self) -> Option<&Arc<Key>> {
        match &self.proof {
            Proof::Certificate(key) => Some(key),
            _ => None,
        }
    }

    /// Words for the operator when the end of a certificate is near.
    pub(crate) fn ends_soon(&self, now: SystemTime) -> Option<String> {
        let signer = match (&self.proof, &self.grant) {
            (Proof::Certificate(key), _) => return key.ends_soon(now),
            (Proof::Assertion(signer), _) => signer,
            (_, Grant::JwtBearer(assertion)) => &assertion.signer,
            _ => return None,
        };
        signer.ends_soon(now)
    }

    /// What is secret about it: the client's secrets, and the token unless that is just being fetched.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let token = self.token.try_lock().ok();
        let token = token.and_then(|token| token.as_ref().map(|token| token.value.clone()));
        token
            .iter()
            .chain(self.proof.secret())
            .chain(self.grant.secret())
            .cloned()
            .collect()
    }

    /// A token that is good for a while yet.
    pub(crate) async fn token(&self, way: &Way<'_>, renew: bool) -> Result<Secret, CredentialError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept
            .as_ref()
            .filter(|token| !renew && token.fresh_until > Instant::now())
        {
            return Ok(token.value.clone());
        }
        *kept = None;
        let answer = tokio::time::timeout(PATIENCE, self.fetch(way))
            .await
            .map_err(|_| self.unreachable(format!("no answer within {PATIENCE:?}")))??;
        let life = answer
            .expires_in
            .map_or(UNSTATED_LIFE, |Seconds(seconds)| Duration::from_secs(seconds));
        let fresh = life.saturating_sub(MARGIN.min(life / 2));
        let value = Secret::new(answer.access_token);
        let now = Instant::now();
        *kept = Some(Token {
            value: value.clone(),
            fresh_until: now.checked_add(fresh).unwrap_or(now),
        });
        Ok(value)
    }

    async fn fetch(&self, way: &Way<'_>) -> Result<Answer, CredentialError> {
        let mut form = grant::Form::default();
        let now = way.now();
        self.grant.ask(&mut form, &self.client_id, now)?;
        let authorization = self
            .proof
            .prove(&mut form, &self.client_id, self.token_url.as_str(), now)?;
        let mut request = way
            .client
            .post(self.token_url.clone())
            .header(
                header::CONTENT_TYPE,
                HeaderValue::from_static("application/x-www-form-urlencoded"),
            )
            .header(header::ACCEPT, HeaderValue::from_static("application/json"));
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let response = request
            .body(form.text().reveal().to_owned())
            .send()
            .await
            .map_err(|error| self.unreachable(crate::failure::innermost(&error)))?;
        let status = response.status();
        let text = self.text(response).await?;
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(self
                .unreachable(format!("it answers with status {status}"))
                .into());
        }
        if !status.is_success() {
            let denial: Denial = serde_json::from_slice(&text).unwrap_or_default();
            return Err(TokenError::Refused {
                server: self.server(),
                status: status.as_u16(),
                reason: form.struck(&denial.words(WORDS)),
                remedy: self.proof.remedy(&self.grant),
            }
            .into());
        }
        Answer::read(&text).map_err(|cause| self.no_token(cause).into())
    }

    async fn text(&self, mut response: reqwest::Response) -> Result<Vec<u8>, CredentialError> {
        let mut text = Vec::new();
        while let Some(chunk) = response
            .chunk()
            .await
            .map_err(|error| self.unreachable(crate::failure::innermost(&error)))?
        {
            text.extend_from_slice(&chunk);
            if text.len() > LARGEST_ANSWER {
                return Err(self.no_token("it is far too large").into());
            }
        }
        Ok(text)
    }

    fn no_token(&self, cause: &'static str) -> TokenError {
        TokenError::NoToken {
            server: self.server(),
            cause,
        }
    }

    fn server(&self) -> String {
        server(&self.token_url)
    }

    fn unreachable(&self, cause: String) -> TokenError {
        TokenError::Unreachable {
            server: self.server(),
            cause,
        }
    }
}

/// The address of a token server, judged as the addresses of requests are.
pub(crate) fn endpoint(token_url: &str) -> Result<Url, CredentialError> {
    let url: Url = token_url
        .parse()
        .map_err(|error| CredentialError::TokenUrl(format!("{error}")))?;
    let origin =
        Origin::of(Protocol::Http, &url).map_err(|error| CredentialError::TokenUrl(error.to_string()))?;
    permit_literal(&origin).map_err(|refusal| CredentialError::TokenUrl(refusal.to_string()))?;
    Ok(url)
}

/// The origin of a token server, for messages.
pub(crate) fn server(token_url: &Url) -> String {
    Origin::of(Protocol::Http, token_url).map_or_else(|_| String::new(), |origin| origin.to_string())
}
