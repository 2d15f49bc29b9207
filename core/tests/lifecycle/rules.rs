//! What holds of every state and every step, whatever led there. Written from what callers were
//! promised and not from the decisions, so that both have to be wrong in the same way to agree.

use counterfoil_core::decide::{self, Change, Stop};
use counterfoil_core::history::{Event, EventKind};
use counterfoil_core::license::{End, Hold, License, Status};
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::VerdictStatus;

use crate::effects;
use crate::world::{Command, DAY, Said, USES, Wait, When, World, Written};

/// One command, and the world on both sides of it.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    pub(crate) before: &'a World,
    pub(crate) command: Command,
    pub(crate) result: &'a Result<Written, Refusal>,
    pub(crate) after: &'a World,
}

/// How a step was reached, told when a rule is broken.
#[derive(Debug)]
pub(crate) struct Trail<'a>(pub(crate) &'a [Command], pub(crate) Command);

impl Drop for Trail<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("after {:?}\n at {:?}", self.0, self.1);
        }
    }
}

/// The status by the contract's words, from the highest precedence to the lowest.
pub(crate) fn status(world: &World) -> Status {
    let License { end, holds, expires_at, grace_until, .. } = world.license();
    let now = world.now.unix();
    let reached = |date: &Option<Timestamp>| date.map_or(i64::MAX, Timestamp::unix) <= now;
    let rules = [
        (*end == Some(End::Revoked), Status::Revoked),
        (*end == Some(End::Cancelled), Status::Cancelled),
        (holds.contains(&Hold::Disabled), Status::Disabled),
        (holds.iter().any(|hold| *hold != Hold::Disabled), Status::Suspended),
        (reached(grace_until), Status::Suspended),
        (grace_until.is_some(), Status::Active),
        (reached(expires_at), Status::Expired),
    ];
    rules.into_iter().find(|(holds, _)| *holds).map_or(Status::Active, |(_, status)| status)
}

/// What holds of any state.
pub(crate) fn check_state(world: &World) {
    let license = world.license();
    let status = status(world);
    assert_eq!(license.status(world.now), status, "precedence");
    let verdict = world.verdict();
    assert_eq!(verdict.valid, status == Status::Active, "valid is active");
    assert_eq!(verdict.valid, verdict.status == VerdictStatus::Valid);
    let rows = u32::try_from(world.snapshot.activations.len()).unwrap();
    assert_eq!(license.activations_used, rows, "the used count equals the active rows");
    assert!(world.past.iter().all(|place| place.deactivated_at.is_some()));
    assert!(license.holds.windows(2).all(|two| two[0] < two[1]), "each hold once, in order");
    assert!(!license.holds.contains(&Hold::Payment), "the payment hold is never stored");
    let payment = license.grace_until.is_some_and(|until| until.unix() <= world.now.unix());
    assert_eq!(license.holds_at(world.now).contains(&Hold::Payment), payment, "payment hold");
    if license.end.is_some() {
        assert_eq!(rows, 0, "an ended license has no place");
    }
    check_due(world);
}

/// Whoever sleeps until the next announcement misses nothing, and whoever tells can sleep again.
fn check_due(world: &World) {
    let mut told = world.clone();
    told.run(Command::Announce).unwrap();
    let next = decide::next_announcement(&told.telling());
    assert!(next.is_none_or(|next| next > told.now), "due again at once: {next:?}");
    let again = decide::announce(&told.telling(), told.now);
    assert!(again.events.is_empty() && again.told == told.told, "told twice: {again:?}");
    let due = decide::next_announcement(&world.telling());
    let mut ahead = world.clone();
    let mut dates = vec![world.now];
    while let Some(date) = ahead.next_date() {
        dates.push(date);
        ahead.now = date;
    }
    for date in dates {
        ahead.now = date;
        if status(&ahead) != world.told.status {
            assert!(due.is_some_and(|due| due <= date), "nobody hears of {date}: {due:?}");
        }
    }
}

/// What holds of any step.
pub(crate) fn check_step(step: &Step<'_>) {
    let Step { before, command, result, after } = step;
    if !matches!(command, Command::Wait(_)) {
        assert_eq!(after.now, before.now);
    }
    assert_eq!(refusal(before, *command), result.as_ref().err().map(Refusal::word), "refusal");
    let written = match result {
        Ok(written) => written,
        Err(refused) => {
            assert_eq!(after, before, "a refusal writes nothing");
            if let Refusal::InvalidTransition { from, command } = refused {
                assert_eq!((*from, *command), (status(before), desk_word(step.command)));
            }
            return;
        }
    };
    check_history(step, written);
    check_expiring(step, written);
    check_terminal(step, written);
    check_uses(step);
    effects::check(step, written);
    check_rights(step);
    check_repeat(step);
}

