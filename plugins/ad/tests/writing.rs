//! What operations make of a directory.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use proptest::prelude::*;
use samklang_ad::{ActiveDirectory, Settings};
use samklang_sdk::ldap::Dn;
use samklang_sdk::prelude::*;
use samklang_sdk::testing::Asked;
use world::{DOMAIN, World};

fn settings(further: &str) -> Settings {
    serde_json::from_str(&format!(r#"{{"url": "ldaps://dc1.kommune.test"{further}}}"#)).unwrap()
}

fn operation(action: Action, class: &str, key: &str, desired: &[(&str, Value)]) -> Operation {
    Operation {
        id: format!("{class}-{key}"),
        action,
        class: class.to_owned(),
        key: key.to_owned(),
        desired: desired
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
        changed: Vec::new(),
    }
}

fn apply_with(world: &World, further: &str, operations: &[Operation]) -> Vec<Outcome> {
    let connector = ActiveDirectory::open(settings(further)).unwrap();
    world.during(|| connector.apply(operations)).unwrap()
}

fn apply(world: &World, operations: &[Operation]) -> Vec<Outcome> {
    apply_with(world, "", operations)
}

fn done(outcome: &Outcome) -> &Receipt {
    match outcome {
        Outcome::Done(receipt) => receipt,
        other => panic!("{other:?}"),
    }
}

fn assigned<'a>(receipt: &'a Receipt, name: &str) -> Option<&'a Value> {
    receipt
        .assigned
        .iter()
        .find_map(|(known, value)| (known == name).then_some(value))
}

fn kari<'a>(further: &[(&'a str, Value)]) -> Vec<(&'a str, Value)> {
    let mut desired = vec![
        ("sAMAccountName", "kari.hansen".into()),
        ("cn", "Hansen, Kari".into()),
        ("sn", "Hansen".into()),
        ("enabled", true.into()),
    ];
    desired.extend_from_slice(further);
    desired
}

fn created(world: &World, key: &str, desired: &[(&str, Value)]) -> String {
    let outcomes = apply(world, &[operation(Action::Create, "user", key, desired)]);
    done(&outcomes[0]).key.clone()
}

#[test]
fn a_user_is_made_whole_in_one_request() {
    let world = World::new(&["OU=Ansatte"]);
    let desired = kari(&[
        ("path", "OU=Ansatte".into()),
        ("accountExpires", "2026-07-31".into()),
    ]);
    let outcomes = apply(&world, &[operation(Action::Create, "user", "id-1", &desired)]);
    let receipt = done(&outcomes[0]);
    assert_eq!(
        assigned(receipt, "userPrincipalName"),
        Some(&"kari.hansen@kommune.test".into())
    );
    assert_eq!(assigned(receipt, "sAMAccountName"), Some(&"kari.hansen".into()));
    assert!(assigned(receipt, "objectSid").is_some());
    assert_eq!(world.writes().len(), 1);
    let made = world.by_guid(&receipt.key).unwrap();
    assert_eq!(made.dn, format!("CN=Hansen\\, Kari,OU=Ansatte,{DOMAIN}"));
    for (name, value) in [
        ("userAccountControl", "512"),
        ("pwdLastSet", "0"),
        ("accountExpires", "134300160000000000"),
        ("adminDescription", "id-1"),
    ] {
        assert_eq!(made.text(name).as_deref(), Some(value), "{name}");
    }

    // The same again, as after a lost answer: the same user, and nothing is written.
    let again = apply(&world, &[operation(Action::Create, "user", "id-1", &desired)]);
    assert_eq!(done(&again[0]).key, receipt.key);
    assert_eq!(world.writes(), []);
}

#[test]
fn what_is_right_is_not_written_and_what_differs_is() {
    let world = World::new(&["OU=Ansatte", "OU=Skoler"]);
    let guid = created(&world, "id-1", &kari(&[]));
    world.writes();
    let unchanged = operation(Action::Update, "user", &guid, &kari(&[]));
    assert_eq!(
        apply(&world, std::slice::from_ref(&unchanged)),
        [Outcome::Unchanged]
    );
    assert_eq!(world.writes(), []);

    // Another name, another place, disabled, and one attribute to be taken away.
    let mut desired = kari(&[("path", "OU=Skoler".into()), ("title", "Rektor".into())]);
    desired[1].1 = "Nilsen, Kari".into();
    desired[3].1 = false.into();
    let mut update = operation(Action::Update, "user", &guid, &desired);
    update.desired.retain(|(name, _)| name != "sn");
    update.changed = vec!["sn".to_owned()];
    done(&apply(&world, &[update.clone()])[0]);
    let held = world.by_guid(&guid).unwrap();
    assert_eq!(held.dn, format!("CN=Nilsen\\, Kari,OU=Skoler,{DOMAIN}"));
    assert_eq!(held.text("userAccountControl").unwrap(), "514");
    assert_eq!(
        (held.text("sn"), held.text("title")),
        (None, Some("Rektor".to_owned()))
    );
    let writes = world.writes();
    assert_eq!(
        writes.len(),
        2,
        "one rename with the move, one modification: {writes:?}"
    );
    assert_eq!(apply(&world, &[update]), [Outcome::Unchanged]);

    // A name that was made of the account name follows it.
    let mut renamed = desired.clone();
    renamed[0].1 = "kari.nilsen".into();
    done(&apply(&world, &[operation(Action::Update, "user", &guid, &renamed)])[0]);
    assert_eq!(
        world.by_guid(&guid).unwrap().text("userPrincipalName").unwrap(),
        "kari.nilsen@kommune.test"
    );
}

