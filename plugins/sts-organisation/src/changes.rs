//! Reading what has changed, as an accelerator for cycles during the day.
//!
//! The register lists what was registered since a moment. It does not list what begins or ends by the clock, which it practically always
//! does at midnight: so a cursor lasts for the Danish day of the last full read, and the first read of each day is a full one. Persons that
//! were corrected in place are traced back to their users; addresses cannot be, because a search by one has to name its role and index.
//! What remains is told in the README, and found by that full read.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use jiff::{SignedDuration, Timestamp};
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::description::{BRUGER, ENHED, LEDER, STILLING};
use crate::messages::{Criteria, related};
use crate::moment;
use crate::read::{Managers, View, is_of};
use crate::registration::{Object as Registered, Registration};
use crate::rows;
use crate::service::Service;
use crate::tree;

/// What a cursor begins with: another version of this connector may read other things.
const VERSION: &str = "1";
/// How far a read reaches back before the last one: senders stamp what they write some minutes ago, and clocks differ.
const OVERLAP: SignedDuration = SignedDuration::from_mins(15);
/// More persons than this are not traced back one by one.
const TRACED: usize = 500;

/// From when on changes are read, and when everything was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    since: Timestamp,
    full: Timestamp,
}

impl Cursor {
    /// After a full read that began at this moment.
    pub(crate) fn full(now: Timestamp) -> Self {
        Self {
            since: now,
            full: now,
        }
    }

    /// Reads a cursor.
    ///
    /// # Errors
    /// [`Error::ResyncRequired`] when a full read is due, or the cursor is of another kind.
    pub(crate) fn read(text: &str, now: Timestamp) -> Result<Self, Error> {
        let mut parts = text.split(';');
        let version = parts.next();
        let mut moment = || parts.next().and_then(|part| part.parse::<Timestamp>().ok());
        let (since, full) = (moment(), moment());
        let (Some(VERSION), Some(since), Some(full)) = (version, since, full) else {
            return Err(Error::ResyncRequired(
                "the cursor is of another version of this connector".into(),
            ));
        };
        if moment::day(full) != moment::day(now) || since > now {
            return Err(Error::ResyncRequired(
                "the first read of a day is a full one: what begins and ends by the clock is not told otherwise".into(),
            ));
        }
        Ok(Self { since, full })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION};{};{}", self.since, self.full)
    }
}

/// Reads what has changed since a cursor.
pub(crate) fn read(
    view: View,
    classes: &HashSet<&'static str>,
    cursor: Cursor,
) -> Result<Box<dyn Reader>, Error> {
    let next = Cursor {
        since: view.now,
        full: cursor.full,
    };
    let mut changes = Changes {
        since: cursor.since - OVERLAP,
        view,
        rows: Vec::new(),
        removed: BTreeMap::new(),
    };
    // A register that does not take such searches is read in full.
    changes.collect(classes).map_err(|error| match error {
        Error::Internal(cause) => Error::ResyncRequired(format!("changes cannot be read: {cause}")),
        other => other,
    })?;
    let rows = Reading::new(changes.rows.into_iter().map(Ok))
        .cursor(next.to_string())
        .boxed();
    Ok(Box::new(Ending {
        rows,
        removed: changes.removed.into_iter().collect(),
        complete: None,
    }))
}

struct Changes {
    view: View,
    since: Timestamp,
    rows: Vec<(&'static str, Row)>,
    removed: BTreeMap<&'static str, BTreeSet<String>>,
}

impl Changes {
    fn collect(&mut self, classes: &HashSet<&'static str>) -> Result<(), Error> {
        let wanted = |class: &str| classes.contains(class);
        let functions = wanted(ENHED) || wanted(STILLING) || wanted(LEDER);
        let functions = if functions {
            self.changed_functions()?
        } else {
            Vec::new()
        };
        if wanted(ENHED) {
            self.units(&functions)?;
        }
        if wanted(BRUGER) {
            self.users()?;
        }
        for class in [STILLING, LEDER] {
            if wanted(class) {
                self.functions(class, &functions);
            }
        }
        Ok(())
    }

    /// What of a service was registered since, as far as a relation shows that it is or was the municipality's.
    fn registered(&self, service: Service, owner: Option<&'static str>) -> Result<Vec<Uuid>, Error> {
        let owner = owner.map(|name| related(name, self.view.organisation.uuid, Some(self.yesterday())));
        let criteria = Criteria {
            since: Some(self.since),
            relations: owner.into_iter().collect(),
            ..Criteria::default()
        };
        self.view.register.search(service, &criteria)
    }

    /// The day before: what was ended today held then.
    fn yesterday(&self) -> Timestamp {
        moment::midnight(moment::day(self.view.now).yesterday().unwrap_or_default())
    }

    fn changed_functions(&self) -> Result<Vec<Registered>, Error> {
        let service = Service::OrganisationFunktion;
        let uuids = self.registered(service, Some("TilknyttedeOrganisationer"))?;
        // With those who had it until today, whose objects are gone.
        let mut found = self.view.register.list(service, &uuids, Some(self.yesterday()))?;
        for uuid in uuids {
            if !found.iter().any(|function| function.uuid == uuid) {
                found.push(Registered {
                    uuid,
                    registration: None,
                });
            }
        }
        Ok(found)
    }

