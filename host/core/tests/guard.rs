//! Guards: what halts, what passes, and that nothing passes by being split or put in another order.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod system;

use proptest::prelude::*;
use samklang_core::Attributes;
use samklang_core::connector::{Action, Operation};
use samklang_core::guard::{
    Baseline, BaselineCell, COMPANY, Cell, Change, Counted, Guard, Observed, Part, Place, PlanTally,
    Plausibility, Promotable, Proposal, Side, Subject, Tally, Trip, What, apart, judge,
};
use samklang_core::mapping::{Inbound, MappingSource, Mappings, Vocabulary};
use system::{description, texts};

const SCHOOL: &str = r#"
[inbound.person]
entity = "person"
match = ["national_id", "email"]
cell = "{{ mail }}"
year = "{{ places }}"
[inbound.person.attributes]
display_name = "{{ name }}"
national_id = "{{ number }}"
email = "{{ id }}@{{ name }}"
[inbound.team]
entity = "unit"
[inbound.team.attributes]
name = "{{ name }}"
kind = "{{ parent }}"
[inbound.place]
entity = "membership"
[inbound.place.attributes]
person = { reference = "person", key = "{{ person }}" }
"#;

fn mappings() -> Mappings {
    let source: MappingSource = toml::from_str(SCHOOL).unwrap();
    let inbound = Mappings::compile_inbound(&source, &description(), &mut Vocabulary::default()).unwrap();
    Mappings {
        inbound,
        ..Mappings::default()
    }
}

/// A person of a school (which its mail names) and a year (which its places name).
fn person(name: &str, number: &str, school: &str, year: &str) -> Attributes {
    texts(&[
        ("name", name),
        ("number", number),
        ("mail", school),
        ("places", year),
    ])
}

fn row(class: &str, subject: Subject, cell: &str, year: Option<i32>, objects: u64) -> BaselineCell {
    BaselineCell {
        class: class.to_owned(),
        subject,
        cell: cell.to_owned(),
        year,
        objects,
    }
}

fn note(
    tally: &mut Tally<'_>,
    inbound: &Inbound,
    key: &str,
    before: Option<&Attributes>,
    after: Option<&Attributes>,
) {
    let places = [before, after].map(|side| side.map(|side| inbound.place(side)).unwrap_or_default());
    let [old, new] = &places;
    let side = |attributes, place| Side { attributes, place };
    tally.note(
        inbound,
        &Observed {
            key,
            before: before.map(|attributes| side(attributes, old)),
            after: after.map(|attributes| side(attributes, new)),
        },
    );
}

/// So many persons of one school go, and so many others come.
fn exchanged(gone: u32, come: u32, of: u64, same_numbers: bool) -> Vec<Trip> {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let baseline = Baseline::new(vec![row("person", Subject::Person, "north", None, of)]);
    let mut tally = Tally::new(&baseline);
    for number in 0..gone {
        let old = person("Old", &format!("n{number}"), "north", "");
        note(&mut tally, inbound, &format!("old{number}"), Some(&old), None);
    }
    for number in 0..come {
        let prefix = if same_numbers { "n" } else { "m" };
        let new = person("New", &format!("{prefix}{number}"), "north", "");
        note(&mut tally, inbound, &format!("new{number}"), None, Some(&new));
    }
    judge(&Guard::default(), &tally.finish(), &baseline)
}

#[test]
fn half_of_the_persons_replaced_by_others_halts_though_the_count_is_the_same() {
    let trips = exchanged(500, 500, 1000, false);
    assert_eq!(
        trips[0].to_string(),
        "500 of 1000 objects of class `person` would be removed (50 %, limit 20 and 5 %)"
    );
    assert!(trips[0].hard);
    assert!(exchanged(20, 20, 1000, false).is_empty());
}