/// What a refusal calls a command of the desk.
fn desk_word(command: Command) -> &'static str {
    match command {
        Command::Add { .. } => "activate",
        Command::Adjust { .. } => "use",
        Command::Stop(Stop::Suspend) => "suspend",
        Command::Stop(Stop::Reinstate) => "reinstate",
        Command::Stop(Stop::Disable) => "disable",
        Command::Stop(Stop::Enable) => "enable",
        Command::Stop(Stop::Revoke) => "revoke",
        Command::Stop(Stop::Cancel) => "cancel",
        Command::Rotate => "rotate",
        Command::Inactivate => "inactivate",
        Command::Expiry { .. } | Command::Limit { .. } | Command::Plan { .. } => "update",
        _ => panic!("{command:?} is not the desk's"),
    }
}

/// By which word a command is refused.
fn refusal(world: &World, command: Command) -> Option<&'static str> {
    let license = world.license();
    let stopped = match status(world) {
        Status::Active => None,
        Status::Expired => Some("license_expired"),
        Status::Suspended => Some("license_suspended"),
        Status::Disabled => Some("license_disabled"),
        Status::Revoked => Some("license_revoked"),
        Status::Cancelled => Some("license_cancelled"),
    };
    let ended = license.end.is_some().then_some("invalid_transition");
    let limit = license.terms.activation_limit;
    let full = limit > 0 && license.activations_used >= limit;
    match command {
        Command::Activate { .. } if stopped.is_some() => stopped,
        Command::Activate { site, .. } if world.place_of(site).is_some() => None,
        Command::Activate { instead_of: Some(other), .. } => {
            world.place_of(other).is_none().then_some("activation_not_found")
        }
        Command::Activate { .. } => full.then_some("seat_limit_exceeded"),
        Command::Add { .. } => ended.or(stopped),
        Command::Deactivate { site } => {
            world.place_of(site).is_none().then_some("activation_not_found")
        }
        Command::Use => stopped.or((license.uses >= USES).then_some("uses_limit_exceeded")),
        Command::Adjust { amount } => {
            let over = amount > 0 && license.uses + u64::from(amount.unsigned_abs()) > USES;
            ended.or(over.then_some("uses_limit_exceeded"))
        }
        Command::Stop(Stop::Revoke) if license.end == Some(End::Revoked) => None,
        Command::Stop(Stop::Cancel) if license.end == Some(End::Cancelled) => None,
        Command::Stop(_)
        | Command::Rotate
        | Command::Inactivate
        | Command::Expiry { .. }
        | Command::Limit { .. }
        | Command::Plan { .. } => ended,
        Command::Tally { .. } | Command::Report(_) | Command::Announce | Command::Wait(_) => None,
    }
}

/// Whoever minds the limit counts nothing above it.
fn check_uses(step: &Step<'_>) {
    let Step { before, command, after, .. } = step;
    let (was, is) = (before.license().uses, after.license().uses);
    let minds = !matches!(command, Command::Tally { .. });
    assert!(is <= was || is <= USES || !minds, "{is} uses");
}

/// Changes and the history agree, and the statuses of consecutive items hang together.
fn check_history(step: &Step<'_>, written: &Written) {
    let Step { before, command, after, .. } = step;
    let Written { announced, events, changes } = written;
    let seen_again = |change: &Change| match change {
        Change::Activation(held) => before.snapshot.active_by_id(held.id).is_some(),
        Change::License(_)
        | Change::Deactivation(_)
        | Change::AllDeactivated(_)
        | Change::Sale(_) => false,
    };
    if events.is_empty() {
        assert!(changes.iter().all(seen_again), "a change without an item: {changes:?}");
    }
    // What the payment side says is written down also when it changes nothing.
    if changes.is_empty() && !matches!(command, Command::Report(_)) {
        assert!(events.is_empty(), "an item without a change: {events:?}");
    }
    if events.is_empty() && announced.is_empty() && *command != Command::Announce {
        assert_eq!((after.told.status, after.license()), (before.told.status, before.license()));
        return;
    }
    let mut at = before.told.status;
    for event in announced.iter().chain(events) {
        assert_eq!(event.from, Some(at), "the chain of statuses: {event:?}");
        at = event.to;
    }
    assert_eq!(at, after.told.status, "what was told last");
    assert_eq!(at, status(after), "what was told last is so");
    for event in announced {
        let quiet = event.kind == EventKind::LicenseExpiring;
        assert_eq!(event.from == Some(event.to), quiet, "time has done something: {event:?}");
        let kinds =
            [EventKind::LicenseExpired, EventKind::LicenseSuspended, EventKind::LicenseExpiring];
        assert!(kinds.contains(&event.kind));
    }
    assert!(announced.len() <= 1, "late, what holds is told, once: {announced:?}");
}

