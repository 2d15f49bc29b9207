//! What becomes of what was bought, by the buttons of the overview.

use super::{PAYS, Shop, between, kinds};
use counterfoil_tests::in_time;
use serde_json::{Value, json};

/// Presses a button, and gives the license once it was told.
async fn after(shop: &Shop, act: &str, expected: &[&str]) -> Value {
    let before = shop.events().await.len();
    assert_eq!(shop.act(act, &[]).await, 303, "{act}");
    let told = shop.events().await.split_off(before);
    assert_eq!(kinds(&told), expected, "{act}");
    assert!(told.iter().all(|one| one.state == "taken"), "{act}: {told:?}");
    shop.only().await
}

/// The names of the payments of a shop's one sale, the oldest first.
async fn payments(shop: &Shop) -> Vec<String> {
    let page = shop.get("/").await.text;
    let codes = page.split("<code>pi_").skip(1);
    let mut found: Vec<String> =
        codes.map(|code| format!("pi_{}", code.split('<').next().unwrap())).collect();
    found.reverse();
    found
}

/// The acts that the overview offers, without what they are done to.
async fn offered(shop: &Shop) -> Vec<String> {
    let page = shop.get("/").await.text;
    let buttons = page.split("name=\"act\" value=\"").skip(1);
    let acts = buttons.map(|button| button.split([' ', '"']).next().unwrap().to_owned());
    acts.filter(|act| act != "again").collect()
}

#[tokio::test]
async fn a_purchase_is_a_test_license_which_a_live_token_does_not_see() {
    let shop = Shop::open().await;
    shop.buy(&shop.lifetime, 3).await;
    let licenses = shop.licenses().await;
    assert_eq!(licenses.len(), 3, "as many as were bought");
    for license in &licenses {
        assert_eq!((&license["mode"], &license["status"]), (&json!("test"), &json!("active")));
        assert_eq!(license["customer"]["email"], "ann@example.com");
        assert_eq!(license["customer"]["name"], "Ann Example");
        // Software in the field asks in live mode.
        let call = json!({ "key": license["key"], "identifier": "a.example" });
        let refused = shop.server.public.ask("license.validate", call).await;
        assert_ne!(refused["result"]["valid"], true, "{refused}");
    }
    let live = shop.server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(live["items"], json!([]));
    let live = shop.server.admin.call("admin.payment.deliveries", json!({})).await;
    assert_eq!(live["items"], json!([]));
}

#[tokio::test]
async fn under_a_secret_that_a_live_token_connected_its_licenses_are_tests_all_the_same() {
    let shop = Shop::found().await;
    let app = shop.server.server.app();
    let secret = app.test_provider.as_ref().unwrap();
    let secret = secret.webhook_secret(&app.secret, super::vendor(&shop.server));
    let call = json!({ "provider": "stripe", "secret": secret.as_str() });
    shop.server.admin.call("admin.payment.connect", call).await;
    shop.buy(&shop.lifetime, 1).await;
    assert_eq!(shop.only().await["mode"], "test");
    let live = shop.server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(live["items"], json!([]));
}

#[tokio::test]
async fn a_refund_takes_the_license_back() {
    let shop = Shop::open().await;
    let session = shop.buy(&shop.lifetime, 1).await;
    let payment = payments(&shop).await.remove(0);
    assert_eq!(offered(&shop).await, ["refund", "dispute"]);
    let act = format!("refund {session} {payment}");
    let license = after(&shop, &act, &["charge.refunded"]).await;
    assert_eq!(license["status"], "revoked");
    assert_eq!(offered(&shop).await, [""; 0]);
    assert_eq!(shop.act(&act, &[]).await, 409, "it was refunded before");
}

#[tokio::test]
async fn a_dispute_suspends_and_one_that_is_won_restores() {
    for (ends, status) in [("win", "active"), ("lose", "revoked")] {
        let shop = Shop::open().await;
        let session = shop.buy(&shop.lifetime, 1).await;
        let payment = payments(&shop).await.remove(0);
        let act = |word: &str| format!("{word} {session} {payment}");
        assert_eq!(shop.act(&act(ends), &[]).await, 409, "there is no dispute");
        let license = after(&shop, &act("dispute"), &["charge.dispute.created"]).await;
        assert_eq!(license["status"], "suspended");
        assert_eq!(offered(&shop).await, ["win", "lose"]);
        let license = after(&shop, &act(ends), &["charge.dispute.closed"]).await;
        assert_eq!(license["status"], status, "{ends}");
    }
}

