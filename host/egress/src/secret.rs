//! Secrets and where they come from.
//!
//! A secret has no `Debug`, `Display` or `Serialize`, is wiped when it is dropped, and leaves this crate only inside a
//! request. In settings it is named by a reference (`env:NAME` or `file:PATH`), never written out.

use std::path::PathBuf;

use serde::Deserialize;
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
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// Where a secret is kept: `env:NAME` or `file:PATH`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
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
    /// Fetches the secret. A line end after it is left out, since editors and `echo` add one.
    pub fn resolve(&self) -> Result<Secret, SecretError> {
        self.resolve_with(&|name| std::env::var(name).ok())
    }

    /// The same with the environment as a parameter.
    pub fn resolve_with(&self, environment: &dyn Fn(&str) -> Option<String>) -> Result<Secret, SecretError> {
        self.read_with(environment).map(Secret)
    }

    /// Reads the text, for what is no request of a connector's: an account at a registry of connectors.
    pub fn read_with(
        &self,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Zeroizing<String>, SecretError> {
        let (text, place) = match self {
            Self::Environment(name) => {
                let text = environment(name).ok_or_else(|| SecretError::Environment(name.clone()))?;
                (Zeroizing::new(text), format!("env:{name}"))
            }
            Self::File(path) => {
                let text = std::fs::read_to_string(path).map_err(|cause| SecretError::File {
                    path: path.clone(),
                    cause,
                })?;
                (Zeroizing::new(text), format!("file:{}", path.display()))
            }
        };
        let trimmed = text.trim_end_matches(['\r', '\n']);
        if trimmed.is_empty() {
            Err(SecretError::Empty(place))
        } else {
            Ok(Zeroizing::new(trimmed.to_owned()))
        }
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
        let secret = |text: &str| reference(text).unwrap().resolve_with(&environment);
        assert_eq!(secret("env:TOKEN").unwrap().reveal(), "abc");
        assert!(matches!(secret("env:OTHER"), Err(SecretError::Environment(name)) if name == "OTHER"));
        assert!(matches!(
            secret("file:/nowhere/at/all"),
            Err(SecretError::File { .. })
        ));
    }
}
