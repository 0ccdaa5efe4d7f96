//! A school owner's people in a real Active Directory, there and back.

use std::collections::{BTreeMap, BTreeSet};

use samklang_egress::ChangeKind;
use samklang_municipality::Municipality;

use crate::domain::{Domain, count, text};
use crate::recording::replay;

const STEPS: &str = r#""import sas", "compare", "reconcile", "export ad", "feedback ad""#;
const SCHOOLS: &str = r#"
    [connections.sas]
    connector = "pifu-ims"
    role = "source"
    [connections.sas.grants]
    inbox = true
"#;
const USERS: &str = "(&(objectCategory=person)(objectClass=user))";

/// Names that the extract has for those who have an account: pupils and staff of schools.
fn names(municipality: &Municipality) -> BTreeSet<String> {
    let last = municipality.size().employees - 1;
    let staff = municipality
        .employees()
        .filter(|employee| employee.school.is_some() || employee.slot == last)
        .map(|employee| employee.person);
    let pupils = municipality.pupils().map(|pupil| pupil.person);
    staff
        .chain(pupils)
        .map(|person| format!("{} {}", person.name.given, person.name.family))
        .collect()
}

/// Who can log on, by the name that is shown.
fn shown(domain: &mut Domain) -> BTreeMap<String, String> {
    let found = domain.entries(USERS, &["displayName", "userAccountControl", "sAMAccountName"]);
    let mut shown = BTreeMap::new();
    for entry in found.values() {
        let control: i64 = text(entry, "userAccountControl").unwrap().parse().unwrap();
        if control & 2 == 0 {
            shown.insert(
                text(entry, "displayName").unwrap(),
                text(entry, "sAMAccountName").unwrap(),
            );
        }
    }
    shown
}

