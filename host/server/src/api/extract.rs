//! What requests hand over, read and held against its bounds. Whatever cannot be read is a problem that says where and what.

use std::borrow::Cow;

use axum::extract::rejection::{BytesRejection, FailedToBufferBody, JsonRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::Uri;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::Part;

/// Something with bounds that its type alone does not keep.
pub(crate) trait Bounded {
    /// What is out of bounds, as a sentence with the member's name.
    fn flaw(&self) -> Option<String>;
}

/// A body of JSON.
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned + Bounded> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let axum::Json(value) = axum::Json::<T>::from_request(request, app)
            .await
            .map_err(unread_json)?;
        within_bounds(&value, "the body")?;
        Ok(Self(value))
    }
}

fn unread_json(cause: JsonRejection) -> Problem {
    match cause {
        JsonRejection::MissingJsonContentType(_) => Problem::new(
            Kind::MediaType,
            "the body has to be JSON, and the request has to say so: `Content-Type: application/json`",
        ),
        JsonRejection::BytesRejection(cause) => unread(&cause),
        cause => Problem::new(
            Kind::BadRequest,
            format!("the body cannot be read: {}", cause.body_text()),
        ),
    }
}

/// Why a body could not be taken in.
pub(super) fn unread(cause: &BytesRejection) -> Problem {
    match cause {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => too_long(),
        cause => Problem::new(
            Kind::BadRequest,
            format!("the body did not arrive whole: {}", cause.body_text()),
        ),
    }
}

/// That a body is longer than any that is asked for.
pub(super) fn too_long() -> Problem {
    Problem::new(
        Kind::TooLarge,
        format!(
            "the body is longer than {} octets, which no request needs",
            super::BODY
        ),
    )
}

/// What stands behind the question mark.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned + Bounded> FromRequestParts<App> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        read(&parts.uri).map(Self)
    }
}

fn read<T: DeserializeOwned + Bounded>(asked: &Uri) -> Result<T, Problem> {
    let axum::extract::Query(value) = axum::extract::Query::<T>::try_from_uri(asked).map_err(|cause| {
        Problem::new(
            Kind::BadRequest,
            format!("the query cannot be read: {}", cause.body_text()),
        )
    })?;
    within_bounds(&value, "the query")?;
    Ok(value)
}

/// What stands behind the question mark of a list that comes in parts: what it is asked by, and which part is wanted.
pub(crate) struct Listing<T>(pub(crate) T, pub(crate) Part);

impl<T: DeserializeOwned + Bounded> FromRequestParts<App> for Listing<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let pairs = url::form_urlencoded::parse(query.as_bytes());
        let (part, wanted): (Vec<_>, Vec<_>) =
            pairs.partition(|(name, _)| matches!(name.as_ref(), "after" | "limit"));
        Ok(Self(read(&question(wanted)?)?, read(&question(part)?)?))
    }
}

/// An address that asks nothing but this.
fn question(pairs: Vec<(Cow<'_, str>, Cow<'_, str>)>) -> Result<Uri, Problem> {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    format!("/?{query}").parse().map_err(Problem::failed)
}

/// What the address names beside the tenant.
pub(crate) struct Path<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let axum::extract::Path(value) = axum::extract::Path::<T>::from_request_parts(parts, app)
            .await
            .map_err(|cause| {
                Problem::new(
                    Kind::BadRequest,
                    format!("the address cannot be read: {}", cause.body_text()),
                )
            })?;
        Ok(Self(value))
    }
}

fn within_bounds(value: &impl Bounded, place: &str) -> Result<(), Problem> {
    match value.flaw() {
        None => Ok(()),
        Some(flaw) => Err(Problem::new(
            Kind::BadRequest,
            format!("{place} cannot be taken: {flaw}"),
        )),
    }
}
