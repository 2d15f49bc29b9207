//! Connections to payment providers at the desk.

use counterfoil_core::id::PaymentConnectionId;
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::payment::{
    ConnectPayments, DisconnectPayments, ListPaymentConnections, PaymentConnection,
};
use counterfoil_core::wire::provider::Provider;
use zeroize::Zeroizing;

use super::ALL_PRODUCTS;
use crate::env::random;
use crate::founding::FIRST_VENDOR_NAME;
use crate::ledger::{
    LedgerError, List, Lists, Part, PaymentConnectionRow, Payments, Rows, Txn, View,
};
use crate::secret::{NotOpened, Secret};
use crate::service::desk::{Desk, part};
use crate::service::listing::page;

/// Most connections of one provider in one mode: what comes is tried under the secret of each.
const CONNECTIONS_MAX: usize = 8;

/// All connections of a vendor's mode that can be, of all providers.
const LOOKED_AT_MAX: usize = 256;

/// Believes a provider's webhooks from now on.
///
/// # Errors
///
/// `conflict` for a secret that is connected already; `invalid_params` beyond eight of a provider;
/// `forbidden` for a token of one product.
pub fn connect(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &ConnectPayments,
) -> Result<PaymentConnection, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let text = call.secret.reveal();
    let (vendor, mode) = (desk.by.vendor, desk.by.mode);
    let mut count = 0_usize;
    for other in [Mode::Live, Mode::Test] {
        for row in of_vendor(txn, (vendor, other))? {
            if row.provider != call.provider {
                continue;
            }
            // The same one in both modes would leave open what it makes.
            if open(desk.secret, &row).map_err(LedgerError::from)?.as_str() == text {
                return Err(Refusal::Conflict { field: "secret" });
            }
            count = count.saturating_add(usize::from(other == mode));
        }
    }
    if count >= CONNECTIONS_MAX {
        let problem = "has eight connections already: disconnect what is not needed any more";
        return Err(Refusal::invalid_params("provider", problem));
    }
    let id = PaymentConnectionId::new(txn.next_id(desk.now, random(desk.env)?));
    let nonce = random(desk.env)?;
    let sealed_api_key = seal_api_key(desk, id, call)?;
    let row = PaymentConnectionRow {
        id,
        vendor,
        mode,
        provider: call.provider,
        name: call.name.clone(),
        sealed_secret: desk.secret.seal(text.as_bytes(), id.to_string().as_bytes(), nonce),
        created_at: desk.now,
    };
    let shown =
        PaymentConnection { opens_checkouts: sealed_api_key.is_some(), ..show(desk, txn, &row)? };
    txn.put_payment_connection(&row)?;
    if let Some(sealed) = sealed_api_key {
        txn.put_sealed_api_key(id, &sealed)?;
    }
    Ok(shown)
}

fn api_key_context(id: PaymentConnectionId) -> Vec<u8> {
    format!("api key {id}").into_bytes()
}

fn seal_api_key(
    desk: &Desk<'_>,
    id: PaymentConnectionId,
    call: &ConnectPayments,
) -> Result<Option<Vec<u8>>, Refusal> {
    let Some(key) = &call.api_key else { return Ok(None) };
    if call.provider != Provider::Stripe {
        let problem = "is of use with stripe only: leave it out";
        return Err(Refusal::invalid_params("apiKey", problem));
    }
    if !key.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Refusal::invalid_params(
            "apiKey",
            "must be as Stripe shows it: `sk_…`, `rk_…`",
        ));
    }
    let nonce = random(desk.env)?;
    Ok(Some(desk.secret.seal(key.reveal().as_bytes(), &api_key_context(id), nonce)))
}

/// The key of a provider's API that belongs to a connection.
pub(in crate::service) fn open_api_key(
    secret: &Secret,
    id: PaymentConnectionId,
    sealed: &[u8],
) -> Result<Zeroizing<String>, NotOpened> {
    let bytes = secret.open(sealed, &api_key_context(id))?;
    std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| NotOpened)
}

/// The connections of a vendor's mode.
pub(in crate::service) fn of_vendor<R: Rows + Payments + Lists>(
    rows: &R,
    (vendor, mode): (counterfoil_core::id::VendorId, Mode),
) -> Result<Vec<PaymentConnectionRow>, LedgerError> {
    let list = List::payment_connections(vendor, mode);
    let numbers = rows.newest(list, Part { count: LOOKED_AT_MAX, after: None })?;
    let row = |number| {
        let row = rows.payment_connection(PaymentConnectionId::new(number))?;
        row.ok_or(LedgerError::Dangling("connection"))
    };
    numbers.into_iter().map(row).collect()
}

/// The secret of a connection.
pub(super) fn open(
    secret: &Secret,
    row: &PaymentConnectionRow,
) -> Result<Zeroizing<String>, NotOpened> {
    let bytes = secret.open(&row.sealed_secret, row.id.to_string().as_bytes())?;
    std::str::from_utf8(&bytes).map(|text| Zeroizing::new(text.to_owned())).map_err(|_| NotOpened)
}

fn show(
    desk: &Desk<'_>,
    rows: &(impl Rows + Payments),
    row: &PaymentConnectionRow,
) -> Result<PaymentConnection, Refusal> {
    let vendor = rows.vendor(row.vendor)?.ok_or(LedgerError::Dangling("vendor"))?;
    // The first vendor's needs no saying, nor does that of a host of its own.
    let whose =
        if vendor.name == FIRST_VENDOR_NAME { String::new() } else { format!("/{}", row.vendor) };
    Ok(PaymentConnection {
        id: row.id,
        provider: row.provider,
        name: row.name.clone(),
        mode: row.mode,
        url: format!("{}/webhooks/{}{whose}", desk.public_url, row.provider.word()),
        opens_checkouts: rows.sealed_api_key(row.id)?.is_some(),
        created_at: row.created_at,
    })
}

/// Lists connections, newest first.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(
    desk: &Desk<'_>,
    view: &View,
    call: &ListPaymentConnections,
) -> Result<Page<PaymentConnection>, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let list = List::payment_connections(desk.by.vendor, desk.by.mode);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(list, part)?),
        |number| {
            let row = view.payment_connection(PaymentConnectionId::new(number))?;
            show(desk, view, &row.ok_or(LedgerError::Dangling("connection"))?).map(Some)
        },
    )
}

/// Believes nothing any more that comes under a connection's secret.
///
/// # Errors
///
/// `not_found`; `forbidden` for a token of one product.
pub fn disconnect(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &DisconnectPayments,
) -> Result<PaymentConnection, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let id = call.connection.0.parse::<PaymentConnectionId>().ok();
    let row = id.map(|id| txn.payment_connection(id)).transpose()?.flatten();
    let row = row.filter(|row| (row.vendor, row.mode) == (desk.by.vendor, desk.by.mode));
    let row = row.ok_or(Refusal::NotFound { kind: "connection" })?;
    let shown = show(desk, txn, &row)?;
    txn.remove_payment_connection(&row)?;
    Ok(shown)
}
