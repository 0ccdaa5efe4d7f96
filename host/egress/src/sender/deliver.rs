//! One request on its way: its turn, its credential, its answer, and whether it is sent again.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Response, StatusCode, header};

use super::{Letter, Sender, Way, sealed};
use crate::body::ResponseBody;
use crate::credential::{Credential, CredentialError, Ready};
use crate::egress::Patience;
use crate::failure::{SendError, name};
use crate::grant::{Refusal, RefusalReason};
use crate::oauth::TokenError;
use crate::resolve::{NoAddress, addresses};
use crate::strike::Struck;
use crate::ws_trust::{self, Sealed, Unsealed, WsTrust};

/// A request with its credential.
struct Carried {
    client: reqwest::Client,
    /// The message, when it is sealed as a whole, and by whom.
    sealed: Option<(Arc<WsTrust>, Sealed)>,
}

impl Sender {
    pub(super) async fn deliver(
        &self,
        letter: &Letter,
        credential: Option<&Credential>,
        patience: Patience,
    ) -> Result<Response<ResponseBody>, SendError> {
        let repetition = self.limits.repetition;
        let mut renewed = false;
        let mut failures = 0;
        loop {
            let attempt = self
                .attempt(letter, credential, renewed && failures == 0, patience)
                .await;
            let turned_down = match &attempt {
                Ok(answer) => answer.status() == StatusCode::UNAUTHORIZED,
                Err(SendError::Unverified { turned_down, .. }) => *turned_down,
                Err(_) => false,
            };
            let pause = match &attempt {
                _ if turned_down => {
                    // Turned down before anything was done, so that any method can be sent again; but only once.
                    let again = match credential {
                        Some(credential) if !renewed => credential.renew()?,
                        _ => false,
                    };
                    if !again {
                        return attempt;
                    }
                    renewed = true;
                    failures = 0;
                    self.record.repeat();
                    continue;
                }
                Ok(answer) => {
                    failures += 1;
                    let (now, chance) = ((self.surroundings.now)(), (self.surroundings.chance)());
                    repetition.after_answer(
                        &letter.method,
                        answer.status(),
                        answer.headers(),
                        failures,
                        now,
                        chance,
                    )
                }
                Err(error) => {
                    failures += 1;
                    let chance = (self.surroundings.chance)();
                    match error {
                        SendError::Unreachable { .. } | SendError::Unresolvable(_) => {
                            repetition.after_silence(&letter.method, false, failures, chance)
                        }
                        SendError::Broken { .. } => {
                            repetition.after_silence(&letter.method, true, failures, chance)
                        }
                        SendError::Credential(CredentialError::Token(TokenError::Unreachable { .. })) => {
                            repetition.after_silence(&letter.method, false, failures, chance)
                        }
                        // A server that is slow is not helped by more requests.
                        _ => None,
                    }
                }
            };
            let Some(pause) = pause else { return attempt };
            let reason = match &attempt {
                Ok(answer) => answer.status().to_string(),
                Err(error) => error.to_string(),
            };
            tracing::debug!(origin = letter.origin, method = %letter.method, reason, ?pause, "a request is repeated");
            drop(attempt);
            (self.surroundings.sleep)(pause).await;
            self.record.repeat();
        }
    }

