//! What the rows say.

use samklang_sdk::Value;
use samklang_sdk::testing::{Collected, Level, logged};

use crate::support::*;

fn read(content: &str) -> Collected {
    Inbox::with(full(content)).read().unwrap()
}

fn text(collected: &Collected, class: &str, column: &str) -> String {
    texts(collected.column(class, column)).join(",")
}

#[test]
fn user_ids_by_type_and_never_a_password() {
    let ids = [
        ("personNIN", "14092099999", "national_id"),
        ("personNINencrypted", "x1", "national_id_encrypted"),
        ("personLIN", "x2", "local_id"),
        ("personFIN", "x3", "county_id"),
        ("studentID", "x4", "student_id"),
        ("workforceID", "x5", "workforce_id"),
        ("username", "x6", "username"),
        ("sisID", "x7", "sis_id"),
        ("feideID", "x8", "feide_id"),
        ("microsoftUPN", "x9", "microsoft_upn"),
    ];
    let elements: String = ids
        .iter()
        .map(|(kind, id, _)| format!("<userid useridtype=\"{kind}\" password=\"hemmelig\">{id}</userid>"))
        .collect();
    let person = person("1", "Tuva").replace(
        "<name>",
        &format!("{elements}<userid useridtype=\"other\">o</userid><name>"),
    );
    let collected = read(&person);
    for (_, id, column) in ids {
        assert_eq!(text(&collected, "person", column), id);
    }
    assert!(!format!("{collected:?}").contains("hemmelig"));
}

