//! The table of requirements holds every row that it must, and every test that it names is there.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "tests: a panic is the report"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Numbered rows that must not be missing: prefix, first and last number.
const NUMBERED: &[(&str, u32, u32)] = &[
    ("NZ-", 1, 21),
    ("dubu-S", 1, 13),
    ("dubu-R", 1, 9),
    ("dubu-example-", 1, 7),
    ("efeide-accept-", 1, 12),
];

struct Requirement {
    id: String,
    shown_by: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

fn requirements() -> Vec<Requirement> {
    let text = std::fs::read_to_string(root().join("host/docs/requirements.md")).unwrap();
    let rows = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    rows.filter(|row| !row.starts_with("---") && !row.starts_with("id |"))
        .map(|row| {
            let cells: Vec<&str> = row.split(" | ").collect();
            assert_eq!(cells.len(), 3, "not three cells: {row}");
            Requirement {
                id: cells[0].to_owned(),
                shown_by: cells[2].to_owned(),
            }
        })
        .collect()
}

/// `path::name` within backticks.
fn tests_named(cell: &str) -> impl Iterator<Item = (&str, &str)> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .filter_map(|quoted| quoted.split_once("::"))
        .filter(|(path, _)| path.ends_with(".rs"))
}

#[test]
fn no_row_is_empty_and_none_is_there_twice() {
    let mut seen = BTreeSet::new();
    for requirement in requirements() {
        assert!(
            requirement.shown_by.trim().len() > 3,
            "{} says neither which test shows it nor where else it belongs",
            requirement.id
        );
        assert!(
            seen.insert(requirement.id.clone()),
            "{} is there twice",
            requirement.id
        );
    }
    for (prefix, first, last) in NUMBERED {
        for number in *first..=*last {
            let id = format!("{prefix}{number}");
            assert!(seen.contains(&id), "{id} is missing");
        }
    }
}

#[test]
fn every_test_that_is_named_is_there() {
    let mut missing = Vec::new();
    for requirement in requirements() {
        for (path, name) in tests_named(&requirement.shown_by) {
            let source = std::fs::read_to_string(root().join(path)).unwrap_or_default();
            let name = name.rsplit("::").next().unwrap_or(name);
            if !source.contains(&format!("fn {name}(")) {
                missing.push(format!("{}: {path}::{name}", requirement.id));
            }
        }
    }
    assert!(
        missing.is_empty(),
        "named, but not there:\n{}",
        missing.join("\n")
    );
}
