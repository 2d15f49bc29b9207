//! What came: kept once and sealed, parked, replayed, forgotten.

use super::{SECRET, event, last, licenses, map, only, start, tell, text};
use counterfoil_tests::{Sender, TestServer};
use serde_json::{Value, json};

#[tokio::test]
async fn a_price_that_nobody_mapped_is_parked_until_somebody_does() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    let vector = event("stripe", "first-invoice-of-seats");
    tell(&server, &sender, ("stripe", "first-invoice-of-seats")).await;
    let parked = last(&server.admin).await;
    assert_eq!(
        (&parked["state"], &parked["waitsFor"], &parked["problem"]),
        (&json!("parked"), &json!("price price_1RsMonthly"), &Value::Null)
    );
    assert_eq!((&parked["type"], &parked["at"]), (&json!("invoice.paid"), &vector["notice"]["at"]));
    // A renewal that comes meanwhile waits as well.
    tell(&server, &sender, ("stripe", "regular-invoice")).await;
    assert_eq!(last(&server.admin).await["waitsFor"], "subscription sub_1Rt5Sss");
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    assert_eq!(summary["deliveries"]["payments"], json!({ "refused": 0, "parked": 2 }));
    let mapped = map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    assert_eq!((&mapped["applied"], &mapped["more"]), (&json!(1), &json!(false)), "{mapped}");
    // One of its two lines is still of a price that nobody mapped.
    let call = json!({ "state": "parked" });
    let waiting = server.admin.call("admin.payment.deliveries", call.clone()).await;
    assert_eq!(waiting["items"][0]["waitsFor"], "price price_1RsCharts");
    let sold = licenses(&server.admin).await;
    assert_eq!(sold.len(), 5);
    assert!(sold.iter().all(|one| one["expiresAt"] == "2026-08-05T08:59:58Z"), "{sold:?}");
    map(&server.admin, "stripe", "prod_Charts", "lifetime").await;
    // A product's name stands for all its prices, and wakes nobody: it is mapped by another name.
    let delivery = json!({ "delivery": waiting["items"][0]["id"] });
    let replayed = server.admin.call("admin.payment.replay", delivery).await;
    assert_eq!(replayed["state"], "applied", "{replayed}");
    assert_eq!(licenses(&server.admin).await.len(), 6);
    let none = server.admin.call("admin.payment.deliveries", call).await;
    assert_eq!(none["items"], json!([]));
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    assert_eq!(summary["deliveries"]["payments"], json!({ "refused": 0, "parked": 0 }));
    server.stop().await;
}

#[tokio::test]
async fn more_than_one_call_can_apply_wait_for_the_same_call_again() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    let mut body = event("stripe", "session-of-a-price")["body"].take();
    body["data"]["object"]["metadata"] = json!({ "price": "price_1RsForms" });
    for number in 0..130 {
        body["id"] = json!(format!("evt_{number}"));
        body["data"]["object"]["payment_intent"] = json!(format!("pi_{number}"));
        sender.tell(&server, &body).await;
    }
    let first = map(&server.admin, "stripe", "price_1RsForms", "lifetime").await;
    assert_eq!((&first["applied"], &first["more"]), (&json!(100), &json!(true)), "{first}");
    let second = map(&server.admin, "stripe", "price_1RsForms", "lifetime").await;
    assert_eq!((&second["applied"], &second["more"]), (&json!(30), &json!(false)), "{second}");
    assert_eq!(second["createdAt"], first["createdAt"]);
    assert_eq!(licenses(&server.admin).await.len(), 130);
    server.stop().await;
}