#[tokio::test]
async fn a_subscription_renews_fails_recovers_and_ends() {
    let shop = Shop::open().await;
    let session = shop.buy(&shop.monthly, 2).await;
    let ends = |months: u32| format!("2026-{:02}-05T08:02:00Z", 6 + months);
    let licenses = shop.licenses().await;
    assert_eq!(licenses.len(), 2, "as many as were bought");
    assert!(licenses.iter().all(|one| one["expiresAt"] == ends(1)), "{licenses:?}");
    let act = async |word: &str, expected: &[&str]| {
        let before = shop.events().await.len();
        assert_eq!(shop.act(&format!("{word} {session}"), &[]).await, 303, "{word}");
        let told = shop.events().await.split_off(before);
        assert_eq!(kinds(&told), expected, "{word}");
        let licenses = shop.licenses().await;
        let stands =
            |one: &Value| (one["status"].as_str().unwrap().to_owned(), one["expiresAt"].clone());
        assert_eq!(stands(&licenses[0]), stands(&licenses[1]));
        stands(&licenses[0])
    };
    let renewed = [
        "charge.succeeded",
        "payment_intent.succeeded",
        "customer.subscription.updated",
        "invoice.paid",
        "invoice_payment.paid",
    ];
    let failed = ["invoice.payment_failed", "customer.subscription.updated"];
    let active = |months| ("active".to_owned(), json!(ends(months)));
    assert_eq!(act("renew", &renewed).await, active(2));
    shop.server.env.set("2026-08-05T08:01:00Z");
    assert_eq!(act("fail", &failed).await, active(2));
    assert_eq!(shop.licenses().await[0]["graceUntil"], "2026-08-19T08:01:00Z");
    shop.server.env.set("2026-08-19T08:02:00Z");
    assert_eq!(act("fail", &failed).await.0, "suspended");
    assert_eq!(act("renew", &renewed).await, active(3));
    assert_eq!(offered(&shop).await[..4], ["renew", "fail", "cancel", "end"]);
    assert_eq!(act("cancel", &["customer.subscription.updated"]).await, active(3));
    assert_eq!(offered(&shop).await[0], "end");
    assert_eq!(shop.act(&format!("renew {session}"), &[]).await, 409);
    act("end", &["customer.subscription.deleted"]).await;
    assert_eq!(shop.act(&format!("end {session}"), &[]).await, 409);
}

#[tokio::test]
async fn the_money_of_a_renewal_that_goes_back_takes_the_license_back() {
    let shop = Shop::open().await;
    let session = shop.buy(&shop.monthly, 1).await;
    shop.act(&format!("renew {session}"), &[]).await;
    shop.events().await;
    let paid = payments(&shop).await;
    assert_eq!(paid.len(), 2);
    let act = format!("refund {session} {}", paid[1]);
    let license = after(&shop, &act, &["charge.refunded"]).await;
    assert_eq!(license["status"], "revoked");
}

#[tokio::test]
async fn a_payment_counts_once_however_often_it_is_pressed() {
    let shop = Shop::open().await;
    let session = shop.session(&shop.lifetime, 1).await;
    let all = futures_util::future::join_all((0..8).map(|_| shop.pay(&session, PAYS, &[]))).await;
    let thanks = format!("https://shop.example/thanks?of={session}#paid=ref");
    assert!(all.iter().all(|one| one.status == 303 && one.to == thanks));
    // Whoever goes back, and whoever tries another card, has paid all the same.
    assert!(shop.get(&format!("/session/{session}")).await.text.contains("Paid"));
    assert_eq!(shop.pay(&session, "4000 0000 0000 0002", &[]).await.to, thanks);
    assert_eq!(shop.events().await.len(), 3);
    shop.only().await;
}

#[tokio::test]
async fn what_costs_nothing_is_sold_without_money() {
    let shop = Shop::open().await;
    let mut price = String::new();
    for (slug, term) in [("gift", Value::Null), ("trial", json!({ "days": 30 }))] {
        let plan = json!({ "product": "forms", "slug": slug, "name": slug, "price": 0,
            "term": term, "currency": "EUR", "activationType": "domain", "activationLimit": 1 });
        let plan = shop.server.admin.call("admin.plan.create", plan).await;
        price = format!("price_test_{}", plan["id"].as_str().unwrap());
        let map = json!({ "provider": "stripe", "price": price, "product": "forms", "plan": slug });
        shop.tests.call("admin.price.map", map).await;
        let mut form = shop.form(&price, 1);
        if term.is_object() {
            form[0].1 = "subscription".to_owned();
        }
        let (_, session) = shop.create(&form).await;
        shop.pay(session["id"].as_str().unwrap(), PAYS, &[]).await;
    }
    assert!(price.starts_with("price_test_pln_"));
    let told = in_time(shop.events()).await;
    let expected = [
        "checkout.session.completed",
        "customer.subscription.created",
        "invoice.paid",
        "checkout.session.completed",
    ];
    assert_eq!(kinds(&told), expected);
    assert_eq!(shop.licenses().await.len(), 2);
    let page = shop.get("/").await.text;
    assert!(between(&page, "<code>pi_", "<").is_none(), "no payment was made");
}
