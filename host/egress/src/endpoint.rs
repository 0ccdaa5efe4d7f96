//! What a system bears, whoever asks: requests to one origin are spread, and no more than so many wait for an answer at once, across all
//! tenants and connections of this process.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::egress::Surroundings;
use crate::origin::Origin;

/// What an installation says of one system. It counts more than what connectors say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EndpointLimits {
    /// The most requests per second; what the connector says when it is absent.
    pub requests_per_second: Option<u32>,
    /// The most requests that wait for an answer at once; no bound when it is absent.
    pub concurrent_requests: Option<u32>,
}

/// The budgets of all systems that this process reaches.
pub(crate) struct Endpoints {
    limits: BTreeMap<Origin, EndpointLimits>,
    budgets: std::sync::Mutex<HashMap<Origin, Arc<Budget>>>,
}

struct Budget {
    /// The time at which the next request may go.
    next: Mutex<Option<Instant>>,
    places: Option<Arc<Semaphore>>,
}

/// The budget of one system, with the pace of one connector.
#[derive(Clone)]
pub(crate) struct Turns {
    budget: Arc<Budget>,
    gap: Duration,
}

impl Endpoints {
    pub(crate) fn new(limits: BTreeMap<Origin, EndpointLimits>) -> Self {
        Self {
            limits,
            budgets: std::sync::Mutex::default(),
        }
    }

    /// The budget of a system, for a connector that says that it bears so many requests per second.
    pub(crate) fn turns(&self, origin: &Origin, said: Option<u32>) -> Turns {
        let limits = self.limits.get(origin).copied().unwrap_or_default();
        let mut budgets = self.budgets.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = budgets.entry(origin.clone()).or_insert_with(|| {
            let places = limits
                .concurrent_requests
                .and_then(|places| usize::try_from(places).ok());
            Arc::new(Budget {
                next: Mutex::new(None),
                places: places.map(|places| Arc::new(Semaphore::new(places.max(1)))),
            })
        });
        let gap = limits
            .requests_per_second
            .or(said)
            .filter(|&count| count > 0)
            .map_or(Duration::ZERO, |count| Duration::from_secs(1) / count);
        Turns {
            budget: Arc::clone(budget),
            gap,
        }
    }
}

impl Turns {
    /// Those of a system that bears anything.
    pub(crate) fn unbounded() -> Self {
        Self {
            budget: Arc::new(Budget {
                next: Mutex::new(None),
                places: None,
            }),
            gap: Duration::ZERO,
        }
    }

    /// Waits for this request's turn. The place is held until its answer begins; a body that nobody reads must not keep others waiting.
    pub(crate) async fn wait(&self, surroundings: &Surroundings) -> Option<OwnedSemaphorePermit> {
        let place = match &self.budget.places {
            Some(places) => Arc::clone(places).acquire_owned().await.ok(),
            None => None,
        };
        if self.gap.is_zero() {
            return place;
        }
        let pause = {
            let mut next = self.budget.next.lock().await;
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.gap);
            turn - now
        };
        if !pause.is_zero() {
            (surroundings.sleep)(pause).await;
        }
        place
    }
}
