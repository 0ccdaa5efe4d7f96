//! The tenant's look-up tables: rows in the file itself, or in a CSV file beside it.

use std::path::Path;
use std::sync::Arc;

use samklang_core::mapping::{Table, Tables};

use super::document::{Content, Node};
use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section};

/// Reads the table `tables` of a tenant's file.
pub(super) fn read(file: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Tables {
    let mut tables = Tables::new();
    for (name, node) in file.get("tables").map(Node::entries).unwrap_or_default() {
        let place = format!("tables.{name}");
        let Some(section) = Section::new(node, &place, &["rows", "file"], mistakes) else {
            continue;
        };
        let table = match (section.get("rows"), section.text("file", mistakes)) {
            (Some(rows), None) => inline(rows, &place, mistakes),
            (None, Some(file)) => beside(&file, folder, mistakes),
            _ => {
                mistakes.add(
                    Mistake::new(
                        "table",
                        section.key(),
                        format!("`[{place}]` has neither or both of `rows` and `file`"),
                    )
                    .remedy(format!(
                        "write the rows under `[{place}.rows]`, or name a CSV file: `file = \"{name}.csv\"`"
                    )),
                );
                None
            }
        };
        if let Some(table) = table {
            tables.insert(name.clone(), Arc::new(table));
        }
    }
    tables
}

fn inline(rows: &Node, place: &str, mistakes: &mut Mistakes) -> Option<Table> {
    if !matches!(rows.content, Content::Table(_)) {
        mistakes.add(
            Mistake::new(
                "kind",
                rows.span.clone(),
                format!("`rows` is {}, not a table", rows.kind()),
            )
            .remedy(format!(
                "write each row as `\"key\" = \"value\"` under `[{place}.rows]`"
            )),
        );
        return None;
    }
    Some(Table::new(
        rows.entries()
            .iter()
            .map(|(key, value)| (key.clone(), value.to_json())),
    ))
}

/// A CSV file in UTF-8 with a header line. The first column is the key; a second one alone is the value, of several each row is a record
/// of them by their names. The separator is a comma, or a semicolon where the header has one and no comma.
fn beside(file: &Placed<String>, folder: &Path, mistakes: &mut Mistakes) -> Option<Table> {
    let path = folder.join(&file.value);
    let mut wrong = |cause: String, remedy: &str| {
        let message = format!("the table {} cannot be used: {cause}", path.display());
        mistakes.add(Mistake::new("table", file.span.clone(), message).remedy(remedy));
        None
    };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) => return wrong(cause.to_string(), "the path is relative to the tenant's folder"),
    };
    let Ok(text) = String::from_utf8(bytes) else {
        return wrong("it is not UTF-8".to_owned(), "save it as CSV in UTF-8");
    };
    let text = text.trim_start_matches('\u{feff}');
    let header = text.lines().next().unwrap_or_default();
    let separator = if header.contains(';') && !header.contains(',') {
        b';'
    } else {
        b','
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    let header = match reader.headers() {
        Ok(header) if header.len() >= 2 => header.clone(),
        Ok(_) => {
            return wrong(
                "its first line names fewer than two columns".to_owned(),
                "begin it with a line such as `key,value`",
            );
        }
        Err(cause) => return wrong(cause.to_string(), "save it as CSV in UTF-8"),
    };
    let mut rows: Vec<(String, serde_json::Value)> = Vec::new();
    let mut keys = std::collections::BTreeSet::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(cause) => return wrong(cause.to_string(), "give every line as many fields as the first"),
        };
        let key = record.get(0).unwrap_or_default().to_owned();
        if !keys.insert(key.clone()) {
            return wrong(format!("it has two rows for `{key}`"), "leave one of them out");
        }
        let value = if header.len() == 2 {
            record.get(1).unwrap_or_default().into()
        } else {
            let members = header.iter().zip(record.iter()).skip(1);
            serde_json::Value::Object(
                members
                    .map(|(name, value)| (name.to_owned(), value.into()))
                    .collect(),
            )
        };
        rows.push((key, value));
    }
    Some(Table::new(rows))
}
