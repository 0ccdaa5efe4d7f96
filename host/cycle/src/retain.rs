//! Erasing what is over its time, class by class in batches: once a day, by the first cycle that comes to its end, or when a person asks
//! for it.

use std::collections::BTreeMap;

use samklang_core::port::{Clock, Connectors, Occasion, RETAINED, Store, StoreError};
use samklang_core::retention::{Due, Erased, Kept};

use crate::tenant::Tenant;
use crate::worker::Worker;

/// What one transaction erases.
const BATCH: u32 = 500;

/// What one day erases of a class. What is left waits for the next one, so that a period that is made shorter, or that had never been
/// carried out, does not keep a night from ending.
const DAILY: u64 = 50_000;

/// What is over its time for a tenant at a moment, in milliseconds since 1970.
#[must_use]
pub fn overdue(tenant: &Tenant, now: i64) -> Vec<Due> {
    let connections = tenant.connections.values();
    let outbound = connections.flat_map(|connection| connection.mappings.outbound.values());
    let names = outbound.flat_map(|outbound| outbound.unique_names());
    let reuse = names.map(|(_, unique)| unique.reuse_after()).max();
    tenant.retention.due(now, reuse.unwrap_or_default())
}

/// Erases what is over its time, of each class as much as a day does; answers what was erased. The caller holds the tenant's lease.
///
/// # Errors
///
/// When the store fails.
pub async fn erase<S: Store, K: Clock>(
    store: &S,
    clock: &K,
    tenant: &Tenant,
    (who, cycle): (&str, Option<i64>),
) -> Result<BTreeMap<Kept, Erased>, StoreError> {
    let mut all = BTreeMap::new();
    for due in overdue(tenant, clock.now()) {
        let mut erased = Erased::default();
        loop {
            let now = clock.now();
            let occasion = Occasion { who, cycle, now };
            erased.add(store.expire(&due, &occasion, BATCH).await?);
            if !erased.more || erased.count >= DAILY {
                break;
            }
            store.renew_lease(now).await?;
        }
        if erased.count > 0 {
            all.insert(due.kept, erased);
        }
    }
    Ok(all)
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// The end of a cycle, before it is said to have ended: one that is cut off here is taken up here.
    pub(crate) async fn retain(&self, cycle: i64) -> Result<(), StoreError> {
        let day = self.tenant.calendar.day(self.clock.now()).to_string();
        if self.store.fingerprint(RETAINED).await?.as_deref() == Some(&day) {
            return Ok(());
        }
        erase(self.store, self.clock, self.tenant, ("cycle", Some(cycle))).await?;
        self.store.note_retained(&day).await
    }
}