#[test]
fn objects_that_come_back_under_other_keys_are_counted_as_such() {
    assert!(exchanged(10, 10, 200, true).is_empty());
    let trips = exchanged(11, 11, 200, true);
    let said: Vec<String> = trips.iter().map(Trip::to_string).collect();
    assert_eq!(
        said,
        [
            "11 of 200 objects of class `person` would get another key (5 %, limit 10 and 2 %)",
            "11 of 200 objects of class `person` in `north` would get another key (5 %, limit 10 and 2 %)",
        ]
    );
}

#[test]
fn an_attribute_that_changes_for_too_many_halts() {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let baseline = Baseline::new(vec![row("person", Subject::Person, "", None, 250)]);
    let changed = |count: u32| {
        let mut tally = Tally::new(&baseline);
        for number in 0..count {
            let number = format!("n{number}");
            let (old, new) = (person("Old", &number, "", ""), person("New", &number, "", ""));
            note(&mut tally, inbound, &number, Some(&old), Some(&new));
        }
        judge(&Guard::default(), &tally.finish(), &baseline)
    };
    assert!(changed(100).is_empty(), "40 percent are met, not exceeded");
    let trips = changed(101);
    assert_eq!(trips.len(), 1);
    assert_eq!(
        trips[0].to_string(),
        "101 of 250 objects of class `person` would get another `name` (40 %, limit 100 and 40 %)"
    );
}

#[test]
fn not_one_school_goes_unasked_and_few_other_units_may() {
    let mappings = mappings();
    let inbound = &mappings.inbound["team"];
    let baseline = Baseline::new(vec![row("team", Subject::Unit, "", None, 40)]);
    let gone = |kind: &str, count: u32| {
        let mut tally = Tally::new(&baseline);
        for number in 0..count {
            let unit = texts(&[("name", "Unit"), ("parent", kind)]);
            note(&mut tally, inbound, &format!("u{number}"), Some(&unit), None);
        }
        judge(&Guard::default(), &tally.finish(), &baseline)
    };
    assert_eq!(gone("Skole", 1).len(), 1);
    assert_eq!(gone("school", 1)[0].scope.subject, Subject::School);
    assert!(gone("team", 5).is_empty());
    assert_eq!(gone("team", 6).len(), 1);
}

#[test]
fn an_empty_delivery_halts_whatever_the_limits_and_takes_two_persons() {
    let trips = exchanged(3, 0, 3, false);
    assert_eq!(trips[0].to_string(), "nothing at all would be left of 3 objects");
    assert!(trips[0].hard);
    assert_eq!(
        trips[1].to_string(),
        "all 3 objects of class `person` would be removed"
    );
    assert!(
        exchanged(1, 0, 1, false).is_empty(),
        "a class of one object may lose it"
    );
    assert!(exchanged(2, 0, 3, false).is_empty());
}

#[test]
fn a_school_halts_by_itself_and_small_ones_together() {
    let cells = |sizes: &[u64]| {
        let schools = sizes.iter().enumerate();
        Baseline::new(
            schools
                .map(|(n, size)| row("person", Subject::Person, &format!("s{n}"), None, *size))
                .collect(),
        )
    };
    let removed = |baseline: &Baseline, each: &[u64]| {
        let mut counted = Counted::default();
        for (n, count) in each.iter().enumerate() {
            counted.add(cell(&format!("s{n}")), Change::Removed, *count);
        }
        judge(&Guard::default(), &counted, baseline)
    };
    let large = cells(&[100, 10_000]);
    let trips = removed(&large, &[30, 0]);
    assert_eq!(trips.len(), 1, "of all it is next to nothing");
    assert_eq!(trips[0].scope.cell.as_deref(), Some("s0"));
    // Below the count in each school, and too many in all.
    let many = cells(&[50; 20]);
    let trips = removed(&many, &[5; 20]);
    assert_eq!(trips.len(), 1);
    assert_eq!(trips[0].scope.cell, None);
}

fn cell(name: &str) -> Cell {
    Cell {
        subject: Subject::Person,
        class: "person".to_owned(),
        cell: name.to_owned(),
        learner: false,
    }
}

