//! Enrolment checks: the categories and their reasons, and what may be confirmed.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod system;

use std::collections::BTreeMap;

use proptest::prelude::*;
use samklang_core::Attributes;
use samklang_core::catalogue::EntityKind;
use samklang_core::enrolment::{Category, Check, EnrolmentResult, Reason, Refusal, VALID_FOR};
use samklang_core::mapping::{MappingSource, Mappings, Outbound, Vocabulary};
use system::{description, texts};

/// A target with teams of a type beneath each other, and users.
fn outbound() -> BTreeMap<String, Outbound> {
    let mut description = description();
    for class in &mut description.classes {
        for name in ["kind", "active"] {
            let mut attribute = class.attributes[0].clone();
            attribute.name = name.to_owned();
            class.attributes.push(attribute);
        }
    }
    let source: MappingSource = toml::from_str(
        r#"
[outbound.team]
entity = "unit"
key = "{{ uuid }}"
[outbound.team.attributes]
name = "{{ name }}"
kind = "{{ kind }}"
parent = { reference = "team", of = "parent", optional = true }
[outbound.person]
entity = "person"
key = "{{ uuid }}"
[outbound.person.attributes]
name = "{{ display_name }}"
mail = "{{ email }}"
number = "{{ username }}"
"#,
    )
    .unwrap();
    Mappings::compile_outbound(&source, &description, &Vocabulary::default()).unwrap()
}

type Object = (&'static str, &'static str, Attributes);

fn team(key: &'static str, name: &str, kind: &str, parent: &str) -> Object {
    (
        "team",
        key,
        texts(&[("name", name), ("kind", kind), ("parent", parent)]),
    )
}

fn user(key: &'static str, name: &str, login: &str) -> Object {
    ("person", key, texts(&[("name", name), ("number", login)]))
}

/// Checks two sides; of what only the target has, the catalogue knows these, and whether they are active.
fn check(wanted: &[Object], held: &[Object], known: &[(&str, bool)]) -> EnrolmentResult {
    let outbound = outbound();
    let mut check = Check::new(&outbound);
    for (class, key, attributes) in wanted {
        check.wanted(class, key, attributes);
    }
    for (class, key, attributes) in held {
        check.held(class, key, attributes);
    }
    check.finish(|only| {
        let found = known.iter().find(|(key, _)| *key == only.key);
        found.map(|(_, active)| *active)
    })
}

/// The only finding.
#[track_caller]
fn reason(wanted: &[Object], held: &[Object], known: &[(&str, bool)]) -> (Category, Reason) {
    let result = check(wanted, held, known);
    assert_eq!(result.findings.len(), 1, "{result:?}");
    (result.findings[0].category, result.findings[0].reason)
}

#[test]
fn every_reason_for_which_a_unit_stands_in_the_way() {
    let north = || team("U1", "North", "team", "");
    let blocked = |wanted: &[Object], held: &[Object], known: &[(&str, bool)]| {
        let (category, reason) = reason(wanted, held, known);
        assert_eq!(category, Category::UnitBlocking);
        reason.as_str()
    };
    assert_eq!(blocked(&[], &[north()], &[]), "unit_only_in_target");
    assert_eq!(blocked(&[north()], &[], &[]), "unit_only_in_source");
    assert_eq!(
        blocked(&[north()], &[team("u1", "North", "afdeling", "")], &[]),
        "unit_type_differs"
    );
    assert_eq!(blocked(&[], &[north()], &[("U1", true)]), "unit_type_differs");
    assert_eq!(
        blocked(&[north()], &[team("U9", "north", "team", "")], &[]),
        "unit_key_differs"
    );
    assert_eq!(
        blocked(&[north()], &[team("U1", "North", "team", "X")], &[]),
        "unit_parent_differs"
    );
    assert_eq!(
        blocked(&[], &[north()], &[("U1", false)]),
        "unit_inactive_in_source"
    );
    let twins = [north(), team("U2", "North", "team", "")];
    let held = [
        north(),
        team("U2", "North", "team", ""),
        team("U9", "North", "team", ""),
    ];
    assert_eq!(blocked(&twins, &held, &[]), "unit_ambiguous");
    assert_eq!(
        blocked(&[north()], &[north(), team("u1", "North", "team", "")], &[]),
        "unit_ambiguous"
    );
}

#[test]
fn another_name_is_a_warning_only() {
    let result = check(
        &[team("U1", "North", "team", "")],
        &[team("u1", "Nord", "Team", "")],
        &[],
    );
    assert!(result.enrollable());
    assert_eq!((result.units.ok, result.units.blocking), (1, 0));
    let warning = &result.findings[0];
    assert_eq!(
        (warning.category, warning.reason),
        (Category::UnitOk, Reason::UnitNameDiffers)
    );
    assert_eq!(
        (warning.target.as_deref(), warning.source.as_deref()),
        (Some("Nord"), Some("North"))
    );
}

