//! What stands after the question mark of an address.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::problem::{Kind, Problem};

/// What a page is asked for.
pub(super) struct Asked<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<App> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, app).await {
            Ok(Query(asked)) => Ok(Self(asked)),
            Err(cause) => Err(Problem::new(Kind::BadRequest, cause.body_text())),
        }
    }
}

/// What was done before the page, as far as the page has words for it: an address must not make a page say anything else.
pub(super) fn said(done: Option<String>, deeds: &[&str]) -> Option<String> {
    done.filter(|done| deeds.contains(&done.as_str()))
}

/// Where the rest of a list is: the page's address with its other questions, and the place in the list.
pub(super) fn further(page: &str, questions: &[(&str, &str)]) -> String {
    let asked = questions.iter().filter(|(_, answer)| !answer.is_empty());
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked)
        .finish();
    if query.is_empty() {
        page.to_owned()
    } else {
        format!("{page}?{query}")
    }
}
