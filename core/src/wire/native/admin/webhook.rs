//! Webhooks: where the vendor's own programs are told what happens.

mod filter;

pub use filter::EventFilter;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Page;
use super::token::TokenSecret;
use crate::id::{DeliveryId, EventId, LicenseId, ProductId, WebhookId};
use crate::license::Mode;
use crate::prelude::*;
use crate::text::{IdempotencyKey, Name};
use crate::time::Timestamp;
use crate::wire::native::{
    Cursor, ListLimit, Param, Problem, Reference, Update, WholeNumber, calls,
};

/// Longest URL, in bytes.
pub const URL_BYTES_MAX: usize = 2_048;

/// Hours for which a replaced secret signs as well, where nothing is said.
pub const OVERLAP_HOURS: u32 = 24;

/// Most of them.
const OVERLAP_HOURS_MAX: u64 = 168;

calls! {
    /// `admin.webhook.create`: has events sent to a URL.
    ///
    /// The `secret` is in this answer and nowhere else. What happens from now on is sent; `docs/webhooks.md`
    /// says how, and how to verify it.
    CreateWebhook "admin.webhook.create" TokensWrite -> WebhookView | not_found {
        /// Where to: `https://…` or `http://…`, without a user and a password. Private addresses are
        /// refused, now or when something is sent, unless the server was started with
        /// `--allow-private-targets`.
        url "url": String,
        /// Which events: their types, `license.*` for all that begin so, `*` for all.
        events "events": EventFilter,
        /// What people call it.
        description "description": Option<Name>,
        /// Only what happens to this product's licenses: its id, slug or permalink. Without it: to those
        /// that the calling token sees.
        product "product": Option<Reference>,
        /// In which form.
        format "format": WebhookFormat,
        /// An existing secret to import unchanged; without one the server makes it. In the form `standard`:
        /// `whsec_` and base 64 of 24 to 64 bytes.
        secret "secret": Option<TokenSecret>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.webhook.list`: lists webhooks, newest first, without their secrets.
    ListWebhooks "admin.webhook.list" LicensesRead -> Page<WebhookView> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.webhook.update`: changes a webhook, switches it off or on, or gives it a new secret.
    ///
    /// What is left out stays as it is; null clears. While one is switched off nothing new is queued
    /// for it, and what waits goes on waiting.
    UpdateWebhook "admin.webhook.update" TokensWrite -> WebhookView | not_found {
        /// The webhook: its id.
        webhook "webhook": Reference,
        /// Where to from now on, also with what waits already. It cannot be cleared.
        url "url": Update<String>,
        /// Which events from now on; null: all.
        events "events": Update<EventFilter>,
        /// What people call it; null: nothing.
        description "description": Update<Option<Name>>,
        /// Whether anything is sent. It cannot be cleared.
        enabled "enabled": Update<bool>,
        /// Whether to make a new secret, and a new pair of keys. The secret is in this answer and nowhere
        /// else.
        rotate_secret "rotateSecret": Option<bool>,
        /// Together with `rotateSecret`: for how many hours the old one signs as well. Without it: 24; 0
        /// ends it at once.
        overlap_hours "overlapHours": Option<WholeNumber<0, OVERLAP_HOURS_MAX>>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.webhook.delete`: ends a webhook, and all that waits for it.
    ///
    /// Answers the webhook as it was.
    DeleteWebhook "admin.webhook.delete" TokensWrite -> WebhookView | not_found {
        /// The webhook: its id.
        webhook "webhook": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.webhook.test`: sends a webhook an event that nothing happened for.
    ///
    /// It is a `webhook.test`, which comes whatever events were asked for. One that is switched off is
    /// refused.
    TestWebhook "admin.webhook.test" TokensWrite -> DeliveryView | not_found {
        /// The webhook: its id.
        webhook "webhook": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.webhook.deliveries`: lists what was sent to a webhook or waits to be, newest first.
    ///
    /// What was delivered, and what could not be, is forgotten 30 days later.
    ListDeliveries "admin.webhook.deliveries" LicensesRead -> Page<DeliveryView> | not_found {
        /// The webhook: its id.
        webhook "webhook": Reference,
        /// Only those that stand so.
        status "status": Option<DeliveryStatus>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.webhook.delivery`: shows one of them, with what is sent.
    ShowDelivery "admin.webhook.delivery" LicensesRead -> DeliveryDetail | not_found {
        /// The delivery: its id.
        delivery "delivery": Reference,
    }

    /// `admin.webhook.redeliver`: sends an event once more, under the same id and with the same body.
    ///
    /// It is tried at once, and as often again as a new one. One that waits is tried at once. While the
    /// webhook is switched off it is refused.
    RedeliverEvent "admin.webhook.redeliver" TokensWrite -> DeliveryView | not_found {
        /// The delivery: its id.
        delivery "delivery": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// In which form events are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum WebhookFormat {
    /// Standard Webhooks 1.0.
    Standard,
    /// PackEdge's, for receivers that were written for it. It holds the license's key.
    Packedge,
}

impl WebhookFormat {
    /// Every form.
    pub const ALL: [Self; 2] = [Self::Standard, Self::Packedge];
}

/// `standard` where nothing is said.
impl Param for WebhookFormat {
    fn absent() -> Option<Self> {
        Some(Self::Standard)
    }

    fn read(value: Value) -> Result<Self, Problem> {
        match String::read(value)?.as_str() {
            "standard" => Ok(Self::Standard),
            "packedge" => Ok(Self::Packedge),
            _ => Err(Problem::new("must be `standard` or `packedge`")),
        }
    }

    fn write(&self) -> Value {
        match self {
            Self::Standard => "standard",
            Self::Packedge => "packedge",
        }
        .into()
    }
}

/// Why a webhook is switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DisabledFor {
    /// By `admin.webhook.update`.
    Manual,
    /// It answered 410: nobody wants to hear there any more.
    Gone,
    /// Nothing reached it for five days.
    Failing,
}

/// How far a delivery got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum DeliveryStatus {
    /// It waits to be sent, for the first time or again.
    Pending,
    /// It was answered with a 2xx.
    Delivered,
    /// It is not tried any more.
    Failed,
}

/// A webhook as the desk sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Webhook"))]
pub struct WebhookView {
    /// Its id.
    pub id: WebhookId,
    /// What signs as `v1`, `whsec_…`: in the answer that made it; null in every other.
    pub secret: Option<String>,
    /// What `v1a` signatures are verified by, `whpk_…`; null in a form that has none.
    pub public_key: Option<String>,
    /// Where to.
    pub url: String,
    /// Which events.
    pub events: EventFilter,
    /// What people call it; null: nothing.
    pub description: Option<Name>,
    /// In which form.
    pub format: WebhookFormat,
    /// Of whose licenses it is told; null: of all products.
    pub product: Option<ProductId>,
    /// Live or test.
    pub mode: Mode,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Why not; null: something is.
    pub disabled_for: Option<DisabledFor>,
    /// Since when not; null: something is.
    pub disabled_at: Option<Timestamp>,
    /// Since when nothing reached it; null: the last that was sent did.
    pub failing_since: Option<Timestamp>,
    /// Until when the secret before signs as well; null: it does not.
    pub previous_secret_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// It may hold a secret, and URLs often are one.
impl core::fmt::Debug for WebhookView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "WebhookView({})", self.id)
    }
}

