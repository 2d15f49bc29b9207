//! Lists of things, and the numbers under which they are kept.

use counterfoil_core::id::{
    CustomerId, IdNumber, LicenseId, PlanId, ProductId, VendorId, WebhookId,
};
use counterfoil_core::license::Mode;
use counterfoil_core::wire::native::admin::mail::MailState;
use counterfoil_core::wire::native::admin::webhook::DeliveryStatus;

/// A list of things, in order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List {
    pub(in crate::ledger) owner: IdNumber,
    pub(in crate::ledger) of: u8,
}

/// Whose licenses a list holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A vendor's.
    Vendor(VendorId),
    /// Those for a product.
    Product(ProductId),
    /// Those sold on a plan.
    Plan(PlanId),
    /// A customer's.
    Customer(CustomerId),
}

impl Owner {
    const fn number(self) -> IdNumber {
        match self {
            Self::Vendor(id) => id.number(),
            Self::Product(id) => id.number(),
            Self::Plan(id) => id.number(),
            Self::Customer(id) => id.number(),
        }
    }
}

/// No two kinds of things share a number, and no number changes: it is part of the stored keys.
impl List {
    /// Licenses of one mode.
    pub const fn licenses(owner: Owner, mode: Mode) -> Self {
        let of = match mode {
            Mode::Live => 0,
            Mode::Test => 1,
        };
        Self { owner: owner.number(), of }
    }

    /// A vendor's customers of one mode.
    pub const fn customers(vendor: VendorId, mode: Mode) -> Self {
        let of = match mode {
            Mode::Live => 2,
            Mode::Test => 3,
        };
        Self { owner: vendor.number(), of }
    }

    /// A vendor's products.
    pub const fn products(vendor: VendorId) -> Self {
        Self { owner: vendor.number(), of: 4 }
    }

    /// A vendor's plans, of all products.
    pub const fn plans(vendor: VendorId) -> Self {
        Self { owner: vendor.number(), of: 5 }
    }

    /// A product's plans.
    pub const fn plans_of(product: ProductId) -> Self {
        Self { owner: product.number(), of: 5 }
    }

    /// A vendor's tokens.
    pub const fn tokens(vendor: VendorId) -> Self {
        Self { owner: vendor.number(), of: 6 }
    }

    /// The items of a license's history.
    pub const fn history(license: LicenseId) -> Self {
        Self { owner: license.number(), of: 7 }
    }

    /// A vendor's letters of one mode: all, or those that stand so.
    pub const fn mail(vendor: VendorId, mode: Mode, state: Option<MailState>) -> Self {
        let of = match (state, mode) {
            (None, Mode::Live) => 20,
            (None, Mode::Test) => 21,
            (Some(MailState::Queued), Mode::Live) => 22,
            (Some(MailState::Queued), Mode::Test) => 23,
            (Some(MailState::Sent), Mode::Live) => 24,
            (Some(MailState::Sent), Mode::Test) => 25,
            (Some(MailState::Dead), Mode::Live) => 26,
            (Some(MailState::Dead), Mode::Test) => 27,
        };
        Self { owner: vendor.number(), of }
    }

    /// A vendor's webhooks of one mode.
    pub const fn webhooks(vendor: VendorId, mode: Mode) -> Self {
        let of = match mode {
            Mode::Live => 30,
            Mode::Test => 31,
        };
        Self { owner: vendor.number(), of }
    }

    /// What was sent to a webhook or waits to be: all, or what stands so.
    pub const fn deliveries(webhook: WebhookId, status: Option<DeliveryStatus>) -> Self {
        let of = match status {
            None => 32,
            Some(DeliveryStatus::Pending) => 33,
            Some(DeliveryStatus::Delivered) => 34,
            Some(DeliveryStatus::Failed) => 35,
        };
        Self { owner: webhook.number(), of }
    }
}
