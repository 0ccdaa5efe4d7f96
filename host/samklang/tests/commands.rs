//! The program itself, called as a person or a script calls it.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]

mod place;

use place::{Place, members};
use samklang_core::catalogue::ObjectRef;
use samklang_core::guard::{
    Change, Count, Guard, Part, Plausibility, Promotable, Proposal, Sample, Scope, Subject, Trip, What,
};
use samklang_core::matching::{Candidate, CaseKind, CaseWrite, Side};
use samklang_core::port::{
    Counts, CycleState, Drafted, Guarding as _, Shadow, ShadowState, ShadowWrite, StepSpec, StepState,
    Store as _,
};
use serde_json::Value;
use uuid::Uuid;

#[test]
fn called_wrongly_it_says_how_and_exits_with_2() {
    let place = Place::new();
    assert!(place.text(2, &[]).contains("Usage: samklang"));
    assert!(place.text(2, &["chekc"]).contains("check"));
    assert!(place.text(2, &["release", "dir"]).contains("--reason"));
    assert!(
        place
            .text(2, &["release", "dir", "--reason", " "])
            .contains("say why")
    );
    let help = place.text(0, &["--help"]);
    // Where the lines break depends on the width.
    let words: Vec<&str> = help.split_whitespace().collect();
    assert!(words.join(" ").contains("3 waits for a person"), "{help}");
    assert!(help.lines().all(|line| line.chars().count() <= 80), "{help}");
}

#[test]
fn init_makes_a_folder_that_check_can_read() {
    let place = Place::new();
    let made = place.json(
        0,
        &[
            "init",
            "nordvik",
            "--example",
            "demo",
            "--canvas",
            "http://127.0.0.1:9999",
        ],
    );
    assert_eq!(members(&made), ["tenant", "written"]);
    assert!(place.path().join("nordvik/sas/inbox").is_dir());
    assert_eq!(
        std::fs::read_to_string(place.path().join("nordvik/secrets/canvas")).unwrap(),
        "canvas-token\n"
    );
    let text = std::fs::read_to_string(place.path().join("nordvik/samklang.toml")).unwrap();
    assert!(text.contains("http = [\"http://127.0.0.1:9999\"]") && !text.contains(":8103"));

    let shown = place.text(2, &["check", "nordvik"]);
    assert!(
        shown.contains("the connector `pifu-ims` is not installed"),
        "{shown}"
    );
    assert!(shown.contains("samklang connector add FILE"), "{shown}");
    assert!(shown.contains("4 mistakes in nordvik/samklang.toml"), "{shown}");

    assert!(place.text(2, &["init", "nordvik"]).contains("is there already"));
}

#[test]
fn init_without_an_example_is_sound_and_empty() {
    let place = Place::new();
    place.text(0, &["init", "Skole 1"]);
    let checked = place.json(0, &["check", "Skole 1"]);
    assert_eq!(
        checked,
        serde_json::json!({ "tenant": "skole-1", "ok": true, "findings": [] })
    );
    assert!(
        place
            .text(0, &["check", "Skole 1"])
            .contains("there is no connection yet")
    );
    let ended = place.json(0, &["run", "Skole 1"]);
    assert_eq!(ended["ended"], "done");
}

#[test]
fn mistakes_are_given_to_machines_with_their_places() {
    let place = Place::new();
    place.text(0, &["init", "t"]);
    std::fs::write(
        place.path().join("t/samklang.toml"),
        "tenant = \"t\"\nstep = []\n",
    )
    .unwrap();
    let failed = place.json(2, &["check", "t"]);
    assert_eq!(failed["error"]["kind"], "configuration");
    let mistakes = failed["mistakes"].as_array().unwrap();
    assert_eq!(
        members(&mistakes[0]),
        ["code", "column", "file", "line", "message", "remedy"]
    );
    let unknown = mistakes
        .iter()
        .find(|mistake| mistake["code"] == "unknown-key")
        .unwrap();
    assert_eq!(
        (unknown["line"].as_u64(), unknown["column"].as_u64()),
        (Some(2), Some(1))
    );
    assert_eq!(unknown["remedy"], "did you mean `steps`?");
    assert_eq!(place.json(2, &["check", "nowhere"])["error"]["kind"], "usage");
}

