//! `admin.*`: the vendor's desk. Each call needs a token with its scope.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::IpAddr;

use super::param::{object, refuse_other_members, take_member};
use super::{Defaulted, Nullable, Param, Problem, Reference, WholeNumber, calls};
use crate::alias::Alias;
use crate::catalog::{Plan, Product};
use crate::id::{CustomerId, LicenseId, PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::{KeyFormat, LicenseKey};
use crate::license::{CheckCounters, Customer, End, Hold, License, Mode, Status};
use crate::metadata::Metadata;
use crate::text::{Currency, Email, IdempotencyKey, Name, Slug};
use crate::time::{Term, Timestamp};

/// Most licenses that one `admin.license.create` makes.
pub const QUANTITY_MAX: u64 = 1_000;

/// Most places, days and other counts that have no limit of their own.
const COUNT_MAX: u64 = u32::MAX as u64;

/// The largest whole number that JavaScript keeps exact.
const EXACT_MAX: u64 = (1 << 53) - 1;

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
        floating "floating": Nullable,
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

    /// `admin.license.create`: one license, or `{items}` when `quantity` is over 1.
    CreateLicense "admin.license.create" LicensesWrite -> Created {
        /// Id, slug or permalink.
        product "product": Reference,
        /// Id or slug.
        plan "plan": Option<Reference>,
        /// Who gets it.
        customer "customer": Option<NewCustomer>,
        /// An existing key to import unchanged.
        key "key": Option<LicenseKey>,
        /// Instead of the end of the plan's term.
        expires_at "expiresAt": Option<Timestamp>,
        /// Instead of the plan's.
        activation_type "activationType": Option<ActivationType>,
        /// Instead of the plan's.
        activation_limit "activationLimit": Option<WholeNumber<0, COUNT_MAX>>,
        /// Instead of the plan's.
        entitlements "entitlements": Option<Vec<Name>>,
        /// The vendor's own.
        metadata "metadata": Metadata,
        /// How many; 1 where nothing is said.
        quantity "quantity": Defaulted<1, QUANTITY_MAX, 1>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.get`.
    GetLicense "admin.license.get" LicensesRead -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
    }
}

/// Who gets a license: known by the address, else new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCustomer {
    /// The address.
    pub email: Email,
    /// The name.
    pub name: Option<Name>,
}

impl Param for NewCustomer {
    fn read(value: Value) -> Result<Self, Problem> {
        let mut members = object(value)?;
        let email = take_member(&mut members, "email")?;
        let name = take_member(&mut members, "name")?;
        refuse_other_members(&members)?;
        Ok(Self { email, name })
    }

    fn write(&self) -> Value {
        serde_json::json!({ "email": self.email, "name": self.name })
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
    pub floating: Option<()>,
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
            floating: None,
            price,
            currency,
            created_at: plan.created_at,
        }
    }
}

/// A product or plan inside a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<I> {
    /// Its id.
    pub id: I,
    /// Its slug.
    pub slug: Slug,
    /// What people call it.
    pub name: Name,
}

/// A customer inside a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerView {
    /// Its id.
    pub id: CustomerId,
    /// The address.
    pub email: String,
    /// The name.
    pub name: Option<Name>,
}

/// A license as the desk sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "the members are those of `License` and what it names")]
pub struct LicenseView {
    pub id: LicenseId,
    pub key: String,
    pub alias: Alias,
    pub mode: Mode,
    pub product: Named<ProductId>,
    pub plan: Option<Named<PlanId>>,
    pub customer: Option<CustomerView>,
    pub subscription: Option<String>,
    pub order: Option<String>,
    pub status: Status,
    pub holds: Vec<Hold>,
    pub end: Option<End>,
    pub activation_type: ActivationType,
    pub activation_limit: u32,
    pub activations_used: u32,
    pub uses: u64,
    pub uses_limit: Option<u64>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub grace_until: Option<Timestamp>,
    pub last_check_at: Option<Timestamp>,
    pub last_check_ip: Option<IpAddr>,
    pub check_count: u64,
    pub entitlements: Vec<Name>,
    pub metadata: Metadata,
}

/// What a license names, beside the license itself.
#[derive(Clone, Debug)]
pub struct Around {
    /// Its product.
    pub product: Product,
    /// Its plan.
    pub plan: Option<Plan>,
    /// Its customer.
    pub customer: Option<Customer>,
    /// How often it was asked about.
    pub checks: CheckCounters,
}

impl LicenseView {
    /// The license as it stands at `now`.
    pub fn new(license: License, key: &LicenseKey, around: Around, now: Timestamp) -> Self {
        let product = around.product;
        let plan = around.plan.map(|plan| Named { id: plan.id, slug: plan.slug, name: plan.name });
        let customer = around.customer.map(|customer| CustomerView {
            id: customer.id,
            email: customer.email.as_str().to_owned(),
            name: customer.name,
        });
        Self {
            id: license.id,
            key: key.reveal().to_owned(),
            status: license.status(now),
            holds: license.holds_at(now),
            alias: license.alias,
            mode: license.mode,
            product: Named { id: product.names.id, slug: product.names.slug, name: product.name },
            plan,
            customer,
            subscription: None,
            order: None,
            end: license.end,
            activation_type: license.terms.activation_type,
            activation_limit: license.terms.activation_limit,
            activations_used: license.activations_used,
            uses: license.uses,
            uses_limit: license.terms.uses_limit,
            created_at: license.created_at,
            expires_at: license.expires_at,
            grace_until: license.grace_until,
            last_check_at: around.checks.last_at,
            last_check_ip: around.checks.last_ip,
            check_count: around.checks.count,
            entitlements: license.terms.entitlements,
            metadata: license.metadata,
        }
    }
}

/// What `admin.license.create` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Created {
    /// The license.
    One(Box<LicenseView>),
    /// The licenses, when more than one was asked for.
    Many {
        /// In order of creation.
        items: Vec<LicenseView>,
    },
}
