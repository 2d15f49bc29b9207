//! Giving a place back.

use super::{Change, Decision, check_product};
use crate::history::{Event, EventKind};
use crate::id::ActivationId;
use crate::identifier::Identifier;
use crate::license::Activation;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// Which place to give back.
#[derive(Clone, Debug)]
pub struct Deactivate<'a> {
    /// The product that asks.
    pub product: Option<&'a str>,
    /// Whose place.
    pub place: PlaceRef,
}

/// How a place is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaceRef {
    /// By who holds it.
    Identifier(Identifier),
    /// By its id.
    Activation(ActivationId),
}

/// The place that was given back, and the license after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deactivated {
    /// The activation that ended.
    pub activation: Activation,
    /// The facts after the changes.
    pub after: Snapshot,
}

/// Ends one activation. The license's status does not matter: a place can always be given back.
///
/// # Errors
///
/// `product_mismatch`; `activation_not_found` when no such activation is active.
pub fn deactivate(
    snapshot: &Snapshot,
    wanted: &Deactivate<'_>,
    now: Timestamp,
) -> Result<Decision<Deactivated>, Refusal> {
    check_product(snapshot, wanted.product)?;
    let present = snapshot.at(now);
    let held = match &wanted.place {
        PlaceRef::Identifier(identifier) => present.active(identifier),
        PlaceRef::Activation(id) => present.active_by_id(*id),
    };
    let ended = held.ok_or(Refusal::ActivationNotFound)?.given_back(now);
    // Written from the stored facts: places that lapsed are counted until somebody takes one.
    let mut kept = snapshot.clone().without_active(ended.id);
    kept.license.activations_used = kept.license.activations_used.saturating_sub(1);
    let event = Event::about(EventKind::ActivationDeactivated, &ended, &kept.license, now);
    let changes = vec![Change::License(kept.license.clone()), Change::Deactivation(ended.clone())];
    let after = kept.at(now).into_owned();
    Ok(Decision { answer: Deactivated { activation: ended, after }, changes, events: vec![event] })
}
