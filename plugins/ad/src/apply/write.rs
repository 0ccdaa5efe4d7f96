//! Making objects and bringing them to what is desired, attribute by attribute: what is right already is not written.

use samklang_sdk::ldap::{Attribute, Change, ChangeKind, Code, Dn, Entry, Failure, Query, Scope};
use samklang_sdk::prelude::*;

use super::place::{Place, place};
use super::state::{Set, account_name, control, expiry, first_password, truth};
use super::{Halt, wrong};
use crate::description::Kind;
use crate::directory::Directory;
use crate::read;
use crate::shape::{self, GROUP_TEXTS, OU_TEXTS, USER_LISTS, USER_TEXTS, group_type, number};
use crate::value;

/// Makes an object. One that bears the proposed key already was made by this very operation, and is brought up to date.
pub(crate) fn create(directory: &Directory, kind: Kind, operation: &Operation) -> Result<Outcome, Halt> {
    if let Some(entry) = directory.anchored(kind, &operation.key)? {
        let (guid, _) = shape::identity(&entry)?;
        let again = bring(directory, kind, operation, &guid, &entry)?;
        // The host knows it by the proposed key still.
        return Ok(match again {
            Outcome::Unchanged => {
                Outcome::Done(receipt(directory, kind, operation, &guid, &Place::default())?)
            }
            other => other,
        });
    }
    let place = place(directory, kind, operation)?;
    let rdn = match (&place.rdn, operation.text("sAMAccountName")) {
        (Some(rdn), _) => rdn.clone(),
        (None, Some(name)) => format!("CN={}", samklang_sdk::ldap::escape_rdn(name)),
        (None, None) => return Err(wrong("name", "it is missing")),
    };
    let parent = place.parent.clone().unwrap_or_else(|| directory.base.clone());
    let dn = format!("{rdn},{parent}");
    let mut attributes = vec![Attribute::new(
        &directory.settings.anchor,
        [operation.key.as_str()],
    )];
    for (name, values) in first(directory, kind, operation)? {
        attributes.push(Attribute { name, values });
    }
    let mut assigned = place;
    for (name, values) in wanted(directory, kind, operation, &mut assigned)? {
        if !values.is_empty() {
            attributes.push(Attribute { name, values });
        }
    }
    match directory.session.add(&dn, &attributes) {
        Ok(()) => {}
        Err(Failure::Refused(refusal))
            if matches!(refusal.code, Code::EntryAlreadyExists | Code::ConstraintViolation) =>
        {
            return match directory.in_the_way(kind, Some(&dn), operation)? {
                Some(other) => Ok(Outcome::Conflict(other)),
                None => Err(Failure::Refused(refusal).into()),
            };
        }
        Err(failure) => return Err(failure.into()),
    }
    if kind == Kind::Ou {
        directory.forget();
    }
    let query = Query::new(dn, Scope::Base, "(objectClass=*)").attributes(&["objectGUID"]);
    let made = directory.first(query)?;
    let made = made.ok_or_else(|| {
        Error::invalid_data(
            "an object that was made",
            "it cannot be read: give the account the right to",
        )
    })?;
    let (guid, _) = shape::identity(&made)?;
    Ok(Outcome::Done(receipt(
        directory, kind, operation, &guid, &assigned,
    )?))
}

/// What is written only when an object is made.
fn first(directory: &Directory, kind: Kind, operation: &Operation) -> Result<Vec<Set>, Halt> {
    let one = |name: &str, value: String| (name.to_owned(), vec![value.into_bytes()]);
    Ok(match kind {
        Kind::Ou => vec![one("objectClass", "organizationalUnit".to_owned())],
        Kind::Group => {
            let security = truth(operation, "security")?.unwrap_or(true);
            let scope = group_type(operation.text("scope"), security)
                .ok_or_else(|| wrong("scope", "it is neither global, domain-local nor universal"))?;
            vec![
                one("objectClass", "group".to_owned()),
                one("groupType", scope.to_string()),
            ]
        }
        Kind::User => {
            let mut set = vec![
                one("objectClass", "user".to_owned()),
                one("userAccountControl", control(None, operation)?.to_string()),
                ("unicodePwd".to_owned(), vec![first_password(operation)?]),
            ];
            let lasts = truth(operation, "passwordNeverExpires")?.unwrap_or(false);
            if directory.settings.must_change_password && !lasts {
                set.push(one("pwdLastSet", "0".to_owned()));
            }
            if operation.value("userPrincipalName").is_none()
                && let Some(name) = operation.text("sAMAccountName")
            {
                set.push(one("userPrincipalName", principal(directory, name)));
            }
            set
        }
        Kind::Membership => Vec::new(),
    })
}

