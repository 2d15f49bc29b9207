//! Making a license.

use super::Change;
use crate::alias::Alias;
use crate::catalog::{Plan, Price, Product, Terms};
use crate::decide::Decision;
use crate::history::{Event, EventKind};
use crate::id::{CustomerId, LicenseId, PlanId, ProductId, VendorId};
use crate::identifier::ActivationType;
use crate::license::{License, Mode};
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::sale::{Anchor, Sale, Subscription};
use crate::text::{Name, PaymentRef};
use crate::time::Timestamp;

/// On whose behalf a license is made, of what, and under which names.
#[derive(Clone, Debug)]
pub struct Issuer<'a> {
    /// Whose license it is.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// What it is for.
    pub product: &'a Product,
    /// On which plan.
    pub plan: Option<&'a Plan>,
    /// Who gets it.
    pub customer: Option<CustomerId>,
}

/// Where a license departs from its plan.
#[derive(Clone, Debug, Default)]
pub struct Issue {
    /// Instead of the end of the plan's term; within that `None`: it holds for ever.
    pub expires_at: Option<Option<Timestamp>>,
    /// Instead of the plan's.
    pub activation_type: Option<ActivationType>,
    /// Instead of the plan's.
    pub activation_limit: Option<u32>,
    /// Instead of the plan's.
    pub entitlements: Option<Vec<Name>>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// What was paid for it, when the payment side reports its sale.
    pub order: Option<Order>,
}

/// A sale that the payment side reports as complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The payment side's name for it.
    pub id: PaymentRef,
    /// Of the plan that was ordered.
    pub plan: PlanId,
    /// What goes on paying.
    pub subscription: Option<PaymentRef>,
    /// When it was paid.
    pub paid_at: Timestamp,
    /// How much, if that was said.
    pub price: Option<Price>,
}

impl Order {
    fn sale(&self, product: ProductId, expires_at: Option<Timestamp>) -> Sale {
        let subscription = self.subscription.clone();
        Sale {
            order: self.id.clone(),
            line: (product, self.plan),
            subscription: subscription.map(|id| Subscription {
                id,
                cancelled_at: None,
                ended_at: None,
            }),
            price: self.price.clone(),
            settled_at: self.paid_at,
            anchor: Anchor { day: self.paid_at.day_of_month(), counted_to: expires_at },
            failures: Vec::new(),
            refunded: false,
            dispute: None,
        }
    }
}

/// Makes a license. Its term begins when it was paid for, or `now`. Without a plan: one domain, no
/// expiry.
pub fn issue(
    issuer: &Issuer<'_>,
    wanted: &Issue,
    (id, alias): (LicenseId, Alias),
    now: Timestamp,
) -> Decision<License> {
    let plan = issuer.plan;
    let terms = plan.map_or_else(Terms::default, |plan| plan.terms.clone());
    let begins = wanted.order.as_ref().map_or(now, |order| order.paid_at);
    let end_of_term = plan.and_then(|plan| plan.term).map(|term| term.end(begins));
    let license = License {
        id,
        vendor: issuer.vendor,
        mode: issuer.mode,
        alias,
        product: issuer.product.names.id,
        plan: plan.map(|plan| plan.id),
        customer: issuer.customer,
        terms: Terms {
            activation_type: wanted.activation_type.unwrap_or(terms.activation_type),
            activation_limit: wanted.activation_limit.unwrap_or(terms.activation_limit),
            entitlements: wanted.entitlements.clone().unwrap_or(terms.entitlements),
            uses_limit: terms.uses_limit,
            lease_days: terms.lease_days,
            floating: terms.floating,
        },
        activations_used: 0,
        uses: 0,
        created_at: now,
        expires_at: wanted.expires_at.unwrap_or(end_of_term),
        grace_until: None,
        holds: Vec::new(),
        end: None,
        metadata: wanted.metadata.clone(),
    };
    let created = Event {
        from: None,
        ..Event::new(EventKind::LicenseCreated, &license, &license, now)
            .with("product", issuer.product.names.id.to_string())
            .with("plan", plan.map(|plan| plan.id.to_string()))
            .with("customer", issuer.customer.map(|customer| customer.to_string()))
    };
    let mut changes = vec![Change::License(license.clone())];
    let created = match &wanted.order {
        Some(order) => {
            changes.push(Change::Sale(Some(order.sale(license.product, license.expires_at))));
            told(created, order)
        }
        None => created,
    };
    Decision { changes, events: vec![created], answer: license }
}

fn told(created: Event, order: &Order) -> Event {
    let (price, currency) =
        order.price.as_ref().map(|price| (price.amount, price.currency.as_str())).unzip();
    created
        .with("order", order.id.as_str())
        .with("subscription", order.subscription.as_ref().map(PaymentRef::as_str))
        .with("paidAt", order.paid_at.to_string())
        .with("price", price)
        .with("currency", currency)
}
