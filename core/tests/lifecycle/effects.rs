//! What each command does to a license, and that it does nothing else.

use counterfoil_core::alias::Alias;
use counterfoil_core::decide::Stop;
use counterfoil_core::history::EventKind;
use counterfoil_core::license::{End, Hold, License, Status};
use counterfoil_core::sale::{Dispute, Sale};
use counterfoil_core::time::Timestamp;

use crate::calendar;
use crate::rules::{Step, status};
use crate::world::{Command, DAY, Said, World, Written};

/// Compares what a command did with what it is said to do.
pub(crate) fn check(step: &Step<'_>, written: &Written) {
    let Step { before, command, after, .. } = step;
    let mut expected = before.license().clone();
    match command {
        Command::Report(said) => {
            if let Some(sale) = &before.sale {
                reported(&mut expected, (before, sale), *said);
                check_told(step, written, *said);
            }
        }
        Command::Inactivate => {
            expected.alias = Alias::make([1; 16]);
            (expected.activations_used, expected.uses) = (0, 0);
            expected.terms.activation_limit = 1;
            expected.grace_until = None;
            expected.holds.retain(|hold| *hold != Hold::Dispute);
            assert_eq!(after.sale, None, "cut off from its sale");
        }
        _ => at_hand(&mut expected, before, *command),
    }
    assert_eq!(*after.license(), expected, "what {command:?} does");
    let shorter = ends(after) < ends(before);
    let renewed = matches!(command, Command::Report(Said::Renewed(_) | Said::Recovered(_)));
    assert!(!(renewed && shorter), "a renewal shortened");
    if matches!(command, Command::Report(Said::SubscriptionExpired(_))) {
        assert!(ends(after) <= ends(before), "an end lengthened");
    }
}

fn ends(world: &World) -> i64 {
    world.license().expires_at.map_or(i64::MAX, Timestamp::unix)
}

/// What everybody but the payment side does.
fn at_hand(license: &mut License, before: &World, command: Command) {
    match command {
        Command::Activate { site, instead_of: None } | Command::Add { site } => {
            license.activations_used += u32::from(before.place_of(site).is_none());
        }
        Command::Deactivate { .. } => license.activations_used -= 1,
        Command::Use => license.uses += 1,
        Command::Tally { .. } if license.end.is_some() => {}
        Command::Adjust { amount } | Command::Tally { amount } => {
            let uses = i64::try_from(license.uses).unwrap() + i64::from(amount);
            license.uses = u64::try_from(uses).unwrap_or(0);
        }
        Command::Stop(stop) => stopped(license, stop),
        Command::Expiry { days } => {
            license.expires_at = days.map(|days| before.now.saturating_add(days * DAY));
        }
        Command::Limit { places } => license.terms.activation_limit = places,
        Command::Plan { number } => {
            let plan = number.map(|number| &before.shop().plans[number]);
            license.plan = plan.map(|plan| plan.id);
            if let Some(plan) = plan {
                license.terms = plan.terms.clone();
            }
        }
        _ => {}
    }
}

fn stopped(license: &mut License, stop: Stop) {
    let mut holds: Vec<Hold> = license.holds.clone();
    match stop {
        Stop::Suspend => holds.push(Hold::Manual),
        Stop::Disable => holds.push(Hold::Disabled),
        Stop::Reinstate => {
            holds.retain(|hold| *hold != Hold::Manual);
            license.grace_until = None;
        }
        Stop::Enable => holds.retain(|hold| *hold != Hold::Disabled),
        Stop::Revoke => ended(license, End::Revoked),
        Stop::Cancel => ended(license, End::Cancelled),
    }
    holds.sort_unstable();
    holds.dedup();
    license.holds = holds;
}

fn ended(license: &mut License, end: End) {
    license.end = Some(end);
    license.activations_used = 0;
}

/// What a report does; nothing, where nothing is said here.
fn reported(license: &mut License, (before, sale): (&World, &Sale), said: Said) {
    let subscription = sale.subscription.as_ref();
    let over = subscription.is_none_or(|one| one.ended_at.is_some()) || license.end.is_some();
    let is_stopped_unpaid = license.grace_until.is_some_and(|until| until <= before.now);
    match said {
        Said::Refunded { full: true } | Said::DisputeClosed { won: false } => {
            ended(license, End::Revoked);
        }
        Said::DisputeOpened
            if license.end.is_none()
                && sale.dispute != Some(Dispute::WonUnheard)
                && !license.holds.contains(&Hold::Dispute) =>
        {
            license.holds.push(Hold::Dispute);
            license.holds.sort_unstable();
        }
        Said::DisputeClosed { won: true } if license.end.is_none() => {
            license.holds.retain(|hold| *hold != Hold::Dispute);
        }
        Said::Renewed(when) | Said::Recovered(when) if !over => {
            let paid_at = before.at(when);
            let term = before.plan().and_then(|plan| plan.term);
            license.expires_at = license.expires_at.map(|end| {
                let anchor = calendar::anchor(sale, end);
                term.map_or(end, |term| calendar::one_term_later(end, term, anchor))
            });
            if matches!(said, Said::Recovered(_)) {
                license.grace_until = None;
                return;
            }
            // The failures that this payment does not answer.
            let forgiven = license.grace_until.is_none();
            let open = sale.failures.iter().filter(|failed| !forgiven && **failed > paid_at);
            let open = open.min().copied();
            if open != sale.failures.first().copied() || forgiven {
                license.grace_until = open.map(|failed| grace_from(before, failed));
            }
        }
        Said::Failed(when)
            if !over && subscription.is_some_and(|one| one.cancelled_at.is_none()) =>
        {
            let failed = before.at(when);
            let forgiven = license.grace_until.is_none();
            let begun = sale.failures.first().filter(|_| !forgiven);
            if failed >= settled(sale, license) && begun.is_none_or(|first| failed < *first) {
                let grace = grace_from(before, failed);
                license.grace_until =
                    Some(license.grace_until.map_or(grace, |until| until.min(grace)));
            }
        }
        Said::SubscriptionCancelled if !over => {
            let resumable = subscription.is_some_and(|one| one.cancelled_at.is_none());
            if resumable && !is_stopped_unpaid {
                license.grace_until = None;
            }
        }
        Said::SubscriptionExpired(when) if !over => {
            let at = before.at(when);
            let at = if is_stopped_unpaid { at.min(before.now) } else { at };
            license.grace_until = None;
            license.expires_at = Some(license.expires_at.map_or(at, |end| end.min(at)));
        }
        _ => {}
    }
}

