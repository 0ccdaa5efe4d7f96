//! The time of day, which comes in so that tests have their own.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

/// Tells the time, in milliseconds since 1970.
pub trait Clock: Send + Sync + 'static {
    /// What time it is.
    fn now(&self) -> i64;
    /// Resolves at that time, or later.
    fn until(&self, at: i64) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_millisecond()
    }

    fn until(&self, at: i64) -> BoxFuture<'static, ()> {
        let pause = u64::try_from(at.saturating_sub(self.now())).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(pause)).boxed()
    }
}
