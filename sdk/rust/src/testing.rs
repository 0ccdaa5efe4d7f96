//! Stands in for the host in native tests: canned answers to HTTP requests, a directory, folders, the clock, the log, and a reader that
//! watches over the contract. Everything holds for the current thread and for as long as the given function runs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::DeserializeOwned;

pub use crate::bindings::samklang::connector::ldap::Error as DirectoryError;
pub use crate::http::{Method, Request, Response};
pub use crate::ldap::{Asked, Reply};
pub use crate::log::Level;
pub use crate::signer::{Algorithm, Key};

use crate::folder::Folder;
use crate::row::from_fields;
use crate::{Batch, Class, Completion, Connector, Extent, Field, Value};
use crate::{clock, component, folder, http, ldap, log, signer};

/// Puts back what was set before, also when a test panics.
struct Restore<F: FnMut()>(F);

impl<F: FnMut()> Drop for Restore<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Answers the HTTP requests that are sent while `body` runs.
pub fn with_http<R>(answer: impl FnMut(Request) -> Response + 'static, body: impl FnOnce() -> R) -> R {
    let mut before = http::canned::set(Some(Box::new(answer)));
    let _restore = Restore(move || drop(http::canned::set(before.take())));
    body()
}

/// Answers what directories are asked while `body` runs.
pub fn with_directory<R>(
    answer: impl FnMut(Asked) -> Result<Reply, DirectoryError> + 'static,
    body: impl FnOnce() -> R,
) -> R {
    let mut before = ldap::canned::set(Some(Box::new(answer)));
    let _restore = Restore(move || drop(ldap::canned::set(before.take())));
    body()
}

/// Lets every need for signing have this key while `body` runs: its public part, and what makes its signatures.
pub fn with_key<R>(
    key: Key,
    sign: impl Fn(Algorithm, &[u8]) -> Vec<u8> + 'static,
    body: impl FnOnce() -> R,
) -> R {
    let mut before = signer::canned::set(Some((key, Box::new(sign))));
    let _restore = Restore(move || drop(signer::canned::set(before.take())));
    body()
}

/// Lets [`inbox`](crate::inbox) be this folder while `body` runs.
pub fn with_inbox<R>(path: impl AsRef<Path>, body: impl FnOnce() -> R) -> R {
    with_folder(Folder::Inbox, path.as_ref(), body)
}

/// Lets [`outbox`](crate::outbox) be this folder while `body` runs.
pub fn with_outbox<R>(path: impl AsRef<Path>, body: impl FnOnce() -> R) -> R {
    with_folder(Folder::Outbox, path.as_ref(), body)
}

fn with_folder<R>(which: Folder, path: &Path, body: impl FnOnce() -> R) -> R {
    let mut before = folder::set(which, Some(path.to_owned()));
    let _restore = Restore(move || drop(folder::set(which, before.take())));
    body()
}

/// Lets it be this moment (RFC 3339, UTC) when `body` begins; sleeping moves the clock on.
pub fn at<R>(moment: &str, body: impl FnOnce() -> R) -> R {
    let moment = humantime::parse_rfc3339(moment).unwrap_or_else(|cause| panic!("{moment}: {cause}"));
    let before = clock::source::set(Some(moment));
    let _restore = Restore(move || {
        clock::source::set(before);
    });
    body()
}

/// What `body` gives, and the lines that it logged.
pub fn logged<R>(body: impl FnOnce() -> R) -> (R, Vec<(Level, String)>) {
    let mut before = log::set(Some(Vec::new()));
    let _restore = Restore(move || drop(log::set(before.take())));
    let result = body();
    (result, log::set(None).unwrap_or_default())
}

impl Request {
    /// The path of the URL, without its query.
    pub fn path(&self) -> &str {
        let after = self
            .url
            .split_once("://")
            .map_or(self.url.as_str(), |(_, rest)| rest);
        let path = after.find('/').and_then(|at| after.get(at..)).unwrap_or("/");
        path.split(['?', '#']).next().unwrap_or_default()
    }

    /// The first value of this name in the query, decoded.
    pub fn query(&self, name: &str) -> Option<String> {
        let (_, query) = self.url.split_once('?')?;
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_encoding::percent_decode_str(&text)
                .decode_utf8_lossy()
                .into_owned()
        };
        query.split('&').find_map(|pair| {
            let (known, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(known) == name).then(|| decode(value))
        })
    }

    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find_map(|(known, value)| known.eq_ignore_ascii_case(name).then_some(value.as_str()))
    }

    /// The body, parsed as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|cause| panic!("{}: {cause}", self.url))
    }
}

/// What a read handed over.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// The rows of each class, as fields.
    pub rows: BTreeMap<String, Vec<Vec<Field>>>,
    /// The keys that a read since a cursor named as gone, per class.
    pub removed: BTreeMap<String, Vec<String>>,
    /// How it ended.
    pub completion: Completion,
}

impl Collected {
    /// The rows of a class.
    pub fn class(&self, class: &str) -> &[Vec<Field>] {
        self.rows.get(class).map(Vec::as_slice).unwrap_or_default()
    }

    /// The rows of a class as structs.
    pub fn parse<T: DeserializeOwned>(&self, class: &str) -> Vec<T> {
        let rows = self.class(class).iter();
        rows.map(|row| from_fields(row).unwrap_or_else(|cause| panic!("{class}: {cause}")))
            .collect()
    }

