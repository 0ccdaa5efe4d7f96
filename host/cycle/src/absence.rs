//! Gathers what is kept about an entity and a target, and has it decided why the entity has no object there.

use std::collections::HashMap;
use std::sync::Arc;

use samklang_core::absence::{Absence, Facts, absence};
use samklang_core::catalogue::Entity;
use samklang_core::mapping::{Graph, Outbound, TargetKeys};
use samklang_core::matching::{CaseRecord, Side};
use samklang_core::port::{FindingRecord, OperationRecord, Shadow, Store, StoreError};
use uuid::Uuid;

use crate::gather::gather;
use crate::tenant::Tenant;

/// The target's keys, as far as the shadows and mappings tell.
struct Keys<'a> {
    outbound: &'a std::collections::BTreeMap<String, Outbound>,
    graph: &'a Arc<Graph>,
    shadows: &'a HashMap<(Uuid, String), Shadow>,
}

impl TargetKeys for Keys<'_> {
    fn key(&self, class: &str, entity: Uuid) -> Option<String> {
        let outbound = self.outbound.get(class)?;
        if !outbound.in_scope(self.graph, entity).unwrap_or(false) {
            return None;
        }
        match self.shadows.get(&(entity, class.to_owned())) {
            Some(shadow) => Some(shadow.key.clone()),
            None => outbound.key(self.graph, entity).ok(),
        }
    }
}

/// What else is kept about the entity.
#[derive(Debug)]
pub struct Kept<'a> {
    /// Its operations, newest first.
    pub operations: &'a [OperationRecord],
    /// Findings, whatever they are about.
    pub findings: &'a [FindingRecord],
    /// Open cases, whatever they are about.
    pub cases: &'a [CaseRecord],
    /// The target's planner has yet to look at it.
    pub stale: bool,
}

/// Why the entity has no object in the target: for each class that could stand for it, the first condition that fails.
///
/// # Errors
///
/// When the store fails.
pub async fn absences<S: Store>(
    store: &S,
    tenant: &Tenant,
    now: i64,
    target: &str,
    entity: &Entity,
    kept: &Kept<'_>,
) -> Result<Vec<(String, Absence)>, StoreError> {
    let Some(connection) = tenant.connections.get(target) else {
        return Ok(Vec::new());
    };
    let outbound = &connection.mappings.outbound;
    let gathered = gather(
        store,
        &tenant.vocabulary,
        outbound,
        tenant.calendar.day(now),
        &[entity.id],
    )
    .await?;
    let mut shadows = HashMap::new();
    for shadow in store.shadows_of(target, &gathered.ids).await? {
        if let Some(of) = shadow.entity {
            shadows.insert((of, shadow.class.clone()), shadow);
        }
    }
    let keys = Keys {
        outbound,
        graph: &gathered.graph,
        shadows: &shadows,
    };
    let mut answers = Vec::new();
    for outbound in outbound
        .values()
        .filter(|outbound| outbound.entity == entity.kind)
    {
        let class = &outbound.class;
        let operation = kept.operations.iter().find(|record| {
            record.connection == target
                && record.operation.class == *class
                && record.entity == Some(entity.id)
        });
        let key = outbound.key(&gathered.graph, entity.id).ok();
        let finding = kept.findings.iter().find(|finding| {
            let object = &finding.object;
            object.connection == target
                && object.class == *class
                && (Some(&object.key) == key.as_ref() || object.key == entity.id.to_string())
        });
        let case = kept.cases.iter().find(|case| {
            let object = &case.object;
            case.side == Side::Target
                && case.entity == Some(entity.id)
                && (&object.connection, &object.class) == (&target.to_owned(), class)
        });
        let facts = Facts {
            outbound,
            graph: &gathered.graph,
            entity: entity.id,
            keys: &keys,
            shadow: shadows.get(&(entity.id, class.clone())),
            operation,
            finding,
            case: case.map(|case| case.id),
            stale: kept.stale,
        };
        answers.push((class.clone(), absence(&facts)));
    }
    Ok(answers)
}
