//! Stripe's API: who may ask, for what, and what is answered.

use super::{FORM, PAYS, Shop, encoded, vendor};
use counterfoil_core::id::{IdNumber, VendorId};
use counterfoil_server::Options;
use counterfoil_tests::{ADMIN_TOKEN, TestServer, options};
use serde_json::{Value, json};

#[tokio::test]
async fn where_nobody_asked_for_it_nothing_tells_that_it_could_be_there() {
    let server = TestServer::start().await;
    let nowhere = server.public.get("/nowhere").await;
    for path in ["/testpay", "/testpay/", "/testpay/v1/prices/x", "/testpay/style.css"] {
        let reply = server.public.get(path).await;
        assert_eq!((reply.status, reply.body), (404, nowhere.body.clone()), "{path}");
    }
    assert!(server.server.app().test_provider.is_none());
}

#[tokio::test]
async fn it_is_on_where_it_was_asked_for() {
    let shop = Shop::found().await;
    let app = shop.server.server.app();
    let provider = app.test_provider.as_ref().unwrap();
    assert_eq!(provider.api_url(), format!("{}/testpay", shop.server.public.url()));
    let page = shop.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("no money moves"));
    assert_eq!(shop.get("").await.to, "testpay/");
    for (path, status) in [("/nothing", 404), ("/v1", 401), ("/v1x", 404), ("//", 404)] {
        assert_eq!(shop.get(path).await.status, status, "{path}");
    }
}

#[tokio::test]
async fn a_key_opens_what_is_its_vendors_own_and_any_other_text_nothing() {
    let shop = Shop::found().await;
    let session = shop.session(&shop.lifetime, 1).await;
    let path = format!("/checkout/sessions/{session}");
    let own = shop.key.clone();
    let app = shop.server.server.app();
    let provider = app.test_provider.as_ref().unwrap();
    let stranger = VendorId::new(IdNumber::from_raw(7));
    let theirs = provider.api_key(&app.secret, stranger).to_string();
    let digest = theirs.rsplit('_').next().unwrap();
    let mut last = own.clone();
    let end = if last.pop() == Some('0') { '1' } else { '0' };
    last.push(end);
    for (header, status) in [
        (format!("Bearer {own}"), 200),
        (format!("bearer {own}"), 200),
        (own.clone(), 401),
        (format!("Basic {own}"), 401),
        (format!("Bearer {last}"), 401),
        (format!("Bearer sk_test_{}_{digest}", vendor(&shop.server)), 401),
        (format!("Bearer {}", own.to_uppercase()), 401),
        (format!("Bearer {ADMIN_TOKEN}"), 401),
        ("Bearer".to_owned(), 401),
        // A right key of somebody else.
        (format!("Bearer {theirs}"), 404),
    ] {
        let (came, body) =
            shop.ask("GET", &path, |request| request.header("authorization", &header)).await;
        assert_eq!(came, status, "{header}: {body}");
        if status != 200 {
            assert_eq!(body["error"]["type"], "invalid_request_error", "{body}");
            assert!(!body.to_string().contains(digest) && !body.to_string().contains(&own));
        }
    }
    let (status, body) = shop.ask("GET", &path, |request| request).await;
    assert_eq!(status, 401, "{body}");
    let price = format!("/prices/{}", shop.lifetime);
    let (status, _) = shop.ask("GET", &price, |request| request.bearer_auth(&theirs)).await;
    assert_eq!(status, 404, "another vendor's plan has no price here");
}

#[tokio::test]
async fn a_session_is_told_as_stripe_tells_it() {
    let shop = Shop::found().await;
    let (_, session) = shop.create(&shop.form(&shop.lifetime, 3)).await;
    let id = session["id"].as_str().unwrap();
    assert!(id.starts_with("cs_test_"), "{id}");
    let url = format!("{}/testpay/session/{id}", shop.server.public.url());
    for (name, value) in [
        ("object", json!("checkout.session")),
        ("url", json!(url)),
        ("mode", json!("payment")),
        ("status", json!("open")),
        ("payment_status", json!("unpaid")),
        ("amount_total", json!(14_700)),
        ("currency", json!("eur")),
        ("livemode", json!(false)),
        ("customer_email", json!("ann@example.com")),
        ("client_reference_id", json!("chk_1")),
        ("metadata", json!({ "price": shop.lifetime, "quantity": "3" })),
        ("expires_at", json!(session["created"].as_i64().unwrap() + 86_400)),
        ("payment_intent", Value::Null),
        ("customer_details", Value::Null),
    ] {
        assert_eq!(session[name], value, "{name}");
    }
    let path = format!("/checkout/sessions/{id}");
    let get = || shop.ask("GET", &path, |request| request.bearer_auth(&shop.key));
    assert_eq!(get().await, (200, session.clone()));
    shop.pay(id, PAYS, &[]).await;
    let (_, paid) = get().await;
    assert_eq!((&paid["status"], &paid["payment_status"]), (&json!("complete"), &json!("paid")));
    assert_eq!(paid["url"], Value::Null);
    assert!(paid["payment_intent"].as_str().unwrap().starts_with("pi_"), "{paid}");
    assert_eq!(paid["customer_details"]["name"], "Ann Example");
}

