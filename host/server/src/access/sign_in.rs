//! Coming in and going out: by the provider, or by a link that works once.

use axum::extract::{Path, Query, State};
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::Form;
use minijinja::{Value, context};
use samklang_store::Known;
use serde::Deserialize;

use super::guest::{Entry, Guest};
use super::provider::ProviderError;
use super::{TIMES, cookie};
use crate::app::App;
use crate::page::Leaf;
use crate::problem::{Kind, Problem};

/// How long the way to the provider and back may take, in milliseconds.
const WAY: i64 = 15 * 60_000;

/// The longest name that somebody who comes by a link may give.
const NAME: usize = 80;

/// What an address for signing in says.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// Where somebody wanted to go.
    #[serde(default)]
    back: String,
}

/// A path of this server, and no other address that looks like one.
pub(super) fn here(path: &str) -> &str {
    let odd = path.starts_with("//") || path.contains(['\\', '\r', '\n', '\t']) || !path.starts_with('/');
    if odd || path.starts_with("/sign-") {
        "/"
    } else {
        path
    }
}

/// The page where somebody signs in.
pub(super) async fn show(
    State(app): State<App>,
    guest: Option<axum::Extension<Guest>>,
    leaf: Leaf,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    if guest.is_some() {
        return Ok(Redirect::to(here(&wish.back)).into_response());
    }
    page(&app, &leaf, "", here(&wish.back))
}

fn page(app: &App, leaf: &Leaf, said: &str, back: &str) -> Result<Response, Problem> {
    let provider = app.gate().provider().map(super::provider::Provider::title);
    leaf.show("sign-in.html", context! { provider, said, back })
}

/// Sends the browser to the provider.
pub(super) async fn go(
    State(app): State<App>,
    leaf: Leaf,
    Query(wish): Query<Wish>,
) -> Result<Response, Problem> {
    let provider = app.gate().provider().ok_or_else(no_provider)?;
    let begun = match provider.begin().await {
        Ok(begun) => begun,
        Err(cause) => return failed(&app, &leaf, &cause),
    };
    let value = format!(
        "{}.{}.{}.{}.{}",
        app.now(),
        begun.state,
        begun.nonce,
        begun.verifier,
        here(&wish.back)
    );
    let entry = cookie::make(&app, cookie::ENTRY, value);
    Ok((set(&[entry]), Redirect::to(begun.address.as_str())).into_response())
}

fn no_provider() -> Problem {
    Problem::new(
        Kind::Absent,
        "there is no sign-in service: ask an administrator for a link, or set up `[server.sign_in]`",
    )
}

fn set(cookies: &[axum_extra::extract::cookie::Cookie<'static>]) -> HeaderMap {
    cookies
        .iter()
        .filter_map(|cookie| cookie.encoded().to_string().parse().ok())
        .map(|value| (SET_COOKIE, value))
        .fold(HeaderMap::new(), |mut headers, (name, value)| {
            headers.append(name, value);
            headers
        })
}

fn failed(app: &App, leaf: &Leaf, cause: &ProviderError) -> Result<Response, Problem> {
    tracing::warn!(%cause, "somebody could not sign in");
    let (said, status) = match cause {
        ProviderError::Unreachable { .. } => ("unreachable", StatusCode::BAD_GATEWAY),
        ProviderError::Refused { .. } => ("refused", StatusCode::FORBIDDEN),
    };
    let mut page = page(app, leaf, said, "/")?;
    *page.status_mut() = status;
    Ok(page)
}

/// What the provider sends the browser back with.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    state: String,
    #[serde(default)]
    error: Option<String>,
}

/// Takes up what the way to the provider began with; none when it was another browser's, or too long ago.
fn taken_up(app: &App, headers: &HeaderMap, state: &str) -> Option<[String; 3]> {
    let kept = cookie::read(app, headers, cookie::ENTRY)?;
    let mut parts = kept.splitn(5, '.');
    let began: i64 = parts.next()?.parse().ok()?;
    let (own, nonce, verifier) = (parts.next()?, parts.next()?, parts.next()?);
    let timely = (0..WAY).contains(&app.now().saturating_sub(began));
    // Both are random, and each counts once: how long the comparison takes tells nothing that can be used.
    (timely && !own.is_empty() && own == state).then(|| {
        let back = here(parts.next().unwrap_or_default());
        [nonce, verifier, back].map(str::to_owned)
    })
}

/// The browser comes back from the provider.
pub(super) async fn callback(
    State(app): State<App>,
    leaf: Leaf,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let provider = app.gate().provider().ok_or_else(no_provider)?;
    let forget = cookie::forget(&app, cookie::ENTRY);
    let begun = taken_up(&app, &headers, &back.state);
    let said = |said: &str, status: StatusCode| -> Result<Response, Problem> {
        let mut page = page(&app, &leaf, said, "/")?;
        *page.status_mut() = status;
        Ok((set(std::slice::from_ref(&forget)), page).into_response())
    };
    let Some([nonce, verifier, wanted]) = begun else {
        return said("astray", StatusCode::BAD_REQUEST);
    };
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        tracing::info!(
            error = back.error.as_deref().unwrap_or("no code"),
            "the sign-in service let nobody in"
        );
        return said("denied", StatusCode::FORBIDDEN);
    };
    let identity = match provider.finish(code, nonce, verifier).await {
        Ok(identity) => identity,
        Err(cause) => return failed(&app, &leaf, &cause).map(|page| (set(&[forget]), page).into_response()),
    };
    let arrived = app
        .store()
        .access()
        .arrive(&identity, app.now())
        .await
        .map_err(Problem::failed)?;
    match arrived {
        Some(known) => begin(&app, &headers, &known, &wanted, Some(forget)).await,
        None => said("stranger", StatusCode::FORBIDDEN),
    }
}

