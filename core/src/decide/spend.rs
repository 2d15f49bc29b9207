//! Counting uses.

use super::{Change, Decision, check_not_ended, check_usable};
use crate::history::{Event, EventKind};
use crate::license::License;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// How many uses to count.
#[derive(Clone, Copy, Debug)]
pub struct Spend<'a> {
    /// The product that asks.
    pub product: Option<&'a str>,
    /// How many.
    pub amount: u32,
}

/// The counter after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spent {
    /// Uses counted so far.
    pub uses: u64,
    /// Most uses; `None`: unlimited.
    pub uses_limit: Option<u64>,
}

/// Counts all of `wanted.amount` or nothing.
///
/// # Errors
///
/// `product_mismatch`; the license's own 403 unless it is active; `uses_limit_exceeded`.
pub fn spend(
    snapshot: &Snapshot,
    wanted: Spend<'_>,
    now: Timestamp,
) -> Result<Decision<Spent>, Refusal> {
    check_usable(snapshot, wanted.product, now)?;
    let license = &snapshot.license;
    count(license, license.uses.saturating_add(u64::from(wanted.amount)), now)
}

/// What the vendor does to the counter.
#[derive(Clone, Copy, Debug)]
pub struct Adjust {
    /// Uses to count; below zero to give back.
    pub amount: i32,
}

/// Counts uses, or gives them back; the counter stops at zero.
///
/// # Errors
///
/// `invalid_transition` when the license has ended; `uses_limit_exceeded`.
pub fn adjust(
    license: &License,
    wanted: Adjust,
    now: Timestamp,
) -> Result<Decision<Spent>, Refusal> {
    check_not_ended(license, "use", now)?;
    count(license, license.uses.saturating_add_signed(i64::from(wanted.amount)), now)
}

/// Counts uses, or gives them back, for a system that leaves limits to its callers: above any
/// limit, whatever the license's status; the counter stops at zero. Of a license that has ended
/// nothing is counted.
pub fn tally(license: &License, wanted: Adjust, now: Timestamp) -> Decision<Spent> {
    let uses = match license.end {
        None => license.uses.saturating_add_signed(i64::from(wanted.amount)),
        Some(_) => license.uses,
    };
    counted(license, uses, now)
}

fn count(before: &License, uses: u64, now: Timestamp) -> Result<Decision<Spent>, Refusal> {
    if let Some(limit) = before.terms.uses_limit
        && uses > limit
        // A limit may have been lowered below the count; giving back is allowed all the same.
        && uses > before.uses
    {
        return Err(Refusal::UsesLimitExceeded { limit, used: before.uses });
    }
    Ok(counted(before, uses, now))
}

fn counted(before: &License, uses: u64, now: Timestamp) -> Decision<Spent> {
    let answer = Spent { uses, uses_limit: before.terms.uses_limit };
    if uses == before.uses {
        return Decision::unchanged(answer);
    }
    let after = License { uses, ..before.clone() };
    let event = Event::new(EventKind::LicenseUsed, before, &after, now)
        .with("from", before.uses)
        .with("to", uses);
    Decision { answer, changes: vec![Change::License(after)], events: vec![event] }
}