/// An event on its way to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Delivery"))]
pub struct DeliveryView {
    /// Its id.
    pub id: DeliveryId,
    /// Where to.
    pub webhook: WebhookId,
    /// What: the `webhook-id` of every attempt.
    pub event: EventId,
    /// The event's type.
    #[serde(rename = "type")]
    pub kind: String,
    /// To which license it happened; null: to none, it is a test.
    pub license: Option<LicenseId>,
    /// How far it got.
    pub status: DeliveryStatus,
    /// Each time that it was sent, oldest first: the last 20.
    pub attempts: Vec<AttemptView>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is tried next; null: never, or not before the webhook is switched on.
    pub next_attempt_at: Option<Timestamp>,
}

/// An event on its way to a webhook, and what is sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "DeliveryDetail"))]
pub struct DeliveryDetail {
    /// The delivery.
    pub delivery: DeliveryView,
    /// The body of every attempt, byte for byte what is signed.
    pub body: String,
}

/// The body says who bought, and in PackEdge's form holds the license's key.
impl core::fmt::Debug for DeliveryDetail {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "DeliveryDetail({})", self.delivery.id)
    }
}

/// One time that a delivery was sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Attempt"))]
pub struct AttemptView {
    /// When.
    pub at: Timestamp,
    /// Milliseconds until it was answered or given up.
    pub duration: u32,
    /// The answer's HTTP status; null: there was none.
    pub status: Option<u16>,
    /// The beginning of the answer's body, 1 KiB at most; null: there was none.
    pub response: Option<String>,
    /// What went wrong, as a sentence; null: nothing.
    pub problem: Option<String>,
}
