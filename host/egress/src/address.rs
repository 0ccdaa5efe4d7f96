//! Which addresses may be connected to.
//!
//! Names are resolved by the host and every address is judged here before a connection is made to that very address.
//!
//! | address | judged |
//! | --- | --- |
//! | public, and private networks (RFC 1918, RFC 4193) | allowed: municipal systems live there |
//! | loopback, link-local | refused, unless the grant names exactly that address (or `localhost`) |
//! | a cloud's metadata service, unspecified, multicast, broadcast, reserved | always refused |
//! | IPv4 inside IPv6 (mapped, compatible, NAT64, 6to4) | as the inner address, but never under the exception above |
//! | Teredo, site-local, local-use NAT64 | always refused: nobody needs them and they hide an inner address |
//!
//! Nothing here looks at names but `localhost`; that a name may be reached at all is the business of grants.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use url::Host;

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suspicion {
    /// This machine.
    Loopback,
    /// Only this network segment (RFC 3927, RFC 4291 section 2.5.6).
    LinkLocal,
    /// A cloud provider's service that hands out credentials.
    Metadata,
    /// No address at all, or "this network" (RFC 1122 section 3.2.1.3).
    Unspecified,
    /// Many receivers at once.
    Multicast,
    /// Not assigned for use between hosts.
    Reserved,
    /// An IPv6 form that hides an IPv4 address behind a relay.
    Tunnel,
}

impl Suspicion {
    /// The word for a message to the operator.
    pub fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::LinkLocal => "link-local",
            Self::Metadata => "cloud metadata",
            Self::Unspecified => "unspecified",
            Self::Multicast => "multicast",
            Self::Reserved => "reserved",
            Self::Tunnel => "tunnel",
        }
    }
}

/// Judges an address that the granted host stands for. `Ok` means that a connection may be made to it.
pub fn judge(host: &Host<String>, address: IpAddr) -> Result<(), Suspicion> {
    let Some(suspicion) = suspicion(address) else {
        return Ok(());
    };
    let named = match (host, address) {
        (Host::Ipv4(host), IpAddr::V4(address)) => *host == address,
        // An address that embeds another is never the "very host" that an operator meant.
        (Host::Ipv6(host), IpAddr::V6(address)) => *host == address && embedded(address).is_none(),
        (Host::Domain(name), _) => {
            name == "localhost" && suspicion == Suspicion::Loopback && !is_embedding(address)
        }
        _ => false,
    };
    match suspicion {
        Suspicion::Loopback | Suspicion::LinkLocal if named => Ok(()),
        refused => Err(refused),
    }
}

fn is_embedding(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(address) if embedded(address).is_some())
}

fn suspicion(address: IpAddr) -> Option<Suspicion> {
    match address {
        IpAddr::V4(address) => suspicion_v4(address),
        IpAddr::V6(address) => suspicion_v6(address),
    }
}

/// Amazon, Google, Azure, Oracle, DigitalOcean; Azure's host agent; Alibaba; Oracle's older one.
const METADATA_V4: [Ipv4Addr; 4] = [
    Ipv4Addr::new(169, 254, 169, 254),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(192, 0, 0, 192),
];
/// Amazon's and Google's over IPv6.
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

fn suspicion_v4(address: Ipv4Addr) -> Option<Suspicion> {
    let [first, ..] = address.octets();
    if METADATA_V4.contains(&address) {
        Some(Suspicion::Metadata)
    } else if first == 0 {
        Some(Suspicion::Unspecified)
    } else if address.is_loopback() {
        Some(Suspicion::Loopback)
    } else if address.is_link_local() {
        Some(Suspicion::LinkLocal)
    } else if address.is_multicast() {
        Some(Suspicion::Multicast)
    } else if first >= 240 {
        Some(Suspicion::Reserved)
    } else {
        None
    }
}

fn suspicion_v6(address: Ipv6Addr) -> Option<Suspicion> {
    let [first, second, third, ..] = address.segments();
    if METADATA_V6.contains(&address) {
        Some(Suspicion::Metadata)
    } else if address.is_unspecified() {
        Some(Suspicion::Unspecified)
    } else if address.is_loopback() {
        Some(Suspicion::Loopback)
    } else if address.is_unicast_link_local() {
        Some(Suspicion::LinkLocal)
    } else if address.is_multicast() {
        Some(Suspicion::Multicast)
    } else if (first, second) == (0x2001, 0) || (first, second, third) == (0x64, 0xff9b, 1) {
        Some(Suspicion::Tunnel)
    } else if first & 0xffc0 == 0xfec0 {
        Some(Suspicion::Reserved)
    } else {
        embedded(address).and_then(suspicion_v4)
    }
}

