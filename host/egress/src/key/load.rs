//! Reads keys from PEM and PKCS#12.

use std::time::SystemTime;

use p12_keystore::Pkcs12Archive;
use p12_keystore::error::Error as Pkcs12Error;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::{Zeroize as _, Zeroizing};

use super::{Key, KeyError, Octets};
use crate::secret::{Material, SecretReference};

/// Where a key and its certificates are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySettings {
    /// In PEM.
    Pem {
        /// The private key, not encrypted: PKCS#8, PKCS#1 or SEC 1.
        private_key: SecretReference,
        /// Its certificate and those above it, where they are needed.
        certificate: Option<SecretReference>,
    },
    /// All in one PKCS#12.
    Pkcs12 {
        /// The file; in an environment variable it is in Base64.
        file: SecretReference,
        /// Its password; without one, the empty one.
        password: Option<SecretReference>,
    },
}

impl KeySettings {
    /// Every place that is read.
    pub(crate) fn references(&self) -> Vec<&SecretReference> {
        let (one, other) = match self {
            Self::Pem {
                private_key,
                certificate,
            } => (private_key, certificate),
            Self::Pkcs12 { file, password } => (file, password),
        };
        [Some(one), other.as_ref()].into_iter().flatten().collect()
    }

    /// Makes the key of what was read. A certificate whose end is near is told in the log.
    pub(crate) fn load(&self, material: &Material, now: SystemTime) -> Result<Key, KeyError> {
        let key = match self {
            Self::Pem {
                private_key,
                certificate,
            } => pem(material, private_key, certificate.as_ref())?,
            Self::Pkcs12 { file, password } => pkcs12(material, file, password.as_ref())?,
        };
        key.valid_at(now)?;
        if let Some(warning) = key.ends_soon(now) {
            tracing::warn!("{warning}");
        }
        Ok(key)
    }
}

fn pem(
    material: &Material,
    private_key: &SecretReference,
    certificate: Option<&SecretReference>,
) -> Result<Key, KeyError> {
    let place = private_key.to_string();
    let octets = material.octets(private_key)?;
    let private = PrivateKeyDer::from_pem_slice(octets).map_err(|_| {
        let place = place.clone();
        if octets.windows(9).any(|window| window == b"ENCRYPTED") {
            KeyError::Encrypted { place }
        } else {
            KeyError::NoKey { place }
        }
    })?;
    let mut private = Zeroizing::new(private);
    if let PrivateKeyDer::Sec1(sec1) = &*private {
        private = unwrapped(sec1.secret_sec1_der(), &place)?;
    }
    let key = Key::new(&private, &place)?;
    match certificate {
        Some(certificate) => key.certify(&private, certificates(certificate, material)?, &place),
        None => Ok(key),
    }
}

/// The certificates in a PEM text, of which there is at least one.
pub(crate) fn certificates(
    place: &SecretReference,
    material: &Material,
) -> Result<Vec<CertificateDer<'static>>, KeyError> {
    let none = |cause: String| KeyError::NoCertificate {
        place: place.to_string(),
        cause,
    };
    let found: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(material.octets(place)?)
        .collect::<Result<_, _>>()
        .map_err(|error| none(format!(" ({error})")))?;
    if found.is_empty() {
        Err(none(String::new()))
    } else {
        Ok(found)
    }
}

fn pkcs12(
    material: &Material,
    file: &SecretReference,
    password: Option<&SecretReference>,
) -> Result<Key, KeyError> {
    let place = file.to_string();
    let octets = material.binary(file)?;
    let password = password.map(|password| material.secret(password)).transpose()?;
    let password = password.as_ref().map_or("", |password| password.reveal());
    let archive = Pkcs12Archive::from_pkcs12(&octets, password).map_err(|error| match error {
        Pkcs12Error::MacError(_) | Pkcs12Error::Pkcs5Error(_) | Pkcs12Error::UnpadError => {
            KeyError::WrongPassword { place: place.clone() }
        }
        other => KeyError::NotPkcs12 {
            place: place.clone(),
            cause: other.to_string(),
        },
    })?;
    let [key] = archive.keys.as_slice() else {
        return Err(match archive.keys.len() {
            0 => KeyError::NoKey { place },
            count => KeyError::SeveralKeys { place, count },
        });
    };
    let certificates: Vec<CertificateDer<'static>> = archive
        .certs
        .iter()
        .map(|bag| CertificateDer::from(bag.cert.as_der().to_vec()))
        .collect();
    if certificates.is_empty() {
        return Err(KeyError::NoCertificate {
            place,
            cause: String::new(),
        });
    }
    let private = pkcs8(key.key.as_der().to_vec());
    Key::new(&private, &place)?.certify(&private, certificates, &place)
}

/// A key in the form of SEC 1 as PKCS#8, which is all that the signing library reads of elliptic curves. The curve is found by trying.
fn unwrapped(sec1: &[u8], place: &str) -> Result<Octets, KeyError> {
    /// `SEQUENCE { ecPublicKey, curve }` of P-256 and of P-384 (RFC 5480 section 2.1.1).
    const CURVES: [&[u8]; 2] = [
        b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07",
        b"\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22",
    ];
    for curve in CURVES {
        let mut inner = b"\x02\x01\x00".to_vec();
        inner.extend_from_slice(curve);
        inner.extend(element(0x04, sec1));
        let der = element(0x30, &inner);
        inner.zeroize();
        let private = pkcs8(der);
        if Key::new(&private, place).is_ok() {
            return Ok(private);
        }
    }
    Err(KeyError::Unsuited {
        place: place.to_owned(),
        cause: "its curve is neither P-256 nor P-384".to_owned(),
    })
}

fn pkcs8(der: Vec<u8>) -> Octets {
    Zeroizing::new(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der)))
}

/// An element of DER with a length of up to 65 535 octets, which is far more than a key has.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let [high, low] = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut element = match content.len() {
        0..128 => vec![tag, low],
        128..256 => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    element.extend_from_slice(content);
    element
}
