//! Products and plans: what is sold, and on which terms.

use serde::{Deserialize, Serialize};

use super::{COUNT_MAX, EXACT_MAX, Page};
use crate::catalog::{Floating, Plan, Product};
use crate::id::{PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::KeyFormat;
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::text::{Currency, IdempotencyKey, Name, Slug};
use crate::time::{Term, Timestamp};
use crate::wire::native::{Cursor, Defaulted, ListLimit, Reference, Update, WholeNumber, calls};

calls! {
    /// `admin.product.create`: makes a product, which plans and licenses are made for.
    ///
    /// A token that sees a single product cannot make another one.
    CreateProduct "admin.product.create" ProductsWrite -> ProductView | conflict {
        /// What shipped software calls it; unique among the slugs and permalinks of its vendor.
        slug "slug": Slug,
        /// What people call it.
        name "name": Name,
        /// How its new keys look: `counterfoil`, `hex-4x8`, or a pattern in which `X` is a random
        /// character, `H` a random hex digit, `\` quotes and everything else stands for itself.
        key_format "keyFormat": KeyFormat,
        /// A second slug, as Gumroad has them.
        permalink "permalink": Option<Slug>,
        /// What another system calls it.
        external_id "externalId": Option<Name>,
        /// Whatever the vendor wants to keep with it: at most 4 KiB of compact JSON.
        metadata "metadata": Metadata,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.product.get`: shows a product.
    GetProduct "admin.product.get" LicensesRead -> ProductView | not_found {
        /// The product: its id, slug or permalink.
        product "product": Reference,
    }

    /// `admin.product.list`: lists products, newest first.
    ListProducts "admin.product.list" LicensesRead -> Page<ProductView> {
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.product.update`: changes a product.
    ///
    /// What is left out stays as it is; null clears. Keys that exist stay as they are.
    UpdateProduct "admin.product.update" ProductsWrite -> ProductView | not_found | conflict {
        /// The product: its id, slug or permalink.
        product "product": Reference,
        /// What shipped software calls it, from now on. It cannot be cleared.
        slug "slug": Update<Slug>,
        /// What people call it. It cannot be cleared.
        name "name": Update<Name>,
        /// How its new keys look; null: `counterfoil`.
        key_format "keyFormat": Update<KeyFormat>,
        /// A second slug; null: none.
        permalink "permalink": Update<Option<Slug>>,
        /// What another system calls it; null: nothing.
        external_id "externalId": Update<Option<Name>>,
        /// The vendor's own; replaces all that was there. Null: `{}`.
        metadata "metadata": Update<Metadata>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.plan.create`: makes a plan, the terms on which a product is sold.
    ///
    /// A license copies them when it is made, so a later change leaves it as it is.
    CreatePlan "admin.plan.create" ProductsWrite -> PlanView | not_found | conflict {
        /// What it sells: a product's id, slug or permalink.
        product "product": Reference,
        /// What callers name it by; unique among the plans of its product.
        slug "slug": Slug,
        /// What people call it.
        name "name": Name,
        /// What takes a place.
        activation_type "activationType": ActivationType,
        /// Places; 0 is unlimited.
        activation_limit "activationLimit": WholeNumber<0, COUNT_MAX>,
        /// How long a license lasts: `{"months": 12}` or `{"days": 30}`. Without one: for ever.
        term "term": Option<Term>,
        /// Days between a failed payment and suspension.
        grace_days "graceDays": Defaulted<0, 3_660, 14>,
        /// What a license unlocks, in words of the vendor's own; at most 100.
        entitlements "entitlements": Option<Vec<Name>>,
        /// How often a license may be used; without one: without limit.
        uses_limit "usesLimit": Option<WholeNumber<0, EXACT_MAX>>,
        /// Longest life of a lease, in days.
        lease_days "leaseDays": Defaulted<1, 90, 7>,
        /// Makes places free themselves: an activation without a `license.heartbeat` for `ttl` seconds
        /// gives its place back. Without it, places are held until they are given back.
        floating "floating": Option<Floating>,
        /// What it costs, in the currency's minor units: 1999 is 19.99 in most. Needs `currency`.
        price "price": Option<WholeNumber<0, EXACT_MAX>>,
        /// Of which currency, by its ISO 4217 code. Needs `price`.
        currency "currency": Option<Currency>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.plan.get`: shows a plan.
    GetPlan "admin.plan.get" LicensesRead -> PlanView | not_found {
        /// The plan: its id, or its slug together with `product`.
        plan "plan": Reference,
        /// What it sells: a product's id, slug or permalink.
        product "product": Option<Reference>,
    }

    /// `admin.plan.list`: lists plans, newest first.
    ListPlans "admin.plan.list" LicensesRead -> Page<PlanView> | not_found {
        /// Only plans of this product: its id, slug or permalink.
        product "product": Option<Reference>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.plan.update`: changes a plan.
    ///
    /// What is left out stays as it is; null clears. Licenses keep the terms that they were sold with.
    UpdatePlan "admin.plan.update" ProductsWrite -> PlanView | not_found | conflict {
        /// The plan: its id, or its slug together with `product`.
        plan "plan": Reference,
        /// What it sells, to find it by its slug: a product's id, slug or permalink.
        product "product": Option<Reference>,
        /// What callers name it by, from now on. It cannot be cleared.
        slug "slug": Update<Slug>,
        /// What people call it. It cannot be cleared.
        name "name": Update<Name>,
        /// What takes a place. It cannot be cleared.
        activation_type "activationType": Update<ActivationType>,
        /// Places; 0 is unlimited. It cannot be cleared.
        activation_limit "activationLimit": Update<WholeNumber<0, COUNT_MAX>>,
        /// How long a license lasts: `{"months": 12}` or `{"days": 30}`; null: for ever.
        term "term": Update<Option<Term>>,
        /// Days between a failed payment and suspension; null: 14.
        grace_days "graceDays": Update<Defaulted<0, 3_660, 14>>,
        /// What a license unlocks, all of it; null: nothing.
        entitlements "entitlements": Update<Option<Vec<Name>>>,
        /// How often a license may be used; null: without limit.
        uses_limit "usesLimit": Update<Option<WholeNumber<0, EXACT_MAX>>>,
        /// Longest life of a lease, in days; null: 7.
        lease_days "leaseDays": Update<Defaulted<1, 90, 7>>,
        /// Makes places free themselves; null: they do not.
        floating "floating": Update<Option<Floating>>,
        /// What it costs, in the currency's minor units; null, together with `currency`: it is not said.
        price "price": Update<Option<WholeNumber<0, EXACT_MAX>>>,
        /// Of which currency, by its ISO 4217 code; null, together with `price`: it is not said.
        currency "currency": Update<Option<Currency>>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// A product as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Product"))]
pub struct ProductView {
    /// Its id.
    pub id: ProductId,
    /// What shipped software calls it.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
    /// How its new keys look.
    pub key_format: KeyFormat,
    /// A second slug; null: none.
    pub permalink: Option<Slug>,
    /// What another system calls it; null: nothing.
    pub external_id: Option<Name>,
    /// The vendor's own.
    pub metadata: Metadata,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<Product> for ProductView {
    fn from(product: Product) -> Self {
        Self {
            id: product.names.id,
            slug: product.names.slug,
            name: product.name,
            key_format: product.key_format,
            permalink: product.names.permalink,
            external_id: product.external_id,
            metadata: product.metadata,
            created_at: product.created_at,
        }
    }
}

/// A plan as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Plan"))]
pub struct PlanView {
    /// Its id.
    pub id: PlanId,
    /// The product it sells.
    pub product: ProductId,
    /// What callers name it by.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// How long a license lasts; null: for ever.
    pub term: Option<Term>,
    /// Days between a failed payment and suspension.
    pub grace_days: u32,
    /// What a license unlocks.
    pub entitlements: Vec<Name>,
    /// Most uses; null: unlimited.
    pub uses_limit: Option<u64>,
    /// Longest life of a lease, in days.
    pub lease_days: u32,
    /// Places that free themselves; null: they do not.
    pub floating: Option<Floating>,
    /// What it costs, in minor units of the currency; null: the vendor does not say.
    pub price: Option<u64>,
    /// Of which currency, by its ISO 4217 code; null: the vendor does not say.
    pub currency: Option<Currency>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl From<Plan> for PlanView {
    fn from(plan: Plan) -> Self {
        let (price, currency) = plan.price.map(|price| (price.amount, price.currency)).unzip();
        Self {
            id: plan.id,
            product: plan.product,
            slug: plan.slug,
            name: plan.name,
            activation_type: plan.terms.activation_type,
            activation_limit: plan.terms.activation_limit,
            term: plan.term,
            grace_days: plan.grace_days,
            entitlements: plan.terms.entitlements,
            uses_limit: plan.terms.uses_limit,
            lease_days: plan.terms.lease_days,
            floating: plan.terms.floating,
            price,
            currency,
            created_at: plan.created_at,
        }
    }
}
