//! Keeping a floating place.

use super::{Change, Decision, check_usable};
use crate::id::ActivationId;
use crate::license::Activation;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// Which place is still needed.
#[derive(Clone, Copy, Debug)]
pub struct Heartbeat<'a> {
    /// The product that asks.
    pub product: Option<&'a str>,
    /// The place.
    pub activation: ActivationId,
}

/// Moves the time at which a floating place frees itself. Nothing for the history: a place that
/// is kept did not change.
///
/// # Errors
///
/// `product_mismatch`; the license's own 403 unless it is active; `activation_not_found` when the
/// place is not held, or not any more; `invalid_params` where places do not float.
pub fn heartbeat(
    snapshot: &Snapshot,
    wanted: Heartbeat<'_>,
    now: Timestamp,
) -> Result<Decision<Activation>, Refusal> {
    check_usable(snapshot, wanted.product, now)?;
    let present = snapshot.at(now);
    let held = present.active_by_id(wanted.activation).ok_or(Refusal::ActivationNotFound)?;
    let Some(floating) = snapshot.license.terms.floating else {
        let problem = "holds its place without a heartbeat: the plan is not a floating one";
        return Err(Refusal::invalid_params("activation", problem));
    };
    let expires_at = Some(now.saturating_add(i64::from(floating.ttl)));
    let kept = Activation { last_seen_at: now, expires_at, ..held.clone() };
    Ok(Decision {
        changes: vec![Change::Activation(kept.clone())],
        events: Vec::new(),
        answer: kept,
    })
}
