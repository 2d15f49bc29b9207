//! The calls one by one: what they answer and what they refuse.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

async fn start(license: Value) -> (TestServer, Value) {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    server.admin.call("admin.product.create", json!({ "slug": "other", "name": "O" })).await;
    let mut params = license;
    params["product"] = json!("p");
    let license = server.admin.call("admin.license.create", params).await;
    (server, license)
}

#[tokio::test]
async fn a_product_and_a_plan_are_shown_as_they_were_made() {
    let server = TestServer::start().await;
    let wanted = json!({ "slug": "acme", "name": "Acme", "keyFormat": r"C\H-XXXX-XXXX-XXXX",
        "permalink": "formspro", "externalId": "1234", "metadata": { "gumroad": { "a": [1, null] } } });
    let product = server.admin.call("admin.product.create", wanted.clone()).await;
    for (member, value) in wanted.as_object().unwrap() {
        assert_eq!(&product[member], value);
    }
    assert_eq!(product["createdAt"], "2026-06-05T08:02:00Z");
    for name in [&product["id"], &json!("acme"), &json!("formspro")] {
        let shown = server.admin.call("admin.product.get", json!({ "product": name })).await;
        assert_eq!(shown, product);
    }
    let wanted = json!({ "product": "acme", "slug": "pro", "name": "Pro", "activationType": "seat",
        "activationLimit": 5, "term": { "days": 30 }, "graceDays": 0, "entitlements": ["a", "b"],
        "usesLimit": 100, "leaseDays": 90, "price": 1999, "currency": "EUR" });
    let plan = server.admin.call("admin.plan.create", wanted.clone()).await;
    for (member, value) in wanted.as_object().unwrap() {
        let expected = if member == "product" { &product["id"] } else { value };
        assert_eq!(&plan[member], expected);
    }
    for call in [json!({ "plan": plan["id"] }), json!({ "plan": "pro", "product": "formspro" })] {
        assert_eq!(server.admin.call("admin.plan.get", call).await, plan);
    }
    server.stop().await;
}

#[tokio::test]
async fn names_that_are_taken_or_absent_are_refused() {
    let (server, _) = start(json!({})).await;
    let admin = &server.admin;
    for (method, params, code, word) in [
        ("admin.product.create", json!({ "slug": "p", "name": "x" }), 409, "conflict"),
        (
            "admin.product.create",
            json!({ "slug": "q", "name": "x", "permalink": "p" }),
            409,
            "conflict",
        ),
        ("admin.product.get", json!({ "product": "nope" }), 404, "not_found"),
        ("admin.plan.get", json!({ "plan": "nope", "product": "p" }), 404, "not_found"),
        ("admin.plan.get", json!({ "plan": "slug-without-product" }), 404, "not_found"),
        ("admin.license.create", json!({ "product": "nope" }), 404, "not_found"),
        ("admin.license.create", json!({ "product": "p", "plan": "nope" }), 404, "not_found"),
        ("admin.license.get", json!({ "license": "nope" }), 404, "license_not_found"),
    ] {
        let refused = admin.refused(method, params).await;
        assert_eq!((&refused["code"], &refused["data"]["code"]), (&json!(code), &json!(word)));
    }
    let price = json!({ "product": "p", "slug": "s", "name": "n", "activationType": "domain",
        "activationLimit": 1, "price": 5 });
    assert_eq!(admin.refused("admin.plan.create", price).await["data"]["field"], "currency");
    server.stop().await;
}

