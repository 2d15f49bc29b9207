//! Paddle Billing's notifications.
//!
//! - A purchase is an order with the subscription's name, where there is one, else with the
//!   transaction's.
//! - A transaction names its customer; who that is, is said by `customer.created` and
//!   `customer.updated`, before or after.

use super::reading::{amount, buyer, kind, name, needed, object, objects, person, quantity};
use super::signature::Pairs;
use super::{About, Buyer, Line, NoProof, Notice, Proof, Purchase, Statement, Unreadable, money};
use crate::decide::Fact;
use crate::prelude::*;
use crate::text::Email;
use crate::time::Timestamp;
use crate::wire::foreign::{Incoming, Members};

const HEADER: Pairs = Pairs { between: ';', time: "ts", scheme: "h1", joint: ':' };

pub(super) fn proof(request: &Incoming) -> Result<Proof, NoProof> {
    let wrong = NoProof("The header Paddle-Signature must be of the form `ts=…;h1=…`.");
    let header = request.header("paddle-signature");
    HEADER.read(header.ok_or(NoProof("The header Paddle-Signature is missing."))?, wrong)
}

pub(super) fn read(body: &[u8]) -> Result<Notice, Unreadable> {
    let members = object(body)?;
    let event = Members(&members);
    let word = event.text("event_type").ok_or(Unreadable("has no event_type"))?;
    let at = event.time("occurred_at");
    let said = event.object("data").zip(at).map(|(about, at)| Said { about, at });
    Ok(Notice {
        event: needed(event, "event_id")?,
        kind: kind(word),
        at,
        // A sandbox is an account of its own, with secrets of its own.
        mode: None,
        statements: said.and_then(|said| said.statement(word)).into_iter().collect(),
    })
}

/// What a notification is about, and when it happened.
struct Said<'a> {
    about: Members<'a>,
    at: Timestamp,
}

impl Said<'_> {
    fn statement(&self, word: &str) -> Option<Statement> {
        let about = self.about;
        match word {
            "transaction.completed" => self.completed(),
            // Of the first payment: nothing was bought yet.
            "transaction.payment_failed"
                if about.text("origin") == Some("subscription_recurring") =>
            {
                self.of_subscription("subscription_id", Fact::PaymentFailed { at: self.at })
            }
            "subscription.past_due" => {
                self.of_subscription("id", Fact::PaymentFailed { at: self.at })
            }
            "subscription.updated" => {
                let change = about.object("scheduled_change")?;
                let ends = change.text("action") == Some("cancel");
                let fact = Fact::SubscriptionCancelled { at: self.at };
                self.of_subscription("id", fact).filter(|_| ends)
            }
            "subscription.canceled" => {
                let at = about.time("canceled_at").unwrap_or(self.at);
                self.of_subscription("id", Fact::SubscriptionExpired { at })
            }
            "adjustment.created" | "adjustment.updated" => self.adjusted(),
            "customer.created" | "customer.updated" | "customer.imported" => {
                let email = Email::new(about.text("email")?).ok()?;
                let called = person(about.text("name"));
                Some(Statement::Introduced { name: name(about, "id")?, email, called })
            }
            _ => None,
        }
    }

    fn completed(&self) -> Option<Statement> {
        let about = self.about;
        let transaction = name(about, "id")?;
        let subscription = name(about, "subscription_id");
        match about.text("origin") {
            Some("subscription_recurring") => Some(Statement::Reported {
                about: About::Subscription(subscription?),
                fact: Fact::Renewed { paid_at: self.paid_at() },
                invoice: Some(transaction),
            }),
            // For a change of plan, something extra, or another card.
            Some(origin) if origin.starts_with("subscription_") => None,
            _ => {
                let noted = about.object("custom_data");
                let noted = |member| noted.and_then(|data| data.text(member));
                let named = || name(about, "customer_id").map(Buyer::Named);
                Some(Statement::Bought(Purchase {
                    order: subscription.clone().unwrap_or(transaction),
                    subscription,
                    buyer: buyer(noted("email"), noted("name")).or_else(named)?,
                    paid_at: Some(self.paid_at()),
                    lines: self.lines(),
                }))
            }
        }
    }

    /// When the money came; the last payment, if there were several.
    fn paid_at(&self) -> Timestamp {
        let captured = objects(self.about, "payments").filter_map(|one| one.time("captured_at"));
        captured.max().or_else(|| self.about.time("billed_at")).unwrap_or(self.at)
    }

    fn lines(&self) -> Vec<Line> {
        let currency = self.about.text("currency_code").unwrap_or_default();
        let details = self.about.object("details");
        let line = |item: Members<'_>| {
            let price = item.object("price");
            let of_price = |member| price.and_then(|price| name(price, member));
            let id = of_price("id");
            let billed = details.into_iter().flat_map(|details| objects(details, "line_items"));
            let mut billed = billed.filter(|line| name(*line, "price_id") == id);
            let totals = billed.find_map(|line| line.object("totals"));
            let total = totals.and_then(|totals| amount(totals, "total"));
            Line {
                prices: [id, of_price("product_id")].into_iter().flatten().collect(),
                quantity: quantity(item),
                paid: total.and_then(|total| money::price(total, currency)),
            }
        };
        objects(self.about, "items").map(line).collect()
    }

    /// Money that goes back, once Paddle has agreed to it.
    fn adjusted(&self) -> Option<Statement> {
        let about = self.about;
        let order = name(about, "subscription_id").or_else(|| name(about, "transaction_id"))?;
        let is_approved = about.text("status") == Some("approved");
        let fact = match about.text("action") {
            Some("refund") if is_approved => Fact::Refunded { full: self.is_full() },
            Some("chargeback") => Fact::DisputeOpened,
            Some("chargeback_reverse") => Fact::DisputeClosed { won: true },
            _ => return None,
        };
        Some(Statement::Reported { about: About::Order(order), fact, invoice: None })
    }

    /// Whether all of it goes back; older notifications say so of each item alone.
    fn is_full(&self) -> bool {
        let of_items = || {
            let mut items = objects(self.about, "items").peekable();
            items.peek().is_some() && items.all(|item| item.text("type") == Some("full"))
        };
        self.about.text("type").map_or_else(of_items, |kind| kind == "full")
    }

    fn of_subscription(&self, member: &str, fact: Fact) -> Option<Statement> {
        let about = About::Subscription(name(self.about, member)?);
        Some(Statement::Reported { about, fact, invoice: None })
    }
}
