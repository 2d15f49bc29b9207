//! Reports: each is taken into account by every license that it concerns, once; what nobody knows
//! is parked, and licenses that join later catch up.
//!
//! A payment provider says when each thing happened, and tells of it late, twice and in any order.
//! As long as all that was reported of a license is dated, it stands as if it had been heard of in
//! order ([`decide::bill_dated`]).

use counterfoil_core::decide::{self, Beginning, Dated, Decision, Report, Sold};
use counterfoil_core::license::License;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::billing::Billed;

use super::{SEES_ALL, as_they_are, concerned, refuse_keys};
use crate::env::random;
use crate::ledger::{
    Account, AccountOf, Accounts, LicenseRow, Payments, ReportRow, Rows, Standing, Txn, is_stale,
};
use crate::service::desk::Desk;
use crate::service::licenses::show;
use crate::service::mail::News;

/// Most reports that wait for one order or subscription.
const PARKED_AT_MOST: usize = 200;

/// A report, and when it happened, where whoever sends it says so of all that it sends.
pub(in super::super) struct Heard {
    pub(in super::super) report: Report,
    pub(in super::super) at: Option<Timestamp>,
}

impl Heard {
    fn dated(&self) -> Option<Dated> {
        self.at.map(|at| Dated::new(self.report.clone(), at))
    }
}

/// Takes a report into account, or parks it.
pub(in super::super) fn report(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    account: Account<'_>,
    news: Heard,
) -> Result<Billed, Refusal> {
    desk.check_sees_all(SEES_ALL)?;
    let rows = concerned(txn, account)?;
    let is_known = txn.has_licenses(account)?;
    let heard = txn.reports_on(account)?;
    if is_repeat(desk, txn, account, (&news, &heard))? {
        return Ok(Billed { parked: !is_known, ..as_they_are(desk, txn, rows.into_iter())? });
    }
    let about = if account.of == AccountOf::Order { "order" } else { "subscription" };
    let names = [
        (about, Some(account.id)),
        ("event", news.report.event.as_ref()),
        ("invoice", news.report.invoice.as_ref()),
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
        if let Some(decision) = decide_on(desk, txn, (&row, account), &news)? {
            licenses.push(show(desk, txn, row.after(&decision))?);
            decided.push((row, decision));
        }
    }
    let told: Vec<News<'_>> = decided
        .iter()
        .map(|(_, decision)| News { license: &decision.answer, events: &decision.events })
        .collect();
    let notices = desk.notices(txn, &told)?;
    txn.forget_stale(account, desk.now)?;
    for (row, decision) in &decided {
        txn.apply(row, decision, stamp)?;
    }
    txn.post(&notices)?;
    let standing = if is_known { Standing::Taken } else { Standing::Parked };
    let at = news.dated().map(|dated| dated.at);
    let row = ReportRow { report: news.report, at: desk.now, standing };
    match at {
        Some(at) => txn.put_dated_report(account, (&row, at), entropy)?,
        None => txn.put_report(account, &row, entropy).map(drop)?,
    }
    Ok(Billed { licenses, parked: !is_known })
}

/// Whether a report was heard of before, by its event or by its invoice. One that was parked and
/// that nobody wanted in time was not. A dated one says something of its invoice also when another
/// has reported that: which of them was the first.
fn is_repeat(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    account: Account<'_>,
    (news, heard): (&Heard, &[(u128, ReportRow)]),
) -> Result<bool, Refusal> {
    let report = &news.report;
    let stale = || heard.iter().filter(|(_, row)| is_stale(row, desk.now)).map(|(_, row)| row);
    if let Some(event) = &report.event
        && txn.has_payment_event((account.vendor, account.mode), event)?
        && !stale().any(|row| row.report.event.as_ref() == Some(event))
    {
        return Ok(true);
    }
    if let Some(invoice) = &report.invoice
        && news.at.is_none()
        && txn.has_invoice(account, invoice)?
        && !stale().any(|row| row.report.invoice.as_ref() == Some(invoice))
    {
        return Ok(true);
    }
    Ok(false)
}

