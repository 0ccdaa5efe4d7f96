//! Every text that is asked for is there, and every text that is there is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use super::Language;
use crate::template::SOURCES;

/// Whatever stands between quotation marks and could be a key.
fn literals(text: &str) -> BTreeSet<String> {
    text.split('"')
        .filter(|part| is_key(part))
        .map(str::to_owned)
        .collect()
}

fn is_key(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text
            .chars()
            .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-')
}

/// What is given to calls of a function as the first thing.
fn given<'a>(text: &'a str, call: &str) -> Vec<&'a str> {
    let calls = text.match_indices(call).filter(|(at, _)| {
        let before = text.get(..*at).and_then(|before| before.chars().next_back());
        !before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    });
    calls
        .filter_map(|(at, _)| text.get(at + call.len()..)?.split('"').next())
        .collect()
}

fn sources(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, all);
        } else if path.extension().is_some_and(|end| end == "rs") {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
}

fn keys() -> BTreeSet<String> {
    let lines = Language::English.sources().into_iter().flat_map(str::lines);
    let named = lines.filter_map(|line| line.split_once(" ="));
    named
        .map(|(key, _)| key.to_owned())
        .filter(|key| is_key(key))
        .collect()
}

/// All templates as one text.
fn templates() -> String {
    SOURCES.iter().map(|(_, source)| *source).collect()
}

/// All of the server's own code as one text.
fn code() -> String {
    let mut code = String::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut code);
    code
}

#[test]
fn every_text_that_is_asked_for_is_there() {
    let (keys, templates) = (keys(), templates());
    let missing: BTreeSet<&str> = given(&templates, "t(\"")
        .into_iter()
        .filter(|key| !keys.contains(*key))
        .collect();
    assert!(missing.is_empty(), "no text has the key {missing:?}");
    let empty: BTreeSet<&str> = given(&templates, "word(\"")
        .into_iter()
        .filter(|room| {
            !keys
                .iter()
                .any(|key| key.starts_with(&format!("{}-", room.trim_end_matches('-'))))
        })
        .collect();
    assert!(empty.is_empty(), "no text is in the room {empty:?}");
}

#[test]
fn every_text_that_is_there_is_asked_for() {
    let (templates, code) = (templates(), code());
    let rooms: BTreeSet<String> = given(&templates, "word(\"")
        .into_iter()
        .chain(given(&code, "word(\""))
        .map(|room| format!("{}-", room.trim_end_matches('-')))
        .collect();
    let asked: BTreeSet<String> = literals(&templates).into_iter().chain(literals(&code)).collect();
    let idle: Vec<String> = keys()
        .into_iter()
        .filter(|key| !asked.contains(key) && !rooms.iter().any(|room| key.starts_with(room)))
        .collect();
    assert!(idle.is_empty(), "nothing asks for {idle:?}");
}

/// Codes of what the program says of itself, by the room where their words are.
const CODES: &[(&str, &[&str])] = &[
    (
        "look",
        &[
            "pending", "waiting", "late", "running", "done", "halted", "failed", "rejected",
        ],
    ),
    (
        "step",
        &[
            "import",
            "compare",
            "reconcile",
            "export",
            "feedback",
            "fetch",
            "link",
            "link-tried",
        ],
    ),
    ("problem", PROBLEMS),
    ("problem-remedy", PROBLEMS),
    ("cycle-state", &["halted", "failed", "incomplete"]),
    (
        "count",
        &[
            "read", "added", "changed", "removed", "planned", "done", "refused",
        ],
    ),
    ("wait-stop", &["refused", "breaker"]),
    ("act-stop", &["refused", "breaker"]),
    ("wait-for", &["system", "connector-vendor", "support"]),
    ("wait-fault", FAULTS),
    ("act-fault", FAULTS),
    (
        "change",
        &[
            "emptied",
            "older",
            "removed",
            "key-changed",
            "moved",
            "added",
            "deactivated",
        ],
    ),
    (
        "trip",
        &[
            "emptied",
            "older",
            "removed",
            "key-changed",
            "moved",
            "added",
            "deactivated",
        ],
    ),
    (
        "subject",
        &[
            "school",
            "unit",
            "person",
            "group",
            "engagement",
            "membership",
            "account",
        ],
    ),
    (
        "verdict",
        &[
            "released",
            "released-as-promotion",
            "approved-one-of-two",
            "rejected",
            "rejected-source-bad",
        ],
    ),
    ("promotion-state", &["open", "used", "expired"]),
    ("finding", &["note", "warning", "failure"]),
    ("case-kind", CASES),
    ("case-ask", CASES),
    ("case-state", &["open", "decided", "withdrawn"]),
    ("case-side", &["source", "target"]),
    (
        "choice",
        &[
            "link",
            "create",
            "ignore",
            "delete",
            "deactivate",
            "detach",
            "keep",
        ],
    ),
    ("choose-source", &["create", "ignore"]),
    (
        "choose-target",
        &["create", "ignore", "delete", "deactivate", "detach", "keep"],
    ),
    (
        "enrol-category",
        &["unit-blocking", "user-not-syncable", "unit-ok"],
    ),
    (
        "enrol-reason",
        &[
            "unit-only-in-target",
            "unit-only-in-source",
            "unit-type-differs",
            "unit-key-differs",
            "unit-parent-differs",
            "unit-name-differs",
            "unit-inactive-in-source",
            "unit-ambiguous",
            "user-only-in-target",
            "user-key-differs",
            "user-inactive-in-source",
            "user-ambiguous",
        ],
    ),
];

const PROBLEMS: &[&str] = &[
    "bad-request",
    "csrf",
    "signed-out",
    "forbidden",
    "absent",
    "method",
    "there-already",
    "moved",
    "refused",
    "misconfigured",
    "too-large",
    "media-type",
    "key-reused",
    "too-many",
    "failed",
    "closing",
];

const FAULTS: &[&str] = &[
    "invalid-settings",
    "unauthorised",
    "unreachable",
    "rate-limited",
    "waiting-for-data",
    "invalid-data",
    "resync-required",
    "unsupported",
    "internal",
    "trap",
    "out-of-cpu",
    "out-of-time",
    "out-of-memory",
    "contract-violation",
    "not-loadable",
    "not-granted",
];

const CASES: &[&str] = &[
    "ambiguous",
    "linked-to-another",
    "near-miss",
    "found",
    "absent",
    "twin",
    "removal",
];

#[test]
fn every_code_of_the_program_has_its_word() {
    let keys = keys();
    let all = CODES
        .iter()
        .flat_map(|(room, codes)| codes.iter().map(move |code| format!("{room}-{code}")));
    let missing: Vec<String> = all.filter(|key| !keys.contains(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