#[test]
fn contacts_by_type_and_priority() {
    let rest = "<demographics><gender>1</gender><bday>2020-09-14+01:00</bday></demographics><email>top@b.no</email>\
        <tel teltype=\"1\">+471</tel><tel teltype=\"2\">+472</tel><tel teltype=\"3\">+473</tel>\
        <adr><pobox>7</pobox><street>A 1</street><street>B 2</street><pcode>7271</pcode></adr>\
        <extension><pifu_email type=\"personEmailAtOrg\" priority=\"0\">none@b.no</pifu_email>\
        <pifu_email type=\"personEmailAtOrg\" priority=\"2\">second@b.no</pifu_email>\
        <pifu_email type=\"personEmailAtOrg\" priority=\"1\">first@b.no</pifu_email>\
        <pifu_adr type=\"personPostalAddressHoliday\"><adr><locality>Vik</locality></adr>\
        <timeframe><begin>2031-07-01</begin></timeframe></pifu_adr>\
        <pifu_status type=\"activeInactive\">inaktiv</pifu_status><pifu_status type=\"pupilStatus\">deltid</pifu_status>\
        <pifu_nativeTongue source=\"ISO 639-1\">no</pifu_nativeTongue></extension>";
    let collected = read(&person_with("", &sourcedid("1"), "Tuva", rest));
    for (column, expected) in [
        ("gender", "female"),
        ("birth_date", "2020-09-14"),
        ("email", "top@b.no"),
        ("email_at_org", "first@b.no"),
        ("telephone", "+471"),
        ("fax", "+472"),
        ("mobile", "+473"),
        ("status", "inactive"),
        ("pupil_status", "deltid"),
        ("family_name", "Berg"),
    ] {
        assert_eq!(text(&collected, "person", column), expected, "{column}");
    }
    let Value::Structure(address) = &collected.column("person", "address")[0] else {
        panic!("no structure")
    };
    assert!(
        address.contains(r#""street":["A 1","B 2"]"#) && address.contains(r#""post_box":"7""#),
        "{address}"
    );
    let Value::Structure(addresses) = &collected.column("person", "addresses")[0] else {
        panic!("no structure")
    };
    assert!(
        addresses.contains("2031-07-01") && addresses.contains("personPostalAddressHoliday"),
        "{addresses}"
    );
    assert_eq!(
        collected.column("person", "native_tongues"),
        [Value::Texts(vec!["no".into()])]
    );
    assert_eq!(collected.column("person", "photo"), [Value::Absent]);
}

#[test]
fn roles_and_their_words() {
    let words = [
        "pupil",
        "teacher",
        "content-developer",
        "member",
        "manager",
        "mentor",
        "administrator",
        "assistant",
    ];
    let roles: String = (1..=8)
        .map(|code| format!("<role roletype=\"0{code}\"><status>1</status></role>"))
        .collect();
    let collected = read(&(person("1", "Tuva") + &school("s") + &membership("s", &member_with("1", &roles))));
    assert_eq!(texts(collected.column("affiliation", "role")), words);
    assert_eq!(texts(collected.column("affiliation", "role_code"))[7], "08");
}

#[test]
fn the_same_level_means_different_things_in_the_two_schemes() {
    let groups: String = (1..=16)
        .map(|level| unit(&format!("g{level}"), "pifu-ims-go-grp", level, "Basisgruppe", "s"))
        .chain([unit("g17", "pifu-ims-go-grp", 17, "Leksehjelp", "s")])
        .collect();
    let owner = unit("o", "pifu-ims-go-org", 1, "skoleeier", "o");
    let collected =
        read(&(person("1", "Tuva") + &owner + &unit("s", "pifu-ims-go-org", 2, "skole", "o") + &groups));
    assert_eq!(
        texts(collected.column("organisation", "type")),
        ["skoleeier", "skole"]
    );
    assert_eq!(texts(collected.column("organisation", "parent")), ["", "sas:o"]);
    let types = texts(collected.column("group", "type"));
    assert_eq!(
        types[..4],
        [
            "basisgruppe",
            "undervisningsgruppe",
            "kontaktlærergruppe",
            "trinn"
        ]
    );
    assert_eq!(types[14..], ["sfo", "eksamensgruppe", "leksehjelp"]);
    assert_eq!(text(&collected, "group", "organisation"), ["sas:s"; 17].join(","));
}

#[test]
fn several_roles_subroles_and_time_frames() {
    let roles = "<role roletype=\"02\"><subrole>vikar</subrole><status>1</status></role>\
        <role roletype=\"02\"><subrole>faglærer</subrole><status>1</status>\
        <timeframe><begin>2031-08-21</begin></timeframe></role>\
        <role roletype=\"06\"><status>0</status></role>\
        <role roletype=\"05\"><subrole>rektor</subrole><status>1</status>\
        <timeframe><begin>2031-01-01</begin><end>2031-08-20</end><adminperiod>H2031</adminperiod></timeframe>\
        <extension><pifu_primaryRelation>1</pifu_primaryRelation></extension></role>\
        <role roletype=\"04\"><status>1</status><timeframe><end>2031-08-19</end></timeframe></role>";
    let collected = read(&(person("1", "Tuva") + &school("s") + &membership("s", &member_with("1", roles))));
    assert_eq!(
        texts(collected.column("affiliation", "id")),
        [
            "sas:s|sas:1|02|vikar",
            "sas:s|sas:1|02|faglærer",
            "sas:s|sas:1|06",
            "sas:s|sas:1|05|rektor",
            "sas:s|sas:1|04"
        ]
    );
    let booleans = |values: [bool; 5]| values.map(Value::Boolean).to_vec();
    assert_eq!(
        collected.column("affiliation", "active"),
        booleans([true, true, false, true, true])
    );
    assert_eq!(
        collected.column("affiliation", "current"),
        booleans([true, false, false, true, false])
    );
    assert_eq!(
        collected.column("affiliation", "primary")[3],
        Value::Boolean(true)
    );
    assert_eq!(texts(collected.column("affiliation", "admin_period"))[3], "H2031");
}

#[test]
fn a_rename_and_a_duplicate_lead_references_to_the_key_that_counts() {
    let typed = |id: &str, kind: &str| {
        sourcedid(id).replace("<sourcedid>", &format!("<sourcedid sourcedidtype=\"{kind}\">"))
    };
    let renamed = person_with("", &(typed("old", "Old") + &typed("new", "New")), "Tuva", "");
    let merged = person_with("", &(sourcedid("a") + &typed("b", "Duplicate")), "Ola", "");
    let members = member("old", "01") + &member("b", "02") + &member("a", "01");
    let collected = read(&(renamed + &merged + &school("s") + &membership("s", &members)));
    assert_eq!(texts(collected.column("person", "id")), ["sas:new", "sas:a"]);
    assert_eq!(
        collected.column("person", "old_ids")[0],
        Value::Texts(vec!["sas:old".into()])
    );
    assert_eq!(
        collected.column("person", "duplicate_ids")[1],
        Value::Texts(vec!["sas:b".into()])
    );
    assert_eq!(
        texts(collected.column("affiliation", "person")),
        ["sas:new", "sas:a", "sas:a"]
    );
}

#[test]
fn guardians_are_reached_through_the_child() {
    let contact = |id: &str, kind: &str| {
        format!(
            "<pifu_hasContactPerson type=\"{kind}\">{}</pifu_hasContactPerson>",
            sourcedid(id)
        )
    };
    let contacts = contact("g1", "guardian") + &contact("g2", "nextOfKin") + &contact("g1", "guardian");
    let child = person_with(
        "",
        &sourcedid("c"),
        "Tuva",
        &format!("<extension>{contacts}</extension>"),
    );
    let collected = read(&(child + &person("g1", "Mor") + &person("g2", "Far")));
    assert_eq!(
        texts(collected.column("guardianship", "id")),
        ["sas:c|sas:g1|guardian", "sas:c|sas:g2|next-of-kin"]
    );
    assert_eq!(
        texts(collected.column("guardianship", "contact")),
        ["sas:g1", "sas:g2"]
    );
}

#[test]
fn references_to_what_is_not_in_the_file_are_handed_over() {
    let content = person("1", "Tuva") + &school("s") + &membership("s", &member("ghost", "01"));
    let collected = read(&(content + &membership("nowhere", &member("1", "01"))));
    assert_eq!(text(&collected, "affiliation", "person"), "sas:ghost");
    assert_eq!(text(&collected, "membership", "group"), "sas:nowhere");
}

#[test]
fn the_same_statement_twice_is_taken_once() {
    let twice = person("1", "Tuva") + &person("1", "Tuva") + &school("s");
    let member = member("1", "01");
    let content = twice + &membership("s", &(member.clone() + &member)) + &membership("s", &member);
    let (collected, lines) = logged(|| read(&content));
    assert_eq!(collected.class("person").len(), 1);
    assert_eq!(collected.class("affiliation").len(), 1);
    assert!(
        lines
            .iter()
            .any(|(level, line)| *level == Level::Warn && line.contains("3 objects are stated twice")),
        "{lines:?}"
    );
}

#[test]
fn two_schools_with_one_organisation_number_are_reported() {
    let number = "<extension><pifu_id type=\"organizationNumber\"><pifu_value>900000009</pifu_value>\
        <pifu_scope>Enhetsregisteret</pifu_scope><pifu_unique>1</pifu_unique></pifu_id></extension></group>";
    let school = |id: &str| school(id).replace("</group>", number);
    let (collected, lines) = logged(|| read(&(person("1", "Tuva") + &school("s") + &school("t"))));
    assert_eq!(
        text(&collected, "organisation", "organisation_number"),
        "900000009,900000009"
    );
    assert!(
        lines
            .iter()
            .any(|(_, line)| line.contains("900000009") && line.contains("line 5")),
        "{lines:?}"
    );
}

#[test]
fn keys_of_different_pairs_never_meet() {
    let pair =
        |source: &str, id: &str| format!("<sourcedid><source>{source}</source><id>{id}</id></sourcedid>");
    let pairs = [
        ("a:b", "c"),
        ("a", "b:c"),
        ("a", "b|c"),
        ("a", "b%7Cc"),
        ("a%3Ab", "c"),
    ];
    let persons: String = pairs
        .iter()
        .map(|(source, id)| person_with("", &pair(source, id), "Tuva", ""))
        .collect();
    let mut keys = texts(read(&persons).column("person", "id"));
    assert!(keys.contains(&"a:b:c".to_owned()));
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), pairs.len());
}