#[test]
fn who_is_in_the_way_is_named() {
    let world = World::new(&[]);
    let other = world.put(
        &format!("CN=Kari,{DOMAIN}"),
        "user",
        &[("sAMAccountName", "KARI.hansen"), ("userAccountControl", "512")],
    );
    let outcomes = apply(&world, &[operation(Action::Create, "user", "id-1", &kari(&[]))]);
    assert!(
        matches!(&outcomes[0], Outcome::Conflict(object) if object.key == other),
        "{outcomes:?}"
    );
    // Of one with the same name in the same place, likewise; escaped or not.
    let twin = world.put(
        &format!("CN=Hansen\\2C Kari,{DOMAIN}"),
        "user",
        &[("sAMAccountName", "kh2")],
    );
    let mut desired = kari(&[]);
    desired[0].1 = "kh3".into();
    let outcomes = apply(&world, &[operation(Action::Create, "user", "id-1", &desired)]);
    assert!(
        matches!(&outcomes[0], Outcome::Conflict(object) if object.key == twin),
        "{outcomes:?}"
    );
}

#[test]
fn what_cannot_be_is_refused_with_its_attribute_and_not_sent() {
    let world = World::new(&[]);
    let long = "x".repeat(65);
    for (attribute, value) in [
        ("sAMAccountName", Value::from("a".repeat(21))),
        ("sAMAccountName", "kari@hansen".into()),
        ("cn", long.as_str().into()),
        ("enabled", "yes".into()),
        ("accountExpires", "31.07.2026".into()),
        ("path", "Ansatte".into()),
        ("unit", "no-such-unit".into()),
        ("proxyAddresses", "smtp:a@b".into()),
    ] {
        let mut desired = kari(&[]);
        desired.retain(|(name, _)| *name != attribute);
        desired.push((attribute, value));
        let outcomes = apply(&world, &[operation(Action::Create, "user", "id-1", &desired)]);
        assert!(
            matches!(&outcomes[0], Outcome::Rejected(said) if said.attribute.as_deref() == Some(attribute)),
            "{attribute}: {outcomes:?}"
        );
        assert_eq!(world.writes(), [], "{attribute}");
    }
}

#[test]
fn what_was_made_in_the_same_run_is_found_by_the_id_that_was_proposed() {
    let world = World::new(&[]);
    let unit = |key: &str, name: &str, parent: Option<&str>| {
        let mut desired = vec![("name", Value::from(name))];
        desired.extend(parent.map(|parent| ("parent", parent.into())));
        operation(Action::Create, "ou", key, &desired)
    };
    let outcomes = apply(
        &world,
        &[
            unit("u-1", "Skoler", None),
            unit("u-2", "Solsikken, avd. #2", Some("u-1")),
        ],
    );
    let (above, below) = (done(&outcomes[0]).key.clone(), done(&outcomes[1]));
    assert_eq!(
        assigned(below, "parent"),
        Some(&above.as_str().into()),
        "the key is told for the proposal"
    );
    assert_eq!(
        world.by_guid(&below.key).unwrap().dn,
        format!("OU=Solsikken\\, avd. #2,OU=Skoler,{DOMAIN}")
    );

    let user = |key: &str, account: &str, manager: &str| {
        let desired = [
            ("sAMAccountName", account.into()),
            ("cn", account.into()),
            ("unit", "u-2".into()),
            ("manager", manager.into()),
        ];
        operation(Action::Create, "user", key, &desired)
    };
    let outcomes = apply(&world, &[user("p-1", "one", "p-2"), user("p-2", "two", "p-1")]);
    let (one, two) = (done(&outcomes[0]), done(&outcomes[1]));
    assert_eq!(
        assigned(one, "manager"),
        Some(&Value::Absent),
        "who is not there yet follows in the next cycle"
    );
    assert_eq!(assigned(two, "manager"), Some(&one.key.as_str().into()));
    assert!(world.by_guid(&two.key).unwrap().dn.contains("OU=Solsikken"));

    let group = [
        ("sAMAccountName", "ansatte".into()),
        ("cn", "Ansatte".into()),
        ("ou", "u-1".into()),
    ];
    let member = [("group", "g-1".into()), ("user", "p-1".into())];
    let outcomes = apply(
        &world,
        &[
            operation(Action::Create, "group", "g-1", &group),
            operation(Action::Create, "membership", "m-1", &member),
        ],
    );
    let (group, member) = (done(&outcomes[0]), done(&outcomes[1]));
    assert_eq!(member.key, format!("{}:{}", group.key, one.key));
    assert_eq!(
        world.by_guid(&group.key).unwrap().text("groupType").unwrap(),
        "-2147483646"
    );
    assert_eq!(
        world.by_guid(&group.key).unwrap().values("member"),
        [one.key.as_bytes().to_vec()]
    );
}

