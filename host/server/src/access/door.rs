//! What every request passes: who makes it is found out, what another site made is refused, and what is answered says how it may be used.

use std::net::IpAddr;

use axum::extract::{Request, State};
use axum::http::header::{
    ACCEPT, AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, RETRY_AFTER,
    STRICT_TRANSPORT_SECURITY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::guest::{Entry, Guest};
use super::{TIMES, cookie, csrf, limit};
use crate::api::is_of_programs;
use crate::app::App;
use crate::page::{Leaf, tell};
use crate::problem::{Kind, Problem};

/// Addresses where somebody tries to come in.
const KNOCKS: [&str; 3] = ["/sign-in/link/", "/sign-in/go", "/sign-in/callback"];

/// What somebody is answered there who has nothing that lets in. A service that cannot be reached, or a name that was forgotten, is no guess.
const FAILURES: [StatusCode; 4] = [
    StatusCode::BAD_REQUEST,
    StatusCode::FORBIDDEN,
    StatusCode::NOT_FOUND,
    StatusCode::GONE,
];

/// Finds out who makes a request.
pub(crate) async fn enter(State(app): State<App>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let leaf = (!is_of_programs(path)).then(|| Leaf::new(&app, request.headers(), request.uri()));
    let knocks = knocks(&app, &request);
    if let Some(wait) = knocks.and_then(|from| app.gate().limiter().wait(from, app.now())) {
        let seconds = wait / 1_000 + 1;
        let problem = Problem::new(Kind::TooMany, format!("try again in {seconds} seconds"));
        let mut response = told(leaf.as_ref(), problem);
        let headers = response.headers_mut();
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        return response;
    }
    let response = match admit(&app, request).await {
        Ok((mut request, guest)) => {
            if let Some(leaf) = leaf {
                request.extensions_mut().insert(leaf.with(guest));
            }
            next.run(request).await
        }
        Err(problem) => told(leaf.as_ref(), problem),
    };
    if let Some(from) = knocks.filter(|_| FAILURES.contains(&response.status())) {
        app.gate().limiter().failed(from, app.now());
    }
    response
}

/// Where somebody comes from who tries to come in; none where nobody tries to.
fn knocks(app: &App, request: &Request) -> Option<IpAddr> {
    let path = request.uri().path();
    let knocks = KNOCKS.iter().any(|knock| path.starts_with(knock));
    knocks.then(|| limit::address(request.extensions(), request.headers(), &app.settings().proxies))
}

/// A problem for whoever asked: people are told it on a page.
fn told(leaf: Option<&Leaf>, problem: Problem) -> Response {
    match leaf {
        Some(leaf) => tell(leaf, problem),
        None => problem.into_response(),
    }
}

async fn admit(app: &App, mut request: Request) -> Result<(Request, Option<Guest>), Problem> {
    let guest = whoever(app, request.headers(), Asks::of(request.headers())).await?;
    let entry = guest.as_ref().map(Guest::entry);
    if csrf::changes(request.method()) && !matches!(entry, Some(Entry::Token { .. })) {
        csrf::from_here(app, request.headers())?;
        if let Some(Entry::Session { csrf: token, .. }) = entry {
            request = csrf::held(request, token).await?;
        }
    }
    if let Some(guest) = &guest {
        request.extensions_mut().insert(guest.clone());
    }
    Ok((request, guest))
}

/// What a page asks by itself says so.
const BY_ITSELF: &str = "x-by-itself";

/// Whether a person asks, or a page that keeps itself up to date: that is no use of a session, which would never be idle otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asks {
    /// A person, or a program.
    Person,
    /// A page by itself.
    Page,
}

impl Asks {
    /// Streams are taken up by pages, again and again; what a page asks for when a stream has told it something says so itself.
    fn of(headers: &HeaderMap) -> Self {
        let accepts = headers.get(ACCEPT).map(HeaderValue::as_bytes);
        if accepts == Some(&b"text/event-stream"[..]) || headers.contains_key(BY_ITSELF) {
            Self::Page
        } else {
            Self::Person
        }
    }
}

/// Who it is by the token, else by the session. A token that does not count is refused; a session that is over is nobody's.
pub(crate) async fn whoever(app: &App, headers: &HeaderMap, asks: Asks) -> Result<Option<Guest>, Problem> {
    let access = app.store().access();
    if let Some(value) = headers.get(AUTHORIZATION) {
        let refused = || {
            Problem::new(
                Kind::SignedOut,
                "the token is unknown, revoked or too old: make another at /account, and send `Authorization: Bearer TOKEN`",
            )
        };
        let value = value.to_str().map_err(|_| refused())?;
        let (scheme, secret) = value.split_once(' ').ok_or_else(refused)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(refused());
        }
        let found = access
            .token(secret.trim(), app.now())
            .await
            .map_err(Problem::failed)?;
        let (token, known) = found.ok_or_else(refused)?;
        return Ok(Some(Guest::of_token(&token, &known)));
    }
    let Some(secret) = cookie::read(app, headers, cookie::SESSION) else {
        return Ok(None);
    };
    let found = match asks {
        Asks::Person => access.session(&secret, TIMES, app.now()).await,
        Asks::Page => access.session_unused(&secret, TIMES, app.now()).await,
    };
    let found = found.map_err(Problem::failed)?;
    Ok(found.map(|(session, known)| Guest::of_session(session.id, csrf::token(&secret), &known)))
}

/// What pages may do: nothing but what comes from this server, and no script or style that stands in a page.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Says with every answer how it may be used.
pub(crate) async fn dress(State(app): State<App>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut say = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    say(CONTENT_SECURITY_POLICY, POLICY);
    say(X_CONTENT_TYPE_OPTIONS, "nosniff");
    say(X_FRAME_OPTIONS, "DENY");
    // The addresses of links that let somebody in are told to nobody else.
    say(REFERRER_POLICY, "same-origin");
    say(
        HeaderName::from_static("permissions-policy"),
        "accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), payment=(), usb=()",
    );
    say(
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    say(
        HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    say(CACHE_CONTROL, "no-store");
    if app.settings().is_private() {
        say(STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        let headers = response.headers_mut();
        headers
            .entry(WWW_AUTHENTICATE)
            .or_insert(HeaderValue::from_static("Bearer realm=\"Samklang\""));
    }
    response
}
