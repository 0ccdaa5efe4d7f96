//! A connection's guard: its own limits where the defaults do not suit, kind of entity by kind of entity.

use std::collections::BTreeMap;

use samklang_core::guard::{FirstImport, Guard, Limit, Limits, Subject};

use super::document::Node;
use super::mistake::Mistakes;
use super::section::Section;

const FIRST: [(&str, FirstImport); 2] = [("pass", FirstImport::Pass), ("approve", FirstImport::Approve)];

/// Reads the table `guard` of a connection.
pub(super) fn read(connection: &Section<'_>, mistakes: &mut Mistakes) -> Guard {
    let table = format!("{}.guard", connection.name());
    let subjects = Subject::ALL.map(Subject::as_str);
    let known: Vec<&str> = ["first_import"].into_iter().chain(subjects).collect();
    let section = connection
        .get("guard")
        .and_then(|node| Section::new(node, &table, &known, mistakes));
    let Some(section) = section else {
        return Guard::default();
    };
    let mut limits = BTreeMap::new();
    for subject in Subject::ALL {
        if let Some(node) = section.get(subject.as_str()) {
            let table = format!("{table}.{}", subject.as_str());
            limits.insert(subject, of_subject(node, &table, subject, mistakes));
        }
    }
    Guard {
        first_import: section.word("first_import", &FIRST, mistakes),
        limits,
    }
}

fn of_subject(node: &Node, table: &str, subject: Subject, mistakes: &mut Mistakes) -> Limits {
    let mut limits = Limits::of(subject);
    let known = [
        "removed",
        "added",
        "key_changed",
        "moved",
        "changed",
        "attributes",
    ];
    let Some(section) = Section::new(node, table, &known, mistakes) else {
        return limits;
    };
    let mut own = |key: &str, default: Limit| match section.get(key) {
        Some(node) => limit(node, &format!("{table}.{key}"), default, mistakes),
        None => default,
    };
    limits.removed = own("removed", limits.removed);
    limits.added = own("added", limits.added);
    limits.key_changed = own("key_changed", limits.key_changed);
    limits.moved = own("moved", limits.moved);
    limits.changed = own("changed", limits.changed);
    let attributes = section.get("attributes").map(Node::entries).unwrap_or_default();
    for (name, node) in attributes {
        let table = format!("{table}.attributes.{name}");
        let limit = limit(node, &table, limits.changed, mistakes);
        limits.attributes.insert(name.clone(), limit);
    }
    limits
}

/// A limit; what it does not say is as by default.
fn limit(node: &Node, table: &str, default: Limit, mistakes: &mut Mistakes) -> Limit {
    let known = ["count", "percent", "hard_percent"];
    let Some(section) = Section::new(node, table, &known, mistakes) else {
        return default;
    };
    Limit {
        count: section.number("count", mistakes).unwrap_or(default.count),
        percent: section.percent("percent", mistakes).unwrap_or(default.percent),
        hard_percent: section.percent("hard_percent", mistakes).or(default.hard_percent),
    }
}
