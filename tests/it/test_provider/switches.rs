//! What goes wrong on the way of events: what the webhook answered to each try, and that one license
//! comes of it all the same.

use super::{PAYS, Shop, Told, kinds};
use counterfoil_server::env::Env as _;
use serde_json::json;

const PAYMENT: [&str; 3] =
    ["charge.succeeded", "payment_intent.succeeded", "checkout.session.completed"];

const SUBSCRIPTION: [&str; 6] = [
    "charge.succeeded",
    "payment_intent.succeeded",
    "customer.subscription.created",
    "invoice.paid",
    "invoice_payment.paid",
    "checkout.session.completed",
];

fn tries(told: &Told) -> Vec<(&str, &str)> {
    told.tries.iter().map(|(came, done)| (came.as_str(), done.as_str())).collect()
}

#[tokio::test]
async fn whatever_happens_to_its_events_a_payment_makes_one_license() {
    const TAKEN: (&str, &str) = ("200", "");
    const STALE: (&str, &str) = ("400", "signed ten minutes ago");
    const WRONG: (&str, &str) = ("401", "signed under another secret");
    const LOST: (&str, &str) = ("It never arrived.", "lost on its way");
    for (switches, expected) in [
        (&[][..], &[TAKEN][..]),
        (&["duplicate"], &[TAKEN, TAKEN]),
        (&["reversed"], &[TAKEN]),
        (&["stale"], &[STALE, TAKEN]),
        (&["wrong_secret"], &[WRONG, TAKEN]),
        (&["dropped"], &[LOST, TAKEN]),
        (
            &["duplicate", "reversed", "stale", "wrong_secret", "dropped"],
            &[LOST, WRONG, STALE, TAKEN, TAKEN],
        ),
    ] {
        let shop = Shop::open().await;
        for (price, order) in [(&shop.lifetime, &PAYMENT[..]), (&shop.monthly, &SUBSCRIPTION)] {
            let before = shop.events().await.len();
            let session = shop.session(price, 1).await;
            let went = shop.pay(&session, PAYS, switches).await;
            let thanks = format!("https://shop.example/thanks?of={session}#paid=ref");
            assert_eq!((went.status, went.to), (303, thanks));
            let told = shop.events().await.split_off(before);
            let mut order = order.to_vec();
            if switches.contains(&"reversed") {
                order.reverse();
            }
            assert_eq!(kinds(&told), order, "{switches:?}");
            for one in &told {
                assert_eq!(tries(one), expected, "{switches:?} {one:?}");
                assert_eq!(one.state, "taken");
            }
        }
        let licenses = shop.licenses().await;
        assert_eq!(licenses.len(), 2, "{switches:?}");
        assert!(licenses.iter().all(|one| one["status"] == "active" && one["mode"] == "test"));
        let deliveries = shop.tests.call("admin.payment.deliveries", json!({ "limit": 50 })).await;
        let kept = deliveries["items"].as_array().unwrap();
        assert_eq!(kept.len(), PAYMENT.len() + SUBSCRIPTION.len(), "each was kept once");
        let waits = kept.iter().filter(|one| one["state"] == "parked").count();
        assert_eq!(waits, 0, "{kept:?}");
    }
}

#[tokio::test]
async fn an_event_that_is_never_taken_is_given_up_and_sent_again_when_somebody_asks() {
    let shop = Shop::found().await;
    let session = shop.session(&shop.lifetime, 1).await;
    let began = shop.server.env.now();
    shop.pay(&session, PAYS, &[]).await;
    let told = shop.events().await;
    for one in &told {
        assert_eq!((one.state.as_str(), one.tries.len()), ("not taken", 6), "{one:?}");
        assert!(one.tries.iter().all(|(came, done)| came == "401" && done.is_empty()));
    }
    assert_ne!(shop.server.env.now(), began);
    shop.connect().await;
    assert_eq!(shop.licenses().await.len(), 0);
    let sold = told.last().unwrap();
    assert_eq!(shop.act(&format!("again {}", sold.id), &[]).await, 303);
    let now = shop.events().await;
    assert_eq!(now.last().unwrap().tries.last().unwrap().0, "200");
    assert_eq!(now[0].state, "not taken");
    assert_eq!(shop.only().await["status"], "active");
    // Once more changes nothing.
    assert_eq!(shop.act(&format!("again {}", sold.id), &[]).await, 303);
    assert_eq!(shop.events().await.last().unwrap().tries.len(), 8);
    shop.only().await;
    assert_eq!(shop.act("again evt_nothing", &[]).await, 409);
}

#[tokio::test]
async fn a_server_stops_while_events_wait() {
    let shop = Shop::found().await;
    let session = shop.session(&shop.lifetime, 1).await;
    shop.pay(&session, PAYS, &["dropped"]).await;
    counterfoil_tests::in_time(shop.server.stop()).await;
}