#[tokio::test]
async fn a_session_can_be_paid_for_a_day() {
    let shop = Shop::open().await;
    let session = shop.session(&shop.lifetime, 1).await;
    shop.server.env.step(86_399);
    assert!(shop.get(&format!("/session/{session}")).await.text.contains("Card number"));
    shop.server.env.step(1);
    let page = shop.get(&format!("/session/{session}")).await.text;
    assert!(page.contains("Too late") && !page.contains("Card number"));
    assert_eq!(shop.pay(&session, PAYS, &[]).await.to, format!("../{session}#how"));
    assert_eq!(shop.events().await, []);
    let path = format!("/checkout/sessions/{session}");
    let (_, told) = shop.ask("GET", &path, |request| request.bearer_auth(&shop.key)).await;
    assert_eq!((&told["status"], &told["url"]), (&json!("expired"), &Value::Null));
}

#[tokio::test]
async fn prices_are_those_of_plans() {
    let shop = Shop::found().await;
    for (price, unit_amount, recurring) in
        [(&shop.lifetime, 4_900, Value::Null), (&shop.monthly, 900, json!("month"))]
    {
        let path = format!("/prices/{price}");
        let (status, told) = shop.ask("GET", &path, |request| request.bearer_auth(&shop.key)).await;
        assert_eq!((status, &told["id"]), (200, &json!(price)));
        assert_eq!(told["unit_amount"], unit_amount);
        assert_eq!(told["recurring"]["interval"], recurring);
        assert_eq!(told["currency"], "eur");
    }
    let free = json!({ "product": "forms", "slug": "free", "name": "Free",
        "activationType": "domain", "activationLimit": 1 });
    let free = shop.server.admin.call("admin.plan.create", free).await;
    let free = free["id"].as_str().unwrap();
    for name in ["price_1", "price_test_", "price_test_pln_1", &format!("price_test_{free}")] {
        let path = format!("/prices/{name}");
        let (status, told) = shop.ask("GET", &path, |request| request.bearer_auth(&shop.key)).await;
        assert_eq!(status, 404, "{name}");
        assert_eq!(told["error"]["code"], "resource_missing", "{name}: {told}");
    }
}

