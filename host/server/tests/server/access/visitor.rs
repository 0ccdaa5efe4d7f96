//! A browser, as far as signing in is concerned: it keeps cookies and says where a form is from.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use samklang_core::key::{Keyring, TenantKey};
use samklang_server::{
    App, Language, Metrics, Recipients, Role, ServerSettings, SignIn, SystemClock, router,
};
use samklang_store::{Access, Entrance, Installation, Scope, Worker};
use tower::ServiceExt as _;

use crate::desk::Rehearsal;

/// The server of the tests.
pub struct House {
    pub desk: Arc<Rehearsal>,
    pub store: Installation,
    router: Router,
}

pub fn now() -> i64 {
    jiff::Timestamp::now().as_millisecond()
}

impl House {
    /// At that address, with that provider.
    pub async fn at(address: &str, sign_in: Option<SignIn>) -> Self {
        let store = Installation::open("sqlite::memory:", Worker::new("test"));
        let keys = Keyring::new(TenantKey::new([7; 32]), Vec::new());
        let store = store.await.unwrap().with_keys(&keys).await.unwrap();
        let desk = Arc::new(Rehearsal::new());
        let settings = ServerSettings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            address: address.parse().unwrap(),
            cycles_at_once: 2,
            tls: None,
            proxies: Vec::new(),
            sign_in,
            mail: None,
            notices: Recipients::default(),
            language: Language::English,
            metrics: Metrics::Off,
            traces: None,
            upload: 1 << 20,
        };
        let app = App::new(
            settings,
            Arc::clone(&desk) as _,
            store.clone(),
            Arc::new(SystemClock),
        )
        .unwrap();
        Self {
            desk,
            store,
            router: router(&app),
        }
    }

    pub async fn new() -> Self {
        Self::at("https://samklang.example", None).await
    }

    pub fn access(&self) -> Access {
        self.store.access()
    }

    /// A link for that role.
    pub async fn link(&self, tenant: &str, role: Role) -> String {
        let entrance = Entrance {
            scope: Scope::parse(tenant),
            role,
            who: "test".to_owned(),
            expires: now() + 60_000,
        };
        let secret = self.access().make_link(&entrance, now()).await.unwrap();
        format!("/sign-in/link/{}", secret.tell())
    }

    /// Somebody who came by a link with that role.
    pub async fn came(&self, name: &str, tenant: &str, role: Role) -> Visitor {
        let link = self.link(tenant, role).await;
        let mut visitor = self.visitor();
        let told = visitor.post(&link, &[("name", name)]).await;
        assert_eq!(told.status, StatusCode::SEE_OTHER, "{}", told.body);
        visitor
    }

    pub fn visitor(&self) -> Visitor {
        Visitor {
            router: self.router.clone(),
            cookies: BTreeMap::new(),
            from: SocketAddr::from(([192, 0, 2, 1], 1)),
        }
    }
}

/// What was answered.
pub struct Told {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
}

impl Told {
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn set_cookie(&self) -> Vec<&str> {
        let all = self.headers.get_all(header::SET_COOKIE).iter();
        all.map(|value| value.to_str().unwrap()).collect()
    }
}

/// A browser.
#[derive(Clone)]
pub struct Visitor {
    router: Router,
    pub cookies: BTreeMap<String, String>,
    pub from: SocketAddr,
}

impl Visitor {
    /// Sends a request with the cookies, and keeps those that come back.
    pub async fn send(&mut self, request: Request<Body>) -> Told {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 4 << 20).await.unwrap();
        Told {
            status: parts.status,
            headers: parts.headers,
            // Templates write a solidus like this in HTML.
            body: String::from_utf8(body.to_vec()).unwrap().replace("&#x2f;", "/"),
        }
    }

    /// The same, and the answer's body is still to be read.
    pub async fn open(&mut self, mut request: Request<Body>) -> Response {
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self
                .cookies
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            request
                .headers_mut()
                .insert(header::COOKIE, cookies.join("; ").parse().unwrap());
        }
        request.extensions_mut().insert(ConnectInfo(self.from));
        let response = self.router.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, rest) = cookie.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        response
    }

    pub async fn get(&mut self, path: &str) -> Told {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Sends a form as a page of the server does, with what the session's pages repeat.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Told {
        let mut fields = fields.to_vec();
        let csrf = self.csrf().await;
        fields.push(("csrf", csrf.as_deref().unwrap_or("")));
        self.post_from("same-origin", path, &fields).await
    }

    /// Sends a form that a page of somewhere made.
    pub async fn post_from(&mut self, site: &str, path: &str, fields: &[(&str, &str)]) -> Told {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site)
            .body(Body::from(form))
            .unwrap();
        self.send(request).await
    }

    /// What pages of the session repeat.
    pub async fn csrf(&mut self) -> Option<String> {
        if self.cookies.is_empty() {
            return None;
        }
        let page = self.get("/account").await;
        let (_, rest) = page.body.split_once("name=\"csrf\" value=\"")?;
        Some(rest.split('"').next().unwrap().to_owned())
    }

    /// Asks the API by a token.
    pub async fn with_token(&mut self, method: &str, path: &str, token: &str, body: Option<&str>) -> Told {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.map_or_else(Body::empty, |body| Body::from(body.to_owned())))
            .unwrap();
        let mut bare = Self {
            cookies: BTreeMap::new(),
            ..self.clone()
        };
        bare.send(request).await
    }
}
