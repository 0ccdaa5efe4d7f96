//! Looks whether the register lets the municipality in, knows its organisation, and shows what there is to see.

use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::messages::{Criteria, related};
use crate::moment;
use crate::organisation::{self, Organisation};
use crate::register::Register;
use crate::registration::{Object, Registration};
use crate::service::Service;
use crate::settings::Settings;

/// Users whose persons are looked at.
const SAMPLE: usize = 50;

pub(crate) fn check(register: &Register, settings: &Settings) -> Vec<Finding> {
    let organisation = match organisation::find(register, settings) {
        Ok(organisation) => organisation,
        Err(error) => return vec![no_organisation(&error)],
    };
    let name = organisation.name.as_deref().unwrap_or("without a name");
    let mut findings = vec![Finding::note(format!(
        "the register lets the municipality in: organisation {name}, {}",
        organisation.uuid
    ))];
    if organisation.root.is_none() {
        findings.push(Finding::warning(
            "the organisation does not say which unit is at the top (Overordnet)",
            "whoever is responsible for the municipality's data in the register sets it; until then there may be one unit without a parent only",
        ));
    }
    match persons(register, &organisation) {
        Ok(persons) => findings.extend(rights(&persons)),
        Err(error) => findings.push(Finding::failure(
            format!("users cannot be read: {error}"),
            "see what the message says; a service agreement for SF1500 has to give the role to read at least",
        )),
    }
    findings
}

fn no_organisation(error: &Error) -> Finding {
    let remedy = match error {
        Error::Unauthorised(_) => {
            "see who can mend it in the message; the need \"organisation\" wants a ws-trust credential whose certificate is registered for this system"
        }
        Error::InvalidSettings(_) => "put the setting right",
        Error::Unreachable(_) | Error::RateLimited(_) => {
            "look whether the address in /url is right and the register is in operation; then try again"
        }
        _ => "look whether the address in /url is that of the register, in version 6",
    };
    Finding::failure(
        format!("the municipality's organisation cannot be read: {error}"),
        remedy,
    )
}

/// The persons of some of the users.
fn persons(register: &Register, organisation: &Organisation) -> Result<Vec<Object>, Error> {
    let now = moment::now();
    let own = related("Tilhoerer", organisation.uuid, None);
    let criteria = Criteria {
        active: true,
        relations: vec![own],
        ..Criteria::default()
    };
    let users = register.search_first(Service::Bruger, &criteria)?;
    let sample = users.get(..SAMPLE.min(users.len())).unwrap_or_default();
    let users = register.list(Service::Bruger, sample, None)?;
    let person = |user: &Object| user.registration.as_ref()?.target_at(now, "TilknyttedePersoner");
    let persons: Vec<Uuid> = users.iter().filter_map(person).collect();
    register.list(Service::Person, &persons, None)
}

/// What can be seen of persons. What nobody has may be hidden, or not be there.
fn rights(persons: &[Object]) -> Vec<Finding> {
    let now = moment::now();
    let shows = |name: &str| {
        let says = |registration: &Registration| registration.text_at(now, name).is_some();
        persons
            .iter()
            .filter_map(|person| person.registration.as_ref())
            .any(says)
    };
    if persons.is_empty() {
        return vec![Finding::note(
            "no user is there yet whose person could be looked at",
        )];
    }
    let mut findings = Vec::new();
    if shows("NavnTekst") {
        findings.push(Finding::note("names of persons can be seen"));
    } else {
        findings.push(Finding::warning(
            "no person shows a name: the data right SeNavn is lacking",
            "the municipality gives the service agreement the data right SeNavn in Fælleskommunalt Administrationsmodul",
        ));
    }
    if !shows("CPR-NummerTekst") {
        findings.push(Finding::warning(
            "no person shows a CPR number: the data right SeCPR-nummer is lacking, or none has been written",
            "where CPR numbers are needed, or names are written, the municipality gives the data right SeCPR-nummer: a number that cannot be seen would be lost with the first change of the name",
        ));
    }
    findings
}
