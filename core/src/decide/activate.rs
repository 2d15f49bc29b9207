//! Taking a place.

use core::net::IpAddr;

use super::{Change, Decision, check_usable};
use crate::history::{Event, EventKind};
use crate::id::ActivationId;
use crate::identifier::Identifier;
use crate::license::{Activation, License};
use crate::prelude::*;
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
    /// Whether the limit holds for this one.
    pub limit: Limit,
}

/// Whether a place can be taken beyond the limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It cannot.
    Holds,
    /// The vendor takes it all the same.
    MayBeExceeded,
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
    match snapshot.at(now).active(&wanted.identifier) {
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
        expires_at: lapses_at(&snapshot.license, now),
        ..held.clone()
    };
    let changes =
        if activation == *held { Vec::new() } else { vec![Change::Activation(activation.clone())] };
    let mut events = Vec::new();
    if activation.name != held.name {
        let kind = EventKind::ActivationRenamed;
        events.push(Event::about(kind, &activation, &snapshot.license, now));
    }
    let after = snapshot.at(now).into_owned().with_active(activation.clone());
    Decision { answer: Activated { activation, created: false, after }, changes, events }
}

fn take_place(
    snapshot: &Snapshot,
    wanted: &Activate<'_>,
    now: Timestamp,
) -> Result<Decision<Activated>, Refusal> {
    // Whoever takes a place clears away those that lapsed.
    let present = snapshot.at(now).into_owned();
    let license = &present.license;
    let replaced = match wanted.replace {
        None => None,
        Some(id) => Some(present.active_by_id(id).ok_or(Refusal::ActivationNotFound)?.clone()),
    };
    // A handed-over place adds none, so it is there even on a license that is over its limit.
    if replaced.is_none() && !license.has_free_place() && wanted.limit == Limit::Holds {
        return Err(full(&present, &wanted.identifier));
    }
    let activation = Activation {
        id: wanted.id,
        identifier: wanted.identifier.clone(),
        name: wanted.name.clone(),
        ip: wanted.ip,
        activated_at: now,
        deactivated_at: None,
        last_seen_at: now,
        expires_at: lapses_at(license, now),
    };
    let mut taking = Taking { changes: Vec::new(), events: Vec::new(), after: present.clone() };
    for lapsed in snapshot.lapsed(now) {
        let kind = EventKind::ActivationExpired;
        taking.events.push(Event::about(kind, lapsed, license, now));
        taking.changes.push(Change::Deactivation(lapsed.given_back(now)));
    }
    if let Some(replaced) = replaced {
        taking.hand_over(&replaced, activation.id, now);
    } else {
        taking.after.license.activations_used = license.activations_used.saturating_add(1);
    }
    if taking.after.license != snapshot.license {
        taking.changes.insert(0, Change::License(taking.after.license.clone()));
    }
    let kind = EventKind::ActivationCreated;
    taking.events.push(Event::about(kind, &activation, &taking.after.license, now));
    taking.changes.push(Change::Activation(activation.clone()));
    let Taking { changes, events, after } = taking;
    let after = after.with_active(activation.clone());
    Ok(Decision { answer: Activated { activation, created: true, after }, changes, events })
}

/// What taking a place comes to.
struct Taking {
    changes: Vec<Change>,
    events: Vec<Event>,
    after: Snapshot,
}

impl Taking {
    fn hand_over(&mut self, replaced: &Activation, to: ActivationId, now: Timestamp) {
        let ended = replaced.given_back(now);
        let event =
            Event::about(EventKind::ActivationDeactivated, &ended, &self.after.license, now);
        self.events.push(event.replaced_by(to));
        self.changes.push(Change::Deactivation(ended));
        self.after = self.after.clone().without_active(replaced.id);
    }
}

/// When a place that is taken or kept at `now` frees itself.
fn lapses_at(license: &License, now: Timestamp) -> Option<Timestamp> {
    license.terms.floating.map(|floating| now.saturating_add(i64::from(floating.ttl)))
}

fn full(snapshot: &Snapshot, here: &Identifier) -> Refusal {
    let License { terms, activations_used, .. } = &snapshot.license;
    let shown = snapshot.activations.iter().take(ACTIVATIONS_SHOWN_MAX);
    Refusal::SeatLimitExceeded {
        limit: snapshot.license.places(),
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
    /// This activation after it gave its place back: at `now`, or when it lapsed before.
    #[must_use]
    pub fn given_back(&self, now: Timestamp) -> Self {
        let at = self.expires_at.map_or(now, |lapsed| lapsed.min(now));
        Self { deactivated_at: Some(at), ..self.clone() }
    }
}
