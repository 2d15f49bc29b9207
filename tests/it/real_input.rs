//! Real keys of other systems, imported as they stand and driven through the whole path.

use counterfoil_tests::TestServer;
use serde_json::{Value, json};
use std::collections::HashSet;

/// A key, and what its license is imported with.
struct Import {
    key: &'static str,
    license: Value,
    identifiers: &'static [&'static str],
}

fn imports() -> Vec<Import> {
    vec![
        Import {
            key: "CH-7K2P-9XQ4-LM83",
            license: json!({ "product": "acme-forms-pro", "activationType": "domain",
                "activationLimit": 3, "expiresAt": "2027-06-04T00:00:00Z" }),
            identifiers: &["example.com", "staging.example.com"],
        },
        Import {
            key: "A1B2C3D4-E5F6A7B8-C9D0E1F2-A3B4C5D6",
            license: json!({ "product": "extension", "activationLimit": 0 }),
            identifiers: &["a.example", "b.example", "c.example", "d.example"],
        },
        Import {
            key: "XLS-334A-86AF0",
            license: json!({ "product": "desk-tool", "activationType": "device",
                "activationLimit": 1 }),
            identifiers: &["MacBook-Pro-ABC123"],
        },
        Import {
            key: "ABCD1234-EFGH5678-IJKL9012-MNOP3456",
            license: json!({ "product": "ebook", "activationType": "seat", "activationLimit": 2 }),
            identifiers: &["ann@example.com"],
        },
    ]
}

async fn with_products() -> TestServer {
    let server = TestServer::start().await;
    for slug in ["acme-forms-pro", "extension", "desk-tool", "ebook"] {
        server.admin.call("admin.product.create", json!({ "slug": slug, "name": slug })).await;
    }
    server
}

#[tokio::test]
async fn keys_of_other_systems_work_unchanged() {
    let server = with_products().await;
    for import in imports() {
        let mut params = import.license.clone();
        params["key"] = json!(import.key);
        let made = server.admin.call("admin.license.create", params.clone()).await;
        assert_eq!(made["key"], import.key);
        for identifier in import.identifiers {
            let call = json!({ "key": import.key, "identifier": identifier });
            let activated = server.public.call("license.activate", call.clone()).await;
            assert_eq!(activated["created"], true);
            let verdict = server.public.call("license.validate", call).await;
            assert_eq!(verdict["status"], "valid", "{}", import.key);
            assert_eq!(verdict["activation"]["identifier"], *identifier);
            assert_eq!(verdict["product"], import.license["product"]);
        }
        let shown = server.admin.call("admin.license.get", json!({ "license": import.key })).await;
        assert_eq!(shown["activationsUsed"], import.identifiers.len());
        let again = server.admin.refused("admin.license.create", params).await;
        assert_eq!(again["data"], json!({ "code": "conflict", "field": "key" }));
    }
    server.stop().await;
}

#[tokio::test]
async fn the_single_device_license_has_no_second_place() {
    let server = with_products().await;
    let import = &imports()[2];
    let mut params = import.license.clone();
    params["key"] = json!(import.key);
    server.admin.call("admin.license.create", params).await;
    let first = json!({ "key": import.key, "identifier": "MacBook-Pro-ABC123" });
    server.public.call("license.activate", first.clone()).await;
    let second = json!({ "key": import.key, "identifier": "Desktop-1" });
    let refused = server.public.refused("license.activate", second).await;
    assert_eq!(refused["code"], 409);
    assert_eq!(refused["data"]["code"], "seat_limit_exceeded");
    assert_eq!(refused["data"]["activations"][0]["identifier"], "MacBook-Pro-ABC123");
    let again = server.public.call("license.activate", first).await;
    assert_eq!(again["created"], false, "who has a place keeps it on a full license");
    server.stop().await;
}

#[tokio::test]
async fn a_thousand_generated_keys_are_distinct_checked_and_valid() {
    let server = with_products().await;
    let params = json!({ "product": "acme-forms-pro", "quantity": 1_000 });
    let made = server.admin.call("admin.license.create", params).await;
    let items = made["items"].as_array().unwrap();
    let keys: HashSet<&str> = items.iter().map(|item| item["key"].as_str().unwrap()).collect();
    let aliases: HashSet<&str> = items.iter().map(|item| item["alias"].as_str().unwrap()).collect();
    assert_eq!((keys.len(), aliases.len()), (1_000, 1_000));
    let ids: Vec<&str> = items.iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert!(ids.is_sorted(), "ids are in order of creation");
    for item in items {
        let key = item["key"].as_str().unwrap();
        let inspection = counterfoil_core::key::inspect(key, None);
        assert_eq!(inspection.format.as_deref(), Some("counterfoil"));
        assert!(inspection.ok && inspection.normalized == key && key.starts_with("AFP-"));
        let call =
            json!({ "key": key, "identifier": "https://Example.com", "product": "acme-forms-pro" });
        server.public.call("license.activate", call.clone()).await;
        let verdict = server.public.call("license.validate", call).await;
        assert_eq!(verdict["status"], "valid");
        let as_key = json!({ "key": item["alias"] });
        let verdict = server.public.call("license.validate", as_key).await;
        assert_eq!(verdict["status"], "invalid", "an alias unlocks nothing");
    }
    server.stop().await;
}
