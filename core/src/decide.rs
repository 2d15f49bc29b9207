//! Commands on licenses, each a pure function: what is known, what is wanted, when.
//!
//! A decision answers and says what to change; whoever keeps the facts applies all changes or
//! none. It may be taken again on fresh facts, so it must not be acted upon before they are kept.

mod activate;
mod announce;
mod bill;
mod course;
mod deactivate;
mod heartbeat;
mod issue;
mod reissue;
mod rename;
mod revise;
mod spend;
mod stop;

pub use activate::{Activate, Activated, Limit, activate};
pub use announce::{Announcement, Telling, announce, next_announcement};
pub use bill::{Fact, Report, Sold, bill, subscribe};
pub use course::{Beginning, Dated, bill_dated};
pub use deactivate::{Deactivate, Deactivated, PlaceRef, deactivate};
pub use heartbeat::{Heartbeat, heartbeat};
pub use issue::{Issue, Issuer, Order, issue};
pub use reissue::{inactivate, rotate};
pub use rename::{Rename, rename};
pub use revise::{Revision, annotate, revise};
pub use spend::{Adjust, Spend, Spent, adjust, spend, tally};
pub use stop::{Stop, stop};

use crate::history::Event;
use crate::license::{Activation, License};
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::sale::Sale;
use crate::time::Timestamp;
use crate::verdict::Snapshot;

/// What to answer, and what to write first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision<A> {
    /// The answer, true once the changes are kept.
    pub answer: A,
    /// What to keep, in order; empty when nothing changes.
    pub changes: Vec<Change>,
    /// What happened, for the history; kept together with the changes.
    pub events: Vec<Event>,
}

impl<A> Decision<A> {
    /// An answer that changes nothing.
    pub const fn unchanged(answer: A) -> Self {
        Self { answer, changes: Vec::new(), events: Vec::new() }
    }
}

/// One thing to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The license's row, as it is now.
    License(License),
    /// An activation that took a place, or changed while holding it.
    Activation(Activation),
    /// An activation that gave its place back.
    Deactivation(Activation),
    /// Every active activation gave its place back, at this time.
    AllDeactivated(Timestamp),
    /// The sale it came of; `None`: it came of none, or is cut off from it.
    Sale(Option<Sale>),
}

/// Refuses a command that only a usable license takes: for another product, or a stopped license.
///
/// # Errors
///
/// `product_mismatch`, or the license's own 403.
pub fn check_usable(
    snapshot: &Snapshot,
    product: Option<&str>,
    now: Timestamp,
) -> Result<(), Refusal> {
    check_product(snapshot, product)?;
    Refusal::of_status(snapshot.license.status(now)).map_or(Ok(()), Err)
}

/// Refuses a command that comes from another product.
///
/// # Errors
///
/// `product_mismatch`.
pub fn check_product(snapshot: &Snapshot, product: Option<&str>) -> Result<(), Refusal> {
    match product {
        Some(product) if !snapshot.product.is_called(product) => Err(Refusal::ProductMismatch),
        _ => Ok(()),
    }
}

/// Refuses a command of the vendor's on a license that has ended.
///
/// # Errors
///
/// `invalid_transition`.
pub fn check_not_ended(
    license: &License,
    command: &'static str,
    now: Timestamp,
) -> Result<(), Refusal> {
    match license.end {
        Some(_) => Err(Refusal::InvalidTransition { from: license.status(now), command }),
        None => Ok(()),
    }
}
