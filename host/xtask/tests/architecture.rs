//! The rooms and their arrows, held by the workspace's own manifests: who may know whom, and which library has one room only.

#![allow(clippy::unwrap_used, reason = "tests: a panic is the report")]

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, MetadataCommand};

/// What each room of the host may know of the others.
const ARROWS: &[(&str, &[&str])] = &[
    ("samklang-core", &[]),
    ("samklang-store", &["samklang-core"]),
    ("samklang-egress", &["samklang-core"]),
    ("samklang-registry", &["samklang-core"]),
    ("samklang-sandbox", &["samklang-core", "samklang-egress"]),
    ("samklang-cycle", &["samklang-core"]),
    (
        "samklang-server",
        &[
            "samklang-core",
            "samklang-cycle",
            "samklang-egress",
            "samklang-store",
        ],
    ),
];

/// Libraries that have one room only.
const ROOMS: &[(&str, &str)] = &[
    ("wasmtime", "samklang-sandbox"),
    ("wasmtime-wasi", "samklang-sandbox"),
    ("wasmtime-wasi-http", "samklang-sandbox"),
    ("sqlx", "samklang-store"),
    ("reqwest", "samklang-egress"),
    ("bergshamra-c14n", "samklang-egress"),
    ("bergshamra-xml", "samklang-egress"),
    ("uppsala", "samklang-egress"),
    ("p12-keystore", "samklang-egress"),
    ("oci-client", "samklang-registry"),
    ("minisign-verify", "samklang-registry"),
];

/// What the packages of the workspace need when they run, by package.
fn needs() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().no_deps().exec().unwrap();
    let members = metadata.workspace_packages().into_iter();
    members
        .map(|package| {
            let needed = package.dependencies.iter();
            let needed = needed.filter(|dependency| dependency.kind == DependencyKind::Normal);
            (
                package.name.to_string(),
                needed.map(|dependency| dependency.name.clone()).collect(),
            )
        })
        .collect()
}

#[test]
fn arrows_between_rooms_point_one_way() {
    let needs = needs();
    for (room, allowed) in ARROWS {
        let known = needs[*room].iter().filter(|name| name.starts_with("samklang"));
        let strangers: Vec<_> = known.filter(|name| !allowed.contains(&name.as_str())).collect();
        assert!(
            strangers.is_empty(),
            "{room} knows {strangers:?}, which it must not"
        );
    }
}

#[test]
fn a_connector_sees_only_the_sdk() {
    let connectors = [
        "samklang-ad",
        "samklang-canvas",
        "samklang-os2mo",
        "samklang-os2sync",
        "samklang-pifu-ims",
        "samklang-sts-organisation",
        "csv-connector",
    ];
    let needs = needs();
    for connector in connectors {
        let known: Vec<_> = needs[connector]
            .iter()
            .filter(|name| name.starts_with("samklang"))
            .collect();
        assert_eq!(known, ["samklang-sdk"], "{connector}");
    }
}

#[test]
fn each_engine_has_one_room() {
    for (package, needed) in needs() {
        for (library, room) in ROOMS {
            assert!(
                !needed.contains(*library) || package == *room,
                "{package} needs {library}, which is {room}'s alone"
            );
        }
    }
}
