//! The members of groups. A directory hands over only so many values of an attribute at once; the rest is asked for range by range.

use samklang_sdk::ldap::{Entry, Failure, Query, Scope};
use samklang_sdk::prelude::*;

use crate::directory::{Directory, extended_names};
use crate::value;

/// The GUIDs of a group's members, range by range.
pub(crate) struct Members<'a> {
    directory: &'a Directory,
    group: String,
    next: Next,
}

enum Next {
    These(Entry),
    From(u32),
    End,
}

impl<'a> Members<'a> {
    /// Of a group whose entry was asked for `member`, with names that bear GUIDs.
    pub(crate) fn of(directory: &'a Directory, group: String, entry: Entry) -> Self {
        Self {
            directory,
            group,
            next: Next::These(entry),
        }
    }

    /// The next members; none when there are no more.
    pub(crate) fn next(&mut self) -> Result<Option<Vec<String>>, Failure> {
        let entry = match std::mem::replace(&mut self.next, Next::End) {
            Next::End => return Ok(None),
            Next::These(entry) => entry,
            Next::From(first) => {
                let name = format!("member;range={first}-*");
                let query = Query::new(value::by_guid(&self.group), Scope::Base, "(objectClass=*)")
                    .attributes(&[&name])
                    .control(extended_names());
                match self.directory.first(query)? {
                    Some(entry) => entry,
                    // Gone meanwhile: the next read shows it.
                    None => return Ok(None),
                }
            }
        };
        let Some(range) = entry.range("member") else {
            return guids(entry.values("member")).map(Some);
        };
        if let Some(next) = range.next.filter(|_| !range.values.is_empty()) {
            self.next = Next::From(next);
        }
        guids(range.values).map(Some)
    }
}

pub(crate) fn guids(values: &[Vec<u8>]) -> Result<Vec<String>, Failure> {
    let guid = |value: &Vec<u8>| {
        std::str::from_utf8(value)
            .ok()
            .and_then(|name| value::extended(name).0)
    };
    let found: Option<Vec<String>> = values.iter().map(guid).collect();
    found.ok_or_else(|| {
        let cause = "a member has no GUID, though names were asked for with theirs";
        Failure::Error(Error::invalid_data("a group of the directory", cause))
    })
}

/// The key of a membership.
pub(crate) fn key(group: &str, user: &str) -> String {
    format!("{group}:{user}")
}

/// The group and the user of a key.
pub(crate) fn parted(key: &str) -> Option<(&str, &str)> {
    let (group, user) = key.split_once(':')?;
    (value::is_guid(group) && value::is_guid(user)).then_some((group, user))
}

/// A membership as an object.
pub(crate) fn row(group: &str, user: &str) -> Row {
    Row::new()
        .with("key", key(group, user))
        .with("group", group)
        .with("user", user)
}
