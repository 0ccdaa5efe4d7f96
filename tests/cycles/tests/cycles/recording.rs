//! What a connector exchanges with its system, in one file that is played without it.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use samklang_components::{component, with_code};
use samklang_cycles::Tenant;
use samklang_municipality::Municipality;
use samklang_stand_ins::Canvas;
use serde_json::Value;

use crate::organisation::{os2mo, os2sync};
use crate::{organisation, roster};

/// Plays a recording to the build that was recorded.
pub(crate) fn replay(tenant: &Tenant, file: &Path) -> Value {
    let replayed = tenant.connector(&["replay", file.to_str().unwrap(), "--json"]);
    replayed.ends(0).json()
}

#[test]
fn a_source_is_played_when_it_is_gone_and_nothing_private_is_in_the_file() {
    let municipality = Municipality::new(3, 200);
    let (mo, target) = (os2mo(&municipality), os2sync());
    let tenant = organisation::tenant(&mo, &target, None, 50);
    tenant.private().know(&municipality);
    let file = tenant.folder().join("os2mo.json");
    let path = file.to_str().unwrap();
    let made = tenant
        .call("connector record", &["os2mo", "--out", path, "--json"])
        .ends(0)
        .json();
    assert_eq!(made["ended"], "done", "{made:#}");
    assert!(made["exchanges"].as_u64().unwrap() > 5, "{made:#}");
    let text = std::fs::read_to_string(&file).unwrap();
    tenant.private().look("the recording", &text);
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    // It is not written over.
    let again = tenant.call("connector record", &["os2mo", "--out", path]).ends(2);
    assert!(again.stderr.contains("is there already"), "{}", again.stderr);

    drop(mo);
    let replayed = replay(&tenant, &file);
    assert_eq!(replayed["differences"], serde_json::json!([]));
    assert_eq!(replayed["sessions"], 1);
    // Another build that goes wrong is found out by it.
    let broken = tenant.folder().join("broken.wasm");
    let octets = std::fs::read(component("samklang-os2mo")).unwrap();
    let export = "samklang:connector/sync@0.1.0#[method]reader.next";
    std::fs::write(&broken, with_code(&octets, export, "unreachable")).unwrap();
    let answer = tenant
        .connector(&["replay", path, "--with", broken.to_str().unwrap(), "--json"])
        .ends(1)
        .json();
    assert_eq!(answer["differences"][0]["name"], "next", "{answer:#}");
    assert_eq!(answer["differences"].as_array().unwrap().len(), 1);

    // And one that asks for something else tells what.
    let altered = text.replace("/graphql/v", "/elsewhere/v");
    assert_ne!(altered, text);
    std::fs::write(&file, altered).unwrap();
    let answer = tenant.connector(&["replay", path, "--json"]).ends(1).json();
    let stray = answer["differences"][0]["strays"][0].as_str().unwrap();
    assert!(stray.starts_with("http POST http://127.0.0.1"), "{answer:#}");
    std::fs::write(&file, "{}").unwrap();
    let refused = tenant.connector(&["replay", path]).ends(2);
    assert!(refused.stderr.contains("is no recording"), "{}", refused.stderr);
}

#[test]
fn a_night_of_a_target_is_recorded_and_played() {
    let canvas = Canvas::builder().start_blocking().unwrap();
    let tenant = roster::tenant(&canvas);
    let municipality = Municipality::new(7, 60);
    tenant.private().know(&municipality);
    tenant.deliver_pifu("sas", &municipality);
    let file = tenant.folder().join("canvas.json");
    let path = file.to_str().unwrap();
    let made = tenant
        .call("connector record", &["canvas", "--out", path, "--run", "--json"])
        .ends(0)
        .json();
    assert_eq!(made["ended"], "done", "{made:#}");
    assert!(made["sessions"].as_u64().unwrap() > 1, "{made:#}");
    tenant
        .private()
        .look("the recording", &std::fs::read_to_string(&file).unwrap());
    drop(canvas);
    assert_eq!(replay(&tenant, &file)["differences"], serde_json::json!([]));

    // A source of files brings its inbox along.
    let file = tenant.folder().join("sas.json");
    let _ = tenant
        .call("connector record", &["sas", "--out", file.to_str().unwrap()])
        .ends(0);
    tenant
        .private()
        .look("the recording", &std::fs::read_to_string(&file).unwrap());
    std::fs::remove_dir_all(tenant.folder().join("sas/inbox")).unwrap();
    assert_eq!(replay(&tenant, &file)["differences"], serde_json::json!([]));
}
