//! Recordings: what a connector was asked and what it asked of the outside, in one file that its vendor can play without any of it.
//!
//! A recording holds no secret: credentials are added beyond where it is made, and what a system repeats of them is struck out. Values that
//! are sensitive, and what looks like a national identity number, have others in their place. Names and the like are in it as they are.

mod play;
mod pseudonym;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use samklang_core::Description;
use samklang_core::connector::Class;
use samklang_egress::Credential;
use samklang_sandbox::Reel;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub(crate) use play::play;
use pseudonym::Pseudonyms;

use crate::failure::Failure;

/// The form of the file.
const FORMAT: u32 = 1;
/// The most octets of an inbox that are taken along.
const INBOX_MOST: u64 = 64 << 20;
/// Attributes of directories that hold passwords (RFC 4519 section 2.41, and Active Directory's own).
const PASSWORDS: [&str; 2] = ["userPassword", "unicodePwd"];

/// A recording.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Recording {
    /// The form of the file.
    samklang_recording: u32,
    /// Which connector.
    pub(crate) connector: String,
    /// Of which version.
    pub(crate) version: String,
    /// Which build.
    pub(crate) digest: String,
    /// When, in milliseconds since 1970.
    pub(crate) recorded: i64,
    /// What has others in its place, for whoever reads the file.
    hidden: String,
    /// The folder of arriving files as it was.
    pub(crate) inbox: Vec<Kept>,
    /// The sessions, in the order of their end.
    pub(crate) sessions: Vec<Reel>,
}

/// A file of the inbox.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Kept {
    /// Its path within the folder.
    pub(crate) name: String,
    /// Its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    /// What it holds when that is no text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl Kept {
    /// What it holds.
    pub(crate) fn octets(&self) -> Vec<u8> {
        match (&self.text, &self.base64) {
            (Some(text), _) => text.clone().into_bytes(),
            (None, Some(encoded)) => STANDARD.decode(encoded).unwrap_or_default(),
            (None, None) => Vec::new(),
        }
    }
}

/// What a recording is about.
pub(crate) struct Subject<'a> {
    pub(crate) description: &'a Description,
    pub(crate) digest: &'a str,
    pub(crate) credentials: &'a BTreeMap<String, Credential>,
    pub(crate) inbox: Option<&'a Path>,
}

impl Recording {
    /// Makes a recording of sessions fit to be kept.
    ///
    /// # Errors
    ///
    /// When the inbox cannot be read or is too large, or there is no chance to be had.
    pub(crate) fn new(subject: &Subject<'_>, reels: Vec<Reel>, now: i64) -> Result<Self, Failure> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|cause| Failure::Failed(format!("no random numbers can be had: {cause}")))?;
        let mut inbox = Vec::new();
        if let Some(folder) = subject.inbox {
            gather(folder, folder, &mut inbox, &mut 0)?;
        }
        let sensitive = reels.iter().flat_map(|reel| sensitive(subject.description, reel));
        let pseudonyms = Pseudonyms::new(key, sensitive);
        let unfit =
            |cause: serde_json::Error| Failure::because("the recording cannot be made fit to be kept", cause);
        let fit = |reel: Reel| -> Result<Reel, serde_json::Error> {
            let mut value = serde_json::to_value(reel)?;
            let exchanges = value.get_mut("exchanges").and_then(Value::as_array_mut);
            for exchange in exchanges.into_iter().flatten() {
                omit(exchange);
                blank(exchange);
            }
            strike(subject.credentials, &mut value);
            pseudonyms.hide(&mut value);
            serde_json::from_value(value)
        };
        let sessions = reels
            .into_iter()
            .map(fit)
            .collect::<Result<_, _>>()
            .map_err(unfit)?;
        for file in &mut inbox {
            let mut text = json!(file.text);
            pseudonyms.hide(&mut text);
            file.text = text.as_str().map(ToOwned::to_owned);
        }
        Ok(Self {
            samklang_recording: FORMAT,
            connector: subject.description.name.clone(),
            version: subject.description.version.clone(),
            digest: subject.digest.to_owned(),
            recorded: now,
            hidden: "credentials, sensitive values, identity numbers, passwords and bodies that are no text; names and addresses are not"
                .to_owned(),
            inbox,
            sessions,
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it cannot be read or is no recording that this program can play.
    pub(crate) fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|cause| Failure::Usage(format!("{shown} cannot be read: {cause}")))?;
        let recording: Self = serde_json::from_str(&text).map_err(|cause| {
            Failure::Usage(format!(
                "{shown} is no recording: {cause}; `samklang connector record` makes one"
            ))
        })?;
        if recording.samklang_recording != FORMAT {
            return Err(Failure::Usage(format!(
                "{shown} is a recording of another program's form ({}, and this one plays {FORMAT})",
                recording.samklang_recording
            )));
        }
        Ok(recording)
    }

    /// Lays the files of the inbox into a folder.
    ///
    /// # Errors
    ///
    /// When they cannot be written, or the recording names a place outside.
    pub(crate) fn lay_inbox(&self, folder: &Path) -> Result<(), Failure> {
        for file in &self.inbox {
            let inside = Path::new(&file.name)
                .components()
                .all(|part| matches!(part, std::path::Component::Normal(_)));
            if !inside {
                return Err(Failure::Usage(format!(
                    "the recording has a file `{}`, which is no place within the inbox",
                    file.name
                )));
            }
            let path = folder.join(&file.name);
            let parent = path.parent().unwrap_or(folder);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&path, file.octets()))
                .map_err(|cause| Failure::because(format!("{} cannot be written", path.display()), cause))?;
        }
        Ok(())
    }
}

