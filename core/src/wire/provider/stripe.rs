//! Stripe's events, of its API before 2025-03-31 and since.
//!
//! - A one-off purchase is an order with the name of its payment (`pi_…`), or of its checkout
//!   session where nothing was to pay. An event of a session lists no prices: `metadata.price` of
//!   the session or the link it came by (`plink_…`) says what was bought.
//! - A subscription is an order with the subscription's name. What was bought is said by its first
//!   invoice, which is also there when the subscription did not begin at a checkout.
//! - Money that comes back names a payment. Which invoice that paid is said by other events
//!   (`invoice_payment.paid`, `payment_intent.succeeded`), before or after.

use super::reading::{amount, buyer, kind, link, name, needed, object, objects, quantity, unix};
use super::signature::Pairs;
use super::{About, Buyer, Line, NoProof, Notice, Proof, Purchase, Statement, Unreadable, money};
use crate::decide::Fact;
use crate::id::CheckoutId;
use crate::license::Mode;
use crate::prelude::*;
use crate::text::PaymentRef;
use crate::time::Timestamp;
use crate::wire::foreign::{Incoming, Members};

const HEADER: Pairs = Pairs { between: ',', time: "t", scheme: "v1", joint: '.' };

pub(super) fn proof(request: &Incoming) -> Result<Proof, NoProof> {
    let wrong = NoProof("The header Stripe-Signature must be of the form `t=…,v1=…`.");
    let header = request.header("stripe-signature");
    HEADER.read(header.ok_or(NoProof("The header Stripe-Signature is missing."))?, wrong)
}

pub(super) fn read(body: &[u8]) -> Result<Notice, Unreadable> {
    let members = object(body)?;
    let event = Members(&members);
    let at = unix(event, "created");
    let word = event.text("type").ok_or(Unreadable("has no type"))?;
    let about = event.object("data").and_then(|data| data.object("object"));
    let said = about.map(|about| Said { about, at: at.unwrap_or(Timestamp::from_unix(0)) });
    let statements = said.map(|said| said.statements(word)).unwrap_or_default();
    let mode = event.flag("livemode");
    Ok(Notice {
        event: needed(event, "id")?,
        kind: kind(word),
        at,
        mode: mode.map(|live| if live { Mode::Live } else { Mode::Test }),
        statements: if at.is_some() { statements } else { Vec::new() },
    })
}

/// What an event is about, and when it happened.
struct Said<'a> {
    about: Members<'a>,
    at: Timestamp,
}

