//! What the payment side reports, over the port: the rules of the contract, one by one.

mod letters;
mod licensedock;
mod repeats;

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

/// A server with a plan of a month, one of a year and one for ever.
async fn start() -> TestServer {
    let server = TestServer::start().await;
    stock(&server).await;
    server
}

async fn stock(server: &TestServer) {
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "Forms" })).await;
    for (slug, term, grace) in [
        ("monthly", json!({ "months": 1 }), 14),
        ("annual", json!({ "months": 12 }), 14),
        ("fortnight", json!({ "days": 14 }), 0),
        ("lifetime", Value::Null, 14),
    ] {
        let plan = json!({ "product": "p", "slug": slug, "name": slug, "term": term,
            "graceDays": grace, "activationType": "domain", "activationLimit": 2 });
        server.admin.call("admin.plan.create", plan).await;
    }
}

fn order(id: &str, plan: &str, paid_at: &str) -> Value {
    json!({ "order": id, "product": "p", "plan": plan, "subscription": format!("sub-{id}"),
        "customer": { "email": "ann@example.com", "name": "Ann" }, "paidAt": paid_at })
}

/// Reports something and gives the only license that it concerns.
async fn report(server: &TestServer, method: &str, params: Value) -> Value {
    let mut billed = server.admin.call(&format!("billing.{method}"), params).await;
    assert_eq!(billed["parked"], false, "{method}");
    assert_eq!(billed["licenses"].as_array().unwrap().len(), 1, "{method}");
    let answered = billed["licenses"][0].take();
    assert_eq!(answered, shown(server, &answered).await, "{method} answers what is kept");
    answered
}

async fn shown(server: &TestServer, license: &Value) -> Value {
    server.admin.call("admin.license.get", json!({ "license": license["id"] })).await
}

async fn history(server: &TestServer, license: &Value) -> Vec<Value> {
    let call = json!({ "license": license["id"], "limit": 200 });
    let mut page = server.admin.call("admin.license.history", call).await;
    serde_json::from_value(page["items"].take()).unwrap()
}

fn stands(license: &Value) -> (&str, Option<&str>, Option<&str>) {
    let text = |name: &str| license[name].as_str();
    (text("status").unwrap(), text("expiresAt"), text("graceUntil"))
}

#[tokio::test]
async fn months_count_from_the_anchor_day_and_an_expiry_set_by_the_desk_makes_a_new_one() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "monthly", "2026-01-31T10:00:00Z")).await;
    assert_eq!(stands(&sold), ("expired", Some("2026-02-28T10:00:00Z"), None));
    let renewal = json!({ "subscription": "sub-o" });
    for end in ["2026-03-31T10:00:00Z", "2026-04-30T10:00:00Z", "2026-05-31T10:00:00Z"] {
        let renewed = report(&server, "subscriptionRenewed", renewal.clone()).await;
        assert_eq!(renewed["expiresAt"], end);
    }
    let moved = json!({ "license": sold["id"], "expiresAt": "2026-11-29T00:00:00Z" });
    server.admin.call("admin.license.update", moved).await;
    for end in ["2026-12-29T00:00:00Z", "2027-01-29T00:00:00Z", "2027-02-28T00:00:00Z"] {
        let renewed = report(&server, "subscriptionRenewed", renewal.clone()).await;
        assert_eq!(renewed["expiresAt"], end);
    }
    let renewed = report(&server, "subscriptionRenewed", renewal).await;
    assert_eq!(renewed["expiresAt"], "2027-03-29T00:00:00Z", "the 29th comes back after February");
    server.stop().await;
}

#[tokio::test]
async fn a_term_of_days_adds_days_and_no_term_never_ends() {
    let server = start().await;
    for (plan, first, second) in [
        ("fortnight", json!("2026-06-15T00:00:00Z"), json!("2026-06-29T00:00:00Z")),
        ("annual", json!("2027-06-01T00:00:00Z"), json!("2028-06-01T00:00:00Z")),
        ("lifetime", Value::Null, Value::Null),
    ] {
        let sold =
            report(&server, "orderCompleted", order(plan, plan, "2026-06-01T00:00:00Z")).await;
        assert_eq!((&sold["expiresAt"], &sold["status"]), (&first, &json!("active")), "{plan}");
        let renewal = json!({ "subscription": format!("sub-{plan}") });
        let renewed = report(&server, "subscriptionRenewed", renewal).await;
        assert_eq!(renewed["expiresAt"], second, "{plan}");
    }
    server.stop().await;
}

