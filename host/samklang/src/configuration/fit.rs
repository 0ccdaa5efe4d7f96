//! The tenant's configuration joined with what the installed connectors say of themselves. What comes out can be run.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_core::Description;
use samklang_core::connector::{CredentialKind, Need};
use samklang_core::mapping::{Inbound, MappingSource, Mappings, Outbound, Vocabulary};
use samklang_core::port::StepSpec;
use samklang_egress::{CredentialSettings, Credentials, Grants, Origin, OriginError};
use semver::Version;

use super::connection::{Connection, Delete, GuardLimits, Role};
use super::mapping;
use super::mistake::{Mistake, Mistaken, Mistakes, Source};
use super::section::nearest;
use super::settings;
use super::tenant::Tenant;

/// A connector that is installed.
#[derive(Debug, Clone)]
pub struct Installed {
    /// The digest of its component, in hexadecimal: what the store and the folder know it by.
    pub digest: String,
    /// What it says of itself.
    pub description: Arc<Description>,
}

/// A tenant's configuration that fits the installed connectors.
pub struct Fitted {
    /// The tenant's name.
    pub tenant: String,
    /// The steps of a cycle.
    pub steps: Vec<StepSpec>,
    /// The connections, in the order of the file.
    pub connections: Vec<FittedConnection>,
    /// The attributes that entities of this tenant may have.
    pub vocabulary: Arc<Vocabulary>,
    source: Source,
    written: Vec<Connection>,
}

/// A connection that can be opened.
pub struct FittedConnection {
    /// Its name.
    pub name: String,
    /// What it is used for.
    pub role: Role,
    /// The connector.
    pub connector: Installed,
    /// Its settings, which the connector's schema allows.
    pub settings: serde_json::Value,
    /// Where HTTP requests may go.
    pub grants: Grants,
    /// What the host shows them with.
    pub credentials: Credentials,
    /// Leave to read the inbox.
    pub inbox: bool,
    /// Leave to write to the outbox.
    pub outbox: bool,
    /// Where its guard halts.
    pub guard: GuardLimits,
    /// What happens to its objects whose entity is gone.
    pub delete: Option<Delete>,
    /// What its objects say about entities, by class; empty unless it is a source.
    pub inbound: BTreeMap<String, Inbound>,
    /// What it shall hold, by class; empty unless it is a target.
    pub outbound: BTreeMap<String, Outbound>,
}

impl Tenant {
    /// Joins the configuration with the installed connectors.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, those that the file alone shows among them.
    pub fn fit(mut self, installed: &[Installed]) -> Result<Fitted, Mistaken> {
        let mut mistakes = std::mem::take(&mut self.mistakes);
        let mut vocabulary = Vocabulary::default();
        let mut parts = Vec::with_capacity(self.connections.len());
        for connection in &self.connections {
            let Some(connector) = choose(connection, installed, &mut mistakes) else { continue };
            let sources = mapping::joined(connection, &connector.description, &mut mistakes);
            let inbound = match &sources {
                Some(sources) if connection.role.reads() => {
                    Mappings::compile_inbound(sources, &connector.description, &mut vocabulary)
                }
                _ => Ok(BTreeMap::new()),
            };
            let inbound = inbound.unwrap_or_else(|found| {
                mapping::note(connection, found, &mut mistakes);
                BTreeMap::new()
            });
            parts.push((connection, connector, sources, inbound));
        }
        let mut connections = Vec::with_capacity(parts.len());
        for (connection, connector, sources, inbound) in parts {
            let fitted = fit(connection, connector, sources, inbound, &vocabulary, &mut mistakes);
            connections.extend(fitted);
        }
        for step in &self.steps {
            capable(step, &self.connections, &connections, &mut mistakes);
        }
        mistakes.settle(&self.source)?;
        Ok(Fitted {
            tenant: self.name,
            steps: self.steps,
            connections,
            vocabulary: Arc::new(vocabulary),
            source: self.source,
            written: self.connections,
        })
    }
}

impl Fitted {
    /// What a connector said about its settings, at the lines that it means: JSON pointers and reasons.
    ///
    /// # Errors
    ///
    /// Whenever it said anything.
    pub fn refused_settings(&self, connection: &str, invalid: &[(String, String)]) -> Result<(), Mistaken> {
        let mut mistakes = Mistakes::default();
        if let Some(connection) = self.written.iter().find(|written| written.name == connection) {
            settings::noted(connection, invalid, &mut mistakes);
        }
        mistakes.settle(&self.source)
    }
}

