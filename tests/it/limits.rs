//! How much one caller may ask, and who is not asked to wait.

use counterfoil_server::limits::Limits;
use counterfoil_tests::{ADMIN_TOKEN, Client, Reply, TestServer};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

fn call(id: usize, method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

fn validate(id: usize, key: &str) -> Value {
    call(id, "license.validate", &json!({ "key": key }))
}

/// Posts a body as the proxy would for the client at `ip`.
async fn post(client: &Client, ip: &str, body: &Value) -> Reply {
    let request = client.request("POST", "/rpc").header("content-type", "application/json");
    client.send(request.header("x-forwarded-for", ip).body(body.to_string())).await
}

async fn status_of(client: &Client, ip: &str, body: &Value) -> u16 {
    post(client, ip, body).await.status
}

#[track_caller]
fn check_limited(reply: &Reply, id: usize, seconds: u32) {
    assert_eq!(reply.status, 429);
    let answer = reply.json();
    assert_eq!((&answer["id"], &answer["error"]["code"]), (&json!(id), &json!(429)));
    let data = json!({ "code": "rate_limited", "retryAfter": seconds });
    assert_eq!(answer["error"]["data"], data);
    assert_eq!(reply.header("retry-after"), Some(seconds.to_string().as_str()));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn an_address_has_its_calls_and_gets_them_back_with_time() {
    let server = TestServer::start_limited(Limits { calls_per_minute: 3, ..Limits::OFF }).await;
    let client = &server.public;
    for id in 0..3 {
        assert_eq!(status_of(client, "192.0.2.1", &validate(id, "k")).await, 200);
    }
    check_limited(&post(client, "192.0.2.1", &validate(7, "k")).await, 7, 20);
    assert_eq!(status_of(client, "192.0.2.2", &validate(1, "k")).await, 200, "another's calls");
    server.env.step(19);
    check_limited(&post(client, "192.0.2.1", &call(8, "license.nope", &json!({}))).await, 8, 1);
    server.env.step(1);
    assert_eq!(status_of(client, "192.0.2.1", &validate(9, "k")).await, 200);
    check_limited(&post(client, "192.0.2.1", &validate(10, "k")).await, 10, 20);
    server.stop().await;
}

#[tokio::test]
async fn an_ipv6_network_shares_its_calls() {
    let server = TestServer::start_limited(Limits { calls_per_minute: 2, ..Limits::OFF }).await;
    for (ip, status) in [
        ("2001:db8:1:2::1", 200),
        ("2001:db8:1:2:ffff::1", 200),
        ("2001:db8:1:2::2", 429),
        ("2001:db8:1:3::1", 200),
    ] {
        assert_eq!(status_of(&server.public, ip, &validate(1, "k")).await, status, "{ip}");
    }
    server.stop().await;
}

#[tokio::test]
async fn callers_on_this_machine_are_limited_only_where_that_is_wanted() {
    let limits = Limits { calls_per_minute: 1, unknown_keys_per_minute: 1, ..Limits::OFF };
    for (loopback, status) in [(false, 200), (true, 429)] {
        let server = TestServer::start_limited(Limits { loopback, ..limits }).await;
        assert_eq!(server.public.post(validate(1, "k").to_string()).await.status, 200);
        assert_eq!(server.public.post(validate(2, "k").to_string()).await.status, status);
        server.stop().await;
    }
}

#[tokio::test]
async fn each_call_of_a_batch_counts_and_is_answered_by_itself() {
    let server = TestServer::start_limited(Limits { calls_per_minute: 3, ..Limits::OFF }).await;
    let batch: Value = (0..5).map(|id| validate(id, "k")).collect();
    let reply = post(&server.public, "192.0.2.1", &batch).await;
    assert_eq!(reply.status, 200);
    let answers = reply.json();
    let codes: Vec<&Value> =
        answers.as_array().unwrap().iter().map(|one| &one["error"]["code"]).collect();
    assert_eq!(codes, [&Value::Null, &Value::Null, &Value::Null, &json!(429), &json!(429)]);
    assert!(answers[4]["error"]["data"]["retryAfter"].as_u64().unwrap() >= 1);
    server.stop().await;
}

#[tokio::test]
async fn each_call_on_a_socket_counts() {
    // Opening it counts as a call too.
    let server = TestServer::start_limited(Limits { calls_per_minute: 3, ..Limits::OFF }).await;
    let url = format!("ws://{}/rpc", server.server.address());
    let mut request = url.into_client_request().unwrap();
    request.headers_mut().insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    let mut socket = connect_async(request).await.unwrap().0;
    let mut codes = Vec::new();
    for method in ["license.validate", "license.nope", "license.validate", "license.nope"] {
        let call = call(1, method, &json!({ "key": "k" })).to_string();
        socket.send(Message::text(call)).await.unwrap();
        let reply = loop {
            let message = socket.next().await.unwrap().unwrap();
            if message.is_text() {
                break message;
            }
        };
        let reply: Value = serde_json::from_str(reply.to_text().unwrap()).unwrap();
        codes.push(reply["error"]["code"].clone());
    }
    assert_eq!(codes, [Value::Null, json!(-32601), json!(429), json!(429)]);
    server.stop().await;
}

#[tokio::test]
async fn a_valid_token_has_its_own_calls_wherever_it_is_used() {
    let limits = Limits { calls_per_minute: 1, token_calls_per_minute: 2, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    let get = call(1, "admin.product.get", &json!({ "product": "p" }));
    for (client, ip, status) in [
        (&server.public, "192.0.2.1", 200),
        (&server.public, "192.0.2.1", 429),
        (&server.admin, "192.0.2.1", 200),
        (&server.admin, "192.0.2.2", 200),
        (&server.admin, "192.0.2.3", 429),
        (&server.public, "192.0.2.3", 200),
    ] {
        assert_eq!(status_of(client, ip, &get).await, status, "{ip}");
    }
    server.stop().await;
}

/// Makes a license by a caller on this machine, who is not limited.
async fn make_key(server: &TestServer) -> String {
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let made = server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    made["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn who_guesses_keys_is_not_told_when_one_is_right() {
    let server =
        TestServer::start_limited(Limits { unknown_keys_per_minute: 2, ..Limits::OFF }).await;
    let client = &server.public;
    let key = make_key(&server).await;
    let activate = |key: &str| {
        call(2, "license.activate", &json!({ "key": key, "identifier": "example.com" }))
    };
    for _ in 0..9 {
        assert_eq!(status_of(client, "192.0.2.1", &validate(1, &key)).await, 200);
    }
    assert_eq!(status_of(client, "192.0.2.1", &validate(1, "wrong")).await, 200);
    assert_eq!(status_of(client, "192.0.2.1", &activate("wrong too")).await, 200);
    check_limited(&post(client, "192.0.2.1", &validate(3, &key)).await, 3, 30);
    check_limited(&post(client, "192.0.2.1", &activate(&key)).await, 2, 30);
    assert_eq!(status_of(client, "192.0.2.2", &validate(1, &key)).await, 200);
    let get = call(1, "admin.product.get", &json!({ "product": "p" }));
    assert_eq!(status_of(&server.admin, "192.0.2.1", &get).await, 200, "no key is guessed here");
    server.env.step(30);
    assert_eq!(status_of(client, "192.0.2.1", &validate(1, &key)).await, 200);
    assert_eq!(status_of(client, "192.0.2.1", &validate(1, "wrong")).await, 200);
    check_limited(&post(client, "192.0.2.1", &validate(4, &key)).await, 4, 30);
    server.stop().await;
}

#[tokio::test]
async fn who_guesses_tokens_is_not_told_when_one_is_right() {
    let server =
        TestServer::start_limited(Limits { failed_tokens_per_minute: 2, ..Limits::OFF }).await;
    let wrong = server.public.with_token("wrong");
    let get = call(5, "admin.product.get", &json!({ "product": "p" }));
    for _ in 0..2 {
        let reply = post(&wrong, "192.0.2.1", &get).await;
        assert_eq!((reply.status, &reply.json()["error"]["code"]), (200, &json!(401)));
    }
    check_limited(&post(&wrong, "192.0.2.1", &get).await, 5, 30);
    check_limited(&post(&server.admin, "192.0.2.1", &get).await, 5, 30);
    assert_eq!(status_of(&server.admin, "192.0.2.2", &get).await, 200);
    let unasked = validate(1, "k");
    assert_eq!(status_of(&server.public, "192.0.2.1", &unasked).await, 200, "customers go on");
    let metrics = server.admin.request("GET", "/metrics").header("x-forwarded-for", "192.0.2.1");
    assert_eq!(server.admin.send(metrics).await.status, 429);
    let url = format!("ws://{}/rpc", server.server.address());
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("x-forwarded-for", "192.0.2.1".parse().unwrap());
    headers.insert("authorization", format!("Bearer {ADMIN_TOKEN}").parse().unwrap());
    assert!(connect_async(request).await.is_err(), "nor by a socket");
    server.env.step(30);
    assert_eq!(status_of(&server.admin, "192.0.2.1", &get).await, 200);
    server.stop().await;
}

#[tokio::test]
async fn a_limited_call_counts_nowhere_else() {
    let limits = Limits { calls_per_minute: 1, unknown_keys_per_minute: 2, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    let key = make_key(&server).await;
    let guess = validate(1, "wrong");
    for (body, status) in [(&guess, 200), (&guess, 429), (&guess, 429), (&guess, 429)] {
        assert_eq!(status_of(&server.public, "192.0.2.1", body).await, status);
    }
    server.env.step(60);
    // Barred by nothing: one guess was answered, so one is left.
    assert_eq!(status_of(&server.public, "192.0.2.1", &validate(2, &key)).await, 200);
    let text = server.public.send(server.public.request("GET", "/metrics")).await.body;
    assert!(text.contains("counterfoil_rate_limited_total{limit=\"calls\"} 3\n"), "{text}");
    assert!(!text.contains("limit=\"unknown_keys\""), "{text}");
    server.stop().await;
}
