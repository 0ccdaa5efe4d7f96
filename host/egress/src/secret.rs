//! Secrets and where they come from.
//!
//! A secret has no `Debug`, `Display` or `Serialize`, is wiped when it is dropped, and leaves this crate only for the place that
//! puts it into a request. In settings it is named by a reference (`env:NAME` or `file:PATH`), never written out.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use base64::Engine as _;
use ring::digest::{Context, SHA256};
use zeroize::Zeroizing;

/// A secret text.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text as a secret.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text, for the one place that puts it into a request.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Where a secret is kept: `env:NAME` or `file:PATH`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretReference {
    /// An environment variable of the host.
    Environment(String),
    /// A file that the host can read, such as a mounted secret.
    File(PathBuf),
}

/// Why a secret cannot be had. Never holds the secret.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The text is not a reference. It is not repeated here: it may be the secret itself.
    #[error("a secret is named as `env:NAME` or `file:PATH`, never written into the settings")]
    NotAReference,
    /// The variable is not set.
    #[error("the environment variable `{0}` is not set: set it for the host, or name another")]
    Environment(String),
    /// The file cannot be read.
    #[error("the secret's file {path} cannot be read: {cause}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// There is nothing in it.
    #[error("the secret {0} is empty")]
    Empty(String),
    /// It should be a text.
    #[error("the secret {0} is not a text in UTF-8")]
    NotAText(String),
    /// It should be octets in Base64.
    #[error(
        "{0} holds no octets in Base64: write the file into it with `base64 -w0`, or name the file itself by `file:PATH`"
    )]
    NotBase64(String),
}

impl fmt::Display for SecretReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Environment(name) => write!(f, "env:{name}"),
            Self::File(path) => write!(f, "file:{}", path.display()),
        }
    }
}

impl TryFrom<String> for SecretReference {
    type Error = SecretError;

    fn try_from(text: String) -> Result<Self, SecretError> {
        match text.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Ok(Self::Environment(name.to_owned())),
            Some(("file", path)) if !path.is_empty() => Ok(Self::File(PathBuf::from(path))),
            _ => Err(SecretError::NotAReference),
        }
    }
}

impl SecretReference {
    /// Reads the text, for what is no request of a connector's: an account at a registry of connectors.
    pub fn read_with(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Zeroizing<String>, SecretError> {
        Ok(text(&self.octets_with(environment)?, self)?.0)
    }

    fn octets_with(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Octets, SecretError> {
        match self {
            Self::Environment(name) => environment(name)
                .map(|text| Zeroizing::new(text.into_bytes()))
                .ok_or_else(|| SecretError::Environment(name.clone())),
            Self::File(path) => std::fs::read(path)
                .map(Zeroizing::new)
                .map_err(|cause| SecretError::File {
                    path: path.clone(),
                    cause,
                }),
        }
    }
}

type Octets = Zeroizing<Vec<u8>>;

/// A line end after a secret is left out, since editors and `echo` add one.
fn text(octets: &[u8], place: &SecretReference) -> Result<Secret, SecretError> {
    let text = std::str::from_utf8(octets).map_err(|_| SecretError::NotAText(place.to_string()))?;
    match text.trim_end_matches(['\r', '\n']) {
        "" => Err(SecretError::Empty(place.to_string())),
        trimmed => Ok(Secret::new(trimmed.to_owned())),
    }
}

/// What stood behind references at one moment.
pub(crate) struct Material(BTreeMap<SecretReference, Octets>);

impl Material {
    /// Reads all of them.
    pub(crate) fn read<'a>(
        references: impl IntoIterator<Item = &'a SecretReference>,
    ) -> Result<Self, SecretError> {
        Self::read_with(references, &|name| std::env::var(name).ok())
    }

    /// The same with the environment as a parameter.
    pub(crate) fn read_with<'a>(
        references: impl IntoIterator<Item = &'a SecretReference>,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, SecretError> {
        let mut read = BTreeMap::new();
        for reference in references {
            read.insert(reference.clone(), reference.octets_with(environment)?);
        }
        Ok(Self(read))
    }

    /// By which it is seen whether anything changed. Says nothing of what was read to whoever does not know it.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Context::new(&SHA256);
        for octets in self.0.values() {
            hash.update(&(octets.len() as u64).to_be_bytes());
            hash.update(octets);
        }
        let mut fingerprint = [0; 32];
        fingerprint.copy_from_slice(hash.finish().as_ref());
        fingerprint
    }

    /// The octets as they stand there.
    pub(crate) fn octets(&self, reference: &SecretReference) -> Result<&[u8], SecretError> {
        match self.0.get(reference) {
            Some(octets) if !octets.is_empty() => Ok(octets),
            _ => Err(SecretError::Empty(reference.to_string())),
        }
    }

    /// Octets that are no text: of a file as they are, of a variable out of Base64.
    pub(crate) fn binary(&self, reference: &SecretReference) -> Result<Octets, SecretError> {
        let octets = self.octets(reference)?;
        match reference {
            SecretReference::File(_) => Ok(Zeroizing::new(octets.to_vec())),
            SecretReference::Environment(_) => {
                let text = text(octets, reference)?;
                base64::engine::general_purpose::STANDARD
                    .decode(text.reveal().trim())
                    .map(Zeroizing::new)
                    .map_err(|_| SecretError::NotBase64(reference.to_string()))
            }
        }
    }

    /// The text.
    pub(crate) fn secret(&self, reference: &SecretReference) -> Result<Secret, SecretError> {
        text(self.octets(reference)?, reference)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reference(text: &str) -> Result<SecretReference, SecretError> {
        SecretReference::try_from(text.to_owned())
    }

    #[test]
    fn a_secret_written_out_is_refused_and_not_repeated() {
        for text in ["hunter2", "env:", "file:", "vault:x"] {
            let error = reference(text).unwrap_err().to_string();
            assert!(error.contains("env:NAME"), "{error}");
            assert!(!error.contains("hunter2"));
        }
    }

    #[test]
    fn secrets_come_from_the_environment_and_from_files() {
        let environment = |name: &str| (name == "TOKEN").then(|| "abc\n".to_owned());
        let secret = |text: &str| {
            let reference = reference(text).unwrap();
            Material::read_with([&reference], &environment)?.secret(&reference)
        };
        assert_eq!(secret("env:TOKEN").unwrap().reveal(), "abc");
        assert!(matches!(secret("env:OTHER"), Err(SecretError::Environment(name)) if name == "OTHER"));
        assert!(matches!(
            secret("file:/nowhere/at/all"),
            Err(SecretError::File { .. })
        ));
    }
}
