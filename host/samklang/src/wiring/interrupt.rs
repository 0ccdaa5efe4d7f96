//! Stopping on request at a point where nothing is under way: after a page has been staged, a batch has been settled, or a
//! step is done.

use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A request to stop, and the news that a good point for it is reached.
#[derive(Debug, Default)]
pub struct Interrupt {
    asked: AtomicBool,
    reached: Notify,
}

impl Interrupt {
    /// Asks the run to stop.
    pub fn ask(&self) {
        self.asked.store(true, Ordering::Relaxed);
    }

    /// Notes that nothing is under way just now.
    pub fn settled(&self) {
        if self.asked.load(Ordering::Relaxed) {
            self.reached.notify_one();
        }
    }

    /// Goes on at once as long as nobody asked to stop; else never, because whoever asked drops the run here.
    pub async fn pass(&self) {
        if self.asked.load(Ordering::Relaxed) {
            self.reached.notify_one();
            std::future::pending::<()>().await;
        }
    }

    /// Waits for a good point to stop. Comes only after [`Interrupt::ask`].
    pub async fn stopped(&self) {
        self.reached.notified().await;
    }
}
