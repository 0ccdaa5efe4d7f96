//! Messages and replies against the official schemas, judged by `xmllint`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::names::{HEADER, OS, SOAP};
use super::xml::Node;

/// Looks at envelopes: the RequestHeader and the body of each. Where the schemas are absent it says so in one line; without `xmllint`
/// only when the environment asks for that.
///
/// # Panics
///
/// When one is not valid, or `xmllint` is missing; the message says what to do.
pub fn assert_valid(envelopes: impl IntoIterator<Item = String>) {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/schemas");
    let schemas = std::env::var_os("SAMKLANG_SCHEMAS").map_or(beside, PathBuf::from);
    let schemas = schemas.join("sts-organisation/xsd");
    if !schemas.exists() {
        println!(
            "not checked against the official schema: {} is absent (set SAMKLANG_SCHEMAS)",
            schemas.display()
        );
        return;
    }
    let without = std::env::var("SAMKLANG_TEST_WITHOUT").unwrap_or_default();
    if without.split(',').any(|name| name == "xmllint") {
        eprintln!("without xmllint, as SAMKLANG_TEST_WITHOUT asks");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let driver = folder.path().join("driver.xsd");
    std::fs::write(&driver, schema(&schemas.canonicalize().expect("a path")))
        .expect("the driver can be written");
    let mut files = Vec::new();
    for (at, envelope) in envelopes.into_iter().enumerate() {
        for (part, document) in parts(&envelope).into_iter().enumerate() {
            let file = folder.path().join(format!("{at}-{part}.xml"));
            std::fs::write(&file, document.document()).expect("a part can be written");
            files.push(file);
        }
    }
    // A command line has its bounds.
    for files in files.chunks(200) {
        let output = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(&driver)
            .args(files)
            .output()
            .expect("xmllint is missing: apt-get install libxml2-utils");
        let mut report = String::new();
        for line in String::from_utf8_lossy(&output.stderr)
            .lines()
            .filter(|line| !line.ends_with(" validates"))
        {
            let _ = writeln!(report, "{line}");
        }
        assert!(output.status.success(), "against the official schema:\n{report}");
    }
}

/// One schema for all services, which import each other by relative paths.
fn schema(schemas: &Path) -> String {
    let import = |ns: &str, file: &str| {
        format!(
            "<xs:import namespace=\"{ns}\" schemaLocation=\"{}\"/>",
            schemas.join(file).display()
        )
    };
    format!(
        "<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">{}{}</xs:schema>",
        import(OS, "6.0.STS-0/OrganisationSystemOperationer.xsd"),
        import(HEADER, "common/RequestHeader.xsd"),
    )
}

/// What of an envelope the schemas speak of. A fault has nothing.
fn parts(envelope: &str) -> Vec<Node> {
    let document = Node::parse(envelope).expect("a document");
    let header = document
        .child(SOAP, "Header")
        .and_then(|header| header.child(HEADER, "RequestHeader"));
    let header = header.cloned().map(|mut header| {
        // What a signature refers to it by is no matter of its schema.
        header.attributes.clear();
        header
    });
    let body = document.child(SOAP, "Body").expect("a body");
    let body = body
        .children
        .iter()
        .filter(|body| !body.is(SOAP, "Fault"))
        .cloned();
    header.into_iter().chain(body).collect()
}
