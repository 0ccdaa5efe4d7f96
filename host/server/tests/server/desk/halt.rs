//! A halted import that looks like the change of the school year, by school and class.

use std::collections::BTreeMap;

use samklang_server::view::{Halt, HaltChange, HaltCount, HaltPart, HaltPromotion, HaltTrip};
use serde_json::json;

use super::cast::Cast;
use super::{DAY, HOUR, ago};

/// What is halted. In the second tenant it takes two persons.
pub fn halt(cast: &Cast, changes: &[HaltChange]) -> Halt {
    Halt {
        cycle: cast.from + 412,
        position: 4,
        kind: "compare".to_owned(),
        since: Some(ago(2 * HOUR)),
        what: "import".to_owned(),
        digest: format!("b3:{:064x}", 0x5a4d + cast.from),
        two_persons: cast.from > 0,
        approved_by: None,
        approved_as: None,
        no_promotion: None,
        told: None,
        parts: vec![part(cast, changes), first(cast)],
    }
}

fn part(cast: &Cast, changes: &[HaltChange]) -> HaltPart {
    let classes = ["1A", "1B", "2A", "5A", "7B", "10C"];
    let counts = (0..18).map(|number| HaltCount {
        subject: "person".to_owned(),
        class: "pupil".to_owned(),
        cell: format!("{} {}", cast.school(number), classes[number % classes.len()]),
        change: ["moved", "removed", "added"][number % 3].to_owned(),
        count: 96 - number as u64 * 4,
        of: 120,
    });
    HaltPart {
        connection: "sis".to_owned(),
        system: "Visma Skole".to_owned(),
        accepted: Some(ago(DAY + 2 * HOUR)),
        first: false,
        announced: true,
        trips: vec![
            trip(None, "moved", 1_204, 3_318, Some(20.0), true),
            trip(Some(cast.school(0)), "removed", 96, 120, Some(10.0), false),
            trip(None, "attribute:national_id", 2, 3_318, None, false),
        ],
        counts: counts.collect(),
        further: 23,
        sample: changes.iter().take(25).cloned().collect(),
        promotion: Some(HaltPromotion {
            stay: 3_001,
            up: 2_977,
            left: 317,
            left_from_top: 311,
            refusal: None,
            told: None,
        }),
    }
}

fn first(cast: &Cast) -> HaltPart {
    HaltPart {
        connection: "library".to_owned(),
        system: "Bibliofil".to_owned(),
        accepted: None,
        first: true,
        announced: false,
        trips: vec![trip(None, "added", 512, 0, None, false)],
        counts: vec![HaltCount {
            subject: "person".to_owned(),
            class: "patron".to_owned(),
            cell: cast.school(2),
            change: "added".to_owned(),
            count: 512,
            of: 0,
        }],
        further: 0,
        sample: Vec::new(),
        promotion: None,
    }
}

fn trip(
    cell: Option<String>,
    change: &str,
    count: u64,
    of: u64,
    percent: Option<f64>,
    hard: bool,
) -> HaltTrip {
    let place = cell.clone().unwrap_or_else(|| "all schools".to_owned());
    HaltTrip {
        subject: "person".to_owned(),
        class: Some("pupil".to_owned()),
        cell,
        change: change.to_owned(),
        count,
        of,
        limit: percent.map(|_| 50),
        percent,
        hard,
        words: format!("{count} of {of} pupils of {place}: {change}"),
    }
}

/// All that was halted.
pub fn changes(cast: &Cast) -> Vec<HaltChange> {
    let changes = (0..260).map(|number| {
        let year = number % 10 + 1;
        let class = |year: usize| BTreeMap::from([("class".to_owned(), json!(format!("{year}A")))]);
        let (change, mut before, mut after) = match number % 4 {
            0 | 1 => ("moved", class(year), class(year + 1)),
            2 => ("removed", class(10), BTreeMap::new()),
            _ => ("added", BTreeMap::new(), class(1)),
        };
        let name = json!(cast.person(number));
        for side in [&mut before, &mut after] {
            if !side.is_empty() {
                side.insert("name".to_owned(), name.clone());
            }
        }
        HaltChange {
            connection: "sis".to_owned(),
            class: "pupil".to_owned(),
            key: format!("P{:05}", cast.from as usize * 10 + number),
            change: change.to_owned(),
            cell: format!("{} {year}A", cast.school(number / 10)),
            before,
            after,
        }
    });
    changes.collect()
}
