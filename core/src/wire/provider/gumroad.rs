//! Gumroad's pings, which nobody signs.
//!
//! The address to which a ping goes therefore holds the secret: `/webhooks/gumroad?secret=…`. A
//! purchase is an order with the subscription's name, where there is one, else with the sale's. A
//! ping has no id; what tells one from another is what happened, and to what.

use super::reading::{buyer, kind, person};
use super::{About, Buyer, Line, NoProof, Notice, Proof, Purchase, Statement, Unreadable, money};
use crate::decide::Fact;
use crate::license::Mode;
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::time::Timestamp;
use crate::wire::foreign::{Fields, Incoming};

pub(super) fn proof(request: &Incoming) -> Result<Proof, NoProof> {
    let query = request.query_fields();
    let secret = query.filled("secret").map(|secret| Proof::Shown(secret.to_owned()));
    secret.ok_or(NoProof("The address must end with `?secret=…`: Gumroad signs nothing."))
}

pub(super) fn read(body: &[u8]) -> Result<Notice, Unreadable> {
    let ping = Ping(Fields::from_form(body));
    // What is set up in the seller's settings tells of sales alone, and says so by nothing.
    let word = ping.0.filled("resource_name").unwrap_or("sale");
    let about = ping.name("sale_id").or_else(|| ping.name("subscription_id"));
    let about = about.ok_or(Unreadable("has neither sale_id nor subscription_id"))?;
    let at = ping.at(word);
    let when = at.map(|at| format!(" {at}")).unwrap_or_default();
    let event = PaymentRef::new(&format!("{word} {}{when}", about.as_str()));
    Ok(Notice {
        event: event.map_err(|_| Unreadable("has no usable id"))?,
        kind: kind(word),
        at,
        mode: ping.says("test").then_some(Mode::Test),
        statements: ping.statement(word, at).into_iter().collect(),
    })
}

/// The fields of a ping.
struct Ping(Fields);

impl Ping {
    fn name(&self, field: &str) -> Option<PaymentRef> {
        PaymentRef::new(self.0.filled(field)?.trim()).ok()
    }

    fn time(&self, field: &str) -> Option<Timestamp> {
        self.0.text(field)?.parse().ok()
    }

    fn says(&self, field: &str) -> bool {
        self.0.text(field) == Some("true")
    }

    /// When it happened, where a ping says so.
    fn at(&self, word: &str) -> Option<Timestamp> {
        match word {
            "sale" => self.time("sale_timestamp"),
            "cancellation" => self.time("cancelled_at"),
            "subscription_ended" => self.time("ended_at"),
            _ => None,
        }
    }

    /// The order's name; also that of every later payment of its subscription.
    fn order(&self) -> Option<PaymentRef> {
        self.name("subscription_id").or_else(|| self.name("sale_id"))
    }

    fn statement(&self, word: &str, at: Option<Timestamp>) -> Option<Statement> {
        let of_order = |fact| {
            Some(Statement::Reported { about: About::Order(self.order()?), fact, invoice: None })
        };
        let of_subscription = |fact, invoice| {
            let about = About::Subscription(self.name("subscription_id")?);
            Some(Statement::Reported { about, fact, invoice })
        };
        match word {
            "sale" if self.says("is_preorder_authorization") => None,
            "sale" if self.says("is_recurring_charge") => {
                of_subscription(Fact::Renewed { paid_at: at? }, self.name("sale_id"))
            }
            "sale" => self.bought(at).map(Statement::Bought),
            "refund" => of_order(Fact::Refunded { full: true }),
            "dispute" => of_order(Fact::DisputeOpened),
            "dispute_won" => of_order(Fact::DisputeClosed { won: true }),
            "cancellation" => of_subscription(Fact::SubscriptionCancelled { at: at? }, None),
            "subscription_ended" => of_subscription(Fact::SubscriptionExpired { at: at? }, None),
            _ => None,
        }
    }

    fn bought(&self, paid_at: Option<Timestamp>) -> Option<Purchase> {
        let known = buyer(self.0.text("email"), None)?;
        let buyer = match known {
            Buyer::Known { email, .. } => {
                Buyer::Known { email, called: person(self.0.text("full_name")) }
            }
            named @ Buyer::Named(_) => named,
        };
        let currency = self.0.text("currency").unwrap_or_default();
        let amount = self.0.text("price").and_then(|price| price.parse().ok());
        let quantity = self.0.text("quantity").and_then(|number| number.parse().ok());
        Some(Purchase {
            order: self.order()?,
            subscription: self.name("subscription_id"),
            buyer,
            paid_at,
            lines: vec![Line {
                prices: self.prices(),
                quantity: quantity.filter(|number| *number > 0).unwrap_or(1),
                paid: amount.and_then(|amount| money::price(amount, currency)),
            }],
        })
    }

    /// The product with its version, as in `QMGY== (Pro)`, then the product by each of its names.
    fn prices(&self) -> Vec<PaymentRef> {
        let versions = self.0.0.iter().filter(|(field, _)| field.starts_with("variants["));
        let versions: Vec<&str> = versions.filter_map(|(_, version)| version.as_str()).collect();
        let with_version = self.0.filled("product_id").filter(|_| !versions.is_empty());
        let with_version = with_version.map(|id| format!("{id} ({})", versions.join(", ")));
        let with_version = with_version.and_then(|name| PaymentRef::new(&name).ok());
        let names = ["product_id", "short_product_id", "permalink"].into_iter();
        with_version.into_iter().chain(names.filter_map(|field| self.name(field))).collect()
    }
}