#[test]
fn examples_show_before_and_after_and_nothing_that_is_sensitive() {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let baseline = Baseline::new(vec![row("person", Subject::Person, "", None, 10)]);
    let mut tally = Tally::new(&baseline);
    let number = "01019012345";
    let (old, new) = (
        person("Kari", number, "", ""),
        person(&format!("Kari {number}"), number, "", ""),
    );
    note(&mut tally, inbound, number, Some(&old), Some(&new));
    note(&mut tally, inbound, "gone", Some(&old), None);
    let samples = tally.finish().samples;
    assert_eq!(samples.len(), 2);
    let text = serde_json::to_string(&samples).unwrap();
    assert!(!text.contains(number), "{text}");
    let renamed = samples
        .iter()
        .find(|sample| sample.change == Change::Attribute("name".to_owned()))
        .unwrap();
    assert_eq!(renamed.before, texts(&[("name", "Kari")]));
    assert_eq!(renamed.after, texts(&[("name", "Kari •••")]));
}

/// A school with years 1 to 7, ten persons each, and ten grown-ups, of whom some go.
fn promotion(up: u32, leave_from: &str, staff_gone: u32, keys: u32) -> (Promotable, Vec<Trip>) {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let mut cells: Vec<BaselineCell> = (1..=7)
        .map(|year| row("person", Subject::Person, "north", Some(year), 100))
        .collect();
    cells.push(row("person", Subject::Person, "north", None, 100));
    let baseline = Baseline::new(cells);
    let mut tally = Tally::new(&baseline);
    for number in 0..100 {
        let old = person("Leaver", &format!("l{number}"), "north", leave_from);
        note(&mut tally, inbound, &format!("leaver{number}"), Some(&old), None);
    }
    for number in 0..up {
        let old = person("Pupil", &format!("p{number}"), "north", "3");
        let new = person("Pupil", &format!("p{number}"), "north", "4");
        note(
            &mut tally,
            inbound,
            &format!("pupil{number}"),
            Some(&old),
            Some(&new),
        );
    }
    for number in 0..100 {
        let new = person("First", &format!("f{number}"), "north", "1");
        note(&mut tally, inbound, &format!("first{number}"), None, Some(&new));
    }
    for number in 0..staff_gone {
        let old = person("Teacher", &format!("t{number}"), "north", "");
        note(&mut tally, inbound, &format!("teacher{number}"), Some(&old), None);
    }
    for number in 0..keys {
        let new = person("Leaver", &format!("l{number}"), "north", "7");
        note(&mut tally, inbound, &format!("again{number}"), None, Some(&new));
    }
    let counted = tally.finish();
    let promotable = Promotable {
        years: Plausibility::of(&counted, &baseline),
        remaining: apart(&Guard::default(), &counted, &baseline),
    };
    (promotable, judge(&Guard::default(), &counted, &baseline))
}

#[test]
fn a_promotion_is_seen_to_be_one() {
    let (promotable, trips) = promotion(600, "7", 0, 0);
    assert!(!trips.is_empty(), "it halts when nobody announced it");
    assert_eq!(promotable.refusal(), None, "{promotable:?}");
    let years = promotable.years;
    assert_eq!(
        (years.stay, years.up, years.left, years.left_from_top),
        (600, 600, 100, 100)
    );
}

