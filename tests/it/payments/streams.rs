//! Whole streams of a provider's events over the port, shuffled, doubled and delayed. That ten
//! thousand of them end alike is shown in core, where time costs nothing; here are those that also
//! have to find what names what.

use super::{SECRET, event, licenses, map, start};
use counterfoil_tests::{Sender, TestServer};
use serde_json::{Value, json};

/// A generator of its own, so that a failure can be told by its number.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for place in (1..items.len()).rev() {
            items.swap(place, self.roll(place + 1));
        }
    }
}

/// How many subscriptions there are.
const LIVES: usize = 25;

const DAY: i64 = 86_400;
const BEGIN: i64 = 1_780_650_000;

/// The life of a subscription at Stripe, in order: each event with when it happened.
fn life(number: usize, dice: &mut Dice) -> Vec<(i64, Value)> {
    let (subscription, first) = (format!("sub_{number}"), format!("in_{number}_0"));
    let mut events = Vec::new();
    let mut put = |at: i64, name: &str, edit: &dyn Fn(&mut Value)| {
        let mut body = event("stripe", name)["body"].take();
        body["id"] = json!(format!("evt_{number}_{}", events.len()));
        body["created"] = json!(at);
        edit(&mut body["data"]["object"]);
        events.push((at, body));
    };
    let bill = |object: &mut Value, invoice: &str, at: i64| {
        object["id"] = json!(invoice);
        object["parent"]["subscription_details"]["subscription"] = json!(subscription);
        object["status_transitions"]["paid_at"] = json!(at);
    };
    let pays = |object: &mut Value, invoice: &str| {
        object["invoice"] = json!(invoice);
        object["payment"]["payment_intent"] = json!(format!("pi_of_{invoice}"));
    };
    let itself = |object: &mut Value| object["id"] = json!(subscription);
    put(BEGIN, "first-invoice", &|object| bill(object, &first, BEGIN));
    put(BEGIN + 1, "payment-of-an-invoice", &|object| pays(object, &first));
    let mut at = BEGIN;
    let mut paid = vec![first];
    for month in 1..=dice.roll(4) + 1 {
        at += 30 * DAY;
        let invoice = format!("in_{number}_{month}");
        for retry in 0..dice.roll(3) {
            let at = at + i64::try_from(retry).unwrap() * DAY;
            put(at, "failed-regular-invoice", &|object| bill(object, &invoice, at));
        }
        if dice.roll(5) > 0 {
            at += 3 * DAY;
            put(at, "regular-invoice", &|object| bill(object, &invoice, at));
            put(at + 2, "regular-invoice-by-its-other-name", &|object| bill(object, &invoice, at));
            put(at + 1, "payment-of-an-invoice", &|object| pays(object, &invoice));
            paid.push(invoice);
        }
    }
    let payment = format!("pi_of_{}", paid[dice.roll(paid.len())]);
    let money = |object: &mut Value| object["payment_intent"] = json!(payment);
    match dice.roll(6) {
        0 => put(at + DAY, "refund", &money),
        1 => put(at + DAY, "refund-of-a-part", &money),
        2 | 3 => {
            put(at + DAY, "dispute", &money);
            if dice.roll(2) == 0 {
                put(at + 20 * DAY, "dispute-won", &money);
            }
        }
        _ => {}
    }
    if dice.roll(2) == 0 {
        put(at + 2 * DAY, "subscription-called-off", &|object| {
            itself(object);
            object["canceled_at"] = json!(at + 2 * DAY);
        });
    }
    if dice.roll(3) == 0 {
        put(at + 27 * DAY, "subscription-ended", &|object| {
            itself(object);
            object["ended_at"] = json!(at + 27 * DAY);
        });
    }
    events.sort_by_key(|(at, _)| *at);
    events
}

/// What there is to compare of the licenses: all but what two servers make up each for itself.
fn compared(licenses: Vec<Value>) -> Vec<Value> {
    let mut compared: Vec<Value> = licenses
        .into_iter()
        .map(|mut license| {
            let members = license.as_object_mut().unwrap();
            for made_up in ["id", "key", "alias", "product", "plan", "customer", "createdAt"] {
                members.remove(made_up);
            }
            license
        })
        .collect();
    compared.sort_by_key(|license| license["order"].as_str().unwrap().to_owned());
    compared
}

async fn selling() -> (TestServer, Sender) {
    let server = start().await;
    map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    (server, sender)
}

#[tokio::test]
async fn streams_that_come_in_any_order_and_twice_leave_what_they_leave_in_order() {
    let mut dice = Dice(7);
    let lives: Vec<Vec<(i64, Value)>> = (0..LIVES).map(|number| life(number, &mut dice)).collect();
    let mut in_order: Vec<(i64, Value)> = lives.concat();
    in_order.sort_by_key(|(at, _)| *at);
    let end = in_order.last().unwrap().0 + 400 * DAY;
    let (ordered, sender) = selling().await;
    for (at, body) in &in_order {
        set(&ordered, *at);
        sender.tell(&ordered, body).await;
    }
    // Each comes one to three times, up to a quarter late, and all of it shuffled.
    let mut arrivals: Vec<(i64, Value)> = Vec::new();
    for (at, body) in &in_order {
        for _ in 0..=dice.roll(3) {
            let late =
                if dice.roll(3) == 0 { i64::try_from(dice.roll(90)).unwrap() * DAY } else { 0 };
            arrivals.push((at + late, body.clone()));
        }
    }
    dice.shuffle(&mut arrivals);
    arrivals.sort_by_key(|(at, _)| *at);
    let (shuffled, sender) = selling().await;
    for (at, body) in &arrivals {
        set(&shuffled, *at);
        sender.tell(&shuffled, body).await;
    }
    let mut stood = Vec::new();
    for server in [&ordered, &shuffled] {
        set(server, end);
        stood.push(compared(licenses(&server.admin).await));
        let call = json!({ "state": "parked" });
        let parked = server.admin.call("admin.payment.deliveries", call).await;
        assert_eq!(parked["items"], json!([]), "everything has found what it is about");
    }
    assert_eq!(stood[0].len(), LIVES);
    for (one, other) in stood[0].iter().zip(&stood[1]) {
        assert_eq!(one, other);
    }
    ordered.stop().await;
    shuffled.stop().await;
}

fn set(server: &TestServer, at: i64) {
    let at = counterfoil_core::time::Timestamp::from_unix(at);
    server.env.set(&at.to_string());
}
