//! Floating places: held as long as their software says so.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

async fn start() -> (TestServer, Value) {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let plan = json!({ "product": "p", "slug": "floating", "name": "Floating", "activationType": "device",
        "activationLimit": 2, "floating": { "ttl": 600 } });
    let plan = server.admin.call("admin.plan.create", plan).await;
    assert_eq!(plan["floating"], json!({ "ttl": 600 }));
    let making = json!({ "product": "p", "plan": "floating" });
    let license = server.admin.call("admin.license.create", making).await;
    (server, license["key"].clone())
}

#[tokio::test]
async fn a_place_without_a_heartbeat_is_free_again_at_its_very_instant() {
    let (server, key) = start().await;
    let at = |device: &str| json!({ "key": key, "identifier": device });
    let first = server.public.call("license.activate", at("one")).await;
    assert_eq!(first["activation"]["expiresAt"], "2026-06-05T08:12:00Z");
    server.env.step(300);
    let second = server.public.call("license.activate", at("two")).await;
    assert_eq!(server.public.refused("license.activate", at("three")).await["code"], 409);
    server.env.step(299);
    assert_eq!(server.public.call("license.validate", at("one")).await["status"], "valid");
    server.env.step(1);
    let verdict = server.public.call("license.validate", at("one")).await;
    assert_eq!(
        (&verdict["status"], &verdict["activationsUsed"]),
        (&json!("not_activated"), &json!(1))
    );
    assert_eq!(verdict["activations"][0]["id"], second["activation"]["id"]);
    let shown = server.admin.call("admin.license.get", json!({ "license": key })).await;
    assert_eq!(shown["activationsUsed"], 1);
    let third = server.public.call("license.activate", at("three")).await;
    assert_eq!(third["activationsUsed"], 2);
    let list = json!({ "license": key, "status": "deactivated" });
    let gone = server.admin.call("admin.activation.list", list).await;
    assert_eq!(gone["items"][0]["deactivatedAt"], "2026-06-05T08:12:00Z", "when it lapsed");
    let history = server.admin.call("admin.license.history", json!({ "license": key })).await;
    let types: Vec<&Value> =
        history["items"].as_array().unwrap().iter().map(|item| &item["type"]).collect();
    assert_eq!(types[3..], ["activation.expired", "activation.created"]);
    server.stop().await;
}

#[tokio::test]
async fn a_heartbeat_keeps_the_place() {
    let (server, key) = start().await;
    let here = json!({ "key": key, "identifier": "one" });
    let place = server.public.call("license.activate", here.clone()).await;
    let beat = json!({ "key": key, "activation": place["activation"]["id"] });
    for _ in 0..5 {
        server.env.step(599);
        let kept = server.public.call("license.heartbeat", beat.clone()).await;
        assert_eq!(kept["activation"]["id"], place["activation"]["id"]);
        assert_eq!(kept["activation"]["expiresAt"], kept["expiresAt"]);
        assert_eq!(server.public.call("license.validate", here.clone()).await["status"], "valid");
    }
    server.env.step(600);
    let refused = server.public.refused("license.heartbeat", beat).await;
    assert_eq!(refused["data"]["code"], "activation_not_found");
    let again = server.public.call("license.activate", here).await;
    assert_eq!((&again["created"], &again["activationsUsed"]), (&json!(true), &json!(1)));
    server.stop().await;
}

#[tokio::test]
async fn a_heartbeat_is_for_usable_licenses_with_floating_places() {
    let (server, key) = start().await;
    let place =
        server.public.call("license.activate", json!({ "key": key, "identifier": "one" })).await;
    let beat = |key: &Value, id: &Value| json!({ "key": key, "activation": id });
    let id = &place["activation"]["id"];
    let fixed = server
        .admin
        .call("admin.license.create", json!({ "product": "p", "activationType": "device" }))
        .await;
    let call = json!({ "key": fixed["key"], "identifier": "one" });
    let other = server.public.call("license.activate", call).await;
    assert_eq!(other["activation"]["expiresAt"], Value::Null);
    for (key, id, code, word) in [
        (&fixed["key"], &other["activation"]["id"], -32602, "invalid_params"),
        (&key, &json!("nonsense"), 404, "activation_not_found"),
        (&key, &other["activation"]["id"], 404, "activation_not_found"),
        (&json!("nope"), id, 404, "license_not_found"),
    ] {
        let refused = server.public.refused("license.heartbeat", beat(key, id)).await;
        assert_eq!((&refused["code"], &refused["data"]["code"]), (&json!(code), &json!(word)));
    }
    server.admin.call("admin.license.suspend", json!({ "license": key })).await;
    let refused = server.public.refused("license.heartbeat", beat(&key, id)).await;
    assert_eq!(refused["data"]["code"], "license_suspended");
    server.stop().await;
}

#[tokio::test]
async fn of_many_places_each_that_lapsed_is_free() {
    let (server, key) = start().await;
    let unlimited = json!({ "license": key, "activationLimit": 0 });
    server.admin.call("admin.license.update", unlimited).await;
    for device in 0..150 {
        let here = json!({ "key": key, "identifier": format!("device-{device}") });
        server.public.call("license.activate", here).await;
        if device == 119 {
            server.env.step(300);
        }
    }
    server.env.step(300);
    let here = json!({ "key": key, "identifier": "device-149" });
    let verdict = server.public.call("license.validate", here).await;
    assert_eq!((&verdict["status"], &verdict["activationsUsed"]), (&json!("valid"), &json!(30)));
    let gone = json!({ "key": key, "identifier": "device-0" });
    assert_eq!(server.public.call("license.validate", gone).await["status"], "not_activated");
    server.stop().await;
}

#[tokio::test]
async fn a_license_changes_between_floating_and_fixed_places_only_while_none_is_taken() {
    let (server, key) = start().await;
    let fixed = json!({ "product": "p", "slug": "fixed", "name": "Fixed", "activationType": "device", "activationLimit": 2 });
    server.admin.call("admin.plan.create", fixed).await;
    server.public.call("license.activate", json!({ "key": key, "identifier": "one" })).await;
    let change = |plan: &str| json!({ "license": key, "plan": plan });
    let refused = server.admin.refused("admin.license.update", change("fixed")).await;
    assert_eq!(refused["data"]["field"], "plan");
    server.env.step(600);
    let changed = server.admin.call("admin.license.update", change("fixed")).await;
    assert_eq!(
        (&changed["plan"]["slug"], &changed["activationsUsed"]),
        (&json!("fixed"), &json!(0))
    );
    let here = json!({ "key": key, "identifier": "one" });
    assert_eq!(
        server.public.call("license.validate", here.clone()).await["status"],
        "not_activated"
    );
    server.public.call("license.activate", here.clone()).await;
    let refused = server.admin.refused("admin.license.update", change("floating")).await;
    assert_eq!(refused["data"]["field"], "plan");
    server.env.step(86_400);
    assert_eq!(server.public.call("license.validate", here).await["status"], "valid");
    server.stop().await;
}
