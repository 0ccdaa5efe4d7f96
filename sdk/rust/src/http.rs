//! HTTP by way of the host: it decides which hosts may be reached and adds the credentials, so there is nothing here to do
//! either. Requests are sent one after the other; redirects are not followed.
//!
//! [`Builder::send`] fails only when no answer came. [`Response::ok`] turns statuses into the contract's errors and leaves
//! what only the caller can judge as [`Refused`].

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod canned;
mod link;
mod response;
#[cfg(target_arch = "wasm32")]
mod wire;

use std::io::Read;
use std::time::Duration;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

use crate::Error;
#[cfg(not(target_arch = "wasm32"))]
use canned as wire;
pub use response::{Download, Failure, Refused, Response};

/// The methods of a request, by their names in RFC 9110 and RFC 5789.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Head,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As it is written in a request.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Sends requests to one system.
#[derive(Debug, Clone)]
pub struct Client {
    base: String,
    headers: Vec<(String, String)>,
    timeout: Duration,
    bound: u64,
}

impl Client {
    /// A client for paths below this URL, such as `https://mo.example.org/service`.
    pub fn new(base_url: impl Into<String>) -> Self {
        let mut base = base_url.into();
        base.truncate(base.trim_end_matches('/').len());
        Self {
            base,
            headers: Vec::new(),
            timeout: Duration::from_mins(1),
            bound: 64 << 20,
        }
    }

    /// A header for every request.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// How long to wait for an answer to begin, and between its parts. One minute unless told.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The largest answer that is taken into memory, in octets. 64 MiB unless told.
    pub fn bound(mut self, octets: u64) -> Self {
        self.bound = octets;
        self
    }

    /// A request to a path below the base, or to a whole URL, such as one that the system gave as the next page.
    pub fn request(&self, method: Method, path: impl AsRef<str>) -> Builder {
        let path = path.as_ref();
        let url = if path.starts_with("https://") || path.starts_with("http://") {
            path.to_owned()
        } else if path.is_empty() || path.starts_with(['/', '?']) {
            format!("{}{path}", self.base)
        } else {
            format!("{}/{path}", self.base)
        };
        let request = Request {
            method,
            url,
            headers: self.headers.clone(),
            body: Vec::new(),
        };
        Builder {
            request,
            timeout: self.timeout,
            bound: self.bound,
            fault: None,
        }
    }

    /// GET.
    pub fn get(&self, path: impl AsRef<str>) -> Builder {
        self.request(Method::Get, path)
    }

    /// POST.
    pub fn post(&self, path: impl AsRef<str>) -> Builder {
        self.request(Method::Post, path)
    }

    /// PUT.
    pub fn put(&self, path: impl AsRef<str>) -> Builder {
        self.request(Method::Put, path)
    }

    /// PATCH.
    pub fn patch(&self, path: impl AsRef<str>) -> Builder {
        self.request(Method::Patch, path)
    }

    /// DELETE.
    pub fn delete(&self, path: impl AsRef<str>) -> Builder {
        self.request(Method::Delete, path)
    }
}

/// A request as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL with its query.
    pub url: String,
    /// The headers, in order. The host adds its own.
    pub headers: Vec<(String, String)>,
    /// The body; empty for none.
    pub body: Vec<u8>,
}

/// What comes over the wire: status, headers and the body still to be read; or why nothing came.
type Answer<Body> = Result<(u16, Vec<(String, String)>, Body), NoAnswer>;

/// Why no answer came.
enum NoAnswer {
    /// The host does not let the request out; trying again does not help.
    #[cfg_attr(
        not(target_arch = "wasm32"),
        expect(dead_code, reason = "natively there is no host that could refuse")
    )]
    NotPermitted(String),
    /// Anything else.
    Failed(String),
}

impl From<String> for NoAnswer {
    fn from(cause: String) -> Self {
        Self::Failed(cause)
    }
}

impl From<&str> for NoAnswer {
    fn from(cause: &str) -> Self {
        Self::Failed(cause.to_owned())
    }
}

/// A request that is being put together.
#[derive(Debug)]
#[must_use = "a request does nothing until it is sent"]
pub struct Builder {
    request: Request,
    timeout: Duration,
    bound: u64,
    fault: Option<Error>,
}

impl Builder {
    /// Adds a name and a value to the query, encoded.
    pub fn query(mut self, name: impl AsRef<str>, value: impl ToString) -> Self {
        let url = &mut self.request.url;
        url.push(if url.contains('?') { '&' } else { '?' });
        url.extend(utf8_percent_encode(name.as_ref(), RESERVED));
        url.push('=');
        url.extend(utf8_percent_encode(&value.to_string(), RESERVED));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.request.headers.push((name.into(), value.into()));
        self
    }

    /// The body as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, body: &T) -> Self {
        match serde_json::to_vec(body) {
            Ok(body) => self.body("application/json", body),
            Err(cause) => {
                self.fault = Some(Error::Internal(format!("a body cannot be JSON: {cause}")));
                self
            }
        }
    }

    /// The body.
    pub fn body(mut self, content_type: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        self.request.body = body.into();
        self.header("content-type", content_type)
    }

    /// Another time limit for this request than the client's.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sends it and takes the whole answer into memory.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when no whole answer comes; [`Error::InvalidData`] when it is larger than the client's bound.
    pub fn send(self) -> Result<Response, Error> {
        let bound = self.bound;
        let download = self.download()?;
        let Download {
            status,
            headers,
            request,
            url,
            mut body,
        } = download;
        let mut bytes = Vec::new();
        let read = body
            .by_ref()
            .take(bound.saturating_add(1))
            .read_to_end(&mut bytes);
        read.map_err(|cause| Error::Unreachable(format!("{request}: the answer broke off: {cause}")))?;
        if bytes.len() as u64 > bound {
            return Err(Error::invalid_data(
                request,
                format!("the answer is larger than {bound} octets"),
            ));
        }
        Ok(Response {
            status,
            headers,
            body: bytes,
            request,
            url,
        })
    }

    /// Sends it and leaves the answer's body to be read bit by bit, for what may be large.
    ///
    /// # Errors
    /// [`Error::Unreachable`] when no answer comes, [`Error::Unauthorised`] when the host does not let the request out.
    pub fn download(self) -> Result<Download, Error> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        let request = response::name(&self.request);
        let url = self.request.url.clone();
        let answer = wire::send(self.request, self.timeout);
        let (status, headers, body) = answer.map_err(|why| match why {
            NoAnswer::NotPermitted(cause) => Error::Unauthorised(format!("{request}: {cause}")),
            NoAnswer::Failed(cause) => Error::Unreachable(format!("{request}: {cause}")),
        })?;
        Ok(Download {
            status,
            headers,
            request,
            url,
            body,
        })
    }
}

/// All but the unreserved characters of RFC 3986 without the full stop, which some systems take for a file's ending.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'~');

/// A text as one segment of a path, with everything encoded that could mean something else.
pub fn segment(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}
