//! What went wrong with a request, told as RFC 9457 asks; pages tell the same in words.

use axum::body::to_bytes;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::desk::DeskError;
use crate::run::Busy;

/// Why a request was not answered as it wished (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// What kind of problem it is: `urn:samklang:problem:` and one of `bad-request`, `csrf`, `signed-out`, `forbidden`, `absent`,
    /// `method`, `there-already`, `moved`, `refused`, `misconfigured`, `too-large`, `media-type`, `key-reused`, `too-many`, `failed`, `closing`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened, and what to do.
    pub detail: String,
    /// Each mistake, where there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mistakes: Vec<String>,
}

/// A kind of problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    BadRequest,
    Csrf,
    SignedOut,
    Forbidden,
    Absent,
    Method,
    ThereAlready,
    Moved,
    Refused,
    Misconfigured,
    TooLarge,
    MediaType,
    KeyReused,
    TooMany,
    Failed,
    Closing,
}

/// What a problem is written in.
pub(crate) const MEDIA: &str = "application/problem+json";
impl Kind {
    /// Each of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 16] = [
        Self::BadRequest,
        Self::Csrf,
        Self::SignedOut,
        Self::Forbidden,
        Self::Absent,
        Self::Method,
        Self::ThereAlready,
        Self::Moved,
        Self::Refused,
        Self::Misconfigured,
        Self::TooLarge,
        Self::MediaType,
        Self::KeyReused,
        Self::TooMany,
        Self::Failed,
        Self::Closing,
    ];

    /// The code at the end of its type.
    #[cfg(test)]
    pub(crate) fn code(self) -> &'static str {
        self.parts().0
    }
}

/// The beginning of a problem's type.
pub(crate) const URN: &str = "urn:samklang:problem:";

impl Kind {
    /// Its code, its words, its status.
    fn parts(self) -> (&'static str, &'static str, StatusCode) {
        match self {
            Self::BadRequest => (
                "bad-request",
                "the request cannot be read",
                StatusCode::BAD_REQUEST,
            ),
            Self::Csrf => ("csrf", "the form is not this session's", StatusCode::FORBIDDEN),
            Self::SignedOut => ("signed-out", "nobody is signed in", StatusCode::UNAUTHORIZED),
            Self::Forbidden => ("forbidden", "the role is not enough", StatusCode::FORBIDDEN),
            Self::Absent => ("absent", "there is no such thing", StatusCode::NOT_FOUND),
            Self::Method => (
                "method",
                "this cannot be done here",
                StatusCode::METHOD_NOT_ALLOWED,
            ),
            Self::ThereAlready => (
                "there-already",
                "there is one of this name",
                StatusCode::PRECONDITION_FAILED,
            ),
            Self::Moved => ("moved", "something else came first", StatusCode::CONFLICT),
            Self::Refused => ("refused", "this cannot be", StatusCode::UNPROCESSABLE_ENTITY),
            Self::Misconfigured => (
                "misconfigured",
                "the tenant's configuration holds mistakes",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Self::TooLarge => ("too-large", "that is too much", StatusCode::PAYLOAD_TOO_LARGE),
            Self::MediaType => (
                "media-type",
                "this kind of content is not taken",
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ),
            Self::KeyReused => (
                "key-reused",
                "the idempotency key belongs to another request",
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            Self::TooMany => ("too-many", "too many attempts", StatusCode::TOO_MANY_REQUESTS),
            Self::Failed => ("failed", "it failed", StatusCode::INTERNAL_SERVER_ERROR),
            Self::Closing => (
                "closing",
                "the server is closing",
                StatusCode::SERVICE_UNAVAILABLE,
            ),
        }
    }
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let (code, title, status) = kind.parts();
        Self {
            kind: format!("{URN}{code}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            mistakes: Vec::new(),
        }
    }

    /// Something that a person did not cause and cannot mend by asking otherwise. The cause goes to the log.
    pub(crate) fn failed(cause: impl std::fmt::Display) -> Self {
        tracing::error!(%cause, "a request failed");
        Self::new(
            Kind::Failed,
            "something failed inside; the server's log says what",
        )
    }

    /// The code at the end of its type.
    #[must_use]
    pub fn code(&self) -> &str {
        self.kind.strip_prefix(URN).unwrap_or(&self.kind)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error {
            DeskError::Absent(detail) => Self::new(Kind::Absent, detail),
            DeskError::Refused(detail) => Self::new(Kind::Refused, detail),
            DeskError::Moved(detail) => Self::new(Kind::Moved, detail),
            DeskError::Misconfigured { tenant, mistakes } => {
                let detail = format!("the configuration of {tenant} holds mistakes: mend them and try again");
                Self {
                    mistakes,
                    ..Self::new(Kind::Misconfigured, detail)
                }
            }
            DeskError::Failed(detail) => {
                tracing::error!(detail, "something failed in a tenant");
                Self::new(Kind::Failed, detail)
            }
        }
    }
}

impl From<Busy> for Problem {
    fn from(cause: Busy) -> Self {
        let kind = match cause {
            Busy::Already => Kind::Moved,
            Busy::Full => Kind::TooMany,
            Busy::Stopping => Kind::Closing,
        };
        Self::new(kind, cause.to_string())
    }
}

/// The most octets of what the framework says about a request that it refuses.
const WORDS: usize = 4_096;

impl Problem {
    /// What the framework refused with this status, in its words.
    pub(crate) fn refused(status: StatusCode, words: impl Into<String>) -> Self {
        let words = words.into();
        let kind = match status {
            StatusCode::UNAUTHORIZED => Kind::SignedOut,
            StatusCode::FORBIDDEN => Kind::Forbidden,
            StatusCode::NOT_FOUND => Kind::Absent,
            StatusCode::METHOD_NOT_ALLOWED => Kind::Method,
            StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::MediaType,
            status if status.is_server_error() => return Self::failed(words),
            _ => Kind::BadRequest,
        };
        Self::new(kind, words)
    }
}

/// Looks whether an answer is the framework's own refusal, which is a bare status or a line of text, and makes a problem of it. What is
/// answered otherwise stays as it is.
///
/// # Errors
///
/// The problem.
pub(crate) async fn unrefused(response: Response, method: &Method, path: &str) -> Result<Response, Problem> {
    let status = response.status();
    let kind = response.headers().get(header::CONTENT_TYPE);
    let bare = kind.is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !bare || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let words = to_bytes(response.into_body(), WORDS).await.unwrap_or_default();
    let words = String::from_utf8_lossy(&words);
    let words = match status {
        StatusCode::METHOD_NOT_ALLOWED => {
            // Which methods there are is added to it on its way out.
            format!("{method} cannot be done at {path}: the header `Allow` says what can")
        }
        _ if words.trim().is_empty() => format!("{method} {path} was refused: {status}"),
        _ => words.trim().to_owned(),
    };
    Err(Problem::refused(status, words))
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(&self)).into_response();
        let media = HeaderValue::from_static(MEDIA);
        response.headers_mut().insert(header::CONTENT_TYPE, media);
        // The layer around the pages finds it here and tells it in words.
        response.extensions_mut().insert(self);
        response
    }
}
