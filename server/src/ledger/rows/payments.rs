//! What payment providers sent, and what is needed to understand it.

use counterfoil_core::id::{
    IdNumber, LicenseId, PaymentConnectionId, PaymentDeliveryId, PlanId, ProductId, VendorId,
};
use counterfoil_core::license::Mode;
use counterfoil_core::text::{Name, PaymentRef};
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::payment::PaymentState;
use counterfoil_core::wire::provider::Provider;
use serde::{Deserialize, Serialize};

use super::List;

/// Whose names these are: a provider tells a vendor of live or of test things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// Whose.
    pub vendor: VendorId,
    /// Live or test.
    pub mode: Mode,
    /// By whom.
    pub provider: Provider,
}

/// A provider whose webhooks are believed. The secret is sealed for this connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentConnectionRow {
    /// Its id.
    pub id: PaymentConnectionId,
    /// Whose it is.
    pub vendor: VendorId,
    /// Of which mode the licenses are that it makes.
    pub mode: Mode,
    /// Whose webhooks.
    pub provider: Provider,
    /// What people call it.
    pub name: Option<Name>,
    /// The secret.
    pub sealed_secret: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which plan a provider's price stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRow {
    /// Its place in the list.
    pub number: u128,
    /// Whose price.
    pub provider: Provider,
    /// The provider's name for it.
    pub price: PaymentRef,
    /// What is sold.
    pub product: ProductId,
    /// On which terms.
    pub plan: PlanId,
    /// Since when.
    pub created_at: Timestamp,
}

impl PriceRow {
    /// Its place in the list.
    pub const fn place(&self) -> IdNumber {
        IdNumber::from_raw(self.number)
    }
}

/// Something that a provider sent. Its body is sealed for this delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentDeliveryRow {
    /// Its id.
    pub id: PaymentDeliveryId,
    /// Whom it was sent to.
    pub vendor: VendorId,
    /// In which mode it counts.
    pub mode: Mode,
    /// Who sent it.
    pub provider: Provider,
    /// The provider's name for the event.
    pub event: PaymentRef,
    /// The provider's word for what happened.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// What came of it.
    pub state: PaymentState,
    /// What it waits for.
    pub waits_for: Option<String>,
    /// Why it cannot take effect.
    pub problem: Option<String>,
    /// The licenses that it concerns, the first of them.
    pub licenses: Vec<LicenseId>,
    /// When it is forgotten.
    pub ends_at: Timestamp,
    /// What was sent.
    pub sealed_body: Vec<u8>,
}

impl PaymentDeliveryRow {
    /// Whose names it uses.
    pub const fn side(&self) -> Side {
        Side { vendor: self.vendor, mode: self.mode, provider: self.provider }
    }
}

impl List {
    /// A vendor's connections to payment providers in one mode.
    pub const fn payment_connections(vendor: VendorId, mode: Mode) -> Self {
        numbered(vendor, 40, mode)
    }

    /// A vendor's prices of one mode.
    pub const fn prices(vendor: VendorId, mode: Mode) -> Self {
        numbered(vendor, 42, mode)
    }

    /// A vendor's deliveries of one mode: all, or those that stand so.
    pub const fn payment_deliveries(
        vendor: VendorId,
        mode: Mode,
        state: Option<PaymentState>,
    ) -> Self {
        let first = match state {
            None => 44,
            Some(PaymentState::Applied) => 46,
            Some(PaymentState::Ignored) => 48,
            Some(PaymentState::Parked) => 50,
            Some(PaymentState::Refused) => 52,
        };
        numbered(vendor, first, mode)
    }
}

/// A vendor's list of live things with this number; test things have the next one.
const fn numbered(vendor: VendorId, first: u8, mode: Mode) -> List {
    let of = match mode {
        Mode::Live => first,
        Mode::Test => first.saturating_add(1),
    };
    List { owner: vendor.number(), of }
}