/// The IPv4 address inside: mapped and compatible (RFC 4291 section 2.5.5), NAT64 (RFC 6052), 6to4 (RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    if address.is_loopback() || address.is_unspecified() {
        return None;
    }
    let [a, b, c, d, e, f, g, h] = address.segments();
    let (high, low) = match (a, b, c, d, e, f) {
        (0, 0, 0, 0, 0, 0 | 0xffff) | (0, 0, 0, 0, 0xffff, 0) | (0x64, 0xff9b, 0, 0, 0, 0) => (g, h),
        (0x2002, ..) => (b, c),
        _ => return None,
    };
    let [[first, second], [third, fourth]] = [high.to_be_bytes(), low.to_be_bytes()];
    Some(Ipv4Addr::new(first, second, third, fourth))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(host: &str, address: &str) -> Option<&'static str> {
        judge(&Host::parse(host).unwrap(), address.parse().unwrap())
            .err()
            .map(Suspicion::word)
    }

    #[test]
    fn public_and_private_networks_are_allowed() {
        for address in [
            "93.184.216.34",
            "10.1.2.3",
            "172.16.9.9",
            "192.168.1.1",
            "2606:2800:220:1::1",
            "fd12:3456::1",
        ] {
            assert_eq!(verdict("example.org", address), None, "{address}");
        }
    }

    #[test]
    fn a_name_never_leads_to_this_machine_or_segment() {
        for (address, word) in [
            ("127.0.0.1", "loopback"),
            ("127.9.9.9", "loopback"),
            ("::1", "loopback"),
            ("169.254.1.1", "link-local"),
            ("fe80::1", "link-local"),
            ("169.254.169.254", "cloud metadata"),
            ("fd00:ec2::254", "cloud metadata"),
            ("0.0.0.0", "unspecified"),
            ("0.1.2.3", "unspecified"),
            ("::", "unspecified"),
            ("224.0.0.1", "multicast"),
            ("ff02::1", "multicast"),
            ("255.255.255.255", "reserved"),
            ("fec0::1", "reserved"),
        ] {
            assert_eq!(verdict("example.org", address), Some(word), "{address}");
        }
    }

    #[test]
    fn an_address_in_disguise_is_judged_by_what_is_inside() {
        for (address, word) in [
            ("::ffff:127.0.0.1", "loopback"),
            ("::127.0.0.1", "loopback"),
            ("::ffff:0:127.0.0.1", "loopback"),
            ("64:ff9b::7f00:1", "loopback"),
            ("64:ff9b::a9fe:a9fe", "cloud metadata"),
            ("2002:7f00:1::", "loopback"),
            ("2002:a9fe:a9fe::1", "cloud metadata"),
            ("2001:0:1:2::1", "tunnel"),
            ("64:ff9b:1::1", "tunnel"),
        ] {
            assert_eq!(verdict("example.org", address), Some(word), "{address}");
            assert_eq!(
                verdict(&format!("[{address}]"), address),
                Some(word),
                "{address} named literally"
            );
            assert_eq!(
                verdict("localhost", address),
                Some(word),
                "{address} as localhost"
            );
        }
        assert_eq!(
            verdict("example.org", "64:ff9b::5db8:d822"),
            None,
            "NAT64 of a public address"
        );
        assert_eq!(verdict("example.org", "::ffff:10.0.0.1"), None);
    }

    #[test]
    fn a_grant_that_names_the_very_host_opens_it_alone() {
        assert_eq!(verdict("127.0.0.1", "127.0.0.1"), None);
        assert_eq!(verdict("127.0.0.1", "127.0.0.2"), Some("loopback"));
        assert_eq!(verdict("[::1]", "::1"), None);
        assert_eq!(verdict("localhost", "127.0.0.1"), None);
        assert_eq!(verdict("localhost", "::1"), None);
        assert_eq!(verdict("localhost", "169.254.1.1"), Some("link-local"));
        assert_eq!(verdict("169.254.7.7", "169.254.7.7"), None);
        assert_eq!(
            verdict("169.254.169.254", "169.254.169.254"),
            Some("cloud metadata")
        );
        assert_eq!(verdict("0.0.0.0", "0.0.0.0"), Some("unspecified"));
    }
}
