//! Which files are taken, in which order, and what a cursor remembers.

use samklang_sdk::{Error, Extent};

use crate::support::*;

fn cursor(inbox: &Inbox) -> String {
    inbox.read().unwrap().completion.cursor.unwrap()
}

fn given(collected: &samklang_sdk::testing::Collected) -> Vec<String> {
    let mut names = texts(collected.column("person", "given_name"));
    names.sort();
    names
}

#[test]
fn a_missing_file_is_waited_for_by_name() {
    let Err(Error::WaitingForData(what)) = Inbox::new().read() else {
        panic!("not waiting")
    };
    assert!(what.contains("type full") && what.contains("*.xml"), "{what}");
}

#[test]
fn a_delta_alone_is_not_taken_for_the_whole() {
    let inbox = Inbox::new();
    inbox.put("d.xml", delta("2031-08-21", &person("1", "Tuva")));
    let Err(Error::WaitingForData(what)) = inbox.read() else {
        panic!("not waiting")
    };
    assert!(
        what.contains("d.xml") && what.contains("can only follow a full file"),
        "{what}"
    );
}

#[test]
fn the_newest_full_file_counts_by_its_own_moment() {
    let inbox = Inbox::new();
    inbox.put(
        "a.xml",
        document("full", "2031-08-22T02:00:00", &person("1", "New")),
    );
    inbox.put(
        "b.xml",
        document("full", "2031-08-21T23:00:00", &person("1", "Old")),
    );
    inbox.put(
        "c.xml",
        document("full", "2031-08-22T00:30:00+02:00", &person("1", "Older")),
    );
    inbox.put("notes.txt", "not for this connection");
    inbox.put(".d.xml", "hidden");
    assert_eq!(given(&inbox.read().unwrap()), ["New"]);
}

#[test]
fn two_sources_in_one_inbox_are_refused() {
    let inbox = Inbox::with(full(&person("1", "Tuva")));
    inbox.put("other.xml", full(&person("1", "Tuva")).replace("sas@", "other@"));
    let (_, cause) = fault(inbox.read());
    assert!(
        cause.contains("other@eksempel") && cause.contains("sas@eksempel"),
        "{cause}"
    );
}

#[test]
fn the_same_file_again_has_no_changes() {
    let inbox = Inbox::with(full(&person("1", "Tuva")));
    let cursor = cursor(&inbox);
    let again = inbox.since(&cursor).unwrap();
    assert!(again.rows.is_empty());
    assert_eq!(again.completion.cursor.as_deref(), Some(cursor.as_str()));
    assert_eq!(again.completion.objects.len(), CLASSES.len());
}

#[test]
fn a_new_full_file_asks_for_a_full_read() {
    let inbox = Inbox::with(full(&person("1", "Tuva")));
    let cursor = cursor(&inbox);
    inbox.put("pifu.xml", document("full", "2031-08-21", &person("1", "Tuva")));
    let Err(Error::ResyncRequired(why)) = inbox.since(&cursor) else {
        panic!("no resync")
    };
    assert!(why.contains("pifu.xml") && why.contains("2031-08-21"), "{why}");
    // The same moment, but another extract.
    inbox.put("pifu.xml", full(&(person("1", "Tuva") + &person("2", "Ola"))));
    assert!(matches!(inbox.since(&cursor), Err(Error::ResyncRequired(_))));
    assert!(matches!(inbox.since("nonsense"), Err(Error::ResyncRequired(_))));
}

#[test]
fn an_older_file_than_the_one_taken_last_is_refused() {
    let inbox = Inbox::with(full(&person("1", "Tuva")));
    let cursor = cursor(&inbox);
    inbox.put(
        "pifu.xml",
        document("full", "2031-08-19T02:00:00", &person("1", "Tuva")),
    );
    let (place, cause) = fault(inbox.since(&cursor));
    assert_eq!(place, "pifu.xml");
    assert!(
        cause.contains("2031-08-19T02:00:00") && cause.contains("2031-08-20T02:00:00"),
        "{cause}"
    );
    inbox.remove("pifu.xml");
    let Err(Error::WaitingForData(what)) = inbox.since(&cursor) else {
        panic!("not waiting")
    };
    assert!(what.contains("2031-08-20T02:00:00"), "{what}");
}

