//! A tenant that is ready to run: configuration, store and connections together, and the run itself with its interruption.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use samklang_core::port::{OperationRecord, OperationState, Store as _};
use samklang_cycle::{Errand, ErrandError, LinkJob, LinkJobError, Links, Mode, Progress, Report, Worker};
use samklang_store::TenantStore;
use uuid::Uuid;

use super::audience::Audience;
use crate::configuration::{Fitted, Tenant, Use};
use crate::desk::builds;
use crate::desk::people::conceal::{Sensitive, blot};
use crate::failure::Failure;
use crate::installation::Premises;
use crate::wiring::{Interrupt, SystemClock, Wiring};

/// Entities that are read at a time.
const ENTITIES: usize = 500;

/// Operations that are read at a time.
const OPERATIONS: u32 = 1000;

/// A tenant that is ready to run.
pub(crate) struct Ready {
    pub(crate) tenant: samklang_cycle::Tenant,
    pub(crate) store: TenantStore,
    pub(crate) wiring: Wiring,
    /// The connectors that are not signed, which every report tells.
    pub(crate) unsigned: Vec<String>,
    sensitive: Sensitive,
    interrupt: Arc<Interrupt>,
}

impl Ready {
    /// Joins a configuration with the installation.
    pub(crate) async fn new(tenant: Tenant, premises: &Premises) -> Result<Self, Failure> {
        let folder = tenant.folder().to_owned();
        let offer = premises.offer(&tenant).await?;
        let fitted = tenant.fit(&offer, Use::Work)?;
        let store = premises.tenant(&fitted.tenant.name).await?;
        builds::settle(&store, &folder, &offer, &fitted).await?;
        Self::of(premises, store, fitted)
    }

    /// Joins what is open already.
    pub(crate) fn of(premises: &Premises, store: TenantStore, fitted: Fitted) -> Result<Self, Failure> {
        let unsigned = builds::unsigned(&fitted);
        let sensitive = Sensitive::of(&fitted);
        let interrupt = Arc::new(Interrupt::default());
        let wiring = Wiring::new(
            premises.sandbox(&fitted.authorities)?,
            premises.home().clone(),
            fitted.openings,
            fitted.trust,
            Arc::clone(&interrupt),
        );
        Ok(Self {
            tenant: fitted.tenant,
            store,
            wiring,
            unsigned,
            sensitive,
            interrupt,
        })
    }

    /// Runs the cycle; none when it was interrupted.
    pub(crate) async fn run(&self, audience: &Audience, mode: Mode) -> Result<Option<Report>, Failure> {
        self.work(audience, async |worker| Ok(worker.run(mode).await?))
            .await
    }

    /// Hands over every operation that a cycle has planned, target by target, one page in memory at a time.
    pub(crate) async fn planned(
        &self,
        cycle: i64,
        mut see: impl FnMut(OperationRecord) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let states = [OperationState::Planned];
        for target in self.tenant.connections.keys() {
            let mut after: Option<String> = None;
            loop {
                let page = self
                    .store
                    .operations_in(cycle, target, &states, after.as_deref(), OPERATIONS)
                    .await?;
                let Some(last) = page.last() else { break };
                after = Some(last.operation.id.clone());
                page.into_iter().try_for_each(&mut see)?;
            }
        }
        Ok(())
    }

    /// Runs an errand; none when it was interrupted.
    pub(crate) async fn run_errand(
        &self,
        audience: &Audience,
        errand: &Errand,
    ) -> Result<Option<Report>, Failure> {
        self.work(audience, async |worker| {
            worker.run_errand(errand).await.map_err(|error| match error {
                ErrandError::Unfinished { .. } => Failure::Usage(error.to_string()),
                ErrandError::Cycle(error) => error.into(),
            })
        })
        .await
    }

    /// Runs a link job; none when it was interrupted. What it tells holds nothing sensitive.
    pub(crate) async fn run_link_job(
        &self,
        audience: &Audience,
        job: &LinkJob,
    ) -> Result<Option<(Report, Links)>, Failure> {
        let done = self.work(audience, async |worker| {
            worker.run_link_job(job).await.map_err(|error| match error {
                LinkJobError::NoTarget(_) | LinkJobError::Errand(ErrandError::Unfinished { .. }) => {
                    Failure::Usage(error.to_string())
                }
                LinkJobError::Errand(ErrandError::Cycle(error)) => error.into(),
            })
        });
        let Some((report, mut links)) = done.await? else {
            return Ok(None);
        };
        self.conceal(&mut links).await?;
        Ok(Some((report, links)))
    }

    /// Blots out of the keys that are told what is sensitive about whom they are told of.
    async fn conceal(&self, links: &mut Links) -> Result<(), Failure> {
        let about: BTreeSet<Uuid> = links.told.iter().filter_map(|looked| looked.entity).collect();
        let about: Vec<Uuid> = about.into_iter().collect();
        let mut hidden: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for some in about.chunks(ENTITIES) {
            let entities = self.store.entities(some).await?;
            hidden.extend(
                entities
                    .iter()
                    .map(|entity| (entity.id, self.sensitive.texts(entity))),
            );
        }
        for looked in &mut links.told {
            let Some(hidden) = looked.entity.and_then(|entity| hidden.get(&entity)) else {
                continue;
            };
            for key in &mut looked.keys {
                *key = blot(key, hidden);
            }
        }
        Ok(())
    }

    async fn work<T>(
        &self,
        audience: &Audience,
        work: impl AsyncFnOnce(&Worker<'_, TenantStore, Wiring, SystemClock>) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        let progress = audience.follow(&self.interrupt);
        let worker = self.worker(&progress);
        {
            let run = std::pin::pin!(work(&worker));
            tokio::select! {
                report = run => return Ok(Some(report?)),
                () = audience.interruption(&self.interrupt) => {}
            }
        }
        // The run is dropped at a settled point; the tenant is free for the next one at once.
        self.store.release_lease().await?;
        audience.stopped();
        Ok(None)
    }

    /// Whoever does the work, watched in this way.
    pub(crate) fn worker<'a>(
        &'a self,
        progress: &'a dyn Progress,
    ) -> Worker<'a, TenantStore, Wiring, SystemClock> {
        Worker {
            store: &self.store,
            connectors: &self.wiring,
            clock: &SystemClock,
            tenant: &self.tenant,
            progress,
        }
    }
}
