//! What is told, to whom, and how it is proved.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use counterfoil_core::history::EventKind;
use counterfoil_core::lease::PublicKey;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{ReceivedMessage, Receiver, TestServer};
use serde_json::{Value, json};

use super::{hook, license, shown, until_all, until_tried};

/// The public key in `whpk_…`, as `v1a` signatures are known by it.
fn public_key(hook: &Value) -> PublicKey {
    let text = hook["publicKey"].as_str().unwrap().strip_prefix("whpk_").unwrap();
    let bytes: [u8; 32] = BASE64_STANDARD.decode(text).unwrap().try_into().unwrap();
    PublicKey::new(&bytes).unwrap()
}

/// How many of a message's `v1a` signatures are of this key, and how many there are.
fn count_signatures(message: &ReceivedMessage, key: &PublicKey) -> (usize, usize) {
    let (id, at) = (message.header("webhook-id"), message.header("webhook-timestamp"));
    let signed = format!("{}.{}.{}", id.unwrap(), at.unwrap(), message.body);
    let signatures = message.header("webhook-signature").unwrap().split(' ');
    let of_keys: Vec<[u8; 64]> = signatures
        .filter_map(|signature| signature.strip_prefix("v1a,"))
        .map(|text| BASE64_STANDARD.decode(text).unwrap().try_into().unwrap())
        .collect();
    let good = of_keys.iter().filter(|it| key.verifies(signed.as_bytes(), it)).count();
    (good, of_keys.len())
}

#[tokio::test]
async fn what_happens_is_told_with_the_license_and_without_its_key() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({ "description": "CRM" })).await;
    let sold = license(&server.admin, "p").await;
    let message = receiver.message().await;
    assert_eq!(message.line, "POST /hook HTTP/1.1");
    assert_eq!(message.header("content-type"), Some("application/json"));
    let agent = concat!("Counterfoil/", env!("CARGO_PKG_VERSION"));
    assert_eq!(message.header("user-agent"), Some(agent));
    let host = format!("127.0.0.1:{}", receiver.port());
    assert_eq!(message.header("host"), Some(host.as_str()));
    assert_eq!(message.header("webhook-timestamp"), Some("1780646520"));
    assert_eq!(count_signatures(&message, &public_key(&made)), (1, 1));
    let history = json!({ "license": sold["id"] });
    let history = server.admin.call("admin.license.history", history).await;
    let item = &history["items"][0];
    assert_eq!(message.header("webhook-id"), item["id"].as_str());
    let body = message.json();
    assert_eq!(body["type"], "license.created");
    assert_eq!(body["timestamp"], item["at"]);
    for member in ["id", "actor", "from", "to", "data"] {
        assert_eq!(body["data"][member], item[member], "{member}");
    }
    let mut expected = sold.clone();
    let key = expected.as_object_mut().unwrap().remove("key").unwrap();
    expected["maskedKey"] = json!(format!("{}…", key.as_str().unwrap().get(..4).unwrap()));
    assert_eq!(body["data"]["license"], expected);
    assert!(!message.body.contains(key.as_str().unwrap()));
    message.answer(204, "").await;
    let delivered = until_all(&server, &made, "delivered").await.swap_remove(0);
    assert_eq!((&delivered["event"], &delivered["license"]), (&item["id"], &sold["id"]));
    assert_eq!(delivered["type"], "license.created");
    let attempt = json!([{ "at": item["at"], "duration": 0, "status": 204, "response": null,
        "problem": null }]);
    assert_eq!(delivered["attempts"], attempt);
    assert_eq!(delivered["nextAttemptAt"], Value::Null);
    server.stop().await;
}

