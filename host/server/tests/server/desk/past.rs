//! What was: nights for a chart, the journal, what is set aside.

use samklang_server::view::{Counts, CycleSummary, JournalEntry, Moment, Night, Quarantined, Subject, named};
use serde_json::json;

use super::cast::Cast;
use super::cycle::usage;
use super::{DAY, HOUR, ago};

/// Some weeks of cycles, newest first: quiet nights, one change of the school year, a failure, a rejection.
pub fn nights(cast: &Cast) -> Vec<Night> {
    let nights = (0..45i64).map(|number| {
        let state = match number {
            0 => "halted",
            7 => "failed",
            11 => "rejected",
            19 => "incomplete",
            _ => "done",
        };
        let much = if number == 30 { 1_200 } else { 0 };
        let some = number as u64 * 7 % 23;
        let began = ago(number * DAY + 3 * HOUR);
        Night {
            summary: CycleSummary {
                id: cast.from + 412 - number,
                kind: "whole".to_owned(),
                state: state.to_owned(),
                started: began,
                ended: (number != 0).then(|| Moment(began.0 + 11 * 60_000)),
            },
            counts: Counts {
                read: 7_204,
                added: some + much / 4,
                changed: some * 3 + much,
                removed: some / 2 + much / 5,
                planned: some * 4 + much,
                done: some * 4 + much - some.min(1),
                refused: some.min(1),
            },
            usage: usage(number as u32),
        }
    });
    nights.collect()
}

/// Entries of the journal, newest first.
pub fn journal(cast: &Cast) -> Vec<JournalEntry> {
    let events = [
        "cycle-begun",
        "rejected",
        "released",
        "case-decided",
        "file-arrived",
        "connector-activated",
    ];
    let entries = (0..90i64).map(|number| {
        let about = number % 3 == 0;
        JournalEntry {
            entry: cast.from + 5_000 - number,
            at: ago(number * HOUR),
            cycle: (number % 2 == 0).then(|| cast.from + 412 - number / 24),
            who: if number % 2 == 0 {
                "samklang".to_owned()
            } else {
                cast.person(number as usize)
            },
            event: events[number as usize % events.len()].to_owned(),
            entity: about.then(|| cast.id(number as u128 % 9)),
            detail: (number % 10 != 9)
                .then(|| json!({"reason": format!("about {}", cast.school(number as usize))})),
            hash: format!("{:064x}", cast.from + 5_000 - number),
        }
    });
    entries.collect()
}

/// Objects that a person should see to.
pub fn subjects(cast: &Cast) -> Vec<Subject> {
    let objects = (0..60i64).map(|number| Subject {
        object: if number == 3 {
            "hr/employee/••••••".to_owned()
        } else {
            format!("sis/pupil/S{:04}/{number}", cast.from + number)
        },
        code: "unknown-reference".to_owned(),
        arguments: named(json!({})),
        message: format!("the class of {} is in no source", cast.person(number as usize)),
        remedy: "correct the class in the source".to_owned(),
    });
    objects.collect()
}

/// Objects that are set aside.
pub fn quarantine(cast: &Cast) -> Vec<Quarantined> {
    let objects = (0..7u32).map(|number| Quarantined {
        object: format!("sis/pupil/Z{:04}", cast.from + i64::from(number)),
        code: ["mapping", "rejected", "put-off"][number as usize % 3].to_owned(),
        arguments: named(json!({"words": "no class", "attribute": ""})),
        message: format!("{} has no class", cast.person(number as usize)),
        remedy: "give the pupil a class in the source".to_owned(),
        failures: number + 1,
        since: ago(i64::from(number) * DAY + HOUR),
        due: (number != 6).then(|| Moment(ago(0).0 + HOUR)),
    });
    objects.collect()
}
