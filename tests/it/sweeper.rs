//! What time does to a license is told to whoever listens: once, in order, and after downtime too.

use counterfoil_tests::{ADMIN_TOKEN, Socket, TestServer};
use serde_json::{Value, json};

async fn listen(server: &TestServer) -> Socket {
    let mut socket = Socket::connect(server, Some(ADMIN_TOKEN)).await;
    let subscribed = socket.ask("admin.events", json!({})).await;
    assert!(subscribed["error"].is_null(), "{subscribed}");
    socket
}

/// The next thing that happens, as `(type, from, to)`.
async fn heard(socket: &mut Socket) -> (String, String, String) {
    let message = socket.next().await;
    let told = &message["params"]["result"];
    let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
    (text("type"), text("from"), text("to"))
}

fn item(kind: &str, from: &str, to: &str) -> (String, String, String) {
    (kind.to_owned(), from.to_owned(), to.to_owned())
}

async fn history(server: &TestServer, license: &Value) -> Vec<Value> {
    let call = json!({ "license": license["id"], "limit": 200 });
    let mut page = server.admin.call("admin.license.history", call).await;
    serde_json::from_value(page["items"].take()).unwrap()
}

async fn product(server: &TestServer) {
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "Forms" })).await;
    let plan = json!({ "product": "p", "slug": "m", "name": "Monthly", "term": { "months": 1 },
        "activationType": "domain", "activationLimit": 1 });
    server.admin.call("admin.plan.create", plan).await;
}

async fn expiring(server: &TestServer, at: &str) -> Value {
    let call = json!({ "product": "p", "expiresAt": at });
    server.admin.call("admin.license.create", call).await
}

async fn sold(server: &TestServer, paid_at: &str) -> Value {
    let call = json!({ "order": "o", "subscription": "s", "product": "p", "plan": "m",
        "customer": { "email": "ann@example.com" }, "paidAt": paid_at });
    server.admin.call("billing.orderCompleted", call).await["licenses"][0].take()
}

#[tokio::test]
async fn a_license_is_said_to_expire_soon_a_week_before_and_to_have_expired_each_once() {
    let server = TestServer::start().await;
    product(&server).await;
    let license = expiring(&server, "2026-07-01T00:00:00Z").await;
    let mut socket = listen(&server).await;
    server.env.set("2026-06-24T00:00:00Z");
    assert_eq!(heard(&mut socket).await, item("license.expiring", "active", "active"));
    server.env.set("2026-07-01T00:00:00Z");
    assert_eq!(heard(&mut socket).await, item("license.expired", "active", "expired"));
    // Whatever is heard next is the next thing that happens, so neither was told twice.
    server.env.step(86_400);
    let moved = json!({ "license": license["id"], "expiresAt": "2026-08-01T00:00:00Z" });
    server.admin.call("admin.license.update", moved).await;
    assert_eq!(heard(&mut socket).await, item("license.updated", "expired", "active"));
    server.env.set("2026-08-09T00:00:00Z");
    assert_eq!(heard(&mut socket).await, item("license.expired", "active", "expired"));
    let kinds: Vec<Value> =
        history(&server, &license).await.iter().map(|item| item["type"].clone()).collect();
    let all = [
        "license.created",
        "license.expiring",
        "license.expired",
        "license.updated",
        "license.expired",
    ];
    assert_eq!(kinds, all);
    server.stop().await;
}

#[tokio::test]
async fn the_end_of_a_grace_is_told_as_a_suspension_and_what_lifts_it_follows() {
    let server = TestServer::start().await;
    product(&server).await;
    let license = sold(&server, "2026-06-05T00:00:00Z").await;
    let mut socket = listen(&server).await;
    let about = json!({ "subscription": "s" });
    server.env.set("2026-07-05T00:00:00Z");
    assert_eq!(heard(&mut socket).await, item("license.expired", "active", "expired"));
    server.admin.call("billing.paymentFailed", about.clone()).await;
    assert_eq!(heard(&mut socket).await, item("payment.failed", "expired", "active"));
    server.env.set("2026-07-19T00:00:00Z");
    assert_eq!(heard(&mut socket).await, item("license.suspended", "active", "suspended"));
    server.admin.call("billing.paymentRecovered", about).await;
    assert_eq!(heard(&mut socket).await, item("license.renewed", "suspended", "active"));
    let told = history(&server, &license).await;
    assert_eq!(told[3]["actor"], "system");
    assert_eq!(told[3]["data"]["graceUntil"], "2026-07-19T00:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn nobody_is_warned_of_an_end_that_the_next_payment_will_move() {
    let server = TestServer::start().await;
    product(&server).await;
    sold(&server, "2026-06-05T00:00:00Z").await;
    let mut socket = listen(&server).await;
    server.env.set("2026-06-29T00:00:00Z");
    let cancelled = json!({ "subscription": "s" });
    server.admin.call("billing.subscriptionCancelled", cancelled).await;
    // Nothing was said of the end while it was going to be moved; now there is something to say.
    assert_eq!(heard(&mut socket).await, item("subscription.cancelled", "active", "active"));
    assert_eq!(heard(&mut socket).await, item("license.expiring", "active", "active"));
    server.stop().await;
}

#[tokio::test]
async fn what_happened_while_the_server_was_down_is_told_when_it_is_up_and_not_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = TestServer::start_in(folder.path()).await;
    product(&server).await;
    server.env.set("2026-01-01T00:00:00Z");
    let license = expiring(&server, "2026-03-01T00:00:00Z").await;
    server.stop().await;
    let made = json!({ "after": "evt_00000000000000000000000000" });
    // The clock of the next ones begins in June.
    for start in 1..=2 {
        let server = TestServer::start_in(folder.path()).await;
        let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
        socket.ask("admin.events", made.clone()).await;
        while heard(&mut socket).await != item("license.expired", "active", "expired") {}
        // Once another one's end was told, this sweep is over.
        let other = expiring(&server, "2026-06-05T08:03:00Z").await;
        server.env.step(60);
        loop {
            let message = socket.next().await;
            let told = &message["params"]["result"];
            if told["license"] == other["id"] && told["type"] == "license.expired" {
                break;
            }
        }
        let told = history(&server, &license).await;
        let ends = told.iter().filter(|item| item["type"] == "license.expired").count();
        assert_eq!(ends, 1, "after start {start}");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_thousand_that_expire_in_one_night_are_all_told() {
    let server = TestServer::start().await;
    product(&server).await;
    let call = json!({ "product": "p", "quantity": 1_000, "expiresAt": "2026-07-01T00:00:00Z" });
    server.admin.call("admin.license.create", call).await;
    let mut socket = listen(&server).await;
    server.env.set("2026-07-02T00:00:00Z");
    let mut licenses = std::collections::BTreeSet::new();
    for _ in 0..1_000 {
        let message = socket.next().await;
        let told = &message["params"]["result"];
        assert_eq!(told["type"], "license.expired");
        licenses.insert(told["license"].as_str().unwrap().to_owned());
    }
    assert_eq!(licenses.len(), 1_000);
    server.stop().await;
}
