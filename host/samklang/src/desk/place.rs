//! A tenant, opened for the person who is there.

use std::collections::BTreeMap;
use std::sync::Arc;

use samklang_store::TenantStore;

use super::tenants::Known;
use crate::configuration::{Fitted, Tenant, Use};
use crate::failure::Failure;
use crate::installation::Premises;

/// What people call the systems, by connection.
pub(super) type Titles = BTreeMap<String, String>;

/// A tenant, opened.
pub(super) struct Place {
    pub(super) known: Arc<Known>,
    /// With the tenant's keys, at work for the person.
    pub(super) premises: Premises,
    pub(super) store: TenantStore,
    pub(super) who: String,
    pub(super) titles: Titles,
}

impl Place {
    /// Opens it.
    pub(super) async fn open(
        premises: &Premises,
        known: Arc<Known>,
        who: &str,
        systems: &BTreeMap<String, String>,
    ) -> Result<Self, Failure> {
        let keys = known.keys.clone().map_err(Failure::Usage)?;
        let premises = premises.on_behalf_of(who).with_keys(keys);
        let store = premises.tenant(&known.plan.name).await?;
        Ok(Self {
            titles: titles(&known, systems),
            known,
            premises,
            store,
            who: who.to_owned(),
        })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.known.plan.name
    }

    /// Its configuration, as it is written.
    pub(super) fn written(&self) -> Result<Tenant, Failure> {
        Ok(Tenant::read(&self.known.folder)?)
    }

    /// Its configuration, joined with what its connectors say of themselves. None of them is loaded for that.
    pub(super) async fn fitted(&self) -> Result<Fitted, Failure> {
        let tenant = self.written()?;
        let offer = self.premises.offer(&tenant).await?;
        Ok(tenant.fit(&offer, Use::Look)?)
    }

    /// What people call a connection's system.
    pub(super) fn title(&self, connection: &str) -> String {
        self.titles
            .get(connection)
            .cloned()
            .unwrap_or_else(|| connection.to_owned())
    }
}

/// What people call the systems of a tenant, where connectors call them so.
pub(super) fn titles(known: &Known, systems: &BTreeMap<String, String>) -> Titles {
    let title = |(name, spoken): (&String, &super::tenants::Spoken)| {
        let title = spoken.title.as_ref().or_else(|| systems.get(&spoken.connector));
        (name.clone(), title.unwrap_or(name).clone())
    };
    known.connections.iter().map(title).collect()
}
