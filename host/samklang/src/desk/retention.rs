//! For how long what is kept, and how much is over its time.

use std::collections::BTreeMap;

use samklang_core::port::{Clock as _, Expiry as _, Store as _};
use samklang_core::retention::{self, Kept, Period};
use samklang_cycle::{Tenant, erase, overdue};
use samklang_server::view::Erased;
use samklang_store::TenantStore;
use serde_json::{Value, json};

use super::place::Place;
use crate::failure::Failure;
use crate::wiring::SystemClock;

/// One thing that is kept.
pub(crate) struct Line {
    pub(crate) kept: Kept,
    pub(crate) period: Period,
    pub(crate) over: u64,
}

/// All of them.
pub(crate) async fn lines(store: &TenantStore, tenant: &Tenant, now: i64) -> Result<Vec<Line>, Failure> {
    let due = overdue(tenant, now);
    let mut lines = Vec::new();
    for kept in Kept::ALL {
        // A name is kept at least as long as it is kept from others.
        let of_it = due.iter().find(|due| due.kept == kept);
        let over = match of_it {
            Some(due) => store.expired(due).await?,
            None => 0,
        };
        lines.push(Line {
            kept,
            period: of_it.map_or(Period::Forever, |due| Period::For(due.period)),
            over,
        });
    }
    Ok(lines)
}

/// Erases what is over its time, as the end of the day's first cycle does. It takes the tenant's lease, so that no cycle runs meanwhile.
pub(crate) async fn apply(
    store: &TenantStore,
    tenant: &Tenant,
    who: &str,
) -> Result<BTreeMap<Kept, retention::Erased>, Failure> {
    store.hold(SystemClock.now()).await?;
    let done = erase(store, &SystemClock, tenant, (who, None)).await;
    store.release_lease().await?;
    Ok(done?)
}

/// What was erased, for machines.
pub(crate) fn erased(done: &BTreeMap<Kept, retention::Erased>) -> Vec<Erased> {
    let erased = done.iter().map(|(kept, erased)| Erased {
        what: name(*kept),
        count: erased.count,
        entries: erased.entries,
        operations: erased.operations,
        more: erased.more,
    });
    erased.collect()
}

impl Place {
    /// Erases what is over its time.
    pub(super) async fn erase(&self) -> Result<Vec<Erased>, Failure> {
        let tenant = self.fitted().await?.tenant;
        Ok(erased(&apply(&self.store, &tenant, &self.who).await?))
    }
}

/// What is kept, for machines.
pub(crate) fn document(tenant: &str, lines: &[Line]) -> Value {
    let lines = lines.iter().map(
        |line| json!({ "what": name(line.kept), "milliseconds": number(line.period), "over": line.over }),
    );
    json!({ "tenant": tenant, "retention": lines.collect::<Vec<_>>() })
}

/// A period for machines: its milliseconds, or null.
fn number(period: Period) -> Value {
    match period {
        Period::Forever => Value::Null,
        Period::For(length) => length.into(),
    }
}

/// What stands in the configuration for it.
fn name(kept: Kept) -> String {
    match kept {
        Kept::Gone(kind) => format!("gone.{}", kind.as_str()),
        history => history.as_str().to_owned(),
    }
}
