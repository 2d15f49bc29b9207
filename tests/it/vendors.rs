//! Several vendors, two modes, one product: what is not the caller's looks absent, whatever is
//! called. Every method, scope, vendor and mode has its cell here.

use counterfoil_core::wire::native::{Scope, methods};
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{Client, Sender, TestServer};
use serde_json::{Value, json};

/// What somebody else gets from a call that names the vendor's things.
#[derive(Clone, Copy, Debug)]
enum Elsewhere {
    /// A refusal with this word.
    Refused(&'static str),
    /// An answer that holds nothing of the vendor's.
    Nothing,
}
use Elsewhere::{Nothing, Refused};

/// A call: the scope it needs, and what is seen by the other mode and by another vendor.
struct Cell {
    method: &'static str,
    scope: &'static str,
    other_mode: Elsewhere,
    other_vendor: Elsewhere,
}

const fn cell(
    method: &'static str,
    scope: &'static str,
    other_mode: Elsewhere,
    other_vendor: Elsewhere,
) -> Cell {
    Cell { method, scope, other_mode, other_vendor }
}

const READ: &str = "licenses:read";
const WRITE: &str = "licenses:write";
const PRODUCTS: &str = "products:write";
const BILLING: &str = "billing:write";
const TOKENS: &str = "tokens:write";
const NO_LICENSE: Elsewhere = Refused("license_not_found");
const NO_ACTIVATION: Elsewhere = Refused("activation_not_found");
const NONE: Elsewhere = Refused("not_found");

/// Products, plans and tokens are shared by a vendor's modes; everything else is not.
const CELLS: &[Cell] = &[
    cell("admin.product.create", PRODUCTS, Refused("conflict"), Nothing),
    cell("admin.product.get", READ, Nothing, NONE),
    cell("admin.product.list", READ, Nothing, Nothing),
    cell("admin.product.update", PRODUCTS, Nothing, NONE),
    cell("admin.plan.create", PRODUCTS, Refused("conflict"), NONE),
    cell("admin.plan.get", READ, Nothing, NONE),
    cell("admin.plan.list", READ, Nothing, NONE),
    cell("admin.plan.update", PRODUCTS, Nothing, NONE),
    cell("admin.license.create", WRITE, Nothing, NONE),
    cell("admin.license.get", READ, NO_LICENSE, NO_LICENSE),
    cell("admin.license.list", READ, Nothing, Nothing),
    cell("admin.license.update", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.suspend", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.reinstate", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.disable", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.enable", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.revoke", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.cancel", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.rotate", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.inactivate", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.use", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.lease", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.license.history", READ, NO_LICENSE, NO_LICENSE),
    cell("admin.license.snapshot", READ, NO_LICENSE, NO_LICENSE),
    cell("admin.history.list", READ, Nothing, Nothing),
    cell("admin.activation.list", READ, NO_LICENSE, NO_LICENSE),
    cell("admin.activation.add", WRITE, NO_LICENSE, NO_LICENSE),
    cell("admin.activation.remove", WRITE, NO_ACTIVATION, NO_ACTIVATION),
    cell("admin.customer.list", READ, Nothing, Nothing),
    cell("admin.customer.get", READ, NONE, NONE),
    cell("admin.customer.update", WRITE, NONE, NONE),
    cell("admin.token.create", TOKENS, Nothing, NONE),
    cell("admin.token.list", READ, Nothing, Nothing),
    cell("admin.token.revoke", TOKENS, NONE, NONE),
    cell("admin.stats.summary", READ, Nothing, Nothing),
    cell("billing.orderCompleted", BILLING, Nothing, NONE),
    // What one vendor's payment side reports is nobody's order elsewhere.
    cell("billing.subscriptionRenewed", BILLING, Nothing, Nothing),
    cell("billing.paymentFailed", BILLING, Nothing, Nothing),
    cell("billing.paymentRecovered", BILLING, Nothing, Nothing),
    cell("billing.subscriptionCancelled", BILLING, Nothing, Nothing),
    cell("billing.subscriptionExpired", BILLING, Nothing, Nothing),
    cell("billing.refunded", BILLING, Nothing, Nothing),
    cell("billing.disputeOpened", BILLING, Nothing, Nothing),
    cell("billing.disputeClosed", BILLING, Nothing, Nothing),
    cell("admin.mail.status", READ, Nothing, Nothing),
    cell("admin.mail.update", WRITE, Nothing, Nothing),
    cell("admin.mail.list", READ, Nothing, Nothing),
    cell("admin.mail.retry", WRITE, NONE, NONE),
    cell("admin.template.list", READ, Nothing, Nothing),
    cell("admin.template.update", WRITE, Nothing, Nothing),
    cell("admin.template.preview", READ, NO_LICENSE, NO_LICENSE),
    cell("admin.webhook.create", TOKENS, Nothing, Nothing),
    cell("admin.webhook.list", READ, Nothing, Nothing),
    cell("admin.webhook.update", TOKENS, NONE, NONE),
    cell("admin.webhook.delete", TOKENS, NONE, NONE),
    cell("admin.webhook.test", TOKENS, NONE, NONE),
    cell("admin.webhook.deliveries", READ, NONE, NONE),
    cell("admin.webhook.delivery", READ, NONE, NONE),
    cell("admin.webhook.redeliver", TOKENS, NONE, NONE),
    cell("admin.order.list", READ, Nothing, Nothing),
    cell("admin.payment.connect", BILLING, Nothing, Nothing),
    cell("admin.payment.list", READ, Nothing, Nothing),
    cell("admin.payment.disconnect", BILLING, NONE, NONE),
    cell("admin.payment.deliveries", READ, Nothing, Nothing),
    cell("admin.payment.delivery", BILLING, NONE, NONE),
    cell("admin.payment.replay", BILLING, NONE, NONE),
    cell("admin.price.map", BILLING, Nothing, NONE),
    cell("admin.price.list", READ, Nothing, Nothing),
    cell("admin.price.unmap", BILLING, NONE, NONE),
    // These need a web socket: `history.rs` tries them.
    cell("admin.events", "events:read", Nothing, Nothing),
    cell("admin.unsubscribeEvents", "", Nothing, Nothing),
];

/// One vendor's things, made anew for each cell that may change them.
struct Things {
    slug: String,
    license: Value,
    activation: Value,
    customer: Value,
    token: Value,
    mail: Value,
    webhook: Value,
    delivery: Value,
    connection: Value,
    sent: Value,
}

/// A payment provider of the owner's, and something that it sent: at a price that nobody mapped.
async fn payments(owner: &Client, name: &str) -> (Value, Value) {
    // Of one provider there are eight at most.
    let before = owner.call("admin.payment.list", json!({})).await;
    for connection in before["items"].as_array().unwrap() {
        let gone = json!({ "connection": connection["id"] });
        owner.call("admin.payment.disconnect", gone).await;
    }
    let secret = format!("secret of {name}");
    let call = json!({ "provider": "lemonsqueezy", "secret": secret, "name": secret });
    let connection = owner.call("admin.payment.connect", call).await;
    let price = json!({ "provider": "lemonsqueezy", "price": format!("secret-{name}"),
        "product": format!("product-{name}"), "plan": format!("plan-{name}") });
    owner.call("admin.price.map", price).await;
    let order = json!({ "meta": { "event_name": "order_created" }, "data": { "type": "orders",
        "id": format!("secret-order-{name}"), "attributes": { "status": "paid",
        "user_email": format!("{name}@secret.example"), "created_at": "2026-06-05T08:00:00Z",
        "first_order_item": { "variant_id": "unmapped" } } } });
    let path = connection["url"].as_str().unwrap().split_once("/webhooks").unwrap().1;
    let sender = Sender::new(owner, "lemonsqueezy", &secret).to(&format!("/webhooks{path}"));
    let request = sender.request(&order.to_string(), 0);
    assert_eq!(owner.without_token().send(request).await.status, 200);
    let sent = owner.call("admin.payment.deliveries", json!({ "limit": 1 })).await;
    (connection, sent["items"][0].clone())
}

impl Things {
    async fn make(owner: &Client, name: &str) -> Self {
        let slug = format!("product-{name}");
        owner
            .call("admin.product.create", json!({ "slug": slug, "name": format!("Secret {name}") }))
            .await;
        let plan = json!({ "product": slug, "slug": format!("plan-{name}"), "name": "Secret plan",
            "activationType": "domain", "activationLimit": 9 });
        owner.call("admin.plan.create", plan).await;
        let buying = json!({ "order": format!("order-{name}"), "subscription": format!("sub-{name}"),
            "product": slug, "plan": format!("plan-{name}"),
            "customer": { "email": format!("{name}@secret.example"), "name": "Secret Ann" } });
        let license = owner.call("billing.orderCompleted", buying).await["licenses"][0].take();
        let adding =
            json!({ "license": license["id"], "identifier": format!("{name}.secret.example") });
        let activation = owner.call("admin.activation.add", adding).await;
        // A test token hands out nothing live.
        let token =
            json!({ "name": format!("secret {name}"), "scopes": [], "mode": license["mode"] });
        let token = owner.call("admin.token.create", token).await;
        let customer = license["customer"].clone();
        // A customer who is told that the license was suspended, and lets go of it again.
        let stopping = json!({ "license": license["id"] });
        owner.call("admin.license.suspend", stopping.clone()).await;
        owner.call("admin.license.reinstate", stopping).await;
        let words = json!({ "template": "license_suspended", "subject": format!("Own {name}") });
        owner.call("admin.template.update", words).await;
        let mail = owner.call("admin.mail.list", json!({ "limit": 1 })).await["items"][0].clone();
        let (connection, sent) = payments(owner, name).await;
        let (webhook, delivery) = Self::webhook(owner, name).await;
        Self {
            slug,
            license,
            activation,
            customer,
            token,
            mail,
            webhook,
            delivery,
            connection,
            sent,
        }
    }

    /// A webhook and what waits for it. There are so many at most, so the last one goes.
    async fn webhook(owner: &Client, name: &str) -> (Value, Value) {
        for last in owner.call("admin.webhook.list", json!({})).await["items"].as_array().unwrap() {
            owner.call("admin.webhook.delete", json!({ "webhook": last["id"] })).await;
        }
        let url = format!("https://{name}.hooks.example/");
        let making = json!({ "url": url, "events": ["license.used"], "description": "Secret" });
        let webhook = owner.call("admin.webhook.create", making).await;
        let testing = json!({ "webhook": webhook["id"] });
        let delivery = owner.call("admin.webhook.test", testing).await;
        (webhook, delivery)
    }

    /// Parameters that name these things wherever the method can.
    fn params(&self, method: &str) -> Value {
        let plan = &self.license["plan"]["slug"];
        let license = &self.license["id"];
        match method {
            "admin.product.create" => json!({ "slug": self.slug, "name": "N" }),
            "admin.product.get" | "admin.plan.list" => json!({ "product": self.slug }),
            "admin.product.update" => json!({ "product": self.slug, "name": "Renamed" }),
            "admin.plan.create" => json!({ "product": self.slug, "slug": plan, "name": "N",
                "activationType": "domain", "activationLimit": 1 }),
            "admin.plan.get" => json!({ "plan": self.license["plan"]["id"] }),
            "admin.plan.update" => json!({ "product": self.slug, "plan": plan, "name": "Renamed" }),
            "admin.license.create" => json!({ "product": self.slug, "plan": plan }),
            "admin.license.list" => json!({ "search": self.license["key"] }),
            "admin.license.update" => {
                json!({ "license": self.license["alias"], "activationLimit": 2 })
            }
            "admin.license.use" => json!({ "license": self.license["key"], "amount": 1 }),
            "admin.activation.add" => json!({ "license": license, "identifier": "new.example" }),
            "admin.activation.remove" => json!({ "activation": self.activation["id"] }),
            "admin.customer.get" => json!({ "customer": self.customer["id"] }),
            "admin.customer.update" => {
                json!({ "customer": self.customer["id"], "name": "Renamed" })
            }
            "admin.token.create" => {
                json!({ "name": "t", "scopes": [], "mode": "test", "product": self.slug })
            }
            "admin.token.revoke" => json!({ "token": self.token["id"] }),
            "billing.orderCompleted" => {
                json!({ "order": self.license["order"], "product": self.slug,
                "plan": plan, "customer": { "email": "other@buyer.example" } })
            }
            "billing.refunded" | "billing.disputeOpened" => {
                json!({ "order": self.license["order"] })
            }
            "billing.disputeClosed" => json!({ "order": self.license["order"], "won": false }),
            _ if method.starts_with("billing.") => {
                json!({ "subscription": self.license["subscription"] })
            }
            "admin.mail.update" => json!({ "replyTo": "help@other.example" }),
            "admin.mail.retry" => json!({ "mail": self.mail["id"] }),
            "admin.template.update" => json!({ "template": "license_revoked", "enabled": true }),
            "admin.template.preview" => {
                json!({ "template": "license_delivered", "license": self.license["key"] })
            }
            "admin.webhook.list"
            | "admin.payment.list"
            | "admin.payment.deliveries"
            | "admin.price.list"
            | "admin.order.list"
            | "admin.product.list"
            | "admin.history.list"
            | "admin.customer.list"
            | "admin.token.list"
            | "admin.stats.summary"
            | "admin.mail.status"
            | "admin.mail.list"
            | "admin.template.list" => json!({}),
            _ if ["admin.webhook.", "admin.payment.", "admin.price."]
                .iter()
                .any(|start| method.starts_with(start)) =>
            {
                self.connected(method)
            }
            _ => json!({ "license": license }),
        }
    }

    /// As [`params`](Self::params), of what a vendor has connected.
    fn connected(&self, method: &str) -> Value {
        let name = self.slug.trim_start_matches("product-");
        match method {
            "admin.webhook.create" => json!({ "url": "https://example.com/" }),
            "admin.webhook.delivery" | "admin.webhook.redeliver" => {
                json!({ "delivery": self.delivery["id"] })
            }
            "admin.payment.connect" => {
                json!({ "provider": "stripe", "secret": format!("whsec of {}", self.slug) })
            }
            "admin.payment.disconnect" => json!({ "connection": self.connection["id"] }),
            "admin.payment.delivery" | "admin.payment.replay" => {
                json!({ "delivery": self.sent["id"] })
            }
            "admin.price.map" => json!({ "provider": "stripe", "price": "price_1",
                "product": self.slug, "plan": self.license["plan"]["slug"] }),
            "admin.price.unmap" => {
                json!({ "provider": "lemonsqueezy", "price": format!("secret-{name}") })
            }
            _ => json!({ "webhook": self.webhook["id"] }),
        }
    }

    /// What nobody else may see.
    fn secrets(&self) -> Vec<String> {
        let of = |value: &Value| value.as_str().unwrap().to_owned();
        vec![
            of(&self.license["id"]),
            of(&self.license["key"]),
            of(&self.license["alias"]),
            of(&self.activation["id"]),
            of(&self.activation["identifier"]),
            of(&self.customer["id"]),
            of(&self.customer["email"]),
            of(&self.token["token"]),
            of(&self.mail["id"]),
            of(&self.webhook["id"]),
            of(&self.webhook["url"]),
            of(&self.webhook["secret"]),
            of(&self.delivery["id"]),
            of(&self.connection["id"]),
            of(&self.connection["name"]),
            of(&self.sent["id"]),
            of(&self.sent["event"]),
            format!("Own {}", self.slug.trim_start_matches("product-")),
        ]
    }
}

async fn vendor(server: &TestServer, name: &str) -> Client {
    let order = Order::CreateVendor { name: name.to_owned(), hosts: Vec::new() };
    let made = carry_out(server.server.app(), order).await.unwrap();
    server.admin.with_token(made["token"].as_str().unwrap())
}

/// A token of the same vendor.
async fn token(owner: &Client, mode: &str, scopes: Value, product: Option<&str>) -> Client {
    let call = json!({ "name": "cell", "mode": mode, "scopes": scopes, "product": product });
    let made = owner.call("admin.token.create", call).await;
    owner.with_token(made["token"].as_str().unwrap())
}

fn tried() -> impl Iterator<Item = &'static Cell> {
    CELLS.iter().filter(|cell| !cell.method.ends_with("vents"))
}

#[test]
fn no_method_and_no_scope_is_without_its_cell() {
    for method in methods() {
        let of_key = method.starts_with("license.");
        // A buyer has no credential: `checkout` tells whose things they see.
        let of_buyer = method.starts_with("checkout.");
        let stated = CELLS.iter().any(|cell| cell.method == method);
        let of_customer = crate::portal::isolation::CELLS.iter().any(|cell| cell.0 == method);
        assert!(of_key || of_buyer || stated || of_customer, "{method} has no cell");
    }
    for cell in tried() {
        assert!(methods().contains(&cell.method), "{} is no method", cell.method);
        assert!(Scope::NAMES.contains(&cell.scope), "{} is no scope", cell.scope);
    }
}

#[tokio::test]
async fn a_call_needs_its_scope_and_no_other_will_do() {
    let server = TestServer::start_queueing().await;
    for mode in ["live", "test"] {
        let mut with = Vec::new();
        for scope in Scope::NAMES {
            with.push((scope, token(&server.admin, mode, json!([scope]), None).await));
        }
        let all = token(&server.admin, mode, json!(["*"]), None).await;
        let none = token(&server.admin, mode, json!([]), None).await;
        let without: Vec<(usize, &str)> = Scope::NAMES.into_iter().enumerate().collect();
        for (number, cell) in tried().enumerate() {
            let things = Things::make(&all, &format!("{mode}-{number}")).await;
            let params = match cell.method {
                "admin.product.create" => {
                    json!({ "slug": format!("{mode}-free-{number}"), "name": "N" })
                }
                "admin.plan.create" => json!({ "product": things.slug, "slug": "free", "name": "N",
                    "activationType": "domain", "activationLimit": 1 }),
                method => things.params(method),
            };
            for (place, scope) in &without {
                if *scope != cell.scope {
                    let refused = with[*place].1.refused(cell.method, params.clone()).await;
                    assert_eq!(refused["code"], 403, "{} with {scope}", cell.method);
                    let data = json!({ "code": "forbidden", "scope": cell.scope });
                    assert_eq!(refused["data"], data, "{} with {scope}", cell.method);
                }
            }
            assert_eq!(
                none.refused(cell.method, params.clone()).await["code"],
                403,
                "{}",
                cell.method
            );
            let (_, holder) = with.iter().find(|(scope, _)| *scope == cell.scope).unwrap();
            holder.call(cell.method, params).await;
        }
    }
    server.stop().await;
}

#[track_caller]
fn check_seen(cell: &Cell, who: &str, expected: Elsewhere, reply: &Value, secrets: &[String]) {
    let method = cell.method;
    match expected {
        Refused(word) => {
            assert_eq!(reply["error"]["data"]["code"], word, "{method} by {who}: {reply}");
        }
        Nothing => assert!(reply["result"].is_object(), "{method} by {who}: {reply}"),
    }
    let text = reply.to_string();
    for secret in secrets {
        assert!(!text.contains(secret), "{method} by {who} shows {secret}: {text}");
    }
}

#[tokio::test]
async fn nothing_of_another_vendor_or_mode_is_seen_by_any_call() {
    let server = TestServer::start_queueing().await;
    let strangers = vendor(&server, "strangers").await;
    let strangers_test = token(&strangers, "test", json!(["*"]), None).await;
    let own_test = token(&server.admin, "test", json!(["*"]), None).await;
    for (number, cell) in tried().enumerate() {
        for (mode, owner, other) in
            [("live", &server.admin, &own_test), ("test", &own_test, &server.admin)]
        {
            let things = Things::make(owner, &format!("{mode}-{number}")).await;
            let params = things.params(cell.method);
            let secrets = things.secrets();
            // Tokens are the vendor's: one of live mode looks after those of both.
            let mut expected = cell.other_mode;
            if mode == "test" && cell.method == "admin.token.revoke" {
                expected = Nothing;
            }
            let reply = other.ask(cell.method, params.clone()).await;
            check_seen(cell, "the other mode", expected, &reply, &secrets);
            for stranger in [&strangers, &strangers_test] {
                // The second finds what the first made.
                let again = reply_is_conflict(stranger, cell, &params).await;
                if let Some(reply) = again {
                    check_seen(cell, "another vendor", cell.other_vendor, &reply, &secrets);
                }
            }
            // And whatever they tried, nothing happened to it.
            let shown =
                owner.call("admin.license.get", json!({ "license": things.license["id"] })).await;
            assert_eq!(shown["status"], "active", "{}", cell.method);
            assert_eq!(shown["key"], things.license["key"], "{}", cell.method);
            assert_eq!(shown["activationsUsed"], 1, "{}", cell.method);
        }
    }
    server.stop().await;
}

/// The reply to a stranger; `None` where it meets what that stranger itself made before.
async fn reply_is_conflict(stranger: &Client, cell: &Cell, params: &Value) -> Option<Value> {
    let reply = stranger.ask(cell.method, params.clone()).await;
    let makes = ["admin.product.create", "admin.payment.connect"].contains(&cell.method);
    let met_its_own = makes && reply["error"]["data"]["code"] == "conflict";
    (!met_its_own).then_some(reply)
}

#[tokio::test]
async fn a_token_of_one_product_sees_no_other_one() {
    let server = TestServer::start_queueing().await;
    let mine = Things::make(&server.admin, "mine").await;
    let bound = token(&server.admin, "live", json!(["*"]), Some(&mine.slug)).await;
    for (number, cell) in tried().enumerate() {
        let things = Things::make(&server.admin, &format!("other-{number}")).await;
        let reply = bound.ask(cell.method, things.params(cell.method)).await;
        let expected = match cell.method {
            "admin.product.create" => Refused("forbidden"),
            method if method.starts_with("billing.") => Refused("forbidden"),
            // Mail is not kept by product.
            method if method.starts_with("admin.mail.") => Refused("forbidden"),
            method if method.starts_with("admin.template.") => Refused("forbidden"),
            // Nor are payments.
            method if method.starts_with("admin.payment.") => Refused("forbidden"),
            method if method.starts_with("admin.price.") => Refused("forbidden"),
            "admin.order.list" => Refused("forbidden"),
            _ => cell.other_vendor,
        };
        check_seen(cell, "another product's token", expected, &reply, &things.secrets());
    }
    for method in ["admin.license.get", "admin.license.history", "admin.activation.list"] {
        bound.call(method, mine.params(method)).await;
    }
    for (method, count) in [
        ("admin.product.list", 1),
        ("admin.plan.list", 1),
        ("admin.license.list", 1),
        ("admin.customer.list", 1),
    ] {
        let page = bound.call(method, json!({})).await;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{method}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_of_another_vendor_or_mode_unlocks_its_own_license_only() {
    let server = TestServer::start_queueing().await;
    let strangers = vendor(&server, "strangers").await;
    let own_test = token(&server.admin, "test", json!(["*"]), None).await;
    let theirs = Things::make(&strangers, "same").await;
    let test = Things::make(&own_test, "same").await;
    // The key says whose it is, so the other vendor's product of the same name is its own.
    let verdict = server
        .public
        .call(
            "license.validate",
            json!({ "key": theirs.license["key"], "product": "product-same" }),
        )
        .await;
    assert_eq!(verdict["status"], "valid");
    let key = &test.license["key"];
    for (mode, status) in [("live", "invalid"), ("test", "valid")] {
        let verdict =
            server.public.call("license.validate", json!({ "key": key, "mode": mode })).await;
        assert_eq!(verdict["status"], status, "{mode}");
    }
    for method in ["license.activate", "license.deactivate", "license.use"] {
        let mut call = json!({ "key": key });
        if method != "license.use" {
            call["identifier"] = json!("same.secret.example");
        }
        let refused = server.public.refused(method, call).await;
        assert_eq!(refused["data"]["code"], "license_not_found", "{method}");
    }
    server.stop().await;
}

#[tokio::test]
async fn a_token_of_one_product_changes_no_customer_who_has_another() {
    let server = TestServer::start_queueing().await;
    let mine = Things::make(&server.admin, "mine").await;
    Things::make(&server.admin, "other").await;
    let bound = token(&server.admin, "live", json!(["*"]), Some(&mine.slug)).await;
    let buying = json!({ "product": mine.slug, "customer": { "email": "other@secret.example" } });
    let shared = bound.call("admin.license.create", buying).await;
    let change = json!({ "customer": shared["customer"]["id"], "email": "mine@evil.example" });
    let refused = bound.refused("admin.customer.update", change).await;
    assert_eq!(refused["data"], json!({ "code": "forbidden", "scope": "product:*" }));
    server.stop().await;
}
