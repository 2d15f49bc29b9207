//! Addresses that count as one caller.

use std::net::IpAddr;

/// One IPv4 address, or the 64 bits that an IPv6 network shares: whoever has such a network can
/// take a new address for every call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network(u128);

impl Network {
    /// The one that an address belongs to.
    pub fn of(ip: IpAddr) -> Self {
        /// Tells an IPv4 address from a network whose bits are the same.
        const V4: u128 = 1 << 32;
        match ip.to_canonical() {
            IpAddr::V4(ip) => Self(V4 | u128::from(ip.to_bits())),
            IpAddr::V6(ip) => Self(ip.to_bits() & !u128::from(u64::MAX)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_network_is_one_caller_and_every_ipv4_address_is_its_own() {
        let network = |text: &str| Network::of(text.parse().unwrap());
        assert_eq!(network("2001:db8:1:2::1"), network("2001:db8:1:2:ffff::9"));
        assert_ne!(network("2001:db8:1:2::1"), network("2001:db8:1:3::1"));
        assert_ne!(network("192.0.2.1"), network("192.0.2.2"));
        assert_eq!(network("192.0.2.1"), network("::ffff:192.0.2.1"));
        assert_ne!(network("0.0.0.0"), network("::"));
    }
}
