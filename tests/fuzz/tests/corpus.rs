//! Every input that was ever worth keeping, against its target.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use samklang_fuzz::{TARGETS, Target};

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

/// Runs all inputs of a target. A panic that something else catches counts as well.
fn run(name: &str) {
    static PANICS: AtomicU32 = AtomicU32::new(0);
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        PANICS.fetch_add(1, Ordering::SeqCst);
        hook(panic);
    }));
    let target = Target::named(name).unwrap();
    let inputs = entries(&corpus().join(name));
    assert!(!inputs.is_empty(), "the corpus of {name} is empty");
    for input in inputs {
        // The last line of an overflow of the stack, which no test survives.
        println!("{}", input.display());
        target.run(&std::fs::read(&input).unwrap());
        assert_eq!(PANICS.load(Ordering::SeqCst), 0, "{}", input.display());
    }
}

macro_rules! targets {
    ($($name:ident),+) => {
        $(
            #[test]
            fn $name() {
                run(stringify!($name));
            }
        )+

        #[test]
        fn every_target_has_a_test_and_a_corpus() {
            let tested = BTreeSet::from([$(stringify!($name)),+]);
            let targets: BTreeSet<&str> = TARGETS.iter().map(|target| target.name).collect();
            assert_eq!(tested, targets);
            let folders = entries(&corpus());
            let folders: BTreeSet<&str> = folders.iter().map(|path| path.file_name().unwrap().to_str().unwrap()).collect();
            assert_eq!(folders, targets);
        }
    };
}

targets!(
    component,
    configuration,
    contract,
    filter,
    http,
    ldap,
    mapping,
    origin,
    settings,
    template
);
