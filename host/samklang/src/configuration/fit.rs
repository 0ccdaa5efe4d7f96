//! The tenant's configuration joined with what the installed connectors say of themselves. What comes out can be run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use samklang_core::Description;
use samklang_core::mapping::{MappingSource, Mappings, Vocabulary};
use samklang_core::port::StepSpec;
use samklang_egress::{Credential, GrantSettings, ProxySettings};
use samklang_registry::Trust;
use semver::Version;

use super::connection::{Connection, reads, writes};
use super::limits::Bounds;
use super::mapping;
use super::mistake::{Mistake, Mistaken, Mistakes};
use super::needs;
use super::policy;
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
    /// The signature that came with it.
    pub signature: Option<String>,
}

/// What an installation offers a tenant.
#[derive(Debug, Clone, Default)]
pub struct Offer {
    /// The builds of connectors, in the order of their installation.
    pub installed: Vec<Installed>,
    /// The digests of the builds that an unfinished cycle began with, by connection. They come before everything.
    pub running: BTreeMap<String, String>,
    /// The digests of the builds that were activated, by connection.
    pub active: BTreeMap<String, String>,
    /// Whose connectors are let in.
    pub trust: Trust,
}

impl From<Vec<Installed>> for Offer {
    fn from(installed: Vec<Installed>) -> Self {
        Self {
            installed,
            ..Self::default()
        }
    }
}

/// What a fitted configuration is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// To reach systems: every secret must be there.
    Work,
    /// To look at what is kept: no secret is touched, and nothing has to be granted.
    Look,
}

/// A tenant's configuration that fits the installed connectors.
pub struct Fitted {
    /// What the cycle sees.
    pub tenant: samklang_cycle::Tenant,
    /// What sessions are opened with, by connection.
    pub openings: BTreeMap<String, Opening>,
    /// The mappings as they are written, by connection, for explanations.
    pub written: BTreeMap<String, MappingSource>,
    /// Whose connectors the tenant lets in.
    pub trust: Trust,
    /// The certificate authorities that its connections believe beside the system's, as PEM texts.
    pub authorities: Vec<String>,
}

/// What a connection's sessions are opened with.
pub struct Opening {
    /// The connector.
    pub connector: Installed,
    /// Its settings, which the connector's schema allows.
    pub settings: serde_json::Value,
    /// What the operator grants.
    pub grants: GrantSettings,
    /// The credentials by the name of the need. Sessions share them, and with them the tokens that they fetch.
    pub credentials: BTreeMap<String, Credential>,
    /// What a step may use.
    pub bounds: Bounds,
    /// The proxy that its requests go through.
    pub proxy: Option<ProxySettings>,
    /// The folder of arriving files, whether or not it is granted.
    pub inbox: PathBuf,
    /// The folder of files to send, whether or not it is granted.
    pub outbox: PathBuf,
}

