//! A TOML file as a tree in which every key and value knows its place, so that each mistake can point at the text that it
//! is about, also where the mistake is found later and by others (a JSON Schema, a template, a missing grant).

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Mistaken, Mistakes, Source};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// Where the key stands, or the item itself within a list.
    pub(crate) key: Range<usize>,
    /// Where the value stands.
    pub(crate) span: Range<usize>,
    /// The value.
    pub(crate) content: Content,
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Text, also a date or a time.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction, or one too large for [`Content::Integer`].
    Float(f64),
    /// True or false.
    Boolean(bool),
    /// Several values.
    List(Vec<Node>),
    /// Named values in the order of the file.
    Table(Vec<(String, Node)>),
}

/// Reads a file's text. Where it is not TOML, nothing of it is used.
pub(crate) fn parse(source: &Source) -> Result<Node, Mistaken> {
    let (table, errors) = DeTable::parse_recoverable(source.text());
    let mut mistakes = Mistakes::default();
    for error in errors {
        let span = error.span().unwrap_or(0..0);
        mistakes.add(Mistake::new(
            "toml",
            span,
            format!("not TOML: {}", error.message()),
        ));
    }
    mistakes.settle(source)?;
    Ok(Node {
        key: 0..0,
        span: table.span(),
        content: Content::Table(entries(table.get_ref())),
    })
}

fn entries(table: &DeTable<'_>) -> Vec<(String, Node)> {
    let mut entries: Vec<(String, Node)> = table
        .iter()
        .map(|(key, value)| (key.get_ref().to_string(), node(key.span(), value)))
        .collect();
    entries.sort_by_key(|(_, node)| node.key.start);
    entries
}

fn node(key: Range<usize>, value: &Spanned<DeValue<'_>>) -> Node {
    let content = match value.get_ref() {
        DeValue::String(text) => Content::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix()).map_or_else(
            |_| Content::Float(number.as_str().parse().unwrap_or(f64::MAX)),
            Content::Integer,
        ),
        DeValue::Float(number) => Content::Float(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Content::Boolean(*flag),
        DeValue::Datetime(moment) => Content::Text(moment.to_string()),
        DeValue::Array(items) => Content::List(items.iter().map(|item| node(item.span(), item)).collect()),
        DeValue::Table(table) => Content::Table(entries(table)),
    };
    Node {
        key,
        span: value.span(),
        content,
    }
}

impl Node {
    /// The entries of a table; none for another kind of value.
    pub(crate) fn entries(&self) -> &[(String, Node)] {
        match &self.content {
            Content::Table(entries) => entries,
            _ => &[],
        }
    }

    /// The value of a table's key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(name, _)| name == key)
            .map(|(_, node)| node)
    }

    /// Whether a path of names leads to something.
    pub(crate) fn has(&self, path: &[&str]) -> bool {
        path.iter().try_fold(self, |here, name| here.get(name)).is_some()
    }

    /// What kind of value it is, in words for a message.
    pub(crate) fn kind(&self) -> &'static str {
        match self.content {
            Content::Text(_) => "text",
            Content::Integer(_) => "a whole number",
            Content::Float(_) => "a number",
            Content::Boolean(_) => "true or false",
            Content::List(_) => "a list",
            Content::Table(_) => "a table",
        }
    }

    /// The value as JSON.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        match &self.content {
            Content::Text(text) => text.clone().into(),
            Content::Integer(number) => (*number).into(),
            Content::Float(number) => (*number).into(),
            Content::Boolean(flag) => (*flag).into(),
            Content::List(items) => items.iter().map(Node::to_json).collect(),
            Content::Table(entries) => serde_json::Value::Object(
                entries
                    .iter()
                    .map(|(key, node)| (key.clone(), node.to_json()))
                    .collect(),
            ),
        }
    }

    /// The value as TOML, for a part of the file that another reads (the mappings).
    pub(crate) fn to_toml(&self) -> toml::Value {
        match &self.content {
            Content::Text(text) => toml::Value::String(text.clone()),
            Content::Integer(number) => toml::Value::Integer(*number),
            Content::Float(number) => toml::Value::Float(*number),
            Content::Boolean(flag) => toml::Value::Boolean(*flag),
            Content::List(items) => toml::Value::Array(items.iter().map(Node::to_toml).collect()),
            Content::Table(entries) => toml::Value::Table(
                entries
                    .iter()
                    .map(|(key, node)| (key.clone(), node.to_toml()))
                    .collect(),
            ),
        }
    }

    /// The place that a path of names and list positions leads to, as far as it exists: for a mistake about something in
    /// here that another found. Leads to the key when `to_key`, else to the value.
    pub(crate) fn place<'a>(&self, path: impl IntoIterator<Item = &'a str>, to_key: bool) -> Range<usize> {
        let mut here = self;
        for part in path {
            let next = match &here.content {
                Content::Table(_) => here.get(part),
                Content::List(items) => part
                    .parse::<usize>()
                    .ok()
                    .and_then(|position| items.get(position)),
                _ => None,
            };
            match next {
                Some(node) => here = node,
                None => return here.key.clone(),
            }
        }
        if to_key || matches!(here.content, Content::Table(_)) {
            here.key.clone()
        } else {
            here.span.clone()
        }
    }

    /// The place of a JSON Pointer (RFC 6901).
    pub(crate) fn pointed(&self, pointer: &str) -> Range<usize> {
        let parts: Vec<String> = pointer
            .split('/')
            .skip(1)
            .map(|part| part.replace("~1", "/").replace("~0", "~"))
            .collect();
        self.place(parts.iter().map(String::as_str), false)
    }
}
