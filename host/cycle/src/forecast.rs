//! What would be planned on another day, from what the catalogue holds now. It plans as an export does and keeps nothing: no draft, no name,
//! no mark of what is stale.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use jiff::civil::Date;
use samklang_core::Description;
use samklang_core::mapping::{target_order, turning_days};
use samklang_core::plan::Ground;
use samklang_core::port::{Drafted, Planned, Store, StoreError};
use uuid::Uuid;

use crate::allot::Namer;
use crate::gather::{Depths, gather};
use crate::search::{Search, with_found};
use crate::tenant::{Connection, Tenant};

/// Entities looked at at a time.
const BATCH: u32 = 500;

/// Hands over every operation that would be planned on a day, target by target. What is looked at is what begins or ends between the day
/// that was planned for last and that day.
///
/// # Errors
///
/// When the store fails.
pub async fn forecast<S: Store>(
    store: &S,
    describe: &impl Fn(&str) -> Option<Arc<Description>>,
    tenant: &Tenant,
    now: i64,
    day: Date,
    mut see: impl FnMut(&str, &Planned),
) -> Result<(), StoreError> {
    let today = tenant.calendar.day(now);
    for (target, connection) in &tenant.connections {
        if connection.mappings.outbound.is_empty() {
            continue;
        }
        let order = describe(target)
            .map(|description| target_order(&description, &connection.mappings.outbound))
            .unwrap_or_default();
        let last = store.fingerprint(&format!("day/{target}")).await?;
        let last: Date = last.and_then(|last| last.parse().ok()).unwrap_or(today);
        let forecast = Forecast {
            store,
            tenant,
            now,
            day,
            target,
            connection,
            order: &order,
        };
        let mut after = None;
        loop {
            let due = store.due((last, day), after, BATCH).await?;
            let Some(&last_due) = due.last() else { break };
            // What begins or ends concerns whoever it hangs together with. One that hangs together with several is looked at with the
            // first of them.
            let mut ids: BTreeSet<Uuid> = due.iter().copied().collect();
            for reference in store.references(&due).await? {
                ids.insert(reference.from);
                ids.insert(reference.to);
            }
            let ids = forecast.unseen(ids, (last, day), after).await?;
            after = Some(last_due);
            forecast.plan(&ids, &mut see).await?;
        }
    }
    Ok(())
}

struct Forecast<'a, S> {
    store: &'a S,
    tenant: &'a Tenant,
    now: i64,
    day: Date,
    target: &'a str,
    connection: &'a Connection,
    order: &'a [String],
}

impl<S: Store> Forecast<'_, S> {
    /// Of these, those that no earlier page has led to already: an entity belongs to the page of the first due entity that it hangs together
    /// with, so that nothing is planned twice and nothing has to be remembered.
    async fn unseen(
        &self,
        ids: BTreeSet<Uuid>,
        days: (Date, Date),
        after: Option<Uuid>,
    ) -> Result<Vec<Uuid>, StoreError> {
        let Some(after) = after else {
            return Ok(ids.into_iter().collect());
        };
        let all: Vec<Uuid> = ids.iter().copied().collect();
        let mut near: HashMap<Uuid, BTreeSet<Uuid>> = HashMap::new();
        for reference in self.store.references(&all).await? {
            for (one, other) in [(reference.from, reference.to), (reference.to, reference.from)] {
                if ids.contains(&one) && other <= after {
                    near.entry(one).or_default().insert(other);
                }
            }
        }
        let earlier: Vec<Uuid> = near
            .values()
            .flatten()
            .copied()
            .chain(all.iter().copied().filter(|id| *id <= after))
            .collect();
        let due: BTreeSet<Uuid> = self
            .store
            .entities(&earlier)
            .await?
            .into_iter()
            .filter(|entity| {
                turning_days(entity).iter().any(|day| {
                    let (from, to) = if days.0 <= days.1 { days } else { (days.1, days.0) };
                    *day > from && *day <= to
                })
            })
            .map(|entity| entity.id)
            .collect();
        Ok(all
            .into_iter()
            .filter(|id| {
                !(*id <= after && due.contains(id))
                    && near
                        .get(id)
                        .is_none_or(|near| near.iter().all(|other| !due.contains(other)))
            })
            .collect())
    }

    async fn plan(&self, ids: &[Uuid], see: &mut impl FnMut(&str, &Planned)) -> Result<(), StoreError> {
        let outbound = &self.connection.mappings.outbound;
        let mut gathered = gather(self.store, &self.tenant.vocabulary, outbound, self.day, ids).await?;
        let mut by_entity = HashMap::new();
        for shadow in self.store.shadows_of(self.target, &gathered.ids).await? {
            if let Some(entity) = shadow.entity {
                by_entity.insert((entity, shadow.class.clone()), shadow);
            }
        }
        let search = Search {
            store: self.store,
            target: self.target,
            outbound,
            policies: &self.connection.policy,
        };
        let verdicts = search.verdicts(&gathered.ids, &by_entity).await?;
        search
            .let_go(&mut by_entity, &verdicts, ids, (0, self.now))
            .await?;
        let mut requests = HashMap::new();
        for request in self.store.requests(self.target, &gathered.ids).await? {
            requests.insert(request.entity, request);
        }
        let held = [&by_entity, &HashMap::new()];
        let sought = search
            .seek(&gathered.graph, &gathered.ids, held, &requests, &verdicts)
            .await?;
        let namer = Namer {
            store: self.store,
            tenant: self.tenant,
            now: self.now,
        };
        let mut unkept = Drafted::default();
        let present = with_found(by_entity.clone(), &sought);
        namer
            .allot(self.target, outbound, &mut gathered, &present, ids, &mut unkept)
            .await?;
        let mut depths = Depths::default();
        depths.measure(self.store, ids.to_vec()).await?;
        let mut ground = Ground {
            graph: gathered.graph,
            outbound,
            order: self.order,
            by_entity,
            by_key: HashMap::new(),
            depth: &depths.depth,
            policies: &self.connection.policy,
            by_link: HashMap::new(),
            leaving: HashMap::new(),
            requests,
            sought,
            verdicts,
            now: self.now,
            target: self.target,
            cycle: 0,
        };
        for leaving in self.store.leaving(self.target, ids).await? {
            ground
                .leaving
                .insert((leaving.entity, leaving.class.clone()), leaving);
        }
        let desired: Vec<_> = ids.iter().map(|&id| (id, ground.desired(id))).collect();
        let mut keys: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        for (class, object) in desired.iter().flat_map(|(_, desired)| desired) {
            if let Ok(Some(object)) = object {
                keys.entry(class).or_default().push(object.key.clone());
            }
        }
        for (class, keys) in keys {
            for shadow in self.store.shadows(self.target, class, &keys).await? {
                ground.by_key.insert((class.clone(), shadow.key.clone()), shadow);
            }
        }
        for (id, desired) in desired {
            let planned = ground.decide(id, desired);
            ground.take_over(&planned);
            for planned in planned.operations {
                see(self.target, &planned);
            }
        }
        Ok(())
    }
}
