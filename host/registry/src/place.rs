//! Where a connector lies in a registry, as a person writes it.

use std::fmt;
use std::str::FromStr;

use oci_client::Reference;

/// How such a place begins.
const SCHEME: &str = "oci://";

/// A place in an OCI registry: `oci://HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(pub(crate) Reference);

/// Why a text is no such place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no place in a registry: {cause}; write it as oci://registry.example.org/connectors/csv:1.2.0"
)]
pub struct PlaceError {
    text: String,
    cause: String,
}

impl Place {
    /// Whether a text means a place in a registry, and no file.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with(SCHEME)
    }

    /// The registry's host, with its port.
    #[must_use]
    pub fn registry(&self) -> &str {
        self.0.registry()
    }
}

impl FromStr for Place {
    type Err = PlaceError;

    fn from_str(text: &str) -> Result<Self, PlaceError> {
        let refuse = |cause: &str| PlaceError {
            text: text.to_owned(),
            cause: cause.to_owned(),
        };
        let rest = text
            .strip_prefix(SCHEME)
            .ok_or_else(|| refuse("it does not begin with oci://"))?;
        // Without a host such a reference would mean somebody's hub, which nobody named.
        let host = rest.split_once('/').map(|(host, _)| host).unwrap_or_default();
        if !(host.contains('.') || host.contains(':') || host == "localhost") {
            return Err(refuse("it names no registry"));
        }
        let reference: Reference = rest.parse().map_err(|error| refuse(&format!("{error}")))?;
        if reference.tag().is_none() && reference.digest().is_none() {
            return Err(refuse("it names neither a tag nor a digest"));
        }
        Ok(Self(reference))
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{SCHEME}{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_names_registry_repository_and_version() {
        let place: Place = "oci://registry.example.org:5000/connectors/csv:1.2.0"
            .parse()
            .unwrap();
        assert_eq!(place.registry(), "registry.example.org:5000");
        assert_eq!(
            place.to_string(),
            "oci://registry.example.org:5000/connectors/csv:1.2.0"
        );
        for (text, cause) in [
            ("connectors/csv:1", "does not begin with oci://"),
            ("oci://csv:1.2.0", "names no registry"),
            ("oci://connectors/csv:1.2.0", "names no registry"),
            ("oci://registry.example.org/Ümlaut:1", "no place in a registry"),
        ] {
            let error = text.parse::<Place>().unwrap_err().to_string();
            assert!(error.contains(cause), "{text}: {error}");
        }
    }
}
