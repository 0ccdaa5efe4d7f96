//! A tenant that is ready to run: configuration, store and connections together, and the run itself with its interruption.

use std::path::Path;
use std::sync::Arc;

use samklang_core::port::Store as _;
use samklang_cycle::{Errand, ErrandError, LinkJob, LinkJobError, Links, Mode, Report, Worker};
use samklang_store::TenantStore;

use super::{Context, builds};
use crate::configuration::{Fitted, Use};
use crate::failure::Failure;
use crate::installation::Premises;
use crate::progress::Followed;
use crate::wiring::{Interrupt, SystemClock, Wiring};

/// A tenant that is ready to run.
pub(super) struct Ready {
    pub(super) tenant: samklang_cycle::Tenant,
    pub(super) store: TenantStore,
    pub(super) wiring: Wiring,
    /// The connectors that are not signed, which every report tells.
    pub(super) unsigned: Vec<String>,
    interrupt: Arc<Interrupt>,
}

impl Ready {
    /// Reads the configuration, opens the installation and joins them.
    pub(super) async fn new(context: &Context, folder: &Path) -> Result<Self, Failure> {
        let (tenant, premises) = context.tenant(folder).await?;
        let offer = premises.offer(&tenant).await?;
        let fitted = tenant.fit(&offer, Use::Work)?;
        let store = premises.tenant(&fitted.tenant.name).await?;
        builds::settle(&store, folder, &offer, &fitted).await?;
        Self::of(&premises, store, fitted)
    }

    /// Joins what is open already.
    pub(super) fn of(premises: &Premises, store: TenantStore, fitted: Fitted) -> Result<Self, Failure> {
        let unsigned = builds::unsigned(&fitted);
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
            interrupt,
        })
    }

    /// Runs the cycle; none when it was interrupted.
    pub(super) async fn run(&self, context: &Context, mode: Mode) -> Result<Option<Report>, Failure> {
        self.work(context, async |worker| Ok(worker.run(mode).await?))
            .await
    }

    /// Runs an errand; none when it was interrupted.
    pub(super) async fn run_errand(
        &self,
        context: &Context,
        errand: &Errand,
    ) -> Result<Option<Report>, Failure> {
        self.work(context, async |worker| {
            worker.run_errand(errand).await.map_err(|error| match error {
                ErrandError::Unfinished { .. } => Failure::Usage(error.to_string()),
                ErrandError::Cycle(error) => error.into(),
            })
        })
        .await
    }

    /// Runs a link job; none when it was interrupted.
    pub(super) async fn run_link_job(
        &self,
        context: &Context,
        job: &LinkJob,
    ) -> Result<Option<(Report, Links)>, Failure> {
        self.work(context, async |worker| {
            worker.run_link_job(job).await.map_err(|error| match error {
                LinkJobError::NoTarget(_) | LinkJobError::Errand(ErrandError::Unfinished { .. }) => {
                    Failure::Usage(error.to_string())
                }
                LinkJobError::Errand(ErrandError::Cycle(error)) => error.into(),
            })
        })
        .await
    }

    async fn work<T>(
        &self,
        context: &Context,
        work: impl AsyncFnOnce(&Worker<'_, TenantStore, Wiring, SystemClock>) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        let progress = Followed::new(context.screen.is_json(), Arc::clone(&self.interrupt));
        let worker = Worker {
            store: &self.store,
            connectors: &self.wiring,
            clock: &SystemClock,
            tenant: &self.tenant,
            progress: &progress,
        };
        {
            let run = std::pin::pin!(work(&worker));
            tokio::select! {
                report = run => return Ok(Some(report?)),
                () = self.interruption() => {}
            }
        }
        // The run is dropped at a settled point; the tenant is free for the next one at once.
        self.store.release_lease().await?;
        eprintln!(
            "stopped; everything so far is kept, and `samklang run` takes the cycle up where it stopped"
        );
        Ok(None)
    }

    /// Ends when the run shall be dropped: at a settled point after the first interruption, or at the second.
    async fn interruption(&self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        self.interrupt.ask();
        eprintln!("stopping at the next settled point; interrupt again to stop at once");
        tokio::select! {
            () = self.interrupt.stopped() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
}
