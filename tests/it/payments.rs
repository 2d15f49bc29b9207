//! What payment providers send by webhook, over the port.

mod deliveries;
mod providers;
mod signatures;
mod streams;

use counterfoil_tests::{Client, Sender, TestServer};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};

/// Secrets of the tests' webhooks.
const SECRET: &str = "whsec_tests_of_payments";

/// A server that sells forms by the month and for ever.
async fn start() -> TestServer {
    let server = TestServer::start().await;
    stock(&server.admin).await;
    server
}

async fn stock(owner: &Client) {
    owner.call("admin.product.create", json!({ "slug": "forms", "name": "Forms" })).await;
    for (slug, term) in [("monthly", json!({ "months": 1 })), ("lifetime", Value::Null)] {
        let plan = json!({ "product": "forms", "slug": slug, "name": slug, "term": term,
            "activationType": "domain", "activationLimit": 2 });
        owner.call("admin.plan.create", plan).await;
    }
}

async fn map(owner: &Client, provider: &str, price: &str, plan: &str) -> Value {
    let call = json!({ "provider": provider, "price": price, "product": "forms", "plan": plan });
    owner.call("admin.price.map", call).await
}

async fn licenses(owner: &Client) -> Vec<Value> {
    let mut page = owner.call("admin.license.list", json!({ "limit": 200 })).await;
    serde_json::from_value(page["items"].take()).unwrap()
}

/// The one license that there is.
async fn only(owner: &Client) -> Value {
    let mut licenses = licenses(owner).await;
    assert_eq!(licenses.len(), 1, "{licenses:?}");
    licenses.remove(0)
}

/// The newest delivery, if there is one.
async fn last(owner: &Client) -> Value {
    let mut page = owner.call("admin.payment.deliveries", json!({ "limit": 1 })).await;
    page["items"].as_array_mut().unwrap().pop().unwrap_or_default()
}

/// The public vectors of a provider's events, by the names of their files.
fn events(provider: &str) -> Vec<(PathBuf, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/payments").join(provider);
    let files = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path());
    let mut found: Vec<(PathBuf, Value)> = files
        .map(|path| {
            let vector = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            (path, vector)
        })
        .collect();
    found.sort_by_key(|(path, _)| path.clone());
    found
}

/// One of them.
fn event(provider: &str, name: &str) -> Value {
    let path = format!("vectors/payments/{provider}/{name}.json");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// The text that such an event is sent as.
fn text(vector: &Value) -> String {
    match vector["form"].as_object() {
        None => vector["body"].to_string(),
        Some(fields) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            for (name, value) in fields {
                form.append_pair(name, value.as_str().unwrap());
            }
            form.finish()
        }
    }
}

/// Sends a vector; it has to be taken.
async fn tell(server: &TestServer, sender: &Sender, (provider, name): (&str, &str)) {
    let reply = sender.send(server, &text(&event(provider, name))).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "{\"received\":true}"), "{name}");
}

fn stands(license: &Value) -> (&str, Option<&str>, Option<&str>) {
    let text = |name: &str| license[name].as_str();
    (text("status").unwrap(), text("expiresAt"), text("graceUntil"))
}