impl Tenant {
    /// Joins the configuration with the installed connectors.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, those that the file alone shows among them.
    pub fn fit(mut self, offer: &Offer, purpose: Use) -> Result<Fitted, Mistaken> {
        let mut mistakes = std::mem::take(&mut self.mistakes);
        let mut vocabulary = Vocabulary::with_tables(std::mem::take(&mut self.tables));
        let mut parts = Vec::with_capacity(self.connections.len());
        for connection in &self.connections {
            let Some(connector) = choose(connection, offer, &mut mistakes) else {
                continue;
            };
            if let Some(why) = connector.description.exposed_key() {
                let place = connection.connector.span.clone();
                mistakes.add(
                    Mistake::new("sensitive-key", place, why)
                        .remedy("name another `version` of the connector"),
                );
            }
            let sources = mapping::joined(connection, &connector.description, &mut mistakes);
            let inbound = match &sources {
                Some(sources) if reads(connection.role) => {
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
        let mut connections = BTreeMap::new();
        let mut written = BTreeMap::new();
        let mut openings = BTreeMap::new();
        for (connection, connector, sources, inbound) in parts {
            let outbound = match &sources {
                Some(sources) if writes(connection.role) => {
                    Mappings::compile_outbound(sources, &connector.description, &vocabulary)
                }
                _ => Ok(BTreeMap::new()),
            };
            let outbound = outbound.unwrap_or_else(|found| {
                mapping::note(connection, found, &mut mistakes);
                BTreeMap::new()
            });
            policy::fits(connection, &outbound, &mut mistakes);
            let opening = opening(connection, connector, &self.folder, purpose, &mut mistakes);
            let cycle = samklang_cycle::Connection {
                role: connection.role,
                mappings: Mappings { inbound, outbound },
                guard: connection.guard.clone(),
                policy: connection.policy.clone(),
                in_flight: connection.in_flight,
                daily_operations: connection.daily_operations,
                enrolment: connection.enrolment,
            };
            written.extend(sources.map(|sources| (connection.name.clone(), sources)));
            connections.insert(connection.name.clone(), cycle);
            openings.insert(connection.name.clone(), opening);
        }
        for step in &self.steps {
            capable(step, &self.connections, &openings, &mut mistakes);
        }
        let trust = self.trust.within(&offer.trust, &mut mistakes);
        mistakes.settle(&self.source)?;
        let sources = self
            .connections
            .iter()
            .filter(|connection| reads(connection.role));
        let tenant = samklang_cycle::Tenant {
            namespace: samklang_cycle::Tenant::namespace(&self.name),
            sources: sources.map(|connection| connection.name.clone()).collect(),
            name: self.name,
            steps: self.steps,
            ownership: self.ownership,
            retention: self.retention,
            connections,
            vocabulary: Arc::new(vocabulary),
            calendar: samklang_cycle::Calendar {
                zone: self.zone,
                as_of: None,
            },
        };
        Ok(Fitted {
            tenant,
            openings,
            written,
            trust,
            authorities: self.authorities,
        })
    }
}

/// The build that a connection runs: the one that its unfinished cycle began with; of the version that the file names, the one installed
/// last; the one that was activated; or of the newest version, the one installed last.
fn choose(connection: &Connection, offer: &Offer, mistakes: &mut Mistakes) -> Option<Installed> {
    let name = connection.connector.value.as_str();
    let installed = &offer.installed;
    let build = |digest: &String| {
        let found = installed.iter().find(|installed| installed.digest == *digest);
        // A connection may have been given another connector since.
        found.filter(|found| found.description.name == name)
    };
    if let Some(running) = offer.running.get(&connection.name).and_then(build) {
        return Some(running.clone());
    }
    let version = |installed: &&Installed| Version::parse(&installed.description.version).ok();
    let candidates = || {
        installed
            .iter()
            .filter(|installed| installed.description.name == name)
    };
    if candidates().next().is_none() {
        let mut names: Vec<&str> = installed
            .iter()
            .map(|installed| installed.description.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        let remedy = match (nearest(name, &names), names.is_empty()) {
            (Some(near), _) => {
                format!("did you mean `{near}`? Else install it: `samklang connector add FILE`")
            }
            (None, true) => "none is installed yet; install it: `samklang connector add FILE`".to_owned(),
            (None, false) => {
                format!(
                    "installed are `{}`; install it: `samklang connector add FILE`",
                    names.join("`, `")
                )
            }
        };
        mistakes.add(
            Mistake::new(
                "unknown-connector",
                connection.connector.span.clone(),
                format!("the connector `{name}` is not installed"),
            )
            .remedy(remedy),
        );
        return None;
    }
    let Some(wanted) = &connection.version else {
        let active = offer.active.get(&connection.name);
        if let Some(gone) = active.filter(|digest| installed.iter().all(|known| known.digest != **digest)) {
            mistakes.add(
                Mistake::new(
                    "build-missing",
                    connection.connector.span.clone(),
                    format!("the build {} of `{name}`, which `{}` runs, is not installed", short(gone), connection.name),
                )
                .remedy(format!(
                    "add it again: `samklang connector add FILE`; or give the connection another: `samklang connector activate DIR {name}`"
                )),
            );
            return None;
        }
        return active
            .and_then(build)
            .or_else(|| candidates().max_by_key(version))
            .cloned();
    };
    let found = candidates()
        .rfind(|installed| installed.description.version == wanted.value)
        .cloned();
    if found.is_none() {
        let mut versions: Vec<&str> = candidates()
            .map(|installed| installed.description.version.as_str())
            .collect();
        versions.sort_by_key(|version| Version::parse(version).ok());
        mistakes.add(
            Mistake::new(
                "unknown-version",
                wanted.span.clone(),
                format!(
                    "version {} of the connector `{name}` is not installed",
                    wanted.value
                ),
            )
            .remedy(format!(
                "installed: {}; leave `version` out to use the newest",
                versions.join(", ")
            )),
        );
    }
    found
}

/// As much of a digest as tells builds apart.
pub(crate) fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn opening(
    connection: &Connection,
    connector: Installed,
    folder: &Path,
    purpose: Use,
    mistakes: &mut Mistakes,
) -> Opening {
    let description = Arc::clone(&connector.description);
    settings::check(connection, &description.settings, mistakes);
    let reachable = needs::reachable(connection, &description.needs, mistakes);
    if purpose == Use::Work {
        needs::granted(connection, &description.needs, &reachable, mistakes);
    }
    let folder = folder.join(&connection.name);
    Opening {
        connector,
        settings: connection.settings.clone(),
        grants: connection.grants.clone(),
        credentials: match purpose {
            Use::Work => needs::credentials(connection, &description.needs, &reachable, mistakes),
            Use::Look => BTreeMap::new(),
        },
        bounds: connection.bounds,
        proxy: connection.proxy.clone(),
        inbox: folder.join("inbox"),
        outbox: folder.join("outbox"),
    }
}

/// Notes a step that the connection's connector cannot do.
fn capable(
    step: &StepSpec,
    written: &[Connection],
    openings: &BTreeMap<String, Opening>,
    mistakes: &mut Mistakes,
) {
    let Some(name) = step.connection.as_deref() else {
        return;
    };
    let Some(opening) = openings.get(name) else { return };
    let Some(place) = written.iter().find(|connection| connection.name == name) else {
        return;
    };
    let classes = &opening.connector.description.classes;
    let lack = match step.kind.as_str() {
        "import" if !classes.iter().any(|class| class.readable) => "has no class that can be read",
        "export" if !classes.iter().any(|class| !class.actions.is_empty()) => {
            "has no class that can be changed"
        }
        "feedback" if !classes.iter().any(|class| class.readable) => "cannot be read back",
        _ => return,
    };
    mistakes.add(
        Mistake::new(
            "step-unsupported",
            place.connector.span.clone(),
            format!(
                "the step `{} {name}` cannot be done: the connector `{}` {lack}",
                step.kind, place.connector.value
            ),
        )
        .remedy("leave the step out, or use another connector"),
    );
}
