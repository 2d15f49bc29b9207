//! What the payment side reports: licenses are made for what was paid, and every report is taken
//! into account by each license that it concerns, once.
//!
//! A report about something that nobody has heard of is parked. When the order comes, its licenses
//! catch up on it; so do licenses that join an order or a subscription later.

use counterfoil_core::decide::{self, Decision, Fact, Issue, Order, Report, Sold};
use counterfoil_core::key::LicenseKey;
use counterfoil_core::license::License;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::sale::Sale;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::WholeNumber;
use counterfoil_core::wire::native::admin::license::LicenseView;
use counterfoil_core::wire::native::billing::{
    Billed, DisputeClosed, DisputeOpened, OrderCompleted, PaymentFailed, PaymentRecovered,
    Refunded, SubscriptionCancelled, SubscriptionExpired, SubscriptionRenewed,
};

use super::customers::Buyer;
use super::issuing::Issuing;
use super::licenses::{key_of, refuse_key, show};
use super::mail::{LICENSES_AT_ONCE, News, letter_about, line_about};
use super::{catalog, desk::Desk};
use crate::env::random;
use crate::ledger::{
    Account, AccountOf, Accounts, LedgerError, LicenseRow, ReportRow, Rows, Standing, Txn, is_stale,
};
use crate::mail::{Letter, Template};

/// What a caller must see to report: an order may be for several products.
const SEES_ALL: &str = "product:*";

/// Most licenses of one order or one subscription: a report is taken into account by all of them
/// in one transaction, for which everybody else waits.
const LICENSES_AT_MOST: u64 = 2_000;

/// Most reports that wait for one order or subscription.
const PARKED_AT_MOST: usize = 200;

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
    let catching_up = CatchingUp::with(desk, txn, (order, subscription), paid.paid_at)?;
    let quantity = call.quantity.small();
    for account in catching_up.accounts() {
        check_room(txn, account, quantity)?;
    }
    let buyer = Some(Buyer::find(desk, txn, &call.customer)?);
    let wanted = Issue { order: Some(paid), ..Issue::default() };
    let issuing = Issuing { desk, product, plan: Some(plan), buyer, wanted };
    issuing.refuse_too_large(quantity)?;
    let mut licenses = issuing.make_all(txn, quantity, None)?;
    txn.put_line(order, line)?;
    for made in &mut licenses {
        if !catching_up.reports.is_empty() {
            let row = txn.license(made.id)?.ok_or(LedgerError::Dangling("license"))?;
            let row = catching_up.bring(desk, txn, row)?;
            *made = show(desk, txn, row)?;
        }
    }
    for account in catching_up.accounts() {
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

/// What licenses that join an order or a subscription have missed.
struct CatchingUp<'a> {
    order: Account<'a>,
    subscription: Option<Account<'a>>,
    reports: Vec<Report>,
}

impl<'a> CatchingUp<'a> {
    /// What those have missed that were paid for at `paid_at`. What was reported of the order
    /// concerns them whenever it was; what was reported of the subscription, if it waited for this
    /// order or happened after their own payment.
    fn with(
        desk: &Desk<'_>,
        txn: &Txn<'_>,
        (order, subscription): (Account<'a>, Option<Account<'a>>),
        paid_at: Timestamp,
    ) -> Result<Self, Refusal> {
        let mut missed = Vec::new();
        let empty = Self { order, subscription, reports: Vec::new() };
        for account in empty.accounts() {
            for (number, row) in txn.reports_on(account)? {
                let waited = match &row.standing {
                    Standing::Parked => true,
                    Standing::TakenBy(taker) => taker == order.id,
                    Standing::Taken => false,
                };
                let concerns =
                    waited || account.of == AccountOf::Order || happened_at(&row) > paid_at;
                if concerns && !is_stale(&row, desk.now) {
                    missed.push((number, row.report));
                }
            }
        }
        missed.sort_unstable_by_key(|(number, _)| *number);
        let reports = missed.into_iter().map(|(_, report)| report).collect();
        Ok(Self { reports, ..empty })
    }

    fn accounts(&self) -> impl Iterator<Item = Account<'a>> + use<'a> {
        std::iter::once(self.order).chain(self.subscription)
    }

    /// Brings a license up to date.
    fn bring(
        &self,
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        mut row: LicenseRow,
    ) -> Result<LicenseRow, Refusal> {
        for report in &self.reports {
            if let Some(decision) = decide_on(desk, txn, &row, report)? {
                row = txn.apply(&row, &decision, desk.stamp()?)?;
            }
        }
        Ok(row)
    }
}

