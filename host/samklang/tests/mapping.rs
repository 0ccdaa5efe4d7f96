//! `samklang mapping test`: what comes out of mappings, value by value.

#![expect(clippy::unwrap_used, reason = "test support: a panic is the report")]
#![allow(clippy::indexing_slicing, reason = "a missing member is a failed test")]

mod described;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use samklang_core::catalogue::{Entity, EntityKind, EntityState};
use samklang_core::key::{Keyring, TenantKey};
use samklang_core::port::{ChangeKind, Counts, EntityWrite, Reconciled, Staged, StepSpec, Store as _};
use samklang_core::{Attributes, Digest, Value};
use samklang_os2mo::Os2mo;
use samklang_os2sync::Os2sync;
use samklang_sdk::Connector as _;
use samklang_store::{ConnectorRecord, Installation, Worker};
use serde_json::json;
use uuid::Uuid;

const SETTINGS: &str = r#"{"municipality.cvr": "11111111", "municipality.name": "nordvik",
    "os2sync.top_unit_uuid": "3f0c8a52-0000-4000-8000-0000000000c0", "os2sync.xfer_cpr": true}"#;

const CPR: &str = "0101901234";

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_samklang"))
        .args(arguments)
        .current_dir(folder)
        .env("SAMKLANG_HOME", folder.join("home"))
        .env_remove("XDG_DATA_HOME")
        .output()
        .unwrap()
}

/// An installation with OS2MO and OS2sync, and a tenant that knows one person.
async fn place() -> tempfile::TempDir {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("settings.json"), SETTINGS).unwrap();
    let made = run(
        place.path(),
        &["import-settings", "os2sync", "settings.json", "nordvik"],
    );
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::create_dir_all(place.path().join("home")).unwrap();
    let url = format!("sqlite:{}", place.path().join("home/samklang.db").display());
    let installation = Installation::open(&url, Worker::new("test")).await.unwrap();
    for description in [Os2mo::describe(), Os2sync::describe()] {
        let description = described::described(description).description;
        installation
            .register_connector(&ConnectorRecord {
                digest: description.name.clone(),
                name: description.name.clone(),
                version: description.version.clone(),
                description: serde_json::to_string(&*description).unwrap(),
                size: 1,
                installed: 0,
                origin: "test".to_owned(),
                signature: None,
                signer: None,
            })
            .await
            .unwrap();
    }
    let key = std::fs::read_to_string(place.path().join("nordvik/tenant.key")).unwrap();
    let keys = Keyring::new(TenantKey::parse(&key).unwrap(), Vec::new());
    let store = installation.tenant("nordvik", &keys).await.unwrap();
    let step = StepSpec {
        kind: "reconcile".to_owned(),
        connection: None,
    };
    let cycle = store.begin_cycle(&[step], 0).await.unwrap().cycle;
    let employee: Attributes =
        json!({"uuid": "a1", "given_name": "Anne", "surname": "Hjorth", "cpr_number": CPR, "nickname": CPR})
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, value)| (name.clone(), Value::from_json(value.clone())))
            .collect();
    let digest = Digest::of(employee.iter().map(|(name, value)| (name.as_str(), value)));
    store.begin_import(cycle, "os2mo").await.unwrap();
    let staged = Staged {
        class: "employee".to_owned(),
        key: "a1".to_owned(),
        kind: ChangeKind::Added,
        object: Some((digest, employee)),
        place: samklang_core::guard::Place::default(),
        identity: None,
    };
    store.stage("os2mo", &[staged]).await.unwrap();
    store
        .settle_import("os2mo", Counts::default(), &BTreeMap::new(), None)
        .await
        .unwrap();
    store.accept_import("os2mo", &BTreeMap::new()).await.unwrap();
    let text = |text: &str| Value::Text(text.to_owned());
    let entity = Entity {
        id: Uuid::from_u128(1),
        kind: EntityKind::Person,
        state: EntityState::Active,
        values: Attributes::from([
            ("uuid".to_owned(), text("a1")),
            ("display_name".to_owned(), text("Anne Hjorth")),
            ("national_id".to_owned(), text(CPR)),
            ("username".to_owned(), text("annehj")),
        ]),
        references: BTreeMap::new(),
        provenance: BTreeMap::new(),
    };
    let batch = Reconciled {
        entities: vec![EntityWrite {
            entity,
            new: true,
            matches: Vec::new(),
            unresolved: Vec::new(),
        }],
        ..Reconciled::default()
    };
    store.keep_reconciled(&batch, &[]).await.unwrap();
    store.release_lease().await.unwrap();
    place
}

