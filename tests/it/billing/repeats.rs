//! Reports that come twice, too early, too late, or about what nobody knows.

use super::{history, order, report, shown, stands, start};
use counterfoil_tests::TestServer;
use serde_json::{Value, json};

async fn billed(server: &TestServer, method: &str, params: Value) -> Value {
    server.admin.call(&format!("billing.{method}"), params).await
}

#[tokio::test]
async fn the_same_order_product_and_plan_again_makes_nothing_and_another_plan_adds_its_own() {
    let server = start().await;
    let call = order("o", "annual", "2026-06-01T00:00:00Z");
    let first = billed(&server, "orderCompleted", call.clone()).await;
    let mut repeat = call.clone();
    repeat["quantity"] = json!(7);
    repeat["customer"] = json!({ "email": "other@example.com" });
    assert_eq!(billed(&server, "orderCompleted", repeat).await, first);
    let mut other = call;
    other["plan"] = json!("lifetime");
    let second = billed(&server, "orderCompleted", other).await;
    assert_eq!(second["licenses"].as_array().unwrap().len(), 1);
    assert_ne!(second["licenses"][0]["id"], first["licenses"][0]["id"]);
    let all = billed(&server, "disputeOpened", json!({ "order": "o" })).await;
    assert_eq!(all["licenses"].as_array().unwrap().len(), 2);
    let customers = server.admin.call("admin.customer.list", json!({})).await;
    assert_eq!(customers["items"].as_array().unwrap().len(), 1);
    server.stop().await;
}

#[tokio::test]
async fn the_same_event_again_changes_nothing_and_writes_nothing() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    let renewal = json!({ "subscription": "sub-o", "event": "e-1" });
    let renewed = report(&server, "subscriptionRenewed", renewal.clone()).await;
    assert_eq!(renewed["expiresAt"], "2026-08-01T00:00:00Z");
    let items = history(&server, &sold).await.len();
    let again = report(&server, "subscriptionRenewed", renewal).await;
    assert_eq!(again, renewed);
    assert_eq!(history(&server, &sold).await.len(), items);
    server.stop().await;
}

