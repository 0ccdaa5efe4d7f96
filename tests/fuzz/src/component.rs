//! Any octets as a component: refused in words, or loaded with a sound description. Never more than its own harm.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use samklang_core::FaultKind;
use samklang_egress::Egress;
use samklang_sandbox::{Limits, Sandbox, SandboxConfig};
use tokio::runtime::Runtime;

use crate::oracle;

/// What is loaded into, and the folder of what it has compiled.
struct World {
    runtime: Runtime,
    sandbox: Sandbox,
    cache: PathBuf,
    loads: AtomicU32,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    // One folder for all runs: the engine ends without cleaning up.
    let cache = std::env::temp_dir().join("samklang-fuzz-compiled");
    let limits = Limits {
        memory: 16 << 20,
        cpu: Duration::from_millis(200),
        call: Duration::from_secs(5),
        hostcall_octets: 1 << 20,
        ..Limits::default()
    };
    World {
        runtime: tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap(),
        sandbox: Sandbox::new(SandboxConfig {
            cache_dir: cache.clone(),
            limits,
            egress: Egress::new(&[]).unwrap(),
        })
        .unwrap(),
        cache,
        loads: AtomicU32::new(0),
    }
});

pub(crate) fn run(octets: &[u8]) {
    let world = &*WORLD;
    match world.runtime.block_on(world.sandbox.load(octets)) {
        Ok(component) => {
            assert_eq!(component.contract(), "0.1");
            assert_eq!(component.digest().len(), 64);
            assert_eq!(oracle::description(component.description()), Ok(()));
        }
        Err(fault) => {
            assert!(!fault.message.is_empty());
            let broken_off = fault.kind == FaultKind::NotLoadable && fault.message.contains("broke off");
            assert!(!broken_off, "{fault}");
        }
    }
    // Each sound component leaves a compiled one behind.
    if world.loads.fetch_add(1, Ordering::Relaxed) % 256 == 255 {
        for entry in std::fs::read_dir(&world.cache).unwrap().flatten() {
            // Files are the key that the rest is proven by. Another run may have been here first.
            if entry.path().is_dir() {
                drop(std::fs::remove_dir_all(entry.path()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed that the engine changes to reach descriptions is a connector.
    #[test]
    fn the_seed_describes_itself() {
        let seed = include_bytes!("../corpus/component/described");
        let component = WORLD.runtime.block_on(WORLD.sandbox.load(seed.as_slice()));
        let component = component.unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(component.description().name, "any");
    }
}
