//! What every call has in common: parameters, limits, errors, CORS.

use counterfoil_tests::{Client, Reply, TestServer};
use serde_json::{Value, json};

/// The calls that only a web socket takes.
const BY_SOCKET: [&str; 2] = ["admin.events", "admin.unsubscribeEvents"];

/// Every call that is made by one request.
fn methods() -> Vec<&'static str> {
    let mut methods = counterfoil_core::wire::native::methods();
    methods.retain(|method| !BY_SOCKET.contains(method));
    methods
}

#[tokio::test]
async fn every_call_of_the_core_is_answered() {
    let server = TestServer::start_queueing().await;
    let visitor = crate::portal::visitor(&server).await;
    for method in methods() {
        let caller = if method.starts_with("portal.") { &visitor } else { &server.admin };
        let refused = caller.refused(method, json!({ "nonsense": 1 })).await;
        assert_eq!(refused["code"], -32602, "{method}: {refused}");
        let absent = json!({ "nonsense": null });
        assert_eq!(caller.refused(method, absent).await["code"], -32602, "{method}");
    }
    for method in BY_SOCKET {
        let refused = server.admin.refused(method, json!({})).await;
        let (number, word) = (&refused["code"], &refused["data"]["code"]);
        assert_eq!((number, word), (&json!(-32600), &json!("invalid_request")), "{method}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_unknown_member_is_refused_by_name_in_every_method() {
    let server = TestServer::start_queueing().await;
    let visitor = crate::portal::visitor(&server).await;
    for method in methods() {
        // Everything a method may need is there, so that the stranger is what is left.
        let params = json!({ "key": "k", "identifier": "i", "product": "p", "plan": "n", "slug": "s",
            "name": "n", "activationType": "domain", "activationLimit": 1, "license": "l",
            "activation": "a", "token": "t", "scopes": [], "mail": "m",
            "template": "license_revoked", "email": "a@b.example", "code": "c", "order": "o",
            "subscription": "s", "won": true, "url": "u", "webhook": "w", "provider": "stripe",
            "secret": "whsec_1", "connection": "c", "price": "p", "delivery": "d",
            "reference": "r", "keyz": 1 });
        let caller = if method.starts_with("portal.") { &visitor } else { &server.admin };
        let known = caller.refused(method, params.clone()).await["data"]["field"].clone();
        let members = params.as_object().unwrap();
        let known = known.as_str().unwrap();
        assert!(members.contains_key(known) || known == "customer", "{method}: {known}");
    }
    let refused = server.public.refused("license.validate", json!({ "key": "k", "keyz": 1 })).await;
    assert_eq!(
        refused["data"],
        json!({ "code": "invalid_params", "field": "keyz", "problem": "is not known to this method" })
    );
    server.stop().await;
}

#[tokio::test]
async fn no_parameters_may_be_left_out_or_be_an_empty_list() {
    let server = TestServer::start().await;
    for params in
        ["", r#","params":[]"#, r#","params":[ ]"#, r#","params":null"#, r#","params":{}"#]
    {
        let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"admin.product.list"{params}}}"#);
        let page = json!({ "items": [], "nextCursor": null });
        assert_eq!(server.admin.post(body).await.json()["result"], page, "{params}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_type_is_refused_with_the_member_and_what_it_must_be() {
    let server = TestServer::start().await;
    for (params, field) in [
        (json!({ "key": 5 }), "key"),
        (json!({ "key": "k", "lease": "yes" }), "lease"),
        (json!({ "key": "k", "nonce": 7 }), "nonce"),
        (json!({ "key": "k", "identifier": ["a"] }), "identifier"),
        (json!(["k"]), "params"),
    ] {
        let refused = server.public.refused("license.validate", params).await;
        assert_eq!(refused["code"], -32602);
        assert_eq!(refused["data"]["field"], field);
        assert!(refused["message"].as_str().unwrap().ends_with('.'));
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_request_gets_the_standard_errors() {
    let server = TestServer::start().await;
    for (body, code, id) in [
        ("{", -32700, Value::Null),
        ("", -32700, Value::Null),
        ("[1,", -32700, Value::Null),
        ("\u{feff}{}", -32700, Value::Null),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{"key":"\ud800"}}"#,
            -32602,
            json!(1),
        ),
        ("{}", -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":"\ud800","method":"license.nope"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":1e400,"method":"license.nope"}"#, -32600, Value::Null),
        ("7", -32600, Value::Null),
        ("[]", -32600, Value::Null),
        (r#"{"jsonrpc":"1.0","id":9,"method":"x"}"#, -32600, json!(9)),
        (r#"{"jsonrpc":"2.0","id":"a","method":5}"#, -32600, json!("a")),
        (r#"{"jsonrpc":"2.0","id":{},"method":"x"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":7,"id":8,"method":"license.nope"}"#, -32600, Value::Null),
        (r#"{"jsonrpc":"2.0","id":-1,"method":"license.nope"}"#, -32601, json!(-1)),
        (r#"{"jsonrpc":"2.0","id":1.5,"method":"license.nope"}"#, -32601, json!(1.5)),
        (r#"{"jsonrpc":"2.0","id":2,"method":"license.nope"}"#, -32601, json!(2)),
        (r#"{"jsonrpc":"2.0","id":null,"method":"rpc.nope"}"#, -32601, Value::Null),
        (
            r#"{"jsonrpc":"2.0","id":3,"method":"license.validate","params":{"key":"a","key":"b"}}"#,
            -32602,
            json!(3),
        ),
    ] {
        let reply = server.public.post(body).await;
        assert_eq!(reply.status, 200, "{body}");
        let answer = reply.json();
        assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(code), &id), "{body}");
        assert!(answer["error"]["data"]["code"].is_string(), "{body}");
    }
    server.stop().await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_no_json() {
    let server = TestServer::start().await;
    let mut body =
        br#"{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{"key":"?"}}"#.to_vec();
    let place = body.iter().position(|byte| *byte == b'?').unwrap();
    body[place] = 0xFF;
    let answer = server.public.post(body).await.json();
    assert_eq!((&answer["error"]["code"], &answer["id"]), (&json!(-32700), &Value::Null));
    server.stop().await;
}

#[tokio::test]
async fn json_of_any_depth_is_answered() {
    let server = TestServer::start().await;
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let call = |value: String| {
        format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{{"key":{value}}}}}"#
        )
    };
    let deep = call(nested(30_000));
    assert_eq!(server.public.post(deep).await.json()["error"]["code"], -32602);
    // With a token the body may be large enough for a hundred thousand levels.
    for body in
        [call(nested(100_000)), nested(100_000), "[".repeat(100_000), "{\"a\":".repeat(100_000)]
    {
        let reply = server.admin.post(body).await;
        assert_eq!(reply.status, 200);
        let answer = reply.json();
        let error = answer.as_array().map_or(&answer["error"], |items| &items[0]["error"]);
        assert!([-32700, -32600, -32602].contains(&error["code"].as_i64().unwrap()), "{answer}");
    }
    server.public.call("license.validate", json!({ "key": "k" })).await;
    server.stop().await;
}

#[tokio::test]
async fn a_batch_holds_twenty_calls_and_answers_each() {
    let server = TestServer::start().await;
    let batch = |count: usize| {
        let call = |id: usize| json!({ "jsonrpc": "2.0", "id": id, "method": "license.validate", "params": { "key": "k" } });
        (0..count).map(call).collect::<Value>().to_string()
    };
    let answers = server.public.post(batch(20)).await.json();
    assert_eq!(answers.as_array().unwrap().len(), 20);
    let refused = server.public.post(batch(21)).await;
    assert_eq!(refused.status, 200);
    assert_eq!(refused.json()["error"]["code"], -32010);
    let mixed = json!([
        { "jsonrpc": "2.0", "id": 1, "method": "admin.license.get", "params": { "license": "x" } },
        { "jsonrpc": "2.0", "method": "license.validate", "params": { "key": "k" } },
        5,
        { "jsonrpc": "2.0", "id": 2, "method": "license.validate", "params": { "key": "k" } },
    ]);
    let answers = server.public.post(mixed.to_string()).await.json();
    let codes: Vec<&Value> =
        answers.as_array().unwrap().iter().map(|a| &a["error"]["code"]).collect();
    assert_eq!(codes, [&json!(401), &json!(-32600), &Value::Null]);
    server.stop().await;
}

#[tokio::test]
async fn a_notification_is_not_executed_and_gets_202_without_a_body() {
    let server = TestServer::start().await;
    let making = |slug: &str| json!({ "jsonrpc": "2.0", "method": "admin.product.create", "params": { "slug": slug, "name": "N" } });
    for body in [making("a"), json!([making("b"), making("c")])] {
        let reply = server.admin.post(body.to_string()).await;
        assert_eq!((reply.status, reply.body.as_str()), (202, ""));
    }
    for slug in ["a", "b", "c"] {
        let refused = server.admin.refused("admin.product.get", json!({ "product": slug })).await;
        assert_eq!(refused["data"], json!({ "code": "not_found", "kind": "product" }));
    }
    server.stop().await;
}

#[track_caller]
fn check_too_large(reply: &Reply, limit: u32) {
    assert_eq!(reply.status, 413);
    assert_eq!(reply.json()["error"]["code"], -32007);
    assert_eq!(reply.json()["error"]["data"]["limit"], limit);
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn a_body_is_limited_by_who_sends_it_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let padded = |bytes: usize| {
        let call = r#"{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{"key":"k"}}"#;
        format!("{call}{}", " ".repeat(bytes - call.len()))
    };
    assert_eq!(server.public.post(padded(64 * 1024)).await.status, 200);
    check_too_large(&server.public.post(padded(64 * 1024 + 1)).await, 64 * 1024);
    check_too_large(&server.public.with_token("wrong").post(padded(65 * 1024)).await, 64 * 1024);
    assert_eq!(server.admin.post(padded(1024 * 1024)).await.status, 200);
    check_too_large(&server.admin.post(padded(1024 * 1024 + 1)).await, 1024 * 1024);
    server.stop().await;
}

#[tokio::test]
async fn a_chunked_body_over_the_limit_leaves_its_connection_open() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = TestServer::start().await;
    let mut stream = tokio::net::TcpStream::connect(server.server.address()).await.unwrap();
    let head = "POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    let mut chunked = format!("{head}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for _ in 0..65 {
        chunked.extend(format!("400\r\n{}\r\n", " ".repeat(1024)).into_bytes());
    }
    chunked.extend(b"0\r\n\r\n");
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{"key":"k"}}"#;
    let next = format!("{head}content-length: {}\r\nconnection: close\r\n\r\n{call}", call.len());
    stream.write_all(&chunked).await.unwrap();
    stream.write_all(next.as_bytes()).await.unwrap();
    let mut replies = String::new();
    stream.read_to_string(&mut replies).await.unwrap();
    assert!(replies.starts_with("HTTP/1.1 413 "), "{replies}");
    assert!(replies.contains("-32007") && replies.contains("HTTP/1.1 200 "), "{replies}");
    assert!(replies.contains("\"status\":\"invalid\""), "the second call was answered: {replies}");
    server.stop().await;
}

#[tokio::test]
async fn a_wrong_content_type_is_told_the_right_call() {
    let server = TestServer::start().await;
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"license.validate","params":{"key":"k"}}"#;
    let mut requests = vec![server.public.request("POST", "/rpc").body(body)];
    for wrong in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", ""] {
        requests
            .push(server.public.request("POST", "/rpc").header("content-type", wrong).body(body));
    }
    for request in requests {
        let reply = server.public.send(request).await;
        assert_eq!(reply.status, 415);
        assert!(
            reply.body.contains("curl") && reply.body.contains("Content-Type: application/json")
        );
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    }
    for right in
        ["application/json", "Application/JSON; charset=utf-8", "application/json;charset=utf-8"]
    {
        let request =
            server.public.request("POST", "/rpc").header("content-type", right).body(body);
        assert_eq!(server.public.send(request).await.status, 200, "{right}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_preflight_is_allowed_for_everybody_and_never_with_cookies() {
    let server = TestServer::start().await;
    for path in ["/rpc", "/pkg/index.js", "/pkg/no-such-file"] {
        let request =
            server.public.request("OPTIONS", path).header("origin", "https://elsewhere.example");
        let reply = server.public.send(request).await;
        assert_eq!((reply.status, reply.body.as_str()), (204, ""));
        for (name, value) in [
            ("access-control-allow-origin", "*"),
            ("access-control-allow-methods", "GET, POST"),
            ("access-control-allow-headers", "Content-Type, Authorization"),
            ("access-control-expose-headers", "Retry-After"),
            ("access-control-max-age", "7200"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
        assert_eq!(reply.header("access-control-allow-credentials"), None);
    }
    server.stop().await;
}

#[tokio::test]
async fn every_admin_call_needs_a_valid_token_before_anything_else() {
    let server = TestServer::start().await;
    let strangers: Vec<Client> = vec![
        server.public.clone(),
        server.public.with_token("wrong"),
        server.public.with_token("x y"),
    ];
    for method in methods().into_iter().filter(|method| method.starts_with("admin.")) {
        for stranger in &strangers {
            for params in [json!({}), json!({ "nonsense": 1 })] {
                let refused = stranger.refused(method, params).await;
                assert_eq!(refused["code"], 401, "{method}");
                assert_eq!(refused["data"], json!({ "code": "unauthorized" }));
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_get_of_the_rpc_path_and_unknown_paths_are_answered() {
    let server = TestServer::start().await;
    let get = |path: &str| server.public.send(server.public.request("GET", path));
    let reply = get("/rpc").await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("GET, POST, OPTIONS")));
    assert_eq!(get("/healthz").await.status, 200);
    assert_eq!(get("/no/such/page").await.status, 404);
    server.stop().await;
}

#[tokio::test]
async fn a_large_body_of_a_wrong_type_leaves_its_connection_open() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let server = TestServer::start().await;
    let body = " ".repeat(300 * 1024);
    let next = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    for (head, status) in [
        ("POST /rpc HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n", "415"),
        ("PUT /rpc HTTP/1.1\r\nhost: x\r\n", "405"),
    ] {
        let mut stream = tokio::net::TcpStream::connect(server.server.address()).await.unwrap();
        let request = format!("{head}content-length: {}\r\n\r\n{body}{next}", body.len());
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut replies = String::new();
        stream.read_to_string(&mut replies).await.unwrap();
        assert!(replies.starts_with(&format!("HTTP/1.1 {status} ")), "{replies}");
        assert!(replies.contains("HTTP/1.1 200 "), "the next request was answered: {replies}");
    }
    server.stop().await;
}
