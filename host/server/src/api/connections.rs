//! Connections, the builds of their connectors, and files that arrive for them.

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds::{AtConnection, AtConnector, AtTenant, Code, Name};
use super::checking;
use super::deliver::{Delivery, deliver};
use super::extract::{self, Path, Query};
use super::fetch::fetch;
use crate::access::{Administrator, Guest, In, Operator, Viewer, from_here};
use crate::app::App;
use crate::problem::{Kind, Problem};
use crate::view::{
    Activated, Build, BuildDescription, BuildTrial, BuildVerdict, BuildWish, Connection, Finding, Installed,
    LinkJob, MappingQuestion, MappingTrial,
};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_connections))
        .routes(routes!(get_connection))
        .routes(routes!(try_mapping))
        .routes(routes!(get_link_job))
        .routes(routes!(check_connections))
        .routes(routes!(list_connectors))
        .routes(routes!(inspect_build))
        .routes(routes!(verify_build))
        .routes(routes!(get_build_trial))
        .routes(routes!(list_builds))
        .routes(routes!(give_build))
}

/// What takes and gives bodies of any length.
pub(super) fn uploads() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get_file, put_file))
}

/// The connections, in the order of the configuration
#[utoipa::path(
    get, path = "/tenants/{tenant}/connections", tag = "connections", params(AtTenant),
    responses((status = OK, body = Vec<Connection>))
)]
async fn list_connections(
    State(app): State<App>,
    In(at): In<Viewer>,
) -> Result<Json<Vec<Connection>>, Problem> {
    Ok(Json(app.desk().connections(&at).await?))
}

/// A connection
#[utoipa::path(
    get, path = "/tenants/{tenant}/connections/{connection}", tag = "connections", params(AtTenant, AtConnection),
    responses((status = OK, body = Connection))
)]
async fn get_connection(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtConnection>,
) -> Result<Json<Connection>, Problem> {
    let name = place.connection.as_str();
    let known = app.desk().connections(&at).await?;
    known
        .into_iter()
        .find(|connection| connection.name == name)
        .map(Json)
        .ok_or_else(|| {
            Problem::new(
                Kind::Absent,
                format!(
                    "there is no connection `{name}`: the list of connections names those that there are"
                ),
            )
        })
}

/// What a class's mapping gives for chosen objects, value by value
///
/// It is worked out from what is kept: no system is asked and nothing is written. A unique name is the one that would be given now.
#[utoipa::path(
    get, path = "/tenants/{tenant}/connections/{connection}/mapping", tag = "connections",
    params(AtTenant, AtConnection, MappingQuestion), responses((status = OK, body = MappingTrial))
)]
async fn try_mapping(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtConnection>,
    Query(question): Query<MappingQuestion>,
) -> Result<Json<MappingTrial>, Problem> {
    let connection = place.connection.as_str();
    Ok(Json(app.desk().try_mapping(&at, connection, &question).await?))
}

/// What the newest link job of a connection found
///
/// It is absent (404) when none has ended since the server began.
#[utoipa::path(
    get, path = "/tenants/{tenant}/connections/{connection}/link-job", tag = "connections",
    params(AtTenant, AtConnection), responses((status = OK, body = LinkJob))
)]
async fn get_link_job(
    State(app): State<App>,
    In(at): In<Viewer>,
    Path(place): Path<AtConnection>,
) -> Result<Json<LinkJob>, Problem> {
    let name = place.connection.as_str();
    let newest = app.desk().link_job(&at, name).await?;
    let absent = || {
        let detail = format!(
            "no link job of `{name}` has ended since the server began: have one run by `POST …/link-jobs`"
        );
        Problem::new(Kind::Absent, detail)
    };
    newest.map(Json).ok_or_else(absent)
}

/// Looks whether a cycle can run, and asks each system
#[utoipa::path(
    post, path = "/tenants/{tenant}/connections/check", tag = "connections", params(AtTenant),
    responses((status = OK, body = Vec<Finding>))
)]
async fn check_connections(
    State(app): State<App>,
    In(at): In<Operator>,
) -> Result<Json<Vec<Finding>>, Problem> {
    Ok(Json(checking::systems(&app, &at).await?))
}

/// The builds of connectors that are installed
#[utoipa::path(get, path = "/connectors", tag = "connectors", responses((status = OK, body = Vec<Installed>)))]
async fn list_connectors(State(app): State<App>, guest: Guest) -> Result<Json<Vec<Installed>>, Problem> {
    let installed = app.desk().installed().await?.into_iter();
    let told = installed.map(|build| build.told(guest.administers()));
    Ok(Json(told.collect()))
}

/// A build of a connector.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AtBuild {
    /// The digest of the build, or its beginning.
    digest: Code,
}

/// Only those who give builds look into them.
fn gives_builds(guest: &Guest) -> Result<(), Problem> {
    guest.administers().then_some(()).ok_or_else(|| {
        let detail = "this takes the role administrator in a tenant: ask one of those who have it";
        Problem::new(Kind::Forbidden, detail)
    })
}

