//! A client for the program's HTTP API.

use axum::body::Body;
use http::{Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// A client for one origin, with a token or without.
#[derive(Debug, Clone)]
pub struct Http {
    client: Client<HttpConnector, Body>,
    origin: String,
    token: Option<String>,
}

/// What was answered.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The text.
    pub text: String,
}

impl Http {
    /// A client for this origin, such as `http://127.0.0.1:8080`.
    #[must_use]
    pub fn new(origin: &str) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            origin: origin.to_owned(),
            token: None,
        }
    }

    /// The same with a token.
    #[must_use]
    pub fn with_token(&self, token: &str) -> Self {
        Self {
            token: Some(token.to_owned()),
            ..self.clone()
        }
    }

    /// Asks for a path; none when nobody answers.
    pub async fn try_get(&self, path: &str) -> Option<Reply> {
        self.send(Method::GET, path, None, Body::empty()).await
    }

    /// Asks for a path.
    pub async fn get(&self, path: &str) -> Reply {
        self.try_get(path).await.expect("the server answers")
    }

    /// Puts a file.
    pub async fn put(&self, path: &str, content: Vec<u8>) -> Reply {
        let reply = self.send(
            Method::PUT,
            path,
            Some("application/octet-stream"),
            Body::from(content),
        );
        reply.await.expect("the server answers")
    }

    /// Posts a document.
    pub async fn post(&self, path: &str, document: &Value) -> Reply {
        let document = Body::from(document.to_string());
        let reply = self.send(Method::POST, path, Some("application/json"), document);
        reply.await.expect("the server answers")
    }

    async fn send(&self, method: Method, path: &str, kind: Option<&str>, body: Body) -> Option<Reply> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.origin));
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        if let Some(token) = &self.token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let reply = self.client.request(request.body(body).unwrap()).await.ok()?;
        let status = reply.status();
        let octets = reply.into_body().collect().await.ok()?.to_bytes();
        Some(Reply {
            status,
            text: String::from_utf8_lossy(&octets).into_owned(),
        })
    }
}

impl Reply {
    /// The document in it.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|cause| panic!("no document ({cause}) but {}: {}", self.status, self.text))
    }

    /// The same, if it is a success.
    #[must_use]
    #[track_caller]
    pub fn done(self) -> Self {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self
    }
}
