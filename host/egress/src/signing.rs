//! Signatures for a connector, with a key that the operator binds to its need.
//!
//! The need must be asked for and granted, as for a request. The connector gets the public part and signatures; how large a message may be is
//! bounded, and signatures are counted.

use std::sync::Arc;

use crate::credential::CredentialError;
use crate::grant::Refusal;
use crate::key::{Key, KeyError, SignatureAlgorithm};
use crate::sender::Sender;

/// What a connector may know of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPart {
    /// Its certificates (X.509, DER), its own first; empty when the operator bound none.
    pub certificates: Vec<Vec<u8>>,
    /// What it can sign with.
    pub algorithms: Vec<SignatureAlgorithm>,
}

/// Why there is no signature.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    /// The need is not asked for or not granted.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No key is bound.
    #[error(
        "no key is bound to `{need}`: add\n[connections.{connection}.credentials.{need}]\nkind = \"signing-key\"\n\
         pkcs12 = \"file:secrets/{need}.p12\"\npassword = \"env:…\""
    )]
    NoKey {
        /// The need.
        need: String,
        /// The connection.
        connection: String,
    },
    /// The key cannot be used now.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// The key cannot sign like that.
    #[error("{0}")]
    Unsupported(String),
    /// The message is too large.
    #[error(
        "the message is larger than {limit} octets, which is the most that is signed: sign its digest in a document instead"
    )]
    TooLarge {
        /// The limit.
        limit: usize,
    },
}

impl Sender {
    /// The public part of the key that is bound to the need of this name.
    ///
    /// # Errors
    ///
    /// When the need is not asked for or not granted, or no key is bound.
    pub fn public_part(&self, need: &str) -> Result<PublicPart, SigningError> {
        let key = self.told(self.signing_key(need))?;
        Ok(PublicPart {
            certificates: key
                .chain()
                .iter()
                .map(|certificate| certificate.to_vec())
                .collect(),
            algorithms: key.algorithms().to_vec(),
        })
    }

    /// Signs octets with that key; they are hashed here.
    ///
    /// # Errors
    ///
    /// As [`Sender::public_part`], and when the key cannot sign like that or the message is too large.
    pub fn sign(
        &self,
        need: &str,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>, SigningError> {
        let key = self.told(self.signing_key(need))?;
        let limit = self.limits.signing_octets;
        if message.len() > limit {
            return Err(SigningError::TooLarge { limit });
        }
        let signature = key.sign(algorithm, message).map_err(|error| match error {
            KeyError::CannotSign { .. } => SigningError::Unsupported(error.to_string()),
            other => CredentialError::from(other).into(),
        })?;
        self.record.signature(need);
        Ok(signature)
    }

    fn signing_key(&self, need: &str) -> Result<Arc<Key>, SigningError> {
        self.grants.signing(need)?;
        let credential = self.credentials.of(&[need]).map(|credential| credential.ready());
        let key = credential.and_then(|ready| ready.signing().cloned());
        let key = key.ok_or_else(|| SigningError::NoKey {
            need: need.to_owned(),
            connection: self.grants.connection().to_owned(),
        })?;
        key.valid_at((self.surroundings.now)())
            .map_err(CredentialError::from)?;
        Ok(key)
    }

    /// What only the operator can mend is noted for them.
    fn told<T>(&self, result: Result<T, SigningError>) -> Result<T, SigningError> {
        match &result {
            Ok(_) => {}
            Err(SigningError::Refused(refusal)) => {
                tracing::warn!(code = refusal.code(), "{refusal}");
                self.record.refuse(refusal);
            }
            Err(error) => self.record.trouble(error.to_string()),
        }
        result
    }
}
