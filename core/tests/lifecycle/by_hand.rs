//! What the desk changes by hand: terms, plans, counters.

use counterfoil_core::catalog::{Floating, Plan, Terms};
use counterfoil_core::decide::{self, Adjust, Change, Decision, Revision};
use counterfoil_core::history::EventKind;
use counterfoil_core::id::{CustomerId, IdNumber};
use counterfoil_core::identifier::ActivationType;
use counterfoil_core::license::License;
use counterfoil_core::metadata::Metadata;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::text::Name;
use counterfoil_core::time::Timestamp;
use serde_json::json;

use crate::world::{Command, MONTHS, Said, When, World};

fn start() -> Timestamp {
    "2026-01-31T09:00:00Z".parse().unwrap()
}

/// A license on a plan of these terms, with one place taken or none.
fn license(terms: Terms, taken: bool) -> World {
    let mut world = World::sold(&MONTHS, true, start());
    world.snapshot.license.terms = terms;
    if taken {
        world.run(Command::Activate { site: 0, instead_of: None }).unwrap();
    }
    world
}

fn plan(terms: &Terms) -> Plan {
    Plan { terms: terms.clone(), ..MONTHS.plans[1].clone() }
}

fn move_to(world: &World, terms: &Terms, now: Timestamp) -> Result<Decision<License>, Refusal> {
    let plan = plan(terms);
    let wanted = Revision { plan: Some(Some(&plan)), ..Revision::default() };
    decide::revise(&world.snapshot, &wanted, now)
}

#[test]
fn a_plan_with_places_of_another_kind_waits_until_those_are_given_back() {
    let held = Terms::default();
    let floating = Terms { floating: Some(Floating { ttl: 900 }), ..held.clone() };
    let shorter = Terms { floating: Some(Floating { ttl: 60 }), ..held.clone() };
    let devices = Terms { activation_type: ActivationType::Device, ..held.clone() };
    for (from, to, same) in [
        (&held, &devices, false),
        (&held, &floating, false),
        (&floating, &held, false),
        (&floating, &shorter, true),
        (&held, &Terms { activation_limit: 9, ..held.clone() }, true),
    ] {
        let moved = move_to(&license(from.clone(), false), to, start()).unwrap();
        assert_eq!((&moved.answer.terms, moved.events.len()), (to, 1), "nobody has a place");
        let moved = move_to(&license(from.clone(), true), to, start());
        assert_eq!(moved.is_ok(), same, "{from:?} to {to:?}");
        match moved {
            Ok(moved) => assert_eq!(moved.answer.activations_used, 1, "its place stays"),
            Err(refused) => assert_eq!(refused.data()["field"], "plan"),
        }
    }
}

#[test]
fn places_that_lapsed_are_no_hindrance_and_are_cleared_away() {
    let floating = Terms { floating: Some(Floating { ttl: 900 }), ..Terms::default() };
    let world = license(floating, true);
    let late = start().saturating_add(900);
    let moved = move_to(&world, &Terms::default(), late).unwrap();
    assert_eq!(moved.answer.activations_used, 0);
    let kinds: Vec<EventKind> = moved.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::ActivationExpired, EventKind::LicenseUpdated]);
    let ended = world.snapshot.activations[0].given_back(late);
    assert_eq!(moved.changes, [Change::License(moved.answer.clone()), Change::Deactivation(ended)]);
}

#[test]
fn the_history_tells_what_was_changed_from_what_to_what_and_nothing_else() {
    let world = license(MONTHS.plans[0].terms.clone(), false);
    let customer = CustomerId::new(IdNumber::from_raw(9));
    let metadata: Metadata = serde_json::from_value(json!({ "secret": "of theirs" })).unwrap();
    let pro = || Some(vec![Name::new("pro").unwrap()]);
    let none = Revision::default;
    let before = world.license();
    for (wanted, changes) in [
        (
            Revision { activation_limit: Some(5), ..none() },
            json!({ "activationLimit": { "from": 1, "to": 5 } }),
        ),
        (
            Revision { expires_at: Some(None), ..none() },
            json!({ "expiresAt": { "from": before.expires_at, "to": null } }),
        ),
        (
            Revision { customer: Some(Some(customer)), ..none() },
            json!({ "customer": { "from": null, "to": customer } }),
        ),
        (
            Revision { entitlements: pro(), ..none() },
            json!({ "entitlements": { "from": [], "to": ["pro"] } }),
        ),
        (Revision { metadata: Some(metadata), ..none() }, json!({ "metadata": true })),
        (
            Revision { plan: Some(Some(&MONTHS.plans[1])), ..none() },
            json!({
                "plan": { "from": before.plan, "to": MONTHS.plans[1].id },
                "activationLimit": { "from": 1, "to": 2 },
            }),
        ),
        (
            Revision { plan: Some(Some(&MONTHS.plans[1])), activation_limit: Some(7), ..none() },
            json!({
                "plan": { "from": before.plan, "to": MONTHS.plans[1].id },
                "activationLimit": { "from": 1, "to": 7 },
            }),
        ),
    ] {
        let revised = decide::revise(&world.snapshot, &wanted, start()).unwrap();
        let [event] = revised.events.as_slice() else { panic!("{:?}", revised.events) };
        assert_eq!((event.kind, &event.data["changes"]), (EventKind::LicenseUpdated, &changes));
        let mut snapshot = world.snapshot.clone();
        snapshot.license = revised.answer.clone();
        let again = decide::revise(&snapshot, &wanted, start()).unwrap();
        assert_eq!(again, Decision::unchanged(revised.answer), "again");
    }
}

#[test]
fn uses_are_given_back_also_above_a_limit_that_was_lowered() {
    let mut license = license(Terms { uses_limit: Some(3), ..Terms::default() }, false);
    let license = &mut license.snapshot.license;
    license.uses = 5;
    for (amount, uses) in [(0, Some(5)), (-1, Some(4)), (-9, Some(0)), (1, None)] {
        let adjusted = decide::adjust(license, Adjust { amount }, start());
        assert_eq!(adjusted.as_ref().ok().map(|done| done.answer.uses), uses, "by {amount}");
        match adjusted {
            Ok(done) if amount == 0 => assert_eq!(done, Decision::unchanged(done.answer)),
            Ok(done) => {
                let [event] = done.events.as_slice() else { panic!("{:?}", done.events) };
                assert_eq!((&event.data["from"], &event.data["to"]), (&json!(5), &json!(uses)));
            }
            Err(refused) => assert_eq!(refused.data()["used"], 5),
        }
    }
}

#[test]
fn a_failure_that_is_reported_again_does_not_shorten_its_grace() {
    let mut world = World::sold(&MONTHS, true, start());
    let failed = Command::Report(Said::Failed(When::Now));
    for command in
        [Command::Plan { number: Some(1) }, failed, Command::Plan { number: Some(0) }, failed]
    {
        world.run(command).unwrap();
    }
    assert_eq!(world.license().grace_until, Some(start().plus_days(14)));
}