#[test]
fn there_is_nothing_to_show_before_anything_was_done() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    assert!(
        place
            .text(0, &["status", "nordvik"])
            .contains("no cycle of nordvik has run yet")
    );
    assert_eq!(
        members(&place.json(0, &["status", "nordvik"])),
        [
            "cases",
            "cycle",
            "decisions",
            "findings",
            "promotions",
            "steps",
            "tenant",
            "unsigned",
            "waiting"
        ]
    );
    assert_eq!(
        place.json(0, &["history", "nordvik"])["cycles"],
        serde_json::json!([])
    );
    assert!(
        place
            .text(2, &["explain", "nordvik", "kari"])
            .contains("nothing in nordvik is known by `kari`")
    );
    assert!(
        place
            .text(2, &["release", "nordvik", "--reason", "x"])
            .contains("nothing of nordvik waits")
    );
    assert_eq!(
        place.json(0, &["connector", "list"]),
        serde_json::json!({ "connectors": [] })
    );
    assert!(
        place
            .text(0, &["connector", "list"])
            .contains("samklang connector add FILE")
    );
    assert!(
        place
            .text(2, &["connector", "inspect", "sap"])
            .contains("neither an installed connector nor a file")
    );
}

#[test]
fn what_is_no_connector_is_not_installed() {
    let place = Place::new();
    std::fs::write(place.path().join("x.wasm"), b"\0asm\x01\0\0\0").unwrap();
    let shown = place.text(1, &["connector", "add", "x.wasm"]);
    assert!(
        shown.contains("x.wasm is not let in: it is not signed"),
        "{shown}"
    );
    assert!(
        shown.contains("`unsigned = true` under `[trust]` in installation.toml"),
        "{shown}"
    );
    std::fs::write(
        place.path().join("home/installation.toml"),
        "[trust]\nunsigned = true\n",
    )
    .unwrap();
    assert!(
        place
            .text(1, &["connector", "add", "x.wasm"])
            .contains("not a component")
    );
    assert!(
        place
            .text(2, &["connector", "add", "y.wasm"])
            .contains("y.wasm cannot be read")
    );
    assert_eq!(
        place.json(0, &["connector", "list"]),
        serde_json::json!({ "connectors": [] })
    );
}

