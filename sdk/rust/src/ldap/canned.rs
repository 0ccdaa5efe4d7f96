//! A directory for native tests. Without any, none can be reached.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::{Attribute, Change, Control, Entry, Query, contract};
use contract::{Batch, Error};

/// What a directory is asked in a native test.
#[derive(Debug, Clone, PartialEq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Asked {
    /// To open a session for the need of this name.
    Open(String),
    /// To search.
    Search(Query),
    /// To add an entry.
    Add { dn: String, attributes: Vec<Attribute> },
    /// To change an entry.
    Modify {
        dn: String,
        changes: Vec<Change>,
        controls: Vec<Control>,
    },
    /// To remove an entry.
    Delete { dn: String, controls: Vec<Control> },
    /// To rename or move an entry.
    Rename {
        dn: String,
        new_rdn: String,
        delete_old_rdn: bool,
        new_superior: Option<String>,
    },
}

/// What it answers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The entries of a search.
    pub entries: Vec<Entry>,
    /// The controls of the answer.
    pub controls: Vec<Control>,
}

pub(crate) type Handler = Box<dyn FnMut(Asked) -> Result<Reply, Error>>;

thread_local! {
    static HANDLER: RefCell<Option<Handler>> = const { RefCell::new(None) };
}

pub(crate) fn set(handler: Option<Handler>) -> Option<Handler> {
    HANDLER.replace(handler)
}

fn ask(asked: Asked) -> Result<Reply, Error> {
    // Taken out while it answers, so that a handler may itself set another one.
    let mut handler = HANDLER
        .take()
        .ok_or_else(|| Error::Unreachable("no directory is set: use testing::with_directory".to_owned()))?;
    let reply = handler(asked);
    HANDLER.set(Some(handler));
    reply
}

#[derive(Debug)]
pub(super) struct Session;

#[derive(Debug)]
pub(super) struct Results {
    query: Query,
    left: Option<(VecDeque<Entry>, Vec<Control>)>,
}

impl Session {
    pub(super) fn open(need: &str) -> Result<Self, Error> {
        ask(Asked::Open(need.to_owned())).map(|_| Self)
    }

    #[expect(
        clippy::unused_self,
        clippy::unnecessary_wraps,
        reason = "as the host's own session"
    )]
    pub(super) fn search(&self, query: Query) -> Result<Results, Error> {
        Ok(Results { query, left: None })
    }

    pub(super) fn add(
        &self,
        dn: &str,
        attributes: &[Attribute],
        _: &[Control],
    ) -> Result<Vec<Control>, Error> {
        let asked = Asked::Add {
            dn: dn.to_owned(),
            attributes: attributes.to_vec(),
        };
        ask(asked).map(|reply| reply.controls)
    }

    pub(super) fn modify(
        &self,
        dn: &str,
        changes: &[Change],
        controls: &[Control],
    ) -> Result<Vec<Control>, Error> {
        let asked = Asked::Modify {
            dn: dn.to_owned(),
            changes: changes.to_vec(),
            controls: controls.to_vec(),
        };
        ask(asked).map(|reply| reply.controls)
    }

    pub(super) fn delete(&self, dn: &str, controls: &[Control]) -> Result<Vec<Control>, Error> {
        let asked = Asked::Delete {
            dn: dn.to_owned(),
            controls: controls.to_vec(),
        };
        ask(asked).map(|reply| reply.controls)
    }

    pub(super) fn rename(
        &self,
        dn: &str,
        new_rdn: &str,
        delete_old_rdn: bool,
        new_superior: Option<&str>,
        _: &[Control],
    ) -> Result<Vec<Control>, Error> {
        let asked = Asked::Rename {
            dn: dn.to_owned(),
            new_rdn: new_rdn.to_owned(),
            delete_old_rdn,
            new_superior: new_superior.map(str::to_owned),
        };
        ask(asked).map(|reply| reply.controls)
    }
}

impl Results {
    pub(super) fn next(&mut self, max: u32) -> Result<Batch, Error> {
        if self.left.is_none() {
            let reply = ask(Asked::Search(self.query.clone()))?;
            self.left = Some((reply.entries.into(), reply.controls));
        }
        let Some((entries, controls)) = &mut self.left else {
            return Ok(Batch::Complete(Vec::new()));
        };
        if entries.is_empty() {
            return Ok(Batch::Complete(std::mem::take(controls)));
        }
        let count = entries
            .len()
            .min(usize::try_from(max).unwrap_or(usize::MAX).max(1));
        Ok(Batch::Entries(entries.drain(..count).collect()))
    }
}
