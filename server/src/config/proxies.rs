//! The proxies whose word about their clients is believed.

use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

/// Addresses and networks of proxies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    /// Whether this is one of them.
    pub fn contains(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip))
    }
}

impl FromStr for TrustedProxies {
    type Err = String;

    /// Reads addresses and networks between commas.
    fn from_str(text: &str) -> Result<Self, String> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let network = |entry: &str| {
            let address = entry.parse::<IpAddr>().map(|ip| IpNet::from(ip.to_canonical()));
            address.or_else(|_| entry.parse::<IpNet>()).map_err(|_| {
                format!(
                    "must hold addresses such as 192.0.2.7 or networks such as 10.0.0.0/8, \
                     and `{entry}` is neither"
                )
            })
        };
        entries.map(network).collect::<Result<Vec<_>, _>>().map(|all| Self(all.into()))
    }
}

impl fmt::Display for TrustedProxies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = self.0.iter().map(ToString::to_string).collect();
        f.write_str(&all.join(","))
    }
}
