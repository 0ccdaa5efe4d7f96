//! Looks whether the domain controller lets us in, whether the places are there, and whether the rights suffice as far as that can be seen
//! without changing anything.

use samklang_sdk::ldap::{Query, Scope};
use samklang_sdk::prelude::*;

use crate::changes;
use crate::directory::Directory;
use crate::settings::{Removal, Settings};

pub(crate) fn check(settings: &Settings) -> Result<Vec<Finding>, Error> {
    let directory = match Directory::open(settings) {
        Ok(directory) => directory,
        // Whether to call it a refusal is the host's to tell, which knows more.
        Err(error @ (Error::InvalidSettings(_) | Error::Unauthorised(_))) => return Err(error),
        Err(error) => return Ok(vec![not_there(&error)]),
    };
    let mut findings = vec![Finding::note(format!(
        "it is the domain {}",
        directory.domain.domain()
    ))];
    let removed = settings
        .removed
        .as_deref()
        .filter(|_| settings.removal == Removal::Move);
    let places = [
        ("/base", Some("")),
        ("/users", Some(settings.users.as_str())),
        ("/groups", Some(settings.groups.as_str())),
        ("/removed", removed),
    ];
    for (setting, path) in places {
        let Some(path) = path else { continue };
        let place = directory.at(path);
        let query = Query::new(place.as_str(), Scope::Base, "(objectClass=*)").attributes(&["objectGUID"]);
        if directory.first(query)?.is_none() {
            findings.push(Finding::failure(
                format!("{place} is not there, or cannot be read"),
                format!("make it, give the account the right to read it, or correct {setting}"),
            ));
        }
    }
    let schema = Query::new(directory.base.to_string(), Scope::Base, "(objectClass=*)")
        .attributes(&["allowedAttributes"]);
    let allowed = directory
        .first(schema)?
        .map(|entry| entry.texts("allowedAttributes"))
        .unwrap_or_default();
    if !allowed.is_empty()
        && !allowed
            .iter()
            .any(|name| name.eq_ignore_ascii_case(&settings.anchor))
    {
        findings.push(Finding::failure(
            format!("organisational units have no attribute {}", settings.anchor),
            "name another one in /anchor, which users, groups and organisational units have",
        ));
    }
    if settings.changes {
        match changes::cursor(&directory) {
            Ok(_) => findings.push(Finding::note("changes can be read")),
            Err(Error::Unauthorised(cause)) => findings.push(Finding::failure(
                cause,
                "delegate Replicating Directory Changes on the domain to the account, or set /changes to false",
            )),
            Err(error) => return Err(error),
        }
    }
    Ok(findings)
}

fn not_there(error: &Error) -> Finding {
    Finding::failure(
        format!("the domain controller does not answer as it should: {error}"),
        "look whether the address in /url is right, and its certificate signed by an authority that the machine trusts",
    )
}
