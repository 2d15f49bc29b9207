//! What whoever runs the server asks it.

use counterfoil_tests::{Reply, TestServer};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn get(server: &TestServer, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request = server.public.request("GET", path);
    let request =
        headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    server.public.send(request).await
}

#[tokio::test]
async fn a_server_is_ready_until_it_goes_down() {
    let server = TestServer::start().await;
    let reply = get(&server, "/readyz", &[]).await;
    assert_eq!((reply.status, reply.body.as_str()), (200, "ready\n"));
    // Half a request keeps its connection open while the server goes down.
    let mut stream = tokio::net::TcpStream::connect(server.server.address()).await.unwrap();
    stream.write_all(b"GET /readyz HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    get(&server, "/healthz", &[]).await;
    let address = server.server.address();
    let stopping = tokio::spawn(server.stop());
    while tokio::net::TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stream.write_all(b"\r\n").await.unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).await.unwrap();
    assert!(reply.starts_with("HTTP/1.1 503 "), "{reply}");
    assert!(reply.contains("retry-after: 5") && reply.contains("going down"), "{reply}");
    stopping.await.unwrap();
}

#[tokio::test]
async fn every_reply_carries_the_id_of_its_request() {
    let server = TestServer::start().await;
    for path in ["/", "/healthz", "/readyz", "/metrics", "/rpc", "/pkg/none.js", "/no/page"] {
        let sent = get(&server, path, &[("x-request-id", "Order-4711.a_b")]).await;
        assert_eq!(sent.header("x-request-id"), Some("Order-4711.a_b"), "{path}");
        let made = get(&server, path, &[]).await.header("x-request-id").unwrap().to_owned();
        let again = get(&server, path, &[]).await.header("x-request-id").unwrap().to_owned();
        assert!(made.len() == 16 && made != again, "{path}: {made} {again}");
    }
    for unfit in ["two words", "a\"b", "", "<b>", &"x".repeat(65)] {
        let reply = get(&server, "/healthz", &[("x-request-id", unfit)]).await;
        assert_ne!(reply.header("x-request-id"), Some(unfit));
        assert_eq!(reply.header("x-request-id").unwrap().len(), 16);
    }
    server.stop().await;
}

#[tokio::test]
async fn the_counts_are_open_to_this_machine_and_to_tokens_that_may_read_them() {
    let server = TestServer::start().await;
    assert_eq!(get(&server, "/metrics", &[]).await.status, 200);
    let proxied = ("x-forwarded-for", "127.0.0.1");
    let reply = get(&server, "/metrics", &[proxied]).await;
    assert_eq!((reply.status, reply.header("www-authenticate")), (401, Some("Bearer")));
    assert!(reply.body.contains("valid token"), "{}", reply.body);
    for (name, scope) in [("reader", "licenses:read"), ("meter", "metrics:read")] {
        let call = json!({ "name": name, "scopes": [scope], "secret": name });
        server.admin.call("admin.token.create", call).await;
    }
    for (token, status) in [("wrong", 401), ("reader", 403), ("meter", 200)] {
        let bearer = format!("Bearer {token}");
        let reply = get(&server, "/metrics", &[proxied, ("authorization", &bearer)]).await;
        assert_eq!(reply.status, status, "{token}: {}", reply.body);
    }
    let admin = server.admin.request("GET", "/metrics").header("via", "1.1 proxy");
    assert_eq!(server.admin.send(admin).await.status, 200);
    let post = server.public.send(server.public.request("POST", "/metrics")).await;
    assert_eq!(post.status, 405);
    server.stop().await;
}

#[tokio::test]
async fn calls_replies_and_commits_are_counted() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    for _ in 0..3 {
        server.public.call("license.validate", json!({ "key": "k" })).await;
    }
    server.public.refused("license.validate", json!({ "keys": "k" })).await;
    server.public.refused("license.activate", json!({ "key": "k", "identifier": "i" })).await;
    server.public.refused("made.up", json!({})).await;
    server.public.post(" ".repeat(70_000)).await;
    let reply = get(&server, "/metrics", &[]).await;
    let content_type = reply.header("content-type").unwrap();
    assert!(content_type.starts_with("application/openmetrics-text"), "{content_type}");
    let text = reply.body;
    for line in [
        "counterfoil_calls_total{method=\"license.validate\",code=\"ok\"} 3",
        "counterfoil_calls_total{method=\"license.validate\",code=\"invalid_params\"} 1",
        "counterfoil_calls_total{method=\"license.activate\",code=\"license_not_found\"} 1",
        "counterfoil_calls_total{method=\"admin.product.create\",code=\"ok\"} 1",
        "counterfoil_calls_total{method=\"unknown\",code=\"method_not_found\"} 1",
        "counterfoil_call_duration_seconds_count{method=\"license.validate\"} 4",
        "counterfoil_call_duration_seconds_bucket{le=\"0.00005\",method=\"license.validate\"} 4",
        "counterfoil_http_replies_total{path=\"rpc\",status=\"200\"} 7",
        "counterfoil_http_replies_total{path=\"rpc\",status=\"413\"} 1",
        "counterfoil_refused_body_bytes_total 70000",
        "counterfoil_sockets_open 0",
        "counterfoil_checks_waiting 0",
        "counterfoil_build_info{version=\"0.1.0\"} 1",
        "process_start_time_seconds 1780646520",
        "# EOF",
    ] {
        assert!(text.lines().any(|held| held == line), "{line}: {text}");
    }
    for name in ["counterfoil_connections_open", "counterfoil_commit_jobs_count"] {
        let value = text.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        assert!(value.trim().parse::<u64>().unwrap() >= 1, "{name}: {value}");
    }
    assert!(text.contains("counterfoil_commit_duration_seconds_sum"), "{text}");
    assert!(!text.contains("made.up"), "a caller cannot make up a label");
    server.stop().await;
}