#[test]
fn every_reason_for_which_a_user_is_left_out() {
    let nibe = || user("P1", "Nils Berg", "nibe");
    let left_out = |wanted: &[Object], held: &[Object], known: &[(&str, bool)]| {
        let (category, reason) = reason(wanted, held, known);
        assert_eq!(category, Category::UserNotSyncable);
        assert!(
            check(wanted, held, known).enrollable(),
            "users never stand in the way"
        );
        reason.as_str()
    };
    assert_eq!(left_out(&[], &[nibe()], &[]), "user_only_in_target");
    assert_eq!(
        left_out(&[nibe()], &[user("P9", "N. Berg", "NIBE")], &[]),
        "user_key_differs"
    );
    assert_eq!(
        left_out(&[], &[nibe()], &[("P1", false)]),
        "user_inactive_in_source"
    );
    let two = [nibe(), user("P2", "Nina Beck", "nibe")];
    assert_eq!(
        left_out(&two, &[user("P9", "N. Berg", "nibe")], &[]),
        "user_ambiguous"
    );
    let same = check(&[nibe()], &[user("p1", "Another Name", "other")], &[]);
    assert_eq!(
        (same.users.checked, same.users.ok, same.findings.len()),
        (1, 1, 0),
        "the key decides, whatever its case"
    );
    let only_in_source = check(&[nibe()], &[], &[]);
    assert_eq!(
        (only_in_source.users.checked, only_in_source.findings.len()),
        (0, 0),
        "who is only in the source is no part"
    );
}

#[test]
fn active_users_who_are_left_out_need_attention() {
    let mut off = user("P2", "Off", "off");
    off.2.extend(texts(&[("active", "false")]));
    let result = check(&[], &[user("P1", "On", "on"), off], &[]);
    assert_eq!((result.users.blocking, result.users.needs_attention), (2, 1));
    let on = result
        .of(Category::UserNotSyncable)
        .find(|finding| finding.needs_attention)
        .unwrap();
    assert_eq!(on.name, "On");
}

#[test]
fn a_confirmation_needs_a_young_result_without_blocking_units_and_the_number_left_out() {
    let free = check(&[], &[user("P1", "On", "on")], &[]);
    assert_eq!(free.confirm(0, 0, None), Err(Refusal::Unacknowledged(1)));
    assert_eq!(free.confirm(0, 0, Some(2)), Err(Refusal::Unacknowledged(1)));
    assert_eq!(free.confirm(0, VALID_FOR - 1, Some(1)), Ok(()));
    assert_eq!(free.confirm(0, VALID_FOR, Some(1)), Err(Refusal::Stale));
    let blocked = check(&[], &[team("U1", "North", "team", "")], &[]);
    assert_eq!(blocked.confirm(0, 0, Some(0)), Err(Refusal::Blocked(1)));
    assert_eq!(check(&[], &[], &[]).confirm(0, 0, None), Ok(()));
}

#[test]
fn the_ground_changes_with_either_side_and_not_with_their_order() {
    let (a, b) = (
        || team("U1", "North", "team", ""),
        || team("U2", "South", "team", ""),
    );
    let ground = |wanted: &[Object], held: &[Object]| check(wanted, held, &[]).ground;
    assert_eq!(ground(&[a(), b()], &[b(), a()]), ground(&[b(), a()], &[a(), b()]));
    let now = ground(&[a()], &[a()]);
    assert_ne!(now, ground(&[team("U1", "Nord", "team", "")], &[a()]));
    assert_ne!(now, ground(&[a()], &[team("U1", "Nord", "team", "")]));
    assert_ne!(now, ground(&[a()], &[a(), user("P1", "On", "on")]));
}

fn objects() -> impl Strategy<Value = Vec<Object>> {
    const KEYS: [&str; 6] = ["K1", "K2", "K3", "K4", "K5", "K6"];
    prop::collection::btree_map((any::<bool>(), 0_usize..6), 0_u8..3, 0..9).prop_map(|objects| {
        let object = |((unit, key), name): ((bool, usize), u8)| {
            let name = format!("N{name}");
            if unit {
                team(KEYS[key], &name, "team", "")
            } else {
                user(KEYS[key], &name, &name)
            }
        };
        objects.into_iter().map(object).collect()
    })
}

proptest! {
    /// Only units decide, whatever the users are, and every object of the target is counted once.
    #[test]
    fn only_units_decide(wanted in objects(), held in objects()) {
        let result = check(&wanted, &held, &[]);
        let units = |objects: &[Object]| -> Vec<Object> {
            objects.iter().filter(|(class, _, _)| *class == "team").cloned().collect()
        };
        prop_assert_eq!(result.enrollable(), check(&units(&wanted), &units(&held), &[]).enrollable());
        for numbers in [result.units, result.users] {
            prop_assert_eq!(numbers.checked, numbers.ok + numbers.blocking);
        }
        let users = held.iter().filter(|(class, _, _)| *class == "person").count() as u64;
        prop_assert_eq!(result.users.checked, users);
        prop_assert_eq!(result.of(Category::UserNotSyncable).count() as u64, result.users.blocking);
    }

    /// A target that holds exactly what the catalogue wants can be enrolled, with nobody left out.
    #[test]
    fn what_is_the_same_on_both_sides_corresponds(objects in objects()) {
        let result = check(&objects, &objects, &[]);
        prop_assert!(result.enrollable());
        prop_assert_eq!(result.findings, []);
    }
}

#[test]
fn what_only_the_target_has_is_asked_about_by_kind() {
    let outbound = outbound();
    let mut check = Check::new(&outbound);
    for (class, key, attributes) in [team("U1", "North", "team", ""), user("P1", "On", "on")] {
        check.held(class, key, &attributes);
    }
    let asked: Vec<_> = check
        .unplaced()
        .iter()
        .map(|only| (only.kind, only.key.as_str()))
        .collect();
    assert_eq!(asked, [(EntityKind::Unit, "U1"), (EntityKind::Person, "P1")]);
}
