//! The desk's numbers.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

#[tokio::test]
async fn the_summary_counts_by_status_and_day_and_names_what_expires_next() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let make = |license: Value| {
        let mut params = json!({ "product": "p", "activationLimit": 9 });
        params.as_object_mut().unwrap().extend(license.as_object().unwrap().clone());
        server.admin.call("admin.license.create", params)
    };
    let later = make(json!({ "expiresAt": "2026-09-01T00:00:00Z" })).await;
    let sooner = make(json!({ "expiresAt": "2026-07-01T00:00:00Z" })).await;
    make(json!({ "expiresAt": "2026-06-01T00:00:00Z" })).await;
    let mut stopped = Vec::new();
    for name in ["suspend", "disable", "revoke", "cancel"] {
        let license = make(json!({})).await;
        stopped.push(license["id"].clone());
        server
            .admin
            .call(&format!("admin.license.{name}"), json!({ "license": license["id"] }))
            .await;
    }
    for site in ["a.example", "b.example"] {
        let call = json!({ "key": later["key"], "identifier": site });
        server.public.call("license.activate", call).await;
    }
    server.env.set("2026-06-06T00:00:00Z");
    server
        .public
        .call("license.activate", json!({ "key": later["key"], "identifier": "c.example" }))
        .await;
    let summary = server.admin.call("admin.stats.summary", json!({ "days": 3 })).await;
    assert_eq!(summary["asOf"], "2026-06-06T00:00:00Z");
    let counts = json!({ "active": 2, "expired": 1, "suspended": 1, "disabled": 1, "revoked": 1, "cancelled": 1 });
    assert_eq!(summary["licenses"], counts);
    let days = json!([
        { "date": "2026-06-04", "activations": 0, "checks": 0 },
        { "date": "2026-06-05", "activations": 2, "checks": 0 },
        { "date": "2026-06-06", "activations": 1, "checks": 0 },
    ]);
    assert_eq!(summary["days"], days);
    let expiring: Vec<&Value> =
        summary["expiring"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(expiring, [&sooner["id"], &later["id"]]);
    make(json!({})).await;
    server.env.step(59);
    let soon = server.admin.call("admin.stats.summary", json!({ "days": 3 })).await;
    assert_eq!(soon["licenses"], counts, "a minute's rest");
    server.env.step(1);
    let fresh = server.admin.call("admin.stats.summary", json!({})).await;
    assert_eq!(
        (&fresh["licenses"]["active"], fresh["days"].as_array().unwrap().len()),
        (&json!(3), 30)
    );
    server.stop().await;
}

#[tokio::test]
async fn checks_are_counted_by_day_once_they_are_written() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let license = server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    for _ in 0..3 {
        server.public.call("license.validate", json!({ "key": license["key"] })).await;
    }
    server.public.call("license.validate", json!({ "key": "unknown" })).await;
    // What is counted is written when the server goes down, if not before.
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let summary = server.admin.call("admin.stats.summary", json!({ "days": 1 })).await;
    assert_eq!(summary["days"], json!([{ "date": "2026-06-05", "activations": 0, "checks": 3 }]));
    server.stop().await;
}

#[tokio::test]
async fn licenses_whose_places_are_nearly_all_taken_are_named_the_fullest_first() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let floating = json!({ "product": "p", "slug": "floating", "name": "Floating",
        "activationType": "device", "activationLimit": 2, "floating": { "ttl": 3600 } });
    server.admin.call("admin.plan.create", floating).await;
    let mut made = Vec::new();
    for (limit, used, plan) in [
        (1, 1, None),
        (0, 4, None),
        (2, 2, Some("floating")),
        (4, 3, None),
        (5, 4, None),
        (10, 8, None),
        (2, 2, None),
        (3, 3, None),
        (2, 3, None),
        (2, 2, None),
    ] {
        let mut params = json!({ "product": "p", "plan": plan });
        if plan.is_none() {
            params["activationLimit"] = json!(limit);
        }
        let license = server.admin.call("admin.license.create", params).await;
        for place in 0..used {
            let call =
                json!({ "license": license["id"], "identifier": format!("n{place}.example") });
            server.admin.call("admin.activation.add", call).await;
        }
        made.push(license);
    }
    let stopped = json!({ "license": made[9]["id"] });
    server.admin.call("admin.license.suspend", stopped).await;
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    let named: Vec<[&Value; 4]> = summary["fullest"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| [&one["id"], &one["alias"], &one["activationsUsed"], &one["activationLimit"]])
        .collect();
    let expected = [(8, 3, 2), (7, 3, 3), (6, 2, 2), (4, 4, 5), (5, 8, 10)];
    let numbers: Vec<(Value, Value)> =
        expected.iter().map(|(_, used, limit)| (json!(used), json!(limit))).collect();
    let expected: Vec<[&Value; 4]> = expected
        .iter()
        .zip(&numbers)
        .map(|((at, _, _), (used, limit))| [&made[*at]["id"], &made[*at]["alias"], used, limit])
        .collect();
    assert_eq!(named, expected);
    assert_eq!(summary["nearlyFull"], 5);
    for number in 0..12 {
        let call = json!({ "product": "p", "activationLimit": 2 });
        let license = server.admin.call("admin.license.create", call).await;
        for place in 0..2 {
            let identifier = format!("n{number}-{place}.example");
            let call = json!({ "license": license["id"], "identifier": identifier });
            server.admin.call("admin.activation.add", call).await;
        }
    }
    server.env.step(60);
    let summary = server.admin.call("admin.stats.summary", json!({})).await;
    assert_eq!(summary["fullest"].as_array().unwrap().len(), 10);
    assert_eq!(summary["nearlyFull"], 17);
    server.stop().await;
}

#[tokio::test]
async fn who_sees_one_product_is_told_of_no_payments_and_of_its_own_webhooks() {
    let server = TestServer::start().await;
    for slug in ["p", "q"] {
        server.admin.call("admin.product.create", json!({ "slug": slug, "name": slug })).await;
    }
    let token = json!({ "name": "t", "scopes": ["licenses:read"], "product": "q" });
    let made = server.admin.call("admin.token.create", token).await;
    let theirs = server.public.with_token(made["token"].as_str().unwrap());
    let summary = theirs.call("admin.stats.summary", json!({})).await;
    assert_eq!(summary["deliveries"], json!({ "webhooks": [], "payments": null }));
    server.stop().await;
}
