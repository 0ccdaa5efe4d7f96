//! The HTTP side: routes in any case, key and municipality, and the service's plain answers.
//!
//! Bodies without a JSON content type get 415, as ASP.NET gives before the service sees them.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use uuid::Uuid;

use super::objects::{OrgUnit, User};
use super::queue::{Body, Kind, Operation, Row};
use super::{Shared, rules};

struct Call<'a> {
    shared: &'a Shared,
    headers: &'a HeaderMap,
    query: Vec<(String, String)>,
    body: &'a [u8],
}

pub(super) async fn answer(
    Extract(shared): Extract<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let query = url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes())
        .map(|(name, value)| (name.to_lowercase(), value.into_owned()))
        .collect();
    let call = Call {
        shared: &shared,
        headers: &headers,
        query,
        body: &body,
    };
    let decoded = percent_encoding::percent_decode_str(uri.path())
        .decode_utf8_lossy()
        .into_owned();
    let path: Vec<&str> = decoded.trim_matches('/').split('/').collect();
    let fixed: Vec<String> = path.iter().map(|part| part.to_lowercase()).collect();
    let fixed: Vec<&str> = fixed.iter().map(String::as_str).collect();
    let last = path.last().copied().unwrap_or_default();
    let get = method == Method::GET;
    let post = method == Method::POST;
    let delete = method == Method::DELETE;
    let kind = |name: &str| if name == "user" { Kind::User } else { Kind::Unit };
    match fixed.as_slice() {
        ["manage", "health"] if get => StatusCode::OK.into_response(),
        ["api", "hierarchy", _] if get => call.hierarchy_result(last),
        ["api", "hierarchy"] if get => call.admitted(Call::hierarchy),
        ["api", "dtrid"] if get => call.admitted(Call::dtr),
        ["api", "user"] if post => call.admitted(Call::update_user),
        ["api", "orgunit"] if post => call.admitted(Call::update_unit),
        ["api", name @ ("user" | "orgunit"), "all"] if get => {
            call.admitted(|call, cvr| call.all(kind(name), cvr))
        }
        ["api", name @ ("user" | "orgunit"), "cleanup"] if post => {
            call.admitted(|call, cvr| call.cleanup(kind(name), cvr))
        }
        ["api", name @ ("user" | "orgunit"), "passiver", _] if post => {
            call.admitted(|call, cvr| call.remove(kind(name), cvr, last, Operation::Passiver))
        }
        ["api", name @ ("user" | "orgunit"), _] if delete => {
            call.admitted(|call, cvr| call.remove(kind(name), cvr, last, Operation::Delete))
        }
        ["api", name @ ("user" | "orgunit"), _] if get => {
            call.admitted(|call, _| call.read(kind(name), last))
        }
        ["manage", "health"]
        | ["api", "hierarchy" | "dtrid" | "user" | "orgunit"]
        | ["api", "hierarchy" | "user" | "orgunit", _]
        | ["api", "user" | "orgunit", "passiver", _] => StatusCode::METHOD_NOT_ALLOWED.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Call<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Lets a caller with the right key and a municipality in; the installation's own municipality beats the header.
    fn admitted(&self, act: impl FnOnce(&Self, &str) -> Response) -> Response {
        let settings = &self.shared.settings;
        let key_fits = settings
            .api_key
            .as_deref()
            .is_none_or(|key| self.header("ApiKey") == Some(key));
        let cvr = settings
            .cvr
            .as_deref()
            .or(self.header("Cvr"))
            .filter(|cvr| !cvr.is_empty());
        match cvr {
            Some(cvr) if key_fits => act(self, cvr),
            _ => StatusCode::UNAUTHORIZED.into_response(),
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.query
            .iter()
            .any(|(key, value)| key == name && value.eq_ignore_ascii_case("true"))
    }

    fn priority(&self) -> i64 {
        self.query
            .iter()
            .find(|(key, _)| key == "priority")
            .and_then(|(_, value)| value.parse().ok())
            .unwrap_or(10)
    }

    fn is_json(&self) -> bool {
        let kind = self.header("content-type").unwrap_or_default();
        let kind = kind
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        kind == "application/json"
            || kind == "text/json"
            || (kind.starts_with("application/") && kind.ends_with("+json"))
    }

    /// A text as the caller asked for it: quoted for callers that want JSON and nothing else.
    fn text(&self, status: StatusCode, text: &str) -> Response {
        let accept = self.header("accept").unwrap_or("*/*").to_ascii_lowercase();
        let wants_json = !accept.contains("*/*") && !accept.contains("text/plain") && accept.contains("json");
        if wants_json {
            json_answer(status, &json!(text))
        } else {
            (status, text.to_owned()).into_response()
        }
    }

    fn update_user(&self, cvr: &str) -> Response {
        if let Some(refusal) = self.wrong_media() {
            return refusal;
        }
        let user = match User::read(self.body, self.shared.clock.now()) {
            Ok(user) if user.person.is_some() => user,
            _ => return fell_over(),
        };
        if let Err(text) = rules::check_user(&user) {
            return self.text(StatusCode::BAD_REQUEST, &text);
        }
        let echo = user.json();
        let uuid = user.uuid.clone().unwrap_or_default();
        self.queue(Kind::User, uuid, cvr, Body::User(Box::new(user)));
        json_answer(StatusCode::OK, &echo)
    }

    fn update_unit(&self, cvr: &str) -> Response {
        if let Some(refusal) = self.wrong_media() {
            return refusal;
        }
        let Ok(unit) = OrgUnit::read(self.body, self.shared.clock.now()) else {
            return fell_over();
        };
        if let Err(text) = rules::check_unit(&unit) {
            return self.text(StatusCode::BAD_REQUEST, &text);
        }
        let echo = unit.json();
        let uuid = unit.uuid.clone().unwrap_or_default();
        self.queue(Kind::Unit, uuid, cvr, Body::Unit(Box::new(unit)));
        json_answer(StatusCode::OK, &echo)
    }

    fn wrong_media(&self) -> Option<Response> {
        (!self.body.is_empty() && !self.is_json()).then(|| StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response())
    }

    fn queue(&self, kind: Kind, uuid: String, cvr: &str, body: Body) {
        self.shared.state().queues.push(Row {
            kind,
            uuid,
            cvr: cvr.to_owned(),
            operation: Operation::Update,
            priority: self.priority(),
            bypass_cache: self.flag("bypasscache"),
            body,
        });
    }

    fn remove(&self, kind: Kind, cvr: &str, uuid: &str, operation: Operation) -> Response {
        if let Err(text) = rules::width("Uuid", Some(uuid), 36) {
            return self.text(StatusCode::BAD_REQUEST, &text);
        }
        self.shared
            .state()
            .queues
            .push(removal(kind, uuid, cvr, operation, 10));
        StatusCode::OK.into_response()
    }

    fn read(&self, kind: Kind, uuid: &str) -> Response {
        let state = self.shared.state();
        if !state.fk.reachable() {
            return self.text(StatusCode::BAD_REQUEST, "FK Organisation cannot be reached");
        }
        let found = match kind {
            Kind::User => state.fk.find_user(uuid).map(|found| found.user.json()),
            Kind::Unit => state.fk.find_unit(uuid).map(|found| found.unit.json()),
        };
        match found {
            Some(found) => json_answer(StatusCode::OK, &found),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn active(&self, kind: Kind, cvr: &str) -> Result<Vec<String>, Box<Response>> {
        let state = self.shared.state();
        if !state.fk.reachable() {
            return Err(Box::new(
                self.text(StatusCode::BAD_REQUEST, "FK Organisation cannot be reached"),
            ));
        }
        Ok(match kind {
            Kind::User => state
                .fk
                .active_users(cvr)
                .filter_map(|found| found.user.uuid.clone())
                .collect(),
            Kind::Unit => state
                .fk
                .active_units(cvr)
                .filter_map(|found| found.unit.uuid.clone())
                .collect(),
        })
    }

    fn all(&self, kind: Kind, cvr: &str) -> Response {
        match self.active(kind, cvr) {
            Ok(uuids) => json_answer(StatusCode::OK, &json!(uuids)),
            Err(refusal) => *refusal,
        }
    }

    /// Compares as the service does, case and all: an upper-case list deletes everybody.
    fn cleanup(&self, kind: Kind, cvr: &str) -> Response {
        if let Some(refusal) = self.wrong_media() {
            return refusal;
        }
        let Ok(listed) = serde_json::from_slice::<Vec<Value>>(self.body) else {
            return fell_over();
        };
        let listed: Option<Vec<&str>> = listed.iter().map(Value::as_str).collect();
        let Some(listed) = listed else {
            return fell_over();
        };
        let active = match self.active(kind, cvr) {
            Ok(active) => active,
            Err(refusal) => return *refusal,
        };
        let wanted: HashSet<&str> = listed.iter().copied().collect();
        let present: HashSet<&str> = active.iter().map(String::as_str).collect();
        let lacking: Vec<&str> = listed
            .iter()
            .copied()
            .filter(|uuid| !present.contains(uuid))
            .collect();
        let dry = self.flag("dryrun");
        let mut state = self.shared.state();
        for uuid in active.iter().filter(|uuid| !wanted.contains(uuid.as_str())) {
            state
                .cleanups
                .push(format!("{}delete {uuid}", if dry { "dry run: " } else { "" }));
            if !dry {
                state.queues.push(removal(kind, uuid, cvr, Operation::Delete, 12));
            }
        }
        json_answer(StatusCode::OK, &json!(lacking))
    }

    fn hierarchy(&self, cvr: &str) -> Response {
        let only_units = self.header("onlyOUs") == Some("true");
        let now = self.shared.clock.now();
        let super::State { jobs, fk, .. } = &mut *self.shared.state();
        let id = jobs.start(fk, cvr, only_units, now);
        self.text(StatusCode::OK, &id.to_string())
    }

    fn hierarchy_result(&self, id: &str) -> Response {
        let Ok(id) = Uuid::try_parse(id) else {
            return StatusCode::BAD_REQUEST.into_response();
        };
        let now = self.shared.clock.now();
        match self
            .shared
            .state()
            .jobs
            .read(id, self.shared.settings.hierarchy, now)
        {
            Some(result) => json_answer(StatusCode::OK, &result),
            None => StatusCode::NOT_FOUND.into_response(),
        }
    }

    fn dtr(&self, cvr: &str) -> Response {
        let state = self.shared.state();
        let mut rows = Vec::new();
        for found in state.fk.active_users(cvr) {
            let user = &found.user;
            for position in user.positions.iter().flatten() {
                let unit = position.unit.as_deref().and_then(|unit| state.fk.find_unit(unit));
                let Some((unit, dtr_id)) = unit.and_then(|unit| Some((unit, unit.unit.text("DtrId")?)))
                else {
                    continue;
                };
                rows.push(json!({
                    "uuid": user.uuid, "ssn": user.person.as_ref().and_then(|person| person.cpr.clone()),
                    "userId": user.text("UserId"), "phone": user.text("PhoneNumber"), "email": user.text("Email"),
                    "dtrId": dtr_id, "manager": unit.unit.text("ManagerUuid") == user.uuid.as_deref(),
                }));
            }
        }
        json_answer(StatusCode::OK, &Value::Array(rows))
    }
}

fn removal(kind: Kind, uuid: &str, cvr: &str, operation: Operation, priority: i64) -> Row {
    Row {
        kind,
        uuid: uuid.to_owned(),
        cvr: cvr.to_owned(),
        operation,
        priority,
        bypass_cache: false,
        body: Body::None,
    }
}

/// What an unhandled null reference looks like from outside.
fn fell_over() -> Response {
    let page = "<html><body>An unhandled exception occurred while processing the request.</body></html>";
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8")],
        page,
    )
        .into_response()
}

fn json_answer(status: StatusCode, value: &Value) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "application/json; charset=utf-8")],
        value.to_string(),
    )
        .into_response()
}
