//! Private keys of the host, each with its certificates.
//!
//! A key is read from the places that the operator names, is held against its certificate at once, and signs. Nothing leaves this module
//! but signatures, certificates, and what TLS needs to prove itself in a handshake. The octets that a key is read from are wiped; the
//! library that signs keeps the numbers in a form of its own for as long as the key is held.

mod certificate;
mod error;
mod load;

use std::sync::Arc;
use std::time::SystemTime;

use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaKeyPair,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use zeroize::Zeroizing;

pub(crate) use certificate::Certificate;
pub use error::KeyError;
pub use load::KeySettings;
pub(crate) use load::certificates;

/// A key as it is read; wiped when it is dropped.
type Octets = Zeroizing<PrivateKeyDer<'static>>;

/// How to sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2): RS256.
    RsaPkcs1Sha256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 octets (RFC 8017 section 8.1): PS256.
    RsaPssSha256,
    /// ECDSA on P-256 with SHA-256, `r` and `s` side by side (RFC 7518 section 3.4): ES256.
    EcdsaP256Sha256,
    /// ECDSA on P-384 with SHA-384, likewise: ES384.
    EcdsaP384Sha384,
}

impl SignatureAlgorithm {
    /// Its name in JSON Web Signatures (RFC 7518 section 3.1).
    pub fn jws(self) -> &'static str {
        match self {
            Self::RsaPkcs1Sha256 => "RS256",
            Self::RsaPssSha256 => "PS256",
            Self::EcdsaP256Sha256 => "ES256",
            Self::EcdsaP384Sha384 => "ES384",
        }
    }

    /// The algorithm of that name.
    pub fn from_jws(name: &str) -> Option<Self> {
        [
            Self::RsaPkcs1Sha256,
            Self::RsaPssSha256,
            Self::EcdsaP256Sha256,
            Self::EcdsaP384Sha384,
        ]
        .into_iter()
        .find(|algorithm| algorithm.jws() == name)
    }
}

/// A private key with its certificates. It has no `Debug`: nothing of it is ever shown.
pub struct Key {
    private: Private,
    /// Its own certificate first; empty when none was bound.
    chain: Vec<CertificateDer<'static>>,
    /// For the handshake; absent without a certificate.
    certified: Option<Arc<CertifiedKey>>,
}

enum Private {
    Rsa(Box<RsaKeyPair>),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl Key {
    /// What it can sign with, what suits it best first.
    pub fn algorithms(&self) -> &'static [SignatureAlgorithm] {
        match self.private {
            Private::Rsa(_) => &[
                SignatureAlgorithm::RsaPkcs1Sha256,
                SignatureAlgorithm::RsaPssSha256,
            ],
            Private::P256(_) => &[SignatureAlgorithm::EcdsaP256Sha256],
            Private::P384(_) => &[SignatureAlgorithm::EcdsaP384Sha384],
        }
    }

    /// Refuses an algorithm that is another kind of key's.
    ///
    /// # Errors
    ///
    /// When the key cannot sign like that.
    pub fn able(&self, algorithm: SignatureAlgorithm) -> Result<(), KeyError> {
        if self.algorithms().contains(&algorithm) {
            return Ok(());
        }
        let able: Vec<&str> = self.algorithms().iter().map(|able| able.jws()).collect();
        Err(KeyError::CannotSign {
            wanted: algorithm.jws(),
            able: able.join(", "),
        })
    }

