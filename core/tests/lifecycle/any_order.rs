//! Streams of a payment provider's events, shuffled, doubled and delayed: a license ends as it does
//! by the stream in order.

use counterfoil_core::decide::{Beginning, Dated, Fact, Report};
use counterfoil_core::history::EventKind;
use counterfoil_core::license::{End, License, Status};
use counterfoil_core::sale::Sale;
use counterfoil_core::text::PaymentRef;
use counterfoil_core::time::Timestamp;
use proptest::prelude::*;

use crate::rules;
use crate::world::{Command, DAY, DAYS, MONTHS, World};

/// How many streams are tried.
const STREAMS: u32 = 10_000;

fn begin() -> Timestamp {
    "2028-01-31T12:00:00Z".parse().unwrap()
}

fn began(world: &World) -> Beginning {
    Beginning { paid_at: begin(), expires_at: world.license().expires_at }
}

/// What happened, when it has happened.
type Said = fn(Timestamp) -> Fact;

/// One event of a stream, which may come again and late.
#[derive(Clone, Debug)]
struct Arrival {
    dated: Dated,
    /// Hours after it happened that each of its deliveries takes.
    delays: Vec<i64>,
}

fn fact() -> impl Strategy<Value = Said> {
    prop_oneof![
        6 => Just((|paid_at| Fact::Renewed { paid_at }) as Said),
        4 => Just((|at| Fact::PaymentFailed { at }) as Said),
        2 => Just((|at| Fact::SubscriptionCancelled { at }) as Said),
        1 => Just((|at| Fact::SubscriptionExpired { at }) as Said),
        1 => Just((|_| Fact::Refunded { full: true }) as Said),
        1 => Just((|_| Fact::Refunded { full: false }) as Said),
        2 => Just((|_| Fact::DisputeOpened) as Said),
        2 => Just((|_| Fact::DisputeClosed { won: true }) as Said),
        1 => Just((|_| Fact::DisputeClosed { won: false }) as Said),
    ]
}

fn name(text: &str) -> PaymentRef {
    PaymentRef::new(text).unwrap()
}

/// Events hours to weeks apart, some in the same second; bills that two events report; deliveries
/// at once, again, and up to a quarter late.
fn stream() -> impl Strategy<Value = Vec<Arrival>> {
    let gap = prop_oneof![1 => Just(0_i64), 3 => 1..48_i64, 6 => 48..960_i64];
    let delay = prop_oneof![4 => Just(0_i64), 3 => 1..72_i64, 2 => 72..2_000_i64];
    let event = (fact(), gap, proptest::collection::vec(delay, 1..4), 0..12_u8);
    proptest::collection::vec(event, 0..14).prop_map(|events| {
        let mut hours = 1;
        let mut number = 0;
        events
            .into_iter()
            .map(|(fact, gap, delays, bill)| {
                hours += gap;
                number += 1;
                let at = begin().saturating_add(hours * 3_600);
                let fact = fact(at);
                let pays = matches!(fact, Fact::Renewed { .. });
                let event = Some(name(&format!("evt_{number}")));
                let invoice = pays.then(|| name(&format!("in_{bill}")));
                Arrival { dated: Dated::new(Report { fact, event, invoice }, at), delays }
            })
            .collect()
    })
}

/// What there is to compare: everything but the history.
fn stands(world: &World) -> (License, Option<Sale>, u32) {
    (world.license().clone(), world.sale.clone(), world.license().activations_used)
}

/// Hears each once, when it happened.
fn in_order(mut world: World, events: &[&Dated]) -> World {
    let began = began(&world);
    let mut sorted = events.to_vec();
    sorted.sort_by(|one, other| one.order(other));
    let mut heard = Vec::new();
    for dated in sorted {
        world.now = world.now.max(dated.at);
        world.hear_dated((began, &heard), dated);
        heard.push(dated.clone());
    }
    world
}

/// Hears each by the plain decision, when it happened; one bill once.
fn as_they_come(mut world: World, events: &[&Dated]) -> World {
    let mut sorted = events.to_vec();
    sorted.sort_by(|one, other| one.order(other));
    let mut bills = Vec::new();
    for Dated { at, report } in sorted {
        world.now = world.now.max(*at);
        if report.invoice.as_ref().is_none_or(|bill| !bills.contains(&bill)) {
            world.hear_report(report);
        }
        bills.extend(&report.invoice);
    }
    world
}