#[tokio::test]
async fn the_licenses_of_an_order_say_what_they_came_of() {
    let server = start().await;
    let mut call = order("o-1", "annual", "2026-06-05T08:00:00Z");
    call["quantity"] = json!(3);
    call["price"] = json!(4_900);
    call["currency"] = json!("EUR");
    let made = server.admin.call("billing.orderCompleted", call).await;
    let licenses = made["licenses"].as_array().unwrap();
    assert_eq!(licenses.len(), 3);
    for license in licenses {
        assert_eq!(
            (&license["order"], &license["subscription"]),
            (&json!("o-1"), &json!("sub-o-1"))
        );
        assert_eq!(license["customer"]["email"], "ann@example.com");
        let made = &history(&server, license).await[0];
        assert_eq!(made["type"], "license.created");
        for (name, value) in [
            ("order", json!("o-1")),
            ("paidAt", json!("2026-06-05T08:00:00Z")),
            ("price", json!(4_900)),
            ("currency", json!("EUR")),
        ] {
            assert_eq!(made["data"][name], value);
        }
    }
    assert_ne!(licenses[0]["key"], licenses[1]["key"]);
    // What concerns the order concerns all of them.
    let gone = server.admin.call("billing.refunded", json!({ "order": "o-1" })).await;
    let ends: Vec<&Value> =
        gone["licenses"].as_array().unwrap().iter().map(|license| &license["end"]).collect();
    assert_eq!(ends, ["revoked", "revoked", "revoked"]);
    server.stop().await;
}

