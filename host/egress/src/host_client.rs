//! Requests of the host itself: to an identity provider, to a webhook. They are bound by the same filter of addresses, the same authorities
//! and the same refusal to follow redirects as a connector's, and are small on both ways. No grant is asked for: the address comes from whoever
//! configures the installation, and no connector ever gets at this client.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, header};
use http_body_util::BodyExt;
use url::Url;

use crate::body::{BodyError, ResponseBody};
use crate::egress::Egress;
use crate::failure::{SendError, name};
use crate::origin::{Origin, OriginError, Protocol};
use crate::resolve::permit_literal;
use crate::sender::{alone, client};

/// What a request of the host may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostLimits {
    /// From the connection to the last octet of the answer.
    pub wait: Duration,
    /// The largest answer, in octets.
    pub response_octets: u64,
}

impl Default for HostLimits {
    fn default() -> Self {
        Self {
            wait: Duration::from_secs(20),
            response_octets: 1 << 20,
        }
    }
}

/// Why a request of the host got no answer.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The address is none that can be used.
    #[error("the address cannot be used: {0}")]
    Address(String),
    /// It got no answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The answer did not come to its end.
    #[error("{origin}: {cause}")]
    Body {
        /// Where from.
        origin: String,
        /// What happened.
        cause: BodyError,
    },
}

/// Sends requests of the host. Clones share their connections.
#[derive(Clone)]
pub struct HostClient {
    client: reqwest::Client,
    limits: HostLimits,
}

impl std::fmt::Debug for HostClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostClient")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Egress {
    /// A client for requests of the host itself.
    ///
    /// # Errors
    ///
    /// When the HTTP client cannot be set up.
    pub fn host_client(&self, limits: HostLimits) -> Result<HostClient, SendError> {
        Ok(HostClient {
            client: client(alone(&self.tls), &self.surroundings, limits.wait, None)?,
            limits,
        })
    }
}

impl HostClient {
    /// Sends one request and reads its answer whole. Any status is an answer, and redirects are handed back, not followed.
    ///
    /// # Errors
    ///
    /// See [`HostError`].
    pub async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HostError> {
        let (parts, body) = request.into_parts();
        let unusable = |error: &dyn std::fmt::Display| HostError::Address(error.to_string());
        let url = Url::parse(&parts.uri.to_string()).map_err(|error| unusable(&error))?;
        let origin = Origin::of(Protocol::Http, &url).map_err(|error: OriginError| unusable(&error))?;
        permit_literal(&origin).map_err(SendError::Refused)?;
        let mut outgoing = reqwest::Request::new(parts.method, url);
        *outgoing.headers_mut() = parts.headers;
        outgoing
            .headers_mut()
            .entry(header::USER_AGENT)
            .or_insert(header::HeaderValue::from_static(concat!(
                "samklang/",
                env!("CARGO_PKG_VERSION")
            )));
        if !body.is_empty() {
            *outgoing.body_mut() = Some(body.into());
        }
        let origin = origin.to_string();
        tokio::time::timeout(self.limits.wait, self.exchange(outgoing, &origin))
            .await
            .map_err(|_| SendError::TimedOut {
                origin,
                after: self.limits.wait,
            })?
    }

    async fn exchange(&self, request: reqwest::Request, origin: &str) -> Result<Response<Bytes>, HostError> {
        let answer = self.client.execute(request).await;
        let answer = answer.map_err(|error| name(&error, origin, self.limits.wait))?;
        let (parts, body) = Response::from(answer).into_parts();
        let body = ResponseBody::new(
            body,
            self.limits.response_octets,
            self.limits.wait,
            Arc::default(),
        );
        let body = body.collect().await.map_err(|cause| HostError::Body {
            origin: origin.to_owned(),
            cause,
        })?;
        Ok(Response::from_parts(parts, body.to_bytes()))
    }
}
