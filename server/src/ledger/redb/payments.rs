//! What payment providers sent, looked up: connections, prices, deliveries, and which names lead
//! where.

use counterfoil_core::decide::Beginning;
use counterfoil_core::id::{IdNumber, LicenseId, PaymentConnectionId, PaymentDeliveryId};
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use redb::ReadableTable;

use super::super::{
    Account, CheckoutRow, LedgerError, PaymentConnectionRow, PaymentDeliveryRow, PriceRow,
    ReportRow, Side,
};
use super::accounts::{Accounts, account_key};
use super::rows::record;
use super::tables::{Tables, mode_key};
use crate::secret::Digest;

/// Names that lead to one another, at most: a charge's to its payment's, that to an invoice's, that
/// to a subscription's.
const STEPS_MAX: usize = 8;

/// The part of a key that names a side.
pub(super) const fn side_key(side: Side) -> (u128, u8, u8) {
    (side.vendor.number().raw(), mode_key(side.mode), side.provider as u8)
}

/// Everything about payment providers.
#[expect(clippy::missing_errors_doc, reason = "each fails only when the store does")]
pub trait Payments: Accounts {
    /// The connection with this id.
    fn payment_connection(
        &self,
        id: PaymentConnectionId,
    ) -> Result<Option<PaymentConnectionRow>, LedgerError> {
        record(self.payment_connections().get(id.number().raw()))
    }

    /// The key of the provider's API that belongs to a connection, sealed for that.
    fn sealed_api_key(&self, id: PaymentConnectionId) -> Result<Option<Vec<u8>>, LedgerError> {
        let sealed = self.payment_api_keys().get(id.number().raw())?;
        Ok(sealed.map(|sealed| sealed.value().to_vec()))
    }

    /// The purchase whose reference has this digest.
    fn checkout(&self, reference: &Digest) -> Result<Option<CheckoutRow>, LedgerError> {
        record(self.checkouts().get(reference))
    }

    /// What a price stands for.
    fn price(&self, side: Side, price: &str) -> Result<Option<PriceRow>, LedgerError> {
        let (vendor, mode, provider) = side_key(side);
        let number = self.price_names().get((vendor, mode, provider, price))?;
        let number = number.map(|number| number.value());
        number.map_or(Ok(None), |number| self.price_at(IdNumber::from_raw(number)))
    }

    /// The price in this place of the list.
    fn price_at(&self, place: IdNumber) -> Result<Option<PriceRow>, LedgerError> {
        record(self.prices().get(place.raw()))
    }

    /// The delivery with this id.
    fn payment_delivery(
        &self,
        id: PaymentDeliveryId,
    ) -> Result<Option<PaymentDeliveryRow>, LedgerError> {
        record(self.payment_deliveries().get(id.number().raw()))
    }

    /// Whether a provider's event came before, remembered or not.
    fn has_delivery(&self, side: Side, event: &PaymentRef) -> Result<bool, LedgerError> {
        let (vendor, mode, provider) = side_key(side);
        Ok(self.delivery_events().get((vendor, mode, provider, event.as_str()))?.is_some())
    }

    /// Deliveries that wait for this, `max` at most, in order of their ids.
    fn deliveries_waiting(
        &self,
        side: Side,
        what: &str,
        max: usize,
    ) -> Result<Vec<PaymentDeliveryId>, LedgerError> {
        let (vendor, mode, provider) = side_key(side);
        let start = (vendor, mode, provider, what, 0);
        let range =
            self.waiting_deliveries().range(start..=(vendor, mode, provider, what, u128::MAX))?;
        range
            .take(max)
            .map(|entry| Ok(PaymentDeliveryId::new(IdNumber::from_raw(entry?.0.value().4))))
            .collect()
    }

    /// Where a name leads; the name itself, if nowhere.
    fn led_to(&self, side: Side, name: &PaymentRef) -> Result<PaymentRef, LedgerError> {
        let mut name = name.clone();
        for _ in 0..STEPS_MAX {
            match self.next_name(side, name.as_str())? {
                Some(next) => name = next,
                None => break,
            }
        }
        Ok(name)
    }

    /// The name to which this one leads.
    fn next_name(&self, side: Side, name: &str) -> Result<Option<PaymentRef>, LedgerError> {
        let (vendor, mode, provider) = side_key(side);
        record(self.payment_names().get((vendor, mode, provider, name)))
    }

    /// Who a buyer of this name is, sealed for that name.
    fn sealed_buyer(&self, side: Side, name: &str) -> Result<Option<Vec<u8>>, LedgerError> {
        let (vendor, mode, provider) = side_key(side);
        let sealed = self.payment_buyers().get((vendor, mode, provider, name))?;
        Ok(sealed.map(|sealed| sealed.value().to_vec()))
    }

    /// What a license that was sold was before any report.
    fn beginning(&self, license: LicenseId) -> Result<Option<Beginning>, LedgerError> {
        record(self.beginnings().get(license.number().raw()))
    }

    /// What was reported about an account, in order of arrival, with the number of each and when it
    /// happened, where whoever reported it is known to say so.
    fn dated_reports_on(
        &self,
        account: Account<'_>,
    ) -> Result<Vec<(u128, ReportRow, Option<Timestamp>)>, LedgerError> {
        let (vendor, mode, of, id) = account_key(account);
        let with_time = |(number, row)| {
            let at = self.report_times().get((vendor, mode, of, id, number))?;
            Ok((number, row, at.map(|at| Timestamp::from_unix(at.value()))))
        };
        self.reports_on(account)?.into_iter().map(with_time).collect()
    }
}

impl<T: Tables> Payments for T {}
