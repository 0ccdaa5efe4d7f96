//! Reads files as they come, and says where they are wrong.

use std::fs;

use csv_connector::People;
use samklang_sdk::prelude::*;
use samklang_sdk::testing::{check_description, read_all, try_read, with_inbox};

fn read(settings: &str, content: Option<&[u8]>) -> Result<samklang_sdk::testing::Collected, Error> {
    let inbox = tempfile::tempdir().expect("a folder");
    if let Some(content) = content {
        fs::write(inbox.path().join("people.csv"), content).expect("a file");
    }
    let people =
        People::open(samklang_sdk::serde_json::from_str(settings).expect("settings")).expect("a session");
    with_inbox(inbox.path(), || try_read(&people, &["person"], Extent::Full))
}

const PLAIN: &str = r#"{"file":"people.csv"}"#;

#[test]
fn description_can_be_right() {
    check_description::<People>();
}

#[test]
fn each_line_is_a_person() {
    let mut file = String::from("uid,entryUUID,sn,unknown\n");
    for i in 0..50 {
        file += &format!("u{i},uuid-{i},\"Åkesson, \"\"Å\"\"\",x\n");
    }
    let collected = read(PLAIN, Some(file.as_bytes())).expect("a read");
    assert_eq!(collected.completion.objects, [("person".to_owned(), 50)]);
    assert_eq!(
        collected.column("person", "entryUUID").last(),
        Some(&Value::from("uuid-49"))
    );
    assert_eq!(
        collected.column("person", "sn").first(),
        Some(&Value::from("Åkesson, \"Å\""))
    );
    let row = collected.class("person").first().expect("a row");
    assert_eq!(
        row.len(),
        3,
        "columns that the file lacks or the class does not know are left out"
    );
}

#[test]
fn empty_field_is_absent_and_delimiter_is_a_setting() {
    let settings = r#"{"file":"people.csv","delimiter":";"}"#;
    let collected = read(settings, Some(b"entryUUID;uid\n1;\n")).expect("a read");
    assert_eq!(collected.column("person", "uid"), [Value::Absent]);
}

#[test]
fn file_without_lines_has_no_people() {
    let collected = read(PLAIN, Some(b"entryUUID,uid\n")).expect("a read");
    assert_eq!(collected.completion.objects, [("person".to_owned(), 0)]);
}

#[test]
fn missing_file_is_waited_for() {
    let error = read(PLAIN, None).expect_err("no file");
    assert!(
        matches!(&error, Error::WaitingForData(what) if what.contains("people.csv")),
        "{error}"
    );
}

#[test]
fn fault_names_file_line_and_cause() {
    let cases: [(&[u8], &str, &str); 4] = [
        (b"entryUUID,uid\n1,a\n2\n", "people.csv, line 3", "fields"),
        (
            b"entryUUID,uid\n1,a\n2,b\n3,\xff\n",
            "people.csv, line 4",
            "utf-8",
        ),
        (b"uid\na\n", "people.csv, line 1", "entryUUID"),
        (b"", "people.csv, line 1", "entryUUID"),
    ];
    for (content, at, why) in cases {
        match read(PLAIN, Some(content)).expect_err("a fault") {
            Error::InvalidData { place, cause } => {
                assert_eq!(place, at);
                assert!(cause.to_lowercase().contains(&why.to_lowercase()), "{cause}");
            }
            other => panic!("{other}"),
        }
    }
}

#[test]
fn read_does_not_depend_on_the_session_that_began_it() {
    let inbox = tempfile::tempdir().expect("a folder");
    fs::write(inbox.path().join("people.csv"), "entryUUID\n1\n").expect("a file");
    let people =
        People::open(samklang_sdk::serde_json::from_str(PLAIN).expect("settings")).expect("a session");
    let twice = with_inbox(inbox.path(), || {
        (read_all(&people, &["person"]), read_all(&people, &["person"]))
    });
    assert_eq!(twice.0, twice.1);
}
