//! The language that somebody chooses, kept with the browser for a year.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse as _, Response};

use super::form::{Typed, onwards};
use super::leaf::LANGUAGE;
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::text::Language;

/// A year, in seconds.
const YEAR: u32 = 365 * 24 * 60 * 60;

pub(super) async fn choose(State(app): State<App>, typed: Typed) -> Result<Response, Problem> {
    let language = Language::of_tag(typed.needed("language")?).ok_or_else(|| {
        Problem::new(
            Kind::BadRequest,
            "there are no pages in this language: choose another",
        )
    })?;
    let private = if app.settings().is_private() {
        "; Secure"
    } else {
        ""
    };
    let tag = language.tag();
    let cookie = format!("{LANGUAGE}={tag}; Path=/; Max-Age={YEAR}; SameSite=Lax; HttpOnly{private}");
    let back = typed.get("back").filter(|back| own(back)).unwrap_or("/");
    Ok(([(SET_COOKIE, cookie)], onwards(back)).into_response())
}

/// It is an address of this server: a path, and neither another server without its scheme (`//`) nor what browsers take for that (`/\`).
fn own(address: &str) -> bool {
    let mut letters = address.chars();
    letters.next() == Some('/')
        && !matches!(letters.next(), Some('/' | '\\'))
        && !address.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn the_way_back_leads_to_this_server() {
        for address in ["/", "/t/nordvik/cases?all=true", "/t/a//b"] {
            assert!(own(address), "{address}");
        }
        for address in [
            "",
            "//example.org",
            "/\\example.org",
            "https://example.org",
            "t/nordvik",
            "/t\r\nx",
            "javascript:alert(1)",
        ] {
            assert!(!own(address), "{address}");
        }
    }
}
