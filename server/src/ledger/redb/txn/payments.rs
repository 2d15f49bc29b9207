//! Writing what payment providers sent.

use counterfoil_core::decide::Beginning;
use counterfoil_core::id::{IdNumber, LicenseId, PaymentDeliveryId};
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{
    Account, LedgerError, List, PaymentConnectionRow, PaymentDeliveryRow, PriceRow, ReportRow, Side,
};
use super::super::accounts::account_key;
use super::super::payments::{Payments, side_key};
use super::{Txn, encode};

/// Deliveries that are forgotten with each one that is kept: more than one, so that the past gets
/// shorter.
const FORGOTTEN_AT_ONCE: usize = 2;

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Keeps a connection.
    pub fn put_payment_connection(
        &mut self,
        row: &PaymentConnectionRow,
    ) -> Result<(), LedgerError> {
        self.count();
        let id = row.id.number();
        self.tables.payment_connections.insert(id.raw(), encode(row)?.as_slice())?;
        self.list(List::payment_connections(row.vendor, row.mode), id)
    }

    /// Forgets a connection.
    pub fn remove_payment_connection(
        &mut self,
        row: &PaymentConnectionRow,
    ) -> Result<(), LedgerError> {
        self.count();
        let id = row.id.number();
        self.tables.payment_connections.remove(id.raw())?;
        self.tables.payment_api_keys.remove(id.raw())?;
        self.unlist(List::payment_connections(row.vendor, row.mode), id)
    }

    /// Keeps what a price stands for, instead of what it stood for.
    pub fn put_price(&mut self, side: Side, row: &PriceRow) -> Result<(), LedgerError> {
        self.remove_price(side, &row.price)?;
        self.count();
        let (vendor, mode, provider) = side_key(side);
        let name = (vendor, mode, provider, row.price.as_str());
        self.tables.prices.insert(row.number, encode(row)?.as_slice())?;
        self.tables.price_names.insert(name, row.number)?;
        self.list(List::prices(side.vendor, side.mode), row.place())
    }

    /// Forgets what a price stood for.
    pub fn remove_price(&mut self, side: Side, price: &PaymentRef) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, provider) = side_key(side);
        let number = self.tables.price_names.remove((vendor, mode, provider, price.as_str()))?;
        let Some(number) = number.map(|number| number.value()) else { return Ok(()) };
        self.tables.prices.remove(number)?;
        let place = IdNumber::from_raw(number);
        self.unlist(List::prices(side.vendor, side.mode), place)
    }

    /// Keeps a delivery as it stands now, and forgets two whose time is up at `now`.
    pub fn put_payment_delivery(
        &mut self,
        row: &PaymentDeliveryRow,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        self.forget_payment_deliveries(now)?;
        let (vendor, mode, provider) = side_key(row.side());
        let id = row.id.number();
        match self.payment_delivery(row.id)? {
            Some(before) => self.unfile_payment_delivery(&before)?,
            None => self.list(all(row), id)?,
        }
        self.count();
        self.tables.payment_deliveries.insert(id.raw(), encode(row)?.as_slice())?;
        let event = (vendor, mode, provider, row.event.as_str());
        self.tables.delivery_events.insert(event, id.raw())?;
        self.tables.delivery_ends.insert((row.ends_at.unix(), id.raw()), ())?;
        if let Some(what) = &row.waits_for {
            let waiting = (vendor, mode, provider, what.as_str(), id.raw());
            self.tables.waiting_deliveries.insert(waiting, ())?;
        }
        self.list(alike(row), id)
    }

    /// Takes a delivery out of everything that says how it stands.
    fn unfile_payment_delivery(&mut self, row: &PaymentDeliveryRow) -> Result<(), LedgerError> {
        let (vendor, mode, provider) = side_key(row.side());
        let id = row.id.number();
        self.tables.delivery_ends.remove((row.ends_at.unix(), id.raw()))?;
        if let Some(what) = &row.waits_for {
            let waiting = (vendor, mode, provider, what.as_str(), id.raw());
            self.tables.waiting_deliveries.remove(waiting)?;
        }
        self.unlist(alike(row), id)
    }

    /// Forgets deliveries, and not that they came: a provider may send one again much later.
    fn forget_payment_deliveries(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let mut over = Vec::new();
        for entry in self.tables.delivery_ends.range(..(now.unix(), 0))?.take(FORGOTTEN_AT_ONCE) {
            let number = entry?.0.value().1;
            over.push(PaymentDeliveryId::new(IdNumber::from_raw(number)));
        }
        for id in over {
            if let Some(row) = self.payment_delivery(id)? {
                self.count();
                self.unfile_payment_delivery(&row)?;
                self.unlist(all(&row), id.number())?;
                self.tables.payment_deliveries.remove(id.number().raw())?;
            }
        }
        Ok(())
    }

    /// Remembers where a name leads; tells whether that is news.
    pub fn put_payment_name(
        &mut self,
        side: Side,
        (name, to): (&str, &PaymentRef),
    ) -> Result<bool, LedgerError> {
        if self.next_name(side, name)?.as_ref() == Some(to) {
            return Ok(false);
        }
        self.count();
        let (vendor, mode, provider) = side_key(side);
        let to = encode(to)?;
        self.tables.payment_names.insert((vendor, mode, provider, name), to.as_slice())?;
        Ok(true)
    }

    /// Remembers who a buyer of this name is, sealed.
    pub fn put_sealed_buyer(
        &mut self,
        side: Side,
        name: &str,
        sealed: &[u8],
    ) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, provider) = side_key(side);
        self.tables.payment_buyers.insert((vendor, mode, provider, name), sealed)?;
        Ok(())
    }

    /// Remembers what a license that was sold was before any report.
    pub fn put_beginning(
        &mut self,
        license: LicenseId,
        began: Beginning,
    ) -> Result<(), LedgerError> {
        self.count();
        self.tables.beginnings.insert(license.number().raw(), encode(&began)?.as_slice())?;
        Ok(())
    }

    /// Keeps a report, and when it happened.
    pub fn put_dated_report(
        &mut self,
        account: Account<'_>,
        (row, at): (&ReportRow, Timestamp),
        entropy: [u8; 16],
    ) -> Result<(), LedgerError> {
        let number = self.put_report(account, row, entropy)?;
        let (vendor, mode, of, id) = account_key(account);
        self.tables.report_times.insert((vendor, mode, of, id, number), at.unix())?;
        Ok(())
    }
}

const fn all(row: &PaymentDeliveryRow) -> List {
    List::payment_deliveries(row.vendor, row.mode, None)
}

const fn alike(row: &PaymentDeliveryRow) -> List {
    List::payment_deliveries(row.vendor, row.mode, Some(row.state))
}
