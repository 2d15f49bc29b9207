//! Webhooks and what is on its way to them, as a store keeps it.

use counterfoil_core::history::EventKind;
use counterfoil_core::id::{DeliveryId, EventId, LicenseId, ProductId, VendorId, WebhookId};
use counterfoil_core::license::Mode;
use counterfoil_core::text::Name;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::webhook::{
    DeliveryStatus, DisabledFor, EventFilter, WebhookFormat,
};
use counterfoil_core::wire::webhook::SigningSecret;
use serde::{Deserialize, Serialize};
use std::fmt;

use super::super::LedgerError;
use crate::secret::Secret;

/// Bytes of a sealed text's nonce.
type Nonce = [u8; 24];

/// Where a vendor's events are sent. Its URL, which often is a secret itself, and what signs are
/// sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookRow {
    /// Its id.
    pub id: WebhookId,
    /// Whose.
    pub vendor: VendorId,
    /// Of which world it is told.
    pub mode: Mode,
    /// Of whose licenses it is told; `None`: of all products.
    pub product: Option<ProductId>,
    /// In which form.
    pub format: WebhookFormat,
    /// Which events.
    pub events: EventFilter,
    /// What people call it.
    pub description: Option<Name>,
    /// Why nothing is sent, and since when; `None`: something is.
    pub disabled: Option<(DisabledFor, Timestamp)>,
    /// Since when nothing reached it.
    pub failing_since: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// A [`Target`].
    pub sealed: Vec<u8>,
}

/// What of a webhook is sealed in its row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Where to.
    pub url: String,
    /// What signs now.
    pub secret: SigningSecret,
    /// What signed before, and until when it signs as well; the newest first.
    pub previous: Vec<(SigningSecret, Timestamp)>,
}

impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Target(…)")
    }
}

impl Target {
    /// What signs at `now`, the newest first.
    pub fn signing_at(&self, now: Timestamp) -> Vec<&SigningSecret> {
        let previous = self.previous.iter().filter(|(_, until)| now < *until);
        std::iter::once(&self.secret).chain(previous.map(|(secret, _)| secret)).collect()
    }

    /// Seals it for the webhook with this id.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Record`] when it cannot be written.
    pub fn seal(
        &self,
        id: WebhookId,
        secret: &Secret,
        nonce: Nonce,
    ) -> Result<Vec<u8>, LedgerError> {
        Ok(secret.seal(&postcard::to_allocvec(self)?, id.to_string().as_bytes(), nonce))
    }
}

impl WebhookRow {
    /// Opens what is sealed.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it was altered.
    pub fn target(&self, secret: &Secret) -> Result<Target, LedgerError> {
        let text = secret.open(&self.sealed, self.id.to_string().as_bytes())?;
        Ok(postcard::from_bytes(&text)?)
    }
}

/// An event on its way to a webhook. What it says, and what was answered, is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryRow {
    /// Its id.
    pub id: DeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// What: a history's item, or a test.
    pub event: EventId,
    /// What happened; `None`: nothing, it is a test.
    pub kind: Option<EventKind>,
    /// To which license.
    pub license: Option<LicenseId>,
    /// How far it got.
    pub status: DeliveryStatus,
    /// How often it was tried in vain since somebody asked for it.
    pub failures: u32,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is due, while it is pending; else when that ended.
    pub next_at: Timestamp,
    /// [`Contents`].
    pub sealed: Vec<u8>,
}

/// Days for which a delivery is kept after its end, or after the time it was due.
const KEPT_DAYS: u32 = 30;

impl DeliveryRow {
    /// When it is forgotten.
    pub const fn forgotten_at(&self) -> Timestamp {
        self.next_at.plus_days(KEPT_DAYS)
    }

    /// Opens what is sealed.
    ///
    /// # Errors
    ///
    /// [`LedgerError`] when it was altered.
    pub fn contents(&self, secret: &Secret) -> Result<Contents, LedgerError> {
        let text = secret.open(&self.sealed, self.id.to_string().as_bytes())?;
        Ok(postcard::from_bytes(&text)?)
    }
}

/// What of a delivery is sealed in its row.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contents {
    /// What is sent, the same every time.
    pub body: String,
    /// Each time that it was sent, oldest first.
    pub attempts: Vec<Attempt>,
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({:?})", self.attempts)
    }
}

/// Most attempts of which is kept how they went.
const ATTEMPTS_MAX: usize = 20;

impl Contents {
    /// Keeps how another attempt went.
    pub fn add(&mut self, attempt: Attempt) {
        self.attempts.push(attempt);
        let over = self.attempts.len().saturating_sub(ATTEMPTS_MAX);
        self.attempts.drain(..over);
    }

    /// Seals it for the delivery with this id.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Record`] when it cannot be written.
    pub fn seal(
        &self,
        id: DeliveryId,
        secret: &Secret,
        nonce: Nonce,
    ) -> Result<Vec<u8>, LedgerError> {
        Ok(secret.seal(&postcard::to_allocvec(self)?, id.to_string().as_bytes(), nonce))
    }

    /// Seals it once and for all, where there is no entropy at hand.
    ///
    /// # Errors
    ///
    /// [`LedgerError::Record`] when it cannot be written.
    pub fn seal_first(&self, id: DeliveryId, secret: &Secret) -> Result<Vec<u8>, LedgerError> {
        Ok(secret.seal_once(&postcard::to_allocvec(self)?, id.to_string().as_bytes()))
    }
}

/// How one attempt went.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When.
    pub at: Timestamp,
    /// Milliseconds until it was answered or given up.
    pub duration: u32,
    /// The answer's HTTP status.
    pub status: Option<u16>,
    /// The beginning of the answer's body.
    pub response: Option<String>,
    /// What went wrong, as a sentence.
    pub problem: Option<String>,
}

/// The answer may quote anything.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attempt({} {:?})", self.at, self.status)
    }
}
