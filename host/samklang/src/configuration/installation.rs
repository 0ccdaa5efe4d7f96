//! The installation: the folder that holds the database, the installed connectors and the compiled cache, and its
//! optional `installation.toml`.
//!
//! The folder is, in this order: `--home`; `home` in the tenant's file; `SAMKLANG_HOME`; the user's data folder.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use samklang_egress::{EndpointLimits, Origin, Protocol, SecretReference};
use samklang_registry::Trust;

use super::credential::secret;
use super::document::{self, Node};
use super::keys::{KeyPlaces, Whose};
use super::mistake::{Mistake, Mistaken, Mistakes, Source};
use super::section::Section;
use super::server::{self, Server};
use super::trust;

/// The name of the file.
const FILE: &str = "installation.toml";

/// The folder of the tenants, unless the file names another.
const TENANTS: &str = "tenants";

/// The folder of an installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home(PathBuf);

/// Where the store is.
#[derive(Clone, PartialEq, Eq)]
pub enum StoreAddress {
    /// A SQLite database in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL database at this URL, which may hold a password.
    Postgres(String),
}

impl std::fmt::Debug for StoreAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Sqlite(path) => f.debug_tuple("Sqlite").field(path).finish(),
            Self::Postgres(_) => f.write_str("Postgres(…)"),
        }
    }
}

/// What an installation's file says.
#[derive(Debug, Clone)]
pub struct InstallationSettings {
    /// Where the store is.
    pub store: StoreAddress,
    /// Whose connectors are let in.
    pub trust: Trust,
    /// How registries are reached, by host and port.
    pub registries: BTreeMap<String, RegistrySettings>,
    /// What systems bear, whatever connectors say.
    pub endpoints: BTreeMap<Origin, EndpointLimits>,
    /// The folder whose folders are the tenants that a server serves.
    pub tenants: PathBuf,
    /// How the server is set up.
    pub server: Server,
    /// Where the key is that seals what is kept of those who work with the installation.
    pub keys: KeyPlaces,
}

/// How a registry is reached.
#[derive(Debug, Clone)]
pub struct RegistrySettings {
    /// The name, and where its password is kept.
    pub account: Option<(String, SecretReference)>,
    /// Without TLS.
    pub plain: bool,
}

/// Why the installation cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    /// There is no place for it.
    #[error("there is no folder for the installation: give `--home PATH`, or set SAMKLANG_HOME")]
    Nowhere,
    /// Its file cannot be read.
    #[error("{path} cannot be read: {cause}; see to its permissions", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// Its file holds mistakes.
    #[error(transparent)]
    Mistaken(#[from] Mistaken),
}

