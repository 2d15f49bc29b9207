//! What can be bought: a price for each plan that has one, named after the plan.

use counterfoil_core::catalog::Price;
use counterfoil_core::id::{PlanId, ProductId, VendorId};
use counterfoil_core::time::Term;
use serde_json::{Value, json};

use crate::ledger::{LedgerError, Rows};

/// What a price's name begins with; the plan's id follows.
const PREFIX: &str = "price_test_";

/// Something that can be bought, as it was when it was asked for.
#[derive(Clone)]
pub(super) struct Offer {
    pub(super) plan: PlanId,
    pub(super) product: ProductId,
    /// What people call it: product and plan.
    pub(super) name: String,
    pub(super) price: Price,
    /// How long it is paid for; `None`: once and for all.
    pub(super) term: Option<Term>,
}

impl Offer {
    /// What the vendor sells at this price; `None`: nothing.
    pub(super) fn find(
        rows: &impl Rows,
        vendor: VendorId,
        name: &str,
    ) -> Result<Option<Self>, LedgerError> {
        let Some(Ok(id)) = name.strip_prefix(PREFIX).map(str::parse::<PlanId>) else {
            return Ok(None);
        };
        let Some(plan) = rows.plan(id)? else { return Ok(None) };
        let product = rows.product(plan.product)?.filter(|product| product.vendor == vendor);
        let (Some(product), Some(price)) = (product, plan.price) else { return Ok(None) };
        Ok(Some(Self {
            plan: plan.id,
            product: product.names.id,
            name: format!("{} · {}", product.name.as_str(), plan.name.as_str()),
            price,
            term: plan.term,
        }))
    }

    /// The price's name.
    pub(super) fn price_name(&self) -> String {
        format!("{PREFIX}{}", self.plan)
    }

    /// The product's name at the provider.
    pub(super) fn product_name(&self) -> String {
        format!("prod_test_{}", self.product)
    }

    /// The currency as Stripe writes it.
    pub(super) fn currency(&self) -> String {
        self.price.currency.as_str().to_ascii_lowercase()
    }

    /// As Stripe tells of a price.
    pub(super) fn object(&self) -> Value {
        let recurring = self.term.map(|term| {
            let (interval, count) = interval(term);
            json!({ "interval": interval, "interval_count": count, "meter": null,
                "trial_period_days": null, "usage_type": "licensed" })
        });
        let amount = self.price.amount;
        json!({
            "id": self.price_name(),
            "object": "price",
            "active": true,
            "billing_scheme": "per_unit",
            "currency": self.currency(),
            "livemode": false,
            "metadata": {},
            "nickname": self.name,
            "product": self.product_name(),
            "recurring": recurring,
            "tax_behavior": "unspecified",
            "type": if recurring.is_some() { "recurring" } else { "one_time" },
            "unit_amount": amount,
            "unit_amount_decimal": amount.to_string(),
        })
    }
}

/// A term in Stripe's words.
pub(super) fn interval(term: Term) -> (&'static str, u32) {
    match term {
        Term::Months(months) if months.is_multiple_of(12) => ("year", months.div_euclid(12)),
        Term::Months(months) => ("month", months),
        Term::Days(days) => ("day", days),
    }
}
