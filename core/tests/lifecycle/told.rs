//! What is told of a license without anybody's doing, and when.

use counterfoil_core::decide::{Stop, announce, next_announcement};
use counterfoil_core::license::Activation;
use counterfoil_core::time::Timestamp;

use crate::world::{Command, DAY, MONTHS, Said, Wait, When, World};

const START: &str = "2026-01-31T09:00:00Z";
/// A month after it, and the week before that.
const END: &str = "2026-02-28T09:00:00Z";
const NEAR: &str = "2026-02-21T09:00:00Z";
/// The grace of the plan is three days.
const GRACE_END: &str = "2026-02-03T09:00:00Z";

const FAILED: Command = Command::Report(Said::Failed(When::Now));
const OFF: Command = Command::Report(Said::SubscriptionCancelled);
const NEXT: Command = Command::Wait(Wait::UntilNext);
const NOON: Command = Command::Wait(Wait::JustBefore);
const A_YEAR: Command = Command::Wait(Wait::Days(365));
const LOOK: Command = Command::Announce;
const SUSPEND: Command = Command::Stop(Stop::Suspend);
const REINSTATE: Command = Command::Stop(Stop::Reinstate);

/// What is told while the commands are carried out, each as `type from to`, and the license after.
fn tell(subscribed: bool, commands: &[Command]) -> (Vec<String>, World) {
    let mut world = World::sold(&MONTHS, subscribed, START.parse().unwrap());
    let mut told = Vec::new();
    for command in commands {
        for event in world.run(*command).unwrap().announced {
            let kind = serde_json::to_value(event.kind).unwrap();
            let (kind, from) = (kind.as_str().unwrap(), event.from.unwrap().word());
            let (name, date) = event.data.iter().next().unwrap();
            told.push(format!("{kind} {from} {} {name} {date}", event.to.word()).replace('"', ""));
        }
    }
    (told, world)
}

fn check(subscribed: bool, commands: &[Command], told: &[String]) {
    assert_eq!(tell(subscribed, commands).0, told, "{commands:?}, subscribed: {subscribed}");
}

#[test]
fn what_time_does_is_told_once_with_its_date_also_late() {
    let expired = format!("license.expired active expired expiresAt {END}");
    let expiring = format!("license.expiring active active expiresAt {END}");
    let suspended = format!("license.suspended active suspended graceUntil {GRACE_END}");
    let nothing: &[String] = &[];
    let both = &[expiring.clone(), expired.clone()];
    check(true, &[LOOK, NOON, LOOK, NEXT, LOOK], nothing);
    check(true, &[NEXT, NEXT, NOON, LOOK], std::slice::from_ref(&expired));
    check(true, &[A_YEAR, LOOK, LOOK, A_YEAR, LOOK], std::slice::from_ref(&expired));
    check(false, &[NEXT, LOOK, LOOK, NEXT, LOOK, LOOK], both);
    check(false, &[NOON, LOOK], nothing);
    check(true, &[OFF, NEXT, LOOK, LOOK, NEXT, LOOK], both);
    check(true, &[FAILED, NOON, LOOK], nothing);
    check(true, &[FAILED, NEXT, LOOK, LOOK], std::slice::from_ref(&suspended));
    check(true, &[FAILED, A_YEAR, LOOK, LOOK], std::slice::from_ref(&suspended));
    // Told before what somebody does.
    check(true, &[FAILED, NEXT, SUSPEND], std::slice::from_ref(&suspended));
    // Whoever calls it off in the last week hears at once; a stopped one is not about to end.
    check(true, &[NEXT, LOOK, OFF, LOOK], std::slice::from_ref(&expiring));
    check(true, &[OFF, SUSPEND, NEXT, LOOK, REINSTATE, LOOK], std::slice::from_ref(&expiring));
    // A date that never was far is no news until it comes.
    let soon = Command::Expiry { days: Some(7) };
    check(false, &[soon, LOOK, Command::Wait(Wait::Days(6)), LOOK], nothing);
    let far = Command::Expiry { days: Some(8) };
    let near = "license.expiring active active expiresAt 2026-02-08T09:00:00Z".to_owned();
    check(false, &[far, LOOK, NEXT, LOOK], &[near]);
}

#[test]
fn whoever_tells_is_woken_at_the_next_date_that_there_is_something_to_tell() {
    for (subscribed, commands, due) in [
        (true, &[][..], Some(END)),
        (false, &[], Some(NEAR)),
        (false, &[NEXT, LOOK], Some(END)),
        (false, &[NEXT, LOOK, NEXT, LOOK], None),
        (true, &[OFF], Some(NEAR)),
        (true, &[FAILED], Some(GRACE_END)),
        (true, &[FAILED, NEXT, LOOK], None),
        (true, &[SUSPEND], None),
        (true, &[Command::Stop(Stop::Revoke)], None),
        (true, &[Command::Expiry { days: None }], None),
    ] {
        let world = tell(subscribed, commands).1;
        let due = due.map(|due| due.parse().unwrap());
        assert_eq!(next_announcement(&world.telling()), due, "{commands:?}");
    }
}

#[test]
fn a_license_that_was_stopped_after_its_end_came_near_is_not_due_for_ever() {
    // The end is near on the second day, the grace is over on the third, and then it is called off.
    let commands = [Command::Expiry { days: Some(9) }, FAILED, NEXT, NEXT, OFF];
    let world = tell(true, &commands).1;
    assert_eq!(next_announcement(&world.telling()), None);
}

#[test]
fn a_floating_place_is_held_until_the_very_instant_at_which_it_lapses() {
    let mut world = World::sold(&MONTHS, true, START.parse().unwrap());
    world.run(Command::Activate { site: 0, instead_of: None }).unwrap();
    let held = world.place_of(0).unwrap().clone();
    let in_days = |days: i64| world.now.saturating_add(days * DAY);
    let lapses = |at: Option<Timestamp>| Activation { expires_at: at, ..held.clone() };
    assert!(held.is_active(in_days(999)) && !held.has_lapsed(in_days(999)), "held for good");
    let floating = lapses(Some(in_days(2)));
    for (days, active) in [(1, true), (2, false), (3, false)] {
        assert_eq!(floating.is_active(in_days(days)), active, "after {days} days");
        assert_eq!(floating.has_lapsed(in_days(days)), !active, "after {days} days");
    }
    let ended = Activation { deactivated_at: Some(in_days(1)), ..floating };
    assert!(!ended.is_active(in_days(1)) && !ended.has_lapsed(in_days(3)), "given back before");
}

#[test]
fn nobody_is_told_that_an_end_is_near_which_has_come() {
    let mut world = World::sold(&MONTHS, false, START.parse().unwrap());
    world.snapshot.license.grace_until = Some("2026-03-05T09:00:00Z".parse().unwrap());
    for (now, events) in [(NEAR, 1), ("2026-02-28T08:59:59Z", 1), (END, 0)] {
        world.now = now.parse().unwrap();
        let announcement = announce(&world.telling(), world.now);
        assert_eq!(announcement.events.len(), events, "at {now}");
    }
}
