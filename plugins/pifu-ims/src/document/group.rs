//! `group`: school owners and schools (scheme `pifu-ims-go-org`), and the groups of a school (`pifu-ims-go-grp`).

use std::io::BufRead;

use serde::Serialize;

use super::contact::{Contact, LocatedAddress, Timeframe, best, read_timeframe};
use super::extension::{self, Extension, Identifier};
use super::identity::{Gathered, Sourced};
use super::order::{DESCRIPTION, GROUP, GROUPTYPE, RELATIONSHIP};
use super::vocabulary::Scheme;
use super::xml::{Fault, Tag, Xml};
use super::{Change, Content, Record, change, vocabulary};

/// A group of either scheme.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A school owner or a school.
    Organisation(Box<Organisation>),
    /// A group of a school.
    Group(Box<Group>),
    /// A group that is gone, without saying of which scheme it was.
    Gone(String),
}

/// A school owner or a school, as a row of the class `organisation`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the class's description says what each holds")]
pub struct Organisation {
    pub id: String,
    pub source: String,
    pub source_id: String,
    pub old_ids: Vec<String>,
    pub duplicate_ids: Vec<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub name: String,
    pub long_name: String,
    pub description: String,
    pub legal_name: String,
    pub full_name: String,
    pub short_name: String,
    pub begin: String,
    pub end: String,
    pub admin_period: String,
    pub parent: String,
    pub also_known_as: Vec<String>,
    pub organisation_number: String,
    pub municipality_number: String,
    pub county_number: String,
    pub vigo_number: String,
    pub gsi_number: String,
    pub domain_name: String,
    pub identifiers: Vec<Identifier>,
    pub school_types: Vec<String>,
    pub email: String,
    pub url: String,
    pub telephone: String,
    pub emails: Vec<Contact>,
    pub urls: Vec<Contact>,
    pub telephones: Vec<Contact>,
    pub addresses: Vec<LocatedAddress>,
    pub status: &'static str,
}

/// A group of a school, as a row of the class `group`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
#[expect(missing_docs, reason = "the class's description says what each holds")]
pub struct Group {
    pub id: String,
    pub source: String,
    pub source_id: String,
    pub old_ids: Vec<String>,
    pub duplicate_ids: Vec<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub types: Vec<String>,
    pub name: String,
    pub long_name: String,
    pub description: String,
    pub begin: String,
    pub end: String,
    pub admin_period: String,
    pub organisation: String,
    pub organisations: Vec<String>,
    pub also_known_as: Vec<String>,
    pub grep_code: String,
    pub grep_code_short_form: String,
    pub grep_code_grade_level: String,
    pub identifiers: Vec<Identifier>,
    pub email: String,
    pub url: String,
    pub status: &'static str,
}

#[derive(Debug, Default)]
struct Gathering {
    types: Vec<(Scheme, String)>,
    short: String,
    long: String,
    full: String,
    timeframe: Timeframe,
    email: String,
    url: String,
    parents: Vec<String>,
    also_known_as: Vec<String>,
    extension: Extension,
}

/// Reads the element that is open.
pub(super) fn read<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<Record, Fault> {
    let change = change(tag)?;
    let mut identity = Gathered::default();
    let mut found = Gathering::default();
    let mut order = GROUP.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "sourcedid" => identity.add(xml, &child)?,
            "grouptype" => found.types.push(read_type(xml, &child)?),
            "description" => {
                let mut order = DESCRIPTION.begin();
                while let Some(child) = xml.child(&mut order)? {
                    match child.name {
                        "short" => found.short = xml.text()?,
                        "long" => found.long = xml.text()?,
                        "full" => found.full = xml.text()?,
                        _ => xml.skip()?,
                    }
                }
            }
            "timeframe" => found.timeframe = read_timeframe(xml)?,
            "email" => found.email = xml.text()?,
            "url" => found.url = xml.text()?,
            "relationship" => found.read_relationship(xml, &child)?,
            "extension" => found.extension = extension::read(xml)?,
            _ => xml.skip()?,
        }
    }
    let (current, identity) = identity.settle(tag)?;
    // A group that carries types of both schemes is an organisation that is also used as a group.
    let organisation = found
        .types
        .iter()
        .any(|(scheme, _)| *scheme == Scheme::Organisation);
    let unit = if found.types.is_empty() {
        if change == Change::Put {
            return Err(Fault::new(tag.place, "<group> has no <grouptype>"));
        }
        Unit::Gone(identity.key.clone())
    } else if organisation {
        Unit::Organisation(Box::new(found.organisation(current, &identity)))
    } else {
        Unit::Group(Box::new(found.group(current, &identity)))
    };
    Ok(Record {
        place: tag.place,
        change,
        aliases: identity,
        content: Content::Unit(unit),
    })
}

