//! A look at objects of a target just before they are planned for: where values of the target's own stand beside the catalogue's, or an update
//! puts the whole object in place, a plan made from yesterday's knowledge would take away what somebody added since. Only what is about to be
//! planned for is looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use samklang_core::Attributes;
use samklang_core::catalogue::ObjectRef;
use samklang_core::connector::Object;
use samklang_core::plan::Sought;
use samklang_core::port::{Clock, Connectors, Session, Shadow, ShadowState, ShadowWrite, Store};
use uuid::Uuid;

use crate::stop::Early;
use crate::tenant::Connection;
use crate::worker::Worker;

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// The shadows, those that are `concerned` as the target holds them now where that matters.
    pub(crate) async fn seen_now(
        &self,
        name: &str,
        connection: &Connection,
        shadows: Vec<Shadow>,
        concerned: impl Fn(&Shadow) -> bool,
    ) -> Result<Vec<Shadow>, Early> {
        let description = self.connectors.describe(name)?;
        let classes: BTreeSet<&str> = connection
            .mappings
            .outbound
            .values()
            .filter(|outbound| outbound.needs_sight())
            .map(|outbound| outbound.class.as_str())
            .filter(|class| description.class(class).is_some_and(|class| class.gettable))
            .collect();
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for shadow in &shadows {
            // What a queue has yet to carry out cannot be seen.
            if shadow.state == ShadowState::Confirmed
                && classes.contains(shadow.class.as_str())
                && concerned(shadow)
            {
                keys.entry(shadow.class.clone())
                    .or_default()
                    .push(shadow.key.clone());
            }
        }
        if keys.is_empty() {
            return Ok(shadows);
        }
        let mut session = self.connectors.open(name, "export").await?;
        let mut seen: HashMap<(String, String), Option<Object>> = HashMap::new();
        for (class, keys) in keys {
            let found = session.get(&class, &keys).await?;
            // What the target does not answer with it does not have.
            seen.extend(keys.into_iter().map(|key| ((class.clone(), key), None)));
            seen.extend(
                found
                    .into_iter()
                    .map(|object| ((class.clone(), object.key.clone()), Some(object))),
            );
        }
        let mut writes = Vec::new();
        let mut looked_at = Vec::with_capacity(shadows.len());
        for mut shadow in shadows {
            match seen.remove(&(shadow.class.clone(), shadow.key.clone())) {
                Some(None) => {
                    writes.push(ShadowWrite::Remove(shadow.class, shadow.key));
                    continue;
                }
                Some(Some(object)) => {
                    let held = held(object);
                    if shadow.attributes != held {
                        shadow.attributes = held;
                        writes.push(ShadowWrite::Put(shadow.clone()));
                    }
                }
                None => {}
            }
            looked_at.push(shadow);
        }
        if !writes.is_empty() {
            self.store.see(name, &writes).await?;
        }
        Ok(looked_at)
    }

    /// Objects that entities found are looked at before they become theirs.
    pub(crate) async fn look_at_found(
        &self,
        name: &str,
        connection: &Connection,
        sought: &mut HashMap<(Uuid, String), Sought>,
    ) -> Result<(), Early> {
        let found = sought.values().filter_map(|sought| match sought {
            Sought::Object(shadow, _) => Some((**shadow).clone()),
            _ => None,
        });
        let seen = self.seen_now(name, connection, found.collect(), |_| true).await?;
        let mut seen: HashMap<(String, String), Shadow> = seen
            .into_iter()
            .map(|shadow| ((shadow.class.clone(), shadow.key.clone()), shadow))
            .collect();
        for sought in sought.values_mut() {
            // What is not there any more is told when it is written.
            if let Sought::Object(shadow, _) = sought
                && let Some(now) = seen.remove(&(shadow.class.clone(), shadow.key.clone()))
            {
                **shadow = now;
            }
        }
        Ok(())
    }

    /// Objects of a connection that is source and target, which stand for these entities as it is a source and for nobody yet as it is a
    /// target.
    pub(crate) async fn linked(
        &self,
        name: &str,
        ids: &[Uuid],
        known: &HashMap<(Uuid, String), Shadow>,
    ) -> Result<HashMap<(Uuid, String), Shadow>, Early> {
        let links: BTreeMap<ObjectRef, Uuid> = self
            .store
            .links_of(ids)
            .await?
            .into_iter()
            .filter(|link| link.object.connection == name)
            .filter(|link| !known.contains_key(&(link.entity, link.object.class.clone())))
            .map(|link| (link.object, link.entity))
            .collect();
        let mut keys: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for object in links.keys() {
            keys.entry(&object.class).or_default().push(object.key.clone());
        }
        let mut linked = HashMap::new();
        let description = self.connectors.describe(name)?;
        for (class, mut keys) in keys {
            let mut shadows = self.store.shadows(name, class, &keys).await?;
            keys.retain(|key| !shadows.iter().any(|shadow| shadow.key == *key));
            if !keys.is_empty() && description.class(class).is_some_and(|class| class.gettable) {
                let mut session = self.connectors.open(name, "export").await?;
                let objects = session.get(class, &keys).await?;
                shadows.extend(objects.into_iter().map(|object| Shadow {
                    class: class.to_owned(),
                    key: object.key.clone(),
                    entity: None,
                    state: ShadowState::Confirmed,
                    cycle: 0,
                    attributes: held(object),
                    ours: Attributes::new(),
                }));
            }
            for shadow in shadows.into_iter().filter(|shadow| shadow.entity.is_none()) {
                let object = ObjectRef {
                    connection: name.to_owned(),
                    class: class.to_owned(),
                    key: shadow.key.clone(),
                };
                if let Some(&entity) = links.get(&object) {
                    linked.insert((entity, class.to_owned()), shadow);
                }
            }
        }
        Ok(linked)
    }
}

/// What an object holds, as it is kept.
fn held(object: Object) -> Attributes {
    object
        .fields
        .into_iter()
        .map(|(name, value)| (name, value.canonical()))
        .filter(|(_, value)| !value.is_absent())
        .collect()
}
