//! What every request finds: the desk, the store, the texts and templates, what runs.

use std::sync::Arc;

use samklang_egress::{Egress, TlsError};
use samklang_store::Installation;

use crate::access::{Gate, GateError};
use crate::desk::Desk;
use crate::notice::{Herald, HeraldError};
use crate::run::{Clock, Runner};
use crate::settings::ServerSettings;
use crate::template::{TemplateError, Templates};
use crate::text::{TextError, Texts};
use crate::watch::Meters;

/// The server's parts.
#[derive(Clone)]
pub struct App(Arc<Parts>);

struct Parts {
    desk: Arc<dyn Desk>,
    store: Installation,
    settings: ServerSettings,
    texts: Arc<Texts>,
    templates: Templates,
    runner: Runner,
    meters: Arc<Meters>,
    herald: Arc<Herald>,
    gate: Gate,
    clock: Arc<dyn Clock>,
}

/// Why the server cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// The texts.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The templates.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The certificate authorities.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// What tells people.
    #[error(transparent)]
    Herald(#[from] HeraldError),
    /// The door.
    #[error(transparent)]
    Gate(#[from] GateError),
}

impl App {
    /// Puts the server together.
    ///
    /// # Errors
    ///
    /// When texts or templates of the build cannot be used, or the sign-in service of the settings cannot.
    pub fn new(
        settings: ServerSettings,
        desk: Arc<dyn Desk>,
        store: Installation,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AppError> {
        let texts = Arc::new(Texts::new()?);
        let templates = Templates::new(Arc::clone(&texts))?;
        let meters = Arc::new(Meters::default());
        let runner = Runner::new(
            Arc::clone(&desk),
            store.schedule(),
            settings.cycles_at_once,
            Arc::clone(&clock),
            Arc::clone(&meters),
        );
        let egress = Egress::new(&[])?;
        let gate = Gate::new(&settings, &egress)?;
        let herald = Herald::new(
            store.notices(),
            Arc::clone(&texts),
            settings.clone(),
            &egress,
            Arc::clone(&meters),
        )?;
        let herald = Arc::new(herald);
        runner.tell_by(Arc::clone(&herald));
        Ok(Self(Arc::new(Parts {
            desk,
            store,
            settings,
            texts,
            templates,
            runner,
            meters,
            herald,
            gate,
            clock,
        })))
    }

    /// Everything about tenants.
    #[must_use]
    pub fn desk(&self) -> &Arc<dyn Desk> {
        &self.0.desk
    }

    /// What the server keeps of its own.
    #[must_use]
    pub fn store(&self) -> &Installation {
        &self.0.store
    }

    /// How it is set up.
    #[must_use]
    pub fn settings(&self) -> &ServerSettings {
        &self.0.settings
    }

    /// What pages and notices say.
    #[must_use]
    pub fn texts(&self) -> &Texts {
        &self.0.texts
    }

    /// How pages look.
    pub(crate) fn templates(&self) -> &Templates {
        &self.0.templates
    }

    /// What the door is kept with.
    pub(crate) fn gate(&self) -> &Gate {
        &self.0.gate
    }

    /// What time it is, in milliseconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.0.clock.now()
    }

    /// What runs.
    #[must_use]
    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    /// What is counted.
    #[must_use]
    pub fn meters(&self) -> &Arc<Meters> {
        &self.0.meters
    }

    /// What tells people.
    #[must_use]
    pub fn herald(&self) -> &Arc<Herald> {
        &self.0.herald
    }
}
