//! Another build for a tenant's connections: held against the configuration first, taken up by the next cycle, and taken back.

use std::collections::BTreeMap;

use samklang_core::port::Clock as _;
use samklang_store::{ConnectorRecord, TenantStore};
use semver::Version;

use super::inspection::octets;
use super::{builds, difference};
use crate::configuration::{Tenant, Use, short};
use crate::failure::Failure;
use crate::installation::{Premises, described};
use crate::wiring::SystemClock;

/// What a connection runs from now on.
pub(crate) struct Given {
    pub(crate) connection: String,
    pub(crate) digest: String,
    pub(crate) now: Option<ConnectorRecord>,
    pub(crate) before: Option<ConnectorRecord>,
    /// What the new build says of itself that the former one did not.
    pub(crate) changes: Vec<String>,
}

/// Builds by connection.
pub(crate) type Builds = BTreeMap<String, String>;

/// That build for all connections of its connector.
pub(crate) fn all(tenant: &Tenant, record: &ConnectorRecord) -> Result<Builds, Failure> {
    let connections = connections(tenant, &record.name)?.into_iter();
    Ok(connections
        .map(|connection| (connection, record.digest.clone()))
        .collect())
}

/// The builds that the connections of a connector ran before.
pub(crate) async fn former(
    tenant: &Tenant,
    premises: &Premises,
    store: &TenantStore,
    name: &str,
) -> Result<Builds, Failure> {
    let installed = premises.connectors().await?;
    let mut builds = BTreeMap::new();
    for connection in connections(tenant, name)? {
        let given = store.activations(&connection).await?;
        let Some(now) = given.first() else { continue };
        let Some(before) = given.iter().find(|record| record.digest != now.digest) else {
            continue;
        };
        if !installed.iter().any(|record| record.digest == before.digest) {
            return Err(Failure::Usage(format!(
                "the build {} that `{connection}` ran before is not installed any more: add it again, `samklang connector add FILE`",
                short(&before.digest)
            )));
        }
        builds.insert(connection, before.digest.clone());
    }
    if builds.is_empty() {
        return Err(Failure::Usage(format!(
            "no connection of {} has ever run another build of `{name}`",
            tenant.name()
        )));
    }
    Ok(builds)
}

/// The tenant's connections of that connector whose version the file leaves open.
pub(crate) fn connections(tenant: &Tenant, name: &str) -> Result<Vec<String>, Failure> {
    let of_it: Vec<_> = tenant
        .connections()
        .iter()
        .filter(|connection| connection.connector() == name)
        .collect();
    let open: Vec<String> = of_it
        .iter()
        .filter(|connection| connection.version().is_none())
        .map(|connection| connection.name().to_owned())
        .collect();
    if !open.is_empty() {
        return Ok(open);
    }
    Err(Failure::Usage(match of_it.first() {
        None => format!("no connection of {} has the connector `{name}`", tenant.name()),
        Some(fixed) => format!(
            "samklang.toml gives `{}` the version {}: change it there, or take it out",
            fixed.name(),
            fixed.version().unwrap_or_default()
        ),
    }))
}

/// Gives connections these builds, once they go with the configuration and are trusted.
pub(crate) async fn give(
    tenant: Tenant,
    premises: &Premises,
    store: &TenantStore,
    builds: Builds,
    (who, reason): (&str, &str),
) -> Result<Vec<Given>, Failure> {
    let folder = tenant.folder().to_owned();
    // The lock file may name the very build that is to be given.
    let mut offer = premises.offer_unlocked(tenant.name()).await?;
    offer.running.clear();
    let former = offer.active.clone();
    offer.active.extend(builds.clone());
    // What the build says of itself has to go with the configuration before anything runs it.
    let fitted = tenant.fit(&offer, Use::Look)?;
    let records = premises.connectors().await?;
    let record = |digest: &str| records.iter().find(|record| record.digest == digest);
    for digest in builds.values() {
        if let Some(record) = record(digest) {
            trusted(premises, &fitted.trust, record)?;
        }
    }
    store.activate(&builds, who, reason, SystemClock.now()).await?;
    builds::lock(&fitted).write(&folder)?;
    let given = builds.into_iter().map(|(connection, digest)| {
        let now = record(&digest);
        let before = former.get(&connection).and_then(|digest| record(digest));
        let changes = match (before.map(described), now.map(described)) {
            (Some(Ok(before)), Some(Ok(now))) => difference::between(&before.description, &now.description),
            _ => Vec::new(),
        };
        Given {
            now: now.cloned(),
            before: before.cloned(),
            connection,
            digest,
            changes,
        }
    });
    Ok(given.collect())
}

/// Whether the tenant would load a build.
fn trusted(
    premises: &Premises,
    trust: &samklang_registry::Trust,
    record: &ConnectorRecord,
) -> Result<(), Failure> {
    let octets = octets(premises, record)?;
    let named = format!("{} {}", record.name, record.version);
    trust
        .judge(&record.name, &octets, record.signature.as_deref())
        .map(drop)
        .map_err(|why| crate::installation::untrusted(&named, &why))
}

/// The installed build that is meant by NAME, NAME@VERSION or NAME@DIGEST, of which the beginning is enough. Of several the newest version,
/// and of that the one added last.
pub(crate) async fn find(premises: &Premises, what: &str) -> Result<ConnectorRecord, Failure> {
    let (name, which) = what
        .split_once('@')
        .map_or((what, None), |(name, which)| (name, Some(which)));
    let all = premises.connectors().await?;
    let meant = |record: &&ConnectorRecord| {
        record.name == name
            && which.is_none_or(|which| {
                let digest = which.strip_prefix("sha256:").unwrap_or(which);
                record.version == which || (digest.len() >= 8 && record.digest.starts_with(digest))
            })
    };
    let found = all
        .iter()
        .filter(meant)
        .max_by_key(|record| Version::parse(&record.version).ok());
    found.cloned().ok_or_else(|| {
        let names: Vec<String> = all
            .iter()
            .map(|record| format!("{}@{}", record.name, record.version))
            .collect();
        let names = if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        };
        Failure::Usage(format!(
            "`{what}` is neither an installed connector nor a file; installed: {names}"
        ))
    })
}
