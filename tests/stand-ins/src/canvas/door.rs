//! The HTTP side: tokens, the rate limit, addresses with SIS ids in them, and the forms of refusal.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{Permissions, Shared, import_door, reading};

pub(super) struct Call {
    pub(super) shared: Arc<Shared>,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) may: Permissions,
}

impl Call {
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// All values of `name[]`.
    pub(super) fn values(&self, name: &str) -> Vec<&str> {
        let list = format!("{name}[]");
        self.query
            .iter()
            .filter(|(key, _)| *key == list || key == name)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub(super) fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.header(header::HOST).unwrap_or("127.0.0.1"))
    }
}

pub(super) async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query: Vec<(String, String)> =
        url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let path = uri.path().to_owned();
    let none = Permissions {
        import_sis: false,
        manage_sis: false,
        read_sis: false,
        read: false,
    };
    let mut call = Call {
        shared,
        method,
        path,
        query,
        headers,
        body,
        may: none,
    };
    if let Some(file) = import_door::download(&call) {
        return file;
    }
    let given = call
        .header(header::AUTHORIZATION)
        .and_then(|value| value.strip_prefix("Bearer "))
        .map(str::to_owned);
    let Some(token) = given else {
        return unauthenticated(&json!({
            "status": "unauthenticated", "errors": [{"message": "user authorization required"}],
        }));
    };
    let Some(may) = call.shared.settings.tokens.get(&token) else {
        return unauthenticated(&json!({"errors": [{"message": "Invalid access token."}]}));
    };
    call.may = *may;
    let shared = Arc::clone(&call.shared);
    let limit = shared.settings.limit;
    if let Some(limit) = &limit
        && !shared.state().buckets.enter(&token, limit, shared.clock.now())
    {
        let mut refusal = (StatusCode::FORBIDDEN, "403 Forbidden (Rate Limit Exceeded)\n").into_response();
        refusal
            .headers_mut()
            .insert("x-rate-limit-remaining", HeaderValue::from_static("0.0"));
        refusal
            .headers_mut()
            .insert("x-request-cost", HeaderValue::from_static("0.0"));
        return refusal;
    }
    if !shared.settings.latency.is_zero() {
        tokio::time::sleep(shared.settings.latency).await;
    }
    let mut response = route(call).await;
    let cost = limit.map_or(0.01, |limit| limit.cost);
    let text = |value: f64| HeaderValue::from_str(&format!("{value:?}")).expect("a number");
    response.headers_mut().insert("x-request-cost", text(cost));
    if let Some(limit) = &limit {
        let remaining = shared.state().buckets.leave(&token, limit, shared.clock.now());
        response
            .headers_mut()
            .insert("x-rate-limit-remaining", text(remaining));
    }
    response
}

async fn route(call: Call) -> Response {
    let Some(parts) = parts(&call.path) else {
        return not_found();
    };
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    match parts.as_slice() {
        ["accounts", account, "sis_imports", rest @ ..] => {
            let (account, rest): (String, Vec<String>) = (
                (*account).to_owned(),
                rest.iter().map(|&part| part.to_owned()).collect(),
            );
            import_door::answer(call, &account, &rest).await
        }
        ["accounts", account, "sis_import_errors"] => import_door::all_errors(&call, account),
        parts if call.method == Method::GET => reading::answer(&call, parts),
        _ => not_found(),
    }
}

/// The parts of an address below `/api/v1`, decoded one by one; `None` when it can be no address.
///
/// As in Canvas a bare dot ends an id: what follows it is a format. Ids with dots must come encoded.
fn parts(path: &str) -> Option<Vec<String>> {
    let rest = path.strip_prefix("/api/v1/")?;
    let rest = rest.strip_suffix(".json").unwrap_or(rest);
    let decode = |part: &str| {
        if part.contains('.') {
            return None;
        }
        percent_decode_str(part)
            .decode_utf8()
            .ok()
            .map(|part| part.into_owned())
    };
    rest.trim_end_matches('/').split('/').map(decode).collect()
}

/// JSON as the caller asked for it: ids as numbers, or as strings.
pub(super) fn json_answer(call: &Call, mut value: Value) -> Response {
    let accept = call.header(header::ACCEPT).unwrap_or_default();
    if accept.contains("application/json+canvas-string-ids") {
        ids_to_strings(&mut value);
    }
    with_status(StatusCode::OK, &value)
}

fn ids_to_strings(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(ids_to_strings),
        Value::Object(map) => {
            for (name, value) in map {
                match value {
                    Value::Number(number) if name == "id" || name.ends_with("_id") => {
                        *value = json!(number.to_string())
                    }
                    value => ids_to_strings(value),
                }
            }
        }
        _ => {}
    }
}

pub(super) fn with_status(status: StatusCode, value: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        value.to_string(),
    )
        .into_response()
}

fn unauthenticated(body: &Value) -> Response {
    let mut response = with_status(StatusCode::UNAUTHORIZED, body);
    let challenge = HeaderValue::from_static("Bearer realm=\"canvas-lms\"");
    response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    response
}

/// The token is right, its holder may not.
pub(super) fn unauthorized() -> Response {
    let body = json!({
        "status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}],
    });
    with_status(StatusCode::UNAUTHORIZED, &body)
}

pub(super) fn not_found() -> Response {
    let body = json!({"errors": [{"message": "The specified resource does not exist."}]});
    with_status(StatusCode::NOT_FOUND, &body)
}

pub(super) fn bad_request(body: &Value) -> Response {
    with_status(StatusCode::BAD_REQUEST, body)
}
