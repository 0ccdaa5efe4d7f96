//! Addresses: a value is an object of its own, and its owner refers to it with a role.
//!
//! An address that is ours has a UUID that follows from its owner and its role, and is changed in place. One that somebody else made may be
//! referred to by others, so it is never changed: the relation to it ends, and one to ours takes its place.

use uuid::Uuid;

use super::{Stop, put};
use crate::names::{Role, SD, STS, owned};
use crate::pen::Pen;
use crate::put::Writer;
use crate::registration::{Class, Registration, Relation};
use crate::rows::addresses_of;
use crate::service::Service;

/// What is to become of the relation of one role.
#[derive(Debug)]
pub(super) struct Turn {
    /// The relation that holds now is to end.
    end: Option<Relation>,
    /// This one is to begin.
    begin: Option<Relation>,
}

/// Writes the values, and tells what is to become of the owner's relations.
pub(super) fn write(
    writer: &Writer<'_>,
    owner: Uuid,
    kind: Uuid,
    current: Option<&Registration>,
    wanted: &[(&'static Role, Option<&str>)],
    changed: &mut bool,
) -> Result<Vec<Turn>, Stop> {
    let now = writer.pen.now;
    let holding = |role: &Role| {
        let found = current
            .map(|current| addresses_of(current, role.uuid, now))
            .unwrap_or_default();
        found.get(role.place).map(|relation| (*relation).clone())
    };
    let strangers: Vec<Uuid> = wanted
        .iter()
        .filter(|(_, value)| value.is_some())
        .filter_map(|(role, _)| {
            holding(role)?
                .uuid()
                .filter(|uuid| *uuid != owned(owner, role.attribute))
        })
        .collect();
    let strangers = writer.register.list(Service::Adresse, &strangers, None)?;
    let says = |uuid: Option<Uuid>, value: &str| {
        let stranger = strangers.iter().find(|stranger| Some(stranger.uuid) == uuid);
        let registration = stranger.and_then(|stranger| stranger.registration.as_ref());
        registration.is_some_and(|registration| registration.text_at(now, "AdresseTekst") == Some(value))
    };
    let mut turns = Vec::new();
    for (role, value) in wanted {
        let holds = holding(role);
        let Some(value) = value else {
            turns.push(Turn {
                end: holds,
                begin: None,
            });
            continue;
        };
        let uuid = owned(owner, role.attribute);
        let at = holds.as_ref().and_then(Relation::uuid);
        if at != Some(uuid) && says(at, value) {
            continue;
        }
        let key = uuid.to_string();
        let current = writer.read(Service::Adresse, uuid)?;
        let whole = current.is_none();
        put(writer, Service::Adresse, uuid, current, changed, |registration| {
            let key = whole.then_some(Some(key.as_str()));
            writer.pen.texts(
                registration,
                &[
                    (SD, "BrugervendtNoegleTekst", key),
                    (STS, "AdresseTekst", Some(Some(value))),
                ],
            );
        })?;
        if at != Some(uuid) {
            let begin = relation(&writer.pen, uuid, role, kind);
            turns.push(Turn {
                end: holds,
                begin: Some(begin),
            });
        }
    }
    Ok(turns)
}

fn relation(pen: &Pen, address: Uuid, role: &Role, kind: Uuid) -> Relation {
    let mut relation = Relation::to("Adresser", address, pen.virkning());
    relation.role = Some(Class::of(role.uuid));
    relation.kind = Some(Class::of(kind));
    // Of several in one role, the index tells the order; the first letter is what others sort by.
    let index = owned(address, "Indeks").to_string();
    let rest = index.get(1..).unwrap_or_default();
    relation.index = Some(format!("{}{rest}", role.place + 1));
    relation
}

/// Does to the owner's relations what has been found out.
pub(super) fn turn(pen: &Pen, registration: &mut Registration, turns: &[Turn]) {
    for end in turns.iter().filter_map(|turn| turn.end.as_ref()) {
        pen.end_all(registration, |relation| relation == end);
    }
    registration
        .relations
        .extend(turns.iter().filter_map(|turn| turn.begin.clone()));
}
