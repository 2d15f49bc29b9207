//! Lemon Squeezy's webhooks.
//!
//! An event has no id. What tells one from another is its name, what it is about, and when that was
//! last changed. A subscription says which order it pays for; an order does not know.

use super::reading::{amount, buyer, kind, name, needed, object, quantity};
use super::signature::of_body_in_hex;
use super::{About, Line, NoProof, Notice, Proof, Purchase, Statement, Unreadable, money};
use crate::decide::Fact;
use crate::license::Mode;
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::time::Timestamp;
use crate::wire::foreign::{Incoming, Members};

pub(super) fn proof(request: &Incoming) -> Result<Proof, NoProof> {
    let header = request.header("x-signature");
    header.map(of_body_in_hex).ok_or(NoProof("The header X-Signature is missing."))
}

pub(super) fn read(body: &[u8]) -> Result<Notice, Unreadable> {
    let members = object(body)?;
    let event = Members(&members);
    let meta = event.object("meta").ok_or(Unreadable("has no meta"))?;
    let word = meta.text("event_name").ok_or(Unreadable("has no meta.event_name"))?;
    let data = event.object("data").ok_or(Unreadable("has no data"))?;
    let attributes = data.object("attributes").ok_or(Unreadable("has no data.attributes"))?;
    let id = needed(data, "id")?;
    let at = ["updated_at", "created_at"].into_iter().find_map(|member| attributes.time(member));
    let changed = attributes.text("updated_at").unwrap_or_default();
    let said = at.map(|at| Said { attributes, id: id.clone(), at });
    let test = meta.flag("test_mode").or_else(|| attributes.flag("test_mode"));
    Ok(Notice {
        event: PaymentRef::new(&format!("{word} {} {changed}", id.as_str()))
            .map_err(|_| Unreadable("has no usable id"))?,
        kind: kind(word),
        at,
        mode: test.map(|test| if test { Mode::Test } else { Mode::Live }),
        statements: said.map(|said| said.statements(word)).unwrap_or_default(),
    })
}

/// What an event is about, and when it happened.
struct Said<'a> {
    attributes: Members<'a>,
    id: PaymentRef,
    at: Timestamp,
}

impl Said<'_> {
    fn statements(&self, word: &str) -> Vec<Statement> {
        let attributes = self.attributes;
        let one = match word {
            "order_created" => self.ordered(),
            "order_refunded" => {
                let is_full = attributes.text("status") != Some("partial_refund")
                    && attributes.flag("refunded") != Some(false);
                Some(reported(About::Order(self.id.clone()), Fact::Refunded { full: is_full }))
            }
            "subscription_created" => return self.subscribed(),
            "subscription_cancelled" => {
                Some(self.of_itself(Fact::SubscriptionCancelled { at: self.at }))
            }
            "subscription_expired" => {
                let at = attributes.time("ends_at").unwrap_or(self.at);
                Some(self.of_itself(Fact::SubscriptionExpired { at }))
            }
            "subscription_payment_success" | "subscription_payment_recovered" => {
                self.paid(Fact::Renewed { paid_at: self.at }, Some(self.id.clone()))
            }
            "subscription_payment_failed" => self.paid(Fact::PaymentFailed { at: self.at }, None),
            "subscription_payment_refunded" => self.paid_back(),
            _ => None,
        };
        one.into_iter().collect()
    }

    fn line(&self, of: Members<'_>) -> Line {
        let attributes = self.attributes;
        let currency = attributes.text("currency").unwrap_or_default();
        let paid = amount(attributes, "total").and_then(|total| money::price(total, currency));
        Line { prices: name(of, "variant_id").into_iter().collect(), quantity: quantity(of), paid }
    }

    fn purchase(&self, order: PaymentRef, line: Line) -> Option<Purchase> {
        let attributes = self.attributes;
        let buyer = buyer(attributes.text("user_email"), attributes.text("user_name"))?;
        let paid_at = attributes.time("created_at").or(Some(self.at));
        Some(Purchase { order, subscription: None, buyer, paid_at, lines: vec![line] })
    }

    fn ordered(&self) -> Option<Statement> {
        let status = self.attributes.text("status");
        if !matches!(status, Some("paid" | "refunded" | "partial_refund")) {
            return None;
        }
        let item = self.attributes.object("first_order_item");
        let line = item.map(|item| self.line(item));
        let line = line.unwrap_or(Line { prices: Vec::new(), quantity: 1, paid: None });
        self.purchase(self.id.clone(), line).map(Statement::Bought)
    }

    /// A subscription says which order it pays for, and of what: its order may never be told of.
    fn subscribed(&self) -> Vec<Statement> {
        let Some(order) = name(self.attributes, "order_id") else { return Vec::new() };
        let subscription = self.id.clone();
        let line = Line { quantity: 1, paid: None, ..self.line(self.attributes) };
        let purchase = self.purchase(order.clone(), line);
        let purchase = purchase
            .map(|purchase| Purchase { subscription: Some(subscription.clone()), ..purchase });
        let leads = payment_of(&subscription);
        let leads = leads.map(|name| Statement::Belongs { name, to: order.clone() });
        let subscribed = Statement::Subscribed { order, subscription };
        let statements = [Some(subscribed), leads, purchase.map(Statement::Bought)];
        statements.into_iter().flatten().collect()
    }

    /// An invoice other than the first, which the order paid, and those for a change of plan.
    fn paid(&self, fact: Fact, invoice: Option<PaymentRef>) -> Option<Statement> {
        if self.attributes.text("billing_reason") != Some("renewal") {
            return None;
        }
        let about = About::Subscription(name(self.attributes, "subscription_id")?);
        Some(Statement::Reported { about, fact, invoice })
    }

    fn paid_back(&self) -> Option<Statement> {
        let subscription = name(self.attributes, "subscription_id")?;
        let is_full = self.attributes.text("status") != Some("partial_refund");
        let about = About::Payment(payment_of(&subscription)?);
        Some(reported(about, Fact::Refunded { full: is_full }))
    }

    fn of_itself(&self, fact: Fact) -> Statement {
        reported(About::Subscription(self.id.clone()), fact)
    }
}

fn reported(about: About, fact: Fact) -> Statement {
    Statement::Reported { about, fact, invoice: None }
}

/// The name of a subscription's payments: orders and subscriptions are numbered alike.
fn payment_of(subscription: &PaymentRef) -> Option<PaymentRef> {
    PaymentRef::new(&format!("subscription {}", subscription.as_str())).ok()
}
