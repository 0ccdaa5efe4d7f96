//! The tenants of an installation that is served: the folders of one folder. Their files are read anew when they have changed, and otherwise
//! nothing but their times is looked at.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use samklang_core::key::Keyring;
use samklang_core::retention::{Kept, Period};
use samklang_server::{Recipients, TenantPlan, Webhook};

use super::refusal::told;
use crate::configuration::{Notices, TENANT_FILE, Tenant};

/// What tells a file from what it was before: its time and size, or that it is not there.
type Stamp = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// A connection, as far as it is spoken of.
pub(super) struct Spoken {
    /// Its connector.
    pub(super) connector: String,
    /// What people call its system, where the file says so.
    pub(super) title: Option<String>,
    /// It takes files.
    pub(super) inbox: bool,
}

/// What is kept of a tenant at rest: little, since there may be hundreds.
pub(super) struct Known {
    pub(super) plan: Arc<TenantPlan>,
    pub(super) folder: PathBuf,
    /// Its keys, or why they cannot be had.
    pub(super) keys: Result<Keyring, String>,
    pub(super) connections: BTreeMap<String, Spoken>,
    stamp: Stamp,
}

/// The tenants by name.
type Tenants = BTreeMap<String, Arc<Known>>;

/// The folder of the tenants' folders, and what is known of them.
pub(super) struct Roll {
    folder: PathBuf,
    home: PathBuf,
    tenants: Mutex<Arc<Tenants>>,
}

impl Roll {
    pub(super) fn new(folder: PathBuf, home: &Path) -> Self {
        Self {
            folder,
            home: home.to_owned(),
            tenants: Mutex::default(),
        }
    }

    fn known(&self) -> Arc<Tenants> {
        Arc::clone(&self.tenants.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Every tenant. What has changed is read.
    pub(super) fn all(&self) -> Arc<Tenants> {
        let former = self.known();
        let mut folders: Vec<PathBuf> = match std::fs::read_dir(&self.folder) {
            Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
            Err(cause) => {
                tracing::error!(folder = %self.folder.display(), %cause, "the folder of the tenants cannot be read");
                return former;
            }
        };
        folders.sort_unstable();
        let by_folder: BTreeMap<&Path, &Arc<Known>> = former
            .values()
            .map(|known| (known.folder.as_path(), known))
            .collect();
        let mut tenants = Tenants::new();
        let mut changed = false;
        for folder in folders {
            let known = match by_folder.get(folder.as_path()) {
                Some(known) if known.is_current() => Arc::clone(known),
                _ if !folder.join(TENANT_FILE).is_file() => continue,
                former => {
                    changed = true;
                    Arc::new(self.read(&folder, former.map(|known| known.plan.as_ref())))
                }
            };
            let name = known.plan.name.clone();
            if let Some(other) = tenants.get(&name) {
                tracing::error!(
                    tenant = name, first = %other.folder.display(), second = %folder.display(),
                    "two folders are of the same tenant; the second is left alone"
                );
                continue;
            }
            tenants.insert(name, known);
        }
        if !changed && tenants.len() == former.len() {
            return former;
        }
        let tenants = Arc::new(tenants);
        *self.tenants.lock().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&tenants);
        tenants
    }

    /// One tenant; none when there is none of that name.
    pub(super) fn one(&self, name: &str) -> Option<Arc<Known>> {
        if let Some(known) = self.known().get(name)
            && known.is_current()
        {
            return Some(Arc::clone(known));
        }
        self.all().get(name).cloned()
    }

    /// Reads a tenant's folder. As long as the file cannot be read, the tenant is called as it was before, and its people are told.
    fn read(&self, folder: &Path, former: Option<&TenantPlan>) -> Known {
        let environment = |name: &str| std::env::var(name).ok();
        let called = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut files = vec![folder.join(TENANT_FILE)];
        let tenant = match Tenant::read(folder) {
            Ok(tenant) => tenant,
            Err(error) => {
                let broken = match error {
                    crate::configuration::ReadError::Mistaken(mistaken) => mistaken
                        .records()
                        .into_iter()
                        .map(told)
                        .collect::<Vec<_>>()
                        .join("\n"),
                    other => other.to_string(),
                };
                return Known {
                    plan: Arc::new(unusable(&called, former, broken.clone())),
                    folder: folder.to_owned(),
                    keys: Err(broken),
                    connections: BTreeMap::new(),
                    stamp: stamp(files),
                };
            }
        };
        files.extend(tenant.keys().files().map(Path::to_owned));
        let serving = tenant.serving().clone();
        if let Some((_, samklang_egress::SecretReference::File(path))) = &serving.notices.webhook {
            files.push(path.clone());
        }
        // Before it is read, so that a change meanwhile is seen next time.
        let stamp = stamp(files);
        let keys = tenant
            .keys()
            .fetch(folder, &environment)
            .map_err(|error| error.to_string());
        let name = if tenant.name().is_empty() {
            called
        } else {
            tenant.name().to_owned()
        };
        let elsewhere = tenant.home().filter(|home| !same(home, &self.home)).map(|home| {
            format!(
                "`home` names another installation, {}; take it out, or serve that one",
                home.display()
            )
        });
        let zone = tenant.zone().clone();
        let journal = tenant.retention.period(Kept::Journal);
        let spoken = |connection: &crate::configuration::Connection| Spoken {
            connector: connection.connector().to_owned(),
            title: connection.title().map(str::to_owned),
            inbox: connection.grants().inbox,
        };
        let connections = tenant.connections().iter();
        let connections = connections
            .map(|connection| (connection.name().to_owned(), spoken(connection)))
            .collect();
        let mistakes = tenant.sound().err().map(|mistaken| {
            let records = mistaken.records().into_iter();
            records.map(told).collect::<Vec<_>>().join("\n")
        });
        let broken = mistakes.or(elsewhere).or_else(|| keys.as_ref().err().cloned());
        let plan = TenantPlan {
            title: serving.title.unwrap_or_else(|| name.clone()),
            schedule: serving.schedule,
            zone,
            late_after: serving.late_after,
            journal,
            notices: recipients(&name, serving.notices),
            broken,
            name,
        };
        Known {
            plan: Arc::new(plan),
            folder: folder.to_owned(),
            keys,
            connections,
            stamp,
        }
    }
}

impl Known {
    /// Whether a person can deliver a file to the connection.
    pub(super) fn takes_files(&self, connection: &str) -> bool {
        self.connections
            .get(connection)
            .is_some_and(|spoken| spoken.inbox)
    }

