//! Random lives of licenses, lived twice: by the core's decisions in this process, and by a server.

use counterfoil_core::decide::{Fact, Stop};
use counterfoil_core::id::ActivationId;
use counterfoil_core::refusal::Refusal;
use counterfoil_core::time::Timestamp;
use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::collections::HashMap;

use crate::world::{Command, MONTHS, Said, Wait, When, World, identifier};

const LICENSES: u64 = 8;
const COMMANDS: usize = 50;

/// Chance that is the same in every run.
struct Dice(u64);

impl Dice {
    /// The generator known as split mix.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides
    }

    fn site(&mut self) -> u8 {
        u8::try_from(self.roll(3)).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.roll(all.len() as u64)).unwrap()]
    }

    fn days(&mut self, from: i64, to: i64) -> i64 {
        from + i64::try_from(self.roll(u64::try_from(to - from).unwrap())).unwrap()
    }

    fn when(&mut self) -> When {
        let ago = When::InDays(self.days(-20, 3));
        self.of(&[
            When::Now,
            When::Now,
            ago,
            When::BeforeFailure,
            When::AfterFailure,
            When::BeforePayment,
        ])
    }

    fn said(&mut self) -> Said {
        let when = self.when();
        match self.roll(40) {
            0 => Said::Refunded { full: true },
            1 => Said::DisputeClosed { won: false },
            2 => Said::SubscriptionExpired(when),
            3..6 => Said::Refunded { full: false },
            6..10 => Said::DisputeOpened,
            10..15 => Said::DisputeClosed { won: true },
            15..18 => Said::SubscriptionCancelled,
            18..24 => Said::Recovered(when),
            24..32 => Said::Renewed(when),
            _ => Said::Failed(when),
        }
    }

    fn command(&mut self) -> Command {
        let (site, other) = (self.site(), self.site());
        match self.roll(60) {
            0..8 => Command::Activate { site, instead_of: None },
            8..10 => Command::Activate { site, instead_of: Some(other) },
            10 => Command::Add { site },
            11..15 => Command::Deactivate { site },
            15 => Command::Use,
            16 if other == 0 => Command::Tally { amount: -1 },
            16 => Command::Adjust { amount: self.of(&[1, -1]) },
            17..24 => Command::Stop(self.of(&[
                Stop::Suspend,
                Stop::Reinstate,
                Stop::Reinstate,
                Stop::Disable,
                Stop::Enable,
                Stop::Enable,
            ])),
            24 if other == 0 => Command::Stop(self.of(&[Stop::Revoke, Stop::Cancel])),
            24 if other == 1 => Command::Inactivate,
            24 => Command::Rotate,
            25 => Command::Expiry { days: Some(self.days(-3, 60)) },
            26 if other == 0 => Command::Expiry { days: None },
            26..28 => Command::Limit { places: u32::from(site) },
            28..30 => Command::Plan { number: self.of(&[Some(0), Some(1), None]) },
            30..46 => Command::Report(self.said()),
            46..51 => Command::Wait(Wait::Days(self.days(0, 12))),
            51..54 => Command::Wait(Wait::JustBefore),
            _ => Command::Wait(Wait::UntilNext),
        }
    }
}

/// A license of the server's.
struct There<'a> {
    server: &'a TestServer,
    license: Value,
    /// The payment side's name for its order and for its subscription.
    name: String,
    /// Which activation of the server's is which of the model's.
    places: HashMap<ActivationId, Value>,
}

