//! Sends a connector's requests, and nothing that was not granted.
//!
//! The order is fixed: check against the grants, judge the address, make the body repeatable, put the credential in,
//! send, repeat what is safe to repeat, hand the answer on in bounds. Redirects are handed on, never followed; no proxy
//! is taken from the environment. A request that is refused has its body read to its end first, because a guest that is
//! still writing would otherwise wait for a reader who never comes.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use url::Url;

use crate::body::ResponseBody;
use crate::credential::{Credential, CredentialError, Credentials};
use crate::failure::{SendError, innermost, name};
use crate::grant::{Grants, Refusal};
use crate::ldap::DirectoryLimits;
use crate::oauth::TokenError;
use crate::pace::Pace;
use crate::record::Record;
use crate::repeat::Repetition;
use crate::resolve::{FilteringResolver, Lookup, permit_literal, system_lookup};
use crate::tls::{TlsError, client_config};

/// What one connection may cost. Each can be set per connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EgressLimits {
    /// The largest body that is sent, in octets. It is kept in memory so that it can be repeated.
    pub request_octets: u64,
    /// The largest answer, in octets.
    pub response_octets: u64,
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest wait for an answer to begin. Directories and registers may think for a minute.
    pub answer: Duration,
    /// The longest silence within an answer.
    pub silence: Duration,
    /// How requests are repeated.
    pub repetition: Repetition,
    /// What a directory may answer.
    pub directory: DirectoryLimits,
}

impl Default for EgressLimits {
    fn default() -> Self {
        Self {
            request_octets: 32 << 20,
            response_octets: 1 << 30,
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(120),
            silence: Duration::from_secs(60),
            repetition: Repetition::default(),
            directory: DirectoryLimits::default(),
        }
    }
}

/// Timeouts that a connector asks for; they can only shorten the host's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// For the connection.
    pub connect: Option<Duration>,
    /// For the first octet of the answer.
    pub answer: Option<Duration>,
    /// Between octets of the answer.
    pub silence: Option<Duration>,
}

/// A pause to wait for.
pub type PauseFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time, chance and names, which tests bring themselves.
#[derive(Clone)]
pub struct Surroundings {
    /// Waits.
    pub sleep: Arc<dyn Fn(Duration) -> PauseFuture + Send + Sync>,
    /// A number from 0 to 1.
    pub chance: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// The time of day, for dates in `Retry-After`.
    pub now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Finds the addresses of names.
    pub lookup: Lookup,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            sleep: Arc::new(|duration| Box::pin(tokio::time::sleep(duration))),
            chance: Arc::new(chance),
            now: Arc::new(SystemTime::now),
            lookup: system_lookup(),
        }
    }
}

/// The standard library's seed of hash maps is random and enough to spread pauses.
fn chance() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let roll = RandomState::new().hash_one(0_u8) >> 32;
    u32::try_from(roll).map_or(0.5, |roll| f64::from(roll) / f64::from(u32::MAX))
}

/// What all connections share: whom to believe, and how names are resolved.
#[derive(Clone)]
pub struct Egress {
    tls: rustls::ClientConfig,
    surroundings: Surroundings,
}

/// Sends requests for one step of one connection.
pub struct Sender {
    client: reqwest::Client,
    pub(crate) tls: Arc<rustls::ClientConfig>,
    pub(crate) grants: Grants,
    pub(crate) credentials: Credentials,
    pub(crate) limits: EgressLimits,
    pub(crate) surroundings: Surroundings,
    pub(crate) pace: Arc<Pace>,
    pub(crate) record: Arc<Record>,
    pub(crate) directories: Arc<Semaphore>,
}

impl Egress {
    /// With the system's certificate authorities and these further ones, as PEM texts.
    pub fn new(extra_authorities: &[String]) -> Result<Self, TlsError> {
        Self::with_surroundings(extra_authorities, Surroundings::default())
    }

