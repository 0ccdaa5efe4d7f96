//! What all connections share: whom to believe, how names are resolved, what systems bear, and what a connection may cost.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::credential::Credentials;
use crate::endpoint::{EndpointLimits, Endpoints};
use crate::failure::SendError;
use crate::grant::Grants;
use crate::ldap::DirectoryLimits;
use crate::origin::Origin;
use crate::proxy::ProxySettings;
use crate::repeat::Repetition;
use crate::resolve::{Lookup, system_lookup};
use crate::sender::Sender;
use crate::tls::{TlsError, client_config};

/// What one connection may cost. Each can be set per connection.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EgressLimits {
    /// The largest body that is sent, in octets. It is kept in memory so that it can be repeated.
    pub request_octets: u64,
    /// The largest answer, in octets.
    pub response_octets: u64,
    /// The longest wait for a connection.
    pub connect: Duration,
    /// The longest wait for an answer to begin. Directories and registers may think for a minute.
    pub answer: Duration,
    /// The longest silence within an answer.
    pub silence: Duration,
    /// How requests are repeated.
    pub repetition: Repetition,
    /// What a directory may answer.
    pub directory: DirectoryLimits,
    /// The largest message that is signed for a connector, in octets.
    pub signing_octets: usize,
}

impl Default for EgressLimits {
    fn default() -> Self {
        Self {
            request_octets: 32 << 20,
            response_octets: 1 << 30,
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(120),
            silence: Duration::from_secs(60),
            repetition: Repetition::default(),
            directory: DirectoryLimits::default(),
            signing_octets: 16 << 20,
        }
    }
}

/// Timeouts that a connector asks for; they can only shorten the host's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Patience {
    /// For the connection.
    pub connect: Option<Duration>,
    /// For the first octet of the answer.
    pub answer: Option<Duration>,
    /// Between octets of the answer.
    pub silence: Option<Duration>,
}

/// A pause to wait for.
pub type PauseFuture = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time, chance and names, which tests bring themselves.
#[derive(Clone)]
pub struct Surroundings {
    /// Waits.
    pub sleep: Arc<dyn Fn(Duration) -> PauseFuture + Send + Sync>,
    /// A number from 0 to 1.
    pub chance: Arc<dyn Fn() -> f64 + Send + Sync>,
    /// The time of day, for dates in `Retry-After`.
    pub now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
    /// Finds the addresses of names.
    pub lookup: Lookup,
}

impl Default for Surroundings {
    fn default() -> Self {
        Self {
            sleep: Arc::new(|duration| Box::pin(tokio::time::sleep(duration))),
            chance: Arc::new(chance),
            now: Arc::new(SystemTime::now),
            lookup: system_lookup(),
        }
    }
}

/// The standard library's seed of hash maps is random and enough to spread pauses.
fn chance() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let roll = RandomState::new().hash_one(0_u8) >> 32;
    u32::try_from(roll).map_or(0.5, |roll| f64::from(roll) / f64::from(u32::MAX))
}

/// What all connections share: whom to believe, and how names are resolved.
#[derive(Clone)]
pub struct Egress {
    pub(crate) tls: rustls::ClientConfig,
    pub(crate) surroundings: Surroundings,
    endpoints: Arc<Endpoints>,
}

impl Egress {
    /// With the system's certificate authorities and these further ones, as PEM texts.
    ///
    /// # Errors
    ///
    /// When one of them cannot be used.
    pub fn new(extra_authorities: &[String]) -> Result<Self, TlsError> {
        Self::with_surroundings(extra_authorities, Surroundings::default())
    }

    /// The same with time, chance and names as parameters.
    ///
    /// # Errors
    ///
    /// As [`Egress::new`].
    pub fn with_surroundings(
        extra_authorities: &[String],
        surroundings: Surroundings,
    ) -> Result<Self, TlsError> {
        Ok(Self {
            tls: client_config(extra_authorities)?,
            surroundings,
            endpoints: Arc::new(Endpoints::new(BTreeMap::new())),
        })
    }

    /// With what the installation says of systems, which counts more than what connectors say.
    #[must_use]
    pub fn with_endpoints(mut self, limits: BTreeMap<Origin, EndpointLimits>) -> Self {
        self.endpoints = Arc::new(Endpoints::new(limits));
        self
    }

    /// The same for connections that believe these further certificate authorities (PEM texts), with the same budgets of systems.
    ///
    /// # Errors
    ///
    /// As [`Egress::new`].
    pub fn trusting(&self, extra_authorities: &[String]) -> Result<Self, TlsError> {
        Ok(Self {
            tls: client_config(extra_authorities)?,
            ..self.clone()
        })
    }

    /// A sender for one step. Nothing is shared between senders but tokens, so that no connection ever travels with
    /// another's credential, and the budgets of systems. Secrets are read anew here.
    ///
    /// # Errors
    ///
    /// When the credentials or the proxy cannot be used.
    pub fn sender(
        &self,
        grants: Grants,
        credentials: Credentials,
        limits: EgressLimits,
        requests_per_second: Option<u32>,
        proxy: Option<&ProxySettings>,
    ) -> Result<Sender, SendError> {
        Sender::new(
            &self.tls,
            &self.surroundings,
            &self.endpoints,
            Step {
                grants,
                credentials,
                limits,
                requests_per_second,
                proxy: proxy.map(ProxySettings::open).transpose()?,
            },
        )
    }
}

/// What a sender is made for.
pub(crate) struct Step {
    pub(crate) grants: Grants,
    pub(crate) credentials: Credentials,
    pub(crate) limits: EgressLimits,
    pub(crate) requests_per_second: Option<u32>,
    pub(crate) proxy: Option<reqwest::Proxy>,
}
