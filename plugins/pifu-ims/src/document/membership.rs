//! `membership`: the members of one group, taken member by member, however many there are.

use std::io::BufRead;

use super::contact::{Timeframe, read_timeframe};
use super::extension::{self, Extension};
use super::identity::{Identity, Sourced, composite};
use super::order::{MEMBER, MEMBERSHIP, Progress, ROLE};
use super::xml::{Fault, Tag, Xml};
use super::{Content, Place, Record, change, vocabulary};

/// One role of one person in one group or organisation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the class's description says what each holds")]
pub struct Member {
    pub group: String,
    pub person: String,
    pub role_code: String,
    pub role: &'static str,
    pub subrole: String,
    pub active: bool,
    pub begin: String,
    pub end: String,
    pub admin_period: String,
    pub established: String,
    pub primary: Option<bool>,
}

impl Member {
    /// The key: group, person, role type and, when there is one, subrole.
    pub fn key(&self) -> String {
        let subrole = self.subrole.replace('%', "%25").replace('|', "%7C");
        let parts = [&*self.group, &self.person, &self.role_code, &subrole];
        let parts = if subrole.is_empty() {
            parts.get(..3)
        } else {
            parts.get(..)
        };
        composite(parts.unwrap_or_default())
    }
}

/// A membership whose members are being read.
#[derive(Debug)]
pub(super) struct Open {
    order: Progress,
    place: Place,
    group: Option<String>,
}

impl Open {
    pub(super) fn new(tag: &Tag) -> Self {
        Self {
            order: MEMBERSHIP.begin(),
            place: tag.place,
            group: None,
        }
    }

    /// The roles of the next member; none after the last.
    pub(super) fn next<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<Option<Vec<Record>>, Fault> {
        while let Some(child) = xml.child(&mut self.order)? {
            match child.name {
                "sourcedid" => self.group = Some(Sourced::read(xml, &child)?.key()),
                "member" => {
                    let group = self.group.as_deref().ok_or_else(|| self.lacks_group())?;
                    return read_member(xml, &child, group).map(Some);
                }
                _ => xml.skip()?,
            }
        }
        if self.group.is_none() {
            return Err(self.lacks_group());
        }
        Ok(None)
    }

    fn lacks_group(&self) -> Fault {
        Fault::new(self.place, "<membership> lacks the <sourcedid> of its group")
    }
}

fn read_member<R: BufRead>(xml: &mut Xml<R>, tag: &Tag, group: &str) -> Result<Vec<Record>, Fault> {
    let mut person = None;
    let mut records = Vec::new();
    let mut order = MEMBER.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "sourcedid" => person = Some(Sourced::read(xml, &child)?.key()),
            "idtype" => {
                let code = xml.text()?;
                if code != "1" {
                    let cause = format!("idtype {code:?}: a member can only be a person (1)");
                    return Err(Fault::new(child.place, cause));
                }
            }
            "role" => {
                let lacks = || Fault::new(tag.place, "<member> lacks the <sourcedid> of its person");
                let person = person.as_deref().ok_or_else(lacks)?;
                records.push(read_role(xml, &child, group, person)?);
            }
            _ => xml.skip()?,
        }
    }
    if records.is_empty() {
        return Err(Fault::new(tag.place, "<member> has no <role>"));
    }
    Ok(records)
}

fn read_role<R: BufRead>(xml: &mut Xml<R>, tag: &Tag, group: &str, person: &str) -> Result<Record, Fault> {
    let change = change(tag)?;
    let role_code = tag.attribute("roletype").to_owned();
    let unknown = || Fault::new(tag.place, format!("roletype {role_code:?} is none of 01 to 08"));
    let role = vocabulary::role(&role_code).ok_or_else(unknown)?;
    let (mut subrole, mut status, mut established) = (String::new(), None, String::new());
    let (mut timeframe, mut extension) = (Timeframe::default(), Extension::default());
    let mut order = ROLE.begin();
    while let Some(child) = xml.child(&mut order)? {
        match child.name {
            "subrole" => subrole = xml.text()?,
            "status" => {
                status = Some(match xml.text()?.as_str() {
                    "1" => true,
                    "0" => false,
                    other => {
                        let cause = format!("<status> {other:?} is neither 1 (active) nor 0 (inactive)");
                        return Err(Fault::new(child.place, cause));
                    }
                });
            }
            "datetime" => established = xml.text()?,
            "timeframe" => timeframe = read_timeframe(xml)?,
            "extension" => extension = extension::read(xml)?,
            _ => xml.skip()?,
        }
    }
    let lacks = || Fault::new(tag.place, "<role> lacks its <status>");
    let active = match change {
        super::Change::Put => status.ok_or_else(lacks)?,
        super::Change::Delete => status.unwrap_or_default(),
    };
    let member = Member {
        group: group.to_owned(),
        person: person.to_owned(),
        role_code,
        role,
        subrole,
        active,
        begin: timeframe.begin,
        end: timeframe.end,
        admin_period: timeframe.admin_period,
        established,
        primary: extension.primary,
    };
    let content = Content::Member(Box::new(member));
    Ok(Record {
        place: tag.place,
        change,
        aliases: Identity::default(),
        content,
    })
}
