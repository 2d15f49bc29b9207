//! Leases from the server's port: who signs, what, for how long, and what a "no" is worth.

use counterfoil_core::identifier::Unicode;
use counterfoil_core::lease::{KeyHash, Lease};
use counterfoil_core::license::Mode;
use counterfoil_core::time::Timestamp;
use counterfoil_core::wire::lease::{Expected, KeySet, Problem, verify};
use counterfoil_server::operator::{Order, carry_out};
use counterfoil_tests::{Client, TestServer};
use serde_json::{Value, json};

const UNICODE: Unicode =
    Unicode { to_ascii: |text| Some(text.to_owned()), to_lowercase: str::to_lowercase };

/// A server with the product `p`, its plan and an active domain of a license.
struct Shop {
    server: TestServer,
    license: Value,
}

impl Shop {
    async fn open() -> Self {
        Self::open_with(json!({})).await
    }

    /// The plan says this too.
    async fn open_with(further: Value) -> Self {
        let server = TestServer::start().await;
        let license = Self::found(&server.admin, &further).await;
        let here = json!({ "key": license["key"], "identifier": "example.com" });
        server.public.call("license.activate", here).await;
        Self { server, license }
    }

    async fn found(desk: &Client, further: &Value) -> Value {
        desk.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
        let mut plan = json!({ "product": "p", "slug": "year", "name": "Year",
            "activationType": "domain", "activationLimit": 2, "term": { "months": 12 } });
        for (name, value) in further.as_object().unwrap() {
            plan[name] = value.clone();
        }
        desk.call("admin.plan.create", plan).await;
        let making =
            json!({ "product": "p", "plan": "year", "customer": { "email": "a@b.example" } });
        desk.call("admin.license.create", making).await
    }

    fn asked(&self) -> Value {
        json!({ "key": self.license["key"], "product": "p", "identifier": "example.com",
            "nonce": "n-1", "lease": true })
    }

    async fn validate(&self) -> Value {
        self.server.public.call("license.validate", self.asked()).await
    }

    /// The keys at this path.
    async fn keys(&self, path: &str) -> KeySet {
        let reply = self.server.public.get(path).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        KeySet::read(&serde_json::from_str(&reply.body).unwrap()).unwrap()
    }

    /// What a program with the product's keys makes of a lease at this server's time.
    async fn judge(&self, lease: &Value) -> Result<Lease, Problem> {
        let keys = self.keys("/.well-known/jwks.json").await;
        let key = self.license["key"].as_str().unwrap();
        let expected = Expected {
            product: Some("p"),
            identifier: Some("https://www.example.com/"),
            mode: Mode::Live,
            key: Some(key),
            nonce: Some("n-1"),
        };
        verify(lease.as_str().unwrap(), &keys, &expected, UNICODE, self.now())
    }

    fn now(&self) -> Timestamp {
        counterfoil_server::env::Env::now(&*self.server.env)
    }

