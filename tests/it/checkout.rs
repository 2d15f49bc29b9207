//! The checkout, over the port: what is offered, where it is paid, and what is shown then. How a
//! buyer pays at the test provider's pages is tried in `test_provider`.

use counterfoil_core::id::VendorId;
use counterfoil_server::Options;
use counterfoil_server::env::Env as _;
use counterfoil_server::ledger::Rows as _;
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{Client, Sender, TestServer};
use serde_json::{Value, json};

const REFERENCE: &str = "r7Vq2nWc8Jr0Lx7TzKd3Ys9Ba";
const HOUR: i64 = 3_600;

async fn start() -> TestServer {
    let server =
        TestServer::start_telling(|options| Options { test_provider: true, ..options }).await;
    stock(&server.admin).await;
    server
}

/// Sells forms by the month and for ever; what is given away has no price.
async fn stock(owner: &Client) {
    owner.call("admin.product.create", json!({ "slug": "forms", "name": "Forms" })).await;
    for (slug, price, term) in [
        ("monthly", json!(900), json!({ "months": 1 })),
        ("gift", Value::Null, Value::Null),
        ("lifetime", json!(4_900), Value::Null),
    ] {
        let currency = if price.is_null() { Value::Null } else { json!("EUR") };
        let plan = json!({ "product": "forms", "slug": slug, "name": slug, "term": term,
            "price": price, "currency": currency, "activationType": "domain", "activationLimit": 2 });
        owner.call("admin.plan.create", plan).await;
    }
}

fn wanted(plan: &str) -> Value {
    json!({ "product": "forms", "plan": plan, "quantity": 2, "email": "ann@example.com",
        "name": "Ann", "reference": REFERENCE })
}

async fn open(server: &TestServer, plan: &str) -> Value {
    server.public.call("checkout.open", wanted(plan)).await
}

async fn get(server: &TestServer) -> Value {
    server.public.call("checkout.get", json!({ "reference": REFERENCE })).await
}

fn first_vendor(server: &TestServer) -> VendorId {
    server.server.app().ledger.view().vendor_named("default").unwrap().unwrap().id
}

/// The test provider as far as its webhook goes.
fn provider(server: &TestServer) -> Sender {
    let (app, vendor) = (server.server.app(), first_vendor(server));
    let secret = app.test_provider.as_ref().unwrap().webhook_secret(&app.secret, vendor);
    Sender::new(&server.admin, "stripe", &secret).to(&format!("/webhooks/stripe/{vendor}"))
}

/// An event of Stripe's about this.
fn event(server: &TestServer, kind: &str, about: &Value) -> Value {
    let id = about["id"].as_str().unwrap();
    json!({ "id": format!("evt_{kind}_{id}"), "object": "event", "type": kind, "livemode": false,
        "created": server.env.now().unix(), "data": { "object": about } })
}

fn session(checkout: &Value, further: Value) -> Value {
    let plan = checkout["plan"]["id"].as_str().unwrap();
    let mut session = json!({ "id": "cs_test_1", "object": "checkout.session",
        "payment_status": "paid", "client_reference_id": checkout["id"],
        "amount_total": 9_800, "currency": "eur",
        "customer_details": { "email": "ann@example.com", "name": "Ann" },
        "metadata": { "price": format!("price_test_{plan}"), "quantity": "2" } });
    let further = serde_json::from_value::<serde_json::Map<_, _>>(further).unwrap();
    session.as_object_mut().unwrap().extend(further);
    session
}

fn stands(checkout: &Value) -> (&str, usize) {
    (checkout["state"].as_str().unwrap(), checkout["licenses"].as_array().unwrap().len())
}

