//! Rows of the four classes, as of one moment.

use std::collections::HashMap;

use jiff::Timestamp;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use crate::membership::Membership;
use crate::names::{self, Role, UNIT_ROLES, USER_ROLES, USER_TYPES};
use crate::registration::{Reference, Registration, Relation};

/// Values of addresses, by the UUID of the address.
pub(crate) type Addresses = HashMap<Uuid, String>;

/// Whether an object belongs to the municipality.
pub(crate) fn belongs(registration: &Registration, organisation: Uuid, now: Timestamp) -> bool {
    registration
        .relations_at(now, "Tilhoerer")
        .any(|relation| relation.uuid() == Some(organisation))
}

/// The relations to addresses of a role that hold, in the order of their Indeks.
pub(crate) fn addresses_of(registration: &Registration, role: Uuid, now: Timestamp) -> Vec<&Relation> {
    let of_role =
        |relation: &&Relation| relation.role.as_ref().and_then(|known| known.reference.uuid()) == Some(role);
    let mut found: Vec<&Relation> = registration
        .relations_at(now, "Adresser")
        .filter(of_role)
        .collect();
    found.sort_by_key(|relation| (relation.index.as_deref().unwrap_or_default(), relation.uuid()));
    found
}

/// The UUIDs of all addresses that an object refers to.
pub(crate) fn address_uuids(registration: &Registration, now: Timestamp) -> impl Iterator<Item = Uuid> {
    registration
        .relations_at(now, "Adresser")
        .filter_map(Relation::uuid)
}

fn push_addresses(
    row: &mut Row,
    roles: &[Role],
    registration: &Registration,
    addresses: &Addresses,
    now: Timestamp,
) {
    for role in roles {
        let found = addresses_of(registration, role.uuid, now);
        let relation = found.get(role.place).and_then(|relation| relation.uuid());
        let value = relation.and_then(|uuid| addresses.get(&uuid)).cloned();
        row.push(role.attribute, value);
    }
}

/// What kind of unit it is: Afdeling, Team, or whatever the reference says.
pub(crate) fn kind_of_unit(registration: &Registration, now: Timestamp) -> Option<String> {
    let reference = registration
        .relations_at(now, "Enhedstype")
        .find_map(|relation| relation.reference.as_ref())?;
    Some(match (reference.uuid(), reference) {
        (Some(names::AFDELING), _) => "Afdeling".to_owned(),
        (Some(names::TEAM), _) => "Team".to_owned(),
        (Some(uuid), _) => uuid.to_string(),
        (None, Reference::Urn(urn)) => urn.clone(),
        (None, Reference::Uuid(uuid)) => uuid.to_string(),
    })
}

fn uuids<'a>(relations: impl Iterator<Item = &'a Relation>) -> Vec<String> {
    let mut found: Vec<String> = relations
        .filter_map(Relation::uuid)
        .map(|uuid| uuid.to_string())
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// A task of KLE that the unit is responsible for.
pub(crate) fn is_responsibility(relation: &Relation) -> bool {
    let role = relation.role.as_ref().and_then(|role| role.reference.uuid());
    role.is_none_or(|role| role == names::RESPONSIBLE)
}

/// A unit. Its manager is told besides, since it is no part of the object.
pub(crate) fn unit(
    uuid: Uuid,
    registration: &Registration,
    addresses: &Addresses,
    manager: Option<Uuid>,
    now: Timestamp,
) -> Row {
    let mut row = Row::new()
        .with("UUID", uuid.to_string())
        .with(
            "EnhedNavn",
            registration.text_at(now, "EnhedNavn").map(str::to_owned),
        )
        .with(
            "BrugervendtNoegle",
            registration
                .text_at(now, "BrugervendtNoegleTekst")
                .map(str::to_owned),
        )
        .with(
            "Overordnet",
            registration
                .target_at(now, "Overordnet")
                .map(|uuid| uuid.to_string()),
        )
        .with("Enhedstype", kind_of_unit(registration, now));
    push_addresses(&mut row, UNIT_ROLES, registration, addresses, now);
    let tasks = registration
        .relations_at(now, "Opgaver")
        .filter(|relation| is_responsibility(relation));
    row.with("Opgaver", uuids(tasks))
        .with(
            "ItSystemer",
            uuids(registration.relations_at(now, "TilknyttedeItSystemer")),
        )
        .with("Leder", manager.map(|manager| manager.to_string()))
}

/// A user, with the person merged in.
pub(crate) fn user(
    uuid: Uuid,
    registration: &Registration,
    person: Option<(Uuid, Option<&Registration>)>,
    addresses: &Addresses,
    now: Timestamp,
) -> Row {
    let of_person = |name: &str| {
        let registration = person.as_ref().and_then(|(_, registration)| *registration)?;
        registration.text_at(now, name).map(str::to_owned)
    };
    let kind = registration.target_at(now, "BrugerTyper").map(|kind| {
        let known = USER_TYPES.iter().find(|(_, uuid)| *uuid == kind);
        known.map_or_else(|| kind.to_string(), |(word, _)| (*word).to_owned())
    });
    let mut row = Row::new()
        .with("UUID", uuid.to_string())
        .with(
            "BrugerNavn",
            registration.text_at(now, "BrugerNavn").map(str::to_owned),
        )
        .with(
            "BrugervendtNoegle",
            registration
                .text_at(now, "BrugervendtNoegleTekst")
                .map(str::to_owned),
        )
        .with("Brugertype", kind)
        .with(
            "PersonUUID",
            person.as_ref().map(|(person, _)| person.to_string()),
        )
        .with("Navn", of_person("NavnTekst"))
        .with("CPR", of_person("CPR-NummerTekst"));
    push_addresses(&mut row, USER_ROLES, registration, addresses, now);
    row
}

/// The objects of a function: one for each of its users.
pub(crate) fn functions(
    uuid: Uuid,
    registration: &Registration,
    memberships: &[Membership],
    named: bool,
    now: Timestamp,
) -> Vec<Row> {
    let alone = memberships.len() == 1;
    // What is still to come has its Egenskab then.
    let text = |at: Timestamp, name: &str| registration.text_at(at.max(now), name).map(str::to_owned);
    let row = |member: &Membership| {
        let mut row = Row::new()
            .with("Id", key(uuid, member.user, alone))
            .with("UUID", alone.then(|| uuid.to_string()));
        if named {
            row.push("FunktionNavn", text(member.from, "FunktionNavn"));
        }
        row.with("BrugervendtNoegle", text(member.from, "BrugervendtNoegleTekst"))
            .with("Enhed", member.unit.map(|unit| unit.to_string()))
            .with("Bruger", member.user.to_string())
            .with("Fra", member.first_day())
            .with("Til", member.last_day())
    };
    memberships.iter().map(row).collect()
}

/// The key of a function's object: the function's UUID, with the user's where there are several.
pub(crate) fn key(function: Uuid, user: Uuid, alone: bool) -> String {
    if alone {
        function.to_string()
    } else {
        format!("{function}/{user}")
    }
}

/// The function, and the user where one is named, of a key.
pub(crate) fn read_key(key: &str) -> Option<(Uuid, Option<Uuid>)> {
    match key.split_once('/') {
        Some((function, user)) => Some((Uuid::try_parse(function).ok()?, Some(Uuid::try_parse(user).ok()?))),
        None => Some((Uuid::try_parse(key).ok()?, None)),
    }
}
