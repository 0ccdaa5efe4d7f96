//! Whom the host believes: the system's certificate authorities and those that the configuration adds.
//!
//! A server's certificate is always verified; there is no switch for that.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

/// Why the configured authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A certificate cannot be read.
    #[error("a certificate authority in the configuration cannot be used: {0}")]
    Authority(String),
    /// The library refuses.
    #[error("TLS cannot be set up: {0}")]
    Setup(#[from] rustls::Error),
}

/// Looks whether a PEM text holds certificate authorities that can be believed.
///
/// # Errors
///
/// When it holds none, or one that cannot be read.
pub fn judge_authorities(pem: &str) -> Result<(), TlsError> {
    add(&mut RootCertStore::empty(), pem)
}

fn add(roots: &mut RootCertStore, pem: &str) -> Result<(), TlsError> {
    let before = roots.len();
    for certificate in CertificateDer::pem_slice_iter(pem.as_bytes()) {
        let certificate = certificate.map_err(|error| TlsError::Authority(error.to_string()))?;
        roots
            .add(certificate)
            .map_err(|error| TlsError::Authority(error.to_string()))?;
    }
    if roots.len() == before {
        return Err(TlsError::Authority(
            "the PEM text holds no certificate".to_owned(),
        ));
    }
    Ok(())
}

/// The settings of every encrypted connection: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
pub(crate) fn client_config(extra_authorities: &[String]) -> Result<ClientConfig, TlsError> {
    let mut roots = RootCertStore::empty();
    let system = rustls_native_certs::load_native_certs();
    for error in &system.errors {
        tracing::warn!(%error, "a system certificate authority cannot be read");
    }
    let (_, ignored) = roots.add_parsable_certificates(system.certs);
    if ignored > 0 {
        tracing::debug!(
            ignored,
            "system certificate authorities in a form that cannot be used"
        );
    }
    for pem in extra_authorities {
        add(&mut roots, pem)?;
    }
    let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}
