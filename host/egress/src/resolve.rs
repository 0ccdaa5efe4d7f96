//! Names become addresses here, and only addresses that pass the filter are handed to the connection.
//!
//! A name of which one address is refused is refused as a whole: a name that points to the inside and the outside at once
//! is an attack or a mistake, and either should be seen.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use crate::address::judge;
use crate::grant::{Refusal, RefusalReason};
use crate::origin::Origin;

/// Looks up the addresses of a name. The system's own look-up outside tests.
pub type Lookup = Arc<dyn Fn(String) -> LookupFuture + Send + Sync>;

/// The addresses to come.
pub type LookupFuture = std::pin::Pin<Box<dyn Future<Output = std::io::Result<Vec<IpAddr>>> + Send>>;

/// A name that has no address.
#[derive(Debug, thiserror::Error)]
#[error("the name {name} cannot be resolved: {cause}")]
pub(crate) struct Unresolvable {
    name: String,
    cause: String,
}

/// Resolves, filters and pins.
pub(crate) struct FilteringResolver {
    lookup: Lookup,
}

impl FilteringResolver {
    pub(crate) fn new(lookup: Lookup) -> Self {
        Self { lookup }
    }
}

impl Resolve for FilteringResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let name = name.as_str().to_owned();
        let answer = (self.lookup)(name.clone());
        Box::pin(async move {
            let addresses = match filtered(&name, answer).await {
                Ok(addresses) => addresses,
                Err(NoAddress::Refused(refusal)) => return Err(refusal.into()),
                Err(NoAddress::Unresolvable(unresolvable)) => return Err(unresolvable.into()),
            };
            // The port is the URL's; zero leaves it to the connector.
            let pinned: Addrs = Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(pinned)
        })
    }
}

/// Why there is no address to connect to.
pub(crate) enum NoAddress {
    Refused(Refusal),
    Unresolvable(Unresolvable),
}

/// The addresses of a name, all of them judged.
async fn filtered(name: &str, answer: LookupFuture) -> Result<Vec<IpAddr>, NoAddress> {
    let unresolvable = |cause: String| {
        NoAddress::Unresolvable(Unresolvable {
            name: name.to_owned(),
            cause,
        })
    };
    let addresses = answer.await.map_err(|error| unresolvable(error.to_string()))?;
    if addresses.is_empty() {
        return Err(unresolvable("it has no address".to_owned()));
    }
    let host = Host::Domain(name.to_owned());
    for address in &addresses {
        permit(&host, *address, name).map_err(NoAddress::Refused)?;
    }
    Ok(addresses)
}

/// The addresses of an origin, whether it is named by a name or by an address, all of them judged.
pub(crate) async fn addresses(origin: &Origin, lookup: &Lookup) -> Result<Vec<IpAddr>, NoAddress> {
    let address = match origin.host() {
        Host::Domain(name) => return filtered(name, lookup(name.clone())).await,
        Host::Ipv4(address) => IpAddr::V4(*address),
        Host::Ipv6(address) => IpAddr::V6(*address),
    };
    permit(origin.host(), address, &origin.to_string()).map_err(NoAddress::Refused)?;
    Ok(vec![address])
}

/// An address in the URL itself never passes the resolver, so it is judged before the request is sent.
pub(crate) fn permit_literal(origin: &Origin) -> Result<(), Refusal> {
    match origin.host() {
        Host::Domain(_) => Ok(()),
        Host::Ipv4(address) => permit(origin.host(), IpAddr::V4(*address), &origin.to_string()),
        Host::Ipv6(address) => permit(origin.host(), IpAddr::V6(*address), &origin.to_string()),
    }
}

fn permit(host: &Host<String>, address: IpAddr, target: &str) -> Result<(), Refusal> {
    judge(host, address).map_err(|suspicion| Refusal {
        target: target.to_owned(),
        reason: RefusalReason::Address {
            address: address.to_string(),
            kind: suspicion.word(),
        },
    })
}

/// The look-up of the operating system: hosts file, name service and all.
pub(crate) fn system_lookup() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|socket| socket.ip()).collect())
        })
    })
}