fn sold(months: bool, subscribed: bool) -> World {
    let mut world = World::sold(if months { &MONTHS } else { &DAYS }, subscribed, begin());
    world.run(Command::Activate { site: 0, instead_of: None }).unwrap();
    world
}

proptest! {
    #![proptest_config(ProptestConfig { cases: STREAMS, ..ProptestConfig::default() })]

    #[test]
    fn any_stream_ends_as_it_does_in_order(
        stream in stream(),
        (months, subscribed) in (any::<bool>(), proptest::bool::weighted(0.9)),
        (order_comes_at, ties) in (0..2_000_i64, any::<u64>()),
    ) {
        // Each delivery by when it arrives; what arrives in one second, in an order of its own.
        let mut arrivals: Vec<(Timestamp, u64, &Dated)> = Vec::new();
        for (place, Arrival { dated, delays }) in stream.iter().enumerate() {
            for (again, delay) in delays.iter().enumerate() {
                let tie = ties.rotate_left(u32::try_from(place * 7 + again * 3).unwrap());
                arrivals.push((dated.at.saturating_add(delay * 3_600), tie, dated));
            }
        }
        arrivals.sort_by_key(|(at, tie, _)| (*at, *tie));
        // Until the order itself is heard of the others wait; then they are taken as they happened.
        let order_comes = begin().saturating_add(order_comes_at * 3_600);
        let early = arrivals.iter().filter(|(at, ..)| *at < order_comes);
        let mut waiting: Vec<&Dated> = Vec::new();
        for (_, _, dated) in early {
            if !waiting.contains(dated) {
                waiting.push(dated);
            }
        }
        let mut world = sold(months, subscribed);
        let began = began(&world);
        world.now = order_comes;
        waiting.sort_by(|one, other| one.order(other));
        let mut heard: Vec<Dated> = Vec::new();
        let late = arrivals.iter().filter(|(at, ..)| *at >= order_comes);
        let late = late.map(|(at, _, dated)| (*at, *dated));
        for (at, dated) in waiting.into_iter().map(|dated| (order_comes, dated)).chain(late) {
            if heard.contains(dated) {
                continue;
            }
            world.now = at;
            let was_ended = world.license().end;
            world.hear_dated((began, &heard), dated);
            heard.push(dated.clone());
            rules::check_state(&world);
            prop_assert!(was_ended.is_none() || world.license().end == was_ended, "it came back");
            // Not only in the end: what is known now gives what it would have given in order.
            let known: Vec<&Dated> = heard.iter().collect();
            let ordered = in_order(sold(months, subscribed), &known);
            prop_assert_eq!(stands(&world), stands(&ordered));
        }
        let events: Vec<&Dated> = stream.iter().map(|arrival| &arrival.dated).collect();
        let mut ordered = in_order(sold(months, subscribed), &events);
        prop_assert_eq!(stands(&world), stands(&ordered));
        prop_assert_eq!(stands(&as_they_come(sold(months, subscribed), &events)), stands(&ordered));
        let last = world.now.max(ordered.now);
        (world.now, ordered.now) = (last, last);
        prop_assert_eq!(world.verdict(), ordered.verdict());
    }
}

/// Facts at hours after the purchase.
fn dated(facts: &[(i64, Said)]) -> Vec<Dated> {
    let number = 1..;
    facts
        .iter()
        .zip(number)
        .map(|((hours, fact), number)| {
            let at = begin().saturating_add(hours * 3_600);
            let event = Some(name(&format!("evt_{number}")));
            Dated::new(Report { fact: fact(at), event, invoice: None }, at)
        })
        .collect()
}

const RENEWED: Said = |paid_at| Fact::Renewed { paid_at };
const FAILED: Said = |at| Fact::PaymentFailed { at };
const CANCELLED: Said = |at| Fact::SubscriptionCancelled { at };
const EXPIRED: Said = |at| Fact::SubscriptionExpired { at };
const REFUNDED: Said = |_| Fact::Refunded { full: true };
const OPENED: Said = |_| Fact::DisputeOpened;
const WON: Said = |_| Fact::DisputeClosed { won: true };

/// Hears facts in this order of their places and tells what the history says of each.
fn told(facts: &[(i64, Said)], order: &[usize]) -> (World, Vec<EventKind>) {
    let facts = dated(facts);
    let mut world = sold(true, true);
    let began = began(&world);
    world.now = begin().saturating_add(300 * DAY);
    let mut heard = Vec::new();
    let mut kinds = Vec::new();
    for place in order {
        let written = world.hear_dated((began, &heard), &facts[*place]);
        kinds.extend(written.events.iter().map(|event| event.kind));
        heard.push(facts[*place].clone());
    }
    (world, kinds)
}

