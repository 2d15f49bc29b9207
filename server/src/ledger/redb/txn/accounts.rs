//! Writing what the payment side reported.

use counterfoil_core::id::{LicenseId, PlanId, ProductId};
use counterfoil_core::sale::Sale;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::super::{Account, AccountOf, LedgerError, ReportRow};
use super::super::accounts::{Accounts, account_key};
use super::{Txn, encode};

/// Seconds for which a report about what nobody knows is kept: 30 days.
const PARKED_SECONDS: i64 = 2_592_000;

/// Whether a report that was parked at `parked_at` is still to be taken into account.
pub fn is_parked(parked_at: Timestamp, now: Timestamp) -> bool {
    now < parked_at.saturating_add(PARKED_SECONDS)
}

#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
impl Txn<'_> {
    /// Puts a license with its order and its subscription.
    pub fn put_sale(
        &mut self,
        license: &counterfoil_core::license::License,
        sale: &Sale,
    ) -> Result<(), LedgerError> {
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

    /// Keeps a report, with the event and the invoice it came by, under the next number.
    pub fn put_report(
        &mut self,
        account: Account<'_>,
        row: &ReportRow,
        entropy: [u8; 16],
    ) -> Result<(), LedgerError> {
        self.count();
        let number = self.next_id(row.at, entropy).raw();
        let (vendor, mode, of, id) = account_key(account);
        self.tables.reports.insert((vendor, mode, of, id, number), encode(row)?.as_slice())?;
        if row.parked {
            let key = (row.at.unix(), vendor, mode, of, id, number);
            self.tables.parked_reports.insert(key, ())?;
        }
        if let Some(event) = &row.report.event {
            self.put_payment_event(account, event)?;
        }
        if let Some(invoice) = &row.report.invoice {
            self.tables.invoices.insert((vendor, mode, id, invoice.as_str()), ())?;
        }
        Ok(())
    }

    /// Remembers that an event was heard of.
    pub fn put_payment_event(
        &mut self,
        account: Account<'_>,
        event: &PaymentRef,
    ) -> Result<(), LedgerError> {
        self.count();
        let (vendor, mode, ..) = account_key(account);
        self.tables.payment_events.insert((vendor, mode, event.as_str()), ())?;
        Ok(())
    }

    /// Says of the account's reports that they were taken into account.
    pub fn unpark(&mut self, account: Account<'_>) -> Result<(), LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        for (number, row) in self.reports_on(account)? {
            if row.parked {
                self.count();
                let parked = (row.at.unix(), vendor, mode, of, id, number);
                self.tables.parked_reports.remove(parked)?;
                let row = ReportRow { parked: false, ..row };
                let row = encode(&row)?;
                self.tables.reports.insert((vendor, mode, of, id, number), row.as_slice())?;
            }
        }
        Ok(())
    }

    /// Forgets a few of the reports that nobody wanted for 30 days, as if they had not been heard
    /// of.
    pub fn forget_parked(&mut self, now: Timestamp) -> Result<(), LedgerError> {
        let horizon = now.saturating_add(PARKED_SECONDS.saturating_neg()).unix();
        let mut old = Vec::new();
        for entry in self.tables.parked_reports.range(..=(horizon, u128::MAX, 0, 0, "", 0))?.take(4)
        {
            let (key, _) = entry?;
            let (at, vendor, mode, of, id, number) = key.value();
            old.push((at, vendor, mode, of, id.to_owned(), number));
        }
        for (at, vendor, mode, of, id, number) in old {
            self.count();
            let id = id.as_str();
            self.tables.parked_reports.remove((at, vendor, mode, of, id, number))?;
            let row = match self.tables.reports.remove((vendor, mode, of, id, number))? {
                Some(row) => Some(postcard::from_bytes::<ReportRow>(row.value())?),
                None => None,
            };
            let report = row.map(|row| row.report);
            if let Some(event) = report.as_ref().and_then(|report| report.event.as_ref()) {
                self.tables.payment_events.remove((vendor, mode, event.as_str()))?;
            }
            if let Some(invoice) = report.as_ref().and_then(|report| report.invoice.as_ref()) {
                self.tables.invoices.remove((vendor, mode, id, invoice.as_str()))?;
            }
        }
        Ok(())
    }
}
