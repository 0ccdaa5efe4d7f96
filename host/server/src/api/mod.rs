//! The HTTP API: everything that the pages can do, and everything that the program can do about a tenant, by `/api/v1`, described by itself.
//! Whatever goes wrong is told as a problem (RFC 9457), also where there is no such address or method.

#![expect(
    unused_qualifications,
    reason = "what describes a route writes the names of its parameters out"
)]

mod access;
mod bounds;
mod cases;
pub(crate) mod checking;
mod connections;
mod cycles;
pub(crate) mod deliver;
mod describe;
mod enrolments;
mod entities;
mod extract;
pub(crate) mod fetch;
mod halts;
mod keyed;
mod listed;
mod news;
mod plans;
mod records;
mod tenants;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;

use self::keyed::Keyed;
use crate::app::App;
use crate::problem::{Kind, Problem, unrefused};

/// Where the API is.
const AT: &str = "/api/v1";
/// The longest body that is taken where it is no file, in octets.
const BODY: usize = 128 * 1024;

/// The routes, with what describes them.
fn described() -> OpenApiRouter<App> {
    let routes = OpenApiRouter::new()
        .merge(access::routes())
        .merge(tenants::routes())
        .merge(cycles::routes())
        .merge(news::routes())
        .merge(halts::routes())
        .merge(cases::routes())
        .merge(enrolments::routes())
        .merge(entities::routes())
        .merge(plans::routes())
        .merge(connections::routes())
        .merge(records::routes())
        .layer(DefaultBodyLimit::max(BODY))
        .merge(connections::uploads().layer(DefaultBodyLimit::disable()));
    OpenApiRouter::with_openapi(describe::Description::openapi()).nest(AT, routes)
}

/// The routes of the API.
pub(crate) fn routes(app: &App) -> Router<App> {
    let (routes, api) = described().split_for_parts();
    let written = Arc::new(describe::write(&api).map_err(|cause| cause.to_string()));
    let description = move || async move {
        match written.as_ref() {
            Ok(description) => Ok(Json(description.clone())),
            Err(cause) => Err(Problem::failed(cause)),
        }
    };
    let keyed = Keyed::new(app, &api);
    routes
        .route_layer(from_fn_with_state(keyed, keyed::once))
        .route(&format!("{AT}/openapi.json"), get(description))
        .route(&format!("{AT}/{{*rest}}"), axum::routing::any(absent))
        .layer(from_fn(told))
}

/// The description, for whoever lists what the server answers.
///
/// # Errors
///
/// When it cannot be written.
pub fn description() -> serde_json::Result<serde_json::Value> {
    describe::write(described().get_openapi())
}

/// Whether an address is one of programs and not of people, whether or not there is such a one.
pub(crate) fn is_of_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// What is told of an address of programs where nothing is.
pub(crate) async fn absent(uri: Uri) -> Problem {
    Problem::new(
        Kind::Absent,
        format!(
            "there is nothing at {}: see {AT}/openapi.json for what there is",
            uri.path()
        ),
    )
}

/// Tells what the framework itself refuses as a problem, and how to come in where nobody is signed in. Answers are kept by nobody on the way.
async fn told(request: Request, next: Next) -> Response {
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let response = next.run(request).await;
    let mut response = unrefused(response, &method, &path).await.into_response();
    let unauthorised = response.status() == StatusCode::UNAUTHORIZED;
    let headers = response.headers_mut();
    if unauthorised {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}
