//! What an event says, put into our own reports.
//!
//! Each statement is refused or takes effect by itself: one that is refused has written nothing, and
//! what was said beside it counts all the same.

use counterfoil_core::decide::{Fact, Report};
use counterfoil_core::id::LicenseId;
use counterfoil_core::license::Mode;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::{Email, Name, PaymentRef};
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::admin::license::NewCustomer;
use counterfoil_core::wire::native::admin::payment::PaymentState;
use counterfoil_core::wire::native::billing::OrderCompleted;
use counterfoil_core::wire::native::{Defaulted, Param, Reference, WholeNumber};
use counterfoil_core::wire::provider::{About, Buyer, Line, Notice, Purchase, Statement};
use std::collections::BTreeSet;

use super::prices;
use super::waiting::{
    waits_for_buyer, waits_for_order, waits_for_payment, waits_for_price, waits_for_subscription,
};
use crate::env::random;
use crate::ledger::{Account, AccountOf, Accounts, LedgerError, Payments, Side, Txn};
use crate::service::billing::{self, Heard};
use crate::service::desk::Desk;

/// Most licenses of a delivery that are remembered with it.
const LICENSES_TOLD_MAX: usize = 100;

/// What came of an event.
pub(super) struct Outcome {
    pub(super) state: PaymentState,
    pub(super) waits_for: Option<String>,
    pub(super) problem: Option<String>,
    pub(super) licenses: Vec<LicenseId>,
}

impl Outcome {
    /// One that cannot take effect, and why, as a sentence.
    pub(super) const fn refused(problem: String) -> Self {
        let problem = Some(problem);
        Self { state: PaymentState::Refused, waits_for: None, problem, licenses: Vec::new() }
    }
}

/// Why a statement did not take effect.
enum Not {
    /// It waits for this.
    Yet(String),
    /// It cannot.
    Ever(String),
    /// The store or the server cannot, now.
    Now(Refusal),
}

impl From<Refusal> for Not {
    fn from(refusal: Refusal) -> Self {
        if matches!(refusal, Refusal::Unavailable { .. }) {
            Self::Now(refusal)
        } else {
            Self::Ever(refusal.message())
        }
    }
}

impl From<LedgerError> for Not {
    fn from(error: LedgerError) -> Self {
        Self::Now(error.into())
    }
}

/// What an event has come to so far.
#[derive(Default)]
struct Course {
    licenses: BTreeSet<LicenseId>,
    is_applied: bool,
    waits_for: Option<String>,
    problem: Option<String>,
    come: Vec<String>,
}

/// Lets an event that happened at `at` take effect; gives what came of it, and what it may wake.
///
/// # Errors
///
/// `unavailable` when it has to be tried again as a whole.
pub(super) fn apply(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (side, at): (Side, Timestamp),
    notice: &Notice,
) -> Result<(Outcome, Vec<String>), Refusal> {
    if (side.mode, notice.mode) == (Mode::Test, Some(Mode::Live)) {
        let problem = "It says that money moved, and came under a secret that is for tests.";
        return Ok((Outcome::refused(problem.to_owned()), Vec::new()));
    }
    let mut course = Course::default();
    for statement in &notice.statements {
        let taken = match statement {
            Statement::Belongs { name, to } => belongs(txn, side, (name, to), &mut course),
            Statement::Introduced { name, email, called } => {
                introduced(desk, txn, side, (name, email, called.as_ref()), &mut course)
            }
            Statement::Subscribed { order, subscription } => {
                subscribed(desk, txn, side, (order, subscription), &mut course)
            }
            Statement::Bought(purchase) => bought(desk, txn, (side, at), purchase, &mut course),
            Statement::Reported { about, fact, invoice } => {
                let report = Report {
                    fact: *fact,
                    event: Some(notice.event.clone()),
                    invoice: invoice.clone(),
                };
                let heard = Heard { report, at: Some(at) };
                reported(desk, txn, side, (about, heard), &mut course)
            }
        };
        match taken {
            Ok(()) => {}
            Err(Not::Yet(what)) => course.waits_for = course.waits_for.or(Some(what)),
            Err(Not::Ever(problem)) => course.problem = course.problem.or(Some(problem)),
            Err(Not::Now(refusal)) => return Err(refusal),
        }
    }
    let Course { licenses, is_applied, waits_for, problem, come } = course;
    let state = match (&problem, &waits_for) {
        (_, Some(_)) => PaymentState::Parked,
        (Some(_), None) => PaymentState::Refused,
        (None, None) if is_applied => PaymentState::Applied,
        (None, None) => PaymentState::Ignored,
    };
    let licenses = licenses.into_iter().take(LICENSES_TOLD_MAX).collect();
    Ok((Outcome { state, waits_for, problem, licenses }, come))
}

/// What only helps to understand other events is no effect of its own.
fn belongs(
    txn: &mut Txn<'_>,
    side: Side,
    (name, to): (&PaymentRef, &PaymentRef),
    course: &mut Course,
) -> Result<(), Not> {
    // A name leads away from itself, and never back.
    let leads_back = name == to || txn.led_to(side, to)? == *name;
    if !leads_back && txn.put_payment_name(side, (name.as_str(), to))? {
        course.come.push(waits_for_payment(name));
    }
    Ok(())
}

fn introduced(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    side: Side,
    (name, email, called): (&PaymentRef, &Email, Option<&Name>),
    course: &mut Course,
) -> Result<(), Not> {
    let text = postcard::to_allocvec(&(email, called)).map_err(LedgerError::from)?;
    let nonce = random(desk.env).map_err(Refusal::from)?;
    let sealed = desk.secret.seal(&text, &buyer_context(side, name), nonce);
    txn.put_sealed_buyer(side, name.as_str(), &sealed)?;
    course.come.push(waits_for_buyer(name));
    Ok(())
}

