//! Keys. An object is known by `sourcedid`, a pair of source and id, of which the key `source:id` is made; a membership by a
//! composite of keys.
//!
//! Two different pairs never give the same key: what separates is escaped in what is joined.

use std::io::BufRead;

use super::order::SOURCEDID;
use super::xml::{Fault, Tag, Xml};

/// The keys that a document gives one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Identity {
    /// The key that counts.
    pub key: String,
    /// Keys that it had before (`Old`).
    pub old: Vec<String>,
    /// Keys of records that are the same object (`Duplicate`).
    pub duplicates: Vec<String>,
}

/// A `sourcedid`.
#[derive(Debug, Clone, Default)]
pub(super) struct Sourced {
    pub(super) source: String,
    pub(super) id: String,
}

impl Sourced {
    /// Reads the element that is open.
    pub(super) fn read<R: BufRead>(xml: &mut Xml<R>, tag: &Tag) -> Result<Self, Fault> {
        let mut order = SOURCEDID.begin();
        let mut sourced = Self::default();
        while let Some(child) = xml.child(&mut order)? {
            match child.name {
                "source" => sourced.source = xml.text()?,
                "id" => sourced.id = xml.text()?,
                _ => xml.skip()?,
            }
        }
        if sourced.source.is_empty() || sourced.id.is_empty() {
            return Err(Fault::new(
                tag.place,
                "<sourcedid> lacks its <source> or its <id>",
            ));
        }
        Ok(sourced)
    }

    pub(super) fn key(&self) -> String {
        let source = self
            .source
            .replace('%', "%25")
            .replace(':', "%3A")
            .replace('|', "%7C");
        let id = self.id.replace('%', "%25").replace('|', "%7C");
        format!("{source}:{id}")
    }
}

/// A key of several parts, which are keys or codes.
pub fn composite(parts: &[&str]) -> String {
    parts.join("|")
}

/// Gathers the `sourcedid` elements of one object.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    new: Option<Sourced>,
    plain: Vec<Sourced>,
    old: Vec<Sourced>,
    duplicates: Vec<Sourced>,
}

impl Gathered {
    pub(super) fn add<R: BufRead>(&mut self, xml: &mut Xml<R>, tag: &Tag) -> Result<(), Fault> {
        let sourced = Sourced::read(xml, tag)?;
        match tag.attribute("sourcedidtype") {
            "" => self.plain.push(sourced),
            "New" if self.new.is_none() => self.new = Some(sourced),
            "New" => {
                return Err(Fault::new(
                    tag.place,
                    "a second <sourcedid> of type New for one object",
                ));
            }
            "Old" => self.old.push(sourced),
            "Duplicate" => self.duplicates.push(sourced),
            other => {
                let cause = format!("sourcedidtype {other:?} is none of New, Old and Duplicate");
                return Err(Fault::new(tag.place, cause));
            }
        }
        Ok(())
    }

    /// The key that counts is the new one, else the plain one. A plain one beside a new one is what it was before; further
    /// plain ones are other names of the same object.
    pub(super) fn settle(mut self, tag: &Tag) -> Result<(Sourced, Identity), Fault> {
        let current = match self.new {
            Some(new) => {
                self.old.append(&mut self.plain);
                new
            }
            None if self.plain.is_empty() => {
                let cause = format!(
                    "<{}> has no <sourcedid> that is neither Old nor Duplicate",
                    tag.name
                );
                return Err(Fault::new(tag.place, cause));
            }
            None => {
                let current = self.plain.remove(0);
                self.duplicates.append(&mut self.plain);
                current
            }
        };
        let key = current.key();
        let others = |others: &[Sourced]| {
            let mut keys: Vec<String> = others
                .iter()
                .map(Sourced::key)
                .filter(|other| *other != key)
                .collect();
            keys.sort_unstable();
            keys.dedup();
            keys
        };
        let identity = Identity {
            old: others(&self.old),
            duplicates: others(&self.duplicates),
            key,
        };
        Ok((current, identity))
    }
}