impl Home {
    /// Finds the folder. `environment` gives the host's variables.
    ///
    /// # Errors
    ///
    /// When nothing names one.
    pub fn find(
        option: Option<&Path>,
        tenant: Option<&Path>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, HomeError> {
        let variable = |name: &str| {
            environment(name)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from)
        };
        let data = || {
            variable("XDG_DATA_HOME")
                .or_else(|| variable("HOME").map(|home| home.join(".local/share")))
                .map(|data| data.join("samklang"))
        };
        option
            .or(tenant)
            .map(Path::to_owned)
            .or_else(|| variable("SAMKLANG_HOME"))
            .or_else(data)
            .map(Self)
            .ok_or(HomeError::Nowhere)
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Where a connector's component is kept.
    #[must_use]
    pub fn component(&self, digest: &str) -> PathBuf {
        self.connectors().join(format!("{digest}.wasm"))
    }

    /// The folder of installed components.
    #[must_use]
    pub fn connectors(&self) -> PathBuf {
        self.0.join("connectors")
    }

    /// The folder of compiled components. It can be emptied at any time.
    #[must_use]
    pub fn cache(&self) -> PathBuf {
        self.0.join("cache")
    }

    /// What `installation.toml` says, or what holds without it.
    ///
    /// # Errors
    ///
    /// When the file cannot be read or holds mistakes.
    pub fn settings(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<InstallationSettings, HomeError> {
        let path = self.0.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(self.read(&Source::new(&path, text), environment)?),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => {
                Ok(self.read(&Source::new(&path, String::new()), environment)?)
            }
            Err(cause) => Err(HomeError::Unreadable { path, cause }),
        }
    }

    fn read(
        &self,
        source: &Source,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<InstallationSettings, Mistaken> {
        let mut mistakes = Mistakes::default();
        let root = document::parse(source)?;
        let file = Section::root(
            &root,
            &[
                "store",
                "trust",
                "registries",
                "endpoints",
                "tenants",
                "server",
                "keys",
            ],
            &mut mistakes,
        );
        let store = self.address(&file, environment, &mut mistakes);
        let trust = file
            .get("trust")
            .and_then(|node| trust::of_installation(node, &mut mistakes));
        let mut registries = BTreeMap::new();
        if let Some(node) = file.get("registries") {
            for (host, node) in node.entries() {
                let name = format!("registries.\"{host}\"");
                let known = ["username", "password", "plain"];
                let Some(section) = Section::new(node, &name, &known, &mut mistakes) else {
                    continue;
                };
                let username = section.text("username", &mut mistakes);
                let password = section
                    .get("password")
                    .or_else(|| section.get("username"))
                    .and_then(|_| secret(&section, "password", &self.0, &mut mistakes));
                let settings = RegistrySettings {
                    account: username.map(|name| name.value).zip(password),
                    plain: section.flag("plain", &mut mistakes).unwrap_or_default(),
                };
                registries.insert(host.clone(), settings);
            }
        }
        let endpoints = file.get("endpoints").map(|node| endpoints(node, &mut mistakes));
        let tenants = file.text("tenants", &mut mistakes).map(|folder| folder.value);
        let server = server::read(&file, &self.0, &mut mistakes);
        let keys = KeyPlaces::read(&file, Whose::Installation, &self.0, &mut mistakes);
        mistakes.settle(source)?;
        Ok(InstallationSettings {
            server,
            keys,
            tenants: self.0.join(tenants.as_deref().unwrap_or(TENANTS)),
            endpoints: endpoints.unwrap_or_default(),
            store,
            trust: trust.unwrap_or_default(),
            registries,
        })
    }

    fn address(
        &self,
        file: &Section<'_>,
        environment: &dyn Fn(&str) -> Option<String>,
        mistakes: &mut Mistakes,
    ) -> StoreAddress {
        let default = StoreAddress::Sqlite(self.0.join("samklang.db"));
        let address = file.text("store", mistakes).and_then(|text| match text.value.split_once(':') {
            Some(("sqlite", path)) if !path.is_empty() => Some(StoreAddress::Sqlite(self.0.join(path))),
            Some(("env", name)) if !name.is_empty() => match environment(name).filter(|url| is_postgres(url)) {
                Some(url) => Some(StoreAddress::Postgres(url)),
                None => {
                    mistakes.add(
                        Mistake::new("store", text.span, format!("the environment variable `{name}` holds no postgres:// URL"))
                            .remedy(format!("set it, such as {name}=postgres://samklang@db.example.org/samklang")),
                    );
                    None
                }
            },
            _ => {
                let mistake = Mistake::new("store", text.span, "the store's address cannot be used").remedy(
                    "write `store = \"sqlite:samklang.db\"`, or `store = \"env:SAMKLANG_STORE\"` and keep the postgres:// URL in that variable",
                );
                // Whoever writes a URL here may have written the password with it.
                mistakes.add(mistake.blotted());
                None
            }
        });
        address.unwrap_or(default)
    }
}

/// The most that can be asked of one system at a time or in a second.
const ENDPOINT_MOST: u32 = 10_000;

fn endpoints(node: &Node, mistakes: &mut Mistakes) -> BTreeMap<Origin, EndpointLimits> {
    let mut endpoints = BTreeMap::new();
    for (place, node) in node.entries() {
        let name = format!("endpoints.\"{place}\"");
        let known = ["requests_per_second", "concurrent_requests"];
        let Some(section) = Section::new(node, &name, &known, mistakes) else {
            continue;
        };
        let origin = Origin::granted(Protocol::Http, place).or_else(|wrong| {
            // What fits neither is told as what it most likely is.
            Origin::granted(Protocol::Ldap, place).map_err(|_| wrong)
        });
        let limits = EndpointLimits {
            requests_per_second: section.one_up_to(ENDPOINT_MOST, "requests_per_second", mistakes),
            concurrent_requests: section.one_up_to(ENDPOINT_MOST, "concurrent_requests", mistakes),
        };
        match origin {
            Ok(origin) => drop(endpoints.insert(origin, limits)),
            Err(cause) => mistakes.add(Mistake::new("endpoint", node.key.clone(), cause.to_string())),
        }
    }
    endpoints
}

fn is_postgres(url: &str) -> bool {
    url.starts_with("postgres://") || url.starts_with("postgresql://")
}