/// Begins a session, and ends the one that the browser had.
async fn begin(
    app: &App,
    headers: &HeaderMap,
    known: &Known,
    back: &str,
    forget: Option<axum_extra::extract::cookie::Cookie<'static>>,
) -> Result<Response, Problem> {
    let access = app.store().access();
    if let Some(former) = cookie::read(app, headers, cookie::SESSION)
        && let Some((session, of)) = access
            .session(&former, TIMES, app.now())
            .await
            .map_err(Problem::failed)?
    {
        let ended = access.end_session(session.id, of.person.id, app.now()).await;
        ended.map_err(Problem::failed)?;
    }
    let secret = access
        .begin_session(known.person.id, TIMES, app.now())
        .await
        .map_err(Problem::failed)?;
    let mut cookies = vec![cookie::make(app, cookie::SESSION, secret.tell().to_owned())];
    cookies.extend(forget);
    Ok((set(&cookies), Redirect::to(here(back))).into_response())
}

/// What a link that works once opens. Looking at it uses nothing up: programs that preview links look too.
pub(super) async fn link(
    State(app): State<App>,
    leaf: Leaf,
    Path(secret): Path<String>,
) -> Result<Response, Problem> {
    let found = app
        .store()
        .access()
        .link(&secret, app.now())
        .await
        .map_err(Problem::failed)?;
    let entrance = found.as_ref().map(|entrance| {
        context! { role => entrance.role.as_str(), tenant => super::shape::tenant(&entrance.scope) }
    });
    link_page(&leaf, entrance, "")
}

fn link_page(leaf: &Leaf, entrance: Option<Value>, wrong: &str) -> Result<Response, Problem> {
    let status = match (&entrance, wrong) {
        (None, _) => StatusCode::GONE,
        (Some(_), "") => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut page = leaf.show("link.html", context! { entrance, wrong })?;
    *page.status_mut() = status;
    Ok(page)
}

/// Who comes by a link.
#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(default)]
    name: String,
}

/// Somebody comes in by a link.
pub(super) async fn use_link(
    State(app): State<App>,
    leaf: Leaf,
    headers: HeaderMap,
    Path(secret): Path<String>,
    Form(named): Form<Named>,
) -> Result<Response, Problem> {
    let access = app.store().access();
    let name = named.name.trim();
    let fits = !name.is_empty() && name.chars().count() <= NAME && !name.chars().any(char::is_control);
    if !fits {
        let found = access.link(&secret, app.now()).await.map_err(Problem::failed)?;
        let entrance = found.map(|entrance| {
            context! { role => entrance.role.as_str(), tenant => super::shape::tenant(&entrance.scope) }
        });
        return link_page(&leaf, entrance, "name");
    }
    match access
        .use_link(&secret, name, app.now())
        .await
        .map_err(Problem::failed)?
    {
        Some(known) => begin(&app, &headers, &known, "/", None).await,
        None => link_page(&leaf, None, ""),
    }
}

/// Signs somebody out, here. The provider is left by a link on the page that follows: a form may lead nowhere else.
pub(super) async fn out(State(app): State<App>, guest: Guest) -> Result<Response, Problem> {
    if let Entry::Session { id, .. } = guest.entry() {
        let ended = app
            .store()
            .access()
            .end_session(*id, guest.person(), app.now())
            .await;
        ended.map_err(Problem::failed)?;
    }
    let gone = cookie::forget(&app, cookie::SESSION);
    Ok((set(&[gone]), Redirect::to("/sign-out")).into_response())
}

/// That somebody is signed out, and where to sign out at the provider too.
pub(super) async fn is_out(
    State(app): State<App>,
    guest: Option<axum::Extension<Guest>>,
    leaf: Leaf,
) -> Result<Response, Problem> {
    if guest.is_some() {
        return Ok(Redirect::to("/account").into_response());
    }
    let provider = app.gate().provider();
    let title = provider.map(super::provider::Provider::title);
    let way_out = match provider {
        Some(provider) => provider.way_out().await.map(String::from),
        None => None,
    };
    leaf.show("signed-out.html", context! { provider => title, way_out })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_sent_nowhere_else() {
        for (wish, goes) in [
            ("/t/nordvik?x=1", "/t/nordvik?x=1"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/sign-out", "/"),
            ("/\tx", "/"),
        ] {
            assert_eq!(here(wish), goes, "{wish}");
        }
    }
}
