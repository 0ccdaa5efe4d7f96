//! The example that the format's publisher gives, in whole. It is not part of this repository: `SAMKLANG_DATA` names the
//! folder that holds it, by default `../shared/data` beside the repository.

use std::path::PathBuf;

use samklang_sdk::Value;

use crate::support::*;

fn example() -> Option<Vec<u8>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("SAMKLANG_DATA").map_or_else(beside, PathBuf::from);
    let file = folder.join("pifu-ims/PIFU-IMS_SAS_eksempel.xml");
    match std::fs::read(&file) {
        Ok(content) => Some(content),
        Err(_) => {
            eprintln!(
                "the published example is not checked: {} is not there (SAMKLANG_DATA)",
                file.display()
            );
            None
        }
    }
}

#[test]
fn the_published_example_is_imported_in_whole() {
    let Some(example) = example() else { return };
    let read = Inbox::with(&example).read().unwrap();
    let text = String::from_utf8(example).unwrap();
    let without_comments: String = text
        .split("<!--")
        .enumerate()
        .map(|(at, part)| {
            if at == 0 {
                part
            } else {
                part.split_once("-->").unwrap().1
            }
        })
        .collect();
    let occurrences = |what: &str| without_comments.matches(what).count();
    assert_eq!(read.class("person").len(), occurrences("</person>"));
    assert_eq!(
        read.class("organisation").len() + read.class("group").len(),
        occurrences("</group>")
    );
    assert_eq!(
        read.class("affiliation").len() + read.class("membership").len(),
        occurrences("</role>")
    );
    assert_eq!(
        read.class("guardianship").len(),
        occurrences("</pifu_hasContactPerson>")
    );

    assert_eq!(texts(read.column("person", "family_name"))[0], "Stor");
    assert_eq!(
        texts(read.column("person", "id"))[0],
        "mitt-sas@måne.kommune.no:global_ID_01235"
    );
    assert_eq!(texts(read.column("person", "telephone_at_org"))[0], "+4773000073");
    assert_eq!(texts(read.column("organisation", "type")), ["skoleeier", "skole"]);
    assert_eq!(texts(read.column("organisation", "vigo_number"))[1], "5234");
    let groups = texts(read.column("group", "type"));
    for expected in [
        "basisgruppe",
        "kontaktlærergruppe",
        "trinn",
        "utdanningsprogram",
        "programområde",
        "fag",
    ] {
        assert!(
            groups.iter().any(|group| group == expected),
            "{expected}: {groups:?}"
        );
    }
    assert!(
        texts(read.column("group", "grep_code"))
            .iter()
            .any(|code| code.starts_with("uuid:"))
    );
    let persons = read.column("person", "id");
    let organisations = read.column("organisation", "id");
    assert!(
        read.column("affiliation", "organisation")
            .iter()
            .all(|key| organisations.contains(key))
    );
    assert!(
        read.column("guardianship", "contact")
            .iter()
            .all(|key| persons.contains(key))
    );
    assert!(
        read.column("affiliation", "person")
            .iter()
            .all(|key| persons.contains(key))
    );
    assert!(
        !format!("{read:?}").contains("4bee4fc53ab2a25fb6bc15b892e97b82"),
        "a password was read"
    );
    assert!(
        read.column("person", "old_ids")
            .iter()
            .any(|old| matches!(old, Value::Texts(_)))
    );
}
