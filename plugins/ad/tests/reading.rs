//! What is read of a directory.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

mod world;

use samklang_ad::{ActiveDirectory, Settings};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{Asked, Collected, check_description, read_all};
use world::{DOMAIN, World};

fn connector(further: &str) -> ActiveDirectory {
    let settings: Settings =
        serde_json::from_str(&format!(r#"{{"url": "ldaps://dc1.kommune.test"{further}}}"#)).unwrap();
    ActiveDirectory::open(settings).unwrap()
}

fn read(world: &World, further: &str, classes: &[&str]) -> Collected {
    world.during(|| read_all(&connector(further), classes))
}

#[test]
fn the_description_is_sound() {
    check_description::<ActiveDirectory>();
}

#[test]
fn each_object_comes_with_what_it_refers_to() {
    let world = World::new(&["OU=Ansatte"]);
    let ou = world.put(
        &format!("OU=IT\\, drift,OU=Ansatte,{DOMAIN}"),
        "organizationalUnit",
        &[("adminDescription", "unit-1")],
    );
    let boss = world.put(
        &format!("CN=Boss,OU=Ansatte,{DOMAIN}"),
        "user",
        &[("sAMAccountName", "boss"), ("adminDescription", "person-1")],
    );
    world.put(
        &format!("CN=Hansen\\, Kari,OU=IT\\, drift,OU=Ansatte,{DOMAIN}"),
        "user",
        &[
            ("sAMAccountName", "kari"),
            ("userAccountControl", "66050"),
            ("accountExpires", "134300160000000000"),
            ("proxyAddresses", "SMTP:kari@kommune.test"),
            ("proxyAddresses", "smtp:kh@kommune.test"),
            ("manager", boss.as_str()),
        ],
    );
    world.put(
        &format!("CN=krbtgt,{DOMAIN}"),
        "user",
        &[("isCriticalSystemObject", "TRUE")],
    );
    let read = read(&world, "", &["ou", "user"]);
    assert_eq!(read.column("ou", "name"), ["Ansatte".into(), "IT, drift".into()]);
    assert_eq!(
        read.column("ou", "parent")[0],
        Value::Absent,
        "it lies beneath the base"
    );
    assert!(!read.column("ou", "parent")[1].is_absent());
    assert_eq!(read.column("ou", "objectGUID")[1], ou.as_str().into());

    assert_eq!(
        read.class("user").len(),
        2,
        "the directory's own accounts are none of ours"
    );
    let kari = |name: &str| read.column("user", name)[1].clone();
    assert_eq!(kari("cn"), "Hansen, Kari".into());
    assert_eq!(kari("path"), "OU=IT\\, drift,OU=Ansatte".into());
    assert_eq!(kari("unit"), "unit-1".into());
    assert_eq!(
        (kari("manager"), kari("managerId")),
        (boss.as_str().into(), "person-1".into())
    );
    assert_eq!(
        (kari("enabled"), kari("passwordNeverExpires")),
        (false.into(), true.into())
    );
    assert_eq!(kari("userAccountControl"), 66_050.into());
    assert_eq!(kari("accountExpires"), "2026-07-31".into());
    assert_eq!(kari("whenChanged"), "2026-11-29T13:15:58Z".into());
    assert_eq!(
        kari("proxyAddresses"),
        vec![
            "SMTP:kari@kommune.test".to_owned(),
            "smtp:kh@kommune.test".to_owned()
        ]
        .into()
    );
    assert_eq!(kari("initialPassword"), Value::Absent);
}

#[test]
fn members_come_range_by_range_and_groups_within_are_left_out() {
    let world = World::new(&[]);
    let users: Vec<String> = (0..7)
        .map(|number| world.put(&format!("CN=u{number},{DOMAIN}"), "user", &[]))
        .collect();
    let inner = world.put(
        &format!("CN=inner,{DOMAIN}"),
        "group",
        &[("member", users[0].as_str())],
    );
    let mut members: Vec<(&str, &str)> = users.iter().map(|user| ("member", user.as_str())).collect();
    members.insert(2, ("member", inner.as_str()));
    let outer = world.put(&format!("CN=outer,{DOMAIN}"), "group", &members);
    let collected = read(&world, "", &["group", "membership"]);
    assert_eq!(collected.class("group").len(), 2);
    let mut keys: Vec<Value> = users
        .iter()
        .map(|user| format!("{outer}:{user}").into())
        .collect();
    keys.insert(0, format!("{inner}:{}", users[0]).into());
    assert_eq!(collected.column("membership", "key"), keys);
    let ranges = world.0.borrow().asked.iter().filter(|asked| {
        matches!(asked, Asked::Search(query) if query.attributes.iter().any(|name| name.starts_with("member;range=")))
    }).count();
    assert_eq!(ranges, 2, "eight members by threes");
}

#[test]
fn only_the_part_that_counts_is_read() {
    let world = World::new(&["OU=Ansatte", "OU=Elever"]);
    let own = world.put(
        &format!("CN=a,OU=Ansatte,{DOMAIN}"),
        "user",
        &[("employeeNumber", "7")],
    );
    world.put(&format!("CN=b,OU=Ansatte,{DOMAIN}"), "user", &[]);
    let other = world.put(
        &format!("CN=c,OU=Elever,{DOMAIN}"),
        "user",
        &[("employeeNumber", "8")],
    );
    let further = r#", "base": "OU=Ansatte,DC=kommune,DC=test", "user_filter": "(employeeNumber=*)""#;
    let collected = read(&world, further, &["ou", "user"]);
    assert!(collected.class("ou").is_empty(), "the base itself is none");
    assert_eq!(collected.column("user", "objectGUID"), [own.as_str().into()]);
    let got = world
        .during(|| connector(further).get("user", &[own.clone(), other, "no guid".to_owned()]))
        .unwrap();
    assert_eq!(
        got.iter().map(|object| object.key.as_str()).collect::<Vec<_>>(),
        [own]
    );
}

#[test]
fn single_memberships_are_fetched_however_large_the_group() {
    let world = World::new(&[]);
    let users: Vec<String> = (0..5)
        .map(|number| world.put(&format!("CN=u(*{number}),{DOMAIN}"), "user", &[]))
        .collect();
    let members: Vec<(&str, &str)> = users[..4].iter().map(|user| ("member", user.as_str())).collect();
    let group = world.put(&format!("CN=g,{DOMAIN}"), "group", &members);
    let keys: Vec<String> = users.iter().map(|user| format!("{group}:{user}")).collect();
    let asked = [&keys[3..], &["nonsense".to_owned()]].concat();
    let got = world.during(|| connector("").get("membership", &asked)).unwrap();
    assert_eq!(got.len(), 1);
    assert_eq!(
        (got[0].key.as_str(), got[0].text("user")),
        (keys[3].as_str(), Some(users[3].as_str()))
    );
}

#[test]
fn a_cursor_of_another_time_asks_for_everything() {
    let world = World::new(&[]);
    let since = |cursor: &str| {
        let extent = Extent::Since(cursor.to_owned());
        world.during(|| connector("").read(&["user".to_owned()], extent).err())
    };
    assert!(matches!(since("0:00"), Some(Error::ResyncRequired(_))));
    assert!(matches!(since(""), Some(Error::ResyncRequired(_))));
}

#[test]
fn a_check_names_what_is_missing() {
    let world = World::new(&["OU=Ansatte"]);
    let check = |further: &str| world.during(|| connector(further).check()).unwrap();
    let findings = check(r#", "users": "OU=Ansatte""#);
    assert_eq!(findings, [Finding::note("it is the domain kommune.test")]);
    let findings = check(r#", "users": "OU=Elever""#);
    assert!(
        findings[1]
            .message
            .starts_with("OU=Elever,DC=kommune,DC=test is not there"),
        "{findings:?}"
    );
    assert!(findings[1].remedy.contains("/users"));
    let nowhere = connector("").check().unwrap();
    assert!(nowhere[0].message.contains("does not answer"), "{nowhere:?}");
}