    /// The same with time, chance and names as parameters.
    pub fn with_surroundings(
        extra_authorities: &[String],
        surroundings: Surroundings,
    ) -> Result<Self, TlsError> {
        Ok(Self {
            tls: client_config(extra_authorities)?,
            surroundings,
        })
    }

    /// A sender for one step. Nothing is shared between senders but tokens, so that no connection ever travels with
    /// another's credential.
    pub fn sender(
        &self,
        grants: Grants,
        credentials: Credentials,
        limits: EgressLimits,
        requests_per_second: Option<u32>,
    ) -> Result<Sender, SendError> {
        unambiguous(&grants, &credentials)?;
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .dns_resolver(Arc::new(FilteringResolver::new(Arc::clone(
                &self.surroundings.lookup,
            ))))
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(limits.connect)
            .build()
            .map_err(|error| SendError::Unreachable {
                origin: "every place".into(),
                cause: innermost(&error),
            })?;
        let pace = Arc::new(Pace::new(requests_per_second));
        let record = Arc::new(Record::default());
        let mut tls = self.tls.clone();
        // The names of protocols are HTTP's.
        tls.alpn_protocols = Vec::new();
        Ok(Sender {
            client,
            tls: Arc::new(tls),
            directories: Arc::new(Semaphore::new(limits.directory.sessions)),
            grants,
            credentials,
            limits,
            surroundings: self.surroundings.clone(),
            pace,
            record,
        })
    }
}

fn unambiguous(grants: &Grants, credentials: &Credentials) -> Result<(), CredentialError> {
    let bound = credentials.bound();
    for (index, one) in bound.iter().enumerate() {
        for other in bound.iter().skip(index + 1) {
            if grants.origin_of(one).is_some() && grants.origin_of(one) == grants.origin_of(other) {
                return Err(CredentialError::Ambiguous((*one).to_owned(), (*other).to_owned()));
            }
        }
    }
    Ok(())
}

/// A request whose body can be sent again.
struct Letter {
    method: Method,
    url: Url,
    origin: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Sender {
    /// The figures of this step.
    pub fn record(&self) -> &Arc<Record> {
        &self.record
    }

    /// The headers that a connector may not set, since the host does or since they carry secrets.
    pub fn closed_headers(&self) -> Vec<HeaderName> {
        let mut closed = vec![header::AUTHORIZATION, header::COOKIE, header::PROXY_AUTHORIZATION];
        closed.extend(self.credentials.headers());
        closed
    }

    /// Sends a request and waits until its answer begins.
    pub async fn send<B>(
        &self,
        request: Request<B>,
        patience: Patience,
    ) -> Result<Response<ResponseBody>, SendError>
    where
        B: Body<Data = Bytes> + Send,
        B::Error: std::fmt::Display,
    {
        let (parts, body) = request.into_parts();
        let body = std::pin::pin!(body);
        let (url, origin, credential) = match self.permit(&parts.uri) {
            Ok(permitted) => permitted,
            Err(refusal) => {
                drain(body).await;
                tracing::warn!(code = refusal.code(), "{refusal}");
                self.record.refuse(&refusal);
                return Err(refusal.into());
            }
        };
        let body = self.repeatable(body).await?;
        let mut headers = parts.headers;
        self.tidy(&mut headers);
        let letter = Letter {
            method: parts.method,
            url,
            origin,
            headers,
            body,
        };
        self.record.request(&letter.origin);
        let sent = self.deliver(&letter, credential, patience).await;
        match &sent {
            Err(SendError::Refused(refusal)) => self.record.refuse(refusal),
            Err(SendError::Credential(CredentialError::Token(TokenError::Unreachable { .. }))) => {}
            Err(SendError::Credential(error)) => self.record.trouble(error.to_string()),
            _ => {}
        }
        sent
    }

    fn permit(&self, uri: &http::Uri) -> Result<(Url, String, Option<&Credential>), Refusal> {
        let url = Url::parse(&uri.to_string()).map_err(|cause| Refusal {
            target: uri.host().unwrap_or_default().to_owned(),
            reason: crate::grant::RefusalReason::Url(crate::origin::OriginError::NotAUrl {
                text: uri.host().unwrap_or_default().to_owned(),
                cause,
            }),
        })?;
        let (origin, needs) = self.grants.check(&url)?;
        permit_literal(&origin)?;
        Ok((url, origin.to_string(), self.credentials.of(&needs)))
    }

    /// Collects the body within its bound; past the bound the rest is read and thrown away.
    async fn repeatable<B>(&self, mut body: std::pin::Pin<&mut B>) -> Result<Bytes, SendError>
    where
        B: Body<Data = Bytes>,
        B::Error: std::fmt::Display,
    {
        let mut collected = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let frame = frame.map_err(|error| SendError::Body(error.to_string()))?;
            if let Ok(data) = frame.into_data() {
                if (collected.len() + data.len()) as u64 > self.limits.request_octets {
                    drain(body).await;
                    return Err(SendError::TooLarge {
                        limit: self.limits.request_octets,
                    });
                }
                collected.extend_from_slice(&data);
            }
        }
        Ok(collected.freeze())
    }