#[test]
fn whoever_keeps_learners_company_comes_and_goes_with_them() {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let refusal = |company: &str| {
        let year = company.parse().ok();
        let baseline = Baseline::new(vec![
            row("person", Subject::Person, "north", Some(6), 100),
            row("person", Subject::Person, "north", Some(7), 20),
            row("person", Subject::Person, "north", year, 200),
        ]);
        let mut tally = Tally::new(&baseline);
        for number in 0..100 {
            let pupil = |year| person("Pupil", &format!("p{number}"), "north", year);
            let key = format!("pupil{number}");
            note(&mut tally, inbound, &key, Some(&pupil("6")), Some(&pupil("7")));
        }
        for number in 0..20 {
            let old = person("Leaver", &format!("l{number}"), "north", "7");
            note(&mut tally, inbound, &format!("leaver{number}"), Some(&old), None);
        }
        for number in 0..40 {
            let old = person("Mother", &format!("m{number}"), "north", company);
            note(&mut tally, inbound, &format!("mother{number}"), Some(&old), None);
        }
        let counted = tally.finish();
        let promotable = Promotable {
            years: Plausibility::of(&counted, &baseline),
            remaining: apart(&Guard::default(), &counted, &baseline),
        };
        let years = promotable.years;
        assert_eq!(
            (years.stay, years.up, years.left, years.left_from_top),
            (100, 100, 20, 20),
            "they have no part in how it looks"
        );
        promotable.refusal().map(|why| why.to_string())
    };
    assert_eq!(refusal(&COMPANY.to_string()), None);
    assert!(
        refusal("").unwrap().contains("40 of 200"),
        "grown-ups of any other kind are staff"
    );
}

#[test]
fn what_does_not_look_like_promotion_is_none() {
    let refusal = |up, from| promotion(up, from, 0, 0).0.refusal().unwrap().to_string();
    assert_eq!(
        refusal(479, "7"),
        "it does not look like promotion: 479 of the 600 learners who stay move one year up, which is less than 80 %"
    );
    assert_eq!(promotion(480, "7", 0, 0).0.refusal(), None);
    assert_eq!(
        refusal(600, "4"),
        "it does not look like promotion: 0 of the 100 learners who leave were in the top year of their school, which is \
         less than 80 %"
    );
}

#[test]
fn a_promotion_never_explains_staff_that_goes_or_keys_that_change() {
    let refusal = |staff, keys| promotion(600, "7", staff, keys).0.refusal().unwrap().to_string();
    assert_eq!(
        refusal(30, 0),
        "a promotion does not explain this: 30 of 100 objects of class `person` would be removed (30 %, limit 20 and 5 %)"
    );
    assert!(
        refusal(0, 50).contains("would get another key"),
        "{}",
        refusal(0, 50)
    );
    assert_eq!(
        promotion(600, "7", 20, 0).0.refusal(),
        None,
        "a few teachers leave every summer"
    );
}

#[test]
fn a_promotion_never_explains_an_empty_delivery_or_schools_or_most_persons_gone() {
    let baseline = Baseline::new(vec![
        row("person", Subject::Person, "north", Some(7), 100),
        row("team", Subject::Unit, "", None, 10),
    ]);
    let gone = |subject: Subject, class: &str, count: u64| {
        let mut counted = Counted::default();
        let cell = Cell {
            subject,
            class: class.to_owned(),
            cell: String::new(),
            learner: subject == Subject::Person,
        };
        counted.add(cell, Change::Removed, count);
        apart(&Guard::default(), &counted, &baseline)
    };
    assert_eq!(gone(Subject::Person, "person", 40), []);
    assert_eq!(gone(Subject::Person, "person", 41).len(), 1);
    assert_eq!(gone(Subject::Person, "person", 100)[0].change, Change::Emptied);
    assert_eq!(gone(Subject::School, "team", 1).len(), 1);
}