    /// Its certificates (X.509, DER), its own first; empty when none was bound.
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// Signs a message, which is hashed here.
    ///
    /// # Errors
    ///
    /// When the key is of another kind than the algorithm.
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let random = SystemRandom::new();
        let failed = |_| KeyError::Failed;
        match (&self.private, algorithm) {
            (Private::Rsa(pair), SignatureAlgorithm::RsaPkcs1Sha256 | SignatureAlgorithm::RsaPssSha256) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                let padding: &dyn ring::signature::RsaEncoding = match algorithm {
                    SignatureAlgorithm::RsaPssSha256 => &RSA_PSS_SHA256,
                    _ => &RSA_PKCS1_SHA256,
                };
                pair.sign(padding, &random, message, &mut signature)
                    .map_err(failed)?;
                Ok(signature)
            }
            (Private::P256(pair), SignatureAlgorithm::EcdsaP256Sha256)
            | (Private::P384(pair), SignatureAlgorithm::EcdsaP384Sha384) => {
                let signature = pair.sign(&random, message).map_err(failed)?;
                Ok(signature.as_ref().to_vec())
            }
            _ => Err(self.able(algorithm).err().unwrap_or(KeyError::Failed)),
        }
    }

    /// Its own certificate, when it has one.
    pub(crate) fn certificate(&self) -> Option<Certificate<'_>> {
        self.chain.first().map(Certificate::new)
    }

    /// What proves it in a TLS handshake, when it has a certificate.
    pub(crate) fn certified(&self) -> Option<Arc<CertifiedKey>> {
        self.certified.clone()
    }

    /// Words for the operator when its certificate's end is near.
    pub(crate) fn ends_soon(&self, now: SystemTime) -> Option<String> {
        self.certificate()?.ends_soon(now)
    }

    /// Refuses a certificate whose time has not come or is over.
    ///
    /// # Errors
    ///
    /// When it is not valid at this time.
    pub(crate) fn valid_at(&self, now: SystemTime) -> Result<(), KeyError> {
        self.certificate()
            .map_or(Ok(()), |certificate| certificate.valid_at(now))
    }

    fn new(key: &PrivateKeyDer<'static>, place: &str) -> Result<Self, KeyError> {
        Ok(Self {
            private: Private::read(key, place)?,
            chain: Vec::new(),
            certified: None,
        })
    }

    fn public(&self) -> &[u8] {
        match &self.private {
            Private::Rsa(pair) => pair.public_key().as_ref(),
            Private::P256(pair) | Private::P384(pair) => pair.public_key().as_ref(),
        }
    }

    /// Binds certificates, of which one must be the key's own.
    fn certify(
        mut self,
        key: &Octets,
        mut chain: Vec<CertificateDer<'static>>,
        place: &str,
    ) -> Result<Self, KeyError> {
        let own = chain
            .iter()
            .position(|certificate| Certificate::new(certificate).is_for(self.public()));
        let Some(own) = own else {
            let subjects = chain
                .iter()
                .map(|certificate| Certificate::new(certificate).subject());
            return Err(KeyError::Mismatch {
                place: place.to_owned(),
                certificates: subjects.collect::<Vec<_>>().join("; "),
            });
        };
        chain.swap(0, own);
        let signing =
            rustls::crypto::ring::sign::any_supported_type(key).map_err(|error| KeyError::Unsuited {
                place: place.to_owned(),
                cause: error.to_string(),
            })?;
        self.certified = Some(Arc::new(CertifiedKey::new(chain.clone(), signing)));
        self.chain = chain;
        Ok(self)
    }
}

impl Private {
    fn read(key: &PrivateKeyDer<'static>, place: &str) -> Result<Self, KeyError> {
        let unsuited = |error: ring::error::KeyRejected| KeyError::Unsuited {
            place: place.to_owned(),
            cause: error.to_string(),
        };
        let random = SystemRandom::new();
        let curves = [
            (
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                Self::P256 as fn(EcdsaKeyPair) -> Self,
            ),
            (&ECDSA_P384_SHA384_FIXED_SIGNING, Self::P384),
        ];
        match key {
            PrivateKeyDer::Pkcs1(der) => RsaKeyPair::from_der(der.secret_pkcs1_der())
                .map(|pair| Self::Rsa(Box::new(pair)))
                .map_err(unsuited),
            PrivateKeyDer::Pkcs8(der) => {
                let der = der.secret_pkcs8_der();
                for (curve, form) in curves {
                    if let Ok(pair) = EcdsaKeyPair::from_pkcs8(curve, der, &random) {
                        return Ok(form(pair));
                    }
                }
                RsaKeyPair::from_pkcs8(der)
                    .map(|pair| Self::Rsa(Box::new(pair)))
                    .map_err(unsuited)
            }
            _ => Err(KeyError::Unsuited {
                place: place.to_owned(),
                cause: "it is of a form that is not used here".to_owned(),
            }),
        }
    }
}
