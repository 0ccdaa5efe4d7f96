//! What is refused, with file, line, column and cause, and nothing handed over as complete.

use samklang_sdk::Connector;
use samklang_sdk::Error;
use samklang_sdk::testing::with_inbox;

use crate::support::*;

#[test]
fn foreign_root_and_namespace_name_what_was_found_and_what_is_expected() {
    for (document, found) in [
        ("<roster/>", "<roster> without a namespace"),
        (
            "<enterprise><properties/></enterprise>",
            "<enterprise> without a namespace",
        ),
        (
            r#"<enterprise xmlns="urn:other"/>"#,
            "<enterprise> in the namespace urn:other",
        ),
        (
            r#"<p:enterprise xmlns="urn:x" xmlns:p="urn:other"/>"#,
            "<enterprise> in the namespace urn:other",
        ),
        (
            "<html xmlns='http://www.w3.org/1999/xhtml'></html>",
            "<html> in the namespace http://www.w3.org/1999/xhtml",
        ),
    ] {
        let (place, cause) = fault(Inbox::with(document).read());
        assert_eq!(place, "pifu.xml, line 1, column 1", "{document}");
        assert!(cause.contains(found), "{document}: {cause}");
        assert!(cause.contains(NAMESPACE), "{document}: {cause}");
    }
}

#[test]
fn an_empty_file_is_no_empty_school() {
    for empty in ["", "  \n\n "] {
        let (place, cause) = fault(Inbox::with(empty).read());
        assert_eq!(place, "pifu.xml, line 1, column 1");
        assert_eq!(cause, "the file is empty");
    }
    let (place, cause) = fault(Inbox::with(full(&school("s"))).read());
    assert_eq!(place, "pifu.xml");
    assert!(cause.contains("without a single person"), "{cause}");
}

#[test]
fn something_that_is_no_xml() {
    for (content, place) in [("GIF89a", "line 1, column 1"), ("{\"a\": 1}", "line 1, column 1")] {
        let (found, _) = fault(Inbox::with(content).read());
        assert!(found.contains(place), "{content}: {found}");
    }
    let (_, cause) = fault(Inbox::with("\n<?xml version='1.0' encoding='ISO-8859-1'?><enterprise/>").read());
    assert!(cause.contains("very beginning"), "{cause}");
}

#[test]
fn a_file_that_was_cut_off_says_where_and_within_what() {
    let whole = full(&person("1", "Tuva"));
    let cut = whole.find("</name>").unwrap();
    let (place, cause) = fault(Inbox::with(&whole[..cut]).read());
    assert!(place.starts_with("pifu.xml, line 4, column "), "{place}");
    assert!(
        cause.contains("cut off") && cause.contains("<name>") && cause.contains("line 4"),
        "{cause}"
    );
    let without_end = whole.trim_end().strip_suffix("</enterprise>").unwrap();
    let (_, cause) = fault(Inbox::with(without_end).read());
    assert!(cause.contains("<enterprise>"), "{cause}");
}

#[test]
fn a_wrong_end_tag_is_found_where_it_stands() {
    let content = full(&person("1", "Tuva").replace("</given></n>", "</n></given>"));
    let (place, cause) = fault(Inbox::with(&content).read());
    let column = content.lines().nth(3).unwrap().find("</n></given>").unwrap() + 1;
    assert_eq!(place, format!("pifu.xml, line 4, column {column}"));
    assert!(cause.contains("</given>") && cause.contains("</n>"), "{cause}");
}

#[test]
fn columns_count_characters() {
    let content = full(&person("1", "Åøæ").replace("</fn>", "</gn>"));
    let (place, _) = fault(Inbox::with(&content).read());
    let line = content.lines().nth(3).unwrap();
    let column = line[..line.find("</gn>").unwrap()].chars().count() + 1;
    assert_eq!(place, format!("pifu.xml, line 4, column {column}"));
}