#[tokio::test]
async fn a_form_that_is_odd_is_refused_with_what_is_wrong() {
    let shop = Shop::found().await;
    let good = || shop.form(&shop.lifetime, 1);
    let long = "x".repeat(501);
    for (name, value, param) in [
        ("mode", Some("setup"), "mode"),
        ("mode", None, "mode"),
        ("mode", Some("subscription"), "line_items"),
        ("line_items[0][price]", Some("price_1RsForms"), "line_items[0][price]"),
        ("line_items[0][price]", None, "line_items[0][price]"),
        ("line_items[0][quantity]", Some("0"), "line_items[0][quantity]"),
        ("line_items[0][quantity]", Some("-1"), "line_items[0][quantity]"),
        ("line_items[0][quantity]", Some("two"), "line_items[0][quantity]"),
        ("line_items[0][quantity]", Some("10001"), "line_items[0][quantity]"),
        ("customer_email", Some("nobody"), "customer_email"),
        ("client_reference_id", Some("a b"), "client_reference_id"),
        ("success_url", None, "success_url"),
        ("success_url", Some("/thanks"), "success_url"),
        ("success_url", Some("javascript:alert(1)"), "success_url"),
        ("cancel_url", Some("ftp://shop.example/"), "cancel_url"),
        ("metadata[price]", Some(&long), "metadata"),
        ("metadata[a][b]", Some("1"), "metadata[a][b]"),
        ("line_items[1][price]", Some("x"), "line_items[1][price]"),
        ("amount", Some("1"), "amount"),
    ] {
        let mut form = good();
        form.retain(|(held, _)| held != name);
        form.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        let (status, body) = shop.create(&form).await;
        assert_eq!((status, &body["error"]["param"]), (400, &json!(param)), "{name}: {body}");
        assert_eq!(body["error"]["type"], "invalid_request_error");
        assert!(body["error"]["message"].as_str().is_some_and(|text| text.len() > 10));
    }
    let monthly = shop.form(&shop.monthly, 1).into_iter().map(|(name, value)| {
        if name == "mode" { (name, "payment".to_owned()) } else { (name, value) }
    });
    let (status, body) = shop.create(&monthly.collect::<Vec<_>>()).await;
    assert_eq!((status, &body["error"]["param"]), (400, &json!("mode")), "{body}");
    let whole = encoded(&good());
    for (content_type, body) in [
        ("application/json", json!({ "mode": "payment" }).to_string()),
        (FORM.1, format!("{whole}&metadata%5Bx%5D=%FF")),
        (FORM.1, format!("{whole}&metadata%5Bx%5D=%00")),
        (FORM.1, (0..300).map(|n| format!("metadata%5B{n}%5D=1")).collect::<Vec<_>>().join("&")),
    ] {
        let asked = shop.ask("POST", "/checkout/sessions", |request| {
            request.bearer_auth(&shop.key).header("content-type", content_type).body(body.clone())
        });
        let (status, told) = asked.await;
        assert_eq!(status, 400, "{body}: {told}");
    }
    let huge = "x".repeat(65 * 1024);
    let request = shop.server.public.request("POST", "/testpay/v1/checkout/sessions").body(huge);
    assert_eq!(shop.server.public.send(request).await.status, 413);
    let (status, told) =
        shop.ask("DELETE", "/checkout/sessions/cs_1", |it| it.bearer_auth(&shop.key)).await;
    assert_eq!(status, 404, "{told}");
    assert!(!shop.get("/").await.text.contains("cs_test_"), "none of them made a session");
}

#[tokio::test]
async fn what_is_asked_again_under_one_key_is_made_once() {
    let shop = Shop::found().await;
    let ask = |form: Vec<(String, String)>, key: &'static str| {
        let request = shop.server.public.request("POST", "/testpay/v1/checkout/sessions");
        let request = request.bearer_auth(&shop.key).header(FORM.0, FORM.1);
        let request = request.header("idempotency-key", key).body(encoded(&form));
        shop.server.public.send(request)
    };
    let form = shop.form(&shop.lifetime, 1);
    let first = ask(form.clone(), "chk_1").await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (200, None));
    let mut turned = form.clone();
    turned.reverse();
    let again = ask(turned, "chk_1").await;
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!(again.json(), first.json());
    let refused = ask(shop.form(&shop.lifetime, 2), "chk_1").await;
    assert_eq!(refused.status, 400);
    assert_eq!(refused.json()["error"]["type"], "idempotency_error");
    let other = ask(form.clone(), "chk_2").await;
    assert_ne!(other.json()["id"], first.json()["id"]);
    // Many at once, too.
    let all = futures_util::future::join_all((0..8).map(|_| ask(form.clone(), "chk_3"))).await;
    let id = all[0].json()["id"].clone();
    assert!(all.iter().all(|reply| reply.status == 200 && reply.json()["id"] == id));
}

#[tokio::test]
async fn the_oldest_session_is_forgotten_when_there_are_too_many() {
    let shop = Shop::found().await;
    let oldest = shop.session(&shop.lifetime, 1).await;
    let next = shop.session(&shop.lifetime, 1).await;
    for _ in 0..499 {
        shop.session(&shop.lifetime, 1).await;
    }
    assert_eq!(shop.get(&format!("/session/{oldest}")).await.status, 404);
    assert_eq!(shop.pay(&oldest, PAYS, &[]).await.status, 404);
    assert_eq!(shop.get(&format!("/session/{next}")).await.status, 200);
}

#[tokio::test]
async fn whoever_asks_too_much_is_asked_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let limits = counterfoil_server::limits::Limits {
        loopback: true,
        calls_per_minute: 2,
        ..counterfoil_server::limits::Limits::OFF
    };
    let options =
        Options { test_provider: true, limits, ..options(folder.path(), Some(ADMIN_TOKEN)) };
    let server = TestServer::start_with(options).await;
    for status in [200, 200, 429] {
        assert_eq!(server.public.get("/testpay/").await.status, status);
    }
}
