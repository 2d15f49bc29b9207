//! Orders, as a store keeps them.

use counterfoil_core::catalog::Price;
use counterfoil_core::id::{CustomerId, PlanId, ProductId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::List;

/// An order. It is kept in the place of the first license that came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// The payment side's name for it.
    pub order: PaymentRef,
    /// Who bought.
    pub customer: Option<CustomerId>,
    /// When its first line was paid.
    pub paid_at: Timestamp,
    /// What was bought, in the order in which it was heard of.
    pub lines: Vec<OrderLineRow>,
}

/// One product of an order, on one plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLineRow {
    /// What.
    pub product: ProductId,
    /// On which terms.
    pub plan: PlanId,
    /// How many licenses.
    pub quantity: u32,
    /// What was paid, if the payment side said so.
    pub price: Option<Price>,
}

impl List {
    /// A vendor's orders of one mode, by their places.
    pub const fn orders(vendor: VendorId, mode: Mode) -> Self {
        let of = match mode {
            Mode::Live => 60,
            Mode::Test => 61,
        };
        Self { owner: vendor.number(), of }
    }

    /// What a customer bought, by the orders' places.
    pub const fn orders_of(customer: CustomerId) -> Self {
        Self { owner: customer.number(), of: 62 }
    }
}
