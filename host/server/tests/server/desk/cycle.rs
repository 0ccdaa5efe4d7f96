//! A cycle whose steps have every look.

use samklang_server::view::{
    Counts, Cycle, CycleSummary, Decision, Look, Moment, Promotion, Step, Usage, Wait,
};

use super::cast::Cast;
use super::{DAY, HOUR, ago};

/// The newest cycle.
pub fn cycle(cast: &Cast) -> Cycle {
    let id = cast.from + 412;
    Cycle {
        summary: CycleSummary {
            id,
            kind: "whole".to_owned(),
            state: "halted".to_owned(),
            started: ago(3 * HOUR),
            ended: None,
        },
        steps: steps(),
        waits: Some(wait()),
        decisions: vec![Decision {
            position: 0,
            verdict: "released".to_owned(),
            who: cast.person(0),
            at: ago(2 * HOUR),
            reason: "the merger of two classes, as the head of school confirmed".to_owned(),
        }],
        promotions: promotions(cast),
        unsigned: vec!["school-files".to_owned()],
        cases: 52,
        findings: 3,
        quarantined: 7,
    }
}

/// What the cycle waits for.
pub fn wait() -> Wait {
    Wait {
        position: 4,
        kind: "compare".to_owned(),
        connection: None,
        system: None,
        look: Look::Halted,
        code: "guard".to_owned(),
        fault: None,
        since: Some(ago(2 * HOUR)),
        usual: Some(ago(150 * 60_000)),
        not_before: None,
        owner: "operator".to_owned(),
        message: "the import of sis would move 1 204 of 3 318 pupils to another class".to_owned(),
        remedy: "look at the changes; release them as a promotion when the school year has changed, or reject them".to_owned(),
    }
}

/// Steps with every look.
fn steps() -> Vec<Step> {
    let lines = [
        ("import", Some(("sis", "Visma Skole")), Look::Done),
        ("import", Some(("hr", "Visma HRM")), Look::Running),
        ("import", Some(("library", "Bibliofil")), Look::Waiting),
        ("import", Some(("fagskole", "PIFU-fil")), Look::Late),
        ("compare", None, Look::Halted),
        ("reconcile", None, Look::Pending),
        ("export", Some(("ad", "Active Directory")), Look::Failed),
        ("feedback", Some(("ad", "Active Directory")), Look::Pending),
        ("export", Some(("canvas", "Canvas")), Look::Rejected),
    ];
    let steps = lines
        .into_iter()
        .zip(0u32..)
        .map(|((kind, connection, look), position)| {
            let begun = look != Look::Pending;
            let ended = matches!(look, Look::Done | Look::Rejected);
            Step {
                position,
                kind: kind.to_owned(),
                connection: connection.map(|(name, _)| name.to_owned()),
                system: connection.map(|(_, system)| system.to_owned()),
                look,
                attempt: u32::from(begun) + u32::from(look == Look::Failed),
                started: begun.then(|| ago(3 * HOUR - i64::from(position) * 60_000)),
                ended: ended.then(|| ago(2 * HOUR)),
                counts: Counts {
                    read: if begun { 3_318 } else { 0 },
                    added: if ended { 41 } else { 0 },
                    changed: if ended { 1_204 } else { 0 },
                    removed: if ended { 17 } else { 0 },
                    planned: if kind == "export" { 240 } else { 0 },
                    done: if kind == "export" { 200 } else { 0 },
                    refused: if kind == "export" { 2 } else { 0 },
                },
                usage: usage(position),
                told: None,
                note: (look == Look::Rejected).then(|| "the plan was rejected".to_owned()),
            }
        });
    steps.collect()
}

/// What a connector used.
pub fn usage(number: u32) -> Usage {
    let number = u64::from(number) + 1;
    Usage {
        cpu_us: 41_000 * number,
        peak_memory: 6_291_456,
        requests: 12 * number,
        refused: number / 4,
        sent: 1_024 * number,
        received: 524_288 * number,
    }
}

/// One promotion in each state.
pub fn promotions(cast: &Cast) -> Vec<Promotion> {
    let one = |state: &str, opens: i64, used_in| Promotion {
        connection: "sis".to_owned(),
        state: state.to_owned(),
        opens: ago(opens),
        closes: Moment(ago(opens).0 + 14 * DAY),
        who: cast.person(1),
        reason: "the school year changes".to_owned(),
        used_in,
    };
    vec![
        one("open", DAY, None),
        one("used", 365 * DAY, Some(cast.from + 47)),
        one("expired", 730 * DAY, None),
    ]
}
