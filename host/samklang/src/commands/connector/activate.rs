//! Another build for a tenant's connections: held against the configuration first, taken up by the next cycle, and taken back.

use std::collections::BTreeMap;
use std::path::Path;

use samklang_core::port::Clock as _;
use samklang_store::{ConnectorRecord, TenantStore};
use serde_json::json;

use super::{Activate, Deed, Rollback, difference, find};
use crate::commands::{Context, builds};
use crate::configuration::{Tenant, Use, short};
use crate::failure::{Exit, Failure};
use crate::installation::{Premises, described};
use crate::wiring::{SystemClock, worker};

pub(super) async fn activate(context: &Context, activate: &Activate) -> Result<Exit, Failure> {
    let (tenant, premises) = context.tenant(&activate.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let record = find(&premises, &activate.what).await?;
    let connections = connections(&tenant, &record.name)?;
    let builds = connections
        .into_iter()
        .map(|connection| (connection, record.digest.clone()))
        .collect();
    give(
        context,
        &activate.dir,
        (tenant, premises, store),
        &record.name,
        builds,
        &activate.deed,
    )
    .await
}

pub(super) async fn rollback(context: &Context, rollback: &Rollback) -> Result<Exit, Failure> {
    let (tenant, premises) = context.tenant(&rollback.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let installed = premises.connectors().await?;
    let mut builds = BTreeMap::new();
    for connection in connections(&tenant, &rollback.name)? {
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
            "no connection of {} has ever run another build of `{}`",
            tenant.name(),
            rollback.name
        )));
    }
    give(
        context,
        &rollback.dir,
        (tenant, premises, store),
        &rollback.name,
        builds,
        &rollback.deed,
    )
    .await
}

/// The tenant's connections of that connector whose version the file leaves open.
pub(super) fn connections(tenant: &Tenant, name: &str) -> Result<Vec<String>, Failure> {
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

async fn give(
    context: &Context,
    folder: &Path,
    (tenant, premises, store): (Tenant, Premises, TenantStore),
    name: &str,
    builds: BTreeMap<String, String>,
    deed: &Deed,
) -> Result<Exit, Failure> {
    let screen = context.screen;
    // The lock file may name the very build that is to be given.
    let mut offer = premises.offer_unlocked(tenant.name()).await?;
    offer.running.clear();
    let former = offer.active.clone();
    offer.active.extend(builds.clone());
    // What the build says of itself has to go with the configuration before anything runs it.
    let tenant_name = tenant.name().to_owned();
    let fitted = tenant.fit(&offer, Use::Look)?;
    let records = premises.connectors().await?;
    let record = |digest: &str| records.iter().find(|record| record.digest == digest);
    for digest in builds.values() {
        if let Some(record) = record(digest) {
            trusted(&premises, &fitted.trust, record)?;
        }
    }
    let who = deed.by.clone().unwrap_or_else(worker::person);
    store
        .activate(&builds, &who, &deed.reason, SystemClock.now())
        .await?;
    builds::lock(&fitted).write(folder)?;
    let unfinished = !store.running_builds().await?.is_empty();
    let mut documents = Vec::new();
    for (connection, digest) in &builds {
        let now = record(digest);
        let before = former.get(connection).and_then(|digest| record(digest));
        let changes = match (before.map(described), now.map(described)) {
            (Some(Ok(before)), Some(Ok(now))) => difference::between(&before.description, &now.description),
            _ => Vec::new(),
        };
        let told = |record: Option<&ConnectorRecord>| {
            record.map(|record| format!("{} ({})", record.version, short(&record.digest)))
        };
        documents.push(json!({
            "connection": connection,
            "version": now.map(|record| record.version.clone()),
            "digest": digest,
            "before": before.map(|record| record.digest.clone()),
            "changes": changes,
        }));
        screen.line(format!(
            "{connection} runs {name} {}{}",
            told(now).unwrap_or_else(|| short(digest).to_owned()),
            told(before).map_or_else(String::new, |before| format!(", before {before}"))
        ));
        for change in changes {
            screen.line(format!("  {change}"));
        }
    }
    screen.document(&json!({ "tenant": tenant_name, "connector": name, "connections": documents, "who": who, "reason": deed.reason }));
    if unfinished {
        screen.line("the cycle that is not finished goes on with the builds that it began with; the next one takes this up");
    }
    screen.line(format!(
        "to take it back: samklang connector rollback {} {name} --reason TEXT",
        folder.display()
    ));
    Ok(Exit::Done)
}

/// Whether the tenant would load a build.
fn trusted(
    premises: &Premises,
    trust: &samklang_registry::Trust,
    record: &ConnectorRecord,
) -> Result<(), Failure> {
    let path = premises.home().component(&record.digest);
    let octets = std::fs::read(&path)
        .map_err(|cause| Failure::because(format!("{} cannot be read", path.display()), cause))?;
    let named = format!("{} {}", record.name, record.version);
    trust
        .judge(&record.name, &octets, record.signature.as_deref())
        .map(drop)
        .map_err(|why| crate::installation::untrusted(&named, &why))
}
