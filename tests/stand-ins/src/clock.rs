//! The clock of a stand-in: the machine's, moved forward by tests that cannot wait.

use std::sync::Mutex;
use std::time::Duration;

use jiff::Timestamp;

/// Never goes back; moved forward with [`Clock::advance`].
#[derive(Debug, Default)]
pub(crate) struct Clock(Mutex<Duration>);

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::now() + *self.0.lock().expect("no panic while held")
    }

    pub(crate) fn advance(&self, by: Duration) {
        *self.0.lock().expect("no panic while held") += by;
    }
}
