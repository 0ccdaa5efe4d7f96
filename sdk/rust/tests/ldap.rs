//! Names, filters, entries and sessions, against a directory that is a closure.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a panic is the report"
)]

use proptest::prelude::*;
use samklang_sdk::ldap::{
    Attribute, Change, ChangeKind, Code, Control, Dn, Entry, Failure, Query, Refusal, Scope, Session,
    escape_filter, escape_rdn,
};
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{Asked, DirectoryError, Reply, with_directory};

/// What a directory makes of an escaped filter value (RFC 4515 section 3).
fn unescaped(value: &str) -> Option<Vec<u8>> {
    let mut octets = value.bytes();
    let mut plain = Vec::new();
    while let Some(octet) = octets.next() {
        match octet {
            b'\\' => {
                let digits = [octets.next()?, octets.next()?];
                plain.push(u8::from_str_radix(std::str::from_utf8(&digits).ok()?, 16).ok()?);
            }
            b'(' | b')' | b'*' | 0 => return None,
            octet => plain.push(octet),
        }
    }
    Some(plain)
}

proptest! {
    #[test]
    fn any_octets_can_stand_in_a_filter(octets in proptest::collection::vec(any::<u8>(), 0..40)) {
        prop_assert_eq!(unescaped(&escape_filter(&octets)), Some(octets));
    }

    #[test]
    fn any_text_can_be_a_relative_name(text in "\\PC{1,20}|[ ,+\"\\\\<>;=#a\u{0}\n]{1,8}") {
        let dn = format!("CN={},OU=A\\, B,DC=x", escape_rdn(&text));
        let parsed = Dn::parse(&dn).unwrap();
        prop_assert_eq!(parsed.rdn_value(), Some(text));
        prop_assert_eq!(parsed.parent(), "OU=A\\, B,DC=x");
        let base = Dn::parse("ou=a\\2c b , dc=X").unwrap();
        prop_assert_eq!(parsed.below(&base), Some(dn.strip_suffix(",OU=A\\, B,DC=x").unwrap().to_owned()));
    }

    #[test]
    fn no_text_is_too_odd_to_be_looked_at(text in any::<String>()) {
        if let Some(dn) = Dn::parse(&text) {
            let _ = (dn.parent(), dn.rdn_value(), dn.domain(), dn.below(&dn));
        }
    }
}

#[test]
fn names_are_compared_as_directories_do() {
    let parse = |text| Dn::parse(text).unwrap();
    assert_eq!(
        parse("CN=Hansen\\, Kari,OU=Ansatte"),
        parse("cn=hansen\\2c kari, ou=ansatte")
    );
    assert_eq!(parse("CN=\\C3\\86ble,DC=x"), parse("cn=æble,dc=X"));
    assert_ne!(parse("CN=a,DC=x"), parse("CN=a,DC=y"));
    assert_eq!(parse("DC=Kommune,DC=test").domain(), "kommune.test");
    let base = parse("OU=Skole,DC=x");
    assert_eq!(
        parse("CN=a,OU=7A,OU=Skole,DC=x").below(&base).unwrap(),
        "CN=a,OU=7A"
    );
    assert_eq!(base.below(&base).unwrap(), "");
    for elsewhere in ["CN=a,DC=x", "CN=a,OU=Privatskole,DC=x", "DC=x"] {
        assert_eq!(parse(elsewhere).below(&base), None, "{elsewhere}");
    }
    for text in ["CN", "=a", "CN=,DC=x", "CN=a,,DC=x", "CN=\\", "CN=\\ff"] {
        assert!(Dn::parse(text).is_none(), "{text}");
    }
    assert_eq!(Dn::parse("").unwrap().to_string(), "");
}

fn entry(attributes: &[(&str, &[&str])]) -> Entry {
    let attribute =
        |(name, values): &(&str, &[&str])| Attribute::new(*name, values.iter().map(|value| value.as_bytes()));
    Entry {
        dn: "CN=a,DC=x".to_owned(),
        attributes: attributes.iter().map(attribute).collect(),
    }
}

#[test]
fn ranges_say_where_to_go_on() {
    let some = entry(&[("member", &[]), ("Member;Range=0-1499", &["a", "b"])]);
    let range = some.range("member").unwrap();
    assert_eq!((range.values.len(), range.next), (2, Some(1500)));
    let last = entry(&[("member;range=1500-*", &["c"])]);
    assert_eq!(last.range("member").unwrap().next, None);
    for name in [
        "member",
        "member;lang-da",
        "memberOf;range=0-1",
        "member;range=0-x",
        "member;range=0-4294967295",
    ] {
        assert_eq!(entry(&[(name, &["a"])]).range("member"), None, "{name}");
    }
    assert_eq!(entry(&[("cn", &[""])]).text("CN"), None);
}

fn refusal(code: Code) -> DirectoryError {
    DirectoryError::Refused(Refusal {
        code,
        number: 1,
        matched_dn: String::new(),
        message: "no".to_owned(),
        controls: Vec::new(),
    })
}

#[test]
fn a_session_asks_and_is_answered() {
    let answer = |asked| match asked {
        Asked::Open(need) if need == "directory" => Ok(Reply::default()),
        Asked::Open(_) => Err(DirectoryError::NotPermitted("not-asked".to_owned())),
        Asked::Search(query) if query.base == "DC=x" => Ok(Reply {
            entries: (0..5).map(|_| entry(&[("cn", &["a"])])).collect(),
            controls: vec![Control::critical("1.2", Some(vec![7]))],
        }),
        Asked::Search(_) => Err(refusal(Code::NoSuchObject)),
        Asked::Modify { .. } => Err(refusal(Code::Busy)),
        _ => Err(refusal(Code::InsufficientAccessRights)),
    };
    with_directory(answer, || {
        assert!(matches!(Session::open("other"), Err(Error::Unauthorised(_))));
        let session = Session::open("directory").unwrap();
        let mut search = session
            .search(Query::new("DC=x", Scope::Subtree, "(cn=*)").paged(500))
            .unwrap();
        assert_eq!(search.control("1.2"), None);
        let mut sizes = Vec::new();
        while let Some(entries) = search.next(2).unwrap() {
            sizes.push(entries.len());
        }
        assert_eq!(sizes, [2, 2, 1]);
        assert_eq!(search.control("1.2"), Some(&[7][..]));
        assert_eq!(session.entry("CN=gone", &["cn"]).unwrap(), None);
        let change = Change::new(ChangeKind::Replace, "cn", ["a"]);
        let busy = session.modify("CN=a", &[change], &[]).unwrap_err();
        assert!(matches!(&busy, Failure::Refused(refusal) if refusal.code == Code::Busy));
        assert!(matches!(Error::from(busy), Error::Unreachable(_)));
        let denied = session.add("CN=a", &[]).unwrap_err();
        assert!(matches!(Error::from(denied), Error::Unauthorised(_)));
    });
    assert!(matches!(Session::open("directory"), Err(Error::Unreachable(_))));
}
