//! Connectors in OCI registries, in the layout that wasm tools share: an image manifest whose config is of type
//! `application/vnd.wasm.config.v0+json` and whose one layer is the component, `application/wasm`. The minisign signature stands in an
//! annotation of the manifest, in base64: it has several lines, and some writers of manifests do not escape line ends.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use oci_client::client::{Client, ClientConfig, ClientProtocol, Config, ImageLayer};
use oci_client::errors::{OciDistributionError, OciErrorCode};
use oci_client::manifest::OciImageManifest;
use oci_client::secrets::RegistryAuth;
use serde_json::json;
use tokio::io::AsyncWrite;

use crate::place::Place;

/// The annotation that holds a signature: the file that minisign writes, in base64.
pub const SIGNATURE: &str = "samklang.minisign";

const CONFIG: &str = "application/vnd.wasm.config.v0+json";
const LAYER: &str = "application/wasm";

/// A component is not larger than this, in octets: a connector of a language with its own interpreter is the largest there is, with 40 MiB.
const LARGEST: usize = 128 << 20;

/// A registry that says nothing for so long is given up.
const PATIENCE: Duration = Duration::from_secs(30);

/// How a registry is reached.
#[derive(Clone, Default)]
pub struct Access {
    /// Name and password, where it asks for them.
    pub account: Option<(String, String)>,
    /// Without TLS: for a registry on the same machine.
    pub plain: bool,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let account = self.account.as_ref().map(|(name, _)| name);
        f.debug_struct("Access")
            .field("account", &account)
            .field("plain", &self.plain)
            .finish()
    }
}

/// What was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The component.
    pub octets: Vec<u8>,
    /// The place, with the digest of the manifest, which a moved tag does not change.
    pub place: String,
    /// The signature that came with it.
    pub signature: Option<String>,
}

/// What was published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The place, with the digest of the manifest.
    pub place: String,
}

/// Why nothing was fetched or published.
#[derive(Debug, thiserror::Error)]
pub enum OciError {
    /// There is nothing at that place.
    #[error("{0} is not there: see to repository and tag")]
    Missing(Place),
    /// The registry wants another account.
    #[error(
        "the registry {} does not let this account have {place}: name one in installation.toml, under `[registries.\"{}\"]`",
        place.registry(),
        place.registry()
    )]
    Refused {
        /// The place.
        place: Place,
    },
    /// What lies there is no connector.
    #[error("{place} is no wasm component: {cause}")]
    Other {
        /// The place.
        place: Place,
        /// What it is.
        cause: String,
    },
    /// The registry could not be reached, or failed.
    #[error("the registry {} failed: {cause}", place.registry())]
    Failed {
        /// The place.
        place: Place,
        /// How.
        cause: String,
    },
}

/// An OCI registry.
pub struct Registry {
    client: Client,
    auth: RegistryAuth,
}

impl Registry {
    /// A client for the registry of a place.
    #[must_use]
    pub fn new(place: &Place, access: &Access) -> Self {
        // Another part of the program may have chosen the provider before; it is the same one.
        drop(rustls::crypto::ring::default_provider().install_default());
        let config = ClientConfig {
            protocol: if access.plain {
                ClientProtocol::HttpsExcept(vec![place.registry().to_owned()])
            } else {
                ClientProtocol::Https
            },
            read_timeout: Some(PATIENCE),
            connect_timeout: Some(PATIENCE),
            platform_resolver: None,
            user_agent: concat!("samklang/", env!("CARGO_PKG_VERSION")),
            ..ClientConfig::default()
        };
        Self {
            client: Client::new(config),
            auth: match &access.account {
                Some((name, password)) => RegistryAuth::Basic(name.clone(), password.clone()),
                None => RegistryAuth::Anonymous,
            },
        }
    }

