//! The clients of one step: one for each certificate that is shown, and one that shows none.
//!
//! A connection that was opened with a certificate speaks for whoever owns it, and so does a TLS session that is taken up again. Neither is
//! ever shared: not with another certificate, not with another connection, not with another tenant.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use rustls::client::Resumption;
use rustls::sign::SingleCertAndKey;

use crate::credential::CredentialError;
use crate::egress::Surroundings;
use crate::failure::{SendError, innermost};
use crate::key::Key;
use crate::resolve::FilteringResolver;

/// TLS sessions that a client keeps to take up again.
const SESSIONS: usize = 32;

/// What a credential fetches its tokens with.
pub(crate) struct Way<'a> {
    pub(crate) client: &'a reqwest::Client,
    pub(crate) surroundings: &'a Surroundings,
}

impl Way<'_> {
    pub(crate) fn now(&self) -> SystemTime {
        (self.surroundings.now)()
    }
}

/// The clients of one step.
pub(super) struct Clients {
    tls: rustls::ClientConfig,
    surroundings: Surroundings,
    connect: std::time::Duration,
    proxy: Option<reqwest::Proxy>,
    plain: reqwest::Client,
    showing: Mutex<Vec<(Arc<Key>, reqwest::Client)>>,
}

impl Clients {
    pub(super) fn new(
        tls: &rustls::ClientConfig,
        surroundings: &Surroundings,
        connect: std::time::Duration,
        proxy: Option<reqwest::Proxy>,
    ) -> Result<Self, SendError> {
        let tls = alone(tls);
        Ok(Self {
            plain: client(tls.clone(), surroundings, connect, proxy.clone())?,
            tls,
            surroundings: surroundings.clone(),
            connect,
            proxy,
            showing: Mutex::default(),
        })
    }

    /// The one that shows this key's certificate, or the one that shows none.
    pub(super) fn showing(&self, key: Option<&Arc<Key>>) -> Result<reqwest::Client, SendError> {
        let Some(key) = key else {
            return Ok(self.plain.clone());
        };
        let mut showing = self.showing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = showing.iter().find(|(shown, _)| Arc::ptr_eq(shown, key)) {
            return Ok(client.clone());
        }
        let certified = key.certified().ok_or(CredentialError::NoCertificate)?;
        let mut tls = alone(&self.tls);
        tls.client_auth_cert_resolver = Arc::new(SingleCertAndKey::from(certified));
        let client = client(tls, &self.surroundings, self.connect, self.proxy.clone())?;
        showing.push((Arc::clone(key), client.clone()));
        Ok(client)
    }

    pub(super) fn is_proxied(&self) -> bool {
        self.proxy.is_some()
    }
}

/// The same settings with sessions of its own: clones of a configuration share theirs.
pub(crate) fn alone(tls: &rustls::ClientConfig) -> rustls::ClientConfig {
    let mut tls = tls.clone();
    tls.resumption = Resumption::in_memory_sessions(SESSIONS);
    tls
}

pub(crate) fn client(
    tls: rustls::ClientConfig,
    surroundings: &Surroundings,
    connect: std::time::Duration,
    proxy: Option<reqwest::Proxy>,
) -> Result<reqwest::Client, SendError> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(FilteringResolver::new(Arc::clone(&surroundings.lookup))))
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        // None from the environment; the operator's own is added after.
        .no_proxy()
        .connect_timeout(connect);
    let builder = match proxy {
        Some(proxy) => builder.proxy(proxy),
        None => builder,
    };
    builder.build().map_err(|error| SendError::Unreachable {
        origin: "every place".into(),
        cause: innermost(&error),
    })
}
