//! How often somebody may knock: attempts to sign in are counted by the address that they come from.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::Extensions;
use axum::http::HeaderMap;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Attempts at once.
const BURST: NonZeroU32 = NonZeroU32::new(20).unwrap();

/// One more attempt after each so long.
const PAUSE: Duration = Duration::from_secs(6);

/// Addresses that are remembered before those are forgotten that may knock again anyway.
const REMEMBERED: usize = 10_000;

/// Counts attempts.
pub(super) struct Limiter(DefaultKeyedRateLimiter<IpAddr>);

impl Limiter {
    pub(super) fn new() -> Self {
        let quota = Quota::with_period(PAUSE).unwrap_or(Quota::per_minute(BURST));
        Self(RateLimiter::keyed(quota.allow_burst(BURST)))
    }

    /// Counts an attempt; how long to wait, when it is one too many.
    pub(super) fn knock(&self, from: IpAddr) -> Result<(), Duration> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0
            .check_key(&network(from))
            .map_err(|until| until.wait_time_from(DefaultClock::default().now()))
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
    fn who_knocks_too_often_waits_and_nobody_else() {
        let limiter = Limiter::new();
        let (one, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        for _ in 0..BURST.get() {
            limiter.knock(one).unwrap();
        }
        assert!(limiter.knock(one).unwrap_err() <= PAUSE);
        limiter.knock(other).unwrap();
    }
}
