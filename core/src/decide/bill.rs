//! What the payment side's reports mean for a license.
//!
//! Reports come late, twice and out of order. A payment counts from the license's own expiry, not
//! from the day on which it was heard of; a failure counts only if no later payment is known. So
//! the order in which payments and failures are heard of makes no difference.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Change, Decision};
use crate::catalog::{GRACE_DAYS_ASSUMED, Plan};
use crate::history::{Event, EventKind};
use crate::license::{End, Hold, License, Status};
use crate::prelude::*;
use crate::sale::{Dispute, Sale, Subscription};
use crate::text::PaymentRef;
use crate::time::Timestamp;

/// Something that the payment side reports of a subscription or an order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// What it says.
    pub fact: Fact,
    /// The payment side's name for saying it.
    pub event: Option<PaymentRef>,
    /// The bill that was paid.
    pub invoice: Option<PaymentRef>,
}

/// What a report says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Fact {
    /// Another term was paid.
    Renewed {
        /// When.
        paid_at: Timestamp,
    },
    /// A payment that had failed was made after all.
    Recovered {
        /// When.
        paid_at: Timestamp,
    },
    /// A payment failed.
    PaymentFailed {
        /// When.
        at: Timestamp,
    },
    /// The subscription will not be renewed.
    SubscriptionCancelled {
        /// Since when that is known.
        at: Timestamp,
    },
    /// The subscription is over.
    SubscriptionExpired {
        /// Since when.
        at: Timestamp,
    },
    /// Money was given back.
    Refunded {
        /// All of it?
        full: bool,
    },
    /// The buyer disputes the payment.
    DisputeOpened,
    /// The dispute was decided.
    DisputeClosed {
        /// The vendor's way?
        won: bool,
    },
}

impl Fact {
    /// When it happened; `None`: it does not say.
    pub const fn at(self) -> Option<Timestamp> {
        match self {
            Self::Renewed { paid_at: at }
            | Self::Recovered { paid_at: at }
            | Self::PaymentFailed { at }
            | Self::SubscriptionCancelled { at }
            | Self::SubscriptionExpired { at } => Some(at),
            Self::Refunded { .. } | Self::DisputeOpened | Self::DisputeClosed { .. } => None,
        }
    }

    /// The report's name, as its method has it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Renewed { .. } => "subscriptionRenewed",
            Self::Recovered { .. } => "paymentRecovered",
            Self::PaymentFailed { .. } => "paymentFailed",
            Self::SubscriptionCancelled { .. } => "subscriptionCancelled",
            Self::SubscriptionExpired { .. } => "subscriptionExpired",
            Self::Refunded { .. } => "refunded",
            Self::DisputeOpened => "disputeOpened",
            Self::DisputeClosed { .. } => "disputeClosed",
        }
    }
}

/// A license that was sold, with what a report about it is judged by.
#[derive(Clone, Copy, Debug)]
pub struct Sold<'a> {
    /// The license.
    pub license: &'a License,
    /// The sale.
    pub sale: &'a Sale,
    /// Its plan, which has the term and the grace; the ordered one, where the desk took its plan away.
    pub plan: Option<&'a Plan>,
}

/// Why a report changed nothing that holds.
pub(super) type Recorded = &'static str;

const HAS_ENDED: Recorded = "the license has ended";
const IS_OVER: Recorded = "the subscription is over";
const IS_CANCELLED: Recorded = "the subscription will not be renewed";
const IS_LATE: Recorded = "what was owed then is settled";
pub(super) const IS_KNOWN: Recorded = "it was known already";
const IS_WON: Recorded = "the dispute was won before";
const IS_PARTIAL: Recorded = "only a part was given back";

/// Takes a report into account. There is nothing to refuse: a report tells what has happened. What
/// makes no difference any more is written into the history and nowhere else; what is so already is
/// not even that.
pub fn bill(sold: &Sold<'_>, report: &Report, now: Timestamp) -> Decision<License> {
    let Sold { license: before, sale, plan } = *sold;
    let mut case = Case { license: before.clone(), sale: sale.clone(), plan };
    let outcome = case.take(report.fact, now);
    let Case { license: after, sale: sale_after, .. } = case;
    let mut changes = Vec::new();
    if after != *before {
        changes.push(Change::License(after.clone()));
    }
    if sale_after != *sale {
        changes.push(Change::Sale(Some(sale_after)));
    }
    if after.end.is_some() && before.end.is_none() {
        changes.push(Change::AllDeactivated(now));
    }
    if outcome == Err(IS_KNOWN) && changes.is_empty() {
        return Decision::unchanged(after);
    }
    let kind = outcome.unwrap_or(EventKind::BillingRecorded);
    let event = told(Event::new(kind, before, &after, now), report, (before, &after));
    let event = match outcome {
        Ok(_) => event,
        Err(because) => event.with("because", because),
    };
    Decision { answer: after, changes, events: vec![event] }
}