#[tokio::test]
async fn replaying_what_took_effect_changes_nothing() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    for name in ["first-invoice", "regular-invoice"] {
        tell(&server, &sender, ("stripe", name)).await;
    }
    let before = only(&server.admin).await;
    let call = json!({ "license": before["id"] });
    let history = server.admin.call("admin.license.history", call.clone()).await;
    let deliveries = server.admin.call("admin.payment.deliveries", json!({})).await;
    for delivery in deliveries["items"].as_array().unwrap() {
        let replay = json!({ "delivery": delivery["id"] });
        let replayed = server.admin.call("admin.payment.replay", replay).await;
        assert_eq!(replayed, *delivery);
        assert_eq!(replayed["licenses"], json!([before["id"]]));
    }
    assert_eq!(only(&server.admin).await, before);
    assert_eq!(server.admin.call("admin.license.history", call).await, history);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_take_effect_says_why_and_is_taken_all_the_same() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    map(&server.admin, "stripe", "price_1RsForms", "lifetime").await;
    let mut many = event("stripe", "session-of-a-price")["body"].take();
    many["data"]["object"]["metadata"]["quantity"] = json!("5000");
    for (body, why) in [
        (event("stripe", "session-without-a-price")["body"].take(), "at which price"),
        (many, "5000 licenses"),
        (json!({ "id": "evt_9", "livemode": true }), "has no type"),
        (json!(["no", "event"]), "is no JSON object"),
    ] {
        sender.tell(&server, &body).await;
        let refused = last(&server.admin).await;
        let problem = refused["problem"].as_str().unwrap_or_default();
        assert!(refused["state"] == "refused" && problem.contains(why), "{refused}");
        assert!(problem.ends_with('.'), "{problem}");
    }
    assert_eq!(licenses(&server.admin).await, [] as [Value; 0]);
    server.stop().await;
}

#[tokio::test]
async fn the_body_is_shown_as_it_was_sent_and_is_in_no_file() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", "whsec_planted_nowhere").await;
    let body = text(&event("stripe", "session-of-a-link"));
    assert!(body.contains("Ann Example"));
    assert_eq!(sender.send(&server, &body).await.status, 200);
    tell(
        &server,
        &Sender::connected(&server.admin, "paddle", SECRET).await,
        ("paddle", "customer"),
    )
    .await;
    let page = server.admin.call("admin.payment.deliveries", json!({})).await;
    assert!(!page.to_string().contains("ann@"), "{page}");
    let delivery = json!({ "delivery": page["items"][1]["id"] });
    let shown = server.admin.call("admin.payment.delivery", delivery.clone()).await;
    assert_eq!((&shown["body"], &shown["delivery"]), (&json!(body), &page["items"][1]));
    let reader = json!({ "name": "reader", "scopes": ["licenses:read"] });
    let made = server.admin.call("admin.token.create", reader).await;
    let reader = server.admin.with_token(made["token"].as_str().unwrap());
    let refused = reader.refused("admin.payment.delivery", delivery).await;
    assert_eq!(refused["data"]["scope"], "billing:write");
    let folder = server.stop().await.unwrap();
    let file = std::fs::read(folder.path().join("k.redb")).unwrap();
    for secret in ["Ann Example", "ann@example.com", "whsec_planted", SECRET] {
        let found = file.windows(secret.len()).any(|part| part == secret.as_bytes());
        assert!(!found, "{secret} is in the data file");
    }
}

#[tokio::test]
async fn deliveries_are_forgotten_in_time_and_not_that_they_came() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    server.env.set("2026-06-05T09:00:00Z");
    tell(&server, &sender, ("stripe", "unknown")).await;
    tell(&server, &sender, ("stripe", "session-of-a-price")).await;
    server.env.set("2026-09-03T09:00:01Z");
    tell(&server, &sender, ("stripe", "subscription-changed")).await;
    let page = server.admin.call("admin.payment.deliveries", json!({})).await;
    let kinds: Vec<&str> =
        page["items"].as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["customer.subscription.updated", "checkout.session.completed"]);
    tell(&server, &sender, ("stripe", "unknown")).await;
    let same = server.admin.call("admin.payment.deliveries", json!({})).await;
    assert_eq!(same["items"].as_array().unwrap().len(), 2, "it is known to have come");
    server.stop().await;
}

#[tokio::test]
async fn prices_are_listed_mapped_anew_and_unmapped() {
    let server = start().await;
    map(&server.admin, "stripe", "price_1", "monthly").await;
    map(&server.admin, "paddle", "price_1", "lifetime").await;
    let anew = map(&server.admin, "stripe", "price_1", "lifetime").await;
    let page = server.admin.call("admin.price.list", json!({})).await;
    let items = page["items"].as_array().unwrap();
    assert_eq!(items.len(), 2, "{items:?}");
    assert_eq!((&items[0]["provider"], &items[0]["plan"]), (&json!("stripe"), &anew["plan"]));
    let price = json!({ "provider": "stripe", "price": "price_1" });
    let gone = server.admin.call("admin.price.unmap", price.clone()).await;
    assert_eq!(gone, items[0]);
    let again = server.admin.refused("admin.price.unmap", price).await;
    assert_eq!(again["data"], json!({ "code": "not_found", "kind": "price" }));
    for (member, value) in [("product", "nope"), ("plan", "nope")] {
        let mut call = json!({ "provider": "stripe", "price": "price_2", "product": "forms",
            "plan": "monthly" });
        call[member] = json!(value);
        let refused = server.admin.refused("admin.price.map", call).await;
        assert_eq!(refused["data"], json!({ "code": "not_found", "kind": member }));
    }
    server.stop().await;
}

