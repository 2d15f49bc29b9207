//! Webhooks at the desk: made, listed, changed, ended, and what of them is forgotten.

use counterfoil_server::ledger::Webhooks;
use counterfoil_tests::{Receiver, TestServer, in_time};
use serde_json::{Value, json};

use super::{deliveries, hook, license, shown, until_all};

#[tokio::test]
async fn a_webhook_is_shown_as_it_was_asked_for() {
    let server = TestServer::start_telling(|options| options).await;
    let wanted = json!({ "events": ["license.*"], "description": "CRM" });
    let made = hook(&server.admin, "https://example.com/hook?a=1", wanted).await;
    assert!(made["id"].as_str().unwrap().starts_with("whk_"));
    assert!(made["publicKey"].as_str().unwrap().starts_with("whpk_"));
    let expected = json!({ "url": "https://example.com/hook?a=1", "events": ["license.*"],
        "description": "CRM", "format": "standard", "product": null, "mode": "live",
        "enabled": true, "disabledFor": null, "disabledAt": null, "failingSince": null,
        "previousSecretUntil": null, "createdAt": "2026-06-05T08:02:00Z" });
    for (name, value) in expected.as_object().unwrap() {
        assert_eq!(made[name], *value, "{name}");
    }
    let mut listed = made.clone();
    listed["secret"] = Value::Null;
    assert_eq!(shown(&server.admin, &made).await, listed);
    let changing = json!({ "webhook": made["id"], "url": "https://example.com/other",
        "events": null, "description": null, "enabled": false });
    let changed = server.admin.call("admin.webhook.update", changing).await;
    assert_eq!((&changed["events"], &changed["description"]), (&json!(["*"]), &Value::Null));
    assert_eq!(changed["url"], "https://example.com/other");
    assert_eq!((&changed["enabled"], &changed["disabledFor"]), (&json!(false), &json!("manual")));
    assert_eq!(changed["secret"], Value::Null);
    assert_eq!(shown(&server.admin, &made).await, changed);
    let call = json!({ "webhook": made["id"] });
    assert_eq!(server.admin.call("admin.webhook.delete", call.clone()).await, changed);
    for method in ["delete", "update", "test", "deliveries"] {
        let refused = server.admin.refused(&format!("admin.webhook.{method}"), call.clone()).await;
        assert_eq!((&refused["code"], &refused["data"]["kind"]), (&json!(404), &json!("webhook")));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_refused_by_name() {
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, "https://example.com/", json!({})).await;
    let cases = [
        ("create", json!({}), "url"),
        ("create", json!({ "events": ["license.creatd"] }), "events.0"),
        ("create", json!({ "events": ["license.*", 7] }), "events.1"),
        ("create", json!({ "events": [] }), "events"),
        ("create", json!({ "format": "xml" }), "format"),
        ("create", json!({ "secret": "whsec_c2hvcnQ=" }), "secret"),
        ("create", json!({ "secret": "short" }), "secret"),
        ("create", json!({ "description": "" }), "description"),
        ("create", json!({ "uri": "https://example.com/" }), "uri"),
        ("update", json!({ "url": null }), "url"),
        ("update", json!({ "enabled": null }), "enabled"),
        ("update", json!({ "overlapHours": 1 }), "overlapHours"),
        ("update", json!({ "rotateSecret": true, "overlapHours": 169 }), "overlapHours"),
        ("deliveries", json!({ "status": "dead" }), "status"),
    ];
    for (method, mut params, field) in cases {
        let members = params.as_object_mut().unwrap();
        if method != "create" {
            members.insert("webhook".to_owned(), made["id"].clone());
        } else if field != "url" && field != "uri" {
            members.insert("url".to_owned(), json!("https://example.com/"));
        }
        if field == "uri" {
            members.insert("url".to_owned(), json!("https://example.com/"));
        }
        let refused = server.admin.refused(&format!("admin.webhook.{method}"), params).await;
        assert_eq!(refused["code"], -32602, "{refused}");
        assert_eq!(refused["data"]["field"], field, "{refused}");
    }
    let unknown = json!({ "url": "https://example.com/", "events": ["license.creatd"] });
    let refused = server.admin.refused("admin.webhook.create", unknown).await;
    assert!(refused["message"].as_str().unwrap().contains("`license.creatd`"), "{refused}");
    server.stop().await;
}

#[tokio::test]
async fn there_are_fifty_at_most_in_pages() {
    let server = TestServer::start_telling(|options| options).await;
    let mut made = Vec::new();
    for number in 0..50 {
        let url = format!("https://example.com/{number}");
        made.push(hook(&server.admin, &url, json!({})).await["id"].clone());
    }
    let over = json!({ "url": "https://example.com/50" });
    let refused = server.admin.refused("admin.webhook.create", over).await;
    assert_eq!((&refused["code"], &refused["data"]["field"]), (&json!(-32602), &json!("url")));
    let (mut listed, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let call = json!({ "limit": 20, "cursor": cursor });
        let page = server.admin.call("admin.webhook.list", call).await;
        listed.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        cursor = page["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    made.reverse();
    assert_eq!(listed, made);
    server.stop().await;
}

/// Waits until nothing is left that is to be forgotten by now.
async fn until_forgotten(server: &TestServer) {
    let app = server.server.app();
    let mut commits = app.ledger.commits();
    let reached = async {
        while app.ledger.view().next_forgetting().unwrap().is_some_and(|at| at <= app.env.now()) {
            commits.changed().await.unwrap();
        }
    };
    in_time(reached).await;
}

#[tokio::test]
async fn deleting_ends_what_waits_and_forgets_it() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    let many = json!({ "product": "p", "quantity": 500 });
    license(&server.admin, "p").await;
    server.admin.call("admin.license.create", many).await;
    let mut under_way = Vec::new();
    for _ in 0..4 {
        under_way.push(receiver.message().await);
    }
    server.admin.call("admin.webhook.delete", json!({ "webhook": made["id"] })).await;
    for message in under_way {
        message.answer(200, "").await;
    }
    until_forgotten(&server).await;
    let view = server.server.app().ledger.view();
    assert_eq!(view.count_pending().unwrap(), 0);
    assert_eq!(view.due_since().unwrap(), None);
    assert!(receiver.is_idle());
    server.stop().await;
}

#[tokio::test]
async fn what_was_delivered_is_forgotten_after_thirty_days() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    license(&server.admin, "p").await;
    receiver.take().await;
    let delivered = until_all(&server, &made, "delivered").await.swap_remove(0);
    server.env.step(30 * 86_400 - 1);
    until_forgotten(&server).await;
    assert_eq!(deliveries(&server.admin, &made).await.len(), 1);
    server.env.step(1);
    until_forgotten(&server).await;
    assert_eq!(deliveries(&server.admin, &made).await.len(), 0);
    let call = json!({ "delivery": delivered["id"] });
    let refused = server.admin.refused("admin.webhook.redeliver", call).await;
    assert_eq!((&refused["code"], &refused["data"]["kind"]), (&json!(404), &json!("delivery")));
    server.stop().await;
}

#[tokio::test]
async fn the_metrics_tell_what_was_sent_and_what_waits() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    license(&server.admin, "p").await;
    receiver.take().await;
    until_all(&server, &made, "delivered").await;
    let sold = license(&server.admin, "p").await;
    receiver.message().await.answer(500, "").await;
    super::until_tried(&server, &made, 1).await;
    let call = json!({ "webhook": made["id"], "enabled": false });
    server.admin.call("admin.webhook.update", call).await;
    let metrics = server.public.get("/metrics").await.body;
    for line in [
        "counterfoil_webhook_attempts_total{outcome=\"delivered\"} 1",
        "counterfoil_webhook_attempts_total{outcome=\"failed\"} 1",
        "counterfoil_webhook_pending 1",
        "counterfoil_webhook_lag_seconds 0",
    ] {
        assert!(metrics.lines().any(|it| it == line), "{line}: {metrics}");
    }
    assert!(!metrics.contains(sold["id"].as_str().unwrap()));
    server.stop().await;
}

