//! What happened to all licenses, newest first, and the facts on which each is judged.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

/// A product with three licenses, one of them stopped a day later by a second token.
async fn found(server: &TestServer) -> Vec<Value> {
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let mut licenses = Vec::new();
    for _ in 0..3 {
        licenses.push(server.admin.call("admin.license.create", json!({ "product": "p" })).await);
    }
    let activating = json!({ "key": licenses[0]["key"], "identifier": "example.com" });
    server.public.call("license.activate", activating).await;
    server.env.step(86_400);
    licenses
}

async fn types(server: &TestServer, params: Value) -> Vec<String> {
    let listed = server.admin.call("admin.history.list", params).await;
    let items = listed["items"].as_array().unwrap();
    items.iter().map(|item| item["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everything_that_happened_is_listed_newest_first_and_in_parts() {
    let server = TestServer::start().await;
    let licenses = found(&server).await;
    server.admin.call("admin.license.suspend", json!({ "license": licenses[1]["id"] })).await;
    let whole = server.admin.call("admin.history.list", json!({})).await;
    let items = whole["items"].as_array().unwrap();
    assert_eq!(whole["nextCursor"], Value::Null);
    let seen: Vec<(&str, &Value)> =
        items.iter().map(|item| (item["type"].as_str().unwrap(), &item["license"])).collect();
    let id = |place: usize| &licenses[place]["id"];
    assert_eq!(
        seen,
        [
            ("license.suspended", id(1)),
            ("activation.created", id(0)),
            ("license.created", id(2)),
            ("license.created", id(1)),
            ("license.created", id(0)),
        ]
    );
    let mut parts = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let part = json!({ "limit": 2, "cursor": cursor });
        let part = server.admin.call("admin.history.list", part).await;
        parts.extend(part["items"].as_array().unwrap().clone());
        cursor = part["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(&parts, items);
    server.stop().await;
}

#[tokio::test]
async fn the_history_is_looked_through_by_who_what_and_when() {
    let server = TestServer::start().await;
    let licenses = found(&server).await;
    let other = json!({ "name": "other", "scopes": ["licenses:write"] });
    let other = server.admin.call("admin.token.create", other).await;
    let by_other = server.public.with_token(other["token"].as_str().unwrap());
    by_other.call("admin.license.suspend", json!({ "license": licenses[1]["id"] })).await;
    let (day_one, day_two) = ("2026-06-05T08:02:00Z", "2026-06-06T08:02:00Z");
    let made = "license.created";
    for (params, expected) in [
        (json!({ "actor": other["id"] }), vec!["license.suspended"]),
        (json!({ "actor": "key" }), vec!["activation.created"]),
        (json!({ "actor": "nobody" }), vec![]),
        (json!({ "type": "license." }), vec!["license.suspended", made, made, made]),
        (json!({ "type": "activation.created" }), vec!["activation.created"]),
        (json!({ "type": "created" }), vec![]),
        (json!({ "since": day_two }), vec!["license.suspended"]),
        (json!({ "since": "2026-06-05T08:02:01Z" }), vec!["license.suspended"]),
        (json!({ "until": day_two }), vec!["activation.created", made, made, made]),
        (json!({ "until": day_one }), vec![]),
        (
            json!({ "since": day_one, "until": day_two, "type": "activation" }),
            vec!["activation.created"],
        ),
        (json!({ "since": day_two, "until": day_one }), vec![]),
    ] {
        assert_eq!(types(&server, params.clone()).await, expected, "{params}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_clock_that_was_put_back_hides_nothing() {
    let server = TestServer::start().await;
    let licenses = found(&server).await;
    server.env.set("2026-06-05T09:00:00Z");
    server.admin.call("admin.license.suspend", json!({ "license": licenses[1]["id"] })).await;
    for params in [
        json!({ "since": "2026-06-05T09:00:00Z", "until": "2026-06-05T09:00:01Z" }),
        json!({ "until": "2026-06-05T09:00:01Z", "type": "license.suspended" }),
    ] {
        assert_eq!(types(&server, params.clone()).await, ["license.suspended"], "{params}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_facts_of_a_license_hold_no_key_and_name_who_is_asked_about() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let making = json!({ "product": "p", "activationLimit": 0 });
    let license = server.admin.call("admin.license.create", making).await;
    let (id, key) = (&license["id"], license["key"].as_str().unwrap());
    for place in 0..102 {
        let activating = json!({ "key": key, "identifier": format!("site-{place}.example") });
        server.public.call("license.activate", activating).await;
    }
    let ask = async |identifier: Value| {
        let params = json!({ "license": id, "identifier": identifier });
        server.admin.call("admin.license.snapshot", params).await
    };
    let facts = ask(Value::Null).await;
    assert_eq!(facts["license"]["id"], *id);
    assert_eq!(facts["license"]["activationsUsed"], 102);
    assert_eq!(facts["activations"].as_array().unwrap().len(), 101);
    assert_eq!(facts["named"], json!([]));
    assert!(!facts.to_string().contains(key));
    let late = ask(json!("https://www.Site-101.example/path")).await;
    assert_eq!(late["named"][0]["identifier"], "site-101.example");
    let params = json!({ "license": id, "identifier": "no domain!" });
    let refused = server.admin.refused("admin.license.snapshot", params).await;
    assert_eq!(refused["data"]["code"], "invalid_identifier");
    server.stop().await;
}
