//! From references to objects. A reference is the key of an object, or what the key was proposed to be when the object was made: its anchor.

use samklang_sdk::ldap::{Code, Dn, Entry, Failure, Query, Scope, escape_filter};
use samklang_sdk::prelude::*;

use crate::description::Kind;
use crate::directory::{Directory, extended_names};
use crate::shape;
use crate::value;

/// An object that was found.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) guid: String,
    pub(crate) dn: Dn,
}

impl Found {
    fn of(entry: &Entry) -> Result<Self, Failure> {
        let (guid, dn) = shape::identity(entry)?;
        Ok(Self { guid, dn })
    }
}

impl Directory {
    /// The object of a class that a reference means.
    pub(crate) fn resolve(&self, kind: Kind, reference: &str) -> Result<Option<Found>, Failure> {
        if value::is_guid(reference) {
            let query = Query::new(value::by_guid(reference), Scope::Base, self.filter(kind))
                .attributes(&["objectGUID"]);
            if let Some(entry) = self.first(query)? {
                return Found::of(&entry).map(Some);
            }
        }
        match self.anchored(kind, reference)? {
            Some(entry) => Found::of(&entry).map(Some),
            None => Ok(None),
        }
    }

    /// The object of a class that bears an anchor; none also when several do, of which none can be preferred.
    pub(crate) fn anchored(&self, kind: Kind, anchor: &str) -> Result<Option<Entry>, Failure> {
        let name = &self.settings.anchor;
        let filter = format!("(&{}({name}={}))", self.filter(kind), escape_filter(anchor));
        let query = Query::new(self.base.to_string(), Scope::Subtree, filter)
            .attributes(&shape::asked(kind, name))
            .control(extended_names());
        let mut found = self.session.find(query)?;
        match (found.pop(), found.is_empty()) {
            (Some(only), true) => Ok(Some(only)),
            (Some(_), false) => Err(Failure::Error(Error::invalid_data(
                format!("the attribute {name}"),
                format!(
                    "several objects of class {} bear the same id: clear it on all but the right one",
                    kind.name()
                ),
            ))),
            (None, _) => Ok(None),
        }
    }

    /// What is in the way of an object: one that has its name, its account name or its principal name.
    pub(crate) fn in_the_way(
        &self,
        kind: Kind,
        dn: Option<&str>,
        operation: &Operation,
    ) -> Result<Option<Object>, Failure> {
        let asked = shape::asked(kind, &self.settings.anchor);
        let mut queries = Vec::new();
        queries.extend(dn.map(|dn| Query::new(dn, Scope::Base, "(objectClass=*)")));
        let names = ["sAMAccountName", "userPrincipalName"]
            .into_iter()
            .filter_map(|name| {
                let value = operation.text(name)?;
                Some(format!("({name}={})", escape_filter(value)))
            });
        let names: String = names.collect();
        if !names.is_empty() {
            queries.push(Query::new(
                self.domain.to_string(),
                Scope::Subtree,
                format!("(|{names})"),
            ));
        }
        for query in queries {
            let found = match self
                .session
                .find(query.attributes(&asked).control(extended_names()))
            {
                Err(Failure::Refused(refusal)) if refusal.code == Code::NoSuchObject => continue,
                found => found?,
            };
            for entry in &found {
                let (guid, _) = shape::identity(entry)?;
                if guid != operation.key {
                    return Ok(Some(shape::row(self, kind, entry)?.into_object(guid)));
                }
            }
        }
        Ok(None)
    }
}
