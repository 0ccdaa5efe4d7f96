//! Which builds of connectors a tenant runs: settled before each cycle, kept in the store and in the tenant's lock file.

use std::collections::BTreeMap;
use std::path::Path;

use samklang_core::port::Clock as _;
use samklang_store::TenantStore;

use crate::configuration::{Fitted, Installed, Lock, Locked, Offer};
use crate::failure::Failure;
use crate::installation::Premises;
use crate::wiring::SystemClock;

/// Who activates what nobody did: a connection's first build, the one that its file names, or the former one when a newer one faults.
pub(crate) const ITSELF: &str = "samklang";

/// Notes with which builds the tenant's cycle begins. What runs for the first time is active from now on; an unfinished cycle keeps its own.
pub(crate) async fn settle(
    store: &TenantStore,
    folder: &Path,
    offer: &Offer,
    fitted: &Fitted,
) -> Result<(), Failure> {
    if !offer.running.is_empty() {
        return Ok(());
    }
    let builds = of(fitted);
    let active = store.active().await?;
    let mut fresh = builds.clone();
    fresh.retain(|connection, digest| {
        active
            .get(connection)
            .is_none_or(|record| record.digest != *digest)
    });
    if !fresh.is_empty() {
        store
            .activate(&fresh, ITSELF, "as the configuration says", SystemClock.now())
            .await?;
    }
    if let Err(error) = lock(fitted).write(folder) {
        // The store knows it too, and a folder may be there to be read only.
        tracing::warn!(%error, "the lock file is left as it is");
    }
    store.begin_with(&builds).await?;
    Ok(())
}

/// The builds of a configuration, by connection.
pub(crate) fn of(fitted: &Fitted) -> BTreeMap<String, String> {
    let openings = fitted.openings.iter();
    openings
        .map(|(connection, opening)| (connection.clone(), opening.connector.digest.clone()))
        .collect()
}

/// The lock file of a configuration.
pub(crate) fn lock(fitted: &Fitted) -> Lock {
    let openings = fitted.openings.iter();
    Lock {
        connections: openings
            .map(|(connection, opening)| (connection.clone(), locked(&opening.connector)))
            .collect(),
    }
}

fn locked(installed: &Installed) -> Locked {
    Locked {
        connector: installed.description.name.clone(),
        version: installed.description.version.clone(),
        digest: installed.digest.clone(),
    }
}

/// The connectors of a configuration that are not signed, such as `csv 1.0.0`.
pub(crate) fn unsigned(fitted: &Fitted) -> Vec<String> {
    let mut unsigned: Vec<String> = fitted
        .openings
        .values()
        .map(|opening| &opening.connector)
        .filter(|connector| connector.signature.is_none())
        .map(|connector| format!("{} {}", connector.description.name, connector.description.version))
        .collect();
    unsigned.sort_unstable();
    unsigned.dedup();
    unsigned
}

/// The same of the builds that a tenant's connections run.
pub(crate) async fn unsigned_active(
    store: &TenantStore,
    premises: &Premises,
) -> Result<Vec<String>, Failure> {
    let active = store.active().await?;
    let mut unsigned: Vec<String> = premises
        .connectors()
        .await?
        .into_iter()
        .filter(|record| record.signature.is_none())
        .filter(|record| active.values().any(|active| active.digest == record.digest))
        .map(|record| format!("{} {}", record.name, record.version))
        .collect();
    unsigned.dedup();
    Ok(unsigned)
}

/// What a report says of them; nothing when there are none.
pub(crate) fn told(unsigned: &[String]) -> Option<String> {
    (!unsigned.is_empty())
        .then(|| format!("not signed, as installation.toml allows: {}", unsigned.join(", ")))
}
