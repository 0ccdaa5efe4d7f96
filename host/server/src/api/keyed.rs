//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): what acts is done once for a key, and the same request with the same key is
//! answered as it was the first time. Kept for a day; a secret is not, which is told once.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{MatchedPath, RawPathParams, Request, State};
use axum::http::response::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use samklang_store::{KeyedRequest, RequestKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::openapi::OpenApi;

use super::extract::too_long;
use crate::access::{Entry, Guest};
use crate::app::App;
use crate::problem::{Kind, MEDIA, Problem};

/// What a request brings its key in.
pub(super) const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// What tells that an answer is the one of the first time.
pub(super) const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The longest answer that is kept.
const ANSWER: usize = 1 << 20;

/// What an answer carries that tells a secret: it is told to whoever asked first, and not kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToldOnce;

/// An answer as it is kept.
#[derive(Serialize, Deserialize)]
struct Kept {
    status: u16,
    media: Option<String>,
    link: Option<String>,
    body: String,
}

/// What takes keys: whatever acts and is not the same done twice by itself, as a `PUT` is.
#[derive(Clone)]
pub(super) struct Keyed {
    app: App,
    acts: Arc<HashSet<(Method, String)>>,
}

impl Keyed {
    /// What takes keys of what is described.
    pub(super) fn new(app: &App, api: &OpenApi) -> Self {
        let mut acts = HashSet::new();
        for (path, item) in &api.paths.paths {
            for (method, operation) in [(Method::POST, &item.post), (Method::DELETE, &item.delete)] {
                if operation.is_some() {
                    acts.insert((method, path.clone()));
                }
            }
        }
        Self {
            app: app.clone(),
            acts: Arc::new(acts),
        }
    }
}

/// Does a request with a key once.
pub(super) async fn once(
    State(Keyed { app, acts }): State<Keyed>,
    guest: Option<axum::Extension<Guest>>,
    path: RawPathParams,
    route: MatchedPath,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let acts = acts.contains(&(request.method().clone(), route.as_str().to_owned()));
    let (Some(axum::Extension(guest)), true, true) = (guest, acts, request.headers().contains_key(KEY))
    else {
        return Ok(next.run(request).await);
    };
    let tenant = path.iter().find(|(name, _)| *name == "tenant");
    if tenant.is_some_and(|(_, tenant)| guest.role_in(tenant).is_none()) {
        // Nothing is told of a tenant where the guest is nobody (any more): not even what was answered once.
        return Ok(next.run(request).await);
    }
    let key = RequestKey::new(&doorway(&guest), key(request.headers())?);
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, super::BODY).await.map_err(|_| too_long())?;
    let mut print = Sha256::new();
    for piece in [
        parts.method.as_str().as_bytes(),
        parts.uri.to_string().as_bytes(),
        &body,
    ] {
        print.update((piece.len() as u64).to_be_bytes());
        print.update(piece);
    }
    let print: [u8; 32] = print.finalize().into();
    let known = app.store().begin_keyed(&key, &print, app.now()).await;
    match known.map_err(Problem::failed)? {
        KeyedRequest::New => {}
        KeyedRequest::Another => {
            let detail = "this idempotency key came with another request: give each request a key of its own";
            return Err(Problem::new(Kind::KeyReused, detail));
        }
        KeyedRequest::Begun => {
            let detail = "a request with this idempotency key is still at work, or was cut off: ask again soon; where that does not help, \
                          look what became of it and use another key";
            return Err(Problem::new(Kind::Moved, detail));
        }
        KeyedRequest::Answered(answer) => return replay(&answer),
    }
    let request = Request::from_parts(parts, Body::from(body));
    // Whoever asked may go away: what has begun is carried out, and its answer kept.
    let work = tokio::spawn(async move { answer(&app, &key, next.run(request).await).await });
    work.await.map_err(Problem::failed)?
}

/// By which way somebody came in: a token allows less than its maker, so that neither is answered what the other was.
fn doorway(guest: &Guest) -> String {
    match guest.entry() {
        Entry::Session { .. } => format!("person {}", guest.person()),
        Entry::Token { id } => format!("token {id}"),
    }
}

