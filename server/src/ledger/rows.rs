//! What a store keeps beside the core's own types.

mod checkout;
mod list;
mod orders;
mod payments;
mod sign_in;
mod signing;
mod webhooks;

pub use checkout::CheckoutRow;
pub use list::{List, Owner};
pub use orders::{OrderLineRow, OrderRow};
pub use payments::{PaymentConnectionRow, PaymentDeliveryRow, PriceRow, Side};
pub use sign_in::{DeskCodeRow, DeskSessionRow};
pub use signing::{RetiredKeyRow, SigningKeyRow, SigningKeysRow};
pub use webhooks::{Attempt, Contents, DeliveryRow, Target, WebhookRow};

use counterfoil_core::decide::{Change, Decision, Report, Telling};
use counterfoil_core::history::{Actor, Event, Told};
use counterfoil_core::id::{
    ActivationId, CustomerId, LicenseId, MailId, ProductId, TokenId, VendorId,
};
use counterfoil_core::identifier::Identifier;
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::{License, Mode};
use counterfoil_core::sale::Sale;
use counterfoil_core::text::{Email, PaymentRef};
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::Snapshot;
use counterfoil_core::wire::native::admin::mail::MailState;
use counterfoil_core::wire::native::admin::template::Template;
use counterfoil_core::wire::native::admin::token::{Scopes, TokenKind};
use serde::{Deserialize, Serialize};

use super::LedgerError;
use crate::secret::{Digest, Secret};

/// Who sells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorRow {
    /// Its id.
    pub id: VendorId,
    /// What the operator calls it; unique.
    pub name: String,
    /// The host names under which callers without a credential come to it.
    pub hosts: Vec<String>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A license and its key, sealed for that license.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LicenseRow {
    /// The license. INVARIANT: the first member, so that it can be read without the rest.
    pub license: License,
    /// Its key.
    pub sealed_key: Vec<u8>,
    /// The sale it came of.
    pub sale: Option<Sale>,
    /// What the history has told of its time.
    pub told: Told,
    /// The end of its history's chain.
    pub head: Digest,
    /// The keyed hash of all this, so that neither a fact nor the end of the history can be put
    /// back to what it was. Whoever writes the row makes it.
    pub guard: Digest,
}

impl LicenseRow {
    /// The row as a decision leaves it, to be shown before it is kept.
    #[must_use]
    pub fn after(&self, decision: &Decision<License>) -> Self {
        let mut sale = &self.sale;
        for change in &decision.changes {
            if let Change::Sale(changed) = change {
                sale = changed;
            }
        }
        Self { license: decision.answer.clone(), sale: sale.clone(), ..self.clone() }
    }

    /// Its key, opened.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it was altered.
    pub fn key(&self, secret: &Secret) -> Result<LicenseKey, LedgerError> {
        let key = secret.open(&self.sealed_key, self.license.id.to_string().as_bytes())?;
        let key = std::str::from_utf8(&key).ok().and_then(|text| LicenseKey::new(text).ok());
        key.ok_or(LedgerError::Dangling("key"))
    }

    /// What telling of its time takes.
    pub fn telling(&self) -> Telling<'_> {
        Telling { license: &self.license, sale: self.sale.as_ref(), told: self.told }
    }
}

/// One thing that happened to a license. Kept under the vendor, the mode and its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryRow {
    /// To which license.
    pub license: LicenseId,
    /// Of which product.
    pub product: ProductId,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub event: Event,
    /// The keyed hash of all this and of the license's item before it.
    pub chain: Digest,
}

/// What a key or an alias leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameRow {
    /// The license.
    pub license: LicenseId,
    /// Of a key the digest of its exact spelling; an alias has none and unlocks nothing.
    pub exact: Option<[u8; 32]>,
}

/// A credential. The secret itself is kept as a hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenRow {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Which world it sees.
    pub mode: Mode,
    /// What the vendor calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Scopes,
    /// The one product whose things it sees; `None`: all.
    pub product: Option<ProductId>,
    /// Of which old service's credentials it is one.
    pub kind: Option<TokenKind>,
    /// When it was made.
    pub created_at: Timestamp,
    /// First instant at which it is good for nothing.
    pub expires_at: Option<Timestamp>,
}

