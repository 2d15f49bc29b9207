//! Idempotency keys.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};

async fn with_license() -> (TestServer, Value) {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let plan = json!({ "product": "p", "slug": "s", "name": "S", "activationType": "domain",
        "activationLimit": 1, "usesLimit": 10 });
    server.admin.call("admin.plan.create", plan).await;
    let license =
        server.admin.call("admin.license.create", json!({ "product": "p", "plan": "s" })).await;
    (server, license)
}

#[tokio::test]
async fn a_repeat_gets_the_first_result_and_changes_nothing() {
    let (server, license) = with_license().await;
    let using = json!({ "key": license["key"], "amount": 3, "idempotencyKey": "a" });
    let making = json!({ "product": "p", "idempotencyKey": "a" });
    let product = json!({ "slug": "q", "name": "Q", "idempotencyKey": "a" });
    for (client, method, params) in [
        (&server.public, "license.use", using),
        (&server.admin, "admin.license.create", making),
        (&server.admin, "admin.product.create", product),
    ] {
        let first = client.call(method, params.clone()).await;
        let again = client.call(method, params).await;
        assert_eq!(first, again, "{method}");
    }
    let shown = server.admin.call("admin.license.get", json!({ "license": license["id"] })).await;
    assert_eq!(shown["uses"], 3);
    server.stop().await;
}

#[tokio::test]
async fn the_same_key_with_other_parameters_is_a_conflict() {
    let (server, license) = with_license().await;
    let using = |amount| json!({ "key": license["key"], "amount": amount, "idempotencyKey": "a" });
    server.public.call("license.use", using(3)).await;
    let refused = server.public.refused("license.use", using(4)).await;
    assert_eq!(refused["code"], 409);
    assert_eq!(refused["data"]["code"], "idempotency_conflict");
    server.stop().await;
}

#[tokio::test]
async fn a_refusal_is_not_remembered_and_a_day_forgets() {
    let (server, license) = with_license().await;
    let using =
        |amount, key| json!({ "key": license["key"], "amount": amount, "idempotencyKey": key });
    server.public.refused("license.use", using(11, "a")).await;
    server.public.call("license.use", using(5, "a")).await;
    server.env.step(86_399);
    assert_eq!(server.public.call("license.use", using(5, "a")).await["uses"], 5);
    server.env.step(1);
    assert_eq!(server.public.call("license.use", using(5, "a")).await["uses"], 10);
    server.stop().await;
}

#[tokio::test]
async fn two_customers_may_choose_the_same_key() {
    let (server, first) = with_license().await;
    let second =
        server.admin.call("admin.license.create", json!({ "product": "p", "plan": "s" })).await;
    for license in [first, second] {
        let using = json!({ "key": license["key"], "idempotencyKey": "1" });
        assert_eq!(server.public.call("license.use", using).await["uses"], 1);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_repeats_one_takes_effect() {
    let (server, license) = with_license().await;
    let calls = (0..200).map(|_| {
        let using = json!({ "key": license["key"], "amount": 2, "idempotencyKey": "a" });
        tokio::spawn(server.public.call("license.use", using))
    });
    for call in calls.collect::<Vec<_>>() {
        assert_eq!(call.await.unwrap(), json!({ "uses": 2, "usesLimit": 10 }));
    }
    server.stop().await;
}

#[tokio::test]
async fn a_repeat_may_spell_its_parameters_in_another_way() {
    let (server, license) = with_license().await;
    let key = license["key"].as_str().unwrap();
    let spaced = format!(" {key} ");
    let first = json!({ "key": key, "amount": 1, "idempotencyKey": "a" });
    let again = json!({ "idempotencyKey": "a", "mode": "live", "key": spaced });
    assert_eq!(server.public.call("license.use", first).await["uses"], 1);
    assert_eq!(server.public.call("license.use", again).await["uses"], 1);
    let first = json!({ "slug": "q", "name": "Q", "idempotencyKey": "a" });
    let again =
        json!({ "slug": "q", "name": " Q ", "keyFormat": "counterfoil", "idempotencyKey": "a" });
    let made = server.admin.call("admin.product.create", first).await;
    assert_eq!(server.admin.call("admin.product.create", again).await, made);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_200_parallel_orders_one_makes_licenses_and_another_order_is_a_conflict() {
    let (server, _) = with_license().await;
    let order =
        |quantity: u32| json!({ "product": "p", "quantity": quantity, "idempotencyKey": "order" });
    let calls = (0..200).map(|_| tokio::spawn(server.admin.call("admin.license.create", order(2))));
    let mut answers = Vec::new();
    for call in calls.collect::<Vec<_>>() {
        answers.push(call.await.unwrap());
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "one answer");
    let listed = server.admin.call("admin.license.list", json!({})).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 3, "one effect");
    let refused = server.admin.refused("admin.license.create", order(3)).await;
    assert_eq!(
        (&refused["code"], &refused["data"]["code"]),
        (&json!(409), &json!("idempotency_conflict"))
    );
    server.stop().await;
}
