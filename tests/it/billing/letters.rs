//! Which letters customers get of what they bought and of what becomes of it.

use super::{order, report, stock};
use counterfoil_server::Options;
use counterfoil_server::config::Store;
use counterfoil_tests::{ADMIN_TOKEN, Socket, TestServer};
use serde_json::{Value, json};
use std::path::Path;

async fn start() -> TestServer {
    let server = TestServer::start_queueing().await;
    stock(&server).await;
    server
}

async fn start_in(folder: &Path) -> TestServer {
    let store = Store::Redb(folder.join("k.redb"));
    TestServer::start_queueing_with(|options| Options { store, ..options }).await
}

/// The letters that wait, the oldest first, as `(template, to)`.
async fn letters(server: &TestServer) -> Vec<(String, String)> {
    let mut page = server.admin.call("admin.mail.list", json!({ "limit": 200 })).await;
    let items: Vec<Value> = serde_json::from_value(page["items"].take()).unwrap();
    let text = |item: &Value, name: &str| item[name].as_str().unwrap().to_owned();
    items.iter().rev().map(|item| (text(item, "template"), text(item, "to"))).collect()
}

fn to_ann(templates: &[&str]) -> Vec<(String, String)> {
    templates.iter().map(|name| ((*name).to_owned(), "ann@example.com".to_owned())).collect()
}

#[tokio::test]
async fn each_occasion_has_its_letter_and_what_is_no_news_has_none() {
    for (method, about, expected) in [
        ("paymentFailed", json!({ "subscription": "sub-o" }), Some("payment_failed")),
        // The grace was over before the failure was heard of.
        (
            "paymentFailed",
            json!({ "subscription": "sub-o", "failedAt": "2026-06-01T00:00:00Z" }),
            Some("license_suspended"),
        ),
        ("disputeOpened", json!({ "order": "o" }), Some("license_suspended")),
        ("disputeClosed", json!({ "order": "o", "won": false }), Some("license_revoked")),
        ("disputeClosed", json!({ "order": "o", "won": true }), None),
        ("refunded", json!({ "order": "o" }), Some("license_revoked")),
        ("refunded", json!({ "order": "o", "full": false }), None),
        ("subscriptionRenewed", json!({ "subscription": "sub-o" }), None),
        ("subscriptionCancelled", json!({ "subscription": "sub-o" }), None),
        ("subscriptionExpired", json!({ "subscription": "sub-o" }), None),
    ] {
        let server = start().await;
        server.env.set("2026-06-20T00:00:00Z");
        report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
        report(&server, method, about.clone()).await;
        let mut wanted = vec!["license_delivered"];
        wanted.extend(expected);
        assert_eq!(letters(&server).await, to_ann(&wanted), "{method} {about}");
        // What is said again is not told again.
        report(&server, method, about.clone()).await;
        assert_eq!(letters(&server).await, to_ann(&wanted), "{method} {about} again");
        server.stop().await;
    }
}

#[tokio::test]
async fn many_licenses_are_one_letter_and_very_many_a_few() {
    let server = start().await;
    for (name, quantity, count) in [("o", 7, 1), ("q", 120, 3)] {
        let before = letters(&server).await.len();
        let mut call = order(name, "annual", "2026-06-01T00:00:00Z");
        call["quantity"] = json!(quantity);
        server.admin.call("billing.orderCompleted", call).await;
        assert_eq!(letters(&server).await.len() - before, count, "{quantity} are delivered");
        server.admin.call("billing.disputeOpened", json!({ "order": name })).await;
        assert_eq!(letters(&server).await.len() - before, 2 * count, "{quantity} are suspended");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_license_that_is_refunded_before_it_comes_is_not_delivered() {
    let server = start().await;
    server.admin.call("billing.refunded", json!({ "order": "o" })).await;
    report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    assert_eq!(letters(&server).await, []);
    server.stop().await;
}

#[tokio::test]
async fn what_time_does_is_told_to_the_customer_too_and_once() {
    let server = start().await;
    let mut ending = order("o", "monthly", "2026-06-05T08:00:00Z");
    ending["subscription"] = Value::Null;
    report(&server, "orderCompleted", ending).await;
    report(&server, "orderCompleted", order("q", "annual", "2026-06-05T08:00:00Z")).await;
    report(&server, "paymentFailed", json!({ "subscription": "sub-q" })).await;
    let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
    socket.ask("admin.events", json!({})).await;
    let told = ["license.suspended", "license.expiring", "license.expired"];
    for (time, kind) in
        ["2026-06-19T09:00:00Z", "2026-06-28T08:00:00Z", "2026-07-05T08:00:00Z"].iter().zip(told)
    {
        server.env.set(time);
        assert_eq!(socket.next().await["params"]["result"]["type"], kind);
    }
    let all = [
        "license_delivered",
        "license_delivered",
        "payment_failed",
        "license_suspended",
        "license_expiring",
    ];
    assert_eq!(letters(&server).await, to_ann(&all));
    server.stop().await;
}

#[tokio::test]
async fn what_the_server_slept_through_is_told_before_anybody_calls() {
    let folder = tempfile::tempdir().unwrap();
    let server = start_in(folder.path()).await;
    stock(&server).await;
    server.env.set("2026-01-01T00:00:00Z");
    report(&server, "orderCompleted", order("o", "annual", "2026-01-01T00:00:00Z")).await;
    report(&server, "paymentFailed", json!({ "subscription": "sub-o" })).await;
    server.stop().await;
    // The clock of the next one begins in June.
    let server = start_in(folder.path()).await;
    let all = ["license_delivered", "payment_failed", "license_suspended"];
    assert_eq!(letters(&server).await, to_ann(&all));
    server.stop().await;
}
