//! Many callers at once.

use counterfoil_tests::TestServer;
use serde_json::json;
use std::collections::HashSet;

#[tokio::test(flavor = "multi_thread")]
async fn of_64_callers_exactly_as_many_win_as_places_are_left() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    for limit in [1, 5, 63] {
        let params = json!({ "product": "p", "activationLimit": limit });
        let key = server.admin.call("admin.license.create", params).await["key"].clone();
        let calls = (0..64).map(|caller| {
            let call = json!({ "key": key, "identifier": format!("site-{caller}.example") });
            let client = server.public.clone();
            tokio::spawn(async move { client.ask("license.activate", call).await })
        });
        let mut winners = HashSet::new();
        let mut refused = 0;
        for call in calls.collect::<Vec<_>>() {
            let reply = call.await.unwrap();
            if let Some(id) = reply["result"]["activation"]["id"].as_str() {
                assert!(winners.insert(id.to_owned()), "every place has its own id");
            } else {
                assert_eq!(reply["error"]["data"]["code"], "seat_limit_exceeded");
                assert_eq!(reply["error"]["data"]["used"], limit);
                refused += 1;
            }
        }
        assert_eq!((winners.len(), refused), (limit, 64 - limit));
        let verdict = server.public.call("license.validate", json!({ "key": key })).await;
        assert_eq!(verdict["activationsUsed"], limit);
        assert_eq!(verdict["activations"].as_array().unwrap().len(), limit);
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_callers_with_one_identifier_all_get_the_same_place() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let key =
        server.admin.call("admin.license.create", json!({ "product": "p" })).await["key"].clone();
    let calls = (0..64).map(|_| {
        let call = json!({ "key": key, "identifier": "example.com" });
        tokio::spawn(server.public.call("license.activate", call))
    });
    let mut ids = HashSet::new();
    let mut created = 0;
    for call in calls.collect::<Vec<_>>() {
        let activated = call.await.unwrap();
        ids.insert(activated["activation"]["id"].as_str().unwrap().to_owned());
        created += usize::from(activated["created"] == true);
    }
    assert_eq!((ids.len(), created), (1, 1));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_answered_sees_what_was_answered() {
    let server = TestServer::start().await;
    server.admin.call("admin.product.create", json!({ "slug": "p", "name": "P" })).await;
    let params = json!({ "product": "p", "activationLimit": 0 });
    let key = server.admin.call("admin.license.create", params).await["key"].clone();
    let callers = (0..16).map(|caller| {
        let here = json!({ "key": key, "identifier": format!("site-{caller}.example") });
        let client = server.public.clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                for (command, seen) in [("activate", "valid"), ("deactivate", "not_activated")] {
                    client.call(&format!("license.{command}"), here.clone()).await;
                    let verdict = client.call("license.validate", here.clone()).await;
                    assert_eq!(verdict["status"], seen, "after its {command}");
                }
            }
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    server.stop().await;
}
