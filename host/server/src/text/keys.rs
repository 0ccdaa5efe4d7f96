//! Every text that is asked for is there, and every text that is there is asked for.

use std::collections::BTreeSet;
use std::path::Path;

use samklang_core::absence::Absence;
use samklang_core::catalogue::{EntityKind, EntityState};
use samklang_core::connector::{Action, Severity};
use samklang_core::found::{Found, Keyed, Whose};
use samklang_core::guard::{NoPromotion, Subject};
use samklang_core::journal::Event;
use samklang_core::matching::{CaseKind, CaseState, Choice, Side};
use samklang_core::plan::Stage;
use samklang_core::port::{CycleKind, CycleState, OperationState, ShadowState, WindowState};
use samklang_core::sentence::{Cause, Outranked, Reason};
use samklang_core::{FaultKind, Owner, enrolment};
use samklang_cycle::StopCode;
use samklang_store::{AccessEvent, Role, Ruling};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Language, Texts};
use crate::problem::Kind;
use crate::template::{SOURCES, spoken_of};
use crate::view::Counts;

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
    let empty: BTreeSet<&str> = ["word(\"", "said(\"", "tell(\""]
        .into_iter()
        .flat_map(|call| given(&templates, call))
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
    let rooms: BTreeSet<String> = ["word(\"", "said(\"", "tell(\""]
        .into_iter()
        .flat_map(|call| given(&templates, call))
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

/// The codes of a closed list, as its type knows them: whoever reads an unknown one is told the known ones.
fn codes<T: DeserializeOwned>(unknown: Value) -> Vec<String> {
    let Err(error) = serde_json::from_value::<T>(unknown) else {
        panic!("`?` is a code")
    };
    let error = error.to_string();
    let (_, known) = error.split_once("expected").expect("the codes are told");
    let codes: Vec<String> = known.split('`').skip(1).step_by(2).map(str::to_owned).collect();
    assert!(!codes.is_empty(), "{error}");
    codes
}

/// Those of a plain list of words.
fn words<T: DeserializeOwned>() -> Vec<String> {
    codes::<T>(json!("?"))
}

/// Those of a list of sentences or findings.
fn sentences<T: DeserializeOwned>() -> Vec<String> {
    let mut codes = codes::<T>(json!({ "code": "?" }));
    // What was kept in words alone is shown in them.
    codes.retain(|code| code != "words");
    codes
}

fn listed(codes: &[&str]) -> Vec<String> {
    codes.iter().map(|code| (*code).to_owned()).collect()
}

fn without(codes: Vec<String>, others: &[&str]) -> Vec<String> {
    codes
        .into_iter()
        .filter(|code| !others.contains(&code.as_str()))
        .collect()
}

/// The codes that the program and the store write, by the room where their words are.
fn rooms() -> Vec<(&'static str, Vec<String>)> {
    let faults = || codes::<FaultKind>(json!({ "kind": "?" }));
    let changes = listed(&[
        "emptied",
        "older",
        "removed",
        "key-changed",
        "moved",
        "added",
        "deactivated",
    ]);
    let counts = match serde_json::to_value(Counts::default()) {
        Ok(Value::Object(members)) => members.into_iter().map(|(name, _)| name).collect(),
        other => panic!("{other:?}"),
    };
    let stops = || {
        without(
            words::<StopCode>(),
            &["guard", "fault", "not-enrolled", "daily-limit"],
        )
    };
    let verdicts = [
        Ruling::Release,
        Ruling::ReleaseAsPromotion,
        Ruling::Reject,
        Ruling::RejectSource,
    ];
    let verdicts = verdicts
        .map(Ruling::as_str)
        .into_iter()
        .chain(["approved-one-of-two"]);
    let verdicts: Vec<&str> = verdicts.collect();
    let found = || {
        let mut codes = sentences::<Found>();
        // What an object says is told as what the mapping of a target is.
        codes.retain(|code| code != "unmapped");
        codes
    };
    let problems = || Kind::ALL.map(Kind::code);
    let choices = words::<Choice>();
    vec![
        (
            "look",
            listed(&[
                "pending", "waiting", "late", "running", "done", "halted", "failed", "rejected",
            ]),
        ),
        (
            "step",
            listed(&[
                "import",
                "compare",
                "reconcile",
                "export",
                "feedback",
                "fetch",
                "link",
                "link-tried",
            ]),
        ),
        ("cycle-state", listed(&["halted", "failed", "incomplete"])),
        ("night", words::<CycleState>()),
        ("cycle-kind", without(words::<CycleKind>(), &["whole"])),
        ("count", counts),
        ("wait-stop", stops()),
        ("act-stop", stops()),
        ("note", listed(&["not-enrolled", "daily-limit"])),
        ("wait-for", without(words::<Owner>(), &["operator"])),
        ("owner", words::<Owner>()),
        ("wait-fault", faults()),
        ("act-fault", faults()),
        ("change", changes.clone()),
        ("trip", changes),
        ("subject", words::<Subject>()),
        ("verdict", listed(&verdicts)),
        (
            "promotion-state",
            listed(&[WindowState::Open, WindowState::Used, WindowState::Expired].map(WindowState::as_str)),
        ),
        ("finding", words::<Severity>()),
        ("case-kind", words::<CaseKind>()),
        ("case-ask", words::<CaseKind>()),
        ("case-state", words::<CaseState>()),
        ("case-side", words::<Side>()),
        ("choice", without(choices, &["apart"])),
        ("choose-source", listed(&["create", "ignore"])),
        (
            "choose-target",
            listed(&["create", "ignore", "delete", "deactivate", "detach", "keep"]),
        ),
        (
            "enrol-category",
            listed(&["unit-blocking", "user-not-syncable", "unit-ok"]),
        ),
        (
            "enrol-reason",
            words::<enrolment::Reason>()
                .iter()
                .map(|code| code.replace('_', "-"))
                .collect(),
        ),
        ("kind", words::<EntityKind>()),
        ("life", words::<EntityState>()),
        ("shadow", words::<ShadowState>()),
        ("stage", words::<Stage>()),
        ("action", words::<Action>()),
        ("operation", words::<OperationState>()),
        (
            "explain",
            without(codes::<Absence>(json!({ "condition": "?" })), &["found"]),
        ),
        ("reason", sentences::<Reason>()),
        ("cause", sentences::<Cause>()),
        ("outranked", sentences::<Outranked>()),
        ("no-promotion", sentences::<NoPromotion>()),
        ("found", found()),
        ("remedy", found()),
        (
            "event",
            Event::ALL.iter().map(|event| event.as_str().to_owned()).collect(),
        ),
        ("access-event", listed(&AccessEvent::ALL.map(AccessEvent::as_str))),
        ("role", listed(&Role::ALL.map(Role::as_str))),
        ("problem", listed(&problems())),
        ("problem-remedy", listed(&problems())),
    ]
}