impl Said<'_> {
    fn statements(&self, word: &str) -> Vec<Statement> {
        match word {
            "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
                self.session()
            }
            "invoice.paid" | "invoice.payment_succeeded" => self.invoice(),
            "invoice.payment_failed" => self.failed_invoice(),
            "invoice_payment.paid" => self.paid_by(),
            "payment_intent.succeeded" | "charge.succeeded" => self.links(),
            "customer.subscription.updated" => self.changed(),
            "customer.subscription.deleted" => self.ended(),
            "charge.refunded" => self.refunded(),
            "charge.dispute.created" | "charge.dispute.funds_withdrawn" => {
                self.disputed(|_| Some(Fact::DisputeOpened))
            }
            "charge.dispute.closed" => self.disputed(|status| match status {
                "won" => Some(Fact::DisputeClosed { won: true }),
                "lost" => Some(Fact::DisputeClosed { won: false }),
                _ => None,
            }),
            _ => Vec::new(),
        }
    }

    fn session(&self) -> Vec<Statement> {
        let session = self.about;
        let mode = session.text("mode");
        let is_paid =
            matches!(session.text("payment_status"), Some("paid" | "no_payment_required"));
        let checkout = name(session, "client_reference_id");
        let checkout = checkout.filter(|name| is_paid && is_checkout(name));
        if mode == Some("subscription") {
            let of = |member| link(session, member);
            let pairs = [of("invoice"), checkout].into_iter().flatten();
            let belongs = |name| Some(Statement::Belongs { name, to: of("subscription")? });
            return pairs.filter_map(belongs).collect();
        }
        let order = link(session, "payment_intent").or_else(|| name(session, "id"));
        let details = session.object("customer_details");
        let detail = |member| details.and_then(|details| details.text(member));
        let email = detail("email").or_else(|| session.text("customer_email"));
        let (Some("payment"), true, Some(order)) = (mode, is_paid, order) else {
            return Vec::new();
        };
        let belongs = checkout.map(|name| Statement::Belongs { name, to: order.clone() });
        let buyer =
            buyer(email, detail("name")).or_else(|| link(session, "customer").map(Buyer::Named));
        let Some(buyer) = buyer else { return Vec::new() };
        let purchase = Purchase {
            order,
            subscription: None,
            buyer,
            paid_at: Some(self.at),
            lines: session_lines(session),
        };
        belongs.into_iter().chain([Statement::Bought(purchase)]).collect()
    }

    /// The first invoice of a subscription is its purchase, the regular ones are renewals. Others are
    /// for a change of plan, or written by hand.
    fn invoice(&self) -> Vec<Statement> {
        let invoice = self.about;
        let mut statements = self.links();
        let (Some(subscription), Some(id)) = (subscription_of(invoice), name(invoice, "id")) else {
            return statements;
        };
        let to = subscription.clone();
        statements.push(Statement::Belongs { name: id.clone(), to });
        let paid_at = invoice.object("status_transitions").and_then(|at| unix(at, "paid_at"));
        let paid_at = paid_at.unwrap_or(self.at);
        match invoice.text("billing_reason") {
            Some("subscription_create") => {
                let known = buyer(invoice.text("customer_email"), invoice.text("customer_name"));
                let buyer = known.or_else(|| link(invoice, "customer").map(Buyer::Named));
                statements.extend(buyer.map(|buyer| {
                    Statement::Bought(Purchase {
                        order: subscription.clone(),
                        subscription: Some(subscription),
                        buyer,
                        paid_at: Some(paid_at),
                        lines: invoice_lines(invoice),
                    })
                }));
            }
            Some("subscription_cycle") => statements.push(Statement::Reported {
                about: About::Subscription(subscription),
                fact: Fact::Renewed { paid_at },
                invoice: Some(id),
            }),
            _ => {}
        }
        statements
    }

    fn failed_invoice(&self) -> Vec<Statement> {
        let is_regular = self.about.text("billing_reason") == Some("subscription_cycle");
        let subscription = subscription_of(self.about).filter(|_| is_regular);
        let failed = |subscription| Statement::Reported {
            about: About::Subscription(subscription),
            fact: Fact::PaymentFailed { at: self.at },
            invoice: None,
        };
        subscription.map(failed).into_iter().collect()
    }

    /// Which invoice a payment paid.
    fn paid_by(&self) -> Vec<Statement> {
        let invoice = link(self.about, "invoice");
        let payment = self.about.object("payment");
        let names = ["payment_intent", "charge"].into_iter();
        let names = names.filter_map(|member| payment.and_then(|payment| link(payment, member)));
        let belongs = |name| invoice.clone().map(|to| Statement::Belongs { name, to });
        names.filter_map(belongs).collect()
    }

    /// Which of the names in a payment, a charge or an invoice lead to which.
    fn links(&self) -> Vec<Statement> {
        let about = self.about;
        let id = name(about, "id");
        let (payment, charge) = (link(about, "payment_intent"), link(about, "charge"));
        let details = about.object("payment_details");
        let reference = details.and_then(|details| name(details, "order_reference"));
        let reference = reference.filter(|name| name.as_str().starts_with("in_"));
        let invoice = link(about, "invoice").or(reference);
        let pairs = match about.text("object") {
            Some("invoice") => vec![(payment.clone(), id.clone()), (charge, payment.or(id))],
            Some("charge") => vec![(id, payment.clone()), (payment, invoice)],
            Some("payment_intent") => vec![(id, invoice)],
            _ => Vec::new(),
        };
        let pairs = pairs.into_iter().filter_map(|(name, to)| name.zip(to));
        pairs.map(|(name, to)| Statement::Belongs { name, to }).collect()
    }

    fn changed(&self) -> Vec<Statement> {
        let about = self.about;
        let ends =
            about.flag("cancel_at_period_end") == Some(true) || unix(about, "cancel_at").is_some();
        let at = unix(about, "canceled_at").unwrap_or(self.at);
        self.of_subscription(Fact::SubscriptionCancelled { at })
            .filter(|_| ends)
            .into_iter()
            .collect()
    }

    fn ended(&self) -> Vec<Statement> {
        let at = unix(self.about, "ended_at").unwrap_or(self.at);
        self.of_subscription(Fact::SubscriptionExpired { at }).into_iter().collect()
    }

    fn of_subscription(&self, fact: Fact) -> Option<Statement> {
        let about = About::Subscription(name(self.about, "id")?);
        Some(Statement::Reported { about, fact, invoice: None })
    }

    fn refunded(&self) -> Vec<Statement> {
        let mut statements = self.links();
        let full = self.about.flag("refunded") == Some(true);
        let payment = link(self.about, "payment_intent").or_else(|| name(self.about, "id"));
        statements.extend(payment.map(|payment| Statement::Reported {
            about: About::Payment(payment),
            fact: Fact::Refunded { full },
            invoice: None,
        }));
        statements
    }

    /// A bank that only inquires (`warning_…`) has taken nothing yet.
    fn disputed(&self, fact: impl Fn(&str) -> Option<Fact>) -> Vec<Statement> {
        let status = self.about.text("status").unwrap_or_default();
        let fact = fact(status).filter(|_| !status.starts_with("warning_"));
        let payment = link(self.about, "payment_intent").or_else(|| link(self.about, "charge"));
        let reported = payment.zip(fact).map(|(payment, fact)| Statement::Reported {
            about: About::Payment(payment),
            fact,
            invoice: None,
        });
        reported.into_iter().collect()
    }
}

