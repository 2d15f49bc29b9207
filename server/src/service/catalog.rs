//! Products and plans.

use counterfoil_core::catalog::{Plan, Price, Product, ProductNames, Terms};
use counterfoil_core::id::{PlanId, ProductId};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Currency;
use counterfoil_core::wire::native::admin::Page;
use counterfoil_core::wire::native::admin::catalog::{
    CreatePlan, CreateProduct, GetPlan, GetProduct, ListPlans, ListProducts, PlanView, ProductView,
    UpdatePlan, UpdateProduct,
};
use counterfoil_core::wire::native::{Defaulted, Reference, WholeNumber};

use super::desk::{Desk, part};
use super::listing::page;
use crate::auth::Principal;
use crate::env::random;
use crate::ledger::{LedgerError, List, Lists, Part, Rows, Txn, View};

/// The scope that a caller who sees a single product has for that one only.
const PRODUCTS_WRITE: &str = "products:write";

/// Makes a product.
///
/// # Errors
///
/// `conflict` when the slug or the permalink is taken.
pub fn create_product(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &CreateProduct,
) -> Result<ProductView, Refusal> {
    desk.check_sees_all(PRODUCTS_WRITE)?;
    let entropy = random(desk.env)?;
    let product = Product {
        names: ProductNames {
            id: ProductId::new(txn.next_id(desk.now, entropy)),
            slug: call.slug.clone(),
            permalink: call.permalink.clone(),
        },
        vendor: desk.by.vendor,
        name: call.name.clone(),
        key_format: call.key_format.clone(),
        external_id: call.external_id.clone(),
        metadata: call.metadata.clone(),
        created_at: desk.now,
    };
    refuse_taken(txn, &product)?;
    txn.put_product(&product)?;
    Ok(product.into())
}

/// Refuses names that another product has. Its own two may well be the same.
fn refuse_taken(txn: &Txn<'_>, product: &Product) -> Result<(), Refusal> {
    for (field, name) in ["slug", "permalink"].into_iter().zip(product.names.called()) {
        let taken = txn.product_called(product.vendor, name.as_str())?;
        if taken.is_some_and(|other| other.names.id != product.names.id) {
            return Err(Refusal::Conflict { field });
        }
    }
    Ok(())
}

/// Shows a product.
///
/// # Errors
///
/// `not_found`.
pub fn get_product(
    desk: &Desk<'_>,
    view: &View,
    call: &GetProduct,
) -> Result<ProductView, Refusal> {
    product(view, desk.by, &call.product).map(ProductView::from)
}

/// Lists products, newest first.
///
/// # Errors
///
/// Only when the store fails.
pub fn list_products(
    desk: &Desk<'_>,
    view: &View,
    call: &ListProducts,
) -> Result<Page<ProductView>, Refusal> {
    if let Some(only) = desk.by.product {
        let only = view.product(only)?.filter(|_| call.cursor.is_none());
        return Ok(Page { items: only.into_iter().map(Into::into).collect(), next_cursor: None });
    }
    let products = List::products(desk.by.vendor);
    page(
        part(call.limit, call.cursor),
        |part| Ok(view.newest(products, part)?),
        |number| match view.product(ProductId::new(number))? {
            Some(product) => Ok(Some(product.into())),
            None => Err(LedgerError::Dangling("product").into()),
        },
    )
}

/// Changes a product.
///
/// # Errors
///
/// `not_found`; `conflict` when the slug or the permalink is taken.
pub fn update_product(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdateProduct,
) -> Result<ProductView, Refusal> {
    let before = product(txn, desk.by, &call.product)?;
    let mut after = before.clone();
    set(&mut after.names.slug, call.slug.0.as_ref());
    set(&mut after.names.permalink, call.permalink.0.as_ref());
    set(&mut after.name, call.name.0.as_ref());
    set(&mut after.key_format, call.key_format.0.as_ref());
    set(&mut after.external_id, call.external_id.0.as_ref());
    set(&mut after.metadata, call.metadata.0.as_ref());
    if after != before {
        refuse_taken(txn, &after)?;
        txn.put_product(&after)?;
    }
    Ok(after.into())
}

/// Sets what is named.
fn set<T: Clone>(kept: &mut T, named: Option<&T>) {
    if let Some(named) = named {
        kept.clone_from(named);
    }
}

/// The principal's product of this name.
pub(super) fn product(
    rows: &impl Rows,
    by: Principal,
    name: &Reference,
) -> Result<Product, Refusal> {
    let product = rows.product_called(by.vendor, &name.0)?;
    let product = product.filter(|found| by.product.is_none_or(|only| only == found.names.id));
    product.ok_or(Refusal::NotFound { kind: "product" })
}