/// A class or year group with that name, and perhaps a code of the curriculum register.
fn year(id: &str, level: u32, word: &str, name: &str, code: &str) -> String {
    let group = unit(id, "pifu-ims-go-grp", level, word, "s");
    let group = group.replace(&format!("<short>{id}</short>"), &format!("<short>{name}</short>"));
    if code.is_empty() {
        return group;
    }
    let code = format!(
        "<extension><pifu_id type=\"grepCodeGradeLevel\"><pifu_value>{code}</pifu_value><pifu_scope>grep - levende \
         læreplaner</pifu_scope><pifu_unique>0</pifu_unique></pifu_id></extension></group>"
    );
    group.replace("</group>", &code)
}

/// The school years by person.
fn grades(collected: &Collected) -> Vec<(String, String)> {
    let (ids, grades) = (
        collected.column("person", "id"),
        collected.column("person", "grade"),
    );
    let told = |value: &Value| match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    };
    let pairs = ids.iter().zip(&grades);
    pairs
        .map(|(id, grade)| (told(id).replace("sas:", ""), told(grade)))
        .collect()
}

#[test]
fn a_pupil_is_in_the_school_year_of_the_year_group_or_class() {
    let persons: String = [
        "by-name",
        "by-code",
        "by-year-group",
        "in-two",
        "teacher",
        "nowhere",
        "left",
    ]
    .map(|id| person(id, "Tuva"))
    .concat();
    let groups = school("s")
        + &year("a", 1, "basisgruppe", "DEU-7a", "")
        + &year(
            "b",
            1,
            "basisgruppe",
            "Blåklokka",
            "http://psi.udir.no/laereplan/aarstrinn/aarstrinn2",
        )
        + &year("c", 4, "trinn", "5. trinn", "")
        + &year("d", 2, "undervisningsgruppe", "9 matte", "");
    let left = "<role roletype=\"01\"><status>0</status></role>";
    let members = membership(
        "a",
        &(member("by-name", "01")
            + &member("in-two", "01")
            + &member("by-year-group", "01")
            + &member("teacher", "02")
            + &member_with("left", left)),
    ) + &membership("b", &(member("by-code", "01") + &member("in-two", "01")))
        + &membership("c", &member("by-year-group", "01"))
        + &membership("d", &member("nowhere", "01"))
        + &membership("s", &member("nowhere", "01"));
    let collected = read(&(persons + &groups + &members));
    let told: Vec<(String, String)> = [
        ("by-name", "7"),
        ("by-code", "2"),
        ("by-year-group", "5"),
        ("in-two", "7"),
        ("teacher", ""),
        ("nowhere", ""),
        ("left", ""),
    ]
    .map(|(id, grade)| (id.to_owned(), grade.to_owned()))
    .into();
    assert_eq!(grades(&collected), told);
    let placed = collected.column("person", "contact_only");
    let nobody = placed.iter().filter(|value| **value == Value::Boolean(true));
    assert_eq!(nobody.count(), 0, "each of them has a role somewhere: {placed:?}");
}