    /// Takes out what belongs to one connection (RFC 9110 section 7.6.1), to the host, or to nobody.
    fn tidy(&self, headers: &mut HeaderMap) {
        let named: Vec<HeaderName> = headers
            .get_all(header::CONNECTION)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .filter_map(|name| name.trim().parse().ok())
            .collect();
        let own = [
            header::CONNECTION,
            header::CONTENT_LENGTH,
            header::HOST,
            header::PROXY_AUTHENTICATE,
            header::TE,
            header::TRAILER,
            header::TRANSFER_ENCODING,
            header::UPGRADE,
        ];
        let odd = ["keep-alive", "proxy-connection", "http2-settings"].map(HeaderName::from_static);
        for name in named
            .into_iter()
            .chain(own)
            .chain(odd)
            .chain(self.closed_headers())
        {
            headers.remove(name);
        }
        headers
            .entry(header::USER_AGENT)
            .or_insert(HeaderValue::from_static(concat!(
                "samklang/",
                env!("CARGO_PKG_VERSION")
            )));
    }

    async fn deliver(
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
            let pause = match &attempt {
                Ok(answer) if answer.status() == StatusCode::UNAUTHORIZED => {
                    // Turned down before anything was done, so that any method can be sent again; but only once.
                    if renewed || !credential.is_some_and(Credential::is_renewable) {
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
        self.pace.wait(&self.surroundings.sleep).await;
        let mut request = reqwest::Request::new(letter.method.clone(), letter.url.clone());
        *request.headers_mut() = letter.headers.clone();
        if !letter.body.is_empty() {
            *request.body_mut() = Some(letter.body.clone().into());
        }
        if let Some(credential) = credential {
            credential
                .authorise(request.headers_mut(), &self.client, fresh)
                .await?;
        }
        self.record.sent(letter.body.len());
        let wait = shorter(patience.answer, self.limits.answer)
            .saturating_add(shorter(patience.connect, self.limits.connect));
        let started = tokio::time::Instant::now();
        let answer = tokio::time::timeout(wait, self.client.execute(request))
            .await
            .map_err(|_| SendError::TimedOut {
                origin: letter.origin.clone(),
                after: wait,
            })?
            .map_err(|error| name(&error, &letter.origin, self.limits.connect))?;
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
        let body = ResponseBody::new(body, self.limits.response_octets, idle, Arc::clone(&self.record));
        Ok(Response::from_parts(parts, body))
    }
}

fn shorter(wish: Option<Duration>, bound: Duration) -> Duration {
    wish.map_or(bound, |wish| wish.min(bound))
}

async fn drain<B: Body>(mut body: std::pin::Pin<&mut B>) {
    while let Some(Ok(_)) = body.frame().await {}
}