#[tokio::test]
async fn a_delivery_is_shown_with_the_very_body_that_was_sent() {
    let mut receiver = Receiver::open().await;
    let server = TestServer::start_telling(|options| options).await;
    let made = hook(&server.admin, &receiver.url(), json!({})).await;
    let sold = license(&server.admin, "p").await;
    let message = receiver.message().await;
    let sent = message.body.clone();
    message.answer(200, "Thanks.").await;
    let delivered = until_all(&server, &made, "delivered").await.swap_remove(0);
    let call = json!({ "delivery": delivered["id"] });
    let reads = json!({ "name": "reads", "scopes": ["licenses:read"] });
    let token = server.admin.call("admin.token.create", reads).await;
    let reader = server.public.with_token(token["token"].as_str().unwrap());
    let shown = reader.call("admin.webhook.delivery", call.clone()).await;
    assert_eq!((&shown["delivery"], &shown["body"]), (&delivered, &json!(sent)));
    assert!(sent.contains(sold["id"].as_str().unwrap()));
    let writes = json!({ "name": "writes", "scopes": ["tokens:write"] });
    let token = server.admin.call("admin.token.create", writes).await;
    let writer = server.public.with_token(token["token"].as_str().unwrap());
    let refused = writer.refused("admin.webhook.delivery", call.clone()).await;
    assert_eq!(refused["data"], json!({ "code": "forbidden", "scope": "licenses:read" }));
    // What it says ends with its webhook.
    server.admin.call("admin.webhook.delete", json!({ "webhook": made["id"] })).await;
    let refused = reader.refused("admin.webhook.delivery", call).await;
    assert_eq!(refused["data"], json!({ "code": "not_found", "kind": "delivery" }));
    server.stop().await;
}
