//! Work that takes the processor for long, out of the way of whoever waits for a page: on threads of its own that give way to others. They have
//! a runtime of their own, so that whatever the work sets going gives way as well, and so that no thread which has given way serves others:
//! a thread that another begins is as nice as that one.

use std::future::Future;

use samklang_server::DeskError;
use tokio::runtime::{Builder, Runtime};
use tracing::{Instrument as _, Span};

use crate::failure::Failure;

/// By how much such a thread is nicer than others.
#[cfg(target_os = "linux")]
const NICER: i32 = 5;

/// As nice as can be.
#[cfg(target_os = "linux")]
const NICEST: i32 = 19;

/// Where such work is done.
#[derive(Debug)]
pub(super) struct Aside(Option<Runtime>);

impl Aside {
    /// Threads for it.
    ///
    /// # Errors
    ///
    /// When the system gives none.
    pub(super) fn new() -> Result<Self, Failure> {
        let mut threads = Builder::new_multi_thread();
        let runtime = threads
            .thread_name("aside")
            .on_thread_start(nicer())
            .enable_all()
            .build();
        let runtime =
            runtime.map_err(|error| Failure::because("the system gives no threads for cycles", error))?;
        Ok(Self(Some(runtime)))
    }

    /// Does work there, each on a thread of its own, and answers what came of it.
    pub(super) async fn run<T: Send + 'static, F: Future<Output = T>>(
        &self,
        work: impl FnOnce() -> F + Send + 'static,
    ) -> Result<T, DeskError> {
        let runtime = self.0.as_ref();
        let runtime = runtime.ok_or_else(|| DeskError::Failed("the server is being stopped".to_owned()))?;
        let (there, span) = (runtime.handle().clone(), Span::current());
        let done = runtime.spawn_blocking(move || there.block_on(work().instrument(span)));
        done.await
            .map_err(|error| DeskError::Failed(format!("the work broke off: {error}; ask support")))
    }
}

impl Drop for Aside {
    fn drop(&mut self) {
        // What still runs, such as a guest in a loop, holds nobody back.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a thread does first, to be nicer by so much than the one that asks now. On Linux each thread can be; elsewhere they are all alike.
#[cfg(target_os = "linux")]
fn nicer() -> impl Fn() + Send + Sync {
    let than = rustix::process::getpriority_process(None).unwrap_or_default();
    // A thread that such a thread begins is as nice already, and does not become nicer than that.
    move || {
        if let Err(error) = rustix::process::setpriority_process(None, (than + NICER).min(NICEST)) {
            tracing::debug!(%error, "a thread for cycles is as urgent as others");
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn nicer() -> impl Fn() + Send + Sync {
    || {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_done_aside_gives_way_and_what_breaks_is_told() {
        let aside = Aside::new().unwrap();
        assert_eq!(aside.run(|| async { 6 * 7 }).await, Ok(42));
        #[cfg(target_os = "linux")]
        {
            let nice = || rustix::process::getpriority_process(None).unwrap();
            let before = nice();
            let begun = async move || tokio::task::spawn_blocking(nice).await.unwrap();
            let there = (aside.run(move || async move { (nice(), begun().await) }).await).unwrap();
            let nicer = (before + NICER).min(NICEST);
            assert_eq!(there, (nicer, nicer), "and so does what it begins");
            assert_eq!(
                (nice(), begun().await),
                (before, before),
                "the others are as they were"
            );
        }
        let broken = aside.run(|| async { panic!("no paper") }).await;
        let broken: Result<(), _> = broken;
        assert!(matches!(broken, Err(DeskError::Failed(told)) if told.contains("no paper")));
    }
}
