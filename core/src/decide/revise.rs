//! Changing a license by hand.

use serde_json::{Map, Value, json};

use super::{Change, Decision, check_not_ended};
use crate::catalog::{Plan, Terms};
use crate::history::{Event, EventKind};
use crate::id::CustomerId;
use crate::license::License;
use crate::metadata::Metadata;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::text::Name;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// What to change; `None` keeps.
#[derive(Clone, Debug, Default)]
pub struct Revision<'a> {
    /// Places; 0 is unlimited.
    pub activation_limit: Option<u32>,
    /// When it ends, or that it never does.
    pub expires_at: Option<Option<Timestamp>>,
    /// Another plan, whose terms it takes over, or none, which leaves them as they are.
    pub plan: Option<Option<&'a Plan>>,
    /// Whose it is.
    pub customer: Option<Option<CustomerId>>,
    /// What it unlocks.
    pub entitlements: Option<Vec<Name>>,
    /// The vendor's own.
    pub metadata: Option<Metadata>,
}

/// Changes what is named and keeps the rest. A new plan brings its terms; what is named beside it
/// goes before them. The expiry is the license's own and moves only when it is named.
///
/// # Errors
///
/// `invalid_transition` on a license that has ended; `invalid_params` for a plan whose places are
/// of another type than those that are taken.
pub fn revise(
    snapshot: &Snapshot,
    wanted: &Revision<'_>,
    now: Timestamp,
) -> Result<Decision<License>, Refusal> {
    let license = &snapshot.license;
    check_not_ended(license, "update", now)?;
    let mut after = license.clone();
    let mut cleared = (Vec::new(), Vec::new());
    if let Some(plan) = wanted.plan {
        after.plan = plan.map(|plan| plan.id);
        if let Some(plan) = plan {
            if are_other_places(&license.terms, &plan.terms) {
                cleared = clear(snapshot, now)?;
                after.activations_used = 0;
            }
            after.terms = plan.terms.clone();
        }
    }
    if let Some(limit) = wanted.activation_limit {
        after.terms.activation_limit = limit;
    }
    if let Some(expires_at) = wanted.expires_at {
        after.expires_at = expires_at;
    }
    if let Some(customer) = wanted.customer {
        after.customer = customer;
    }
    if let Some(entitlements) = &wanted.entitlements {
        after.terms.entitlements.clone_from(entitlements);
    }
    if let Some(metadata) = &wanted.metadata {
        after.metadata = metadata.clone();
    }
    if after == *license {
        return Ok(Decision::unchanged(after));
    }
    let event = Event::new(EventKind::LicenseUpdated, license, &after, now)
        .with("changes", Value::Object(differences(license, &after)));
    let (mut changes, mut events) = cleared;
    changes.insert(0, Change::License(after.clone()));
    events.push(event);
    Ok(Decision { answer: after, changes, events })
}

/// Replaces what the vendor keeps with a license. It is about no right, so that one which has ended
/// takes it too.
pub fn annotate(license: &License, metadata: Metadata, now: Timestamp) -> Decision<License> {
    let after = License { metadata, ..license.clone() };
    if after == *license {
        return Decision::unchanged(after);
    }
    let event = Event::new(EventKind::LicenseUpdated, license, &after, now)
        .with("changes", Value::Object(differences(license, &after)));
    let changes = vec![Change::License(after.clone())];
    Decision { answer: after, changes, events: vec![event] }
}

/// Whether places of one kind cannot be taken for places of the other.
fn are_other_places(from: &Terms, to: &Terms) -> bool {
    from.activation_type != to.activation_type || from.floating.is_some() != to.floating.is_some()
}

/// Clears away the places that lapsed, if no other is taken.
fn clear(snapshot: &Snapshot, now: Timestamp) -> Result<(Vec<Change>, Vec<Event>), Refusal> {
    let present = snapshot.at(now);
    if present.license.activations_used > 0 {
        let problem = "has places of another kind than those that are taken: remove those first";
        return Err(Refusal::invalid_params("plan", problem));
    }
    let cleared = snapshot.lapsed(now).map(|lapsed| {
        let event = Event::about(EventKind::ActivationExpired, lapsed, &present.license, now);
        (Change::Deactivation(lapsed.given_back(now)), event)
    });
    Ok(cleared.unzip())
}

/// What differs, each as `{from, to}`. Metadata may be long and is the vendor's own: only that it
/// changed is said.
fn differences(before: &License, after: &License) -> Map<String, Value> {
    let mut changes = Map::new();
    let mut compare = |name: &str, from: Value, to: Value| {
        if from != to {
            changes.insert(name.to_owned(), json!({ "from": from, "to": to }));
        }
    };
    compare("plan", json!(before.plan), json!(after.plan));
    compare("customer", json!(before.customer), json!(after.customer));
    compare("expiresAt", json!(before.expires_at), json!(after.expires_at));
    let (old, new) = (&before.terms, &after.terms);
    compare("activationType", json!(old.activation_type), json!(new.activation_type));
    compare("activationLimit", json!(old.activation_limit), json!(new.activation_limit));
    compare("entitlements", json!(old.entitlements), json!(new.entitlements));
    compare("usesLimit", json!(old.uses_limit), json!(new.uses_limit));
    compare("leaseDays", json!(old.lease_days), json!(new.lease_days));
    compare("floating", json!(old.floating), json!(new.floating));
    if before.metadata != after.metadata {
        changes.insert("metadata".to_owned(), Value::Bool(true));
    }
    changes
}
