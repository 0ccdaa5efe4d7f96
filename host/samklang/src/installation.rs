//! The installation at work: its store, its sandbox and its installed connectors.

use std::sync::{Arc, OnceLock};

use samklang_core::Description;
use samklang_core::key::Keyring;
use samklang_egress::Egress;
use samklang_registry::{Access, Place, Registry, Standing, Trust, Untrusted};
use samklang_sandbox::{Limits, Sandbox, SandboxConfig};
use samklang_store::{ConnectorRecord, Installation, TenantStore};

use crate::commands::keys::random;
use crate::configuration::{
    Home, InstallationSettings, Installed, KeyError, Lock, Offer, StoreAddress, Tenant,
};
use crate::failure::Failure;
use crate::wiring::worker;

/// An open installation. Clones are the same one: they share its store, its engine and the components that are in use.
#[derive(Clone)]
pub struct Premises {
    home: Home,
    settings: Arc<InstallationSettings>,
    installation: Installation,
    sandbox: Arc<OnceLock<Sandbox>>,
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
        let settings = home.settings(&environment)?;
        let folder = home.folder();
        std::fs::create_dir_all(home.connectors()).map_err(|cause| {
            Failure::because(
                format!("the installation's folder {} cannot be made", folder.display()),
                cause,
            )
        })?;
        let url = match &settings.store {
            StoreAddress::Sqlite(path) => format!("sqlite:{}", path.display()),
            StoreAddress::Postgres(url) => url.clone(),
        };
        let installation = Installation::open(&url, worker::this()).await?;
        Ok(Self {
            home,
            settings: Arc::new(settings),
            installation,
            sandbox: Arc::default(),
            keys: None,
        })
    }

    /// The same installation over a copy of its database, in that folder, with the same keys. What is done there is seen nowhere else.
    ///
    /// # Errors
    ///
    /// When the database cannot be copied.
    pub(crate) async fn copied(&self, folder: &std::path::Path) -> Result<Self, Failure> {
        let file = folder.join("samklang.db");
        self.installation.copy_to(&file).await?;
        let url = format!("sqlite:{}", file.display());
        Ok(Self {
            home: self.home.clone(),
            installation: Installation::open(&url, worker::this()).await?,
            ..self.clone()
        })
    }

    /// The same for work that reads much. It is called within a runtime.
    #[must_use]
    pub(crate) fn apart(&self) -> Self {
        Self {
            installation: self.installation.apart(),
            ..self.clone()
        }
    }

    /// The same for work that nobody waits for in person.
    #[must_use]
    pub(crate) fn at_leisure(&self) -> Self {
        Self {
            installation: self.installation.at_leisure(),
            ..self.clone()
        }
    }

    /// The same for the tenant that has these keys.
    #[must_use]
    pub fn with_keys(self, keys: Keyring) -> Self {
        Self {
            keys: Some(keys),
            ..self
        }
    }

    /// The same at work for this person.
    #[must_use]
    pub(crate) fn on_behalf_of(&self, person: &str) -> Self {
        Self {
            installation: self.installation.with_worker(worker::this().on_behalf_of(person)),
            ..self.clone()
        }
    }

    /// Its store.
    #[must_use]
    pub fn store(&self) -> &Installation {
        &self.installation
    }

    /// Its store with the installation's keys, without which nobody who works with it is known. The key is made at first.
    ///
    /// # Errors
    ///
    /// When a key cannot be had, or what is kept is sealed with another one.
    pub async fn keyed_store(&self) -> Result<Installation, Failure> {
        let (places, folder) = (&self.settings.keys, self.home.folder());
        let environment = |name: &str| std::env::var(name).ok();
        let keys = match places.fetch(folder, &environment) {
            Err(KeyError::Absent { .. }) if !self.installation.is_sealed().await? => {
                places.make(random()?)?;
                places.fetch(folder, &environment)?
            }
            fetched => fetched?,
        };
        Ok(self.installation.with_keys(&keys).await?)
    }

    /// What `installation.toml` says.
    #[must_use]
    pub fn settings(&self) -> &InstallationSettings {
        &self.settings
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

    /// The same with what those who decide are known by. Before anything is sealed with the installation's key, nobody has come in of whom
    /// more is to be known than a name.
    ///
    /// # Errors
    ///
    /// As for [`Self::tenant`], and when the installation's key cannot be had.
    pub(crate) async fn deciding(&self, name: &str) -> Result<TenantStore, Failure> {
        if !self.installation.is_sealed().await? {
            return self.tenant(name).await;
        }
        let known = Self {
            installation: self.keyed_store().await?,
            ..self.clone()
        };
        known.tenant(name).await
    }

    /// Every installed connector, as the store knows it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn connectors(&self) -> Result<Vec<ConnectorRecord>, Failure> {
        Ok(self.installation.connectors().await?)
    }

    /// What the installation offers a tenant: every build, which ones its connections run, and whose are let in.
    ///
    /// # Errors
    ///
    /// When the database fails, a newer program installed a connector whose description this one cannot read, or the tenant's lock file
    /// gives a connection another build than the one that is active.
    pub async fn offer(&self, tenant: &Tenant) -> Result<Offer, Failure> {
        let mut offer = self.offer_unlocked(tenant.name()).await?;
        let folder = tenant.folder();
        offer.active = Lock::read(folder)?.beside(folder, offer.active)?;
        Ok(offer)
    }

    /// The same without a look at the lock file.
    pub(crate) async fn offer_unlocked(&self, tenant: &str) -> Result<Offer, Failure> {
        let installed = self
            .connectors()
            .await?
            .iter()
            .map(described)
            .collect::<Result<_, _>>()?;
        let mut offer = Offer {
            installed,
            trust: self.settings.trust.clone(),
            ..Offer::default()
        };
        // Without a name the file holds a mistake, which is told when it is fitted.
        if !tenant.is_empty() {
            let store = self.tenant(tenant).await?;
            let active = store.active().await?.into_iter();
            offer.active = active
                .map(|(connection, record)| (connection, record.digest))
                .collect();
            offer.running = store.running_builds().await?;
        }
        Ok(offer)
    }

    /// How many components are loaded and in use.
    #[must_use]
    pub fn components_in_use(&self) -> usize {
        self.sandbox.get().map_or(0, Sandbox::in_use)
    }

    /// Whose connectors the installation lets in.
    #[must_use]
    pub fn trust(&self) -> &Trust {
        &self.settings.trust
    }

    /// The sandbox over the installation's cache, whose connections believe these certificate authorities (PEM texts) beside the system's. There is
    /// one engine, whatever they believe.
    ///
    /// # Errors
    ///
    /// When the engine does not start, or the cache or a certificate cannot be used.
    pub fn sandbox(&self, authorities: &[String]) -> Result<Sandbox, Failure> {
        let sandbox = match self.sandbox.get() {
            Some(sandbox) => sandbox,
            None => {
                let started = self.start()?;
                self.sandbox.get_or_init(|| started)
            }
        };
        if authorities.is_empty() {
            return Ok(sandbox.clone());
        }
        let egress = sandbox.egress().trusting(authorities);
        let egress = egress.map_err(|error| Failure::Failed(error.to_string()))?;
        Ok(sandbox.with_egress(egress))
    }

    fn start(&self) -> Result<Sandbox, Failure> {
        let egress = Egress::new(&[])
            .map_err(|error| Failure::Failed(error.to_string()))?
            .with_endpoints(self.settings.endpoints.clone());
        let config = SandboxConfig {
            cache_dir: self.home.cache(),
            limits: Limits::default(),
            egress,
        };
        Sandbox::new(config).map_err(|error| Failure::Failed(error.to_string()))
    }

    /// The registry in which a place lies, reached as `installation.toml` says.
    ///
    /// # Errors
    ///
    /// When the password for it cannot be had.
    pub fn registry(&self, place: &Place) -> Result<Registry, Failure> {
        let settings = self.settings.registries.get(place.registry());
        let mut access = Access::default();
        if let Some(settings) = settings {
            access.plain = settings.plain;
            if let Some((name, password)) = &settings.account {
                let password = password.read_with(&|name| std::env::var(name).ok());
                let password = password.map_err(|error| Failure::Usage(error.to_string()))?;
                access.account = Some((name.clone(), password.to_string()));
            }
        }
        Ok(Registry::new(place, &access))
    }

    /// Installs a connector: loads it, which checks it, judges its signature, keeps its file under its digest, and registers it. Answers what
    /// is registered, and how it stands.
    ///
    /// # Errors
    ///
    /// When it is no connector for this host, is not let in, or cannot be kept.
    pub async fn install(&self, arrival: Arrival, now: i64) -> Result<(ConnectorRecord, Standing), Failure> {
        let Arrival {
            octets,
            origin,
            signature,
        } = arrival;
        let size = octets.len() as u64;
        // Before it is trusted its octets are only read, never run: what it is called stands in what it says of itself, so that a key that
        // speaks for other connectors is found out right after.
        let trust = self.trust();
        if let Err(why) = trust.judge_unnamed(&octets, signature.as_deref()) {
            return Err(untrusted(&origin, &why));
        }
        let component = self.sandbox(&[])?.load(octets.clone()).await.map_err(|fault| {
            Failure::Failed(format!("{origin}: {}\n  {}", fault.message, fault.kind.remedy()))
        })?;
        let description = component.description();
        let standing = trust
            .judge(&description.name, &octets, signature.as_deref())
            .map_err(|why| untrusted(&origin, &why))?;
        if let Some(why) = description.exposed_key() {
            return Err(Failure::Failed(format!("{origin}: {why}")));
        }
        let signer = match &standing {
            Standing::Signed(key) => Some(key.clone()),
            Standing::Unsigned => None,
        };
        let record = ConnectorRecord {
            digest: component.digest().to_owned(),
            name: description.name.clone(),
            version: description.version.clone(),
            description: serde_json::to_string(description.as_ref())
                .map_err(|cause| Failure::because("the connector's description cannot be kept", cause))?,
            size,
            installed: now,
            origin,
            signature,
            signer,
        };
        let path = self.home.component(&record.digest);
        let unwritable = |cause| Failure::because(format!("{} cannot be written", path.display()), cause);
        // First beside its place, so that an interruption leaves no half of a component under a whole one's name.
        let partial = path.with_extension(format!("wasm.{}", std::process::id()));
        tokio::fs::write(&partial, octets).await.map_err(unwritable)?;
        tokio::fs::rename(&partial, &path).await.map_err(unwritable)?;
        self.installation.register_connector(&record).await?;
        Ok((record, standing))
    }

    /// Takes a build out of the installation, unless a tenant runs it. Answers who does: tenant and connection.
    ///
    /// # Errors
    ///
    /// When the database fails, or the file cannot be removed.
    pub async fn remove(&self, digest: &str) -> Result<Vec<(String, String)>, Failure> {
        let run = self.installation.remove_connector(digest).await?;
        if run.is_empty() {
            let path = self.home.component(digest);
            match tokio::fs::remove_file(&path).await {
                Err(cause) if cause.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Failure::because(
                        format!("{} cannot be removed", path.display()),
                        cause,
                    ));
                }
                _ => {}
            }
        }
        Ok(run)
    }
}

/// A connector that arrives: its octets, where they came from, and its signature.
pub struct Arrival {
    /// The component.
    pub octets: Vec<u8>,
    /// A file or a place in a registry.
    pub origin: String,
    /// The signature, as minisign writes it.
    pub signature: Option<String>,
}

/// Why a connector is not let in, for the person who wants it.
pub(crate) fn untrusted(what: &str, why: &Untrusted) -> Failure {
    Failure::Failed(format!("{what} is not let in: {why}\n  {}", why.remedy()))
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
        signature: record.signature.clone(),
    })
}
