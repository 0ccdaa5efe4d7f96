//! What was typed in a form, and the way back to it when it was not taken: nothing typed is lost.

use std::collections::BTreeMap;

use axum::extract::{Form, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Serialize;

use crate::problem::{Kind, Problem};

/// The most characters of a reason.
const REASON: usize = 1_000;

/// The fields of a form.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed(BTreeMap<String, String>);

impl<S: Send + Sync> FromRequest<S> for Typed {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Form(fields) = Form::<BTreeMap<String, String>>::from_request(request, state)
            .await
            .map_err(|cause| Problem::refused(cause.status(), cause.body_text()))?;
        Ok(Self(fields))
    }
}

/// A form that was not taken.
#[derive(Debug, Serialize)]
pub(super) struct Mishap {
    /// Which form of the page.
    form: String,
    /// What kind of problem it was.
    code: String,
    /// What happened, in English.
    detail: String,
    /// What was typed.
    typed: BTreeMap<String, String>,
    #[serde(skip)]
    status: u16,
}

impl Typed {
    /// A field that is filled in.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty())
    }

    /// A field that has to be filled in.
    pub(super) fn needed(&self, name: &str) -> Result<&str, Problem> {
        self.get(name)
            .ok_or_else(|| Problem::new(Kind::Refused, format!("`{name}` is empty: fill it in")))
    }

    /// The reason that decisions ask for.
    pub(super) fn reason(&self) -> Result<String, Problem> {
        let reason = self.get("reason").ok_or_else(|| {
            Problem::new(
                Kind::Refused,
                "the reason is empty: say why, it is kept with your name",
            )
        })?;
        if reason.chars().count() > REASON {
            return Err(Problem::new(
                Kind::Refused,
                format!("the reason is longer than {REASON} characters: say it shorter"),
            ));
        }
        Ok(reason.to_owned())
    }

    /// That the form was not taken, with what was typed in it.
    pub(super) fn mishap(self, form: impl Into<String>, problem: &Problem) -> Mishap {
        Mishap {
            form: form.into(),
            code: problem.code().to_owned(),
            detail: problem.detail.clone(),
            typed: self.0,
            status: problem.status,
        }
    }
}

impl Mishap {
    /// The page that shows the form again, with the status of what happened.
    pub(super) fn on(&self, mut page: Response) -> Response {
        *page.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        page
    }
}

/// On to a page after a deed, by `GET`.
pub(super) fn onwards(address: &str) -> Response {
    Redirect::to(address).into_response()
}

/// The address of a tenant's pages.
pub(super) fn root(tenant: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(tenant.as_bytes()).collect();
    format!("/t/{name}")
}
