//! A component of every released version of the contract is loaded and gives what it always gave, and the contract only grows.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use samklang_components::grows;
use samklang_core::connector::{Action, Extent, Operation};
use samklang_core::port::Session as _;
use samklang_core::{Attributes, Value};
use samklang_egress::{Credential, CredentialSettings, Egress, GrantSettings, KeySettings, SecretReference};
use samklang_sandbox::{Component, Limits, OpenRequest, Sandbox, SandboxConfig};
use samklang_stand_ins::identity::{Identity, KeyKind};
use semver::Version;
use serde_json::{Value as Json, json};

/// The tracks that are in the tree, by their folders.
const TRACKS: [&str; 1] = ["0.1"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// What was frozen of a track: version and folder, the oldest first.
fn frozen(track: &str) -> Vec<(Version, PathBuf)> {
    let folder = root().join("tests/guests/frozen");
    let mut found: Vec<(Version, PathBuf)> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| {
            (
                Version::parse(path.file_name().unwrap().to_str().unwrap()).unwrap(),
                path,
            )
        })
        .filter(|(version, _)| format!("{}.{}", version.major, version.minor) == track)
        .collect();
    found.sort();
    found
}

/// A contract's files without what is said about them.
fn declarations(folder: &Path) -> BTreeMap<String, String> {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let lines = text.lines().map(|line| line.split("//").next().unwrap());
            let words: Vec<&str> = lines.flat_map(str::split_whitespace).collect();
            (
                path.file_name().unwrap().to_str().unwrap().to_owned(),
                words.join(" "),
            )
        })
        .collect()
}

/// The version that a contract's files name.
fn version(folder: &Path) -> Version {
    let named: Vec<Version> = declarations(folder)
        .values()
        .map(|text| {
            let named = text.split("samklang:connector@").nth(1).expect("a package");
            Version::parse(named.split(';').next().unwrap()).unwrap()
        })
        .collect();
    assert!(
        named.windows(2).all(|two| two[0] == two[1]),
        "one version in every file: {named:?}"
    );
    named[0].clone()
}

#[test]
fn a_contract_that_changes_has_another_version() {
    for track in TRACKS {
        let folder = root().join("wit").join(track);
        let present = version(&folder);
        let (newest, kept) = frozen(track).pop().expect("a version of each track is frozen");
        let same = declarations(&folder) == declarations(&kept.join("wit"));
        assert!(
            same == (present == newest) && present >= newest,
            "wit/{track} differs from what was frozen as {newest}, or the version was raised and nothing frozen: give the package in every \
             file of wit/{track} the next version, say in wit/CHANGELOG.md what has grown, and run `cargo xtask freeze`"
        );
    }
}

#[test]
fn a_contract_only_grows() {
    for track in TRACKS {
        let present = root().join("wit").join(track);
        for (version, kept) in frozen(track) {
            if let Err(cause) = grows(&kept.join("wit"), &present) {
                panic!(
                    "a connector made for {version} cannot be run by wit/{track} any more: {cause}; what is there must stay as it is, and what \
                     has to change needs a new track"
                );
            }
        }
    }
}

#[test]
fn what_changes_is_told_from_what_grows() {
    let present = root().join("wit/0.1");
    let altered = |from: &str, to: &str| {
        let folder = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(&present).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let text = text.replace("@0.1.0", "@0.1.1").replace(from, to);
            std::fs::write(folder.path().join(path.file_name().unwrap()), text).unwrap();
        }
        grows(&present, folder.path())
    };
    let log = "write: func(level: level, line: string);";
    assert_eq!(altered(log, &format!("{log}\n    flush: func();")), Ok(()));
    assert!(altered(log, "write: func(level: level, line: string, at: u64);").is_err());
    assert!(
        altered(
            "reads-changes: bool,",
            "reads-changes: bool,\n        extra: bool,"
        )
        .is_err()
    );
    assert!(altered("import signer;", "").is_err());
}

fn sandbox() -> Sandbox {
    Sandbox::new(SandboxConfig {
        cache_dir: tempfile::tempdir().unwrap().keep(),
        limits: Limits::default(),
        egress: Egress::new(&[]).unwrap(),
    })
    .unwrap()
}

/// A server that repeats what it is asked.
async fn server() -> String {
    let app = axum::Router::new().fallback(async |request: axum::extract::Request| {
        let (parts, body) = request.into_parts();
        let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let own = parts
            .headers
            .get("x-own")
            .map_or("", |value| value.to_str().unwrap());
        format!(
            "{} {} {own} {}",
            parts.method,
            parts.uri,
            String::from_utf8_lossy(&body)
        )
    });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
    format!("http://{address}")
}

/// A key to sign with.
fn seal(folder: &Path) -> Credential {
    let identity = Identity::new("seal", KeyKind::P256);
    let kept = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        SecretReference::File(path)
    };
    let key = KeySettings::Pem {
        private_key: kept("seal.key", &identity.key_pem()),
        certificate: Some(kept("seal.pem", &identity.certificate_pem())),
    };
    CredentialSettings::SigningKey { key }.resolve().unwrap()
}

