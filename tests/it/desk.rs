//! What the desk does to licenses, customers, products and plans.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

async fn start(license: Value) -> (TestServer, Value) {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "Forms" })).await;
    let mut params = json!({ "product": "p" });
    params.as_object_mut().unwrap().extend(license.as_object().unwrap().clone());
    let made = server.admin.call("admin.license.create", params).await;
    (server, made)
}

async fn command(server: &TestServer, name: &str, license: &Value) -> Value {
    let params = json!({ "license": license["id"] });
    server.admin.ask(&format!("admin.license.{name}"), params).await
}

#[tokio::test]
async fn holds_lie_and_lift_apart_and_a_repeat_writes_nothing() {
    let (server, license) = start(json!({})).await;
    for (name, holds, status, items) in [
        ("suspend", json!(["manual"]), "suspended", 2),
        ("suspend", json!(["manual"]), "suspended", 2),
        ("disable", json!(["manual", "disabled"]), "disabled", 3),
        ("reinstate", json!(["disabled"]), "disabled", 4),
        ("reinstate", json!(["disabled"]), "disabled", 4),
        ("enable", json!([]), "active", 5),
        ("enable", json!([]), "active", 5),
    ] {
        let shown = command(&server, name, &license).await["result"].clone();
        assert_eq!((&shown["holds"], &shown["status"]), (&holds, &json!(status)), "{name}");
        let history =
            server.admin.call("admin.license.history", json!({ "license": license["id"] })).await;
        assert_eq!(history["items"].as_array().unwrap().len(), items, "after {name}");
    }
    server.stop().await;
}

#[tokio::test]
async fn an_end_frees_every_place_and_refuses_every_other_command() {
    for (end, status, other) in [("revoke", "revoked", "cancel"), ("cancel", "cancelled", "revoke")]
    {
        let (server, license) = start(json!({ "activationLimit": 3, "key": "A-KEY" })).await;
        let mut places = Vec::new();
        for site in ["a.example", "b.example"] {
            let call = json!({ "key": "A-KEY", "identifier": site });
            let made = server.public.call("license.activate", call).await;
            places.push(made["activation"]["id"].clone());
        }
        let shown = command(&server, end, &license).await["result"].clone();
        assert_eq!((&shown["status"], &shown["end"]), (&json!(status), &json!(status)));
        assert_eq!(shown["activationsUsed"], 0);
        let again = command(&server, end, &license).await["result"].clone();
        assert_eq!(again, shown, "the same end again writes nothing");
        let id = &license["id"];
        for (method, params) in [
            (format!("admin.license.{other}"), json!({ "license": id })),
            ("admin.license.suspend".into(), json!({ "license": id })),
            ("admin.license.reinstate".into(), json!({ "license": id })),
            ("admin.license.disable".into(), json!({ "license": id })),
            ("admin.license.enable".into(), json!({ "license": id })),
            ("admin.license.rotate".into(), json!({ "license": id })),
            ("admin.license.inactivate".into(), json!({ "license": id })),
            ("admin.license.update".into(), json!({ "license": id, "activationLimit": 9 })),
            ("admin.license.use".into(), json!({ "license": id, "amount": -1 })),
            ("admin.activation.add".into(), json!({ "license": id, "identifier": "c.example" })),
        ] {
            let refused = server.admin.refused(&method, params).await;
            assert_eq!(refused["code"], 409, "{method}");
            assert_eq!(refused["data"]["code"], "invalid_transition", "{method}");
            assert_eq!(refused["data"]["from"], status, "{method}");
            assert!(refused["data"]["command"].is_string(), "{method}");
        }
        for (method, word) in [
            ("license.activate", format!("license_{status}")),
            ("license.use", format!("license_{status}")),
        ] {
            let mut call = json!({ "key": "A-KEY" });
            if method == "license.activate" {
                call["identifier"] = json!("a.example");
            }
            assert_eq!(server.public.refused(method, call).await["data"]["code"], json!(word));
        }
        let list = json!({ "license": id, "status": "deactivated" });
        let ended = server.admin.call("admin.activation.list", list).await;
        assert_eq!(ended["items"].as_array().unwrap().len(), 2);
        let removed = json!({ "activation": places[0] });
        let removed = server.admin.call("admin.activation.remove", removed).await;
        assert_eq!(removed["status"], "deactivated", "freeing a place again succeeds");
        server.stop().await;
    }
}