/// The principal name of an account where the mapping has none.
fn principal(directory: &Directory, account: &str) -> String {
    let own = directory.domain.domain();
    let suffix = directory.settings.upn_suffix.as_deref().unwrap_or(&own);
    format!("{account}@{suffix}")
}

/// What the mapping sets, in the directory's own form; no values take an attribute away.
fn wanted(
    directory: &Directory,
    kind: Kind,
    operation: &Operation,
    place: &mut Place,
) -> Result<Vec<Set>, Halt> {
    let mut set = Vec::new();
    let texts = match kind {
        Kind::Ou => OU_TEXTS,
        Kind::User => USER_TEXTS,
        Kind::Group => GROUP_TEXTS,
        Kind::Membership => &[],
    };
    let account = if kind == Kind::Ou {
        &[][..]
    } else {
        &["sAMAccountName", "userPrincipalName"]
    };
    for &name in account.iter().chain(texts.iter().map(|(name, _)| name)) {
        match said(operation, name) {
            None => {}
            Some(Value::Absent) => set.push((name.to_owned(), Vec::new())),
            Some(Value::Text(text)) => set.push((name.to_owned(), vec![text.as_bytes().to_vec()])),
            Some(_) => return Err(wrong(name, "it is no text")),
        }
    }
    if let Some(name) = operation.text("sAMAccountName") {
        account_name(name, if kind == Kind::User { 20 } else { 256 })?;
    }
    if kind != Kind::User {
        return Ok(set);
    }
    for (name, _) in USER_LISTS {
        match said(operation, name) {
            None => {}
            Some(Value::Absent) => set.push(((*name).to_owned(), Vec::new())),
            Some(Value::Texts(texts)) => {
                let values = texts.iter().map(|text| text.as_bytes().to_vec());
                set.push(((*name).to_owned(), values.collect()));
            }
            Some(_) => return Err(wrong(name, "it is no list of texts")),
        }
    }
    if let Some(expires) = expiry(operation)? {
        set.push(("accountExpires".to_owned(), vec![expires.into_bytes()]));
    }
    if let Some(manager) = manager(directory, operation, place)? {
        set.push(("manager".to_owned(), manager));
    }
    Ok(set)
}

/// What the mapping says of an attribute: absent when it shall have no value, none when the mapping is silent.
fn said<'a>(operation: &'a Operation, name: &str) -> Option<&'a Value> {
    let changed = operation.changed.iter().any(|one| one == name);
    operation.value(name).or(changed.then_some(&Value::Absent))
}

/// The manager's place. One who has no account yet is left out, and follows in the next cycle.
fn manager(
    directory: &Directory,
    operation: &Operation,
    place: &mut Place,
) -> Result<Option<Vec<Vec<u8>>>, Halt> {
    for name in ["managerId", "manager"] {
        match said(operation, name) {
            None | Some(Value::Absent) => {}
            Some(Value::Text(reference)) => {
                let found = directory.resolve(Kind::User, reference)?;
                let key = found.map(|found| found.guid);
                if name == "manager" || key.is_none() {
                    place.assigned.push((name, key.clone().unwrap_or_default()));
                }
                return Ok(Some(
                    key.iter().map(|key| value::by_guid(key).into_bytes()).collect(),
                ));
            }
            Some(_) => return Err(wrong(name, "it is no text")),
        }
    }
    let silent = said(operation, "managerId").is_none() && said(operation, "manager").is_none();
    Ok((!silent).then(Vec::new))
}

/// Brings an object to what is desired.
pub(crate) fn update(directory: &Directory, kind: Kind, operation: &Operation) -> Result<Outcome, Halt> {
    match read::entry(directory, kind, &operation.key)? {
        Some(entry) => bring(directory, kind, operation, &operation.key, &entry),
        None => Err(Halt::Outcome(Outcome::rejected(
            "",
            "it is not in the directory any more, or outside the part that counts: the next feedback shows it",
        ))),
    }
}

