//! Purchases at the checkout.

use counterfoil_core::catalog::Price;
use counterfoil_core::id::{CheckoutId, PlanId, ProductId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use serde::{Deserialize, Serialize};

/// A purchase. It is kept under a hash of the reference that the buyer's page made up; who buys, and
/// where to pay, is sealed for its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutRow {
    /// Its id.
    pub id: CheckoutId,
    /// Who sells.
    pub vendor: VendorId,
    /// Whether money moves.
    pub mode: Mode,
    /// What is sold.
    pub product: ProductId,
    /// On which terms.
    pub plan: PlanId,
    /// How many licenses.
    pub quantity: u32,
    /// What one of them costs, as it was offered.
    pub price: Price,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it is forgotten.
    pub ends_at: Timestamp,
    /// Who buys, and where to pay.
    pub sealed: Vec<u8>,
}
