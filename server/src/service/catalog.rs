//! Products and plans.

use counterfoil_core::catalog::{Plan, Price, Product, ProductNames, Terms};
use counterfoil_core::id::{PlanId, ProductId};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::wire::native::admin::{
    CreatePlan, CreateProduct, GetPlan, GetProduct, PlanView, ProductView,
};
use counterfoil_core::wire::native::{Call, Reference, WholeNumber};

use super::App;
use super::idempotency::{Attempt, once};
use crate::auth::{Caller, Principal, authorize};
use crate::env::random;
use crate::ledger::{Rows, Txn};

/// Makes a product.
///
/// # Errors
///
/// `conflict` when the slug or the permalink is taken.
pub async fn create_product(
    app: App,
    caller: Caller,
    call: CreateProduct,
) -> Result<ProductView, Refusal> {
    let now = app.env.now();
    let (entropy, nonce) = (random(&*app.env)?, random(&*app.env)?);
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let by = authorize(txn, &caller, CreateProduct::SCOPE)?;
            let attempt = Attempt::of(&call, call.idempotency_key.as_ref(), &by.owner(), now);
            once(txn, &secret, (attempt, nonce), |txn| {
                refuse_taken(txn, by, "slug", call.slug.as_str())?;
                if let Some(permalink) = &call.permalink {
                    refuse_taken(txn, by, "permalink", permalink.as_str())?;
                }
                let product = Product {
                    names: ProductNames {
                        id: ProductId::new(txn.next_id(now, entropy)),
                        slug: call.slug,
                        permalink: call.permalink,
                    },
                    vendor: by.vendor,
                    name: call.name,
                    key_format: call.key_format,
                    external_id: call.external_id,
                    metadata: call.metadata,
                    created_at: now,
                };
                txn.put_product(&product)?;
                Ok(ProductView::from(product))
            })
        })
        .await
}

fn refuse_taken(
    txn: &Txn<'_>,
    by: Principal,
    field: &'static str,
    name: &str,
) -> Result<(), Refusal> {
    match txn.product_called(by.vendor, name)? {
        Some(_) => Err(Refusal::Conflict { field }),
        None => Ok(()),
    }
}

/// Shows a product.
///
/// # Errors
///
/// `not_found`.
pub fn get_product(app: &App, caller: &Caller, call: &GetProduct) -> Result<ProductView, Refusal> {
    let view = app.ledger.view();
    let by = authorize(&*view, caller, GetProduct::SCOPE)?;
    product(&*view, by, &call.product).map(ProductView::from)
}

/// The principal's product of this name.
pub(super) fn product(
    rows: &impl Rows,
    by: Principal,
    name: &Reference,
) -> Result<Product, Refusal> {
    rows.product_called(by.vendor, &name.0)?.ok_or(Refusal::NotFound { kind: "product" })
}

/// Makes a plan.
///
/// # Errors
///
/// `not_found` for the product, `conflict` when the slug is taken, `invalid_params` for a price
/// without a currency or the reverse.
pub async fn create_plan(app: App, caller: Caller, call: CreatePlan) -> Result<PlanView, Refusal> {
    let now = app.env.now();
    let (entropy, nonce) = (random(&*app.env)?, random(&*app.env)?);
    let App { secret, ledger, .. } = app;
    ledger
        .transact(move |txn| {
            let by = authorize(txn, &caller, CreatePlan::SCOPE)?;
            let attempt = Attempt::of(&call, call.idempotency_key.as_ref(), &by.owner(), now);
            once(txn, &secret, (attempt, nonce), |txn| {
                let product = product(txn, by, &call.product)?;
                if txn.plan_called(product.names.id, call.slug.as_str())?.is_some() {
                    return Err(Refusal::Conflict { field: "slug" });
                }
                let price = price(&call)?;
                let plan = Plan {
                    slug: call.slug,
                    id: PlanId::new(txn.next_id(now, entropy)),
                    product: product.names.id,
                    name: call.name,
                    terms: Terms {
                        activation_type: call.activation_type,
                        activation_limit: call.activation_limit.small(),
                        entitlements: call.entitlements.unwrap_or_default(),
                        uses_limit: call.uses_limit.map(WholeNumber::value),
                        lease_days: call.lease_days.small(),
                    },
                    term: call.term,
                    grace_days: call.grace_days.small(),
                    price,
                    created_at: now,
                };
                txn.put_plan(&plan)?;
                Ok(PlanView::from(plan))
            })
        })
        .await
}

fn price(call: &CreatePlan) -> Result<Option<Price>, Refusal> {
    match (call.price, call.currency.clone()) {
        (Some(amount), Some(currency)) => Ok(Some(Price { amount: amount.value(), currency })),
        (None, None) => Ok(None),
        (Some(_), None) => Err(Refusal::invalid_params("currency", "is missing beside `price`")),
        (None, Some(_)) => Err(Refusal::invalid_params("price", "is missing beside `currency`")),
    }
}

/// Shows a plan.
///
/// # Errors
///
/// `not_found` for the plan or its product.
pub fn get_plan(app: &App, caller: &Caller, call: &GetPlan) -> Result<PlanView, Refusal> {
    let view = app.ledger.view();
    let by = authorize(&*view, caller, GetPlan::SCOPE)?;
    let of = call.product.as_ref().map(|name| product(&*view, by, name)).transpose()?;
    plan(&*view, by, of.as_ref(), &call.plan).map(PlanView::from)
}

/// The principal's plan of this name: an id, or a slug of `product`.
pub(super) fn plan(
    rows: &impl Rows,
    by: Principal,
    of: Option<&Product>,
    name: &Reference,
) -> Result<Plan, Refusal> {
    let plan = match (name.0.parse::<PlanId>(), of) {
        (Ok(id), _) => rows.plan(id)?,
        (Err(_), Some(product)) => rows.plan_called(product.names.id, &name.0)?,
        (Err(_), None) => None,
    };
    let plan = plan.ok_or(Refusal::NotFound { kind: "plan" })?;
    let own = match of {
        Some(product) => plan.product == product.names.id,
        None => rows.product(plan.product)?.is_some_and(|product| product.vendor == by.vendor),
    };
    if own { Ok(plan) } else { Err(Refusal::NotFound { kind: "plan" }) }
}
