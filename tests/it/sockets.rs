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
