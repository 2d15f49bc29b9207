//! Who is believed: signatures by the providers' own examples, secrets that are rotated, modes and
//! vendors.

use super::{SECRET, event, last, licenses, map, only, start, stock, tell, text};
use counterfoil_server::env::Env as _;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{Client, Sender, TestServer};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn vectors() -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors/payments/signatures.json");
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[tokio::test]
async fn signatures_are_believed_as_the_providers_examples_show() {
    let vectors = vectors();
    assert!(vectors.len() > 20);
    for vector in vectors {
        let name = vector["name"].as_str().unwrap();
        let server = TestServer::start().await;
        for secret in vector["secrets"].as_array().unwrap() {
            let call = json!({ "provider": vector["provider"], "secret": secret });
            server.admin.call("admin.payment.connect", call).await;
        }
        server.env.set(vector["at"].as_str().unwrap());
        let query = vector["query"].as_str().map(|query| format!("?{query}")).unwrap_or_default();
        let path = format!("/webhooks/{}{query}", vector["provider"].as_str().unwrap());
        let body = vector["body"].as_str().unwrap().to_owned();
        let mut request = server.public.request("POST", &path).body(body);
        for (header, value) in vector["headers"].as_object().unwrap() {
            request = request.header(header, value.as_str().unwrap());
        }
        let reply = server.public.send(request).await;
        let (status, state) = match vector["says"].as_str().unwrap() {
            "signed" => (200, json!("ignored")),
            "unreadable" => (200, json!("refused")),
            "greeted" => (200, Value::Null),
            "wrong" => (401, Value::Null),
            "stale" | "unproved" => (400, Value::Null),
            other => panic!("{other}"),
        };
        assert_eq!(reply.status, status, "{name}: {}", reply.body);
        let kept = last(&server.admin).await;
        let call = json!({ "name": "test", "scopes": ["*"], "mode": "test" });
        let made = server.admin.call("admin.token.create", call).await;
        let tests = server.admin.with_token(made["token"].as_str().unwrap());
        let kept = if kept.is_null() { last(&tests).await } else { kept };
        // Orders of the examples are of prices that nobody mapped.
        let state = if kept["state"] == "parked" { json!("parked") } else { state };
        let refused = kept["problem"].as_str().is_some_and(|why| why.contains("price"));
        let state = if refused { json!("refused") } else { state };
        assert_eq!(kept["state"], state, "{name}");
        if status != 200 {
            assert!(reply.body.ends_with(".\n"), "{name} is told why: {}", reply.body);
            for secret in vector["secrets"].as_array().unwrap() {
                assert!(!reply.body.contains(secret.as_str().unwrap()));
            }
        }
        server.stop().await;
    }
}

#[tokio::test]
async fn several_secrets_count_while_they_are_rotated_and_none_once_disconnected() {
    let server = start().await;
    map(&server.admin, "stripe", "price_1RsForms", "lifetime").await;
    let old = Sender::connected(&server.admin, "stripe", "whsec_of_last_year").await;
    let new = Sender::connected(&server.admin, "stripe", "whsec_of_this_year").await;
    let mut body = event("stripe", "session-of-a-price")["body"].take();
    for (number, sender) in [&old, &new].into_iter().enumerate() {
        body["id"] = json!(format!("evt_{number}"));
        body["data"]["object"]["payment_intent"] = json!(format!("pi_{number}"));
        sender.tell(&server, &body).await;
    }
    assert_eq!(licenses(&server.admin).await.len(), 6);
    let listed = server.admin.call("admin.payment.list", json!({})).await;
    assert!(!listed.to_string().contains("whsec_"), "{listed}");
    let oldest = &listed["items"][1];
    assert!(oldest["url"].as_str().unwrap().ends_with("/webhooks/stripe"), "{oldest}");
    let gone = json!({ "connection": oldest["id"] });
    let shown = server.admin.call("admin.payment.disconnect", gone.clone()).await;
    assert_eq!(shown, *oldest);
    let again = server.admin.refused("admin.payment.disconnect", gone).await;
    assert_eq!(again["data"], json!({ "code": "not_found", "kind": "connection" }));
    body["id"] = json!("evt_2");
    assert_eq!(old.send(&server, &body.to_string()).await.status, 401);
    new.tell(&server, &body).await;
    server.stop().await;
}

