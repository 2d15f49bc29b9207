//! What of PackEdge's dialect no vector can show.

use counterfoil_server::limits::Limits;
use counterfoil_tests::{Client, Reply, TestServer};
use serde_json::{Value, json};

const KEY: &str = "MYPLUGIN-AAAA-BBBB-CCCC-DDDD";

/// Sells a license of two places and imports both credentials.
async fn found(server: &TestServer) -> Value {
    let product = json!({ "slug": "my-plugin", "name": "My Plugin" });
    server.admin.call("admin.product.create", product).await;
    for (kind, secret) in [("packedge-public-key", "pk_test"), ("packedge-api-key", "sk_test")] {
        let scopes = ["licenses:read", "licenses:write"];
        let token = json!({ "name": kind, "kind": kind, "secret": secret, "scopes": scopes, "product": "my-plugin" });
        server.admin.call("admin.token.create", token).await;
    }
    let license = json!({ "product": "my-plugin", "key": KEY, "activationLimit": 2 });
    server.admin.call("admin.license.create", license).await
}

async fn post(client: &Client, path: &str, body: Value) -> Reply {
    let request = client.request("POST", &format!("/packedge{path}"));
    let request = request.header("authorization", "Bearer sk_test");
    client.send(request.body(body.to_string())).await
}

async fn get(client: &Client, path: &str) -> Value {
    let request = client.request("GET", &format!("/packedge{path}"));
    let reply = client.send(request.header("authorization", "Bearer sk_test")).await;
    assert_eq!(reply.status, 200, "{reply:?}");
    serde_json::from_str(&reply.body).unwrap()
}

