//! The test provider: a payment provider played by this server, for whoever tries things out. It is
//! there when asked for only, and no money moves by it.
//!
//! It speaks as Stripe does, over real HTTP and from outside: the server asks it for sessions by
//! Stripe's API, and it posts Stripe's events to the webhook, signed as Stripe signs them. Nothing
//! takes a shorter way, so that what works with it works with the real one.

mod credentials;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Where it lies.
pub const FOLDER: &str = "/testpay";

/// The provider.
#[derive(Debug)]
pub struct TestProvider {
    origin: String,
}

impl TestProvider {
    /// One on the server that listens at `address`.
    pub fn at(address: SocketAddr) -> Self {
        Self { origin: format!("http://{}", own(address)) }
    }

    /// Where its API is, without a slash at the end: `{…}/v1/checkout/sessions` is below.
    pub fn api_url(&self) -> String {
        format!("{}{FOLDER}", self.origin)
    }

    /// Where people see what it did.
    pub fn overview_url(&self) -> String {
        format!("{}/", self.api_url())
    }
}

/// The address by which this machine reaches what listens at `address`.
fn own(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip @ (IpAddr::V4(_) | IpAddr::V6(_)) => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests;
