//! Stopping a license and letting it go again, for the time being or for good.

use super::{Change, Decision, check_not_ended};
use crate::history::{Event, EventKind};
use crate::license::{End, Hold, License};
use crate::prelude::*;
use crate::refusal::Refusal;
use crate::sale::Sale;
use crate::text::Reason;
use crate::time::Timestamp;

/// What the vendor does to a license.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// Lays the `manual` hold on it.
    Suspend,
    /// Lifts the `manual` and the `payment` hold, and any grace.
    Reinstate,
    /// Lays the `disabled` hold on it.
    Disable,
    /// Lifts the `disabled` hold.
    Enable,
    /// Ends it: taken back.
    Revoke,
    /// Ends it: called off.
    Cancel,
}

impl Stop {
    /// The command's name.
    pub const fn command(self) -> &'static str {
        match self {
            Self::Suspend => "suspend",
            Self::Reinstate => "reinstate",
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Revoke => "revoke",
            Self::Cancel => "cancel",
        }
    }

    const fn event(self) -> EventKind {
        match self {
            Self::Suspend => EventKind::LicenseSuspended,
            Self::Reinstate => EventKind::LicenseReinstated,
            Self::Disable => EventKind::LicenseDisabled,
            Self::Enable => EventKind::LicenseEnabled,
            Self::Revoke => EventKind::LicenseRevoked,
            Self::Cancel => EventKind::LicenseCancelled,
        }
    }

    const fn end(self) -> Option<End> {
        match self {
            Self::Revoke => Some(End::Revoked),
            Self::Cancel => Some(End::Cancelled),
            Self::Suspend | Self::Reinstate | Self::Disable | Self::Enable => None,
        }
    }

    /// The license after it.
    fn of(self, license: &License) -> License {
        let mut after = license.clone();
        match self {
            Self::Suspend => drop(after.lay(Hold::Manual)),
            Self::Disable => drop(after.lay(Hold::Disabled)),
            Self::Enable => drop(after.lift(Hold::Disabled)),
            Self::Reinstate => {
                after.lift(Hold::Manual);
                // The `payment` hold is the grace that ran out.
                after.grace_until = None;
            }
            Self::Revoke | Self::Cancel => {
                after.end = self.end();
                after.activations_used = 0;
            }
        }
        after
    }
}

/// Stops a license, or lets it go. What holds already changes nothing.
///
/// # Errors
///
/// `invalid_transition` on a license that has ended, unless by the very same end.
pub fn stop(
    (license, sale): (&License, Option<&Sale>),
    wanted: Stop,
    reason: Option<&Reason>,
    now: Timestamp,
) -> Result<Decision<License>, Refusal> {
    if license.end.is_some() && license.end == wanted.end() {
        return Ok(Decision::unchanged(license.clone()));
    }
    check_not_ended(license, wanted.command(), now)?;
    let after = wanted.of(license);
    if after == *license {
        return Ok(Decision::unchanged(after));
    }
    let mut event = Event::new(wanted.event(), license, &after, now).because(reason);
    let mut changes = vec![Change::License(after.clone())];
    if let (true, Some(sale)) = (after.grace_until != license.grace_until, sale) {
        // What failed until now is forgiven.
        let mut settled = sale.clone();
        settled.settle(now);
        changes.push(Change::Sale(Some(settled)));
    }
    if wanted.end().is_some() {
        event = event.with("activationsEnded", license.activations_used);
        changes.push(Change::AllDeactivated(now));
    }
    Ok(Decision { answer: after, changes, events: vec![event] })
}
