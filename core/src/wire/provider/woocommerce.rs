//! WooCommerce's webhooks, with or without WooCommerce Subscriptions.
//!
//! A body is an order or a subscription as it stands; which topic it came by is not signed and
//! makes no difference. Numbers are a shop's own, so names begin with the shop's address where the
//! body has it. A renewal is an order of its own, whose notes name the subscription.

use serde_json::Value;

use super::reading::{buyer, kind, object, objects, quantity, word};
use super::signature::of_body_in_base64;
use super::{About, Line, NoProof, Notice, Proof, Purchase, Statement, Unreadable, money};
use crate::decide::Fact;
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::time::Timestamp;
use crate::wire::foreign::{Incoming, Members};

/// The note of a renewal's order that names the subscription.
const RENEWAL: &str = "_subscription_renewal";

pub(super) fn proof(request: &Incoming) -> Result<Proof, NoProof> {
    if let Some(header) = request.header("x-wc-webhook-signature") {
        return Ok(of_body_in_base64(header));
    }
    // When a webhook is saved the shop sends its number, unsigned, and wants a 200.
    let is_greeting = request
        .bytes()
        .strip_prefix(b"webhook_id=")
        .is_some_and(|number| number.len() <= 20 && number.iter().all(u8::is_ascii_digit));
    if is_greeting {
        return Ok(Proof::Greeting);
    }
    Err(NoProof("The header X-WC-Webhook-Signature is missing."))
}

pub(super) fn read(body: &[u8]) -> Result<Notice, Unreadable> {
    let members = object(body)?;
    let about = Members(&members);
    let id = about.0.get("id").and_then(word).ok_or(Unreadable("has no id"))?;
    let status = about.text("status").unwrap_or_default();
    let at = gmt(about, "date_modified_gmt").or_else(|| gmt(about, "date_created_gmt"));
    let is_subscription = about.0.contains_key("billing_period");
    let is_order = !is_subscription && about.0.contains_key("line_items");
    let said = at.map(|at| Said { about, shop: shop(about), id: id.clone(), at });
    let statements = match &said {
        Some(said) if is_subscription => said.subscription(status),
        Some(said) if is_order => said.order(status).into_iter().collect(),
        _ => Vec::new(),
    };
    let what = match (is_subscription, is_order) {
        (true, _) => "subscription",
        (false, true) => "order",
        (false, false) => "resource",
    };
    let changed = about.text("date_modified_gmt").unwrap_or_default();
    let event = format!("{what} {} {status} {changed}", named(&shop(about), &id));
    Ok(Notice {
        event: PaymentRef::new(&event).map_err(|_| Unreadable("has no usable id"))?,
        kind: kind(format!("{what} {status}").trim_end()),
        at,
        mode: None,
        statements,
    })
}

/// What a body is about, and when it was last changed.
struct Said<'a> {
    about: Members<'a>,
    shop: String,
    id: String,
    at: Timestamp,
}

