//! `person`: pupils, employees and guardians alike; what somebody is, the roles in the memberships say.

use std::io::BufRead;

use serde::Serialize;

use super::contact::{Address, Contact, LocatedAddress, best, day, read_address};
use super::extension::{self, Extension, Status};
use super::identity::Gathered;
use super::order::{DEMOGRAPHICS, N, NAME, PERSON, PHOTO};
use super::xml::{Fault, Tag, Xml};
use super::{Content, Record, change, vocabulary};

/// A person, as a row of the class `person`. Fields that have no value are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the class's description says what each holds")]
pub struct Person {
    pub id: String,
    pub source: String,
    pub source_id: String,
    pub old_ids: Vec<String>,
    pub duplicate_ids: Vec<String>,
    pub national_id: String,
    pub national_id_encrypted: String,
    pub local_id: String,
    pub county_id: String,
    pub student_id: String,
    pub workforce_id: String,
    pub username: String,
    pub sis_id: String,
    pub feide_id: String,
    pub microsoft_upn: String,
    pub full_name: String,
    pub family_name: String,
    pub given_name: String,
    pub gender: &'static str,
    pub birth_date: String,
    pub grade: String,
    pub contact_only: Option<bool>,
    pub email: String,
    pub url: String,
    pub telephone: String,
    pub fax: String,
    pub mobile: String,
    pub address: Option<Address>,
    pub photo: String,
    pub email_private: String,
    pub email_at_org: String,
    pub telephone_private: String,
    pub mobile_private: String,
    pub telephone_at_org: String,
    pub mobile_at_org: String,
    pub fax_at_org: String,
    pub switchboard: String,
    pub emails: Vec<Contact>,
    pub urls: Vec<Contact>,
    pub telephones: Vec<Contact>,
    pub addresses: Vec<LocatedAddress>,
    pub status: &'static str,
    pub pupil_status: String,
    pub statuses: Vec<Status>,
    pub preferred_language: String,
    pub native_tongues: Vec<String>,
}

/// Somebody to contact for a person.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContactPerson {
    /// `guardian`, `next-of-kin` or `other`.
    pub kind: &'static str,
    /// The key of the person to contact.
    pub person: String,
}

/// Reads the element that is open.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<Record, Fault> {
    let change = change(tag)?;
    let mut person = Person::default();
    let mut identity = Gathered::default();
    let mut extension = Extension::default();
    let mut order = PERSON.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "sourcedid" => identity.add(xml, &child)?,
            "userid" => {
                let id = xml.text()?;
                if let Some(field) = person.user_id(child.attribute("useridtype")) {
                    *field = id;
                }
            }
            "name" => person.read_name(xml)?,
            "demographics" => person.read_demographics(xml)?,
            "email" => person.email = xml.text()?,
            "url" => person.url = xml.text()?,
            "tel" => {
                let number = xml.text()?;
                match child.attribute("teltype") {
                    "1" => person.telephone = number,
                    "2" => person.fax = number,
                    "3" => person.mobile = number,
                    _ => {}
                }
            }
            "adr" => person.address = Some(read_address(xml)?),
            "photo" => {
                let mut order = PHOTO.begin();
                while let Some(child) = xml.child(&mut order)? {
                    match child.name {
                        "extref" => person.photo = xml.text()?,
                        _ => xml.skip()?,
                    }
                }
            }
            "extension" => extension = extension::read(xml)?,
            _ => xml.skip()?,
        }
    }
    let (current, identity) = identity.settle(tag)?;
    person.id.clone_from(&identity.key);
    (person.source, person.source_id) = (current.source, current.id);
    person.old_ids.clone_from(&identity.old);
    person.duplicate_ids.clone_from(&identity.duplicates);
    let contact_persons = std::mem::take(&mut extension.contact_persons);
    person.extend(extension);
    Ok(Record {
        place: tag.place,
        change,
        aliases: identity,
        content: Content::Person(Box::new(person), contact_persons),
    })
}

impl Person {
    fn user_id(&mut self, kind: &str) -> Option<&mut String> {
        Some(match kind {
            "personNIN" => &mut self.national_id,
            "personNINencrypted" => &mut self.national_id_encrypted,
            "personLIN" => &mut self.local_id,
            "personFIN" => &mut self.county_id,
            "studentID" => &mut self.student_id,
            "workforceID" => &mut self.workforce_id,
            "username" => &mut self.username,
            "sisID" => &mut self.sis_id,
            "feideID" => &mut self.feide_id,
            "microsoftUPN" => &mut self.microsoft_upn,
            _ => return None,
        })
    }

    fn read_name<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Fault> {
        let mut order = NAME.begin();
        while let Some(child) = xml.child(&mut order)? {
            match child.name {
                "fn" => self.full_name = xml.text()?,
                "n" => {
                    let mut order = N.begin();
                    while let Some(child) = xml.child(&mut order)? {
                        match child.name {
                            "family" => self.family_name = xml.text()?,
                            "given" => self.given_name = xml.text()?,
                            _ => xml.skip()?,
                        }
                    }
                }
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn read_demographics<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), Fault> {
        let mut order = DEMOGRAPHICS.begin();
        while let Some(child) = xml.child(&mut order)? {
            match child.name {
                "gender" => self.gender = vocabulary::gender(&xml.text()?),
                // A day that cannot be is as good as none; it decides nothing here.
                "bday" => self.birth_date = day(&xml.text()?).unwrap_or_default(),
                _ => xml.skip()?,
            }
        }
        Ok(())
    }

    fn extend(&mut self, extension: Extension) {
        self.email_private = best(&extension.emails, "personEmailPrivate");
        self.email_at_org = best(&extension.emails, "personEmailAtOrg");
        self.telephone_private = best(&extension.telephones, "personTelephonePrivate");
        self.mobile_private = best(&extension.telephones, "personMobilePrivate");
        self.telephone_at_org = best(&extension.telephones, "personTelephoneAtOrg");
        self.mobile_at_org = best(&extension.telephones, "personMobileAtOrg");
        self.fax_at_org = best(&extension.telephones, "personFaxAtOrg");
        self.switchboard = best(&extension.telephones, "personSwitchboard");
        self.status = vocabulary::active(extension.status("activeInactive"));
        self.pupil_status = extension.status("pupilStatus").to_owned();
        self.emails = extension.emails;
        self.urls = extension.urls;
        self.telephones = extension.telephones;
        self.addresses = extension.addresses;
        self.statuses = extension.statuses;
        self.preferred_language = extension.preferred_language;
        self.native_tongues = extension.native_tongues;
    }
}