impl TokenRow {
    /// Whether its time is not over yet.
    pub fn is_good_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

/// A code that signs in at the portal. The code itself is kept as a hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalCodeRow {
    /// The keyed hash of the address that was asked for, with its vendor and mode.
    pub asked: Digest,
    /// Who signs in by it; `None`: nobody has that address, and nobody was told the code.
    pub visitor: Option<Visitor>,
    /// First instant at which it is good for nothing.
    pub expires_at: Timestamp,
    /// Whether it was used. It is kept until its end all the same: it counts as mailed.
    pub is_used: bool,
}

/// A customer's session at the portal. The token itself is kept as a hash only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortalSessionRow {
    /// Whose it is.
    pub visitor: Visitor,
    /// First instant at which it is good for nothing.
    pub expires_at: Timestamp,
}

/// A customer, as proved by an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visitor {
    /// The customer.
    pub customer: CustomerId,
    /// The folded address that was proved. Once the customer has another one it proves nothing.
    pub email: String,
}

/// What was done with a product's licenses on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayCounts {
    /// Places taken.
    pub activations: u64,
    /// Times that a license was validated.
    pub checks: u64,
}

/// The first result of a call with an idempotency key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdempotencyRow {
    /// The keyed hash of the parameters.
    pub parameters: [u8; 32],
    /// The sealed answer.
    pub sealed_answer: Vec<u8>,
    /// When it was given.
    pub at: Timestamp,
}

/// The places that a question or a command names, to be read beside the first hundred.
#[derive(Clone, Copy, Debug, Default)]
pub struct NamedPlaces<'a> {
    /// By who holds it.
    pub identifier: Option<&'a Identifier>,
    /// By its id.
    pub activation: Option<ActivationId>,
}

/// A license that was found, with all that is needed to judge it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The facts.
    pub snapshot: Snapshot,
    /// What is kept beside the license, to be written back with it.
    pub beside: Beside,
}

/// What is kept beside a license and not needed to judge it.
#[derive(Clone, Debug)]
pub struct Beside {
    /// The sealed key.
    pub sealed_key: Vec<u8>,
    /// The sale it came of.
    pub sale: Option<Sale>,
    /// What the history has told of its time.
    pub told: Told,
    /// The end of its history's chain.
    pub head: Digest,
}

/// What the payment side reports about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// Whose.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// An order or a subscription.
    pub of: AccountOf,
    /// The payment side's name for it.
    pub id: &'a PaymentRef,
}

/// What an account is of. The numbers are part of the stored keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountOf {
    /// One payment.
    Order = 0,
    /// Payments that go on.
    Subscription = 1,
}

/// Something that the payment side reported. Kept for licenses that join the account later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportRow {
    /// What.
    pub report: Report,
    /// When it was heard of.
    pub at: Timestamp,
    /// What became of it.
    pub standing: Standing,
}

/// What became of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Standing {
    /// The account's licenses took it into account when it came.
    Taken,
    /// Nobody had heard of the account.
    Parked,
    /// It was parked until this order came.
    TakenBy(PaymentRef),
}

/// A letter to a customer. To whom, and what it says, is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRow {
    /// Its id.
    pub id: MailId,
    /// Whose customer it is for.
    pub vendor: VendorId,
    /// In which world.
    pub mode: Mode,
    /// On which occasion.
    pub template: Template,
    /// How far it got.
    pub state: MailState,
    /// How often the mail server did not take it.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Timestamp,
    /// When it is due, while it waits; else when it is forgotten.
    pub next_at: Timestamp,
    /// When it was sent.
    pub sent_at: Option<Timestamp>,
    /// To whom, what went wrong, and until it was sent what it says.
    pub sealed: Vec<u8>,
}

/// How many of a vendor's letters stand how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailCounts {
    /// Those that wait.
    pub queued: u64,
    /// Those that could not be sent.
    pub dead: u64,
}

/// What a vendor says of its mail.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailHabits {
    /// Where answers go.
    pub reply_to: Option<Email>,
}

/// A vendor's own wording of a template; what it does not say is as built in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingRow {
    /// The subject.
    pub subject: Option<String>,
    /// The body as text.
    pub text: Option<String>,
    /// The body as HTML.
    pub html: Option<String>,
    /// Whether such mail is sent at all.
    pub enabled: bool,
}

impl Default for WordingRow {
    fn default() -> Self {
        Self { subject: None, text: None, html: None, enabled: true }
    }
}
