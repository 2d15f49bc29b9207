//! Webhooks, looked up: whose they are, and what is due to be sent where.
//!
//! What is due is kept for each webhook by itself, and of each webhook the time at which something
//! is: whoever looks for work steps over a webhook that is busy, however much waits for it.

use counterfoil_core::id::{DeliveryId, IdNumber, VendorId, WebhookId};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use redb::{ReadableTable, ReadableTableMetadata};

use super::super::{DeliveryRow, LedgerError, List, WebhookRow};
use super::listing::{Lists, Part};
use super::rows::record;
use super::tables::Tables;

/// Most webhooks of a vendor in one mode.
pub const WEBHOOKS_MAX: usize = 50;

/// Everything about webhooks.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Webhooks: Tables + Lists {
    /// The webhook with this id.
    fn webhook(&self, id: WebhookId) -> Result<Option<WebhookRow>, LedgerError> {
        record(self.webhooks().get(id.number().raw()))
    }

    /// A vendor's webhooks of one mode, newest first.
    fn webhooks_of(&self, vendor: VendorId, mode: Mode) -> Result<Vec<WebhookRow>, LedgerError> {
        let part = Part { count: WEBHOOKS_MAX, after: None };
        let mut found = Vec::new();
        for number in self.newest(List::webhooks(vendor, mode), part)? {
            found.extend(self.webhook(WebhookId::new(number))?);
        }
        Ok(found)
    }

    /// The delivery with this id.
    fn delivery(&self, id: DeliveryId) -> Result<Option<DeliveryRow>, LedgerError> {
        record(self.deliveries().get(id.number().raw()))
    }

    /// Webhooks for which something is due at `now`, those first that have waited longest.
    fn webhooks_due(&self, now: Timestamp, count: usize) -> Result<Vec<WebhookId>, LedgerError> {
        let range = self.webhook_dues().range(..=(now.unix(), u128::MAX))?;
        range
            .take(count)
            .map(|entry| Ok(WebhookId::new(IdNumber::from_raw(entry?.0.value().1))))
            .collect()
    }

    /// When something will be due after `now`, where nothing is yet.
    fn next_delivery_after(&self, now: Timestamp) -> Result<Option<Timestamp>, LedgerError> {
        let later = now.unix().saturating_add(1);
        let first = self.webhook_dues().range((later, 0)..)?.next().transpose()?;
        Ok(first.map(|(key, _)| Timestamp::from_unix(key.value().0)))
    }

    /// Since when something is due somewhere.
    fn due_since(&self) -> Result<Option<Timestamp>, LedgerError> {
        let first = self.webhook_dues().first()?;
        Ok(first.map(|(key, _)| Timestamp::from_unix(key.value().0)))
    }

    /// What is due for a webhook at `now`, that first which has waited longest.
    fn deliveries_due_for(
        &self,
        webhook: WebhookId,
        now: Timestamp,
        count: usize,
    ) -> Result<Vec<DeliveryId>, LedgerError> {
        let id = webhook.number().raw();
        let range = self.deliveries_due().range((id, i64::MIN, 0)..=(id, now.unix(), u128::MAX))?;
        range
            .take(count)
            .map(|entry| Ok(DeliveryId::new(IdNumber::from_raw(entry?.0.value().2))))
            .collect()
    }

    /// How much waits to be sent, to everybody.
    fn count_pending(&self) -> Result<u64, LedgerError> {
        Ok(self.deliveries_due().len()?)
    }

    /// When there will be something to forget; a time that has passed: now.
    fn next_forgetting(&self) -> Result<Option<Timestamp>, LedgerError> {
        if self.webhooks_gone().first()?.is_some() {
            return Ok(Some(Timestamp::from_unix(0)));
        }
        let first = self.deliveries_end().first()?;
        Ok(first.map(|(key, _)| Timestamp::from_unix(key.value().0)))
    }
}

impl<T: Tables> Webhooks for T {}
