//! A server that answers as a test lays out, and is as strict about the shape of what comes in as the API's description.
#![allow(dead_code, reason = "each test uses its own part")]

use std::cell::RefCell;
use std::rc::Rc;

use samklang_os2sync::{Os2sync, Settings};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Method, Request, Response};
use serde_json::{Value as Json, json};

/// A UUID that is told apart by its last letters.
pub(crate) fn id(end: &str) -> String {
    format!("3f0c8a52-0000-4000-8000-{end:0>12}")
}

/// What was sent: method, path with query, body.
pub(crate) type Sent = (String, String, Json);

const USER: [(&str, &str); 12] = [
    ("Uuid", "text"),
    ("ShortKey", "text"),
    ("UserId", "text"),
    ("PhoneNumber", "text"),
    ("Landline", "text"),
    ("Email", "text"),
    ("RacfID", "text"),
    ("Location", "text"),
    ("FMKID", "text"),
    ("IsRobot", "truth"),
    ("Positions", "records"),
    ("Person", "record"),
];
const UNIT_TEXTS: &str = "Uuid Name ParentOrgUnitUuid ShortKey ManagerUuid PayoutUnitUuid Type PhoneNumber Landline Email EmailRemarks \
    Url Ean Location Contact ContactOpenHours PhoneOpenHours Post PostSecondary PostReturn LOSShortName LOSId DtrId FOA PNR SOR";
const UNIT_LISTS: &str = "Tasks ContactForTasks ItSystems ContactPlaces";

/// Panics where a body has a member that the API does not know, lacks one, or has one of the wrong kind.
fn check_shape(path: &str, body: &Json) {
    let members = body.as_object().expect("an object");
    let expected: Vec<(&str, &str)> = if path.starts_with("/api/user") {
        USER.to_vec()
    } else {
        let texts = UNIT_TEXTS.split_whitespace().map(|name| (name, "text"));
        texts
            .chain(UNIT_LISTS.split_whitespace().map(|name| (name, "list")))
            .collect()
    };
    let names = |text: &Json| text.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for name in names(body) {
        assert!(
            expected.iter().any(|(known, _)| *known == name),
            "{path}: the API has no {name}"
        );
    }
    for (name, kind) in expected {
        let value = members
            .get(name)
            .unwrap_or_else(|| panic!("{path}: {name} is missing, though a state is whole"));
        let fits = match kind {
            "text" if name == "Type" => value.is_string(),
            "text" => value.is_null() || value.is_string(),
            "truth" => value.is_boolean(),
            "list" => value
                .as_array()
                .is_some_and(|items| items.iter().all(Json::is_string)),
            "records" => value.as_array().is_some_and(|items| {
                let known = ["Name", "OrgUnitUuid", "StartDate", "StopDate"];
                items
                    .iter()
                    .all(|item| names(item).iter().all(|name| known.contains(&name.as_str())))
            }),
            _ => names(value) == ["Cpr", "Name", "Uuid"],
        };
        assert!(fits, "{path}: {name} has the wrong kind: {value}");
    }
}

/// Runs `body` against a server that `answer` makes answers for.
pub(crate) fn serve<R>(
    settings: Json,
    answer: impl Fn(&Request) -> Response + 'static,
    body: impl FnOnce(&Os2sync) -> R,
) -> (R, Vec<Sent>) {
    let mut all = json!({"url": "https://sync.example/api", "cvr": "11111111"});
    all.as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    let connector = Os2sync::open(serde_json::from_value::<Settings>(all).unwrap()).unwrap();
    let sent = Rc::new(RefCell::new(Vec::new()));
    let seen = sent.clone();
    let handler = move |request: Request| {
        let path = request
            .url
            .strip_prefix("https://sync.example")
            .expect("the settings' host")
            .to_owned();
        assert_eq!(request.header("cvr"), Some("11111111"));
        assert_eq!(
            request.header("apikey"),
            None,
            "credentials are the host's business"
        );
        assert!(!path.contains("cleanup"), "cleanup deletes whatever a list lacks");
        let body = if request.body.is_empty() {
            Json::Null
        } else {
            request.json()
        };
        if request.method == Method::Post && !path.contains("passiver") {
            assert_eq!(request.header("content-type"), Some("application/json"));
            check_shape(&path, &body);
        }
        seen.borrow_mut()
            .push((request.method.as_str().to_owned(), path, body));
        answer(&request)
    };
    let result = testing::with_http(handler, || body(&connector));
    let sent = sent.take();
    (result, sent)
}

/// An operation whose desired state is written as JSON.
pub(crate) fn operation(action: Action, class: &str, key: &str, desired: Json) -> Operation {
    let members = desired.as_object().cloned().unwrap_or_default();
    let desired = members.into_iter().map(|(name, value)| {
        let value = match value {
            Json::Null => Value::Absent,
            Json::String(text) => Value::Text(text),
            Json::Bool(truth) => Value::Boolean(truth),
            Json::Array(items) if items.iter().all(Json::is_string) => Value::Texts(
                items
                    .iter()
                    .map(|item| item.as_str().unwrap().to_owned())
                    .collect(),
            ),
            other => Value::Structure(other.to_string()),
        };
        (name, value)
    });
    Operation {
        id: "1".into(),
        action,
        class: class.into(),
        key: key.into(),
        desired: desired.collect(),
        changed: Vec::new(),
    }
}

/// A user that breaks no rule, with some attributes changed.
pub(crate) fn user(change: Json) -> Json {
    let mut user = json!({"UserId": "annehj", "Name": "Anne Hjorth",
        "Positions": [{"Name": "Pædagog", "OrgUnitUuid": id("C1"), "StartDate": "2026-02-01"}]});
    user.as_object_mut()
        .unwrap()
        .extend(change.as_object().unwrap().clone());
    user
}
