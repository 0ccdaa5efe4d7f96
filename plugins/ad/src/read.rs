//! Reading everything, and single objects.

use std::collections::{HashSet, VecDeque};

use samklang_sdk::ldap::{Entry, Failure, Query, Scope, Search};
use samklang_sdk::prelude::*;

use crate::changes;
use crate::description::Kind;
use crate::directory::{Directory, extended_names};
use crate::members::{self, Members};
use crate::shape;
use crate::value;

/// Rows that are asked of the directory at a time, while the host asks for them one by one.
const ENTRIES: usize = 200;

/// Reads all objects of these classes. What changes meanwhile is in what follows the cursor, which is fetched first.
pub(crate) fn everything(directory: Directory, classes: Vec<Kind>) -> Result<Box<dyn Reader>, Error> {
    let cursor = if directory.settings.changes {
        Some(changes::cursor(&directory)?)
    } else {
        None
    };
    let rows = Rows {
        groups: None,
        directory,
        classes: classes.into(),
        search: None,
        ready: VecDeque::new(),
    };
    let reading = Reading::new(rows);
    Ok(match cursor {
        Some(cursor) => reading.cursor(cursor).boxed(),
        None => reading.boxed(),
    })
}

struct Rows {
    directory: Directory,
    classes: VecDeque<Kind>,
    search: Option<(Kind, Search)>,
    ready: VecDeque<(&'static str, Row)>,
    /// Groups, where memberships are read: a group within a group is no user's membership.
    groups: Option<HashSet<String>>,
}

impl Iterator for Rows {
    type Item = Result<(&'static str, Row), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Some(Ok(row));
            }
            match self.more() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(failure) => return Some(Err(failure.into())),
            }
        }
    }
}

impl Rows {
    /// Fetches further rows; `false` when there are none.
    fn more(&mut self) -> Result<bool, Failure> {
        let Some((kind, search)) = &mut self.search else {
            let Some(kind) = self.classes.pop_front() else {
                return Ok(false);
            };
            if kind == Kind::Membership {
                self.groups = Some(groups(&self.directory)?);
            }
            let asked = shape::asked(kind, &self.directory.settings.anchor);
            self.search = Some((kind, self.directory.all(kind, &asked)?));
            return Ok(true);
        };
        let kind = *kind;
        let Some(entries) = search.next(ENTRIES)? else {
            self.search = None;
            return Ok(true);
        };
        for entry in entries {
            let (guid, dn) = shape::identity(&entry)?;
            if kind == Kind::Membership {
                let mut members = Members::of(&self.directory, guid.clone(), entry);
                while let Some(some) = members.next()? {
                    let users = some.iter().filter(|member| {
                        self.groups
                            .as_ref()
                            .is_none_or(|groups| !groups.contains(*member))
                    });
                    self.ready
                        .extend(users.map(|user| (kind.name(), members::row(&guid, user))));
                }
            } else if dn != self.directory.base {
                self.ready
                    .push_back((kind.name(), shape::row(&self.directory, kind, &entry)?));
            }
        }
        Ok(true)
    }
}

fn groups(directory: &Directory) -> Result<HashSet<String>, Failure> {
    let mut found = HashSet::new();
    // All of the domain: a member may lie outside the part that counts.
    let query = Query::new(
        directory.domain.to_string(),
        Scope::Subtree,
        "(objectClass=group)",
    )
    .attributes(&["objectGUID"])
    .paged(directory.settings.page_size);
    let mut search = directory.session.search(query)?;
    while let Some(entries) = search.next(ENTRIES)? {
        for entry in entries {
            found.insert(shape::identity(&entry)?.0);
        }
    }
    Ok(found)
}

/// One object; none when there is none under this key in the part that counts.
pub(crate) fn one(directory: &Directory, kind: Kind, key: &str) -> Result<Option<Object>, Error> {
    if kind == Kind::Membership {
        let Some((group, user)) = members::parted(key) else {
            return Ok(None);
        };
        let is_there = is_member(directory, group, user)?;
        return Ok(is_there.then(|| members::row(group, user).into_object(key)));
    }
    if !value::is_guid(key) {
        return Ok(None);
    }
    match entry(directory, kind, key)? {
        Some(entry) => Ok(Some(shape::row(directory, kind, &entry)?.into_object(key))),
        None => Ok(None),
    }
}

/// The entry of an object in the part that counts.
pub(crate) fn entry(directory: &Directory, kind: Kind, guid: &str) -> Result<Option<Entry>, Failure> {
    let query = Query::new(value::by_guid(guid), Scope::Base, directory.filter(kind))
        .attributes(&shape::asked(kind, &directory.settings.anchor))
        .control(extended_names());
    let found = directory.first(query)?;
    let within = |entry: &Entry| {
        shape::identity(entry)
            .is_ok_and(|(_, dn)| dn != directory.base && dn.below(&directory.base).is_some())
    };
    Ok(found.filter(within))
}

/// Whether a user is in a group, however many members it has.
pub(crate) fn is_member(directory: &Directory, group: &str, user: &str) -> Result<bool, Failure> {
    let Some(found) = directory.by_guid(user, &["objectGUID"])? else {
        return Ok(false);
    };
    let (_, dn) = shape::identity(&found)?;
    let filter = format!("(member={})", samklang_sdk::ldap::escape_filter(dn.to_string()));
    let query = Query::new(value::by_guid(group), Scope::Base, filter).attributes(&["objectGUID"]);
    Ok(directory.first(query)?.is_some())
}
