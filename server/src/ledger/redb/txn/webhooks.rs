//! Writing webhooks, and what is to be sent to them: with the item of the history it tells of.

use counterfoil_core::id::{DeliveryId, EventId, IdNumber, VendorId, WebhookId};
use counterfoil_core::license::{License, Mode};
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::license::Around;
use counterfoil_core::wire::native::admin::webhook::DeliveryStatus;
use counterfoil_core::wire::webhook::Told;
use redb::ReadableTable;
use std::sync::Arc;

use super::super::super::{
    Contents, DeliveryRow, HistoryRow, LedgerError, LicenseRow, List, NamedPlaces, WebhookRow,
};
use super::super::listing::{Lists, Part};
use super::super::rows::Rows;
use super::super::webhooks::Webhooks;
use super::{Stamp, Txn, encode};

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a webhook as it is now. While it is switched off nothing is due for it.
    pub fn put_webhook(&mut self, row: &WebhookRow) -> Result<(), LedgerError> {
        self.count();
        self.hooks.clear();
        self.tables.webhooks.insert(row.id.number().raw(), encode(row)?.as_slice())?;
        self.list(List::webhooks(row.vendor, row.mode), row.id.number())?;
        self.set_webhook_due(row.id)
    }

    /// Forgets a webhook. What was sent to it, and what waits, is forgotten bit by bit.
    pub fn remove_webhook(&mut self, row: &WebhookRow) -> Result<(), LedgerError> {
        self.count();
        self.hooks.clear();
        let id = row.id.number().raw();
        self.tables.webhooks.remove(id)?;
        self.unlist(List::webhooks(row.vendor, row.mode), row.id.number())?;
        self.tables.webhooks_gone.insert(id, ())?;
        self.set_webhook_due(row.id)
    }

    /// Keeps a delivery as it stands now.
    pub fn put_delivery(&mut self, row: &DeliveryRow) -> Result<(), LedgerError> {
        self.count();
        match self.delivery(row.id)? {
            Some(before) => self.unfile_delivery(&before)?,
            None => self.list(List::deliveries(row.webhook, None), row.id.number())?,
        }
        let (id, webhook) = (row.id.number().raw(), row.webhook.number().raw());
        self.tables.deliveries.insert(id, encode(row)?.as_slice())?;
        if row.status == DeliveryStatus::Pending {
            self.tables.deliveries_due.insert((webhook, row.next_at.unix(), id), ())?;
        }
        self.tables.deliveries_end.insert((row.forgotten_at().unix(), id), ())?;
        self.list(List::deliveries(row.webhook, Some(row.status)), row.id.number())?;
        self.set_webhook_due(row.webhook)
    }

    /// Takes a delivery out of everything that says how it stands.
    fn unfile_delivery(&mut self, row: &DeliveryRow) -> Result<(), LedgerError> {
        let (id, webhook) = (row.id.number().raw(), row.webhook.number().raw());
        self.tables.deliveries_due.remove((webhook, row.next_at.unix(), id))?;
        self.tables.deliveries_end.remove((row.forgotten_at().unix(), id))?;
        self.unlist(List::deliveries(row.webhook, Some(row.status)), row.id.number())
    }

    /// Sees to it that a webhook is found when something is due for it, and only then.
    fn set_webhook_due(&mut self, webhook: WebhookId) -> Result<(), LedgerError> {
        let id = webhook.number().raw();
        let is_on = self.webhook(webhook)?.is_some_and(|row| row.disabled.is_none());
        let mut of_it = self.tables.deliveries_due.range((id, i64::MIN, 0)..=(id, i64::MAX, !0))?;
        let first = of_it.next().transpose()?.map(|(key, _)| key.value().1);
        let new = first.filter(|_| is_on);
        drop(of_it);
        let old = self.tables.webhook_noted.get(id)?.map(|noted| noted.value());
        if old == new {
            return Ok(());
        }
        if let Some(old) = old {
            self.tables.webhook_dues.remove((old, id))?;
        }
        match new {
            Some(new) => {
                self.tables.webhook_dues.insert((new, id), ())?;
                self.tables.webhook_noted.insert(id, new)?;
            }
            None => drop(self.tables.webhook_noted.remove(id)?),
        }
        Ok(())
    }

    /// Forgets deliveries whose time is up at `now`, and those of webhooks that are gone, so many at
    /// most.
    pub fn forget_deliveries(&mut self, now: Timestamp, count: usize) -> Result<(), LedgerError> {
        let mut over = Vec::new();
        for entry in self.tables.deliveries_end.range(..(now.unix(), !0))?.take(count) {
            over.push(IdNumber::from_raw(entry?.0.value().1));
        }
        let gone = self.tables.webhooks_gone.first()?;
        let gone = gone.map(|(key, _)| WebhookId::new(IdNumber::from_raw(key.value())));
        if let Some(webhook) = gone {
            let part = Part { count, after: None };
            let left = self.oldest(List::deliveries(webhook, None), part)?;
            if left.is_empty() {
                self.count();
                self.tables.webhooks_gone.remove(webhook.number().raw())?;
            }
            over.extend(left);
        }
        for number in over {
            if let Some(row) = self.delivery(DeliveryId::new(number))? {
                self.count();
                self.unfile_delivery(&row)?;
                self.unlist(List::deliveries(row.webhook, None), number)?;
                self.tables.deliveries.remove(number.raw())?;
                self.set_webhook_due(row.webhook)?;
            }
        }
        Ok(())
    }

    /// Queues an item of the history for every webhook that is to be told of it.
    pub(super) fn tell(
        &mut self,
        row: &LicenseRow,
        (id, item): (EventId, &HistoryRow),
        stamp: Stamp<'_>,
    ) -> Result<(), LedgerError> {
        let (vendor, mode) = (row.license.vendor, row.license.mode);
        let hooks = self.hooks_of(vendor, mode)?;
        let told = |hook: &&WebhookRow| {
            hook.disabled.is_none()
                && hook.product.is_none_or(|product| product == item.product)
                && hook.events.passes(item.event.kind)
        };
        let mut hooks = hooks.iter().filter(told).peekable();
        if hooks.peek().is_none() {
            return Ok(());
        }
        let key = match row.key(stamp.secret) {
            Ok(key) => key,
            // What is damaged is found by `counterfoil doctor`, and must not hold up the others.
            Err(error) => {
                tracing::error!("{id} is told to nobody: {error}");
                return Ok(());
            }
        };
        let (license, around) = self.as_told(row, item.at)?;
        let event = &item.event;
        let told = Told { id, at: item.at, actor: item.actor, event, license, key: &key, around };
        for hook in hooks {
            if let Some(body) = hook.format.body(&told) {
                self.queue(hook, (id, Some((row, item))), body, stamp)?;
            }
        }
        Ok(())
    }

    /// Queues an event for a webhook that nothing happened for.
    pub fn put_test(
        &mut self,
        hook: &WebhookRow,
        stamp: Stamp<'_>,
    ) -> Result<Option<DeliveryRow>, LedgerError> {
        let id = EventId::new(self.next_id(stamp.at, stamp.entropy));
        match hook.format.test_body(id, hook.id, stamp.at) {
            Some(body) => self.queue(hook, (id, None), body, stamp).map(Some),
            None => Ok(None),
        }
    }

    fn queue(
        &mut self,
        hook: &WebhookRow,
        (event, happened): (EventId, Option<(&LicenseRow, &HistoryRow)>),
        body: String,
        stamp: Stamp<'_>,
    ) -> Result<DeliveryRow, LedgerError> {
        let id = DeliveryId::new(self.next_id(stamp.at, stamp.entropy));
        let contents = Contents { body, attempts: Vec::new() };
        let row = DeliveryRow {
            id,
            webhook: hook.id,
            event,
            kind: happened.map(|(_, item)| item.event.kind),
            license: happened.map(|(row, _)| row.license.id),
            status: DeliveryStatus::Pending,
            failures: 0,
            created_at: stamp.at,
            next_at: stamp.at,
            sealed: contents.seal_first(id, stamp.secret)?,
        };
        self.put_delivery(&row)?;
        Ok(row)
    }

    /// The vendor's webhooks; looked up once for all items of a transaction.
    fn hooks_of(&mut self, vendor: VendorId, mode: Mode) -> Result<Arc<[WebhookRow]>, LedgerError> {
        if let Some(known) = self.hooks.get(&(vendor, mode)) {
            return Ok(Arc::clone(known));
        }
        let found: Arc<[WebhookRow]> = self.webhooks_of(vendor, mode)?.into();
        self.hooks.insert((vendor, mode), Arc::clone(&found));
        Ok(found)
    }

    /// The license as its vendor sees it at `at`, with what it names.
    fn as_told(&self, row: &LicenseRow, at: Timestamp) -> Result<(License, Around), LedgerError> {
        let license = match row.license.terms.floating {
            Some(_) => {
                let found = self.complete(row.clone(), NamedPlaces::default())?;
                found.snapshot.at(at).into_owned().license
            }
            None => row.license.clone(),
        };
        let plan = license.plan.map(|plan| self.plan(plan)).transpose()?.flatten();
        let customer = license.customer.map(|one| self.customer(one)).transpose()?.flatten();
        let around = Around {
            product: self.product(license.product)?.ok_or(LedgerError::Dangling("product"))?,
            plan,
            customer,
            sale: row.sale.clone(),
            checks: self.check_counters(license.id)?,
        };
        Ok((license, around))
    }
}