#[tokio::test]
async fn a_secret_is_connected_once_and_eight_of_a_provider_at_most() {
    let server = TestServer::start().await;
    let connect = |provider: &str, secret: &str| {
        let call = json!({ "provider": provider, "secret": secret });
        server.admin.ask("admin.payment.connect", call)
    };
    for number in 0..8 {
        let reply = connect("stripe", &format!("whsec_number_{number}")).await;
        assert!(reply["result"]["id"].as_str().unwrap().starts_with("pcn_"), "{reply}");
    }
    let full = connect("stripe", "whsec_number_8").await;
    assert_eq!(full["error"]["data"]["field"], "provider");
    let taken = connect("stripe", "whsec_number_3").await;
    assert_eq!(taken["error"]["data"]["code"], "conflict");
    // Another provider's may be the same.
    assert!((connect("paddle", "whsec_number_3").await)["result"].is_object());
    for (provider, secret) in
        [("stripes", "whsec_1"), ("stripe", "short"), ("stripe", ""), ("stripe", "tab\tinside")]
    {
        let refused = connect(provider, secret).await;
        assert_eq!(refused["error"]["code"], -32_602, "{provider} {secret}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_a_test_for_the_provider_makes_test_licenses_at_most() {
    let server = start().await;
    let call = json!({ "name": "test", "scopes": ["*"], "mode": "test" });
    let made = server.admin.call("admin.token.create", call).await;
    let tests = server.admin.with_token(made["token"].as_str().unwrap());
    // Mapped live: so it is for tests.
    map(&server.admin, "stripe", "price_1RsForms", "lifetime").await;
    let live = Sender::connected(&server.admin, "stripe", SECRET).await;
    let test = Sender::connected(&tests, "stripe", "whsec_of_tests").await;
    tell(&server, &live, ("stripe", "session-in-test")).await;
    assert_eq!(licenses(&server.admin).await, [] as [Value; 0]);
    let license = only(&tests).await;
    assert_eq!(license["mode"], "test");
    let asked = json!({ "key": license["key"] });
    let verdict = server.public.call("license.validate", asked).await;
    assert_eq!(verdict["status"], "invalid", "a test license never passes for a live one");
    // A secret for tests makes nothing live, whatever is signed under it.
    tell(&server, &test, ("stripe", "session-of-a-price")).await;
    let refused = last(&tests).await;
    assert_eq!(refused["state"], "refused", "{refused}");
    assert_eq!((licenses(&server.admin).await.len(), licenses(&tests).await.len()), (0, 1));
    let replayed = json!({ "delivery": refused["id"] });
    assert_eq!(tests.call("admin.payment.replay", replayed).await["state"], "refused");
    server.stop().await;
}

async fn vendor(server: &TestServer, name: &str, host: &str) -> (String, Client) {
    let order = Order::CreateVendor { name: name.to_owned(), hosts: vec![host.to_owned()] };
    let made = carry_out(server.server.app(), order).await.unwrap();
    let client = server.admin.with_token(made["token"].as_str().unwrap());
    (made["id"].as_str().unwrap().to_owned(), client)
}

#[tokio::test]
async fn a_webhook_is_the_vendors_whom_the_path_names_or_whose_host_was_asked_for() {
    let server = start().await;
    let (id, theirs) = vendor(&server, "other", "other.example").await;
    stock(&theirs).await;
    for owner in [&server.admin, &theirs] {
        map(owner, "stripe", "price_1RsForms", "lifetime").await;
    }
    // The same secret at both, as it is nobody else's business.
    let own = Sender::connected(&server.admin, "stripe", SECRET).await;
    let call = json!({ "provider": "stripe", "secret": SECRET });
    let connected = theirs.call("admin.payment.connect", call).await;
    let url = connected["url"].as_str().unwrap();
    assert!(url.ends_with(&format!("/webhooks/stripe/{id}")), "{url}");
    let body = text(&event("stripe", "session-of-a-price"));
    let by_path = own.to(&format!("/webhooks/stripe/{id}"));
    assert_eq!(by_path.send(&server, &body).await.status, 200);
    assert_eq!((licenses(&server.admin).await.len(), licenses(&theirs).await.len()), (0, 3));
    // It came before, to this vendor; to the other one it is news.
    let request = own.request(&body, server.env.now().unix()).header("host", "other.example");
    assert_eq!(server.public.send(request).await.status, 200);
    assert_eq!(licenses(&theirs).await.len(), 3);
    assert_eq!(own.send(&server, &body).await.status, 200);
    assert_eq!(licenses(&server.admin).await.len(), 3);
    // Nobody else's deliveries are seen, nor can they be replayed.
    let delivery = json!({ "delivery": last(&theirs).await["id"] });
    for method in ["admin.payment.delivery", "admin.payment.replay"] {
        let refused = server.admin.refused(method, delivery.clone()).await;
        assert_eq!(refused["data"], json!({ "code": "not_found", "kind": "delivery" }));
    }
    for (path, status) in [
        ("/webhooks/stripe/ven_00000000000000000000000001", 404),
        ("/webhooks/stripe/nonsense", 404),
        ("/webhooks/nobody", 404),
        ("/webhooks/", 404),
    ] {
        assert_eq!(own.to(path).send(&server, &body).await.status, status, "{path}");
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_no_webhook_is_told_so() {
    let server = TestServer::start().await;
    let sender = Sender::connected(&server.admin, "stripe", SECRET).await;
    for method in ["GET", "PUT", "DELETE"] {
        let request = server.public.request(method, "/webhooks/stripe");
        let reply = server.public.send(request).await;
        assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")), "{method}");
    }
    let large = |bytes: usize| format!("{{\"id\":\"{}\"}}", "x".repeat(bytes - 9));
    assert_eq!(sender.send(&server, &large(1024 * 1024 + 1)).await.status, 413);
    assert_eq!(sender.send(&server, &large(1024 * 1024)).await.status, 200);
    // Of a provider whom nobody has connected.
    let stranger = Sender::new(&server.admin, "paddle", SECRET);
    assert_eq!(stranger.send(&server, "{}").await.status, 401);
    let metrics = server.admin.get("/metrics").await.body;
    for counted in [
        "counterfoil_webhooks_total{provider=\"stripe\",outcome=\"unread\"} 1",
        "counterfoil_webhooks_total{provider=\"stripe\",outcome=\"refused\"} 1",
        "counterfoil_webhooks_total{provider=\"paddle\",outcome=\"wrong_signature\"} 1",
        "counterfoil_http_replies_total{path=\"webhook\",status=\"413\"} 1",
    ] {
        assert!(metrics.contains(counted), "{counted}");
    }
    server.stop().await;
}