/// The files of a folder, with those of its folders.
fn gather(root: &Path, folder: &Path, found: &mut Vec<Kept>, total: &mut u64) -> Result<(), Failure> {
    let unreadable =
        |path: &Path, cause| Failure::because(format!("{} cannot be read", path.display()), cause);
    let entries = std::fs::read_dir(folder).map_err(|cause| unreadable(folder, cause))?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort_unstable();
    for path in paths {
        let metadata = path
            .symlink_metadata()
            .map_err(|cause| unreadable(&path, cause))?;
        if metadata.is_dir() {
            gather(root, &path, found, total)?;
        } else if metadata.is_file() {
            *total += metadata.len();
            if *total > INBOX_MOST {
                return Err(Failure::Usage(format!(
                    "the inbox {} holds more than {} MiB: leave in it only the files that show what is wrong",
                    root.display(),
                    INBOX_MOST >> 20
                )));
            }
            let octets = std::fs::read(&path).map_err(|cause| unreadable(&path, cause))?;
            let (text, base64) = match String::from_utf8(octets) {
                Ok(text) => (Some(text), None),
                Err(error) => (None, Some(STANDARD.encode(error.as_bytes()))),
            };
            found.push(Kept {
                name: path.strip_prefix(root).unwrap_or(&path).display().to_string(),
                text,
                base64,
            });
        }
    }
    Ok(())
}

/// The values of attributes that are sensitive, as they crossed the boundary.
fn sensitive(description: &Description, reel: &Reel) -> Vec<String> {
    let mut found = Vec::new();
    let class_of = |value: &Value| {
        value
            .get("class")
            .and_then(Value::as_str)
            .and_then(|name| description.class(name))
    };
    for call in &reel.calls {
        let answer = call.answer.get("Ok").unwrap_or(&Value::Null);
        if let Some(page) = answer.get("page") {
            let columns = strings(page.get("columns"));
            if let Some(class) = class_of(page) {
                for row in page.get("rows").and_then(Value::as_array).into_iter().flatten() {
                    let cells = row.as_array().into_iter().flatten();
                    for (column, cell) in columns.iter().zip(cells) {
                        taken(class, column, cell, &mut found);
                    }
                }
            }
        }
        if let Some(class) = class_of(&call.arguments) {
            for object in answer.as_array().into_iter().flatten() {
                fields(class, object.get("fields"), &mut found);
            }
        }
        let operations = call.arguments.get("operations").and_then(Value::as_array);
        for operation in operations.into_iter().flatten() {
            if let Some(class) = class_of(operation) {
                fields(class, operation.get("desired"), &mut found);
            }
        }
    }
    found
}

fn fields(class: &Class, fields: Option<&Value>, found: &mut Vec<String>) {
    for (name, value) in fields.and_then(Value::as_object).into_iter().flatten() {
        taken(class, name, value, found);
    }
}

fn taken(class: &Class, name: &str, value: &Value, found: &mut Vec<String>) {
    if class.attribute(name).is_some_and(|attribute| attribute.sensitive) {
        texts(value, found);
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(members) => members.values().for_each(|member| texts(member, found)),
        _ => {}
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

/// Leaves a body out that is no text: nobody can say what is in it.
fn omit(exchange: &mut Value) {
    let Some(body) = exchange.pointer_mut("/asked/body") else {
        return;
    };
    if let Some(encoded) = body.get("base64").and_then(Value::as_str) {
        *body = json!({ "omitted": encoded.len() / 4 * 3 });
    }
}

/// Takes passwords out of what is asked of directories.
fn blank(exchange: &mut Value) {
    let attributes = exchange
        .pointer_mut("/asked/attributes")
        .and_then(Value::as_array_mut);
    for attribute in attributes.into_iter().flatten() {
        emptied(attribute);
    }
    let changes = exchange
        .pointer_mut("/asked/changes")
        .and_then(Value::as_array_mut);
    for change in changes.into_iter().flatten() {
        if let Some(attribute) = change.get_mut("attribute") {
            emptied(attribute);
        }
    }
}

fn emptied(attribute: &mut Value) {
    let name = attribute.get("name").and_then(Value::as_str).unwrap_or_default();
    let is_password = PASSWORDS
        .iter()
        .any(|password| password.eq_ignore_ascii_case(name));
    if let Some(values) = attribute.get_mut("values").filter(|_| is_password) {
        *values = json!([]);
    }
}

/// Strikes out what a system repeated of the credentials.
fn strike(credentials: &BTreeMap<String, Credential>, value: &mut Value) {
    match value {
        Value::String(text) => {
            for credential in credentials.values() {
                *text = credential.redact(text);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strike(credentials, item)),
        Value::Object(members) => members
            .values_mut()
            .for_each(|member| strike(credentials, member)),
        _ => {}
    }
}
