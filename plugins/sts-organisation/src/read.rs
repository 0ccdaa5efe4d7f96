//! Reading in full: first what there is, by hierarchy and searches, then what it is like, a batch at a time. Only UUIDs and the units'
//! registrations are kept; everything else is handed over as it comes.

use std::collections::{HashMap, HashSet, VecDeque};

use jiff::Timestamp;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::description::{BRUGER, ENHED, LEDER, STILLING};
use crate::membership;
use crate::messages::{Criteria, related};
use crate::names;
use crate::organisation::Organisation;
use crate::register::Register;
use crate::registration::{Object, Registration};
use crate::rows::{self, Addresses};
use crate::service::Service;
use crate::tree;

/// Units that are handed over together: about as many addresses as one `list` takes.
const UNITS: usize = 12;

/// What reads need to know.
#[derive(Debug, Clone)]
pub(crate) struct View {
    pub(crate) register: Register,
    pub(crate) organisation: Organisation,
    pub(crate) now: Timestamp,
    pub(crate) future: bool,
}

/// The managers of units: of several, the first by UUID.
pub(crate) type Managers = HashMap<Uuid, Uuid>;

impl View {
    fn from(&self) -> Option<Timestamp> {
        self.future.then_some(self.now)
    }

    /// Values of addresses.
    pub(crate) fn addresses(&self, uuids: impl Iterator<Item = Uuid>) -> Result<Addresses, Error> {
        let mut uuids: Vec<Uuid> = uuids.collect();
        uuids.sort_unstable();
        uuids.dedup();
        let found = self.register.list(Service::Adresse, &uuids, None)?.into_iter();
        let value = |address: Object| {
            let value = address
                .registration?
                .text_at(self.now, "AdresseTekst")?
                .to_owned();
            Some((address.uuid, value))
        };
        Ok(found.filter_map(value).collect())
    }

    /// Rows of units that count.
    pub(crate) fn units(&self, units: &[Object], managers: &Managers) -> Result<Vec<Row>, Error> {
        let registrations = units
            .iter()
            .filter_map(|unit| Some((unit.uuid, unit.registration.as_ref()?)));
        let addresses = registrations
            .clone()
            .flat_map(|(_, unit)| rows::address_uuids(unit, self.now));
        let addresses = self.addresses(addresses)?;
        let row = |(uuid, unit): (Uuid, &Registration)| {
            rows::unit(uuid, unit, &addresses, managers.get(&uuid).copied(), self.now)
        };
        Ok(registrations.map(row).collect())
    }

    /// Users that are there, with their rows. Others are left out.
    pub(crate) fn users(&self, uuids: &[Uuid]) -> Result<Vec<(Uuid, Row)>, Error> {
        let mut users = self.register.list(Service::Bruger, uuids, None)?;
        users.retain(|user| self.counts(user));
        let registrations = || {
            users
                .iter()
                .filter_map(|user| Some((user.uuid, user.registration.as_ref()?)))
        };
        let mut persons: Vec<Uuid> = registrations()
            .filter_map(|(_, user)| user.target_at(self.now, "TilknyttedePersoner"))
            .collect();
        persons.sort_unstable();
        persons.dedup();
        let persons = self.register.list(Service::Person, &persons, None)?.into_iter();
        let persons: HashMap<Uuid, Registration> = persons
            .filter_map(|person| Some((person.uuid, person.registration?)))
            .collect();
        let addresses = registrations().flat_map(|(_, user)| rows::address_uuids(user, self.now));
        let addresses = self.addresses(addresses)?;
        let row = |(uuid, user): (Uuid, &Registration)| {
            let person = user.target_at(self.now, "TilknyttedePersoner");
            let person = person.map(|person| (person, persons.get(&person)));
            (uuid, rows::user(uuid, user, person, &addresses, self.now))
        };
        Ok(registrations().map(row).collect())
    }

    /// It is the municipality's, and Aktiv.
    pub(crate) fn counts(&self, object: &Object) -> bool {
        object.registration.as_ref().is_some_and(|registration| {
            registration.is_active_at(self.now)
                && rows::belongs(registration, self.organisation.uuid, self.now)
        })
    }

    /// Functions by UUID, with what is still to come where that counts.
    pub(crate) fn functions(&self, uuids: &[Uuid]) -> Result<Vec<Object>, Error> {
        self.register
            .list(Service::OrganisationFunktion, uuids, self.from())
    }

    /// Rows of a function, when it is of the class.
    pub(crate) fn function_rows(&self, function: &Object, class: &str) -> Vec<Row> {
        let Some(registration) = &function.registration else {
            return Vec::new();
        };
        if !is_of(registration, class) {
            return Vec::new();
        }
        let members = membership::of(registration, self.now, self.future);
        rows::functions(function.uuid, registration, &members, class == STILLING, self.now)
    }

    /// The UUIDs of all users.
    fn all_users(&self) -> Result<Vec<Uuid>, Error> {
        let own = related("Tilhoerer", self.organisation.uuid, None);
        let criteria = Criteria {
            active: true,
            relations: vec![own],
            ..Criteria::default()
        };
        self.register.search(Service::Bruger, &criteria)
    }