/// What a guard halts: 42 of 84 persons of one school would go, which takes two persons to release.
fn proposal() -> Proposal {
    let scope = |cell: Option<&str>| Scope {
        subject: Subject::Person,
        class: Some("person".to_owned()),
        cell: cell.map(str::to_owned),
    };
    let trip = |cell| Trip {
        scope: scope(cell),
        change: Change::Removed,
        count: 42,
        of: 84,
        limit: Guard::default().limit(Subject::Person, &Change::Removed),
        hard: true,
    };
    let count = |change, count| Count {
        subject: Subject::Person,
        class: "person".to_owned(),
        cell: "north".to_owned(),
        change,
        count,
        of: 84,
    };
    let text = |pairs: &[(&str, &str)]| {
        let pair = |(name, text): &(&str, &str)| {
            ((*name).to_owned(), samklang_core::Value::Text((*text).to_owned()))
        };
        pairs.iter().map(pair).collect()
    };
    let part = Part {
        content: "c".to_owned(),
        baseline: Some("b".to_owned()),
        accepted: Some(0),
        first: false,
        announced: false,
        trips: vec![trip(None), trip(Some("north"))],
        counts: vec![
            count(Change::Removed, 42),
            count(Change::Attribute("mail".to_owned()), 3),
        ],
        further: 7,
        sample: vec![Sample {
            class: "person".to_owned(),
            key: "p1".to_owned(),
            change: Change::Attribute("mail".to_owned()),
            cell: "north".to_owned(),
            before: text(&[("mail", "kari@north.example")]),
            after: text(&[("mail", "•••")]),
        }],
        promotion: Some(Promotable {
            years: Plausibility {
                stay: 42,
                up: 3,
                left: 42,
                left_from_top: 40,
            },
            remaining: Vec::new(),
        }),
    };
    Proposal {
        what: What::Import,
        parts: [("sas".to_owned(), part)].into(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_halted_is_shown_with_limits_counts_and_examples_and_takes_two_persons() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    halted(&place).await;
    let proposal = proposal();
    {
        let store = place.store().await;
        let cycle = store.cycles(1).await.unwrap()[0].id;
        store.begin_cycle(&[], 61_000).await.unwrap();
        store.keep_proposal(cycle, 0, &proposal, 61_000).await.unwrap();
        let stop = serde_json::json!({
            "code": "guard", "message": proposal.message(), "owner": "operator", "remedy": "release or reject it",
            "detail": { "digest": proposal.digest(), "hard": true, "proposal": proposal },
        });
        let counts = Counts::default();
        let stop = stop.to_string();
        store
            .settle_step(cycle, 0, StepState::Halted, counts, Some(&stop), 61_000)
            .await
            .unwrap();
        store.set_cycle(cycle, CycleState::Halted, 61_000).await.unwrap();
        store.release_lease().await.unwrap();
    }
    let shown = place.text(3, &["status", "nordvik"]);
    let from = shown.find("LIMITS EXCEEDED").unwrap();
    let upto = shown.find("digest ").unwrap();
    let digest = proposal.digest();
    assert_eq!(
        shown[from..upto].lines().map(str::trim_end).collect::<Vec<_>>().join("\n"),
        "\
LIMITS EXCEEDED
42 of 84 objects of class `person` would be removed (50 %, limit 20 and 5 %);
two persons have to release it
42 of 84 objects of class `person` in `north` would be removed (50 %, limit 20
and 5 %); two persons have to release it

CLASS  CELL  CHANGE       COUNT OF
person north removed         42 84
person north mail changed     3 84
and 7 smaller ones

FOR EXAMPLE CHANGE       BEFORE                  AFTER
person p1   mail changed mail kari@north.example mail •••

school years: 3 of 42 learners who stay move one up, 40 of 42 who leave were in the top year; it does not look like promotion: 3 of the 42 learners who stay move one year up, which is less than 80 %
"
    );
    let status = place.json(3, &["status", "nordvik"]);
    assert_eq!(status["waiting"]["detail"]["digest"], digest.as_str());
    let counts = &status["waiting"]["detail"]["proposal"]["parts"]["sas"]["counts"];
    assert_eq!(counts[1]["change"], "attribute:mail");

    let release = |arguments: &[&'static str], exit| {
        let arguments = [&["release", "nordvik", "--reason", "they moved"], arguments].concat();
        place.text(exit, &arguments)
    };
    assert!(
        release(&["--as", "promotion"], 2)
            .contains("it cannot be released as a promotion: sas: it does not look like")
    );
    assert!(release(&["--digest", "another"], 2).contains("what waits by now is not what has that digest"));
    let first = release(&["--by", "Anna Berg"], 3);
    assert!(
        first.contains("one of two: import sas of cycle 1 exceeds a hard limit and is approved by Anna Berg"),
        "{first}"
    );
    assert!(release(&["--by", "Anna Berg"], 2).contains("it takes two different persons"));
    assert!(release(&["--by", "Bo Dahl"], 0).contains("is released by Bo Dahl: they moved"));
    let decisions = &place.json(0, &["status", "nordvik"])["decisions"];
    assert_eq!(
        (&decisions[0]["who"], &decisions[1]["who"]),
        (&"Anna Berg".into(), &"Bo Dahl".into())
    );
    assert_eq!(
        (&decisions[1]["verdict"], &decisions[1]["digest"]),
        (&"released".into(), &digest.as_str().into())
    );
    assert_eq!(decisions[1]["exceeded"]["sas"][0]["count"], 42);
}

/// Leaves a cycle behind that a guard has halted.
async fn halted(place: &Place) {
    let store = place.store().await;
    let steps = [
        StepSpec {
            kind: "import".into(),
            connection: Some("sas".into()),
        },
        StepSpec {
            kind: "reconcile".into(),
            connection: None,
        },
    ];
    let cycle = store.begin_cycle(&steps, 1_000).await.unwrap().cycle;
    store.begin_import(cycle, "sas").await.unwrap();
    store.begin_step(cycle, 0, 1_000).await.unwrap();
    let counts = Counts {
        read: 1_200,
        removed: 1_100,
        ..Counts::default()
    };
    let stop = serde_json::json!({
        "code": "guard", "message": "1100 of 2300 objects of class person would go", "owner": "operator",
        "remedy": "release or reject it",
    });
    store
        .settle_step(
            cycle,
            0,
            StepState::Halted,
            counts,
            Some(&stop.to_string()),
            61_000,
        )
        .await
        .unwrap();
    store.set_cycle(cycle, CycleState::Halted, 61_000).await.unwrap();
    store.release_lease().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_cycle_is_shown_with_who_can_act_and_released() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    halted(&place).await;

    let status = place.json(3, &["status", "nordvik"]);
    assert_eq!(
        members(&status["cycle"]),
        ["ended", "id", "kind", "started", "state"]
    );
    assert_eq!(
        members(&status["steps"][0]),
        [
            "attempt", "counts", "ended", "note", "position", "started", "state", "step", "usage"
        ]
    );
    assert_eq!(
        members(&status["waiting"]),
        ["code", "detail", "message", "owner", "remedy", "since", "step"]
    );
    assert_eq!(status["waiting"]["since"], "1970-01-01T00:01:01Z");
    assert_eq!(status["steps"][0]["counts"]["removed"], 1_100);

    let shown = place.text(3, &["status", "nordvik"]);
    for part in [
        "import sas waits for a person",
        "1100 of 2300",
        "the operator",
        "samklang release nordvik",
        "1\u{a0}200",
    ] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    assert!(shown.lines().all(|line| line.chars().count() <= 80), "{shown}");

    let released = place.json(
        0,
        &["release", "nordvik", "--reason", "the school year has turned"],
    );
    assert_eq!(
        members(&released),
        ["cycle", "reason", "step", "tenant", "verdict", "who"]
    );
    assert_eq!(
        (&released["verdict"], &released["step"]),
        (&"released".into(), &"import sas".into())
    );
    assert!(released["who"].as_str().unwrap().contains(" @ "));
    assert_eq!(
        place.json(0, &["status", "nordvik"])["steps"][0]["state"],
        "released"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_halted_cycle_is_rejected_and_ends() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    halted(&place).await;
    let shown = place.text(0, &["reject", "nordvik", "--reason", "half a file"]);
    assert!(
        shown.contains("is rejected by")
            && shown.contains("half a file")
            && shown.contains("begins a new cycle"),
        "{shown}"
    );
    let history = place.json(0, &["history", "nordvik"]);
    let cycle = &history["cycles"][0];
    assert_eq!(
        members(cycle),
        [
            "counts",
            "ended",
            "id",
            "kind",
            "milliseconds",
            "started",
            "state",
            "usage"
        ]
    );
    assert_eq!(
        (&cycle["state"], &cycle["counts"]["read"]),
        (&"rejected".into(), &1_200.into())
    );
    assert!(place.text(0, &["history", "nordvik"]).contains("rejected"));
}

/// A target holds what may be somebody's already, and somebody has no place in it any more.
async fn asked(place: &Place) {
    let of_room = |key: &str| ObjectRef {
        connection: "room".to_owned(),
        class: "person".to_owned(),
        key: key.to_owned(),
    };
    let (carlos, kari) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let near = CaseWrite {
        object: of_room(&carlos.to_string()),
        kind: CaseKind::NearMiss,
        side: Side::Target,
        entity: Some(carlos),
        name: "Carlos Berg".to_owned(),
        candidates: vec![Candidate {
            entity: None,
            key: Some("Carlos".to_owned()),
            name: "Carlos".to_owned(),
            rule: "id".to_owned(),
            near: true,
            holder: None,
            agrees: Vec::new(),
            differs: Vec::new(),
        }],
        since: None,
        at: 1,
    };
    let removal = CaseWrite {
        object: of_room("kari"),
        kind: CaseKind::Removal,
        entity: Some(kari),
        name: "Kari Nord".to_owned(),
        candidates: Vec::new(),
        since: Some(0),
        at: 2,
        ..near.clone()
    };
    let store = place.store().await;
    let cycle = store.begin_cycle(&[], 1).await.unwrap().cycle;
    let drafted = Drafted {
        cases: vec![near, removal],
        shadows: vec![ShadowWrite::Put(Shadow {
            class: "person".to_owned(),
            key: "Carlos".to_owned(),
            entity: Some(kari),
            state: ShadowState::Confirmed,
            cycle,
            attributes: Default::default(),
            ours: Default::default(),
        })],
        ..Drafted::default()
    };
    store.draft(cycle, "room", &drafted).await.unwrap();
    store.set_cycle(cycle, CycleState::Done, 3).await.unwrap();
    store.release_lease().await.unwrap();
}

#[tokio::test]
async fn what_is_asked_about_a_target_is_shown_and_answered_in_its_own_words() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    asked(&place).await;
    let listed = place.json(0, &["case", "list", "nordvik"]);
    let kinds: Vec<&Value> = listed["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| &case["kind"])
        .collect();
    assert_eq!(kinds, ["removal", "near-miss"]);
    let (removal, near) = ("2", "1");
    let shown = place.text(0, &["case", "show", "nordvik", near]);
    for part in [
        "is `Carlos` in room Carlos Berg's? Their id differs in case, accents or",
        "--link CANDIDATE|--new|--ignore",
    ] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    let shown = place.text(0, &["case", "show", "nordvik", removal]);
    for part in [
        "what becomes of Kari Nord's object in room",
        "--delete|--deactivate|--detach|--keep",
    ] {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
    // An answer has to be one to the question.
    for (case, answer) in [(removal, "--new"), (removal, "--ignore"), (near, "--delete")] {
        let refused = place.text(2, &["case", "decide", "nordvik", case, answer, "--reason", "so"]);
        assert!(
            refused.contains(&format!("{answer} is no answer to case {case}")),
            "{refused}"
        );
    }
    let decided = place.json(
        0,
        &[
            "case",
            "decide",
            "nordvik",
            removal,
            "--keep",
            "--reason",
            "she returns",
        ],
    );
    assert_eq!(
        (&decided["choice"], &decided["chosen"]),
        (&"keep".into(), &Value::Null)
    );
    let decided = place.json(
        0,
        &[
            "case",
            "decide",
            "nordvik",
            near,
            "--link",
            "Carlos",
            "--reason",
            "it is him",
        ],
    );
    assert_eq!(
        (&decided["choice"], &decided["chosen"]),
        (&"link".into(), &"Carlos".into())
    );
    assert_eq!(place.json(0, &["case", "list", "nordvik"])["open"], 0);
    let journal = place.json(0, &["journal", "show", "nordvik"]);
    let entries = journal["entries"].as_array().unwrap();
    let said: Vec<&Value> = entries
        .iter()
        .filter(|entry| entry["event"] == "case-decided")
        .map(|entry| &entry["detail"]["choice"])
        .collect();
    assert_eq!(said, ["link", "keep"]);
    // By hand, without a case.
    let unlinked = place.json(
        0,
        &[
            "unlink",
            "nordvik",
            "room/person/Carlos",
            "--reason",
            "it is not hers",
        ],
    );
    assert_eq!(unlinked["choice"], "apart");
    let journal = place.json(0, &["journal", "show", "nordvik"]);
    let entries = journal["entries"].as_array().unwrap();
    let said = entries
        .iter()
        .find(|entry| entry["event"] == "link-decided")
        .unwrap();
    assert_eq!(said["who"], unlinked["who"]);
    assert_eq!(said["detail"]["object"], "room/person/Carlos");
    let unknown = place.text(
        2,
        &[
            "unlink",
            "nordvik",
            "room/person/nobody",
            "--reason",
            "it is not hers",
        ],
    );
    assert!(
        unknown.contains("room/person/nobody stands for nobody"),
        "{unknown}"
    );
}

#[test]
fn a_link_job_names_what_it_cannot_be_done_for() {
    let place = Place::new();
    place.text(0, &["init", "nordvik"]);
    let refused = place.text(2, &["link-job", "nordvik", "room"]);
    assert!(refused.contains("--reason"), "{refused}");
    let refused = place.text(2, &["link-job", "nordvik", "room", "--dry-run"]);
    assert!(refused.contains("there is no connection `room`"), "{refused}");
}