/// Makes a plan.
///
/// # Errors
///
/// `not_found` for the product, `conflict` when the slug is taken, `invalid_params` for a price
/// without a currency or the reverse.
pub fn create_plan(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &CreatePlan,
) -> Result<PlanView, Refusal> {
    let product = product(txn, desk.by, &call.product)?;
    let entropy = random(desk.env)?;
    let plan = Plan {
        id: PlanId::new(txn.next_id(desk.now, entropy)),
        product: product.names.id,
        slug: call.slug.clone(),
        name: call.name.clone(),
        terms: Terms {
            activation_type: call.activation_type,
            activation_limit: call.activation_limit.small(),
            entitlements: call.entitlements.clone().unwrap_or_default(),
            uses_limit: call.uses_limit.map(WholeNumber::value),
            lease_days: call.lease_days.small(),
            floating: call.floating,
        },
        term: call.term,
        grace_days: call.grace_days.small(),
        price: price(call.price.map(WholeNumber::value), call.currency.clone())?,
        created_at: desk.now,
    };
    if txn.plan_called(plan.product, plan.slug.as_str())?.is_some() {
        return Err(Refusal::Conflict { field: "slug" });
    }
    txn.put_plan(desk.by.vendor, &plan)?;
    Ok(plan.into())
}

pub(super) fn price(
    amount: Option<u64>,
    currency: Option<Currency>,
) -> Result<Option<Price>, Refusal> {
    match (amount, currency) {
        (Some(amount), Some(currency)) => Ok(Some(Price { amount, currency })),
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
pub fn get_plan(desk: &Desk<'_>, view: &View, call: &GetPlan) -> Result<PlanView, Refusal> {
    plan_named(view, desk.by, call.product.as_ref(), &call.plan).map(PlanView::from)
}

/// Lists plans, newest first.
///
/// # Errors
///
/// `not_found` for the product.
pub fn list_plans(
    desk: &Desk<'_>,
    view: &View,
    call: &ListPlans,
) -> Result<Page<PlanView>, Refusal> {
    let of = call.product.as_ref().map(|name| product(view, desk.by, name)).transpose()?;
    let of = of.map(|product| product.names.id).or(desk.by.product);
    let plans = of.map_or(List::plans(desk.by.vendor), List::plans_of);
    page(
        part(call.limit, call.cursor),
        |part: Part| Ok(view.newest(plans, part)?),
        |number| match view.plan(PlanId::new(number))? {
            Some(plan) => Ok(Some(plan.into())),
            None => Err(LedgerError::Dangling("plan").into()),
        },
    )
}

/// Changes a plan. Licenses keep the terms that they were sold with.
///
/// # Errors
///
/// `not_found`; `conflict` when the slug is taken; `invalid_params` for a price without a currency
/// or the reverse.
pub fn update_plan(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    call: &UpdatePlan,
) -> Result<PlanView, Refusal> {
    let before = plan_named(txn, desk.by, call.product.as_ref(), &call.plan)?;
    let mut after = before.clone();
    set(&mut after.slug, call.slug.0.as_ref());
    set(&mut after.name, call.name.0.as_ref());
    set(&mut after.term, call.term.0.as_ref());
    set(&mut after.grace_days, call.grace_days.0.map(Defaulted::small).as_ref());
    let terms = &mut after.terms;
    set(&mut terms.activation_type, call.activation_type.0.as_ref());
    set(&mut terms.activation_limit, call.activation_limit.0.map(WholeNumber::small).as_ref());
    let entitlements = call.entitlements.0.clone().map(Option::unwrap_or_default);
    set(&mut terms.entitlements, entitlements.as_ref());
    let uses_limit = call.uses_limit.0.map(|limit| limit.map(WholeNumber::value));
    set(&mut terms.uses_limit, uses_limit.as_ref());
    set(&mut terms.lease_days, call.lease_days.0.map(Defaulted::small).as_ref());
    set(&mut terms.floating, call.floating.0.as_ref());
    let (mut amount, mut currency) =
        before.price.clone().map(|price| (price.amount, price.currency)).unzip();
    let named = call.price.0.map(|amount| amount.map(WholeNumber::value));
    set(&mut amount, named.as_ref());
    set(&mut currency, call.currency.0.as_ref());
    after.price = price(amount, currency)?;
    if after != before {
        let taken = txn.plan_called(after.product, after.slug.as_str())?;
        if taken.is_some_and(|other| other.id != after.id) {
            return Err(Refusal::Conflict { field: "slug" });
        }
        txn.put_plan(desk.by.vendor, &after)?;
    }
    Ok(after.into())
}

fn plan_named(
    rows: &impl Rows,
    by: Principal,
    of: Option<&Reference>,
    name: &Reference,
) -> Result<Plan, Refusal> {
    let of = of.map(|name| product(rows, by, name)).transpose()?;
    plan(rows, by, of.as_ref(), name)
}

/// The principal's plan of this name: an id, or a slug of `product`, which to a principal that sees
/// a single one needs no saying.
pub(super) fn plan(
    rows: &impl Rows,
    by: Principal,
    of: Option<&Product>,
    name: &Reference,
) -> Result<Plan, Refusal> {
    let of_product = of.map(|product| product.names.id).or(by.product);
    let plan = match (name.0.parse::<PlanId>(), of_product) {
        (Ok(id), _) => rows.plan(id)?,
        (Err(_), Some(product)) => rows.plan_called(product, &name.0)?,
        (Err(_), None) => None,
    };
    let plan = plan.ok_or(Refusal::NotFound { kind: "plan" })?;
    let own = match of {
        Some(product) => plan.product == product.names.id,
        None => rows.product(plan.product)?.is_some_and(|product| {
            product.vendor == by.vendor && by.product.is_none_or(|only| only == product.names.id)
        }),
    };
    if own { Ok(plan) } else { Err(Refusal::NotFound { kind: "plan" }) }
}
