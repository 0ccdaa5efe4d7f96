//! Users: their addresses, then the person, then the user itself.

use samklang_sdk::prelude::*;
use uuid::Uuid;

use super::address::{self, Owner};
use super::{Stop, put, settled, uuid};
use crate::names::{self, PERSON, SD, STS, USER_ROLES, USER_TYPES, owned};
use crate::put::Writer;
use crate::registration::{Reference, Registration};
use crate::rules::{Desired, Wanted, refuse};
use crate::service::Service;

fn kind(text: &str) -> Result<Uuid, Rejection> {
    let known = USER_TYPES
        .iter()
        .find(|(word, _)| text.eq_ignore_ascii_case(word));
    let known = known
        .map(|(_, uuid)| *uuid)
        .or_else(|| Uuid::try_parse(text).ok());
    known.ok_or_else(|| refuse("Brugertype", "Brugertype is intern, ekstern, robot or a UUID"))
}

pub(super) fn write(writer: &Writer<'_>, operation: &Operation) -> Result<Outcome, Stop> {
    let uuid = uuid(operation)?;
    let desired = Desired(operation);
    let name = desired.required("BrugerNavn")?;
    let key = desired.key()?;
    let kind = desired
        .text("Brugertype")?
        .map(|text| text.map(kind).transpose())
        .transpose()?;
    let person = Person {
        uuid: desired.uuid("PersonUUID")?.flatten(),
        name: desired.required("Navn")?,
        cpr: desired.cpr()?,
    };
    let addresses = desired.addresses(USER_ROLES)?;

    let current = writer.read(Service::Bruger, uuid)?;
    let mut changed = false;
    let owner = Owner {
        uuid,
        kind: names::USER_ADDRESS,
        roles: USER_ROLES,
        current: current.as_ref(),
    };
    let turn = address::write(writer, owner, &addresses, &mut changed)?;
    let linked = current
        .as_ref()
        .and_then(|current| current.target_at(writer.pen.now, "TilknyttedePersoner"));
    let person = person.write(writer, uuid, linked, &mut changed)?;
    let own_key = uuid.to_string();
    let change = |registration: &mut Registration| {
        let pen = &writer.pen;
        let has_key = registration.text_at(pen.now, "BrugervendtNoegleTekst").is_some();
        let key = match key {
            None | Some(None) => (!has_key).then_some(Some(own_key.as_str())),
            given => given,
        };
        pen.texts(
            registration,
            &[
                (SD, "BrugervendtNoegleTekst", key),
                (SD, "BrugerNavn", name),
                (SD, "BrugerTypeTekst", None),
            ],
        );
        pen.state(registration, true);
        address::turn(pen, registration, &turn);
        if let Some(kind) = kind {
            pen.link(
                registration,
                "BrugerTyper",
                kind.as_slice(),
                |_| true,
                |relation| relation,
            );
        }
        pen.point(registration, "Tilhoerer", Some(Reference::Uuid(pen.organisation)));
        pen.link(
            registration,
            "TilknyttedePersoner",
            &[person],
            |_| true,
            |relation| relation,
        );
    };
    put(writer, Service::Bruger, uuid, current, &mut changed, change)?;
    Ok(settled(uuid.to_string(), operation, changed))
}

/// The person that a user is.
struct Person<'a> {
    uuid: Option<Uuid>,
    name: Wanted<&'a str>,
    cpr: Wanted<String>,
}

impl Person<'_> {
    /// Writes the person that the user is linked to, else one whose UUID follows from the user.
    fn write(
        &self,
        writer: &Writer<'_>,
        user: Uuid,
        linked: Option<Uuid>,
        changed: &mut bool,
    ) -> Result<Uuid, Stop> {
        let uuid = self.uuid.or(linked).unwrap_or_else(|| owned(user, "Person"));
        let current = writer.read(Service::Person, uuid)?;
        let now = writer.pen.now;
        let has = |name: &str| {
            current
                .as_ref()
                .and_then(|current| current.text_at(now, name))
                .is_some()
        };
        // Names and numbers are hidden from whoever lacks the right to them, and an Egenskab is replaced as a whole: what cannot be
        // seen would be lost.
        if current.is_some() && !has("NavnTekst") && (self.name.is_none() || self.cpr.is_none()) {
            let right = "the register shows no name of this person, so that a change could take away what is hidden: the municipality gives the service agreement the data rights SeNavn and SeCPR-nummer, or the mapping sets Navn and CPR";
            return Err(refuse("Navn", right).into());
        }
        let own_key = uuid.to_string();
        let key = (!has("BrugervendtNoegleTekst")).then_some(Some(own_key.as_str()));
        let cpr = self.cpr.as_ref().map(Option::as_deref);
        let texts = [
            (SD, "BrugervendtNoegleTekst", key),
            (STS, "CPR-NummerTekst", cpr),
            (PERSON, "NavnTekst", self.name),
        ];
        put(writer, Service::Person, uuid, current, changed, |registration| {
            writer.pen.texts(registration, &texts);
        })?;
        Ok(uuid)
    }
}
