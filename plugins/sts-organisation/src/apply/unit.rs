//! Units: their addresses first, then the unit itself.

use samklang_sdk::prelude::*;
use uuid::Uuid;

use super::address::{self, Owner};
use super::{Stop, put, settled, uuid};
use crate::names::{self, SD, UNIT_ROLES};
use crate::put::Writer;
use crate::registration::{Class, Reference, Registration, Relation};
use crate::rows::{addresses_of, is_responsibility};
use crate::rules::{Desired, refuse};
use crate::service::Service;

/// What Enhedstype the word of the class means.
fn kind(text: &str) -> Result<Uuid, Rejection> {
    if text.eq_ignore_ascii_case("Afdeling") {
        return Ok(names::AFDELING);
    }
    if text.eq_ignore_ascii_case("Team") {
        return Ok(names::TEAM);
    }
    Uuid::try_parse(text).map_err(|_| refuse("Enhedstype", "Enhedstype is Afdeling, Team or a UUID"))
}

pub(super) fn write(writer: &Writer<'_>, operation: &Operation) -> Result<Outcome, Stop> {
    let uuid = uuid(operation)?;
    let desired = Desired(operation);
    let name = desired.required("EnhedNavn")?;
    let key = desired.key()?;
    let parent = desired.uuid("Overordnet")?;
    if parent == Some(Some(uuid)) {
        return Err(refuse("Overordnet", "a unit cannot be its own parent").into());
    }
    let kind = desired
        .text("Enhedstype")?
        .map(|text| text.map(kind).transpose())
        .transpose()?;
    let tasks = desired.uuids("Opgaver")?;
    let systems = desired.uuids("ItSystemer")?;
    let addresses = desired.addresses(UNIT_ROLES)?;
    let given = |attribute: &str| {
        addresses
            .iter()
            .find(|(role, _)| role.attribute == attribute)
            .map(|(_, value)| *value)
    };
    let current = writer.read(Service::OrganisationEnhed, uuid)?;
    let first = has_post(current.as_ref(), uuid, writer);
    let has_first = given("Post").map_or(first, |post| post.is_some());
    if given("PostSecondary").flatten().is_some() && !has_first {
        return Err(refuse("PostSecondary", "PostSecondary needs Post").into());
    }
    let mut changed = false;
    let owner = Owner {
        uuid,
        kind: names::UNIT_ADDRESS,
        roles: UNIT_ROLES,
        current: current.as_ref(),
    };
    let turn = address::write(writer, owner, &addresses, &mut changed)?;
    let own_key = uuid.to_string();
    let change = |registration: &mut Registration| {
        let pen = &writer.pen;
        // A unit without a key would have none to be known by.
        let has_key = registration.text_at(pen.now, "BrugervendtNoegleTekst").is_some();
        let key = match key {
            None | Some(None) => (!has_key).then_some(Some(own_key.as_str())),
            given => given,
        };
        pen.texts(
            registration,
            &[(SD, "BrugervendtNoegleTekst", key), (SD, "EnhedNavn", name)],
        );
        pen.state(registration, true);
        address::turn(pen, registration, &turn);
        if let Some(kind) = kind {
            // As a name with a bare UUID in it, which is how the register's other senders write it.
            pen.point(
                registration,
                "Enhedstype",
                kind.map(|kind| Reference::Urn(kind.to_string())),
            );
        }
        if let Some(tasks) = &tasks {
            pen.link(registration, "Opgaver", tasks, is_responsibility, |relation| {
                task(uuid, relation)
            });
        }
        if let Some(parent) = parent {
            pen.point(registration, "Overordnet", parent.map(Reference::Uuid));
        }
        pen.point(registration, "Tilhoerer", Some(Reference::Uuid(pen.organisation)));
        if let Some(systems) = &systems {
            pen.link(
                registration,
                "TilknyttedeItSystemer",
                systems,
                |_| true,
                |relation| relation,
            );
        }
    };
    put(
        writer,
        Service::OrganisationEnhed,
        uuid,
        current,
        &mut changed,
        change,
    )?;
    Ok(settled(uuid.to_string(), operation, changed))
}

/// There is a postal address beside the one that is ours to put second.
fn has_post(current: Option<&Registration>, unit: Uuid, writer: &Writer<'_>) -> bool {
    let second = UNIT_ROLES.iter().find(|role| role.attribute == "PostSecondary");
    let (Some(current), Some(second)) = (current, second) else {
        return false;
    };
    let held = addresses_of(current, second.uuid, writer.pen.now);
    held.iter()
        .any(|relation| relation.uuid() != Some(names::owned(unit, second.attribute)))
}

fn task(unit: Uuid, mut relation: Relation) -> Relation {
    let index = relation
        .uuid()
        .map(|task| names::owned(unit, &task.to_string()).to_string());
    relation.role = Some(Class::of(names::RESPONSIBLE));
    relation.kind = Some(Class::of(names::KLE_CLASS));
    relation.index = index;
    relation
}
