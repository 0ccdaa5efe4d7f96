//! Who follows a run and may have it stop: a person at a terminal, or a server.

use std::sync::Arc;

use samklang_cycle::{Progress, Quiet};
use samklang_server::Follower;

use crate::progress::{Followed, terminal};
use crate::wiring::Interrupt;

/// Who follows a run.
pub(crate) enum Audience {
    /// A person, who interrupts it with the keyboard; nothing is shown when it is quiet.
    Person {
        /// A machine reads the result.
        quiet: bool,
    },
    /// A server.
    Server(Arc<dyn Follower>),
    /// A server, of something that is no step of the tenant's own cycle: nothing is told but that it shall stop.
    Aside(Arc<dyn Follower>),
}

/// Tells a server's follower what happens.
struct Told(Arc<dyn Follower>);

impl Progress for Told {
    fn step(&self, spec: &samklang_core::port::StepSpec, state: samklang_core::port::StepState) {
        self.0.step(spec, state);
    }

    fn count(&self, spec: &samklang_core::port::StepSpec, counts: &samklang_core::port::Counts) {
        self.0.count(spec, counts);
    }
}

impl Audience {
    /// What shows a run's progress to it.
    pub(super) fn follow(&self, interrupt: &Arc<Interrupt>) -> Followed {
        let shown: Box<dyn Progress> = match self {
            Self::Person { quiet } => terminal(*quiet),
            Self::Server(follower) => Box::new(Told(Arc::clone(follower))),
            Self::Aside(_) => Box::new(Quiet),
        };
        Followed::new(shown, Arc::clone(interrupt))
    }

    /// Ends when the run shall be dropped: at a settled point after it was asked for, or at a person's second interruption.
    pub(super) async fn interruption(&self, interrupt: &Interrupt) {
        match self {
            Self::Person { .. } => {
                if tokio::signal::ctrl_c().await.is_err() {
                    std::future::pending::<()>().await;
                }
                interrupt.ask();
                eprintln!("stopping at the next settled point; interrupt again to stop at once");
                tokio::select! {
                    () = interrupt.stopped() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Self::Server(follower) | Self::Aside(follower) => {
                follower.stopped().await;
                interrupt.ask();
                interrupt.stopped().await;
            }
        }
    }

    /// Says that it stopped.
    pub(super) fn stopped(&self) {
        if let Self::Person { .. } = self {
            eprintln!(
                "stopped; everything so far is kept, and `samklang run` takes the cycle up where it stopped"
            );
        }
    }
}
