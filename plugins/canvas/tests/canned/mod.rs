//! A few answers of Canvas, enough to watch the connector: what is sent is kept, what is answered can be set per test.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    dead_code,
    unreachable_pub,
    missing_docs,
    reason = "test support: a panic is the report"
)]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::rc::Rc;

use samklang_canvas::Canvas;
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{Method, Request, Response, at, with_http};
use samklang_sdk::{Object, now};
use serde_json::{Value as Json, json};

pub const URL: &str = "https://canvas.example.org";

/// What a test sets and looks at.
#[derive(Default)]
pub struct World {
    /// Answers to GET by path, the pages of a list one after the other.
    pub answers: BTreeMap<String, Vec<Json>>,
    /// The workflow states of an import, one per look; the last one stays.
    pub states: Vec<&'static str>,
    /// The pages of an import's messages.
    pub messages: Vec<Json>,
    pub importing: Vec<Json>,
    /// Answers that come first, whatever is asked.
    pub first: Vec<Response>,
    /// Everything that was asked, with the time.
    pub asked: Vec<(String, Request)>,
}

impl World {
    pub fn answer(mut self, path: &str, json: Json) -> Self {
        self.answers.entry(path.to_owned()).or_default().push(json);
        self
    }

    fn handle(&mut self, request: Request) -> Response {
        self.asked.push((now(), request.clone()));
        if !self.first.is_empty() {
            return self.first.remove(0);
        }
        let path = request.path().strip_prefix("/api/v1").unwrap().to_owned();
        let list = |pages: &[Json], wrapper: Option<&str>| {
            let page: usize = request.query("page").map_or(1, |page| page.parse().unwrap());
            let body = wrapper.map_or(pages[page - 1].clone(), |name| json!({ name: pages[page - 1] }));
            let response = Response::of_json(200, &body);
            if page == pages.len() {
                return response;
            }
            let next = format!(
                "<{URL}{}?page={}&opaque=x>; rel=\"next\"",
                request.path(),
                page + 1
            );
            response.with_header(
                "Link",
                format!("<{URL}{}?page=1>; rel=\"first\", {next}", request.path()),
            )
        };
        match (request.method, path.as_str()) {
            (Method::Post, "/accounts/self/sis_imports") => {
                Response::of_json(200, &json!({ "id": "7", "workflow_state": "created" }))
            }
            (Method::Get, "/accounts/self/sis_imports/importing") => {
                Response::of_json(200, &json!({ "sis_imports": self.importing }))
            }
            (Method::Get, "/accounts/self/sis_imports/7") => {
                let state = if self.states.len() > 1 {
                    self.states.remove(0)
                } else {
                    self.states[0]
                };
                Response::of_json(200, &json!({ "id": "7", "workflow_state": state }))
            }
            (Method::Get, "/accounts/self/sis_imports/7/sis_import_errors") => {
                if self.messages.is_empty() {
                    return Response::of_json(200, &json!({ "sis_import_errors": [] }));
                }
                list(&self.messages, Some("sis_import_errors"))
            }
            (Method::Get, path) => match self.answers.get(path) {
                Some(pages) if path.ends_with("/terms") => list(pages, Some("enrollment_terms")),
                Some(pages) => list(pages, None),
                None => Response::of_json(
                    404,
                    &json!({ "errors": [{ "message": "The specified resource does not exist." }] }),
                ),
            },
            other => panic!("{other:?} is not expected"),
        }
    }

    /// The requests of a method.
    pub fn requests(&self, method: Method) -> Vec<&Request> {
        self.asked
            .iter()
            .map(|(_, request)| request)
            .filter(|request| request.method == method)
            .collect()
    }

    /// The files of the import that was sent, as rows of cells.
    pub fn files(&self) -> BTreeMap<String, Vec<Vec<String>>> {
        let sent = self.requests(Method::Post);
        assert_eq!(sent.len(), 1, "one import");
        let mut zip = zip::ZipArchive::new(Cursor::new(sent[0].body.clone())).unwrap();
        let mut files = BTreeMap::new();
        for at in 0..zip.len() {
            let mut file = zip.by_index(at).unwrap();
            let mut content = String::new();
            file.read_to_string(&mut content).unwrap();
            let rows = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(content.as_bytes())
                .into_records();
            let rows = rows
                .map(|row| row.unwrap().iter().map(str::to_owned).collect())
                .collect();
            files.insert(file.name().unwrap().into_owned(), rows);
        }
        files
    }
}

/// A world in which imports succeed at the first look.
pub fn world() -> World {
    World {
        states: vec!["imported"],
        ..World::default()
    }
}

pub fn canvas(settings: Json) -> Canvas {
    let mut all = json!({ "url": URL });
    all.as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    Canvas::open(serde_json::from_value(all).unwrap()).unwrap()
}

/// Runs a test against a world, and gives the world back with what it saw.
pub fn within<R>(world: World, body: impl FnOnce() -> R) -> (R, World) {
    let world = Rc::new(RefCell::new(world));
    let handler = world.clone();
    let result = at("2026-08-01T00:00:00Z", || {
        with_http(move |request| handler.borrow_mut().handle(request), body)
    });
    let world = Rc::try_unwrap(world).ok().unwrap().into_inner();
    (result, world)
}

pub fn put(class: &str, key: &str, desired: Json) -> Operation {
    let Json::Object(desired) = desired else {
        panic!("an object")
    };
    let desired = Object::of(key, &desired).unwrap().fields;
    let id = format!("{class}-{key}");
    Operation {
        id,
        action: Action::Create,
        class: class.into(),
        key: key.into(),
        desired,
        changed: Vec::new(),
    }
}

pub fn remove(class: &str, key: &str) -> Operation {
    Operation {
        action: Action::Delete,
        ..put(class, key, json!({}))
    }
}

/// Rows as lines, to compare at a glance.
pub fn lines(rows: &[Vec<String>]) -> Vec<String> {
    rows.iter().map(|row| row.join(",")).collect()
}
