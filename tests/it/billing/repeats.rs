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
        // Whatever is reported next clears away what is too old.
        billed(&server, "refunded", json!({ "order": "another" })).await;
        let call = order("o", "monthly", "2026-06-05T00:00:00Z");
        let sold = report(&server, "orderCompleted", call).await;
        assert_eq!(sold["expiresAt"], end, "after {days} days");
        let again = report(&server, "subscriptionRenewed", renewal).await;
        assert_eq!(again["expiresAt"], "2026-08-05T00:00:00Z", "after {days} days");
        server.stop().await;
    }
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
