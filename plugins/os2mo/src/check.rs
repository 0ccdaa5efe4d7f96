//! Looks whether a connection can work: the server answers in this version, the client has the roles, the root unit is there.

use std::collections::BTreeSet;

use samklang_sdk::prelude::*;
use serde_json::{Map, Value as Json};

use crate::queries::{self, Generation, Query};
use crate::read::Source;
use crate::settings::Window;

/// The roles that reading all classes needs.
const ROLES: [&str; 10] = [
    "read_address",
    "read_class",
    "read_employee",
    "read_engagement",
    "read_facet",
    "read_itsystem",
    "read_ituser",
    "read_kle",
    "read_manager",
    "read_org_unit",
];

#[derive(Debug, Deserialize)]
struct Connected {
    #[serde(default)]
    me: Option<Me>,
    version: Version,
}

#[derive(Debug, Deserialize)]
struct Me {
    roles: BTreeSet<String>,
}

#[derive(Debug, Deserialize)]
struct Version {
    mo_version: Option<String>,
}

/// What it finds.
pub(crate) fn check(source: &Source) -> Result<Vec<Finding>, Error> {
    let generation = source.settings.generation();
    let connect =
        queries::connect(generation).ok_or_else(|| Error::Internal("no query to connect with".into()))?;
    let connected = match source.endpoint.ask::<Connected>(connect, &Map::new()) {
        Ok(connected) => connected,
        Err(error) => return Ok(vec![finding(&error)]),
    };
    let spoken = source.settings.version;
    let version = connected
        .version
        .mo_version
        .unwrap_or_else(|| "of unknown version".into());
    let mut findings = vec![Finding::note(format!(
        "OS2MO {version} answers in GraphQL version {spoken}"
    ))];
    let window = Window::of(&source.settings, &samklang_sdk::now())?;
    match connected.me {
        Some(me) => findings.extend(missing_roles(source, &me.roles)),
        None => findings.extend(first_objects(source, generation, &window)),
    }
    let failed = findings
        .iter()
        .any(|finding| finding.severity == Severity::Failure);
    if let (Some(root), false) = (&source.settings.root_unit, failed) {
        let found = source
            .read("unit", &window, Some(std::slice::from_ref(root)))?
            .next();
        match found {
            Some(Err(error)) => findings.push(finding(&error)),
            Some(Ok(_)) => {}
            None => findings.push(Finding::failure(
                format!("there is no unit {root}, neither now nor to come"),
                "set /root_unit to the UUID of a unit, or leave it out",
            )),
        }
    }
    Ok(findings)
}

fn missing_roles(source: &Source, has: &BTreeSet<String>) -> Vec<Finding> {
    let organisation = source.settings.organisation_is_parent().then_some("read_org");
    let needed = ROLES.into_iter().chain(organisation);
    let missing = needed.filter(|role| !has.contains(*role));
    missing
        .map(|role| {
            Finding::failure(
                format!("the client lacks the role {role}"),
                format!(
                    "give the service account of the client the role {role} in the Keycloak realm of OS2MO"
                ),
            )
        })
        .collect()
}

/// Versions up to 24 do not tell the roles, so the first object of each class is asked for.
fn first_objects(source: &Source, generation: Generation, window: &Window) -> Vec<Finding> {
    #[derive(Debug, Deserialize)]
    struct Any {
        #[serde(flatten)]
        _collections: std::collections::BTreeMap<String, Json>,
    }
    let ask = |query: &Query| {
        let variables = source.variables(*query, window, None, 1);
        source.endpoint.ask::<Any>(*query, &variables).err()
    };
    let classes = queries::texts(generation)
        .iter()
        .filter(|query| !query.class.is_empty());
    classes.filter_map(ask).map(|error| finding(&error)).collect()
}

fn finding(error: &Error) -> Finding {
    let remedy = match error {
        Error::Unauthorised(_) => {
            "bind the client's id and secret to the need \"os2mo\" and give its service account the role in the Keycloak realm of OS2MO"
        }
        Error::Unreachable(_) | Error::RateLimited(_) => {
            "look whether OS2MO runs and the address in /url is right"
        }
        Error::InvalidSettings(_) | Error::Unsupported(_) => {
            "set /version to one that the installation serves"
        }
        _ => "ask whoever runs OS2MO, with this text",
    };
    Finding::failure(error.to_string(), remedy)
}