#[tokio::test]
async fn a_new_key_leaves_the_places_and_the_old_one_is_unknown() {
    let (server, license) = start(json!({ "key": "OLD-KEY" })).await;
    let here = |key: &Value| json!({ "key": key, "identifier": "example.com" });
    server.public.call("license.activate", here(&license["key"])).await;
    let rotated = command(&server, "rotate", &license).await["result"].clone();
    assert_ne!(rotated["key"], "OLD-KEY");
    assert_eq!((&rotated["alias"], &rotated["activationsUsed"]), (&license["alias"], &json!(1)));
    let old = server.public.call("license.validate", here(&json!("OLD-KEY"))).await;
    assert_eq!(old["status"], "invalid");
    let new = server.public.call("license.validate", here(&rotated["key"])).await;
    assert_eq!(new["status"], "valid");
    // The old text is free again.
    let again = json!({ "product": "p", "key": "OLD-KEY" });
    server.admin.call("admin.license.create", again).await;
    server.stop().await;
}

#[tokio::test]
async fn an_inactivated_license_is_empty_and_nobodys() {
    let (server, license) =
        start(json!({ "activationLimit": 5, "customer": { "email": "ann@example.com" } })).await;
    let here = json!({ "key": license["key"], "identifier": "example.com" });
    server.public.call("license.activate", here).await;
    let emptied = command(&server, "inactivate", &license).await["result"].clone();
    assert_eq!(emptied["id"], license["id"]);
    assert_ne!(emptied["key"], license["key"]);
    assert_ne!(emptied["alias"], license["alias"]);
    assert_eq!(
        (&emptied["activationLimit"], &emptied["activationsUsed"], &emptied["customer"]),
        (&json!(1), &json!(0), &Value::Null)
    );
    for old in [&license["key"], &license["alias"]] {
        let refused = server.admin.refused("admin.license.get", json!({ "license": old })).await;
        assert_eq!(refused["data"]["code"], "license_not_found");
    }
    let found =
        server.admin.call("admin.license.get", json!({ "license": emptied["alias"] })).await;
    assert_eq!(found["key"], emptied["key"]);
    let listed = json!({ "search": "ann@" });
    let listed = server.admin.call("admin.license.list", listed).await;
    assert_eq!(listed["items"], json!([]), "it is on nobody's list");
    let notice = json!({ "license": license["id"], "send": true });
    let refused = server.admin.refused("admin.license.inactivate", notice).await;
    assert_eq!(refused["data"]["field"], "send", "there is no mail to send it by");
    server.stop().await;
}

#[tokio::test]
async fn an_update_keeps_what_is_absent_and_clears_what_is_null() {
    let (server, license) = start(json!({ "expiresAt": "2027-01-01T00:00:00Z",
        "customer": { "email": "ann@example.com" }, "entitlements": ["pro"], "metadata": { "a": 1 } }))
    .await;
    let update = |change: Value| {
        let mut params = json!({ "license": license["id"] });
        params.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        server.admin.call("admin.license.update", params)
    };
    assert_eq!(update(json!({})).await, license, "nothing is named, nothing changes");
    let changed = update(json!({ "activationLimit": 7 })).await;
    assert_eq!(changed["activationLimit"], 7);
    assert_eq!(
        (&changed["expiresAt"], &changed["metadata"]),
        (&license["expiresAt"], &json!({ "a": 1 }))
    );
    let changed = update(
        json!({ "expiresAt": null, "customer": null, "entitlements": null, "metadata": null }),
    )
    .await;
    assert_eq!((&changed["expiresAt"], &changed["customer"]), (&Value::Null, &Value::Null));
    assert_eq!((&changed["entitlements"], &changed["metadata"]), (&json!([]), &json!({})));
    let changed =
        update(json!({ "customer": { "email": "bob@example.com", "name": "Bob" } })).await;
    assert_eq!(changed["customer"]["name"], "Bob");
    let cleared = json!({ "license": license["id"], "activationLimit": null });
    let refused = server.admin.refused("admin.license.update", cleared).await;
    assert_eq!(refused["data"]["problem"], "cannot be cleared");
    server.stop().await;
}