#[tokio::test]
async fn plans_with_a_price_are_offered_where_there_is_a_way_to_pay() {
    let server = start().await;
    let offer = server.public.call("checkout.offer", json!({ "product": "forms" })).await;
    assert_eq!(offer["test"], true);
    assert_eq!(offer["product"]["name"], "Forms");
    let slugs: Vec<&Value> =
        offer["plans"].as_array().unwrap().iter().map(|p| &p["slug"]).collect();
    assert_eq!(slugs, ["monthly", "lifetime"]);
    let monthly = &offer["plans"][0];
    assert_eq!(monthly["price"], json!({ "amount": 900, "currency": "EUR" }));
    assert_eq!(
        (&monthly["term"], &monthly["activationLimit"]),
        (&json!({ "months": 1 }), &json!(2))
    );
    let one = json!({ "product": "forms", "plan": "lifetime" });
    assert_eq!(
        server.public.call("checkout.offer", one).await["plans"].as_array().unwrap().len(),
        1
    );
    for (params, kind) in [
        (json!({ "product": "nothing" }), "product"),
        (json!({ "product": "forms", "plan": "nothing" }), "plan"),
    ] {
        let error = server.public.refused("checkout.offer", params).await;
        assert_eq!(
            (&error["data"]["code"], &error["data"]["kind"]),
            (&json!("not_found"), &json!(kind))
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn without_a_way_to_pay_nothing_is_on_sale() {
    let server = TestServer::start().await;
    stock(&server.admin).await;
    let offer = server.public.call("checkout.offer", json!({ "product": "forms" })).await;
    assert_eq!((&offer["plans"], &offer["test"]), (&json!([]), &json!(false)));
    let error = server.public.refused("checkout.open", wanted("lifetime")).await;
    assert_eq!(
        (&error["data"]["code"], &error["data"]["kind"]),
        (&json!("not_found"), &json!("offer"))
    );
    server.stop().await;
}

#[tokio::test]
async fn mail_is_promised_where_it_is_sent() {
    let mailing =
        TestServer::start_queueing_with(|options| Options { test_provider: true, ..options });
    let (mailing, silent) = (mailing.await, start().await);
    stock(&mailing.admin).await;
    let offer = json!({ "product": "forms" });
    for (server, mails) in [(&mailing, true), (&silent, false)] {
        assert_eq!(server.public.call("checkout.offer", offer.clone()).await["mails"], mails);
        assert_eq!(open(server, "lifetime").await["mails"], mails);
    }
    // What is bought there is of the test world, and so is its wording.
    let token = json!({ "name": "tests", "mode": "test", "scopes": ["*"] });
    let token = mailing.admin.call("admin.token.create", token).await;
    let tests = mailing.public.with_token(token["token"].as_str().unwrap());
    let off = json!({ "template": "license_delivered", "enabled": false });
    tests.call("admin.template.update", off).await;
    assert_eq!(mailing.public.call("checkout.offer", offer).await["mails"], false);
    assert_eq!(get(&mailing).await["mails"], false);
    mailing.stop().await;
    silent.stop().await;
}

#[tokio::test]
async fn clicking_many_times_opens_one_checkout() {
    let server = start().await;
    let opened = futures_util::future::join_all((0..8).map(|_| open(&server, "lifetime"))).await;
    let pay_url = opened[0]["payUrl"].as_str().unwrap();
    assert!(
        pay_url.starts_with(&format!("{}/testpay/session/cs_test_", server.public.url())),
        "{pay_url}"
    );
    for other in &opened {
        assert_eq!(other, &opened[0]);
    }
    assert_eq!(get(&server).await, opened[0]);
    assert_eq!(stands(&opened[0]), ("open", 0));
    server.stop().await;
}

#[tokio::test]
async fn a_reference_is_of_one_purchase() {
    let server = start().await;
    open(&server, "lifetime").await;
    for (member, other) in [
        ("plan", json!("monthly")),
        ("quantity", json!(3)),
        ("email", json!("eve@example.com")),
        ("name", json!("Eve")),
    ] {
        let mut wanted = wanted("lifetime");
        wanted[member] = other;
        let error = server.public.refused("checkout.open", wanted).await;
        assert_eq!(
            (&error["data"]["code"], &error["data"]["field"]),
            (&json!("conflict"), &json!("reference")),
            "{member}"
        );
    }
    for (member, other) in [
        ("reference", json!("short")),
        ("reference", json!("with spaces and more of them")),
        ("reference", json!("a".repeat(65))),
        ("quantity", json!(0)),
        ("quantity", json!(101)),
        ("email", json!("nobody")),
    ] {
        let mut wanted = wanted("lifetime");
        wanted[member] = other;
        let error = server.public.refused("checkout.open", wanted).await;
        assert_eq!(error["data"]["code"], "invalid_params", "{error}");
        assert_eq!(error["data"]["field"], member);
    }
    server.stop().await;
}

#[tokio::test]
async fn what_is_paid_once_shows_its_keys() {
    let server = start().await;
    let checkout = open(&server, "lifetime").await;
    let paid = session(&checkout, json!({ "mode": "payment", "payment_intent": "pi_1" }));
    provider(&server).tell(&server, &event(&server, "checkout.session.completed", &paid)).await;
    let after = get(&server).await;
    assert_eq!(stands(&after), ("paid", 2));
    assert_eq!(after["payUrl"], Value::Null);
    for license in after["licenses"].as_array().unwrap() {
        let check = json!({ "key": license["key"], "mode": "test" });
        assert_eq!(server.public.call("license.validate", check).await["valid"], true);
        assert_eq!(license["status"], "active");
    }
    let live = server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(live["items"], json!([]), "what was tried out is in the test world alone");
    server.stop().await;
}

#[tokio::test]
async fn a_subscription_is_paid_before_its_licenses_are_heard_of_or_after() {
    for invoice_first in [true, false] {
        let server = start().await;
        let checkout = open(&server, "monthly").await;
        let plan = checkout["plan"]["id"].as_str().unwrap();
        let begun = session(
            &checkout,
            json!({ "mode": "subscription", "subscription": "sub_1",
            "invoice": "in_1" }),
        );
        let begun = event(&server, "checkout.session.completed", &begun);
        let invoice = json!({ "id": "in_1", "object": "invoice", "currency": "eur",
            "billing_reason": "subscription_create", "customer_email": "ann@example.com",
            "parent": { "subscription_details": { "subscription": "sub_1" } },
            "lines": { "data": [{ "amount": 1_800, "quantity": 2,
                "pricing": { "price_details": { "price": format!("price_test_{plan}") } } }] } });
        let invoice = event(&server, "invoice.paid", &invoice);
        let (first, then) = if invoice_first { (&invoice, &begun) } else { (&begun, &invoice) };
        provider(&server).tell(&server, first).await;
        let expected = if invoice_first { ("open", 0) } else { ("paid", 0) };
        assert_eq!(stands(&get(&server).await), expected);
        provider(&server).tell(&server, then).await;
        let after = get(&server).await;
        assert_eq!(stands(&after), ("paid", 2));
        assert_eq!(after["licenses"][0]["expiresAt"], "2026-07-05T08:02:00Z");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_session_that_is_not_paid_shows_nothing() {
    let server = start().await;
    let checkout = open(&server, "lifetime").await;
    let unpaid = json!({ "mode": "payment", "payment_intent": "pi_1", "payment_status": "unpaid" });
    let unpaid = session(&checkout, unpaid);
    provider(&server).tell(&server, &event(&server, "checkout.session.completed", &unpaid)).await;
    assert_eq!(stands(&get(&server).await), ("open", 0));
    let paid = session(&checkout, json!({ "mode": "payment", "payment_intent": "pi_1" }));
    let kind = "checkout.session.async_payment_succeeded";
    provider(&server).tell(&server, &event(&server, kind, &paid)).await;
    assert_eq!(stands(&get(&server).await), ("paid", 2));
    server.stop().await;
}

#[tokio::test]
async fn a_checkout_is_closed_after_a_day_and_forgotten_after_a_week() {
    let server = start().await;
    let checkout = open(&server, "lifetime").await;
    let paid = session(&checkout, json!({ "mode": "payment", "payment_intent": "pi_1" }));
    provider(&server).tell(&server, &event(&server, "checkout.session.completed", &paid)).await;
    server.env.step(24 * HOUR - 1);
    assert_eq!(stands(&get(&server).await), ("paid", 2));
    server.env.step(1);
    let closed = get(&server).await;
    assert_eq!(stands(&closed), ("closed", 0));
    assert_eq!(closed["payUrl"], Value::Null);
    server.env.step(6 * 24 * HOUR);
    let error = server.public.refused("checkout.get", json!({ "reference": REFERENCE })).await;
    assert_eq!(error["data"]["kind"], "checkout");
    server.stop().await;
}

#[tokio::test]
async fn each_vendor_sells_under_a_host_name_of_their_own() {
    let server = start().await;
    let hosts = vec!["shop.example.com".to_owned()];
    let order = Order::CreateVendor { name: "Other".to_owned(), hosts };
    let made = carry_out(server.server.app(), order).await.unwrap();
    let other = server.admin.with_token(made["token"].as_str().unwrap());
    other.call("admin.product.create", json!({ "slug": "notes", "name": "Notes" })).await;
    let plan = json!({ "product": "notes", "slug": "one", "name": "One", "price": 100,
        "currency": "EUR", "activationType": "device", "activationLimit": 1 });
    other.call("admin.plan.create", plan).await;
    let ask = async |host: Option<&str>, method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let mut request = server.public.request("POST", "/rpc").body(body.to_string());
        request = request.header("content-type", "application/json");
        if let Some(host) = host {
            request = request.header("host", host);
        }
        server.public.send(request).await.json()
    };
    let theirs = Some("shop.example.com");
    for (host, product, is_sold) in [
        (theirs, "notes", true),
        (theirs, "forms", false),
        (None, "forms", true),
        (None, "notes", false),
    ] {
        let offer = ask(host, "checkout.offer", json!({ "product": product })).await;
        assert_eq!(offer.get("result").is_some(), is_sold, "{product}: {offer}");
    }
    let mut wanted = wanted("one");
    wanted["product"] = json!("notes");
    assert_eq!(
        ask(None, "checkout.open", wanted.clone()).await["error"]["data"]["kind"],
        "product"
    );
    let opened = ask(theirs, "checkout.open", wanted).await["result"].clone();
    assert_eq!(opened["state"], "open");
    // The reference alone is what shows a purchase, under whichever name.
    assert_eq!(get(&server).await["id"], opened["id"]);
    server.stop().await;
}

#[tokio::test]
async fn a_reference_that_nobody_used_finds_nothing() {
    let server = start().await;
    open(&server, "lifetime").await;
    let other = format!("{REFERENCE}x");
    let error = server.public.refused("checkout.get", json!({ "reference": other })).await;
    assert_eq!(
        (&error["data"]["code"], &error["data"]["kind"]),
        (&json!("not_found"), &json!("checkout"))
    );
    server.stop().await;
}

/// Another server's test provider stands for Stripe: it speaks the same.
#[tokio::test]
async fn a_connected_key_of_stripes_api_sells_live() {
    let stripe = start().await;
    let offer =
        stripe.public.call("checkout.offer", json!({ "product": "forms", "plan": "lifetime" }));
    let price = format!("price_test_{}", offer.await["plans"][0]["id"].as_str().unwrap());
    let account = stripe.server.app();
    let api_key = account.test_provider.as_ref().unwrap();
    let api_key = api_key.api_key(&account.secret, first_vendor(&stripe)).to_string();
    let stripe_api = format!("{}/testpay", stripe.public.url());
    let server = TestServer::start_telling(|options| Options { stripe_api, ..options }).await;
    stock(&server.admin).await;

    let connect = json!({ "provider": "stripe", "secret": "whsec_tests", "apiKey": api_key });
    let connected = server.admin.call("admin.payment.connect", connect).await;
    assert_eq!(connected["opensCheckouts"], true);
    let listed = server.admin.call("admin.payment.list", json!({})).await;
    assert!(!listed.to_string().contains(&api_key), "it is shown to nobody again");
    let offer = json!({ "product": "forms" });
    assert_eq!(server.public.call("checkout.offer", offer.clone()).await["plans"], json!([]));
    let map = |price: &str| {
        json!({ "provider": "stripe", "price": price, "product": "forms",
        "plan": "lifetime" })
    };
    server.admin.call("admin.price.map", map("prod_forms")).await;
    assert_eq!(server.public.call("checkout.offer", offer.clone()).await["plans"], json!([]));
    server.admin.call("admin.price.map", map(&price)).await;
    let offered = server.public.call("checkout.offer", offer).await;
    assert_eq!(
        (&offered["plans"][0]["slug"], &offered["test"]),
        (&json!("lifetime"), &json!(false))
    );

    let checkout = open(&server, "lifetime").await;
    let pay_url = checkout["payUrl"].as_str().unwrap();
    assert!(pay_url.starts_with(stripe.public.url()), "{pay_url}");
    let paid = session(
        &checkout,
        json!({ "mode": "payment", "payment_intent": "pi_1",
        "metadata": { "price": price, "quantity": "2" } }),
    );
    let mut paid = event(&server, "checkout.session.completed", &paid);
    paid["livemode"] = json!(true);
    Sender::new(&server.admin, "stripe", "whsec_tests").tell(&server, &paid).await;
    let after = get(&server).await;
    assert_eq!((stands(&after), &after["test"]), (("paid", 2), &json!(false)));

    let disconnect = json!({ "connection": connected["id"] });
    server.admin.call("admin.payment.disconnect", disconnect).await;
    let error = server.public.refused("checkout.open", {
        let mut wanted = wanted("lifetime");
        wanted["reference"] = json!(format!("{REFERENCE}2"));
        wanted
    });
    assert_eq!(error.await["data"]["kind"], "offer");
    server.stop().await;
    stripe.stop().await;
}

#[tokio::test]
async fn a_provider_that_says_no_or_nothing_sells_nothing_and_may_be_asked_again() {
    let stripe = start().await;
    let stripe_api = format!("{}/testpay", stripe.public.url());
    let server = TestServer::start_telling(|options| Options { stripe_api, ..options }).await;
    stock(&server.admin).await;
    let connect = json!({ "provider": "stripe", "secret": "whsec_tests", "apiKey": "sk_wrong" });
    server.admin.call("admin.payment.connect", connect).await;
    let map =
        json!({ "provider": "stripe", "price": "price_1", "product": "forms", "plan": "lifetime" });
    server.admin.call("admin.price.map", map).await;
    for _ in 0..2 {
        let error = server.public.refused("checkout.open", wanted("lifetime")).await;
        assert_eq!(error["data"]["code"], "unavailable");
    }
    stripe.stop().await;
    let error = server.public.refused("checkout.open", wanted("lifetime")).await;
    assert_eq!(error["data"]["code"], "unavailable");
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_an_api_is_stripes_and_as_stripe_shows_it() {
    let server = TestServer::start().await;
    for (provider, key) in [("paddle", "pdl_live_apikey_1"), ("stripe", "sk_ünlikely")] {
        let connect = json!({ "provider": provider, "secret": "secret_of_tests", "apiKey": key });
        let error = server.admin.refused("admin.payment.connect", connect).await;
        assert_eq!(
            (&error["data"]["code"], &error["data"]["field"]),
            (&json!("invalid_params"), &json!("apiKey"))
        );
    }
    server.stop().await;
}
