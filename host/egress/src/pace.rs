//! Spreads requests so that a system gets no more of them per second than it can bear.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::sender::PauseFuture;

/// The time at which the next request may go.
pub(crate) struct Pace {
    gap: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(requests_per_second: Option<u32>) -> Self {
        let gap = requests_per_second
            .filter(|&count| count > 0)
            .map_or(Duration::ZERO, |count| Duration::from_secs(1) / count);
        Self {
            gap,
            next: Mutex::new(None),
        }
    }

    /// Waits for this request's turn.
    pub(crate) async fn wait(&self, sleep: &Arc<dyn Fn(Duration) -> PauseFuture + Send + Sync>) {
        if self.gap.is_zero() {
            return;
        }
        let pause = {
            let mut next = self.next.lock().await;
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.gap);
            turn - now
        };
        if !pause.is_zero() {
            sleep(pause).await;
        }
    }
}
