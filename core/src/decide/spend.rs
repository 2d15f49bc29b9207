//! Counting uses.

use super::{Change, Decision, check_usable};
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
    let mut license = snapshot.license.clone();
    let uses_limit = license.terms.uses_limit;
    let uses = license.uses.saturating_add(u64::from(wanted.amount));
    match uses_limit {
        Some(limit) if uses > limit => {
            Err(Refusal::UsesLimitExceeded { limit, used: license.uses })
        }
        _ => {
            license.uses = uses;
            Ok(Decision {
                answer: Spent { uses, uses_limit },
                changes: vec![Change::License(license)],
            })
        }
    }
}
