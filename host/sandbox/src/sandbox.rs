//! The engine with all that connectors share, and the components that are loaded into it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use samklang_core::{Description, Fault, FaultKind};
use samklang_egress::Egress;
use wasmtime::Engine;

use crate::cache::Cache;
use crate::contract;
use crate::engine;
use crate::fault::Place;
use crate::instance::{Ending, Granted, Guard, Instance};
use crate::limits::Limits;
use crate::loader::{self, LoadError, Loaded, Loader};
use crate::log::Log;
use crate::session::{OpenRequest, Session};

/// What a sandbox is made with.
pub struct SandboxConfig {
    /// Where compiled components are kept. Only the host's own user may write there.
    pub cache_dir: PathBuf,
    /// What a step may use when its connection says nothing else.
    pub limits: Limits,
    /// The way out.
    pub egress: Egress,
}

/// Why there is no sandbox.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The engine does not start.
    #[error("the WebAssembly engine cannot be started: {0}")]
    Engine(String),
    /// The cache cannot be used.
    #[error("the folder {folder} for compiled components cannot be used: {cause}: make it writable, or set another", folder = folder.display())]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// Where connectors run. One per process; clones are the same sandbox.
#[derive(Clone)]
pub struct Sandbox {
    shared: Arc<Shared>,
}

/// What all components share.
pub(crate) struct Shared {
    pub(crate) engine: Engine,
    pub(crate) limits: Limits,
    pub(crate) egress: Egress,
    loader: Arc<Loader>,
    shelf: Arc<Shelf>,
}

/// The components that are in use, by digest: whoever else needs one takes the same, and one that nobody uses is gone.
#[derive(Default)]
struct Shelf(Mutex<HashMap<String, Shelved>>);

/// A component as long as somebody uses it, and what it says of itself.
type Shelved = (Weak<Loaded>, Weak<Description>);

impl Shelf {
    fn get(&self, digest: &str) -> Option<(Arc<Loaded>, Arc<Description>)> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (loaded, description) = kept.get(digest)?;
        Some((loaded.upgrade()?, description.upgrade()?))
    }

    fn put(&self, loaded: &Arc<Loaded>, description: &Arc<Description>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, (loaded, _)| loaded.strong_count() > 0);
        kept.insert(
            loaded.digest.clone(),
            (Arc::downgrade(loaded), Arc::downgrade(description)),
        );
    }

    fn len(&self) -> usize {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.values()
            .filter(|(loaded, _)| loaded.strong_count() > 0)
            .count()
    }
}

/// A connector that is loaded, checked and described. Clones are the same component.
#[derive(Clone)]
pub struct Component {
    pub(crate) shared: Arc<Shared>,
    pub(crate) loaded: Arc<Loaded>,
    description: Arc<Description>,
}

impl Sandbox {
    /// Starts the engine and opens the cache.
    pub fn new(config: SandboxConfig) -> Result<Self, SandboxError> {
        let engine_error = |error: wasmtime::Error| SandboxError::Engine(format!("{error:#}"));
        let SandboxConfig {
            cache_dir,
            limits,
            egress,
        } = config;
        let engine = engine::start().map_err(engine_error)?;
        let cache = Cache::open(&cache_dir, &engine).map_err(|cause| SandboxError::Cache {
            folder: cache_dir.clone(),
            cause,
        })?;
        let loader = Arc::new(Loader::new(engine.clone(), cache).map_err(engine_error)?);
        Ok(Self {
            shared: Arc::new(Shared {
                engine,
                limits,
                egress,
                loader,
                shelf: Arc::default(),
            }),
        })
    }

    /// The same sandbox, with its engine and its components, for connections that have another way out.
    #[must_use]
    pub fn with_egress(&self, egress: Egress) -> Self {
        Self {
            shared: Arc::new(Shared {
                engine: self.shared.engine.clone(),
                limits: self.shared.limits,
                egress,
                loader: Arc::clone(&self.shared.loader),
                shelf: Arc::clone(&self.shared.shelf),
            }),
        }
    }

    /// The way out of its connections.
    #[must_use]
    pub fn egress(&self) -> &Egress {
        &self.shared.egress
    }

    /// How many components are loaded and in use.
    #[must_use]
    pub fn in_use(&self) -> usize {
        self.shared.shelf.len()
    }

    /// Loads a component from a file.
    ///
    /// # Errors
    ///
    /// As [`Sandbox::load`], and when the file cannot be read.
    pub async fn load_file(&self, path: &Path) -> Result<Component, Fault> {
        let name = path.display().to_string();
        match tokio::fs::read(path).await {
            Ok(wasm) => self.load_named(&name, wasm).await,
            Err(error) => Err(not_loadable(&name, &LoadError::Read(error))),
        }
    }

    /// Loads a component: checks its types, and has it describe itself in a context in which nothing is granted.
    ///
    /// # Errors
    ///
    /// When it is no connector for this host, or its description fails or is unsound.
    pub async fn load(&self, wasm: impl Into<Vec<u8>>) -> Result<Component, Fault> {
        self.load_named("a component", wasm.into()).await
    }

    async fn load_named(&self, name: &str, wasm: Vec<u8>) -> Result<Component, Fault> {
        let component = |loaded, description| Component {
            shared: Arc::clone(&self.shared),
            loaded,
            description,
        };
        if let Some((loaded, description)) = self.shared.shelf.get(&loader::digest(&wasm)) {
            return Ok(component(loaded, description));
        }
        let loaded = Arc::clone(&self.shared.loader)
            .load(wasm)
            .await
            .map_err(|error| not_loadable(name, &error))?;
        let guard = Guard::new(self.shared.limits.for_description());
        let place = Place {
            connector: name.to_owned(),
            step: "load".to_owned(),
            ..Place::default()
        };
        let description = self
            .describe(&loaded, &guard)
            .await
            .map_err(|ending| place.ended("describe", ending, &guard, None))?;
        tracing::debug!(
            connector = description.name,
            version = description.version,
            digest = loaded.digest,
            contract = loaded.track.version(),
            "a connector is loaded"
        );
        let (loaded, description) = (Arc::new(loaded), Arc::new(description));
        self.shared.shelf.put(&loaded, &description);
        Ok(component(loaded, description))
    }

    async fn describe(&self, loaded: &Loaded, guard: &Guard) -> Result<Description, Ending> {
        let log = Log::new(None, "", "load", guard.limits);
        let mut instance = Instance::start(
            &self.shared.engine,
            &loaded.checked,
            &Granted::default(),
            log,
            guard,
        )
        .await?;
        let description = instance
            .call(async |guest, store| guest.describe(store).await)
            .await?;
        contract::description(&description).map_err(Ending::Violation)?;
        Ok(description)
    }
}

fn not_loadable(name: &str, error: &LoadError) -> Fault {
    let place = Place {
        connector: name.to_owned(),
        step: "load".to_owned(),
        ..Place::default()
    };
    place.fault(FaultKind::NotLoadable, error.to_string())
}

impl Component {
    /// The SHA-256 of its file, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> &str {
        &self.loaded.digest
    }

    /// What it says of itself.
    #[must_use]
    pub fn description(&self) -> &Arc<Description> {
        &self.description
    }

    /// The track of the contract that it is made for, such as `0.1`.
    #[must_use]
    pub fn contract(&self) -> &'static str {
        self.loaded.track.version()
    }

    /// Opens a session for one step of one connection, in a fresh instance.
    ///
    /// # Errors
    ///
    /// When what the connection is given does not fit, or the connector refuses the settings.
    pub async fn open(&self, request: OpenRequest) -> Result<Session, Fault> {
        Session::open(self, request).await
    }
}
