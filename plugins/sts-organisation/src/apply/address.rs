//! Addresses: a value is an object of its own, and its owner refers to it with a role. Of several in one role, Indeks tells the order.
//!
//! An address that is ours has a UUID that follows from its owner and its attribute, and is changed in place. One that somebody else made
//! may be referred to by others, so it is never changed: when it says something else the relation to it ends, and one to ours takes its
//! place. The attributes of a role stand for all that is in it: what is there beside them ends.

use samklang_sdk::prelude::*;
use uuid::Uuid;

use super::{Stop, put};
use crate::names::{Role, SD, STS, owned};
use crate::pen::Pen;
use crate::put::Writer;
use crate::registration::{Class, Registration, Relation};
use crate::rows::addresses_of;
use crate::service::Service;

/// What is to become of the owner's relations.
#[derive(Debug, Default)]
pub(super) struct Turn {
    end: Vec<Relation>,
    begin: Vec<Relation>,
}

/// The owner of addresses, as it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner<'a> {
    pub(super) uuid: Uuid,
    /// The type of its addresses.
    pub(super) kind: Uuid,
    /// All roles that it has attributes for.
    pub(super) roles: &'static [Role],
    pub(super) current: Option<&'a Registration>,
}

/// An attribute, and what it shall be.
type Wanted<'a> = (&'static Role, Option<&'a str>);

/// Writes the values, and tells what is to become of the owner's relations.
pub(super) fn write(
    writer: &Writer<'_>,
    owner: Owner<'_>,
    wanted: &[Wanted<'_>],
    changed: &mut bool,
) -> Result<Turn, Stop> {
    let mut turn = Turn::default();
    let strangers = strangers(writer, owner, wanted)?;
    let mut done: Vec<Uuid> = Vec::new();
    for (role, _) in wanted {
        if done.contains(&role.uuid) {
            continue;
        }
        done.push(role.uuid);
        let of_role: Vec<Wanted<'_>> = wanted
            .iter()
            .filter(|(other, _)| other.uuid == role.uuid)
            .copied()
            .collect();
        let place = Place {
            writer,
            owner,
            strangers: &strangers,
            wanted: &of_role,
        };
        place.turn(&mut turn);
    }
    for (role, value) in wanted {
        let uuid = owned(owner.uuid, role.attribute);
        let is_ours = |relation: &Relation| relation.uuid() == Some(uuid);
        let stays = held(writer, owner, role.uuid).iter().any(is_ours) && !turn.end.iter().any(is_ours);
        if let Some(value) = value.filter(|_| stays || turn.begin.iter().any(is_ours)) {
            object(writer, uuid, value, changed)?;
        }
    }
    Ok(turn)
}

/// Brings an address of ours to a value.
fn object(writer: &Writer<'_>, uuid: Uuid, value: &str, changed: &mut bool) -> Result<(), Stop> {
    let own_key = uuid.to_string();
    let current = writer.read(Service::Adresse, uuid)?;
    let key = current.is_none().then_some(Some(own_key.as_str()));
    put(writer, Service::Adresse, uuid, current, changed, |registration| {
        let texts = [
            (SD, "BrugervendtNoegleTekst", key),
            (STS, "AdresseTekst", Some(Some(value))),
        ];
        writer.pen.texts(registration, &texts);
    })
}

/// The relations of a role that hold, in their order.
fn held(writer: &Writer<'_>, owner: Owner<'_>, role: Uuid) -> Vec<Relation> {
    let found = owner
        .current
        .map(|current| addresses_of(current, role, writer.pen.now));
    found.unwrap_or_default().into_iter().cloned().collect()
}

/// What the addresses say that are not ours, by UUID.
fn strangers(
    writer: &Writer<'_>,
    owner: Owner<'_>,
    wanted: &[Wanted<'_>],
) -> Result<Vec<(Uuid, String)>, Error> {
    let mut uuids: Vec<Uuid> = Vec::new();
    for (role, _) in wanted.iter().filter(|(_, value)| value.is_some()) {
        uuids.extend(held(writer, owner, role.uuid).iter().filter_map(Relation::uuid));
    }
    uuids.retain(|uuid| {
        !owner
            .roles
            .iter()
            .any(|role| owned(owner.uuid, role.attribute) == *uuid)
    });
    uuids.sort_unstable();
    uuids.dedup();
    let found = writer.register.list(Service::Adresse, &uuids, None)?.into_iter();
    let value = |address: crate::registration::Object| {
        let value = address
            .registration?
            .text_at(writer.pen.now, "AdresseTekst")?
            .to_owned();
        Some((address.uuid, value))
    };
    Ok(found.filter_map(value).collect())
}

/// One role of an owner.
struct Place<'a> {
    writer: &'a Writer<'a>,
    owner: Owner<'a>,
    strangers: &'a [(Uuid, String)],
    wanted: &'a [Wanted<'a>],
}

