//! From octets to a component whose types fit: read, told apart, compiled or taken from the cache, and checked against what
//! the host offers, all before any of its code runs.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use wasmtime::Engine;
use wasmtime::component::{Component, Linker};

use crate::abi::{self, Checked, Track};
use crate::cache::Cache;
use crate::http;
use crate::instance::State;

/// The interface by which a connector is known.
const SYNC: &str = "samklang:connector/sync@";

/// Why a component cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Read(#[from] std::io::Error),
    /// It is machine code from who knows where.
    #[error("it is compiled already; such files are never taken from outside: install the .wasm itself")]
    Precompiled,
    /// It is a core module.
    #[error(
        "it is a WebAssembly module, not a component: build it for wasm32-wasip2, or make a component of it with `wasm-tools component new`"
    )]
    Module,
    /// It is not WebAssembly, or broken.
    #[error("it is not a sound WebAssembly component: {0}")]
    Unsound(String),
    /// It is a component, but no connector.
    #[error("it is no connector: it exports no {SYNC}{served}: build it against the world `connector` of samklang:connector", served = served())]
    NoConnector,
    /// It is made for a contract that this host does not serve.
    #[error("it is made for the contract samklang:connector {made_for}, and this host serves {served}: install a build for {served}, or a host that serves {made_for}", served = served())]
    Track {
        /// The contract's version in the component.
        made_for: String,
    },
    /// It imports what the host does not offer, or exports what the contract does not say.
    #[error("it does not fit this host, which serves samklang:connector {served} and WASI 0.2: {cause}{import}: install a build for what is served, or a host that serves more", served = served(), import = import(imports))]
    Types {
        /// What does not fit.
        cause: String,
        /// The imports that this host does not offer in any version.
        imports: Vec<String>,
    },
    /// The engine refuses.
    #[error("it cannot be compiled: {0}")]
    Compile(String),
}

fn served() -> String {
    let tracks: Vec<&str> = Track::SERVED.iter().map(|track| track.version()).collect();
    tracks.join(", ")
}

fn import(imports: &[String]) -> String {
    if imports.is_empty() {
        String::new()
    } else {
        format!(" (it imports {})", imports.join(", "))
    }
}

/// The SHA-256 of a file, in hexadecimal.
pub(crate) fn digest(wasm: &[u8]) -> String {
    hex(&Sha256::digest(wasm))
}

/// A component that is ready to be made instances of.
pub(crate) struct Loaded {
    pub(crate) digest: String,
    pub(crate) track: Track,
    pub(crate) checked: Checked,
}

/// Compiles, caches and checks.
pub(crate) struct Loader {
    engine: Engine,
    linker: Linker<State>,
    cache: Cache,
}

impl Loader {
    pub(crate) fn new(engine: Engine, cache: Cache) -> wasmtime::Result<Self> {
        let mut linker = Linker::new(&engine);
        // All of it is offered, since runtimes import what they never use; an empty context makes it powerless.
        wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
        http::add_to_linker(&mut linker)?;
        abi::add_to_linker(&mut linker)?;
        Ok(Self {
            engine,
            linker,
            cache,
        })
    }

    /// Does it all, away from the tasks that serve others: compiling takes a while.
    pub(crate) async fn load(self: Arc<Self>, wasm: Vec<u8>) -> Result<Loaded, LoadError> {
        tokio::task::spawn_blocking(move || self.load_blocking(&wasm))
            .await
            .map_err(|error| LoadError::Compile(format!("the compiler broke off: {error}")))?
    }

    fn load_blocking(&self, wasm: &[u8]) -> Result<Loaded, LoadError> {
        told_apart(wasm)?;
        let digest = digest(wasm);
        let component = self.component(wasm, &digest)?;
        let track = self.track(&component)?;
        let types = |error: wasmtime::Error| LoadError::Types {
            cause: format!("{error:#}"),
            imports: self.foreign_imports(&component),
        };
        let pre = self.linker.instantiate_pre(&component).map_err(types)?;
        let checked = Checked::new(track, pre).map_err(types)?;
        Ok(Loaded {
            digest,
            track,
            checked,
        })
    }

    fn component(&self, wasm: &[u8], digest: &str) -> Result<Component, LoadError> {
        if let Some(native) = self.cache.get(digest) {
            match deserialize(&self.engine, &native) {
                Ok(component) => return Ok(component),
                Err(error) => {
                    tracing::debug!(%error, digest, "a compiled component does not fit any more");
                    self.cache.discard(digest);
                }
            }
        }
        let component = Component::from_binary(&self.engine, wasm)
            .map_err(|error| LoadError::Unsound(format!("{error:#}")))?;
        let native = component
            .serialize()
            .map_err(|error| LoadError::Compile(format!("{error:#}")))?;
        self.cache.put(digest, &native);
        Ok(component)
    }

    fn track(&self, component: &Component) -> Result<Track, LoadError> {
        let ty = component.component_type();
        let version = ty
            .exports(&self.engine)
            .find_map(|(name, _)| name.strip_prefix(SYNC).map(str::to_owned));
        let version = version.ok_or(LoadError::NoConnector)?;
        Track::of(&version).ok_or(LoadError::Track { made_for: version })
    }

    fn foreign_imports(&self, component: &Component) -> Vec<String> {
        let offered = [
            "wasi:cli/",
            "wasi:clocks/",
            "wasi:filesystem/",
            "wasi:http/",
            "wasi:io/",
            "wasi:random/",
            "wasi:sockets/",
        ];
        let is_offered = |name: &str| match name.rsplit_once('@') {
            Some((path, version)) if path.starts_with("samklang:connector/") => Track::of(version).is_some(),
            Some((path, version)) => {
                version.starts_with("0.2.") && offered.iter().any(|prefix| path.starts_with(prefix))
            }
            None => false,
        };
        let ty = component.component_type();
        ty.imports(&self.engine)
            .map(|(name, _)| name.to_owned())
            .filter(|name| !is_offered(name))
            .collect()
    }
}

/// Tells by the first octets what a file is, so that the wrong kind gets a helpful word.
fn told_apart(wasm: &[u8]) -> Result<(), LoadError> {
    if Engine::detect_precompiled(wasm).is_some() {
        return Err(LoadError::Precompiled);
    }
    match wasm.first_chunk::<8>() {
        Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => Err(LoadError::Module),
        Some([0, b'a', b's', b'm', ..]) => Ok(()),
        _ => Err(LoadError::Unsound("it does not begin like one".to_owned())),
    }
}

/// Takes up machine code that this host compiled itself.
#[expect(unsafe_code, reason = "the one place where compiled code is taken up")]
fn deserialize(engine: &Engine, native: &[u8]) -> wasmtime::Result<Component> {
    // SAFETY: `Component::deserialize` needs octets that `Component::serialize` made. These come from `Cache::get` alone,
    // which hands out only what carries this host's keyed hash over digest, engine and content, and only `Loader::component`
    // puts anything there: the output of `Component::serialize`. The octets are in memory, so that they cannot change
    // between that check and this use. That they fit this engine is checked by the function itself.
    unsafe { Component::deserialize(engine, native) }
}

fn hex(octets: &[u8]) -> String {
    use std::fmt::Write;
    octets
        .iter()
        .fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
            let _infallible = write!(text, "{octet:02x}");
            text
        })
}