#[tokio::test]
async fn another_plan_brings_its_terms_and_leaves_the_date() {
    let (server, license) = start(json!({ "expiresAt": "2027-01-01T00:00:00Z" })).await;
    let plan = json!({ "product": "p", "slug": "team", "name": "Team", "activationType": "domain",
        "activationLimit": 20, "entitlements": ["team"], "usesLimit": 5, "term": { "days": 1 } });
    server.admin.call("admin.plan.create", plan).await;
    let seats = json!({ "product": "p", "slug": "seats", "name": "Seats", "activationType": "seat",
        "activationLimit": 2 });
    server.admin.call("admin.plan.create", seats).await;
    let change = json!({ "license": license["id"], "plan": "team", "entitlements": ["mine"] });
    let changed = server.admin.call("admin.license.update", change).await;
    assert_eq!(
        (&changed["plan"]["slug"], &changed["activationLimit"]),
        (&json!("team"), &json!(20))
    );
    assert_eq!((&changed["entitlements"], &changed["usesLimit"]), (&json!(["mine"]), &json!(5)));
    assert_eq!(changed["expiresAt"], "2027-01-01T00:00:00Z");
    let here = json!({ "license": license["id"], "identifier": "a.example" });
    server.admin.call("admin.activation.add", here).await;
    let change = json!({ "license": license["id"], "plan": "seats" });
    let refused = server.admin.refused("admin.license.update", change).await;
    assert_eq!((&refused["code"], &refused["data"]["field"]), (&json!(-32602), &json!("plan")));
    server.stop().await;
}

