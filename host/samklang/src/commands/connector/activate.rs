//! Another build for a tenant's connections, and the former one back.

use std::path::Path;

use samklang_store::{ConnectorRecord, TenantStore};
use serde_json::json;

use super::{Activate, Deed, Rollback};
use crate::commands::Context;
use crate::configuration::{Tenant, short};
use crate::desk::giving::{self, Builds, find};
use crate::failure::{Exit, Failure};
use crate::installation::Premises;
use crate::wiring::worker;

pub(super) async fn activate(context: &Context, activate: &Activate) -> Result<Exit, Failure> {
    let (tenant, premises) = context.tenant(&activate.dir).await?;
    let store = premises.tenant(tenant.name()).await?;
    let record = find(&premises, &activate.what).await?;
    let builds = giving::all(&tenant, &record)?;
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
    let builds = giving::former(&tenant, &premises, &store, &rollback.name).await?;
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

async fn give(
    context: &Context,
    folder: &Path,
    (tenant, premises, store): (Tenant, Premises, TenantStore),
    name: &str,
    builds: Builds,
    deed: &Deed,
) -> Result<Exit, Failure> {
    let screen = context.screen;
    let tenant_name = tenant.name().to_owned();
    let who = deed.by.clone().unwrap_or_else(worker::person);
    let given = giving::give(tenant, &premises, &store, builds, (&who, &deed.reason)).await?;
    let unfinished = !store.running_builds().await?.is_empty();
    let mut documents = Vec::new();
    for one in &given {
        let told = |record: Option<&ConnectorRecord>| {
            record.map(|record| format!("{} ({})", record.version, short(&record.digest)))
        };
        documents.push(json!({
            "connection": one.connection,
            "version": one.now.as_ref().map(|record| &record.version),
            "digest": one.digest,
            "before": one.before.as_ref().map(|record| &record.digest),
            "changes": one.changes,
        }));
        screen.line(format!(
            "{} runs {name} {}{}",
            one.connection,
            told(one.now.as_ref()).unwrap_or_else(|| short(&one.digest).to_owned()),
            told(one.before.as_ref()).map_or_else(String::new, |before| format!(", before {before}"))
        ));
        for change in &one.changes {
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
