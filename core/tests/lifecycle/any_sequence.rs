//! Long sequences of random commands, and reports in any order.

use counterfoil_core::license::Status;
use counterfoil_core::time::Timestamp;
use proptest::prelude::*;

use crate::calendar;
use crate::every_sequence::{REPORTS, STOPS};
use crate::rules::{self, Step, Trail};
use crate::world::{Command, DAY, DAYS, MONTHS, Said, Wait, When, World};

fn when() -> impl Strategy<Value = When> {
    prop_oneof![
        3 => Just(When::Now),
        1 => (-40..4_i64).prop_map(When::InDays),
        1 => Just(When::BeforeFailure),
        1 => Just(When::AfterFailure),
        1 => Just(When::BeforePayment),
    ]
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        4 => when().prop_map(Said::Renewed),
        2 => when().prop_map(Said::Recovered),
        4 => when().prop_map(Said::Failed),
        4 => proptest::sample::select(&REPORTS[..]),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    prop_oneof![
        6 => (0..4_u8, proptest::option::weighted(0.2, 0..4_u8))
            .prop_map(|(site, instead_of)| Command::Activate { site, instead_of }),
        1 => (0..4_u8).prop_map(|site| Command::Add { site }),
        3 => (0..4_u8).prop_map(|site| Command::Deactivate { site }),
        1 => Just(Command::Use),
        1 => (-2..3_i32).prop_map(|amount| Command::Adjust { amount }),
        1 => (-2..3_i32).prop_map(|amount| Command::Tally { amount }),
        // Ends are rare, so that there is a life before.
        6 => proptest::sample::select(&STOPS[..4]).prop_map(Command::Stop),
        1 => proptest::sample::select(&STOPS[..]).prop_map(Command::Stop),
        1 => Just(Command::Rotate),
        1 => proptest::option::weighted(0.8, -3..70_i64).prop_map(|days| Command::Expiry { days }),
        1 => (0..4_u32).prop_map(|places| Command::Limit { places }),
        1 => proptest::option::weighted(0.8, 0..2_usize)
            .prop_map(|number| Command::Plan { number }),
        12 => said().prop_map(Command::Report),
        3 => Just(Command::Announce),
        4 => (0..30_i64).prop_map(|days| Command::Wait(Wait::Days(days))),
        4 => proptest::sample::select(&[Wait::JustBefore, Wait::UntilNext][..])
            .prop_map(Command::Wait),
    ]
}

fn begin() -> Timestamp {
    "2028-01-31T12:00:00Z".parse().unwrap()
}

