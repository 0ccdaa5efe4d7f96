//! A tenant's folder and its `samklang.toml`.

use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use samklang_core::mapping::Tables;
use samklang_core::port::StepSpec;
use samklang_core::reconcile::Ownership;
use samklang_core::retention::Retention;

use super::connection::{self, Connection};
use super::document::{self, Content};
use super::keys::{KeyPlaces, Whose};
use super::mistake::{Mistake, Mistaken, Mistakes, Source};
use super::ownership;
use super::retention;
use super::section::{Placed, Section};
use super::serving::{self, Serving};
use super::step;
use super::table;
use super::trust::{self, TenantTrust};

/// The name of the file.
pub const FILE: &str = "samklang.toml";

/// A tenant's configuration, as far as the file alone tells.
#[derive(Debug)]
pub struct Tenant {
    pub(crate) source: Source,
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
    pub(crate) home: Option<PathBuf>,
    keys: KeyPlaces,
    pub(crate) zone: TimeZone,
    /// Further certificate authorities, as PEM texts.
    pub(crate) authorities: Vec<String>,
    pub(crate) tables: Tables,
    pub(crate) steps: Vec<StepSpec>,
    pub(crate) connections: Vec<Connection>,
    pub(crate) ownership: Ownership,
    pub(crate) retention: Retention,
    pub(crate) trust: TenantTrust,
    serving: Serving,
    /// What the file alone shows to be wrong; told together with what the connectors add.
    pub(crate) mistakes: Mistakes,
}

/// Why a tenant's configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is none.
    #[error(
        "{folder} holds no {FILE}; name the tenant's folder, or make one with `samklang init {folder}`",
        folder = folder.display()
    )]
    Absent {
        /// The folder.
        folder: PathBuf,
    },
    /// It cannot be read.
    #[error("{path} cannot be read: {cause}; see to its permissions", path = path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// It holds mistakes.
    #[error(transparent)]
    Mistaken(#[from] Mistaken),
}

impl Tenant {
    /// Reads the configuration in a tenant's folder.
    ///
    /// # Errors
    ///
    /// When there is none, or it is not TOML. Other mistakes are kept until [`Tenant::fit`] or [`Tenant::sound`].
    pub fn read(folder: &Path) -> Result<Self, ReadError> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(folder, Source::new(&path, text))?),
            Err(cause) if cause.kind() == std::io::ErrorKind::NotFound => Err(ReadError::Absent {
                folder: folder.to_owned(),
            }),
            Err(cause) => Err(ReadError::Unreadable { path, cause }),
        }
    }

    /// The same from a text; the folder is what relative paths are relative to.
    ///
    /// # Errors
    ///
    /// When it is not TOML, or the tenant has no usable name.
    pub fn parse(folder: &Path, source: Source) -> Result<Self, Mistaken> {
        let mut mistakes = Mistakes::default();
        let root = document::parse(&source)?;
        let known: Vec<&str> = [
            "tenant",
            "home",
            "keys",
            "time_zone",
            "authorities",
            "steps",
            "tables",
            "connections",
            "ownership",
            "grace",
            "retention",
            "trust",
        ]
        .into_iter()
        .chain(serving::KEYS)
        .collect();
        let file = Section::root(&root, &known, &mut mistakes);
        let name = file.required("tenant", "\"nordvik\"", &mut mistakes);
        if let Some(name) = &name {
            plain_name("tenant", name, &mut mistakes);
        }
        let home = file
            .text("home", &mut mistakes)
            .map(|home| folder.join(home.value));
        let keys = KeyPlaces::read(&file, Whose::Tenant, folder, &mut mistakes);
        let zone = zone(&file, &mut mistakes);
        let authorities = authorities(&file, folder, &mut mistakes);
        let tables = table::read(&file, folder, &mut mistakes);
        let mut connections = Vec::new();
        if let Some(node) = file.get("connections") {
            match &node.content {
                Content::Table(entries) => {
                    for (name, node) in entries {
                        connections.extend(connection::read(name, node, folder, &mut mistakes));
                    }
                }
                _ => mistakes.add(
                    Mistake::new("kind", node.span.clone(), "`connections` is not a table")
                        .remedy("give each connection a table of its own, such as `[connections.sas]`"),
                ),
            }
        }
        let written: Vec<&str> = file
            .get("connections")
            .map(|node| node.entries().iter().map(|(name, _)| name.as_str()).collect())
            .unwrap_or_default();
        let ownership = ownership::read(&file, &connections, &mut mistakes);
        let retention = retention::read(&file, &mut mistakes);
        let trust = file
            .get("trust")
            .map(|node| trust::of_tenant(node, &mut mistakes));
        let serving = serving::read(&file, folder, &mut mistakes);
        let steps = step::read(&file, &written, &connections, &mut mistakes);
        Ok(Self {
            source,
            folder: folder.to_owned(),
            name: name.map(|name| name.value).unwrap_or_default(),
            home,
            keys,
            zone,
            authorities,
            tables,
            steps,
            connections,
            ownership,
            retention,
            trust: trust.unwrap_or_default(),
            serving,
            mistakes,
        })
    }

    /// The mistakes that the file alone shows.
    ///
    /// # Errors
    ///
    /// When there are any.
    pub fn sound(mut self) -> Result<Self, Mistaken> {
        std::mem::take(&mut self.mistakes).settle(&self.source)?;
        Ok(self)
    }

    /// The tenant's name in the installation.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The tenant's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The installation's folder, when the file names one.
    #[must_use]
    pub fn home(&self) -> Option<&Path> {
        self.home.as_deref()
    }

    /// Where its keys are kept.
    #[must_use]
    pub fn keys(&self) -> &KeyPlaces {
        &self.keys
    }

    /// What the file says to a server.
    #[must_use]
    pub fn serving(&self) -> &Serving {
        &self.serving
    }

    /// Where the tenant's days begin and end.
    #[must_use]
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The steps of a cycle.
    #[must_use]
    pub fn steps(&self) -> &[StepSpec] {
        &self.steps
    }

    /// The connections, in the order of the file.
    #[must_use]
    pub fn connections(&self) -> &[Connection] {
        &self.connections
    }
}

