//! The checkout: what can be bought, where to pay for it, and the key once it is paid.
//!
//! Nothing here sells: a purchase is opened at the payment provider, whose webhook then says that it
//! was paid, as it does of any other. `means` is how a vendor is paid, `turns` keeps a double click
//! from asking twice.

mod means;
mod turns;

pub use turns::Turns;

use counterfoil_core::catalog::{Plan, Product};
use counterfoil_core::history::Actor;
use counterfoil_core::id::{CheckoutId, PlanId, VendorId};
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Email, Name, PaymentRef};
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::checkout::{
    BoughtLicense, CHECKOUT_QUANTITY_MAX, Checkout, CheckoutReference, CheckoutState, GetCheckout,
    Offer, OfferedPlan, OpenCheckout, ShowOffer, named,
};
use counterfoil_core::wire::provider::Provider;
use serde::{Deserialize, Serialize};

use super::portal::vendor_at;
use super::{App, catalog};
use crate::auth::Principal;
use crate::env::random;
use crate::ledger::{
    Account, AccountOf, Accounts, CheckoutRow, LedgerError, Letters, List, Lists, Part, Payments,
    Rows, Side, Txn, View,
};
use crate::mail::Template;
use crate::payment_api::Wanted;
use crate::secret::Digest;
use means::Means;

/// Seconds for which a purchase can be paid, and its key seen: as long as Stripe's sessions live.
const OPEN_SECONDS: i64 = 86_400;

/// Seconds after which it is forgotten.
const KEPT_SECONDS: i64 = 7 * 86_400;

/// Most plans of a product that are offered.
const PLANS_MAX: usize = 100;

const NOT_ON_SALE: Refusal = Refusal::NotFound { kind: "offer" };

/// Who buys, and where to pay: what is sealed of a purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Buying {
    email: Email,
    name: Option<Name>,
    pay_url: Option<String>,
}

/// Shows what of a product can be bought.
///
/// # Errors
///
/// `not_found` for the product or the plan.
pub fn offer(app: &App, host: Option<&str>, call: &ShowOffer) -> Result<Offer, Refusal> {
    let view = app.ledger.view();
    let by = seller(vendor_at(&*view, host)?, Mode::Live);
    let product = catalog::product(&*view, by, &call.product)?;
    let plans = match &call.plan {
        Some(plan) => vec![catalog::plan(&*view, by, Some(&product), plan)?],
        None => plans_of(&view, &product)?,
    };
    let means = Means::of(app, &*view, by.vendor)?;
    let mut offered = Vec::new();
    for plan in plans {
        let sold = means.as_ref().map(|means| means.price(&*view, &plan)).transpose()?.flatten();
        if let (Some(_), Some(price)) = (sold, plan.price.clone()) {
            offered.push(OfferedPlan::at(plan, price));
        }
    }
    let mode = means.map_or(Mode::Live, |means| means.mode());
    let mails = mails(app, &*view, seller(by.vendor, mode))?;
    Ok(Offer { product: named(product), plans: offered, test: mode == Mode::Test, mails })
}

/// Whether whoever buys is sent the keys.
fn mails(app: &App, rows: &impl Letters, by: Principal) -> Result<bool, LedgerError> {
    let whose = (by.vendor, by.mode);
    Ok(app.mail.is_on() && rows.wording(whose, Template::LicenseDelivered)?.enabled)
}

fn plans_of(view: &View, product: &Product) -> Result<Vec<Plan>, LedgerError> {
    let part = Part { count: PLANS_MAX, after: None };
    let numbers = view.newest(List::plans_of(product.names.id), part)?;
    let plan = |number| view.plan(PlanId::new(number))?.ok_or(LedgerError::Dangling("plan"));
    numbers.into_iter().rev().map(plan).collect()
}

/// Who sells: what is bought is bought of a vendor, of all products.
const fn seller(vendor: VendorId, mode: Mode) -> Principal {
    Principal { vendor, mode, product: None, actor: Actor::Payments }
}

