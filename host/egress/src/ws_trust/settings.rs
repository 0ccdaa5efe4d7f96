//! What an operator writes about a token service, and a client made of it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use tokio::sync::Mutex;

use super::WsTrust;
use crate::credential::{CredentialError, certified};
use crate::key::{KeySettings, SignatureAlgorithm, certificates};
use crate::oauth::endpoint;
use crate::secret::{Material, SecretReference};

/// A token service, and the service that its tokens are for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WsTrustSettings {
    /// Where tokens are had.
    pub token_url: String,
    /// The service that they are for, by its entity identifier.
    pub applies_to: String,
    /// Claims that are asked for and that the token must carry, by name.
    pub claims: BTreeMap<String, String>,
    /// The key with its certificate: an RSA key, since nothing else is signed with here.
    pub key: KeySettings,
    /// The certificate that the service signs its answers with, in PEM. Without one, answers are not verified.
    pub service_certificate: Option<SecretReference>,
}

impl WsTrustSettings {
    /// Every place that is read.
    pub(crate) fn references(&self) -> Vec<&SecretReference> {
        let mut references = self.key.references();
        references.extend(&self.service_certificate);
        references
    }

    pub(crate) fn load(&self, material: &Material, now: SystemTime) -> Result<WsTrust, CredentialError> {
        let key = certified(&self.key, material, now)?;
        key.able(SignatureAlgorithm::RsaPkcs1Sha256)?;
        let service = self
            .service_certificate
            .as_ref()
            .map(|place| certificates(place, material))
            .transpose()?;
        Ok(WsTrust {
            token_url: endpoint(&self.token_url)?,
            applies_to: self.applies_to.clone(),
            claims: self.claims.clone(),
            key: Arc::clone(&key),
            service: service.and_then(|chain| chain.into_iter().next()),
            token: Mutex::new(None),
        })
    }
}
