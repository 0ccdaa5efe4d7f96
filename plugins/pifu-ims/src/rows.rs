//! Rows of the classes that are no element of the document of their own, and the pages in which all rows are handed over.
//!
//! It holds at most a page of rows per class, and counts what was handed over.

use samklang_sdk::{Error, Page, Rows, Value};
use serde::Serialize;

use crate::document::{ContactPerson, Group, Member, Organisation, Person, composite};

pub(crate) const PERSON: &str = "person";
pub(crate) const ORGANISATION: &str = "organisation";
pub(crate) const GROUP: &str = "group";
pub(crate) const AFFILIATION: &str = "affiliation";
pub(crate) const MEMBERSHIP: &str = "membership";
pub(crate) const GUARDIANSHIP: &str = "guardianship";
pub(crate) const CLASSES: [&str; 6] = [PERSON, ORGANISATION, GROUP, AFFILIATION, MEMBERSHIP, GUARDIANSHIP];

/// However many rows the host takes at once, so many fit well into the connector's memory.
const LONGEST: usize = 1000;

/// Somebody to contact for a person, as a row of the class `guardianship`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Guardianship {
    pub(crate) id: String,
    child: String,
    contact: String,
    #[serde(rename = "type")]
    kind: &'static str,
}

impl Guardianship {
    pub(crate) fn of(child: &str, contact: ContactPerson) -> Self {
        Self {
            id: composite(&[child, &contact.person, contact.kind]),
            child: child.to_owned(),
            contact: contact.person,
            kind: contact.kind,
        }
    }
}

/// The columns of a role after its key; the first of them names what the role is in.
const ROLE: [&str; 12] = [
    "",
    "person",
    "role",
    "role_code",
    "subrole",
    "active",
    "current",
    "begin",
    "end",
    "admin_period",
    "established",
    "primary",
];

/// The values of a role. It is current when it is active and that day lies within its time frame; days compare as text.
fn role(id: String, member: Member, day: &str) -> Vec<Value> {
    let begun = member.begin.is_empty() || member.begin.as_str() <= day;
    let ended = !member.end.is_empty() && member.end.as_str() < day;
    vec![
        id.into(),
        member.group.into(),
        member.person.into(),
        member.role.into(),
        member.role_code.into(),
        member.subrole.into(),
        member.active.into(),
        (member.active && begun && !ended).into(),
        member.begin.into(),
        member.end.into(),
        member.admin_period.into(),
        member.established.into(),
        member.primary.into(),
    ]
}

fn role_page(class: &str, reference: &str, rows: &mut Vec<Vec<Value>>) -> Page {
    let columns = ROLE
        .iter()
        .map(|&column| if column.is_empty() { reference } else { column });
    Page {
        class: class.to_owned(),
        columns: std::iter::once("id").chain(columns).map(str::to_owned).collect(),
        rows: std::mem::take(rows),
        removed: Vec::new(),
    }
}

/// Rows that wait to be handed over.
pub(crate) struct Pages {
    persons: Rows<Person>,
    organisations: Rows<Organisation>,
    groups: Rows<Group>,
    affiliations: Vec<Vec<Value>>,
    memberships: Vec<Vec<Value>>,
    guardianships: Rows<Guardianship>,
    /// Keys that are gone, in the order of [`CLASSES`].
    removed: [Vec<String>; 6],
    /// The classes that were asked for, with the rows handed over so far.
    counts: Vec<(String, u64)>,
}

impl Pages {
    /// For the classes that are asked for.
    pub(crate) fn new(classes: &[String]) -> Result<Self, Error> {
        if let Some(unknown) = classes.iter().find(|class| !CLASSES.contains(&class.as_str())) {
            return Err(Error::Unsupported(format!(
                "there is no class {unknown}; there are {}",
                CLASSES.join(", ")
            )));
        }
        Ok(Self {
            persons: Rows::new(PERSON),
            organisations: Rows::new(ORGANISATION),
            groups: Rows::new(GROUP),
            affiliations: Vec::new(),
            memberships: Vec::new(),
            guardianships: Rows::new(GUARDIANSHIP),
            removed: Default::default(),
            counts: classes.iter().map(|class| (class.clone(), 0)).collect(),
        })
    }

    fn asked(&self, class: &str) -> bool {
        self.counts.iter().any(|(asked, _)| asked == class)
    }

    pub(crate) fn person(&mut self, person: &Person) -> Result<(), Error> {
        if self.asked(PERSON) {
            self.persons.push(person)
        } else {
            Ok(())
        }
    }

    pub(crate) fn organisation(&mut self, organisation: &Organisation) -> Result<(), Error> {
        if self.asked(ORGANISATION) {
            self.organisations.push(organisation)
        } else {
            Ok(())
        }
    }

    pub(crate) fn group(&mut self, group: &Group) -> Result<(), Error> {
        if self.asked(GROUP) {
            self.groups.push(group)
        } else {
            Ok(())
        }
    }

    pub(crate) fn guardianship(&mut self, guardianship: &Guardianship) -> Result<(), Error> {
        if self.asked(GUARDIANSHIP) {
            self.guardianships.push(guardianship)
        } else {
            Ok(())
        }
    }

    pub(crate) fn affiliation(&mut self, id: String, member: Member, day: &str) {
        if self.asked(AFFILIATION) {
            self.affiliations.push(role(id, member, day));
        }
    }

    pub(crate) fn membership(&mut self, id: String, member: Member, day: &str) {
        if self.asked(MEMBERSHIP) {
            self.memberships.push(role(id, member, day));
        }
    }

    pub(crate) fn remove(&mut self, class: &str, key: String) {
        if self.asked(class)
            && let Some((_, keys)) = CLASSES
                .iter()
                .zip(&mut self.removed)
                .find(|(known, _)| **known == class)
        {
            keys.push(key);
        }
    }

    /// A page of at least so many rows, if a class has them.
    pub(crate) fn full(&mut self, max: usize) -> Option<Page> {
        self.page(max.clamp(1, LONGEST))
    }

    /// What is left of any class.
    pub(crate) fn rest(&mut self) -> Option<Page> {
        self.page(1)
    }

    fn page(&mut self, least: usize) -> Option<Page> {
        let page = if self.persons.len() >= least {
            self.persons.take()
        } else if self.organisations.len() >= least {
            self.organisations.take()
        } else if self.groups.len() >= least {
            self.groups.take()
        } else if self.affiliations.len() >= least {
            role_page(AFFILIATION, ORGANISATION, &mut self.affiliations)
        } else if self.memberships.len() >= least {
            role_page(MEMBERSHIP, GROUP, &mut self.memberships)
        } else if self.guardianships.len() >= least {
            self.guardianships.take()
        } else {
            let mut removed = CLASSES.iter().zip(&mut self.removed);
            let (class, keys) = removed.find(|(_, keys)| keys.len() >= least)?;
            return Some(Page::removed(*class, std::mem::take(keys)));
        };
        if let Some((_, count)) = self.counts.iter_mut().find(|(class, _)| *class == page.class) {
            *count += page.rows.len() as u64;
        }
        Some(page)
    }

    /// How many rows were handed over, for each class that was asked for.
    pub(crate) fn counts(&self) -> Vec<(String, u64)> {
        self.counts.clone()
    }
}
