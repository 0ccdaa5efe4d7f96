//! Reading what has changed, by DirSync (MS-ADTS 3.1.1.3.4.1.3): the directory keeps count itself, in a cookie that is our cursor.
//!
//! DirSync says which objects changed, which are gone, and which members came and went. What an object is like now is read anew, so that
//! every row is whole.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use samklang_sdk::ldap::{Code, Control, Entry, Failure, Query, Scope};
use samklang_sdk::prelude::*;

use crate::ber;
use crate::description::Kind;
use crate::directory::{Directory, SHOW_DELETED, extended_names};
use crate::members;
use crate::read;
use crate::shape;
use crate::value;

/// The control.
const DIRSYNC: &str = "1.2.840.113556.1.4.841";
/// Members are told one by one, as having come or gone.
const INCREMENTAL_VALUES: i32 = i32::MIN;
/// What a cursor begins with: another version of this connector may read other things.
const VERSION: &str = "1:";
/// Objects that are looked up for one page.
const AT_ONCE: usize = 200;

/// The cursor of this moment. With an attribute that every answer has anyway, nothing comes but the cookie.
pub(crate) fn cursor(directory: &Directory) -> Result<String, Error> {
    let mut cookie = Vec::new();
    loop {
        let (_, more, next) = step(directory, &cookie, &["objectGUID"])?;
        cookie = next;
        if !more {
            return Ok(written(&cookie));
        }
    }
}

/// Reads what has changed since a cursor.
pub(crate) fn since(
    directory: Directory,
    classes: Vec<Kind>,
    cursor: &str,
) -> Result<Box<dyn Reader>, Error> {
    let cookie = read_cursor(cursor).ok_or_else(|| {
        Error::ResyncRequired("the cursor is of another version of this connector".to_owned())
    })?;
    Ok(Box::new(Changes {
        directory,
        classes,
        cookie,
        more: true,
        objects: VecDeque::new(),
        batches: VecDeque::new(),
        counts: BTreeMap::new(),
    }))
}