#[tokio::test]
async fn each_field_is_shown_with_its_template_what_it_used_and_what_came_out() {
    let place = place().await;
    let shown = |arguments: &[&str]| {
        let output = run(
            place.path(),
            &[&["mapping", "test", "nordvik"], arguments].concat(),
        );
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(!text.contains(CPR), "an identity number is never shown: {text}");
        (output.status.code(), text)
    };
    let json = |arguments: &[&str]| {
        let (code, text) = shown(&[arguments, &["--json"]].concat());
        (code, serde_json::from_str::<serde_json::Value>(&text).unwrap())
    };
    let (code, inbound) = json(&["os2mo", "employee", "a1"]);
    assert_eq!(code, Some(0), "{inbound}");
    let object = &inbound["objects"][0];
    assert_eq!(
        (&object["direction"], &object["key"]),
        (&json!("inbound"), &json!("a1"))
    );
    let field = |object: &serde_json::Value, name: &str| {
        let fields = object["fields"].as_array().unwrap();
        let found = fields
            .iter()
            .find(|field| field["field"] == format!("attributes.{name}"));
        found.unwrap().clone()
    };
    let name = field(object, "display_name");
    assert_eq!(name["value"], "Anne Hjorth");
    assert_eq!(name["template"], "{{ given_name }} {{ surname }}");
    assert_eq!(name["inputs"], json!({"given_name": "Anne", "surname": "Hjorth"}));
    assert!(
        field(object, "national_id")["value"]
            .as_str()
            .unwrap()
            .contains("sensitive")
    );
    assert_eq!(field(object, "email")["value"], serde_json::Value::Null);

    let (code, outbound) = json(&["os2sync", "user", "annehj"]);
    assert_eq!(code, Some(0), "{outbound}");
    let object = &outbound["objects"][0];
    assert_eq!(
        (&object["direction"], &object["in_scope"]),
        (&json!("outbound"), &json!(false))
    );
    assert_eq!(field(object, "UserId")["value"], "annehj");
    let (_, sampled) = json(&["os2sync", "user", "--sample", "5"]);
    assert_eq!(sampled["objects"].as_array().unwrap().len(), 1);

    let (_, text) = shown(&["os2mo", "employee"]);
    assert!(
        text.contains("inbound os2mo/employee a1") && text.contains("Anne Hjorth"),
        "{text}"
    );
    let (_, text) = shown(&["os2sync", "user"]);
    assert!(text.contains("(out of scope)"), "{text}");
}

#[tokio::test]
async fn an_error_of_a_field_is_shown_and_what_is_unknown_is_said() {
    let place = place().await;
    let file = place.path().join("nordvik/samklang.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let text = text.replace(
        "{{ given_name }} {{ surname }}",
        "{{ surname | lookup('names') }}",
    );
    std::fs::write(&file, format!("{text}\n[tables.names.rows]\n\"Bent\" = \"B\"\n")).unwrap();
    let run = |arguments: &[&str]| {
        let output = run(
            place.path(),
            &[&["mapping", "test", "nordvik"], arguments].concat(),
        );
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8(said).unwrap())
    };
    let (code, shown) = run(&["os2mo", "employee", "a1"]);
    assert_eq!(code, Some(1));
    let words: Vec<&str> = shown.split_whitespace().collect();
    assert!(words.join(" ").contains("error: invalid"), "{shown}");
    for (arguments, part) in [
        (
            ["os2mmo", "employee", "a1"],
            "there is no connection `os2mmo`; there is: os2mo, os2sync",
        ),
        (["os2mo", "employe", "a1"], "maps no class `employe`; it maps:"),
        (["os2mo", "employee", "zz"], "no object or entity is known by: zz"),
    ] {
        let (code, shown) = run(&arguments);
        assert_eq!(code, Some(2));
        assert!(shown.contains(part), "{shown}");
    }
}