#[test]
fn the_history_says_what_can_be_seen_of_what_is_heard_late() {
    use EventKind::{
        BillingRecorded, LicenseReinstated, LicenseRenewed, LicenseRevoked, LicenseSuspended,
        PaymentFailed, SubscriptionCancelled, SubscriptionExpired,
    };
    for (facts, order, kinds) in [
        // A win that is heard of before its dispute leaves nothing to suspend.
        (vec![(1, OPENED), (2, WON)], [1, 0], vec![BillingRecorded, BillingRecorded]),
        // A second dispute is not over by the first one's end.
        (vec![(1, OPENED), (3, OPENED), (2, WON)], [0, 1], vec![LicenseSuspended]),
        (vec![(1, FAILED), (2, RENEWED)], [1, 0], vec![LicenseRenewed, BillingRecorded]),
        (vec![(1, CANCELLED), (2, RENEWED)], [1, 0], vec![LicenseRenewed, BillingRecorded]),
        // It counts for what was paid until then, and nobody sees that: it is over anyway.
        (vec![(1, RENEWED), (2, EXPIRED)], [1, 0], vec![SubscriptionExpired, LicenseRenewed]),
        (vec![(1, RENEWED), (2, REFUNDED)], [1, 0], vec![LicenseRevoked, LicenseRenewed]),
        (vec![(1, FAILED), (2, CANCELLED)], [0, 1], vec![PaymentFailed, SubscriptionCancelled]),
        (vec![(1, OPENED), (2, WON)], [0, 1], vec![LicenseSuspended, LicenseReinstated]),
    ] {
        let (_, said) = told(&facts, &order);
        assert_eq!(said, kinds, "{order:?}");
    }
    let (world, said) = told(&[(1, OPENED), (3, OPENED), (2, WON)], &[0, 1, 2]);
    assert_eq!(said, [LicenseSuspended, BillingRecorded]);
    assert_eq!(world.license().status(world.now), Status::Suspended);
}

#[test]
fn once_the_desk_had_a_hand_in_it_a_report_is_taken_as_it_comes() {
    let facts = dated(&[(1, CANCELLED), (700, RENEWED), (2, RENEWED)]);
    let mut world = sold(true, true);
    let began = began(&world);
    world.now = begin().saturating_add(40 * DAY);
    world.hear_dated((began, &[]), &facts[0]);
    world.run(Command::Expiry { days: Some(100) }).unwrap();
    let set = world.license().expires_at.unwrap();
    world.hear_dated((began, &facts[..1]), &facts[1]);
    // From the end that the desk has set, and not from the beginning.
    let renewed = world.license().expires_at.unwrap();
    assert!(renewed > set, "{set} to {renewed}");
    world.hear_dated((began, &facts[..2]), &facts[2]);
    assert!(world.license().expires_at.unwrap() > renewed, "the older one counts as well");
}

#[test]
fn a_bill_counts_once_also_when_the_desk_had_a_hand_in_it() {
    let mut world = sold(true, true);
    let began = began(&world);
    let paid = |number: u8, hours: i64| {
        let paid_at = begin().saturating_add(hours * 3_600);
        let event = Some(name(&format!("evt_{number}")));
        let invoice = Some(name("in_1"));
        Dated::new(Report { fact: Fact::Renewed { paid_at }, event, invoice }, paid_at)
    };
    world.now = begin().saturating_add(40 * DAY);
    world.hear_dated((began, &[]), &paid(1, 700));
    world.run(Command::Expiry { days: Some(100) }).unwrap();
    let set = world.license().expires_at;
    let written = world.hear_dated((began, &[paid(1, 700)]), &paid(2, 701));
    assert_eq!((world.license().expires_at, written.events.len()), (set, 0));
}

#[test]
fn what_the_vendor_took_back_no_provider_gives_again() {
    let facts = dated(&[(1, RENEWED), (2, WON)]);
    let mut world = sold(true, true);
    let began = began(&world);
    world.run(Command::Stop(counterfoil_core::decide::Stop::Revoke)).unwrap();
    for (place, fact) in facts.iter().enumerate() {
        world.hear_dated((began, &facts[..place]), fact);
        assert_eq!(world.license().end, Some(End::Revoked));
    }
}
