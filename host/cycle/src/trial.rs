//! What an outbound mapping gives for some entities, value by value. It goes the way of planning up to the point where something would be
//! kept.

use std::collections::HashMap;

use samklang_core::mapping::Trial;
use samklang_core::matching::Verdicts;
use samklang_core::plan::Ground;
use samklang_core::port::{Drafted, Store, StoreError};
use uuid::Uuid;

use crate::allot::Namer;
use crate::gather::gather;
use crate::tenant::Tenant;

/// Tries a class of a target on these entities; nothing of it is kept. Entities that are not known are left out.
///
/// # Errors
///
/// When the store fails.
pub async fn try_mapping<S: Store>(
    store: &S,
    tenant: &Tenant,
    now: i64,
    target: &str,
    class: &str,
    ids: &[Uuid],
) -> Result<Vec<(Uuid, Trial)>, StoreError> {
    let Some(connection) = tenant.connections.get(target) else {
        return Ok(Vec::new());
    };
    let outbound = &connection.mappings.outbound;
    let Some(mapping) = outbound.get(class) else {
        return Ok(Vec::new());
    };
    let day = tenant.calendar.day(now);
    let mut gathered = gather(store, &tenant.vocabulary, outbound, day, ids).await?;
    let mut by_entity = HashMap::new();
    for shadow in store.shadows_of(target, &gathered.ids).await? {
        if let Some(entity) = shadow.entity {
            by_entity.insert((entity, shadow.class.clone()), shadow);
        }
    }
    let namer = Namer { store, tenant, now };
    let mut unkept = Drafted::default();
    namer
        .allot(target, outbound, &mut gathered, &by_entity, ids, &mut unkept)
        .await?;
    let ground = Ground {
        graph: gathered.graph,
        outbound,
        order: &[],
        by_entity,
        by_key: HashMap::new(),
        depth: &HashMap::new(),
        policies: &connection.policy,
        by_link: HashMap::new(),
        leaving: HashMap::new(),
        requests: HashMap::new(),
        sought: HashMap::new(),
        verdicts: Verdicts::default(),
        now,
        target,
        cycle: 0,
    };
    Ok(ids
        .iter()
        .filter(|id| ground.graph.entity(**id).is_some())
        .map(|&id| (id, mapping.trial(&ground.graph, id, &ground)))
        .collect())
}
