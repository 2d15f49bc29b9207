//! What providers' prices stand for.

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::id::{PlanId, ProductId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Name, PaymentRef};
use counterfoil_core::wire::native::Reference;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::payment::{
    ConnectPayments, ListPrices, MapPrice, MappedPrice, PaymentSecret, PriceView, UnmapPrice,
};
use counterfoil_core::wire::provider::Provider;

use super::ALL_PRODUCTS;
use super::connections::connect;
use super::waiting::{WOKEN_MAX, waits_for_price, wake};
use crate::env::random;
use crate::ledger::{LedgerError, List, Lists, Part, Payments, PriceRow, Side, Txn, View};
use crate::service::catalog;
use crate::service::desk::{Desk, part};
use crate::service::listing::page;

/// Prices that are looked at for those of one plan, newest first.
const LOOKED_AT_MAX: usize = 1_000;

/// Whose names a call of the desk uses.
pub(super) const fn side(desk: &Desk<'_>, provider: Provider) -> Side {
    Side { vendor: desk.by.vendor, mode: desk.by.mode, provider }
}

/// What a price stands for; in test mode also what it does in live mode, which is no more than a
/// live token may do.
pub(super) fn find(
    rows: &impl Payments,
    side: Side,
    prices: &[PaymentRef],
) -> Result<Option<(ProductId, PlanId)>, LedgerError> {
    let live = Side { mode: Mode::Live, ..side };
    let sides = if side.mode == Mode::Test { vec![side, live] } else { vec![side] };
    for side in sides {
        for price in prices {
            if let Some(row) = rows.price(side, price.as_str())? {
                return Ok(Some((row.product, row.plan)));
            }
        }
    }
    Ok(None)
}

/// Says what a price stands for, and applies what had waited for that.
///
/// # Errors
///
/// `not_found` for the product or plan; `forbidden` for a token of one product.
pub fn map(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &MapPrice) -> Result<MappedPrice, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let product = catalog::product(txn, desk.by, &call.product)?;
    let plan = catalog::plan(txn, desk.by, Some(&product), &call.plan)?;
    let side = side(desk, call.provider);
    let before = txn.price(side, call.price.as_str())?;
    let stands_for = (product.names.id, plan.id);
    let row = match before.filter(|row| (row.product, row.plan) == stands_for) {
        Some(row) => row,
        None => PriceRow {
            number: txn.next_id(desk.now, random(desk.env)?).raw(),
            provider: call.provider,
            price: call.price.clone(),
            product: stands_for.0,
            plan: stands_for.1,
            created_at: desk.now,
        },
    };
    txn.put_price(side, &row)?;
    let mut woken = wake(desk, txn, side, vec![waits_for_price(&row.price)])?;
    if side.mode == Mode::Live && woken.tried < WOKEN_MAX {
        // What is mapped live is mapped for tests too.
        let test = Side { mode: Mode::Test, ..side };
        let by = crate::auth::Principal { mode: Mode::Test, ..desk.by };
        let of_tests = Desk { by, ..*desk };
        woken = woken.and(wake(&of_tests, txn, test, vec![waits_for_price(&row.price)])?);
    }
    let PriceRow { provider, price, product, plan, created_at, .. } = row;
    let (applied, more) = (woken.applied, woken.tried >= WOKEN_MAX);
    Ok(MappedPrice { provider, price, product, plan, created_at, applied, more })
}

/// The names of what is charged for a plan at Stripe, newest first.
pub(in crate::service) fn of_plan<R: Payments + Lists>(
    rows: &R,
    (vendor, mode): (VendorId, Mode),
    plan: PlanId,
) -> Result<Vec<PaymentRef>, LedgerError> {
    let part = Part { count: LOOKED_AT_MAX, after: None };
    let mut names = Vec::new();
    for number in rows.newest(List::prices(vendor, mode), part)? {
        let row = rows.price_at(number)?.ok_or(LedgerError::Dangling("price"))?;
        if (row.provider, row.plan) == (Provider::Stripe, plan) {
            names.push(row.price);
        }
    }
    Ok(names)
}

/// Believes the test provider, and knows what its price of a plan stands for.
pub(in crate::service) fn ready_for_tests(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    secret: &str,
    (product, plan, price): (&Product, &Plan, PaymentRef),
) -> Result<(), Refusal> {
    let call = ConnectPayments {
        provider: Provider::Stripe,
        secret: PaymentSecret::new(secret)
            .ok_or_else(|| Refusal::invalid_params("secret", "does not fit"))?,
        api_key: None,
        name: Name::new("Test provider").ok(),
        idempotency_key: None,
    };
    match connect(desk, txn, &call) {
        // It was made ready before.
        Ok(_) | Err(Refusal::Conflict { .. }) => {}
        Err(refusal) => return Err(refusal),
    }
    let product = Reference(product.names.id.to_string());
    let plan = Reference(plan.id.to_string());
    let (provider, idempotency_key) = (Provider::Stripe, None);
    map(desk, txn, &MapPrice { provider, price, product, plan, idempotency_key }).map(drop)
}

fn view_of(row: PriceRow) -> PriceView {
    let PriceRow { provider, price, product, plan, created_at, .. } = row;
    PriceView { provider, price, product, plan, created_at }
}

/// Lists the prices that are mapped, newest first.
///
/// # Errors
///
/// `forbidden` for a token of one product.
pub fn list(desk: &Desk<'_>, view: &View, call: &ListPrices) -> Result<Page<PriceView>, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let prices = List::prices(desk.by.vendor, desk.by.mode);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(prices, part)?),
        |number| {
            let row = view.price_at(number)?.ok_or(LedgerError::Dangling("price"))?;
            Ok(Some(view_of(row)))
        },
    )
}

/// Lets a price stand for nothing any more.
///
/// # Errors
///
/// `not_found`; `forbidden` for a token of one product.
pub fn unmap(desk: &Desk<'_>, txn: &mut Txn<'_>, call: &UnmapPrice) -> Result<PriceView, Refusal> {
    desk.check_sees_all(ALL_PRODUCTS)?;
    let side = side(desk, call.provider);
    let row = txn.price(side, call.price.as_str())?;
    let row = row.ok_or(Refusal::NotFound { kind: "price" })?;
    txn.remove_price(side, &row.price)?;
    Ok(view_of(row))
}