/// What a build says of itself: classes, settings, what it asks for
///
/// For whoever is an administrator in some tenant.
#[utoipa::path(
    get, path = "/connectors/{digest}", tag = "connectors", params(AtBuild),
    responses((status = OK, body = BuildDescription))
)]
async fn inspect_build(
    State(app): State<App>,
    guest: Guest,
    Path(place): Path<AtBuild>,
) -> Result<Json<BuildDescription>, Problem> {
    gives_builds(&guest)?;
    Ok(Json(app.desk().inspect_build(place.digest.as_str()).await?))
}

/// Whether a build is the one that was added, and trusted
///
/// For whoever is an administrator in some tenant.
#[utoipa::path(
    get, path = "/connectors/{digest}/verdict", tag = "connectors", params(AtBuild),
    responses((status = OK, body = BuildVerdict))
)]
async fn verify_build(
    State(app): State<App>,
    guest: Guest,
    Path(place): Path<AtBuild>,
) -> Result<Json<BuildVerdict>, Problem> {
    gives_builds(&guest)?;
    Ok(Json(app.desk().verify_build(place.digest.as_str()).await?))
}

/// What the newest trial of a connector's builds found
///
/// It is absent (404) when none has ended since the server began.
#[utoipa::path(
    get, path = "/tenants/{tenant}/connectors/{connector}/trial", tag = "connectors", params(AtTenant, AtConnector),
    responses((status = OK, body = BuildTrial))
)]
async fn get_build_trial(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtConnector>,
) -> Result<Json<BuildTrial>, Problem> {
    let name = place.connector.as_str();
    let newest = app.desk().build_trial(&at, name).await?;
    let absent = || {
        let detail = format!(
            "no build of `{name}` has been tried since the server began: have one tried by `POST …/trials`"
        );
        Problem::new(Kind::Absent, detail)
    };
    newest.map(Json).ok_or_else(absent)
}

/// The builds that the tenant's connections were given, newest first
#[utoipa::path(
    get, path = "/tenants/{tenant}/builds", tag = "connectors", params(AtTenant),
    responses((status = OK, body = Vec<Build>))
)]
async fn list_builds(State(app): State<App>, In(at): In<Viewer>) -> Result<Json<Vec<Build>>, Problem> {
    Ok(Json(app.desk().builds(&at).await?))
}

/// Has a connector's connections run a build, or go back to the one before
#[utoipa::path(
    post, path = "/tenants/{tenant}/connectors/{connector}/build", tag = "connectors",
    params(AtTenant, AtConnector), request_body = BuildWish, responses((status = OK, body = Vec<Activated>))
)]
async fn give_build(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtConnector>,
    extract::Json(wish): extract::Json<BuildWish>,
) -> Result<Json<Vec<Activated>>, Problem> {
    Ok(Json(
        app.desk()
            .give_build(&at, place.connector.as_str(), &wish)
            .await?,
    ))
}

/// A file of an inbox.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AtFile {
    /// The connection.
    connection: Name,
    /// The file's name.
    #[param(min_length = 1, max_length = 255, pattern = r"^[^./\\][^/\\]*$")]
    file: String,
}

/// A file of a connection's inbox, as it was delivered
///
/// The journal tells who took it.
#[utoipa::path(
    get, path = "/tenants/{tenant}/connections/{connection}/inbox/{file}", tag = "connections", params(AtTenant, AtFile),
    responses((status = OK, body = Vec<u8>, content_type = "application/octet-stream", description = "The file"))
)]
async fn get_file(
    State(app): State<App>,
    In(at): In<Administrator>,
    Path(place): Path<AtFile>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // It is noted, so that no link elsewhere may lead here.
    from_here(&app, &headers)?;
    fetch(&app, &at, place.connection.as_str(), &place.file).await
}

/// Delivers a file into a connection's inbox
///
/// It appears there whole or not at all, and takes the place of one of the same name unless `If-None-Match: *` says otherwise. What waits for
/// it goes on at once.
#[utoipa::path(
    put, path = "/tenants/{tenant}/connections/{connection}/inbox/{file}", tag = "connections",
    params(
        AtTenant, AtFile,
        ("If-None-Match" = Option<String>, Header, description = "`*` where no file of that name may be there yet", pattern = r"^\*$")
    ),
    request_body(content = Vec<u8>, content_type = "application/octet-stream", description = "The file"),
    responses((status = CREATED, description = "It is there"), (status = NO_CONTENT, description = "It took another's place"))
)]
async fn put_file(
    State(app): State<App>,
    In(at): In<Operator>,
    Path(place): Path<AtFile>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let keep = match headers.get(header::IF_NONE_MATCH).map(|value| value.as_bytes()) {
        None => false,
        Some(b"*") => true,
        Some(_) => {
            let detail = "`If-None-Match` can only be `*` here: that no file of that name may be there yet";
            return Err(Problem::new(Kind::BadRequest, detail));
        }
    };
    let connection = place.connection.as_str();
    match deliver(&app, &at, connection, &place.file, keep, body.into_data_stream()).await? {
        Delivery::New => Ok(StatusCode::CREATED.into_response()),
        Delivery::Replaced => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}
