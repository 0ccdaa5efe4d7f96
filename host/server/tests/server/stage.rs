//! The server over the stand-in, and persons who ask it by token.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use samklang_core::key::{Keyring, TenantKey};
use samklang_server::{App, Language, Metrics, Recipients, Role, ServerSettings, SystemClock, router};
use samklang_store::{Entrance, Installation, Scope, SessionTimes, TokenWish, Worker};
use serde_json::Value;
use tower::ServiceExt as _;

use crate::desk::Rehearsal;

/// The most octets of a file in these tests.
pub const UPLOAD: u64 = 100_000;

pub struct Stage {
    pub desk: Arc<Rehearsal>,
    pub app: App,
    pub store: Installation,
    router: Router,
}

/// How the server of the tests is set up.
pub fn settings() -> ServerSettings {
    ServerSettings {
        listen: SocketAddr::from(([127, 0, 0, 1], 0)),
        address: "http://localhost:8080".parse().unwrap(),
        cycles_at_once: 2,
        tls: None,
        proxies: Vec::new(),
        sign_in: None,
        mail: None,
        notices: Recipients::default(),
        language: Language::English,
        metrics: Metrics::Off,
        traces: None,
        upload: UPLOAD,
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(settings()).await
    }

    pub async fn with(settings: ServerSettings) -> Self {
        let desk = Arc::new(Rehearsal::new());
        let store = Installation::open("sqlite::memory:", Worker::new("test"));
        let keys = Keyring::new(TenantKey::new([7; 32]), Vec::new());
        let store = store.await.unwrap().with_keys(&keys).await.unwrap();
        let app = App::new(
            settings,
            Arc::clone(&desk) as _,
            store.clone(),
            Arc::new(SystemClock),
        )
        .unwrap();
        let router = router(&app);
        Self {
            desk,
            app,
            store,
            router,
        }
    }

    /// A person with a role, by a token.
    pub async fn person(&self, name: &str, scope: Scope, role: Role) -> String {
        let (now, access) = (jiff::Timestamp::now().as_millisecond(), self.store.access());
        let entrance = Entrance {
            scope: scope.clone(),
            role,
            who: "test".to_owned(),
            expires: now + 60_000,
        };
        let link = access.make_link(&entrance, now).await.unwrap();
        let known = access.use_link(link.tell(), name, now).await.unwrap().unwrap();
        let wish = TokenWish {
            name: "test".to_owned(),
            scope,
            role,
            expires: now + 3_600_000,
        };
        let (_, secret) = access.make_token(known.person.id, &wish, now).await.unwrap();
        secret.tell().to_owned()
    }

    /// A person with a role, in a browser.
    pub async fn browser(&self, name: &str, scope: Scope, role: Role) -> Browser {
        let (now, access) = (jiff::Timestamp::now().as_millisecond(), self.store.access());
        let entrance = Entrance {
            scope,
            role,
            who: "test".to_owned(),
            expires: now + 60_000,
        };
        let link = access.make_link(&entrance, now).await.unwrap();
        let known = access.use_link(link.tell(), name, now).await.unwrap().unwrap();
        let times = SessionTimes {
            whole: 3_600_000,
            idle: 3_600_000,
        };
        let secret = access.begin_session(known.person.id, times, now).await.unwrap();
        let mut browser = Browser {
            cookie: format!("samklang={}", secret.tell()),
            csrf: String::new(),
        };
        let request = browser.request(Method::GET, "/account");
        let page = self.ask(request.body(Body::empty()).unwrap()).await.text();
        let (_, rest) = page.split_once("name=\"csrf\" value=\"").unwrap();
        browser.csrf = rest.split('"').next().unwrap().to_owned();
        browser
    }

    /// Asks the API as a script of a page does.
    pub async fn post_in(&self, browser: &Browser, path: &str, body: &Value) -> Told {
        let request = browser
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// A person with a role in a tenant, by a token.
    pub async fn person_in(&self, tenant: &str, role: Role) -> String {
        self.person("Test Testesen", Scope::tenant(tenant), role).await
    }

    pub async fn ask(&self, mut request: Request<Body>) -> Told {
        let from = SocketAddr::from(([127, 0, 0, 1], 40_000));
        request.extensions_mut().insert(ConnectInfo(from));
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Told {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub async fn get(&self, token: &str, path: &str) -> Told {
        self.ask(request(Method::GET, token, path).body(Body::empty()).unwrap())
            .await
    }

    pub async fn send(&self, method: Method, token: &str, path: &str, body: &Value) -> Told {
        let request = request(method, token, path).header(header::CONTENT_TYPE, "application/json");
        self.ask(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    pub async fn post(&self, token: &str, path: &str, body: &Value) -> Told {
        self.send(Method::POST, token, path, body).await
    }

    /// A router to send requests to by hand.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

/// A browser with a session.
pub struct Browser {
    cookie: String,
    csrf: String,
}

impl Browser {
    /// A request with the session, and with what its pages repeat.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::COOKIE, &self.cookie)
            .header("x-csrf-token", &self.csrf)
    }
}

/// A request by token.
pub fn request(method: Method, token: &str, path: &str) -> http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
}

/// What was answered.
#[derive(Debug)]
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Told {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{cause}: {}", self.text()))
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The code of a problem, which has the shape that RFC 9457 asks for.
    pub fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{}",
            self.text()
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert!(!problem["title"].as_str().unwrap().is_empty());
        assert!(!problem["detail"].as_str().unwrap().is_empty());
        let kind = problem["type"].as_str().unwrap();
        kind.strip_prefix("urn:samklang:problem:").unwrap().to_owned()
    }
}