impl Place<'_> {
    /// Adds what is to become of the relations of this role.
    fn turn(&self, turn: &mut Turn) {
        let Some(role) = self.wanted.first().map(|(role, _)| role.uuid) else {
            return;
        };
        let held = held(self.writer, self.owner, role);
        let kept = self.kept(role, &held);
        let mut chosen = self.at_hand(&held);
        if !self.reads_right(&kept, chosen.as_deref().unwrap_or_default()) {
            chosen = None;
        }
        let chosen = chosen.unwrap_or_else(|| self.anew(&kept, &held));
        let stays = |relation: &Relation| kept.contains(relation) || chosen.contains(relation);
        turn.end
            .extend(held.iter().filter(|relation| !stays(relation)).cloned());
        turn.begin
            .extend(chosen.iter().filter(|relation| !held.contains(relation)).cloned());
    }

    /// What attributes stand for that the mapping is silent of. A second address without a first one is none.
    fn kept(&self, role: Uuid, held: &[Relation]) -> Vec<Relation> {
        let silent = self.owner.roles.iter().filter(|known| {
            known.uuid == role
                && !self
                    .wanted
                    .iter()
                    .any(|(wanted, _)| wanted.attribute == known.attribute)
        });
        if self
            .wanted
            .iter()
            .any(|(role, value)| role.place == 0 && value.is_none())
        {
            return Vec::new();
        }
        let ours = |relation: &Relation| {
            self.wanted
                .iter()
                .any(|(role, _)| relation.uuid() == Some(owned(self.owner.uuid, role.attribute)))
        };
        let places = silent.filter_map(|role| held.get(role.place));
        places.filter(|relation| !ours(relation)).cloned().collect()
    }

    /// The relations that would do, when all of them are there or can be added behind or before what is kept.
    fn at_hand(&self, held: &[Relation]) -> Option<Vec<Relation>> {
        let mut chosen = Vec::new();
        for (role, value) in self.wanted {
            let Some(value) = value else { continue };
            let says = |relation: &&Relation| {
                self.strangers
                    .iter()
                    .any(|(uuid, said)| relation.uuid() == Some(*uuid) && said == value)
            };
            let own = owned(self.owner.uuid, role.attribute);
            let ours = || held.iter().find(|relation| relation.uuid() == Some(own));
            chosen.push(held.get(role.place).filter(says).or_else(ours)?.clone());
        }
        Some(chosen)
    }

    /// With these, each attribute is read where it is.
    fn reads_right(&self, kept: &[Relation], chosen: &[Relation]) -> bool {
        let mut all: Vec<&Relation> = kept.iter().chain(chosen).collect();
        all.sort_by_key(|relation| (relation.index.as_deref().unwrap_or_default(), relation.uuid()));
        let wanted = self.wanted.iter().filter(|(_, value)| value.is_some());
        wanted
            .zip(chosen)
            .all(|((role, _), relation)| all.get(role.place) == Some(&relation))
    }

    /// Relations to addresses of ours, in the order of their attributes.
    fn anew(&self, kept: &[Relation], held: &[Relation]) -> Vec<Relation> {
        let wanted = self.wanted.iter().filter(|(_, value)| value.is_some());
        wanted
            .map(|(role, _)| {
                let address = owned(self.owner.uuid, role.attribute);
                let mut relation = Relation::to("Adresser", address, self.writer.pen.virkning());
                relation.role = Some(Class::of(role.uuid));
                relation.kind = Some(Class::of(self.owner.kind));
                relation.index = Some(index(address, role.place, kept));
                // One that holds already goes on.
                let same = |held: &&Relation| held.uuid() == Some(address) && held.index == relation.index;
                held.iter().find(same).cloned().unwrap_or(relation)
            })
            .collect()
    }
}

/// An index that puts an address in its place: 1 for the first and 2 for the second to begin with, as the register's other senders
/// write it, unless what is kept is numbered otherwise.
fn index(address: Uuid, place: usize, kept: &[Relation]) -> String {
    let plain = owned(address, "Indeks").to_string();
    let plain = format!("{}{}", place + 1, plain.get(1..).unwrap_or_default());
    let mut others = kept
        .iter()
        .map(|relation| relation.index.as_deref().unwrap_or_default());
    match place {
        0 if others.all(|other| other > plain.as_str()) => plain,
        0 => String::new(),
        _ => match others.max() {
            Some(last) if last >= plain.as_str() => format!("{last}~"),
            _ => plain,
        },
    }
}

/// Does to the owner's relations what has been found out.
pub(super) fn turn(pen: &Pen, registration: &mut Registration, turn: &Turn) {
    for end in &turn.end {
        pen.end_all(registration, |relation| relation == end);
    }
    registration.relations.extend(turn.begin.iter().cloned());
}