#[tokio::test]
async fn one_invoice_extends_once_whichever_event_reports_it() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    report(&server, "orderCompleted", order("q", "monthly", "2026-06-01T00:00:00Z")).await;
    for (method, subscription, event, invoice, end) in [
        ("subscriptionRenewed", "sub-o", "e-1", "in-1", "2026-08-01T00:00:00Z"),
        ("subscriptionRenewed", "sub-o", "e-2", "in-1", "2026-08-01T00:00:00Z"),
        ("paymentRecovered", "sub-o", "e-3", "in-1", "2026-08-01T00:00:00Z"),
        ("paymentRecovered", "sub-o", "e-4", "in-2", "2026-09-01T00:00:00Z"),
        ("subscriptionRenewed", "sub-o", "e-5", "in-2", "2026-09-01T00:00:00Z"),
        // Another subscription's bill of the same number is another bill.
        ("subscriptionRenewed", "sub-q", "e-6", "in-1", "2026-08-01T00:00:00Z"),
    ] {
        let call = json!({ "subscription": subscription, "event": event, "invoice": invoice });
        let renewed = report(&server, method, call).await;
        assert_eq!(renewed["expiresAt"], end, "{event}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_report_about_what_nobody_knows_is_parked_and_applied_when_the_order_comes() {
    let server = start().await;
    let parked = json!({ "licenses": [], "parked": true });
    for (method, params) in [
        ("subscriptionRenewed", json!({ "subscription": "sub-o", "event": "e-1", "invoice": "i" })),
        ("subscriptionRenewed", json!({ "subscription": "sub-o", "event": "e-1", "invoice": "i" })),
        ("subscriptionRenewed", json!({ "subscription": "sub-o", "event": "e-2", "invoice": "i" })),
        ("subscriptionCancelled", json!({ "subscription": "sub-o", "event": "e-3" })),
        ("disputeOpened", json!({ "order": "o", "event": "e-4" })),
    ] {
        assert_eq!(billed(&server, method, params).await, parked, "{method}");
    }
    let sold =
        report(&server, "orderCompleted", order("o", "monthly", "2026-06-05T00:00:00Z")).await;
    assert_eq!(stands(&sold), ("suspended", Some("2026-08-05T00:00:00Z"), None));
    assert_eq!(sold["holds"], json!(["dispute"]));
    let kinds: Vec<Value> =
        history(&server, &sold).await.iter().map(|item| item["type"].clone()).collect();
    assert_eq!(
        kinds,
        ["license.created", "license.renewed", "subscription.cancelled", "license.suspended"]
    );
    // They were taken into account once: a repeat finds them known.
    let again = json!({ "subscription": "sub-o", "event": "e-2", "invoice": "i" });
    assert_eq!(report(&server, "subscriptionRenewed", again).await, sold);
    server.stop().await;
}

#[tokio::test]
async fn a_refund_that_comes_before_its_order_leaves_nothing_to_use() {
    let server = start().await;
    billed(&server, "refunded", json!({ "order": "o" })).await;
    let sold =
        report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    assert_eq!(sold["status"], "revoked");
    // Nor does a line of the order that comes later still.
    let mut other = order("o", "lifetime", "2026-06-01T00:00:00Z");
    other["paidAt"] = Value::Null;
    assert_eq!(report(&server, "orderCompleted", other).await["status"], "revoked");
    server.stop().await;
}

#[tokio::test]
async fn a_parked_report_is_kept_for_thirty_days_and_then_as_if_it_had_never_come() {
    for (days, end) in [(29, "2026-08-05T00:00:00Z"), (30, "2026-07-05T00:00:00Z")] {
        let server = start().await;
        let renewal = json!({ "subscription": "sub-o", "event": "e-1", "invoice": "i-1" });
        billed(&server, "subscriptionRenewed", renewal.clone()).await;
        server.env.step(days * 86_400);
        let call = order("o", "monthly", "2026-06-05T00:00:00Z");
        let sold = report(&server, "orderCompleted", call).await;
        assert_eq!(sold["expiresAt"], end, "after {days} days");
        let again = report(&server, "subscriptionRenewed", renewal).await;
        assert_eq!(again["expiresAt"], "2026-08-05T00:00:00Z", "after {days} days");
        server.stop().await;
    }
}

#[tokio::test]
async fn what_was_parked_too_long_ago_harms_nobody_and_can_be_reported_again() {
    let server = start().await;
    let refund = json!({ "order": "o", "event": "e-1" });
    billed(&server, "refunded", refund.clone()).await;
    server.env.step(31 * 86_400);
    let sold =
        report(&server, "orderCompleted", order("o", "annual", "2026-07-01T00:00:00Z")).await;
    assert_eq!(sold["status"], "active");
    let other = report(&server, "orderCompleted", order("o", "lifetime", "2026-07-01T00:00:00Z"));
    assert_eq!(other.await["status"], "active", "nor a line that comes later");
    let gone = billed(&server, "refunded", refund).await;
    assert_eq!(gone["licenses"][0]["status"], "revoked");
    assert_eq!(gone["licenses"][1]["status"], "revoked");
    // While nobody knows the order it is parked anew, for another thirty days.
    let renewal = json!({ "subscription": "s", "event": "e-2", "invoice": "i" });
    billed(&server, "subscriptionRenewed", renewal.clone()).await;
    server.env.step(31 * 86_400);
    assert_eq!(billed(&server, "subscriptionRenewed", renewal).await["parked"], true);
    let mut call = order("q", "monthly", "2026-08-01T00:00:00Z");
    call["subscription"] = json!("s");
    let sold = report(&server, "orderCompleted", call).await;
    assert_eq!(sold["expiresAt"], "2026-10-01T00:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn every_line_of_an_order_takes_what_was_parked_for_it() {
    let server = start().await;
    billed(&server, "subscriptionExpired", json!({ "subscription": "sub-o" })).await;
    for plan in ["annual", "lifetime"] {
        server.env.step(60);
        let mut call = order("o", plan, "2026-06-01T00:00:00Z");
        call["paidAt"] = Value::Null;
        let sold = report(&server, "orderCompleted", call).await;
        assert_eq!(sold["status"], "expired", "{plan}");
    }
    server.stop().await;
}

#[tokio::test]
async fn another_product_of_an_order_adds_its_own_and_shares_what_becomes_of_the_order() {
    let server = start().await;
    server.admin.call("admin.product.create", json!({ "slug": "q", "name": "Sheets" })).await;
    let plan = json!({ "product": "q", "slug": "annual", "name": "A", "term": { "months": 12 },
        "activationType": "device", "activationLimit": 1 });
    server.admin.call("admin.plan.create", plan).await;
    report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    let mut call = order("o", "annual", "2026-06-01T00:00:00Z");
    call["product"] = json!("q");
    let second = report(&server, "orderCompleted", call).await;
    assert_eq!(second["product"]["slug"], "q");
    let gone = billed(&server, "refunded", json!({ "order": "o" })).await;
    let statuses = gone["licenses"].as_array().unwrap();
    assert!(statuses.len() == 2 && statuses.iter().all(|one| one["status"] == "revoked"));
    server.stop().await;
}

#[tokio::test]
async fn an_event_is_one_event_whatever_method_reports_it() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    let call = json!({ "subscription": "sub-o", "event": "e-1" });
    let renewed = report(&server, "subscriptionRenewed", call.clone()).await;
    assert_eq!(report(&server, "paymentRecovered", call).await, renewed);
    let about = json!({ "order": "o", "event": "e-1" });
    assert_eq!(report(&server, "refunded", about).await, renewed);
    server.stop().await;
}

#[tokio::test]
async fn a_repeat_with_the_same_idempotency_key_gets_the_first_answer() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    let call = json!({ "subscription": "sub-o", "idempotencyKey": "k" });
    let first = billed(&server, "subscriptionRenewed", call.clone()).await;
    assert_eq!(first["licenses"][0]["expiresAt"], "2026-08-01T00:00:00Z");
    assert_eq!(billed(&server, "subscriptionRenewed", call).await, first);
    let other = json!({ "subscription": "sub-q", "idempotencyKey": "k" });
    let refused = server.admin.refused("billing.subscriptionRenewed", other).await;
    assert_eq!(refused["data"]["code"], "idempotency_conflict");
    // What is left out is what it is taken for.
    let refund = json!({ "order": "o", "idempotencyKey": "r" });
    let gone = billed(&server, "refunded", refund).await;
    let spelt = json!({ "order": "o", "full": true, "idempotencyKey": "r" });
    assert_eq!(billed(&server, "refunded", spelt).await, gone);
    server.stop().await;
}