#[tokio::test]
async fn two_deliveries_of_one_event_at_once_take_effect_once() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    for name in ["first-invoice", "regular-invoice"] {
        let body = text(&event("stripe", name));
        let sent = (0..16).map(|_| sender.send(&server, &body));
        for reply in futures_util::future::join_all(sent).await {
            assert_eq!(reply.status, 200);
        }
    }
    assert_eq!(only(&server.admin).await["expiresAt"], "2026-08-05T08:59:58Z");
    let page = server.admin.call("admin.payment.deliveries", json!({})).await;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    let metrics = server.admin.get("/metrics").await.body;
    let repeated = "counterfoil_webhooks_total{provider=\"stripe\",outcome=\"repeated\"} 30";
    assert!(metrics.contains(repeated), "{metrics}");
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_kept_is_not_taken() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    let body = text(&event("stripe", "first-invoice"));
    server.env.run_out_after(3);
    let reply = sender.send(&server, &body).await;
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("5")));
    server.env.run_out_after(u64::MAX);
    assert_eq!(licenses(&server.admin).await, [] as [Value; 0]);
    assert_eq!(sender.send(&server, &body).await.status, 200);
    assert_eq!(only(&server.admin).await["status"], "active");
    server.stop().await;
}

/// Reports by the provider and by the vendor's own program are of one sale.
#[tokio::test]
async fn what_a_program_reports_and_what_the_provider_sends_meet() {
    let server = TestServer::start().await;
    super::stock(&server.admin).await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    let order = json!({ "order": "sub_1Rt5Sss", "subscription": "sub_1Rt5Sss", "product": "forms",
        "plan": "monthly", "customer": { "email": "ann@example.com" },
        "paidAt": "2026-06-05T09:00:00Z" });
    tell(&server, &sender, ("stripe", "regular-invoice")).await;
    server.admin.call("billing.orderCompleted", order).await;
    let ends = |license: &Value| license["expiresAt"].as_str().unwrap().to_owned();
    assert_eq!(ends(&only(&server.admin).await), "2026-08-05T09:00:00Z");
    // The same bill, by a program that hears of it too.
    let renewal = json!({ "subscription": "sub_1Rt5Sss", "invoice": "in_1Rt6Bbb" });
    server.admin.call("billing.subscriptionRenewed", renewal).await;
    assert_eq!(ends(&only(&server.admin).await), "2026-08-05T09:00:00Z");
    let other = json!({ "subscription": "sub_1Rt5Sss", "invoice": "in_other" });
    server.admin.call("billing.subscriptionRenewed", other).await;
    assert_eq!(ends(&only(&server.admin).await), "2026-09-05T09:00:00Z");
    tell(&server, &sender, ("stripe", "regular-invoice-by-its-other-name")).await;
    assert_eq!(ends(&only(&server.admin).await), "2026-09-05T09:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn however_much_waits_for_an_order_all_of_it_counts_when_that_comes() {
    let server = start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    map(&server.admin, "stripe", "price_1RsMonthly", "monthly").await;
    let mut renewal = event("stripe", "regular-invoice")["body"].take();
    for number in 0..230 {
        renewal["id"] = json!(format!("evt_{number}"));
        renewal["data"]["object"]["id"] = json!(format!("in_{number}"));
        sender.tell(&server, &renewal).await;
    }
    tell(&server, &sender, ("stripe", "first-invoice")).await;
    // A hundred are woken at a time; what is left waits to be replayed.
    let call = json!({ "state": "parked", "limit": 200 });
    loop {
        let parked = server.admin.call("admin.payment.deliveries", call.clone()).await;
        let items = parked["items"].as_array().unwrap();
        if items.is_empty() {
            break;
        }
        for delivery in items {
            let replay = json!({ "delivery": delivery["id"] });
            let replayed = server.admin.call("admin.payment.replay", replay).await;
            assert_eq!(replayed["state"], "applied", "{replayed}");
        }
    }
    // 5 June 2026, a month for the order and 230 for the renewals.
    assert_eq!(only(&server.admin).await["expiresAt"], "2045-09-05T08:59:58Z");
    server.stop().await;
}