#[test]
fn who_has_no_role_is_somebody_to_contact() {
    let content =
        person("1", "Tuva") + &person("2", "Mor") + &school("s") + &membership("s", &member("1", "02"));
    let inbox = Inbox::with(full(&content));
    let read = inbox.read().unwrap();
    assert_eq!(
        read.column("person", "contact_only"),
        [Value::Boolean(false), Value::Boolean(true)]
    );
    // A delta does not tell.
    inbox.put("later.xml", delta("2031-08-21T02:00:00", &person("1", "Tuvalu")));
    let later = inbox.since(read.completion.cursor.as_deref().unwrap()).unwrap();
    assert_eq!(texts(later.column("person", "given_name")), ["Tuvalu"]);
    assert_eq!(later.column("person", "contact_only"), [Value::Absent]);
}

#[test]
fn a_school_year_follows_deltas_and_other_keys() {
    let typed = |id: &str, kind: &str| {
        sourcedid(id).replace("<sourcedid>", &format!("<sourcedid sourcedidtype=\"{kind}\">"))
    };
    let renamed = person_with("", &(typed("old", "Old") + &typed("new", "New")), "Tuva", "");
    let content = renamed
        + &person("1", "Ola")
        + &school("s")
        + &year("a", 1, "basisgruppe", "6A", "")
        + &year("b", 1, "basisgruppe", "8B", "")
        + &membership("a", &(member("old", "01") + &member("1", "01")));
    let inbox = Inbox::with(full(&content));
    inbox.put(
        "later.xml",
        delta(
            "2031-08-21T02:00:00",
            &membership(
                "b",
                &member("1", "01").replace("<role ", "<role recstatus=\"1\" "),
            ),
        ),
    );
    let mut told = grades(&inbox.read().unwrap());
    told.sort();
    assert_eq!(
        told,
        [("1", "8"), ("new", "6")].map(|(id, grade)| (id.to_owned(), grade.to_owned()))
    );
    // Who asks for groups alone does not make it look for pupils.
    let groups = inbox.read_extent(&["group"], samklang_sdk::Extent::Full).unwrap();
    assert_eq!(groups.class("group").len(), 2);
}
