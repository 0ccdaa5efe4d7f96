//! What the door is kept with: the provider, and who knocked how often.

use std::time::Duration;

use samklang_egress::Egress;

use super::TIMES;
use super::limit::Limiter;
use super::provider::{Provider, ProviderError};
use crate::app::App;
use crate::settings::ServerSettings;

/// How often what can be used no more is taken away.
const SWEEP: Duration = Duration::from_secs(600);

/// Why people could not sign in.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct GateError(#[from] ProviderError);

/// What the door is kept with.
pub(crate) struct Gate {
    provider: Option<Provider>,
    limiter: Limiter,
}

impl Gate {
    pub(crate) fn new(settings: &ServerSettings, egress: &Egress) -> Result<Self, GateError> {
        let provider = settings.sign_in.as_ref();
        Ok(Self {
            provider: provider
                .map(|sign_in| Provider::new(sign_in, &settings.address, egress))
                .transpose()?,
            limiter: Limiter::new(),
        })
    }

    /// Where people sign in; none where only links lead in.
    pub(super) fn provider(&self) -> Option<&Provider> {
        self.provider.as_ref()
    }

    pub(super) fn limiter(&self) -> &Limiter {
        &self.limiter
    }
}

/// Takes away sessions that are over and links that can be used no more, again and again.
pub(crate) async fn keep_swept(app: App) {
    loop {
        if let Err(cause) = app.store().access().sweep(TIMES, app.now()).await {
            tracing::warn!(%cause, "sessions that are over could not be taken away");
        }
        tokio::time::sleep(SWEEP).await;
    }
}