proptest! {
    #[test]
    fn any_sequence_keeps_the_rules(
        commands in proptest::collection::vec(command(), 0..200),
        inactivated in proptest::option::weighted(0.2, 0..200_usize),
        (months, subscribed) in (any::<bool>(), proptest::bool::weighted(0.9)),
    ) {
        let mut world = World::sold(if months { &MONTHS } else { &DAYS }, subscribed, begin());
        let mut commands = commands;
        if let Some(place) = inactivated {
            commands.insert(place.min(commands.len()), Command::Inactivate);
        }
        for command in commands {
            let before = world.clone();
            let _trail = Trail(&[], command);
            let result = world.run(command);
            rules::check_step(&Step { before: &before, command, result: &result, after: &world });
            rules::check_state(&world);
        }
    }

    #[test]
    fn the_same_commands_give_the_same_bytes(
        commands in proptest::collection::vec(command(), 0..60),
    ) {
        let run = || {
            let mut world = World::sold(&MONTHS, true, begin());
            let mut said = Vec::new();
            for command in &commands {
                said.push(format!("{:?}", world.run(*command)));
                said.push(serde_json::to_string(&world.verdict()).unwrap());
            }
            said
        };
        prop_assert_eq!(run(), run());
    }

    #[test]
    fn payments_and_failures_mean_the_same_in_any_order(
        paid in proptest::collection::vec(any::<bool>(), 1..12),
        (keys, gap) in (proptest::collection::vec(any::<u32>(), 12), 1..20_i64),
        looked_after in 0..300_i64,
    ) {
        // Distinct times, one gap apart; an order of arrival by random keys.
        let reports = paid.iter().zip(1_i64..).map(|(paid, place)| {
            let when = When::InDays(place * gap - 300);
            if *paid { Said::Renewed(when) } else { Said::Failed(when) }
        });
        let in_time: Vec<Said> = reports.collect();
        let mut shuffled: Vec<(u32, Said)> = keys.into_iter().zip(in_time.clone()).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let hear = |reports: Vec<Said>| {
            let mut world = World::sold(&MONTHS, true, begin());
            world.run(Command::Wait(Wait::Days(300))).unwrap();
            for said in reports {
                world.run(Command::Report(said)).unwrap();
            }
            world.now = begin().saturating_add(looked_after * DAY);
            let license = world.license();
            (license.expires_at, license.grace_until, license.status(world.now), license.clone())
        };
        let in_time = hear(in_time);
        let shuffled = hear(shuffled.into_iter().map(|(_, said)| said).collect());
        prop_assert_eq!(in_time, shuffled);
    }

    #[test]
    fn terms_of_months_end_on_the_anchor_day_or_on_the_months_last(
        day in 0..1_500_i64,
        renewals in 1..40_usize,
        by_desk in proptest::option::of((0..40_usize, 0..400_i64)),
    ) {
        let start = begin().saturating_add(day * DAY);
        let mut world = World::sold(&MONTHS, true, start);
        let term = MONTHS.plans[0].term.unwrap();
        let mut anchor = calendar::day(start);
        let mut end = calendar::one_term_later(start, term, anchor);
        for renewal in 0..renewals {
            if let Some((_, days)) = by_desk.filter(|(when, _)| *when == renewal) {
                world.run(Command::Expiry { days: Some(days) }).unwrap();
                let set = start.saturating_add(days * DAY);
                if set != end {
                    anchor = calendar::day(set);
                }
                end = set;
            }
            prop_assert_eq!(world.license().expires_at, Some(end));
            world.run(Command::Report(Said::Renewed(When::Now))).unwrap();
            end = calendar::one_term_later(end, term, anchor);
        }
        prop_assert_eq!(world.license().expires_at, Some(end));
    }
}

#[test]
fn months_are_counted_from_the_anchor_and_do_not_drift() {
    for (paid, ends) in [
        ("2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
        ("2028-01-31", ["2028-02-29", "2028-03-31", "2028-04-30", "2028-05-31"]),
        ("2026-01-30", ["2026-02-28", "2026-03-30", "2026-04-30", "2026-05-30"]),
        ("2026-11-30", ["2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"]),
    ] {
        let mut world = World::sold(&MONTHS, true, format!("{paid}T08:00:00Z").parse().unwrap());
        for end in ends {
            let shown = world.license().expires_at.unwrap().to_string();
            assert_eq!(shown, format!("{end}T08:00:00Z"), "paid on {paid}");
            world.run(Command::Report(Said::Renewed(When::Now))).unwrap();
        }
    }
}

#[test]
fn an_expiry_that_the_desk_has_set_is_a_new_anchor_even_in_february() {
    let mut world = World::sold(&MONTHS, true, begin());
    // 31 January and 60 days: 31 March. One day less: 30 March, from which months go on.
    for (days, ends) in [(59, "2028-04-30"), (29, "2028-03-29"), (58, "2028-04-29")] {
        world.run(Command::Expiry { days: Some(days) }).unwrap();
        world.run(Command::Report(Said::Renewed(When::Now))).unwrap();
        assert_eq!(world.license().expires_at.unwrap().to_string(), format!("{ends}T12:00:00Z"));
        assert_eq!(world.license().status(world.now), Status::Active);
    }
}

#[test]
fn of_many_failures_the_first_and_the_last_are_remembered() {
    let mut world = World::sold(&MONTHS, true, begin());
    for _ in 0..20 {
        world.run(Command::Wait(Wait::Days(1))).unwrap();
        world.run(Command::Report(Said::Failed(When::Now))).unwrap();
    }
    let grace = |day: i64| Some(begin().saturating_add((day + 3) * DAY));
    assert_eq!(world.license().grace_until, grace(1), "it counts from the first");
    assert_eq!(world.sale.as_ref().unwrap().failures.len(), 16);
    // Paid on the third day, and then on the seventeenth.
    for (ago, left) in [(17, grace(4)), (3, grace(20)), (0, None)] {
        world.run(Command::Report(Said::Renewed(When::InDays(-ago)))).unwrap();
        assert_eq!(world.license().grace_until, left, "paid {ago} days ago");
    }
}
