//! Sessions by the contract's own interface.

use crate::bindings::samklang::connector::ldap::{self, Attribute, Batch, Change, Control, Error, Query};

#[derive(Debug)]
pub(super) struct Session(ldap::Session);

#[derive(Debug)]
pub(super) struct Results(ldap::Results);

impl Session {
    pub(super) fn open(need: &str) -> Result<Self, Error> {
        ldap::open(need).map(Self)
    }

    pub(super) fn search(&self, query: Query) -> Result<Results, Error> {
        self.0.search(&query).map(Results)
    }

    pub(super) fn add(
        &self,
        dn: &str,
        attributes: &[Attribute],
        controls: &[Control],
    ) -> Result<Vec<Control>, Error> {
        self.0.add(dn, attributes, controls)
    }

    pub(super) fn modify(
        &self,
        dn: &str,
        changes: &[Change],
        controls: &[Control],
    ) -> Result<Vec<Control>, Error> {
        self.0.modify(dn, changes, controls)
    }

    pub(super) fn delete(&self, dn: &str, controls: &[Control]) -> Result<Vec<Control>, Error> {
        self.0.delete(dn, controls)
    }

    pub(super) fn rename(
        &self,
        dn: &str,
        new_rdn: &str,
        delete_old_rdn: bool,
        new_superior: Option<&str>,
        controls: &[Control],
    ) -> Result<Vec<Control>, Error> {
        self.0.rename(dn, new_rdn, delete_old_rdn, new_superior, controls)
    }
}

impl Results {
    pub(super) fn next(&self, max: u32) -> Result<Batch, Error> {
        self.0.next(max)
    }
}