#[tokio::test]
async fn everything_that_can_be_done_is_told_in_the_words_of_the_history() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    let sold = license(&server.admin, "p").await;
    let call = json!({ "license": sold["id"] });
    let place = json!({ "license": sold["id"], "identifier": "example.com" });
    server.admin.call("admin.activation.add", place).await;
    for command in ["suspend", "reinstate", "disable", "enable", "rotate", "inactivate", "revoke"] {
        server.admin.call(&format!("admin.license.{command}"), call.clone()).await;
    }
    // What has no effect happens to nobody.
    server.admin.call("admin.license.revoke", call.clone()).await;
    let history = server.admin.call("admin.license.history", call).await;
    let mut told = Vec::new();
    for _ in history["items"].as_array().unwrap() {
        told.push(receiver.take().await);
    }
    until_all(&server, &made, "delivered").await;
    assert!(receiver.is_idle());
    // They may overtake each other; their ids say the order.
    told.sort_by_key(|body| body["data"]["id"].as_str().unwrap().to_owned());
    let types = |items: &[Value]| items.iter().map(|item| item["type"].clone()).collect::<Vec<_>>();
    assert_eq!(types(&told), types(history["items"].as_array().unwrap()));
    let after: Vec<&Value> = told.iter().map(|body| &body["data"]["license"]["status"]).collect();
    let to: Vec<&Value> = told.iter().map(|body| &body["data"]["to"]).collect();
    assert_eq!(after, to, "the license is as it was right after");
    assert_eq!(told[1]["data"]["data"]["identifier"], "example.com");
    assert_eq!(told[1]["data"]["license"]["activationsUsed"], 1);
    server.stop().await;
}

#[tokio::test]
async fn what_time_does_is_told_too() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let ending = json!({ "product": "p", "expiresAt": "2026-07-05T08:02:00Z" });
    server.admin.call("admin.license.create", ending).await;
    hook(&server.admin, &receiver.url(), json!({ "events": ["license.expired"] })).await;
    server.env.set("2026-07-05T08:02:00Z");
    let body = receiver.take().await;
    assert_eq!(
        (&body["type"], &body["data"]["actor"]),
        (&json!("license.expired"), &json!("system"))
    );
    assert_eq!(body["data"]["license"]["status"], "expired");
    server.stop().await;
}

#[tokio::test]
async fn a_webhook_is_told_what_it_asked_for_and_nothing_else() {
    let server = TestServer::start_telling(|options| options).await;
    let mut receivers = Vec::new();
    let filters = [
        (json!(["*"]), 5),
        (json!(["license.*"]), 3),
        (json!(["activation.*"]), 2),
        (json!(["license.suspended", "activation.created"]), 2),
        (json!(["lease.issued"]), 0),
    ];
    for (events, count) in filters {
        let receiver = Receiver::open().await;
        let made = hook(&server.admin, &receiver.url(), json!({ "events": events })).await;
        assert_eq!(made["events"], events);
        receivers.push((receiver, made, count));
    }
    let sold = license(&server.admin, "p").await;
    let place = json!({ "key": sold["key"], "identifier": "example.com" });
    server.public.call("license.activate", place.clone()).await;
    server.public.call("license.activate", place.clone()).await;
    server.public.call("license.deactivate", place).await;
    for command in ["suspend", "reinstate"] {
        let call = json!({ "license": sold["id"] });
        server.admin.call(&format!("admin.license.{command}"), call).await;
    }
    for (mut receiver, made, count) in receivers {
        for _ in 0..count {
            receiver.take().await;
        }
        assert_eq!(until_all(&server, &made, "delivered").await.len(), count, "{made}");
        assert!(receiver.is_idle());
    }
    server.stop().await;
}

#[tokio::test]
async fn modes_products_and_vendors_are_told_of_their_own_only() {
    let server = TestServer::start_telling(|options| options).await;
    let token = |mode: &str, product: Option<&str>| json!({ "name": "t", "mode": mode, "scopes": ["*"], "product": product });
    license(&server.admin, "p").await;
    license(&server.admin, "q").await;
    let mut callers = vec![server.admin.clone()];
    for (mode, product) in [("test", None), ("live", Some("q"))] {
        let made = server.admin.call("admin.token.create", token(mode, product)).await;
        callers.push(server.admin.with_token(made["token"].as_str().unwrap()));
    }
    let order = Order::CreateVendor { name: "other".to_owned(), hosts: Vec::new() };
    let other = carry_out(server.server.app(), order).await.unwrap();
    callers.push(server.admin.with_token(other["token"].as_str().unwrap()));
    license(&callers[3], "q").await;
    let mut hooks = Vec::new();
    for caller in &callers {
        let receiver = Receiver::open().await;
        let made = hook(caller, &receiver.url(), json!({})).await;
        hooks.push((receiver, caller.clone(), made));
    }
    // Of one product, by what the call says.
    let receiver = Receiver::open().await;
    let of_p = hook(&server.admin, &receiver.url(), json!({ "product": "p" })).await;
    hooks.push((receiver, server.admin.clone(), of_p));
    let sold = [
        license(&callers[0], "p").await,
        license(&callers[0], "q").await,
        license(&callers[1], "q").await,
        license(&callers[3], "q").await,
    ];
    let expected = [vec![0, 1], vec![2], vec![1], vec![3], vec![0]];
    for ((mut receiver, caller, made), expected) in hooks.into_iter().zip(expected) {
        let mut told = Vec::new();
        for _ in &expected {
            told.push(receiver.take().await["data"]["license"]["id"].clone());
        }
        told.sort_by_key(ToString::to_string);
        let ids: Vec<Value> = expected.iter().map(|index| sold[*index]["id"].clone()).collect();
        assert_eq!(told, ids);
        assert_eq!(super::deliveries(&caller, &made).await.len(), ids.len());
        assert!(receiver.is_idle());
    }
    server.stop().await;
}

