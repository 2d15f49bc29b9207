//! Telling what time has done to a license.
//!
//! Status is computed whenever somebody asks, so nothing depends on this having run. It is for
//! those who do not ask: the history, webhooks, mail.

use crate::history::{Event, EventKind, Told};
use crate::license::{License, Status};
use crate::prelude::*;
use crate::sale::Sale;
use crate::time::Timestamp;

/// A license, with what is needed to tell of it.
#[derive(Clone, Copy, Debug)]
pub struct Telling<'a> {
    /// The license.
    pub license: &'a License,
    /// The sale it came of.
    pub sale: Option<&'a Sale>,
    /// What was told already.
    pub told: Told,
}

/// What there is to tell, and what is told once that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announcement {
    /// What happened, for the history.
    pub events: Vec<Event>,
    /// What is told with it.
    pub told: Told,
}

/// What time has done by `now` and nobody was told.
pub fn announce(of: &Telling<'_>, now: Timestamp) -> Announcement {
    let mut events: Vec<Event> = status_event(of, now).into_iter().collect();
    let status = events.first().map_or(of.told.status, |event| event.to);
    let is_expiring = is_expiring(of, now);
    if is_expiring {
        let event = Event::new(EventKind::LicenseExpiring, of.license, of.license, now);
        let at = of.license.expires_at.map(|at| at.to_string());
        events.push(event.with("expiresAt", at));
    }
    let is_past = of.license.expires_at.is_some_and(|at| at <= now);
    let expiring = of.told.expiring || is_expiring || is_past;
    Announcement { events, told: Told { status, expiring } }
}

/// When time will next do something that has to be told; in the past when it has.
pub fn next_announcement(of: &Telling<'_>) -> Option<Timestamp> {
    let License { expires_at, grace_until, .. } = of.license;
    let soon = expires_at.map(Told::expiring_from);
    let mut times = [soon, *grace_until, *expires_at];
    times.sort_unstable();
    let tells = |at: &Timestamp| status_event(of, *at).is_some() || is_expiring(of, *at);
    times.into_iter().flatten().find(tells)
}

/// What happened to the status without anybody's doing.
fn status_event(of: &Telling<'_>, now: Timestamp) -> Option<Event> {
    let status = of.license.status(now);
    if status == of.told.status {
        return None;
    }
    let (kind, name, at) = match status {
        Status::Expired => (EventKind::LicenseExpired, "expiresAt", of.license.expires_at),
        Status::Suspended => (EventKind::LicenseSuspended, "graceUntil", of.license.grace_until),
        // Time brings none of these about: whoever did has told of it.
        Status::Active | Status::Disabled | Status::Revoked | Status::Cancelled => return None,
    };
    let event = Event::new(kind, of.license, of.license, now);
    let event = event.with(name, at.map(|at| at.to_string()));
    Some(Event { from: Some(of.told.status), ..event })
}

/// Whether the end is near, nobody was told, and no payment is expected that will move it. What is
/// known to be stopped has nothing to expire: else a license whose grace ran out after its end had
/// come near would be due for ever.
fn is_expiring(of: &Telling<'_>, now: Timestamp) -> bool {
    let near = of.license.expires_at.is_some_and(|at| Told::expiring_from(at) <= now && now < at);
    near && !of.told.expiring
        && of.told.status == Status::Active
        && of.license.status(now) == Status::Active
        && !of.sale.is_some_and(Sale::is_renewing)
}