/// An answer, of a fault only what kind it is and whose: the host's words may change.
fn told<T: serde::Serialize, E: serde::Serialize>(answer: Result<T, E>) -> Json {
    let mut told = serde_json::to_value(answer).unwrap();
    let host = told
        .pointer("/Err/kind/kind")
        .is_some_and(|kind| kind == "not-granted");
    if let Some(fault) = told.get_mut("Err").and_then(Json::as_object_mut).filter(|_| host) {
        fault.remove("message");
    }
    told
}

/// Everything that the component answers to everything.
async fn everything(component: &Component) -> Json {
    let url = server().await;
    let folders = tempfile::tempdir().unwrap();
    let (inbox, outbox) = (folders.path().join("in"), folders.path().join("out"));
    for folder in [&inbox, &outbox] {
        std::fs::create_dir(folder).unwrap();
    }
    std::fs::write(inbox.join("in.txt"), "delivered").unwrap();
    let key = seal(folders.path());
    let request = |task: &str| OpenRequest {
        grants: GrantSettings {
            http: vec![url.clone()],
            signing: vec!["seal".to_owned()],
            inbox: true,
            outbox: true,
            ..GrantSettings::default()
        },
        credentials: BTreeMap::from([("seal".to_owned(), key.clone())]),
        inbox: Some(inbox.clone()),
        outbox: Some(outbox.clone()),
        ..OpenRequest::new("village", "import village", json!({ "task": task, "url": url }))
    };
    let mut answers = BTreeMap::new();
    for task in [
        "findings",
        "http",
        "directory",
        "sign",
        "folders",
        "log",
        "invalid-settings",
        "unauthorised",
        "unreachable",
        "rate-limited",
        "waiting-for-data",
        "invalid-data",
        "resync-required",
        "unsupported",
        "internal",
    ] {
        let mut session = component.open(request(task)).await.unwrap();
        answers.insert(format!("check {task}"), told(session.check().await));
    }
    assert_eq!(
        std::fs::read_to_string(outbox.join("out.txt")).unwrap(),
        "DELIVERED"
    );
    for (name, extent) in [
        ("full", Extent::Full),
        ("since", Extent::Since("last night".to_owned())),
    ] {
        let mut session = component.open(request("")).await.unwrap();
        session.read(&["thing".to_owned()], &extent).await.unwrap();
        let mut batches = Vec::new();
        for _ in 0..3 {
            batches.push(told(session.next(10).await));
        }
        answers.insert(format!("read {name}"), batches.into());
    }
    let mut session = component.open(request("")).await.unwrap();
    let keys = ["one".to_owned(), "nobody".to_owned()];
    answers.insert("get".to_owned(), told(session.get("thing", &keys).await));
    let operation = |(key, action): (&str, Action)| Operation {
        id: format!("id of {key}"),
        action,
        class: "thing".to_owned(),
        key: key.to_owned(),
        desired: Attributes::from([("text".to_owned(), Value::Text("wanted".to_owned()))]),
        changed: vec!["text".to_owned()],
    };
    let operations = [
        ("new", Action::Create),
        ("changed", Action::Update),
        ("gone", Action::Delete),
        ("queued", Action::Create),
        ("unchanged", Action::Update),
        ("later", Action::Update),
        ("conflict", Action::Create),
    ];
    let operations: Vec<Operation> = operations.into_iter().map(operation).collect();
    answers.insert("apply".to_owned(), told(session.apply(&operations).await));
    let rejected = [operation(("rejected", Action::Update))];
    answers.insert("apply rejected".to_owned(), told(session.apply(&rejected).await));
    let text = json!({ "describe": **component.description(), "answers": answers }).to_string();
    serde_json::from_str(&text.replace(&url, "http://server")).unwrap()
}

#[tokio::test]
async fn each_frozen_component_gives_what_it_always_gave() {
    let sandbox = sandbox();
    for track in TRACKS {
        for (version, kept) in frozen(track) {
            let component = sandbox.load_file(&kept.join("whole.wasm")).await.unwrap();
            assert_eq!(component.contract(), track);
            let answers = everything(&component).await;
            let file = kept.join("answers.json");
            if std::env::var_os("SAMKLANG_FREEZE").is_some() && !file.exists() {
                std::fs::write(&file, format!("{answers:#}\n")).unwrap();
            }
            let expected: Json = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
            assert_eq!(
                answers, expected,
                "the component of {version} answers otherwise than it did"
            );
        }
    }
}

#[tokio::test]
async fn what_is_built_now_gives_what_was_frozen_last() {
    let built = std::fs::read(samklang_components::component("whole-connector")).unwrap();
    let component = sandbox().load(built).await.unwrap();
    let (_, kept) = frozen(TRACKS[TRACKS.len() - 1]).pop().unwrap();
    let expected: Json =
        serde_json::from_str(&std::fs::read_to_string(kept.join("answers.json")).unwrap()).unwrap();
    assert_eq!(everything(&component).await, expected);
}
