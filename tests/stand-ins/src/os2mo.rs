//! A stand-in for OS2MO: its versioned GraphQL API for reading, and the realm that gives tokens.
//!
//! Strict as the real one: a version that is not served is a 404, an unknown field, argument or variable type is refused
//! by the version's own schema, omitted and null mean different things, and every GraphQL outcome is an HTTP 200. It
//! keeps no registrations, takes no mutations and sends no events.

mod data;
mod filters;
mod kinds;
mod object;
mod pages;
mod requests;
mod resolve;
mod sdl;
#[cfg(test)]
mod tests;
mod tokens;
mod validity;
mod world;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::Timestamp;
use samklang_municipality::Municipality;
use uuid::Uuid;

use crate::server::{Fault, Recorded, StandIn};
use filters::Ground;
use kinds::Kind;
use resolve::{Caller, Scope};
use tokens::{Client, Realm};
use world::World;

/// The versions served unless told otherwise.
const VERSIONS: [u16; 5] = [22, 25, 28, 29, 30];

/// The last version whose servers end a list with an empty page.
const EMPTY_LAST_PAGE: u16 = 25;

/// Sets up an [`Os2mo`].
#[derive(Debug, Clone)]
pub struct Builder {
    port: u16,
    municipality: Municipality,
    versions: BTreeSet<u16>,
    clients: Vec<(String, String, Option<BTreeSet<String>>)>,
    lifetime: Duration,
    now: Option<Timestamp>,
    empty_last_page: Option<bool>,
    sparse_pages: bool,
}

impl Builder {
    /// Answers at this port instead of a free one.
    #[must_use]
    pub const fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Holds this municipality (seed 1 with 1000 persons).
    #[must_use]
    pub const fn municipality(mut self, municipality: Municipality) -> Self {
        self.municipality = municipality;
        self
    }

    /// Serves these API versions only (22, 25, 28, 29, 30); all others are 404.
    #[must_use]
    pub fn versions(mut self, versions: &[u16]) -> Self {
        self.versions = versions.iter().copied().collect();
        self
    }

    /// Lets in a client with every role for reading.
    #[must_use]
    pub fn client(mut self, id: &str, secret: &str) -> Self {
        self.clients.push((id.to_owned(), secret.to_owned(), None));
        self
    }

    /// Lets in a client with these roles.
    #[must_use]
    pub fn client_with_roles(mut self, id: &str, secret: &str, roles: &[&str]) -> Self {
        let roles = roles.iter().map(|role| (*role).to_owned()).collect();
        self.clients.push((id.to_owned(), secret.to_owned(), Some(roles)));
        self
    }

    /// How long a token lasts (300 s).
    #[must_use]
    pub const fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Stops the server's clock at this instant.
    #[must_use]
    pub const fn now(mut self, now: Timestamp) -> Self {
        self.now = Some(now);
        self
    }

    /// Whether a last full page is followed by an empty one (up to version 25, as older servers do).
    #[must_use]
    pub const fn empty_last_page(mut self, empty: bool) -> Self {
        self.empty_last_page = Some(empty);
        self
    }

    /// Counts `limit` before the filter, so that pages fall short or empty while more follow (no).
    #[must_use]
    pub const fn sparse_pages(mut self, sparse: bool) -> Self {
        self.sparse_pages = sparse;
        self
    }

    /// Starts the server.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    #[expect(clippy::unused_async, reason = "all stand-ins start alike")]
    pub async fn start(self) -> std::io::Result<Os2mo> {
        self.start_blocking()
    }

    /// Starts the server from a thread without a runtime.
    ///
    /// # Errors
    ///
    /// When the port is taken.
    pub fn start_blocking(self) -> std::io::Result<Os2mo> {
        let schemas = self.versions.iter().map(|version| {
            let sdl = sdl::sdl(*version);
            let schema = Schema::parse_and_validate(sdl.as_str(), "schema.graphql").expect("a sound schema");
            (*version, (sdl, schema))
        });
        let clients = self.clients.iter().map(|(id, secret, roles)| {
            let caller = Caller {
                client: id.clone(),
                actor: Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()),
                roles: roles.clone().unwrap_or_else(readers),
            };
            (
                id.clone(),
                Client {
                    secret: secret.clone(),
                    caller,
                },
            )
        });
        let shared = Arc::new(Shared {
            schemas: schemas.collect(),
            realm: Realm::new(clients.collect::<HashMap<_, _>>(), self.lifetime),
            world: RwLock::new(Arc::new(data::world(&self.municipality))),
            now: self.now,
            empty_last_page: self.empty_last_page,
            sparse_pages: self.sparse_pages,
        });
        let router = Router::new()
            .route("/graphql", get(|| async { Redirect::temporary("/graphql/v30") }))
            .route("/graphql/{version}", post(graphql).get(graphiql))
            .route("/graphql/{version}/schema.graphql", get(schema))
            .route("/auth/realms/mo/protocol/openid-connect/token", post(token))
            .with_state(Arc::clone(&shared));
        Ok(Os2mo {
            server: StandIn::start(self.port, router)?,
            shared,
        })
    }
}

/// Every role for reading there is.
fn readers() -> BTreeSet<String> {
    Kind::ALL
        .iter()
        .map(|kind| kind.role().to_owned())
        .chain(["read_org".to_owned()])
        .collect()
}

