//! A session with a domain controller, and what it knows of the domain.

use std::cell::RefCell;
use std::collections::HashMap;

use samklang_sdk::ldap::{Control, Dn, Entry, Failure, Query, Scope, Search, Session};
use samklang_sdk::prelude::*;

use crate::ber;
use crate::description::Kind;
use crate::settings::Settings;
use crate::shape;
use crate::value;

/// The control that gives names with their GUIDs.
pub(crate) const EXTENDED_DN: &str = "1.2.840.113556.1.4.529";
/// The control that shows what has been deleted.
pub(crate) const SHOW_DELETED: &str = "1.2.840.113556.1.4.417";
/// What says that a directory is Active Directory.
const IS_ACTIVE_DIRECTORY: &str = "1.2.840.113556.1.4.800";

/// An organisational unit, as what lies in it refers to it.
#[derive(Debug, Clone)]
pub(crate) struct Ou {
    pub(crate) guid: String,
    pub(crate) anchor: Option<String>,
}

/// A session, and what has been looked up in it.
#[derive(Debug)]
pub(crate) struct Directory {
    pub(crate) session: Session,
    pub(crate) settings: Settings,
    /// The root of the domain.
    pub(crate) domain: Dn,
    /// The part of it that counts.
    pub(crate) base: Dn,
    ous: RefCell<HashMap<String, Option<Ou>>>,
    anchors: RefCell<HashMap<String, Option<String>>>,
}

impl Directory {
    /// Opens a session.
    pub(crate) fn open(settings: &Settings) -> Result<Self, Error> {
        let session = Session::open("directory")?;
        let root = session.entry("", &["defaultNamingContext", "supportedCapabilities"])?;
        let root = root.ok_or_else(|| Error::invalid_data("the root DSE", "it cannot be read"))?;
        if !root
            .texts("supportedCapabilities")
            .iter()
            .any(|one| one == IS_ACTIVE_DIRECTORY)
        {
            let reason = "there is a directory at this address, but it is not Active Directory";
            return Err(Error::invalid_setting("/url", reason));
        }
        let domain = root.text("defaultNamingContext").and_then(Dn::parse);
        let domain = domain.ok_or_else(|| {
            Error::invalid_data(
                "the root DSE",
                "defaultNamingContext is missing: is it a domain controller?",
            )
        })?;
        let base = match &settings.base {
            None => domain.clone(),
            Some(text) => Dn::parse(text)
                .filter(|base| base.below(&domain).is_some())
                .ok_or_else(|| {
                    Error::invalid_setting("/base", format!("is not within the domain {domain}"))
                })?,
        };
        Ok(Self {
            session,
            settings: settings.clone(),
            domain,
            base,
            ous: RefCell::default(),
            anchors: RefCell::default(),
        })
    }

    /// A name of something in the part that counts, from its path.
    pub(crate) fn at(&self, path: &str) -> String {
        if path.is_empty() {
            self.base.to_string()
        } else {
            format!("{path},{}", self.base)
        }
    }

    /// Begins to read all entries of a class.
    pub(crate) fn all(&self, kind: Kind, attributes: &[&str]) -> Result<Search, Failure> {
        let query = Query::new(self.base.to_string(), Scope::Subtree, self.filter(kind))
            .attributes(attributes)
            .paged(self.settings.page_size)
            .control(extended_names());
        self.session.search(query)
    }

    /// Which entries are objects of a class.
    pub(crate) fn filter(&self, kind: Kind) -> String {
        let class = match kind {
            Kind::Ou => "(objectClass=organizationalUnit)",
            Kind::User => "(objectCategory=person)(objectClass=user)",
            Kind::Group | Kind::Membership => "(objectClass=group)",
        };
        let further = match (kind, &self.settings.user_filter) {
            (Kind::User, Some(filter)) => filter.as_str(),
            _ => "",
        };
        format!("(&{class}(!(isCriticalSystemObject=TRUE)){further})")
    }

    /// One entry by its GUID, with names that bear GUIDs.
    pub(crate) fn by_guid(&self, guid: &str, attributes: &[&str]) -> Result<Option<Entry>, Failure> {
        self.first(
            Query::new(value::by_guid(guid), Scope::Base, "(objectClass=*)")
                .attributes(attributes)
                .control(extended_names()),
        )
    }

    /// The first entry of a search; none when its base is not there.
    pub(crate) fn first(&self, query: Query) -> Result<Option<Entry>, Failure> {
        use samklang_sdk::ldap::Code;
        match self.session.find(query) {
            Ok(found) => Ok(found.into_iter().next()),
            Err(Failure::Refused(refusal))
                if matches!(refusal.code, Code::NoSuchObject | Code::InvalidDnSyntax) =>
            {
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// The organisational unit of this name, where it lies within the part that counts and is not its base.
    pub(crate) fn ou_at(&self, dn: &str) -> Result<Option<Ou>, Failure> {
        if let Some(known) = self.ous.borrow().get(dn) {
            return Ok(known.clone());
        }
        let within = Dn::parse(dn)
            .and_then(|dn| dn.below(&self.base))
            .is_some_and(|path| !path.is_empty());
        let found = if within {
            let query = Query::new(dn, Scope::Base, "(objectClass=organizationalUnit)")
                .attributes(&["objectGUID", self.settings.anchor.as_str()]);
            self.first(query)?
        } else {
            None
        };
        let ou = found.and_then(|entry| {
            let (guid, _) = shape::identity(&entry).ok()?;
            let anchor = entry.text(&self.settings.anchor).map(str::to_owned);
            Some(Ou { guid, anchor })
        });
        self.ous.borrow_mut().insert(dn.to_owned(), ou.clone());
        Ok(ou)
    }

    /// The anchor of the object of this GUID.
    pub(crate) fn anchor_of(&self, guid: Option<&str>) -> Result<Option<String>, Failure> {
        let Some(guid) = guid else { return Ok(None) };
        if let Some(known) = self.anchors.borrow().get(guid) {
            return Ok(known.clone());
        }
        let anchor = self.settings.anchor.as_str();
        let found = self.by_guid(guid, &[anchor])?;
        let found = found.and_then(|entry| entry.text(anchor).map(str::to_owned));
        self.anchors.borrow_mut().insert(guid.to_owned(), found.clone());
        Ok(found)
    }

    /// Forgets what names led to, after something has been made or moved.
    pub(crate) fn forget(&self) {
        self.ous.borrow_mut().clear();
    }
}

/// Names with their GUIDs.
pub(crate) fn extended_names() -> Control {
    Control::critical(EXTENDED_DN, Some(ber::EXTENDED_NAMES.to_vec()))
}
