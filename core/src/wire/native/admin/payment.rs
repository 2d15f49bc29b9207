//! Payment providers: whose webhooks are believed, what their prices stand for, and what came.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Page;
use crate::id::{LicenseId, PaymentConnectionId, PaymentDeliveryId, PlanId, ProductId};
use crate::license::Mode;
use crate::prelude::*;
use crate::schema::described;
use crate::text::{IdempotencyKey, Name, PaymentRef};
use crate::time::Timestamp;
use crate::wire::native::{Cursor, ListLimit, Param, Problem, Reference, calls};
use crate::wire::provider::Provider;

/// Shortest secret of a webhook, in characters.
pub const SECRET_CHARS_MIN: usize = 6;
/// Longest, in characters.
pub const SECRET_CHARS_MAX: usize = 255;

calls! {
    /// `admin.payment.connect`: believes a payment provider's webhooks from now on.
    ///
    /// The secret is the one under which the provider signs; it is kept sealed and never shown again.
    /// While secrets are rotated several of one provider count. What comes under it makes licenses of
    /// the calling token's mode; what a provider itself calls a test makes test licenses at most.
    ConnectPayments "admin.payment.connect" BillingWrite -> PaymentConnection | conflict {
        /// Whose webhooks.
        provider "provider": Provider,
        /// The webhook's secret. Gumroad signs nothing: choose a long one, and end the address with
        /// `?secret=` and it.
        secret "secret": PaymentSecret,
        /// A key of the provider's API, with which `checkout.open` opens sessions; null: none. Stripe's
        /// only: `sk_…`, or `rk_…` that may write checkout sessions. Kept sealed, never shown again.
        api_key "apiKey": Option<PaymentSecret>,
        /// What people call it.
        name "name": Option<Name>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.payment.list`: lists the connections to payment providers, newest first.
    ///
    /// Their secrets are shown to nobody.
    ListPaymentConnections "admin.payment.list" LicensesRead -> Page<PaymentConnection> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.payment.disconnect`: believes nothing any more that comes under a connection's secret.
    ///
    /// Answers the connection as it was. What came already stays.
    DisconnectPayments "admin.payment.disconnect" BillingWrite -> PaymentConnection | not_found {
        /// The connection: an id.
        connection "connection": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.price.map`: says which plan a provider's price stands for.
    ///
    /// What was parked for want of it is applied at once. Mapped again, it stands for the new plan from
    /// then on. In test mode a price that is not mapped stands for what it does in live mode.
    MapPrice "admin.price.map" BillingWrite -> MappedPrice | not_found {
        /// Whose price.
        provider "provider": Provider,
        /// The provider's name for it: a price's id, or a product's, which stands for all its prices.
        /// Stripe: `price_…`, `prod_…` or a payment link's `plink_…`. Paddle: `pri_…` or `pro_…`.
        /// Lemon Squeezy: the variant's number. WooCommerce: the number of the variation or product.
        /// Gumroad: the product's id, its permalink, or the id and version as in `QMGY== (Pro)`.
        price "price": PaymentRef,
        /// What is sold: a product's id, slug or permalink.
        product "product": Reference,
        /// On which terms: a plan of the product, by its id or slug.
        plan "plan": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.price.list`: lists the prices that are mapped, newest first.
    ListPrices "admin.price.list" LicensesRead -> Page<PriceView> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.price.unmap`: lets a price stand for nothing any more.
    ///
    /// Answers what it stood for. What is bought at it from then on is parked.
    UnmapPrice "admin.price.unmap" BillingWrite -> PriceView | not_found {
        /// Whose price.
        provider "provider": Provider,
        /// The provider's name for it.
        price "price": PaymentRef,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.payment.deliveries`: lists what payment providers sent, newest first.
    ///
    /// What is parked is kept for a year, everything else for 90 days.
    ListPaymentDeliveries "admin.payment.deliveries" LicensesRead -> Page<PaymentDelivery> {
        /// Only what stands so.
        state "state": Option<PaymentState>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.payment.delivery`: shows one of them, as it was sent.
    GetPaymentDelivery "admin.payment.delivery" BillingWrite -> PaymentDeliveryDetail | not_found {
        /// The delivery: an id.
        delivery "delivery": Reference,
    }

    /// `admin.payment.replay`: applies a delivery once more.
    ///
    /// What took effect already does not take effect again.
    ReplayPaymentDelivery "admin.payment.replay" BillingWrite -> PaymentDelivery | not_found {
        /// The delivery: an id.
        delivery "delivery": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// The secret of a provider's webhook, as the provider shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct PaymentSecret(String);

described!(PaymentSecret {
    "description": "6 to 255 characters, none of them a control character.",
    "type": "string",
    "minLength": SECRET_CHARS_MIN,
    "maxLength": SECRET_CHARS_MAX,
});

impl PaymentSecret {
    /// The secret, if it can be one.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let fits = (SECRET_CHARS_MIN..=SECRET_CHARS_MAX).contains(&text.chars().count());
        (fits && !text.chars().any(char::is_control)).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl core::fmt::Debug for PaymentSecret {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PaymentSecret(…)")
    }
}

impl Param for PaymentSecret {
    fn read(value: Value) -> Result<Self, Problem> {
        Self::new(&String::read(value)?).ok_or_else(|| {
            Problem::new("must be 6 to 255 characters long, without control characters")
        })
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

impl Param for Provider {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        text.parse().map_err(|_| {
            let words: Vec<&str> = Self::ALL.iter().map(|one| one.word()).collect();
            Problem::new(format!("must be one of {}", words.join(", ")))
        })
    }

    fn write(&self) -> Value {
        self.word().into()
    }
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum PaymentState {
    /// It took effect.
    Applied,
    /// It says nothing that concerns licenses.
    Ignored,
    /// It waits for something: a price to be mapped, an order, a payment or a buyer to be told of.
    Parked,
    /// It cannot take effect.
    Refused,
}

impl PaymentState {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Applied, Self::Ignored, Self::Parked, Self::Refused];

    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Ignored => "ignored",
            Self::Parked => "parked",
            Self::Refused => "refused",
        }
    }
}

impl Param for PaymentState {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        Self::ALL.into_iter().find(|state| state.word() == text).ok_or_else(|| {
            let words: Vec<&str> = Self::ALL.iter().map(|state| state.word()).collect();
            Problem::new(format!("must be one of {}", words.join(", ")))
        })
    }

    fn write(&self) -> Value {
        self.word().into()
    }
}

/// A provider whose webhooks are believed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentConnection {
    /// Its id.
    pub id: PaymentConnectionId,
    /// Whose webhooks.
    pub provider: Provider,
    /// What people call it.
    pub name: Option<Name>,
    /// Of which mode the licenses are that it makes.
    pub mode: Mode,
    /// The address to which the provider has to send them.
    pub url: String,
    /// Whether buyers can pay at it from the checkout: it was connected with a key of its API.
    pub opens_checkouts: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// What a provider's price stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Price"))]
pub struct PriceView {
    /// Whose price.
    pub provider: Provider,
    /// The provider's name for it.
    pub price: PaymentRef,
    /// What is sold.
    pub product: ProductId,
    /// On which terms.
    pub plan: PlanId,
    /// Since when it stands for that.
    pub created_at: Timestamp,
}

/// A price that was mapped, and what came of what had waited for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MappedPrice {
    /// Whose price.
    pub provider: Provider,
    /// The provider's name for it.
    pub price: PaymentRef,
    /// What is sold.
    pub product: ProductId,
    /// On which terms.
    pub plan: PlanId,
    /// Since when it stands for that.
    pub created_at: Timestamp,
    /// Deliveries that had been parked and took effect.
    pub applied: u32,
    /// Whether more of them are parked for this price than one call applies: the same call again goes
    /// on with them.
    pub more: bool,
}

/// Something that a provider sent, without its body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentDelivery {
    /// Its id.
    pub id: PaymentDeliveryId,
    /// Who sent it.
    pub provider: Provider,
    /// The provider's name for the event.
    pub event: PaymentRef,
    /// What happened, by the provider's own word for it.
    #[serde(rename = "type")]
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// When it came.
    pub received_at: Timestamp,
    /// What came of it.
    pub state: PaymentState,
    /// What it waits for, as `price price_1Rs`, `order pi_3Rt`, `payment pi_3Rt` or `buyer ctm_01`;
    /// null: nothing.
    pub waits_for: Option<String>,
    /// Why it cannot take effect, as a sentence; null: it can.
    pub problem: Option<String>,
    /// The licenses that it concerns, 100 at most.
    pub licenses: Vec<LicenseId>,
}

/// Something that a provider sent, as it was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PaymentDeliveryDetail {
    /// All else that is known of it.
    pub delivery: PaymentDelivery,
    /// What was sent, as a text.
    pub body: String,
}

impl core::fmt::Debug for PaymentDeliveryDetail {
    /// Without the body, which says who bought.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "PaymentDeliveryDetail({})", self.delivery.id)
    }
}