#[tokio::test]
async fn the_desk_gives_uses_back_and_stops_at_zero() {
    let (server, license) = start(json!({})).await;
    let using = |amount: i64| json!({ "license": license["id"], "amount": amount });
    for (amount, uses) in [(3, 3), (-1, 2), (-10, 0), (1_000_000, 1_000_000)] {
        let used = server.admin.call("admin.license.use", using(amount)).await;
        assert_eq!(used, json!({ "uses": uses, "usesLimit": null }), "{amount}");
    }
    let used = server.admin.call("admin.license.use", json!({ "license": license["id"] })).await;
    assert_eq!(used["uses"], 1_000_001, "one where nothing is said");
    for amount in [json!(1_000_001), json!(-1_000_001), json!(0.5), json!("1")] {
        let call = json!({ "license": license["id"], "amount": amount });
        assert_eq!(
            server.admin.refused("admin.license.use", call).await["data"]["field"],
            "amount"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn the_desk_adds_places_beyond_the_limit_and_removes_them() {
    let (server, license) = start(json!({})).await;
    let add =
        |site: &str| json!({ "license": license["id"], "identifier": site, "name": "By hand" });
    let mut last = Value::Null;
    for site in ["a.example", "b.example", "c.example"] {
        last = server.admin.call("admin.activation.add", add(site)).await;
    }
    assert_eq!((&last["license"], &last["name"]), (&license["id"], &json!("By hand")));
    let key = json!({ "key": license["key"], "identifier": "d.example" });
    let full = server.public.refused("license.activate", key).await;
    assert_eq!((&full["data"]["limit"], &full["data"]["used"]), (&json!(1), &json!(3)));
    let again = server.admin.call("admin.activation.add", add("a.example")).await;
    let page = server
        .admin
        .call("admin.activation.list", json!({ "license": license["id"], "limit": 2 }))
        .await;
    assert_eq!(page["items"][0]["identifier"], "c.example", "newest first");
    let cursor = json!({ "license": license["id"], "cursor": page["nextCursor"] });
    let rest = server.admin.call("admin.activation.list", cursor).await;
    assert_eq!((&rest["items"][0]["id"], &rest["nextCursor"]), (&again["id"], &Value::Null));
    for _ in 0..2 {
        let removed =
            server.admin.call("admin.activation.remove", json!({ "activation": last["id"] })).await;
        assert_eq!(removed["status"], "deactivated");
        assert_eq!(removed["deactivatedAt"], "2026-06-05T08:02:00Z");
        server.env.step(60);
    }
    for unknown in ["act_00000000000000000000000000", "nonsense"] {
        let refused =
            server.admin.refused("admin.activation.remove", json!({ "activation": unknown })).await;
        assert_eq!(refused["data"]["code"], "activation_not_found");
    }
    command(&server, "suspend", &license).await;
    let refused = server.admin.refused("admin.activation.add", add("a.example")).await;
    assert_eq!(refused["data"]["code"], "license_suspended");
    server.stop().await;
}

#[tokio::test]
async fn products_and_plans_are_renamed_and_found_by_their_new_names_only() {
    let (server, license) = start(json!({})).await;
    let rename = json!({ "product": "p", "slug": "forms", "permalink": "f", "name": "Forms 2", "keyFormat": "hex-4x8" });
    let renamed = server.admin.call("admin.product.update", rename).await;
    assert_eq!((&renamed["slug"], &renamed["permalink"]), (&json!("forms"), &json!("f")));
    let refused = server.admin.refused("admin.product.get", json!({ "product": "p" })).await;
    assert_eq!(refused["data"], json!({ "code": "not_found", "kind": "product" }));
    for name in ["forms", "f"] {
        let call = json!({ "key": license["key"], "product": name });
        assert_eq!(server.public.call("license.validate", call).await["status"], "valid");
    }
    let call = json!({ "key": license["key"], "product": "p" });
    assert_eq!(server.public.call("license.validate", call).await["status"], "invalid");
    let cleared = json!({ "product": "f", "permalink": null, "keyFormat": null });
    let cleared = server.admin.call("admin.product.update", cleared).await;
    assert_eq!(
        (&cleared["permalink"], &cleared["keyFormat"]),
        (&Value::Null, &json!("counterfoil"))
    );
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "Other" })).await;
    let taken = json!({ "product": "forms", "slug": "p" });
    let refused = server.admin.refused("admin.product.update", taken).await;
    assert_eq!(refused["data"], json!({ "code": "conflict", "field": "slug" }));
    let plan = json!({ "product": "forms", "slug": "s", "name": "S", "activationType": "device",
        "activationLimit": 1, "price": 100, "currency": "EUR", "term": { "months": 1 } });
    let plan = server.admin.call("admin.plan.create", plan).await;
    let change = json!({ "plan": plan["id"], "slug": "t", "price": null, "currency": null, "term": null,
        "graceDays": 3, "usesLimit": 9, "floating": { "ttl": 60 } });
    let changed = server.admin.call("admin.plan.update", change).await;
    for (member, value) in [
        ("slug", json!("t")),
        ("price", Value::Null),
        ("term", Value::Null),
        ("graceDays", json!(3)),
        ("usesLimit", json!(9)),
        ("floating", json!({ "ttl": 60 })),
        ("activationType", json!("device")),
    ] {
        assert_eq!(changed[member], value, "{member}");
    }
    let half = json!({ "plan": plan["id"], "price": 5 });
    assert_eq!(server.admin.refused("admin.plan.update", half).await["data"]["field"], "currency");
    let by_slug = json!({ "plan": "t", "product": "forms" });
    assert_eq!(server.admin.call("admin.plan.get", by_slug).await, changed);
    server.stop().await;
}