    /// The "no" that a lease holds.
    async fn no(&self, lease: &Value) -> Lease {
        match self.judge(lease).await {
            Err(Problem::NotValid(no)) => *no,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_verdict_is_signed_when_that_is_asked_for_and_only_then() {
    let shop = Shop::open().await;
    let mut asked = shop.asked();
    let verdict = shop.validate().await;
    let lease = shop.judge(&verdict["lease"]).await.unwrap();
    assert_eq!(lease.issuer, shop.server.server.public_url());
    assert_eq!(lease.audience.as_deref(), Some("p"));
    assert_eq!(lease.license.unwrap().to_string(), shop.license["id"].as_str().unwrap());
    assert_eq!(lease.expires_at, shop.now().plus_days(7));
    assert_eq!(lease.key_hash, KeyHash::of(shop.license["key"].as_str().unwrap()));
    // What is signed is what is told, less itself and the other places.
    let mut told = verdict.clone();
    (told["lease"], told["activations"]) = (Value::Null, json!([]));
    assert_eq!(serde_json::to_value(&lease.verdict).unwrap(), told);
    for not_asked in [Value::Null, json!(false)] {
        asked["lease"] = not_asked;
        let verdict = shop.server.public.call("license.validate", asked.clone()).await;
        assert_eq!((&verdict["valid"], &verdict["lease"]), (&json!(true), &Value::Null));
    }
    shop.server.stop().await;
}

#[tokio::test]
async fn no_two_leases_are_the_same() {
    let shop = Shop::open().await;
    let (one, other) = (shop.validate().await, shop.validate().await);
    assert_ne!(one["lease"], other["lease"]);
    shop.server.stop().await;
}

#[tokio::test]
async fn activating_signs_what_validating_would_say() {
    let shop = Shop::open().await;
    let activated = shop.server.public.call("license.activate", shop.asked()).await;
    let lease = shop.judge(&activated["verdict"]["lease"]).await.unwrap();
    assert_eq!(activated["created"], false);
    assert_eq!(lease.verdict.activation.unwrap().identifier, "example.com");
    shop.server.stop().await;
}

#[tokio::test]
async fn a_no_is_signed_too_and_lives_for_five_minutes() {
    let shop = Shop::open().await;
    let named = json!({ "license": shop.license["id"] });
    shop.server.admin.call("admin.license.disable", named).await;
    let verdict = shop.validate().await;
    let no = shop.no(&verdict["lease"]).await;
    assert_eq!(no.expires_at, shop.now().saturating_add(300));
    assert_eq!(serde_json::to_value(no.verdict.status).unwrap(), "disabled");
    shop.server.env.step(300);
    assert_eq!(shop.judge(&verdict["lease"]).await.unwrap_err().code(), "expired");
    shop.server.stop().await;
}

#[tokio::test]
async fn the_no_to_an_unknown_key_gives_nothing_away() {
    let shop = Shop::open().await;
    let mut asked = shop.asked();
    asked["key"] = "CH-NOBODYS-KEY".into();
    let unknown = shop.server.public.call("license.validate", asked.clone()).await;
    let keys = shop.keys("/.well-known/jwks.json").await;
    let read = |lease: &Value| {
        let text = lease.as_str().unwrap();
        match verify(text, &keys, &Expected::default(), UNICODE, shop.now()) {
            Err(Problem::NotValid(no)) => *no,
            other => panic!("{other:?}"),
        }
    };
    let no = read(&unknown["lease"]);
    assert_eq!((no.license, no.audience.as_deref()), (None, Some("p")));
    assert_eq!(no.key_hash, KeyHash::of("CH-NOBODYS-KEY"));
    // Another product's key gets the very same, but for whose key it is.
    asked["product"] = "other".into();
    let nobodys = read(&shop.server.public.call("license.validate", asked.clone()).await["lease"]);
    asked["key"] = shop.license["key"].clone();
    let anothers = read(&shop.server.public.call("license.validate", asked.clone()).await["lease"]);
    assert_eq!(Lease { key_hash: anothers.key_hash, id: anothers.id.clone(), ..nobodys }, anothers);
    asked.as_object_mut().unwrap().remove("product");
    asked["key"] = "CH-NOBODYS-KEY".into();
    let no = read(&shop.server.public.call("license.validate", asked).await["lease"]);
    assert_eq!(no.audience, None);
    shop.server.stop().await;
}

#[tokio::test]
async fn a_lease_never_outlives_the_license_its_grace_or_its_place() {
    let shop = Shop::open_with(json!({ "leaseDays": 30, "graceDays": 3 })).await;
    let update = json!({ "license": shop.license["id"], "expiresAt": "2026-06-05T09:02:00Z" });
    shop.server.admin.call("admin.license.update", update).await;
    let until = |lease: Lease| lease.expires_at.to_string();
    let lease = shop.judge(&shop.validate().await["lease"]).await.unwrap();
    assert_eq!(until(lease), "2026-06-05T09:02:00Z");
    shop.server.stop().await;

    let shop = Shop::open_with(json!({ "leaseDays": 30, "graceDays": 3 })).await;
    let ordered = json!({ "order": "o", "subscription": "s", "product": "p", "plan": "year",
        "customer": { "email": "c@d.example" } });
    let ordered = shop.server.admin.call("billing.orderCompleted", ordered).await;
    let shop = Shop { license: ordered["licenses"][0].clone(), ..shop };
    shop.server.admin.call("billing.paymentFailed", json!({ "subscription": "s" })).await;
    let activated = shop.server.public.call("license.activate", shop.asked()).await;
    let lease = shop.judge(&activated["verdict"]["lease"]).await.unwrap();
    assert_eq!(until(lease), "2026-06-08T08:02:00Z");
    shop.server.stop().await;

    let shop = Shop::open_with(json!({ "floating": { "ttl": 600 } })).await;
    let lease = shop.judge(&shop.validate().await["lease"]).await.unwrap();
    assert_eq!(until(lease), "2026-06-05T08:12:00Z");
    shop.server.stop().await;
}

#[tokio::test]
async fn a_customer_asks_for_a_lease_as_long_as_the_plan_allows() {
    let shop = Shop::open().await;
    let asked = |ttl: Value| {
        json!({ "key": shop.license["key"], "product": "p", "identifier": "example.com",
            "nonce": "n-1", "ttl": ttl })
    };
    for (ttl, end) in [
        (Value::Null, "2026-06-12T08:02:00Z"),
        (json!(60), "2026-06-05T08:03:00Z"),
        (json!(604_800), "2026-06-12T08:02:00Z"),
    ] {
        let lent = shop.server.public.call("license.lease", asked(ttl)).await;
        assert_eq!(lent["expiresAt"], end);
        assert_eq!(shop.judge(&lent["lease"]).await.unwrap().expires_at.to_string(), end);
    }
    for ttl in [json!(59), json!(604_801), json!(7_776_001), json!("60"), json!(0)] {
        let refused = shop.server.public.refused("license.lease", asked(ttl.clone())).await;
        assert_eq!(
            (&refused["code"], &refused["data"]["field"]),
            (&json!(-32602), &json!("ttl")),
            "{ttl}"
        );
    }
    let shown =
        shop.server.admin.call("admin.license.get", json!({ "license": shop.license["id"] }));
    assert_eq!(shown.await["checkCount"], 0, "a lease is no check");
    shop.server.stop().await;
}

#[tokio::test]
async fn a_lease_is_refused_by_the_verdict_s_word() {
    let shop = Shop::open().await;
    let key = &shop.license["key"];
    let here = "example.com";
    for (params, code, word) in [
        (json!({ "key": "CH-NOBODYS-KEY" }), 404, "license_not_found"),
        (json!({ "key": key, "mode": "test" }), 404, "license_not_found"),
        (json!({ "key": key, "product": "other" }), 403, "product_mismatch"),
        (json!({ "key": key, "identifier": "other.example" }), 404, "activation_not_found"),
        (json!({ "key": key, "identifier": "no host" }), 422, "invalid_identifier"),
    ] {
        let refused = shop.server.public.refused("license.lease", params.clone()).await;
        assert_eq!(
            (&refused["code"], &refused["data"]["code"]),
            (&json!(code), &json!(word)),
            "{params}"
        );
    }
    let named = json!({ "license": shop.license["id"] });
    for (call, back, word) in [
        ("suspend", "reinstate", "license_suspended"),
        ("disable", "enable", "license_disabled"),
        ("revoke", "", "license_revoked"),
    ] {
        let by_desk =
            |call: &str| shop.server.admin.call(&format!("admin.license.{call}"), named.clone());
        by_desk(call).await;
        let by_key = json!({ "key": key, "identifier": here });
        let by_id = json!({ "license": shop.license["id"], "identifier": here });
        let refused = shop.server.public.refused("license.lease", by_key).await;
        assert_eq!(refused["data"]["code"], word);
        let refused = shop.server.admin.refused("admin.license.lease", by_id).await;
        assert_eq!(refused["data"]["code"], word);
        if !back.is_empty() {
            by_desk(back).await;
        }
    }
    shop.server.stop().await;
}

#[tokio::test]
async fn the_desk_signs_for_years_and_the_history_keeps_it() {
    let shop = Shop::open_with(json!({ "term": null })).await;
    let asked = json!({ "license": shop.license["alias"], "identifier": "example.com", "nonce": "n-1",
        "ttl": 316_224_000, "idempotencyKey": "once" });
    let lent = shop.server.admin.call("admin.license.lease", asked.clone()).await;
    let lease = shop.judge(&lent["lease"]).await.unwrap();
    assert_eq!(lease.expires_at, shop.now().plus_days(3_660));
    let again = shop.server.admin.call("admin.license.lease", asked.clone()).await;
    assert_eq!(again, lent, "a repeat is harmless");
    let mut longer = asked;
    longer["ttl"] = 316_224_001.into();
    let refused = shop.server.admin.refused("admin.license.lease", longer).await;
    assert_eq!(refused["data"]["field"], "ttl");
    let named = json!({ "license": shop.license["id"] });
    let history = shop.server.admin.call("admin.license.history", named).await;
    let items = history["items"].as_array().unwrap();
    let last = items.last().unwrap();
    assert_eq!(last["type"], "lease.issued");
    assert_eq!(
        last["data"],
        json!({ "lease": lease.id, "identifier": "example.com",
        "expiresAt": lent["expiresAt"] })
    );
    assert_eq!(items.iter().filter(|item| item["type"] == "lease.issued").count(), 1);
    shop.server.stop().await;
}

#[tokio::test]
async fn keys_are_each_vendor_s_own() {
    let shop = Shop::open().await;
    let hosts = vec!["other.example".to_owned()];
    let order = Order::CreateVendor { name: "Other".to_owned(), hosts };
    let made = carry_out(shop.server.server.app(), order).await.unwrap();
    let desk = shop.server.admin.with_token(made["token"].as_str().unwrap());
    let license = Shop::found(&desk, &json!({})).await;
    desk.call("admin.product.create", json!({ "slug": "theirs", "name": "T" })).await;
    let other = format!("/vendors/{}", made["id"].as_str().unwrap());
    let keys = shop.keys(&format!("{other}/jwks.json")).await;
    let ours = shop.keys("/.well-known/jwks.json").await;
    let (port, ours, keys) = (&shop, &ours, &keys);
    let ask = |params: Value| async move {
        let mut asked = json!({ "lease": true });
        for (name, value) in params.as_object().unwrap() {
            asked[name] = value.clone();
        }
        let verdict = port.server.public.call("license.validate", asked).await;
        let text = verdict["lease"].as_str().unwrap().to_owned();
        let read =
            |keys: &KeySet| match verify(&text, keys, &Expected::default(), UNICODE, port.now()) {
                Ok(lease) => Some(lease),
                Err(Problem::NotValid(lease)) => Some(*lease),
                Err(_) => None,
            };
        (read(ours), read(keys))
    };
    // Of two vendors with a product of that name the one who was asked signs.
    for (params, is_theirs) in [
        (json!({ "key": license["key"], "product": "p" }), true),
        (json!({ "key": shop.license["key"], "product": "p" }), false),
        (json!({ "key": "CH-NOBODYS-KEY", "product": "theirs" }), true),
        (json!({ "key": "CH-NOBODYS-KEY", "product": license["product"]["id"] }), true),
        (json!({ "key": "CH-NOBODYS-KEY", "product": "p" }), false),
        (json!({ "key": "CH-NOBODYS-KEY", "product": "nobodys" }), false),
        (json!({ "key": "CH-NOBODYS-KEY" }), false),
    ] {
        let (by_ours, by_theirs) = ask(params.clone()).await;
        assert_eq!((by_ours.is_some(), by_theirs.is_some()), (!is_theirs, is_theirs), "{params}");
        let url = shop.server.server.public_url().to_owned();
        let issuer = if is_theirs { format!("{url}{other}") } else { url };
        assert_eq!(by_ours.or(by_theirs).unwrap().issuer, issuer);
    }
    let nobody = shop.server.public.get("/vendors/ven_00000000000000000000000000/jwks.json").await;
    assert_eq!(nobody.status, 404);
    assert_eq!(shop.server.public.get("/vendors/nobody/jwks.json").await.status, 404);
    shop.server.stop().await;
}

#[tokio::test]
async fn a_rotation_keeps_old_leases_good_and_programs_that_have_the_set_going() {
    let shop = Shop::open().await;
    let app = shop.server.server.app();
    let old = shop.validate().await["lease"].clone();
    let pinned = shop.keys("/.well-known/jwks.json").await;
    let by_pinned = |lease: &Value| {
        verify(lease.as_str().unwrap(), &pinned, &Expected::default(), UNICODE, shop.now())
            .map_err(|problem| problem.code())
    };
    let rotate =
        |leaked| carry_out(app, Order::RotateKeys { vendor: "default".to_owned(), leaked });
    shop.server.env.step(86_400);
    let first = rotate(false).await.unwrap();
    assert_eq!(first["warning"], Value::Null, "every program knows the key that was there first");
    let new = shop.validate().await["lease"].clone();
    assert!(by_pinned(&old).is_ok() && by_pinned(&new).is_ok());
    // Those that are built now know both, and the next.
    assert!(shop.judge(&old).await.is_ok() && shop.judge(&new).await.is_ok());
    let second = rotate(false).await.unwrap();
    assert!(second["warning"].as_str().unwrap().contains("2026-06-06T08:02:00Z"));
    let newest = shop.validate().await["lease"].clone();
    assert_eq!(by_pinned(&newest).unwrap_err(), "unknown_key_id");
    let states: Vec<&str> = second["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["current", "next", "retired", "retired"]);
    // Once no lease of theirs can hold any more they are gone; a leaked one is at once.
    shop.server.env.step(90 * 86_400);
    assert_eq!(shop.judge(&old).await.unwrap_err().code(), "unknown_key_id");
    let newest = shop.validate().await["lease"].clone();
    assert_eq!(rotate(true).await.unwrap()["warning"], Value::Null, "it was published for long");
    assert_eq!(shop.judge(&newest).await.unwrap_err().code(), "unknown_key_id");
    shop.server.stop().await;
}

#[tokio::test]
async fn a_key_stays_published_as_long_as_its_longest_lease() {
    let shop = Shop::open_with(json!({ "term": null })).await;
    let asked = json!({ "license": shop.license["id"], "identifier": "example.com", "nonce": "n-1",
        "ttl": 31_536_000 });
    let lent = shop.server.admin.call("admin.license.lease", asked).await;
    let order = Order::RotateKeys { vendor: "default".to_owned(), leaked: false };
    carry_out(shop.server.server.app(), order).await.unwrap();
    shop.server.env.step(31_535_999);
    assert!(shop.judge(&lent["lease"]).await.is_ok());
    shop.server.env.step(1);
    assert_eq!(shop.judge(&lent["lease"]).await.unwrap_err().code(), "unknown_key_id");
    shop.server.stop().await;
}

#[tokio::test]
async fn published_keys_are_for_every_page_to_read() {
    let shop = Shop::open().await;
    let reply = shop.server.public.get("/.well-known/jwks.json").await;
    for (name, value) in [
        ("access-control-allow-origin", "*"),
        ("content-type", "application/json; charset=utf-8"),
        ("cache-control", "public, max-age=300"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    let set: Value = serde_json::from_str(&reply.body).unwrap();
    assert_eq!(set["keys"].as_array().unwrap().len(), 2);
    for key in set["keys"].as_array().unwrap() {
        let members: Vec<&String> = key.as_object().unwrap().keys().collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    }
    shop.server.stop().await;
}
