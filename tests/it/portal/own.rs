//! What a customer sees and changes.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::collections::BTreeSet;

use super::{activate, found, licenses, sell, sign_in};

async fn history(server: &TestServer, license: &Value) -> Vec<Value> {
    let page = server.admin.call("admin.license.history", json!({ "license": license["id"] }));
    page.await["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_license_is_shown_whole_and_nothing_of_the_vendors_own_with_it() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let seats = json!({ "product": "p", "slug": "seats", "name": "Seats",
        "activationType": "seat", "activationLimit": 3, "entitlements": ["pro"] });
    server.admin.call("admin.plan.create", seats).await;
    let sale = json!({ "product": "p", "plan": "seats", "customer": { "email": "ann@example.com" },
        "metadata": { "note": "haggles" }, "expiresAt": "2027-01-01T00:00:00Z" });
    let license = server.admin.call("admin.license.create", sale).await;
    activate(&server, &license, "bob@team.example").await;
    let hold = json!({ "license": license["id"], "reason": "haggles" });
    server.admin.call("admin.license.suspend", hold).await;
    let ann = sign_in(&server, "Ann@Example.com", "live").await;
    let shown = licenses(&ann).await.remove(0);
    for member in ["id", "key", "alias", "mode", "product", "plan", "expiresAt", "entitlements"] {
        assert_eq!(shown[member], license[member], "{member}");
    }
    assert_eq!(shown["status"], "suspended");
    assert_eq!(shown["holds"], json!([]), "the vendor's own hold is told by the status");
    assert_eq!((&shown["graceUntil"], &shown["subscription"]), (&Value::Null, &Value::Null));
    assert_eq!(
        (&shown["activationType"], &shown["activationLimit"], &shown["activationsUsed"]),
        (&json!("seat"), &json!(3), &json!(1))
    );
    assert_eq!(shown["activations"][0]["identifier"], "bob@team.example", "unmasked");
    let members: BTreeSet<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    for hidden in ["metadata", "customer", "checkCount", "lastCheckIp", "lastCheckAt", "order"] {
        assert!(!members.contains(hidden), "{hidden}");
    }
    assert!(!shown.to_string().contains("haggles"));
    server.stop().await;
}

#[tokio::test]
async fn a_place_is_renamed_and_freed_by_its_customer_as_the_history_tells() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let license = sell(&server.admin, "ann@example.com").await;
    let place = activate(&server, &license, "a.example").await;
    let ann = sign_in(&server, "ann@example.com", "live").await;
    let rename = async |name: Value| {
        let renaming = json!({ "activation": place["id"], "name": name });
        ann.call("portal.rename", renaming).await["name"].clone()
    };
    assert_eq!(rename(json!(" The shop ")).await, "The shop");
    assert_eq!(rename(json!("The shop")).await, "The shop");
    assert_eq!(licenses(&ann).await[0]["activations"][0]["name"], "The shop");
    assert_eq!(rename(json!("")).await, Value::Null);
    assert_eq!(rename(json!("é".repeat(127))).await, "é".repeat(127));
    assert_eq!(rename(Value::Null).await, Value::Null);
    for (params, field) in [
        (json!({ "activation": place["id"] }), "name"),
        (json!({ "activation": place["id"], "name": "é".repeat(128) }), "name"),
        (
            json!({ "activation": place["id"], "name": format!("k {}", license["key"].as_str().unwrap()) }),
            "name",
        ),
        (json!({ "name": "n" }), "activation"),
    ] {
        assert_eq!(ann.refused("portal.rename", params).await["data"]["field"], field);
    }
    // Whatever the license's status: a place can always be given back.
    server.admin.call("admin.license.suspend", json!({ "license": license["id"] })).await;
    let free = json!({ "activation": place["id"] });
    let freed = ann.call("portal.deactivate", free.clone()).await;
    assert_eq!(freed["deactivated"], true);
    assert_eq!((&freed["activationLimit"], &freed["activationsUsed"]), (&json!(2), &json!(0)));
    assert_eq!(freed["activation"]["status"], "deactivated");
    assert_eq!(ann.call("portal.deactivate", free).await, freed, "again changes nothing");
    let renaming = json!({ "activation": place["id"], "name": "gone" });
    let refused = ann.refused("portal.rename", renaming).await;
    assert_eq!(refused["data"]["code"], "activation_not_found");

    let customer = &license["customer"]["id"];
    let by_ann: Vec<Value> = history(&server, &license).await;
    let by_ann = by_ann.iter().filter(|item| &item["actor"] == customer);
    let kinds: Vec<&str> = by_ann.map(|item| item["type"].as_str().unwrap()).collect();
    let renamed = "activation.renamed";
    assert_eq!(kinds, [renamed, renamed, renamed, renamed, "activation.deactivated"]);
    server.stop().await;
}

#[tokio::test]
async fn a_new_key_takes_the_place_of_the_old_one_until_the_license_ends() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let license = sell(&server.admin, "ann@example.com").await;
    activate(&server, &license, "a.example").await;
    let ann = sign_in(&server, "ann@example.com", "live").await;
    let name = json!({ "license": license["id"] });
    let rotated = ann.call("portal.rotate", name.clone()).await;
    assert_ne!(rotated["key"], license["key"]);
    assert_eq!(rotated["activations"][0]["identifier"], "a.example");
    assert_eq!(licenses(&ann).await[0], rotated);
    for (key, status) in [(&license["key"], "invalid"), (&rotated["key"], "valid")] {
        let asked = json!({ "key": key, "identifier": "a.example" });
        let verdict = server.public.call("license.validate", asked).await;
        assert_eq!(verdict["status"], status);
    }
    // By key and by alias too, as everywhere.
    for called in [&rotated["key"], &rotated["alias"]] {
        ann.call("portal.rotate", json!({ "license": called })).await;
    }
    let last = history(&server, &license).await.pop().unwrap();
    assert_eq!(
        (&last["type"], &last["actor"]),
        (&json!("license.rotated"), &license["customer"]["id"])
    );
    server.admin.call("admin.license.revoke", name.clone()).await;
    let refused = ann.refused("portal.rotate", name).await;
    assert_eq!(
        refused["data"],
        json!({ "code": "invalid_transition", "from": "revoked", "command": "rotate" })
    );
    assert_eq!(refused["code"], 409);
    server.stop().await;
}

#[tokio::test]
async fn a_list_is_read_in_parts_and_a_license_that_is_somebody_elses_now_is_gone_at_once() {
    let server = TestServer::start_queueing().await;
    found(&server).await;
    let mut sold = Vec::new();
    for _ in 0..5 {
        sold.insert(0, sell(&server.admin, "ann@example.com").await["id"].clone());
    }
    let ann = sign_in(&server, "ann@example.com", "live").await;
    let (mut seen, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let part = ann.call("portal.licenses", json!({ "limit": 2, "cursor": cursor })).await;
        let items = part["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|item| item["id"].clone()));
        cursor = part["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(seen, sold, "newest first");
    let given = json!({ "license": sold[0], "customer": { "email": "bob@example.com" } });
    server.admin.call("admin.license.update", given).await;
    assert_eq!(licenses(&ann).await.len(), 4);
    let refused = ann.refused("portal.rotate", json!({ "license": sold[0] })).await;
    assert_eq!(refused["data"]["code"], "license_not_found");
    server.stop().await;
}
