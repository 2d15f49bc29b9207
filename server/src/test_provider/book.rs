//! What the test provider remembers, in memory alone: sessions with what was paid by them. The
//! oldest are forgotten when there are too many, and all of them when the server stops.

use counterfoil_core::id::VendorId;
use counterfoil_core::time::{Term, Timestamp};
use counterfoil_core::wire::foreign::Fields;
use serde_json::{Map, Value};
use std::collections::VecDeque;

use super::deliveries::{Deliveries, Switches};
use super::prices::Offer;

/// Most sessions that are kept.
const SESSIONS_MAX: usize = 500;

/// Most payments of one session: a subscription is renewed no more after that.
pub(super) const PAYMENTS_MAX: usize = 200;

/// How long a session can be paid.
pub(super) const SESSION_SECONDS: i64 = 24 * 60 * 60;

/// All of it.
#[derive(Default)]
pub(super) struct Book {
    sessions: VecDeque<Session>,
    pub(super) deliveries: Deliveries,
}

impl Book {
    /// Keeps a session, and forgets the oldest for it if need be.
    pub(super) fn add(&mut self, session: Session) {
        if self.sessions.len() >= SESSIONS_MAX {
            self.sessions.pop_front();
        }
        self.sessions.push_back(session);
    }

    /// The session with this id.
    pub(super) fn session(&self, id: &str) -> Option<&Session> {
        self.sessions.iter().find(|session| session.id == id)
    }

    /// The same, to be changed; with the deliveries, which go on meanwhile.
    pub(super) fn change(&mut self, id: &str) -> Option<(&mut Session, &mut Deliveries)> {
        let session = self.sessions.iter_mut().find(|session| session.id == id)?;
        Some((session, &mut self.deliveries))
    }

    /// What the vendor asked for under this idempotency key.
    pub(super) fn asked(&self, vendor: VendorId, key: &str) -> Option<&Session> {
        let is_it = |session: &&Session| {
            session.vendor == vendor && session.asked.key.as_deref() == Some(key)
        };
        self.sessions.iter().find(is_it)
    }

    /// Every session, the newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &Session> {
        self.sessions.iter().rev()
    }
}

/// What is to be paid, and what came of it.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) vendor: VendorId,
    pub(super) offer: Offer,
    pub(super) quantity: u64,
    /// What all of it costs, in minor units.
    pub(super) total: u64,
    pub(super) asked: Asked,
    pub(super) email: Option<String>,
    pub(super) reference: Option<String>,
    pub(super) success_url: String,
    pub(super) cancel_url: Option<String>,
    pub(super) metadata: Map<String, Value>,
    pub(super) created_at: Timestamp,
    /// Why the last try to pay failed.
    pub(super) problem: Option<&'static str>,
    /// What was entered and waits for one more step.
    pub(super) confirming: Option<(Buyer, Switches)>,
    pub(super) sale: Option<Sale>,
}

/// How a session was asked for, and what was answered.
pub(super) struct Asked {
    pub(super) key: Option<String>,
    pub(super) fields: Fields,
    pub(super) answer: String,
}

impl Session {
    pub(super) fn expires_at(&self) -> Timestamp {
        self.created_at.saturating_add(SESSION_SECONDS)
    }

    /// Whether it can be paid at `now`.
    pub(super) fn is_open(&self, now: Timestamp) -> bool {
        self.sale.is_none() && now < self.expires_at()
    }

    /// Stripe's word for how it stands.
    pub(super) fn status(&self, now: Timestamp) -> &'static str {
        match self.sale {
            Some(_) => "complete",
            None if self.is_open(now) => "open",
            None => "expired",
        }
    }

    /// Stripe's word for what was paid.
    pub(super) fn payment_status(&self) -> &'static str {
        match self.sale {
            None => "unpaid",
            Some(_) if self.total == 0 => "no_payment_required",
            Some(_) => "paid",
        }
    }

    /// Stripe's word for what it makes.
    pub(super) fn mode(&self) -> &'static str {
        if self.offer.term.is_some() { "subscription" } else { "payment" }
    }

    /// Where the buyer goes who has paid.
    pub(super) fn paid_url(&self) -> String {
        self.success_url.replace("{CHECKOUT_SESSION_ID}", &self.id)
    }
}

/// Who pays.
#[derive(Clone)]
pub(super) struct Buyer {
    pub(super) email: String,
    pub(super) name: Option<String>,
    /// The last digits of the card: no more of it is kept.
    pub(super) last4: String,
}

/// What was bought, and the money for it.
pub(super) struct Sale {
    pub(super) customer: String,
    pub(super) buyer: Buyer,
    /// The newest last; none of what costs nothing.
    pub(super) payments: Vec<Payment>,
    pub(super) subscription: Option<Subscription>,
}

/// Money that came.
pub(super) struct Payment {
    pub(super) intent: String,
    pub(super) charge: String,
    /// The name of what says that it paid an invoice, and the invoice.
    pub(super) invoice: Option<(String, String)>,
    pub(super) at: Timestamp,
    pub(super) is_refunded: bool,
    pub(super) dispute: Option<Dispute>,
}

/// Money that a bank wants back.
pub(super) struct Dispute {
    pub(super) id: String,
    pub(super) at: Timestamp,
    /// Stripe's word for how it stands.
    pub(super) status: &'static str,
}

/// A dispute that nobody won yet.
pub(super) const DISPUTED: &str = "needs_response";

impl Payment {
    /// Whether a bank wants it back and nobody won yet.
    pub(super) fn is_disputed(&self) -> bool {
        self.dispute.as_ref().is_some_and(|dispute| dispute.status == DISPUTED)
    }
}

/// What is paid for again and again.
pub(super) struct Subscription {
    pub(super) id: String,
    pub(super) item: String,
    pub(super) term: Term,
    pub(super) started_at: Timestamp,
    /// What is paid for.
    pub(super) period: (Timestamp, Timestamp),
    /// The newest.
    pub(super) invoice: Invoice,
    pub(super) called_off_at: Option<Timestamp>,
    pub(super) ended_at: Option<Timestamp>,
}

/// What asks for the money of a period.
#[derive(Clone)]
pub(super) struct Invoice {
    pub(super) id: String,
    pub(super) line: String,
    pub(super) number: usize,
    pub(super) period: (Timestamp, Timestamp),
    pub(super) created_at: Timestamp,
    pub(super) tries: u32,
    pub(super) paid_at: Option<Timestamp>,
}

impl Subscription {
    /// Stripe's word for how it stands.
    pub(super) fn status(&self) -> &'static str {
        match (self.ended_at, self.invoice.paid_at) {
            (Some(_), _) => "canceled",
            (None, None) => "past_due",
            (None, Some(_)) => "active",
        }
    }

    /// The period that is paid for next.
    pub(super) fn next_period(&self) -> (Timestamp, Timestamp) {
        let (_, end) = self.period;
        (end, self.term.after(end, self.started_at.day_of_month()))
    }
}
