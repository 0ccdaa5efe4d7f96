//! `extension`: what the Norwegian profile adds to persons, groups and roles.

use std::io::BufRead;

use serde::Serialize;

use super::contact::{Contact, LocatedAddress, read_contact, read_located};
use super::identity::Sourced;
use super::order::{CONTACT_PERSON, EXTENSION, PIFU_ID, PIFU_NAME};
use super::person::ContactPerson;
use super::vocabulary;
use super::xml::{Fault, Tag, Xml};

/// An identifier (`pifu_id`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Identifier {
    /// Its type, such as `organizationNumber`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The identifier.
    pub value: String,
    /// Where it holds, such as `Enhetsregisteret`.
    pub scope: String,
    /// It is unique within its scope.
    pub unique: bool,
}

/// A status (`pifu_status`).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Status {
    /// Its type, such as `pupilStatus`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The word.
    pub value: String,
}

#[derive(Debug, Default)]
pub(super) struct Extension {
    pub(super) ids: Vec<Identifier>,
    pub(super) names: Vec<(String, String)>,
    pub(super) emails: Vec<Contact>,
    pub(super) urls: Vec<Contact>,
    pub(super) telephones: Vec<Contact>,
    pub(super) addresses: Vec<LocatedAddress>,
    pub(super) statuses: Vec<Status>,
    pub(super) preferred_language: String,
    pub(super) native_tongues: Vec<String>,
    pub(super) contact_persons: Vec<ContactPerson>,
    pub(super) primary: Option<bool>,
    pub(super) school_types: Vec<String>,
}

impl Extension {
    /// The first identifier of a type; empty when there is none.
    pub(super) fn id(&self, kind: &str) -> String {
        let found = self.ids.iter().find(|id| id.kind == kind);
        found.map(|id| id.value.clone()).unwrap_or_default()
    }

    pub(super) fn name(&self, kind: &str) -> String {
        let found = self.names.iter().find(|(known, _)| known == kind);
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    pub(super) fn status(&self, kind: &str) -> &str {
        let found = self.statuses.iter().find(|status| status.kind == kind);
        found.map(|status| status.value.as_str()).unwrap_or_default()
    }
}

/// Reads the element that is open.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>) -> Result<Extension, Fault> {
    let mut found = Extension::default();
    let mut order = EXTENSION.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "pifu_id" => found.ids.push(read_id(xml, &child)?),
            "pifu_name" => found
                .names
                .push((child.attribute("type").to_owned(), read_name(xml)?)),
            "pifu_email" => read_contact(xml, &child, &mut found.emails)?,
            "pifu_url" => read_contact(xml, &child, &mut found.urls)?,
            "pifu_tel" => read_contact(xml, &child, &mut found.telephones)?,
            "pifu_adr" => found.addresses.push(read_located(xml, &child)?),
            "pifu_status" => {
                let kind = child.attribute("type").to_owned();
                found.statuses.push(Status {
                    kind,
                    value: xml.text()?,
                });
            }
            "pifu_preferredLanguage" => found.preferred_language = xml.text()?,
            "pifu_nativeTongue" => found.native_tongues.push(xml.text()?),
            "pifu_hasContactPerson" => found.contact_persons.push(read_contact_person(xml, &child)?),
            "pifu_primaryRelation" => found.primary = Some(xml.text()? == "1"),
            "pifu_schoolType" => found.school_types.push(xml.text()?),
            _ => xml.skip()?,
        }
    }
    Ok(found)
}

fn read_id<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<Identifier, Fault> {
    let mut id = Identifier {
        kind: tag.attribute("type").to_owned(),
        ..Identifier::default()
    };
    let mut order = PIFU_ID.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "pifu_value" => id.value = xml.text()?,
            "pifu_scope" => id.scope = xml.text()?,
            "pifu_unique" => id.unique = xml.text()? == "1",
            _ => xml.skip()?,
        }
    }
    Ok(id)
}

fn read_name<R: BufRead>(xml: &mut Xml<R>) -> Result<String, Fault> {
    let mut name = String::new();
    let mut order = PIFU_NAME.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "pifu_value" => name = xml.text()?,
            _ => xml.skip()?,
        }
    }
    Ok(name)
}

fn read_contact_person<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<ContactPerson, Fault> {
    let mut person = None;
    let mut order = CONTACT_PERSON.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "sourcedid" => person = Some(Sourced::read(xml, &child)?.key()),
            _ => xml.skip()?,
        }
    }
    let person =
        person.ok_or_else(|| Fault::new(tag.place, "<pifu_hasContactPerson> lacks its <sourcedid>"))?;
    Ok(ContactPerson {
        kind: vocabulary::contact_person(tag.attribute("type")),
        person,
    })
}
