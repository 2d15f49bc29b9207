//! `checkout.*`: what a buyer's page asks, without any credential. What is on sale, where to pay for
//! it, and, once it is paid, the key.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::admin::license::Named;
use super::{Defaulted, Param, Problem, Reference, calls};
use crate::alias::Alias;
use crate::catalog::{Plan, Price, Product};
use crate::id::{CheckoutId, LicenseId, PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::LicenseKey;
use crate::license::{License, Status};
use crate::prelude::*;
use crate::schema::described;
use crate::text::{Currency, Email, Name, Slug};
use crate::time::{Term, Timestamp};

/// Most licenses of one checkout.
pub const CHECKOUT_QUANTITY_MAX: u64 = 100;
/// Shortest reference, in characters: 128 bits at six each.
pub const REFERENCE_CHARS_MIN: usize = 22;
/// Longest, in characters.
pub const REFERENCE_CHARS_MAX: usize = 64;

calls! {
    /// `checkout.offer`: shows what of a product can be bought, and at which price.
    ///
    /// It is about the vendor whose host name the call came to. Plans without a price, and those for
    /// which there is no way to pay, are left out.
    ShowOffer "checkout.offer" Anyone -> Offer | not_found {
        /// What is sold: a product's id, slug or permalink.
        product "product": Reference,
        /// Only this plan of it: its id or slug.
        plan "plan": Option<Reference>,
    }

    /// `checkout.open`: opens a checkout and says where to pay.
    ///
    /// The same reference with the same content gets the same checkout, so a repeat does no harm; with
    /// other content it is refused: make a new one. Nothing is sold before the payment provider says
    /// that it was paid.
    OpenCheckout "checkout.open" Anyone -> Checkout | not_found | conflict {
        /// What is sold: a product's id, slug or permalink.
        product "product": Reference,
        /// On which terms: a plan of the product, by its id or slug.
        plan "plan": Reference,
        /// How many licenses.
        quantity "quantity": Defaulted<1, CHECKOUT_QUANTITY_MAX, 1>,
        /// The buyer's address, to which the key is mailed.
        email "email": Email,
        /// What the buyer is called.
        name "name": Option<Name>,
        /// What the buyer's page made up for this purchase. Whoever has it is shown the key, so it must
        /// be random and stay with the buyer.
        reference "reference": CheckoutReference,
    }

    /// `checkout.get`: shows how a checkout stands, and its licenses once it is paid.
    ///
    /// A day after it was opened it is closed: then nothing can be paid, and no key is shown. What was
    /// bought is in the buyer's mail and at the portal.
    GetCheckout "checkout.get" Anyone -> Checkout | not_found {
        /// The reference with which it was opened.
        reference "reference": CheckoutReference,
    }
}

/// What a buyer's page made up for a purchase.
#[derive(Clone, PartialEq, Eq)]
pub struct CheckoutReference(String);

described!(CheckoutReference {
    "description": "22 to 64 characters of A–Z, a–z, 0–9, `-` and `_`, at least 128 bits of them random.",
    "type": "string",
    "minLength": REFERENCE_CHARS_MIN,
    "maxLength": REFERENCE_CHARS_MAX,
    "pattern": "^[A-Za-z0-9_-]+$",
});

impl CheckoutReference {
    /// The text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// It opens a key.
impl core::fmt::Debug for CheckoutReference {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("CheckoutReference(…)")
    }
}

impl Param for CheckoutReference {
    fn read(value: Value) -> Result<Self, Problem> {
        let text = String::read(value)?;
        let is_fit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let fits = (REFERENCE_CHARS_MIN..=REFERENCE_CHARS_MAX).contains(&text.len());
        if fits && text.bytes().all(is_fit) {
            Ok(Self(text))
        } else {
            Err(Problem::new("must be 22 to 64 characters of A–Z, a–z, 0–9, - and _"))
        }
    }

    fn write(&self) -> Value {
        self.0.as_str().into()
    }
}

/// What `checkout.offer` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Offer {
    /// What is sold.
    pub product: Named<ProductId>,
    /// The plans on which it can be bought, the oldest first.
    pub plans: Vec<OfferedPlan>,
    /// Whether no money moves: what is bought is a test license.
    pub test: bool,
    /// Whether keys are mailed, too. Without mail there is no way into the portal either.
    pub mails: bool,
}

/// A plan on which a product can be bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferedPlan {
    /// Its id.
    pub id: PlanId,
    /// Its slug.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
    /// What one license costs.
    pub price: OfferedPrice,
    /// What that pays for, after which it is paid again; null: for ever, paid once.
    pub term: Option<Term>,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// What it unlocks.
    pub entitlements: Vec<Name>,
}

/// What one license costs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OfferedPrice {
    /// Minor units: 1999 is 19.99 in most currencies.
    pub amount: u64,
    /// Of which currency, by its ISO 4217 code.
    pub currency: Currency,
}

impl OfferedPlan {
    /// The plan at this price.
    pub fn at(plan: Plan, price: Price) -> Self {
        let Plan { id, slug, name, terms, term, .. } = plan;
        Self {
            id,
            slug,
            name,
            price: OfferedPrice { amount: price.amount, currency: price.currency },
            term,
            activation_type: terms.activation_type,
            activation_limit: terms.activation_limit,
            entitlements: terms.entitlements,
        }
    }
}

/// How a checkout stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum CheckoutState {
    /// It waits for the buyer to pay.
    Open,
    /// It is paid. The licenses may be on their way still.
    Paid,
    /// Its day is over.
    Closed,
}

/// A purchase, from the buyer's choice to the key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Checkout {
    /// Its id, which the payment provider is told.
    pub id: CheckoutId,
    /// How it stands.
    pub state: CheckoutState,
    /// Where to pay; null unless it is open.
    pub pay_url: Option<String>,
    /// What is sold.
    pub product: Named<ProductId>,
    /// On which terms.
    pub plan: OfferedPlan,
    /// How many licenses.
    pub quantity: u32,
    /// The buyer's address.
    pub email: Email,
    /// Whether no money moves: what is bought is a test license.
    pub test: bool,
    /// Whether the keys are mailed, too. Without mail there is no way into the portal either.
    pub mails: bool,
    /// When it was opened.
    pub created_at: Timestamp,
    /// What was bought; empty unless it is paid.
    pub licenses: Vec<BoughtLicense>,
}

/// A license that a checkout bought.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BoughtLicense {
    /// Its id.
    pub id: LicenseId,
    /// The customer's secret.
    pub key: String,
    /// Its public name.
    pub alias: Alias,
    /// What the facts say now.
    pub status: Status,
    /// First instant at which it no longer holds; null: for ever.
    pub expires_at: Option<Timestamp>,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
}

impl BoughtLicense {
    /// The license as it stands at `now`.
    pub fn new(license: License, key: &LicenseKey, now: Timestamp) -> Self {
        Self {
            id: license.id,
            key: key.reveal().to_owned(),
            status: license.status(now),
            alias: license.alias,
            expires_at: license.expires_at,
            activation_type: license.terms.activation_type,
            activation_limit: license.terms.activation_limit,
        }
    }
}

/// It holds a key.
impl core::fmt::Debug for BoughtLicense {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "BoughtLicense({})", self.id)
    }
}

/// The product by its names.
pub fn named(product: Product) -> Named<ProductId> {
    Named { id: product.names.id, slug: product.names.slug, name: product.name }
}
