//! The two databases have the same tables, columns and indexes, so that one set of statements serves both.

#![allow(clippy::unwrap_used, reason = "test support: a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the migrations of a database make: columns by table, and the names of indexes.
fn made(database: &str) -> (BTreeMap<String, BTreeSet<String>>, BTreeSet<String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("migrations")
        .join(database);
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let (mut tables, mut indexes) = (BTreeMap::<String, BTreeSet<String>>::new(), BTreeSet::new());
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        let mut table = None::<String>;
        for line in text.lines() {
            let words: Vec<&str> = line
                .split([' ', '(', ','])
                .filter(|word| !word.is_empty())
                .collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] => table = Some((*name).to_owned()),
                ["CREATE", "INDEX", name, ..] | ["CREATE", "UNIQUE", "INDEX", name, ..] => {
                    indexes.insert((*name).to_owned());
                }
                [first, ..]
                    if line.starts_with("    ")
                        && !["UNIQUE", "PRIMARY", "FOREIGN", "CHECK", "--"].contains(first) =>
                {
                    if let Some(table) = &table {
                        tables
                            .entry(table.clone())
                            .or_default()
                            .insert((*first).to_owned());
                    }
                }
                [first, ..] if first.starts_with(')') => table = None,
                _ => {}
            }
        }
    }
    (tables, indexes)
}

#[test]
fn both_databases_are_made_alike() {
    let (sqlite, postgres) = (made("sqlite"), made("postgres"));
    assert!(sqlite.0.len() > 15, "{:?}", sqlite.0.keys());
    assert!(sqlite.0["entity"].contains("body"));
    assert_eq!(sqlite, postgres);
}
