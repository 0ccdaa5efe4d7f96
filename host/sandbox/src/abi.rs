//! The contract's tracks, one module each, behind one set of calls.
//!
//! An adapter turns the types of its track into the host's own and back, and decides nothing: checks and limits lie
//! beneath, where every track passes. A further track is a further module here and a further arm in each `match`.

pub(crate) mod v0_1;

use samklang_core::connector::{Batch, Description, Extent, Finding, Object, Operation, Outcome};
use samklang_core::fault::FaultKind;
use wasmtime::component::{InstancePre, Linker, ResourceAny};
use wasmtime::{Store, error::Context as _};

use crate::instance::State;

/// Why a call into a guest brought no result.
pub(crate) enum Failure {
    /// It trapped, or the host ended it.
    Trap(wasmtime::Error),
    /// The connector says itself why it cannot.
    Complaint(FaultKind, String),
    /// What it answered cannot be read.
    Violation(String),
}

/// What calls into a guest give.
pub(crate) type Answer<T> = Result<T, Failure>;

impl From<wasmtime::Error> for Failure {
    fn from(error: wasmtime::Error) -> Self {
        Self::Trap(error)
    }
}

/// A track of the contract that this host serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Track {
    V0_1,
}

impl Track {
    /// All of them, the newest last.
    pub(crate) const SERVED: [Self; 1] = [Self::V0_1];

    /// The track's version, as operators know it.
    pub(crate) fn version(self) -> &'static str {
        match self {
            Self::V0_1 => "0.1",
        }
    }

    /// The track that a version such as `0.1.3` is on: the same major version, or the same minor one before 1.0.
    pub(crate) fn of(version: &str) -> Option<Self> {
        let mut parts = version.split('.');
        match (parts.next(), parts.next()) {
            (Some("0"), Some("1")) => Some(Self::V0_1),
            _ => None,
        }
    }
}

/// Offers the imports of every track.
pub(crate) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    v0_1::add_to_linker(linker).context("contract 0.1")
}

/// A component whose imports and exports fit.
#[derive(Clone)]
pub(crate) enum Checked {
    V0_1(v0_1::Checked),
}

impl Checked {
    pub(crate) fn new(track: Track, pre: InstancePre<State>) -> wasmtime::Result<Self> {
        match track {
            Track::V0_1 => v0_1::check(pre).map(Self::V0_1),
        }
    }

    pub(crate) async fn instantiate(&self, store: &mut Store<State>) -> wasmtime::Result<Guest> {
        match self {
            Self::V0_1(checked) => v0_1::Guest::new(checked, store).await.map(Guest::V0_1),
        }
    }
}

/// A running instance.
pub(crate) enum Guest {
    V0_1(v0_1::Guest),
}

impl Guest {
    pub(crate) async fn describe(&self, store: &mut Store<State>) -> Answer<Description> {
        match self {
            Self::V0_1(guest) => guest.describe(store).await,
        }
    }

    pub(crate) async fn open(&self, store: &mut Store<State>, settings: &str) -> Answer<ResourceAny> {
        match self {
            Self::V0_1(guest) => guest.open(store, settings).await,
        }
    }

    pub(crate) async fn check(&self, store: &mut Store<State>, session: ResourceAny) -> Answer<Vec<Finding>> {
        match self {
            Self::V0_1(guest) => guest.check(store, session).await,
        }
    }

    pub(crate) async fn read(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        classes: &[String],
        extent: &Extent,
    ) -> Answer<ResourceAny> {
        match self {
            Self::V0_1(guest) => guest.read(store, session, classes, extent).await,
        }
    }

    pub(crate) async fn next(
        &self,
        store: &mut Store<State>,
        reader: ResourceAny,
        max: u32,
    ) -> Answer<Batch> {
        match self {
            Self::V0_1(guest) => guest.next(store, reader, max).await,
        }
    }

    pub(crate) async fn get(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        class: &str,
        keys: &[String],
    ) -> Answer<Vec<Object>> {
        match self {
            Self::V0_1(guest) => guest.get(store, session, class, keys).await,
        }
    }

    pub(crate) async fn apply(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        operations: &[Operation],
    ) -> Answer<Vec<Outcome>> {
        match self {
            Self::V0_1(guest) => guest.apply(store, session, operations).await,
        }
    }
}
