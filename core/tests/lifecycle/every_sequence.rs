//! Every sequence of commands up to a depth, states that behave alike visited once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::Write;

use counterfoil_core::decide::Stop;
use counterfoil_core::license::{End, Hold, Status};
use counterfoil_core::sale::Dispute;
use counterfoil_core::time::Timestamp;
use counterfoil_core::verdict::Verdict;

use crate::effects::settled;
use crate::rules::{self, Step, Trail};
use crate::world::{Command, DAY, DAYS, Said, USES, Wait, When, World};

/// Commands in a sequence. `COUNTERFOIL_DEPTH` says otherwise: a mutation run is in a hurry.
const DEPTH: u32 = 6;

/// The full set.
fn commands() -> Vec<Command> {
    let mut all = vec![
        Command::Activate { site: 0, instead_of: None },
        Command::Activate { site: 1, instead_of: None },
        Command::Activate { site: 1, instead_of: Some(0) },
        Command::Deactivate { site: 0 },
        Command::Deactivate { site: 1 },
        Command::Use,
        Command::Adjust { amount: 1 },
        Command::Adjust { amount: -1 },
        Command::Tally { amount: 1 },
        Command::Tally { amount: -1 },
        Command::Rotate,
        Command::Inactivate,
        Command::Expiry { days: Some(9) },
        Command::Expiry { days: Some(60) },
        Command::Expiry { days: None },
        Command::Limit { places: 1 },
        Command::Limit { places: 2 },
        Command::Plan { number: Some(0) },
        Command::Plan { number: Some(1) },
        Command::Plan { number: None },
        Command::Announce,
        Command::Wait(Wait::Days(1)),
        Command::Wait(Wait::JustBefore),
        Command::Wait(Wait::UntilNext),
    ];
    all.extend(STOPS.map(Command::Stop));
    all.extend(REPORTS.map(Command::Report));
    all
}

pub(crate) const STOPS: [Stop; 6] =
    [Stop::Suspend, Stop::Reinstate, Stop::Disable, Stop::Enable, Stop::Revoke, Stop::Cancel];

pub(crate) const REPORTS: [Said; 17] = [
    Said::Renewed(When::Now),
    Said::Renewed(When::BeforeFailure),
    Said::Renewed(When::AfterFailure),
    Said::Recovered(When::Now),
    Said::Recovered(When::BeforeFailure),
    Said::Failed(When::Now),
    Said::Failed(When::BeforePayment),
    Said::Failed(When::InDays(-3)),
    Said::SubscriptionCancelled,
    Said::SubscriptionExpired(When::Now),
    Said::SubscriptionExpired(When::InDays(-3)),
    Said::SubscriptionExpired(When::InDays(3)),
    Said::Refunded { full: true },
    Said::Refunded { full: false },
    Said::DisputeOpened,
    Said::DisputeClosed { won: true },
    Said::DisputeClosed { won: false },
];

/// What a state's future depends on. Terms of days make every date matter only by how far it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    end: Option<End>,
    told: Option<(Status, bool)>,
    sale: Option<SaleKey>,
    open: Option<OpenKey>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct SaleKey {
    cancelled: bool,
    over: bool,
    dispute: Option<Dispute>,
    /// Beyond the oldest report that counts as late, all are alike.
    paid_ago: i64,
    failures: Vec<i64>,
}

/// What matters of a license only as long as it has not ended.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct OpenKey {
    plan: Option<u128>,
    limit: u32,
    /// Sites are alike: how many there are, is all.
    used: u32,
    uses: u64,
    expires_in: Option<i64>,
    grace_for: Option<i64>,
    holds: Vec<Hold>,
}

impl Key {
    fn of(world: &World) -> Self {
        let license = world.license();
        let from_now = |at: Timestamp| at.unix() - world.now.unix();
        let is_open = license.end.is_none();
        let sale = world.sale.as_ref().map(|sale| {
            let subscription = sale.subscription.as_ref().unwrap();
            let over = !is_open || subscription.ended_at.is_some();
            // Failures that the desk has forgiven are as if they had never been.
            let counted = !over && license.grace_until.is_some();
            let failures = sale.failures.iter().filter(|_| counted);
            SaleKey {
                cancelled: !over && subscription.cancelled_at.is_some(),
                over,
                dispute: sale.dispute,
                paid_ago: if over { 0 } else { from_now(settled(sale, license)).max(-4 * DAY) },
                failures: failures.map(|at| from_now(*at)).collect(),
            }
        });
        let open = is_open.then(|| OpenKey {
            plan: license.plan.map(|plan| plan.number().raw()),
            limit: license.terms.activation_limit,
            used: license.activations_used,
            uses: license.uses,
            expires_in: license.expires_at.map(from_now),
            grace_for: license.grace_until.map(from_now),
            holds: license.holds.clone(),
        });
        let told = is_open.then_some((world.told.status, world.told.expiring));
        Self { end: license.end, told, sale, open }
    }
}

/// A verdict, with its dates as distances, so that those of equal states are equal.
fn digest(world: &World, verdict: &Verdict) -> u64 {
    let mut hasher = DefaultHasher::new();
    let ended = world.license().end.is_some();
    let from_now = |at: Timestamp| at.unix() - world.now.unix();
    (verdict.valid, verdict.message.as_str(), verdict.activations_used).hash(&mut hasher);
    verdict.remedy.as_ref().map(|remedy| remedy.text.as_str()).hash(&mut hasher);
    if !ended {
        (verdict.expires_at.map(from_now), verdict.grace_until.map(from_now)).hash(&mut hasher);
        (verdict.activations.len(), verdict.activation_limit, &verdict.plan).hash(&mut hasher);
    }
    hasher.finish()
}

/// Whether a command is taken further. Above the limit of uses one is as many as a hundred, which
/// random sequences count.
fn is_taken(before: &World, command: Command) -> bool {
    before.license().uses <= USES || command != Command::Tally { amount: 1 }
}

#[test]
fn every_sequence_keeps_the_rules() {
    let depth = std::env::var("COUNTERFOIL_DEPTH").map_or(DEPTH, |text| text.parse().unwrap());
    let start = World::sold(&DAYS, true, "2026-01-10T00:00:00Z".parse().unwrap());
    rules::check_state(&start);
    let mut seen = HashMap::new();
    seen.insert(Key::of(&start), digest(&start, &start.verdict()));
    let mut frontier = vec![(start, Vec::new())];
    let (commands, mut steps) = (commands(), 0_u64);
    for _ in 0..depth {
        let mut next = Vec::new();
        for (before, path) in &frontier {
            for command in commands.iter().filter(|command| is_taken(before, **command)) {
                let _trail = Trail(path, *command);
                let mut after = before.clone();
                let result = after.run(*command);
                steps += 1;
                rules::check_step(&Step {
                    before,
                    command: *command,
                    result: &result,
                    after: &after,
                });
                let digest = digest(&after, &after.verdict());
                match seen.entry(Key::of(&after)) {
                    Entry::Occupied(known) => assert_eq!(*known.get(), digest, "equal states"),
                    Entry::Vacant(place) => {
                        rules::check_state(&after);
                        place.insert(digest);
                        let mut path: Vec<Command> = path.clone();
                        path.push(*command);
                        next.push((after, path));
                    }
                }
            }
        }
        frontier = next;
    }
    // Past the capture of tests' output: what was visited is what the test says.
    let states = seen.len();
    writeln!(std::io::stderr(), "depth {depth}: {states} states, {steps} transitions").unwrap();
}
