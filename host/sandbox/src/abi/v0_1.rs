//! Contract 0.1: its bindings, and the calls. The types are turned in [`convert`].

mod convert;
mod ldap;
mod signer;

use samklang_core::connector::{Batch, Description, Extent, Finding, Object, Operation, Outcome};
use wasmtime::Store;
use wasmtime::component::{HasSelf, InstancePre, Linker, ResourceAny};

use crate::abi::{Answer, Failure};
use crate::instance::State;
use crate::log::Level;

mod bindings {
    wasmtime::component::bindgen!({
        path: "../../wit/0.1",
        world: "connector",
        imports: { default: async | trappable },
        exports: { default: async },
        additional_derives: [serde::Serialize, serde::Deserialize],
        with: {
            "samklang:connector/ldap.session": crate::ldap::Session,
            "samklang:connector/ldap.results": crate::ldap::Results,
        },
    });
}

use bindings::samklang::connector::{log, types};

/// A component whose types fit this track.
pub(crate) type Checked = bindings::ConnectorPre<State>;

/// Offers what connectors of this track import.
pub(super) fn add_to_linker(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    log::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    bindings::samklang::connector::ldap::add_to_linker::<_, HasSelf<State>>(linker, |state| state)?;
    bindings::samklang::connector::signer::add_to_linker::<_, HasSelf<State>>(linker, |state| state)
}

/// Checks the exports.
pub(super) fn check(pre: InstancePre<State>) -> wasmtime::Result<Checked> {
    Checked::new(pre)
}

impl log::Host for State {
    async fn write(&mut self, level: log::Level, line: String) -> wasmtime::Result<()> {
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
        };
        self.log.write(level, &line);
        Ok(())
    }
}

/// A running instance.
pub(crate) struct Guest(bindings::Connector);

impl Guest {
    pub(super) async fn new(checked: &Checked, store: &mut Store<State>) -> wasmtime::Result<Self> {
        checked.instantiate_async(store).await.map(Self)
    }

    pub(super) async fn describe(&self, store: &mut Store<State>) -> Answer<Description> {
        Ok(convert::description(
            self.0.samklang_connector_sync().call_describe(store).await?,
        ))
    }

    pub(super) async fn open(&self, store: &mut Store<State>, settings: &str) -> Answer<ResourceAny> {
        answer(self.0.samklang_connector_sync().call_open(store, settings).await)
    }

    pub(super) async fn check(&self, store: &mut Store<State>, session: ResourceAny) -> Answer<Vec<Finding>> {
        let findings = answer(
            self.0
                .samklang_connector_sync()
                .session()
                .call_check(store, session)
                .await,
        )?;
        Ok(findings.into_iter().map(convert::finding).collect())
    }

    pub(super) async fn read(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        classes: &[String],
        extent: &Extent,
    ) -> Answer<ResourceAny> {
        let extent = convert::extent(extent);
        answer(
            self.0
                .samklang_connector_sync()
                .session()
                .call_read(store, session, classes, &extent)
                .await,
        )
    }

    pub(super) async fn next(
        &self,
        store: &mut Store<State>,
        reader: ResourceAny,
        max: u32,
    ) -> Answer<Batch> {
        let batch = answer(
            self.0
                .samklang_connector_sync()
                .reader()
                .call_next(store, reader, max)
                .await,
        )?;
        convert::batch(batch).map_err(Failure::Violation)
    }

    pub(super) async fn get(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        class: &str,
        keys: &[String],
    ) -> Answer<Vec<Object>> {
        let sync = self.0.samklang_connector_sync();
        let objects = answer(sync.session().call_get(store, session, class, keys).await)?;
        objects
            .into_iter()
            .map(convert::object)
            .collect::<Result<_, _>>()
            .map_err(Failure::Violation)
    }

    pub(super) async fn apply(
        &self,
        store: &mut Store<State>,
        session: ResourceAny,
        operations: &[Operation],
    ) -> Answer<Vec<Outcome>> {
        let operations: Vec<types::Operation> = operations.iter().map(convert::operation).collect();
        let sync = self.0.samklang_connector_sync();
        let outcomes = answer(sync.session().call_apply(store, session, &operations).await)?;
        outcomes
            .into_iter()
            .map(convert::outcome)
            .collect::<Result<_, _>>()
            .map_err(Failure::Violation)
    }
}

fn answer<T>(called: wasmtime::Result<Result<T, types::Error>>) -> Answer<T> {
    called?.map_err(|error| {
        let (kind, message) = convert::error(error);
        Failure::Complaint(kind, message)
    })
}
