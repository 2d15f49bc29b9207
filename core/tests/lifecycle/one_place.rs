//! Taking one place, giving it back and keeping it, looked at closely.

use counterfoil_core::catalog::Floating;
use counterfoil_core::decide::{
    self, Activate, Activated, Change, Deactivate, Decision, Heartbeat, Limit, PlaceRef, Rename,
};
use counterfoil_core::history::EventKind;
use counterfoil_core::id::{ActivationId, IdNumber};
use counterfoil_core::license::Activation;
use counterfoil_core::text::Name;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::{ACTIVATIONS_SHOWN_MAX, Snapshot};

use crate::world::{Command, MONTHS, World, identifier};

fn start() -> Timestamp {
    "2026-01-31T09:00:00Z".parse().unwrap()
}

/// A license with so many places taken, of as many as one likes.
fn with_places(taken: u8, ttl: Option<u32>) -> Snapshot {
    let mut world = World::sold(&MONTHS, true, start());
    world.run(Command::Limit { places: 0 }).unwrap();
    world.snapshot.license.terms.floating = ttl.map(|ttl| Floating { ttl });
    for site in 0..taken {
        let activation = Activation {
            id: id(site),
            identifier: identifier(site),
            name: None,
            ip: None,
            activated_at: start(),
            deactivated_at: None,
            last_seen_at: start(),
            expires_at: ttl.map(|ttl| start().saturating_add(i64::from(ttl))),
        };
        world.snapshot.activations.push(activation);
        world.snapshot.license.activations_used += 1;
    }
    world.snapshot
}

fn id(site: u8) -> ActivationId {
    ActivationId::new(IdNumber::from_raw(u128::from(site) + 1_000))
}

fn activate(
    snapshot: &Snapshot,
    (site, name): (u8, Option<&str>),
    seconds: i64,
) -> Decision<Activated> {
    let wanted = Activate {
        product: Some("forms"),
        identifier: identifier(site),
        name: name.map(|name| Name::new(name).unwrap()),
        replace: None,
        ip: None,
        id: id(site),
        limit: Limit::Holds,
    };
    decide::activate(snapshot, &wanted, start().saturating_add(seconds)).unwrap()
}

#[test]
fn whoever_is_seen_again_keeps_its_place_and_its_name_unless_it_brings_one() {
    let mut snapshot = with_places(2, None);
    let seen = activate(&snapshot, (0, None), 60);
    assert!(!seen.answer.created && seen.events.is_empty(), "no news");
    let held = &seen.answer.activation;
    assert_eq!((held.id, held.activated_at), (id(0), start()));
    assert_eq!((held.last_seen_at, held.expires_at), (start().saturating_add(60), None));
    assert_eq!(seen.changes, [Change::Activation(held.clone())]);
    assert!(activate(&snapshot, (0, None), 0).changes.is_empty(), "nothing to write");
    let back = activate(&snapshot, (0, None), -60).answer.activation;
    assert_eq!(back.last_seen_at, start(), "a clock that was set back unsees nobody");
    let named = activate(&snapshot, (0, Some("Shop")), 60);
    assert_eq!(named.events[0].kind, EventKind::ActivationRenamed);
    assert_eq!(named.events[0].data["name"], "Shop");
    snapshot = named.answer.after;
    let kept = activate(&snapshot, (0, None), 120);
    assert_eq!(kept.answer.activation.name, Some(Name::new("Shop").unwrap()));
    assert!(kept.events.is_empty(), "the same name is no news");
    assert_eq!(kept.answer.after.license.activations_used, 2);
    assert_eq!(kept.answer.after.activations.len(), 2, "once in the answer");
}

#[test]
fn a_floating_place_lasts_from_when_it_is_taken_or_seen() {
    let snapshot = with_places(1, Some(900));
    let at = |seconds| Some(start().saturating_add(seconds));
    assert_eq!(activate(&snapshot, (1, None), 10).answer.activation.expires_at, at(910));
    assert_eq!(activate(&snapshot, (0, None), 10).answer.activation.expires_at, at(910));
    let beat = |activation, seconds| {
        let wanted = Heartbeat { product: None, activation };
        decide::heartbeat(&snapshot, wanted, start().saturating_add(seconds))
    };
    let kept = beat(id(0), 899).unwrap();
    assert_eq!((kept.answer.expires_at, Some(kept.answer.last_seen_at)), (at(1_799), at(899)));
    assert_eq!(kept.changes, [Change::Activation(kept.answer.clone())]);
    assert_eq!(beat(id(0), 900).unwrap_err().word(), "activation_not_found", "too late");
    assert_eq!(beat(id(1), 0).unwrap_err().word(), "activation_not_found");
    let held = with_places(1, None);
    let wanted = Heartbeat { product: None, activation: id(0) };
    let refused = decide::heartbeat(&held, wanted, start()).unwrap_err();
    assert_eq!(refused.data()["field"], "activation", "it is held without");
}

#[test]
fn whoever_takes_a_place_clears_those_that_lapsed_away_when_they_did() {
    let snapshot = with_places(2, Some(900));
    let taken = activate(&snapshot, (2, None), 2_000);
    let kinds: Vec<EventKind> = taken.events.iter().map(|event| event.kind).collect();
    let lapsed = EventKind::ActivationExpired;
    assert_eq!(kinds, [lapsed, lapsed, EventKind::ActivationCreated]);
    assert_eq!(taken.answer.after.license.activations_used, 1);
    let lapsed = |site: u8| Activation {
        deactivated_at: Some(start().saturating_add(900)),
        ..snapshot.activations[usize::from(site)].clone()
    };
    for site in 0..2 {
        assert!(taken.changes.contains(&Change::Deactivation(lapsed(site))));
    }
    assert!(matches!(&taken.changes[0], Change::License(license) if license.activations_used == 1));
}