/// When something happened that was reported of a subscription.
fn happened_at(row: &ReportRow) -> Timestamp {
    match row.report.fact {
        Fact::Renewed { paid_at } | Fact::Recovered { paid_at } => paid_at,
        Fact::PaymentFailed { at }
        | Fact::SubscriptionCancelled { at }
        | Fact::SubscriptionExpired { at } => at,
        Fact::Refunded { .. } | Fact::DisputeOpened | Fact::DisputeClosed { .. } => row.at,
    }
}

/// Takes a report into account, or parks it.
fn report(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    account: Account<'_>,
    report: Report,
) -> Result<Billed, Refusal> {
    desk.check_sees_all(SEES_ALL)?;
    let rows = concerned(txn, account)?;
    let is_known = txn.has_licenses(account)?;
    let heard = txn.reports_on(account)?;
    if is_repeat(desk, txn, account, (&report, &heard))? {
        return Ok(Billed { parked: !is_known, ..as_they_are(desk, txn, rows.into_iter())? });
    }
    let about = if account.of == AccountOf::Order { "order" } else { "subscription" };
    let names = [
        (about, Some(account.id)),
        ("event", report.event.as_ref()),
        ("invoice", report.invoice.as_ref()),
    ];
    refuse_keys(desk, txn, &names, &rows)?;
    let waiting = heard.iter().filter(|(_, row)| !is_stale(row, desk.now)).count();
    if !is_known && waiting >= PARKED_AT_MOST {
        // Once the order has come there is room: the payment side tries again, as it should.
        return Err(Refusal::unavailable());
    }
    let entropy = random(desk.env)?;
    let stamp = desk.stamp()?;
    let mut decided: Vec<(LicenseRow, Decision<License>)> = Vec::new();
    let mut licenses = Vec::new();
    for row in rows {
        if let Some(decision) = decide_on(desk, txn, &row, &report)? {
            licenses.push(show(desk, txn, row.after(&decision))?);
            decided.push((row, decision));
        }
    }
    let news: Vec<News<'_>> = decided
        .iter()
        .map(|(_, decision)| News { license: &decision.answer, events: &decision.events })
        .collect();
    let notices = desk.notices(txn, &news)?;
    txn.forget_stale(account, desk.now)?;
    for (row, decision) in &decided {
        txn.apply(row, decision, stamp)?;
    }
    txn.post(&notices)?;
    let standing = if is_known { Standing::Taken } else { Standing::Parked };
    txn.put_report(account, &ReportRow { report, at: desk.now, standing }, entropy)?;
    Ok(Billed { licenses, parked: !is_known })
}

/// Whether a report was heard of before, by its event or by its invoice. One that was parked and
/// that nobody wanted in time was not.
fn is_repeat(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    account: Account<'_>,
    (report, heard): (&Report, &[(u128, ReportRow)]),
) -> Result<bool, Refusal> {
    let stale = || heard.iter().filter(|(_, row)| is_stale(row, desk.now)).map(|(_, row)| row);
    if let Some(event) = &report.event
        && txn.has_payment_event((account.vendor, account.mode), event)?
        && !stale().any(|row| row.report.event.as_ref() == Some(event))
    {
        return Ok(true);
    }
    if let Some(invoice) = &report.invoice
        && txn.has_invoice(account, invoice)?
        && !stale().any(|row| row.report.invoice.as_ref() == Some(invoice))
    {
        return Ok(true);
    }
    Ok(false)
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

/// What a report means for a license; `None` for one that was not sold.
fn decide_on(
    desk: &Desk<'_>,
    rows: &impl Rows,
    row: &LicenseRow,
    report: &Report,
) -> Result<Option<Decision<License>>, Refusal> {
    let Some(sale) = &row.sale else { return Ok(None) };
    // Who has no plan any more still pays for the one that was ordered.
    let plan = rows.plan(row.license.plan.unwrap_or(sale.line.1))?;
    let sold = Sold { license: &row.license, sale, plan: plan.as_ref() };
    Ok(Some(decide::bill(&sold, report, desk.now)))
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
            let report_of = account($desk, AccountOf::$of, &$it.$id);
            report($desk, txn, report_of, Report { fact, event: $it.event.clone(), invoice })
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