fn buyer_context(side: Side, name: &PaymentRef) -> Vec<u8> {
    let Side { vendor, mode, provider } = side;
    format!("buyer {vendor} {mode:?} {} {}", provider.word(), name.as_str()).into_bytes()
}

fn known_buyer(
    desk: &Desk<'_>,
    txn: &Txn<'_>,
    side: Side,
    buyer: &Buyer,
) -> Result<NewCustomer, Not> {
    match buyer {
        Buyer::Known { email, called } => {
            Ok(NewCustomer { email: email.clone(), name: called.clone() })
        }
        Buyer::Named(name) => {
            let sealed = txn.sealed_buyer(side, name.as_str())?;
            let sealed = sealed.ok_or_else(|| Not::Yet(waits_for_buyer(name)))?;
            let text = desk.secret.open(&sealed, &buyer_context(side, name));
            let text = text.map_err(LedgerError::from)?;
            let (email, name) = postcard::from_bytes(&text).map_err(LedgerError::from)?;
            Ok(NewCustomer { email, name })
        }
    }
}

/// The name under which it is remembered which subscription pays for an order.
fn paid_by(order: &PaymentRef) -> String {
    format!("subscription of {}", order.as_str())
}

fn subscribed(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    side: Side,
    (order, subscription): (&PaymentRef, &PaymentRef),
    course: &mut Course,
) -> Result<(), Not> {
    txn.put_payment_name(side, (&paid_by(order), subscription))?;
    let joined = billing::subscribe(desk, txn, (order, subscription))?;
    if !joined.is_empty() {
        course.is_applied = true;
        course.licenses.extend(joined);
        course.come.push(waits_for_subscription(subscription));
    }
    Ok(())
}

fn bought(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    (side, at): (Side, Timestamp),
    purchase: &Purchase,
    course: &mut Course,
) -> Result<(), Not> {
    if purchase.lines.is_empty() {
        return Err(Not::Ever("The event does not say what was bought.".to_owned()));
    }
    let customer = known_buyer(desk, txn, side, &purchase.buyer)?;
    let subscription = match &purchase.subscription {
        Some(subscription) => Some(subscription.clone()),
        None => txn.next_name(side, &paid_by(&purchase.order))?,
    };
    let mut missing = None;
    for line in &purchase.lines {
        let Some((product, plan)) = prices::find(txn, side, &line.prices)? else {
            missing = missing.or_else(|| Some(line.clone()));
            continue;
        };
        let paid = line.paid.as_ref();
        let paid = paid.and_then(|price| Some((whole(price.amount)?, price.currency.clone())));
        let (price, currency) = paid.unzip();
        let call = OrderCompleted {
            order: purchase.order.clone(),
            product: Reference(product.to_string()),
            plan: Reference(plan.to_string()),
            customer: customer.clone(),
            subscription: subscription.clone(),
            quantity: quantity(line)?,
            paid_at: Some(purchase.paid_at.unwrap_or(at)),
            price,
            currency,
            idempotency_key: None,
        };
        let billed = billing::order_completed(desk, txn, &call)?;
        course.is_applied = true;
        course.licenses.extend(billed.licenses.iter().map(|license| license.id));
        course.come.push(waits_for_order(&purchase.order));
        course.come.push(waits_for_payment(&purchase.order));
        course.come.extend(subscription.as_ref().map(waits_for_subscription));
    }
    match missing.map(|line| line.prices.into_iter().next()) {
        None => Ok(()),
        Some(Some(price)) => Err(Not::Yet(waits_for_price(&price))),
        Some(None) => {
            Err(Not::Ever("The event does not say at which price it was bought.".to_owned()))
        }
    }
}

fn whole<const MIN: u64, const MAX: u64>(number: u64) -> Option<WholeNumber<MIN, MAX>> {
    WholeNumber::read(number.into()).ok()
}

fn quantity<const MAX: u64>(line: &Line) -> Result<Defaulted<1, MAX, 1>, Not> {
    let many = format!("{} licenses of one line are more than an order can have.", line.quantity);
    Defaulted::read(line.quantity.into()).map_err(|_| Not::Ever(many))
}

fn reported(
    desk: &Desk<'_>,
    txn: &mut Txn<'_>,
    side: Side,
    (about, heard): (&About, Heard),
    course: &mut Course,
) -> Result<(), Not> {
    let account = |of, id| Account { vendor: side.vendor, mode: side.mode, of, id };
    let order;
    let (account, waits_for) = match about {
        About::Order(id) => (account(AccountOf::Order, id), waits_for_order(id)),
        About::Subscription(id) => {
            (account(AccountOf::Subscription, id), waits_for_subscription(id))
        }
        About::Payment(name) => {
            order = txn.led_to(side, name)?;
            let account = account(AccountOf::Order, &order);
            // Where the name leads may still be told: nothing is reported of what is no order.
            if !txn.has_licenses(account)? {
                return Err(Not::Yet(waits_for_payment(&order)));
            }
            (account, waits_for_payment(&order))
        }
    };
    let is_partial = heard.report.fact == Fact::Refunded { full: false };
    let billed = match billing::report(desk, txn, account, heard) {
        // More waits for the account than there is room for: then this waits here.
        Err(Refusal::Unavailable { .. }) if !txn.has_licenses(account)? => {
            return Err(Not::Yet(waits_for));
        }
        billed => billed?,
    };
    course.licenses.extend(billed.licenses.iter().map(|license| license.id));
    if billed.parked && !is_partial {
        return Err(Not::Yet(waits_for));
    }
    course.is_applied = true;
    Ok(())
}
