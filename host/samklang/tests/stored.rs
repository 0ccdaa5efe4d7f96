//! Commands about what is kept, called as a person calls them: what they print, with which code they end, and what they say to do when
//! they cannot.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod place;

use std::collections::BTreeMap;
use std::sync::Arc;

use place::{Place, members};
use samklang_core::catalogue::{Contribution, Entity, EntityKind, EntityState, Link, ObjectRef};
use samklang_core::matching::{Candidate, CaseKind, CaseWrite, Side};
use samklang_core::port::{
    Deed, EntityWrite, FindingRecord, Journal as _, JournalEntry, Life, Reconciled, StepSpec, Store as _,
};
use samklang_core::{Attributes, Value as Kept};
use samklang_store::TenantStore;
use uuid::Uuid;

const KARI: Uuid = Uuid::from_bytes([1; 16]);
const OLA: Uuid = Uuid::from_bytes([2; 16]);

/// Kari's number, which nobody is to see but she.
const NUMBER: &str = "01017012345";

fn object(key: &str) -> ObjectRef {
    ObjectRef {
        connection: "sas".to_owned(),
        class: "person".to_owned(),
        key: key.to_owned(),
    }
}

fn text(pairs: &[(&str, &str)]) -> Attributes {
    let pair = |(name, text): &(&str, &str)| ((*name).to_owned(), Kept::Text((*text).to_owned()));
    pairs.iter().map(pair).collect()
}

fn person(id: Uuid, state: EntityState, name: &str, key: &str) -> EntityWrite {
    let mut values = text(&[("display_name", name), ("email", "somebody@example.org")]);
    if id == KARI {
        values.insert("national_id".to_owned(), Kept::Text(NUMBER.to_owned()));
    }
    EntityWrite {
        entity: Entity {
            id,
            kind: EntityKind::Person,
            state,
            provenance: values
                .keys()
                .map(|name| (name.clone(), Arc::new(object(key))))
                .collect(),
            values,
            references: BTreeMap::new(),
        },
        new: true,
        matches: Vec::new(),
        unresolved: Vec::new(),
    }
}