    /// The values of one column of a class; absent where the page did not have the column.
    pub fn column(&self, class: &str, column: &str) -> Vec<Value> {
        let value = |row: &Vec<Field>| {
            row.iter()
                .find_map(|(name, value)| (name == column).then(|| value.clone()))
        };
        self.class(class)
            .iter()
            .map(|row| value(row).unwrap_or(Value::Absent))
            .collect()
    }
}

/// Reads everything of these classes, and panics where the connector breaks the contract.
pub fn read_all<C: Connector>(connector: &C, classes: &[&str]) -> Collected {
    try_read(connector, classes, Extent::Full).unwrap_or_else(|error| panic!("the read failed: {error}"))
}

/// As [`read_all`], for a read that may fail, or that starts from a cursor.
///
/// # Errors
/// What the connector's read ended in.
pub fn try_read<C: Connector>(
    connector: &C,
    classes: &[&str],
    extent: Extent,
) -> Result<Collected, crate::Error> {
    /// Small, so that paging is exercised.
    const MAX: usize = 7;
    let description = C::describe();
    let since = matches!(extent, Extent::Since(_));
    let names: Vec<String> = classes.iter().map(|&class| class.to_owned()).collect();
    let mut reader = connector.read(&names, extent)?;
    let mut rows: BTreeMap<String, Vec<Vec<Field>>> = BTreeMap::new();
    let mut removed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let completion = loop {
        let page = match reader.next(MAX)? {
            Batch::Complete(completion) => break completion,
            Batch::Page(page) => page,
        };
        let class = description.classes.iter().find(|class| class.name == page.class);
        let class =
            class.unwrap_or_else(|| panic!("a page of class {}, which describe does not have", page.class));
        assert!(
            names.contains(&page.class),
            "a page of class {}, which was not asked for",
            page.class
        );
        assert!(
            page.rows.len() <= MAX,
            "a page of {} rows where {MAX} were allowed",
            page.rows.len()
        );
        assert!(since || page.removed.is_empty(), "removed keys in a full read");
        removed
            .entry(page.class.clone())
            .or_default()
            .extend(page.removed);
        if page.rows.is_empty() {
            continue;
        }
        check_columns(class, &page.columns);
        let collected = rows.entry(page.class).or_default();
        for row in page.rows {
            assert_eq!(
                row.len(),
                page.columns.len(),
                "a row of class {} is not as long as its columns",
                class.name
            );
            let row: Vec<Field> = page.columns.iter().cloned().zip(row).collect();
            let key = row.iter().find(|(name, _)| *name == class.key);
            assert!(
                matches!(key, Some((_, Value::Text(key))) if !key.is_empty()),
                "a row of class {} has no key {}",
                class.name,
                class.key
            );
            for (name, value) in &row {
                assert!(
                    *value != Value::Text(String::new()),
                    "{}.{name} is an empty text, not absent",
                    class.name
                );
            }
            collected.push(row);
        }
    };
    let completion = component::with_empty_classes(completion, &names);
    for (class, count) in &completion.objects {
        let handed_over = rows.get(class).map_or(0, Vec::len) as u64;
        assert_eq!(
            *count, handed_over,
            "the completion's count for class {class} is not what was handed over"
        );
    }
    Ok(Collected {
        rows,
        removed,
        completion,
    })
}

fn check_columns(class: &Class, columns: &[String]) {
    for (at, column) in columns.iter().enumerate() {
        assert!(
            !columns.iter().skip(at + 1).any(|other| other == column),
            "column {column} is there twice"
        );
        let known = class.attributes.iter().any(|attribute| attribute.name == *column);
        assert!(known, "class {} has no attribute {column}", class.name);
    }
}

/// Panics where a connector's description cannot be right: the settings' schema or the example settings are no JSON
/// objects, names come twice, a key or a reference leads nowhere.
pub fn check_description<C: Connector>() {
    let description = C::describe();
    assert_eq!(description, C::describe(), "describe is not the same each time");
    let allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    assert!(
        !description.name.is_empty() && description.name.chars().all(allowed),
        "name {:?}",
        description.name
    );
    let schema: serde_json::Value = serde_json::from_str(&description.settings)
        .unwrap_or_else(|cause| panic!("the settings' schema is no JSON: {cause}"));
    assert!(schema.is_object(), "the settings' schema is no object");
    assert!(
        description.limits.operations_per_apply > 0,
        "no operations per apply"
    );
    for (at, class) in description.classes.iter().enumerate() {
        let twice = description
            .classes
            .iter()
            .skip(at + 1)
            .any(|other| other.name == class.name);
        assert!(!twice, "class {} is there twice", class.name);
        let names: Vec<String> = class
            .attributes
            .iter()
            .map(|attribute| attribute.name.clone())
            .collect();
        check_columns(class, &names);
        assert!(
            names.contains(&class.key),
            "class {} has no attribute {}, its key",
            class.name,
            class.key
        );
        for attribute in &class.attributes {
            let Some(target) = &attribute.refers_to else {
                continue;
            };
            let known = description.classes.iter().any(|class| class.name == *target);
            assert!(
                known,
                "{}.{} refers to the class {target}, which is not there",
                class.name, attribute.name
            );
        }
    }
}