#[derive(Debug)]
struct Shared {
    schemas: BTreeMap<u16, (String, Valid<Schema>)>,
    realm: Realm,
    world: RwLock<Arc<World>>,
    now: Option<Timestamp>,
    empty_last_page: Option<bool>,
    sparse_pages: bool,
}

/// A running OS2MO. Stops when dropped.
#[derive(Debug)]
pub struct Os2mo {
    server: StandIn,
    shared: Arc<Shared>,
}

impl Os2mo {
    /// A server with a small municipality and no client.
    #[must_use]
    pub fn builder() -> Builder {
        Builder {
            port: 0,
            municipality: Municipality::new(1, 1000),
            versions: VERSIONS.into(),
            clients: Vec::new(),
            lifetime: Duration::from_secs(300),
            now: None,
            empty_last_page: None,
            sparse_pages: false,
        }
    }

    /// The base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        self.server.url()
    }

    /// The URL of the realm's server, which ends in `/auth`.
    #[must_use]
    pub fn auth_url(&self) -> String {
        format!("{}/auth", self.url())
    }

    /// Holds another municipality, or another state of the same, from the next request on. Requests under way are
    /// answered from the old one, the next page of a list from the new one.
    pub fn replace(&self, municipality: &Municipality) {
        let world = Arc::new(data::world(municipality));
        *self.shared.world.write().expect("no panic while held") = world;
    }

    /// Ends every token, as if its time had run out.
    pub fn expire_tokens(&self) {
        self.shared.realm.expire();
    }

    /// The identifier of the class with that user key.
    #[must_use]
    pub fn class(facet: &str, user_key: &str) -> Uuid {
        data::class(facet, user_key)
    }

    /// Every request so far, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.server.requests()
    }

    /// Lets the next `n` requests meet `fault`.
    pub fn fail_next(&self, n: usize, fault: Fault) {
        self.server.fail_next(n, fault);
    }

    /// The server beneath, for what all stand-ins have in common.
    #[must_use]
    pub const fn server(&self) -> &StandIn {
        &self.server
    }
}

/// What a command line may set.
#[derive(Debug, Clone)]
pub struct Options {
    /// Port; 0 for a free one.
    pub port: u16,
    /// Seed of the municipality.
    pub seed: u64,
    /// Persons in the municipality.
    pub persons: u64,
    /// Client id.
    pub client: String,
    /// Client secret.
    pub secret: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            seed: 1,
            persons: 1000,
            client: "integration_hub".to_owned(),
            secret: "secret".to_owned(),
        }
    }
}

/// Starts a server for a command line.
///
/// # Errors
///
/// When the port is taken.
pub async fn serve(options: Options) -> std::io::Result<Os2mo> {
    Os2mo::builder()
        .port(options.port)
        .municipality(Municipality::new(options.seed, options.persons))
        .client(&options.client, &options.secret)
        .start()
        .await
}

/// `v29` as 29, if it is served.
fn version(shared: &Shared, segment: &str) -> Option<u16> {
    let number = segment.strip_prefix('v')?.parse().ok()?;
    shared.schemas.contains_key(&number).then_some(number)
}

fn not_found() -> Response {
    (
        StatusCode::NOT_FOUND,
        Json(serde_json::json!({"detail": "Not Found"})),
    )
        .into_response()
}

async fn graphql(
    State(shared): State<Arc<Shared>>,
    Path(segment): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(version) = version(&shared, &segment) else {
        return not_found();
    };
    let authorization = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let Some(caller) = shared.realm.caller(authorization) else {
        return Json(requests::unauthenticated()).into_response();
    };
    let json = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    if !json.is_some_and(|value| value.starts_with("application/json")) {
        return (StatusCode::BAD_REQUEST, "Unsupported content type").into_response();
    }
    let Some(request) = requests::Request::read(&body) else {
        return (StatusCode::BAD_REQUEST, "Unable to parse request body as JSON").into_response();
    };
    let answered = tokio::task::spawn_blocking(move || {
        let world = Arc::clone(&shared.world.read().expect("no panic while held"));
        let now = shared.now.unwrap_or_else(Timestamp::now).as_second();
        let scope = Scope {
            ground: Ground {
                world: &world,
                version,
                now,
            },
            caller: &caller,
            empty_last_page: shared.empty_last_page.unwrap_or(version <= EMPTY_LAST_PAGE),
            sparse_pages: shared.sparse_pages,
        };
        requests::answer(&shared.schemas[&version].1, &request, scope)
    });
    Json(answered.await.expect("no panic in a resolver")).into_response()
}

async fn graphiql(State(shared): State<Arc<Shared>>, Path(segment): Path<String>) -> Response {
    match version(&shared, &segment) {
        Some(_) => ([(header::CONTENT_TYPE, "text/html")], "<title>GraphiQL</title>").into_response(),
        None => not_found(),
    }
}

async fn schema(State(shared): State<Arc<Shared>>, Path(segment): Path<String>) -> Response {
    match version(&shared, &segment).and_then(|version| shared.schemas.get(&version)) {
        Some((sdl, _)) => {
            ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], sdl.clone()).into_response()
        }
        None => not_found(),
    }
}

async fn token(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let basic = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let (status, body) = shared.realm.grant(&body, basic);
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}
