//! One function for each thing the server does: authorize, transact, answer.
//!
//! JSON-RPC calls these, and every other way in will call the same ones. Here the core's decisions
//! meet the ledger; nothing here knows HTTP.

pub mod activations;
pub mod billing;
pub mod catalog;
pub mod checkout;
pub mod customers;
mod desk;
pub mod foreign;
pub mod history;
mod idempotency;
pub mod issuing;
pub mod leasing;
pub mod licenses;
pub mod licensing;
pub mod listing;
pub mod mail;
pub mod orders;
pub mod payments;
pub mod portal;
pub mod sign_in;
pub mod stats;
pub mod templates;
pub mod tokens;
pub mod webhooks;

pub use desk::{Changing, Checking, Desk, Showing, admit, change, show};

use counterfoil_core::identifier::{ActivationType, Identifier, Unicode};
use counterfoil_core::refusal::Refusal;
use std::sync::Arc;

use crate::checks::Checks;
use crate::env::Env;
use crate::ledger::Ledger;
use crate::mail::Mail;
use crate::payment_api::PaymentApi;
use crate::secret::Secret;
use crate::signer::Signer;
use crate::test_provider::TestProvider;
use crate::webhooks::Rules;

/// What every service works with.
#[derive(Clone)]
pub struct App {
    /// Clock and entropy.
    pub env: Arc<dyn Env>,
    /// What seals and hashes.
    pub secret: Arc<Secret>,
    /// The store.
    pub ledger: Ledger,
    /// What customers are told by.
    pub mail: Mail,
    /// Where webhooks may go.
    pub webhook_rules: Rules,
    /// What signs leases.
    pub signer: Arc<Signer>,
    /// Where customers reach the server, without a slash at the end.
    pub public_url: Arc<str>,
    /// Where checks are counted.
    pub checks: Checks,
    /// The payment provider to play with; `None`: nobody asked for one.
    pub test_provider: Option<Arc<TestProvider>>,
    /// What payment providers are asked by.
    pub payment_api: Arc<PaymentApi>,
    /// Purchases that are being opened.
    pub checkouts: checkout::Turns,
    /// What the desk's summary counted lately.
    pub counted: stats::Counted,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

/// The tables of the `idna` crate and of the standard library.
pub const UNICODE: Unicode = Unicode { to_ascii, to_lowercase: str::to_lowercase };

/// Normalises an identifier.
fn identifier(kind: ActivationType, text: &str) -> Result<Identifier, Refusal> {
    Ok(Identifier::new(kind, text, UNICODE)?)
}

/// The ASCII form of a domain name, as browsers make it.
pub fn to_ascii(name: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_cow(name.as_bytes(), idna::AsciiDenyList::URL);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

/// A host name as a vendor is found by it: without a port, in ASCII, in lower case.
pub fn host_name(text: &str) -> Option<String> {
    let text = text.trim();
    let name = text.rsplit_once(':').map_or(text, |(name, port)| {
        if port.bytes().all(|byte| byte.is_ascii_digit()) { name } else { text }
    });
    let host = to_ascii(name)?.trim_end_matches('.').to_ascii_lowercase();
    (1..=253).contains(&host.len()).then_some(host)
}
