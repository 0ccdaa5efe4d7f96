//! How often somebody may fail: attempts to sign in that led nowhere are counted by the address that they come from. Those that let somebody
//! in are not: an office comes from one address, and comes at eight in the morning.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Mutex, PoisonError};

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;

/// Failures at once.
const MOST: i64 = 20;

/// After each so long one of them is forgotten, in milliseconds.
const PAUSE: i64 = 6_000;

/// Addresses that are remembered before those are forgotten that nothing is counted of any more.
const REMEMBERED: usize = 10_000;

/// Counts failures: by network, when the last of them will be forgotten.
#[derive(Default)]
pub(super) struct Limiter(Mutex<HashMap<IpAddr, i64>>);

impl Limiter {
    /// How long somebody from there has to wait before the next attempt, in milliseconds; none when it may be now.
    pub(super) fn wait(&self, from: IpAddr, now: i64) -> Option<i64> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let forgotten = known.get(&network(from))?;
        // The clock may have been set back meanwhile.
        let left = forgotten.saturating_sub(now).min(MOST * PAUSE);
        let wait = left - (MOST - 1) * PAUSE;
        (wait > 0).then_some(wait)
    }

    /// An attempt from there has failed.
    pub(super) fn failed(&self, from: IpAddr, now: i64) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() > REMEMBERED {
            known.retain(|_, forgotten| *forgotten > now);
        }
        let forgotten = known.entry(network(from)).or_insert(now);
        let latest = now.saturating_add(MOST * PAUSE);
        *forgotten = (*forgotten).max(now).saturating_add(PAUSE).min(latest);
    }
}

/// What counts as one: an IPv4 address, or the network that a household or an office is given of IPv6 (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        address @ IpAddr::V4(_) => address,
    }
}

/// Where a request comes from. What a proxy says counts only if it is one of those that are believed; of several, the last that is none of
/// them is who came.
pub(super) fn address(extensions: &Extensions, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let peer = extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| {
            peer.ip().to_canonical()
        });
    if !proxies.contains(&peer) {
        return peer;
    }
    let told: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    let mut came = peer;
    for hop in told.into_iter().rev() {
        let Ok(hop) = hop.parse::<IpAddr>() else { break };
        came = hop.to_canonical();
        if !proxies.contains(&came) {
            break;
        }
    }
    came
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(peer: &str, told: &str, proxies: &[&str]) -> String {
        let mut extensions = Extensions::new();
        extensions.insert(ConnectInfo::<SocketAddr>(SocketAddr::new(
            peer.parse().unwrap(),
            1,
        )));
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", told.parse().unwrap());
        let proxies: Vec<IpAddr> = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        address(&extensions, &headers, &proxies).to_string()
    }

    #[test]
    fn only_believed_proxies_say_who_came() {
        assert_eq!(from("192.0.2.1", "198.51.100.7", &[]), "192.0.2.1");
        assert_eq!(from("192.0.2.1", "198.51.100.7", &["192.0.2.1"]), "198.51.100.7");
        assert_eq!(
            from(
                "192.0.2.1",
                "203.0.113.9, 198.51.100.7, 192.0.2.2",
                &["192.0.2.1", "192.0.2.2"]
            ),
            "198.51.100.7",
            "what somebody put before is not believed"
        );
        assert_eq!(from("192.0.2.1", "nonsense", &["192.0.2.1"]), "192.0.2.1");
        assert_eq!(
            from("::ffff:192.0.2.1", "198.51.100.7", &["192.0.2.1"]),
            "198.51.100.7"
        );
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one() {
        let of = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("192.0.2.1"), "192.0.2.1");
    }

    #[test]
    fn who_fails_too_often_waits_and_nobody_else() {
        let limiter = Limiter::default();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..MOST {
            assert_eq!(limiter.wait(one, 1_000), None);
            limiter.failed(one, 1_000);
        }
        assert_eq!(limiter.wait(one, 1_000), Some(PAUSE));
        assert_eq!(limiter.wait(other, 1_000), None);
        assert_eq!(limiter.wait(one, 1_000 + PAUSE), None);
        limiter.failed(one, 1_000 + PAUSE);
        assert_eq!(limiter.wait(one, 1_000 + PAUSE), Some(PAUSE));
        assert_eq!(limiter.wait(one, 0), Some(PAUSE), "the clock was set back");
        for _ in 0..MOST {
            limiter.failed(one, 1_000 + PAUSE);
        }
        assert_eq!(
            limiter.wait(one, 1_000 + PAUSE),
            Some(PAUSE),
            "who fails while waiting waits no longer for it"
        );
    }
}
