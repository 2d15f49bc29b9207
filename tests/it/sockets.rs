//! JSON-RPC over a web socket.

use counterfoil_tests::{ADMIN_TOKEN, Socket, TestServer};
use serde_json::{Value, json};

#[tokio::test]
async fn a_socket_answers_like_a_post() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
    let made = socket.ask("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    assert_eq!(made["result"]["slug"], "p");
    let license = socket.ask("admin.license.create", json!({ "product": "p" })).await;
    let key = license["result"]["key"].clone();
    for (method, params) in [
        ("license.activate", json!({ "key": key, "identifier": "example.com" })),
        ("license.validate", json!({ "key": key })),
        ("license.validate", json!({ "keys": key })),
        ("license.nope", json!({})),
        ("rpc.discover", json!({})),
    ] {
        let by_socket = socket.ask(method, params.clone()).await;
        let by_post = server.admin.ask(method, params).await;
        let without_created = |mut reply: Value| {
            reply["result"].as_object_mut().map(|result| result.remove("created"));
            reply
        };
        assert_eq!(without_created(by_socket), without_created(by_post), "{method}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_socket_without_a_token_opens_no_desk() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, None).await;
    let refused = socket.ask("admin.product.get", json!({ "product": "p" })).await;
    assert_eq!(refused["error"]["code"], 401);
    server.stop().await;
}

#[tokio::test]
async fn a_large_message_and_a_large_batch_are_refused_and_the_socket_goes_on() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, None).await;
    let large = json!({ "key": "x".repeat(70_000) });
    assert_eq!(socket.ask("license.validate", large).await["error"]["code"], -32007);
    let call = json!({ "jsonrpc": "2.0", "id": 1, "method": "license.validate", "params": { "key": "k" } });
    socket.send(&Value::from(vec![call; 21]).to_string()).await;
    let reply = socket.next().await;
    assert_eq!(reply["error"]["code"], -32010);
    let mixed = json!([{ "jsonrpc": "2.0", "id": 1, "method": "license.nope" }, 5]);
    socket.send(&mixed.to_string()).await;
    let reply = socket.next().await;
    let words = [&reply[0]["error"]["data"]["code"], &reply[1]["error"]["data"]["code"]];
    assert_eq!(words, ["method_not_found", "invalid_request"]);
    let verdict = socket.ask("license.validate", json!({ "key": "k" })).await;
    assert_eq!(verdict["result"]["status"], "invalid");
    server.stop().await;
}

#[tokio::test]
async fn a_server_that_goes_down_closes_its_sockets() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, None).await;
    socket.ask("license.validate", json!({ "key": "k" })).await;
    server.stop().await;
    assert!(socket.is_closed().await);
}

#[tokio::test]
async fn whatever_a_post_is_answered_a_message_is_too() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, None).await;
    let call = |id: &str| {
        format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"license.validate","params":{{"key":"k"}}}}"#
        )
    };
    let batch = format!("[{}]", vec![call("1"); 21].join(","));
    let mut texts: Vec<String> =
        ["-1", "1.5", "true", "[]", "{}", "null", "\"a\"", "1e400"].map(call).to_vec();
    texts.extend(
        [
            "garbage",
            "{}",
            "1",
            "null",
            "[]",
            "[1]",
            r#"{"id":3,"method":"nope"}"#,
            "{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":\"nope\"}",
        ]
        .map(str::to_owned),
    );
    texts.push(batch);
    texts.push(" ".repeat(70_000));
    for text in texts {
        socket.send(&text).await;
        let by_socket = socket.next().await;
        let by_post = server.public.post(text.clone()).await.json();
        assert_eq!(by_socket, by_post, "{}", text.get(..80).unwrap_or(&text));
    }
    // What only notifies is not answered, and what comes after it is.
    socket.send(r#"{"jsonrpc":"2.0","method":"license.validate","params":{"key":"k"}}"#).await;
    assert_eq!(
        socket.ask("license.validate", json!({ "key": "k" })).await["result"]["status"],
        "invalid"
    );
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_in_a_batch_is_answered_once_and_before_it_begins() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
    let batch = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "admin.events", "params": { "after": "evt_00000000000000000000000000" } },
        { "jsonrpc": "2.0", "id": 2, "method": "admin.product.get", "params": { "product": "p" } },
    ]);
    socket.send(&batch.to_string()).await;
    let answer = socket.next().await;
    assert_eq!((&answer[0]["id"], &answer[1]["result"]["slug"]), (&json!(1), &json!("p")));
    let event = socket.next().await;
    assert_eq!(event["params"]["subscription"], answer[0]["result"]);
    assert_eq!(event["params"]["result"]["type"], "license.created");
    server.stop().await;
}

#[tokio::test]
async fn a_socket_has_room_for_sixteen_subscriptions_and_checks_what_ends_one() {
    let server = TestServer::start().await;
    let mut socket = Socket::connect(&server, Some(ADMIN_TOKEN)).await;
    let mut ids = Vec::new();
    for _ in 0..16 {
        ids.push(socket.ask("admin.events", json!({})).await["result"].clone());
    }
    let refused = socket.ask("admin.events", json!({})).await;
    assert_eq!(refused["error"]["data"]["code"], "unavailable");
    for (params, field) in [
        (json!({}), "subscription"),
        (json!({ "subscription": "a" }), "subscription"),
        (json!({ "subscription": 1, "x": 2 }), "x"),
        (json!(["a"]), "params"),
    ] {
        let refused = socket.ask("admin.unsubscribeEvents", params).await;
        assert_eq!(refused["error"]["data"]["field"], field);
    }
    assert_eq!(
        socket.ask("admin.unsubscribeEvents", json!({ "subscription": ids[0] })).await["result"],
        true
    );
    assert!(socket.ask("admin.events", json!({})).await["result"].is_u64());
    server.stop().await;
}

#[tokio::test]
async fn a_message_beyond_all_bounds_ends_its_socket_and_no_other() {
    let server = TestServer::start().await;
    let mut other = Socket::connect(&server, None).await;
    let mut socket = Socket::connect(&server, None).await;
    socket.try_send(&" ".repeat(3 * 1024 * 1024)).await;
    assert!(socket.ends().await);
    assert_eq!(
        other.ask("license.validate", json!({ "key": "k" })).await["result"]["status"],
        "invalid"
    );
    server.stop().await;
}
