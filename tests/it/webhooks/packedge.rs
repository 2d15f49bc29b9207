//! PackEdge's own form, for receivers that were written for it.

use counterfoil_tests::{Receiver, TestServer};
use serde_json::{Value, json};

use super::{hook, license, until_all, until_tried};

#[tokio::test]
async fn packedges_form_is_sent_once_and_holds_the_key() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let wanted = json!({ "format": "packedge", "secret": "whsec_of-an-old-receiver" });
    let made = hook(&server.admin, &receiver.url(), wanted).await;
    assert_eq!(made["secret"], "whsec_of-an-old-receiver");
    assert_eq!((&made["format"], &made["publicKey"]), (&json!("packedge"), &Value::Null));
    let sold = license(&server.admin, "p").await;
    let message = receiver.message().await;
    assert_eq!(message.header("webhook-signature"), None);
    let signature = message.header("x-packedge-signature").unwrap();
    assert!(signature.strip_prefix("sha256=").is_some_and(|hex| hex.len() == 64), "{signature}");
    let data = json!({ "id": sold["id"], "licenseKey": sold["key"], "productId": sold["product"]["id"],
        "customerEmail": "ann@example.com", "status": "active", "seats": 1, "expiresAt": null });
    let body = json!({ "event": "license.created", "timestamp": "2026-06-05T08:02:00.000Z",
        "data": data });
    assert_eq!(message.json(), body);
    message.answer(500, "").await;
    assert_eq!(until_tried(&server, &made, 1).await["status"], "failed");
    server.env.step(86_400);
    assert!(receiver.is_idle(), "PackEdge does not try again");
    server.stop().await;
}

#[tokio::test]
async fn revoking_is_one_event_and_a_repeated_activation_none() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let sold = license(&server.admin, "p").await;
    let made = hook(&server.admin, &receiver.url(), json!({ "format": "packedge" })).await;
    let place = json!({ "key": sold["key"], "identifier": "https://www.Example.com/shop" });
    for _ in 0..2 {
        server.public.call("license.activate", place.clone()).await;
    }
    let body = receiver.take().await;
    assert_eq!(body["event"], "license.activated");
    let data = &body["data"];
    assert_eq!((&data["domain"], &data["licenseKey"]), (&json!("example.com"), &sold["key"]));
    let call = json!({ "license": sold["id"] });
    // PackEdge has no events for these.
    for command in ["suspend", "reinstate", "rotate"] {
        server.admin.call(&format!("admin.license.{command}"), call.clone()).await;
    }
    let revoked = server.admin.call("admin.license.revoke", call).await;
    let body = receiver.take().await;
    assert_eq!(body["event"], "license.revoked");
    assert_eq!(body["data"]["licenseKey"], revoked["key"], "the key that it has by now");
    server.admin.call("admin.webhook.test", json!({ "webhook": made["id"] })).await;
    assert_eq!(receiver.take().await["data"], json!({ "message": "This is a test webhook" }));
    assert_eq!(until_all(&server, &made, "delivered").await.len(), 3);
    assert!(receiver.is_idle());
    server.stop().await;
}
