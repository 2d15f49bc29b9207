//! Webhooks: what is told where, when it is told again, and where nothing is ever sent.

mod desk;
mod packedge;
mod restart;
mod targets;
mod telling;
mod tls;
mod trouble;

use counterfoil_tests::{Client, TestServer, in_time};
use serde_json::{Value, json};

/// Has events sent to a URL.
async fn hook(admin: &Client, url: &str, more: Value) -> Value {
    let mut params = json!({ "url": url });
    let further = more.as_object().unwrap().clone();
    params.as_object_mut().unwrap().extend(further);
    admin.call("admin.webhook.create", params).await
}

/// A license of a product that is made when it is not there.
async fn license(admin: &Client, product: &str) -> Value {
    admin.ask("admin.product.create", json!({ "slug": product, "name": "Forms Pro" })).await;
    let customer = json!({ "email": "ann@example.com", "name": "Ann" });
    let call = json!({ "product": product, "customer": customer });
    admin.call("admin.license.create", call).await
}

/// What was sent to a webhook or waits to be, newest first.
async fn deliveries(admin: &Client, hook: &Value) -> Vec<Value> {
    let call = json!({ "webhook": hook["id"] });
    let page = admin.call("admin.webhook.deliveries", call).await;
    page["items"].as_array().unwrap().clone()
}

/// Waits until the deliveries of a webhook are as they should be, and gives them.
async fn until(server: &TestServer, hook: &Value, are_so: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut commits = server.server.app().ledger.commits();
    let reached = async {
        loop {
            commits.borrow_and_update();
            let items = deliveries(&server.admin, hook).await;
            if are_so(&items) {
                return items;
            }
            commits.changed().await.unwrap();
        }
    };
    in_time(reached).await
}

/// Waits until the newest delivery was sent so often, and gives it.
async fn until_tried(server: &TestServer, hook: &Value, attempts: usize) -> Value {
    let tried = |item: &Value| item["attempts"].as_array().unwrap().len() == attempts;
    until(server, hook, |items| items.first().is_some_and(tried)).await.swap_remove(0)
}

/// Waits until all deliveries stand so.
async fn until_all(server: &TestServer, hook: &Value, status: &str) -> Vec<Value> {
    until(server, hook, |items| items.iter().all(|item| item["status"] == status)).await
}

/// The webhook as the desk shows it now.
async fn shown(admin: &Client, hook: &Value) -> Value {
    let page = admin.call("admin.webhook.list", json!({ "limit": 200 })).await;
    let items = page["items"].as_array().unwrap();
    items.iter().find(|item| item["id"] == hook["id"]).unwrap().clone()
}
