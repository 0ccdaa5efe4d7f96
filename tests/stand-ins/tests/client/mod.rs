//! The HTTP client of the stand-ins' own tests.

use reqwest::blocking::Client;

/// A client. With the features that the whole workspace needs, the library asks for a provider of TLS even where all is plain HTTP.
pub(crate) fn client() -> Client {
    // Whoever comes second finds one installed, which serves as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::new()
}
