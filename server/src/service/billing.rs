//! What the payment side reports: licenses are made for what was paid, and every report is taken
//! into account by each license that it concerns, once.

mod reports;

pub(super) use reports::{Heard, report};

use counterfoil_core::decide::{self, Beginning, Fact, Issue, Order, Report, Sold};
use counterfoil_core::id::LicenseId;
use counterfoil_core::key::LicenseKey;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::sale::Sale;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::wire::native::WholeNumber;
use counterfoil_core::wire::native::admin::license::LicenseView;
use counterfoil_core::wire::native::billing::{
    Billed, DisputeClosed, DisputeOpened, OrderCompleted, PaymentFailed, PaymentRecovered,
    Refunded, SubscriptionCancelled, SubscriptionExpired, SubscriptionRenewed,
};

use super::customers::Buyer;
use super::issuing::Issuing;
use super::licenses::{key_of, refuse_key, show};
use super::mail::{LICENSES_AT_ONCE, letter_about, line_about};
use super::{catalog, desk::Desk};
use crate::ledger::{
    Account, AccountOf, Accounts, LedgerError, LicenseRow, OrderLineRow, Payments, Rows, Txn,
};
use crate::mail::{Letter, Template};
use reports::CatchingUp;

/// What a caller must see to report: an order may be for several products.
const SEES_ALL: &str = "product:*";

/// Most licenses of one order or one subscription: a report is taken into account by all of them
/// in one transaction, for which everybody else waits.
const LICENSES_AT_MOST: u64 = 2_000;

/// Makes the licenses that were paid for.
///
/// # Errors
///
/// `not_found` for the product or plan; `invalid_params` for a price without a currency and for
/// more licenses than one answer can tell; `forbidden` for a token of one product.
pub fn order_completed(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &OrderCompleted,
) -> Result<Billed, Refusal> {
    desk.check_sees_all(SEES_ALL)?;
    let product = catalog::product(txn, desk.by, &call.product)?;
    let plan = catalog::plan(txn, desk.by, Some(&product), &call.plan)?;
    let price = catalog::price(call.price.map(WholeNumber::value), call.currency.clone())?;
    let order = account(desk, AccountOf::Order, &call.order);
    let names = [("order", Some(&call.order)), ("subscription", call.subscription.as_ref())];
    refuse_keys(desk, txn, &names, &[])?;
    let line = (product.names.id, plan.id);
    if txn.has_line(order, line)? {
        let rows = concerned(txn, order)?;
        let of_line = |row: &LicenseRow| row.sale.as_ref().is_some_and(|sale| sale.line == line);
        return as_they_are(desk, txn, rows.into_iter().filter(of_line));
    }
    let paid = Order {
        id: call.order.clone(),
        plan: plan.id,
        subscription: call.subscription.clone(),
        paid_at: call.paid_at.unwrap_or(desk.now),
        price,
    };
    let subscription =
        call.subscription.as_ref().map(|id| account(desk, AccountOf::Subscription, id));
    let accounts: Vec<Account<'_>> = std::iter::once(order).chain(subscription).collect();
    let bought = (&call.order, paid.paid_at);
    let catching_up = CatchingUp::with(desk, txn, &accounts, bought)?;
    let quantity = call.quantity.small();
    for account in &accounts {
        check_room(txn, *account, quantity)?;
    }
    let buyer = Some(Buyer::find(desk, txn, &call.customer)?);
    let bought_line =
        OrderLineRow { product: line.0, plan: line.1, quantity, price: paid.price.clone() };
    let wanted = Issue { order: Some(paid), ..Issue::default() };
    let issuing = Issuing { desk, product, plan: Some(plan), buyer, wanted };
    issuing.refuse_too_large(quantity)?;
    let mut licenses = issuing.make_all(txn, quantity, None)?;
    txn.put_line(order, line)?;
    if let Some(first) = licenses.first().map(|made| txn.license(made.id)).transpose()?.flatten() {
        txn.put_order_line(order, bought_line, (&first.license, bought.1))?;
    }
    for made in &mut licenses {
        let began = Beginning { paid_at: bought.1, expires_at: made.expires_at };
        txn.put_beginning(made.id, began)?;
        if catching_up.is_needed() {
            let row = txn.license(made.id)?.ok_or(LedgerError::Dangling("license"))?;
            let row = catching_up.bring(desk, txn, row)?;
            *made = show(desk, txn, row)?;
        }
    }
    for account in accounts {
        txn.forget_stale(account, desk.now)?;
        txn.unpark(account, &call.order)?;
    }
    deliver(desk, txn, &licenses)?;
    Ok(Billed { licenses, parked: false })
}

