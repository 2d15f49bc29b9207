//! The desk's numbers: gone through at most once a minute for each who asks.

use counterfoil_core::id::{LicenseId, ProductId, VendorId};
use counterfoil_core::license::{License, Mode, Status};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::native::Call;
use counterfoil_core::wire::native::admin::payment::PaymentState;
use counterfoil_core::wire::native::admin::stats::{
    DELIVERIES_MAX, Day, EXPIRING_MAX, Expiring, FULLEST_MAX, FailedDeliveries, Filled,
    StatusCounts, Summarize, Summary, UnappliedDeliveries, Undelivered,
};
use counterfoil_core::wire::native::admin::webhook::DeliveryStatus;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tokio::sync::Mutex;

use super::App;
use crate::auth::{Caller, Principal, authorize};
use crate::ledger::{List, Lists, Owner, Part, Rows, View, Webhooks};

/// Seconds for which counted licenses are good enough.
const AGE_MAX: i64 = 60;

/// Where at most one of so many places is free, a license is nearly full.
const FREE_PARTS: i64 = 5;

/// Licenses to read ahead.
const CHUNK: usize = 1_024;

/// What was counted lately, for whom.
pub type Counted = Arc<std::sync::Mutex<HashMap<Whose, Arc<Mutex<Option<Counts>>>>>>;

/// Whose licenses are counted.
pub type Whose = (VendorId, Mode, Option<ProductId>);

/// Licenses that were counted.
#[derive(Clone, Debug)]
pub struct Counts {
    as_of: Timestamp,
    licenses: StatusCounts,
    expiring: Vec<Expiring>,
    nearly_full: u64,
    fullest: Vec<Filled>,
}

/// Sums up: how many licenses stand where, what was done each day, which expire next.
///
/// # Errors
///
/// `unauthorized`, `forbidden`.
pub async fn summarize(app: App, caller: Caller, call: Summarize) -> Result<Summary, Refusal> {
    let now = app.env.now();
    let view = app.ledger.view();
    let by = authorize(&*view, &caller, Summarize::SCOPE, now)?;
    let counts = counts(&app, by, now).await?;
    let days = days(&view, by, call.days.small(), now)?;
    Ok(Summary {
        as_of: counts.as_of,
        licenses: counts.licenses,
        days,
        expiring: counts.expiring,
        nearly_full: counts.nearly_full,
        fullest: counts.fullest,
        deliveries: undelivered(&view, by)?,
    })
}

async fn counts(app: &App, by: Principal, now: Timestamp) -> Result<Counts, Refusal> {
    let slot = {
        let Ok(mut counted) = app.counted.lock() else { return Err(Refusal::unavailable()) };
        Arc::clone(counted.entry((by.vendor, by.mode, by.product)).or_default())
    };
    // Whoever comes while it is being counted waits for that instead of counting too.
    let mut slot = slot.lock_owned().await;
    if let Some(counts) = slot.as_ref()
        && counts.as_of <= now
        && now < counts.as_of.saturating_add(AGE_MAX)
    {
        return Ok(counts.clone());
    }
    let view = app.ledger.view();
    // The place goes along, so that whoever hangs up meanwhile does not let others count too.
    let counting = tokio::task::spawn_blocking(move || {
        let counts = count(&view, by, now)?;
        *slot = Some(counts.clone());
        Ok(counts)
    });
    counting.await.map_err(|_| Refusal::unavailable())?
}

fn count(view: &View, by: Principal, now: Timestamp) -> Result<Counts, Refusal> {
    let owner = by.product.map_or(Owner::Vendor(by.vendor), Owner::Product);
    let list = List::licenses(owner, by.mode);
    let mut licenses = StatusCounts::default();
    let mut soonest = BTreeSet::new();
    let mut filled = FullestFirst::default();
    let mut after = None;
    loop {
        let part = view.newest(list, Part { count: CHUNK, after })?;
        for number in &part {
            let Some(license) = view.license_alone(LicenseId::new(*number))? else { continue };
            let status = license.status(now);
            add(&mut licenses, status);
            if let (Status::Active, Some(at)) = (status, license.expires_at)
                && at > now
            {
                soonest.insert((at, license.id));
                if soonest.len() > EXPIRING_MAX {
                    soonest.pop_last();
                }
            }
            if status == Status::Active {
                filled.look_at(&license);
            }
        }
        after = part.last().copied();
        if part.len() < CHUNK {
            break;
        }
    }
    let mut expiring = Vec::new();
    for (at, id) in soonest {
        if let Some(License { id, alias, product, .. }) = view.license_alone(id)? {
            expiring.push(Expiring { id, alias, product, expires_at: at });
        }
    }
    let FullestFirst { count: nearly_full, first } = filled;
    let fullest = first.into_values().collect();
    Ok(Counts { as_of: now, licenses, expiring, nearly_full, fullest })
}

