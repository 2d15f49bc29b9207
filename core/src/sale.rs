//! The sale that a license came of, as far as the payment side reported it.
//!
//! A license says what holds; its sale says why. Nothing here is asked to judge a license: what a
//! report means for it is decided once, in [`crate::decide::bill`].

use serde::{Deserialize, Serialize};

use crate::catalog::Price;
use crate::id::{PlanId, ProductId};
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::time::{Term, Timestamp};

/// Most failed payments that are remembered. A dunning tries less often than that; beyond it the
/// first ones and the last are kept, which is all that a date depends on.
const FAILURES_MAX: usize = 16;

/// The sale of a license.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sale {
    /// The payment side's order.
    pub order: PaymentRef,
    /// The product and the plan that were ordered; the desk may have changed the license's since.
    pub line: (ProductId, PlanId),
    /// The subscription that goes on paying, if there is one.
    pub subscription: Option<Subscription>,
    /// What was paid, if the payment side said so.
    pub price: Option<Price>,
    /// Failures before this are of no account: the last payment that is known of, or the last failure
    /// that the vendor forgave.
    pub settled_at: Timestamp,
    /// From which day of the month terms are counted, and to which expiry they were.
    pub anchor: Anchor,
    /// Payments that failed and are not settled, in order of time.
    pub failures: Vec<Timestamp>,
    /// Whether all of the money was given back.
    pub refunded: bool,
    /// Whether the buyer went to the bank, and what came of it.
    pub dispute: Option<Dispute>,
}

/// What pays for the terms after the first.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Subscription {
    /// The payment side's name for it.
    pub id: PaymentRef,
    /// Since when it is known that it will not be renewed.
    pub cancelled_at: Option<Timestamp>,
    /// Since when it is over. INVARIANT: once set it stays.
    pub ended_at: Option<Timestamp>,
}

/// How a dispute stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dispute {
    /// It was opened.
    Open,
    /// It went the vendor's way.
    Won,
    /// It went the buyer's way.
    Lost,
    /// It was won, as far as is known: that it was opened is still to be heard.
    WonUnheard,
}

/// What keeps terms of months from drifting: 31 January, 28 February, 31 March.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Anchor {
    /// The day of the month of the first payment, 1–31.
    pub day: u8,
    /// The expiry that was counted from it. A license with another one got that from the desk,
    /// which makes a new anchor.
    pub counted_to: Option<Timestamp>,
}

impl Sale {
    /// Whether another payment is expected.
    pub fn is_renewing(&self) -> bool {
        let subscription = self.subscription.as_ref();
        subscription.is_some_and(|one| one.cancelled_at.is_none() && one.ended_at.is_none())
    }

    /// One term beyond `expires_at`. What never ends stays so.
    pub fn next_end(&self, expires_at: Option<Timestamp>, term: Option<Term>) -> Option<Timestamp> {
        match (expires_at, term) {
            (Some(end), Some(term)) => Some(term.after(end, self.anchor_day(end))),
            (end, _) => end,
        }
    }

    /// The day of the month from which terms after `expires_at` are counted.
    pub fn anchor_day(&self, expires_at: Timestamp) -> u8 {
        let Anchor { day, counted_to } = self.anchor;
        // A term of days ends where it ends, and months after it are counted from there.
        let is_counted = counted_to == Some(expires_at) && expires_at.is_day_of_month(day);
        if is_counted { day } else { expires_at.day_of_month() }
    }

    /// Nothing is owed any more: failures until `at` are of no account, whenever they are heard of.
    pub(crate) fn settle(&mut self, at: Timestamp) {
        self.settled_at = self.settled_at.max(at);
        self.failures.clear();
    }

    /// Remembers a payment that failed.
    pub(crate) fn add_failure(&mut self, at: Timestamp) {
        if let Err(place) = self.failures.binary_search(&at) {
            self.failures.insert(place, at);
        }
        if self.failures.len() > FAILURES_MAX {
            // The last but one.
            self.failures.remove(FAILURES_MAX.saturating_sub(1));
        }
    }
}