#[test]
fn deltas_follow_their_full_file() {
    let inbox = Inbox::new();
    let roster = person("1", "Tuva")
        + &person("2", "Ola")
        + &school("s")
        + &class("g", "s")
        + &membership("s", &(member("1", "01") + &member("2", "01")))
        + &membership("g", &(member("1", "01") + &member("2", "01")));
    inbox.put("full.xml", full(&roster));
    let cursor = cursor(&inbox);
    let first = person_with("recstatus='2'", &sourcedid("1"), "Tova", "") + &person("3", "Eva");
    inbox.put("d1.xml", delta("2031-08-21", &first));
    let gone = |group: &str| {
        let role = "<role roletype=\"01\" recstatus=\"3\"><status>0</status></role>";
        membership(group, &member_with("2", role))
    };
    let second = person_with("recstatus=\"3\"", &sourcedid("2"), "Ola", "")
        + &person("3", "Evy")
        + &gone("s")
        + &gone("g")
        + &membership("s", &member("3", "02"));
    inbox.put("d2.xml", delta("2031-08-22", &second));

    let changes = inbox.since(&cursor).unwrap();
    assert_eq!(
        given(&changes),
        ["Evy", "Tova"],
        "the newest statement about each"
    );
    assert_eq!(changes.removed["person"], ["sas:2"]);
    assert_eq!(
        changes.removed["affiliation"],
        ["sas:s|sas:2|01"],
        "the school is known from the cursor"
    );
    assert_eq!(changes.removed["membership"], ["sas:g|sas:2|01"]);
    assert_eq!(texts(changes.column("affiliation", "id")), ["sas:s|sas:3|02"]);
    assert!(changes.class("membership").is_empty());

    // A full read at this moment tells the same story.
    let whole = inbox.read().unwrap();
    assert_eq!(given(&whole), ["Evy", "Tova"]);
    assert_eq!(texts(whole.column("membership", "id")), ["sas:g|sas:1|01"]);
    let mut affiliations = texts(whole.column("affiliation", "id"));
    affiliations.sort();
    assert_eq!(affiliations, ["sas:s|sas:1|01", "sas:s|sas:3|02"]);
    assert_eq!(whole.completion.cursor, changes.completion.cursor);
    assert!(
        inbox
            .since(&whole.completion.cursor.unwrap())
            .unwrap()
            .rows
            .is_empty()
    );
}

#[test]
fn a_rename_in_a_delta_takes_the_old_key_away() {
    let inbox = Inbox::new();
    let roster = person("1", "Tuva") + &school("s") + &membership("s", &member("1", "01"));
    inbox.put("full.xml", full(&roster));
    let cursor = cursor(&inbox);
    let ids = sourcedid("1").replace("<sourcedid>", "<sourcedid sourcedidtype=\"Old\">")
        + &sourcedid("9").replace("<sourcedid>", "<sourcedid sourcedidtype=\"New\">");
    inbox.put("d.xml", delta("2031-08-21", &person_with("", &ids, "Tuva", "")));
    let changes = inbox.since(&cursor).unwrap();
    assert_eq!(texts(changes.column("person", "id")), ["sas:9"]);
    assert_eq!(changes.removed["person"], ["sas:1"]);
    let whole = inbox.read().unwrap();
    assert_eq!(texts(whole.column("person", "id")), ["sas:9"]);
    assert_eq!(texts(whole.column("affiliation", "person")), ["sas:9"]);
}

#[test]
fn grades_in_a_delta_are_passed_over() {
    let inbox = Inbox::with(full(&(person("1", "Tuva") + &school("s"))));
    let cursor = cursor(&inbox);
    let role = "<role roletype=\"01\"><status>1</status><finalresult><result>6</result></finalresult></role>";
    inbox.put(
        "d.xml",
        delta("2031-08-21", &membership("s", &member_with("1", role))),
    );
    let changes = inbox.since(&cursor).unwrap();
    assert_eq!(texts(changes.column("affiliation", "id")), ["sas:s|sas:1|01"]);
}

#[test]
fn only_what_was_asked_for_is_handed_over() {
    let roster = person("1", "Tuva") + &school("s") + &membership("s", &member("1", "01"));
    let inbox = Inbox::with(full(&roster));
    let read = inbox.read_extent(&["affiliation"], Extent::Full).unwrap();
    assert_eq!(read.completion.objects, [("affiliation".to_owned(), 1)]);
    assert!(matches!(
        inbox.read_extent(&["course"], Extent::Full),
        Err(Error::Unsupported(_))
    ));
}
