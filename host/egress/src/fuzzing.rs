//! Doors for the fuzz targets, and for nobody else: the codec of directories beneath TCP and TLS, which would cost each input a handshake,
//! and filters as they are sent.

use tokio::io::{AsyncRead, AsyncWrite};

use crate::egress::{EgressLimits, Surroundings};
use crate::ldap::{Directory, encode_filter};

/// A session over these octets instead of a connection. It is not bound.
#[must_use]
pub fn directory(
    stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static,
    limits: EgressLimits,
    surroundings: Surroundings,
) -> Directory {
    Directory::over(Box::new(stream), limits, surroundings)
}

/// What is sent for a filter.
///
/// # Errors
///
/// When it is none.
pub fn filter(text: &str) -> Result<Vec<u8>, String> {
    encode_filter(text)
}
