//! Giving a place another label.

use super::{Change, Decision};
use crate::history::{Event, EventKind};
use crate::id::ActivationId;
use crate::license::Activation;
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::text::Name;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// Which place, and what to call it.
#[derive(Clone, Debug)]
pub struct Rename {
    /// The place.
    pub activation: ActivationId,
    /// Its label from now on; `None`: none.
    pub name: Option<Name>,
}

/// Labels an active place. The license's status does not matter, and the label that it has already
/// changes nothing.
///
/// # Errors
///
/// `activation_not_found` when no such activation is active.
pub fn rename(
    snapshot: &Snapshot,
    wanted: &Rename,
    now: Timestamp,
) -> Result<Decision<Activation>, Refusal> {
    let present = snapshot.at(now);
    let held = present.active_by_id(wanted.activation).ok_or(Refusal::ActivationNotFound)?;
    let renamed = Activation { name: wanted.name.clone(), ..held.clone() };
    if renamed == *held {
        return Ok(Decision::unchanged(renamed));
    }
    let event = Event::about(EventKind::ActivationRenamed, &renamed, &snapshot.license, now);
    let changes = vec![Change::Activation(renamed.clone())];
    Ok(Decision { answer: renamed, changes, events: vec![event] })
}
