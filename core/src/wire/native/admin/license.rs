//! Licenses: made, shown, stopped, changed.

use core::net::IpAddr;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{COUNT_MAX, Page};
use crate::alias::Alias;
use crate::catalog::{Plan, Product};
use crate::id::{CustomerId, LicenseId, PlanId, ProductId};
use crate::identifier::ActivationType;
use crate::key::LicenseKey;
use crate::license::{CheckCounters, Customer, End, Hold, License, Mode, Status};
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::sale::Sale;
use crate::text::{Email, IdempotencyKey, Name, PaymentRef, Reason, Slug};
use crate::time::Timestamp;
use crate::wire::native::license::Used;
use crate::wire::native::param::{object, refuse_other_members, take_member};
use crate::wire::native::{
    Adjustment, Cursor, Defaulted, ListLimit, Param, Problem, Reference, Update, WholeNumber, calls,
};

/// Most licenses that one `admin.license.create` makes.
pub const QUANTITY_MAX: u64 = 1_000;

calls! {
    /// `admin.license.create`: makes a license, or many at once.
    ///
    /// Answers one license, or `{items}` when `quantity` is over 1. Its terms are the plan's, less
    /// what the call says otherwise; without a plan they are one domain, for ever.
    CreateLicense "admin.license.create" LicensesWrite -> Created | not_found | conflict {
        /// What it is for: a product's id, slug or permalink.
        product "product": Reference,
        /// On which terms: a plan of the product, by its id or slug.
        plan "plan": Option<Reference>,
        /// Who gets it: the customer with this address, or a new one.
        customer "customer": Option<NewCustomer>,
        /// An existing key to import unchanged; without one the server makes a key.
        key "key": Option<LicenseKey>,
        /// First instant at which it no longer holds, instead of the end of the plan's term.
        expires_at "expiresAt": Option<Timestamp>,
        /// What takes a place, instead of the plan's type.
        activation_type "activationType": Option<ActivationType>,
        /// Places, instead of the plan's; 0 is unlimited.
        activation_limit "activationLimit": Option<WholeNumber<0, COUNT_MAX>>,
        /// What it unlocks, instead of what the plan does.
        entitlements "entitlements": Option<Vec<Name>>,
        /// Whatever the vendor wants to keep with it: at most 4 KiB of compact JSON.
        metadata "metadata": Metadata,
        /// How many licenses to make. With a `key`: one.
        quantity "quantity": Defaulted<1, QUANTITY_MAX, 1>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.get`: shows a license as it stands now.
    GetLicense "admin.license.get" LicensesRead -> LicenseView | license_not_found {
        /// The license: its id, key or alias.
        license "license": Reference,
    }

    /// `admin.license.list`: lists licenses, newest first.
    ///
    /// Filters add up. With one, a part may hold fewer than `limit` items and still have a `nextCursor`:
    /// the last part is the one without.
    ListLicenses "admin.license.list" LicensesRead -> Page<LicenseView> | not_found {
        /// A whole key, or the beginning of an alias, of a customer's address or name, or of a
        /// product's name, in any case.
        search "search": Option<String>,
        /// Only those that stand there now.
        status "status": Option<Status>,
        /// Only those for this product: its id, slug or permalink.
        product "product": Option<Reference>,
        /// Only those sold on this plan: its id, or its slug together with `product`.
        plan "plan": Option<Reference>,
        /// Only those of this customer: an id.
        customer "customer": Option<Reference>,
        /// Only those that came of this order: the payment side's name for it.
        order "order": Option<PaymentRef>,
        /// How many items at most.
        limit "limit": ListLimit,
        /// Where to go on: the `nextCursor` of the part before.
        cursor "cursor": Option<Cursor>,
    }

    /// `admin.license.update`: changes a license by hand.
    ///
    /// What is left out stays as it is; null clears. A license that has ended takes no changes.
    UpdateLicense "admin.license.update" LicensesWrite -> LicenseView | license_not_found | not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Places; 0 is unlimited. Those that are taken stay taken. It cannot be cleared.
        activation_limit "activationLimit": Update<WholeNumber<0, COUNT_MAX>>,
        /// First instant at which it no longer holds; null: it holds for ever.
        expires_at "expiresAt": Update<Option<Timestamp>>,
        /// Another plan of its product, by its id or slug: its terms replace the license's, the expiry
        /// stays. Null: no plan, with the terms as they are.
        plan "plan": Update<Option<Reference>>,
        /// Whose it is: the customer with this address, or a new one; null: nobody's.
        customer "customer": Update<Option<NewCustomer>>,
        /// What it unlocks, all of it; null: nothing.
        entitlements "entitlements": Update<Option<Vec<Name>>>,
        /// The vendor's own; replaces all that was there. Null: `{}`.
        metadata "metadata": Update<Metadata>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.suspend`: stops a license until it is reinstated.
    ///
    /// Lays the `manual` hold on it. What is suspended already is answered as it stands.
    SuspendLicense "admin.license.suspend" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.reinstate`: lets a suspended license go again.
    ///
    /// Lifts the `manual` and the `payment` hold, and any grace after a failed payment. A `dispute` and a
    /// `disabled` hold stay.
    ReinstateLicense "admin.license.reinstate" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.disable`: switches a license off until it is enabled.
    ///
    /// Lays the `disabled` hold on it, which `admin.license.reinstate` does not lift.
    DisableLicense "admin.license.disable" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.enable`: switches a disabled license on again.
    ///
    /// Lifts the `disabled` hold. Other holds stay.
    EnableLicense "admin.license.enable" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.revoke`: takes a license back for good, and ends every activation.
    ///
    /// Cannot be undone. Again: succeeds and changes nothing.
    RevokeLicense "admin.license.revoke" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.cancel`: calls a license off for good, and ends every activation.
    ///
    /// Cannot be undone. Again: succeeds and changes nothing.
    CancelLicense "admin.license.cancel" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Why, for the history.
        reason "reason": Option<Reason>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.rotate`: gives a license a new key.
    ///
    /// The old one is unknown from then on. Activations, alias and everything else stay.
    RotateLicense "admin.license.rotate" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.inactivate`: empties a license, to be given to somebody else.
    ///
    /// It has one place, none taken, no customer, a new key and a new alias; the old ones are unknown
    /// from then on. What its sale had stopped it for, a dispute or a failed payment, is lifted: nothing
    /// that is reported of the sale reaches it any more.
    InactivateLicense "admin.license.inactivate" LicensesWrite -> LicenseView | license_not_found | invalid_transition {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// Whether to mail a notice to the customer that it had. Refused while the server sends no
        /// mail; without a customer nothing is sent.
        send "send": Option<bool>,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }

    /// `admin.license.use`: counts uses of a license, or gives them back.
    ///
    /// Counted above the limit is never; the counter stops at 0. Holds and dates do not matter here.
    AdminUse "admin.license.use" LicensesWrite -> Used | license_not_found | invalid_transition | uses_limit_exceeded {
        /// The license: its id, key or alias.
        license "license": Reference,
        /// How many; below zero to give back.
        amount "amount": Adjustment,
        /// Makes a repeat harmless: within 24 hours the same key gets the first answer again.
        idempotency_key "idempotencyKey": Option<IdempotencyKey>,
    }
}

/// Who gets a license: known by the address, else new.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(deny_unknown_fields))]
pub struct NewCustomer {
    /// The address; one that is known names the customer who has it.
    pub email: Email,
    /// The name of a new customer; a known one keeps what it has.
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "Named{I}"))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Holder {
    /// Its id.
    pub id: CustomerId,
    /// The address.
    pub email: String,
    /// The name; null: unknown.
    pub name: Option<Name>,
}

/// A license as the desk sees it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "License"))]
pub struct LicenseView {
    /// Its id.
    pub id: LicenseId,
    /// The customer's secret.
    pub key: String,
    /// Its public name.
    pub alias: Alias,
    /// Live or test.
    pub mode: Mode,
    /// What it is for.
    pub product: Named<ProductId>,
    /// On which plan it was sold; null: none.
    pub plan: Option<Named<PlanId>>,
    /// Who holds it; null: nobody.
    pub customer: Option<Holder>,
    /// The payment side's id of its subscription; null: none.
    pub subscription: Option<String>,
    /// The payment side's id of its order; null: none.
    pub order: Option<String>,
    /// What the facts say now.
    pub status: Status,
    /// What stops it for the time being.
    pub holds: Vec<Hold>,
    /// What stopped it for good; null: nothing.
    pub end: Option<End>,
    /// What takes a place.
    pub activation_type: ActivationType,
    /// Places; 0 is unlimited.
    pub activation_limit: u32,
    /// Places taken.
    pub activations_used: u32,
    /// Uses counted so far.
    pub uses: u64,
    /// Most uses; null: unlimited.
    pub uses_limit: Option<u64>,
    /// When it was issued.
    pub created_at: Timestamp,
    /// First instant at which it no longer holds; null: for ever.
    pub expires_at: Option<Timestamp>,
    /// After a failed payment: the instant from which it is suspended; null: no payment failed.
    pub grace_until: Option<Timestamp>,
    /// When it was last validated; null: never. What was counted lately may be missing yet.
    pub last_check_at: Option<Timestamp>,
    /// From where it was last validated; null: never.
    pub last_check_ip: Option<IpAddr>,
    /// How often it was validated.
    pub check_count: u64,
    /// What it unlocks.
    pub entitlements: Vec<Name>,
    /// The vendor's own.
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
    /// The sale it came of.
    pub sale: Option<Sale>,
    /// How often it was asked about.
    pub checks: CheckCounters,
}

/// It holds a key.
impl core::fmt::Debug for LicenseView {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "LicenseView({})", self.id)
    }
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
        let order = around.sale.as_ref().map(|sale| sale.order.as_str().to_owned());
        let subscription = around.sale.and_then(|sale| sale.subscription);
        let subscription = subscription.map(|one| one.id.as_str().to_owned());
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
            subscription,
            order,
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Created {
    /// The license.
    One(Box<LicenseView>),
    /// The licenses, when more than one was asked for.
    Many {
        /// In order of creation.
        items: Vec<LicenseView>,
    },
}
