//! Orders and subscriptions, as the payment side names them: which licenses came of them, and what
//! was reported.

use counterfoil_core::id::{IdNumber, LicenseId, PlanId, ProductId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use redb::{ReadableTable, ReadableTableMetadata};

use super::super::{Account, LedgerError, ReportRow, Standing};
use super::tables::{Tables, mode_key};

/// Seconds for which a report about what nobody knows is kept: 30 days.
const PARKED_SECONDS: i64 = 2_592_000;

/// Whether the time is over of what was parked then.
pub(super) fn is_over(parked_at: Timestamp, now: Timestamp) -> bool {
    parked_at.saturating_add(PARKED_SECONDS) <= now
}

/// Whether a report is as good as never heard of: nobody wanted it in time.
pub fn is_stale(row: &ReportRow, now: Timestamp) -> bool {
    row.standing == Standing::Parked && is_over(row.at, now)
}

/// The part of a key that names an account.
pub(super) fn account_key(account: Account<'_>) -> (u128, u8, u8, &str) {
    let Account { vendor, mode, of, id } = account;
    (vendor.number().raw(), mode_key(mode), of as u8, id.as_str())
}

/// What is known of accounts.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Accounts: Tables {
    /// The licenses that came of an account, the oldest first: also those that were cut off since.
    fn sold_on(&self, account: Account<'_>) -> Result<Vec<LicenseId>, LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        let range = (vendor, mode, of, id, 0)..=(vendor, mode, of, id, u128::MAX);
        let licenses = self.sales().range(range)?;
        licenses.map(|entry| Ok(LicenseId::new(IdNumber::from_raw(entry?.0.value().4)))).collect()
    }

    /// Whether any license came of an account.
    fn has_licenses(&self, account: Account<'_>) -> Result<bool, LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        let range = (vendor, mode, of, id, 0)..=(vendor, mode, of, id, u128::MAX);
        Ok(self.sales().range(range)?.next().transpose()?.is_some())
    }

    /// How many licenses came of an account.
    fn count_licenses(&self, account: Account<'_>) -> Result<u64, LedgerError> {
        Ok(u64::try_from(self.sold_on(account)?.len()).unwrap_or(u64::MAX))
    }

    /// Whether a license came of an account.
    fn is_sold_on(&self, account: Account<'_>, license: LicenseId) -> Result<bool, LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        Ok(self.sales().get((vendor, mode, of, id, license.number().raw()))?.is_some())
    }

    /// What was reported about an account, in order of arrival, with the number of each.
    fn reports_on(&self, account: Account<'_>) -> Result<Vec<(u128, ReportRow)>, LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        let range = (vendor, mode, of, id, 0)..=(vendor, mode, of, id, u128::MAX);
        let mut found = Vec::new();
        for entry in self.reports().range(range)? {
            let (key, row) = entry?;
            found.push((key.value().4, postcard::from_bytes(row.value())?));
        }
        Ok(found)
    }

    /// Whether a line of an order was completed before.
    fn has_line(
        &self,
        order: Account<'_>,
        (product, plan): (ProductId, PlanId),
    ) -> Result<bool, LedgerError> {
        let (vendor, mode, _, id) = account_key(order);
        let key = (vendor, mode, id, product.number().raw(), plan.number().raw());
        Ok(self.order_lines().get(key)?.is_some())
    }

    /// Whether the payment side's event was heard of.
    fn has_payment_event(
        &self,
        (vendor, mode): (VendorId, Mode),
        event: &PaymentRef,
    ) -> Result<bool, LedgerError> {
        let key = (vendor.number().raw(), mode_key(mode), event.as_str());
        Ok(self.payment_events().get(key)?.is_some())
    }

    /// Whether a bill of a subscription was paid.
    fn has_invoice(
        &self,
        subscription: Account<'_>,
        invoice: &PaymentRef,
    ) -> Result<bool, LedgerError> {
        let (vendor, mode, _, id) = account_key(subscription);
        Ok(self.invoices().get((vendor, mode, id, invoice.as_str()))?.is_some())
    }

    /// Licenses of which time has something to tell by `now`, the longest waiting first, each with
    /// the time by which it is noted.
    fn due_by(
        &self,
        now: Timestamp,
        count: usize,
    ) -> Result<Vec<(Timestamp, LicenseId)>, LedgerError> {
        let due = self.due().range(..=(now.unix(), u128::MAX))?;
        due.take(count)
            .map(|entry| {
                let (at, license) = entry?.0.value();
                let license = LicenseId::new(IdNumber::from_raw(license));
                Ok((Timestamp::from_unix(at), license))
            })
            .collect()
    }

    /// How many notes there are of time having something to tell.
    fn count_due(&self) -> Result<u64, LedgerError> {
        Ok(self.due().len()?)
    }

    /// Whether time's doing will be told of a license at `at`.
    fn is_due(&self, at: Timestamp, license: LicenseId) -> Result<bool, LedgerError> {
        Ok(self.due().get((at.unix(), license.number().raw()))?.is_some())
    }

    /// When time will next have something to tell of a license; in the past when it has.
    fn next_due(&self) -> Result<Option<Timestamp>, LedgerError> {
        let first = self.due().first()?;
        Ok(first.map(|(key, _)| Timestamp::from_unix(key.value().0)))
    }
}

impl<T: Tables> Accounts for T {}
