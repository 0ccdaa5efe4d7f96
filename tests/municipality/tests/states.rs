//! What a municipality promises: the same from the same seed, sound numbers, and exact truth between states.

#![allow(clippy::unwrap_used, reason = "tests: a panic is the report")]

use samklang_municipality::{
    Counts, Gender, GroupKind, Municipality, Snapshot, UnitKind, is_valid_norwegian_number, people_truth,
    write_people_csv,
};
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn the_same_seed_makes_the_same_people_and_another_seed_others() {
    let people = |seed| Municipality::new(seed, 500).employees().collect::<Vec<_>>();
    assert_eq!(people(7), people(7));
    assert_ne!(people(7), people(8));
}

#[test]
fn numbers_keys_and_identifiers_are_distinct_and_synthetic() {
    let town = Municipality::new(3, 20_000).after_nights(20);
    let persons = town
        .employees()
        .map(|employee| employee.person)
        .chain(town.pupils().map(|pupil| pupil.person))
        .chain(town.guardians().map(|guardian| guardian.person));
    let (mut norwegian, mut danish, mut ids, mut uuids) =
        (BTreeSet::new(), BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for person in persons {
        let month: u8 = person.norwegian_number[2..4].parse().unwrap();
        assert!((81..=92).contains(&month) && is_valid_norwegian_number(&person.norwegian_number));
        let day: u8 = person.danish_number[..2].parse().unwrap();
        assert!((61..=91).contains(&day) && person.danish_number.len() == 10);
        assert!(norwegian.insert(person.norwegian_number), "{}", person.id);
        assert!(danish.insert(person.danish_number), "{}", person.id);
        assert!(uuids.insert(person.uuid));
        assert!(ids.insert(person.id));
    }
    assert_eq!(ids.len() as u64, town.size().persons());
}

#[test]
fn a_large_cohort_that_has_seen_turnover_still_has_distinct_numbers() {
    let town = Municipality::new(3, 400_000).after_nights(60);
    let cohort = town.size().pupils / 10;
    let (mut numbers, mut women) = (BTreeSet::new(), 0);
    for number in 0..cohort {
        let person = town.pupil(number).person;
        women += u64::from(person.gender == Gender::Female);
        assert!(numbers.insert(person.norwegian_number), "{}", person.id);
    }
    assert!(
        (cohort / 3..cohort * 2 / 3).contains(&women),
        "{women} of {cohort}"
    );
}

#[test]
fn names_collide_and_carry_nordic_letters() {
    let town = Municipality::new(4, 2000);
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for employee in town.employees() {
        *names.entry(employee.person.name.full()).or_default() += 1;
    }
    assert!(names.values().any(|count| *count > 1));
    for letter in ['å', 'æ', 'ø', 'ä', 'ö'] {
        assert!(
            names.keys().any(|name| name.to_lowercase().contains(letter)),
            "no {letter}"
        );
    }
}

#[test]
fn units_form_one_tree_of_every_kind() {
    let town = Municipality::new(9, 5000);
    let units: Vec<_> = town.units().collect();
    assert_eq!(units.len() as u64, town.unit_count());
    for (place, unit) in units.iter().enumerate() {
        assert_eq!(unit.index, place as u64);
        assert_eq!(unit.parent.is_none(), place == 0);
        assert!(unit.parent.is_none_or(|parent| parent < unit.index));
    }
    for kind in [
        UnitKind::Municipality,
        UnitKind::Division,
        UnitKind::Department,
        UnitKind::Team,
        UnitKind::School,
    ] {
        assert!(units.iter().any(|unit| unit.kind == kind), "no {kind:?}");
    }
    assert!(units.iter().any(|unit| unit.manager.is_none()), "no vacant post");
}

#[test]
fn a_night_changes_a_few_and_at_least_one_of_each() {
    for (seed, persons) in [(1, 100), (2, 10_000)] {
        let mut before = Municipality::new(seed, persons);
        for night in 0..12 {
            let after = before.after_nights(1);
            let truth = before.truth(&after);
            for counts in [truth.employees, truth.pupils, truth.guardians] {
                assert!(
                    counts.added >= 1 && counts.changed >= 1 && counts.removed >= 1,
                    "night {night}: {truth:?}"
                );
                assert_eq!(counts.added, counts.removed);
            }
            assert!(truth.engagements.changed >= 1, "no title changed: {truth:?}");
            let all = truth.employees;
            assert!(
                persons < 1000 || all.changed * 50 < all.unchanged,
                "too much in one night: {truth:?}"
            );
            assert!(truth.groups.is_empty() && truth.units.is_empty());
            before = after;
        }
    }
}

#[test]
fn a_school_year_moves_every_class_up() {
    let before = Municipality::new(6, 4000);
    let after = before.after_school_years(1);
    let truth = before.truth(&after);
    let cohort = before.size().pupils / 10;
    assert_eq!(
        truth.pupils,
        Counts {
            added: cohort,
            removed: cohort,
            changed: 0,
            unchanged: before.size().pupils - cohort
        }
    );
    let class = before
        .groups()
        .find(|group| matches!(group.kind, GroupKind::Class { cohort: 9, .. }))
        .unwrap();
    assert_eq!(class.name, "1A");
    let promoted = after.group(class.kind).unwrap();
    assert_eq!(
        (promoted.id.as_str(), promoted.name.as_str()),
        (class.id.as_str(), "2A")
    );
    assert_eq!(before.members(&class), after.members(&promoted));
    assert!(after.pupils().all(|pupil| (1..=10).contains(&pupil.grade)));
    assert!(truth.groups.changed > 0 && truth.groups.added == truth.groups.removed);
    assert!(truth.employees.is_empty() && truth.guardians.is_empty());
}

#[test]
fn the_truth_of_nothing_is_nothing_and_both_orders_of_time_agree() {
    let town = Municipality::new(11, 1000);
    let one = town.after_nights(2).after_school_years(1);
    let other = town.after_school_years(1).after_nights(2);
    let truth = one.truth(&other);
    assert!(truth.employees.is_empty() && truth.pupils.is_empty() && truth.memberships.is_empty());
    assert_eq!(truth.memberships, town.truth(&town).memberships);
}

#[test]
fn members_of_all_groups_are_present_persons() {
    let town = Municipality::new(12, 3000).after_nights(5).after_school_years(2);
    let pupils: BTreeSet<String> = town.pupils().map(|pupil| pupil.person.id).collect();
    let staff: BTreeSet<String> = town.employees().map(|employee| employee.person.id).collect();
    let mut in_class = BTreeMap::new();
    for group in town.groups() {
        for member in town.members(&group) {
            assert!(
                pupils.contains(&member.person) || staff.contains(&member.person),
                "{member:?}"
            );
            if matches!(group.kind, GroupKind::Class { .. }) && pupils.contains(&member.person) {
                *in_class.entry(member.person).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(in_class.len(), pupils.len());
    assert!(in_class.values().all(|classes| *classes == 1));
}

#[test]
fn the_two_people_lists_differ_exactly_as_told() {
    let n = 20_000;
    let rows = |snapshot| {
        let mut bytes = Vec::new();
        let truth = write_people_csv(n, snapshot, &mut bytes).unwrap();
        assert_eq!(truth, people_truth(n));
        let text = String::from_utf8(bytes).unwrap();
        let mut lines = text.lines();
        assert_eq!(lines.next().unwrap().split(',').count(), 20);
        lines
            .map(|line| {
                assert_eq!(line.split(',').count(), 20, "{line}");
                (line.split(',').nth(1).unwrap().to_owned(), line.to_owned())
            })
            .collect::<BTreeMap<_, _>>()
    };
    let (first, second) = (rows(Snapshot::First), rows(Snapshot::Second));
    let truth = people_truth(n);
    assert_eq!((truth.updated, truth.deleted, truth.created), (160, 20, 20));
    assert_eq!(
        (first.len() as u64, second.len() as u64),
        (truth.first, truth.second)
    );
    let updated = first
        .iter()
        .filter(|(uid, row)| second.get(*uid).is_some_and(|other| other != *row))
        .count();
    let deleted = first.keys().filter(|uid| !second.contains_key(*uid)).count();
    let created = second.keys().filter(|uid| !first.contains_key(*uid)).count();
    assert_eq!(
        (updated as u64, deleted as u64, created as u64),
        (truth.updated, truth.deleted, truth.created)
    );
}
