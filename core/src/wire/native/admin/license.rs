//! Licenses: made, shown, stopped, changed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::IpAddr;

use super::{COUNT_MAX, Page};
use crate::alias::Alias;
use crate::catalog::{Plan, Product};
use crate::id::{CustomerId, LicenseId, PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::LicenseKey;
use crate::license::{CheckCounters, Customer, End, Hold, License, Mode, Status};
use crate::metadata::Metadata;
use crate::text::{Email, IdempotencyKey, Name, Reason, Slug};
use crate::time::Timestamp;
use crate::wire::native::license::Used;
use crate::wire::native::param::{object, refuse_other_members, take_member};
use crate::wire::native::{
    Adjustment, Cursor, Defaulted, ListLimit, Param, Problem, Reference, Update, WholeNumber, calls,
};

/// Most licenses that one `admin.license.create` makes.
pub const QUANTITY_MAX: u64 = 1_000;

calls! {
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

    /// `admin.license.list`: newest first. With a filter a page may hold fewer than `limit` items
    /// and still have a `nextCursor`.
    ListLicenses "admin.license.list" LicensesRead -> Page<LicenseView> {
        /// A whole key, the beginning of an alias, of a customer's address or name, or of a
        /// product's name, in any case.
        search "search": Option<String>,
        /// Only those that stand there now.
        status "status": Option<Status>,
        /// Only this product's: id, slug or permalink.
        product "product": Option<Reference>,
        /// Only this plan's: id, or slug together with `product`.
        plan "plan": Option<Reference>,
        /// Only this customer's: an id.
        customer "customer": Option<Reference>,
        /// How many; 50 where nothing is said.
        limit "limit": ListLimit,
        /// Where to go on.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.license.update`: what is left out stays, null clears.
    UpdateLicense "admin.license.update" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Places; 0 is unlimited. Those that are taken stay taken.
        activation_limit "activationLimit": Update<WholeNumber<0, COUNT_MAX>>,
        /// First instant at which it no longer holds; null: it holds for ever.
        expires_at "expiresAt": Update<Option<Timestamp>>,
        /// Another plan of its product, id or slug, whose terms it takes over; null: none.
        plan "plan": Update<Option<Reference>>,
        /// Another customer; null: nobody.
        customer "customer": Update<Option<NewCustomer>>,
        /// What it unlocks.
        entitlements "entitlements": Update<Option<Vec<Name>>>,
        /// The vendor's own; replaces all that was there.
        metadata "metadata": Update<Metadata>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.suspend`: lays the `manual` hold on it.
    SuspendLicense "admin.license.suspend" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.reinstate`: lifts the `manual` and the `payment` hold, and any grace.
    ReinstateLicense "admin.license.reinstate" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.disable`: lays the `disabled` hold on it.
    DisableLicense "admin.license.disable" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.enable`: lifts the `disabled` hold.
    EnableLicense "admin.license.enable" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.revoke`: takes it back and ends every activation. Cannot be undone.
    RevokeLicense "admin.license.revoke" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.cancel`: calls it off and ends every activation. Cannot be undone.
    CancelLicense "admin.license.cancel" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.rotate`: gives it a new key; the old one is unknown from then on. Activations stay.
    RotateLicense "admin.license.rotate" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.inactivate`: one place, none taken, nobody's, new key and alias: to be given to somebody else.
    InactivateLicense "admin.license.inactivate" LicensesWrite -> LicenseView {
        /// Id, key or alias.
        license "license": Reference,
        /// Whether to mail the customer a notice first.
        send "send": Option<bool>,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.use`: counts uses, or gives them back. The counter stops at 0.
    AdminUse "admin.license.use" LicensesWrite -> Used {
        /// Id, key or alias.
        license "license": Reference,
        /// How many; below zero to give back; 1 where nothing is said.
        amount "amount": Adjustment,
        /// Makes a repeat harmless.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
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
pub struct Holder {
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
    pub customer: Option<Holder>,
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
        let customer = around.customer.map(|customer| Holder {
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
