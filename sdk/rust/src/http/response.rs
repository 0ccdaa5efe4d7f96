//! Answers, and what their statuses mean for the contract.

use std::io::{self, Read};
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Request, link, wire};
use crate::Error;

/// An answer with its whole body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    pub(super) request: String,
    pub(super) url: String,
}

/// A status that only the caller can judge: a redirect, or a request that the system refuses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{request} was answered with {status}")]
pub struct Refused {
    /// The method and the URL without its query.
    pub request: String,
    /// The status code.
    pub status: u16,
    /// The body. It may hold personal data.
    pub body: Vec<u8>,
}

/// Why an answer cannot be used.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// An error of the contract.
    #[error(transparent)]
    Error(Error),
    /// A status that only the caller can judge.
    #[error(transparent)]
    Refused(Refused),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

/// What a caller does not judge is a fault of the connector. The body is left out: it may hold personal data.
impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error,
            Failure::Refused(refused) => Self::Internal(refused.to_string()),
        }
    }
}

impl Refused {
    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

impl Response {
    /// An answer for a test.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Vec::new(),
            request: String::new(),
            url: String::new(),
        }
    }

    /// An answer for a test, with a JSON body.
    pub fn of_json<T: Serialize + ?Sized>(status: u16, body: &T) -> Self {
        let body = serde_json::to_vec(body).unwrap_or_default();
        Self::new(status)
            .with_header("content-type", "application/json")
            .with_body(body)
    }

    /// Adds a header, for a test.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body, for a test.
    pub fn with_body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// The body.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// The body as text; what is no UTF-8 becomes replacement characters.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body, parsed as JSON.
    ///
    /// # Errors
    /// [`Error::InvalidData`] that names the request and where the JSON does not fit.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|cause| Error::invalid_data(&self.request, cause))
    }

    /// Where the next page is: the `Link` header's target with relation `next` (RFC 8288), as a whole URL.
    pub fn next_link(&self) -> Option<String> {
        let links = self
            .headers
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("link"));
        links
            .flat_map(|(_, value)| link::parse(value))
            .find_map(|link| link.is("next").then(|| link::resolve(&self.url, link.target)))
    }

    /// The answer if it is a success (2xx); otherwise 401 and 403 are [`Error::Unauthorised`], 429 and 503 with
    /// `Retry-After` are [`Error::RateLimited`], 408 and 5xx are [`Error::Unreachable`], and everything else is
    /// [`Failure::Refused`].
    ///
    /// # Errors
    /// As said.
    pub fn ok(self) -> Result<Self, Failure> {
        let pause = pause(&self.headers);
        let said = || format!("{} was answered with {}", self.request, self.status);
        match self.status {
            200..=299 => Ok(self),
            401 | 403 => Err(Error::Unauthorised(said()).into()),
            429 => Err(Error::RateLimited(pause.unwrap_or(DEFAULT_PAUSE)).into()),
            503 if pause.is_some() => Err(Error::RateLimited(pause.unwrap_or(DEFAULT_PAUSE)).into()),
            408 | 500..=599 => Err(Error::Unreachable(said()).into()),
            _ => Err(Failure::Refused(Refused {
                request: self.request,
                status: self.status,
                body: self.body,
            })),
        }
    }
}

/// A pause where the system asks for one and does not say how long.
const DEFAULT_PAUSE: Duration = Duration::from_secs(30);

/// `Retry-After` (RFC 9110 section 10.2.3). Where it is a date, the usual pause is kept instead.
fn pause(headers: &[(String, String)]) -> Option<Duration> {
    let value = header(headers, "retry-after")?.trim();
    Some(value.parse().map_or(DEFAULT_PAUSE, Duration::from_secs))
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value.as_str()))
}

/// A request as errors name it: without the query, which may hold personal data.
pub(super) fn name(request: &Request) -> String {
    let url = request.url.split(['?', '#']).next().unwrap_or_default();
    format!("{} {url}", request.method.as_str())
}

/// An answer whose body is still to be read.
pub struct Download {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    pub(super) request: String,
    pub(super) url: String,
    pub(super) body: wire::Body,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download")
            .field("request", &self.request)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Read for Download {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.body.read(buffer)
    }
}

impl Download {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// As [`Response::ok`], with at most 64 KiB of a refusal's body.
    ///
    /// # Errors
    /// As [`Response::ok`].
    pub fn ok(mut self) -> Result<Self, Failure> {
        if (200..=299).contains(&self.status) {
            return Ok(self);
        }
        let mut body = Vec::new();
        let read = self.body.by_ref().take(64 << 10).read_to_end(&mut body);
        read.map_err(|cause| Error::Unreachable(format!("{}: the answer broke off: {cause}", self.request)))?;
        let Self {
            status,
            headers,
            request,
            url,
            body: _,
        } = self;
        Err(
            match (Response {
                status,
                headers,
                body,
                request,
                url,
            })
            .ok()
            {
                Err(failure) => failure,
                Ok(response) => Error::Internal(format!("{} is no failure", response.status)).into(),
            },
        )
    }
}