/// Keeps an answer on its way out.
async fn answer(app: &App, key: &RequestKey, response: Response) -> Result<Response, Problem> {
    let (parts, body) = response.into_parts();
    // It lies in memory already: what acts is not answered by streams.
    let body = to_bytes(body, usize::MAX).await.map_err(Problem::failed)?;
    // What failed, or was not let in, was not done: the same key may try again.
    let done = !parts.status.is_server_error()
        && ![
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&parts.status);
    let settled = if done {
        let kept = to_keep(&parts, &body);
        let kept = serde_json::to_vec(&kept).map_err(Problem::failed)?;
        app.store().keep_keyed(key, &kept).await
    } else {
        app.store().forget_keyed(key).await
    };
    settled.map_err(Problem::failed)?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// What the same request is answered when it comes again.
fn to_keep(parts: &Parts, body: &[u8]) -> Kept {
    if parts.extensions.get::<ToldOnce>().is_some() {
        return Kept::instead(
            "this was done when the request came first, and what it made was told once: where that is lost, make another with an \
             idempotency key of its own",
        );
    }
    if body.len() > ANSWER {
        return Kept::instead(
            "this was done when the request came first, and its answer is too long to be told again: look what became of it",
        );
    }
    let text = |name| {
        let value = parts.headers.get(name).and_then(|value| value.to_str().ok());
        value.map(str::to_owned)
    };
    Kept {
        status: parts.status.as_u16(),
        media: text(header::CONTENT_TYPE),
        link: text(header::LINK),
        body: String::from_utf8_lossy(body).into_owned(),
    }
}

impl Kept {
    /// That something was done, in place of what was told of it.
    fn instead(detail: &str) -> Self {
        let problem = Problem::new(Kind::Moved, detail);
        Self {
            status: problem.status,
            media: Some(MEDIA.to_owned()),
            link: None,
            body: serde_json::to_string(&problem).unwrap_or_default(),
        }
    }
}

fn replay(answer: &[u8]) -> Result<Response, Problem> {
    let kept: Kept = serde_json::from_slice(answer).map_err(Problem::failed)?;
    let status = StatusCode::from_u16(kept.status).map_err(Problem::failed)?;
    let mut response = (status, Bytes::from(kept.body)).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    for (name, value) in [(header::CONTENT_TYPE, kept.media), (header::LINK, kept.link)] {
        if let Some(value) = value {
            headers.insert(name, HeaderValue::from_str(&value).map_err(Problem::failed)?);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// The key of a request: visible ASCII, in quotes or not.
fn key(headers: &HeaderMap) -> Result<&str, Problem> {
    let bad = || {
        Problem::new(
            Kind::BadRequest,
            "an idempotency key is 16 to 128 letters, digits, `-` and `_`, such as a UUID, and comes once",
        )
    };
    let mut given = headers.get_all(KEY).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return Err(bad());
    };
    let value = value.to_str().map_err(|_| bad())?;
    // The draft writes it as a string of structured fields, in quotes.
    let bare = value
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(value);
    let plain = |octet: u8| octet.is_ascii_alphanumeric() || octet == b'-' || octet == b'_';
    if (16..=128).contains(&bare.len()) && bare.bytes().all(plain) {
        Ok(bare)
    } else {
        Err(bad())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An answer that is too long to be kept would otherwise leave its key begun for a day, and tell that what was done has failed.
    #[test]
    fn an_answer_that_is_too_long_is_told_to_have_been() {
        let (parts, ()) = Response::new(()).into_parts();
        let kept = to_keep(&parts, &vec![b'x'; ANSWER]);
        assert_eq!((kept.status, kept.body.len()), (200, ANSWER));
        let kept = to_keep(&parts, &vec![b'x'; ANSWER + 1]);
        assert_eq!(kept.status, 409);
        assert!(kept.body.contains("too long to be told again"), "{}", kept.body);
    }

    #[test]
    fn keys_are_read_with_and_without_quotes() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(KEY, HeaderValue::from_str(value).unwrap());
            }
            key(&headers).ok().map(str::to_owned)
        };
        let uuid = "8e03978e-40d5-43e8-bc93-6894a57f9324";
        assert_eq!(read(&[uuid]).as_deref(), Some(uuid));
        assert_eq!(read(&[&format!("\"{uuid}\"")]).as_deref(), Some(uuid));
        for bad in [
            &["short"][..],
            &["with a space in it ..."],
            &[uuid, uuid],
            &[&"x".repeat(129)],
        ] {
            assert_eq!(read(bad), None, "{bad:?}");
        }
    }
}
