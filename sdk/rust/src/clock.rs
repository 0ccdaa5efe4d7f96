//! Time, as the host gives it. In native tests the clock stands still but for what is slept, so that no test waits.

use std::time::{Duration, SystemTime};

/// This moment as RFC 3339 text in UTC, to the second.
pub fn now() -> String {
    humantime::format_rfc3339_seconds(source::time()).to_string()
}

/// Pauses. In native tests the clock moves on at once instead.
pub fn sleep(pause: Duration) {
    source::sleep(pause);
}

/// A bound on how long something may take.
#[derive(Debug, Clone, Copy)]
pub struct Deadline(SystemTime);

impl Deadline {
    /// So long from now.
    pub fn after(duration: Duration) -> Self {
        Self(source::time() + duration)
    }

    /// It is over.
    pub fn has_passed(&self) -> bool {
        self.remaining().is_zero()
    }

    /// What is left.
    pub fn remaining(&self) -> Duration {
        self.0.duration_since(source::time()).unwrap_or_default()
    }
}

#[cfg(target_arch = "wasm32")]
mod source {
    use std::time::{Duration, SystemTime};

    pub(super) fn time() -> SystemTime {
        SystemTime::now()
    }

    pub(super) fn sleep(pause: Duration) {
        std::thread::sleep(pause);
    }
}

#[cfg(not(target_arch = "wasm32"))]
pub(crate) mod source {
    use std::cell::Cell;
    use std::time::{Duration, SystemTime};

    thread_local! {
        static NOW: Cell<Option<SystemTime>> = const { Cell::new(None) };
    }

    pub(crate) fn set(time: Option<SystemTime>) -> Option<SystemTime> {
        NOW.replace(time)
    }

    pub(super) fn time() -> SystemTime {
        NOW.get().unwrap_or_else(|| {
            let time = SystemTime::now();
            NOW.set(Some(time));
            time
        })
    }

    pub(super) fn sleep(pause: Duration) {
        NOW.set(Some(time() + pause));
    }
}
