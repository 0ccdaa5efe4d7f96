//! Directories by way of the host: it decides which may be reached, speaks TLS with them and has bound before a session is handed over, so
//! there is nothing here to do either. Requests go one after the other; pages are asked for by the host as entries are taken.
//!
//! [`Failure::Refused`] is an answer that only the caller can judge; everything else is one of the contract's errors already.

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod canned;
mod entry;
mod name;
#[cfg(target_arch = "wasm32")]
mod wire;

use crate::Error;
use crate::bindings::samklang::connector::ldap as contract;
#[cfg(not(target_arch = "wasm32"))]
use canned as wire;
#[cfg(not(target_arch = "wasm32"))]
pub use canned::{Asked, Reply};
pub use contract::{Attribute, Change, ChangeKind, Code, Control, Entry, Query, Refusal, Scope};
pub use entry::Range;
pub use name::{Dn, escape_filter, escape_rdn};

/// Why a request brought nothing.
#[derive(Debug, Clone, PartialEq)]
pub enum Failure {
    /// The directory answered, and refused.
    Refused(Refusal),
    /// One of the contract's errors.
    Error(Error),
}

/// A session with a directory. It ends when it is dropped.
#[derive(Debug)]
pub struct Session(wire::Session);

/// A search that is under way.
#[derive(Debug)]
pub struct Search {
    results: wire::Results,
    ended: Option<Vec<Control>>,
}

impl Session {
    /// Opens a session with the directory of the need of this name.
    ///
    /// # Errors
    /// [`Error::Unauthorised`] when it is not granted or does not take the credential, [`Error::Unreachable`] when it is not there.
    pub fn open(need: &str) -> Result<Self, Error> {
        wire::Session::open(need)
            .map(Self)
            .map_err(|error| match Failure::from(error) {
                Failure::Error(error) => error,
                Failure::Refused(refusal) => Error::Unauthorised(refusal.to_string()),
            })
    }

    /// Begins a search.
    ///
    /// # Errors
    /// When the query cannot be sent, which is the connector's own mistake.
    pub fn search(&self, query: Query) -> Result<Search, Failure> {
        let results = self.0.search(query)?;
        Ok(Search { results, ended: None })
    }

    /// All entries of a search. For what is known to be few.
    ///
    /// # Errors
    /// As [`Search::next`].
    pub fn find(&self, query: Query) -> Result<Vec<Entry>, Failure> {
        let mut search = self.search(query)?;
        let mut found = Vec::new();
        while let Some(entries) = search.next(1_000)? {
            found.extend(entries);
        }
        Ok(found)
    }

    /// One entry by its name; none when there is no such entry.
    ///
    /// # Errors
    /// As [`Search::next`].
    pub fn entry(&self, dn: impl Into<String>, attributes: &[&str]) -> Result<Option<Entry>, Failure> {
        let query = Query::new(dn, Scope::Base, "(objectClass=*)").attributes(attributes);
        match self.find(query) {
            Ok(found) => Ok(found.into_iter().next()),
            Err(Failure::Refused(refusal)) if refusal.code == Code::NoSuchObject => Ok(None),
            Err(failure) => Err(failure),
        }
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// When the directory refuses, or the session is over; likewise below.
    pub fn add(&self, dn: &str, attributes: &[Attribute]) -> Result<(), Failure> {
        Ok(self.0.add(dn, attributes, &[]).map(drop)?)
    }

    /// Changes an entry's attributes, all together. The controls of the answer come back.
    ///
    /// # Errors
    /// As [`Session::add`].
    pub fn modify(
        &self,
        dn: &str,
        changes: &[Change],
        controls: &[Control],
    ) -> Result<Vec<Control>, Failure> {
        Ok(self.0.modify(dn, changes, controls)?)
    }

    /// Removes an entry.
    ///
    /// # Errors
    /// As [`Session::add`].
    pub fn delete(&self, dn: &str, controls: &[Control]) -> Result<(), Failure> {
        Ok(self.0.delete(dn, controls).map(drop)?)
    }

    /// Gives an entry another relative name, in place of the old one, and another place where one is given.
    ///
    /// # Errors
    /// As [`Session::add`].
    pub fn rename(&self, dn: &str, new_rdn: &str, new_superior: Option<&str>) -> Result<(), Failure> {
        Ok(self.0.rename(dn, new_rdn, true, new_superior, &[]).map(drop)?)
    }
}

impl Search {
    /// The next entries, at most `max`; none when there are no more.
    ///
    /// # Errors
    /// When the directory refuses, or the session is over.
    pub fn next(&mut self, max: usize) -> Result<Option<Vec<Entry>>, Failure> {
        if self.ended.is_some() {
            return Ok(None);
        }
        match self.results.next(u32::try_from(max).unwrap_or(u32::MAX))? {
            contract::Batch::Entries(entries) => Ok(Some(entries)),
            contract::Batch::Complete(controls) => {
                self.ended = Some(controls);
                Ok(None)
            }
        }
    }

