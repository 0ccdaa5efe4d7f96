//! Questions in every state, and enrolment checks with every finding.

use samklang_server::view::{
    Candidate, Case, Check, CheckNumbers, Difference, Enrolled, Enrolment, EnrolmentFinding, Moment, Question,
};
use serde_json::json;

use super::cast::Cast;
use super::{DAY, HOUR, ago};

/// Questions, newest first.
pub fn cases(cast: &Cast) -> Vec<Case> {
    let kinds = [
        "ambiguous",
        "near-miss",
        "found",
        "linked-to-another",
        "twin",
        "absent",
        "removal",
    ];
    let cases = (0..60i64).map(|number| {
        let kind = kinds[number as usize % kinds.len()];
        let state = match number {
            3 | 6 => "decided",
            4 => "withdrawn",
            _ => "open",
        };
        case(cast, number, kind, state)
    });
    cases.collect()
}

fn case(cast: &Cast, number: i64, kind: &str, state: &str) -> Case {
    let several = match kind {
        "ambiguous" => 3,
        "near-miss" | "twin" => 2,
        "found" | "linked-to-another" => 1,
        _ => 0,
    };
    let decided = state == "decided";
    let choices: &[&str] = match kind {
        "removal" => &["delete", "deactivate", "detach", "keep"],
        "absent" => &["create", "ignore"],
        _ => &["link", "create", "ignore"],
    };
    let name = cast.person(number as usize);
    let target = matches!(kind, "found" | "linked-to-another" | "twin" | "removal");
    let candidates: Vec<Candidate> = (0..several)
        .map(|place| candidate(cast, number, place, kind))
        .collect();
    Case {
        question: Question {
            id: cast.from + 300 - number,
            kind: kind.to_owned(),
            side: if target { "target" } else { "source" }.to_owned(),
            object: format!(
                "{}/person/Q{:04}",
                if target { "ad" } else { "sis" },
                cast.from + number
            ),
            name,
            state: state.to_owned(),
            opened: ago(HOUR * (number + 1)),
            candidates: several as u64,
            choice: decided.then(|| choices[0].to_owned()),
        },
        entity: target.then(|| cast.id(number as u128 % 9)),
        closed: (state != "open").then(|| ago(HOUR)),
        since: (kind == "removal").then(|| ago(30 * DAY)),
        chosen: (decided && several > 0).then(|| candidates[0].name.clone()),
        who: decided.then(|| cast.person(1)),
        reason: decided.then(|| "the same date of birth and the same address".to_owned()),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        candidates,
        undoable: number == 3,
    }
}

fn candidate(cast: &Cast, number: i64, place: usize, kind: &str) -> Candidate {
    let person = number as usize + place;
    let near = kind == "near-miss";
    Candidate {
        id: format!("{}", cast.id(person as u128 % 9)),
        entity: Some(cast.id(person as u128 % 9)),
        key: (kind == "found").then(|| format!("CN=u{number:04}")),
        name: if near {
            cast.person(number as usize).to_lowercase()
        } else {
            cast.person(person)
        },
        rule: if near {
            "username, ignoring case"
        } else {
            "name and date of birth"
        }
        .to_owned(),
        near,
        holder: (kind == "linked-to-another").then(|| format!("ad/person/H{number:04}")),
        agrees: vec!["birth_date".to_owned(), "family_name".to_owned()],
        differs: vec![
            Difference {
                attribute: "school".to_owned(),
                object: json!(cast.school(person)),
                candidate: json!(cast.school(person + 1)),
            },
            Difference {
                attribute: "phone".to_owned(),
                object: json!(null),
                candidate: json!("+47 22 00 00 00"),
            },
        ],
    }
}

/// One target that is enrolled, one that can be, one that cannot, and one that was never checked.
pub fn enrolments(cast: &Cast) -> Vec<Enrolment> {
    let enrolled = Enrolled {
        check: cast.from + 11,
        who: cast.person(1),
        at: ago(90 * DAY),
        left_out: 2,
        previewed_in: Some(cast.from + 300),
    };
    let one = |connection: &str, system: &str, enrolled, check| Enrolment {
        connection: connection.to_owned(),
        system: system.to_owned(),
        enrolled,
        check,
        checking: false,
    };
    vec![
        one(
            "ad",
            "Active Directory",
            Some(enrolled),
            Some(check(cast, 11, true)),
        ),
        one("canvas", "Canvas", None, Some(check(cast, 21, true))),
        one("os2mo", "OS2mo", None, Some(check(cast, 22, false))),
        one("library", "Bibliofil", None, None),
    ]
}

fn check(cast: &Cast, id: i64, enrollable: bool) -> Check {
    let blocking = u64::from(!enrollable);
    let mut findings = vec![
        finding(
            "unit_ok",
            cast.school(0),
            "unit_name_differs",
            Some(("Skolen", "Skole")),
            false,
        ),
        finding(
            "user_not_syncable",
            cast.person(3),
            "user_only_in_target",
            None,
            false,
        ),
        finding(
            "user_not_syncable",
            cast.person(4),
            "user_ambiguous",
            Some(("2", "1")),
            true,
        ),
    ];
    if !enrollable {
        let types = Some(("department", "school"));
        findings.push(finding(
            "unit_blocking",
            cast.school(1),
            "unit_type_differs",
            types,
            false,
        ));
    }
    Check {
        id: cast.from + id,
        started: ago(HOUR),
        finished: ago(HOUR - 90_000),
        valid_until: Moment(ago(HOUR).0 + DAY),
        failed: None,
        enrollable,
        units: CheckNumbers {
            checked: 24,
            ok: 24 - blocking,
            blocking,
            needs_attention: 0,
        },
        users: CheckNumbers {
            checked: 3_318,
            ok: 3_316,
            blocking: 2,
            needs_attention: 1,
        },
        findings,
    }
}

fn finding(
    category: &str,
    name: String,
    reason: &str,
    sides: Option<(&str, &str)>,
    needs_attention: bool,
) -> EnrolmentFinding {
    EnrolmentFinding {
        category: category.to_owned(),
        class: if category.starts_with("unit") {
            "unit"
        } else {
            "user"
        }
        .to_owned(),
        target_key: Some(format!("t-{}", name.len())),
        source_key: sides.map(|_| format!("s-{}", name.len())),
        name,
        reason: reason.to_owned(),
        target: sides.map(|(target, _)| target.to_owned()),
        source: sides.map(|(_, source)| source.to_owned()),
        needs_attention,
    }
}