#[tokio::test]
async fn too_many_requests_are_told_without_a_word_about_the_license() {
    let limits = Limits { calls_per_minute: 1, loopback: true, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    let ask = json!({ "public_key": "pk_nobodys", "license_key": KEY });
    let validate = "/public/v1/licenses/validate";
    assert_eq!(post(&server.public, validate, ask.clone()).await.status, 404);
    let reply = post(&server.public, validate, ask).await;
    assert_eq!(reply.status, 429);
    let seconds = reply.header("retry-after").unwrap();
    assert_eq!(reply.body, format!(r#"{{"error":"Too many requests","retry_after":{seconds}}}"#));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    server.stop().await;
}

#[tokio::test]
async fn an_outdated_public_key_bars_nobody_else_behind_its_address() {
    let limits = Limits { failed_tokens_per_minute: 1, loopback: true, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    found(&server).await;
    let validate = "/public/v1/licenses/validate";
    for number in 0..3 {
        let ask = json!({ "public_key": format!("pk_old{number}"), "license_key": KEY });
        assert_eq!(post(&server.public, validate, ask).await.status, 404);
    }
    let ask = json!({ "public_key": "pk_test", "license_key": KEY });
    assert_eq!(post(&server.public, validate, ask).await.json()["valid"], true);
    server.admin.call("admin.license.list", json!({})).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_sites_that_want_the_last_seat_one_gets_it() {
    let server = TestServer::start().await;
    let license = found(&server).await;
    let activate = |site: usize| {
        let client = server.public.clone();
        let ask = json!({ "license_key": KEY, "domain": format!("https://site{site}.example") });
        async move { post(&client, "/v1/licenses/activate", ask).await }
    };
    assert_eq!(activate(0).await.status, 200);
    let both = (tokio::spawn(activate(1)), tokio::spawn(activate(2)));
    let mut replies = [both.0.await.unwrap(), both.1.await.unwrap()];
    replies.sort_by_key(|reply| reply.status);
    assert_eq!((replies[0].status, replies[1].status), (200, 400), "{replies:?}");
    assert_eq!(replies[1].body, r#"{"error":"License seat limit reached"}"#);
    let kept = server.admin.call("admin.license.get", json!({ "license": license["id"] })).await;
    assert_eq!(kept["activationsUsed"], 2);
    server.stop().await;
}

#[tokio::test]
async fn pages_hold_every_license_and_every_site_once() {
    let server = TestServer::start().await;
    let first = found(&server).await;
    let many = json!({ "product": "my-plugin", "quantity": 600 });
    let made = server.admin.call("admin.license.create", many).await;
    let mut ids: Vec<&Value> =
        made["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    ids.insert(0, &first["id"]);
    let mut found = Vec::new();
    for page in 1..=7 {
        let reply = get(&server.public, &format!("/v1/licenses?per_page=100&page={page}")).await;
        assert_eq!(reply["meta"]["total"], 601);
        assert_eq!(reply["meta"]["totalPages"], 7);
        let items = reply["data"].as_array().unwrap();
        found.extend(items.iter().map(|item| item["id"].clone()));
    }
    found.reverse();
    assert_eq!(found.iter().collect::<Vec<_>>(), ids, "newest first");
    for id in [&first["id"], ids[600]] {
        let add = json!({ "license": id, "identifier": "example.com" });
        server.admin.call("admin.activation.add", add).await;
    }
    let sites = get(&server.public, "/v1/sites?per_page=1&page=2").await;
    assert_eq!(sites["meta"]["total"], 2);
    assert_eq!(sites["data"][0]["licenseId"], first["id"], "the older of two");
    server.stop().await;
}

#[tokio::test]
async fn a_bulk_change_reaches_each_license_once_and_lets_others_in_between() {
    let server = TestServer::start().await;
    let license = found(&server).await;
    let many = json!({ "product": "my-plugin", "quantity": 500 });
    let made = server.admin.call("admin.license.create", many).await;
    let ids: Vec<&Value> = made["items"].as_array().unwrap().iter().map(|it| &it["id"]).collect();
    let refused = json!({ "ids": ids, "action": "extend" });
    assert_eq!(post(&server.public, "/v1/licenses/bulk", refused).await.status, 400);
    let suspend = json!({ "ids": ids, "action": "suspend" });
    let reply = post(&server.public, "/v1/licenses/bulk", suspend).await;
    assert_eq!(reply.body, r#"{"data":{"affected":500}}"#);
    let suspended = get(&server.public, "/v1/licenses?status=suspended&per_page=1").await;
    assert_eq!(suspended["meta"]["total"], 500);
    let left = get(&server.public, "/v1/licenses?status=active").await;
    assert_eq!(left["data"][0]["id"], license["id"]);
    // Named twice, and far from each other.
    let twice = [&ids[..], &ids[..]].concat();
    let extend = json!({ "ids": twice, "action": "extend", "extendDays": 1 });
    let commits = || *server.server.app().ledger.commits().borrow();
    let before = commits();
    let reply = post(&server.public, "/v1/licenses/bulk", extend).await;
    assert_eq!(reply.body, r#"{"data":{"affected":500}}"#);
    assert_eq!(commits() - before, 10, "none of them holds up others for long");
    for id in [ids[0], ids[499]] {
        let shown = server.admin.call("admin.license.get", json!({ "license": id })).await;
        assert_eq!(shown["expiresAt"], "2026-06-06T08:02:00Z", "a day from now on, once: {id}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_another_product_is_no_check() {
    let server = TestServer::start().await;
    let license = found(&server).await;
    let validate = "/v1/licenses/validate";
    let ask = |slug: &str| json!({ "license_key": KEY, "product_slug": slug });
    assert_eq!(post(&server.public, validate, ask("my-plugin")).await.json()["valid"], true);
    assert_eq!(post(&server.public, validate, ask("other")).await.json()["valid"], false);
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
    let refused = post(&server.public, validate, ask("other")).await;
    assert_eq!(refused.json()["error"], "License is suspended");
    // That it does not run is an answer about this license, and counts.
    assert_eq!(post(&server.public, validate, ask("my-plugin")).await.json()["valid"], false);
    // What is counted is written when the server goes down, if not before.
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let shown = server.admin.call("admin.license.get", json!({ "license": KEY })).await;
    assert_eq!(shown["checkCount"], 2);
    server.stop().await;
}

#[tokio::test]
async fn a_store_that_fails_says_nothing_about_the_license_and_when_to_ask_again() {
    let server = TestServer::start().await;
    let license = found(&server).await;
    server.damage_key(&license).await;
    let place = json!({ "license_key": KEY, "public_key": "pk_test", "domain": "a.example" });
    for path in [
        "/v1/licenses/validate",
        "/v1/licenses/activate",
        "/v1/licenses/deactivate",
        "/public/v1/licenses/check",
    ] {
        let reply = post(&server.public, path, place.clone()).await;
        check_fault(&reply, path);
    }
    let path = format!("/packedge/v1/licenses/{}", license["id"].as_str().unwrap());
    let request = server.public.request("GET", &path).header("authorization", "Bearer sk_test");
    check_fault(&server.public.send(request).await, &path);
    server.stop().await;
}

fn check_fault(reply: &Reply, path: &str) {
    assert_eq!(reply.status, 500, "{path}: {reply:?}");
    assert_eq!(reply.body, r#"{"error":"Internal server error"}"#, "{path}");
    assert!(reply.header("retry-after").is_some(), "{path}: {reply:?}");
}
