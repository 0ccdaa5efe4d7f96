//! Positions and managers: functions with one user in one unit. A function that others gave several users is changed for one of them alone.

use jiff::Timestamp;
use samklang_sdk::prelude::*;
use uuid::Uuid;

use super::{Stop, put, settled, take_away};
use crate::description::LEDER;
use crate::membership::{self, Membership};
use crate::moment;
use crate::names::{SD, owned};
use crate::put::Writer;
use crate::read::type_of;
use crate::registration::{Reference, Registration, Relation, Virkning};
use crate::rows::read_key;
use crate::rules::{Desired, refuse};
use crate::service::Service;
use crate::settings::Settings;

/// What managers' functions are called, as the register's other senders write it.
const MANAGER_NAME: &str = "Leder";

/// The function that an operation is about, and its user where it has several.
fn subject(operation: &Operation) -> Result<(Uuid, Option<Uuid>), Rejection> {
    let no_uuid = || refuse("Id", "the key is no UUID: map one in `key`");
    let (function, user) = read_key(&operation.key).ok_or_else(no_uuid)?;
    if operation.action == Action::Create && operation.class == LEDER {
        // What is proposed is the unit's own UUID.
        return Ok((owned(function, MANAGER_NAME), None));
    }
    Ok((function, user))
}

/// What a function is to be.
struct Wanted<'a> {
    user: Uuid,
    unit: Uuid,
    name: Option<Option<&'a str>>,
    key: Option<Option<&'a str>>,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
}

pub(super) fn write(writer: &Writer<'_>, operation: &Operation) -> Result<Outcome, Stop> {
    let (function, member) = subject(operation)?;
    let desired = Desired(operation);
    let (user, unit) = (desired.required("Bruger")?, desired.required("Enhed")?);
    let (of_user, of_unit) = (
        desired.uuid("Bruger")?.flatten(),
        desired.uuid("Enhed")?.flatten(),
    );
    let (first, last) = (desired.date("Fra")?, desired.date("Til")?);
    let name = if operation.class == LEDER {
        Some(Some(MANAGER_NAME))
    } else {
        desired.required("FunktionNavn")?
    };
    let key = desired.key()?;
    let service = Service::OrganisationFunktion;
    let begin = first.map(|first| first.map(moment::midnight));
    // What has been since the first day is to be seen, also where it has ended.
    let since = begin
        .flatten()
        .map_or(writer.pen.now, |begin| begin.min(writer.pen.now));
    let current = writer.register.read(service, function, Some(since))?;
    let members = current
        .as_ref()
        .map(|current| membership::of(current, writer.pen.now, true))
        .unwrap_or_default();
    let before = members
        .iter()
        .find(|one| Some(one.user) == member.or(of_user))
        .or_else(|| members.first());
    // What the mapping is silent of stays as it is.
    let user = if user.is_some() {
        of_user
    } else {
        before.map(|before| before.user)
    };
    let unit = if unit.is_some() {
        of_unit
    } else {
        before.and_then(|before| before.unit)
    };
    let user = user.ok_or_else(|| refuse("Bruger", "Bruger is required: map it"))?;
    let unit = unit.ok_or_else(|| refuse("Enhed", "Enhed is required: map it"))?;
    let end = last.map(|last| last.map(|last| last.tomorrow().map_or(Timestamp::MAX, moment::midnight)));
    let kept = before.filter(|before| before.user == user);
    let wanted = Wanted {
        user,
        unit,
        name,
        key,
        from: begin.flatten().or_else(|| kept.map(|kept| kept.from)),
        to: end
            .unwrap_or_else(|| kept.map(|kept| kept.to))
            .filter(|to| *to < Timestamp::MAX),
    };
    if wanted.from.zip(wanted.to).is_some_and(|(from, to)| to <= from) {
        return Err(refuse("Til", "the last day is before the first one").into());
    }
    let mut changed = false;
    if members.len() > 1 {
        let unit_differs = members.iter().any(|one| one.unit != Some(unit));
        let Some(member) = member.filter(|_| !unit_differs && name_stays(writer, current.as_ref(), name))
        else {
            let why = "the function has several users in the register: what they share is changed by whoever made it";
            return Err(refuse("Id", why).into());
        };
        put(writer, service, function, current, &mut changed, |registration| {
            share(writer, registration, member, &wanted);
        })?;
        return Ok(settled(format!("{function}/{user}"), operation, changed));
    }
    let own_key = function.to_string();
    let class = operation.class.as_str();
    put(writer, service, function, current, &mut changed, |registration| {
        alone(writer, registration, class, &wanted, &own_key);
    })?;
    Ok(settled(function.to_string(), operation, changed))
}

fn name_stays(writer: &Writer<'_>, current: Option<&Registration>, name: Option<Option<&str>>) -> bool {
    let now = current.and_then(|current| current.text_at(writer.pen.now, "FunktionNavn"));
    name.is_none_or(|name| name == now)
}

