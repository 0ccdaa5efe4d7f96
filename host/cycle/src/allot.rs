//! Unique names: gathers who holds which, lets the core decide, and hands what it decided to the draft that is kept. Names that a target
//! holds already are noted before any is given, so that no order of entities or targets gives one of them to somebody else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use samklang_core::Value;
use samklang_core::catalogue::EntityState;
use samklang_core::mapping::{Allotment, Allotting, Outbound, Request, folded};
use samklang_core::port::{Clock, Connectors, Drafted, Shadow, Store, StoreError};
use uuid::Uuid;

use crate::gather::Gathered;
use crate::import::PAGE;
use crate::tenant::Tenant;
use crate::worker::Worker;

/// Gives names of a tenant at a moment.
pub(crate) struct Namer<'a, S> {
    pub(crate) store: &'a S,
    pub(crate) tenant: &'a Tenant,
    /// In milliseconds since 1970.
    pub(crate) now: i64,
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    pub(crate) fn namer(&self) -> Namer<'_, S> {
        Namer {
            store: self.store,
            tenant: self.tenant,
            now: self.clock.now(),
        }
    }
}

impl<S: Store> Namer<'_, S> {
    /// Gives the entities of a batch their names, and tells the graph about these and those of whoever hangs together with them.
    pub(crate) async fn allot(
        &self,
        target: &str,
        outbound: &BTreeMap<String, Outbound>,
        gathered: &mut Gathered,
        by_entity: &HashMap<(Uuid, String), Shadow>,
        ids: &[Uuid],
        drafted: &mut Drafted,
    ) -> Result<(), StoreError> {
        let scopes: BTreeSet<&str> = outbound
            .values()
            .flat_map(|outbound| outbound.scopes.iter().map(String::as_str))
            .collect();
        if scopes.is_empty() {
            return Ok(());
        }
        let mut own = Vec::new();
        for scope in &scopes {
            own.extend(self.store.allotments_of(scope, &gathered.ids).await?);
        }
        let present = self.present(target, outbound, gathered, by_entity, ids).await?;
        let requests = requests(outbound, gathered, &present, ids);
        let mut allotting = Allotting::new(requests, &own, self.now);
        loop {
            let wanted = allotting.wanted();
            if wanted.is_empty() {
                break;
            }
            let mut holders = Vec::new();
            for (scope, names) in wanted {
                holders.extend(self.store.holders(&scope, &Vec::from_iter(names)).await?);
            }
            allotting.learn(holders);
        }
        let allotted = allotting.finish();
        let graph = Arc::make_mut(&mut gathered.graph);
        for allotment in own.iter().filter(|allotment| allotment.released.is_none()) {
            if let Some(entity) = allotment.entity {
                graph.allot(entity, &allotment.scope, Ok(allotment.name.clone()));
            }
        }
        for ((entity, scope), cause) in allotted.failed {
            graph.allot(entity, &scope, Err(cause));
        }
        for ((entity, scope), name) in allotted.names {
            graph.allot(entity, &scope, Ok(name));
        }
        drafted.allotments = allotted.kept;
        for allotment in own {
            // The name of someone who is gone is kept from others for a time, which begins now.
            let gone = |entity| {
                graph
                    .entity(entity)
                    .is_some_and(|entity| entity.state == EntityState::Gone)
            };
            if allotment.released.is_none() && allotment.entity.is_some_and(gone) {
                drafted.allotments.push(Allotment {
                    released: Some(self.now),
                    ..allotment
                });
            }
        }
        self.tell_others(target, drafted);
        Ok(())
    }

    /// The names that the objects of these entities have in the target already, by entity and scope.
    async fn present(
        &self,
        target: &str,
        outbound: &BTreeMap<String, Outbound>,
        gathered: &Gathered,
        by_entity: &HashMap<(Uuid, String), Shadow>,
        ids: &[Uuid],
    ) -> Result<HashMap<(Uuid, String), String>, StoreError> {
        let mut present = HashMap::new();
        for (class, outbound) in outbound {
            let uniques: Vec<_> = outbound.unique_names().collect();
            if uniques.is_empty() {
                continue;
            }
            // An object that nobody has claimed yet is found by the key that the mapping gives.
            let mut by_key: HashMap<String, Uuid> = HashMap::new();
            let mut found: Vec<(Uuid, Shadow)> = Vec::new();
            for &id in ids {
                match by_entity.get(&(id, class.clone())) {
                    Some(shadow) => found.push((id, shadow.clone())),
                    None if outbound.in_scope(&gathered.graph, id).unwrap_or(false) => {
                        if let Ok(key) = outbound.key(&gathered.graph, id) {
                            by_key.insert(key, id);
                        }
                    }
                    None => {}
                }
            }
            let keys: Vec<String> = by_key.keys().cloned().collect();
            for shadow in self.store.shadows(target, class, &keys).await? {
                if let Some(&id) = by_key.get(&shadow.key).filter(|_| shadow.entity.is_none()) {
                    found.push((id, shadow));
                }
            }
            for (id, shadow) in &found {
                for (attribute, unique) in &uniques {
                    if let Some(name) = shadow.attributes.get(*attribute).and_then(Value::as_text) {
                        present.insert((*id, unique.scope.clone()), name.to_owned());
                    }
                }
            }
        }
        Ok(present)
    }

    /// Templates of other targets may ask for a name that is new.
    fn tell_others(&self, target: &str, drafted: &mut Drafted) {
        for (other, connection) in &self.tenant.connections {
            if other == target {
                continue;
            }
            let scopes: BTreeSet<&String> = connection
                .mappings
                .outbound
                .values()
                .flat_map(|outbound| &outbound.scopes)
                .collect();
            let concerned: Vec<Uuid> = drafted
                .allotments
                .iter()
                .filter(|allotment| scopes.contains(&allotment.scope))
                .filter_map(|allotment| allotment.entity)
                .collect();
            if !concerned.is_empty() {
                drafted.stale.push((other.clone(), concerned));
            }
        }
    }

    /// Notes the names that a target holds, when its mapping is new or changed.
    pub(crate) async fn reserve_present(&self, target: &str, outbound: &Outbound) -> Result<(), StoreError> {
        if outbound.unique_names().next().is_none() {
            return Ok(());
        }
        let mut after = 0;
        loop {
            let page = self
                .store
                .unseen_shadows(target, &outbound.class, after, PAGE, &|_| false)
                .await?;
            let Some((last, _)) = page.last() else {
                return Ok(());
            };
            after = *last;
            self.reserve(outbound, page.iter().map(|(_, shadow)| shadow))
                .await?;
        }
    }

    /// Notes the names of these objects of a target.
    pub(crate) async fn reserve<'s>(
        &self,
        outbound: &Outbound,
        shadows: impl Iterator<Item = &'s Shadow>,
    ) -> Result<(), StoreError> {
        let uniques: Vec<_> = outbound.unique_names().collect();
        if uniques.is_empty() {
            return Ok(());
        }
        let mut found: BTreeMap<(String, String), Allotment> = BTreeMap::new();
        for shadow in shadows {
            for (attribute, unique) in &uniques {
                if let Some(name) = shadow.attributes.get(*attribute).and_then(Value::as_text) {
                    let place = (unique.scope.clone(), folded(name));
                    found.entry(place).or_insert_with(|| Allotment {
                        scope: unique.scope.clone(),
                        name: name.to_owned(),
                        entity: shadow.entity,
                        since: self.now,
                        released: None,
                    });
                }
            }
        }
        if !found.is_empty() {
            self.store.reserve(&Vec::from_iter(found.into_values())).await?;
        }
        Ok(())
    }
}

/// Who of a batch shall have a name.
fn requests<'a>(
    outbound: &'a BTreeMap<String, Outbound>,
    gathered: &Gathered,
    present: &HashMap<(Uuid, String), String>,
    ids: &[Uuid],
) -> Vec<Request<'a>> {
    let mut requests: BTreeMap<(Uuid, &str), Request<'a>> = BTreeMap::new();
    for outbound in outbound.values() {
        for (_, unique) in outbound.unique_names() {
            for &id in ids {
                // A condition that fails is reported with the object; nobody gets a name by it.
                if outbound.in_scope(&gathered.graph, id).unwrap_or(false) {
                    requests.entry((id, &unique.scope)).or_insert_with(|| Request {
                        entity: id,
                        unique,
                        scope: gathered.graph.scope(id),
                        present: present.get(&(id, unique.scope.clone())).cloned(),
                    });
                }
            }
        }
    }
    requests.into_values().collect()
}
