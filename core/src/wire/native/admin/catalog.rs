//! Products and plans: what is sold, and on which terms.

use serde::{Deserialize, Serialize};

use super::{COUNT_MAX, EXACT_MAX, Page};
use crate::catalog::{Floating, Plan, Product};
use crate::id::{PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::KeyFormat;
use crate::metadata::Metadata;
use crate::text::{Currency, IdempotencyKey, Name, Slug};
use crate::time::{Term, Timestamp};
use crate::wire::native::{Cursor, Defaulted, ListLimit, Reference, Update, WholeNumber, calls};

calls! {
    /// `admin.product.create`.
    CreateProduct "admin.product.create" ProductsWrite -> ProductView {
        /// What shipped software calls it.
        slug "slug": Slug,
        /// What people call it.
        name "name": Name,
        /// How its new keys look; `counterfoil` where nothing is said.
        key_format "keyFormat": KeyFormat,
        /// A second slug.
        permalink "permalink": Option<Slug>,
        /// What another system calls it.
        external_id "externalId": Option<Name>,
        /// The vendor's own.
        metadata "metadata": Metadata,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.product.get`.
    GetProduct "admin.product.get" LicensesRead -> ProductView {
        /// Id, slug or permalink.
        product "product": Reference,
    }

    /// `admin.product.list`: newest first.
    ListProducts "admin.product.list" LicensesRead -> Page<ProductView> {
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.product.update`: what is left out stays, null clears.
    UpdateProduct "admin.product.update" ProductsWrite -> ProductView {
        /// Id, slug or permalink.
        product "product": Reference,
        /// What shipped software calls it.
        slug "slug": Update<Slug>,
        /// What people call it.
        name "name": Update<Name>,
        /// How its new keys look; null: `counterfoil`.
        key_format "keyFormat": Update<KeyFormat>,
        /// A second slug.
        permalink "permalink": Update<Option<Slug>>,
        /// What another system calls it.
        external_id "externalId": Update<Option<Name>>,
        /// The vendor's own; replaces all that was there.
        metadata "metadata": Update<Metadata>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.plan.create`.
    CreatePlan "admin.plan.create" ProductsWrite -> PlanView {
        /// Id, slug or permalink of what it sells.
        product "product": Reference,
        /// What callers name it by.
        slug "slug": Slug,
        /// What people call it.
        name "name": Name,
        /// What a place is taken by.
        activation_type "activationType": ActivationType,
        /// Places; 0 is unlimited.
        activation_limit "activationLimit": WholeNumber<0, COUNT_MAX>,
        /// How long a license lasts; null: for ever.
        term "term": Option<Term>,
        /// Days between a failed payment and suspension.
        grace_days "graceDays": Defaulted<0, 3_660, 14>,
        /// What a license unlocks.
        entitlements "entitlements": Option<Vec<Name>>,
        /// Most uses; null: unlimited.
        uses_limit "usesLimit": Option<WholeNumber<0, EXACT_MAX>>,
        /// Longest life of a lease.
        lease_days "leaseDays": Defaulted<1, 90, 7>,
        /// Places that free themselves.
        floating "floating": Option<Floating>,
        /// Minor units.
        price "price": Option<WholeNumber<0, EXACT_MAX>>,
        /// ISO 4217.
        currency "currency": Option<Currency>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.plan.get`.
    GetPlan "admin.plan.get" LicensesRead -> PlanView {
        /// Id, or slug together with `product`.
        plan "plan": Reference,
        /// Id, slug or permalink.
        product "product": Option<Reference>,
    }

    /// `admin.plan.list`: newest first.
    ListPlans "admin.plan.list" LicensesRead -> Page<PlanView> {
        /// Only this product's: id, slug or permalink.
        product "product": Option<Reference>,
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.plan.update`: what is left out stays, null clears. Licenses keep the terms that they
    /// were sold with.
    UpdatePlan "admin.plan.update" ProductsWrite -> PlanView {
        /// Id, or slug together with `product`.
        plan "plan": Reference,
        /// Id, slug or permalink.
        product "product": Option<Reference>,
        /// What callers name it by.
        slug "slug": Update<Slug>,
        /// What people call it.
        name "name": Update<Name>,
        /// What a place is taken by.
        activation_type "activationType": Update<ActivationType>,
        /// Places; 0 is unlimited.
        activation_limit "activationLimit": Update<WholeNumber<0, COUNT_MAX>>,
        /// How long a license lasts; null: for ever.
        term "term": Update<Option<Term>>,
        /// Days between a failed payment and suspension; null: 14.
        grace_days "graceDays": Update<Defaulted<0, 3_660, 14>>,
        /// What a license unlocks.
        entitlements "entitlements": Update<Option<Vec<Name>>>,
        /// Most uses; null: unlimited.
        uses_limit "usesLimit": Update<Option<WholeNumber<0, EXACT_MAX>>>,
        /// Longest life of a lease, in days; null: 7.
        lease_days "leaseDays": Update<Defaulted<1, 90, 7>>,
        /// Places that free themselves.
        floating "floating": Update<Option<Floating>>,
        /// Minor units.
        price "price": Update<Option<WholeNumber<0, EXACT_MAX>>>,
        /// ISO 4217.
        currency "currency": Update<Option<Currency>>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// A product as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the members are those of `Product`")]
pub struct ProductView {
    pub id: ProductId,
    pub slug: Slug,
    pub name: Name,
    pub key_format: KeyFormat,
    pub permalink: Option<Slug>,
    pub external_id: Option<Name>,
    pub metadata: Metadata,
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
#[expect(missing_docs, reason = "the members are those of `Plan`, its terms and its price")]
pub struct PlanView {
    pub id: PlanId,
    pub product: ProductId,
    pub slug: Slug,
    pub name: Name,
    pub activation_type: ActivationType,
    pub activation_limit: u32,
    pub term: Option<Term>,
    pub grace_days: u32,
    pub entitlements: Vec<Name>,
    pub uses_limit: Option<u64>,
    pub lease_days: u32,
    pub floating: Option<Floating>,
    pub price: Option<u64>,
    pub currency: Option<Currency>,
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
