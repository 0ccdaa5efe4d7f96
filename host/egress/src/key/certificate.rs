//! What is read out of a certificate: whose it is, which key it is for, and how long it holds.

use std::time::{Duration, SystemTime};

use ring::digest::{SHA256, digest};
use rustls::pki_types::CertificateDer;
use x509_parser::prelude::{FromDer, X509Certificate};

use super::KeyError;

/// A certificate whose end is nearer than this is worth a warning.
const SOON: Duration = Duration::from_secs(30 * 24 * 3600);

/// A certificate under reading.
pub(crate) struct Certificate<'a> {
    der: &'a CertificateDer<'static>,
    parsed: Option<X509Certificate<'a>>,
}

impl<'a> Certificate<'a> {
    pub(crate) fn new(der: &'a CertificateDer<'static>) -> Self {
        let parsed = X509Certificate::from_der(der).ok().map(|(_, parsed)| parsed);
        Self { der, parsed }
    }

    /// Its octets.
    pub(crate) fn der(&self) -> &'a [u8] {
        self.der
    }

    /// The public key as its signatures are verified with: of RSA the two numbers, of an elliptic curve the point.
    pub(crate) fn public_key(&self) -> Option<&[u8]> {
        self.parsed.as_ref().map(|parsed| {
            parsed
                .tbs_certificate
                .subject_pki
                .subject_public_key
                .data
                .as_ref()
        })
    }

    /// Whether it is for this public key.
    pub(crate) fn is_for(&self, public: &[u8]) -> bool {
        self.public_key() == Some(public)
    }

    /// Whose it is.
    pub(crate) fn subject(&self) -> String {
        self.parsed.as_ref().map_or_else(
            || "one that cannot be read".to_owned(),
            |parsed| parsed.subject().to_string(),
        )
    }

    /// Its digest, as `x5t#S256` wants it (RFC 7515 section 4.1.8).
    pub(crate) fn thumbprint(&self) -> [u8; 32] {
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(digest(&SHA256, self.der).as_ref());
        thumbprint
    }

    /// Refuses one whose time has not come or is over.
    pub(crate) fn valid_at(&self, now: SystemTime) -> Result<(), KeyError> {
        let Some(parsed) = &self.parsed else { return Ok(()) };
        let validity = parsed.validity();
        let now = jiff::Timestamp::try_from(now).unwrap_or_default().as_second();
        if now > validity.not_after.timestamp() {
            return Err(KeyError::Expired {
                subject: self.subject(),
                since: moment(validity.not_after.timestamp()),
            });
        }
        if now < validity.not_before.timestamp() {
            return Err(KeyError::NotYetValid {
                subject: self.subject(),
                from: moment(validity.not_before.timestamp()),
            });
        }
        Ok(())
    }

    /// Words for the operator when its end is near.
    pub(crate) fn ends_soon(&self, now: SystemTime) -> Option<String> {
        let end = self.parsed.as_ref()?.validity().not_after.timestamp();
        let soon = jiff::Timestamp::try_from(now.checked_add(SOON)?)
            .ok()?
            .as_second();
        (end < soon).then(|| format!("the certificate of {} expires on {}", self.subject(), moment(end)))
    }
}

fn moment(second: i64) -> String {
    jiff::Timestamp::from_second(second).map_or_else(
        |_| "a day that has no name".to_owned(),
        |moment| moment.to_string(),
    )
}