#[test]
fn members_change_by_what_differs_and_one_that_is_right_keeps_none_out() {
    let world = World::new(&[]);
    let users: Vec<String> = (1..=5)
        .map(|number| {
            let name = format!("user{number}");
            created(
                &world,
                &name,
                &[
                    ("sAMAccountName", name.as_str().into()),
                    ("cn", name.as_str().into()),
                ],
            )
        })
        .collect();
    let group = world.put(
        &format!("CN=G,{DOMAIN}"),
        "group",
        &[("member", users[0].as_str()), ("member", users[1].as_str())],
    );
    world.writes();
    let add = |user: &str| {
        operation(
            Action::Create,
            "membership",
            user,
            &[("group", group.as_str().into()), ("user", user.into())],
        )
    };
    let remove = |user: &str| operation(Action::Delete, "membership", &format!("{group}:{user}"), &[]);
    let outcomes = apply(&world, &[add(&users[2]), add(&users[3]), remove(&users[0])]);
    assert!(
        outcomes.iter().all(|outcome| matches!(outcome, Outcome::Done(_))),
        "{outcomes:?}"
    );
    assert_eq!(world.writes().len(), 1, "one modification for the group");

    let outcomes = apply(
        &world,
        &[
            add(&users[2]),
            add(&users[4]),
            remove(&users[0]),
            remove(&users[1]),
        ],
    );
    let expected = |user: &str| format!("{group}:{user}");
    assert_eq!(
        done(&outcomes[0]).key,
        expected(&users[2]),
        "who is a member already"
    );
    assert_eq!(done(&outcomes[1]).key, expected(&users[4]));
    assert_eq!(outcomes[2], Outcome::Unchanged, "who is none any more");
    assert!(matches!(outcomes[3], Outcome::Done(_)));
    let mut members = world.by_guid(&group).unwrap().values("member");
    members.sort();
    assert_eq!(
        members,
        [&users[2], &users[3], &users[4]].map(|user| user.as_bytes().to_vec())
    );
    // A group that is gone.
    let nowhere = format!("ffffffff-0000-4000-8000-000000000000:{}", users[0]);
    assert_eq!(
        apply(&world, &[operation(Action::Delete, "membership", &nowhere, &[])]),
        [Outcome::Unchanged]
    );
    let outcomes = apply(
        &world,
        &[operation(
            Action::Create,
            "membership",
            "m",
            &[("group", "g-9".into()), ("user", users[0].as_str().into())],
        )],
    );
    assert!(matches!(&outcomes[0], Outcome::Rejected(said) if said.attribute.as_deref() == Some("group")));
}

