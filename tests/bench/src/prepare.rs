//! A tenant's folder for a stopwatch from outside: everything is in place, so that the one command under the stopwatch is
//! the program's own.

use std::path::Path;

use anyhow::{Result, ensure};
use samklang_components::component;
use samklang_municipality::Snapshot;

use crate::child::Call;
use crate::ground::{self, Columns, FILE, Ground};
use crate::workload::Kind;

/// Makes the folder, and says what to call.
pub(crate) fn tenant(folder: &Path, persons: u64) -> Result<()> {
    let folder = std::path::absolute(folder)?;
    let taken = folder
        .read_dir()
        .is_ok_and(|mut entries| entries.next().is_some());
    ensure!(
        !taken,
        "{} is not empty: name another folder, or remove it",
        folder.display()
    );
    let ground = Ground::lay(&folder, None)?;
    Call::new(Kind::Install, &ground)
        .installing(&[component("csv-connector")])
        .run()?;
    ground.deliver(persons, Snapshot::First, Columns::Twenty)?;
    let second = folder.join("second.csv");
    ground::write(&second, persons, Snapshot::Second, Columns::Twenty)?;
    let (shown, inbox) = (folder.display(), ground.inbox().join(FILE));
    println!(
        "{persons} persons are in {}; the connector is installed in {}.\n\n\
         cargo build --release --package samklang\n\n\
         # the first import\n\
         /usr/bin/time -v target/release/samklang run {shown}\n\n\
         # the same again: nothing changed\n\
         /usr/bin/time -v target/release/samklang run {shown}\n\n\
         # the second list: 1 % changed, gone or new\n\
         cp {} {}\n\
         /usr/bin/time -v target/release/samklang run {shown}\n\n\
         # from the beginning\n\
         rm {}/samklang.db*; target/release/samklang --home {} connector add {}",
        inbox.display(),
        ground.home().display(),
        second.display(),
        inbox.display(),
        ground.home().display(),
        ground.home().display(),
        component("csv-connector").display(),
    );
    Ok(())
}