/// Opens a purchase, or finds the one that was opened with the same reference.
///
/// # Errors
///
/// `not_found` for what is not on sale; `conflict` for a reference of another purchase; `unavailable`
/// when the payment provider opened no session.
pub async fn open(app: App, host: Option<String>, call: OpenCheckout) -> Result<Checkout, Refusal> {
    let reference = app.secret.checkout_digest(call.reference.reveal());
    // A double click asks the provider once.
    let _turn = app.checkouts.turn(reference).await?;
    let now = app.env.now();
    let (job_app, job_call) = (app.clone(), call.clone());
    let opening = app.ledger.transact(move |txn| {
        Opening { app: job_app, now, reference }.reserve(txn, host.as_deref(), &job_call)
    });
    let Reserved { mut row, mut buying, product, plan, asked } = opening.await?;
    if let Some((means, price)) = asked {
        let wanted = Wanted {
            checkout: row.id,
            price,
            quantity: row.quantity,
            renews: plan.term.is_some(),
            email: buying.email.clone(),
            success_url: format!("{}/checkout/#paid={}", app.public_url, call.reference.reveal()),
            cancel_url: cancel_url(&app, (&product, &plan), &call.reference),
        };
        let account = means.account(&app)?;
        let url = app.payment_api.open(&account, &wanted).await.map_err(|problem| {
            tracing::warn!("{problem}");
            Refusal::unavailable()
        })?;
        buying.pay_url = Some(url);
        row.sealed = seal(&app, row.id, &buying)?;
        let kept = row.clone();
        app.ledger.transact(move |txn| Ok(txn.put_checkout(&reference, &kept, now)?)).await?;
    }
    show(&app, &app.ledger.view(), (row, buying), (product, plan))
}

fn cancel_url(app: &App, (product, plan): (&Product, &Plan), back: &CheckoutReference) -> String {
    let (product, plan) = (product.names.slug.as_str(), plan.slug.as_str());
    let back = back.reveal();
    format!("{}/checkout/?product={product}&plan={plan}#back={back}", app.public_url)
}

/// A purchase that is being opened.
struct Opening {
    app: App,
    now: Timestamp,
    reference: Digest,
}

/// A purchase that is kept; `asked`: whom to ask for a session at which price, if it has none.
struct Reserved {
    row: CheckoutRow,
    buying: Buying,
    product: Product,
    plan: Plan,
    asked: Option<(Means, PaymentRef)>,
}

impl Opening {
    /// Finds the purchase, or keeps one. Its name is the provider's to repeat, so it is kept before
    /// anybody is asked.
    fn reserve(
        &self,
        txn: &mut Txn<'_>,
        host: Option<&str>,
        call: &OpenCheckout,
    ) -> Result<Reserved, Refusal> {
        let Self { app, now, reference } = self;
        let vendor = vendor_at(txn, host)?;
        let product = catalog::product(txn, seller(vendor, Mode::Live), &call.product)?;
        let plan = catalog::plan(txn, seller(vendor, Mode::Live), Some(&product), &call.plan)?;
        let wanted = Buying { email: call.email.clone(), name: call.name.clone(), pay_url: None };
        let bought = (vendor, plan.id, call.quantity.small());
        if let Some(row) = txn.checkout(reference)? {
            let buying = unseal(app, &row)?;
            let is_same = (row.vendor, row.plan, row.quantity) == bought
                && (&buying.email, &buying.name) == (&wanted.email, &wanted.name);
            if !is_same {
                return Err(Refusal::Conflict { field: "reference" });
            }
            if buying.pay_url.is_some() || is_over(&row, *now) {
                return Ok(Reserved { row, buying, product, plan, asked: None });
            }
            let asked = Some(self.means(txn, vendor, &plan)?);
            return Ok(Reserved { row, buying, product, plan, asked });
        }
        let (means, sold) = self.means(txn, vendor, &plan)?;
        let price = plan.price.clone().ok_or(NOT_ON_SALE)?;
        let id = CheckoutId::new(txn.next_id(*now, random(&*app.env)?));
        let row = CheckoutRow {
            id,
            vendor,
            mode: means.mode(),
            product: product.names.id,
            plan: plan.id,
            quantity: call.quantity.small(),
            price,
            created_at: *now,
            ends_at: now.saturating_add(KEPT_SECONDS),
            sealed: seal(app, id, &wanted)?,
        };
        means.prepare(&app.desk(seller(vendor, means.mode()), *now), txn, (&product, &plan))?;
        txn.put_checkout(reference, &row, *now)?;
        Ok(Reserved { row, buying: wanted, product, plan, asked: Some((means, sold)) })
    }

