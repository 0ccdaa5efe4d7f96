//! Following a task: news for those who listen, the times of its steps, and the wish to stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use samklang_core::port::{Counts, StepSpec, StepState};
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Span;

use crate::access::{Operator, Within};
use crate::run::{Follower, News, Runner};
use crate::view::StepCount;
use crate::watch::Meters;

/// Counts of one step are told at most this often: those who watch are told a few numbers a second, however fast the work goes.
const PACE: Duration = Duration::from_millis(400);

/// Follows one task.
pub(crate) struct Following(Arc<Inner>);

struct Inner {
    runner: Runner,
    at: Within<Operator>,
    meters: Arc<Meters>,
    stopping: watch::Receiver<bool>,
    span: Span,
    tokio: Handle,
    steps: Mutex<HashMap<(String, Option<String>), Followed>>,
}

/// What is known of a step.
#[derive(Default)]
struct Followed {
    position: Option<u32>,
    told: Option<Instant>,
    began: Option<(Instant, Span)>,
}

impl Following {
    pub(crate) fn new(
        runner: Runner,
        at: Within<Operator>,
        meters: Arc<Meters>,
        stopping: watch::Receiver<bool>,
        span: Span,
    ) -> Self {
        Self(Arc::new(Inner {
            runner,
            at,
            meters,
            stopping,
            span,
            tokio: Handle::current(),
            steps: Mutex::default(),
        }))
    }
}

impl Inner {
    fn with<T>(&self, spec: &StepSpec, work: impl FnOnce(&mut Followed) -> T) -> T {
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        work(
            steps
                .entry((spec.kind.clone(), spec.connection.clone()))
                .or_default(),
        )
    }

    /// Some step is at work.
    fn at_step(&self) -> bool {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        steps.values().any(|step| step.began.is_some())
    }

    /// Looks up where the cycle's steps stand, so that counts can be told by their place.
    async fn learn(&self) {
        let cycle = self.runner.desk().cycle(&self.at.lower(), None).await;
        let Ok(Some(cycle)) = cycle else { return };
        let mut steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        for step in cycle.steps {
            steps.entry((step.kind, step.connection)).or_default().position = Some(step.position);
        }
    }
}

impl Follower for Following {
    fn step(&self, spec: &StepSpec, state: StepState) {
        let (unknown, began) = self.0.with(spec, |step| {
            let began = step.began.take();
            if state == StepState::Running {
                let span = tracing::info_span!(
                    parent: &self.0.span, "step", kind = spec.kind, connection = spec.connection, state = tracing::field::Empty
                );
                step.began = Some((Instant::now(), span));
            }
            (step.position.is_none(), began)
        });
        if let Some((began, span)) = began {
            span.record("state", state.as_str());
            self.0.meters.step(&spec.kind, state.as_str(), began.elapsed());
        }
        if unknown {
            let following = Arc::clone(&self.0);
            // Whoever is at work may be on a thread of its own.
            self.0.tokio.spawn(async move { following.learn().await });
        }
        self.0.runner.rest(self.0.at.tenant(), !self.0.at_step());
        self.0.runner.tell(self.0.at.tenant(), News::Changed);
    }

    fn count(&self, spec: &StepSpec, counts: &Counts) {
        let position = self.0.with(spec, |step| {
            let now = Instant::now();
            let early = step.told.is_some_and(|told| now.duration_since(told) < PACE);
            let position = step.position.filter(|_| !early)?;
            step.told = Some(now);
            Some(position)
        });
        if let Some(position) = position {
            let counts = (*counts).into();
            self.0
                .runner
                .tell(self.0.at.tenant(), News::Count(StepCount { position, counts }));
        }
    }

    fn stopped(&self) -> BoxFuture<'static, ()> {
        let mut stopping = self.0.stopping.clone();
        async move {
            if stopping.wait_for(|stopping| *stopping).await.is_err() {
                std::future::pending::<()>().await;
            }
        }
        .boxed()
    }
}
