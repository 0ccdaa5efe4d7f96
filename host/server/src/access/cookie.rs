//! The cookies of signing in. Where everybody comes by TLS their names begin with `__Host-`: no other host, and nobody between, can set
//! them (RFC 6265bis, 4.1.3.2). They are gone with the browser's session; how long they count is decided here, not by the browser.

use axum::http::HeaderMap;
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use crate::app::App;

/// The secret of a session.
pub(super) const SESSION: &str = "samklang";

/// What the way to the sign-in service and back hangs together by.
pub(super) const ENTRY: &str = "samklang-entry";

fn name(app: &App, base: &str) -> String {
    if app.settings().is_private() {
        format!("__Host-{base}")
    } else {
        base.to_owned()
    }
}

/// The value of a cookie that came with a request.
pub(super) fn read(app: &App, headers: &HeaderMap, base: &str) -> Option<String> {
    let jar = CookieJar::from_headers(headers);
    jar.get(&name(app, base)).map(|cookie| cookie.value().to_owned())
}

/// A cookie that scripts cannot read, and that comes with no request which another site makes but following a link.
pub(super) fn make(app: &App, base: &str, value: String) -> Cookie<'static> {
    Cookie::build((name(app, base), value))
        .path("/")
        .secure(app.settings().is_private())
        .http_only(true)
        .same_site(SameSite::Lax)
        .build()
}

/// The same, so that the browser forgets it.
pub(super) fn forget(app: &App, base: &str) -> Cookie<'static> {
    let mut cookie = make(app, base, String::new());
    cookie.make_removal();
    cookie
}