#[tokio::test]
async fn what_cannot_be_sold_is_refused_and_nothing_is_made() {
    let server = start().await;
    for (member, value, code, field) in [
        ("product", json!("nope"), "not_found", None),
        ("plan", json!("nope"), "not_found", None),
        ("customer", json!({ "email": "nobody" }), "invalid_params", Some("customer.email")),
        ("customer", Value::Null, "invalid_params", Some("customer")),
        ("quantity", json!(1_001), "invalid_params", Some("quantity")),
        ("price", json!(100), "invalid_params", Some("currency")),
        ("currency", json!("EUR"), "invalid_params", Some("price")),
        ("order", json!(""), "invalid_params", Some("order")),
        ("order", json!("a\nb"), "invalid_params", Some("order")),
        ("order", json!("x".repeat(256)), "invalid_params", Some("order")),
        ("subscription", json!(7), "invalid_params", Some("subscription")),
        ("paidAt", json!("yesterday"), "invalid_params", Some("paidAt")),
        ("event", json!("evt"), "invalid_params", Some("event")),
    ] {
        let mut call = order("o", "annual", "2026-06-05T08:00:00Z");
        call[member] = value;
        let refused = server.admin.refused("billing.orderCompleted", call).await;
        assert_eq!(refused["data"]["code"], code, "{member}");
        assert_eq!(refused["data"]["field"].as_str(), field, "{member}");
    }
    let none = server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(none["items"], json!([]));
    let none = server.admin.call("admin.customer.list", json!({})).await;
    assert_eq!(none["items"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn a_failed_payment_suspends_from_the_end_of_the_grace_on_and_not_before() {
    let server = start().await;
    server.env.set("2026-06-05T08:00:00Z");
    report(&server, "orderCompleted", order("o", "monthly", "2026-06-05T08:00:00Z")).await;
    let failure = |at: &str| json!({ "subscription": "sub-o", "failedAt": at });
    server.env.set("2026-07-05T09:00:00Z");
    let failed = report(&server, "paymentFailed", failure("2026-07-05T08:00:00Z")).await;
    let grace = Some("2026-07-19T08:00:00Z");
    assert_eq!(stands(&failed), ("active", Some("2026-07-05T08:00:00Z"), grace));
    // A further failure does not begin it anew, and one before the last payment is no failure.
    let again = report(&server, "paymentFailed", failure("2026-07-10T08:00:00Z")).await;
    assert_eq!(stands(&again).2, grace);
    let late = report(&server, "paymentFailed", failure("2026-06-01T08:00:00Z")).await;
    assert_eq!(stands(&late).2, grace);
    for (now, status, holds, valid) in [
        ("2026-07-19T07:59:59Z", "active", json!([]), true),
        ("2026-07-19T08:00:00Z", "suspended", json!(["payment"]), false),
        ("2027-07-19T08:00:00Z", "suspended", json!(["payment"]), false),
    ] {
        server.env.set(now);
        let license = shown(&server, &failed).await;
        assert_eq!((&license["status"], &license["holds"]), (&json!(status), &holds), "{now}");
        let asked = json!({ "key": license["key"] });
        let verdict = server.public.call("license.validate", asked).await;
        assert_eq!(verdict["valid"], valid, "{now}");
        assert_eq!(verdict["remedy"]["code"].as_str(), (!valid).then_some("renew"), "{now}");
    }
    let recovered = report(&server, "paymentRecovered", json!({ "subscription": "sub-o" })).await;
    assert_eq!(stands(&recovered), ("expired", Some("2026-08-05T08:00:00Z"), None));
    assert_eq!(recovered["holds"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn the_desk_forgives_a_failure_and_the_next_one_begins_a_grace_of_its_own() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "monthly", "2026-06-01T00:00:00Z")).await;
    let failure = |at: &str| json!({ "subscription": "sub-o", "failedAt": at });
    report(&server, "paymentFailed", failure("2026-06-02T00:00:00Z")).await;
    server.env.set("2026-06-16T00:00:00Z");
    assert_eq!(shown(&server, &sold).await["status"], "suspended");
    let call = json!({ "license": sold["id"] });
    let freed = server.admin.call("admin.license.reinstate", call).await;
    assert_eq!(stands(&freed), ("active", Some("2026-07-01T00:00:00Z"), None));
    let failed = report(&server, "paymentFailed", failure("2026-06-17T00:00:00Z")).await;
    assert_eq!(stands(&failed).2, Some("2026-07-01T00:00:00Z"));
    server.stop().await;
}

#[tokio::test]
async fn disputes_hold_a_license_beside_other_holds_and_end_it_when_they_are_lost() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    let license = json!({ "license": sold["id"] });
    server.admin.call("admin.license.suspend", license.clone()).await;
    let about = json!({ "order": "o" });
    let held = report(&server, "disputeOpened", about.clone()).await;
    assert_eq!(held["holds"], json!(["dispute", "manual"]));
    let freed = server.admin.call("admin.license.reinstate", license).await;
    assert_eq!((&freed["holds"], &freed["status"]), (&json!(["dispute"]), &json!("suspended")));
    let won = report(&server, "disputeClosed", json!({ "order": "o", "won": true })).await;
    assert_eq!((&won["holds"], &won["status"]), (&json!([]), &json!("active")));
    report(&server, "disputeOpened", about).await;
    let lost = report(&server, "disputeClosed", json!({ "order": "o", "won": false })).await;
    assert_eq!(lost["status"], "revoked");
    server.stop().await;
}

#[tokio::test]
async fn an_end_is_final_whatever_the_payment_side_reports() {
    let server = start().await;
    for end in ["revoke", "cancel"] {
        let sold =
            report(&server, "orderCompleted", order(end, "annual", "2026-06-01T00:00:00Z")).await;
        let activate = json!({ "key": sold["key"], "identifier": "a.example" });
        server.public.call("license.activate", activate).await;
        let license = json!({ "license": sold["id"] });
        let ended = server.admin.call(&format!("admin.license.{end}"), license).await;
        let subscription = json!({ "subscription": format!("sub-{end}") });
        for method in [
            "subscriptionRenewed",
            "paymentFailed",
            "paymentRecovered",
            "subscriptionCancelled",
            "subscriptionExpired",
        ] {
            let after = report(&server, method, subscription.clone()).await;
            assert_eq!(after, ended, "{method} after {end}");
            let last = history(&server, &sold).await.pop().unwrap();
            assert_eq!(last["type"], "billing.recorded", "{method}");
            assert_eq!(last["data"]["because"], "the license has ended", "{method}");
        }
        let opened = report(&server, "disputeOpened", json!({ "order": end })).await;
        assert_eq!(opened, ended);
        // All of the money given back makes even a cancelled license a revoked one.
        let refunded = report(&server, "refunded", json!({ "order": end })).await;
        assert_eq!((&refunded["status"], &refunded["end"]), (&json!("revoked"), &json!("revoked")));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_license_that_was_given_to_somebody_else_is_not_the_old_orders_any_more() {
    let server = start().await;
    let sold =
        report(&server, "orderCompleted", order("o", "annual", "2026-06-01T00:00:00Z")).await;
    let emptied =
        server.admin.call("admin.license.inactivate", json!({ "license": sold["id"] })).await;
    assert_eq!((&emptied["order"], &emptied["subscription"]), (&Value::Null, &Value::Null));
    let refunded = server.admin.call("billing.refunded", json!({ "order": "o" })).await;
    assert_eq!(refunded, json!({ "licenses": [], "parked": false }));
    assert_eq!(shown(&server, &sold).await["status"], "active");
    // Nor does a repeat of the order make a second license for what was paid once.
    let call = order("o", "annual", "2026-06-01T00:00:00Z");
    let again = server.admin.call("billing.orderCompleted", call).await;
    assert_eq!(again, json!({ "licenses": [], "parked": false }));
    server.stop().await;
}
