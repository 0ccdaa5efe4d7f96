//! Memberships: what changes in one group goes in one modification. Where that is refused, each is tried by itself, for one that is there
//! already must not keep the others out.

use std::collections::{BTreeMap, BTreeSet};

use samklang_sdk::ldap::{Change, ChangeKind, Code, Failure};
use samklang_sdk::prelude::*;

use super::{Halt, LATER, settled, wrong};
use crate::description::Kind;
use crate::directory::Directory;
use crate::members;
use crate::read;
use crate::value;

/// A membership that is to come or to go, and which operation says so.
struct One {
    at: usize,
    user: String,
    comes: bool,
}

pub(crate) fn apply(
    directory: &Directory,
    operations: &[Operation],
    outcomes: &mut [Option<Outcome>],
    mut answered: bool,
    mut stopped: Option<Outcome>,
) -> Result<(), Error> {
    let mut groups: BTreeMap<String, Vec<One>> = BTreeMap::new();
    for (at, operation) in operations.iter().enumerate() {
        let Some(outcome) = outcomes.get_mut(at).filter(|outcome| outcome.is_none()) else {
            continue;
        };
        if let Some(stopped) = &stopped {
            *outcome = Some(stopped.clone());
            continue;
        }
        match parties(directory, operation) {
            Ok((group, user)) => {
                let comes = operation.action != Action::Delete;
                groups.entry(group).or_default().push(One { at, user, comes });
            }
            Err(halt) => match settled(Err(halt)) {
                Ok(settled) => *outcome = Some(settled),
                Err(error) if !answered => return Err(error),
                Err(error) => {
                    *outcome = Some(
                        stopped
                            .insert(Outcome::retry_later(LATER, error.to_string()))
                            .clone(),
                    )
                }
            },
        }
    }
    for (group, ones) in groups {
        let done = match &stopped {
            Some(stopped) => ones.iter().map(|_| stopped.clone()).collect(),
            None => match in_group(directory, &group, &ones) {
                Ok(done) => {
                    answered = true;
                    done
                }
                Err(error) if !answered => return Err(error),
                Err(error) => {
                    let later = stopped
                        .insert(Outcome::retry_later(LATER, error.to_string()))
                        .clone();
                    ones.iter().map(|_| later.clone()).collect()
                }
            },
        };
        for (one, done) in ones.iter().zip(done) {
            if let Some(outcome) = outcomes.get_mut(one.at) {
                *outcome = Some(done);
            }
        }
    }
    Ok(())
}

/// The GUIDs of the group and of the user.
fn parties(directory: &Directory, operation: &Operation) -> Result<(String, String), Halt> {
    if operation.action == Action::Delete {
        let parted = members::parted(&operation.key);
        // Such a membership was never made.
        let (group, user) = parted.ok_or(Halt::Outcome(Outcome::Unchanged))?;
        return Ok((group.to_owned(), user.to_owned()));
    }
    let party = |name: &str, kind: Kind| {
        let reference = operation.text(name).ok_or_else(|| wrong(name, "it is missing"))?;
        let found = directory.resolve(kind, reference)?;
        found.map(|found| found.guid).ok_or_else(|| {
            wrong(
                name,
                "there is no such object in the directory: see whether it could be made",
            )
        })
    };
    Ok((party("group", Kind::Group)?, party("user", Kind::User)?))
}

fn in_group(directory: &Directory, group: &str, ones: &[One]) -> Result<Vec<Outcome>, Error> {
    // Each once: Samba keeps a member twice that one modification adds twice.
    let values = |comes: bool| -> BTreeSet<String> {
        let of = ones.iter().filter(|one| one.comes == comes);
        of.map(|one| value::by_guid(&one.user)).collect()
    };
    let mut changes = Vec::new();
    for (kind, values) in [
        (ChangeKind::Delete, values(false)),
        (ChangeKind::Add, values(true)),
    ] {
        if !values.is_empty() {
            changes.push(Change::new(kind, "member", values));
        }
    }
    match directory.session.modify(&value::by_guid(group), &changes, &[]) {
        Ok(_) => Ok(ones
            .iter()
            .map(|one| Outcome::Done(receipt(group, one)))
            .collect()),
        Err(Failure::Error(error)) => Err(error),
        Err(Failure::Refused(_)) => ones
            .iter()
            .map(|one| settled(alone(directory, group, one)))
            .collect(),
    }
}

/// One membership by itself. What is as it should be already is no refusal.
fn alone(directory: &Directory, group: &str, one: &One) -> Result<Outcome, Halt> {
    let kind = if one.comes {
        ChangeKind::Add
    } else {
        ChangeKind::Delete
    };
    let change = Change::new(kind, "member", [value::by_guid(&one.user)]);
    let refusal = match directory.session.modify(&value::by_guid(group), &[change], &[]) {
        Ok(_) => return Ok(Outcome::Done(receipt(group, one))),
        Err(Failure::Refused(refusal)) => refusal,
        Err(failure) => return Err(failure.into()),
    };
    let settles = match refusal.code {
        Code::EntryAlreadyExists | Code::AttributeOrValueExists => one.comes,
        // A group or a user that is gone has no members, and is no member.
        Code::NoSuchObject | Code::NoSuchAttribute => !one.comes,
        // Also the answer to what a policy forbids.
        Code::UnwillingToPerform => !one.comes && !read::is_member(directory, group, &one.user)?,
        _ => false,
    };
    match (settles, one.comes) {
        (true, true) => Ok(Outcome::Done(receipt(group, one))),
        (true, false) => Ok(Outcome::Unchanged),
        (false, _) => Err(Failure::Refused(refusal).into()),
    }
}

fn receipt(group: &str, one: &One) -> Receipt {
    let receipt = Receipt::new(members::key(group, &one.user));
    if one.comes {
        receipt
            .assigned("group", group)
            .assigned("user", one.user.as_str())
    } else {
        receipt
    }
}
