//! The PIFU-IMS document against the official XML schema, judged by `xmllint`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests: a panic is the report"
)]

use samklang_municipality::{Municipality, write_pifu};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

fn schemas() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas");
    std::env::var_os("SAMKLANG_SCHEMAS").map_or(beside, PathBuf::from)
}

/// None when the environment says that there is to be no xmllint.
fn xmllint() -> Option<Command> {
    let without = std::env::var("SAMKLANG_TEST_WITHOUT").unwrap_or_default();
    if without.split(',').any(|name| name == "xmllint") {
        eprintln!("without xmllint, as SAMKLANG_TEST_WITHOUT asks");
        return None;
    }
    assert!(
        Command::new("xmllint")
            .arg("--version")
            .output()
            .is_ok_and(|output| output.status.success()),
        "xmllint is missing: apt-get install libxml2-utils"
    );
    Some(Command::new("xmllint"))
}

fn document(municipality: &Municipality) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    write_pifu(municipality, std::io::BufWriter::new(file.as_file_mut())).unwrap();
    file.flush().unwrap();
    file
}

#[test]
fn documents_are_valid() {
    let schema = schemas().join("pifu-ims/PIFU-IMS_SAS.xsd");
    if !schema.exists() {
        println!(
            "not checked against the official schema: {} is absent (set SAMKLANG_SCHEMAS)",
            schema.display()
        );
        return;
    }
    let small = Municipality::new(1, 100);
    let town = Municipality::new(2, 3000);
    for municipality in [
        small,
        small.after_nights(3),
        town,
        town.after_nights(40).after_school_years(1),
    ] {
        let file = document(&municipality);
        let Some(mut xmllint) = xmllint() else { return };
        let output = xmllint
            .args(["--noout", "--schema"])
            .arg(&schema)
            .arg(file.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn references_lead_to_persons_and_groups_of_the_document() {
    let file = document(&Municipality::new(5, 2000).after_nights(7));
    if xmllint().is_none() {
        return;
    }
    let ids = |path: &str| -> Vec<String> {
        let output = Command::new("xmllint")
            .arg("--xpath")
            .arg(path)
            .arg(file.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout)
            .unwrap()
            .lines()
            .map(str::to_owned)
            .collect()
    };
    let local = |name: &str| format!("*[local-name()='{name}']");
    let id = format!("{}/{}/text()", local("sourcedid"), local("id"));
    let persons: std::collections::BTreeSet<String> =
        ids(&format!("/*/{}/{id}", local("person"))).into_iter().collect();
    let contacts = ids(&format!("//{}/{id}", local("pifu_hasContactPerson")));
    let members = ids(&format!("//{}/{id}", local("member")));
    assert!(contacts.len() > 1000 && members.len() > 4000);
    for reference in contacts.iter().chain(&members) {
        assert!(persons.contains(reference), "{reference} is not in the document");
    }
    let groups: std::collections::BTreeSet<String> =
        ids(&format!("/*/{}/{id}", local("group"))).into_iter().collect();
    for reference in ids(&format!("/*/{}/{id}", local("membership"))) {
        assert!(groups.contains(&reference), "{reference} is not in the document");
    }
}