#[test]
fn beyond_what_an_answer_lists_a_place_is_kept_apart() {
    let most = u8::try_from(ACTIVATIONS_SHOWN_MAX).unwrap();
    let below = activate(&with_places(most - 1, None), (most, None), 0).answer.after;
    assert_eq!((below.activations.len(), below.named.len()), (ACTIVATIONS_SHOWN_MAX, 0));
    assert_eq!(below.activations.last().unwrap().id, id(most), "newest last");
    let beyond = activate(&with_places(most, None), (most, None), 0).answer.after;
    assert_eq!((beyond.activations.len(), beyond.named.len()), (ACTIVATIONS_SHOWN_MAX, 1));
    assert_eq!(beyond.license.activations_used, u32::from(most) + 1);
    // Seen again, with another beside it: each once.
    let next = activate(&beyond, (most + 1, None), 0).answer.after;
    assert_eq!(next.named.len(), 2);
    let again = activate(&next, (most, Some("Shop")), 1).answer.after;
    let mut named: Vec<ActivationId> = again.named.iter().map(|one| one.id).collect();
    named.sort_unstable();
    assert_eq!(named, [id(most), id(most + 1)]);
    for place in [PlaceRef::Activation(id(most)), PlaceRef::Identifier(identifier(most))] {
        let wanted = Deactivate { product: Some("forms"), place };
        let freed = decide::deactivate(&next, &wanted, start()).unwrap().answer;
        assert_eq!(
            (freed.activation.id, freed.activation.deactivated_at),
            (id(most), Some(start()))
        );
        let left: Vec<ActivationId> = freed.after.named.iter().map(|one| one.id).collect();
        assert_eq!(left, [id(most + 1)]);
        assert_eq!(freed.after.activations.len(), ACTIVATIONS_SHOWN_MAX);
    }
}

#[test]
fn a_handed_over_place_adds_none_and_says_to_whom_it_went() {
    let mut snapshot = with_places(2, None);
    snapshot.license.terms.activation_limit = 1;
    let wanted = Activate {
        product: None,
        identifier: identifier(2),
        name: None,
        replace: Some(id(0)),
        ip: None,
        id: id(2),
        limit: Limit::Holds,
    };
    let taken = decide::activate(&snapshot, &wanted, start()).unwrap();
    assert_eq!(taken.answer.after.license.activations_used, 2, "over its limit as before");
    let [gone, new] = taken.events.as_slice() else { panic!("{:?}", taken.events) };
    assert_eq!(gone.kind, EventKind::ActivationDeactivated);
    assert_eq!(gone.data["replacedBy"], id(2).to_string());
    assert_eq!(gone.data["activation"], id(0).to_string());
    assert_eq!(
        (new.kind, &new.data["identifier"]),
        (EventKind::ActivationCreated, &"site-2.example".into())
    );
    let left: Vec<ActivationId> = taken.answer.after.activations.iter().map(|one| one.id).collect();
    assert_eq!(left, [id(1), id(2)]);
}

#[test]
fn another_products_key_moves_nothing() {
    let snapshot = with_places(1, None);
    let wanted = Activate {
        product: Some("other"),
        identifier: identifier(0),
        name: None,
        replace: None,
        ip: None,
        id: id(1),
        limit: Limit::Holds,
    };
    assert_eq!(
        decide::activate(&snapshot, &wanted, start()).unwrap_err().word(),
        "product_mismatch"
    );
    let place = PlaceRef::Activation(id(0));
    let wanted = Deactivate { product: Some("other"), place };
    assert_eq!(
        decide::deactivate(&snapshot, &wanted, start()).unwrap_err().word(),
        "product_mismatch"
    );
    let wanted = decide::Spend { product: Some("other"), amount: 1 };
    assert_eq!(decide::spend(&snapshot, wanted, start()).unwrap_err().word(), "product_mismatch");
    let wanted = Heartbeat { product: Some("other"), activation: id(0) };
    assert_eq!(
        decide::heartbeat(&snapshot, wanted, start()).unwrap_err().word(),
        "product_mismatch"
    );
}

#[test]
fn a_place_gets_another_label_or_none_and_the_same_is_no_news() {
    let mut snapshot = with_places(2, None);
    for (label, news) in [(Some("Shop"), true), (Some("Shop"), false), (None, true)] {
        let name = label.map(|label| Name::new(label).unwrap());
        let wanted = Rename { activation: id(0), name: name.clone() };
        let renamed = decide::rename(&snapshot, &wanted, start()).unwrap();
        assert_eq!(renamed.answer.name, name);
        let kinds: Vec<EventKind> = renamed.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, if news { vec![EventKind::ActivationRenamed] } else { Vec::new() });
        assert_eq!(renamed.changes.len(), usize::from(news));
        if let Some(Change::Activation(kept)) = renamed.changes.first() {
            assert_eq!(kept, &renamed.answer);
            snapshot.activations[0] = kept.clone();
        }
    }
    let gone = Rename { activation: id(7), name: None };
    let refused = decide::rename(&snapshot, &gone, start()).unwrap_err();
    assert_eq!(refused.word(), "activation_not_found");
}
