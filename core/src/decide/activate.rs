//! Taking a place.

use std::net::IpAddr;

use super::{Change, Decision, check_usable};
use crate::id::ActivationId;
use crate::identifier::Identifier;
use crate::license::{Activation, License};
use crate::refusal::Refusal;
use crate::text::Name;
use crate::time::Timestamp;
use crate::verdict::{ACTIVATIONS_SHOWN_MAX, ActivationView, Snapshot};

/// What an activation asks for.
#[derive(Clone, Debug)]
pub struct Activate<'a> {
    /// The product that asks.
    pub product: Option<&'a str>,
    /// Who takes the place.
    pub identifier: Identifier,
    /// A label for it.
    pub name: Option<Name>,
    /// The activation whose place is handed over.
    pub replace: Option<ActivationId>,
    /// Where the call came from.
    pub ip: Option<IpAddr>,
    /// The id of the activation, should one be made.
    pub id: ActivationId,
}

/// The place that was taken, and the license after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// The activation of the identifier.
    pub activation: Activation,
    /// Whether it is new.
    pub created: bool,
    /// The facts after the changes.
    pub after: Snapshot,
}

/// Gives `wanted.identifier` a place, or the one it has.
///
/// # Errors
///
/// `product_mismatch`; the license's own 403 unless it is active, even for an identifier that
/// holds a place; `activation_not_found` for a `replace` that is not active on this license;
/// `seat_limit_exceeded`.
pub fn activate(
    snapshot: &Snapshot,
    wanted: &Activate<'_>,
    now: Timestamp,
) -> Result<Decision<Activated>, Refusal> {
    check_usable(snapshot, wanted.product, now)?;
    match snapshot.active(&wanted.identifier) {
        Some(held) => Ok(see_again(snapshot, held, wanted, now)),
        None => take_place(snapshot, wanted, now),
    }
}

fn see_again(
    snapshot: &Snapshot,
    held: &Activation,
    wanted: &Activate<'_>,
    now: Timestamp,
) -> Decision<Activated> {
    let activation = Activation {
        name: wanted.name.clone().or_else(|| held.name.clone()),
        last_seen_at: held.last_seen_at.max(now),
        ..held.clone()
    };
    let changes =
        if activation == *held { Vec::new() } else { vec![Change::Activation(activation.clone())] };
    let after = snapshot.clone().with_active(activation.clone());
    Decision { answer: Activated { activation, created: false, after }, changes }
}

fn take_place(
    snapshot: &Snapshot,
    wanted: &Activate<'_>,
    now: Timestamp,
) -> Result<Decision<Activated>, Refusal> {
    let replaced = match wanted.replace {
        None => None,
        Some(id) => Some(snapshot.active_by_id(id).ok_or(Refusal::ActivationNotFound)?),
    };
    let license = &snapshot.license;
    // A handed-over place adds none, so it is there even on a license that is over its limit.
    if replaced.is_none() && !license.has_free_place() {
        return Err(full(snapshot, &wanted.identifier));
    }
    let activation = Activation {
        id: wanted.id,
        identifier: wanted.identifier.clone(),
        name: wanted.name.clone(),
        ip: wanted.ip,
        activated_at: now,
        deactivated_at: None,
        last_seen_at: now,
        expires_at: None,
    };
    let mut after = snapshot.clone();
    let mut changes = Vec::new();
    if let Some(replaced) = replaced {
        after = after.without_active(replaced.id);
        changes.push(Change::Deactivation(replaced.given_back(now)));
    } else {
        after.license.activations_used = license.activations_used.saturating_add(1);
        changes.push(Change::License(after.license.clone()));
    }
    changes.push(Change::Activation(activation.clone()));
    after = after.with_active(activation.clone());
    Ok(Decision { answer: Activated { activation, created: true, after }, changes })
}

fn full(snapshot: &Snapshot, here: &Identifier) -> Refusal {
    let License { terms, activations_used, .. } = &snapshot.license;
    let shown = snapshot.activations.iter().take(ACTIVATIONS_SHOWN_MAX);
    Refusal::SeatLimitExceeded {
        limit: terms.activation_limit,
        used: *activations_used,
        activations: shown
            .map(|other| ActivationView::to_key_holder(other, terms.activation_type, Some(here)))
            .collect(),
    }
}

impl Snapshot {
    /// These facts with `activation` among the active ones.
    #[must_use]
    pub(super) fn with_active(mut self, activation: Activation) -> Self {
        self.named.retain(|other| other.id != activation.id);
        let room = self.activations.len() < ACTIVATIONS_SHOWN_MAX;
        match self.activations.iter_mut().find(|other| other.id == activation.id) {
            Some(place) => *place = activation,
            // Newest last; beyond what is shown it is kept apart.
            None if room => self.activations.push(activation),
            None => self.named.push(activation),
        }
        self
    }

    /// These facts without the active activation `id`.
    #[must_use]
    pub(super) fn without_active(mut self, id: ActivationId) -> Self {
        self.activations.retain(|activation| activation.id != id);
        self.named.retain(|activation| activation.id != id);
        self
    }
}

impl Activation {
    /// This activation after it gave its place back.
    #[must_use]
    pub(super) fn given_back(&self, now: Timestamp) -> Self {
        Self { deactivated_at: Some(now), ..self.clone() }
    }
}