#[tokio::test]
async fn a_license_key_is_the_name_of_nothing_that_is_shown() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    let key = sold["key"].as_str().unwrap();
    let within = format!("event about {key}");
    for (method, params, field) in [
        ("paymentFailed", json!({ "subscription": "sub-o", "event": key }), "event"),
        ("paymentFailed", json!({ "subscription": "sub-o", "event": within }), "event"),
        ("subscriptionRenewed", json!({ "subscription": "sub-o", "invoice": key }), "invoice"),
        // Also while it is parked, and whoever's it is.
        ("disputeOpened", json!({ "order": "another", "event": key }), "event"),
        ("disputeOpened", json!({ "order": key }), "order"),
        ("subscriptionRenewed", json!({ "subscription": key }), "subscription"),
        ("orderCompleted", order(key, "monthly", "2026-06-01T00:00:00Z"), "order"),
    ] {
        let refused = server.admin.refused(&format!("billing.{method}"), params).await;
        assert_eq!(refused["data"]["field"], field, "{method}");
    }
    // Another world's key is a name like any other: nobody learns of it.
    let token = json!({ "name": "t", "scopes": ["*"], "mode": "test" });
    let token = server.admin.call("admin.token.create", token).await;
    let test = server.admin.with_token(token["token"].as_str().unwrap());
    let sold = test.call("billing.orderCompleted", order(key, "monthly", "2026-06-01T00:00:00Z"));
    assert_eq!(sold.await["licenses"][0]["order"], key);
    server.stop().await;
}