/// Mails the keys to who bought them: all of an order's line together, less those that a report has
/// ended already. One that is stopped for the time being is theirs all the same.
fn deliver(desk: &Desk<'_>, txn: &mut Txn<'_>, made: &[LicenseView]) -> Result<(), Refusal> {
    if !desk.mail.is_on() {
        return Ok(());
    }
    made.chunks(LICENSES_AT_ONCE).try_for_each(|made| deliver_letter(desk, txn, made))
}

fn deliver_letter(desk: &Desk<'_>, txn: &mut Txn<'_>, made: &[LicenseView]) -> Result<(), Refusal> {
    let mut letter: Option<Letter> = None;
    for made in made.iter().filter(|made| made.end.is_none()) {
        let row = txn.license(made.id)?.ok_or(LedgerError::Dangling("license"))?;
        let key = key_of(desk.secret, &row)?;
        if let Some(letter) = &mut letter {
            letter.licenses.push(line_about(txn, &row.license, Some(&key))?);
        } else {
            let about = (&row.license, Some(&key));
            letter = letter_about(desk.mail, txn, Template::LicenseDelivered, about)?;
        }
    }
    if let Some(letter) = letter {
        let written = desk.mail.write(txn, letter, desk.desktop())?;
        txn.post(&written)?;
    }
    Ok(())
}

/// Refuses names that are a license key of the caller's, or hold that of a license they would be
/// kept with: they are shown to everybody who may read. Nobody learns of another's keys by it.
fn refuse_keys(
    desk: &Desk<'_>,
    rows: &impl Rows,
    names: &[(&str, Option<&PaymentRef>)],
    licenses: &[LicenseRow],
) -> Result<(), Refusal> {
    for (field, name) in names {
        let Some(name) = name.map(PaymentRef::as_str) else { continue };
        let digest = LicenseKey::new(name).ok().map(|key| desk.secret.name_digest(&key.folded()));
        let found = digest.map(|digest| rows.name(&digest)).transpose()?.flatten();
        let found = found.filter(|found| found.exact.is_some());
        let own = found.map(|found| rows.license(found.license)).transpose()?.flatten();
        if desk.own(own).is_some() {
            return Err(Refusal::invalid_params(field, "must not be a license key"));
        }
        for row in licenses {
            refuse_key(field, name, key_of(desk.secret, row)?.reveal())?;
        }
    }
    Ok(())
}

/// Refuses more licenses of one order or subscription than one report can be taken into account by.
fn check_room(rows: &impl Accounts, account: Account<'_>, more: u32) -> Result<(), Refusal> {
    let there = rows.count_licenses(account)?;
    if there.saturating_add(u64::from(more)) > LICENSES_AT_MOST {
        let problem =
            format!("is too much: an order or a subscription has {LICENSES_AT_MOST} at most");
        return Err(Refusal::invalid_params("quantity", problem));
    }
    Ok(())
}

fn account<'a>(desk: &Desk<'_>, of: AccountOf, id: &'a PaymentRef) -> Account<'a> {
    Account { vendor: desk.by.vendor, mode: desk.by.mode, of, id }
}

/// The licenses that came of an account and still belong to it.
fn concerned<R: Rows + Accounts>(
    rows: &R,
    account: Account<'_>,
) -> Result<Vec<LicenseRow>, Refusal> {
    let belongs = |sale: &Sale| match account.of {
        AccountOf::Order => sale.order == *account.id,
        AccountOf::Subscription => {
            sale.subscription.as_ref().is_some_and(|one| one.id == *account.id)
        }
    };
    let mut found = Vec::new();
    for id in rows.sold_on(account)? {
        let row = rows.license(id)?.ok_or(LedgerError::Dangling("license"))?;
        if row.sale.as_ref().is_some_and(belongs) {
            found.push(row);
        }
    }
    Ok(found)
}