/// The subscription that an invoice is of, where older and newer versions of the API have it.
fn subscription_of(invoice: Members<'_>) -> Option<PaymentRef> {
    let parent = invoice.object("parent");
    let details = parent.and_then(|parent| parent.object("subscription_details"));
    details.and_then(|of| link(of, "subscription")).or_else(|| link(invoice, "subscription"))
}

/// Whether a name is one of our own for a purchase. Sellers write other things in its place.
fn is_checkout(name: &PaymentRef) -> bool {
    name.as_str().parse::<CheckoutId>().is_ok()
}

fn invoice_lines(invoice: Members<'_>) -> Vec<Line> {
    let currency = invoice.text("currency").unwrap_or_default();
    let Some(lines) = invoice.object("lines") else { return Vec::new() };
    let line = |line: Members<'_>| {
        let pricing = line.object("pricing").and_then(|pricing| pricing.object("price_details"));
        let price = line.object("price");
        let names = [
            pricing.and_then(|of| link(of, "price")),
            price.and_then(|of| name(of, "id")),
            pricing.and_then(|of| link(of, "product")),
            price.and_then(|of| link(of, "product")),
        ];
        Line {
            prices: names.into_iter().flatten().collect(),
            quantity: quantity(line),
            paid: amount(line, "amount").and_then(|amount| money::price(amount, currency)),
        }
    };
    objects(lines, "data").map(line).collect()
}

/// What a session was for: lines where the sender was asked for them, else what the seller noted.
fn session_lines(session: Members<'_>) -> Vec<Line> {
    let currency = session.text("currency").unwrap_or_default();
    let paid =
        |members, member| amount(members, member).and_then(|amount| money::price(amount, currency));
    let listed = session.object("line_items").map(|lines| objects(lines, "data"));
    let listed: Vec<Line> = listed
        .into_iter()
        .flatten()
        .map(|line| {
            let price = line.object("price");
            let names =
                [price.and_then(|of| name(of, "id")), price.and_then(|of| link(of, "product"))];
            Line {
                prices: names.into_iter().flatten().collect(),
                quantity: quantity(line),
                paid: paid(line, "amount_total"),
            }
        })
        .collect();
    if !listed.is_empty() {
        return listed;
    }
    let noted = session.object("metadata");
    let price = noted.and_then(|noted| name(noted, "price"));
    vec![Line {
        prices: [price, link(session, "payment_link")].into_iter().flatten().collect(),
        quantity: noted.map_or(1, quantity),
        paid: paid(session, "amount_total"),
    }]
}
