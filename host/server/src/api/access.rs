//! Who may do what where, for those who give roles; and one's own tokens and sessions.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::bounds::{self, Number};
use super::extract::{self, Bounded, Path, Query};
use super::keyed::ToldOnce;
use crate::access::Guest;
use crate::access::deeds;
use crate::access::shape::{
    AccessChange, LinkRequest, MadeLink, MadeToken, OwnSession, PromiseRequest, RoleRequest, Staff, Token,
    TokenRequest,
};
use crate::app::App;
use crate::problem::Problem;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_tokens, make_token))
        .routes(routes!(revoke_token))
        .routes(routes!(list_sessions))
        .routes(routes!(end_session))
        .routes(routes!(get_access))
        .routes(routes!(list_access_changes))
        .routes(routes!(set_role))
        .routes(routes!(promise_role))
        .routes(routes!(take_promise))
        .routes(routes!(revoke_any_token))
        .routes(routes!(make_link))
        .routes(routes!(shut_out))
}

/// Which tenant is meant.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Where {
    /// The tenant's name, or `*` for all tenants.
    #[param(min_length = 1, max_length = 63)]
    tenant: String,
}

/// Which part of what changed is wanted.
#[derive(Debug, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Older {
    /// The tenant's name, or `*` for everything in the installation.
    #[param(min_length = 1, max_length = 63)]
    tenant: String,
    /// Only what has a lesser number than this.
    before: Option<Number>,
    /// How many at the most.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Whether a person may come in.
#[derive(Debug, Clone, Deserialize, ToSchema)]
struct ShutOutRequest {
    /// The person is shut out, with every session and token.
    shut_out: bool,
}

/// Something by its number.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ById {
    /// Its number.
    id: Number,
}

/// A person.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AtPerson {
    /// The person's identity.
    person: Uuid,
}

fn tenant(tenant: &str) -> Option<String> {
    bounds::text("tenant", tenant, 1, 63)
}

impl Bounded for Where {
    fn flaw(&self) -> Option<String> {
        tenant(&self.tenant)
    }
}

impl Bounded for Older {
    fn flaw(&self) -> Option<String> {
        let limit = self.limit.filter(|limit| !(1..=500).contains(limit));
        tenant(&self.tenant)
            .or_else(|| limit.map(|limit| format!("`limit` has to be 1 to 500, and is {limit}")))
    }
}

impl Bounded for TokenRequest {
    fn flaw(&self) -> Option<String> {
        tenant(&self.tenant)
            .or_else(|| bounds::text("name", &self.name, 1, 80))
            .or_else(|| {
                let few = (1..=365).contains(&self.days);
                (!few).then(|| format!("`days` has to be 1 to 365, and is {}", self.days))
            })
    }
}

impl Bounded for RoleRequest {
    fn flaw(&self) -> Option<String> {
        tenant(&self.tenant)
    }
}

impl Bounded for PromiseRequest {
    fn flaw(&self) -> Option<String> {
        tenant(&self.tenant).or_else(|| bounds::text("to", &self.to, 1, 320))
    }
}

impl Bounded for LinkRequest {
    fn flaw(&self) -> Option<String> {
        tenant(&self.tenant)
    }
}

impl Bounded for ShutOutRequest {
    fn flaw(&self) -> Option<String> {
        None
    }
}

/// Your tokens, newest first
#[utoipa::path(get, path = "/tokens", tag = "access", responses((status = OK, body = Vec<Token>)))]
async fn list_tokens(State(app): State<App>, guest: Guest) -> Result<Json<Vec<Token>>, Problem> {
    Ok(Json(deeds::own_tokens(&app, &guest).await?))
}

/// Makes a token; its secret is told this once. It takes a session: a token makes none
#[utoipa::path(
    post, path = "/tokens", tag = "access", request_body = TokenRequest,
    responses((status = CREATED, body = MadeToken))
)]
async fn make_token(
    State(app): State<App>,
    guest: Guest,
    extract::Json(wish): extract::Json<TokenRequest>,
) -> Result<(StatusCode, Extension<ToldOnce>, Json<MadeToken>), Problem> {
    let made = deeds::make_token(&app, &guest, &wish).await?;
    Ok((StatusCode::CREATED, Extension(ToldOnce), Json(made)))
}

