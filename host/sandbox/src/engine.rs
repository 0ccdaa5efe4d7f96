//! The one engine of the process, and the clock that lets it interrupt guests.
//!
//! [`config`] is the only place that builds a configuration: two would drift apart, and compiled components would no longer
//! fit. The engine owns its ticker, so that there is none without one; the ticker holds the engine weakly and ends with it.

use std::time::Duration;

use wasmtime::{Config, Engine};

/// How often a running guest is interrupted to let others run and to count its time.
const TICK: Duration = Duration::from_millis(10);

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // Guests are stopped by time, not by counting instructions, which means nothing to an operator.
        .epoch_interruption(true)
        // The contract is synchronous for guests, and calls cost a third without the machinery for concurrent ones.
        .concurrency_support(false)
        .memory_init_cow(true)
        .parallel_compilation(true)
        .max_wasm_stack(1 << 20)
        .async_stack_size(2 << 20)
        // One guest's stack is never seen by the next.
        .async_stack_zeroing(true);
    // Memory is allocated on demand: a pool big enough for components with a language runtime inside would reserve its
    // size for every small one, and starting is no slower without it.
    config
}

/// Makes the engine and starts its ticker.
pub(crate) fn start() -> wasmtime::Result<Engine> {
    let engine = Engine::new(&config())?;
    let weak = engine.weak();
    std::thread::Builder::new()
        .name("samklang-ticker".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(TICK);
                let Some(engine) = weak.upgrade() else { return };
                engine.increment_epoch();
            }
        })?;
    Ok(engine)
}