#[tokio::test]
async fn a_license_takes_its_terms_from_its_plan_and_keeps_its_own() {
    let (server, plain) = start(json!({})).await;
    assert_eq!(plain["activationType"], "domain");
    assert_eq!((&plain["activationLimit"], &plain["expiresAt"]), (&json!(1), &Value::Null));
    let plan = json!({ "product": "p", "slug": "s", "name": "S", "activationType": "seat",
        "activationLimit": 5, "term": { "months": 1 }, "entitlements": ["pro"], "usesLimit": 3 });
    server.admin.call("admin.plan.create", plan).await;
    server.env.set("2026-01-31T12:00:00Z");
    let customer = json!({ "email": "Ann@Example.com", "name": "Ann" });
    let params = json!({ "product": "p", "plan": "s", "customer": customer });
    let license = server.admin.call("admin.license.create", params).await;
    assert_eq!(license["expiresAt"], "2026-02-28T12:00:00Z");
    assert_eq!((&license["activationType"], &license["usesLimit"]), (&json!("seat"), &json!(3)));
    assert_eq!(license["customer"]["email"], "Ann@Example.com");
    let params = json!({ "product": "p", "plan": "s", "expiresAt": "2030-01-01T01:00:00+01:00",
        "activationLimit": 0, "activationType": "device", "entitlements": [],
        "metadata": { "note": "x" }, "customer": { "email": "ann@example.COM" } });
    let own = server.admin.call("admin.license.create", params).await;
    assert_eq!(own["expiresAt"], "2030-01-01T00:00:00Z");
    assert_eq!((&own["activationLimit"], &own["entitlements"]), (&json!(0), &json!([])));
    assert_eq!(own["customer"]["id"], license["customer"]["id"], "one address is one customer");
    for name in ["id", "key", "alias"] {
        let shown = server.admin.call("admin.license.get", json!({ "license": own[name] })).await;
        assert_eq!(shown, own);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_key_is_trimmed_and_compared_exactly_and_unique_without_regard_to_case() {
    let (server, license) = start(json!({ "key": "Mixed-Case-Key" })).await;
    for (key, status) in [
        ("Mixed-Case-Key", "valid"),
        ("  Mixed-Case-Key\n", "valid"),
        ("mixed-case-key", "invalid"),
        (license["alias"].as_str().unwrap(), "invalid"),
        (license["id"].as_str().unwrap(), "invalid"),
        ("", "invalid"),
        ("schl\u{fc}ssel", "invalid"),
        (&"x".repeat(300), "invalid"),
    ] {
        let verdict = server.public.call("license.validate", json!({ "key": key })).await;
        assert_eq!(verdict["status"], status, "{key}");
    }
    for taken in [json!("MIXED-CASE-KEY"), license["alias"].clone()] {
        let params = json!({ "product": "p", "key": taken });
        assert_eq!(server.admin.refused("admin.license.create", params).await["code"], 409);
    }
    server.stop().await;
}

#[tokio::test]
async fn a_place_is_taken_renamed_replaced_and_given_back() {
    let (server, license) = start(json!({ "activationLimit": 2 })).await;
    let key = &license["key"];
    let activate = |identifier: &str, more: Value| {
        let mut call = json!({ "key": key, "identifier": identifier });
        call.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        server.public.call("license.activate", call)
    };
    let first = activate("a.example", json!({ "name": "One", "nonce": "n" })).await;
    assert_eq!((&first["created"], &first["activationsUsed"]), (&json!(true), &json!(1)));
    assert_eq!(
        (&first["verdict"]["status"], &first["verdict"]["nonce"]),
        (&json!("valid"), &json!("n"))
    );
    let again = activate("https://www.A.example/", json!({ "name": "Uno" })).await;
    assert_eq!((&again["created"], &again["activation"]["name"]), (&json!(false), &json!("Uno")));
    assert_eq!(again["activation"]["id"], first["activation"]["id"]);
    let kept = activate("a.example", json!({})).await;
    assert_eq!(kept["activation"]["name"], "Uno", "no name keeps the label");
    let kept = activate("a.example", json!({ "name": " " })).await;
    assert_eq!(kept["activation"]["name"], "Uno", "an empty name is none");
    activate("b.example", json!({})).await;
    let replaced = activate("c.example", json!({ "replace": first["activation"]["id"] })).await;
    assert_eq!((&replaced["created"], &replaced["activationsUsed"]), (&json!(true), &json!(2)));
    let identifiers: Vec<&Value> = replaced["verdict"]["activations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["identifier"])
        .collect();
    assert_eq!(identifiers, ["b.example", "c.example"]);
    let stale =
        json!({ "key": key, "identifier": "d.example", "replace": first["activation"]["id"] });
    assert_eq!(
        server.public.refused("license.activate", stale).await["data"]["code"],
        "activation_not_found"
    );

    let by_id = json!({ "key": key, "activation": replaced["activation"]["id"] });
    let freed = server.public.call("license.deactivate", by_id.clone()).await;
    assert_eq!((&freed["deactivated"], &freed["activationsUsed"]), (&json!(true), &json!(1)));
    assert_eq!(freed["activation"]["status"], "deactivated");
    let by_name = json!({ "key": key, "identifier": "B.example:443" });
    assert_eq!(
        server.public.call("license.deactivate", by_name.clone()).await["activationsUsed"],
        0
    );
    for gone in [by_id, by_name] {
        assert_eq!(server.public.refused("license.deactivate", gone).await["code"], 404);
    }
    for neither in [
        json!({ "key": key }),
        json!({ "key": key, "identifier": "a", "activation": first["activation"]["id"] }),
    ] {
        assert_eq!(server.public.refused("license.deactivate", neither).await["code"], -32602);
    }
    server.stop().await;
}

#[tokio::test]
async fn an_expired_license_is_refused_but_gives_places_back() {
    let (server, license) = start(json!({ "expiresAt": "2026-06-06T00:00:00Z" })).await;
    let here = json!({ "key": license["key"], "identifier": "a.example" });
    server.public.call("license.activate", here.clone()).await;
    server.env.set("2026-06-06T00:00:00Z");
    let refused = server.public.refused("license.activate", here.clone()).await;
    assert_eq!(
        (&refused["code"], &refused["data"]["code"]),
        (&json!(403), &json!("license_expired"))
    );
    let refused = server.public.refused("license.use", json!({ "key": license["key"] })).await;
    assert_eq!(refused["data"]["code"], "license_expired");
    let verdict = server.public.call("license.validate", here.clone()).await;
    assert_eq!(
        (&verdict["status"], &verdict["remedy"]["code"]),
        (&json!("expired"), &json!("renew"))
    );
    server.public.call("license.deactivate", here).await;
    server.stop().await;
}

#[tokio::test]
async fn another_products_key_is_invalid_to_ask_and_a_mismatch_to_use() {
    let (server, license) = start(json!({})).await;
    let call = json!({ "key": license["key"], "product": "other", "identifier": "a.example" });
    let verdict = server.public.call("license.validate", call.clone()).await;
    assert_eq!((&verdict["status"], &verdict["product"]), (&json!("invalid"), &Value::Null));
    for method in ["license.activate", "license.deactivate"] {
        assert_eq!(
            server.public.refused(method, call.clone()).await["data"]["code"],
            "product_mismatch"
        );
    }
    let using = json!({ "key": license["key"], "product": "other" });
    assert_eq!(server.public.refused("license.use", using).await["code"], 403);
    let shown = server.admin.call("admin.license.get", json!({ "license": license["id"] })).await;
    assert_eq!(shown["activationsUsed"], 0);
    server.stop().await;
}

#[tokio::test]
async fn the_other_modes_key_and_an_unknown_one_are_the_same() {
    let (server, license) = start(json!({})).await;
    let test = json!({ "key": license["key"], "identifier": "a.example", "mode": "test" });
    let verdict = server.public.call("license.validate", test.clone()).await;
    let unknown = server.public.call("license.validate", json!({ "key": "unknown" })).await;
    assert_eq!(verdict, unknown);
    for method in ["license.activate", "license.deactivate"] {
        assert_eq!(
            server.public.refused(method, test.clone()).await["data"]["code"],
            "license_not_found"
        );
    }
    server.stop().await;
}

#[tokio::test]
async fn an_identifier_that_is_none_is_refused_with_422() {
    let (server, license) = start(json!({})).await;
    for identifier in ["", "http://", "two words", &"x".repeat(300)] {
        let call = json!({ "key": license["key"], "identifier": identifier });
        for method in ["license.validate", "license.activate", "license.deactivate"] {
            let refused = server.public.refused(method, call.clone()).await;
            assert_eq!(
                (&refused["code"], &refused["data"]["code"]),
                (&json!(422), &json!("invalid_identifier"))
            );
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_full_seat_license_shows_others_masked() {
    let (server, license) = start(json!({ "activationType": "seat" })).await;
    let call = |identifier: &str| json!({ "key": license["key"], "identifier": identifier });
    let ann = server.public.call("license.activate", call("Ann@Example.com")).await;
    assert_eq!(ann["activation"]["identifier"], "ann@example.com");
    let refused = server.public.refused("license.activate", call("bob@example.com")).await;
    let shown = &refused["data"]["activations"][0];
    assert_eq!(shown["identifier"], "a…@example.com");
    let handed_over =
        json!({ "key": license["key"], "identifier": "bob@example.com", "replace": shown["id"] });
    let bob = server.public.call("license.activate", handed_over).await;
    assert_eq!(bob["activationsUsed"], 1, "the id is enough to free a place");
    server.stop().await;
}

#[tokio::test]
async fn uses_stop_at_their_limit_and_count_all_or_nothing() {
    let (server, _) = start(json!({})).await;
    let plan = json!({ "product": "p", "slug": "s", "name": "S", "activationType": "domain",
        "activationLimit": 1, "usesLimit": 5 });
    server.admin.call("admin.plan.create", plan).await;
    let license =
        server.admin.call("admin.license.create", json!({ "product": "p", "plan": "s" })).await;
    let using = |amount: u32| json!({ "key": license["key"], "amount": amount });
    let public = &server.public;
    assert_eq!(public.call("license.use", using(3)).await, json!({ "uses": 3, "usesLimit": 5 }));
    let refused = public.refused("license.use", using(3)).await;
    assert_eq!(refused["data"], json!({ "code": "uses_limit_exceeded", "limit": 5, "used": 3 }));
    assert_eq!(public.call("license.use", using(2)).await["uses"], 5);
    server.stop().await;
}

#[tokio::test]
async fn only_validating_a_known_license_counts_as_a_check() {
    let (server, license) = start(json!({ "expiresAt": "2026-06-06T00:00:00Z" })).await;
    let key = &license["key"];
    server.public.call("license.activate", json!({ "key": key, "identifier": "a.example" })).await;
    server.public.call("license.validate", json!({ "key": key })).await;
    server.public.call("license.validate", json!({ "key": key, "product": "other" })).await;
    server.env.set("2026-06-07T00:00:00Z");
    server.public.call("license.validate", json!({ "key": key, "identifier": "b.example" })).await;
    // What is counted is written when the server goes down, if not before.
    let folder = server.stop().await.unwrap();
    let server = TestServer::start_in(folder.path()).await;
    let shown = server.admin.call("admin.license.get", json!({ "license": key })).await;
    assert_eq!((&shown["checkCount"], &shown["lastCheckIp"]), (&json!(2), &json!("127.0.0.1")));
    assert_eq!(shown["lastCheckAt"], "2026-06-07T00:00:00Z");
    server.stop().await;
}

#[tokio::test]
async fn with_more_places_than_are_shown_each_is_still_found() {
    let (server, license) = start(json!({ "activationLimit": 0 })).await;
    let key = &license["key"];
    let call = |site: usize| json!({ "key": key, "identifier": format!("site-{site}.example") });
    let mut last = Value::Null;
    for site in 0..130 {
        last = server.public.call("license.activate", call(site)).await;
    }
    assert_eq!(last["verdict"]["activations"].as_array().unwrap().len(), 100);
    assert_eq!(last["verdict"]["activation"]["identifier"], "site-129.example");
    assert_eq!(server.public.call("license.activate", call(129)).await["created"], false);
    let verdict = server.public.call("license.validate", call(125)).await;
    assert_eq!((&verdict["status"], &verdict["activationsUsed"]), (&json!("valid"), &json!(130)));
    let replace =
        json!({ "key": key, "identifier": "new.example", "replace": last["activation"]["id"] });
    assert_eq!(server.public.call("license.activate", replace).await["activationsUsed"], 130);
    assert_eq!(server.public.call("license.deactivate", call(128)).await["activationsUsed"], 129);
    assert_eq!(server.public.call("license.validate", call(129)).await["status"], "not_activated");
    server.stop().await;
}

#[tokio::test]
async fn every_other_no_comes_before_a_wrong_identifier() {
    let (server, license) = start(json!({ "expiresAt": "2026-06-06T00:00:00Z" })).await;
    let call = |product: &str| json!({ "key": license["key"], "identifier": "two words", "product": product });
    let verdict = server.public.call("license.validate", call("other")).await;
    let unknown = json!({ "key": "unknown", "identifier": "two words" });
    assert_eq!(verdict, server.public.call("license.validate", unknown).await);
    for method in ["license.activate", "license.deactivate"] {
        assert_eq!(server.public.refused(method, call("other")).await["code"], 403);
    }
    server.env.set("2026-06-06T00:00:00Z");
    let verdict = server.public.call("license.validate", call("p")).await;
    assert_eq!(verdict["status"], "expired");
    let refused = server.public.refused("license.activate", call("p")).await;
    assert_eq!(refused["data"]["code"], "license_expired");
    server.stop().await;
}
