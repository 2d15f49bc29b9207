//! What no vector shows: rates, sizes, a store that fails, counters that are written behind, races.

use counterfoil_server::limits::Limits;
use counterfoil_tests::{Client, Reply, TestServer};
use serde_json::{Value, json};

const VENDOR_KEY: &str = "ch_vendor_live_8f3c2a91";
const KEY: &str = "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6";
const LICENSEDOCK: &str = "/licensedock/api/index.php/v1/licensedock";

/// A product, a license for two domains, and a vendor key, made by a caller who is not limited.
async fn furnish(server: &TestServer) -> Value {
    let admin = &server.admin;
    admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let token = json!({
        "name": "n", "scopes": [], "kind": "codeheaven-vendor-key", "secret": VENDOR_KEY,
    });
    admin.call("admin.token.create", token).await;
    let license = json!({ "product": "p", "key": KEY, "activationLimit": 2 });
    admin.call("admin.license.create", license).await
}

/// A call as the proxy sends it for the client at `ip`.
async fn send(client: &Client, ip: &str, path: &str, body: &Value) -> Reply {
    let request = client.request("POST", path).header("content-type", "application/json");
    let request = request.header("x-ch-vendor-key", VENDOR_KEY).header("x-forwarded-for", ip);
    client.send(request.body(body.to_string())).await
}

#[tokio::test]
async fn licensedock_answers_sixty_calls_of_an_endpoint_in_any_minute() {
    let limits = Limits { calls_per_minute: 1_000, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    furnish(&server).await;
    let path = format!("{LICENSEDOCK}/licenses/validate");
    let body = json!({ "license_key": KEY });
    for number in 0..60 {
        // As slow as that, a bucket would have room again and again.
        server.env.step(i64::from(number == 20) + i64::from(number == 40));
        assert_eq!(send(&server.public, "192.0.2.1", &path, &body).await.status, 200, "{number}");
    }
    let refused = send(&server.public, "192.0.2.1", &path, &body).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("58")));
    let text = r#"{"error":{"code":"RATE_LIMITED","message":"Too many requests"}}"#;
    assert_eq!(refused.body, text);
    server.env.step(57);
    assert_eq!(send(&server.public, "192.0.2.1", &path, &body).await.status, 429);
    // Another endpoint, and another address, have their own.
    let deactivate = format!("{LICENSEDOCK}/licenses/deactivate");
    let place = json!({ "license_key": KEY, "identifier": "a.example" });
    assert_eq!(send(&server.public, "192.0.2.1", &deactivate, &place).await.status, 404);
    assert_eq!(send(&server.public, "192.0.2.2", &path, &body).await.status, 200);
    server.env.step(1);
    for status in [[200; 20], [429; 20]].concat() {
        assert_eq!(send(&server.public, "192.0.2.1", &path, &body).await.status, status);
    }
    server.stop().await;
}

#[tokio::test]
async fn joomla_is_told_in_plain_text_that_it_asks_too_often() {
    let server = TestServer::start_limited(Limits { calls_per_minute: 1_000, ..Limits::OFF }).await;
    let path = format!("{LICENSEDOCK}/downloads/42?dlid=nobody");
    let mut last = None;
    for _ in 0..61 {
        let request = server.public.request("GET", &path).header("x-forwarded-for", "192.0.2.1");
        last = Some(server.public.send(request).await);
    }
    let refused = last.unwrap();
    assert_eq!((refused.status, refused.body.as_str()), (429, "Too many requests"));
    assert_eq!(refused.header("content-type"), Some("text/plain"));
    assert_eq!(refused.header("retry-after"), Some("60"));
    server.stop().await;
}

#[tokio::test]
async fn code_heaven_s_calls_are_counted_by_vendor_key() {
    let limits = Limits { calls_per_minute: 1, token_calls_per_minute: 3, ..Limits::OFF };
    let server = TestServer::start_limited(limits).await;
    furnish(&server).await;
    let body = json!({ "licenseKey": KEY, "domain": "a.example" });
    let path = "/codeheaven/v1/licenses/validate";
    for ip in ["192.0.2.1", "192.0.2.1", "192.0.2.2"] {
        assert_eq!(send(&server.public, ip, path, &body).await.status, 200);
    }
    let refused = send(&server.public, "192.0.2.3", path, &body).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, Some("20")));
    let text =
        r#"{"error":{"code":"rate_limited","message":"Too many requests. Retry in 20 seconds."}}"#;
    assert_eq!(refused.body, text);
    server.stop().await;
}

