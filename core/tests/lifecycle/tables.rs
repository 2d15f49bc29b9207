//! The lifecycle that LicenseDock documents, row by row, and what the contract adds to it.

use counterfoil_core::decide::Stop;
use counterfoil_core::license::Status;
use counterfoil_core::time::{Term, Timestamp};

use crate::rules;
use crate::world::{Command, MONTHS, Said, Wait, When, World};

const START: &str = "2026-01-31T09:00:00Z";
/// One month after it, and two.
const END: &str = "2026-02-28T09:00:00Z";
const NEXT_END: &str = "2026-03-31T09:00:00Z";

/// A row of a table: its words, what happens, and what then holds.
struct Row {
    says: &'static str,
    happens: &'static [Command],
    status: Status,
    expires_at: Option<&'static str>,
}

const fn row(
    says: &'static str,
    happens: &'static [Command],
    status: Status,
    expires_at: &'static str,
) -> Row {
    Row { says, happens, status, expires_at: Some(expires_at) }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn sold() -> World {
    World::sold(&MONTHS, true, time(START))
}

fn live(row: &Row) -> World {
    let mut world = sold();
    for command in row.happens {
        let done = world.run(*command);
        assert!(done.is_ok(), "{}: {command:?} is refused: {done:?}", row.says);
        rules::check_state(&world);
    }
    world
}

fn check(rows: &[Row]) {
    for row in rows {
        let world = live(row);
        let license = world.license();
        assert_eq!(license.status(world.now), row.status, "{}", row.says);
        assert_eq!(license.expires_at, row.expires_at.map(time), "{}", row.says);
        let verdict = world.verdict();
        assert_eq!(verdict.valid, row.status == Status::Active, "{}", row.says);
    }
}

const FAILED: Command = Command::Report(Said::Failed(When::Now));
const RENEWED: Command = Command::Report(Said::Renewed(When::Now));
const RECOVERED: Command = Command::Report(Said::Recovered(When::Now));
const TURNED_OFF: Command = Command::Report(Said::SubscriptionCancelled);
const OVER: Command = Command::Report(Said::SubscriptionExpired(When::Now));
const REFUNDED: Command = Command::Report(Said::Refunded { full: true });
const PARTLY_REFUNDED: Command = Command::Report(Said::Refunded { full: false });
const DISPUTED: Command = Command::Report(Said::DisputeOpened);
const WON: Command = Command::Report(Said::DisputeClosed { won: true });
const LOST: Command = Command::Report(Said::DisputeClosed { won: false });
const A_DAY: Command = Command::Wait(Wait::Days(1));
/// The grace of the plan is three days.
const THE_GRACE: Command = Command::Wait(Wait::Days(3));
const THE_TERM: Command = Command::Wait(Wait::Days(28));
const JUST_BEFORE: Command = Command::Wait(Wait::JustBefore);
const THE_WEEK_BEFORE: Command = Command::Wait(Wait::UntilNext);

#[test]
fn the_rows_of_the_table_of_statuses() {
    check(&[
        row("active | usable", &[A_DAY], Status::Active, END),
        row("expired | past its end without renewal", &[THE_TERM], Status::Expired, END),
        row("suspended | payment failed", &[FAILED, THE_GRACE], Status::Suspended, END),
        row("suspended | also: open dispute", &[DISPUTED], Status::Suspended, END),
        row("revoked | refund issued", &[REFUNDED], Status::Revoked, END),
        row("revoked | chargeback received", &[DISPUTED, LOST], Status::Revoked, END),
        row("cancelled | by hand", &[Command::Stop(Stop::Cancel)], Status::Cancelled, END),
    ]);
}

#[test]
fn only_an_active_license_can_be_activated() {
    for (says, happens) in [
        ("expired", &[THE_TERM][..]),
        ("suspended", &[FAILED, THE_GRACE]),
        ("suspended", &[DISPUTED]),
        ("revoked", &[REFUNDED]),
        ("cancelled", &[Command::Stop(Stop::Cancel)]),
        ("disabled", &[Command::Stop(Stop::Disable)]),
    ] {
        let mut world = sold();
        for command in happens {
            world.run(*command).unwrap();
        }
        let refused = world.run(Command::Activate { site: 0, instead_of: None }).unwrap_err();
        assert_eq!(refused.word(), format!("license_{says}"));
    }
    assert!(sold().run(Command::Activate { site: 0, instead_of: None }).is_ok(), "active");
}

#[test]
fn the_rows_of_the_table_of_triggers() {
    check(&[
        row("order completes (paid)", &[], Status::Active, END),
        row("subscription renews", &[RENEWED], Status::Active, NEXT_END),
        row("renewal payment fails: nothing at once", &[FAILED], Status::Active, END),
        row("and until the grace is over", &[FAILED, JUST_BEFORE], Status::Active, END),
        row("after the grace period suspended", &[FAILED, THE_GRACE], Status::Suspended, END),
        row("failed renewal recovered", &[FAILED, THE_GRACE, RECOVERED], Status::Active, NEXT_END),
        row(
            "subscription ends without renewal",
            &[A_DAY, OVER],
            Status::Expired,
            "2026-02-01T09:00:00Z",
        ),
        row("full refund", &[REFUNDED], Status::Revoked, END),
        row("auto-renewal off: stays active", &[TURNED_OFF, A_DAY], Status::Active, END),
        row(
            "until the paid period ends",
            &[TURNED_OFF, THE_WEEK_BEFORE, JUST_BEFORE],
            Status::Active,
            END,
        ),
        row("then expired", &[TURNED_OFF, THE_TERM], Status::Expired, END),
        row("dispute opened: suspended", &[DISPUTED], Status::Suspended, END),
        row("until it resolves", &[DISPUTED, A_DAY, WON], Status::Active, END),
    ]);
}

#[test]
fn a_one_time_order_is_for_life() {
    let mut world = sold();
    world.run(Command::Expiry { days: None }).unwrap();
    assert_eq!(world.license().expires_at, None);
    world.run(RENEWED).unwrap();
    assert_eq!(world.license().expires_at, None, "what never ends stays so");
    assert_eq!(MONTHS.plans[0].term, Some(Term::Months(1)));
}

#[test]
fn what_stands_around_the_tables() {
    check(&[
        row("partial refund changes nothing", &[PARTLY_REFUNDED], Status::Active, END),
        row("dispute lost: revoked", &[DISPUTED, LOST], Status::Revoked, END),
        row("turning it off is reversible", &[TURNED_OFF, RENEWED], Status::Active, NEXT_END),
        row(
            "and then a failure counts again",
            &[TURNED_OFF, RENEWED, FAILED, THE_GRACE],
            Status::Suspended,
            NEXT_END,
        ),
        row(
            "once it is off, a failure is recorded only",
            &[TURNED_OFF, FAILED, THE_GRACE],
            Status::Active,
            END,
        ),
        row(
            "the grace counts from the first failure",
            &[FAILED, A_DAY, FAILED, A_DAY, FAILED, A_DAY],
            Status::Suspended,
            END,
        ),
        row(
            "a failure older than the last payment is ignored",
            &[A_DAY, RENEWED, Command::Report(Said::Failed(When::BeforePayment)), THE_GRACE],
            Status::Active,
            NEXT_END,
        ),
        row("case 8: refund, then a renewal", &[REFUNDED, RENEWED], Status::Revoked, END),
        row("and after a day, recovered", &[REFUNDED, A_DAY, RECOVERED], Status::Revoked, END),
    ]);
}

#[test]
fn what_is_not_said_is_as_the_contract_has_it() {
    check(&[
        row("late money revives", &[THE_TERM, A_DAY, RENEWED], Status::Active, NEXT_END),
        row(
            "from its date, one term for each payment",
            &[THE_TERM, Command::Wait(Wait::Days(40)), RENEWED],
            Status::Expired,
            NEXT_END,
        ),
        row(
            "after the subscription's end it is recorded only",
            &[THE_TERM, OVER, RENEWED, RECOVERED],
            Status::Expired,
            END,
        ),
        row("a dispute on a revoked one", &[REFUNDED, DISPUTED, WON], Status::Revoked, END),
        row(
            "lost after it was cancelled",
            &[Command::Stop(Stop::Cancel), LOST],
            Status::Revoked,
            END,
        ),
        row(
            "refunded after it was cancelled",
            &[Command::Stop(Stop::Cancel), REFUNDED],
            Status::Revoked,
            END,
        ),
        row("won with the date ahead", &[DISPUTED, WON], Status::Active, END),
        row("won past the date", &[DISPUTED, THE_TERM, WON], Status::Expired, END),
        row(
            "unpaid stays suspended past its date",
            &[FAILED, THE_TERM, A_DAY],
            Status::Suspended,
            END,
        ),
        row("until the subscription's end", &[FAILED, THE_TERM, A_DAY, OVER], Status::Expired, END),
    ]);
}

#[test]
fn what_is_stopped_for_two_causes_or_for_want_of_a_payment_is_not_let_go_too_soon() {
    check(&[
        row(
            "the subscription's end sets it free for no day",
            &[FAILED, THE_GRACE, Command::Report(Said::SubscriptionExpired(When::InDays(5)))],
            Status::Expired,
            "2026-02-03T09:00:00Z",
        ),
        row(
            "an end to come is the end of what was paid",
            &[Command::Report(Said::SubscriptionExpired(When::InDays(5)))],
            Status::Active,
            "2026-02-05T09:00:00Z",
        ),
        row(
            "turning it off sets nothing free",
            &[FAILED, THE_GRACE, TURNED_OFF],
            Status::Suspended,
            END,
        ),
        row("two causes", &[FAILED, THE_GRACE, DISPUTED, RECOVERED], Status::Suspended, NEXT_END),
        row("two causes", &[FAILED, THE_GRACE, DISPUTED, WON], Status::Suspended, END),
        row(
            "both cleared",
            &[FAILED, THE_GRACE, DISPUTED, WON, RECOVERED],
            Status::Active,
            NEXT_END,
        ),
    ]);
}

#[test]
fn what_was_settled_or_forgiven_stops_nothing_and_what_was_not_does() {
    check(&[
        row(
            "the desk lets an unpaid one go",
            &[FAILED, THE_GRACE, Command::Stop(Stop::Reinstate)],
            Status::Active,
            END,
        ),
        row(
            "and only a failure after that counts",
            &[FAILED, THE_GRACE, Command::Stop(Stop::Reinstate), FAILED, A_DAY],
            Status::Active,
            END,
        ),
        row(
            "what was forgiven is not there to be answered, and counts no grace anew",
            &[
                FAILED,
                Command::Stop(Stop::Reinstate),
                Command::Wait(Wait::Days(2)),
                FAILED,
                Command::Plan { number: Some(1) },
                Command::Report(Said::Renewed(When::InDays(-1))),
                THE_GRACE,
            ],
            Status::Suspended,
            "2027-02-28T09:00:00Z",
        ),
        row(
            "a failure from before the pardon that is heard of after it",
            &[
                FAILED,
                THE_GRACE,
                Command::Stop(Stop::Reinstate),
                Command::Report(Said::Failed(When::BeforeFailure)),
                THE_GRACE,
            ],
            Status::Active,
            END,
        ),
        row("a dispute that was heard of after it was won", &[WON, DISPUTED], Status::Active, END),
        row("and the next one", &[WON, DISPUTED, DISPUTED], Status::Suspended, END),
        row("a grace past the date", &[THE_TERM, FAILED, A_DAY], Status::Active, END),
        row(
            "a payment before the failure does not lift the grace",
            &[A_DAY, FAILED, Command::Report(Said::Renewed(When::BeforeFailure)), THE_GRACE],
            Status::Suspended,
            NEXT_END,
        ),
        row(
            "what failed and was made after all is settled, by whosever clock",
            &[A_DAY, FAILED, Command::Report(Said::Recovered(When::BeforeFailure)), THE_GRACE],
            Status::Active,
            NEXT_END,
        ),
    ]);
}

#[test]
fn case_11_a_limit_of_none_has_room_for_fifty() {
    let mut world = sold();
    world.run(Command::Limit { places: 0 }).unwrap();
    for site in 0..50 {
        world.run(Command::Activate { site, instead_of: None }).unwrap();
    }
    assert_eq!(world.license().activations_used, 50);
}

#[test]
fn cases_12_and_13_the_desk_may_exceed_the_limit_and_a_freed_place_is_free() {
    let mut world = sold();
    let activate = |site| Command::Activate { site, instead_of: None };
    world.run(activate(0)).unwrap();
    world.run(Command::Add { site: 1 }).unwrap();
    let full = world.run(activate(2)).unwrap_err();
    let data = full.data();
    assert_eq!(full.word(), "seat_limit_exceeded");
    assert_eq!((&data["limit"], &data["used"]), (&1.into(), &2.into()));
    assert_eq!(data["activations"].as_array().unwrap().len(), 2);
    world.run(Command::Deactivate { site: 0 }).unwrap();
    assert!(world.run(activate(2)).is_err(), "still one too many");
    world.run(Command::Deactivate { site: 1 }).unwrap();
    world.run(activate(2)).unwrap();
}