impl Said<'_> {
    fn name(&self, id: &str) -> Option<PaymentRef> {
        PaymentRef::new(&named(&self.shop, id)).ok()
    }

    /// The name of a subscription's payments: orders and subscriptions are numbered alike.
    fn payment_of(&self, subscription: &str) -> Option<PaymentRef> {
        PaymentRef::new(&format!("subscription {}", named(&self.shop, subscription))).ok()
    }

    fn paid_at(&self) -> Timestamp {
        let mut dates = ["date_paid_gmt", "date_completed_gmt"].into_iter();
        dates.find_map(|member| gmt(self.about, member)).unwrap_or(self.at)
    }

    fn order(&self, status: &str) -> Option<Statement> {
        let renews = self.renews();
        let renewed = || Some(About::Subscription(self.name(renews.as_deref()?)?));
        let (about, fact, invoice) = match status {
            "processing" | "completed" if renews.is_none() => return self.bought(),
            "processing" | "completed" => {
                (renewed()?, Fact::Renewed { paid_at: self.paid_at() }, self.name(&self.id))
            }
            "failed" => (renewed()?, Fact::PaymentFailed { at: self.at }, None),
            "refunded" => {
                let own = || self.name(&self.id).map(About::Order);
                let of = |subscription: &String| self.payment_of(subscription).map(About::Payment);
                (renews.as_ref().map_or_else(own, of)?, Fact::Refunded { full: true }, None)
            }
            _ => return None,
        };
        Some(Statement::Reported { about, fact, invoice })
    }

    /// The subscription that the order is a renewal of.
    fn renews(&self) -> Option<String> {
        let mut notes = objects(self.about, "meta_data");
        notes.find(|note| note.text("key") == Some(RENEWAL))?.0.get("value").and_then(word)
    }

    fn bought(&self) -> Option<Statement> {
        let billing = self.about.object("billing")?;
        let part = |member| billing.text(member).unwrap_or_default();
        let called = format!("{} {}", part("first_name"), part("last_name"));
        Some(Statement::Bought(Purchase {
            order: self.name(&self.id)?,
            subscription: None,
            buyer: buyer(billing.text("email"), Some(&called))?,
            paid_at: Some(self.paid_at()),
            lines: self.lines(),
        }))
    }

    fn lines(&self) -> Vec<Line> {
        let currency = self.about.text("currency").unwrap_or_default();
        let line = |item: Members<'_>| {
            let ids = ["variation_id", "product_id"].into_iter();
            let ids = ids.filter_map(|member| item.0.get(member).and_then(word));
            let ids = ids.filter(|id| id != "0").filter_map(|id| PaymentRef::new(&id).ok());
            Line {
                prices: ids.collect(),
                quantity: quantity(item),
                paid: item.text("total").and_then(|total| money::decimal(total, currency)),
            }
        };
        objects(self.about, "line_items").map(line).collect()
    }

    fn subscription(&self, status: &str) -> Vec<Statement> {
        let parent = self.about.0.get("parent_id").and_then(word).filter(|id| id != "0");
        let order = parent.and_then(|id| self.name(&id));
        let Some(subscription) = self.name(&self.id) else { return Vec::new() };
        let leads = order.clone().zip(self.payment_of(&self.id));
        let leads = leads.map(|(to, name)| Statement::Belongs { name, to });
        let subscribed =
            order.map(|order| Statement::Subscribed { order, subscription: subscription.clone() });
        let mut ends = ["end_date_gmt", "cancelled_date_gmt"].into_iter();
        let end = ends.find_map(|member| gmt(self.about, member)).unwrap_or(self.at);
        let fact = match status {
            "on-hold" => Some(Fact::PaymentFailed { at: self.at }),
            "pending-cancel" => Some(Fact::SubscriptionCancelled { at: self.at }),
            "cancelled" | "expired" => Some(Fact::SubscriptionExpired { at: end }),
            _ => None,
        };
        let about = About::Subscription(subscription);
        let reported = fact.map(|fact| Statement::Reported { about, fact, invoice: None });
        [subscribed, leads, reported].into_iter().flatten().collect()
    }
}

/// The shop's address, from the link that a body has to itself; empty where it has none.
fn shop(about: Members<'_>) -> String {
    let links = about.object("_links");
    let own = links.and_then(|links| objects(links, "self").next());
    let href = own.and_then(|link| link.text("href")).unwrap_or_default();
    let address = href.split_once("://").map_or("", |(_, rest)| rest);
    let address = address.split_once("/wp-json").map_or("", |(address, _)| address);
    address.to_ascii_lowercase()
}

fn named(shop: &str, id: &str) -> String {
    if shop.is_empty() { id.to_owned() } else { format!("{shop}/{id}") }
}

/// A time that is written without its zone.
fn gmt(about: Members<'_>, member: &str) -> Option<Timestamp> {
    let text = about.0.get(member).and_then(Value::as_str)?;
    format!("{}Z", text.trim_end_matches('Z')).parse().ok()
}
