//! A tenant's key, and the installation's: where it is kept, and how it is made. The file names places only; a key that is written out is refused, and
//! nothing of a key is repeated in a message.

use std::path::{Path, PathBuf};

use samklang_core::key::{Keyring, Malformed, TenantKey};
use samklang_egress::SecretReference;
use zeroize::Zeroizing;

use super::mistake::{Mistake, Mistakes};
use super::section::{Placed, Section};

/// Whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// A tenant's.
    Tenant,
    /// The installation's.
    Installation,
}

impl Whose {
    /// Where the key is unless `[keys]` says otherwise, in its owner's folder.
    pub(super) fn file(self) -> &'static str {
        match self {
            Self::Tenant => "tenant.key",
            Self::Installation => "installation.key",
        }
    }
}

impl std::fmt::Display for Whose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Tenant => "the tenant's",
            Self::Installation => "the installation's",
        })
    }
}

/// Where a tenant's keys are kept, or the installation's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPlaces {
    whose: Whose,
    current: SecretReference,
    former: Vec<SecretReference>,
}

/// Why a key cannot be had. Never holds the key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// There is no such file.
    #[error(
        "{whose} key {path} is not there: put it back from where it is kept safe, since nothing that is kept can be read \
         without it{}",
        never_run(*whose, folder), path = path.display()
    )]
    Absent {
        /// Whose it is.
        whose: Whose,
        /// The file.
        path: PathBuf,
        /// Its owner's folder.
        folder: PathBuf,
    },
    /// The file cannot be read.
    #[error("{whose} key {path} cannot be read: {cause}; see to its permissions", path = path.display())]
    Unreadable {
        /// Whose it is.
        whose: Whose,
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// The variable is not set.
    #[error(
        "{whose} key is not there: the environment variable `{name}` is not set; set it for the host, or name another place in `[keys]`"
    )]
    Unset {
        /// Whose it is.
        whose: Whose,
        /// The variable.
        name: String,
    },
    /// What is there is no key.
    #[error("{whose} key in {place} cannot be used: {cause}; put the right one there")]
    Malformed {
        /// Whose it is.
        whose: Whose,
        /// The file or the variable.
        place: String,
        /// What is wrong.
        cause: Malformed,
    },
    /// A key is there already.
    #[error("{path} is there already and is left as it is: without it nothing could be read that was sealed with it", path = path.display())]
    Present {
        /// The file.
        path: PathBuf,
    },
    /// The key is not in a file, so it cannot be made here.
    #[error(
        "the key is named by the environment variable `{0}`: make one where that variable is set, such as by `openssl rand -hex 32`"
    )]
    Elsewhere(String),
    /// The file cannot be written.
    #[error("{path} cannot be written: {cause}", path = path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
}

/// What to do where there never was a key.
fn never_run(whose: Whose, folder: &Path) -> String {
    match whose {
        Whose::Tenant => format!(
            "; a tenant that has never run gets one with `samklang keys make {}`",
            folder.display()
        ),
        Whose::Installation => {
            "; `samklang keys make` makes a new one beside those that are named in `former`".to_owned()
        }
    }
}

impl KeyPlaces {
    /// Reads `[keys]`; without it the key is in its owner's folder.
    pub(super) fn read(file: &Section<'_>, whose: Whose, folder: &Path, mistakes: &mut Mistakes) -> Self {
        let mut places = Self {
            whose,
            current: SecretReference::File(folder.join(whose.file())),
            former: Vec::new(),
        };
        let Some(node) = file.get("keys") else {
            return places;
        };
        let Some(section) = Section::new(node, "keys", &["current", "former"], mistakes) else {
            return places;
        };
        let example = format!("\"file:{}\"` or `current = \"env:SAMKLANG_KEY\"", whose.file());
        if let Some(text) = section.required("current", &example, mistakes)
            && let Some(place) = reference(text, "current", folder, mistakes)
        {
            places.current = place;
        }
        for text in section.texts("former", mistakes) {
            places.former.extend(reference(text, "former", folder, mistakes));
        }
        places
    }

    /// The files that hold them.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        let places = std::iter::once(&self.current).chain(&self.former);
        places.filter_map(|place| match place {
            SecretReference::File(path) => Some(path.as_path()),
            SecretReference::Environment(_) => None,
        })
    }

    /// Fetches the keys. `environment` gives the host's variables; `folder` is their owner's.
    ///
    /// # Errors
    ///
    /// When one of them cannot be had.
    pub fn fetch(
        &self,
        folder: &Path,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Keyring, KeyError> {
        let key = |place: &SecretReference| fetch(self.whose, place, folder, environment);
        let former = self.former.iter().map(key).collect::<Result<_, _>>()?;
        Ok(Keyring::new(key(&self.current)?, former))
    }

    /// Makes the current key where it is missing, readable for this user alone; answers its file.
    ///
    /// # Errors
    ///
    /// When one is there already, or it cannot be written.
    pub fn make(&self, octets: [u8; samklang_core::key::LENGTH]) -> Result<PathBuf, KeyError> {
        match &self.current {
            SecretReference::Environment(name) => Err(KeyError::Elsewhere(name.clone())),
            SecretReference::File(path) => {
                make(path, octets)?;
                Ok(path.clone())
            }
        }
    }
}

