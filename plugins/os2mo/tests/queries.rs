//! Every query text against the official schemas of the versions that it is sent to.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

use samklang_os2mo::queries::{Generation, texts};

mod sdl;

/// The versions of which a schema exists, and what is asked of each.
const VERSIONS: [u8; 3] = [22, 25, 29];

#[test]
fn every_text_is_valid_in_the_versions_it_is_sent_to() {
    for version in VERSIONS {
        let Some(schema) = sdl::schema(version) else {
            return;
        };
        for query in texts(Generation::of(version)) {
            if let Err(faults) = sdl::validate(&schema, query.text) {
                panic!("{} in version {version}: {faults}", query.operation);
            }
        }
    }
}

#[test]
fn one_text_could_not_serve_both_generations() {
    let Some(old) = sdl::schema(22) else { return };
    for query in texts(Generation::Current)
        .iter()
        .filter(|query| query.class != "class")
    {
        assert!(
            sdl::validate(&old, query.text).is_err(),
            "{} would be valid in version 22: keep one text",
            query.operation
        );
    }
}