#[tokio::test]
async fn an_order_has_a_limit_and_so_have_the_reports_that_wait_for_one() {
    let server = start().await;
    for (plan, quantity, fits) in
        [("annual", 1_000, true), ("monthly", 1_000, true), ("lifetime", 1, false)]
    {
        let mut call = order("o", plan, "2026-06-01T00:00:00Z");
        call["quantity"] = json!(quantity);
        let reply = server.admin.ask("billing.orderCompleted", call).await;
        let field = reply["error"]["data"]["field"].as_str();
        assert_eq!(field, (!fits).then_some("quantity"), "{plan}");
    }
    for number in 0..200 {
        let call = json!({ "order": "waits", "event": format!("e-{number}") });
        assert_eq!(billed(&server, "refunded", call).await["parked"], true);
    }
    let refused = server.admin.refused("billing.refunded", json!({ "order": "waits" })).await;
    assert_eq!(refused["data"]["code"], "unavailable", "to be tried again when the order has come");
    server.env.step(30 * 86_400);
    let later = billed(&server, "refunded", json!({ "order": "waits" })).await;
    assert_eq!(later["parked"], true, "those that nobody wanted in time take no room");
    server.stop().await;
}

#[tokio::test]
async fn a_license_that_joins_a_subscription_catches_up_on_what_came_after_its_payment() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "monthly", "2026-01-10T00:00:00Z")).await;
    for paid_at in ["2026-02-10T00:00:00Z", "2026-03-10T00:00:00Z"] {
        let renewal = json!({ "subscription": "sub-o", "paidAt": paid_at });
        report(&server, "subscriptionRenewed", renewal).await;
    }
    let mut joins = order("o", "annual", "2026-02-20T00:00:00Z");
    joins["order"] = json!("o-2");
    let joined = billed(&server, "orderCompleted", joins).await;
    // The renewal of March was for it too, the one of February was before its time.
    assert_eq!(joined["licenses"][0]["expiresAt"], "2028-02-20T00:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn payments_and_failures_come_to_the_same_in_whatever_order_they_are_heard_of() {
    let reports = [
        ("paymentFailed", "failedAt", "2026-07-01T00:00:00Z"),
        ("subscriptionRenewed", "paidAt", "2026-07-03T00:00:00Z"),
        ("paymentFailed", "failedAt", "2026-08-01T00:00:00Z"),
        ("paymentFailed", "failedAt", "2026-08-04T00:00:00Z"),
    ];
    for sequence in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1], [1, 3, 0, 2]] {
        let server = start().await;
        let sold =
            report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
        for place in sequence {
            let (method, name, at) = reports[place];
            report(&server, method, json!({ "subscription": "sub-o", name: at })).await;
        }
        let license = shown(&server, &sold).await;
        let expected = ("active", Some("2026-08-01T00:00:00Z"), Some("2026-08-15T00:00:00Z"));
        assert_eq!(stands(&license), expected, "{sequence:?}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_dispute_that_is_heard_of_after_it_was_won_stops_nobody() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    report(&server, "disputeClosed", json!({ "order": "o", "won": true, "event": "e-2" })).await;
    let opened = report(&server, "disputeOpened", json!({ "order": "o", "event": "e-1" })).await;
    assert_eq!((&opened["status"], &opened["holds"]), (&json!("active"), &json!([])));
    let second = report(&server, "disputeOpened", json!({ "order": "o", "event": "e-3" })).await;
    assert_eq!(second["holds"], json!(["dispute"]), "another dispute is another one");
    server.stop().await;
}

#[tokio::test]
async fn after_its_end_a_subscription_moves_nothing_any_more() {
    let server = start().await;
    report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    let over = json!({ "subscription": "sub-o", "at": "2026-06-04T00:00:00Z" });
    let over = report(&server, "subscriptionExpired", over).await;
    assert_eq!(stands(&over), ("expired", Some("2026-06-04T00:00:00Z"), None));
    for method in
        ["subscriptionRenewed", "paymentRecovered", "paymentFailed", "subscriptionExpired"]
    {
        let after = report(&server, method, json!({ "subscription": "sub-o" })).await;
        assert_eq!(after, over, "{method}");
    }
    server.stop().await;
}
