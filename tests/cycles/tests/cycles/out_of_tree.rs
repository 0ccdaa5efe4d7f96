//! A connector made of the template outside this repository, installed into the program that is built already.

use std::path::{Path, PathBuf};
use std::process::Command;

use samklang_cycles::{Tenant, program, repository};
use samklang_municipality::{Snapshot, people_truth, write_people_csv};

const PERSONS: u64 = 300;

/// Copies the template, gives it a name of its own and builds it there; the component.
fn build(folder: &Path) -> PathBuf {
    let repository = repository();
    Tenant::copy(&repository.join("sdk/templates/csv"), folder);
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml")).unwrap();
    let sdk = repository.join("sdk/rust");
    let manifest = manifest
        .replace("name = \"csv-connector\"", "name = \"fjordvik-people\"")
        .replace("path = \"../../rust\"", &format!("path = \"{}\"", sdk.display()));
    assert!(
        manifest.contains("fjordvik-people") && manifest.contains("sdk/rust\""),
        "{manifest}"
    );
    std::fs::write(folder.join("Cargo.toml"), manifest + "\n[workspace]\n").unwrap();
    let source = folder.join("src/lib.rs");
    let text = std::fs::read_to_string(&source).unwrap();
    let renamed = text.replace("Description::new(\"csv\"", "Description::new(\"fjordvik-people\"");
    assert_ne!(text, renamed);
    std::fs::write(source, renamed).unwrap();
    // The versions of the repository, so that the build needs nothing that is not there already.
    std::fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("out-of-tree");
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(folder)
        .args(["build", "--release", "--target", "wasm32-wasip2", "--target-dir"])
        .arg(&target)
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "the template cannot be built outside the repository (the target is installed by `rustup target add \
         wasm32-wasip2`):\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    target.join("wasm32-wasip2/release/fjordvik_people.wasm")
}

#[test]
fn a_connector_from_elsewhere_runs_in_the_program_as_it_is() {
    let built = std::fs::metadata(program()).unwrap().modified().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let component = build(folder.path());
    let tenant = Tenant::new(
        r#"
        tenant = "nordvik"
        steps = ["import people", "compare", "reconcile"]
        [connections.people]
        connector = "fjordvik-people"
        role = "source"
        [connections.people.settings]
        file = "people.csv"
        [connections.people.grants]
        inbox = true
        "#,
    );
    // Before it is installed, the program says what is missing.
    let answer = tenant.run().ends(2);
    assert!(answer.stdout.contains("fjordvik-people"), "{}", answer.stdout);
    let _ = tenant.connector(&["add", component.to_str().unwrap()]).ends(0);
    let listed = tenant.connector(&["list", "--json"]).ends(0).json();
    let names: Vec<_> = listed["connectors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert!(names.contains(&"fjordvik-people".into()), "{listed:#}");

    for (snapshot, added, changed, removed) in {
        let truth = people_truth(PERSONS);
        [
            (Snapshot::First, truth.first, 0, 0),
            (Snapshot::Second, truth.created, truth.updated, truth.deleted),
        ]
    } {
        let mut csv = Vec::new();
        write_people_csv(PERSONS, snapshot, &mut csv).unwrap();
        tenant.deliver("people", "people.csv", &csv);
        let answer = tenant.run().ends(0);
        assert_eq!(answer.count("import people", "added"), added);
        assert_eq!(answer.count("import people", "changed"), changed);
        assert_eq!(answer.count("import people", "removed"), removed);
    }
    assert_eq!(
        std::fs::metadata(program()).unwrap().modified().unwrap(),
        built,
        "the program was built anew"
    );
}
