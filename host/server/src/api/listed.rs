//! A part of a list as an answer, with the way to the next.

use axum::Json;
use axum::http::{HeaderValue, Uri, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::view::Page;

/// A part of a list. `Link` leads to the next (RFC 8288).
pub(crate) struct Listed<T> {
    page: Page<T>,
    next: Option<HeaderValue>,
}

impl<T> Listed<T> {
    /// The answer to a request for this address.
    pub(crate) fn new(page: Page<T>, asked: &Uri) -> Self {
        let next = page.next.as_deref().and_then(|after| link(asked, after));
        Self { page, next }
    }
}

fn link(asked: &Uri, after: &str) -> Option<HeaderValue> {
    let former = url::form_urlencoded::parse(asked.query().unwrap_or_default().as_bytes());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(former.filter(|(name, _)| name != "after"));
    query.append_pair("after", after);
    let target = format!("<{}?{}>; rel=\"next\"", asked.path(), query.finish());
    HeaderValue::from_str(&target).ok()
}

impl<T: Serialize> IntoResponse for Listed<T> {
    fn into_response(self) -> Response {
        let mut response = Json(self.page).into_response();
        if let Some(next) = self.next {
            response.headers_mut().insert(header::LINK, next);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_keeps_what_was_asked() {
        let asked = Uri::from_static("/api/v1/tenants/n/halt/changes?text=5A+%C3%B8&after=10&limit=5");
        let link = link(&asked, "1 5").unwrap();
        let expected = "</api/v1/tenants/n/halt/changes?text=5A+%C3%B8&limit=5&after=1+5>; rel=\"next\"";
        assert_eq!(link, expected);
    }
}
