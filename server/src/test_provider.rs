//! The test provider: a payment provider played by this server, for whoever tries things out. It is
//! there when asked for only, and no money moves by it.
//!
//! It speaks as Stripe does, over real HTTP and from outside: the server asks it for sessions by
//! Stripe's API (`api`), and it posts Stripe's events to the webhook, signed as Stripe signs them
//! (`messenger`). Nothing takes a shorter way, so that what works with it works with the real one.
//! What it remembers (`book`) is in memory alone.

mod acts;
pub(crate) mod answer;
pub(crate) mod api;
mod book;
mod cards;
mod credentials;
mod deliveries;
mod messenger;
mod names;
mod objects;
pub(crate) mod pages;
pub(crate) mod paying;
mod prices;
mod views;

pub(crate) use messenger::Messenger;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::Notify;

use crate::service::App;
use book::Book;

/// Where it lies.
pub const FOLDER: &str = "/testpay";

/// The provider.
pub struct TestProvider {
    origin: String,
    book: Mutex<Book>,
    /// Told of events that are to be sent.
    news: Notify,
}

impl std::fmt::Debug for TestProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "TestProvider({})", self.origin)
    }
}

impl TestProvider {
    /// One on the server that listens at `address`.
    pub fn at(address: SocketAddr) -> Self {
        let origin = format!("http://{}", own(address));
        Self { origin, book: Mutex::default(), news: Notify::new() }
    }

    /// Where its API is, without a slash at the end: `{…}/v1/checkout/sessions` is below.
    pub fn api_url(&self) -> String {
        format!("{}{FOLDER}", self.origin)
    }

    /// Where people see what it did.
    pub fn overview_url(&self) -> String {
        format!("{}/", self.api_url())
    }

    /// What it remembers. Nobody who has it waits for anything.
    fn book(&self) -> MutexGuard<'_, Book> {
        // Each change is whole before the next: one that panicked changed a single thing.
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Where a session is paid, by people who reach the server where customers do.
fn session_url(app: &App, id: &str) -> String {
    format!("{}{FOLDER}/session/{id}", app.public_url)
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
