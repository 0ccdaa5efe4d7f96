//! What the door is kept with: the provider, and who failed how often.

use std::sync::Arc;
use std::time::Duration;

use samklang_core::retention::{Kept, Period};
use samklang_egress::Egress;

use super::TIMES;
use super::limit::Limiter;
use super::provider::{Provider, ProviderError};
use crate::app::App;
use crate::desk::TenantPlan;
use crate::settings::ServerSettings;

/// How often what can be used no more is taken away.
const SWEEP: Duration = Duration::from_secs(600);
/// How long a token that can be used no more is still listed.
const TOKENS: Period = Period::days(400);

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
            limiter: Limiter::default(),
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

/// Takes away sessions that are over and links that can be used no more, and what is over its time of tokens and of what changed of who may come
/// in, again and again.
pub(crate) async fn keep_swept(app: App) {
    loop {
        let (access, now) = (app.store().access(), app.now());
        if let Err(cause) = access.sweep(TIMES, now).await {
            tracing::warn!(%cause, "sessions that are over could not be taken away");
        }
        let plans = app.desk().tenants().await;
        let tokens = before(TOKENS, now).unwrap_or(i64::MIN);
        let entries = |tenant: &str| before(journal(&plans, tenant), now);
        if let Err(cause) = access.expire(tokens, entries).await {
            tracing::warn!(%cause, "old tokens, and what changed of who may come in, could not be erased");
        }
        tokio::time::sleep(SWEEP).await;
    }
}

/// The moment from before which something is over its time; none when it never is.
fn before(period: Period, now: i64) -> Option<i64> {
    match period {
        Period::Forever => None,
        Period::For(period) => Some(now.saturating_sub(period)),
    }
}

/// How long it is kept what changed of who may come into a tenant: as long as the tenant keeps who did what. What is of no single tenant, or of one that is
/// there no more, is kept for as long as a tenant keeps it that says nothing.
fn journal(plans: &[Arc<TenantPlan>], tenant: &str) -> Period {
    let plan = plans.iter().find(|plan| plan.name == tenant);
    plan.map_or(Kept::Journal.otherwise(), |plan| plan.journal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desk::Desk as _;
    use crate::run::material::{HandClock, Stage};

    #[tokio::test]
    async fn what_changed_in_a_tenant_is_kept_for_as_long_as_it_says() {
        let stage = Stage::new(HandClock::at("2026-06-30T20:00:00Z"), &["nordvik", "solborg"]);
        stage.configure("nordvik", |plan| plan.journal = Period::days(90));
        stage.configure("solborg", |plan| plan.journal = Period::Forever);
        let plans = stage.tenants().await;
        let day = 24 * 3_600_000;
        let before = |tenant: &str| before(journal(&plans, tenant), 2_000 * day);
        assert_eq!(before("nordvik"), Some(1_910 * day));
        assert_eq!(before("solborg"), None);
        assert_eq!(before("*"), Some(175 * day));
        assert_eq!(before("gone"), Some(175 * day));
    }
}
