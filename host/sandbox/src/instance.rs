//! One instance of a component: made afresh for a step, with a context in which nothing is granted but what is passed in,
//! and gone with the step.
//!
//! Every call into it runs within its limits. A call that does not end well ends the instance too: what a guest was in the
//! middle of is never gone on with.

use std::path::PathBuf;
use std::sync::Arc;

use samklang_egress::Sender;
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store, Trap, UpdateDeadline};
use wasmtime_wasi::{FsPerms, WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::abi::{Answer, Checked, Failure, Guest};
use crate::http::WayOut;
use crate::limits::Limits;
use crate::log::Log;
use crate::meter::{Growth, Meter, Metered, OutOfCpu};
use crate::outbox::Outbox;
use crate::tape::Tape;
use crate::words::LastWords;

/// What a guest's imports work on.
pub(crate) struct State {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    pub(crate) table: ResourceTable,
    way_out: WayOut,
    growth: Growth,
    pub(crate) log: Log,
}

impl State {
    /// The way out; none where nothing may be reached, as in `describe`.
    pub(crate) fn sender(&self) -> Option<Arc<Sender>> {
        self.way_out.sender()
    }

    /// What takes down all that goes out, or stands for it.
    pub(crate) fn tape(&self) -> Option<Tape> {
        self.way_out.tape()
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.way_out,
        }
    }
}

/// What an instance is given. The default is nothing.
#[derive(Default)]
pub(crate) struct Granted {
    pub(crate) sender: Option<Arc<Sender>>,
    pub(crate) inbox: Option<PathBuf>,
    pub(crate) outbox: Option<PathBuf>,
    pub(crate) tape: Option<Tape>,
}

impl Granted {
    /// The folders among it.
    pub(crate) fn folders(&self) -> Vec<&'static str> {
        let folders = [("inbox", &self.inbox), ("outbox", &self.outbox)];
        let given = folders.into_iter().filter(|(_, folder)| folder.is_some());
        given.map(|(name, _)| name).collect()
    }
}

/// Why a call ended without an answer, as far as it can be told beneath the contract.
pub(crate) enum Ending {
    /// A trap, with the machine's words.
    Trap(String),
    /// The stack was used up.
    Stack,
    /// The budget of processor time was.
    OutOfCpu,
    /// It took too long.
    OutOfTime,
    /// More was copied into the host in one call than allowed.
    TooMuch,
    /// The outbox holds more than it may.
    Outbox(String),
    /// The connector's own complaint.
    Complaint(samklang_core::FaultKind, String),
    /// It broke the contract.
    Violation(String),
}

impl Ending {
    /// Whether the instance can be called again. Only a complaint leaves a guest in good order.
    pub(crate) fn is_orderly(&self) -> bool {
        matches!(self, Self::Complaint(..))
    }
}

/// A running instance with its figures.
pub(crate) struct Instance {
    store: Store<State>,
    guest: Guest,
    guard: Guard,
}

/// What outlives an instance: its limits and figures.
#[derive(Clone)]
pub(crate) struct Guard {
    pub(crate) limits: Limits,
    pub(crate) meter: Arc<Meter>,
    pub(crate) words: LastWords,
    outbox: Option<Outbox>,
}

impl Guard {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            meter: Arc::default(),
            words: LastWords::new(limits.output),
            outbox: None,
        }
    }

    /// The same, watching over how much is written into this folder.
    pub(crate) fn watching(mut self, folder: Option<PathBuf>) -> Self {
        self.outbox = folder.map(|folder| Outbox::new(folder, &self.limits));
        self
    }

    async fn run<T>(&self, call: impl Future<Output = Answer<T>>) -> Result<T, Ending> {
        self.meter.take_memory_refused();
        let metered = Metered::new(call, &self.meter, self.limits.cpu);
        let called = tokio::time::timeout(self.limits.call, metered);
        let called = match &self.outbox {
            None => called.await,
            Some(outbox) => tokio::select! {
                called = called => {
                    outbox.check().await.map_err(Ending::Outbox)?;
                    called
                }
                held = outbox.overflow() => return Err(Ending::Outbox(held)),
            },
        };
        match called {
            Err(_) => Err(Ending::OutOfTime),
            Ok(Err(OutOfCpu)) => Err(Ending::OutOfCpu),
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(Failure::Trap(error)))) => Err(ending(&error)),
            Ok(Ok(Err(Failure::Complaint(kind, message)))) => Err(Ending::Complaint(kind, message)),
            Ok(Ok(Err(Failure::Violation(message)))) => Err(Ending::Violation(message)),
        }
    }
}

impl Instance {
    /// Makes one. The guest's own start code runs, within the limits.
    pub(crate) async fn start(
        engine: &Engine,
        checked: &Checked,
        granted: &Granted,
        log: Log,
        guard: &Guard,
    ) -> Result<Self, Ending> {
        let state = state(granted, log, guard).map_err(|error| ending(&error))?;
        let mut store = Store::new(engine, state);
        store.limiter(|state| &mut state.growth);
        store.set_hostcall_fuel(guard.limits.hostcall_octets);
        store.set_max_component_handles(guard.limits.handles);
        store.set_epoch_deadline(1);
        // Giving way lets other tasks run and lets the meter look at the budget.
        store.epoch_deadline_callback(|_| {
            Ok(UpdateDeadline::YieldCustom(1, Box::pin(tokio::task::yield_now())))
        });
        let guest = guard
            .run(async { Ok(checked.instantiate(&mut store).await?) })
            .await?;
        Ok(Self {
            store,
            guest,
            guard: guard.clone(),
        })
    }

    /// One call into the guest, within the limits.
    pub(crate) async fn call<T>(
        &mut self,
        call: impl AsyncFnOnce(&Guest, &mut Store<State>) -> Answer<T>,
    ) -> Result<T, Ending> {
        let Self { store, guest, guard } = self;
        guard.run(call(guest, store)).await
    }
}

fn state(granted: &Granted, log: Log, guard: &Guard) -> wasmtime::Result<State> {
    let limits = guard.limits;
    let mut wasi = WasiCtx::builder();
    // No arguments, no environment, no input, no sockets, no names: that is what an empty context has.
    wasi.stdout(guard.words.clone())
        .stderr(guard.words.clone())
        .max_random_size(1 << 20);
    if let Some(inbox) = &granted.inbox {
        wasi.preopened_dir(inbox, "/inbox", FsPerms::ReadOnly)?;
    }
    if let Some(outbox) = &granted.outbox {
        wasi.preopened_dir(outbox, "/outbox", FsPerms::ReadWrite)?;
    }
    if let Some((clock, chance)) = granted.tape.as_ref().and_then(Tape::surroundings) {
        wasi.wall_clock(clock).secure_random(chance);
    }
    let mut table = ResourceTable::new();
    table.set_max_capacity(limits.handles);
    Ok(State {
        wasi: wasi.build(),
        http: WasiHttpCtx::new(),
        table,
        way_out: WayOut::new(granted.sender.clone(), granted.tape.clone()),
        growth: Growth::new(Arc::clone(&guard.meter), limits),
        log,
    })
}

fn ending(error: &wasmtime::Error) -> Ending {
    if let Some(Trap::StackOverflow) = error.downcast_ref::<Trap>() {
        return Ending::Stack;
    }
    let root = error.root_cause().to_string();
    // The type of this error is private to the engine, so that its words are all there is.
    if root.contains("fuel allocated for hostcalls") {
        Ending::TooMuch
    } else {
        Ending::Trap(root)
    }
}