/// Says which subscription goes on paying for a license whose order did not know. One that knows its
/// subscription keeps it.
pub fn subscribe(sold: &Sold<'_>, subscription: &PaymentRef, now: Timestamp) -> Decision<License> {
    let Sold { license, sale, .. } = *sold;
    if sale.subscription.is_some() {
        return Decision::unchanged(license.clone());
    }
    let id = subscription.clone();
    let subscription = Some(Subscription { id, cancelled_at: None, ended_at: None });
    let event = Event::new(EventKind::BillingRecorded, license, license, now)
        .with("report", "subscriptionStarted")
        .with("subscription", subscription.as_ref().map(|one| one.id.as_str()));
    let sale = Sale { subscription, ..sale.clone() };
    let changes = vec![Change::Sale(Some(sale))];
    Decision { answer: license.clone(), changes, events: vec![event] }
}

/// The event with what the report said and what it moved.
pub(super) fn told(event: Event, report: &Report, (before, after): (&License, &License)) -> Event {
    let text = |name: &Option<PaymentRef>| name.as_ref().map(|name| name.as_str().to_owned());
    let mut event = event
        .with("report", report.fact.word())
        .with("event", text(&report.event))
        .with("invoice", text(&report.invoice));
    event = match report.fact {
        Fact::Renewed { paid_at } | Fact::Recovered { paid_at } => {
            event.with("paidAt", paid_at.to_string())
        }
        Fact::PaymentFailed { at } => event.with("failedAt", at.to_string()),
        Fact::SubscriptionExpired { at } => event.with("at", at.to_string()),
        Fact::Refunded { full } => event.with("full", full),
        Fact::DisputeClosed { won } => event.with("won", won),
        Fact::SubscriptionCancelled { .. } | Fact::DisputeOpened => event,
    };
    let mut moved = |name: &str, from: Value, to: Value| {
        if from != to {
            event.data.insert(name.to_owned(), json!({ "from": from, "to": to }));
        }
    };
    moved("expiresAt", json!(before.expires_at), json!(after.expires_at));
    moved("graceUntil", json!(before.grace_until), json!(after.grace_until));
    if after.end != before.end {
        event = event.with("activationsEnded", before.activations_used);
    }
    event
}

/// A license and its sale while a report is taken into account.
pub(super) struct Case<'a> {
    pub(super) license: License,
    pub(super) sale: Sale,
    pub(super) plan: Option<&'a Plan>,
}