#[test]
fn a_plan_is_judged_by_kinds_of_operation() {
    let source: MappingSource = toml::from_str(
        r#"
[outbound.person]
entity = "person"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
number = "{{ username }}"
"#,
    )
    .unwrap();
    let outbound = Mappings::compile_outbound(&source, &description(), &Vocabulary::default()).unwrap();
    let outbound = &outbound["person"];
    let baseline = Baseline::new(vec![row("person", Subject::Person, "", None, 400)]);
    let judged = |operations: &[(Action, u32, &str, &str)]| {
        let mut tally = PlanTally::default();
        for (action, count, attribute, value) in operations {
            for number in 0..*count {
                tally.note(
                    outbound,
                    &Operation {
                        id: format!("{action:?}{number}{attribute}"),
                        action: *action,
                        class: "person".to_owned(),
                        key: number.to_string(),
                        desired: texts(&[(attribute, value)]),
                        changed: vec![(*attribute).to_owned()],
                    },
                );
            }
        }
        let plan = tally.finish();
        (judge(&Guard::default(), &plan.counted, &baseline), plan.content)
    };
    let changes = |operations: &[(Action, u32, &str, &str)]| -> Vec<Change> {
        judged(operations).0.into_iter().map(|trip| trip.change).collect()
    };
    assert_eq!(changes(&[(Action::Delete, 20, "", "")]), []);
    assert_eq!(changes(&[(Action::Delete, 21, "", "")]), [Change::Removed]);
    assert_eq!(
        changes(&[(Action::Update, 21, "active", "false")]),
        [Change::Removed],
        "shut off counts as removed"
    );
    let both = [
        (Action::Delete, 11, "", ""),
        (Action::Update, 11, "active", "false"),
    ];
    assert_eq!(
        changes(&both),
        [Change::Removed],
        "a plan does not pass by doing some of each"
    );
    assert_eq!(changes(&[(Action::Update, 10, "number", "x")]), []);
    assert_eq!(
        changes(&[(Action::Update, 11, "number", "x")]),
        [Change::KeyChanged],
        "a user name is an identifier"
    );
    assert_eq!(
        changes(&[(Action::Update, 161, "name", "x")]),
        [Change::Attribute("name".to_owned())]
    );
    assert_eq!(changes(&[(Action::Create, 101, "name", "x")]), [Change::Added]);
    let (one, other) = (judged(&both).1, judged(&[both[1], both[0]]).1);
    assert_eq!(one, other, "the order of operations does not make another plan");
    assert_ne!(one, judged(&both[..1]).1);
}

#[test]
fn a_decision_is_bound_to_what_was_halted_and_not_to_limits() {
    let part = |content: &str, count: u64| Part {
        content: content.to_owned(),
        baseline: Some("before".to_owned()),
        accepted: Some(0),
        first: false,
        announced: false,
        trips: exchanged(500, 500, 1000, false)
            .into_iter()
            .map(|trip| Trip { count, ..trip })
            .collect(),
        counts: Vec::new(),
        further: 0,
        sample: Vec::new(),
        promotion: None,
    };
    let proposal = |content: &str, count: u64| Proposal {
        what: What::Import,
        parts: [("sas".to_owned(), part(content, count))].into(),
    };
    assert_eq!(proposal("a", 500).digest(), proposal("a", 400).digest());
    assert_ne!(proposal("a", 500).digest(), proposal("b", 500).digest());
    assert_eq!(
        proposal("a", 500).message(),
        "the guard halted the import: sas: 500 of 1000 objects of class `person` would be removed (50 %, limit 20 and 5 %); \
         sas: 500 objects of class `person` would be added to 1000 (50 %, limit 100 and 25 %); sas: 500 of 1000 objects of \
         class `person` in `north` would be removed (50 %, limit 20 and 5 %); sas: and 1 more limits exceeded"
    );
    assert_eq!(
        proposal("a", 500).promotion_refusal().unwrap().to_string(),
        "sas: nothing tells the school year of its objects; give a mapping its `year`, such as `inbound.person.year = \"{{ … }}\"`"
    );
    let kept = serde_json::to_string(&proposal("a", 500)).unwrap();
    assert_eq!(
        serde_json::from_str::<Proposal>(&kept).unwrap(),
        proposal("a", 500)
    );
}

/// Changes of persons: kind of change, cell, class.
fn changes() -> impl Strategy<Value = Vec<(u8, u8, u8)>> {
    prop::collection::vec((0_u8..4, 0_u8..5, 0_u8..3), 0..120)
}

fn change(kind: u8) -> Change {
    match kind {
        0 => Change::Removed,
        1 => Change::Added,
        2 => Change::KeyChanged,
        _ => Change::Attribute("name".to_owned()),
    }
}

