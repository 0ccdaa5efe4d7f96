//! The installation at work: its store, its sandbox and its installed connectors.

use std::path::Path;
use std::sync::Arc;

use samklang_core::Description;
use samklang_core::key::Keyring;
use samklang_egress::Egress;
use samklang_sandbox::{Component, Limits, Sandbox, SandboxConfig};
use samklang_store::{ConnectorRecord, Installation, TenantStore};

use crate::configuration::{Home, Installed, StoreAddress};
use crate::failure::Failure;
use crate::wiring::worker;

/// An open installation.
pub struct Premises {
    home: Home,
    installation: Installation,
    /// The keys of the tenant for whom it was opened.
    keys: Option<Keyring>,
}

impl Premises {
    /// Opens the installation; what is not there is made.
    ///
    /// # Errors
    ///
    /// When its file holds mistakes or its database cannot be opened.
    pub async fn open(home: Home) -> Result<Self, Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let address = home.store(&environment)?;
        let folder = home.folder();
        std::fs::create_dir_all(home.connectors()).map_err(|cause| {
            Failure::because(
                format!("the installation's folder {} cannot be made", folder.display()),
                cause,
            )
        })?;
        let url = match address {
            StoreAddress::Sqlite(path) => format!("sqlite:{}", path.display()),
            StoreAddress::Postgres(url) => url,
        };
        let installation = Installation::open(&url, worker::this()).await?;
        Ok(Self {
            home,
            installation,
            keys: None,
        })
    }

    /// The same for the tenant that has these keys.
    #[must_use]
    pub fn with_keys(self, keys: Keyring) -> Self {
        Self {
            keys: Some(keys),
            ..self
        }
    }

    /// The installation's folder.
    #[must_use]
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// A tenant's part of the store.
    ///
    /// # Errors
    ///
    /// When the database fails, or the tenant's data is sealed with another key.
    pub async fn tenant(&self, name: &str) -> Result<TenantStore, Failure> {
        let keys = self.keys.as_ref();
        let keys =
            keys.ok_or_else(|| Failure::Failed(format!("the key of the tenant `{name}` was not fetched")))?;
        Ok(self.installation.tenant(name, keys).await?)
    }

    /// Every installed connector, as the store knows it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connectors(&self) -> Result<Vec<ConnectorRecord>, Failure> {
        Ok(self.installation.connectors().await?)
    }

    /// Every installed connector with what it says of itself.
    ///
    /// # Errors
    ///
    /// When the database fails, or a newer program installed a connector whose description this one cannot read.
    pub async fn installed(&self) -> Result<Vec<Installed>, Failure> {
        self.connectors().await?.iter().map(described).collect()
    }

    /// A sandbox over the installation's cache.
    ///
    /// # Errors
    ///
    /// When the engine does not start, or the cache or the system's certificates cannot be used.
    pub fn sandbox(&self) -> Result<Sandbox, Failure> {
        let egress = Egress::new(&[]).map_err(|error| Failure::Failed(error.to_string()))?;
        let config = SandboxConfig {
            cache_dir: self.home.cache(),
            limits: Limits::default(),
            egress,
        };
        Sandbox::new(config).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// Installs a connector: loads it, which checks it, keeps its file under its digest, and registers it. Answers what is
    /// registered and whether another build of the same version was there before.
    ///
    /// # Errors
    ///
    /// When it is no connector for this host, or cannot be kept.
    pub async fn install(&self, file: &Path, now: i64) -> Result<(ConnectorRecord, bool), Failure> {
        let octets = tokio::fs::read(file)
            .await
            .map_err(|cause| Failure::Usage(format!("{} cannot be read: {cause}", file.display())))?;
        let size = octets.len() as u64;
        let component = self.sandbox()?.load(octets.clone()).await.map_err(|fault| {
            Failure::Failed(format!(
                "{}: {}\n  {}",
                file.display(),
                fault.message,
                fault.kind.remedy()
            ))
        })?;
        if let Some(why) = component.description().exposed_key() {
            return Err(Failure::Failed(format!("{}: {why}", file.display())));
        }
        let record = record(&component, size, now)?;
        let known = self.connectors().await?;
        let replaced = known.iter().any(|known| {
            known.name == record.name && known.version == record.version && known.digest != record.digest
        });
        let path = self.home.component(&record.digest);
        let unwritable = |cause| Failure::because(format!("{} cannot be written", path.display()), cause);
        // First beside its place, so that an interruption leaves no half of a component under a whole one's name.
        let partial = path.with_extension(format!("wasm.{}", std::process::id()));
        tokio::fs::write(&partial, octets).await.map_err(unwritable)?;
        tokio::fs::rename(&partial, &path).await.map_err(unwritable)?;
        self.installation.register_connector(&record).await?;
        Ok((record, replaced))
    }
}

/// A registered connector with what it says of itself.
///
/// # Errors
///
/// When a newer program installed it and this one cannot read its description.
pub(crate) fn described(record: &ConnectorRecord) -> Result<Installed, Failure> {
    let description: Description = serde_json::from_str(&record.description).map_err(|cause| {
        Failure::Failed(format!(
            "the connector {} {} was installed by another version of this program ({cause}): install it again",
            record.name, record.version
        ))
    })?;
    Ok(Installed {
        digest: record.digest.clone(),
        description: Arc::new(description),
    })
}

fn record(component: &Component, size: u64, now: i64) -> Result<ConnectorRecord, Failure> {
    let description = component.description();
    Ok(ConnectorRecord {
        digest: component.digest().to_owned(),
        name: description.name.clone(),
        version: description.version.clone(),
        description: serde_json::to_string(description.as_ref())
            .map_err(|cause| Failure::because("the connector's description cannot be kept", cause))?,
        size,
        installed: now,
    })
}