fn reference(
    text: Placed<String>,
    key: &str,
    folder: &Path,
    mistakes: &mut Mistakes,
) -> Option<SecretReference> {
    match SecretReference::try_from(text.value) {
        Ok(SecretReference::File(path)) => Some(SecretReference::File(folder.join(path))),
        Ok(reference) => Some(reference),
        Err(_) => {
            mistakes.add(
                Mistake::new(
                    "literal-secret",
                    text.span,
                    format!("`{key}` holds a key, or something that is no reference to one"),
                )
                .remedy(
                    "name the place where the key is kept, `\"file:tenant.key\"` or `\"env:SAMKLANG_KEY\"`; if it was a \
                     real key, change it: `samklang keys rotate`",
                )
                .blotted(),
            );
            None
        }
    }
}

fn fetch(
    whose: Whose,
    place: &SecretReference,
    folder: &Path,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<TenantKey, KeyError> {
    let (text, place) = match place {
        SecretReference::Environment(name) => (
            Zeroizing::new(environment(name).ok_or_else(|| KeyError::Unset {
                whose,
                name: name.clone(),
            })?),
            format!("the environment variable `{name}`"),
        ),
        SecretReference::File(path) => {
            let text = std::fs::read(path).map_err(|cause| match cause.kind() {
                std::io::ErrorKind::NotFound => KeyError::Absent {
                    whose,
                    path: path.clone(),
                    folder: folder.to_owned(),
                },
                _ => KeyError::Unreadable {
                    whose,
                    path: path.clone(),
                    cause,
                },
            })?;
            // What is no text is no key either; what it becomes is not shown.
            let text = Zeroizing::new(text);
            (
                Zeroizing::new(String::from_utf8_lossy(&text).into_owned()),
                path.display().to_string(),
            )
        }
    };
    TenantKey::parse(&text).map_err(|cause| KeyError::Malformed { whose, place, cause })
}

/// Writes a new key into a file that is not there yet.
fn make(path: &Path, octets: [u8; samklang_core::key::LENGTH]) -> Result<(), KeyError> {
    use std::io::Write as _;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let unwritable = |cause| KeyError::Unwritable {
        path: path.to_owned(),
        cause,
    };
    let mut file = options.open(path).map_err(|cause| match cause.kind() {
        std::io::ErrorKind::AlreadyExists => KeyError::Present {
            path: path.to_owned(),
        },
        _ => unwritable(cause),
    })?;
    let text = TenantKey::new(octets).to_text();
    file.write_all(text.as_bytes())
        .and_then(|()| file.write_all(b"\n"))
        .and_then(|()| file.sync_all())
        .map_err(unwritable)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &Path) -> KeyPlaces {
        KeyPlaces {
            whose: Whose::Tenant,
            current: SecretReference::File(path.to_owned()),
            former: vec![SecretReference::Environment("OLD".to_owned())],
        }
    }

    #[test]
    fn a_key_is_made_once_for_its_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Whose::Tenant.file());
        let places = file(&path);
        let old = "01".repeat(32);
        let environment = |name: &str| (name == "OLD").then(|| old.clone());
        let absent = places.fetch(folder.path(), &environment).unwrap_err().to_string();
        assert!(
            absent.contains("tenant.key is not there") && absent.contains("samklang keys make"),
            "{absent}"
        );
        places.make([9; 32]).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
                0o600
            );
        }
        let again = places.make([8; 32]).unwrap_err().to_string();
        assert!(again.contains("is there already"), "{again}");
        let ring = places.fetch(folder.path(), &environment).unwrap();
        assert_eq!(ring.current().name(), TenantKey::new([9; 32]).name());
        assert_eq!(ring.former()[0].name(), TenantKey::new([1; 32]).name());
        let unset = places.fetch(folder.path(), &|_| None).unwrap_err().to_string();
        assert!(unset.contains("`OLD` is not set"), "{unset}");
    }

    #[test]
    fn a_key_that_is_none_is_not_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(Whose::Tenant.file());
        for text in ["hunter2", "", "\u{0}\u{ffff}"] {
            std::fs::write(&path, text).unwrap();
            let error = KeyPlaces {
                former: Vec::new(),
                ..file(&path)
            };
            let error = error.fetch(folder.path(), &|_| None).unwrap_err().to_string();
            assert!(
                error.contains("64 hexadecimal digits") && error.contains("tenant.key"),
                "{error}"
            );
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