/// That the end is near is told once for each end, and not of one that was never far, when no
/// payment is expected that will move it.
fn check_expiring(step: &Step<'_>, written: &Written) {
    let Step { before, command, after, .. } = step;
    let (end, new_end) = (before.license().expires_at, after.license().expires_at);
    let in_days = |world: &World, end: Option<Timestamp>| {
        end.map_or(i64::MAX, |end| end.unix() - world.now.unix())
    };
    let is_heard = !written.events.is_empty() || *command == Command::Announce;
    let left = in_days(before, end);
    let renews = before.sale.as_ref().is_some_and(|sale| {
        sale.subscription
            .as_ref()
            .is_some_and(|one| (one.cancelled_at, one.ended_at) == (None, None))
    });
    let tells = is_heard
        && !renews
        && (1..=7 * DAY).contains(&left)
        && (status(before), before.told.status) == (Status::Active, Status::Active)
        && !before.told.expiring;
    let told = written.announced.iter().filter(|event| event.kind == EventKind::LicenseExpiring);
    assert_eq!(told.clone().count(), usize::from(tells), "expiring in {left} s");
    for event in told {
        assert_eq!(event.data["expiresAt"], end.unwrap().to_string());
    }
    let expected = if end == new_end {
        before.told.expiring || tells || (is_heard && left <= 0)
    } else {
        in_days(after, new_end) <= 7 * DAY
    };
    assert_eq!(after.told.expiring, expected, "whether nothing is left to tell of the end");
}

/// What has ended stays so.
fn check_terminal(step: &Step<'_>, written: &Written) {
    let Step { before, command, after, .. } = step;
    let ends = (before.license().end, after.license().end);
    let kept = match ends {
        (Some(End::Revoked), end) => end == Some(End::Revoked),
        // Only money that goes back takes away what was called off.
        (Some(End::Cancelled), Some(End::Revoked)) => matches!(
            command,
            Command::Report(Said::Refunded { full: true } | Said::DisputeClosed { won: false })
        ),
        (Some(End::Cancelled), end) => end == Some(End::Cancelled),
        (None, _) => true,
    };
    assert!(kept, "{ends:?}");
    if let (Some(_), Command::Stop(_)) = (before.license().end, command) {
        assert!(written.changes.is_empty() && written.events.is_empty(), "the same end again");
    }
}

/// No report gives back what somebody else has taken, and nothing but money and the desk makes a
/// license usable.
fn check_rights(step: &Step<'_>) {
    let Step { before, command, after, .. } = step;
    let (was, is) = (status(before), status(after));
    if was == Status::Active || is != Status::Active {
        return;
    }
    let is_lawful = match command {
        Command::Stop(Stop::Reinstate | Stop::Enable) => true,
        // A failed payment is the one report that is bad news and yet helps: until it is tried again.
        Command::Expiry { .. } | Command::Report(Said::Failed(_)) => was == Status::Expired,
        // Emptied, it is cut off from the sale whose troubles stopped it.
        Command::Inactivate => was == Status::Suspended && before.sale.is_some(),
        Command::Report(Said::Renewed(_) | Said::Recovered(_)) => {
            let License { holds, .. } = before.license();
            holds.is_empty()
        }
        Command::Report(Said::DisputeClosed { won: true }) => was == Status::Suspended,
        _ => false,
    };
    assert!(is_lawful, "{command:?} made it active, which was {was:?}");
}

/// A command of the desk whose effect holds writes nothing.
fn check_repeat(step: &Step<'_>) {
    let repeats = matches!(
        step.command,
        Command::Stop(_)
            | Command::Expiry { .. }
            | Command::Limit { .. }
            | Command::Plan { .. }
            | Command::Activate { .. }
            | Command::Add { .. }
            | Command::Announce
            | Command::Report(Said::Failed(When::Now))
            | Command::Wait(Wait::JustBefore)
    );
    if !repeats {
        return;
    }
    let mut again = step.after.clone();
    let written = again.run(step.command);
    let Ok(written) = written else { panic!("{:?} is refused again", step.command) };
    assert_eq!(again.license(), step.after.license(), "{:?} again", step.command);
    let news = |event: &Event| event.kind != EventKind::BillingRecorded;
    assert!(!written.events.iter().any(news), "{:?} again: {written:?}", step.command);
    assert!(written.changes.iter().all(|change| matches!(change, Change::Activation(_))));
    assert!(written.announced.is_empty());
}
