//! Measures and bounds what a step uses: memory, tables and processor time.
//!
//! Processor time is that of the thread while it runs the guest, so waiting for a network costs nothing and a busy machine
//! does not make a connector look slow. The epoch ticker makes a running guest give way every few milliseconds, and each
//! time the budget is looked at here.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use cpu_time::ThreadTime;
use wasmtime::ResourceLimiter;

use crate::limits::Limits;

/// The figures of one step; readable after its instance is gone.
#[derive(Debug, Default)]
pub(crate) struct Meter {
    cpu: AtomicU64,
    memory: AtomicUsize,
    peak_memory: AtomicUsize,
    memory_refused: AtomicBool,
    table_refused: AtomicBool,
}

impl Meter {
    pub(crate) fn cpu(&self) -> Duration {
        Duration::from_nanos(self.cpu.load(Ordering::Relaxed))
    }

    pub(crate) fn peak_memory(&self) -> usize {
        self.peak_memory.load(Ordering::Relaxed)
    }

    /// Whether memory was refused since this was last asked.
    pub(crate) fn take_memory_refused(&self) -> bool {
        self.memory_refused.swap(false, Ordering::Relaxed)
    }

    /// Whether a table was refused to grow since this was last asked.
    pub(crate) fn take_table_refused(&self) -> bool {
        self.table_refused.swap(false, Ordering::Relaxed)
    }

    fn spend(&self, time: Duration) {
        self.cpu.fetch_add(
            u64::try_from(time.as_nanos()).unwrap_or(u64::MAX),
            Ordering::Relaxed,
        );
    }
}

/// Refuses growth beyond the limits; a refusal is no trap.
pub(crate) struct Growth {
    meter: Arc<Meter>,
    limits: Limits,
    table_elements: usize,
}

impl Growth {
    pub(crate) fn new(meter: Arc<Meter>, limits: Limits) -> Self {
        Self {
            meter,
            limits,
            table_elements: 0,
        }
    }
}

impl ResourceLimiter for Growth {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let before = self.meter.memory.load(Ordering::Relaxed);
        let after = before.saturating_add(desired.saturating_sub(current));
        if after > self.limits.memory {
            self.meter.memory_refused.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        self.meter.memory.store(after, Ordering::Relaxed);
        self.meter.peak_memory.fetch_max(after, Ordering::Relaxed);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let after = self
            .table_elements
            .saturating_add(desired.saturating_sub(current));
        let fits = after <= self.limits.table_elements;
        if fits {
            self.table_elements = after;
        } else {
            self.meter.table_refused.store(true, Ordering::Relaxed);
        }
        Ok(fits)
    }

    fn instances(&self) -> usize {
        self.limits.instances
    }

    fn tables(&self) -> usize {
        self.limits.tables
    }

    fn memories(&self) -> usize {
        self.limits.memories
    }
}

/// The budget is used up.
pub(crate) struct OutOfCpu;

/// Runs a guest's call within the step's budget of processor time.
pub(crate) struct Metered<'a, F> {
    call: Pin<Box<F>>,
    meter: &'a Meter,
    budget: Duration,
}

impl<'a, F: Future> Metered<'a, F> {
    pub(crate) fn new(call: F, meter: &'a Meter, budget: Duration) -> Self {
        Self {
            call: Box::pin(call),
            meter,
            budget,
        }
    }
}

impl<F: Future> Future for Metered<'_, F> {
    type Output = Result<F::Output, OutOfCpu>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.meter.cpu() >= this.budget {
            return Poll::Ready(Err(OutOfCpu));
        }
        let start = ThreadTime::now();
        let polled = this.call.as_mut().poll(context);
        this.meter.spend(start.elapsed());
        polled.map(Ok)
    }
}