/// Licenses whose places are nearly all taken, those with the fewest free places first.
#[derive(Default)]
struct FullestFirst {
    count: u64,
    first: BTreeMap<(i64, Reverse<u32>, Reverse<LicenseId>), Filled>,
}

impl FullestFirst {
    fn look_at(&mut self, license: &License) {
        let (limit, used) = (license.terms.activation_limit, license.activations_used);
        // Floating places come and go by the minute, and one place is taken as soon as it is of use.
        if limit < 2 || license.terms.floating.is_some() {
            return;
        }
        let free = i64::from(limit).saturating_sub(i64::from(used));
        if free.saturating_mul(FREE_PARTS) > i64::from(limit) {
            return;
        }
        self.count = self.count.saturating_add(1);
        let filled = Filled {
            id: license.id,
            alias: license.alias.clone(),
            product: license.product,
            activation_limit: limit,
            activations_used: used,
        };
        self.first.insert((free, Reverse(limit), Reverse(license.id)), filled);
        if self.first.len() > FULLEST_MAX {
            self.first.pop_last();
        }
    }
}

/// What did not get through, as far as the caller sees it.
fn undelivered(view: &View, by: Principal) -> Result<Undelivered, Refusal> {
    let mut webhooks = Vec::new();
    for hook in view.webhooks_of(by.vendor, by.mode)? {
        if by.product.is_some() && hook.product != by.product {
            continue;
        }
        let list = List::deliveries(hook.id, Some(DeliveryStatus::Failed));
        let failed = view.count_listed(list, DELIVERIES_MAX)?;
        if failed > 0 {
            webhooks.push(FailedDeliveries { webhook: hook.id, failed });
        }
    }
    let payments = |state| {
        let list = List::payment_deliveries(by.vendor, by.mode, Some(state));
        view.count_listed(list, DELIVERIES_MAX)
    };
    let payments = match by.product {
        Some(_) => None,
        None => Some(UnappliedDeliveries {
            refused: payments(PaymentState::Refused)?,
            parked: payments(PaymentState::Parked)?,
        }),
    };
    Ok(Undelivered { webhooks, payments })
}

/// Counts another license.
pub(super) fn add(counts: &mut StatusCounts, status: Status) {
    let count = match status {
        Status::Active => &mut counts.active,
        Status::Expired => &mut counts.expired,
        Status::Suspended => &mut counts.suspended,
        Status::Disabled => &mut counts.disabled,
        Status::Revoked => &mut counts.revoked,
        Status::Cancelled => &mut counts.cancelled,
    };
    *count = count.saturating_add(1);
}

/// What was done each day, the last of which is today.
fn days(view: &View, by: Principal, count: u32, now: Timestamp) -> Result<Vec<Day>, Refusal> {
    let products = match by.product {
        Some(product) => vec![product],
        None => all_products(view, by.vendor)?,
    };
    let today = now.day();
    let first = today.saturating_sub(i64::from(count)).saturating_add(1);
    let mut days = Vec::new();
    for day in first..=today {
        let date = Timestamp::of_day(day).to_string().chars().take(10).collect();
        let mut sum = Day { date, activations: 0, checks: 0 };
        for product in &products {
            let counted = view.day((*product, by.mode), day)?;
            sum.activations = sum.activations.saturating_add(counted.activations);
            sum.checks = sum.checks.saturating_add(counted.checks);
        }
        days.push(sum);
    }
    Ok(days)
}

fn all_products(view: &View, vendor: VendorId) -> Result<Vec<ProductId>, Refusal> {
    let part = Part { count: usize::MAX, after: None };
    Ok(view.newest(List::products(vendor), part)?.into_iter().map(ProductId::new).collect())
}
