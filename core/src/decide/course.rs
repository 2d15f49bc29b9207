//! What reports mean that say when they happened, as a payment provider's do.
//!
//! Whatever order they are heard of in, and however late, a license becomes what it would have
//! become by hearing of each when it happened. So the whole course of its sale is gone through again
//! with each report. Where the desk had a hand in it meanwhile there is no such course any more, and
//! a report is taken as it comes, by [`bill`], which raises no right by what is late.

use core::cmp::Ordering;
use serde::{Deserialize, Serialize};

use super::bill::{Case, IS_KNOWN, Recorded, bill, told};
use super::{Change, Decision, Fact, Report, Sold};
use crate::history::{Event, EventKind};
use crate::license::{Hold, License, Status};
use crate::prelude::*;
use crate::sale::{Anchor, Sale, Subscription};
use crate::text::PaymentRef;
use crate::time::Timestamp;

/// A report, and when what it says happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dated {
    /// When.
    pub at: Timestamp,
    /// The report.
    pub report: Report,
}

/// What a license was before any report about its sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Beginning {
    /// When it was paid for.
    pub paid_at: Timestamp,
    /// When it would expire.
    pub expires_at: Option<Timestamp>,
}

const IS_OUTWEIGHED: Recorded = "what happened later outweighs it";

impl Dated {
    /// A report that was made at `at` and may say itself when it happened.
    pub fn new(report: Report, at: Timestamp) -> Self {
        Self { at: report.fact.at().unwrap_or(at), report }
    }

    /// The order in which things happened. What happened in one second is told apart by what usually
    /// comes first, and by its name.
    pub fn order(&self, other: &Self) -> Ordering {
        let key = |dated: &Self| (dated.at, place(dated.report.fact));
        let names = || self.report.event.cmp(&other.report.event);
        key(self).cmp(&key(other)).then_with(names)
    }
}

const fn place(fact: Fact) -> u8 {
    match fact {
        Fact::PaymentFailed { .. } => 0,
        Fact::Renewed { .. } | Fact::Recovered { .. } => 1,
        Fact::SubscriptionCancelled { .. } => 2,
        Fact::SubscriptionExpired { .. } => 3,
        Fact::DisputeOpened => 4,
        Fact::DisputeClosed { .. } => 5,
        Fact::Refunded { .. } => 6,
    }
}

/// Takes `news` into account, of a sale of which `heard` is known, in any order.
pub fn bill_dated(
    sold: &Sold<'_>,
    (began, heard): (Beginning, &[Dated]),
    news: &Dated,
    now: Timestamp,
) -> Decision<License> {
    let mut known: Vec<&Dated> = heard.iter().collect();
    known.sort_by(|one, other| one.order(other));
    let (before, _) = course(sold, began, &known, None);
    if !stands_so(sold, &before) {
        let invoice = news.report.invoice.as_ref();
        if invoice.is_some() && known.iter().any(|one| one.report.invoice.as_ref() == invoice) {
            return Decision::unchanged(sold.license.clone());
        }
        return bill(sold, &news.report, now);
    }
    let at = known.partition_point(|one| one.order(news) != Ordering::Greater);
    known.insert(at, news);
    let (case, outcome) = course(sold, began, &known, Some(at));
    let license = moved_to(sold.license, &case.license);
    decided(sold, (license, case.sale), (&news.report, outcome), now)
}

/// Goes through all of it, each report as of when it happened, and tells what became of one.
fn course<'a>(
    sold: &Sold<'a>,
    began: Beginning,
    reports: &[&Dated],
    asked: Option<usize>,
) -> (Case<'a>, Result<EventKind, Recorded>) {
    let mut case = begun(sold, began);
    let mut invoices: Vec<&PaymentRef> = Vec::new();
    let mut told = Err(IS_KNOWN);
    for (place, Dated { at, report }) in reports.iter().enumerate() {
        let invoice = report.invoice.as_ref();
        let outcome = if invoice.is_some_and(|invoice| invoices.contains(&invoice)) {
            // One bill counts once, whichever event reports it.
            Err(IS_KNOWN)
        } else {
            case.take(report.fact, *at)
        };
        invoices.extend(invoice);
        if Some(place) == asked {
            told = outcome;
        }
    }
    (case, told)
}

