//! Sends a connector's requests, and nothing that was not granted.
//!
//! The order is fixed: check against the grants, judge the address, make the body repeatable, put the credential in,
//! send, repeat what is safe to repeat, hand the answer on in bounds. Redirects are handed on, never followed; no proxy
//! is taken from the environment; nothing is decompressed. A request that is refused has its body read to its end first, because a guest
//! that is still writing would otherwise wait for a reader who never comes.

mod deliver;
mod sealed;
mod way;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use http_body::Body;
use http_body_util::BodyExt;
use tokio::sync::Semaphore;
use url::Url;

use crate::body::ResponseBody;
use crate::credential::{Credential, CredentialError, Credentials};
use crate::egress::{EgressLimits, Patience, Step, Surroundings};
use crate::endpoint::{Endpoints, Turns};
use crate::failure::SendError;
use crate::grant::{Grants, Refusal};
use crate::oauth::TokenError;
use crate::origin::Origin;
use crate::record::Record;
use crate::resolve::permit_literal;

use way::Clients;
pub(crate) use way::{Way, alone, client};

/// Sends requests for one step of one connection.
pub struct Sender {
    clients: Clients,
    pub(crate) tls: Arc<rustls::ClientConfig>,
    pub(crate) grants: Grants,
    pub(crate) credentials: Credentials,
    pub(crate) limits: EgressLimits,
    pub(crate) surroundings: Surroundings,
    endpoints: Arc<Endpoints>,
    requests_per_second: Option<u32>,
    pub(crate) record: Arc<Record>,
    pub(crate) directories: Arc<Semaphore>,
}

impl Sender {
    pub(crate) fn new(
        tls: &rustls::ClientConfig,
        surroundings: &Surroundings,
        endpoints: &Arc<Endpoints>,
        step: Step,
    ) -> Result<Self, SendError> {
        unambiguous(&step.grants, &step.credentials)?;
        for (need, credential) in step.credentials.iter() {
            credential.refresh()?;
            let origin = step
                .grants
                .origin_of(need)
                .filter(|origin| !origin.is_encrypted());
            if let (Some(origin), true) = (origin, credential.ready().certificate().is_some()) {
                let origin = origin.to_string();
                return Err(CredentialError::NotEncrypted { origin }.into());
            }
        }
        let mut directories = alone(tls);
        // The names of protocols are HTTP's.
        directories.alpn_protocols = Vec::new();
        Ok(Self {
            clients: Clients::new(tls, surroundings, step.limits.connect, step.proxy)?,
            tls: Arc::new(directories),
            directories: Arc::new(Semaphore::new(step.limits.directory.sessions)),
            grants: step.grants,
            credentials: step.credentials,
            limits: step.limits,
            surroundings: surroundings.clone(),
            endpoints: Arc::clone(endpoints),
            requests_per_second: step.requests_per_second,
            record: Arc::default(),
        })
    }

    /// The budget of a system.
    pub(crate) fn turns(&self, origin: &Origin) -> Turns {
        self.endpoints.turns(origin, self.requests_per_second)
    }
}

fn unambiguous(grants: &Grants, credentials: &Credentials) -> Result<(), CredentialError> {
    let bound: Vec<&str> = credentials.iter().map(|(need, _)| need).collect();
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
    target: Origin,
    /// The same in words.
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
        let (url, target, credential) = match self.permit(&parts.uri) {
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
            origin: target.to_string(),
            target,
            headers,
            body,
        };
        self.record.request(&letter.origin);
        let sent = self.deliver(&letter, credential, patience).await;
        match &sent {
            Err(SendError::Refused(refusal)) => self.record.refuse(refusal),
            Err(SendError::Credential(CredentialError::Token(TokenError::Unreachable { .. }))) => {}
            Err(error @ (SendError::Credential(_) | SendError::Unverified { .. })) => {
                self.record.trouble(error.to_string());
            }
            _ => {}
        }
        sent
    }

    fn permit(&self, uri: &http::Uri) -> Result<(Url, Origin, Option<&Credential>), Refusal> {
        let url = Url::parse(&uri.to_string()).map_err(|cause| Refusal {
            target: uri.host().unwrap_or_default().to_owned(),
            reason: crate::grant::RefusalReason::Url(crate::origin::OriginError::NotAUrl {
                text: uri.host().unwrap_or_default().to_owned(),
                cause,
            }),
        })?;
        let (origin, needs) = self.grants.check(&url)?;
        permit_literal(&origin)?;
        Ok((url, origin, self.credentials.of(&needs)))
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
}

async fn drain<B: Body>(mut body: std::pin::Pin<&mut B>) {
    while let Some(Ok(_)) = body.frame().await {}
}