#[tokio::test]
async fn a_customer_is_one_for_each_address_and_can_be_renamed() {
    let (server, license) =
        start(json!({ "customer": { "email": "Ann@Example.com", "name": "Ann" } })).await;
    let again = json!({ "product": "p", "customer": { "email": "ann@example.COM" } });
    let again = server.admin.call("admin.license.create", again).await;
    assert_eq!(again["customer"], license["customer"]);
    let nameless = json!({ "product": "p", "customer": { "email": "bee@example.com" } });
    server.admin.call("admin.license.create", nameless).await;
    let named =
        json!({ "product": "p", "customer": { "email": "bee@example.com", "name": "Bee" } });
    let named = server.admin.call("admin.license.create", named).await;
    assert_eq!(named["customer"]["name"], "Bee", "a name that was missing is filled in");
    let id = &license["customer"]["id"];
    let change = json!({ "customer": id, "email": "ann@new.example", "name": null });
    let changed = server.admin.call("admin.customer.update", change).await;
    assert_eq!((&changed["email"], &changed["name"]), (&json!("ann@new.example"), &Value::Null));
    assert_eq!(server.admin.call("admin.customer.get", json!({ "customer": id })).await, changed);
    let other = json!({ "product": "p", "customer": { "email": "ann@example.com" } });
    let other = server.admin.call("admin.license.create", other).await;
    assert_ne!(&other["customer"]["id"], id, "the old address is free again");
    let taken = json!({ "customer": id, "email": "ann@example.com" });
    let refused = server.admin.refused("admin.customer.update", taken).await;
    assert_eq!(refused["data"], json!({ "code": "conflict", "field": "email" }));
    for (search, count) in [("ANN@", 2), ("ann@new", 1), ("bob", 0)] {
        let page = server.admin.call("admin.customer.list", json!({ "search": search })).await;
        assert_eq!(page["items"].as_array().unwrap().len(), count, "{search}");
    }
    server.stop().await;
}

#[tokio::test]
async fn no_more_licenses_are_made_at_once_than_an_answer_can_tell() {
    let (server, _) = start(json!({})).await;
    let large = json!({ "note": "x".repeat(4_000) });
    let words: Vec<String> = (0..100).map(|word| format!("{word}{}", "y".repeat(200))).collect();
    let order = |quantity: u32| json!({ "product": "p", "quantity": quantity, "metadata": large, "entitlements": words });
    let refused = server.admin.refused("admin.license.create", order(1_000)).await;
    assert_eq!(refused["data"]["field"], "quantity", "{refused}");
    server.admin.call("admin.license.create", order(2)).await;
    let listed = server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3, "the refused order made none");
    server.stop().await;
}

#[tokio::test]
async fn a_license_whose_key_cannot_be_opened_harms_nobody_else() {
    let (server, license) = start(json!({})).await;
    let good = server.admin.call("admin.license.create", json!({ "product": "p" })).await;
    server.damage_key(&license).await;
    let mut calls = Vec::new();
    for name in ["suspend", "inactivate", "rotate", "update", "revoke"] {
        for license in [&license, &good] {
            let params = json!({ "license": license["id"], "activationLimit": 3 });
            let params =
                if name == "update" { params } else { json!({ "license": license["id"] }) };
            let client = server.admin.clone();
            let method = format!("admin.license.{name}");
            let call = async move { client.ask(&method, params).await };
            calls.push((name, license == &good, tokio::spawn(call)));
        }
    }
    for (name, is_good, call) in calls {
        let reply = call.await.unwrap();
        let word = reply["error"]["data"]["code"].as_str().unwrap_or("ok");
        // They run together, so the good one may have been revoked before it is updated.
        let expected: &[&str] =
            if is_good { &["ok", "invalid_transition"] } else { &["unavailable"] };
        assert!(
            expected.contains(&word),
            "{name} of the {} one: {reply}",
            if is_good { "good" } else { "damaged" }
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn no_text_that_is_kept_may_hold_the_key() {
    let (server, license) = start(json!({})).await;
    let key = license["key"].as_str().unwrap();
    let told = format!("the key {key} leaked");
    for (client, method, params, field) in [
        (
            &server.admin,
            "admin.license.suspend",
            json!({ "license": key, "reason": told }),
            "reason",
        ),
        (
            &server.public,
            "license.activate",
            json!({ "key": key, "identifier": "a.example", "name": told }),
            "name",
        ),
        (
            &server.public,
            "license.activate",
            json!({ "key": key, "identifier": key }),
            "identifier",
        ),
    ] {
        let refused = client.refused(method, params).await;
        assert_eq!(refused["data"]["field"], field, "{method}");
        assert!(!refused.to_string().contains(key));
    }
    server.stop().await;
}