fn as_they_are(
    desk: &Desk<'_>,
    rows: &impl Rows,
    licenses: impl Iterator<Item = LicenseRow>,
) -> Result<Billed, Refusal> {
    let licenses = licenses.map(|row| show(desk, rows, row)).collect::<Result<_, _>>()?;
    Ok(Billed { licenses, parked: false })
}

/// Lets a subscription go on paying for what an order bought that did not know of it: its licenses
/// catch up on what was reported of the subscription. Gives those that are news.
///
/// # Errors
///
/// `invalid_params` for more licenses than one report can be taken into account by.
pub(super) fn subscribe(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (order, subscription): (&PaymentRef, &PaymentRef),
) -> Result<Vec<LicenseId>, Refusal> {
    let names = [("order", Some(order)), ("subscription", Some(subscription))];
    let account_of = |of, id| account(desk, of, id);
    let mut rows = concerned(txn, account_of(AccountOf::Order, order))?;
    rows.retain(|row| row.sale.as_ref().is_some_and(|sale| sale.subscription.is_none()));
    refuse_keys(desk, txn, &names, &rows)?;
    let paying = account_of(AccountOf::Subscription, subscription);
    check_room(txn, paying, u32::try_from(rows.len()).unwrap_or(u32::MAX))?;
    let mut joined = Vec::new();
    for row in rows {
        let Some(sale) = &row.sale else { continue };
        let sold = Sold { license: &row.license, sale, plan: None };
        let decision = decide::subscribe(&sold, subscription, desk.now);
        let began = txn.beginning(row.license.id)?.map_or(desk.now, |began| began.paid_at);
        let catching_up = CatchingUp::with(desk, txn, &[paying], (order, began))?;
        let row = txn.apply(&row, &decision, desk.stamp()?)?;
        if let Some(sale) = &row.sale {
            txn.put_sale(&row.license, sale)?;
        }
        joined.push(catching_up.bring(desk, txn, row)?.license.id);
    }
    if !joined.is_empty() {
        txn.forget_stale(paying, desk.now)?;
        txn.unpark(paying, order)?;
    }
    Ok(joined)
}

macro_rules! reports {
    ($($(#[$doc:meta])* $name:ident: $call:ident of $of:ident $id:ident,
        |$desk:ident, $it:ident| $fact:expr $(, $invoice:ident)?;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// `forbidden` for a token of one product.
        pub fn $name(
            $desk: &Desk<'_>,
            txn: &mut Txn<'_>,
            $it: &$call,
        ) -> Result<Billed, Refusal> {
            let fact = $fact;
            let invoice = None$(.or_else(|| $it.$invoice.clone()))?;
            let about = account($desk, AccountOf::$of, &$it.$id);
            let report = Report { fact, event: $it.event.clone(), invoice };
            reports::report($desk, txn, about, Heard { report, at: None })
        }
    )*};
}
reports! {
    /// Another term was paid.
    subscription_renewed: SubscriptionRenewed of Subscription subscription,
        |desk, call| Fact::Renewed { paid_at: call.paid_at.unwrap_or(desk.now) }, invoice;
    /// A payment was due and was not made.
    payment_failed: PaymentFailed of Subscription subscription,
        |desk, call| Fact::PaymentFailed { at: call.failed_at.unwrap_or(desk.now) };
    /// A payment that had failed was made after all.
    payment_recovered: PaymentRecovered of Subscription subscription,
        |desk, call| Fact::Recovered { paid_at: call.paid_at.unwrap_or(desk.now) }, invoice;
    /// The subscription will not be renewed.
    subscription_cancelled: SubscriptionCancelled of Subscription subscription,
        |desk, call| Fact::SubscriptionCancelled { at: desk.now };
    /// The subscription is over.
    subscription_expired: SubscriptionExpired of Subscription subscription,
        |desk, call| Fact::SubscriptionExpired { at: call.at.unwrap_or(desk.now) };
    /// Money was given back.
    refunded: Refunded of Order order,
        |desk, call| Fact::Refunded { full: call.full.0 };
    /// The buyer disputes the payment.
    dispute_opened: DisputeOpened of Order order,
        |desk, call| Fact::DisputeOpened;
    /// The dispute was decided.
    dispute_closed: DisputeClosed of Order order,
        |desk, call| Fact::DisputeClosed { won: call.won };
}