/// Where the tenant's days begin and end, unless its file says otherwise: the time of Denmark, Norway, Sweden and Spain alike.
const ZONE: &str = "Europe/Copenhagen";

/// Reads the files of the tenant's certificate authorities.
fn authorities(file: &Section<'_>, folder: &Path, mistakes: &mut Mistakes) -> Vec<String> {
    let mut texts = Vec::new();
    for name in file.texts("authorities", mistakes) {
        let path = folder.join(&name.value);
        let read = std::fs::read_to_string(&path).map_err(|cause| cause.to_string());
        let judged = read.and_then(|text| {
            samklang_egress::judge_authorities(&text)
                .map(|()| text)
                .map_err(|cause| cause.to_string())
        });
        match judged {
            Ok(text) => texts.push(text),
            Err(cause) => mistakes.add(
                Mistake::new("authority", name.span, format!("{}: {cause}", path.display())).remedy(
                    "name a file in PEM, relative to the tenant's folder, that holds the certificate of the authority",
                ),
            ),
        }
    }
    texts
}

fn zone(file: &Section<'_>, mistakes: &mut Mistakes) -> TimeZone {
    let written = file.text("time_zone", mistakes);
    let name = written.as_ref().map_or(ZONE, |zone| zone.value.as_str());
    TimeZone::get(name).unwrap_or_else(|_| {
        if let Some(written) = &written {
            mistakes.add(
                Mistake::new(
                    "time-zone",
                    written.span.clone(),
                    format!("there is no time zone `{name}`"),
                )
                .remedy("write it as region and city, such as \"Europe/Oslo\""),
            );
        }
        TimeZone::UTC
    })
}

/// Names become names of folders and parts of keys in the store.
pub(super) fn plain_name(what: &str, name: &Placed<String>, mistakes: &mut Mistakes) {
    let plain =
        |character: char| character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-';
    if !name.value.chars().all(plain) || name.value.starts_with('-') || name.value.len() > 63 {
        mistakes.add(
            Mistake::new(
                "name",
                name.span.clone(),
                format!("`{}` cannot be the name of a {what}", name.value),
            )
            .remedy("use lower-case letters a-z, digits and hyphens, at most 63 of them, no hyphen first"),
        );
    }
}
