//! What support needs to know of an installation: nothing about persons, and nothing secret.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_cycle::Stop;
use samklang_server::TenantPlan;
use serde_json::{Value, json};

use super::tenants::Known;
use crate::configuration::StoreAddress;
use crate::failure::Failure;
use crate::installation::Premises;
use crate::screen::rfc3339;

/// Gathers it. Of tenants it tells how their newest cycles are; of configurations their shape.
pub(crate) async fn support(
    premises: &Premises,
    tenants: &[(Arc<TenantPlan>, Shape)],
    now: i64,
) -> Result<Value, Failure> {
    let store = premises.store();
    let glances = store.glances(None).await?;
    let connectors = premises.connectors().await?;
    let connectors = connectors.iter().map(|record| {
        json!({
            "name": record.name, "version": record.version, "digest": record.digest, "size": record.size,
            "signed": record.signature.is_some(), "installed": rfc3339(record.installed),
        })
    });
    let mut states: BTreeMap<&str, u64> = BTreeMap::new();
    let cycles = glances.iter().filter_map(|(name, glance)| {
        let cycle = glance.cycle.as_ref()?;
        *states.entry(cycle.state.as_str()).or_default() += 1;
        let stopped = glance.stopped.as_ref();
        let stop = stopped.and_then(|step| Stop::parse(step.message.as_deref()?));
        Some(json!({
            "tenant": name, "cycle": cycle.id, "state": cycle.state.as_str(), "started": rfc3339(cycle.started),
            "ended": cycle.ended.map(rfc3339), "cases": glance.cases,
            "stopped": stopped.map(|step| json!({
                "position": step.position, "step": crate::configuration::step_words(&step.spec), "attempt": step.attempt,
                "code": stop.as_ref().map(|stop| stop.code),
                "fault": stop.as_ref().and_then(|stop| stop.detail.get("fault").cloned()),
            })),
        }))
    });
    let cycles: Vec<Value> = cycles.collect();
    let settings = premises.settings();
    let configured = tenants.iter().map(|(plan, shape)| {
        json!({
            "tenant": plan.name, "sound": plan.broken.is_none(), "schedule": plan.schedule, "late_after": plan.late_after,
            "mail": plan.notices.mail.len(), "webhook": plan.notices.webhook.is_some(), "connections": shape,
        })
    });
    Ok(json!({
        "at": rfc3339(now),
        "version": env!("CARGO_PKG_VERSION"),
        "platform": format!("{}-{}", std::env::consts::ARCH, std::env::consts::OS),
        "store": {
            "kind": match settings.store { StoreAddress::Sqlite(_) => "sqlite", StoreAddress::Postgres(_) => "postgres" },
            "octets": store.size().await?,
            "tenants": store.tenants().await?.len(),
        },
        "settings": {
            "registries": settings.registries.len(), "endpoints": settings.endpoints.len(),
        },
        "components_in_use": premises.components_in_use(),
        "connectors": connectors.collect::<Vec<_>>(),
        "cycles": { "states": states, "newest": cycles },
        "tenants": configured.collect::<Vec<_>>(),
    }))
}

/// The connectors of a tenant's connections, by connection.
pub(crate) type Shape = BTreeMap<String, String>;

/// The shape of a tenant's configuration.
pub(super) fn shape(known: &Known) -> Shape {
    let connections = known.connections.iter();
    connections
        .map(|(name, spoken)| (name.clone(), spoken.connector.clone()))
        .collect()
}
