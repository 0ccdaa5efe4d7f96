//! An inbox with files in it, documents in few words, and a read.

use std::path::Path;

use samklang_pifu_ims::{PifuIms, Settings};
use samklang_sdk::testing::{Collected, try_read, with_inbox};
use samklang_sdk::{Connector, Error, Extent};
use tempfile::TempDir;

pub(crate) const CLASSES: [&str; 6] = [
    "person",
    "organisation",
    "group",
    "affiliation",
    "membership",
    "guardianship",
];

pub(crate) const NAMESPACE: &str = "http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-v1";

pub(crate) struct Inbox(TempDir);

impl Inbox {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// One file.
    pub(crate) fn with(content: impl AsRef<[u8]>) -> Self {
        let inbox = Self::new();
        inbox.put("pifu.xml", content);
        inbox
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.0.path().join(name), content).unwrap();
    }

    pub(crate) fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.path().join(name)).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self) -> Result<Collected, Error> {
        self.read_extent(&CLASSES, Extent::Full)
    }

    pub(crate) fn since(&self, cursor: &str) -> Result<Collected, Error> {
        self.read_extent(&CLASSES, Extent::Since(cursor.to_owned()))
    }

    pub(crate) fn read_extent(&self, classes: &[&str], extent: Extent) -> Result<Collected, Error> {
        with_inbox(self.path(), || try_read(&connector("*.xml"), classes, extent))
    }
}

pub(crate) fn connector(file: &str) -> PifuIms {
    PifuIms::open(Settings {
        file: file.to_owned(),
    })
    .unwrap()
}

/// A full document of 20 August 2031 with this between `properties` and the end.
pub(crate) fn full(content: &str) -> String {
    document("full", "2031-08-20T02:00:00", content)
}

pub(crate) fn delta(datetime: &str, content: &str) -> String {
    document("delta", datetime, content)
}

pub(crate) fn document(kind: &str, datetime: &str, content: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<enterprise xmlns="{NAMESPACE}">
<properties lang="no"><datasource>sas@eksempel.kommune.no</datasource><type>{kind}</type><datetime>{datetime}</datetime></properties>
{content}
</enterprise>
"#
    )
}

pub(crate) fn sourcedid(id: &str) -> String {
    format!("<sourcedid><source>sas</source><id>{id}</id></sourcedid>")
}

pub(crate) fn person(id: &str, given: &str) -> String {
    person_with("", &sourcedid(id), given, "")
}

/// A person with attributes on the element, its `sourcedid` elements, and what follows the name.
pub(crate) fn person_with(attributes: &str, sourcedids: &str, given: &str, rest: &str) -> String {
    format!(
        "<person {attributes}>{sourcedids}<name><fn>{given} Berg</fn><n><family>Berg</family><given>{given}</given></n>\
         </name>{rest}</person>\n"
    )
}

/// A school that points at itself.
pub(crate) fn school(id: &str) -> String {
    unit(id, "pifu-ims-go-org", 2, "skole", id)
}

/// A class of a school.
pub(crate) fn class(id: &str, school: &str) -> String {
    unit(id, "pifu-ims-go-grp", 1, "basisgruppe", school)
}

pub(crate) fn unit(id: &str, scheme: &str, level: u32, word: &str, parent: &str) -> String {
    let (own, parent) = (sourcedid(id), sourcedid(parent));
    format!(
        "<group>{own}<grouptype><scheme>{scheme}</scheme><typevalue level=\"{level}\">{word}</typevalue></grouptype>\
         <description><short>{id}</short></description><relationship relation=\"1\">{parent}<label>x</label></relationship>\
         </group>\n"
    )
}

pub(crate) fn membership(group: &str, members: &str) -> String {
    format!("<membership>{}{members}</membership>\n", sourcedid(group))
}

pub(crate) fn member(person: &str, roletype: &str) -> String {
    member_with(
        person,
        &format!("<role roletype=\"{roletype}\"><status>1</status></role>"),
    )
}

pub(crate) fn member_with(person: &str, roles: &str) -> String {
    format!("<member>{}<idtype>1</idtype>{roles}</member>", sourcedid(person))
}

/// The place and cause of an error about data.
pub(crate) fn fault<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, String) {
    match result {
        Err(Error::InvalidData { place, cause }) => (place, cause),
        other => panic!("expected an error about data, got {other:?}"),
    }
}

pub(crate) fn texts(values: Vec<samklang_sdk::Value>) -> Vec<String> {
    values
        .iter()
        .map(|value| value.as_text().unwrap_or_default().to_owned())
        .collect()
}
