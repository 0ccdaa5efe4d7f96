//! `cargo xtask generate`: files of a made-up municipality, the same for the same numbers.

use std::fs::File as Opened;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, Result};
use samklang_municipality::{Municipality, Snapshot, write_people_csv, write_pifu};

/// Which file.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum File {
    /// A list of persons as CSV, of twenty columns.
    People {
        /// How many persons.
        #[arg(long, default_value_t = 1000)]
        persons: u64,
        /// The second list, in which some are changed, gone or new.
        #[arg(long)]
        second: bool,
        /// Where to write it.
        output: PathBuf,
    },
    /// The schools as a full PIFU-IMS document.
    Pifu {
        /// How many persons live in the municipality.
        #[arg(long, default_value_t = 1000)]
        persons: u64,
        /// What it grows from.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// How many nights have gone by, each with a few changes.
        #[arg(long, default_value_t = 0)]
        nights: u32,
        /// How many school years have gone by.
        #[arg(long, default_value_t = 0)]
        years: u32,
        /// Where to write it.
        output: PathBuf,
    },
}

pub(crate) fn write(file: &File) -> Result<()> {
    match file {
        File::People {
            persons,
            second,
            output,
        } => {
            let snapshot = if *second {
                Snapshot::Second
            } else {
                Snapshot::First
            };
            to(output, |into| {
                write_people_csv(*persons, snapshot, into).map(drop)
            })
        }
        File::Pifu {
            persons,
            seed,
            nights,
            years,
            output,
        } => {
            let municipality = Municipality::new(*seed, *persons)
                .after_nights(*nights)
                .after_school_years(*years);
            to(output, |into| write_pifu(&municipality, into))
        }
    }
}

/// Writes a file beside its place and moves it there when it is whole, as a source should.
pub(crate) fn to(
    output: &PathBuf,
    write: impl FnOnce(&mut BufWriter<Opened>) -> std::io::Result<()>,
) -> Result<()> {
    let mut part = output.clone().into_os_string();
    part.push(".part");
    let part = PathBuf::from(part);
    let written = || format!("{} cannot be written", output.display());
    let mut into = BufWriter::new(Opened::create(&part).with_context(written)?);
    write(&mut into)
        .and_then(|()| into.flush())
        .with_context(written)?;
    std::fs::rename(&part, output).with_context(written)
}