    /// The UUIDs of all functions of a class. What is still to come need not be Aktiv yet.
    fn all_functions(&self, class: &str) -> Result<Vec<Uuid>, Error> {
        let relations = vec![
            related("Funktionstype", type_of(class), self.from()),
            related("TilknyttedeOrganisationer", self.organisation.uuid, self.from()),
        ];
        let criteria = Criteria {
            active: !self.future,
            relations,
            ..Criteria::default()
        };
        self.register.search(Service::OrganisationFunktion, &criteria)
    }

    /// Who leads which unit now, of these functions.
    pub(crate) fn note_managers(&self, functions: &[Object], managers: &mut Managers) {
        let led = functions
            .iter()
            .filter_map(|function| function.registration.as_ref());
        for registration in led.filter(|registration| is_of(registration, LEDER)) {
            for member in membership::of(registration, self.now, false) {
                if let Some(unit) = member.unit {
                    let first = managers.entry(unit).or_insert(member.user);
                    *first = member.user.min(*first);
                }
            }
        }
    }
}

/// The Funktionstype of a class.
pub(crate) fn type_of(class: &str) -> Uuid {
    if class == LEDER {
        names::MANAGER
    } else {
        names::POSITION
    }
}

/// A function is of a class, at whatever time.
pub(crate) fn is_of(registration: &Registration, class: &str) -> bool {
    let mut types = registration
        .relations
        .iter()
        .filter(|relation| relation.name == "Funktionstype");
    types.any(|relation| relation.uuid() == Some(type_of(class)))
}

/// What is to be read next.
enum Stage {
    Managers { units: bool, rows: bool },
    Tree(Managers),
    Units(Vec<Object>, Managers),
    AllUsers,
    Users(Vec<Uuid>),
    AllPositions,
    Positions(Vec<Uuid>),
}

/// A read that is under way: an iterator over rows. After an error it gives nothing more.
pub(crate) struct Walk {
    view: View,
    stages: VecDeque<Stage>,
    rows: VecDeque<(&'static str, Row)>,
}

impl Walk {
    pub(crate) fn new(view: View, classes: &HashSet<&'static str>) -> Self {
        let wanted = |class: &str| classes.contains(class);
        let mut stages = VecDeque::new();
        if wanted(ENHED) || wanted(LEDER) {
            // A unit's manager is told with the unit.
            stages.push_back(Stage::Managers {
                units: wanted(ENHED),
                rows: wanted(LEDER),
            });
        }
        if wanted(BRUGER) {
            stages.push_back(Stage::AllUsers);
        }
        if wanted(STILLING) {
            stages.push_back(Stage::AllPositions);
        }
        Self {
            view,
            stages,
            rows: VecDeque::new(),
        }
    }

    fn step(&mut self, stage: Stage) -> Result<(), Error> {
        let view = &self.view;
        match stage {
            Stage::Managers { units, rows } => {
                let mut managers = Managers::new();
                let uuids = view.all_functions(LEDER)?;
                for batch in uuids.chunks(Service::OrganisationFunktion.batch()) {
                    let functions = view.functions(batch)?;
                    view.note_managers(&functions, &mut managers);
                    if rows {
                        let found = functions
                            .iter()
                            .flat_map(|function| view.function_rows(function, LEDER));
                        self.rows.extend(found.map(|row| (LEDER, row)));
                    }
                }
                if units {
                    self.stages.push_front(Stage::Tree(managers));
                }
            }
            Stage::Tree(managers) => {
                let mut units = tree::read(&view.register, &view.organisation, view.now)?;
                // They are taken from the end.
                units.reverse();
                self.stages.push_front(Stage::Units(units, managers));
            }
            Stage::Units(mut units, managers) => {
                let batch = units.split_off(units.len().saturating_sub(UNITS));
                let found = view.units(&batch, &managers)?;
                self.rows.extend(found.into_iter().map(|row| (ENHED, row)));
                if !units.is_empty() {
                    self.stages.push_front(Stage::Units(units, managers));
                }
            }
            Stage::AllUsers => {
                let mut uuids = view.all_users()?;
                uuids.reverse();
                self.stages.push_front(Stage::Users(uuids));
            }
            Stage::Users(mut uuids) => {
                let batch = uuids.split_off(uuids.len().saturating_sub(Service::Bruger.batch()));
                let found = view.users(&batch)?;
                self.rows.extend(found.into_iter().map(|(_, row)| (BRUGER, row)));
                if !uuids.is_empty() {
                    self.stages.push_front(Stage::Users(uuids));
                }
            }
            Stage::AllPositions => {
                let mut uuids = view.all_functions(STILLING)?;
                uuids.reverse();
                self.stages.push_front(Stage::Positions(uuids));
            }
            Stage::Positions(mut uuids) => {
                let batch =
                    uuids.split_off(uuids.len().saturating_sub(Service::OrganisationFunktion.batch()));
                let functions = view.functions(&batch)?;
                let found = functions
                    .iter()
                    .flat_map(|function| view.function_rows(function, STILLING));
                self.rows.extend(found.map(|row| (STILLING, row)));
                if !uuids.is_empty() {
                    self.stages.push_front(Stage::Positions(uuids));
                }
            }
        }
        Ok(())
    }
}

impl Iterator for Walk {
    type Item = Result<(&'static str, Row), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.rows.pop_front() {
                return Some(Ok(row));
            }
            let stage = self.stages.pop_front()?;
            if let Err(error) = self.step(stage) {
                self.stages.clear();
                self.rows.clear();
                return Some(Err(error));
            }
        }
    }
}