fn read_type<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<(Scheme, String), Fault> {
    let (mut scheme, mut level, mut word) = (None, String::new(), String::new());
    let mut order = GROUPTYPE.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "scheme" => {
                let text = xml.text()?;
                let unknown = || {
                    let cause =
                        format!("group scheme {text:?} is neither pifu-ims-go-org nor pifu-ims-go-grp");
                    Fault::new(child.place, cause)
                };
                scheme = Some(vocabulary::scheme(&text).ok_or_else(unknown)?);
            }
            "typevalue" => {
                child.attribute("level").clone_into(&mut level);
                word = xml.text()?.to_lowercase();
            }
            _ => xml.skip()?,
        }
    }
    let scheme = scheme.ok_or_else(|| Fault::new(tag.place, "<grouptype> lacks its <scheme>"))?;
    let word = vocabulary::group_type(scheme, &level)
        .map(str::to_owned)
        .unwrap_or(word);
    if word.is_empty() {
        return Err(Fault::new(
            tag.place,
            format!("group type of level {level:?} without a word for it"),
        ));
    }
    Ok((scheme, word))
}

impl Gathering {
    fn read_relationship<R: BufRead>(&mut self, xml: &mut Xml<R>, tag: &Tag) -> Result<(), Fault> {
        let mut other = None;
        let mut order = RELATIONSHIP.begin();
        while let Some(child) = xml.child(&mut order)? {
            match child.name {
                "sourcedid" => other = Some(Sourced::read(xml, &child)?.key()),
                _ => xml.skip()?,
            }
        }
        let other = other.ok_or_else(|| Fault::new(tag.place, "<relationship> lacks its <sourcedid>"))?;
        match tag.attribute("relation") {
            "1" => self.parents.push(other),
            "3" => self.also_known_as.push(other),
            code => {
                let cause = format!("relation {code:?} is neither 1 (parent) nor 3 (also known as)");
                return Err(Fault::new(tag.place, cause));
            }
        }
        Ok(())
    }

    fn kind(&self, scheme: Scheme) -> String {
        let found = self.types.iter().find(|(known, _)| *known == scheme);
        found.map(|(_, word)| word.clone()).unwrap_or_default()
    }

    fn organisation(self, current: Sourced, identity: &super::Identity) -> Organisation {
        let extension = &self.extension;
        let or = |first: &str, second: String| {
            if first.is_empty() {
                second
            } else {
                first.to_owned()
            }
        };
        Organisation {
            kind: self.kind(Scheme::Organisation),
            legal_name: extension.name("legalName"),
            full_name: extension.name("fullName"),
            short_name: extension.name("shortName"),
            // The topmost one points at itself.
            parent: self
                .parents
                .into_iter()
                .find(|parent| *parent != identity.key)
                .unwrap_or_default(),
            organisation_number: extension.id("organizationNumber"),
            municipality_number: extension.id("municipalityNumber"),
            county_number: extension.id("countyNumber"),
            vigo_number: extension.id("vigoNumber"),
            gsi_number: extension.id("gsiNumber"),
            domain_name: extension.id("domainName"),
            email: or(&self.email, best(&extension.emails, "orgEmail")),
            url: or(&self.url, best(&extension.urls, "orgURL")),
            telephone: best(&extension.telephones, "orgTelephone"),
            status: vocabulary::active(extension.status("activeInactive")),
            id: identity.key.clone(),
            source: current.source,
            source_id: current.id,
            old_ids: identity.old.clone(),
            duplicate_ids: identity.duplicates.clone(),
            name: self.short,
            long_name: self.long,
            description: self.full,
            begin: self.timeframe.begin,
            end: self.timeframe.end,
            admin_period: self.timeframe.admin_period,
            also_known_as: self.also_known_as,
            identifiers: self.extension.ids,
            school_types: self.extension.school_types,
            emails: self.extension.emails,
            urls: self.extension.urls,
            telephones: self.extension.telephones,
            addresses: self.extension.addresses,
        }
    }

    fn group(self, current: Sourced, identity: &super::Identity) -> Group {
        let extension = &self.extension;
        Group {
            kind: self.kind(Scheme::Group),
            grep_code: extension.id("grepCode"),
            grep_code_short_form: extension.id("grepCodeShortForm"),
            grep_code_grade_level: extension.id("grepCodeGradeLevel"),
            status: vocabulary::active(extension.status("activeInactive")),
            id: identity.key.clone(),
            source: current.source,
            source_id: current.id,
            old_ids: identity.old.clone(),
            duplicate_ids: identity.duplicates.clone(),
            types: self.types.into_iter().map(|(_, word)| word).collect(),
            name: self.short,
            long_name: self.long,
            description: self.full,
            begin: self.timeframe.begin,
            end: self.timeframe.end,
            admin_period: self.timeframe.admin_period,
            organisation: self.parents.first().cloned().unwrap_or_default(),
            organisations: self.parents,
            also_known_as: self.also_known_as,
            identifiers: self.extension.ids,
            email: self.email,
            url: self.url,
        }
    }
}