impl Case<'_> {
    pub(super) fn take(&mut self, fact: Fact, now: Timestamp) -> Result<EventKind, Recorded> {
        match fact {
            Fact::Renewed { paid_at } => {
                self.check_goes_on()?;
                self.settle_until(paid_at);
                Ok(self.pay(paid_at))
            }
            Fact::Recovered { paid_at } => {
                // What failed was made after all, by whosever clock.
                self.check_goes_on()?;
                self.settle_all();
                Ok(self.pay(paid_at))
            }
            Fact::PaymentFailed { at } => self.fail(at),
            Fact::SubscriptionCancelled { at } => self.cancel(at, now),
            Fact::SubscriptionExpired { at } => self.expire(at, now),
            Fact::Refunded { full: false } => Err(IS_PARTIAL),
            Fact::Refunded { full: true } => {
                self.sale.refunded = true;
                self.revoke()
            }
            Fact::DisputeOpened => self.open_dispute(),
            Fact::DisputeClosed { won: false } => {
                self.sale.dispute = Some(Dispute::Lost);
                self.revoke()
            }
            Fact::DisputeClosed { won: true } => self.win_dispute(),
        }
    }

    /// Reports about a subscription count until the license or the subscription is over.
    fn check_goes_on(&self) -> Result<(), Recorded> {
        let subscription = self.sale.subscription.as_ref();
        if self.license.end.is_some() {
            Err(HAS_ENDED)
        } else if subscription.is_some_and(|one| one.ended_at.is_some()) {
            Err(IS_OVER)
        } else {
            Ok(())
        }
    }

    /// Nothing is owed any more: failures until the last one, and older ones that are heard of
    /// later, are of no account.
    fn settle_all(&mut self) {
        let last = self.sale.failures.last().copied();
        self.sale.settle(last.unwrap_or(self.sale.settled_at));
        self.license.grace_until = None;
    }

    /// The end of the grace that a failure begins.
    fn grace_from(&self, failure: Timestamp) -> Timestamp {
        failure.plus_days(self.plan.map_or(GRACE_DAYS_ASSUMED, |plan| plan.grace_days))
    }

    /// A payment answers the failures before it, and none that came after. The grace counts from
    /// the first that is left; one that has begun is not counted anew, whatever the plan is now.
    fn settle_until(&mut self, paid_at: Timestamp) {
        let first = self.sale.failures.first().copied();
        self.sale.failures.retain(|failed| *failed > paid_at);
        let left = self.sale.failures.first().copied();
        if left != first {
            self.license.grace_until = left.map(|failed| self.grace_from(failed));
        }
    }

    fn pay(&mut self, paid_at: Timestamp) -> EventKind {
        let term = self.plan.and_then(|plan| plan.term);
        let before = self.license.expires_at;
        let after = self.sale.next_end(before, term);
        if let Some(before) = before {
            self.sale.anchor.day = self.sale.anchor_day(before);
        }
        self.sale.anchor.counted_to = after;
        self.license.expires_at = after;
        self.sale.settled_at = self.sale.settled_at.max(paid_at);
        if let Some(subscription) = &mut self.sale.subscription {
            subscription.cancelled_at = None;
        }
        EventKind::LicenseRenewed
    }

    fn fail(&mut self, at: Timestamp) -> Result<EventKind, Recorded> {
        self.check_goes_on()?;
        if self.sale.subscription.as_ref().is_some_and(|one| one.cancelled_at.is_some()) {
            return Err(IS_CANCELLED);
        }
        if at < self.sale.settled_at {
            return Err(IS_LATE);
        }
        let first = self.sale.failures.first().copied();
        self.sale.add_failure(at);
        // Further failures do not begin the grace anew, and one that came before does not lengthen it.
        let begun = self.license.grace_until;
        if first.is_none_or(|first| at < first) {
            let grace = self.grace_from(at);
            self.license.grace_until = Some(begun.map_or(grace, |begun| begun.min(grace)));
        }
        if self.license.grace_until == begun { Err(IS_KNOWN) } else { Ok(EventKind::PaymentFailed) }
    }

    fn cancel(&mut self, at: Timestamp, now: Timestamp) -> Result<EventKind, Recorded> {
        self.check_goes_on()?;
        let Some(subscription) = &mut self.sale.subscription else { return Err(IS_KNOWN) };
        if subscription.cancelled_at.is_some() {
            return Err(IS_KNOWN);
        }
        subscription.cancelled_at = Some(at);
        // No payment is waited for any more, so what was paid for is what is left. A license that
        // is stopped already is not let go by calling the subscription off.
        if !self.license.holds_at(now).contains(&Hold::Payment) {
            self.settle_all();
        }
        Ok(EventKind::SubscriptionCancelled)
    }

    fn expire(&mut self, at: Timestamp, now: Timestamp) -> Result<EventKind, Recorded> {
        self.check_goes_on()?;
        let Some(subscription) = &mut self.sale.subscription else { return Err(IS_KNOWN) };
        subscription.ended_at = Some(at);
        // What is stopped for want of a payment is not let go for the days until then.
        let is_stopped = self.license.holds_at(now).contains(&Hold::Payment);
        let at = if is_stopped { at.min(now) } else { at };
        let was = self.license.status(now);
        self.settle_all();
        let expires_at = self.license.expires_at.map_or(at, |end| end.min(at));
        self.license.expires_at = Some(expires_at);
        // What is past its date already, or goes on until then, is told of by its date.
        let is = self.license.status(now);
        if is == Status::Expired && is != was {
            Ok(EventKind::LicenseExpired)
        } else {
            Ok(EventKind::SubscriptionExpired)
        }
    }

    fn revoke(&mut self) -> Result<EventKind, Recorded> {
        if self.license.end == Some(End::Revoked) {
            return Err(IS_KNOWN);
        }
        self.license.end = Some(End::Revoked);
        self.license.activations_used = 0;
        Ok(EventKind::LicenseRevoked)
    }

    fn open_dispute(&mut self) -> Result<EventKind, Recorded> {
        if self.sale.dispute == Some(Dispute::WonUnheard) {
            self.sale.dispute = Some(Dispute::Won);
            return Err(IS_WON);
        }
        if self.license.end.is_some() {
            // A dispute that was lost stays so.
            self.sale.dispute = self.sale.dispute.or(Some(Dispute::Open));
            return Err(HAS_ENDED);
        }
        self.sale.dispute = Some(Dispute::Open);
        if self.license.lay(Hold::Dispute) {
            Ok(EventKind::LicenseSuspended)
        } else {
            Err(IS_KNOWN)
        }
    }

    fn win_dispute(&mut self) -> Result<EventKind, Recorded> {
        let won = match self.sale.dispute {
            Some(Dispute::Open) => Dispute::Won,
            None => Dispute::WonUnheard,
            Some(known) => known,
        };
        self.sale.dispute = Some(won);
        if self.license.end.is_some() {
            Err(HAS_ENDED)
        } else if self.license.lift(Hold::Dispute) {
            Ok(EventKind::LicenseReinstated)
        } else {
            Err(IS_KNOWN)
        }
    }
}
