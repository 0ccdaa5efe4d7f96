//! Identities for tests: a private key with a certificate of its own making.
//!
//! The RSA keys are in the folder `keys`, since no library that is used here makes any. They protect nothing and must never be used for
//! anything else. Elliptic keys are made afresh.

use rcgen::{CertificateParams, DnType, KeyPair};

/// A private key and its certificate.
#[derive(Debug)]
pub struct Identity {
    pair: KeyPair,
    certificate: rcgen::Certificate,
}

/// Which kind of key.
#[derive(Clone, Copy, Debug)]
pub enum KeyKind {
    /// One of the three RSA keys of 2048 bits, from 1.
    Rsa(u8),
    /// A new one on P-256.
    P256,
    /// A new one on P-384.
    P384,
}

impl Identity {
    /// With a certificate from 1975 to 4096, for `localhost` and for this common name.
    #[must_use]
    pub fn new(name: &str, kind: KeyKind) -> Self {
        Self::with(name, kind, |_| {})
    }

    /// The same, with whatever else the certificate shall say.
    #[must_use]
    pub fn with(name: &str, kind: KeyKind, change: impl FnOnce(&mut CertificateParams)) -> Self {
        let rsa = |pem| KeyPair::from_pkcs8_pem_and_sign_algo(pem, &rcgen::PKCS_RSA_SHA256).unwrap();
        let pair = match kind {
            KeyKind::Rsa(1) => rsa(include_str!("../keys/rsa-1.pem")),
            KeyKind::Rsa(2) => rsa(include_str!("../keys/rsa-2.pem")),
            KeyKind::Rsa(_) => rsa(include_str!("../keys/rsa-3.pem")),
            KeyKind::P256 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap(),
            KeyKind::P384 => KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap(),
        };
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        params.distinguished_name.push(DnType::CommonName, name);
        change(&mut params);
        let certificate = params.self_signed(&pair).unwrap();
        Self { pair, certificate }
    }

    /// The private key in PEM (PKCS#8).
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.pair.serialize_pem()
    }

    /// The private key in DER (PKCS#8).
    #[must_use]
    pub fn key_der(&self) -> Vec<u8> {
        self.pair.serialize_der()
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        self.certificate.pem()
    }

    /// The certificate in DER.
    #[must_use]
    pub fn certificate_der(&self) -> &[u8] {
        self.certificate.der()
    }

    /// The public key as signatures are verified with it: of RSA the two numbers, of an elliptic curve the point.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        self.pair.public_key_raw()
    }
}