/// One answer of DirSync: what it names, whether there is more, and the cookie to go on with.
fn step(
    directory: &Directory,
    cookie: &[u8],
    attributes: &[&str],
) -> Result<(Vec<Entry>, bool, Vec<u8>), Error> {
    let filter = "(|(objectClass=user)(objectClass=group)(objectClass=organizationalUnit))";
    let control = Control::critical(DIRSYNC, Some(ber::dirsync(INCREMENTAL_VALUES, cookie)));
    let query = Query::new(directory.domain.to_string(), Scope::Subtree, filter)
        .attributes(attributes)
        .control(control)
        .control(extended_names());
    let mut search = directory.session.search(query)?;
    let mut found = Vec::new();
    loop {
        match search.next(1_000) {
            Ok(Some(entries)) => found.extend(entries),
            Ok(None) => break,
            Err(Failure::Refused(refusal)) if refusal.code == Code::InsufficientAccessRights => {
                return Err(Error::Unauthorised(format!(
                    "the account lacks the right Replicating Directory Changes on {}: give it that right, or set `changes` to false",
                    directory.domain
                )));
            }
            // A cookie that the domain controller cannot use.
            Err(Failure::Refused(refusal))
                if !cookie.is_empty()
                    && matches!(
                        refusal.code,
                        Code::UnavailableCriticalExtension | Code::UnwillingToPerform | Code::ProtocolError
                    ) =>
            {
                return Err(Error::ResyncRequired(format!(
                    "the domain controller does not take the cursor: {refusal}"
                )));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    let answer = search.control(DIRSYNC).and_then(ber::dirsync_answer);
    let (more, cookie) = answer.ok_or_else(|| Error::invalid_data("a DirSync answer", "it has no cookie"))?;
    Ok((found, more, cookie))
}

struct Changes {
    directory: Directory,
    classes: Vec<Kind>,
    cookie: Vec<u8>,
    more: bool,
    objects: VecDeque<String>,
    batches: VecDeque<Page>,
    counts: BTreeMap<&'static str, u64>,
}

impl Reader for Changes {
    fn next(&mut self, max: usize) -> Result<Batch, Error> {
        loop {
            if let Some(page) = self.batches.pop_front() {
                return Ok(Batch::Page(self.cut(page, max)));
            }
            if !self.objects.is_empty() {
                self.look()?;
            } else if self.more {
                self.ask()?;
            } else {
                let objects = self
                    .counts
                    .iter()
                    .map(|(class, count)| ((*class).to_owned(), *count));
                return Ok(Batch::Complete(Completion {
                    objects: objects.collect(),
                    cursor: Some(written(&self.cookie)),
                }));
            }
        }
    }
}

impl Changes {
    /// At most so many rows of a page; the rest stays.
    fn cut(&mut self, mut page: Page, max: usize) -> Page {
        if page.rows.len() > max {
            let rest = page.rows.split_off(max);
            self.batches.push_front(Page {
                rows: rest,
                removed: Vec::new(),
                class: page.class.clone(),
                columns: page.columns.clone(),
            });
        }
        if let Ok(kind) = Kind::of(&page.class) {
            *self.counts.entry(kind.name()).or_default() += page.rows.len() as u64;
        }
        page
    }

    fn wants(&self, kind: Kind) -> bool {
        self.classes.contains(&kind)
    }

    /// Asks what has changed.
    fn ask(&mut self) -> Result<(), Error> {
        // What tells that something else of an object changed; those that deletion sets are among them.
        let mut asked: BTreeSet<&str> = BTreeSet::from(["isDeleted", "name", "lastKnownParent", "member"]);
        for kind in [Kind::Ou, Kind::User, Kind::Group] {
            asked.extend(shape::asked(kind, &self.directory.settings.anchor));
        }
        let asked: Vec<&str> = asked.into_iter().collect();
        let (found, more, cookie) = step(&self.directory, &self.cookie, &asked)?;
        (self.more, self.cookie) = (more, cookie);
        let mut seen = BTreeSet::new();
        for entry in found {
            let (guid, _) = shape::identity(&entry)?;
            if self.wants(Kind::Membership) {
                self.members(&guid, &entry)?;
            }
            if seen.insert(guid.clone()) {
                self.objects.push_back(guid);
            }
        }
        Ok(())
    }

    /// Who came into a group and who left it.
    fn members(&mut self, group: &str, entry: &Entry) -> Result<(), Error> {
        let told = |range: &str| members::guids(entry.values(&format!("member;range={range}")));
        let (came, left) = (told("1-1")?, told("0-0")?);
        if !left.is_empty() {
            let keys = left.iter().map(|user| members::key(group, user)).collect();
            self.batches
                .push_back(Page::removed(Kind::Membership.name(), keys));
        }
        let mut users = Vec::new();
        for member in came {
            // A group within a group is no user's membership, and what lies elsewhere is none of ours.
            if read::entry(&self.directory, Kind::User, &member)?.is_some()
                && read::entry(&self.directory, Kind::Group, group)?.is_some()
            {
                users.push(member);
            }
        }
        if !users.is_empty() {
            let rows = users.iter().map(|user| members::row(group, user));
            self.batches.push_back(page(Kind::Membership, rows.collect()));
        }
        Ok(())
    }

    /// Looks at objects that changed: what they are now, or that they are gone.
    fn look(&mut self) -> Result<(), Error> {
        let count = self.objects.len().min(AT_ONCE);
        let guids: Vec<String> = self.objects.drain(..count).collect();
        let mut rows: BTreeMap<&str, (Kind, Vec<Row>)> = BTreeMap::new();
        let mut gone: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for guid in guids {
            let Some(kind) = self.kind(&guid)?.filter(|kind| self.wants(*kind)) else {
                continue;
            };
            match read::entry(&self.directory, kind, &guid)? {
                Some(entry) => {
                    let row = shape::row(&self.directory, kind, &entry)?;
                    rows.entry(kind.name()).or_insert((kind, Vec::new())).1.push(row);
                }
                None => gone.entry(kind.name()).or_default().push(guid),
            }
        }
        self.batches
            .extend(rows.into_values().map(|(kind, rows)| page(kind, rows)));
        self.batches
            .extend(gone.into_iter().map(|(class, keys)| Page::removed(class, keys)));
        Ok(())
    }

    /// Of what class an object is or was.
    fn kind(&self, guid: &str) -> Result<Option<Kind>, Error> {
        let query = Query::new(value::by_guid(guid), Scope::Base, "(objectClass=*)")
            .attributes(&["objectClass"])
            .control(Control::critical(SHOW_DELETED, None));
        let Some(entry) = self.directory.first(query)? else {
            // Nothing is left of it to say what it was, or the account may not look where deleted objects are.
            return Err(Error::ResyncRequired(
                "an object that changed cannot be looked at, not even as a deleted one".to_owned(),
            ));
        };
        let classes = entry.texts("objectClass");
        let is = |class: &str| classes.iter().any(|one| one.eq_ignore_ascii_case(class));
        Ok(match () {
            () if is("computer") => None,
            () if is("user") => Some(Kind::User),
            () if is("group") => Some(Kind::Group),
            () if is("organizationalUnit") => Some(Kind::Ou),
            () => None,
        })
    }
}

fn page(kind: Kind, rows: Vec<Row>) -> Page {
    let columns = rows.first().map(|row| {
        row.columns()
            .iter()
            .map(|name| name.clone().into_owned())
            .collect()
    });
    Page {
        class: kind.name().to_owned(),
        columns: columns.unwrap_or_default(),
        rows: rows.into_iter().map(|row| row.values().to_vec()).collect(),
        removed: Vec::new(),
    }
}

fn written(cookie: &[u8]) -> String {
    let digits: String = cookie.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("{VERSION}{digits}")
}

fn read_cursor(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix(VERSION)?.as_bytes();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| {
            u8::from_str_radix(std::str::from_utf8(pair).ok().filter(|pair| pair.len() == 2)?, 16).ok()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_and_another_is_none() {
        let cookie: Vec<u8> = (0..=255).collect();
        assert_eq!(read_cursor(&written(&cookie)), Some(cookie));
        for text in ["", "2:00", "1:0", "1:0g", "1:æ"] {
            assert_eq!(read_cursor(text), None, "{text}");
        }
    }
}
