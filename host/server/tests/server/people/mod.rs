//! The pages about people and units, plans, connections, history and journal, for people in every role.

mod acts;
mod chart;
mod sheet;
mod sight;

use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, header};
use samklang_server::Role;
use samklang_store::Scope;

use crate::desk::{CASTS, Cast};
use crate::stage::{Stage, Told, request};

/// The tenant of these tests.
fn cast() -> &'static Cast {
    &CASTS[0]
}

/// A page's address in that tenant.
fn at(page: &str) -> String {
    format!("/t/{}{page}", cast().name)
}

/// Somebody who reads pages in a language.
struct Reader<'a> {
    stage: &'a Stage,
    token: String,
}

impl<'a> Reader<'a> {
    async fn new(stage: &'a Stage, role: Role) -> Self {
        let token = stage.person_in(cast().name, role).await;
        Self { stage, token }
    }

    /// An administrator of all tenants.
    async fn everywhere(stage: &'a Stage) -> Self {
        let token = stage.person("Anna Alle", Scope::All, Role::Administrator).await;
        Self { stage, token }
    }

    fn request(&self, method: Method, address: &str, language: &str) -> Builder {
        request(method, &self.token, address).header(header::ACCEPT_LANGUAGE, language)
    }

    /// Templates write a slash as a reference, which is the same to a browser and harder to look for.
    async fn ask(&self, request: Request<Body>) -> Told {
        let mut told = self.stage.ask(request).await;
        told.body = told.text().replace("&#x2f;", "/").into_bytes();
        told
    }

    async fn read(&self, address: &str) -> Told {
        self.read_in(address, "en").await
    }

    async fn read_in(&self, address: &str, language: &str) -> Told {
        let request = self.request(Method::GET, address, language);
        self.ask(request.body(Body::empty()).unwrap()).await
    }

    /// Sends a form.
    async fn send(&self, address: &str, fields: &[(&str, &str)]) -> Told {
        let form = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish();
        let request = self
            .request(Method::POST, address, "en")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.ask(request.body(Body::from(form)).unwrap()).await
    }

    /// Sends a form with a file.
    async fn deliver(&self, address: &str, name: &str, content: &str) -> Told {
        let body = format!(
            "--mark\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--mark--\r\n"
        );
        let request = self
            .request(Method::POST, address, "en")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=mark");
        self.ask(request.body(Body::from(body)).unwrap()).await
    }
}

/// What the desk was asked to do, of this kind.
fn asked(stage: &Stage, deed: &str) -> Vec<String> {
    let calls = stage.desk.calls().into_iter().filter(|call| call.deed == deed);
    calls.map(|call| call.detail).collect()
}

/// The texts between two marks.
fn between<'t>(text: &'t str, from: &str, to: &str) -> Vec<&'t str> {
    let after = text.split(from).skip(1);
    after
        .filter_map(|rest| rest.split_once(to).map(|(inner, _)| inner))
        .collect()
}