#[test]
fn users_are_removed_as_the_settings_say() {
    for (further, place, gone) in [
        ("", "", false),
        (
            r#", "removal": "move", "removed": "OU=Borte""#,
            "OU=Borte,",
            false,
        ),
        (r#", "removal": "delete""#, "", true),
    ] {
        let world = World::new(&["OU=Borte"]);
        let guid = created(&world, "id-1", &kari(&[]));
        let remove = operation(Action::Delete, "user", &guid, &[]);
        done(&apply_with(&world, further, std::slice::from_ref(&remove))[0]);
        match world.by_guid(&guid) {
            None => assert!(gone, "{further}"),
            Some(held) => {
                assert_eq!(held.text("userAccountControl").unwrap(), "514", "{further}");
                assert_eq!(held.dn, format!("CN=Hansen\\, Kari,{place}{DOMAIN}"), "{further}");
            }
        }
        assert_eq!(
            apply_with(&world, further, &[remove]),
            [Outcome::Unchanged],
            "{further}"
        );
    }
}

#[test]
fn two_of_one_name_have_room_among_the_removed() {
    let world = World::new(&["OU=Borte"]);
    world.put(
        &format!("CN=Hansen\\, Kari,OU=Borte,{DOMAIN}"),
        "user",
        &[("sAMAccountName", "old")],
    );
    let guid = created(&world, "id-1", &kari(&[]));
    let further = r#", "removal": "move", "removed": "OU=Borte""#;
    done(&apply_with(&world, further, &[operation(Action::Delete, "user", &guid, &[])])[0]);
    let name = format!("CN=Hansen\\, Kari {},OU=Borte,{DOMAIN}", &guid[..8]);
    assert_eq!(world.by_guid(&guid).unwrap().dn, name);
}

#[test]
fn what_must_not_be_touched_is_left_alone() {
    let world = World::new(&["OU=Ansatte", "OU=Andre"]);
    let admin = world.put(
        &format!("CN=A,OU=Ansatte,{DOMAIN}"),
        "user",
        &[("adminCount", "1"), ("userAccountControl", "512")],
    );
    let own = world.put(
        &format!("CN=krbtgt,OU=Ansatte,{DOMAIN}"),
        "user",
        &[("isCriticalSystemObject", "TRUE")],
    );
    let outside = world.put(
        &format!("CN=B,OU=Andre,{DOMAIN}"),
        "user",
        &[("userAccountControl", "512")],
    );
    let further = r#", "removal": "delete", "base": "ou=ansatte,DC=kommune,DC=test""#;
    for guid in [&admin, &own, &outside] {
        let outcomes = apply_with(&world, further, &[operation(Action::Delete, "user", guid, &[])]);
        assert!(matches!(outcomes[0], Outcome::Rejected(_)), "{outcomes:?}");
        assert!(world.by_guid(guid).is_some());
    }
    let update = operation(Action::Update, "user", &outside, &[("title", "x".into())]);
    assert!(matches!(
        apply_with(&world, further, &[update])[0],
        Outcome::Rejected(_)
    ));
    assert!(world.writes().is_empty());
    // An OU with something in it says so.
    let ou = world.0.borrow().entries[1].guid.clone();
    let outcomes = apply(&world, &[operation(Action::Delete, "ou", &ou, &[])]);
    assert!(
        matches!(&outcomes[0], Outcome::Rejected(said) if said.code == "00002015"),
        "{outcomes:?}"
    );
}

#[test]
fn settings_are_looked_at_before_anything_is_done() {
    for (further, pointer) in [
        (r#", "base": "Ansatte""#, "/base"),
        (r#", "users": "Ansatte""#, "/users"),
        (r#", "removal": "move""#, "/removed"),
        (r#", "user_filter": "cn=*""#, "/user_filter"),
    ] {
        let error = ActiveDirectory::open(settings(further)).unwrap_err();
        assert!(
            matches!(&error, Error::InvalidSettings(all) if all[0].pointer == pointer),
            "{error}"
        );
    }
    let world = World::new(&[]);
    let elsewhere = ActiveDirectory::open(settings(r#", "base": "DC=andre,DC=test""#)).unwrap();
    let error = world.during(|| elsewhere.apply(&[])).unwrap_err();
    assert!(
        matches!(&error, Error::InvalidSettings(all) if all[0].pointer == "/base"),
        "{error}"
    );
    assert!(
        matches!(elsewhere.apply(&[]), Err(Error::Unreachable(_))),
        "without a directory"
    );
}

proptest! {
    #[test]
    fn any_name_makes_an_entry_of_that_name(name in "[^ \u{0}-\u{1f}][\\PC]{0,30}[^ \u{0}-\u{1f}]|[,+\"\\\\<>;=#a]{1,6}") {
        prop_assume!(name.trim() == name && name.chars().count() <= 64);
        let world = World::new(&["OU=Ansatte"]);
        let desired = [("sAMAccountName", "x".into()), ("cn", name.as_str().into()), ("path", "OU=Ansatte".into())];
        let guid = created(&world, &name, &desired);
        let held = world.by_guid(&guid).unwrap();
        let dn = Dn::parse(&held.dn).unwrap();
        prop_assert_eq!(dn.rdn_value(), Some(name.clone()));
        prop_assert_eq!(dn.parent(), format!("OU=Ansatte,{DOMAIN}"));
        // Whatever it is, it is found again by it, and by nothing else.
        prop_assert_eq!(held.text("adminDescription"), Some(name.clone()));
        world.writes();
        let again = created(&world, &name, &desired);
        prop_assert_eq!(again, guid);
        prop_assert_eq!(world.writes(), Vec::<Asked>::new());
    }
}