/// Revokes a token of yours
#[utoipa::path(
    delete, path = "/tokens/{id}", tag = "access", params(ById), responses((status = NO_CONTENT))
)]
async fn revoke_token(
    State(app): State<App>,
    guest: Guest,
    Path(at): Path<ById>,
) -> Result<StatusCode, Problem> {
    deeds::revoke_own(&app, &guest, at.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Your sessions, newest first
#[utoipa::path(get, path = "/sessions", tag = "access", responses((status = OK, body = Vec<OwnSession>)))]
async fn list_sessions(State(app): State<App>, guest: Guest) -> Result<Json<Vec<OwnSession>>, Problem> {
    Ok(Json(deeds::own_sessions(&app, &guest).await?))
}

/// Ends a session of yours
#[utoipa::path(
    delete, path = "/sessions/{id}", tag = "access", params(ById), responses((status = NO_CONTENT))
)]
async fn end_session(
    State(app): State<App>,
    guest: Guest,
    Path(at): Path<ById>,
) -> Result<StatusCode, Problem> {
    deeds::end_own(&app, &guest, at.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who may do what in a tenant, or in all
#[utoipa::path(get, path = "/access", tag = "access", params(Where), responses((status = OK, body = Staff)))]
async fn get_access(
    State(app): State<App>,
    guest: Guest,
    Query(at): Query<Where>,
) -> Result<Json<Staff>, Problem> {
    Ok(Json(deeds::staff(&app, &guest, &at.tenant).await?))
}

/// What changed of who may do what, newest first
#[utoipa::path(
    get, path = "/access/changes", tag = "access", params(Older),
    responses((status = OK, body = Vec<AccessChange>))
)]
async fn list_access_changes(
    State(app): State<App>,
    guest: Guest,
    Query(wanted): Query<Older>,
) -> Result<Json<Vec<AccessChange>>, Problem> {
    let limit = wanted.limit.unwrap_or(100);
    let changes = deeds::changes(
        &app,
        &guest,
        &wanted.tenant,
        wanted.before.map(|before| before.0),
        limit,
    )
    .await?;
    Ok(Json(changes))
}

/// Gives somebody who has a role there another one, or takes it
#[utoipa::path(
    post, path = "/access/roles", tag = "access", request_body = RoleRequest, responses((status = NO_CONTENT))
)]
async fn set_role(
    State(app): State<App>,
    guest: Guest,
    extract::Json(wish): extract::Json<RoleRequest>,
) -> Result<StatusCode, Problem> {
    deeds::set_role(&app, &guest, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Promises a role to somebody who signs in later
#[utoipa::path(
    post, path = "/access/promises", tag = "access", request_body = PromiseRequest,
    responses((status = NO_CONTENT))
)]
async fn promise_role(
    State(app): State<App>,
    guest: Guest,
    extract::Json(wish): extract::Json<PromiseRequest>,
) -> Result<StatusCode, Problem> {
    deeds::promise(&app, &guest, &wish).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a promise back
#[utoipa::path(
    delete, path = "/access/promises/{id}", tag = "access", params(ById, Where),
    responses((status = NO_CONTENT))
)]
async fn take_promise(
    State(app): State<App>,
    guest: Guest,
    Path(promise): Path<ById>,
    Query(at): Query<Where>,
) -> Result<StatusCode, Problem> {
    deeds::take_promise(&app, &guest, &at.tenant, promise.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Revokes a token of anybody
#[utoipa::path(
    delete, path = "/access/tokens/{id}", tag = "access", params(ById, Where),
    responses((status = NO_CONTENT))
)]
async fn revoke_any_token(
    State(app): State<App>,
    guest: Guest,
    Path(token): Path<ById>,
    Query(at): Query<Where>,
) -> Result<StatusCode, Problem> {
    deeds::revoke_of(&app, &guest, &at.tenant, token.id.0).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a link that lets one person in, once; its address is told this once
#[utoipa::path(
    post, path = "/access/links", tag = "access", request_body = LinkRequest,
    responses((status = CREATED, body = MadeLink))
)]
async fn make_link(
    State(app): State<App>,
    guest: Guest,
    extract::Json(wish): extract::Json<LinkRequest>,
) -> Result<(StatusCode, Extension<ToldOnce>, Json<MadeLink>), Problem> {
    let made = deeds::make_link(&app, &guest, &wish).await?;
    Ok((StatusCode::CREATED, Extension(ToldOnce), Json(made)))
}

/// Shuts somebody out of the installation, or lets the person in again
#[utoipa::path(
    post, path = "/access/persons/{person}", tag = "access", params(AtPerson), request_body = ShutOutRequest,
    responses((status = NO_CONTENT))
)]
async fn shut_out(
    State(app): State<App>,
    guest: Guest,
    Path(at): Path<AtPerson>,
    extract::Json(wish): extract::Json<ShutOutRequest>,
) -> Result<StatusCode, Problem> {
    deeds::shut_out(&app, &guest, at.person, wish.shut_out).await?;
    Ok(StatusCode::NO_CONTENT)
}
