//! Removing objects: users as the settings say, groups and organisational units for good.

use samklang_sdk::ldap::{Change, ChangeKind, Code, Entry, Failure, Query, Scope};
use samklang_sdk::prelude::*;

use super::Halt;
use crate::description::Kind;
use crate::directory::{Directory, extended_names};
use crate::settings::Removal;
use crate::shape::{self, number, says};
use crate::value::{self, DISABLED, NORMAL};

pub(crate) fn remove(directory: &Directory, kind: Kind, key: &str) -> Result<Outcome, Halt> {
    if !value::is_guid(key) {
        // Such an object was never made.
        return Ok(Outcome::Unchanged);
    }
    // Whatever it has become: what must not be touched is not to be taken for what is gone.
    let query = Query::new(value::by_guid(key), Scope::Base, "(objectClass=*)")
        .attributes(&shape::asked(kind, &directory.settings.anchor))
        .control(extended_names());
    let Some(entry) = directory.first(query)? else {
        return Ok(Outcome::Unchanged);
    };
    let (_, dn) = shape::identity(&entry)?;
    let within = dn.below(&directory.base).is_some_and(|path| !path.is_empty());
    if !within {
        return Ok(Outcome::rejected(
            "",
            "it lies outside the part of the directory that counts, and is left alone",
        ));
    }
    if number(&entry, "adminCount").is_some_and(|count| count > 0) || says(&entry, "isCriticalSystemObject") {
        return Ok(Outcome::rejected(
            "",
            "it is an administrator's or the directory's own, and is never removed: take its rights away first",
        ));
    }
    match (kind, directory.settings.removal) {
        (Kind::User, Removal::Disable) => disable(directory, key, &entry).map(|changed| done(key, changed)),
        (Kind::User, Removal::Move) => {
            let disabled = disable(directory, key, &entry)?;
            let moved = put_aside(directory, key, &entry)?;
            Ok(done(key, disabled || moved))
        }
        _ => match directory.session.delete(&value::by_guid(key), &[]) {
            Ok(()) => Ok(Outcome::done(key)),
            Err(Failure::Refused(refusal)) if refusal.code == Code::NoSuchObject => Ok(Outcome::Unchanged),
            Err(failure) => Err(failure.into()),
        },
    }
}

fn done(key: &str, changed: bool) -> Outcome {
    if changed {
        Outcome::done(key)
    } else {
        Outcome::Unchanged
    }
}

/// Disables a user; whether it was not already.
fn disable(directory: &Directory, key: &str, entry: &Entry) -> Result<bool, Halt> {
    let held = number(entry, "userAccountControl").unwrap_or(NORMAL);
    if held & DISABLED != 0 {
        return Ok(false);
    }
    let disabled = (held | DISABLED).to_string();
    let change = Change::new(ChangeKind::Replace, "userAccountControl", [disabled]);
    directory.session.modify(&value::by_guid(key), &[change], &[])?;
    Ok(true)
}

/// Moves a user to the place for removed ones; whether it was not there already. Where one of the same name lies there, a part of the GUID
/// tells them apart.
fn put_aside(directory: &Directory, key: &str, entry: &Entry) -> Result<bool, Halt> {
    let (_, dn) = shape::identity(entry)?;
    let place = directory.at(directory.settings.removed.as_deref().unwrap_or_default());
    if samklang_sdk::ldap::Dn::parse(&dn.parent()) == samklang_sdk::ldap::Dn::parse(&place) {
        return Ok(false);
    }
    let name: String = dn.rdn_value().unwrap_or_default().chars().take(50).collect();
    let part = key.get(..8).unwrap_or(key);
    let names = [dn.rdn_value().unwrap_or_default(), format!("{name} {part}")];
    for (at, name) in names.iter().enumerate() {
        let rdn = format!("CN={}", samklang_sdk::ldap::escape_rdn(name));
        match directory.session.rename(&value::by_guid(key), &rdn, Some(&place)) {
            Ok(()) => return Ok(true),
            Err(Failure::Refused(refusal)) if at == 0 && refusal.code == Code::EntryAlreadyExists => {}
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(true)
}