/// What a report means for a license; `None` for one that was not sold, and for a bill that it knows.
fn decide_on(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    (row, account): (&LicenseRow, Account<'_>),
    news: &Heard,
) -> Result<Option<Decision<License>>, Refusal> {
    let plan = plan_of(txn, row)?;
    let Some(sale) = &row.sale else { return Ok(None) };
    let sold = Sold { license: &row.license, sale, plan: plan.as_ref() };
    let Some(dated) = news.dated() else {
        return Ok(Some(decide::bill(&sold, &news.report, desk.now)));
    };
    if let Some((began, heard)) = course_of(desk, txn, row)? {
        return Ok(Some(decide::bill_dated(&sold, (began, &heard), &dated, desk.now)));
    }
    let invoice = news.report.invoice.as_ref();
    if invoice.map_or(Ok(false), |invoice| txn.has_invoice(account, invoice))? {
        return Ok(None);
    }
    Ok(Some(decide::bill(&sold, &news.report, desk.now)))
}

/// Who has no plan any more still pays for the one that was ordered.
fn plan_of(
    rows: &impl Rows,
    row: &LicenseRow,
) -> Result<Option<counterfoil_core::catalog::Plan>, Refusal> {
    let ordered = row.sale.as_ref().map(|sale| sale.line.1);
    let plan = row.license.plan.or(ordered);
    Ok(plan.map(|plan| rows.plan(plan)).transpose()?.flatten())
}

/// All that was reported of a license, if all of it is dated.
fn course_of(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    row: &LicenseRow,
) -> Result<Option<(Beginning, Vec<Dated>)>, Refusal> {
    let Some(sale) = &row.sale else { return Ok(None) };
    let Some(began) = txn.beginning(row.license.id)? else { return Ok(None) };
    let (vendor, mode) = (row.license.vendor, row.license.mode);
    let subscription = sale.subscription.as_ref().map(|one| (AccountOf::Subscription, &one.id));
    let mut heard = Vec::new();
    for (of, id) in std::iter::once((AccountOf::Order, &sale.order)).chain(subscription) {
        let account = Account { vendor, mode, of, id };
        for (number, kept, at) in txn.dated_reports_on(account)? {
            let was_there = number > row.license.id.number().raw();
            let missed = || concerns(&kept, at, account, (&sale.order, began.paid_at));
            if is_stale(&kept, desk.now) || !(was_there || missed()) {
                continue;
            }
            let Some(at) = at else { return Ok(None) };
            heard.push(Dated { at, report: kept.report });
        }
    }
    Ok(Some((began, heard)))
}

/// Whether a report concerns a license that joined later and was paid for at `paid_at`. What was
/// reported of the order does, whenever it was; what was reported of the subscription, if it waited
/// for this order or happened after the license's own payment.
fn concerns(
    row: &ReportRow,
    at: Option<Timestamp>,
    account: Account<'_>,
    (order, paid_at): (&PaymentRef, Timestamp),
) -> bool {
    let waited = match &row.standing {
        Standing::Parked => true,
        Standing::TakenBy(taker) => taker == order,
        Standing::Taken => false,
    };
    let happened_at = at.or(row.report.fact.at()).unwrap_or(row.at);
    waited || account.of == AccountOf::Order || happened_at > paid_at
}

/// What licenses that join an order or a subscription have missed.
pub(super) struct CatchingUp {
    missed: Vec<Heard>,
}

impl CatchingUp {
    /// What those have missed that were bought by this order and paid for at `paid_at`.
    pub(super) fn with(
        desk: &Desk<'_>,
        txn: &Txn<'_>,
        accounts: &[Account<'_>],
        bought: (&PaymentRef, Timestamp),
    ) -> Result<Self, Refusal> {
        let mut missed = Vec::new();
        for account in accounts {
            for (number, row, at) in txn.dated_reports_on(*account)? {
                if concerns(&row, at, *account, bought) && !is_stale(&row, desk.now) {
                    missed.push((number, Heard { report: row.report, at }));
                }
            }
        }
        missed.sort_unstable_by_key(|(number, _)| *number);
        Ok(Self { missed: missed.into_iter().map(|(_, heard)| heard).collect() })
    }

    pub(super) const fn is_needed(&self) -> bool {
        !self.missed.is_empty()
    }

    /// Brings a license up to date: by what happened first, where all of it is dated, else by what
    /// was heard of first.
    pub(super) fn bring(
        &self,
        desk: &Desk<'_>,
        txn: &mut Txn<'_>,
        mut row: LicenseRow,
    ) -> Result<LicenseRow, Refusal> {
        let missed: Option<Vec<Dated>> = self.missed.iter().map(Heard::dated).collect();
        let Some(((began, mut heard), mut missed)) = course_of(desk, txn, &row)?.zip(missed) else {
            for Heard { report, .. } in &self.missed {
                let plan = plan_of(txn, &row)?;
                let Some(sale) = &row.sale else { break };
                let sold = Sold { license: &row.license, sale, plan: plan.as_ref() };
                let decision = decide::bill(&sold, report, desk.now);
                row = txn.apply(&row, &decision, desk.stamp()?)?;
            }
            return Ok(row);
        };
        heard.retain(|one| !missed.contains(one));
        missed.sort_by(Dated::order);
        for news in missed {
            let plan = plan_of(txn, &row)?;
            let Some(sale) = &row.sale else { break };
            let sold = Sold { license: &row.license, sale, plan: plan.as_ref() };
            let decision = decide::bill_dated(&sold, (began, &heard), &news, desk.now);
            row = txn.apply(&row, &decision, desk.stamp()?)?;
            heard.push(news);
        }
        Ok(row)
    }
}