/// A period of ours.
fn period(writer: &Writer<'_>, from: Option<Timestamp>, to: Option<Timestamp>) -> Virkning {
    // Never longer than the end allows: something may have ended before today.
    let from = from.filter(|from| *from > Timestamp::MIN);
    let default = to.map_or(writer.pen.from, |to| writer.pen.from.min(to));
    Virkning::from(from.unwrap_or(default), writer.pen.organisation).until(to)
}

/// Lets a function be that of one user in one unit.
fn alone(
    writer: &Writer<'_>,
    registration: &mut Registration,
    class: &str,
    wanted: &Wanted<'_>,
    own_key: &str,
) {
    let pen = &writer.pen;
    let has_key = registration.text_at(pen.now, "BrugervendtNoegleTekst").is_some();
    let key = match wanted.key {
        None | Some(None) => (!has_key).then_some(Some(own_key)),
        given => given,
    };
    pen.texts(
        registration,
        &[
            (SD, "BrugervendtNoegleTekst", key),
            (SD, "FunktionNavn", wanted.name),
        ],
    );
    pen.point(
        registration,
        "Funktionstype",
        Some(Reference::Uuid(type_of(class))),
    );
    pen.link(
        registration,
        "TilknyttedeOrganisationer",
        &[pen.organisation],
        |_| true,
        |relation| relation,
    );
    let held = membership::of(registration, pen.now, true);
    if held.iter().any(|held| fits(held, wanted)) && held.len() == 1 {
        return;
    }
    let period = period(writer, wanted.from, wanted.to);
    let is_part =
        |relation: &Relation| matches!(&*relation.name, "TilknyttedeBrugere" | "TilknyttedeEnheder");
    pen.end_all(registration, is_part);
    // What has come to hold at no time says nothing.
    registration
        .relations
        .retain(|relation| !is_part(relation) || relation.virkning.begin() < relation.virkning.end());
    // Others follow where these were: an earlier time of the same ones would be said twice.
    registration.relations.retain(|relation| {
        let same = relation.uuid() == Some(wanted.user) || relation.uuid() == Some(wanted.unit);
        !(is_part(relation) && same && relation.virkning.end() > period.begin())
    });
    pen.state_from(registration, true, period.begin());
    let open = Virkning::from(period.begin(), pen.organisation);
    registration
        .relations
        .push(Relation::to("TilknyttedeBrugere", wanted.user, period));
    registration
        .relations
        .push(Relation::to("TilknyttedeEnheder", wanted.unit, open));
}

fn fits(held: &Membership, wanted: &Wanted<'_>) -> bool {
    let first = wanted
        .from
        .is_none_or(|from| moment::day(from) == moment::day(held.from));
    let last = wanted.to.unwrap_or(Timestamp::MAX) == held.to
        || wanted.to.and_then(moment::last_day).map(|day| day.to_string()) == held.last_day();
    held.user == wanted.user && held.unit == Some(wanted.unit) && first && last
}

/// Changes the part of one user in a function that has several.
fn share(writer: &Writer<'_>, registration: &mut Registration, member: Uuid, wanted: &Wanted<'_>) {
    let held = membership::of(registration, writer.pen.now, true);
    if held.iter().any(|held| fits(held, wanted)) {
        return;
    }
    let is_theirs = |relation: &Relation| {
        relation.name == "TilknyttedeBrugere"
            && matches!(relation.uuid(), Some(user) if user == member || user == wanted.user)
    };
    let period = period(writer, wanted.from, wanted.to);
    writer.pen.end_all(registration, is_theirs);
    registration
        .relations
        .retain(|relation| !is_theirs(relation) || relation.virkning.end() <= period.begin());
    registration
        .relations
        .push(Relation::to("TilknyttedeBrugere", wanted.user, period));
}

pub(super) fn remove(
    writer: &Writer<'_>,
    settings: &Settings,
    operation: &Operation,
) -> Result<Outcome, Stop> {
    let Some((function, member)) = read_key(&operation.key) else {
        return Ok(Outcome::Unchanged);
    };
    let service = Service::OrganisationFunktion;
    let Some(current) = writer.read(service, function)? else {
        return Ok(Outcome::Unchanged);
    };
    let members = membership::of(&current, writer.pen.now, true);
    let others = members.iter().any(|one| Some(one.user) != member);
    match member {
        Some(member) if others => {
            let mut changed = false;
            put(
                writer,
                service,
                function,
                Some(current),
                &mut changed,
                |registration| {
                    writer.pen.end_all(registration, |relation| {
                        relation.name == "TilknyttedeBrugere" && relation.uuid() == Some(member)
                    });
                },
            )?;
            Ok(settled(operation.key.clone(), operation, changed))
        }
        _ if member.is_none() && members.len() > 1 => {
            let why = "the function has several users in the register by now: read it anew, and each is removed by itself";
            Err(refuse("Id", why).into())
        }
        _ => take_away(writer, settings, service, function, operation),
    }
}