#[test]
fn children_out_of_the_schema_s_order_are_refused() {
    let wrong = person("1", "Tuva").replace("<name>", "<email>a@b.no</email><name>");
    let (place, cause) = fault(Inbox::with(full(&wrong)).read());
    assert!(place.starts_with("pifu.xml, line 4, column "), "{place}");
    assert!(
        cause.contains("<name>") && cause.contains("<email>") && cause.contains("<person>"),
        "{cause}"
    );
    let (_, cause) = fault(Inbox::with(full(&(school("s") + &person("1", "Tuva")))).read());
    assert!(cause.contains("<person>") && cause.contains("<group>"), "{cause}");
    let swapped = person("1", "Tuva").replace(
        "<family>Berg</family><given>Tuva</given>",
        "<given>Tuva</given><family>Berg</family>",
    );
    assert!(fault(Inbox::with(full(&swapped)).read()).1.contains("<family>"));
}

#[test]
fn the_frame_must_be_whole() {
    let whole = full(&person("1", "Tuva"));
    for (from, to, expected) in [
        (
            "<type>full</type>",
            "<type>partial</type>",
            "\"partial\" is none of full, delta and event",
        ),
        ("<type>full</type>", "", "lacks <type>"),
        (
            "<datasource>sas@eksempel.kommune.no</datasource>",
            "",
            "lacks <datasource>",
        ),
        (
            "2031-08-20T02:00:00",
            "yesterday",
            "neither xs:date nor xs:dateTime",
        ),
        (
            "2031-08-20T02:00:00",
            "2031-02-30",
            "neither xs:date nor xs:dateTime",
        ),
    ] {
        let (place, cause) = fault(Inbox::with(whole.replace(from, to)).read());
        assert!(place.contains("line 3"), "{place}");
        assert!(cause.contains(expected), "{cause}");
    }
    let start = whole.find("<properties").unwrap();
    let end = whole.find("</properties>").unwrap() + "</properties>".len();
    let without = format!("{}{}", &whole[..start], &whole[end..]);
    assert!(fault(Inbox::with(without).read()).1.contains("no <properties>"));
}

#[test]
fn grades_and_absence_make_no_roster() {
    let role = |inner: &str| {
        let member = member_with(
            "1",
            &format!("<role roletype=\"01\"><status>1</status>{inner}</role>"),
        );
        full(&(person("1", "Tuva") + &school("s") + &membership("s", &member)))
    };
    for inner in [
        "<finalresult resulttype=\"x\"><mode>1</mode></finalresult>",
        "<interimresult/>",
        "<extension><pifu_absence pifu_absence_mode=\"aggregate\"/></extension>",
    ] {
        let (place, cause) = fault(Inbox::with(role(inner)).read());
        assert!(place.contains("line 6"), "{place}");
        assert!(cause.contains("without grades and absence"), "{cause}");
    }
    assert!(Inbox::with(role("")).read().is_ok());
}

#[test]
fn closed_codes_that_decide_about_access_are_not_guessed() {
    let roster = |member: &str| full(&(person("1", "Tuva") + &school("s") + &membership("s", member)));
    for (member, expected) in [
        (member("1", "09"), "roletype \"09\" is none of 01 to 08"),
        (member("1", "Learner"), "roletype \"Learner\""),
        (
            member_with("1", "<role roletype=\"01\"><status>2</status></role>"),
            "<status> \"2\"",
        ),
        (
            member_with("1", "<role roletype=\"01\"></role>"),
            "lacks its <status>",
        ),
        (member_with("1", ""), "has no <role>"),
        (
            member("1", "01").replace("<idtype>1", "<idtype>2"),
            "idtype \"2\"",
        ),
        (
            member("1", "01").replace("<role ", "<role recstatus=\"7\" "),
            "recstatus \"7\"",
        ),
        (
            member("1", "01").replace("<role ", "<role recstatus=\"3\" "),
            "recstatus 3",
        ),
        (
            member("1", "01").replace("<id>1</id>", "<id> </id>"),
            "lacks its <source> or its <id>",
        ),
        (
            member_with(
                "1",
                "<role roletype=\"01\"><status>1</status><timeframe><end>soon</end></timeframe></role>",
            ),
            "<end> is not a date",
        ),
    ] {
        let (place, cause) = fault(Inbox::with(roster(&member)).read());
        assert!(place.contains("line 6"), "{place}");
        assert!(cause.contains(expected), "{cause}");
    }
    let group = class("g", "s").replace("pifu-ims-go-grp", "local");
    let (_, cause) = fault(Inbox::with(full(&(person("1", "Tuva") + &group))).read());
    assert!(cause.contains("\"local\""), "{cause}");
}

