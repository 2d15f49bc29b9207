//! A live token's session looks at the test world, and back.

use counterfoil_tests::{ADMIN_TOKEN, Socket, TestServer};
use serde_json::{Value, json};

use super::{SESSION, ask, call, cookie, cookie_for, make_token, own};

/// The cookie of the same session that looks at another world.
async fn looking_at(server: &TestServer, cookie_before: &str, mode: &str) -> String {
    let body = json!({ "mode": mode });
    let reply = ask(&server.public, "POST", (cookie_before, &own(server)), &body).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    cookie(&reply)
}

/// What a call answers in a session.
async fn answer(server: &TestServer, cookie: &str, method: &str, params: Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
    let request = server.public.request("POST", "/rpc").header("origin", own(server));
    let request = request.header("cookie", cookie).header("content-type", "application/json");
    server.public.send(request.body(body.to_string())).await.json()
}

async fn modes(server: &TestServer, cookie: &str) -> (Value, Value) {
    let shown = ask(&server.public, "GET", (cookie, ""), &Value::Null).await.json();
    (shown["session"]["mode"].clone(), shown["session"]["token"]["mode"].clone())
}

#[tokio::test]
async fn a_live_tokens_session_looks_at_the_test_world_and_back() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let live = server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    assert_eq!(modes(&server, &first).await, (json!("live"), json!("live")));
    let trial = looking_at(&server, &first, "test").await;
    assert_ne!(trial, first);
    assert_eq!(call(&server, &first, &own(&server)).await, 401, "the one before is over");
    assert_eq!(modes(&server, &trial).await, (json!("test"), json!("live")));

    let listed = answer(&server, &trial, "admin.license.list", json!({})).await;
    assert_eq!(listed["result"]["items"], json!([]), "no live license is seen");
    let id = json!({ "license": live["id"] });
    let refused = answer(&server, &trial, "admin.license.suspend", id).await;
    assert_eq!(refused["error"]["data"]["code"], "license_not_found", "or changed");
    let made = answer(&server, &trial, "admin.license.create", json!({ "product": "p" })).await;
    assert_eq!(made["result"]["mode"], "test");
    let key = json!({ "key": made["result"]["key"] });
    assert_eq!(server.public.call("license.validate", key).await["status"], "invalid");
    let summed = answer(&server, &trial, "admin.stats.summary", json!({})).await;
    assert_eq!(summed["result"]["licenses"]["active"], 1);

    let back = looking_at(&server, &trial, "live").await;
    assert_eq!(call(&server, &trial, &own(&server)).await, 401);
    let listed = answer(&server, &back, "admin.license.list", json!({})).await;
    assert_eq!(listed["result"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(listed["result"]["items"][0]["id"], live["id"]);
    server.stop().await;
}

#[tokio::test]
async fn no_live_token_is_made_in_the_test_world_and_none_is_seen_there() {
    let server = TestServer::start().await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    let trial = looking_at(&server, &first, "test").await;
    let wanted = |mode: &str| json!({ "name": "t", "scopes": ["*"], "mode": mode });
    let refused = answer(&server, &trial, "admin.token.create", wanted("live")).await;
    let lacking = json!({ "code": "forbidden", "scope": "mode:live" });
    assert_eq!(refused["error"]["data"], lacking);
    let made = answer(&server, &trial, "admin.token.create", wanted("test")).await;
    let listed = answer(&server, &trial, "admin.token.list", json!({})).await;
    let listed = listed["result"]["items"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["id"]), (1, &made["result"]["id"]));
    server.stop().await;
}

#[tokio::test]
async fn a_test_token_never_gets_to_the_live_world() {
    let server = TestServer::start().await;
    let params = json!({ "name": "trial", "scopes": ["*"], "mode": "test" });
    let (_, token) = make_token(&server, params).await;
    let first = cookie_for(&server, &token).await;
    assert_eq!(modes(&server, &first).await, (json!("test"), json!("test")));
    let live = json!({ "mode": "live" });
    let reply = ask(&server.public, "POST", (&first, &own(&server)), &live).await;
    assert_eq!((reply.status, reply.header("set-cookie")), (403, None));
    assert_eq!(call(&server, &first, &own(&server)).await, 0, "it goes on as it was");
    let again = looking_at(&server, &first, "test").await;
    assert_eq!(modes(&server, &again).await, (json!("test"), json!("test")));
    server.stop().await;
}

#[tokio::test]
async fn only_the_servers_own_page_changes_what_a_session_looks_at() {
    let server = TestServer::start().await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    for (cookie, origin, mode, status) in [
        (first.as_str(), "https://evil.example", "test", 403),
        (&first, "", "test", 401),
        ("", &own(&server), "test", 401),
        ("counterfoil_desk=cf_desk_none", &own(&server), "test", 401),
        (&first, &own(&server), "both", 400),
    ] {
        let body = json!({ "mode": mode });
        let reply = ask(&server.public, "POST", (cookie, origin), &body).await;
        assert_eq!((reply.status, reply.header("set-cookie")), (status, None), "{origin} {mode}");
    }
    assert_eq!(modes(&server, &first).await.0, "live");
    server.stop().await;
}

#[tokio::test]
async fn looking_at_another_world_makes_no_session_longer() {
    let server = TestServer::start().await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    server.env.step(SESSION - 60);
    let body = json!({ "mode": "test" });
    let reply = ask(&server.public, "POST", (&first, &own(&server)), &body).await;
    assert!(reply.header("set-cookie").unwrap().contains("Max-Age=60"));
    let trial = cookie(&reply);
    assert_eq!(call(&server, &trial, &own(&server)).await, 0);
    server.env.step(60);
    assert_eq!(call(&server, &trial, &own(&server)).await, 401);
    server.stop().await;
}

#[tokio::test]
async fn a_socket_hears_of_the_world_that_its_session_looks_at() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let first = cookie_for(&server, ADMIN_TOKEN).await;
    let trial = looking_at(&server, &first, "test").await;
    let mut socket = Socket::connect_from(&server, &trial, &own(&server)).await;
    assert!(socket.ask("admin.events", json!({})).await["result"].is_u64());
    server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    let made = answer(&server, &trial, "admin.license.create", json!({ "product": "p" })).await;
    let heard = socket.next().await;
    assert_eq!(heard["params"]["result"]["license"], made["result"]["id"], "the live one's is not");
    looking_at(&server, &trial, "live").await;
    let test = json!({ "name": "t", "scopes": ["*"], "mode": "test" });
    let (_, token) = make_token(&server, test).await;
    let tester = server.public.with_token(&token);
    tester.call("admin.license.create", json!({ "product": "p" })).await;
    assert_eq!(socket.next().await["params"]["error"]["code"], 401);
    server.stop().await;
}
