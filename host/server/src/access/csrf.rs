//! That a form was made by a page of the very session that sends it. Two things are asked, and either alone would do: that the browser says
//! the request comes from a page of this server, and that it carries what only pages of the session know.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};
use futures_util::{StreamExt as _, stream};
use sha2::{Digest as _, Sha256};

use super::is_same;
use crate::app::App;
use crate::problem::{Kind, Problem};

/// The field of a form.
const FIELD: &str = "csrf";

/// The header, for scripts.
const HEADER: &str = "x-csrf-token";

/// The most octets of a form without files.
pub(super) const FORM: usize = 1 << 20;

/// How far into a form with files the field has to come.
const LEAD: usize = 8 << 10;

/// What pages of the session repeat. It is derived from the session's secret and tells nothing of it.
pub(super) fn token(secret: &str) -> String {
    let digest = Sha256::new().chain_update("samklang csrf: ").chain_update(secret);
    digest
        .finalize()
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect()
}

/// Whether the method may change something.
pub(super) fn changes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what a browser says another site made.
pub(crate) fn from_here(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let refused = || {
        Problem::new(
            Kind::Csrf,
            "another site made this request: open the page here and do it again",
        )
    };
    if let Some(site) = text("sec-fetch-site") {
        return if site == "same-origin" {
            Ok(())
        } else {
            Err(refused())
        };
    }
    let Some(origin) = text(ORIGIN.as_str()) else {
        return Ok(());
    };
    let own = app.settings().address.origin().ascii_serialization();
    let same_host = origin
        .split_once("://")
        .is_some_and(|(_, host)| text(HOST.as_str()) == Some(host));
    if origin == own || same_host {
        Ok(())
    } else {
        Err(refused())
    }
}

/// Refuses what does not carry the session's token, in the header or in the form. Hands the request on with its body whole.
pub(super) async fn held(request: Request, token: &str) -> Result<Request, Problem> {
    if let Some(given) = request.headers().get(HEADER) {
        return equal(given.as_bytes(), token).map(|()| request);
    }
    let kind = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
        .to_ascii_lowercase();
    let (parts, body) = request.into_parts();
    let body = if kind.starts_with("application/x-www-form-urlencoded") {
        let whole = axum::body::to_bytes(body, FORM)
            .await
            .map_err(|_| Problem::new(Kind::TooLarge, "a form holds at most 1 MiB"))?;
        let given = url::form_urlencoded::parse(&whole).find(|(name, _)| name == FIELD);
        equal(
            given
                .map(|(_, value)| value.into_owned())
                .unwrap_or_default()
                .as_bytes(),
            token,
        )?;
        Body::from(whole)
    } else if kind.starts_with("multipart/form-data") {
        let (lead, rest) = lead(body).await?;
        equal(part(&lead).unwrap_or_default(), token)?;
        Body::from_stream(stream::iter([Ok(lead)]).chain(rest.into_data_stream()))
    } else {
        return Err(missing());
    };
    Ok(Request::from_parts(parts, body))
}

/// The beginning of a body, and the rest.
async fn lead(body: Body) -> Result<(Bytes, Body), Problem> {
    let mut stream = body.into_data_stream();
    let mut lead = Vec::new();
    while lead.len() < LEAD && part(&lead).is_none() {
        match stream.next().await {
            Some(Ok(octets)) => lead.extend_from_slice(&octets),
            Some(Err(cause)) => return Err(Problem::new(Kind::BadRequest, cause.to_string())),
            None => break,
        }
    }
    Ok((lead.into(), Body::from_stream(stream)))
}

/// The field in the beginning of a form with files, once it is there whole (RFC 7578).
fn part(lead: &[u8]) -> Option<&[u8]> {
    let after = |octets: &'_ [u8], mark: &[u8]| {
        let at = octets.windows(mark.len()).position(|window| window == mark)?;
        Some(at + mark.len())
    };
    let named = lead.get(after(lead, b"name=\"csrf\"")?..)?;
    let value = named.get(after(named, b"\r\n\r\n")?..)?;
    let end = value.windows(2).position(|window| window == b"\r\n")?;
    value.get(..end)
}

fn missing() -> Problem {
    Problem::new(
        Kind::Csrf,
        "the request carries no token of this session: send the field `csrf` first in the form, or the header `x-csrf-token`",
    )
}

/// Refuses a token that is none, or another session's.
fn equal(given: &[u8], token: &str) -> Result<(), Problem> {
    if given.is_empty() {
        return Err(missing());
    }
    if is_same(given, token.as_bytes()) {
        Ok(())
    } else {
        Err(Problem::new(
            Kind::Csrf,
            "the form is of another session: load the page again, and repeat what you did",
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_the_same_for_a_session_and_no_other() {
        assert_eq!(token("a"), token("a"));
        assert_ne!(token("a"), token("b"));
        assert!(equal(token("a").as_bytes(), &token("a")).is_ok());
        assert!(equal(token("b").as_bytes(), &token("a")).is_err());
        assert!(equal(b"", "").is_err());
        assert!(equal(b"ab", "abc").is_err());
    }

    #[test]
    fn the_field_is_found_once_it_is_whole() {
        let form = b"--x\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nabc\r\n--x\r\nContent-Disposition: form-data; name=\"file\"";
        assert_eq!(part(form), Some(&b"abc"[..]));
        assert_eq!(part(&form[..form.len() / 3]), None);
        assert_eq!(part(b"name=\"csrf\"\r\n\r\nab"), None);
    }
}
