//! Any text as each of the files of a configuration: what they say, or mistakes that stand within the text.

use std::path::Path;

use samklang::configuration::{Home, HomeError, Installed, Mistaken, Offer, Source, Tenant, Use, fuzzing};
use samklang_core::Description;

use crate::scene;

/// One text, read as `samklang.toml`, as `installation.toml` and as `samklang.lock`.
pub(crate) fn run(octets: &[u8]) {
    let text = String::from_utf8_lossy(octets);
    // Tables are read from files, and some of the system's files never end.
    if ["/dev", "/proc", "/sys"].iter().any(|place| text.contains(place)) {
        return;
    }
    tenant(&text, scene::description());
    let folder = tempfile::tempdir().unwrap();
    installation(folder.path(), &text);
    lock(folder.path(), &text);
}

/// As a tenant's file, with this connector installed.
pub(crate) fn tenant(text: &str, connector: Description) {
    let nowhere = Path::new("/nowhere");
    let source = Source::new(Path::new("samklang.toml"), text.to_owned());
    let tenant = match Tenant::parse(nowhere, source) {
        Ok(tenant) => tenant,
        Err(mistaken) => return told(text, &mistaken),
    };
    // Under the names that the samples in the documentation use.
    let installed = ["any", "csv", "lms", "os2mo", "canvas", "ad"].map(|name| Installed {
        digest: format!("digest-{name}"),
        description: Description {
            name: name.to_owned(),
            ..connector.clone()
        }
        .into(),
        signature: None,
    });
    if let Err(mistaken) = tenant.fit(&Offer::from(installed.to_vec()), Use::Work) {
        told(text, &mistaken);
    }
}

fn installation(folder: &Path, text: &str) {
    std::fs::write(folder.join("installation.toml"), text).unwrap();
    let home = Home::find(Some(folder), None, &|_| None).unwrap();
    match home.settings(&|_| None) {
        Ok(_) => {}
        Err(HomeError::Mistaken(mistaken)) => told(text, &mistaken),
        Err(other) => panic!("{other}"),
    }
}

/// What is written is what was read.
fn lock(folder: &Path, text: &str) {
    std::fs::write(folder.join("samklang.lock"), text).unwrap();
    let Ok(locked) = fuzzing::locked(folder) else {
        return;
    };
    fuzzing::rewrite_lock(folder).unwrap();
    assert_eq!(fuzzing::locked(folder).unwrap(), locked);
}

/// Mistakes can be shown, and stand where there is something to look at.
fn told(text: &str, mistaken: &Mistaken) {
    assert!(
        !mistaken.mistakes().is_empty(),
        "a file is refused without a mistake"
    );
    for span in fuzzing::spans(mistaken) {
        assert!(
            text.get(span.clone()).is_some(),
            "a mistake stands at {span:?}, and the text has {} octets",
            text.len()
        );
    }
    let lines = text.matches('\n').count() + 1;
    for record in mistaken.records() {
        assert!(
            (1..=lines).contains(&record.line),
            "a mistake in line {} of {lines}",
            record.line
        );
        assert!(record.column >= 1 && !record.message.is_empty());
    }
    for colour in [false, true] {
        assert!(mistaken.render(colour).contains("nothing was done"));
    }
}
