//! The realm: clients with their secrets and roles, and tokens with an end. There is no refresh token.

use super::resolve::Caller;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A client of the realm.
#[derive(Clone, Debug)]
pub(super) struct Client {
    pub(super) secret: String,
    pub(super) caller: Caller,
}

#[derive(Debug)]
pub(super) struct Realm {
    clients: HashMap<String, Client>,
    lifetime: Duration,
    tokens: Mutex<HashMap<String, (Instant, Caller)>>,
}

impl Realm {
    pub(super) fn new(clients: HashMap<String, Client>, lifetime: Duration) -> Self {
        Self {
            clients,
            lifetime,
            tokens: Mutex::default(),
        }
    }

    /// Answers the token endpoint; `basic` is the value of an `Authorization` header.
    pub(super) fn grant(&self, form: &[u8], basic: Option<&str>) -> (StatusCode, Value) {
        let form: HashMap<String, String> = url::form_urlencoded::parse(form).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str);
        match field("grant_type") {
            None => {
                return refuse(
                    StatusCode::BAD_REQUEST,
                    "invalid_request",
                    "Missing form parameter: grant_type",
                );
            }
            Some("client_credentials") => {}
            Some(_) => {
                return refuse(
                    StatusCode::BAD_REQUEST,
                    "unsupported_grant_type",
                    "Unsupported grant_type",
                );
            }
        }
        let (id, secret) = match basic.and_then(credentials) {
            Some((id, secret)) => (id, secret),
            None => (
                field("client_id").unwrap_or_default().to_owned(),
                field("client_secret").unwrap_or_default().to_owned(),
            ),
        };
        let Some(client) = self.clients.get(&id).filter(|client| client.secret == secret) else {
            return refuse(
                StatusCode::UNAUTHORIZED,
                "unauthorized_client",
                "Invalid client or Invalid client credentials",
            );
        };
        let token = format!("{}.{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        self.tokens.lock().expect("no panic while held").insert(
            token.clone(),
            (Instant::now() + self.lifetime, client.caller.clone()),
        );
        let body = json!({
            "access_token": token,
            "expires_in": self.lifetime.as_secs(),
            "refresh_expires_in": 0,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "scope": "email profile",
        });
        (StatusCode::OK, body)
    }

    /// Who a bearer token speaks for, while it lasts.
    pub(super) fn caller(&self, authorization: Option<&str>) -> Option<Caller> {
        let token = authorization?.strip_prefix("Bearer ")?;
        let tokens = self.tokens.lock().expect("no panic while held");
        tokens
            .get(token)
            .filter(|(end, _)| Instant::now() < *end)
            .map(|(_, caller)| caller.clone())
    }

    /// Ends every token there is.
    pub(super) fn expire(&self) {
        self.tokens.lock().expect("no panic while held").clear();
    }
}

fn refuse(status: StatusCode, error: &str, description: &str) -> (StatusCode, Value) {
    (status, json!({"error": error, "error_description": description}))
}

/// Client id and secret of a basic authorisation; both are form-encoded before they are joined (RFC 6749, 2.3.1).
fn credentials(header: &str) -> Option<(String, String)> {
    let bytes = STANDARD.decode(header.strip_prefix("Basic ")?).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| {
        url::form_urlencoded::parse(format!("v={part}").as_bytes())
            .next()
            .map(|(_, value)| value.into_owned())
    };
    Some((plain(id)?, plain(secret)?))
}