    fn is_current(&self) -> bool {
        self.stamp.iter().all(|(path, former)| seen(path) == *former)
    }
}

fn unusable(folder: &str, former: Option<&TenantPlan>, broken: String) -> TenantPlan {
    TenantPlan {
        name: former.map_or(folder, |former| &former.name).to_owned(),
        title: former.map_or(folder, |former| &former.title).to_owned(),
        schedule: Vec::new(),
        zone: jiff::tz::TimeZone::UTC,
        late_after: 0,
        // Nobody knows how long it is to be kept.
        journal: former.map_or(Period::Forever, |former| former.journal),
        notices: former.map(|former| former.notices.clone()).unwrap_or_default(),
        broken: Some(broken),
    }
}

fn recipients(tenant: &str, notices: Notices) -> Recipients {
    let webhook = notices.webhook.and_then(|(url, place)| {
        match place.read_with(&|name| std::env::var(name).ok()) {
            Ok(secret) => Some(Webhook {
                url,
                secret: secret.to_string(),
            }),
            Err(error) => {
                tracing::error!(tenant, %error, "the webhook is left alone: the secret that its calls are signed with cannot be read");
                None
            }
        }
    });
    Recipients {
        mail: notices.mail,
        webhook,
        language: notices.language,
    }
}

fn stamp(files: Vec<PathBuf>) -> Stamp {
    files
        .into_iter()
        .map(|path| {
            let seen = seen(&path);
            (path, seen)
        })
        .collect()
}

fn seen(path: &Path) -> Option<(SystemTime, u64)> {
    let found = std::fs::metadata(path).ok()?;
    Some((found.modified().ok()?, found.len()))
}

fn same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}
