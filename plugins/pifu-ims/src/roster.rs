//! The reader: documents become rows.
//!
//! In a full read the full document comes first, without what later deltas state; then the deltas, newest first, each without
//! what a newer one states. So every object is handed over once, as last stated. The same statement twice in one document is
//! folded; two different ones about the same object end the read with both places. Memory grows with the number of keys,
//! by six octets each, and not with the size of the file.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};
use std::fs::File;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::BufReader;

use samklang_sdk::{Batch, Completion, Error, Reader, log};

use crate::aliases::Aliases;
use crate::document::{Change, ContactPerson, Content, Document, Fault, Kind, Place, Record, Unit};
use crate::grades::Grades;
use crate::inbox::{Cursor, Delivery, Selection};
use crate::ledger::Ledger;
use crate::rows::{AFFILIATION, GROUP, Guardianship, MEMBERSHIP, ORGANISATION, PERSON, Pages};

/// How many repeated keys are looked at, so that memory stays bounded.
const REPEATS: usize = 20_000;

/// What tells an object from others within a document.
type Key = (&'static str, String);

pub(crate) struct Roster {
    pages: Pages,
    /// Everything is read, so that nothing is ever removed.
    full: bool,
    newest: Option<Delivery>,
    waiting: VecDeque<Delivery>,
    current: Option<(Delivery, Document<BufReader<File>>)>,
    /// What later documents state.
    stated: Ledger,
    /// What this document states.
    seen: Ledger,
    /// Keys under which objects of this document were known before.
    renamed: Vec<Key>,
    repeats: HashSet<Key>,
    aliases: Aliases,
    organisations: BTreeSet<String>,
    organisation_numbers: HashMap<String, Place>,
    guardianships: VecDeque<Guardianship>,
    persons: u64,
    grades: Grades,
    cursor: Option<String>,
    day: String,
}

impl Roster {
    pub(crate) fn begin(classes: &[String], selection: Selection) -> Result<Self, Error> {
        let newest = selection.newest().cloned();
        let full = selection.base.is_some();
        let mut roster = Self {
            pages: Pages::new(classes)?,
            full,
            day: newest.as_ref().map(day).unwrap_or_default(),
            newest,
            waiting: VecDeque::new(),
            current: None,
            stated: Ledger::default(),
            seen: Ledger::default(),
            renamed: Vec::new(),
            repeats: HashSet::new(),
            aliases: Aliases::default(),
            organisations: BTreeSet::new(),
            organisation_numbers: HashMap::new(),
            guardianships: VecDeque::new(),
            persons: 0,
            grades: Grades::default(),
            cursor: None,
        };
        if let Some(cursor) = &selection.cursor {
            roster.organisations.extend(cursor.organisations.iter().cloned());
            roster.cursor = serde_json::to_string(cursor).ok();
        }
        if full || selection.changes.len() > 1 {
            roster.look_ahead(&selection.changes)?;
        }
        roster.waiting = selection.base.into_iter().chain(selection.changes).collect();
        if classes.iter().any(|class| class == PERSON) {
            roster.look_for_grades()?;
        }
        Ok(roster)
    }

    /// Notes what the deltas state, for the full document that is read before them.
    fn look_ahead(&mut self, changes: &[Delivery]) -> Result<(), Error> {
        for delta in changes {
            let mut seen = Ledger::default();
            for record in delta.open()? {
                let mut record = record.map_err(|fault| delta.refused(&fault))?;
                self.note_aliases(delta, &record)?;
                let (kind, key) = identify(&mut record, &self.aliases, &seen);
                seen.add(kind, &key);
                for old in &record.aliases.old {
                    self.stated.add(kind, old);
                }
                if matches!(&record.content, Content::Unit(Unit::Organisation(_))) {
                    self.organisations.insert(key);
                }
            }
            self.stated.absorb(seen);
        }
        if !self.full {
            self.stated = Ledger::default();
        }
        Ok(())
    }

    /// Looks through groups and memberships for the school years of those who come before them. What is wrong with a document is told
    /// when it is read.
    fn look_for_grades(&mut self) -> Result<(), Error> {
        for delivery in &self.waiting {
            for record in delivery.open()?.without_persons() {
                let Ok(record) = record else { break };
                self.grades.note(&record);
            }
        }
        Ok(())
    }

    fn note_aliases(&mut self, delivery: &Delivery, record: &Record) -> Result<(), Error> {
        let noted = self.aliases.note(&record.aliases, record.place);
        noted.map_err(|(place, cause)| delivery.refused(&Fault { place, cause }))
    }

    /// One more record, or that there is none.
    fn advance(&mut self) -> Result<bool, Error> {
        if let Some(guardianship) = self.guardianships.pop_front() {
            self.pages.guardianship(&guardianship)?;
            return Ok(true);
        }
        let (delivery, mut document) = match self.current.take() {
            Some(current) => current,
            None => match self.waiting.pop_front() {
                Some(delivery) => {
                    let document = delivery.open()?;
                    (delivery, document)
                }
                None => return Ok(false),
            },
        };
        match document.next() {
            Some(record) => {
                let record = record.map_err(|fault| delivery.refused(&fault))?;
                self.take(&delivery, record)?;
                self.current = Some((delivery, document));
            }
            None => self.finish(&delivery)?,
        }
        Ok(true)
    }

    fn take(&mut self, delivery: &Delivery, mut record: Record) -> Result<(), Error> {
        self.note_aliases(delivery, &record)?;
        if matches!(
            (&record.content, record.change),
            (Content::Person(..), Change::Put)
        ) {
            self.persons += 1;
        }
        let (kind, key) = identify(&mut record, &self.aliases, &self.seen);
        if self.stated.holds(kind, &key) {
            return Ok(());
        }
        if !self.seen.add(kind, &key) {
            self.repeats.insert((kind, key));
            if self.repeats.len() > REPEATS {
                let cause = format!("more than {REPEATS} objects are stated twice");
                return Err(delivery.refused(&Fault {
                    place: record.place,
                    cause,
                }));
            }
            return Ok(());
        }
        if delivery.frame.kind == Kind::Changes {
            self.renamed
                .extend(record.aliases.old.iter().map(|old| (kind, old.clone())));
        }
        match (record.change, record.content) {
            (Change::Put, Content::Person(mut person, contacts)) => {
                person.grade = self.grades.of(&person);
                person.contact_only = self.full.then(|| self.grades.is_without(&person));
                self.person(&person, contacts)
            }
            (Change::Put, Content::Unit(unit)) => self.unit(unit, record.place),
            (Change::Put, Content::Member(member)) => {
                if self.organisations.contains(&member.group) {
                    self.pages.affiliation(key, *member, &self.day);
                } else {
                    self.pages.membership(key, *member, &self.day);
                }
                Ok(())
            }
            (Change::Delete, content) => {
                self.delete(key, content);
                Ok(())
            }
        }?;
        if !self.full {
            for old in record.aliases.old {
                let class = match kind {
                    PERSON => PERSON,
                    _ if self.organisations.contains(&record.aliases.key) => ORGANISATION,
                    _ => GROUP,
                };
                self.pages.remove(class, old);
            }
        }
        Ok(())
    }

    fn person(
        &mut self,
        person: &crate::document::Person,
        contacts: Vec<ContactPerson>,
    ) -> Result<(), Error> {
        for mut contact in contacts {
            contact.person = self.aliases.resolve(PERSON, contact.person, &self.seen);
            let guardianship = Guardianship::of(&person.id, contact);
            if !self.guardianships.contains(&guardianship) {
                self.guardianships.push_back(guardianship);
            }
        }
        self.pages.person(person)
    }

    fn unit(&mut self, unit: Unit, place: Place) -> Result<(), Error> {
        match unit {
            Unit::Organisation(organisation) => {
                let number = &organisation.organisation_number;
                if !number.is_empty()
                    && let Some(other) = self.organisation_numbers.insert(number.clone(), place)
                {
                    log::warn(format!(
                        "the organisations at {other} and at {place} have the same organisation number {number}, which \
                         Feide refuses"
                    ));
                }
                self.organisations.insert(organisation.id.clone());
                self.pages.organisation(&organisation)
            }
            Unit::Group(group) => self.pages.group(&group),
            Unit::Gone(_) => Ok(()),
        }
    }

    /// In a full read, what is gone is simply not handed over.
    fn delete(&mut self, key: String, content: Content) {
        let class = match content {
            Content::Person(..) => PERSON,
            Content::Unit(unit) => match unit {
                Unit::Organisation(_) => ORGANISATION,
                Unit::Gone(_) if self.organisations.contains(&key) => ORGANISATION,
                _ => GROUP,
            },
            Content::Member(member) if self.organisations.contains(&member.group) => AFFILIATION,
            Content::Member(_) => MEMBERSHIP,
        };
        if !self.full {
            self.pages.remove(class, key);
        }
    }

    /// The end of a document.
    fn finish(&mut self, delivery: &Delivery) -> Result<(), Error> {
        if delivery.has_changed() {
            return Err(Error::InvalidData {
                place: delivery.name.clone(),
                cause:
                    "the file changed while it was read: deliver it under another name first, then rename it"
                        .into(),
            });
        }
        if delivery.frame.kind == Kind::Full && self.persons == 0 {
            return Err(Error::InvalidData {
                place: delivery.name.clone(),
                cause: "a full file without a single person: an export that went wrong, such as for a school year that has \
                        not begun, is not taken for an empty school"
                    .into(),
            });
        }
        if !self.repeats.is_empty() {
            self.compare_repeats(delivery)?;
        }
        let seen = std::mem::take(&mut self.seen);
        if delivery.frame.kind == Kind::Full {
            // From here on the deltas come newest first, and each is measured against the newer ones only.
            self.stated = Ledger::default();
        } else {
            self.stated.absorb(seen);
            for (kind, old) in self.renamed.drain(..) {
                self.stated.add(kind, &old);
            }
        }
        Ok(())
    }

    /// Reads the document once more to see whether what is stated twice is the same.
    fn compare_repeats(&mut self, delivery: &Delivery) -> Result<(), Error> {
        let mut first: HashMap<Key, (Place, u64)> = HashMap::new();
        let (mut seen, mut folded) = (Ledger::default(), 0_u64);
        for record in delivery.open()? {
            let mut record = record.map_err(|fault| delivery.refused(&fault))?;
            let key = identify(&mut record, &self.aliases, &seen);
            seen.add(key.0, &key.1);
            if !self.repeats.contains(&key) {
                continue;
            }
            let (what, place, content) = (key.0, record.place, fingerprint(&record));
            match first.get(&key) {
                None => {
                    first.insert(key, (place, content));
                }
                Some((_, known)) if *known == content => folded += 1,
                Some((other, _)) => {
                    let cause = format!("the same {what} is stated at {other} already, and differently");
                    return Err(delivery.refused(&Fault { place, cause }));
                }
            }
        }
        if folded < self.repeats.len() as u64 {
            return Err(Error::Internal(
                "two keys of one document have the same hash".into(),
            ));
        }
        log::warn(format!(
            "{}: {folded} objects are stated twice in the same words; each is taken once",
            delivery.name
        ));
        self.repeats.clear();
        Ok(())
    }
}

impl Reader for Roster {
    fn next(&mut self, max: usize) -> Result<Batch, Error> {
        loop {
            if let Some(page) = self.pages.full(max) {
                return Ok(Batch::Page(page));
            }
            if self.advance()? {
                continue;
            }
            if let Some(page) = self.pages.rest() {
                return Ok(Batch::Page(page));
            }
            let cursor = match &self.newest {
                None => self.cursor.take(),
                Some(newest) => {
                    let organisations = std::mem::take(&mut self.organisations).into_iter().collect();
                    serde_json::to_string(&Cursor::after(newest, organisations)).ok()
                }
            };
            return Ok(Batch::Complete(Completion {
                objects: self.pages.counts(),
                cursor,
            }));
        }
    }
}

/// The day of a document's moment.
fn day(delivery: &Delivery) -> String {
    delivery
        .frame
        .datetime
        .text
        .get(..10)
        .unwrap_or_default()
        .to_owned()
}

/// The key of a record, after its references have been led to the keys that count.
fn identify(record: &mut Record, aliases: &Aliases, seen: &Ledger) -> Key {
    match &mut record.content {
        Content::Person(person, _) => (PERSON, person.id.clone()),
        Content::Unit(_) => (GROUP, record.aliases.key.clone()),
        Content::Member(member) => {
            member.person = aliases.resolve(PERSON, std::mem::take(&mut member.person), seen);
            member.group = aliases.resolve(GROUP, std::mem::take(&mut member.group), seen);
            (MEMBERSHIP, member.key())
        }
    }
}

fn fingerprint(record: &Record) -> u64 {
    let mut hasher = DefaultHasher::new();
    (&record.content, record.change).hash(&mut hasher);
    hasher.finish()
}