    /// The users of persons that were corrected in place.
    fn of_changed_persons(&self) -> Result<Vec<Uuid>, Error> {
        let persons = self.registered(Service::Person, None)?;
        if persons.len() > TRACED {
            return Err(Error::ResyncRequired(format!(
                "{} persons have changed",
                persons.len()
            )));
        }
        let mut users = Vec::new();
        for person in persons {
            let relations = vec![related("TilknyttedePersoner", person, None)];
            let criteria = Criteria {
                relations,
                ..Criteria::default()
            };
            users.extend(self.view.register.search(Service::Bruger, &criteria)?);
        }
        Ok(users)
    }

    fn units(&mut self, functions: &[Registered]) -> Result<(), Error> {
        let view = &self.view;
        let mut changed: HashSet<Uuid> = self
            .registered(Service::OrganisationEnhed, Some("Tilhoerer"))?
            .into_iter()
            .collect();
        // A unit's manager is told with the unit, also the one who was.
        let led = functions
            .iter()
            .filter_map(|function| function.registration.as_ref());
        for function in led.filter(|registration| is_of(registration, LEDER)) {
            changed.extend(all(function, "TilknyttedeEnheder"));
        }
        if changed.is_empty() {
            return Ok(());
        }
        let mut units = tree::read(&view.register, &view.organisation, view.now)?;
        units.retain(|unit| changed.contains(&unit.uuid));
        let managers = self.managers(&units)?;
        for unit in &units {
            changed.remove(&unit.uuid);
        }
        for batch in units.chunks(Service::Bruger.batch()) {
            let found = self.view.units(batch, &managers)?;
            self.rows.extend(found.into_iter().map(|row| (ENHED, row)));
        }
        self.gone(ENHED, changed.into_iter().map(|uuid| uuid.to_string()));
        Ok(())
    }

    fn managers(&self, units: &[Registered]) -> Result<Managers, Error> {
        let mut managers = Managers::new();
        for unit in units {
            let relations = vec![
                related("Funktionstype", crate::names::MANAGER, None),
                related("TilknyttedeEnheder", unit.uuid, None),
            ];
            let criteria = Criteria {
                active: true,
                relations,
                ..Criteria::default()
            };
            let functions = self
                .view
                .register
                .search(Service::OrganisationFunktion, &criteria)?;
            self.view
                .note_managers(&self.view.functions(&functions)?, &mut managers);
        }
        Ok(managers)
    }

    fn users(&mut self) -> Result<(), Error> {
        let mut changed: BTreeSet<Uuid> = self
            .registered(Service::Bruger, Some("Tilhoerer"))?
            .into_iter()
            .collect();
        let own = changed.clone();
        changed.extend(self.of_changed_persons()?);
        let uuids: Vec<Uuid> = changed.into_iter().collect();
        let mut there = HashSet::new();
        for batch in uuids.chunks(Service::Bruger.batch()) {
            for (uuid, row) in self.view.users(batch)? {
                there.insert(uuid);
                self.rows.push((BRUGER, row));
            }
        }
        self.gone(
            BRUGER,
            own.difference(&there.into_iter().collect()).map(Uuid::to_string),
        );
        Ok(())
    }

    fn functions(&mut self, class: &'static str, functions: &[Registered]) {
        for function in functions {
            let rows = self.view.function_rows(function, class);
            let keys: Vec<String> = rows
                .iter()
                .filter_map(|row| Some(row.value("Id")?.as_text()?.to_owned()))
                .collect();
            // Under each key that it has had.
            let mut gone = vec![function.uuid.to_string()];
            if let Some(registration) = &function.registration {
                let users = all(registration, "TilknyttedeBrugere");
                gone.extend(users.map(|user| rows::key(function.uuid, user, false)));
            }
            gone.retain(|key| !keys.contains(key));
            self.gone(class, gone);
            self.rows.extend(rows.into_iter().map(|row| (class, row)));
        }
    }

    fn gone(&mut self, class: &'static str, keys: impl IntoIterator<Item = String>) {
        self.removed.entry(class).or_default().extend(keys);
    }
}

/// Where the relations of a name lead, whenever they hold.
fn all<'a>(registration: &'a Registration, name: &'a str) -> impl Iterator<Item = Uuid> + 'a {
    registration
        .relations
        .iter()
        .filter(move |relation| relation.name == name)
        .filter_map(|relation| relation.uuid())
}

/// Rows, and behind them what is gone.
struct Ending {
    rows: Box<dyn Reader>,
    removed: Vec<(&'static str, BTreeSet<String>)>,
    complete: Option<Completion>,
}

impl Reader for Ending {
    fn next(&mut self, max: usize) -> Result<Batch, Error> {
        if self.complete.is_none() {
            match self.rows.next(max)? {
                Batch::Complete(completion) => self.complete = Some(completion),
                page => return Ok(page),
            }
        }
        while let Some((class, keys)) = self.removed.pop() {
            if !keys.is_empty() {
                return Ok(Batch::Page(Page::removed(class, keys.into_iter().collect())));
            }
        }
        let complete = self.complete.take();
        complete
            .map(Batch::Complete)
            .ok_or_else(|| Error::Internal("a read goes on after its end".into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_lasts_for_a_danish_day() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let cursor = Cursor::full(at("2026-03-02T05:00:00Z"));
        let text = cursor.to_string();
        assert_eq!(Cursor::read(&text, at("2026-03-02T22:59:00Z")).unwrap(), cursor);
        for (text, now) in [
            (&*text, "2026-03-02T23:00:00Z"),
            ("2;x", "2026-03-02T06:00:00Z"),
            ("", "2026-03-02T06:00:00Z"),
        ] {
            assert!(
                matches!(Cursor::read(text, at(now)), Err(Error::ResyncRequired(_))),
                "{text}"
            );
        }
    }
}