/// The license and its sale as they were before any report.
fn begun<'a>(sold: &Sold<'a>, began: Beginning) -> Case<'a> {
    let Sold { license, sale, plan } = *sold;
    let Beginning { paid_at, expires_at } = began;
    let mut license = License { expires_at, grace_until: None, end: None, ..license.clone() };
    license.lift(Hold::Dispute);
    let subscription = sale.subscription.as_ref().map(|one| Subscription {
        id: one.id.clone(),
        cancelled_at: None,
        ended_at: None,
    });
    let sale = Sale {
        subscription,
        settled_at: paid_at,
        anchor: Anchor { day: paid_at.day_of_month(), counted_to: expires_at },
        failures: Vec::new(),
        refunded: false,
        dispute: None,
        ..sale.clone()
    };
    Case { license, sale, plan }
}

/// Whether a license is what the course of its sale made it: the desk has had no hand in it.
fn stands_so(sold: &Sold<'_>, case: &Case<'_>) -> bool {
    let part = |license: &License| {
        let License { expires_at, grace_until, end, .. } = license;
        (*expires_at, *grace_until, *end, license.holds.contains(&Hold::Dispute))
    };
    part(sold.license) == part(&case.license) && *sold.sale == case.sale
}

/// The license with what the course of its sale makes of it.
fn moved_to(license: &License, course: &License) -> License {
    let License { expires_at, grace_until, end, .. } = *course;
    let mut after = License { expires_at, grace_until, end, ..license.clone() };
    if course.holds.contains(&Hold::Dispute) {
        after.lay(Hold::Dispute);
    } else {
        after.lift(Hold::Dispute);
    }
    if after.end.is_some() {
        after.activations_used = 0;
    }
    after
}

/// The decision that leads there.
fn decided(
    sold: &Sold<'_>,
    (after, sale): (License, Sale),
    (report, outcome): (&Report, Result<EventKind, Recorded>),
    now: Timestamp,
) -> Decision<License> {
    let before = sold.license;
    let mut changes = Vec::new();
    if after != *before {
        changes.push(Change::License(after.clone()));
    }
    if sale != *sold.sale {
        changes.push(Change::Sale(Some(sale)));
    }
    if after.end.is_some() && before.end.is_none() {
        changes.push(Change::AllDeactivated(now));
    }
    if changes.is_empty() && outcome == Err(IS_KNOWN) {
        return Decision::unchanged(after);
    }
    let kind = if changes.is_empty() {
        EventKind::BillingRecorded
    } else {
        kind_of((before, &after), outcome, now)
    };
    let event = told(Event::new(kind, before, &after, now), report, (before, &after));
    let event = match outcome {
        Ok(_) if kind == EventKind::BillingRecorded => event.with("because", IS_OUTWEIGHED),
        Ok(_) => event,
        Err(because) => event.with("because", because),
    };
    Decision { answer: after, changes, events: vec![event] }
}

/// What happened to the license, by what can be seen of it, else by what the report is about.
fn kind_of(
    (before, after): (&License, &License),
    outcome: Result<EventKind, Recorded>,
    now: Timestamp,
) -> EventKind {
    let disputed = |license: &License| license.holds.contains(&Hold::Dispute);
    match (outcome.unwrap_or(EventKind::BillingRecorded), disputed(before), disputed(after)) {
        _ if before.end != after.end => EventKind::LicenseRevoked,
        (_, false, true) => EventKind::LicenseSuspended,
        (_, true, false) => EventKind::LicenseReinstated,
        (EventKind::LicenseExpired | EventKind::SubscriptionExpired, ..) => {
            let is_news = before.status(now) != Status::Expired;
            let is_over = is_news && after.status(now) == Status::Expired;
            if is_over { EventKind::LicenseExpired } else { EventKind::SubscriptionExpired }
        }
        (
            kind @ (EventKind::LicenseRenewed
            | EventKind::PaymentFailed
            | EventKind::SubscriptionCancelled),
            ..,
        ) => kind,
        // What it says of a dispute is over by what happened later.
        _ => EventKind::BillingRecorded,
    }
}
