//! The municipality's units: those of the hierarchy that are its own, Aktiv, and hang below the unit at the top.
//!
//! Other trees are left out, and so are units of others. A parent that the pages do not have is asked for by itself before its subtree is
//! taken for another tree.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use samklang_sdk::log;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::organisation::Organisation;
use crate::register::Register;
use crate::registration::{Object, Registration};
use crate::rows::belongs;
use crate::service::Service;

/// The units, in the order of their UUIDs.
pub(crate) fn read(
    register: &Register,
    organisation: &Organisation,
    now: Timestamp,
) -> Result<Vec<Object>, Error> {
    let mut units = Units {
        organisation: organisation.uuid,
        now,
        own: HashMap::new(),
        others: HashSet::new(),
    };
    register.hierarchy(|unit| units.take(unit))?;
    loop {
        let missing = units.missing_parents();
        if missing.is_empty() {
            break;
        }
        for unit in register.list(Service::OrganisationEnhed, &missing, None)? {
            units.take(unit);
        }
        // What does not come either is not there.
        for uuid in missing {
            if !units.own.contains_key(&uuid) {
                units.others.insert(uuid);
            }
        }
    }
    // Before anybody has written anything there is no top.
    if organisation.root.is_none() && units.own.is_empty() && units.others.is_empty() {
        log::info("the register has no unit of the municipality yet");
        return Ok(Vec::new());
    }
    let top = top(organisation, &units)?;
    Ok(units.below(top))
}

struct Units {
    organisation: Uuid,
    now: Timestamp,
    own: HashMap<Uuid, Registration>,
    others: HashSet<Uuid>,
}

impl Units {
    fn take(&mut self, unit: Object) {
        match unit.registration {
            Some(registration)
                if registration.is_active_at(self.now)
                    && belongs(&registration, self.organisation, self.now) =>
            {
                self.own.insert(unit.uuid, registration);
            }
            _ => {
                self.others.insert(unit.uuid);
            }
        }
    }

    fn parent(&self, uuid: Uuid) -> Option<Uuid> {
        self.own
            .get(&uuid)?
            .target_at(self.now, "Overordnet")
            .filter(|parent| *parent != uuid)
    }

    fn missing_parents(&self) -> Vec<Uuid> {
        let parents = self.own.keys().filter_map(|uuid| self.parent(*uuid));
        let missing: HashSet<Uuid> = parents
            .filter(|parent| !self.own.contains_key(parent) && !self.others.contains(parent))
            .collect();
        let mut missing: Vec<Uuid> = missing.into_iter().collect();
        missing.sort_unstable();
        missing
    }

    /// The units below one, itself included.
    fn below(mut self, top: Uuid) -> Vec<Object> {
        let mut within: HashMap<Uuid, bool> = HashMap::from([(top, true)]);
        for uuid in self.own.keys() {
            // A circle ends where it meets its own path.
            let mut path = Vec::new();
            let mut at = Some(*uuid);
            let is_within = loop {
                match at {
                    None => break false,
                    Some(uuid) => match within.get(&uuid) {
                        Some(known) => break *known,
                        None if path.contains(&uuid) || !self.own.contains_key(&uuid) => break false,
                        None => path.push(uuid),
                    },
                }
                at = at.and_then(|uuid| self.parent(uuid));
            };
            within.extend(path.into_iter().map(|uuid| (uuid, is_within)));
        }
        let all = self.own.len();
        self.own
            .retain(|uuid, _| within.get(uuid).copied().unwrap_or_default());
        let left_out = all - self.own.len();
        if left_out > 0 {
            log::warn(format!(
                "{left_out} active units do not hang below the municipality's top unit and are left out"
            ));
        }
        let units = self.own.into_iter();
        let mut units: Vec<Object> = units
            .map(|(uuid, registration)| Object {
                uuid,
                registration: Some(registration),
            })
            .collect();
        units.sort_unstable_by_key(|unit| unit.uuid);
        units
    }
}

/// The unit at the top. Several units may be without a parent; the Organisation says which one counts.
fn top(organisation: &Organisation, units: &Units) -> Result<Uuid, Error> {
    let place = "organisationsystem/fremsoegobjekthierarki";
    if let Some(root) = organisation.root {
        if units.own.contains_key(&root) {
            return Ok(root);
        }
        let cause = format!(
            "the top unit {root} that the organisation names is not among its active units: whoever is responsible for the municipality's data in the register puts it right"
        );
        return Err(Error::invalid_data(place, cause));
    }
    let mut roots = units.own.keys().filter(|uuid| units.parent(**uuid).is_none());
    match (roots.next(), roots.next()) {
        (Some(root), None) => Ok(*root),
        (None, _) => Err(Error::invalid_data(
            place,
            "the municipality has no active unit without a parent",
        )),
        (Some(_), Some(_)) => Err(Error::invalid_data(
            place,
            "several units have no parent, and the organisation does not say which one is at the top (Overordnet): whoever is responsible for the municipality's data in the register puts it right",
        )),
    }
}
