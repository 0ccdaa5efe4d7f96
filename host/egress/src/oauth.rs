//! OAuth 2.0 client credentials (RFC 6749 section 4.4): a token is fetched when it is first needed, kept until shortly
//! before it runs out, and fetched anew when a system turns it down.
//!
//! One fetch at a time per credential: those who wait for it share its result. The answer's text never gets into an
//! error but for the two fields that RFC 6749 section 5.2 defines, for it may hold a token.

use std::time::Duration;

use http::header;
use serde::Deserialize;
use tokio::sync::Mutex;
use tokio::time::Instant;
use url::Url;

use crate::credential::{CredentialError, basic};
use crate::origin::{Origin, Protocol};
use crate::resolve::permit_literal;
use crate::secret::Secret;

/// A server that does not say how long a token lasts is asked again after this.
const UNSTATED_LIFE: Duration = Duration::from_secs(300);
/// A token is renewed this long before it runs out, or after half of its life when that is shorter.
const MARGIN: Duration = Duration::from_secs(60);
/// Longest wait for a token server.
const PATIENCE: Duration = Duration::from_secs(30);
/// A token's answer is small; what is larger is something else.
const LARGEST_ANSWER: usize = 256 * 1024;

/// A client of an authorisation server.
pub struct ClientCredentials {
    token_url: Url,
    client_id: String,
    client_secret: Secret,
    scope: Option<String>,
    audience: Option<String>,
    secret_in_body: bool,
    token: Mutex<Option<Token>>,
}

struct Token {
    value: Secret,
    fresh_until: Instant,
}

/// Why no token could be had.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The server cannot be reached or is out of order.
    #[error("the token server {server} cannot be reached: {cause}")]
    Unreachable {
        /// Its origin.
        server: String,
        /// What happened.
        cause: String,
    },
    /// The server turns the client down.
    #[error(
        "the token server {server} turns the client down with status {status}{reason}: renew the client's secret, or give the \
         client the scope"
    )]
    Refused {
        /// Its origin.
        server: String,
        /// The HTTP status.
        status: u16,
        /// Its `error` and `error_description` (RFC 6749 section 5.2), when it gives them.
        reason: String,
    },
    /// The answer holds no token.
    #[error("the token server {server} answers without a usable token: {cause}")]
    NoToken {
        /// Its origin.
        server: String,
        /// What is wrong with the answer.
        cause: &'static str,
    },
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    #[serde(default)]
    token_type: Option<String>,
    #[serde(default)]
    expires_in: Option<Seconds>,
}

/// Some servers write the number as text.
struct Seconds(u64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let seconds = value
            .as_u64()
            .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
        seconds
            .map(Self)
            .ok_or_else(|| serde::de::Error::custom("expires_in is not a number of seconds"))
    }
}

#[derive(Deserialize, Default)]
struct Denial {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl ClientCredentials {
    /// A client at this token endpoint.
    pub fn new(token_url: &str, client_id: &str, client_secret: Secret) -> Result<Self, CredentialError> {
        let url: Url = token_url
            .parse()
            .map_err(|error| CredentialError::TokenUrl(format!("{error}")))?;
        let origin =
            Origin::of(Protocol::Http, &url).map_err(|error| CredentialError::TokenUrl(error.to_string()))?;
        permit_literal(&origin).map_err(|refusal| CredentialError::TokenUrl(refusal.to_string()))?;
        Ok(Self {
            token_url: url,
            client_id: client_id.to_owned(),
            client_secret,
            scope: None,
            audience: None,
            secret_in_body: false,
            token: Mutex::new(None),
        })
    }

    /// Asks for this scope.
    #[must_use]
    pub fn with_scope(mut self, scope: Option<String>) -> Self {
        self.scope = scope;
        self
    }

    /// Asks for a token for this audience.
    #[must_use]
    pub fn with_audience(mut self, audience: Option<String>) -> Self {
        self.audience = audience;
        self
    }

    /// Sends client and secret in the body.
    #[must_use]
    pub fn with_secret_in_body(mut self, in_body: bool) -> Self {
        self.secret_in_body = in_body;
        self
    }

    /// A token that is good for a while yet.
    /// What is secret about it: the client's secret, and the token unless it is just being fetched.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let token = self.token.try_lock().ok();
        let token = token.and_then(|token| token.as_ref().map(|token| token.value.clone()));
        token.into_iter().chain([self.client_secret.clone()]).collect()
    }

    pub(crate) async fn token(
        &self,
        client: &reqwest::Client,
        renew: bool,
    ) -> Result<Secret, CredentialError> {
        let mut kept = self.token.lock().await;
        if let Some(token) = kept
            .as_ref()
            .filter(|token| !renew && token.fresh_until > Instant::now())
        {
            return Ok(token.value.clone());
        }
        *kept = None;
        let answer = tokio::time::timeout(PATIENCE, self.fetch(client))
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

    async fn fetch(&self, client: &reqwest::Client) -> Result<Answer, CredentialError> {
        let mut request = client
            .post(self.token_url.clone())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ACCEPT, "application/json");
        if !self.secret_in_body {
            // Both are form-encoded first (RFC 6749 section 2.3.1).
            let secret = Secret::new(encode(self.client_secret.reveal()));
            request = request.header(header::AUTHORIZATION, basic(&encode(&self.client_id), &secret)?);
        }
        let response = request
            .body(self.form())
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
            let reason: String = [denial.error, denial.error_description]
                .into_iter()
                .filter(|part| !part.is_empty())
                .map(|part| format!(": {part}"))
                .collect();
            return Err(TokenError::Refused {
                server: self.server(),
                status: status.as_u16(),
                reason,
            }
            .into());
        }
        let no_token = |cause| TokenError::NoToken {
            server: self.server(),
            cause,
        };
        let answer: Answer = serde_json::from_slice(&text)
            .map_err(|_| no_token("it is not the JSON of RFC 6749 section 5.1"))?;
        if answer
            .token_type
            .as_deref()
            .is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer"))
        {
            return Err(no_token("the token is not of the type Bearer").into());
        }
        if answer.access_token.is_empty() {
            return Err(no_token("the token is empty").into());
        }
        Ok(answer)
    }

    fn form(&self) -> String {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("grant_type", "client_credentials");
        for (name, value) in [("scope", &self.scope), ("audience", &self.audience)] {
            if let Some(value) = value {
                form.append_pair(name, value);
            }
        }
        if self.secret_in_body {
            form.append_pair("client_id", &self.client_id)
                .append_pair("client_secret", self.client_secret.reveal());
        }
        form.finish()
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
                return Err(TokenError::NoToken {
                    server: self.server(),
                    cause: "it is far too large",
                }
                .into());
            }
        }
        Ok(text)
    }

    fn server(&self) -> String {
        Origin::of(Protocol::Http, &self.token_url)
            .map_or_else(|_| String::new(), |origin| origin.to_string())
    }

    fn unreachable(&self, cause: String) -> TokenError {
        TokenError::Unreachable {
            server: self.server(),
            cause,
        }
    }
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