#[tokio::test]
async fn a_vendor_key_that_cannot_be_read_is_a_wrong_one_and_not_a_missing_one() {
    let server = TestServer::start().await;
    let request = server.public.request("POST", "/codeheaven/v1/licenses/validate");
    let request = request.header("x-ch-vendor-key", &b"\xff\xfe"[..]).body("{}");
    let refused = server.public.send(request).await;
    assert_eq!(refused.status, 401);
    assert_eq!(refused.json()["error"]["code"], "invalid_vendor_key");
    server.stop().await;
}

/// The calls of both dialects that read a license, take a place and give one back.
fn calls() -> [(String, Value); 5] {
    let place = json!({ "license_key": KEY, "identifier": "a.example" });
    [
        (format!("{LICENSEDOCK}/licenses/validate"), place.clone()),
        (format!("{LICENSEDOCK}/licenses/activate"), place.clone()),
        (format!("{LICENSEDOCK}/licenses/deactivate"), place),
        (
            "/codeheaven/v1/licenses/validate".to_owned(),
            json!({ "licenseKey": KEY, "domain": "a.example" }),
        ),
        (format!("/codeheaven/v1/licenses/{KEY}/domains"), json!({ "domain": "a.example" })),
    ]
}

#[tokio::test]
async fn a_store_that_fails_is_never_a_no() {
    let server = TestServer::start().await;
    let license = furnish(&server).await;
    server.damage_key(&license).await;
    for (path, body) in calls() {
        let reply = send(&server.public, "192.0.2.1", &path, &body).await;
        let error = &reply.json()["error"];
        let (status, code) = if path.starts_with("/licensedock") {
            (500, "INTERNAL_ERROR")
        } else {
            (503, "internal_error")
        };
        assert_eq!((reply.status, &error["code"]), (status, &json!(code)), "{path}: {reply:?}");
        assert!(reply.header("retry-after").is_some(), "{path}: {reply:?}");
    }
    let path = format!("{LICENSEDOCK}/downloads/42?dlid={KEY}");
    let reply = server.public.send(server.public.request("GET", &path)).await;
    assert_eq!((reply.status, reply.body.as_str()), (500, "Internal error"));
    server.stop().await;
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_in_the_dialect_s_own_words() {
    let server = TestServer::start().await;
    furnish(&server).await;
    for (path, mut body) in calls() {
        body["more"] = json!(" ".repeat(64 * 1024));
        let reply = send(&server.public, "192.0.2.1", &path, &body).await;
        let text = if path.starts_with("/licensedock") {
            r#"{"error":{"code":"INVALID_REQUEST","message":"The request body is too large"}}"#
        } else {
            r#"{"error":{"code":"invalid_request","message":"The request body is too large."}}"#
        };
        assert_eq!((reply.status, reply.body.as_str()), (413, text), "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn only_a_validate_that_finds_a_license_counts_as_a_check() {
    let server = TestServer::start().await;
    furnish(&server).await;
    let public = &server.public;
    for (path, body) in calls() {
        send(public, "192.0.2.1", &path, &body).await;
    }
    server.env.set("2026-06-06T00:00:00Z");
    for (path, body) in [
        // Where no place is held, and of a license that does not run, it counts all the same.
        ("validate", json!({ "license_key": KEY, "identifier": "nope.example" })),
        ("validate", json!({ "dlid": KEY })),
        ("validate", json!({ "dlid": KEY, "identifier": "no domain" })),
        // What is refused as malformed is no check.
        ("validate", json!({ "dlid": KEY, "identifier": "http://" })),
        ("validate", json!({ "license_key": "nobody" })),
        ("validate", json!({ "license_key": KEY, "product_id": 7 })),
        ("validate", json!({ "license_key": KEY, "product_id": "x" })),
        ("activate", json!({ "license_key": KEY, "identifier": "b.example" })),
        ("deactivate", json!({ "license_key": KEY, "identifier": "b.example" })),
    ] {
        send(public, "192.0.2.1", &format!("{LICENSEDOCK}/licenses/{path}"), &body).await;
    }
    for path in ["downloads/42?license_key=", "downloads/42?dlid="] {
        public.send(public.request("GET", &format!("{LICENSEDOCK}/{path}{KEY}"))).await;
    }
    for body in [
        json!({ "licenseKey": KEY, "domain": "nope.example" }),
        json!({ "licenseKey": KEY, "domain": "no domain" }),
        json!({ "licenseKey": KEY, "domain": "a.example", "product": "other" }),
        json!({ "licenseKey": "nobody", "domain": "a.example" }),
    ] {
        send(public, "192.0.2.1", "/codeheaven/v1/licenses/validate", &body).await;
    }
    let path = format!("/codeheaven/v1/licenses/{KEY}/updates?installedVersion=1&domain=a.example");
    let request = public.request("GET", &path).header("x-ch-vendor-key", VENDOR_KEY);
    assert_eq!(public.send(request).await.status, 200);
    // What is counted is written when the server goes down, if not before.
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let shown = server.admin.call("admin.license.get", json!({ "license": KEY })).await;
    assert_eq!((&shown["checkCount"], &shown["lastCheckIp"]), (&json!(7), &json!("127.0.0.1")));
    assert_eq!(shown["lastCheckAt"], "2026-06-06T00:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn a_test_license_is_there_for_a_test_credential_only() {
    let server = TestServer::start().await;
    furnish(&server).await;
    let test = json!({ "name": "t", "scopes": ["*"], "mode": "test", "secret": "of-our-own" });
    server.admin.call("admin.token.create", test).await;
    let key = "TEST-LICENSE";
    let made = json!({ "product": "p", "key": key });
    server.public.with_token("of-our-own").call("admin.license.create", made).await;
    let sandbox = json!({
        "name": "s", "scopes": [], "mode": "test", "kind": "codeheaven-vendor-key",
        "secret": "ch_vendor_test_8f3c2a91",
    });
    server.admin.call("admin.token.create", sandbox).await;
    let body = json!({ "license_key": key });
    let path = format!("{LICENSEDOCK}/licenses/validate");
    let reply = send(&server.public, "192.0.2.1", &path, &body).await;
    assert_eq!(reply.json()["error"]["code"], "LICENSE_NOT_FOUND");
    for (vendor_key, status) in
        [(VENDOR_KEY, "invalid"), ("ch_vendor_test_8f3c2a91", "domain_not_activated")]
    {
        let body = json!({ "licenseKey": key, "domain": "a.example" }).to_string();
        let request = server.public.request("POST", "/codeheaven/v1/licenses/validate");
        let request = request.header("x-ch-vendor-key", vendor_key).body(body);
        assert_eq!(server.public.send(request).await.json()["status"], status, "{vendor_key}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_race_gives_out_a_place_twice() {
    let server = TestServer::start().await;
    furnish(&server).await;
    let taken = |number: usize| {
        let (client, domain) = (server.public.clone(), format!("{}.example", number % 5));
        async move {
            let (path, body) = if number.is_multiple_of(2) {
                let body = json!({ "license_key": KEY, "identifier": domain });
                (format!("{LICENSEDOCK}/licenses/activate"), body)
            } else {
                let body = json!({ "domain": domain });
                (format!("/codeheaven/v1/licenses/{KEY}/domains"), body)
            };
            (domain, send(&client, "192.0.2.1", &path, &body).await.status)
        }
    };
    let answers = futures_util::future::join_all((0..40).map(taken)).await;
    let mut holders: Vec<&str> = answers
        .iter()
        .filter(|(_, status)| matches!(status, 200 | 201))
        .map(|(domain, _)| domain.as_str())
        .collect();
    holders.sort_unstable();
    let tries = holders.len();
    holders.dedup();
    assert_eq!((holders.len(), tries), (2, 16), "each who got in was let in every time");
    assert!(answers.iter().all(|(_, status)| matches!(status, 200 | 201 | 403 | 409)));
    let shown = server.admin.call("admin.license.get", json!({ "license": KEY })).await;
    assert_eq!(shown["activationsUsed"], 2);
    server.stop().await;
}
