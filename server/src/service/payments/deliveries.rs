//! What providers sent, at the desk.

use counterfoil_core::id::PaymentDeliveryId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::Reference;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::payment::{
    GetPaymentDelivery, ListPaymentDeliveries, PaymentDelivery, PaymentDeliveryDetail,
    ReplayPaymentDelivery,
};
use zeroize::Zeroizing;

use super::ALL_PRODUCTS;
use super::waiting::{apply_again, wake};
use crate::ledger::{LedgerError, List, Lists, PaymentDeliveryRow, Payments, Txn, View};
use crate::secret::{NotOpened, Secret};
use crate::service::desk::{Desk, part};
use crate::service::listing::page;

/// Lists what was sent, newest first.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListPaymentDeliveries,
) -> Result<Page<PaymentDelivery>, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let deliveries = List::payment_deliveries(desk.by.vendor, desk.by.mode, call.state);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(deliveries, part)?),
        |number| {
            let row = view.payment_delivery(PaymentDeliveryId::new(number))?;
            Ok(Some(view_of(row.ok_or(LedgerError::Dangling("delivery"))?)))
        },
    )
}

fn view_of(row: PaymentDeliveryRow) -> PaymentDelivery {
    PaymentDelivery {
        id: row.id,
        provider: row.provider,
        event: row.event,
        kind: row.kind,
        at: row.at,
        received_at: row.received_at,
        state: row.state,
        waits_for: row.waits_for,
        problem: row.problem,
        licenses: row.licenses,
    }
}

/// The caller's delivery with this id.
fn own(
    desk: &Desk<'_>,
    rows: &impl Payments,
    name: &Reference,
) -> Result<PaymentDeliveryRow, Refusal> {
    let id = name.0.parse::<PaymentDeliveryId>().ok();
    let row = id.map(|id| rows.payment_delivery(id)).transpose()?.flatten();
    let row = row.filter(|row| (row.vendor, row.mode) == (desk.by.vendor, desk.by.mode));
    row.ok_or(Refusal::NotFound { kind: "delivery" })
}

/// What was sent.
pub(super) fn body(
    secret: &Secret,
    row: &PaymentDeliveryRow,
) -> Result<Zeroizing<Vec<u8>>, NotOpened> {
    secret.open(&row.sealed_body, row.id.to_string().as_bytes())
}

/// Shows one as it was sent.
///
/// # Errors
///
/// `not_found`; `forbidden` for a token of one product.
pub fn get(
    desk: &Desk<'_>,
    view: &View,
    call: &GetPaymentDelivery,
) -> Result<PaymentDeliveryDetail, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let row = own(desk, view, &call.delivery)?;
    let body = body(desk.secret, &row).map_err(LedgerError::from)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    Ok(PaymentDeliveryDetail { delivery: view_of(row), body })
}

/// Applies one once more.
///
/// # Errors
///
/// `not_found`; `forbidden` for a token of one product.
pub fn replay(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &ReplayPaymentDelivery,
) -> Result<PaymentDelivery, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let row = own(desk, txn, &call.delivery)?;
    let side = row.side();
    let (row, woken) = apply_again(desk, txn, row)?;
    wake(desk, txn, side, woken)?;
    // What it woke may have been waiting for it, and it for that.
    let row = txn.payment_delivery(row.id)?.ok_or(LedgerError::Dangling("delivery"))?;
    Ok(view_of(row))
}