    /// Fetches a component. That it is the one that the manifest names is checked by its digest.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be had.
    pub async fn pull(&self, place: &Place) -> Result<Pulled, OciError> {
        let failed = |error| failure(place, error);
        let (manifest, digest) = self
            .client
            .pull_image_manifest(&place.0, &self.auth)
            .await
            .map_err(failed)?;
        let other = |cause: String| OciError::Other {
            place: place.clone(),
            cause,
        };
        if manifest.config.media_type != CONFIG {
            return Err(other(format!(
                "its config is of type {}",
                manifest.config.media_type
            )));
        }
        let [layer] = manifest.layers.as_slice() else {
            return Err(other(format!(
                "it has {} layers instead of one",
                manifest.layers.len()
            )));
        };
        if layer.media_type != LAYER {
            return Err(other(format!("its layer is of type {}", layer.media_type)));
        }
        let too_large = || other(format!("it is larger than {} MiB", LARGEST >> 20));
        if usize::try_from(layer.size).is_ok_and(|size| size > LARGEST) {
            return Err(too_large());
        }
        let mut octets = Bounded(Vec::new());
        let pulled = self.client.pull_blob(&place.0, layer, &mut octets).await;
        if octets.0.len() >= LARGEST {
            return Err(too_large());
        }
        pulled.map_err(failed)?;
        let signature = manifest.annotations.as_ref().and_then(|all| all.get(SIGNATURE));
        let signature = signature
            .map(|text| {
                let octets = BASE64.decode(text).ok();
                let text = octets.and_then(|octets| String::from_utf8(octets).ok());
                text.ok_or_else(|| other(format!("the annotation {SIGNATURE} is no base64 of a text")))
            })
            .transpose()?;
        Ok(Pulled {
            octets: octets.0,
            place: fixed(place, &digest),
            signature,
        })
    }

    /// Publishes a component.
    ///
    /// # Errors
    ///
    /// When the registry does not take it.
    pub async fn publish(
        &self,
        place: &Place,
        octets: Vec<u8>,
        (name, version): (&str, &str),
        signature: Option<&str>,
    ) -> Result<Published, OciError> {
        let layer = ImageLayer::new(octets, LAYER.to_owned(), None);
        let config = json!({
            "architecture": "wasm",
            "os": "wasip2",
            "layerDigests": [layer.sha256_digest()],
        });
        let config = Config::new(config.to_string().into_bytes(), CONFIG.to_owned(), None);
        let mut annotations = BTreeMap::from([
            ("org.opencontainers.image.title".to_owned(), name.to_owned()),
            ("org.opencontainers.image.version".to_owned(), version.to_owned()),
        ]);
        annotations.extend(signature.map(|text| (SIGNATURE.to_owned(), BASE64.encode(text))));
        let layers = [layer];
        let manifest = OciImageManifest::build(&layers, &config, Some(annotations));
        let failed = |error| failure(place, error);
        self.client
            .push(&place.0, &layers, config, &self.auth, Some(manifest))
            .await
            .map_err(failed)?;
        let digest = self
            .client
            .fetch_manifest_digest(&place.0, &self.auth)
            .await
            .map_err(failed)?;
        Ok(Published {
            place: fixed(place, &digest),
        })
    }
}

/// The place with the digest of what is there now.
fn fixed(place: &Place, digest: &str) -> String {
    let named = place.to_string();
    let named = named.split_once('@').map_or(named.as_str(), |(named, _)| named);
    format!("{named}@{digest}")
}

fn failure(place: &Place, error: OciDistributionError) -> OciError {
    let place = place.clone();
    match error {
        OciDistributionError::ImageManifestNotFoundError(_) => OciError::Missing(place),
        OciDistributionError::AuthenticationFailure(_) | OciDistributionError::UnauthorizedError { .. } => {
            OciError::Refused { place }
        }
        OciDistributionError::RegistryError { envelope, .. } => {
            let code = envelope.errors.first().map(|error| &error.code);
            match code {
                Some(OciErrorCode::ManifestUnknown | OciErrorCode::NameUnknown | OciErrorCode::NotFound) => {
                    OciError::Missing(place)
                }
                Some(OciErrorCode::Unauthorized | OciErrorCode::Denied) => OciError::Refused { place },
                _ => OciError::Failed {
                    place,
                    cause: envelope.to_string(),
                },
            }
        }
        OciDistributionError::RequestError(error) => OciError::Failed {
            place,
            cause: innermost(&error),
        },
        error => OciError::Failed {
            place,
            cause: error.to_string(),
        },
    }
}

/// What is wrong at last: the outer errors only say that something is.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut at = error;
    while let Some(source) = at.source() {
        at = source;
    }
    at.to_string()
}

/// Octets up to the largest size; more are refused, whatever the manifest said.
struct Bounded(Vec<u8>);

impl AsyncWrite for Bounded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let room = LARGEST.saturating_sub(self.0.len()).min(octets.len());
        self.0.extend(octets.iter().take(room));
        // Nothing written at all is an error to whoever writes, which ends it.
        Poll::Ready(Ok(room))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