fn counted(changes: &[(u8, u8, u8)], cells: bool, classes: bool) -> Counted {
    let mut counted = Counted::default();
    for (kind, within, class) in changes {
        let cell = Cell {
            subject: Subject::Person,
            class: format!("class{}", if classes { *class } else { 0 }),
            cell: if cells {
                format!("cell{within}")
            } else {
                String::new()
            },
            learner: false,
        };
        counted.add(cell, change(*kind), 1);
    }
    counted
}

proptest! {
    /// What halts in one cell of one class halts however its changes and the objects are spread over cells and classes.
    #[test]
    fn no_change_passes_by_being_split(changes in changes(), sizes in prop::collection::vec((0_u8..5, 0_u8..3, 0_u64..200), 1..12)) {
        let spread = |cells: bool, classes: bool| {
            Baseline::new(sizes.iter().map(|(within, class, size)| {
                let class = format!("class{}", if classes { *class } else { 0 });
                let within = if cells { format!("cell{within}") } else { String::new() };
                row(&class, Subject::Person, &within, None, *size)
            }).collect())
        };
        let whole = judge(&Guard::default(), &counted(&changes, false, false), &spread(false, false));
        let limits: Vec<&Trip> = whole.iter().filter(|trip| trip.limit.is_some()).collect();
        for (cells, classes) in [(true, false), (false, true), (true, true)] {
            let split = judge(&Guard::default(), &counted(&changes, cells, classes), &spread(cells, classes));
            for trip in &limits {
                prop_assert!(
                    split.iter().any(|other| other.change == trip.change),
                    "{trip} passes when split: {split:?}"
                );
            }
        }
    }

    /// More of a change never passes where less of it halts.
    #[test]
    fn more_never_passes_where_less_halts(count in 1_u64..400, more in 1_u64..400, of in 1_u64..2000) {
        for kind in 0..4 {
            let judged = |count| {
                let mut counted = Counted::default();
                counted.add(cell("a"), change(kind), count);
                let baseline = Baseline::new(vec![row("person", Subject::Person, "a", None, of)]);
                judge(&Guard::default(), &counted, &baseline).len()
            };
            prop_assert!(judged(count + more) >= judged(count));
        }
    }

    /// The order in which objects are counted does not matter.
    #[test]
    fn the_order_of_objects_does_not_matter(order in Just((0_u32..60).collect::<Vec<_>>()).prop_shuffle()) {
        let mappings = mappings();
        let inbound = &mappings.inbound["person"];
        let baseline = Baseline::new(vec![
            row("person", Subject::Person, "s0", Some(7), 100),
            row("person", Subject::Person, "s1", Some(3), 100),
        ]);
        let count = |order: &[u32]| {
            let mut tally = Tally::new(&baseline);
            for number in order {
                let school = format!("s{}", number % 2);
                let old = person("Old", &format!("n{number}"), &school, "3");
                let new = person("New", &format!("n{}", number / 3), &school, "4");
                let (before, after) = match number % 3 {
                    0 => (Some(&old), None),
                    1 => (None, Some(&new)),
                    _ => (Some(&old), Some(&new)),
                };
                note(&mut tally, inbound, &format!("k{number}"), before, after);
            }
            tally.finish()
        };
        let sorted: Vec<u32> = (0..60).collect();
        prop_assert_eq!(count(&order), count(&sorted));
    }
}

#[test]
fn a_place_is_told_by_templates() {
    let mappings = mappings();
    let inbound = &mappings.inbound["person"];
    let place = inbound.place(&person("Kari", "1", "north", "7"));
    assert_eq!(
        place,
        Place {
            cell: "north".to_owned(),
            year: Some(7)
        }
    );
    assert_eq!(inbound.place(&person("Kari", "1", "", "seven")), Place::default());
    assert_eq!(
        mappings.inbound["team"].place(&texts(&[("name", "x")])),
        Place::default()
    );
}
