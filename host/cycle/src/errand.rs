//! An errand: one person now, by the same path as everybody. What sources say of the person is fetched by key, worked into the catalogue,
//! planned for and applied; nobody else is looked at. That a source does not answer with an object is no reason to take it away: that is
//! left to the next whole read and its guard.

use std::collections::{BTreeMap, BTreeSet};

use samklang_core::catalogue::ObjectRef;
use samklang_core::port::{
    ChangeKind, Clock, Connectors, Counts, Session, Staged, StepRecord, StepSpec, Store, StoreError,
};
use samklang_core::{Attributes, Digest, Value};
use uuid::Uuid;

use crate::stop::{CycleError, Early};
use crate::tenant::{Connection, Role};
use crate::worker::{Mode, Report, Step, Worker};

/// The kind of step that fetches what sources say by key.
pub(crate) const FETCH: &str = "fetch";

/// Whom an errand is about, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Errand {
    /// The entity, when it is known.
    pub entity: Option<Uuid>,
    /// An object of a source, which need not have been read before.
    pub object: Option<ObjectRef>,
    /// The targets; every one when none is named.
    pub targets: Vec<String>,
}

/// Why an errand was not run.
#[derive(Debug, thiserror::Error)]
pub enum ErrandError {
    /// A cycle has not ended.
    #[error(
        "cycle {cycle} has not ended, and an errand cannot overtake it: run it to its end, or decide what it waits for"
    )]
    Unfinished {
        /// The cycle.
        cycle: i64,
    },
    /// The store failed, or another worker has the cycle.
    #[error(transparent)]
    Cycle(#[from] CycleError),
}

impl From<StoreError> for ErrandError {
    fn from(error: StoreError) -> Self {
        Self::Cycle(error.into())
    }
}

impl<S: Store, C: Connectors, K: Clock> Worker<'_, S, C, K> {
    /// Runs an errand as a cycle of its own. One that is interrupted is taken up by the next run, which then sees to everybody.
    ///
    /// # Errors
    ///
    /// When a cycle has not ended, the store fails, or another worker has the cycle.
    pub async fn run_errand(&self, errand: &Errand) -> Result<Report, ErrandError> {
        if let Some(newest) = self.store.cycles(1).await?.first()
            && newest.ended.is_none()
        {
            return Err(ErrandError::Unfinished { cycle: newest.id });
        }
        let begun = self
            .store
            .begin_cycle(&self.errand_steps(errand), self.clock.now())
            .await?;
        if begun.resumed {
            self.store.release_lease().await?;
            return Err(ErrandError::Unfinished { cycle: begun.cycle });
        }
        Ok(self.finish(begun, Mode::Run, Some(errand)).await?)
    }

    fn errand_steps(&self, errand: &Errand) -> Vec<StepSpec> {
        let step = |kind: &str, connection: Option<&String>| StepSpec {
            kind: kind.to_owned(),
            connection: connection.cloned(),
        };
        let exports = self
            .tenant
            .steps
            .iter()
            .filter(|step| step.kind == "export")
            .filter_map(|step| step.connection.as_ref());
        self.tenant
            .connections
            .iter()
            .filter(|(_, connection)| {
                connection.role != Role::Target && !connection.mappings.inbound.is_empty()
            })
            .map(|(name, _)| step(FETCH, Some(name)))
            .chain([step("reconcile", None)])
            .chain(
                exports
                    .filter(|name| errand.targets.is_empty() || errand.targets.contains(name))
                    .map(|name| step("export", Some(name))),
            )
            .collect()
    }

    /// The entity that an errand is about, with what hangs together with it.
    pub(crate) async fn subject(&self, errand: &Errand) -> Result<BTreeSet<Uuid>, StoreError> {
        let mut subject: BTreeSet<Uuid> = errand.entity.into_iter().collect();
        if let Some(object) = &errand.object {
            let links = self.store.links(std::slice::from_ref(object)).await?;
            subject.extend(links.into_iter().map(|link| link.entity));
        }
        let around = self.store.references(&Vec::from_iter(subject.clone())).await?;
        subject.extend(around.iter().flat_map(|reference| [reference.from, reference.to]));
        Ok(subject)
    }

    /// `fetch`: what one source says of the subject now.
    pub(crate) async fn fetch(
        &self,
        step: &Step<'_>,
        name: &str,
        connection: &Connection,
    ) -> Result<Counts, Early> {
        let mut counts = Counts::default();
        let Some(errand) = step.errand else {
            return Ok(counts);
        };
        let description = self.connectors.describe(name)?;
        let subject = Vec::from_iter(self.subject(errand).await?);
        let mut objects: BTreeSet<ObjectRef> = self
            .store
            .links_of(&subject)
            .await?
            .into_iter()
            .map(|link| link.object)
            .collect();
        objects.extend(errand.object.clone());
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for object in objects.into_iter().filter(|object| object.connection == name) {
            let gettable = description
                .class(&object.class)
                .is_some_and(|class| class.gettable);
            if gettable && connection.mappings.inbound.contains_key(&object.class) {
                keys.entry(object.class).or_default().push(object.key);
            }
        }
        if keys.is_empty() {
            return Ok(counts);
        }
        let mut session = self.connectors.open(name, FETCH).await?;
        let mut staged = Vec::new();
        for (class, keys) in keys {
            let key_attribute = description.class(&class).map(|class| class.key.clone());
            let found = session.get(&class, &keys).await?;
            let keys: Vec<&str> = found.iter().map(|object| object.key.as_str()).collect();
            let known = self.store.known(name, &class, &keys).await?;
            for (object, known) in found.into_iter().zip(known) {
                counts.read += 1;
                let mut attributes: Attributes = object
                    .fields
                    .into_iter()
                    .map(|(name, value)| (name, value.canonical()))
                    .filter(|(_, value)| !value.is_absent())
                    .collect();
                if let Some(attribute) = &key_attribute {
                    attributes.insert(attribute.clone(), Value::Text(object.key.clone()));
                }
                let digest = Digest::of(attributes.iter().map(|(name, value)| (name.as_str(), value)));
                let kind = match known {
                    None => ChangeKind::Added,
                    Some(known) if known.digest == digest => continue,
                    Some(_) => ChangeKind::Changed,
                };
                counts.added += u64::from(kind == ChangeKind::Added);
                counts.changed += u64::from(kind == ChangeKind::Changed);
                let place = connection
                    .mappings
                    .inbound
                    .get(&class)
                    .map(|inbound| inbound.place(&attributes))
                    .unwrap_or_default();
                let identity = ObjectRef::new(name, &class, &object.key).identity(&self.tenant.namespace);
                staged.push(Staged {
                    place,
                    identity: Some(identity),
                    class: class.clone(),
                    key: object.key,
                    kind,
                    object: Some((digest, attributes)),
                });
            }
        }
        if !staged.is_empty() {
            let cursor = self.store.cursor(name).await?;
            let ranks = connection
                .mappings
                .inbound
                .iter()
                .map(|(class, inbound)| (class.clone(), inbound.entity.rank()))
                .collect();
            self.store.begin_import(step.cycle, name).await?;
            self.store.stage(name, &staged).await?;
            self.store
                .settle_import(name, counts, &BTreeMap::new(), cursor.as_deref())
                .await?;
            self.store.accept_import(name, &ranks).await?;
        }
        Ok(counts)
    }
}

/// Whether a cycle with these steps is an errand's.
pub(crate) fn is_errand(steps: &[StepRecord]) -> bool {
    steps.iter().any(|step| step.spec.kind == FETCH)
}
