//! A proxy on the way out, named by the operator and never taken from the environment.
//!
//! Requests over TLS go through it by `CONNECT`, so that it sees the host's name and nothing else; what the connector may reach stays as it
//! was. The proxy's own address is filtered like any other. The name of the system is resolved and judged by the host wherever it can be, and
//! handed to the proxy as a name all the same: proxies permit by name, and behind one the host's name server often knows no outside names.
//! To which address the proxy then connects is its own doing, and its operator's.

use url::Url;

use crate::origin::{Origin, Protocol};
use crate::resolve::permit_literal;
use crate::secret::{Material, SecretError, SecretReference};

/// A proxy: the table `[connections.<name>.proxy]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProxySettings {
    url: Url,
    account: Option<(String, SecretReference)>,
}

/// Why a proxy cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ProxyError {
    /// Its address is not usable.
    #[error("the proxy's url cannot be used: {0}")]
    Url(String),
    /// It is not spoken with in the clear.
    #[error(
        "the proxy's url begins with `{0}`: only `http` proxies can be used; what goes through them is encrypted by itself"
    )]
    Scheme(String),
    /// Its password cannot be had.
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl ProxySettings {
    /// At this URL, with a name and where its password is kept when the proxy asks for them.
    ///
    /// # Errors
    ///
    /// When the URL says more than scheme, host and port, or names an address that is never connected to.
    pub fn new(url: &str, account: Option<(String, SecretReference)>) -> Result<Self, ProxyError> {
        let origin =
            Origin::granted(Protocol::Http, url).map_err(|error| ProxyError::Url(error.to_string()))?;
        permit_literal(&origin).map_err(|refusal| ProxyError::Url(refusal.to_string()))?;
        let url = Url::parse(url).map_err(|error| ProxyError::Url(error.to_string()))?;
        if url.scheme() != "http" {
            return Err(ProxyError::Scheme(url.scheme().to_owned()));
        }
        Ok(Self { url, account })
    }

    /// As the HTTP client takes it. The password is read each time, so that a changed one is taken up.
    pub(crate) fn open(&self) -> Result<reqwest::Proxy, ProxyError> {
        let proxy =
            reqwest::Proxy::all(self.url.clone()).map_err(|error| ProxyError::Url(error.to_string()))?;
        Ok(match &self.account {
            Some((name, password)) => {
                let password = Material::read([password])?.secret(password)?;
                proxy.basic_auth(name, password.reveal())
            }
            None => proxy,
        })
    }
}