#[tokio::test]
async fn a_replaced_secret_signs_for_a_while_as_well() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    assert!(made["secret"].as_str().unwrap().starts_with("whsec_"));
    assert_eq!(shown(&server.admin, &made).await["secret"], Value::Null);
    let call = json!({ "webhook": made["id"], "rotateSecret": true, "idempotencyKey": "once" });
    let rotated = server.admin.call("admin.webhook.update", call.clone()).await;
    assert_ne!(rotated["secret"], made["secret"]);
    assert_ne!(rotated["publicKey"], made["publicKey"]);
    assert_eq!(rotated["previousSecretUntil"], "2026-06-06T08:02:00Z");
    assert_eq!(server.admin.call("admin.webhook.update", call).await, rotated, "a repeat");
    let (old, new) = (public_key(&made), public_key(&rotated));
    let test = json!({ "webhook": made["id"] });
    server.admin.call("admin.webhook.test", test.clone()).await;
    let message = receiver.message().await;
    assert_eq!(count_signatures(&message, &new), (1, 2));
    assert_eq!(count_signatures(&message, &old), (1, 2));
    assert_eq!(message.header("webhook-signature").unwrap().split(' ').count(), 4);
    message.answer(200, "").await;
    until_tried(&server, &made, 1).await;
    server.env.set("2026-06-06T08:02:00Z");
    server.admin.call("admin.webhook.test", test.clone()).await;
    let message = receiver.message().await;
    assert_eq!(count_signatures(&message, &new), (1, 1));
    assert_eq!(shown(&server.admin, &made).await["previousSecretUntil"], Value::Null);
    message.answer(200, "").await;
    until_tried(&server, &made, 1).await;
    let call = json!({ "webhook": made["id"], "rotateSecret": true, "overlapHours": 0 });
    let last = server.admin.call("admin.webhook.update", call).await;
    assert_eq!(last["previousSecretUntil"], Value::Null);
    server.admin.call("admin.webhook.test", test).await;
    let message = receiver.message().await;
    assert_eq!(count_signatures(&message, &public_key(&last)), (1, 1));
    message.answer(200, "").await;
    server.stop().await;
}

#[tokio::test]
async fn a_test_comes_whatever_was_asked_for() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({ "events": ["license.used"] })).await;
    let call = json!({ "webhook": made["id"] });
    let queued = server.admin.call("admin.webhook.test", call).await;
    assert_eq!((&queued["type"], &queued["license"]), (&json!("webhook.test"), &Value::Null));
    let message = receiver.message().await;
    assert_eq!(message.header("webhook-id"), queued["event"].as_str());
    let data = json!({ "id": queued["event"], "webhook": made["id"] });
    let body = json!({ "type": "webhook.test", "timestamp": "2026-06-05T08:02:00Z", "data": data });
    assert_eq!(message.json(), body);
    message.answer(200, "").await;
    server.stop().await;
}

#[test]
fn the_page_about_webhooks_names_every_type() {
    let page = include_str!("../../../docs/webhooks.md");
    for kind in EventKind::ALL {
        assert!(page.contains(&format!("| `{}` |", kind.word())), "{}", kind.word());
    }
}
