//! The directory of these tests refuses what Windows refuses, also where Samba would let it pass.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "test support: a panic is the report"
)]

mod world;

use samklang_sdk::ldap::{Attribute, Change, ChangeKind, Failure, Query, Scope, Session};
use world::{DOMAIN, World, windows};

/// A password as the directory wants it.
fn password(text: &str) -> Attribute {
    let units = format!("\"{text}\"").encode_utf16().collect::<Vec<_>>();
    Attribute {
        name: "unicodePwd".to_owned(),
        values: vec![units.into_iter().flat_map(u16::to_le_bytes).collect()],
    }
}

/// A user who is taken, but for these attributes.
fn user(cn: &str, other: &[(&str, &str)], secret: Option<&str>) -> Result<(), Failure> {
    let mut attributes = vec![Attribute::new("objectClass", ["user"])];
    let plain = [("sAMAccountName", "kari"), ("userAccountControl", "512")];
    let named = |name: &str| other.iter().any(|(own, _)| *own == name);
    let all = plain.iter().filter(|(name, _)| !named(name)).chain(other);
    attributes.extend(all.map(|(name, value)| Attribute::new(*name, [*value])));
    attributes.extend(secret.map(password));
    World::new(&[]).during(|| {
        let session = Session::open("directory").unwrap();
        session.add(&format!("CN={cn},{DOMAIN}"), &attributes)
    })
}

fn number(failure: Failure) -> (u32, String) {
    match failure {
        Failure::Refused(refusal) => (refusal.number, refusal.message),
        Failure::Error(error) => panic!("{error:?}"),
    }
}

#[test]
fn what_is_right_is_taken() {
    user("Kari Nordmann", &[], Some("Hemmelig-4711")).unwrap();
    user(
        &"x".repeat(64),
        &[("sAMAccountName", "twenty-characters-20")],
        Some("Hemmelig-4711"),
    )
    .unwrap();
    user("Kari", &[("userAccountControl", "514")], None).unwrap();
    user("Kari", &[("userAccountControl", "544")], None).unwrap();
}

#[test]
fn what_samba_lets_pass_is_refused_as_windows_refuses_it() {
    let long = "x".repeat(65);
    for (cn, other, secret, refusal) in [
        (
            "Kari",
            ("sAMAccountName", "twenty-one-characters"),
            "Hemmelig-4711",
            (80, "00000523"),
        ),
        (
            "Kari",
            ("sAMAccountName", "kari+nordmann"),
            "Hemmelig-4711",
            (80, "00000523"),
        ),
        (
            "Kari",
            ("sAMAccountName", "kari."),
            "Hemmelig-4711",
            (80, "00000523"),
        ),
        (
            long.as_str(),
            ("title", "Lærer"),
            "Hemmelig-4711",
            (19, "00002082"),
        ),
        (
            "Kari",
            ("department", long.as_str()),
            "Hemmelig-4711",
            (19, "00002082"),
        ),
        (
            "Kari",
            ("employeeID", "2f6b1c1e-0000-4000"),
            "Hemmelig-4711",
            (19, "00002082"),
        ),
        ("Kari", ("title", "Lærer"), "kort", (53, "0000001F")),
        ("Kari", ("title", "Lærer"), "bare bokstaver", (53, "0000001F")),
    ] {
        let (code, words) = number(user(cn, &[other], Some(secret)).unwrap_err());
        assert_eq!(code, refusal.0, "{other:?}: {words}");
        assert!(words.starts_with(refusal.1), "{other:?}: {words}");
    }
    let (code, words) = number(user("Kari", &[], None).unwrap_err());
    assert_eq!((code, words.as_str()), (53, "0000052D: no password"));
}

#[test]
fn an_account_is_not_enabled_before_it_has_a_password() {
    let world = World::new(&[]);
    world.during(|| {
        let session = Session::open("directory").unwrap();
        let dn = format!("CN=Kari,{DOMAIN}");
        let attributes = [
            Attribute::new("objectClass", ["user"]),
            Attribute::new("sAMAccountName", ["kari"]),
            Attribute::new("userAccountControl", ["514"]),
        ];
        session.add(&dn, &attributes).unwrap();
        let change = |attribute| Change {
            kind: ChangeKind::Replace,
            attribute,
        };
        let enable = change(Attribute::new("userAccountControl", ["512"]));
        let refused = session.modify(&dn, std::slice::from_ref(&enable), &[]);
        assert_eq!(number(refused.unwrap_err()).0, 53);
        session
            .modify(&dn, &[change(password("Hemmelig-4711")), enable], &[])
            .unwrap();
    });
}

#[test]
fn more_than_a_page_comes_in_pages_only() {
    let world = World::new(&[]);
    for number in 0..=windows::PAGE {
        world.put(&format!("CN=g{number},{DOMAIN}"), "group", &[]);
    }
    world.during(|| {
        let session = Session::open("directory").unwrap();
        let query = |page_size| Query {
            base: DOMAIN.to_owned(),
            scope: Scope::OneLevel,
            filter: "(objectClass=group)".to_owned(),
            attributes: vec!["objectGUID".to_owned()],
            page_size,
            controls: Vec::new(),
        };
        assert_eq!(number(session.find(query(None)).unwrap_err()).0, 4);
        assert_eq!(session.find(query(Some(500))).unwrap().len(), windows::PAGE + 1);
    });
}
