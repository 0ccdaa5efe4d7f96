//! Two snapshots of a flat list of persons as CSV: twenty columns, made for measuring imports.
//!
//! The second snapshot differs in one per cent of the persons: eight tenths of those are changed (telephone, for odd
//! numbers the title too), one tenth is gone and one tenth is new. A row is a function of its number, so any size
//! streams in constant memory.

use crate::draw::{Domain, Permutation, below, draw, mix};
use std::io::{BufWriter, Result, Write};

/// Which of the two lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Snapshot {
    /// The list before.
    First,
    /// The list after one per cent has changed.
    Second,
}

/// How the second list differs from the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeopleTruth {
    /// Rows in the first list.
    pub first: u64,
    /// Rows in the second list.
    pub second: u64,
    /// In both, with other values.
    pub updated: u64,
    /// Only in the first.
    pub deleted: u64,
    /// Only in the second.
    pub created: u64,
}

/// How the second list of `n` persons differs from the first.
pub const fn people_truth(n: u64) -> PeopleTruth {
    let touched = n / 100;
    let tenth = touched / 10;
    PeopleTruth {
        first: n,
        second: n,
        updated: touched - 2 * tenth,
        deleted: tenth,
        created: tenth,
    }
}

const SEED: u64 = 20_240_115;
const COLUMNS: &str = "entryUUID,uid,employeeNumber,givenName,sn,displayName,mail,phone,orgUnitId,orgUnitName,title,\
                       managerUid,status,startDate,endDate,costCentre,country,preferredLanguage,roles,note";
const GIVEN: &[&str] = &[
    "Åse", "Björn", "Søren", "Øyvind", "Íñigo", "Maja", "Linnea", "Jörg", "Karin", "Ole", "Astrid", "Elsa",
    "Emil", "Freja", "Gustav", "Hanne", "Ingrid", "Jens", "Lars", "Nora",
];
const FAMILY: &[&str] = &[
    "Åkesson",
    "Ødegård",
    "Sørensen",
    "Hansen",
    "Johansson",
    "García",
    "Núñez",
    "Berg",
    "Dahl",
    "Lund",
    "Lindqvist",
    "Nyström",
    "Pedersen",
    "Rasmussen",
    "Strand",
    "Vik",
    "Holm",
    "Moen",
];
const TITLES: &[&str] = &[
    "Lärare",
    "Rektor",
    "Sagsbehandler",
    "Konsulent",
    "Rådgiver",
    "Profesora",
    "Analyst",
    "Nurse",
];
const ROLES: &[&str] = &[
    "guest",
    "it",
    "librarian",
    "manager",
    "payroll",
    "staff",
    "student-admin",
    "teacher",
];

/// Writes one of the two lists of `n` persons and tells how they differ. Lines end in CR LF, as RFC 4180 has it; no
/// value needs quotes.
///
/// # Errors
///
/// When the output cannot be written.
pub fn write_people_csv(n: u64, snapshot: Snapshot, output: impl Write) -> Result<PeopleTruth> {
    let truth = people_truth(n);
    let order = Permutation::new(SEED ^ 7, n);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    write!(output, "{COLUMNS}\r\n")?;
    for number in 0..n {
        let place = order.position(number);
        match snapshot {
            Snapshot::Second if place < truth.updated => write_row(&mut output, number, true)?,
            Snapshot::Second if place < truth.updated + truth.deleted => {}
            Snapshot::First | Snapshot::Second => write_row(&mut output, number, false)?,
        }
    }
    if snapshot == Snapshot::Second {
        for number in n..n + truth.created {
            write_row(&mut output, number, false)?;
        }
    }
    output.flush()?;
    Ok(truth)
}

fn write_row(output: &mut impl Write, number: u64, changed: bool) -> Result<()> {
    // One draw for each handful of columns; the columns take disjoint parts of it.
    let person = draw(SEED, Domain::PeopleCsv, number * 4);
    let work = draw(SEED, Domain::PeopleCsv, number * 4 + 1);
    let note = draw(SEED, Domain::PeopleCsv, number * 4 + 2);
    let given = GIVEN[(person % 20) as usize];
    let family = FAMILY[((person >> 8) % 18) as usize];
    let unit = (person >> 16) % 1200;
    let manager = below(SEED, Domain::PeopleCsv, number * 4 + 3, number);
    let title = if changed && number % 2 == 1 {
        "Specialkonsulent"
    } else {
        TITLES[(work % 8) as usize]
    };
    write!(
        output,
        "5a000000-0000-4000-8000-{number:012x},u{number:07},{},{given},{family},{given} {family},\
         u{number:07}@example.org,",
        1_000_000 + number
    )?;
    if changed {
        write!(output, "+47{:08}", number * 7919 % 100_000_000)?;
    } else {
        write!(output, "+45{:08}", (person >> 32) % 100_000_000)?;
    }
    write!(
        output,
        ",ou-{unit:04},Enhed {unit:04},{title},u{manager:07},active,20{:02}-{:02}-{:02},,cc-{:03},{},{},",
        (work >> 4) % 25,
        (work >> 12) % 12 + 1,
        (work >> 20) % 28 + 1,
        (work >> 28) % 400,
        ["DK", "SE", "NO", "ES"][((work >> 40) % 4) as usize],
        ["da", "sv", "nb", "es"][((work >> 44) % 4) as usize],
    )?;
    let mut separator = "";
    for role in roles(work >> 48) {
        write!(output, "{separator}{role}")?;
        separator = ";";
    }
    write!(
        output,
        ",n{:016x}{:016x}{:08x}\r\n",
        note,
        mix(note),
        mix(note ^ 1) >> 32
    )
}

/// One to three different roles in alphabetical order.
fn roles(draw: u64) -> impl Iterator<Item = &'static str> {
    let count = draw % 3 + 1;
    let mut chosen = 0_u16;
    let mut bits = draw / 3;
    while u64::from(chosen.count_ones()) < count {
        chosen |= 1 << (bits % 8);
        bits = mix(bits);
    }
    ROLES
        .iter()
        .enumerate()
        .filter(move |(place, _)| chosen & (1 << place) != 0)
        .map(|(_, role)| *role)
}