#[test]
fn every_code_of_the_program_has_its_word() {
    let keys = keys();
    let missing: Vec<String> = rooms()
        .into_iter()
        .flat_map(|(room, codes)| codes.into_iter().map(move |code| format!("{room}-{code}")))
        .filter(|key| !keys.contains(key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Rooms whose words are all for codes of a closed list, so that a word for another could never show.
const CLOSED: &[&str] = &[
    "event",
    "reason",
    "cause",
    "outranked",
    "found",
    "remedy",
    "note",
    "no-promotion",
    "wait-for",
    "act-fault",
    "wait-fault",
    "access-event",
    "action",
    "verdict",
];

#[test]
fn every_word_of_a_closed_list_can_show() {
    let keys = keys();
    let own: BTreeSet<String> = literals(&templates())
        .into_iter()
        .chain(literals(&code()))
        .collect();
    for (room, codes) in rooms() {
        if !CLOSED.contains(&room) {
            continue;
        }
        let idle: Vec<&String> = keys
            .iter()
            .filter(|key| !own.contains(*key))
            .filter(|key| {
                key.strip_prefix(room)
                    .and_then(|rest| rest.strip_prefix('-'))
                    .is_some_and(|code| !codes.iter().any(|known| known == code))
            })
            .collect();
        assert!(idle.is_empty(), "nothing writes {idle:?}");
    }
}

#[test]
fn every_sentence_is_given_what_it_speaks_of() {
    let texts = Texts::new().unwrap();
    let spoken = [
        (
            "reason",
            json!(Reason::Differs {
                attributes: vec!["mail".to_owned(), "phone".to_owned()]
            }),
        ),
        (
            "reason",
            json!(Reason::Returned {
                attributes: vec!["mail".to_owned()]
            }),
        ),
        (
            "reason",
            json!(Reason::Requested {
                who: "Kari".to_owned(),
                words: "a loan".to_owned()
            }),
        ),
        (
            "cause",
            json!(Cause::NotNamed {
                object: "sas/pupil/7".to_owned()
            }),
        ),
        (
            "outranked",
            json!(Outranked::BelievedBefore {
                winner: "hr".to_owned(),
                loser: "sas".to_owned()
            }),
        ),
        (
            "no-promotion",
            json!(NoPromotion::FewUp {
                up: 3,
                stay: 1_200,
                percent: 80
            }),
        ),
        (
            "no-promotion",
            json!(NoPromotion::FewFromTop {
                top: 3,
                left: 1_200,
                percent: 80
            }),
        ),
        (
            "found",
            json!(Found::KeyTaken {
                class: "user".to_owned(),
                key: "kari".to_owned(),
                whose: Whose::NotIt,
                who: String::new(),
            }),
        ),
        (
            "remedy",
            json!(Found::KeyDiffers {
                key: "a".to_owned(),
                there: "b".to_owned(),
                why: Keyed::Kept,
            }),
        ),
        (
            "found",
            json!(Found::Incomplete {
                class: "user".to_owned(),
                attributes: vec!["mail".to_owned()]
            }),
        ),
    ];
    for (room, said) in spoken {
        for language in Language::ALL {
            let key = format!("{room}-{}", said["code"].as_str().unwrap());
            let arguments = spoken_of(&minijinja::Value::from(minijinja::value::Serde(
                &said["arguments"],
            )));
            let text = texts.tell(language, &key, &arguments);
            assert!(
                text.is_some_and(|text| !text.contains('{')),
                "{key} in {language:?}"
            );
        }
    }
}

#[test]
fn the_journal_is_told_nothing_but_events() {
    let crates = ["core", "store", "cycle", "samklang", "server"];
    let host = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut all = String::new();
    for folder in crates {
        sources(&host.join(folder).join("src"), &mut all);
    }
    let known: BTreeSet<&str> = Event::ALL.iter().map(|event| event.as_str()).collect();
    let written: BTreeSet<&str> = given(&all, "event: \"").into_iter().collect();
    let unknown: Vec<&str> = written
        .into_iter()
        .filter(|word| word.len() > 2 && !known.contains(word))
        .collect();
    assert!(unknown.is_empty(), "no event is called {unknown:?}");
    for verdict in rooms()
        .into_iter()
        .filter(|(room, _)| *room == "verdict")
        .flat_map(|(_, codes)| codes)
    {
        assert!(known.contains(verdict.as_str()), "{verdict}");
    }
}
