//! Deliveries that wait for something: a price that is mapped, an order, a payment or a buyer that
//! another event tells of. What they wait for wakes them, in order of what happened.

use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::wire::native::admin::payment::PaymentState;
use std::collections::VecDeque;

use super::applying::{Outcome, apply};
use super::deliveries::body;
use crate::ledger::{LedgerError, PaymentDeliveryRow, Payments, Side, Txn};
use crate::service::desk::Desk;

/// Most deliveries that are woken in one transaction, for which everybody else waits.
pub(super) const WOKEN_MAX: usize = 100;

/// Days for which what is parked is kept.
const PARKED_DAYS: u32 = 365;

/// Days for which everything else is.
const KEPT_DAYS: u32 = 90;

pub(super) fn waits_for_price(price: &PaymentRef) -> String {
    format!("price {}", price.as_str())
}

pub(super) fn waits_for_order(order: &PaymentRef) -> String {
    format!("order {}", order.as_str())
}

pub(super) fn waits_for_subscription(subscription: &PaymentRef) -> String {
    format!("subscription {}", subscription.as_str())
}

pub(super) fn waits_for_payment(payment: &PaymentRef) -> String {
    format!("payment {}", payment.as_str())
}

pub(super) fn waits_for_buyer(buyer: &PaymentRef) -> String {
    format!("buyer {}", buyer.as_str())
}

/// What came of waking.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Woken {
    /// How many were tried.
    pub(super) tried: usize,
    /// How many took effect.
    pub(super) applied: u32,
}

impl Woken {
    /// What came of both.
    pub(super) const fn and(self, other: Self) -> Self {
        Self {
            tried: self.tried.saturating_add(other.tried),
            applied: self.applied.saturating_add(other.applied),
        }
    }
}

/// Applies what waited for these, and what waited for that.
pub(super) fn wake(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    side: Side,
    come: Vec<String>,
) -> Result<Woken, Refusal> {
    let mut woken = Woken::default();
    let mut come = VecDeque::from(come);
    while let Some(what) = come.pop_front() {
        let left = WOKEN_MAX.saturating_sub(woken.tried);
        let mut rows = Vec::new();
        for id in txn.deliveries_waiting(side, &what, left)? {
            rows.push(txn.payment_delivery(id)?.ok_or(LedgerError::Dangling("delivery"))?);
        }
        rows.sort_by_key(|row| (row.at, row.id));
        for row in rows {
            woken.tried = woken.tried.saturating_add(1);
            let (row, further) = apply_again(desk, txn, row)?;
            let is_applied = row.state == PaymentState::Applied;
            woken.applied = woken.applied.saturating_add(u32::from(is_applied));
            come.extend(further);
        }
    }
    Ok(woken)
}

/// Applies a delivery once more and keeps how it stands; gives what that may wake.
pub(super) fn apply_again(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    row: PaymentDeliveryRow,
) -> Result<(PaymentDeliveryRow, Vec<String>), Refusal> {
    let body = body(desk.secret, &row).map_err(LedgerError::from)?;
    let Ok(notice) = row.provider.read(&body) else { return Ok((row, Vec::new())) };
    let (outcome, come) = apply(desk, txn, (row.side(), row.at), &notice)?;
    let row = stands(row, outcome);
    txn.put_payment_delivery(&row, desk.now)?;
    Ok((row, come))
}

/// The delivery as an outcome leaves it.
pub(super) fn stands(row: PaymentDeliveryRow, outcome: Outcome) -> PaymentDeliveryRow {
    let Outcome { state, waits_for, problem, licenses } = outcome;
    let days = if state == PaymentState::Parked { PARKED_DAYS } else { KEPT_DAYS };
    let ends_at = row.received_at.plus_days(days);
    PaymentDeliveryRow { state, waits_for, problem, licenses, ends_at, ..row }
}