/// The installed connector that a connection names: the version that it asks for, or the newest.
fn choose(connection: &Connection, installed: &[Installed], mistakes: &mut Mistakes) -> Option<Installed> {
    let name = connection.connector.value.as_str();
    let version = |installed: &&Installed| Version::parse(&installed.description.version).ok();
    let candidates = || installed.iter().filter(|installed| installed.description.name == name);
    if candidates().next().is_none() {
        let mut names: Vec<&str> = installed.iter().map(|installed| installed.description.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let remedy = match (nearest(name, &names), names.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`? Else install it: `samklang connector install FILE`"),
            (None, true) => "none is installed yet; install it: `samklang connector install FILE`".to_owned(),
            (None, false) => {
                format!("installed are `{}`; install it: `samklang connector install FILE`", names.join("`, `"))
            }
        };
        mistakes.add(
            Mistake::new("unknown-connector", connection.connector.span.clone(), format!("the connector `{name}` is not installed"))
                .remedy(remedy),
        );
        return None;
    }
    let Some(wanted) = &connection.version else {
        return candidates().max_by_key(version).cloned();
    };
    let found = candidates().find(|installed| installed.description.version == wanted.value).cloned();
    if found.is_none() {
        let mut versions: Vec<&str> = candidates().map(|installed| installed.description.version.as_str()).collect();
        versions.sort_by_key(|version| Version::parse(version).ok());
        mistakes.add(
            Mistake::new("unknown-version", wanted.span.clone(), format!("version {} of the connector `{name}` is not installed", wanted.value))
                .remedy(format!("installed: {}; leave `version` out to use the newest", versions.join(", "))),
        );
    }
    found
}

fn fit(
    connection: &Connection,
    connector: Installed,
    sources: Option<MappingSource>,
    inbound: BTreeMap<String, Inbound>,
    vocabulary: &Vocabulary,
    mistakes: &mut Mistakes,
) -> Option<FittedConnection> {
    let description = Arc::clone(&connector.description);
    settings::check(connection, &description.settings, mistakes);
    let reachable = reachable(connection, &description.needs, mistakes);
    granted(connection, &description.needs, &reachable, mistakes);
    let credentials = credentials(connection, &description.needs, &reachable, mistakes);
    let outbound = match &sources {
        Some(sources) if connection.role.writes() => {
            Mappings::compile_outbound(sources, &description, vocabulary).unwrap_or_else(|found| {
                mapping::note(connection, found, mistakes);
                BTreeMap::new()
            })
        }
        _ => BTreeMap::new(),
    };
    let grants =
        Grants::new(&connection.name, &description.name, &description.needs, &connection.settings, &connection.grants)
            .ok();
    Some(FittedConnection {
        name: connection.name.clone(),
        role: connection.role,
        settings: connection.settings.clone(),
        grants: grants?,
        credentials: credentials?,
        inbox: connection.grants.inbox && description.needs.iter().any(|need| matches!(need, Need::Inbox(_))),
        outbox: connection.grants.outbox && description.needs.iter().any(|need| matches!(need, Need::Outbox(_))),
        guard: connection.guard,
        delete: connection.delete,
        inbound,
        outbound,
        connector,
    })
}

/// The needs whose origin the settings name: name, origin, accepted kinds of credential and purpose.
fn reachable<'a>(
    connection: &Connection,
    needs: &'a [Need],
    mistakes: &mut Mistakes,
) -> Vec<(&'a str, Origin, &'a [CredentialKind], &'a str)> {
    let mut reachable = Vec::new();
    for need in needs {
        let Need::Http { name, origin, credentials, purpose } = need else { continue };
        match Origin::from_template(origin, &connection.settings) {
            Ok(origin) => reachable.push((name.as_str(), origin, credentials.as_slice(), purpose.as_str())),
            // An optional setting that is absent; one that is required is the schema's to tell.
            Err(OriginError::Setting { .. }) => {}
            Err(cause) => {
                let setting = origin.split('{').nth(1).and_then(|rest| rest.split('}').next()).unwrap_or_default();
                let pointer = format!("/settings/{}", setting.replace('.', "/"));
                mistakes.add(Mistake::new("origin", connection.node.pointed(&pointer), cause.to_string()));
            }
        }
    }
    reachable
}

/// Notes what the connector needs and the operator has not granted, with the lines that grant it.
fn granted(
    connection: &Connection,
    needs: &[Need],
    reachable: &[(&str, Origin, &[CredentialKind], &str)],
    mistakes: &mut Mistakes,
) {
    let grants = &connection.grants;
    let given: Vec<Origin> = grants.http.iter().filter_map(|text| Origin::granted(text).ok()).collect();
    let mut missing = Vec::new();
    let mut origins: Vec<String> = given.iter().map(Origin::to_string).collect();
    for (_, origin, _, purpose) in reachable {
        if !given.contains(origin) {
            missing.push(format!("to reach {origin} ({purpose})"));
            if !origins.contains(&origin.to_string()) {
                origins.push(origin.to_string());
            }
        }
    }
    let (mut inbox, mut outbox) = (grants.inbox, grants.outbox);
    for need in needs {
        match need {
            Need::Inbox(purpose) if !inbox => {
                inbox = true;
                missing.push(format!("to read the connection's inbox ({purpose})"));
            }
            Need::Outbox(purpose) if !outbox => {
                outbox = true;
                missing.push(format!("to write to the connection's outbox ({purpose})"));
            }
            _ => {}
        }
    }
    if missing.is_empty() {
        return;
    }
    let mut lines = format!("[connections.{}.grants]", connection.name);
    if inbox {
        lines.push_str("\ninbox = true");
    }
    if outbox {
        lines.push_str("\noutbox = true");
    }
    if !origins.is_empty() {
        let quoted: Vec<String> = origins.iter().map(|origin| format!("{origin:?}")).collect();
        lines.push_str(&format!("\nhttp = [{}]", quoted.join(", ")));
    }
    let place = connection.node.place(["grants"], true);
    mistakes.add(
        Mistake::new(
            "not-granted",
            place,
            format!(
                "the connector `{}` needs leave that `{}` does not have: {}",
                connection.connector.value,
                connection.name,
                missing.join("; ")
            ),
        )
        .remedy(format!("if it shall have it, write\n{lines}")),
    );
}

fn credentials(
    connection: &Connection,
    needs: &[Need],
    reachable: &[(&str, Origin, &[CredentialKind], &str)],
    mistakes: &mut Mistakes,
) -> Option<Credentials> {
    let mut bound = BTreeMap::new();
    let mut whole = true;
    for (need, written) in &connection.credentials {
        match written.resolve() {
            Ok(credential) => {
                // One at a time, so that each misfit is told at its own line.
                match Credentials::new(BTreeMap::from([(need.clone(), credential.clone())]), needs) {
                    Ok(_) => drop(bound.insert(need.clone(), credential)),
                    Err(cause) => {
                        whole = false;
                        let place = connection.node.place(["credentials", need], true);
                        mistakes.add(Mistake::new("credential", place, cause.to_string()));
                    }
                }
            }
            Err(cause) => {
                whole = false;
                let place = connection.node.place(["credentials", need, secret_key(written)], false);
                mistakes.add(Mistake::new("credential", place, cause.to_string()));
            }
        }
    }
    for (need, origin, accepted, _) in reachable {
        let Some(kind) = accepted.first() else { continue };
        let same_origin = |name: &String| reachable.iter().any(|(other, theirs, ..)| other == name && theirs == origin);
        if connection.credentials.contains_key(*need) || connection.credentials.keys().any(same_origin) {
            continue;
        }
        whole = false;
        mistakes.add(
            Mistake::new(
                "missing-credential",
                connection.node.place(["credentials"], true),
                format!("the system at {origin} wants a credential, and `{}` has none for `{need}`", connection.name),
            )
            .remedy(format!("add\n[connections.{}.credentials.{need}]\n{}", connection.name, example(*kind, &connection.name))),
        );
    }
    if !whole {
        return None;
    }
    Credentials::new(bound, needs).ok()
}

/// The key under which a credential's secret is named.
fn secret_key(written: &CredentialSettings) -> &'static str {
    match written {
        CredentialSettings::Bearer { .. } => "token",
        CredentialSettings::Header { .. } => "value",
        CredentialSettings::Basic { .. } => "password",
        CredentialSettings::Oauth2ClientCredentials { .. } => "client_secret",
    }
}

/// Lines that bind a credential of the kind.
fn example(kind: CredentialKind, connection: &str) -> String {
    let variable = connection.to_uppercase().replace('-', "_");
    match kind {
        CredentialKind::Bearer => format!("kind = \"bearer\"\ntoken = \"env:{variable}_TOKEN\""),
        CredentialKind::Header => format!("kind = \"header\"\nname = \"…\"\nvalue = \"env:{variable}_KEY\""),
        CredentialKind::Basic => {
            format!("kind = \"basic\"\nusername = \"…\"\npassword = \"env:{variable}_PASSWORD\"")
        }
        CredentialKind::Oauth2ClientCredentials => format!(
            "kind = \"oauth2-client-credentials\"\ntoken_url = \"…\"\nclient_id = \"…\"\nclient_secret = \"env:{variable}_SECRET\""
        ),
    }
}

/// Notes a step that the connection's connector cannot do.
fn capable(step: &StepSpec, written: &[Connection], fitted: &[FittedConnection], mistakes: &mut Mistakes) {
    let Some(name) = step.connection.as_deref() else { return };
    let Some(connection) = fitted.iter().find(|connection| connection.name == name) else { return };
    let Some(place) = written.iter().find(|connection| connection.name == name) else { return };
    let classes = &connection.connector.description.classes;
    let lack = match step.kind.as_str() {
        "import" if !classes.iter().any(|class| class.readable) => "has no class that can be read",
        "export" if !classes.iter().any(|class| !class.actions.is_empty()) => "has no class that can be changed",
        "feedback" if !classes.iter().any(|class| class.readable) => "cannot be read back",
        _ => return,
    };
    mistakes.add(
        Mistake::new(
            "step-unsupported",
            place.connector.span.clone(),
            format!("the step `{} {name}` cannot be done: the connector `{}` {lack}", step.kind, place.connector.value),
        )
        .remedy("leave the step out, or use another connector"),
    );
}