#[test]
fn a_school_owner_flows_into_active_directory_and_only_changes_follow() {
    let Some(mut domain) = Domain::of("Skoler, Nordvik") else {
        return;
    };
    let tenant = domain.tenant("target", STEPS, "", SCHOOLS);
    let first = Municipality::new(7, 100);
    tenant.deliver_pifu("sas", &first);

    let answer = tenant.run().ends(0);
    assert_eq!(answer.json()["ended"], "done");
    assert_eq!(answer.count("export ad", "refused"), 0, "{:#}", answer.json());
    let accounts = shown(&mut domain);
    assert_eq!(accounts.keys().cloned().collect::<BTreeSet<_>>(), names(&first));
    for account in accounts.values() {
        assert!(account.chars().count() <= 20 && account.is_ascii(), "{account}");
    }
    // Groups lie with their schools, and have members.
    let groups = domain.entries("(objectClass=group)", &["member"]);
    let members: usize = groups.values().map(|group| count(group, "member")).sum();
    assert!(
        groups.len() > 5 && members > 40,
        "{} groups, {members} members",
        groups.len()
    );
    let ous = domain.entries("(objectClass=organizationalUnit)", &["ou"]);
    assert!(groups.keys().all(|group| {
        ous.keys()
            .any(|ou| *ou != domain.base && group.ends_with(ou.as_str()))
    }));

    // Again: nothing to do.
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export ad", "planned"), 0, "{:#}", answer.json());
    for what in ["added", "changed", "removed"] {
        assert_eq!(answer.count("feedback ad", what), 0, "{what} in Active Directory");
    }

    // What somebody does by hand is seen and brought right: a title that is not ours stays, a name that is does not.
    let (dn, entry) = domain
        .entries(USERS, &["sn", "objectGUID"])
        .into_iter()
        .next()
        .unwrap();
    let family = text(&entry, "sn").unwrap();
    domain.change(&dn, ChangeKind::Replace, "sn", "Feil");
    domain.change(&dn, ChangeKind::Replace, "title", "Elevråd");
    domain.rename(&dn, "CN=Feil\\, Navn");
    assert_eq!(tenant.run().ends(0).count("feedback ad", "changed"), 1);
    let answer = tenant.run().ends(0);
    assert_eq!(
        (
            answer.count("export ad", "planned"),
            answer.count("export ad", "refused")
        ),
        (1, 0),
        "{}",
        tenant.call("quarantine list", &["--json"]).stdout
    );
    let mended = &domain.entries(USERS, &["sn", "title"])[&dn];
    assert_eq!(
        (text(mended, "sn"), text(mended, "title").as_deref()),
        (Some(family), Some("Elevråd"))
    );

    // Nights later: those who left cannot log on any more but are still there, those who are new can, and nobody else is touched.
    let later = first.after_nights(3);
    tenant.deliver_pifu("sas", &later);
    let answer = tenant.run().ends(0);
    assert_eq!(answer.count("export ad", "refused"), 0, "{:#}", answer.json());
    let after = shown(&mut domain);
    assert_eq!(after.keys().cloned().collect::<BTreeSet<_>>(), names(&later));
    let all = domain.entries(USERS, &["displayName"]);
    assert!(all.len() >= accounts.len(), "nobody was deleted");
    assert!(all.len() > after.len(), "and somebody is shut out");
    for (name, account) in &after {
        if let Some(before) = accounts.get(name) {
            assert_eq!(account, before, "{name} keeps the account name");
        }
    }
    assert_eq!(tenant.run().ends(0).count("export ad", "planned"), 0);
}

#[test]
fn a_check_of_active_directory_changes_nothing_and_finds_what_is_missing() {
    let Some(mut domain) = Domain::of("Prøve") else {
        return;
    };
    let tenant = domain.tenant("target", "\"export ad\"", "users = \"OU=Ansatte\"", "");
    let missing = tenant.call("check", &["--json"]);
    let said = format!("{}{}", missing.stdout, missing.stderr);
    assert!(
        said.contains("OU=Ansatte,OU=Prøve,DC=kommune,DC=test is not there"),
        "{said}"
    );
    domain.add(&format!("OU=Ansatte,{}", domain.base), "organizationalUnit", &[]);
    let _ = tenant.call("check", &[]).ends(0);
    // A password that is wrong is told as such, with what to do.
    tenant.secret("ad", "Wrong-4711!");
    let refused = tenant.call("check", &["--json"]);
    let said = format!("{}{}", refused.stdout, refused.stderr);
    assert!(
        said.contains("does not take the credential for `directory`: 49"),
        "{said}"
    );
}

#[test]
fn active_directory_is_read_and_then_only_what_changed() {
    let Some(mut domain) = Domain::of("Kilde") else {
        return;
    };
    let base = domain.base.clone();
    domain.add(&format!("OU=Ansatte,{base}"), "organizationalUnit", &[]);
    for number in 1..=6 {
        let (cn, account) = (
            format!("CN=Kilde\\, {number},OU=Ansatte,{base}"),
            format!("kilde{number}"),
        );
        let attributes = [
            ("sAMAccountName", account.as_str()),
            ("givenName", "Kilde"),
            ("sn", account.as_str()),
            ("userAccountControl", "544"),
        ];
        domain.add(&cn, "user", &attributes);
    }
    domain.add(
        &format!("CN=Alle,{base}"),
        "group",
        &[("sAMAccountName", "kilde-alle")],
    );
    let group = format!("CN=Alle,{base}");
    for number in 1..=3 {
        domain.change(
            &group,
            ChangeKind::Add,
            "member",
            &format!("CN=Kilde\\, {number},OU=Ansatte,{base}"),
        );
    }
    let tenant = domain.tenant(
        "source",
        r#""import ad", "compare", "reconcile""#,
        "changes = true\npage_size = 2",
        "",
    );
    let answer = tenant.run().ends(0);
    // One OU, six users, one group, three memberships.
    assert_eq!(answer.count("import ad", "read"), 11, "{:#}", answer.json());
    assert_eq!(answer.count("import ad", "added"), 11);

    // What the directory said is played without it.
    let file = tenant.folder().join("ad.json");
    let made = tenant
        .call(
            "connector record",
            &["ad", "--out", file.to_str().unwrap(), "--json"],
        )
        .ends(0)
        .json();
    assert!(made["exchanges"].as_u64().unwrap() > 4, "{made:#}");
    assert_eq!(replay(&tenant, &file)["differences"], serde_json::json!([]));

    let answer = tenant.run().ends(0);
    assert_eq!(
        answer.count("import ad", "read"),
        0,
        "nothing has changed, so nothing is read: {:#}",
        answer.json()
    );

    domain.change(
        &format!("CN=Kilde\\, 1,OU=Ansatte,{base}"),
        ChangeKind::Replace,
        "title",
        "Rektor",
    );
    domain.rename(&format!("CN=Kilde\\, 2,OU=Ansatte,{base}"), "CN=Kilde to");
    domain.delete(&format!("CN=Kilde\\, 6,OU=Ansatte,{base}"));
    domain.change(
        &group,
        ChangeKind::Delete,
        "member",
        &format!("CN=Kilde\\, 1,OU=Ansatte,{base}"),
    );
    domain.change(
        &group,
        ChangeKind::Add,
        "member",
        &format!("CN=Kilde\\, 4,OU=Ansatte,{base}"),
    );
    let answer = tenant.run().ends(0);
    let counts = |what| answer.count("import ad", what);
    assert_eq!(
        counts("removed"),
        2,
        "a user and a membership: {:#}",
        answer.json()
    );
    assert_eq!(counts("added"), 1, "a membership");
    // Two users; the group's own time of change is no attribute that is mapped.
    assert!((1..=3).contains(&counts("changed")), "{:#}", answer.json());
    assert!(counts("read") <= 5);
    assert_eq!(tenant.run().ends(0).count("import ad", "read"), 0);
}