/// A tenant that knows Kari, who is there, and Ola, who is gone; about Kari somebody is asked something.
async fn fill(store: &TenantStore) {
    let step = StepSpec {
        kind: "reconcile".to_owned(),
        connection: None,
    };
    let cycle = store.begin_cycle(&[step], 1_000).await.unwrap().cycle;
    let entry = |entity, event: &str| JournalEntry {
        cycle,
        at: 1_000,
        entity,
        event: event.to_owned(),
        detail: serde_json::json!({ "object": "sas/person/p1" }),
    };
    let candidate = Candidate {
        entity: Some(OLA),
        key: None,
        name: "Ola Dahl".to_owned(),
        rule: "username".to_owned(),
        near: true,
        holder: None,
        agrees: Vec::new(),
        differs: Vec::new(),
    };
    let batch = Reconciled {
        now: 1_000,
        entities: vec![
            person(KARI, EntityState::Active, "Kari Berg", "p1"),
            person(OLA, EntityState::Gone, "Ola Dahl", "p2"),
        ],
        links: vec![Link {
            object: object("p1"),
            entity: KARI,
            rule: "created".to_owned(),
            since: 1_000,
            contribution: Contribution {
                values: text(&[("national_id", NUMBER)]),
                references: BTreeMap::new(),
            },
        }],
        former: vec![(object("p2"), OLA)],
        unlinked: vec![object("p2")],
        lives: vec![Life {
            entity: OLA,
            state: EntityState::Gone,
            since: 1_000,
            due: None,
            cause: "sas/person/p2 does not name it any more".into(),
        }],
        journal: vec![entry(KARI, "created"), entry(OLA, "came-and-went")],
        findings: vec![FindingRecord {
            arguments: serde_json::Value::Null,
            object: object("p1"),
            code: "mapping".to_owned(),
            message: "there is no such filter".to_owned(),
            remedy: "mend the template".to_owned(),
            entity: None,
        }],
        cases: vec![CaseWrite {
            object: object("p1"),
            kind: CaseKind::NearMiss,
            side: Side::Source,
            entity: None,
            name: "Kari Berg".to_owned(),
            candidates: vec![candidate],
            since: None,
            at: 1_000,
        }],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    let deed = Deed {
        at: 2_000,
        who: "anna @ desk".to_owned(),
        event: "released".to_owned(),
        cycle: Some(cycle),
        entity: None,
        why: "the school year begins".to_owned(),
        detail: serde_json::Value::Null,
    };
    store.note(&[deed]).await.unwrap();
    store
        .set_cycle(cycle, samklang_core::port::CycleState::Done, 3_000)
        .await
        .unwrap();
    store.release_lease().await.unwrap();
}

async fn filled() -> Place {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    fill(&place.store().await).await;
    place
}

#[tokio::test(flavor = "multi_thread")]
async fn the_journal_is_shown_and_tampering_with_it_is_found() {
    let place = filled().await;
    let shown = place.json(0, &["journal", "show", "nordvik"]);
    let entries = shown["entries"].as_array().unwrap();
    assert_eq!(
        members(&entries[0]),
        ["at", "cycle", "detail", "entity", "entry", "event", "hash", "who"]
    );
    assert_eq!((entries.len(), &entries[0]["event"]), (3, &"released".into()));
    assert_eq!(entries[0]["detail"]["why"], "the school year begins");
    let of_kari = place.json(0, &["journal", "show", "nordvik", "--entity", &KARI.to_string()]);
    assert_eq!(of_kari["entries"].as_array().unwrap().len(), 1);
    let newest = place.text(0, &["journal", "show", "nordvik", "-n", "1"]);
    assert!(
        newest.contains("anna @ desk") && newest.contains("released") && !newest.contains("created"),
        "{newest}"
    );
    assert!(
        place
            .text(0, &["journal", "show", "nordvik", "--since", "2999-01-01"])
            .contains("holds no such entry")
    );
    assert!(
        place
            .text(2, &["journal", "show", "nordvik", "--since", "yesterday"])
            .contains("write a date such as 2026-08-01")
    );

    let sound = place.text(0, &["journal", "verify", "nordvik"]);
    assert!(
        sound.contains("the journal of nordvik is as it was written: 3 entries")
            && sound.contains("its newest entry is 3 with the hash "),
        "{sound}"
    );
    let hash = place.json(0, &["journal", "verify", "nordvik"]);
    assert_eq!(
        members(&hash),
        ["entries", "erased", "flaws", "found", "newest", "sound", "tenant"]
    );

    // Somebody is at the file of the database.
    let file = place.path().join("home/samklang.db");
    let mut octets = std::fs::read(&file).unwrap();
    let (mark, other) = (b"came-and-went", b"came-and-goes");
    let places: Vec<usize> = (0..octets.len().saturating_sub(mark.len()))
        .filter(|&at| octets[at..].starts_with(mark))
        .collect();
    assert!(!places.is_empty(), "the entry lies in the file");
    for at in places {
        octets[at..at + other.len()].copy_from_slice(other);
    }
    std::fs::write(&file, octets).unwrap();
    let found = place.text(1, &["journal", "verify", "nordvik"]);
    for part in [
        "it is not as it was written",
        "the journal of nordvik is not as it was written: 1 flaws in 3 entries",
        "compare it with a backup",
    ] {
        let words: Vec<&str> = found.split_whitespace().collect();
        assert!(words.join(" ").contains(part), "`{part}` is not in\n{found}");
    }
    let found = place.json(1, &["journal", "verify", "nordvik"]);
    assert_eq!(
        (&found["sound"], &found["flaws"][0]["entry"]),
        (&false.into(), &2.into())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_is_known_of_a_person_is_given_to_a_file_of_its_own() {
    let place = filled().await;
    let given = place.json(0, &["person", "export", "nordvik", "Kari Berg"]);
    assert_eq!(members(&given), ["at", "entities", "tenant"]);
    let kari = &given["entities"][0];
    assert_eq!(kari["id"], KARI.to_string());
    assert_eq!(kari["attributes"]["national_id"], NUMBER, "she has a right to it");
    assert_eq!(kari["objects"][0]["says"]["national_id"], NUMBER);
    assert_eq!(kari["cases"][0]["kind"], "near-miss");
    assert_eq!(
        (
            &kari["cases"][0]["candidates"],
            kari["findings"][0]["code"].as_str()
        ),
        (&1.into(), Some("mapping"))
    );
    assert!(
        !given.to_string().contains("Ola Dahl"),
        "nothing of others: {given}"
    );
    let ola = place.json(0, &["person", "export", "nordvik", &OLA.to_string()]);
    let ola = &ola["entities"][0];
    assert_eq!(ola["candidate_in"][0]["name"], "Ola Dahl");
    assert_eq!(ola["former_objects"][0], "sas/person/p2");
    assert_eq!(ola["life"]["state"], "gone");

    let written = place.text(
        0,
        &["person", "export", "nordvik", "Kari Berg", "--out", "kari.json"],
    );
    assert!(
        written.contains("wrote kari.json") && !written.contains(NUMBER),
        "{written}"
    );
    let file = place.path().join("kari.json");
    assert!(std::fs::read_to_string(&file).unwrap().contains(NUMBER));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "for its user alone: {mode:o}");
    }
    assert!(
        place
            .text(
                1,
                &["person", "export", "nordvik", "Kari Berg", "--out", "kari.json"]
            )
            .contains("kari.json cannot be written"),
        "what is there is not written over"
    );
    let unknown = place.text(2, &["person", "export", "nordvik", "Nobody"]);
    assert!(
        unknown.contains("none of nordvik are known by that") && unknown.contains("samklang explain"),
        "{unknown}"
    );
    let noted = place.json(0, &["journal", "show", "nordvik", "--entity", &KARI.to_string()]);
    assert_eq!(noted["entries"][0]["event"], "exported");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_is_gone_is_forgotten() {
    let place = filled().await;
    let forget = |exit, who: &str, reason: &str| {
        place.text(exit, &["person", "forget", "nordvik", who, "--reason", reason])
    };
    let refused = forget(2, "Kari Berg", "she asked for it");
    assert!(
        refused.contains("was not forgotten: a source still knows it"),
        "{refused}"
    );
    assert!(forget(2, &OLA.to_string(), " ").contains("say why"));
    let done = forget(0, "Ola Dahl", "the time is over");
    assert!(
        done.contains(&format!(
            "{OLA} is forgotten: 1 entities, the particulars of 1 entries of the journal, 0 operations"
        )),
        "{done}"
    );
    assert!(forget(2, &OLA.to_string(), "again").contains("none of nordvik are known by that"));
    let verified = place.json(0, &["journal", "verify", "nordvik"]);
    assert_eq!(
        (&verified["sound"], &verified["erased"]),
        (&true.into(), &1.into())
    );
    let entries = place.json(0, &["journal", "show", "nordvik", "--entity", &OLA.to_string()]);
    assert_eq!(entries["entries"][0]["event"], "erased");
    assert_eq!(entries["entries"][0]["detail"]["why"], "the time is over");
    assert_eq!(entries["entries"][1]["detail"], serde_json::Value::Null);
    assert!(
        place
            .text(0, &["journal", "show", "nordvik", "--entity", &OLA.to_string()])
            .contains("(erased)")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_changed_while_everything_stays_readable() {
    let place = filled().await;
    let folder = place.path().join("nordvik");
    let nothing = place.text(0, &["keys", "rotate", "nordvik"]);
    assert!(
        nothing.contains("0 were sealed anew") && nothing.contains("no former key is in use any more"),
        "{nothing}"
    );
    std::fs::rename(folder.join("tenant.key"), folder.join("former.key")).unwrap();
    let absent = place.text(2, &["journal", "verify", "nordvik"]);
    assert!(
        absent.contains("tenant.key") && absent.contains("samklang keys make"),
        "{absent}"
    );
    place.text(0, &["keys", "make", "nordvik"]);
    let other = place.text(1, &["journal", "verify", "nordvik"]);
    assert!(
        other.contains("is sealed with the key") && other.contains("[keys]"),
        "{other}"
    );
    let file = folder.join("samklang.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("{settings}\n[keys]\nformer = [\"file:former.key\"]\n"),
    )
    .unwrap();
    let rotated = place.json(0, &["keys", "rotate", "nordvik"]);
    assert_eq!(members(&rotated), ["former_in_use", "left", "sealed", "tenant"]);
    assert!(rotated["sealed"].as_u64().unwrap() > 5, "{rotated}");
    std::fs::write(&file, settings).unwrap();
    assert_eq!(place.json(0, &["journal", "verify", "nordvik"])["sound"], true);
    let kari = place.json(0, &["person", "export", "nordvik", "Kari Berg"]);
    assert_eq!(kari["entities"][0]["attributes"]["national_id"], NUMBER);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_is_set_by_hand_and_taken_back() {
    let place = filled().await;
    let set = |exit, arguments: &[&str]| {
        place.text(
            exit,
            &[
                &["override", "nordvik", "Kari Berg"],
                arguments,
                &["--reason", "the register is wrong"],
            ]
            .concat(),
        )
    };
    let done = set(0, &["email", "kari@example.org"]);
    assert!(
        done.contains("`email` of") && done.contains("is set by hand until it is removed"),
        "{done}"
    );
    let unknown = set(2, &["shoe_size", "38"]);
    assert!(
        unknown.contains("`shoe_size` is no attribute of a person") && unknown.contains("email"),
        "{unknown}"
    );
    assert!(set(2, &["email", "x", "--until", "2001-01-01"]).contains("has begun already"));
    assert!(set(2, &["email", "x", "--until", "soon"]).contains("write a day as YYYY-MM-DD"));
    assert!(set(2, &["email"]).contains("VALUE"));
    let hidden = place.json(
        0,
        &[
            "override",
            "nordvik",
            "Kari Berg",
            "national_id",
            "02027012345",
            "--reason",
            "a new one",
        ],
    );
    assert!(!hidden.to_string().contains("02027012345"), "{hidden}");
    let explained = place.json(0, &["explain", "nordvik", "Kari Berg"]);
    let overrides = explained["entity"]["overrides"].as_array().unwrap();
    assert_eq!(overrides.len(), 2, "{explained}");
    assert!(!explained.to_string().contains("02027012345"), "{explained}");
    assert!(set(0, &["email", "--remove"]).contains("`email` is what the sources say again"));
    assert!(set(2, &["email", "--remove"]).contains("nothing is set by hand for `email`"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_quarantine_is_listed_and_tried_again() {
    let place = filled().await;
    let listed = place.text(0, &["quarantine", "list", "nordvik"]);
    for part in ["sas/person/p1", "no such filter", "mend the", "1 times since"] {
        let words: Vec<&str> = listed.split_whitespace().collect();
        assert!(words.join(" ").contains(part), "`{part}` is not in\n{listed}");
    }
    let document = place.json(0, &["quarantine", "list", "nordvik"]);
    assert_eq!(
        members(&document["quarantine"][0]),
        ["code", "due", "failures", "message", "object", "remedy", "since"]
    );
    let other = place.text(2, &["quarantine", "retry", "nordvik", "sas/person/p9"]);
    assert!(
        other.contains("sas/person/p9 is not in quarantine")
            && other.contains("samklang quarantine list nordvik"),
        "{other}"
    );
    assert!(
        place
            .text(2, &["quarantine", "retry", "nordvik", "p1"])
            .contains("write CONNECTION/CLASS/KEY")
    );
    assert!(
        place
            .text(0, &["quarantine", "retry", "nordvik", "sas/person/p1"])
            .contains("1 of nordvik will be tried again in the next cycle")
    );
    assert_eq!(place.json(0, &["quarantine", "retry", "nordvik"])["retried"], 1);
    let empty = Place::new();
    empty.text(0, &["init", "nordvik"]);
    assert!(
        empty
            .text(0, &["quarantine", "list", "nordvik"])
            .contains("nothing is in quarantine")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_now_is_refused_where_it_cannot_be() {
    let place = filled().await;
    let reason = ["--reason", "she cannot wait"];
    let call = |exit, arguments: &[&str]| place.text(exit, &[arguments, &reason[..]].concat());
    assert!(call(2, &["sync", "nordvik", "Nobody"]).contains("nothing in nordvik is known by `Nobody`"));
    let target = call(2, &["fetch", "nordvik", "Kari Berg", "canvas"]);
    assert!(
        target.contains("`canvas` is no target of nordvik") && target.contains("there is: none"),
        "{target}"
    );
    let several = call(2, &["distribute", "nordvik", "somebody@example"]);
    assert!(
        several.contains("several are known by") && several.contains(&KARI.to_string()),
        "{several}"
    );
    // This tenant has no source: what was said of her goes with the next cycle, and her identity stays.
    let kari = KARI.to_string();
    for command in ["sync", "distribute"] {
        assert!(
            place
                .text(2, &[command, "nordvik", kari.as_str(), "--reason", " "])
                .contains("say why")
        );
        let done = place.json(
            0,
            &[command, "nordvik", kari.as_str(), "--reason", "she cannot wait"],
        );
        assert_eq!(
            (&done["ended"], &done["entity"], &done["reason"]),
            (
                &"done".into(),
                &KARI.to_string().into(),
                &"she cannot wait".into()
            )
        );
    }
    let noted = place.json(0, &["journal", "show", "nordvik", "--entity", &KARI.to_string()]);
    assert_eq!(noted["entries"][0]["event"], "requested");
    assert_eq!(noted["entries"][0]["detail"]["why"], "she cannot wait");
    // A cycle that has not ended is not overtaken.
    {
        let store = place.store().await;
        let step = StepSpec {
            kind: "reconcile".to_owned(),
            connection: None,
        };
        store.begin_cycle(&[step], 9_000).await.unwrap();
        store.release_lease().await.unwrap();
    }
    let waits = call(2, &["sync", "nordvik", &kari]);
    assert!(
        waits.contains("has not ended, and an errand cannot overtake it")
            && waits.contains("run it to its end"),
        "{waits}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn periods_are_shown_and_carried_out() {
    let place = filled().await;
    let file = place.path().join("nordvik/samklang.toml");
    let settings = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("{settings}\n[retention]\njournal = \"forever\"\ncases = \"30d\"\n"),
    )
    .unwrap();
    let shown = place.text(0, &["retention", "show", "nordvik"]);
    for part in [
        "persons who are gone 400 days 1",
        "particulars in the journal forever 0",
        "answered questions and what guards halted 30 days 0",
        "samklang retention apply nordvik",
    ] {
        let words: Vec<&str> = shown.split_whitespace().collect();
        assert!(words.join(" ").contains(part), "`{part}` is not in\n{shown}");
    }
    let before = place.json(0, &["retention", "show", "nordvik"]);
    assert_eq!(members(&before["retention"][0]), ["milliseconds", "over", "what"]);
    let done = place.json(0, &["retention", "apply", "nordvik"]);
    let erased = done["erased"].as_array().unwrap();
    let person = erased.iter().find(|one| one["what"] == "gone.person").unwrap();
    assert_eq!(
        (&person["count"], &person["more"]),
        (&1.into(), &false.into()),
        "{done}"
    );
    assert!(
        place
            .text(0, &["retention", "apply", "nordvik"])
            .contains("nothing of nordvik is over its time")
    );
    assert!(
        place
            .text(2, &["explain", "nordvik", "Ola Dahl"])
            .contains("nothing in nordvik is known by")
    );
    assert_eq!(place.json(0, &["journal", "verify", "nordvik"])["sound"], true);
    // Not beside a cycle.
    let store = place.store().await;
    store.begin_cycle(&[], i64::MAX / 2).await.unwrap();
    let busy = place.text(1, &["retention", "apply", "nordvik"]);
    assert!(
        busy.contains("another worker") && busy.contains("wait until it ends"),
        "{busy}"
    );
    store.release_lease().await.unwrap();
}