fn bring(
    directory: &Directory,
    kind: Kind,
    operation: &Operation,
    guid: &str,
    entry: &Entry,
) -> Result<Outcome, Halt> {
    let mut place = place(directory, kind, operation)?;
    let mut changes = Vec::new();
    for (name, values) in wanted(directory, kind, operation, &mut place)? {
        if !holds(entry, &name, &values) {
            changes.push(Change::new(ChangeKind::Replace, name, values));
        }
    }
    if kind == Kind::User {
        let held = number(entry, "userAccountControl");
        let control = control(held, operation)?;
        if held != Some(control) {
            changes.push(Change::new(
                ChangeKind::Replace,
                "userAccountControl",
                [control.to_string()],
            ));
        }
        changes.extend(principal_follows(directory, operation, entry));
    }
    let moved = relocate(directory, kind, operation, guid, entry, &place)?;
    if !changes.is_empty() {
        match directory.session.modify(&value::by_guid(guid), &changes, &[]) {
            Ok(_) => {}
            Err(Failure::Refused(refusal))
                if matches!(refusal.code, Code::EntryAlreadyExists | Code::ConstraintViolation) =>
            {
                return match directory.in_the_way(kind, None, operation)? {
                    Some(other) => Ok(Outcome::Conflict(other)),
                    None => Err(Failure::Refused(refusal).into()),
                };
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    if changes.is_empty() && !moved && place.assigned.is_empty() {
        return Ok(Outcome::Unchanged);
    }
    Ok(Outcome::Done(receipt(directory, kind, operation, guid, &place)?))
}

/// A principal name that was made of the account name follows it, where the mapping sets none.
fn principal_follows(directory: &Directory, operation: &Operation, entry: &Entry) -> Option<Change> {
    let name = operation.text("sAMAccountName")?;
    let (held, before) = (entry.text("userPrincipalName")?, entry.text("sAMAccountName")?);
    let follows = said(operation, "userPrincipalName").is_none()
        && name != before
        && held.eq_ignore_ascii_case(&principal(directory, before));
    follows.then(|| {
        Change::new(
            ChangeKind::Replace,
            "userPrincipalName",
            [principal(directory, name)],
        )
    })
}

/// Renames and moves an object where it is not what or where it shall be; whether it was.
fn relocate(
    directory: &Directory,
    kind: Kind,
    operation: &Operation,
    guid: &str,
    entry: &Entry,
    place: &Place,
) -> Result<bool, Halt> {
    let (_, dn) = shape::identity(entry)?;
    let parent = Dn::parse(&dn.parent()).unwrap_or_else(|| directory.base.clone());
    let rdn = dn.rdn();
    let new_rdn = place.rdn.as_deref().unwrap_or(rdn);
    let new_parent = place.parent.as_ref().filter(|wanted| **wanted != parent);
    // Also when only its case differs.
    let name = |rdn: &str| Dn::parse(rdn).and_then(|rdn| rdn.rdn_value());
    if name(new_rdn) == name(rdn) && new_parent.is_none() {
        return Ok(false);
    }
    // Said also where it stays the same: by its GUID alone Samba does not know where an object lies.
    let superior = new_parent.unwrap_or(&parent).to_string();
    match directory
        .session
        .rename(&value::by_guid(guid), new_rdn, Some(&superior))
    {
        Ok(()) => {}
        Err(Failure::Refused(refusal)) if refusal.code == Code::EntryAlreadyExists => {
            let there = format!("{new_rdn},{}", new_parent.unwrap_or(&parent));
            return match directory.in_the_way(kind, Some(&there), operation)? {
                Some(other) => Err(Halt::Outcome(Outcome::Conflict(other))),
                None => Err(Failure::Refused(refusal).into()),
            };
        }
        Err(failure) => return Err(failure.into()),
    }
    if kind == Kind::Ou {
        directory.forget();
    }
    Ok(true)
}

/// Whether an entry has these values and no others.
fn holds(entry: &Entry, name: &str, values: &[Vec<u8>]) -> bool {
    let held = entry.values(name);
    let same = |one: &[u8], other: &[u8]| match name {
        // The directory gives references in their extended form; never has two forms.
        "manager" => {
            let guid = |octets| std::str::from_utf8(octets).ok().map(str::to_ascii_lowercase);
            match (guid(one), guid(other)) {
                (Some(held), Some(wanted)) => held.starts_with(&wanted),
                _ => false,
            }
        }
        "accountExpires" => {
            let day = |octets| std::str::from_utf8(octets).ok().and_then(value::last_day);
            day(one) == day(other)
        }
        _ => one == other,
    };
    held.len() == values.len() && held.iter().all(|one| values.iter().any(|other| same(one, other)))
}

/// The key, and what the directory set by itself.
fn receipt(
    directory: &Directory,
    kind: Kind,
    operation: &Operation,
    guid: &str,
    place: &Place,
) -> Result<Receipt, Halt> {
    let mut receipt = Receipt::new(guid);
    if operation.action == Action::Create
        && kind != Kind::Ou
        && let Some(object) = read::one(directory, kind, guid)?
    {
        for name in ["objectSid", "sAMAccountName", "userPrincipalName"] {
            if let Some(text) = object.text(name) {
                receipt = receipt.assigned(name, text);
            }
        }
    }
    for (name, key) in &place.assigned {
        receipt = receipt.assigned(*name, key.as_str());
    }
    Ok(receipt)
}
