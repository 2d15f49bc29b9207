//! Writing what the payment side reported.

use counterfoil_core::id::{LicenseId, PlanId, ProductId};
use counterfoil_core::license::License;
use counterfoil_core::sale::Sale;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{
    Account, AccountOf, LedgerError, List, OrderLineRow, OrderRow, ReportRow, Standing,
};
use super::super::accounts::{Accounts, account_key, is_over, is_stale};
use super::super::orders::Orders;
use super::{Txn, encode};

/// Reports of anybody's whose time is up that are forgotten with each one that is kept: more than
/// one, so that the past gets shorter.
const FORGOTTEN_AT_ONCE: usize = 4;

/// Where a report is kept: vendor, mode, which kind of account, its name, number.
type Place = (u128, u8, u8, String, u128);

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Puts a license with its order and its subscription.
    pub fn put_sale(&mut self, license: &License, sale: &Sale) -> Result<(), LedgerError> {
        self.count();
        let of = |of, id| Account { vendor: license.vendor, mode: license.mode, of, id };
        self.put_sold(of(AccountOf::Order, &sale.order), license.id)?;
        match &sale.subscription {
            Some(one) => self.put_sold(of(AccountOf::Subscription, &one.id), license.id),
            None => Ok(()),
        }
    }

    fn put_sold(&mut self, account: Account<'_>, license: LicenseId) -> Result<(), LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        self.tables.sales.insert((vendor, mode, of, id, license.number().raw()), ())?;
        Ok(())
    }

    /// Remembers that a line of an order was completed.
    pub fn put_line(
        &mut self,
        order: Account<'_>,
        (product, plan): (ProductId, PlanId),
    ) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, _, id) = account_key(order);
        let key = (vendor, mode, id, product.number().raw(), plan.number().raw());
        self.tables.order_lines.insert(key, ())?;
        Ok(())
    }

    /// Adds a line to an order, which is new with its first one: it was paid then, and gets the place
    /// of the first license of the line.
    pub fn put_order_line(
        &mut self,
        account: Account<'_>,
        line: OrderLineRow,
        (first, paid_at): (&License, Timestamp),
    ) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, _, id) = account_key(account);
        let known = self.order_place(account)?;
        let place = known.unwrap_or(first.id.number());
        let mut row = self.order_at(place)?.unwrap_or_else(|| OrderRow {
            order: account.id.clone(),
            customer: first.customer,
            paid_at,
            lines: Vec::new(),
        });
        row.lines.push(line);
        self.tables.orders.insert(place.raw(), encode(&row)?.as_slice())?;
        if known.is_some() {
            return Ok(());
        }
        self.tables.order_places.insert((vendor, mode, id), place.raw())?;
        self.list(List::orders(account.vendor, account.mode), place)?;
        row.customer.map_or(Ok(()), |customer| self.list(List::orders_of(customer), place))
    }

    /// Keeps a report, with the event and the invoice it came by, under the next number, which it
    /// gives.
    pub fn put_report(
        &mut self,
        account: Account<'_>,
        row: &ReportRow,
        entropy: [u8; 16],
    ) -> Result<u128, LedgerError> {
        self.count();
        let number = self.next_id(row.at, entropy).raw();
        let (vendor, mode, of, id) = account_key(account);
        self.tables.reports.insert((vendor, mode, of, id, number), encode(row)?.as_slice())?;
        if row.standing == Standing::Parked {
            let key = (row.at.unix(), vendor, mode, of, id, number);
            self.tables.parked_reports.insert(key, ())?;
        }
        if let Some(event) = &row.report.event {
            self.tables.payment_events.insert((vendor, mode, event.as_str()), ())?;
        }
        if let Some(invoice) = &row.report.invoice {
            self.tables.invoices.insert((vendor, mode, id, invoice.as_str()), ())?;
        }
        Ok(number)
    }

    /// Says of the account's parked reports that this order took them into account.
    pub fn unpark(&mut self, account: Account<'_>, order: &PaymentRef) -> Result<(), LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        for (number, row) in self.reports_on(account)? {
            if row.standing == Standing::Parked {
                self.count();
                let parked = (row.at.unix(), vendor, mode, of, id, number);
                self.tables.parked_reports.remove(parked)?;
                let row = ReportRow { standing: Standing::TakenBy(order.clone()), ..row };
                let row = encode(&row)?;
                self.tables.reports.insert((vendor, mode, of, id, number), row.as_slice())?;
            }
        }
        Ok(())
    }

    /// Forgets the account's reports that nobody wanted in time, as if they had not been heard of;
    /// and a few of anybody's.
    pub fn forget_stale(
        &mut self,
        account: Account<'_>,
        now: Timestamp,
    ) -> Result<(), LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        let own = self.reports_on(account)?;
        let own = own.into_iter().filter(|(_, row)| is_stale(row, now));
        let mut stale: Vec<(i64, Place)> = own
            .map(|(number, row)| (row.at.unix(), (vendor, mode, of, id.to_owned(), number)))
            .collect();
        let parked = self.tables.parked_reports.iter()?.take(FORGOTTEN_AT_ONCE);
        for entry in parked {
            let (key, _) = entry?;
            let (at, vendor, mode, of, id, number) = key.value();
            if is_over(Timestamp::from_unix(at), now) {
                stale.push((at, (vendor, mode, of, id.to_owned(), number)));
            }
        }
        stale.into_iter().try_for_each(|(at, place)| self.forget_report(at, place))
    }

    fn forget_report(&mut self, at: i64, place: Place) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, of, id, number) = place;
        let id = id.as_str();
        self.tables.parked_reports.remove((at, vendor, mode, of, id, number))?;
        self.tables.report_times.remove((vendor, mode, of, id, number))?;
        let Some(row) = self.tables.reports.remove((vendor, mode, of, id, number))? else {
            return Ok(());
        };
        // One that cannot be read is forgotten like the others: it must not keep them here.
        let Ok(row) = postcard::from_bytes::<ReportRow>(row.value()) else { return Ok(()) };
        if let Some(event) = &row.report.event {
            self.tables.payment_events.remove((vendor, mode, event.as_str()))?;
        }
        if let Some(invoice) = &row.report.invoice {
            self.tables.invoices.remove((vendor, mode, id, invoice.as_str()))?;
        }
        Ok(())
    }
}