    async fn attempt(
        &self,
        letter: &Letter,
        credential: Option<&Credential>,
        fresh: bool,
        patience: Patience,
    ) -> Result<Response<ResponseBody>, SendError> {
        let place = self.turns(&letter.target).wait(&self.surroundings).await;
        self.judged(letter).await?;
        let mut request = reqwest::Request::new(letter.method.clone(), letter.url.clone());
        *request.headers_mut() = letter.headers.clone();
        let carried = match credential {
            Some(credential) => {
                self.authorise(credential, letter, request.headers_mut(), fresh)
                    .await?
            }
            None => Carried {
                client: self.clients.showing(None)?,
                sealed: None,
            },
        };
        let body = carried
            .sealed
            .as_ref()
            .map_or(&letter.body, |(_, sealed)| &sealed.body)
            .clone();
        let octets = body.len();
        if !body.is_empty() {
            *request.body_mut() = Some(body.into());
        }
        self.record.sent(octets);
        let wait = shorter(patience.answer, self.limits.answer)
            .saturating_add(shorter(patience.connect, self.limits.connect));
        let started = tokio::time::Instant::now();
        let answer = tokio::time::timeout(wait, carried.client.execute(request))
            .await
            .map_err(|_| SendError::TimedOut {
                origin: letter.origin.clone(),
                after: wait,
            })?
            .map_err(|error| name(&error, &letter.origin, self.limits.connect))?;
        drop(place);
        if answer.status() == StatusCode::PROXY_AUTHENTICATION_REQUIRED && self.clients.is_proxied() {
            return Err(SendError::Unreachable {
                origin: letter.origin.clone(),
                cause: "the proxy does not take its name and password".to_owned(),
            });
        }
        tracing::debug!(
            origin = letter.origin,
            method = %letter.method,
            status = answer.status().as_u16(),
            milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            "a request was answered"
        );
        let idle = shorter(patience.silence, self.limits.silence);
        let (mut parts, body) = Response::from(answer).into_parts();
        // A session cookie is a secret too, and the connector could not send it back.
        parts.headers.remove(header::SET_COOKIE);
        let limit = match carried.sealed {
            Some(_) => self.limits.response_octets.min(ws_trust::LARGEST as u64),
            None => self.limits.response_octets,
        };
        let struck = credential.map(|credential| Struck::new(credential.ready().secrets()));
        let struck = struck.unwrap_or_default();
        struck.headers(&mut parts.headers);
        let body = ResponseBody::new(body, limit, idle, Arc::clone(&self.record)).without(struck);
        let answer = Response::from_parts(parts, body);
        match &carried.sealed {
            Some((messages, sealed)) => {
                let way = self.way(&carried.client);
                sealed::opened(answer, &letter.origin, |answer| {
                    messages.open(answer, sealed, &way)
                })
                .await
            }
            None => Ok(answer),
        }
    }

    /// Puts the credential in, and gives the client that shows its certificate.
    async fn authorise(
        &self,
        credential: &Credential,
        letter: &Letter,
        headers: &mut HeaderMap,
        fresh: bool,
    ) -> Result<Carried, SendError> {
        let ready = credential.ready();
        match self.authorise_as(&ready, letter, headers, fresh).await {
            // The client's secret may be another one since it was read.
            Err(SendError::Credential(CredentialError::Token(TokenError::Refused { .. })))
                if credential.refresh()? =>
            {
                self.authorise_as(&credential.ready(), letter, headers, true)
                    .await
            }
            other => other,
        }
    }

    async fn authorise_as(
        &self,
        ready: &Ready,
        letter: &Letter,
        headers: &mut HeaderMap,
        fresh: bool,
    ) -> Result<Carried, SendError> {
        let client = self.clients.showing(ready.certificate())?;
        let way = self.way(&client);
        ready.authorise(headers, &way, fresh).await?;
        let sealed = match ready.messages() {
            Some(messages) => {
                let sealed = messages.seal(&letter.body, &way, fresh).await;
                let sealed = sealed.map_err(|why| match why {
                    Unsealed::Credential(error) => error.into(),
                    Unsealed::Message(cause) => SendError::from(Refusal {
                        target: letter.origin.clone(),
                        reason: RefusalReason::Message(cause),
                    }),
                })?;
                // What is compressed could not be verified.
                headers.remove(header::ACCEPT_ENCODING);
                Some((Arc::clone(messages), sealed))
            }
            None => None,
        };
        Ok(Carried { client, sealed })
    }

    fn way<'a>(&'a self, client: &'a reqwest::Client) -> Way<'a> {
        Way {
            client,
            surroundings: &self.surroundings,
        }
    }

    /// A proxy is handed the name, so that the client never resolves it: it is looked at here, wherever this machine knows it at all.
    async fn judged(&self, letter: &Letter) -> Result<(), SendError> {
        if !self.clients.is_proxied() {
            return Ok(());
        }
        match addresses(&letter.target, &self.surroundings.lookup).await {
            Err(NoAddress::Refused(refusal)) => Err(refusal.into()),
            Ok(_) | Err(NoAddress::Unresolvable(_)) => Ok(()),
        }
    }
}

fn shorter(wish: Option<Duration>, bound: Duration) -> Duration {
    wish.map_or(bound, |wish| wish.min(bound))
}