    /// The value of a control that came with the end of the search.
    pub fn control(&self, oid: &str) -> Option<&[u8]> {
        let ended = self.ended.as_ref()?;
        ended.iter().find(|control| control.oid == oid)?.value.as_deref()
    }
}

impl Query {
    /// A search without paging, for all attributes that are not operational.
    pub fn new(base: impl Into<String>, scope: Scope, filter: impl Into<String>) -> Self {
        Self {
            base: base.into(),
            scope,
            filter: filter.into(),
            attributes: Vec::new(),
            page_size: None,
            controls: Vec::new(),
        }
    }

    /// Only these attributes.
    pub fn attributes(mut self, names: &[&str]) -> Self {
        self.attributes = names.iter().map(|&name| name.to_owned()).collect();
        self
    }

    /// So many entries at a time.
    pub fn paged(mut self, size: u32) -> Self {
        self.page_size = Some(size);
        self
    }

    /// With a control.
    pub fn control(mut self, control: Control) -> Self {
        self.controls.push(control);
        self
    }
}

impl Control {
    /// A control that the directory must heed.
    pub fn critical(oid: impl Into<String>, value: Option<Vec<u8>>) -> Self {
        Self {
            oid: oid.into(),
            critical: true,
            value,
        }
    }
}

impl Attribute {
    /// An attribute with these values.
    pub fn new(name: impl Into<String>, values: impl IntoIterator<Item = impl Into<Vec<u8>>>) -> Self {
        Self {
            name: name.into(),
            values: values.into_iter().map(Into::into).collect(),
        }
    }
}

impl Change {
    /// One change.
    pub fn new(
        kind: ChangeKind,
        name: impl Into<String>,
        values: impl IntoIterator<Item = impl Into<Vec<u8>>>,
    ) -> Self {
        Self {
            kind,
            attribute: Attribute::new(name, values),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "the directory refuses it with {}: {}",
            self.number, self.message
        )
    }
}

impl From<contract::Error> for Failure {
    fn from(error: contract::Error) -> Self {
        Self::Error(match error {
            contract::Error::Refused(refusal) => return Self::Refused(refusal),
            contract::Error::NotPermitted(text) | contract::Error::Unauthorised(text) => {
                Error::Unauthorised(text)
            }
            contract::Error::Unreachable(text) => Error::Unreachable(text),
            contract::Error::TooLarge(text) => Error::invalid_data("the directory", text),
            contract::Error::InvalidRequest(text) => Error::Internal(text),
        })
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Error(error) => error,
            Failure::Refused(refusal) => match refusal.code {
                Code::Busy | Code::Unavailable | Code::TimeLimitExceeded | Code::AdminLimitExceeded => {
                    Self::Unreachable(refusal.to_string())
                }
                Code::InsufficientAccessRights | Code::InvalidCredentials | Code::StrongerAuthRequired => {
                    Self::Unauthorised(refusal.to_string())
                }
                _ => Self::Internal(refusal.to_string()),
            },
        }
    }
}