/// Until when failures are of no account: the last payment, or what the desk forgave since.
pub(crate) fn settled(sale: &Sale, license: &License) -> Timestamp {
    let forgiven = sale.failures.last().filter(|_| license.grace_until.is_none());
    forgiven.map_or(sale.settled_at, |last| sale.settled_at.max(*last))
}

fn grace_from(world: &World, failed: Timestamp) -> Timestamp {
    let days = world.plan().map_or(14, |plan| i64::from(plan.grace_days));
    failed.saturating_add(days * DAY)
}

/// A report is written down as what it did, or as recorded only, unless it says what is so already.
fn check_told(step: &Step<'_>, written: &Written, said: Said) {
    let Step { before, after, .. } = step;
    if written.events.is_empty() {
        let can_be_known = !matches!(said, Said::Renewed(_) | Said::Recovered(_));
        let of_none = before.sale.as_ref().is_some_and(|sale| sale.subscription.is_none());
        assert!(can_be_known || of_none, "a report that nobody wrote down");
        assert_eq!((after.license(), &after.sale), (before.license(), &before.sale));
        return;
    }
    let [event] = written.events.as_slice() else { panic!("{:?}", written.events) };
    let (word, name, value) = match said {
        Said::Renewed(when) => ("subscriptionRenewed", "paidAt", before.at(when).to_string()),
        Said::Recovered(when) => ("paymentRecovered", "paidAt", before.at(when).to_string()),
        Said::Failed(when) => ("paymentFailed", "failedAt", before.at(when).to_string()),
        Said::SubscriptionCancelled => ("subscriptionCancelled", "event", "null".into()),
        Said::SubscriptionExpired(when) => {
            ("subscriptionExpired", "at", before.at(when).to_string())
        }
        Said::Refunded { full } => ("refunded", "full", full.to_string()),
        Said::DisputeOpened => ("disputeOpened", "invoice", "null".into()),
        Said::DisputeClosed { won } => ("disputeClosed", "won", won.to_string()),
    };
    assert_eq!(event.data["report"], word);
    assert_eq!(event.data[name].to_string().replace('"', ""), value, "{name}");
    let ended = after.license().end != before.license().end;
    let freed = ended.then(|| before.license().activations_used.into());
    assert_eq!(event.data.get("activationsEnded"), freed.as_ref());
    let moved = after.license() != before.license();
    let kind = match said {
        Said::Renewed(_) | Said::Recovered(_) => EventKind::LicenseRenewed,
        Said::Failed(_) => EventKind::PaymentFailed,
        Said::SubscriptionCancelled => EventKind::SubscriptionCancelled,
        Said::SubscriptionExpired(_)
            if status(after) == Status::Expired && status(before) != Status::Expired =>
        {
            EventKind::LicenseExpired
        }
        Said::SubscriptionExpired(_) => EventKind::SubscriptionExpired,
        Said::Refunded { .. } | Said::DisputeClosed { won: false } => EventKind::LicenseRevoked,
        Said::DisputeOpened => EventKind::LicenseSuspended,
        Said::DisputeClosed { won: true } => EventKind::LicenseReinstated,
    };
    if event.kind == EventKind::BillingRecorded {
        assert!(!moved, "recorded only, and yet it moved");
        assert!(event.data["because"].is_string());
    } else {
        assert_eq!(event.kind, kind);
        let stops = [
            EventKind::LicenseSuspended,
            EventKind::LicenseReinstated,
            EventKind::PaymentFailed,
            EventKind::LicenseRevoked,
        ];
        assert!(moved || !stops.contains(&kind), "news of nothing: {event:?}");
        let told = |name: &str| event.data.get(name).is_some();
        let dates = |world: &World| (world.license().expires_at, world.license().grace_until);
        assert_eq!(told("expiresAt"), dates(before).0 != dates(after).0);
        assert_eq!(told("graceUntil"), dates(before).1 != dates(after).1);
    }
}