    fn means(
        &self,
        txn: &Txn<'_>,
        vendor: VendorId,
        plan: &Plan,
    ) -> Result<(Means, PaymentRef), Refusal> {
        let means = Means::of(&self.app, txn, vendor)?.ok_or(NOT_ON_SALE)?;
        let price = means.price(txn, plan)?.ok_or(NOT_ON_SALE)?;
        Ok((means, price))
    }
}

fn is_over(row: &CheckoutRow, now: Timestamp) -> bool {
    row.created_at.saturating_add(OPEN_SECONDS) <= now
}

fn seal(app: &App, id: CheckoutId, buying: &Buying) -> Result<Vec<u8>, Refusal> {
    let text = postcard::to_allocvec(buying).map_err(LedgerError::from)?;
    Ok(app.secret.seal(&text, id.to_string().as_bytes(), random(&*app.env)?))
}

fn unseal(app: &App, row: &CheckoutRow) -> Result<Buying, LedgerError> {
    let text = app.secret.open(&row.sealed, row.id.to_string().as_bytes())?;
    Ok(postcard::from_bytes(&text)?)
}

/// Shows how a purchase stands, with its licenses once it is paid.
///
/// # Errors
///
/// `not_found` for a reference that nobody used, or more than a week ago.
pub fn get(app: &App, call: &GetCheckout) -> Result<Checkout, Refusal> {
    let view = app.ledger.view();
    let not_found = || Refusal::NotFound { kind: "checkout" };
    let reference = app.secret.checkout_digest(call.reference.reveal());
    let row = view.checkout(&reference)?.ok_or_else(not_found)?;
    if row.ends_at <= app.env.now() {
        return Err(not_found());
    }
    let product = view.product(row.product)?.ok_or(LedgerError::Dangling("product"))?;
    let plan = view.plan(row.plan)?.ok_or(LedgerError::Dangling("plan"))?;
    let buying = unseal(app, &row)?;
    show(app, &view, (row, buying), (product, plan))
}

fn show(
    app: &App,
    view: &View,
    (row, buying): (CheckoutRow, Buying),
    (product, plan): (Product, Plan),
) -> Result<Checkout, Refusal> {
    let now = app.env.now();
    let (state, licenses) = if is_over(&row, now) {
        (CheckoutState::Closed, Vec::new())
    } else {
        match order_of(view, &row)? {
            Some(order) => (CheckoutState::Paid, bought(app, view, (&row, &order))?),
            None => (CheckoutState::Open, Vec::new()),
        }
    };
    Ok(Checkout {
        id: row.id,
        state,
        pay_url: buying.pay_url.filter(|_| state == CheckoutState::Open),
        product: named(product),
        plan: OfferedPlan::at(plan, row.price),
        quantity: row.quantity,
        email: buying.email,
        test: row.mode == Mode::Test,
        mails: mails(app, view, seller(row.vendor, row.mode))?,
        created_at: row.created_at,
        licenses,
    })
}

/// The order to which a purchase came, once the provider said so.
fn order_of(view: &View, row: &CheckoutRow) -> Result<Option<PaymentRef>, LedgerError> {
    let side = Side { vendor: row.vendor, mode: row.mode, provider: Provider::Stripe };
    let id = row.id.to_string();
    match view.next_name(side, &id)? {
        Some(order) => view.led_to(side, &order).map(Some),
        None => Ok(None),
    }
}

fn bought(
    app: &App,
    view: &View,
    (row, order): (&CheckoutRow, &PaymentRef),
) -> Result<Vec<BoughtLicense>, Refusal> {
    let account = Account { vendor: row.vendor, mode: row.mode, of: AccountOf::Order, id: order };
    let most = usize::try_from(CHECKOUT_QUANTITY_MAX).unwrap_or(usize::MAX);
    let mut licenses = Vec::new();
    for id in view.sold_on(account)?.into_iter().take(most) {
        let sold = view.license(id)?.ok_or(LedgerError::Dangling("license"))?;
        let key = sold.key(&app.secret)?;
        licenses.push(BoughtLicense::new(sold.license, &key, app.env.now()));
    }
    Ok(licenses)
}
