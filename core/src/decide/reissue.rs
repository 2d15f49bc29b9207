//! Giving a license a new key, or to somebody else.

use super::{Change, Decision, check_not_ended};
use crate::alias::Alias;
use crate::history::{Event, EventKind};
use crate::license::{Hold, License};
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::time::Timestamp;

/// Says that the license has a new key. The key itself is the store's; activations stay.
///
/// # Errors
///
/// `invalid_transition` on a license that has ended.
pub fn rotate(license: &License, now: Timestamp) -> Result<Decision<License>, Refusal> {
    check_not_ended(license, "rotate", now)?;
    Ok(Decision {
        answer: license.clone(),
        changes: vec![Change::License(license.clone())],
        events: vec![Event::new(EventKind::LicenseRotated, license, license, now)],
    })
}

/// Empties a license so that it can be given to somebody else: one place, none taken, no use
/// counted, nobody's, under a new alias, without what its sale has stopped it for. The new key is
/// the store's.
///
/// # Errors
///
/// `invalid_transition` on a license that has ended.
pub fn inactivate(
    license: &License,
    alias: Alias,
    now: Timestamp,
) -> Result<Decision<License>, Refusal> {
    check_not_ended(license, "inactivate", now)?;
    let mut after =
        License { alias, customer: None, activations_used: 0, uses: 0, ..license.clone() };
    after.terms.activation_limit = 1;
    // What is owed or disputed is the old sale's. Cut off from it, nobody could settle it any more.
    after.grace_until = None;
    after.lift(Hold::Dispute);
    let event = Event::new(EventKind::LicenseInactivated, license, &after, now)
        .with("customer", license.customer.map(|customer| customer.to_string()))
        .with("activationLimit", license.terms.activation_limit)
        .with("activationsEnded", license.activations_used)
        .with("uses", license.uses);
    // Whoever gets it next must not lose it by what becomes of the old sale.
    let changes =
        vec![Change::License(after.clone()), Change::AllDeactivated(now), Change::Sale(None)];
    Ok(Decision { answer: after, changes, events: vec![event] })
}