#[test]
fn one_object_stated_in_two_ways_names_both_places() {
    let twice = full(&(person("1", "Tuva") + &person("2", "Ola") + &person("1", "Tuve")));
    let (place, cause) = fault(Inbox::with(twice).read());
    assert!(place.contains("line 6"), "{place}");
    assert!(cause.contains("line 4") && cause.contains("person"), "{cause}");
    assert!(
        !cause.contains("Tuv") && !cause.contains("sas:1"),
        "no personal data: {cause}"
    );
    let roles =
        "<role roletype=\"01\"><status>1</status></role><role roletype=\"01\"><status>0</status></role>";
    let membership = membership("s", &member_with("1", roles));
    let (_, cause) = fault(Inbox::with(full(&(person("1", "Tuva") + &school("s") + &membership))).read());
    assert!(cause.contains("the same membership"), "{cause}");
}

#[test]
fn encodings_are_obeyed_and_held_to() {
    let latin = |text: &str| text.chars().map(|character| character as u8).collect::<Vec<u8>>();
    let text = full(&person("1", "Bjørg"));
    let (place, cause) = fault(Inbox::with(latin(&text)).read());
    assert!(place.contains("line 4"), "{place}");
    assert!(cause.contains("not UTF-8"), "{cause}");
    let (_, cause) = fault(Inbox::with(text.replace("UTF-8", "EBCDIC-X")).read());
    assert!(cause.contains("\"EBCDIC-X\""), "{cause}");
    let (_, cause) = fault(Inbox::with(text.replace("UTF-8", "UTF-16")).read());
    assert!(cause.contains("not written in it"), "{cause}");
}

#[test]
fn nothing_can_fill_the_memory() {
    let deep = format!("{}{}", "<a>".repeat(10_000), "</a>".repeat(10_000));
    assert!(
        fault(Inbox::with(full(&deep)).read())
            .1
            .contains("elements within each other")
    );
    let long = person("1", &"x".repeat(3 << 20));
    assert!(fault(Inbox::with(full(&long)).read()).1.contains("1 MiB"));
    let comment = format!("<!--{}-->", "x".repeat(3 << 20));
    assert!(fault(Inbox::with(full(&comment)).read()).1.contains("1 MiB"));
    let pieces = person("1", &"x&amp;".repeat(100_000));
    assert!(fault(Inbox::with(full(&pieces)).read()).1.contains("octets"));
}

#[test]
fn entities_are_not_expanded() {
    let text = full(&person("1", "&bomb;"));
    let text = text.replace(
        "<enterprise",
        "<!DOCTYPE enterprise [<!ENTITY bomb 'x'>]>\n<enterprise",
    );
    assert!(fault(Inbox::with(text).read()).1.contains("entity"));
}

#[test]
fn a_pattern_with_a_folder_is_no_setting() {
    for file in ["../secret.xml", "a/b.xml", "", "..", "a\\b.xml"] {
        let settings = samklang_pifu_ims::Settings {
            file: file.to_owned(),
        };
        let opened = samklang_pifu_ims::PifuIms::open(settings);
        let Err(Error::InvalidSettings(invalid)) = opened else {
            panic!("{file} was taken")
        };
        assert_eq!(invalid[0].pointer, "/file");
    }
}

#[test]
fn check_says_what_is_there_and_what_is_missing() {
    let inbox = Inbox::new();
    let check = || with_inbox(inbox.path(), || connector("*.xml").check().unwrap());
    let findings = check();
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message.contains("no full PIFU-IMS file named *.xml"),
        "{findings:?}"
    );
    inbox.put("pifu.xml", full(&person("1", "Tuva")));
    let findings = check();
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0]
            .message
            .contains("pifu.xml: full, of 2031-08-20T02:00:00"),
        "{findings:?}"
    );
    inbox.put("other.xml", "<roster/>");
    let findings = check();
    assert!(
        findings[0].message.contains("other.xml, line 1") && !findings[0].remedy.is_empty(),
        "{findings:?}"
    );
}
