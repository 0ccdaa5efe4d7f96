//! Where an object shall be.

use samklang_sdk::ldap::{Dn, escape_rdn};
use samklang_sdk::prelude::*;

use super::{Halt, wrong};
use crate::description::Kind;
use crate::directory::Directory;

/// The name that an object shall have, and what it shall lie in. What the mapping does not say is absent.
#[derive(Debug, Default)]
pub(crate) struct Place {
    /// Such as `CN=Hansen\, Kari`.
    pub(crate) rdn: Option<String>,
    pub(crate) parent: Option<Dn>,
    /// Keys that references turned out to be.
    pub(crate) assigned: Vec<(&'static str, String)>,
}

pub(crate) fn place(directory: &Directory, kind: Kind, operation: &Operation) -> Result<Place, Halt> {
    let mut place = Place::default();
    let (attribute, prefix) = if kind == Kind::Ou {
        ("name", "OU")
    } else {
        ("cn", "CN")
    };
    if let Some(name) = operation.text(attribute) {
        if name.chars().count() > 64 {
            return Err(wrong(
                attribute,
                "it is longer than 64 characters: cut it in the mapping",
            ));
        }
        place.rdn = Some(format!("{prefix}={}", escape_rdn(name.trim())));
    }
    // The first that has a value.
    let references: &[&'static str] = match kind {
        Kind::Ou => &["parent"],
        Kind::User => &["unit"],
        Kind::Group => &["ou"],
        Kind::Membership => &[],
    };
    for &name in references {
        let Some(reference) = operation.text(name) else {
            continue;
        };
        let found = directory.resolve(Kind::Ou, reference)?.ok_or_else(|| {
            wrong(
                name,
                "there is no organisational unit of this id: see whether it could be made",
            )
        })?;
        if name != "unit" {
            place.assigned.push((name, found.guid));
        }
        place.parent = Some(found.dn);
        return Ok(place);
    }
    let said =
        |name: &str| operation.value(name).is_some() || operation.changed.iter().any(|one| one == name);
    place.parent = if let Some(path) = operation.text("path") {
        let path = Dn::parse(path)
            .ok_or_else(|| wrong("path", "it is not a path such as `OU=Skoler,OU=Ansatte`"))?;
        Dn::parse(&directory.at(&path.to_string()))
    } else if operation.action == Action::Create || references.iter().any(|name| said(name)) {
        let path = match kind {
            Kind::User => directory.settings.users.as_str(),
            Kind::Group => directory.settings.groups.as_str(),
            Kind::Ou | Kind::Membership => "",
        };
        Dn::parse(&directory.at(path))
    } else {
        None
    };
    Ok(place)
}