impl There<'_> {
    /// Asks the server for what the model is about to do, or has done.
    async fn ask(&self, command: Command, before: &World) -> Option<Value> {
        let Self { server, license, .. } = self;
        let (id, key) = (&license["id"], &license["key"]);
        let here = |site| identifier(site).as_str().to_owned();
        let in_days = |days: i64| before.at(When::InDays(days)).to_string();
        let (method, params) = match command {
            Command::Activate { site, instead_of } => {
                let nobody = json!("act_00000000000000000000000001");
                let replace = instead_of.map(|other| {
                    self.places.get(&before.any_place_of(other)).unwrap_or(&nobody).clone()
                });
                let params = json!({ "key": key, "identifier": here(site), "replace": replace });
                return Some(server.public.ask("license.activate", params).await);
            }
            Command::Deactivate { site } => {
                let params = json!({ "key": key, "identifier": here(site) });
                return Some(server.public.ask("license.deactivate", params).await);
            }
            Command::Use => {
                return Some(server.public.ask("license.use", json!({ "key": key })).await);
            }
            Command::Add { site } => {
                ("admin.activation.add".into(), json!({ "license": id, "identifier": here(site) }))
            }
            Command::Adjust { amount } => {
                ("admin.license.use".into(), json!({ "license": id, "amount": amount }))
            }
            Command::Tally { .. } => {
                // No method of ours does it: a vendor's software moved from Gumroad does.
                let path = "/gumroad/v2/licenses/decrement_uses_count";
                let body = json!({ "license_key": key, "product_permalink": "forms" });
                let request = server.public.request("PUT", path);
                let request = request.header("authorization", "Bearer gumroad-token");
                let request = request.header("content-type", "application/json");
                server.public.send(request.body(body.to_string())).await;
                return Some(json!({}));
            }
            Command::Stop(stop) => {
                (format!("admin.license.{}", stop.command()), json!({ "license": id }))
            }
            Command::Rotate => ("admin.license.rotate".into(), json!({ "license": id })),
            Command::Inactivate => ("admin.license.inactivate".into(), json!({ "license": id })),
            Command::Expiry { days } => (
                "admin.license.update".into(),
                json!({ "license": id, "expiresAt": days.map(in_days) }),
            ),
            Command::Limit { places } => {
                ("admin.license.update".into(), json!({ "license": id, "activationLimit": places }))
            }
            Command::Plan { number } => {
                let plan = number.map(|number| MONTHS.plans[number].slug.as_str());
                ("admin.license.update".into(), json!({ "license": id, "plan": plan }))
            }
            Command::Report(said) => {
                let fact = before.fact(said);
                (format!("billing.{}", fact.word()), self.report(fact))
            }
            Command::Wait(_) | Command::Announce => return None,
        };
        Some(server.admin.ask(&method, params).await)
    }

    fn report(&self, fact: Fact) -> Value {
        let (subscription, order) = (format!("sub-{}", self.name), format!("ord-{}", self.name));
        match fact {
            Fact::Renewed { paid_at } | Fact::Recovered { paid_at } => {
                json!({ "subscription": subscription, "paidAt": paid_at })
            }
            Fact::PaymentFailed { at } => json!({ "subscription": subscription, "failedAt": at }),
            Fact::SubscriptionExpired { at } => json!({ "subscription": subscription, "at": at }),
            Fact::SubscriptionCancelled { .. } => json!({ "subscription": subscription }),
            Fact::Refunded { full } => json!({ "order": order, "full": full }),
            Fact::DisputeOpened => json!({ "order": order }),
            Fact::DisputeClosed { won } => json!({ "order": order, "won": won }),
        }
    }

    /// Does it on both sides, and compares.
    async fn run(&mut self, command: Command, world: &mut World) -> Result<(), Refusal> {
        let before = world.clone();
        let result = world.run(command);
        let told = format!("{command:?} on {before:?}");
        let passed = world.now.unix() - before.now.unix();
        self.server.env.step(passed);
        if let Some(reply) = self.ask(command, &before).await {
            let word = result.as_ref().err().map(Refusal::word);
            assert_eq!(reply["error"]["data"]["code"], json!(word), "{reply} to {told}");
            if let (Command::Activate { site, .. } | Command::Add { site }, Ok(_)) =
                (command, &result)
            {
                let made = &reply["result"];
                let id = if made["id"].is_null() { &made["activation"]["id"] } else { &made["id"] };
                self.places.insert(world.place_of(site).unwrap().id, id.clone());
            }
        }
        let shown =
            self.server.admin.call("admin.license.get", json!({ "license": self.license["id"] }));
        self.license = shown.await;
        let license = world.license();
        let expected = json!({
            "status": license.status(world.now),
            "holds": license.holds_at(world.now),
            "end": license.end,
            "expiresAt": license.expires_at,
            "graceUntil": license.grace_until,
            "activationLimit": license.terms.activation_limit,
            "activationsUsed": license.activations_used,
            "uses": license.uses,
        });
        for (member, value) in expected.as_object().unwrap() {
            assert_eq!(self.license[member], *value, "{member} after {told}");
        }
        result.map(drop)
    }
}

async fn start() -> TestServer {
    let server = TestServer::start().await;
    let product = json!({ "slug": "forms", "name": "Forms" });
    server.admin.call("admin.product.create", product).await;
    let token = json!({
        "name": "Gumroad",
        "kind": "gumroad-access-token",
        "secret": "gumroad-token",
        "scopes": ["licenses:write"],
    });
    server.admin.call("admin.token.create", token).await;
    for plan in &MONTHS.plans {
        let params = json!({
            "product": "forms",
            "slug": plan.slug,
            "name": plan.name,
            "activationType": plan.terms.activation_type,
            "activationLimit": plan.terms.activation_limit,
            "usesLimit": plan.terms.uses_limit,
            "term": plan.term,
            "graceDays": plan.grace_days,
        });
        server.admin.call("admin.plan.create", params).await;
    }
    server
}

#[tokio::test]
async fn a_server_does_what_the_core_decides() {
    let server = start().await;
    let mut now: Timestamp = "2026-06-05T08:02:00Z".parse().unwrap();
    let mut refused = 0;
    for seed in 1..=LICENSES {
        let order = json!({
            "order": format!("ord-{seed}"),
            "subscription": format!("sub-{seed}"),
            "product": "forms",
            "plan": "basic",
            "customer": { "email": "ann@example.com" },
        });
        let sold = server.admin.call("billing.orderCompleted", order).await;
        let license = sold["licenses"][0].clone();
        let places = HashMap::new();
        let mut there = There { server: &server, license, name: seed.to_string(), places };
        let mut world = World::sold(&MONTHS, true, now);
        let mut dice = Dice(seed);
        for _ in 0..COMMANDS {
            refused += usize::from(there.run(dice.command(), &mut world).await.is_err());
        }
        now = world.now;
    }
    let most = usize::try_from(LICENSES).unwrap() * COMMANDS / 2;
    assert!((20..most).contains(&refused), "{refused} refusals: these lives are worth living");
    server.stop().await;
}
