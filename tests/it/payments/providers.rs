//! Each provider's events, from a purchase to its end.

use super::{SECRET, event, events, last, licenses, map, only, stands, start, tell, text};
use counterfoil_tests::{Sender, TestServer};
use serde_json::{Value, json};

const PROVIDERS: [&str; 5] = ["stripe", "paddle", "lemonsqueezy", "woocommerce", "gumroad"];

/// A server with a provider connected, whose prices these plans stand for.
async fn selling(provider: &str, prices: &[(&str, &str)]) -> (TestServer, Sender) {
    let server = start().await;
    for (price, plan) in prices {
        map(&server.admin, provider, price, plan).await;
    }
    let sender = Sender::connected(&server.admin, provider, SECRET).await;
    (server, sender)
}

#[tokio::test]
async fn every_event_is_taken_once_however_often_it_comes() {
    for provider in PROVIDERS {
        let (server, sender) = selling(provider, &[]).await;
        let mut kept = std::collections::BTreeSet::new();
        for (path, vector) in events(provider) {
            // Those that say that it is a test are kept with the tests.
            let is_test = vector["notice"]["mode"] == "test";
            for again in [false, true] {
                let reply = sender.send(&server, &text(&vector)).await;
                assert_eq!(reply.status, 200, "{} again: {again}", path.display());
            }
            if !is_test {
                kept.insert(vector["notice"]["event"].as_str().unwrap().to_owned());
            }
        }
        let call = json!({ "limit": 200 });
        let page = server.admin.call("admin.payment.deliveries", call).await;
        let items = page["items"].as_array().unwrap();
        let names: Vec<&str> = items.iter().map(|one| one["event"].as_str().unwrap()).collect();
        assert_eq!(names.len(), kept.len(), "{provider}: {names:?}");
        assert!(names.iter().all(|name| kept.contains(*name)), "{provider}");
        assert_eq!(licenses(&server.admin).await, [] as [Value; 0], "nothing is mapped");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_subscription_at_stripe_from_its_first_invoice_to_its_end() {
    let prices = [("price_1RsMonthly", "monthly")];
    let (server, sender) = selling("stripe", &prices).await;
    server.env.set("2026-06-05T09:00:01Z");
    tell(&server, &sender, ("stripe", "session-of-a-subscription")).await;
    tell(&server, &sender, ("stripe", "first-invoice")).await;
    let sold = only(&server.admin).await;
    assert_eq!(stands(&sold), ("active", Some("2026-07-05T08:59:58Z"), None));
    assert_eq!(
        (&sold["order"], &sold["subscription"]),
        (&json!("sub_1Rt5Sss"), &json!("sub_1Rt5Sss"))
    );
    assert_eq!(sold["customer"]["email"], "ann@example.com");
    // The first failure and the retry that paid are of one bill.
    server.env.set("2026-07-06T09:00:01Z");
    tell(&server, &sender, ("stripe", "failed-regular-invoice")).await;
    let failed = only(&server.admin).await;
    assert_eq!(stands(&failed).2, Some("2026-07-20T09:00:00Z"));
    let mut paid = event("stripe", "regular-invoice")["body"].take();
    paid["data"]["object"]["status_transitions"]["paid_at"] = json!(1_783_328_410);
    for kind in ["invoice.paid", "invoice.payment_succeeded"] {
        paid["id"] = json!(format!("evt_{kind}"));
        paid["type"] = json!(kind);
        sender.tell(&server, &paid).await;
    }
    let renewed = only(&server.admin).await;
    assert_eq!(stands(&renewed), ("active", Some("2026-08-05T08:59:58Z"), None));
    server.env.set("2026-07-16T00:00:01Z");
    let mut ended = event("stripe", "subscription-ended")["body"].take();
    ended["data"]["object"]["ended_at"] = json!(1_784_160_000);
    sender.tell(&server, &ended).await;
    let over = only(&server.admin).await;
    assert_eq!(stands(&over), ("expired", Some("2026-07-16T00:00:00Z"), None));
    let call = json!({ "license": sold["id"], "limit": 200 });
    let history = server.admin.call("admin.license.history", call).await;
    let items = history["items"].as_array().unwrap();
    let told: Vec<(&str, &str)> = items
        .iter()
        .map(|item| (item["actor"].as_str().unwrap(), item["type"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("payments", "license.created"),
            ("system", "license.expired"),
            ("payments", "payment.failed"),
            ("payments", "license.renewed"),
            ("payments", "license.expired"),
        ]
    );
    server.stop().await;
}

/// Money that comes back names a payment; which invoice that paid is told before or after.
#[tokio::test]
async fn a_refund_at_stripe_finds_its_subscription_whatever_is_told_first() {
    let told = ["first-invoice", "payment-of-an-invoice", "refund"];
    let mut refund = event("stripe", "refund")["body"].take();
    refund["data"]["object"]["payment_intent"] = json!("pi_3Rt5Ppp");
    for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
        let (server, sender) = selling("stripe", &[("prod_Forms", "monthly")]).await;
        for place in order {
            match told[place] {
                "refund" => sender.tell(&server, &refund).await,
                name => tell(&server, &sender, ("stripe", name)).await,
            }
        }
        let license = only(&server.admin).await;
        assert_eq!(license["status"], "revoked", "{order:?}");
        let states = server.admin.call("admin.payment.deliveries", json!({})).await;
        let items = states["items"].as_array().unwrap();
        assert!(!items.iter().any(|one| one["state"] == "parked"), "{order:?}: {items:?}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_one_off_purchase_at_stripe_is_disputed_won_and_disputed_again() {
    let prices = [("price_1RsForms", "lifetime")];
    let (server, sender) = selling("stripe", &prices).await;
    // The dispute is heard of first, and the win before it.
    for name in ["dispute-won", "dispute"] {
        tell(&server, &sender, ("stripe", name)).await;
        assert_eq!(last(&server.admin).await["waitsFor"], "payment pi_3Rt1AbC");
    }
    let mut one = event("stripe", "session-of-a-price")["body"].take();
    one["data"]["object"]["metadata"]["quantity"] = json!("1");
    sender.tell(&server, &one).await;
    assert_eq!(only(&server.admin).await["status"], "active");
    let mut second = event("stripe", "dispute")["body"].take();
    second["id"] = json!("evt_second_dispute");
    second["created"] = json!(1_790_000_000);
    sender.tell(&server, &second).await;
    assert_eq!(only(&server.admin).await["holds"], json!(["dispute"]));
    let mut lost = event("stripe", "dispute-lost")["body"].take();
    lost["created"] = json!(1_790_000_100);
    sender.tell(&server, &lost).await;
    assert_eq!(only(&server.admin).await["status"], "revoked");
    server.stop().await;
}

#[tokio::test]
async fn at_paddle_who_bought_is_told_by_another_event_before_or_after() {
    for order in [["customer", "first-transaction"], ["first-transaction", "customer"]] {
        let (server, sender) = selling("paddle", &[("pri_01monthly", "monthly")]).await;
        tell(&server, &sender, ("paddle", order[0])).await;
        if order[0] == "first-transaction" {
            let waiting = last(&server.admin).await;
            assert_eq!(
                (&waiting["state"], &waiting["waitsFor"]),
                (&json!("parked"), &json!("buyer ctm_01ann"))
            );
        }
        tell(&server, &sender, ("paddle", order[1])).await;
        let sold = licenses(&server.admin).await;
        assert_eq!(sold.len(), 2, "{order:?}");
        assert_eq!(sold[0]["customer"]["email"], "ann@example.com");
        for (name, status) in [
            ("chargeback", "suspended"),
            ("chargeback-reversed", "active"),
            ("regular-transaction", "active"),
            ("refund-asked-for", "active"),
            ("refund-of-a-part", "active"),
            ("refund", "revoked"),
        ] {
            tell(&server, &sender, ("paddle", name)).await;
            let sold = licenses(&server.admin).await;
            assert!(sold.iter().all(|one| one["status"] == status), "{name}: {sold:?}");
        }
        server.stop().await;
    }
}

/// At Lemon Squeezy and WooCommerce an order does not know its subscription.
#[tokio::test]
async fn a_subscription_that_names_its_order_goes_on_paying_for_it_whatever_is_told_first() {
    for (provider, price, told, subscription) in [
        ("lemonsqueezy", "9", ["order", "subscription", "regular-invoice", "failed-invoice"], "8"),
        (
            "woocommerce",
            "95",
            ["order", "subscription", "renewal", "renewal-failed"],
            "shop.example/728",
        ),
    ] {
        for order in [[0, 1, 3, 2], [1, 0, 2, 3], [2, 1, 0, 3], [3, 2, 1, 0], [2, 3, 0, 1]] {
            let (server, sender) = selling(provider, &[(price, "monthly")]).await;
            for place in order {
                tell(&server, &sender, (provider, told[place])).await;
            }
            for license in licenses(&server.admin).await {
                assert_eq!(license["subscription"], subscription, "{provider} {order:?}");
                let end = license["expiresAt"].as_str().unwrap();
                assert!(end.starts_with("2026-08-05T09:00:0"), "{provider} {order:?}: {end}");
            }
            let refund =
                if provider == "woocommerce" { "renewal-refunded" } else { "invoice-refunded" };
            tell(&server, &sender, (provider, refund)).await;
            let sold = licenses(&server.admin).await;
            assert!(!sold.is_empty());
            assert!(sold.iter().all(|one| one["status"] == "revoked"), "{provider} {order:?}");
            server.stop().await;
        }
    }
}

#[tokio::test]
async fn a_membership_at_gumroad_from_its_first_sale_to_its_end() {
    let (server, sender) = selling("gumroad", &[("forms", "monthly")]).await;
    server.env.set("2026-06-05T09:00:01Z");
    for (name, stood) in [
        ("membership", ("active", Some("2026-07-05T09:00:00Z"), None)),
        ("regular-charge", ("active", Some("2026-08-05T09:00:00Z"), None)),
        ("subscription-called-off", ("active", Some("2026-08-05T09:00:00Z"), None)),
        ("subscription-ended", ("active", Some("2026-07-05T09:00:00Z"), None)),
    ] {
        tell(&server, &sender, ("gumroad", name)).await;
        assert_eq!(stands(&only(&server.admin).await), stood, "{name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn one_product_has_prices_of_several_plans_and_the_closest_name_counts() {
    let prices =
        [("32-nPAicqbLj8B_WswVlMw==", "monthly"), ("32-nPAicqbLj8B_WswVlMw== (Pro)", "lifetime")];
    let (server, sender) = selling("gumroad", &prices).await;
    tell(&server, &sender, ("gumroad", "sale-of-a-version")).await;
    let sold = licenses(&server.admin).await;
    assert_eq!(sold.len(), 3, "as many as were bought");
    assert!(sold.iter().all(|one| one["plan"]["slug"] == "lifetime"));
    server.stop().await;
}
