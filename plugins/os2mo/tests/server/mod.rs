//! A server that answers with what a test lays out, and checks every request against the official schema of its version.
#![allow(dead_code, reason = "each test uses its own part")]

use std::cell::RefCell;
use std::rc::Rc;

use samklang_os2mo::{Os2mo, Settings};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{self, Collected, Method, Request, Response};
use serde_json::{Value as Json, json};

use crate::sdl;

/// The moment at which the tests read.
pub(crate) const NOW: &str = "2026-03-02T10:00:00Z";

/// UUIDs that are told apart by their last letters.
pub(crate) fn id(end: &str) -> String {
    format!("3f0c8a52-0000-4000-8000-{end:0>12}")
}

/// What was asked: the bodies of the requests, in order.
pub(crate) type Asked = Rc<RefCell<Vec<Json>>>;

/// Runs `body` against a server whose answers `answer` makes of operation name and variables.
pub(crate) fn serve<R>(
    settings: Json,
    answer: impl Fn(&str, &Json) -> Json + 'static,
    body: impl FnOnce(&Os2mo) -> R,
) -> (R, Vec<Json>) {
    let version = settings["version"].as_u64().unwrap_or(29);
    let schema = match version {
        22..=24 => sdl::schema(22),
        25..=28 => sdl::schema(25),
        _ => sdl::schema(29),
    };
    let asked = Asked::default();
    let seen = asked.clone();
    let handler = move |request: Request| {
        assert_eq!(request.method, Method::Post);
        assert_eq!(request.url, format!("https://mo.example/graphql/v{version}"));
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(
            request.header("authorization"),
            None,
            "credentials are the host's business"
        );
        let sent: Json = request.json();
        if let Some(schema) = &schema {
            sdl::validate_request(schema, &sent)
                .unwrap_or_else(|fault| panic!("{}: {fault}", sent["operationName"]));
        }
        let answer = answer(sent["operationName"].as_str().unwrap(), &sent["variables"]);
        seen.borrow_mut().push(sent);
        Response::of_json(200, &answer)
    };
    let settings: Settings = serde_json::from_value(settings).unwrap();
    let connector = Os2mo::open(settings).unwrap();
    let result = testing::at(NOW, || testing::with_http(handler, || body(&connector)));
    let asked = asked.take();
    (result, asked)
}

/// Reads one class from a server with a single page of it.
pub(crate) fn read_page(settings: Json, class: &'static str, data: Json) -> Collected {
    let answer = move |_: &str, _: &Json| json!({"data": data});
    serve(settings, answer, |connector| {
        testing::read_all(connector, &[class])
    })
    .0
}

/// A page of a collection.
pub(crate) fn page(collection: &str, objects: Json, cursor: Option<&str>) -> Json {
    json!({collection: {"objects": objects, "page_info": {"next_cursor": cursor}}})
}

/// The value of a column of the only row, as JSON.
pub(crate) fn cell(collected: &Collected, class: &str, column: &str) -> Json {
    let [value] = &collected.column(class, column)[..] else {
        panic!("not one row")
    };
    plain(value)
}

/// A value as JSON.
pub(crate) fn plain(value: &Value) -> Json {
    match value {
        Value::Absent => Json::Null,
        Value::Text(text) => json!(text),
        Value::Integer(number) => json!(number),
        Value::Boolean(truth) => json!(truth),
        Value::Texts(texts) => json!(texts),
        Value::Structure(text) => serde_json::from_str(text).unwrap(),
        Value::Bytes(bytes) => json!(bytes),
    }
}
