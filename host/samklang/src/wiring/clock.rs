//! The time of day, and that of files.

use std::fs::Metadata;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use samklang_core::port::Clock;

/// The operating system's clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// When a file was written last, in milliseconds since 1970; none where the system does not say.
pub(crate) fn written(file: &Metadata) -> Option<i64> {
    let since = file.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
