//! One PIFU-IMS document, read as a stream: the frame first, then one record after the other.
//!
//! A document is accepted in its versions 1.1 to 1.3, which differ in namespace and vocabulary only; a foreign root or
//! namespace is refused with what was found. What belongs to the structure (the order of children, closed codes that
//! decide about access) is enforced with line and column; a value that is missing is handed over as missing.
//! It never holds more than one record, and never reads a password, a grade or an absence.

mod contact;
mod extension;
mod frame;
mod group;
mod identity;
mod input;
mod membership;
mod order;
mod person;
mod vocabulary;
mod xml;

use std::collections::VecDeque;
use std::io::BufRead;

pub use contact::{Address, Contact, LocatedAddress};
pub use extension::{Identifier, Status};
pub use frame::{Frame, Kind, Stamp};
pub use group::{Group, Organisation, Unit};
pub use identity::{Identity, composite};
pub use input::Place;
pub use membership::Member;
pub use person::{ContactPerson, Person};
pub use xml::Fault;

use order::ENTERPRISE;
use xml::Xml;

/// The namespaces of versions 1.1, 1.2 and 1.3. From 1.3 on the namespace names the major version only.
pub const NAMESPACES: [&str; 3] = [
    "http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-1.1",
    "http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-1.2",
    "http://pifu.no/xsd/pifu-ims_sas/pifu-ims_sas-v1",
];

/// What a record asks for (`recstatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Change {
    /// The object is so; also without any `recstatus`.
    Put,
    /// The object is gone (`recstatus` 3).
    Delete,
}

/// One object that the document speaks of.
#[derive(Debug, Clone, PartialEq, Hash)]
pub enum Content {
    /// A person, and the persons to contact for them.
    Person(Box<Person>, Vec<ContactPerson>),
    /// A group, a school or a school owner.
    Unit(Unit),
    /// One role of one person in one group.
    Member(Box<Member>),
}

/// One object with where it stands and what becomes of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Where its element begins.
    pub place: Place,
    /// What becomes of it.
    pub change: Change,
    /// Other keys that the document gives the same object: old ones and duplicates.
    pub aliases: Identity,
    /// The object.
    pub content: Content,
}

/// A document that is being read: an iterator over its records. After an error or the end it gives nothing more.
#[derive(Debug)]
pub struct Document<R> {
    xml: Xml<R>,
    frame: Frame,
    order: order::Progress,
    membership: Option<membership::Open>,
    pending: VecDeque<Record>,
    finished: bool,
    skips_persons: bool,
}

impl<R: BufRead> Document<R> {
    /// Reads as far as the end of `properties`.
    ///
    /// # Errors
    /// A [`Fault`] when it is no PIFU-IMS document, or when its frame cannot be read.
    pub fn open(source: R) -> Result<Self, Fault> {
        let mut xml = Xml::open(source)?;
        let root = xml.root()?;
        check_root(root)?;
        let mut order = ENTERPRISE.begin();
        let frame = loop {
            let Some(tag) = xml.child(&mut order)? else {
                return Err(xml.fault("the document ends without <properties>"));
            };
            match tag.name {
                "properties" => break frame::read(&mut xml)?,
                "person" | "group" | "membership" => {
                    return Err(Fault::new(
                        tag.place,
                        "the document has no <properties> before its first object",
                    ));
                }
                _ => xml.skip()?,
            }
        };
        Ok(Self {
            xml,
            frame,
            order,
            membership: None,
            pending: VecDeque::new(),
            finished: false,
            skips_persons: false,
        })
    }

    /// The same without its persons, which are passed over unread.
    #[must_use]
    pub fn without_persons(mut self) -> Self {
        self.skips_persons = true;
        self
    }

    /// What the document says of itself.
    pub fn frame(&self) -> &Frame {
        &self.frame
    }

    /// The encoding that it is read in.
    pub fn encoding(&self) -> &'static str {
        self.xml.encoding()
    }

    fn advance(&mut self) -> Result<Option<Record>, Fault> {
        let record = self.record()?;
        if let (Kind::Full, Some((place, name))) = (self.frame.kind, self.xml.graded()) {
            return Err(Fault::new(
                place,
                format!(
                    "<{name}>: a delivery with grades or absence leaves out those for whom nothing changed and cannot \
                     be taken for the whole roster: ask for the full extract without grades and absence"
                ),
            ));
        }
        if let (
            Kind::Full,
            Some(Record {
                change: Change::Delete,
                place,
                ..
            }),
        ) = (self.frame.kind, &record)
        {
            return Err(Fault::new(
                *place,
                "recstatus 3 (delete) in a document of type full, where what is gone is left out",
            ));
        }
        Ok(record)
    }

    fn record(&mut self) -> Result<Option<Record>, Fault> {
        loop {
            if let Some(record) = self.pending.pop_front() {
                return Ok(Some(record));
            }
            if let Some(open) = &mut self.membership {
                match open.next(&mut self.xml)? {
                    Some(records) => self.pending.extend(records),
                    None => self.membership = None,
                }
                continue;
            }
            let Some(tag) = self.xml.child(&mut self.order)? else {
                self.xml.end()?;
                return Ok(None);
            };
            match tag.name {
                "person" if self.skips_persons => self.xml.skip()?,
                "person" => return person::read(&mut self.xml, &tag).map(Some),
                "group" => return group::read(&mut self.xml, &tag).map(Some),
                "membership" => self.membership = Some(membership::Open::new(&tag)),
                _ => self.xml.skip()?,
            }
        }
    }
}

impl<R: BufRead> Iterator for Document<R> {
    type Item = Result<Record, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.finished {
            return None;
        }
        let record = self.advance().transpose();
        self.finished = !matches!(record, Some(Ok(_)));
        record
    }
}

fn check_root(root: xml::Root) -> Result<(), Fault> {
    let expected = format!(
        "expected is <enterprise> in the namespace {}",
        NAMESPACES.join(", ")
    );
    let found = match &root.namespace {
        Some(namespace) => format!("<{}> in the namespace {namespace}", root.name),
        None => format!("<{}> without a namespace", root.name),
    };
    if root.name != "enterprise" {
        return Err(Fault::new(
            root.place,
            format!("no PIFU-IMS document: the root is {found}, {expected}"),
        ));
    }
    match root.namespace {
        Some(namespace) if NAMESPACES.contains(&namespace.as_str()) => Ok(()),
        None => Err(Fault::new(
            root.place,
            format!(
                "no PIFU-IMS document: the root is {found}, as in plain IMS Enterprise, {expected}: ask the vendor for \
                 the PIFU-IMS export"
            ),
        )),
        Some(_) => Err(Fault::new(
            root.place,
            format!("no PIFU-IMS document of version 1.1 to 1.3: the root is {found}, {expected}"),
        )),
    }
}

/// What becomes of an object, by its `recstatus`.
fn change(tag: &xml::Tag) -> Result<Change, Fault> {
    match tag.attribute("recstatus") {
        "" | "1" | "2" => Ok(Change::Put),
        "3" => Ok(Change::Delete),
        other => Err(Fault::new(
            tag.place,
            format!("recstatus {other:?} is none of 1 (add), 2 (update) and 3 (delete)"),
        )),
    }
}
